"""An instance that is given, as a counterexample is: every number, table and function in it; nothing is drawn.

It meets what is declared and every fact and condition, or it is no instance of the claim.
"""

import itertools

import sympy
from sympy import Symbol
from sympy.core.function import AppliedUndef

from ..errors import DerivationError
from ..nodes.arrays import Letter
from ..nodes.expressions import plain
from ..nodes.hypotheses import Condition, Fact
from ..nodes.laws import At, Block, Density
from ..nodes.schedules import ScheduleValue
from ..nodes.walk import atoms, has
from ..show.conditions import condition_text
from ..show.decimals import decimal
from .hypotheses import Hypotheses
from .numeric import functionals, limits, sums  # noqa: F401 (their rules enter the table)
from .numeric.arrays import lacks, shown
from .numeric.checks import check, holds
from .numeric.compare import Comparison
from .numeric.functions import declared
from .numeric.instance import Instance
from .numeric.setting import Setting
from .result import DIGITS, Infinite, Outside, Unable, Undefined, Unmet

__all__ = ["Given", "NotGiven"]

OPEN = 6  # stands for the one index that may be left open
TINY = sympy.Rational(1, 10**25)


class NotGiven(DerivationError):
    """The instance lacks something, or breaks a hypothesis."""


class Given(Instance):
    """Both sides of a claim at an instance.

    Parameters
    ----------
    sides: the two expressions.
    numbers: by symbol, schedule value or variable. One index may be left open, if it stands in indices alone.
    values: the values that a random variable can take; free: the value of a random variable that nothing binds.
    tables: by law, {values of its variables in the order of its declaration: probability}.
    functions: by name of an undefined function, a Python function of numbers.
    facts, conditions, times: what the instance must meet.
    """

    def __init__(self, sides, facts=(), conditions=(), times=None, *, numbers=(), values=(), free=(), tables=(), functions=()):
        self.sides, numbers = tuple(map(sympy.sympify, sides)), {k: v if isinstance(k, Letter) else exact(v) for k, v in dict(numbers).items()}
        schedule = [Fact(k, v) for k, v in numbers.items() if isinstance(k, ScheduleValue)]
        self.required = [*[as_condition(f) for f in facts if f.relation != "="], *conditions]
        equations = (*[f for f in facts if f.relation == "="], *schedule)
        setting = Setting(*self.sides, Hypotheses(equations, tuple(self.required)), times)
        setting.laws |= {law for law in dict(tables) if law not in setting.continuous}
        setting.finite = setting.finite or bool(setting.laws)
        super().__init__(setting)
        self.leave_open({plain(s) for s in numbers if isinstance(s, Symbol)})
        for s, n in sorted(numbers.items(), key=lambda item: isinstance(item[0], Letter)):  # the dimensions come first
            self.give(s, n)
        for v, of_it in dict(values).items():
            self.give_values(v, of_it)
        for law, table in dict(tables).items():
            self.give_table(law, table)
        for name, f in dict(functions).items():
            self.give_function(name, f)
        for v, value in dict(free).items():
            self.give_outcome(v, exact(value))
        try:
            self.meet_hypotheses()
        except (Unmet, Undefined, Infinite, Outside, Unable) as why:
            raise NotGiven(f"the instance does not meet {why}" if isinstance(why, Unmet) else f"the facts have no value at the instance: {why}") from None

    # --- what is given

    def leave_open(self, given):
        """One index without a number, which must not stand anywhere but in indices."""
        missing = {plain(s) for e in self.sides for s in e.free_symbols if isinstance(s, Symbol) and s.is_integer} - given
        counted = missing & set().union(*map(outside_of_indices, self.sides))
        if counted or len(missing) > 1 or missing and any(has(e, (Density, Block)) for e in self.sides):
            raise NotGiven(f"{', '.join(sorted(map(str, counted or missing)))} is not given")
        self.whole_numbers.update(dict.fromkeys(missing, OPEN))

    def give(self, s, n):
        if isinstance(s, ScheduleValue):
            if not 0 < n < 1:
                raise NotGiven(f"{s} lies between 0 and 1, and {n} does not")
        elif isinstance(s, Letter):
            wrong = give_array(self, s, n)
            if wrong:
                raise NotGiven(wrong)
        elif isinstance(s, (Symbol, At)):
            key = plain(s) if isinstance(s, Symbol) else self.place(s, {})
            if key in self.symbol_facts:
                raise NotGiven(f"{s} is given by a fact; leave out its number")
            self.require(s, n)
            if isinstance(s, Symbol) and s.is_integer:
                self.whole_numbers[key] = int(n)
            self.keep(key, str(s), n)
        else:
            raise NotGiven(f"a number is given for a symbol, not for {s}; a function is given under 'functions', as a Python function")

    def require(self, s, n):
        facts = s.assumptions0 if isinstance(s, Symbol) else {"real": True}
        kind = declared(self.ctx, facts, self.number(n))
        if kind:
            raise NotGiven(f"{s} is declared {kind}, and {n} is not")

    def give_values(self, v, values):
        key, values = self.place(v, {}), [exact(a) for a in values]
        if self.laws.copied(key) != key:
            raise NotGiven(f"{v} is one of several copies, whose values are drawn")
        for a in values:
            self.require(v, a)
        self.laws.alphabets[key] = [self.number(a) for a in values]
        self.laws.places_[key] = {a: k for k, a in enumerate(self.laws.alphabets[key])}

    def give_outcome(self, v, value):
        key, number = self.place(v, {}), self.number(value)
        if key in self.laws.alphabets and number not in self.laws.alphabets[key]:
            raise NotGiven(f"{v} does not take the value {value}")
        self.keep(key, str(v), value)

    def give_table(self, law, table):
        if law in self.laws.facts:
            raise NotGiven(f"{law.name} is given by a fact; leave out its table")
        if law.iid:
            raise NotGiven(f"{law.name} is a law of copies, which is drawn; leave out its table")
        table = {tuple(map(exact, o if isinstance(o, tuple) else (o,))): exact(p) for o, p in table.items()}
        names = self.laws.variables(law.order, {})
        for key, v in names.items():
            if key not in self.laws.alphabets:
                raise NotGiven(f"the values of {v} are not given")
        alphabets, out, left = [self.laws.alphabets[k] for k in names], {}, {tuple(map(self.number, o)): p for o, p in table.items()}
        for places in itertools.product(*[range(len(a)) for a in alphabets]):
            outcome = tuple(a[i] for a, i in zip(alphabets, places))
            if outcome not in left:
                raise NotGiven(f"the table of {law.name} says nothing of {', '.join(decimal(a, 6, self.ctx) for a in outcome)}")
            out[places] = left.pop(outcome)
        if left:
            raise NotGiven(f"the table of {law.name} holds {len(left)} outcomes with values that its variables do not take")
        if any(p < 0 for p in out.values()):
            raise NotGiven(f"the table of {law.name} holds a negative probability")
        given = len(self.laws.variables(law.given, {}))
        totals = {}
        for places, p in out.items():
            totals[places[:given]] = totals.get(places[:given], 0) + p
        for total in totals.values():
            if total != 1:
                raise NotGiven(f"the probabilities in the table of {law.name} add up to {total}, not to one")
        self.laws.tables[law] = names, {places: self.number(p) for places, p in out.items()}
        if law.markov and not self.laws.is_markov(law):
            raise NotGiven(f"{law.name} is declared a Markov chain, and its table is none")

    def give_function(self, name, f):
        if name in self.functions.formulas:
            raise NotGiven(f"{name} is given by a fact; leave out the function")
        used = {a.func.__name__: a.func._kwargs for e in self.setting_expressions() for a in atoms(e, AppliedUndef)}
        self.functions.concrete[name] = _Function(self, name, f, used.get(name, {}))

    def setting_expressions(self):
        return [*self.sides, *self.setting.hypotheses.expressions()]

    # --- what it must meet

    def meet_hypotheses(self):
        for law, facts in self.laws.facts.items():
            self.start_law(law, [fact for fact, _ in facts])
        self.meet_schedules()
        self.required += [as_condition(f) for f in self.equations]
        self.equations, self.setting.hypotheses = [], Hypotheses(self.setting.hypotheses.facts, ())
        check(self)
        for c in self.required:
            if not self.meets(c):
                raise Unmet(condition_text(c))

    def meets(self, c):
        """Whether a condition holds, for every value of the random variables that it leaves open."""
        keys = sorted((k for k in self.free(c.left, {}) | self.free(sympy.sympify(c.right), {}) if k in self.laws.alphabets and k not in self.values), key=str)
        try:
            for outcome in itertools.product(*[self.laws.alphabets[k] for k in keys]):
                self.values.update(zip(keys, outcome))
                self.forget()
                if not holds(self, c):
                    return False
            return True
        finally:
            for k in keys:
                self.values.pop(k, None)
            self.forget()

    def start_law(self, law, facts):
        """A law that a fact gives whole; where facts give a part of it alone, it is not given."""
        whole = set(self.laws.variables(law.scope, {})), set(self.laws.variables(law.given, {}))
        if not any((set(self.laws.variables(f.left.left, {})), set(self.laws.variables(f.left.right, {}))) == whole for f in facts):
            raise NotGiven(f"the facts do not give the whole law {law.name}")
        names = self.laws.variables(law.order, {})
        for key, v in names.items():
            if key not in self.laws.alphabets:
                raise NotGiven(f"the values of {v} are not given")
        sizes = [len(self.laws.alphabets[k]) for k in names]
        given = len(self.laws.variables(law.given, {}))
        share = self.number(1 / sympy.prod(sizes[given:], start=sympy.Integer(1)))
        self.laws.tables[law] = names, dict.fromkeys(itertools.product(*map(range, sizes)), share)
        self.laws.impose(law)

    def meet_schedules(self):
        """ᾱ falls from 1 with the index, and is the product of the α, as far as both are given."""
        found = {}
        for (name, bar), facts in self.schedules.facts.items():
            for fact in facts:
                if not fact.forall:
                    found.setdefault(name, {})[self.whole(fact.left.index, {}), bar] = sympy.sympify(fact.right)
        for name, values in found.items():
            steps = sorted(n for n, bar in values if bar)
            for below, above in zip([0, *steps], steps):
                ratio = values[above, True] / values.get((below, True), 1)
                factors = [values[n, False] for n in range(below + 1, above + 1) if (n, False) in values]
                rest = sympy.sympify(ratio / sympy.prod(factors, start=sympy.Integer(1)))
                if rest.is_number and not (rest == 1 if len(factors) == above - below else 0 < rest < 1):
                    raise Unmet(f"that {name}.bar[{above}] is the product of the factors up to there, each between 0 and 1")

    def rng(self, *key):
        """Nothing is drawn."""
        kind, what = (key[0], key[1]) if isinstance(key[0], str) and len(key) > 1 else ("", key[0])
        if kind in ("alphabet", "outcome"):
            raise NotGiven(f"{name_of(what)} has no value: give the values that it takes, and under 'free' the one that it has")
        raise NotGiven({"law": f"the law {what} is not given: give its table", "function": f"the function {what} is not given"}.get(
            kind, f"{what}[{key[-1]}] is not given" if kind == "schedule" else f"{name_of(what)} is not given"))  # fmt: skip

    # --- values

    def must_exist(self, conditions):
        """What a side presupposes of the instance: no logarithm of a negative number, no division by zero."""
        for c in conditions:
            if not c.over and not holds(self, c):
                raise NotGiven(f"the claim is not defined at this point: {condition_text(c)} does not hold")

    def value(self, e):
        """The number that a side is."""
        out, why = self.side(sympy.sympify(e))
        if out is None or out != out or abs(out) == self.ctx.inf:
            raise NotGiven(f"the claim is not defined at this point: {why or 'a side is infinite'}")
        if out.imag != 0:
            raise NotGiven("the claim is not defined at this point: a side is not real")
        return out.real

    def compare(self, relation):
        """(left value, right value, whether left relation right)."""
        try:
            a, b = map(self.value, self.sides)
            found = Comparison(self, "=" if relation == "!=" else relation, DIGITS).compare(*self.sides)
        except (Outside, Unable) as why:
            raise NotGiven(f"the claim has no value at this point: {why}") from None
        if found.status not in ("agrees", "differs"):
            raise NotGiven(f"the two sides cannot be told apart or shown equal at this point: {found.text}")
        return a, b, (found.status == "differs") == (relation == "!=")


