"""Expressions as displayed, carried out: derivatives, integrals, expectations, sums, limits.

`Evaluator(facts)(e)` gives ordinary SymPy in which undefined functions are `Jet`s. Every bound variable is
renamed to a fresh symbol, so that nothing is captured. What cannot be carried out stays as an integral or
sum, which the zero test compares monomial by monomial.
"""

import sympy
from sympy import Add, Dummy, Mul, Pow, S, Symbol, oo
from sympy.core.function import AppliedUndef
from sympy.tensor.indexed import Indexed, IndexedBase

from ..prove.log_densities import NotDecided
from ..nodes.laws import At, Block, Density, Law
from ..errors import DerivationError
from ..nodes.functionals import Expectation, Functional, Over, law_factors, phi
from .jet import Jet, written
from ..nodes.normal import N
from ..nodes.expressions import Factors, Frac, Power, Terms, plain
from .positivity import positive, real
from ..nodes.total import Total
from .zero import simplify_zero

__all__ = ["Evaluator", "difference", "prove_zero", "NotDecided"]

_DEPTH = 4  # how often a residual is differentiated to show that it vanishes


class Evaluator:
    """Carries out an expression under given facts.

    facts: pairs (what, value). A symbol, an undefined function at symbols, an indexed symbol at a symbol, a
    density, a derivative of an undefined function, or the function's value at one point is replaced wherever
    it occurs; any other pair is an equation that may be used linearly (`relations`).
    """

    def __init__(self, facts=()):
        self.symbols, self.functions, self.indexed, self.orders, self.densities = {}, {}, {}, {}, {}
        self.points, self.busy = {}, set()
        self.schedules, self.times = (lambda a: a), {}
        equations = []
        for lhs, rhs in facts:
            self.learn(sympy.sympify(lhs) if not isinstance(lhs, sympy.Basic) else lhs, rhs, equations)
        self.relations = [self(a) - self(b) for a, b in equations]

    def learn(self, lhs, rhs, equations):
        if isinstance(lhs, Density):
            self.densities[_density_key(lhs)] = rhs
        elif isinstance(lhs, At) or isinstance(lhs, Symbol):
            self.symbols[plain_symbol(lhs)] = rhs
        elif isinstance(lhs, AppliedUndef) and all(a.is_Symbol for a in lhs.args):
            self.functions[Jet.of(plain(lhs)).function] = (tuple(map(plain, lhs.args)), rhs)
        elif isinstance(lhs, Indexed) and all(a.is_Symbol for a in lhs.indices):
            self.indexed[plain(lhs).base] = (tuple(map(plain, lhs.indices)), rhs)
        elif isinstance(lhs, sympy.Derivative) and isinstance(lhs.expr, AppliedUndef) and len(lhs.expr.args) == 1:
            f = Jet.of(plain(lhs.expr))
            self.orders[f.function] = (sum(int(n) for _, n in lhs.variable_count), plain(lhs.expr.args[0]), rhs)
        elif _is_scheduled(plain(lhs)):
            a = plain(lhs)
            self.times[a.func if a.args[0].is_Symbol else a] = (a.args[0], rhs)
        elif isinstance(lhs, AppliedUndef):
            self.points[self.at_a_point(Jet.of(plain(lhs)))] = rhs
        else:
            equations.append((lhs, rhs))

    def __call__(self, e, env=None):
        return self.value(sympy.sympify(e), env or {})

    # --- one node

    def value(self, e, env):
        e = sympy.sympify(e)
        if isinstance(e, (At, Symbol)):
            return self.symbol(e, env)
        if isinstance(e, (Terms, Add)):
            return Add(*[self.value(a, env) for a in e.args])
        if isinstance(e, (Factors, Mul)):
            return Mul(*[self.value(a, env) for a in e.args])
        if isinstance(e, Frac):
            num, den = (self.value(a, env) for a in e.args)
            if den == 0:
                raise DerivationError(f"{e} divides by zero")
            return num / den
        if isinstance(e, (Power, Pow)):
            return self.power(*[self.value(a, env) for a in e.args])
        if isinstance(e, sympy.log):
            return self.log(e.args[0], env)
        if isinstance(e, sympy.Derivative):
            return self.derivative(e, env)
        if isinstance(e, Total):
            return self.diff(self.value(e.args[0], env), self.value(e.args[1], env))
        if isinstance(e, sympy.Subs):
            return self.substituted(e, env)
        if isinstance(e, sympy.Integral):
            return self.integral(e, env)
        if isinstance(e, (sympy.Sum, sympy.Product)):
            return self.series(e, env)
        if isinstance(e, sympy.Limit):
            return self.limit(e, env)
        if isinstance(e, Jet):
            return self.settle(Jet(e.args[0], e.orders, [self.value(a, env) for a in e.at]))
        if isinstance(e, Indexed):
            return self.entry(e, env)
        if isinstance(e, AppliedUndef):
            return self.applied(e, env)
        if isinstance(e, N):
            x, m, v = (self.value(a, env) for a in e.args)
            return sympy.exp(-((x - m) ** 2) / (2 * v)) / sympy.sqrt(2 * sympy.pi * v)
        if isinstance(e, (Functional, phi)):
            return self.value(e.definition(), env)
        if isinstance(e, Expectation):
            return self.expectation(e, env)
        if isinstance(e, Over):
            return self.over(e, env)
        if isinstance(e, Density):
            return self.value(self.density(e), env)
        if isinstance(e, (Block, Law)):
            raise NotDecided(f"{e} cannot be carried out here")
        if not e.args:
            return e
        if hasattr(e, "_plain") and not isinstance(e, sympy.Function):
            value = plain(e)
            return value if value == e or not value.args else self.value(value, env)
        args = [self.value(a, env) for a in e.args]
        return getattr(e, "_plain", e.func)(*args)

    def log(self, e, env):
        """log of an expression; of Gaussian densities term by term."""
        if isinstance(e, Density):
            e = self.density(e)
        if isinstance(e, N):
            x, m, v = (self.value(a, env) for a in e.args)
            return -(sympy.log(2 * sympy.pi) + split_log(v)) / 2 - (x - m) ** 2 / (2 * v)
        if _holds_density(e):
            if isinstance(e, (Factors, Mul)):
                return Add(*[self.log(a, env) for a in e.args])
            if isinstance(e, Frac):
                return self.log(e.args[0], env) - self.log(e.args[1], env)
            if isinstance(e, (Power, Pow)):
                return self.value(e.args[1], env) * self.log(e.args[0], env)
        return split_log(self.value(e, env))

    def symbol(self, e, env):
        key = plain_symbol(e)
        if key in env:
            return env[key]
        if key in self.symbols:
            return self.once(key, lambda: self.value(self.symbols[key], {}))
        if isinstance(e, At):
            return Indexed(key.base, *[self.value(i, env) for i in key.indices])
        return key

    def once(self, key, make):
        """A fact's value; a definition that runs in a circle is an error."""
        if key in self.busy:
            raise DerivationError(f"the given definition of {key} refers to itself")
        self.busy.add(key)
        try:
            return make()
        finally:
            self.busy.discard(key)

    def power(self, base, exponent):
        if base == 0 and exponent.is_negative:
            raise DerivationError("division by zero")
        return base**exponent

    def applied(self, e, env):
        if _is_scheduled(e):
            return self.scheduled(e.func(*[self.value(a, env) for a in e.args]))
        return self.settle(Jet.of(plain_function(e, [self.value(a, env) for a in e.args])))

    def scheduled(self, a):
        """α_t or ᾱ_t: a given value at this time or at every time, else reduced."""
        known = self.times.get(a)
        if known is None:
            known = self.times.get(a.func)
        if known is None:
            return self.schedules(a)
        place, rhs = known
        return self.once(a, lambda: self.value(rhs, {place: a.args[0]} if place.is_Symbol else {}))

    def settle(self, j):
        """A Jet with the facts about its function put in."""
        if j.function in self.functions:
            places, rhs = self.functions[j.function]
            fresh = [Dummy(p.name, **p.assumptions0) for p in places]
            out = self.once(j.function, lambda: self.value(rhs, dict(zip(places, fresh))))
            for p, n in zip(fresh, j.orders):
                out = out.diff((p, n)) if n else out
            return out.xreplace(dict(zip(fresh, j.at))) if not out.has(Dummy) else out.subs(list(zip(fresh, j.at)))
        if self.points and self.at_a_point(j) in self.points:
            key = self.at_a_point(j)
            return self.once(key, lambda: self.value(self.points[key], {}))
        known = self.orders.get(j.function)
        if known and j.orders[0] >= known[0]:
            n, t, rhs = known
            out = self.value(rhs, {})
            for _ in range(j.orders[0] - n):
                out = self.resettle(out.diff(t))
            return out.subs(t, j.at[0])
        return j

    @staticmethod
    def at_a_point(j):
        return Jet(j.args[0], j.orders, [sympy.expand(a) for a in j.at])

    def resettle(self, e):
        if not (self.orders or self.functions or self.points):
            return e
        return e.replace(lambda a: isinstance(a, Jet), self.settle)

    def entry(self, e, env):
        e = e if not hasattr(e, "_plain") else plain(e)
        base, indices = e.base, [self.value(i, env) for i in e.indices]
        if base in self.indexed:
            places, rhs = self.indexed[base]
            return self.once(base, lambda: self.value(rhs, {**env, **dict(zip(places, indices))}))
        return Indexed(base, *indices)

    def density(self, e):
        rhs = self.densities.get(_density_key(e))
        if rhs is None:
            raise NotDecided(f"nothing is given about the density {e}: name its Gaussian in `given`")
        return rhs

    # --- derivatives

    def derivative(self, e, env):
        out = self.value(e.expr, env)
        for v, n in e.variable_count:
            for _ in range(int(n)):
                out = self.diff(out, self.value(v, env))
        return out

    def diff(self, e, v):
        if v.is_Symbol:
            return self.resettle(self.again(e.diff(v)))
        if isinstance(v, Indexed):
            return self.again(_deltas(e.diff(v)))
        if isinstance(v, Jet):
            d = Dummy("v", real=True)
            return e.xreplace({v: d}).diff(d).xreplace({d: v})
        raise DerivationError(f"a derivative is taken by a symbol, a function or its derivative, not by {v}")

    def again(self, e):
        """Integrals that differentiation under the integral sign made, carried out."""
        from .calculus import integrate

        if not e.has(sympy.Integral):
            return e
        return e.replace(lambda a: isinstance(a, sympy.Integral) and len(a.limits[0]) == 3,
                         lambda a: integrate(a.function, *a.limits[0]))  # fmt: skip

    def substituted(self, e, env):
        inner = dict(env)
        points = [self.value(p, env) for p in e.point]
        fresh = {}
        for v, p in zip(e.variables, points):
            d = Dummy(getattr(v, "name", "v"), **_facts_of(v))
            inner[plain_symbol(v)] = d
            fresh[d] = p
        out = self.value(e.expr, inner)
        return out.subs(list(fresh.items()))

    # --- binders

    def bind(self, x, env, **facts):
        """A fresh real symbol for a bound variable, and the environment inside."""
        d = Dummy(str(x), **(facts or _facts_of(x)))
        return d, {**env, plain_symbol(x): d}

    def integral(self, e, env):
        return self.integral_over(e.function, e.limits, env)

    def integral_over(self, f, limits, env):
        """The outermost variable is bound first: inner limits may hold it."""
        from .calculus import integrate

        if not limits:
            return self.value(f, env)
        *inner, limit = limits
        if len(limit) != 3:
            raise NotDecided(f"an integral over {limit[0]} without limits; write a definite integral")
        x, lo, hi = limit
        lo, hi = self.value(lo, env), self.value(hi, env)
        d, inside = self.bind(x, env, **_range_facts(x, lo, hi))
        return integrate(self.integral_over(f, inner, inside), d, lo, hi)

    def series(self, e, env):
        return self.series_over(sympy.Sum if isinstance(e, sympy.Sum) else sympy.Product, e.function, e.limits, env)

    def series_over(self, cls, f, limits, env):
        from .calculus import product, summation

        if not limits:
            return self.value(f, env)
        *inner, (x, lo, hi) = limits
        lo, hi = self.value(lo, env), self.value(hi, env)
        facts = {"integer": True}
        if lo.is_positive or lo.is_zero:
            facts["positive" if lo.is_positive else "nonnegative"] = True
        d, inside = self.bind(x, env, **facts)
        body = self.series_over(cls, f, inner, inside)
        return (summation if cls is sympy.Sum else product)(body, d, lo, hi)

    def limit(self, e, env):
        from .calculus import limit

        f, x, at, side = e.args
        at = self.value(at, env)
        facts = {"positive": True} if at.is_infinite or (str(side) == "+" and at == 0) else {"real": True}
        d, inside = self.bind(x, env, **{**_facts_of(x), **facts})
        return limit(self.value(f, inside), d, at, str(side))

    def laws(self, e, env):
        """The Gaussian factors of an expectation's law, and the environment inside."""
        factors, inside = [], dict(env)
        for f in law_factors(e.law):
            if isinstance(f, Density):
                g = self.density(f)
                if not isinstance(g, N):
                    raise NotDecided(f"{f} is given as {g}; as a law a Gaussian N(x, mean, variance) is wanted")
                f = g
            factors.append(f)
        drawn = []
        for f in factors:
            d, inside = self.bind(f.args[0], inside, real=True)
            drawn.append(d)
        return [(d, self.value(f.args[1], inside), self.value(f.args[2], inside))
                for d, f in zip(drawn, factors)], inside  # fmt: skip

    def expectation(self, e, env):
        from .gaussian_integrals import expect

        laws, inside = self.laws(e, env)
        body = self.value(e.body, inside)
        left = list(laws)
        while left:  # a variable that no other mean needs is averaged first
            for law in left:
                if not any(law[0] in m.free_symbols | v.free_symbols for _, m, v in left):
                    break
            else:
                raise DerivationError(f"the law {e.law} runs in a circle: each factor needs another one's variable")
            left.remove(law)
            body = expect(body, *law)
        return body

    def over(self, e, env):
        from .calculus import integrate, summation

        inside, bound = dict(env), []
        for x in e.bound:
            d, inside = self.bind(x, inside)
            bound.append(d)
        body = self.value(e.body, inside)
        for d in bound:
            lo = S.Zero if d.is_nonnegative else -oo
            body = integrate(body, d, lo, oo) if e.kind == "integral" else summation(body, d, lo, oo)
        return body


