"""What the facts of a line say, put in where it occurs.

A fact that is meant for every value of its arguments is a rule: it holds under derivatives, integrals, sums and
limits. Any other speaks of the one point that it names, and is put in when everything else has been carried out.
"""

from collections import defaultdict
from dataclasses import dataclass, field, replace

import sympy
from sympy import Dummy, Symbol
from sympy.core.function import AppliedUndef, UndefinedFunction
from sympy.tensor.indexed import Indexed, IndexedBase

from ..errors import DerivationError, NotDecided
from ..nodes.expressions import plain
from ..nodes.laws import At, Density
from ..nodes.mirrors import mirror
from ..nodes.schedules import Scheduled
from ..nodes.times import Times
from ..show.text import text
from .jet import Jet
from .matching import admits, matched, sign_wanted

__all__ = ["Known", "Opening", "plain_symbol", "plain_function"]


@dataclass(eq=False)
class Rule:
    """A fact about a function, an indexed symbol, a schedule or a density, for every value of `symbols`.

    places: fresh symbols in their stead; args: the arguments on the left, in places; orders: of the derivatives on the left.
    """

    fact: object
    symbols: tuple
    places: tuple
    args: tuple
    orders: tuple = ()
    value: object = None
    needs: list = field(default_factory=list)

    def at(self, args, orders=None):
        """{place: value} where the arguments on the left are these; None where the fact does not say that."""
        found = {}
        for k, (pattern, target) in enumerate(zip(self.args, args)):
            if orders and orders[k] > self.orders[k] and pattern not in self.places:
                return None  # said at one value of this argument alone
            found = matched(pattern, target, self.places, found)
            if found is None:
                return None
        return found


@dataclass(frozen=True)
class Equation:
    """`expression = 0`; names: the symbols of which it names one value; symbols: those that it is meant for every value of."""

    expression: object
    names: frozenset
    symbols: tuple


class Opening:
    """Facts opened one inside the other; busy: what is being opened."""

    def __init__(self):
        self.busy = set()

    def once(self, key, make):
        """A fact's value; a definition that runs in a circle is an error."""
        if key in self.busy:
            raise DerivationError(f"the given definition of {text(key) if isinstance(key, sympy.Basic) else key} refers to itself")
        self.busy.add(key)
        try:
            return make()
        finally:
            self.busy.discard(key)