class _Function:
    """A Python function in the place of an undefined one."""

    def __init__(self, w, name, f, facts):
        self.w, self.name, self.f, self.facts = w, name, f, facts

    def partial(self, orders, at):
        if any(orders):
            raise Unable(f"{self.name}, given by its values, has no derivative; give it by a fact, fact({self.name}(x), …, forall=x)")
        out = self.w.number(exact(self.f(*at)))
        kind = declared(self.w.ctx, self.facts, out)
        if kind:
            raise NotGiven(f"{self.name} is declared {kind}, and {decimal(out, 6, self.w.ctx)} is not")
        return out


def as_condition(fact):
    return Condition(fact.left, fact.relation, fact.right, tuple((s, None, None) for s in fact.forall))


def outside_of_indices(e):
    """The symbols that stand elsewhere than in the index of a variable or of a schedule."""
    if isinstance(e, (At, ScheduleValue)):
        return set()
    return {plain(e)} if isinstance(e, Symbol) else set().union(*map(outside_of_indices, e.args))


def name_of(key):
    return f"{key[1]}[{', '.join(map(str, key[2:]))}]" if isinstance(key, tuple) else str(key)


def exact(a):
    return a if isinstance(a, sympy.Basic) else sympy.nsimplify(str(a), rational=True)