# --- helpers

def plain_symbol(e):
    """The key of a variable: an ordinary symbol, or an ordinary indexed one for x[t]."""
    if isinstance(e, At):
        base = IndexedBase(Symbol(str(e.base.label), real=True))
        return Indexed(base, *[sympy.expand(plain(i)) for i in e.indices])
    return plain(e)


def plain_function(e, args):
    from sympy.core.function import UndefinedFunction

    return UndefinedFunction(e.func.__name__, **e.func._kwargs)(*args)


def _facts_of(x):
    if isinstance(x, Symbol):
        known = {k: v for k, v in x.assumptions0.items() if k in ("positive", "nonnegative", "negative", "integer", "nonzero") and v}
        return known or {"real": True}
    return {"real": True}


def _range_facts(x, lo, hi):
    """What is known of a variable of integration: its sign, if both ends have it."""
    facts = {"positive": True} if lo.is_nonnegative and hi.is_nonnegative else {"real": True}
    return {**facts, "integer": True} if _facts_of(x).get("integer") else facts


def _is_scheduled(e):
    return getattr(e, "is_unit", False)


def _density_key(d):
    return (d.law, frozenset(d.left), frozenset(d.right))


def _holds_density(e):
    return isinstance(e, (N, Density)) or isinstance(e, (Factors, Mul, Frac, Power, Pow)) and any(map(_holds_density, e.args))