class Known(Opening):
    """Facts, sorted; `value(e, env)` of the class that carries expressions out is used on their sides.

    rules: by function, base, or schedule. named: symbols that stand for an expression of a variable. here: what is said of a symbol, or of a function at one point, as
    (it, its value as typed, the symbols that it names). equations: all others, which may be used linearly.
    """

    def __init__(self, facts=(), times=None, second_try=False):
        super().__init__()
        self.times, self.second_try, self.declined = times or Times(), second_try, False
        self.rules, self.densities, self.building = defaultdict(list), [], []
        self.schedules = lambda a: a
        self.here, self.equations, self.named, self.integrals, self.mirrors = [], [], {}, [], {}
        waiting = [f for f in facts if f.relation == "=" and not self.learn(f)]
        for f in waiting:  # with the rules known
            self.learn_here(f)

    def learn(self, f):
        """Take a fact as a rule; whether it is one."""
        if isinstance(f.left, Density):
            self.densities.append(f)
            return True
        if isinstance(f.left, Symbol) and f.forall and plain(f.left) not in map(plain, f.forall):
            self.named[plain(f.left)] = f
            return True
        left, orders = plain(f.left), ()
        if isinstance(left, sympy.Derivative) and isinstance(left.expr, AppliedUndef) and set(left.variables) <= set(left.expr.args):
            left, orders = left.expr, tuple(left.variables.count(a) for a in left.expr.args)
        if not f.forall or not isinstance(left, (AppliedUndef, Indexed)):
            return False
        if (found := mirror(f)) is not None:
            self.mirrors[_name(left)] = found
            return True
        symbols = tuple(plain_symbol(s) for s in f.forall)
        args = left.indices if isinstance(left, Indexed) else left.args
        if not any(a.has(*symbols) for a in args):
            return False
        places = tuple(Dummy(str(s), **_facts_of(s)) for s in symbols)
        args = tuple(a.xreplace(dict(zip(symbols, places))) for a in args)
        self.rules[_name(left)].append(Rule(f, symbols, places, args, orders or (0,) * len(args)))
        return True

    def learn_here(self, f):
        left = self.value(f.left, {})
        names = frozenset(plain(s) for side in f for s in sympy.sympify(side).free_symbols) - {plain(s) for s in f.forall}
        if not f.forall and (left.is_Symbol or isinstance(left, (Jet, Indexed, Scheduled))):
            self.here.append((left, f.right, names))
        else:
            self.equations.append(Equation(left - self.value(f.right, {}), names, tuple(plain(s) for s in f.forall)))
            self.learn_integral(f, left)

    def learn_integral(self, f, left):
        """∫ p(x, w) dx for every w: put in for whatever w is, under binders too. Nothing but w may stand in it: what else is named is one value."""
        symbols = {plain_symbol(s): s for s in f.forall}
        if not symbols or not isinstance(left, sympy.Integral) or len(left.limits) != 1 or not isinstance(left.function, Jet) or any(left.function.orders):
            return
        (x, lo, hi), at = left.limits[0], left.function.at
        if sorted(map(str, at)) == sorted(map(str, [x, *symbols])) and set(at) == {x, *symbols} and not lo.free_symbols and not hi.free_symbols:
            if {plain(s) for s in sympy.sympify(f.right).free_symbols} <= set(symbols):
                self.integrals.append((f, left))

    def integral_known(self, e):
        """An integral that is what a fact says of such integrals for every value; else as it is."""
        for f, left in self.integrals:
            (x, lo, hi), pattern, (y, *ends), target = left.limits[0], left.function, e.limits[0], e.function
            if ends != [lo, hi] or not isinstance(target, Jet) or target.function != pattern.function or any(target.orders):
                continue
            found, symbols = {}, {plain_symbol(s): s for s in f.forall}
            for a, b in zip(pattern.at, target.at):
                if a == x:
                    said = b == y
                else:
                    said = not b.has(y) and found.setdefault(a, b) == b and admits(symbols[a], b, self.times)
                if not said:
                    break
            else:
                return self.once(f.left, lambda f=f, found=found: self.value(f.right, found))
        return e

    # --- rules

    def ruled(self, name, args, orders=None):
        """The value that a rule gives to a function at arguments, differentiated as its orders say; None if none does."""
        for rule in self.rules.get(name, ()):
            if orders and any(n < m for n, m in zip(orders, rule.orders)):
                continue
            found = rule.at(args, orders)
            if found is None or not self.admitted(rule, found):
                continue
            if rule.value is None:
                rule.value = self.once(rule.fact.left, lambda rule=rule: self.build(rule))
            for c in rule.needs:
                self.require(replace(c, left=c.left.xreplace(found)))
            out = rule.value
            for k, pattern in enumerate(rule.args if orders else ()):
                for _ in range(orders[k] - rule.orders[k]):
                    out = self.resettle(out.diff(pattern))
            return self.resettle(out.xreplace(found))
        return None

    def build(self, rule):
        """The value of a rule at its places; `needs` are the conditions for it."""
        self.building.append(rule)
        try:
            return self.value(rule.fact.right, dict(zip(rule.symbols, rule.places)))
        finally:
            self.building.pop()

    def admitted(self, rule, found):
        """Whether the arguments have the properties of the symbols that a rule is meant for every value of.

        Where a sign alone is open the rule is left out at first (`declined`), and used under a condition at the second try.
        """
        conditions = []
        for s, p in zip(rule.symbols, rule.places):
            if p in found and not admits(s, found[p], self.times):
                wanted = sign_wanted(s, found[p])
                if wanted is None:
                    return False
                self.declined = True
                if not self.second_try:
                    return False
                conditions.append(wanted)
        for c in conditions:
            self.require(c)
        return True

    def settle(self, j):
        """A Jet with the rules about its function put in."""
        out = self.ruled(j.function, j.at, j.orders) if self.rules else None
        if out is not None:
            return out
        return self.mirrored(j, self.mirrors[j.function]) if j.function in self.mirrors else j

    def mirrored(self, j, m):
        """A function that is ± itself at other arguments, at those that sort first: f(−x) is −f(x) for an odd f, f(0) is 0."""
        here, there = (tuple(map(sympy.expand, at)) for at in (j.at, m.arguments(j.at)))
        sign, orders, rest = m.partial(j.orders)
        if here == there and j.orders == tuple(orders):
            return j if sign == 1 else sympy.sympify(rest) / 2
        first = min((here, j.orders), (there, tuple(orders)), key=lambda x: [(a.could_extract_minus_sign(), sympy.default_sort_key(a)) for a in x[0]])
        return j if first == (here, j.orders) else rest + sign * Jet(j.args[0], orders, there)

    def over_both_halves(self, f, x, back):
        """The mean of f(x) and f(back), of one integral, where it is shorter since a function in f is ± itself at other arguments; else f."""
        if not any(j.function in self.mirrors and j.has(x) for j in f.atoms(Jet)):
            return f
        both = sympy.expand(f + self.resettle(f.subs(x, back))) / 2
        return both if len(sympy.Add.make_args(both)) <= len(sympy.Add.make_args(sympy.expand(f))) else f

    def resettle(self, e):
        return e.replace(lambda a: isinstance(a, Jet), self.settle) if self.rules or self.mirrors else e

    def scheduled(self, a):
        """α_t or ᾱ_t: a value that a rule gives, else reduced."""
        out = self.ruled(a.func, a.args)
        if out is not None:
            return out
        return a if any(a == left for left, _, _ in self.here) else self.schedules(a)

    def name(self, key, env):
        """What a symbol stands for that names an expression of a variable, here: ρ_y = f(y) − y for every y."""
        f = self.named[key]
        inside = {plain_symbol(s): env[plain_symbol(s)] for s in f.forall if plain_symbol(s) in env}
        return self.once(key, lambda: self.value(f.right, inside))

    def entry(self, e, env):
        indices = [self.value(i, env) for i in e.indices]
        out = self.ruled(e.base, indices)
        return Indexed(e.base, *indices) if out is None else out

    def density(self, d, env):
        """What a fact gives for a density, with the environment for it: {its own variables and indices: values}."""
        left, right = ({self.key(v, env): v for v in side} for side in (d.left, d.right))
        for f in self.densities:
            if f.left.law != d.law:
                continue
            inside = self.instance(f, left, right)
            if inside is not None:
                own = [self.key(v, inside) for v in (*f.left.left, *f.left.right)]
                return f.right, {**inside, **{k: env[k] for k in own if k in env}}
        raise NotDecided(f"nothing is given about the density {d}: name its Gaussian in `facts`")

    def instance(self, f, left, right):
        """{index: value} for which a fact about a density speaks of these variables; None if it does not."""
        symbols = [plain(s) for s in f.forall if isinstance(s, Symbol) and not any(v == s for v in (*f.left.left, *f.left.right))]
        places = {s: Dummy(str(s), **_facts_of(s)) for s in symbols}
        found = {}
        for side, keys in ((f.left.left, left), (f.left.right, right)):
            if len(side) != len(keys):
                return None
            for v in side:
                if not isinstance(v, At):
                    continue
                index = plain(v.args[1]).xreplace(places)
                if index.has(*places.values()) and not all(p in found for p in places.values() if index.has(p)):
                    near = [matched(index, k.indices[0], places.values(), found) for k in keys if isinstance(k, Indexed) and k.base == plain_symbol(v).base]
                    near = [n for n in near if n is not None]
                    if len(keys) > 1 and len(near) > 1:
                        near = [n for n in near if {self.key(u, _indices(places, n)) for u in side} == set(keys)]
                    if not near:
                        return None
                    found = near[0]
        env = _indices(places, found)
        if len(env) < len(places) or not all(admits(s, env[s], self.times) for s in symbols):
            return None
        same = all({self.key(v, env) for v in side} == set(keys) for side, keys in ((f.left.left, left), (f.left.right, right)))
        return env if same else None

    # --- at the point of the line

    def at_the_point(self, e, without=frozenset()):
        """What the facts say of single points put in; not those that name one of the symbols in `without`."""
        table = {_spread(left): self.value(right, {}) for left, right, names in self.here if not names & without}
        if not table:
            return e
        for _ in range(len(table) + 1):
            new = e.replace(lambda a: isinstance(a, Jet), _spread).xreplace(table)
            if new == e:
                return e.replace(lambda a: isinstance(a, Scheduled), self.schedules)
            e = new
        raise DerivationError(f"a given value refers to itself: {', '.join(map(str, table))}")

    def equal_to_zero(self, without=frozenset()):
        """The equations among the facts, and the slopes of those that are meant for every value."""
        out = []
        for eq in self.equations:
            if eq.names & without:
                continue
            e = self.at_the_point(eq.expression, without)
            out.append(e)
            moving = [s for s in eq.symbols if not s.is_integer and e.has(s)]
            slopes = [self.resettle(e.diff(s)) for s in moving]
            out += slopes
            if e.has(sympy.Integral):
                out += [self.resettle(d.diff(s)) for k, d in enumerate(slopes) for s in moving[k:]]
        return tuple(out)


def _indices(places, found):
    return {s: found[p] for s, p in places.items() if p in found}


def _name(e):
    """Under which key the rules about an applied function, an entry or a schedule's value are kept."""
    if isinstance(e, Indexed):
        return e.base
    return e.func if isinstance(e, Scheduled) else Jet.of(e).function


def _spread(e):
    """A Jet with its arguments multiplied out, so that equal points look equal."""
    return Jet(e.args[0], e.orders, [sympy.expand(a) for a in e.at]) if isinstance(e, Jet) else e


def _facts_of(x):
    known = {k: v for k, v in x.assumptions0.items() if k in ("positive", "nonnegative", "negative", "integer", "nonzero") and v}
    return known or ({"real": True} if x.is_real else {"complex": True})


def plain_symbol(e):
    """The key of a variable: an ordinary symbol, or an ordinary indexed one for x[t]."""
    if isinstance(e, At):
        base = IndexedBase(Symbol(str(e.base.label), real=True))
        return Indexed(base, *[sympy.expand(plain(i)) for i in e.indices])
    return plain(e)


def plain_function(e, args):
    """An undefined function at other arguments, as ordinary SymPy."""
    return UndefinedFunction(e.func.__name__, **e.func._kwargs)(*args)