def give_array(w, e, value):
    """Takes the entries of a vector or matrix; what is wrong with them, in words, or nothing."""
    rows = [row if isinstance(row, (list, tuple)) else [row] for row in value] if isinstance(value, (list, tuple)) else []
    if not rows or len({len(row) for row in rows}) > 1 or not rows[0]:
        return f"the entries of {e} stand in a list of rows, such as [[1, 0], [0, 2]], or those of a vector in one list"
    given = sympy.Matrix([[exact(sympy.sympify(a)) for a in row] for row in rows])
    if not all(a.is_real and a.is_number for a in given):
        return f"an entry of {e} is no real number"
    lengths = dict(zip(e.shape, given.shape))
    for n, length in zip(e.shape, given.shape):
        if lengths[n] != length or (n.is_number or plain(n) in w.whole_numbers) and w.whole(n, {}) != length:
            return f"{e} is {e.shape[0]}×{e.shape[1]}, and {given.rows}×{given.cols} numbers are given with {n} = {w.whole(n, {})}"
    wrong = lacks(w.ctx, e.traits, w.ctx.matrix([[w.number(q) for q in row] for row in given.tolist()]))
    if wrong:
        return f"{e} is declared {wrong}, and what is given is not"
    w.arrays[e], w.exact[e.name] = given, shown(given)
    return ""