def split_log(e):
    """log of a product as a sum, as far as the signs are settled."""
    e = sympy.powsimp(e, combine="exp") if e.is_Mul else e
    parts, rest = S.Zero, S.One
    for f in Mul.make_args(e):
        base, n = f.as_base_exp()
        if isinstance(f, sympy.exp) and real(f.args[0]):
            parts += f.args[0]
        elif not f.is_Number and (f.is_positive or positive(f)):
            parts += n * sympy.log(base) if positive(base) and n.is_real else sympy.log(f)
        else:
            rest *= f
    return parts + sympy.log(rest) if rest != 1 else parts


def _deltas(e):
    """Σ_i δ_ij f(i), for j in the range of the sum, is f(j)."""
    if not e.has(sympy.KroneckerDelta):
        return e

    def settled(s):
        if len(s.limits) != 1:
            return s
        i, lo, hi = s.limits[0]
        out = []
        for term in Add.make_args(sympy.expand(s.function)):
            delta = [d for d in term.atoms(sympy.KroneckerDelta) if i in d.free_symbols]
            if not delta:
                out.append(sympy.Sum(term, s.limits[0]))
                continue
            a, b = delta[0].args
            other = b if a == i else a
            out.append(term.xreplace({delta[0]: S.One}).subs(i, other))
        return Add(*out)

    return e.replace(lambda a: isinstance(a, sympy.Sum), settled).replace(
        lambda a: isinstance(a, sympy.KroneckerDelta) and a.args[0] == a.args[1], lambda a: S.One
    )


# --- the decision shared by the methods

_KNOWN, _KEPT = {}, 256  # expressions carried out; a line and its mutants share a side


def _carried_out(e, facts, written_by, ev):
    key = (e, facts, written_by)
    if key not in _KNOWN:
        out = ev(e)
        while len(_KNOWN) >= _KEPT:
            del _KNOWN[next(iter(_KNOWN))]
        _KNOWN[key] = out
    return _KNOWN[key]


def difference(lhs, rhs, facts=()):
    """Left minus right, carried out: 0 if the equality is proved, else a readable residual."""
    facts = tuple((what, sympy.sympify(value)) for what, value in facts)
    ev = Evaluator(facts)
    ev.schedules = _reducer([lhs, rhs, *[b for _, b in facts]])
    written_by = frozenset(ev.schedules.first.items())
    left, right = (_carried_out(sympy.sympify(e), facts, written_by, ev) for e in (lhs, rhs))
    if left == right and not left.has(sympy.nan):
        return S.Zero
    if left.is_infinite or right.is_infinite or left.has(sympy.nan, sympy.zoo) or right.has(sympy.nan, sympy.zoo):
        return sympy.Add(left, -right, evaluate=False)
    densities = all(e.has(sympy.exp) and not e.is_Add for e in (left, right))
    logs = [_log_of_product(e) for e in (left, right)] if densities else [None]
    if None not in logs:  # the logs of densities are the smaller expressions
        return S.Zero if prove_zero(logs[0] - logs[1], ev) == 0 else written(left - right)
    return written(prove_zero(left - right, ev))


def _log_of_product(e):
    """log e as a sum if every factor of e is positive; None if that is not settled."""
    out = S.Zero
    for f in Mul.make_args(e):
        base, n = f.as_base_exp()
        if isinstance(f, sympy.exp) and real(f.args[0]):
            out += f.args[0]
        elif n.is_real and positive(base):
            out += n * sympy.log(base)
        else:
            return None
    return out


def _reducer(exprs):
    """How the ᾱ's that stand in these expressions are written; those of bound times are left to the zero test."""
    from ..nodes.schedules import Reducer, ScheduleValue

    nodes, stack = [], [e for e in exprs if isinstance(e, sympy.Basic)]
    while stack:
        e = stack.pop()
        if isinstance(e, ScheduleValue):
            nodes.append(plain(e))
        elif not isinstance(e, Law):
            stack.extend(e.args)
    return Reducer(nodes)


def prove_zero(e, ev=None, depth=0):
    """0 if e is identically zero: at once, or because e vanishes somewhere and its derivative everywhere."""
    given = ev.relations if ev else ()
    r = simplify_zero(e, given)
    if r == 0:
        return S.Zero
    if depth < _DEPTH and not given:
        for y, a in _moving_ends(e):
            if _vanishes(e, y, a, ev, depth):
                return S.Zero
    if depth == 0:
        for n, first in _steps(e):
            if _by_induction(e, n, first, given):
                return S.Zero
    return r


def _moving_ends(e):
    """Symbols that are an end of an integral, with the other end."""
    out = []
    for a in e.atoms(sympy.Integral):
        x, lo, hi = a.limits[-1]
        for y, other in ((hi, lo), (lo, hi)):
            if y.is_Symbol and not y.is_integer and not other.has(y) and other.is_finite is not False:
                out.append((y, other))
    return sorted(set(out), key=str)


def _vanishes(e, y, a, ev, depth):
    """e = 0 at y = a, and ∂e/∂y = 0 for all y."""
    from .calculus import reintegrate

    try:
        start = reintegrate(e.subs(y, a))
        if start.has(sympy.nan, sympy.zoo) or simplify_zero(start) != 0:
            return False
        moved = e.diff(y)
        if ev:
            moved = ev.resettle(moved)
        return prove_zero(reintegrate(moved), ev, depth + 1) == 0
    except (DerivationError, ZeroDivisionError):
        return False


def _steps(e):
    """Symbols up to which sums or products run, with the value at which to start the induction."""
    starts = {}
    for a in e.atoms(sympy.Sum, sympy.Product):
        if len(a.limits) != 1 or len(a.limits[0]) != 3:
            continue
        _, lo, hi = a.limits[0]
        k, n = sympy.expand(hi).as_coeff_Add()
        if n.is_Symbol and n.is_integer and k.is_Integer and lo.is_Integer:
            starts.setdefault(n, []).append(lo - k)
    return sorted(((n, max(los)) for n, los in starts.items()), key=str)


def _by_induction(e, n, first, given):
    """e = 0 at n = first, and e(n) = 0 implies e(n + 1) = 0."""
    start = e.subs(n, first).replace(
        lambda a: isinstance(a, (sympy.Sum, sympy.Product)) and a.limits[0][2].is_Integer, lambda a: a.doit())
    if start.has(sympy.nan, sympy.zoo) or simplify_zero(start, [g.subs(n, first) for g in given]) != 0:
        return False
    return simplify_zero(e.subs(n, n + 1), [e, *given]) == 0
