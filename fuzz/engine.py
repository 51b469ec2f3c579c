"""What the engine says to a line. No other module here imports it."""

import time
from dataclasses import dataclass, field
from fractions import Fraction

import sympy
from sympy.core.function import AppliedUndef
from sympy.tensor.indexed import Indexed

import vdmlib.derive as derive
from vdmlib.derive.errors import EngineError, OutOfTime
from vdmlib.derive.nodes import expressions, functionals, laws, normal, schedules
from vdmlib.derive.nodes.hypotheses import fact

from .deadline import Late, deadline
from .lines import INFINITY, MINUS_INFINITY, Node, fun, node, num, program, sym
from .truth import Condition

__all__ = ["Answer", "ask", "slips", "back", "Unknown"]

SECONDS = 20


@dataclass
class Answer:
    """The engine's answer: "accepted", "refused", "late" or "crashed", with its conditions as nodes."""

    status: str
    words: str = ""
    conditions: tuple = ()
    shown: tuple = ()  # the conditions in words, from the record
    unknown: tuple = ()  # conditions that could not be read
    statement: str = ""
    seconds: float = 0.0
    sides: tuple = field(default=(), repr=False)  # the displayed sides, as nodes


SPACE = {name: getattr(derive, name) for name in derive.__all__}
SPACE |= {name: getattr(sympy, name) for name in
          ("Integer", "Rational", "oo", "I", "pi", "Abs", "Max", "Min", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "sign")}  # fmt: skip
SPACE["fact"] = fact


def ask(line, full=False):
    """What the engine says to a line. full: with its mutants, as on the page."""
    begun = time.perf_counter()
    space = dict(SPACE)
    try:
        with deadline(SECONDS):
            exec(program(line), space)  # noqa: S102 — our own text
            derivation = space["line"]
            records = derivation.records() if full else None
        out = _read(derivation, records)
    except (OutOfTime, EngineError) as error:
        out = Answer("late" if isinstance(error, OutOfTime) else "crashed", str(error.__cause__ or error))
    except derive.DerivationError as error:
        out = Answer("refused", str(error))
    except Late:
        out = Answer("late", f"no answer within {SECONDS} s")
    except Exception as error:  # noqa: BLE001 — whatever a reader would meet
        out = Answer("crashed", f"{type(error).__name__}: {error}")
    out.seconds = time.perf_counter() - begun
    return out


def slips(line, numbers=(0, 1, 2)):
    """Lines that the engine shows as wrong versions of an accepted one, as (left, relation, right)."""
    out, space = [], dict(SPACE)
    try:
        with deadline(SECONDS):
            exec(program(line), space)  # noqa: S102
            for number in numbers:
                slip = derive.find_the_slip(space["line"], number)
                shown = slip.derivation[slip.line]
                out.append((back(shown.before), shown.relation, back(slip.mutant.expression)))
    except (derive.DerivationError, Unknown, Late):
        pass
    return out


def _read(derivation, records):
    conditions, unknown = [], []
    for line in derivation.lines:
        for c in getattr(line, "conditions", ()):
            try:
                over = tuple((back(v), lo if lo is None else back(lo), hi if hi is None else back(hi)) for v, lo, hi in c.over)
                conditions.append(Condition(back(c.left), c.relation, back(c.right), over))
            except Unknown as error:
                unknown.append(f"{c}: {error}")
    shown = tuple(records[-1]["conditions"]) if records else ()
    statement = records[-1]["statement"] if records else str(derivation)
    try:
        sides = back(derivation.first), back(derivation.lines[-1].expression)
    except Unknown:
        sides = ()
    return Answer("accepted", "", tuple(conditions), shown, tuple(unknown), statement, sides=sides)


# --- the engine's expressions, read back

class Unknown(Exception):
    """An expression of the engine that this language has no word for."""


_FUNCTIONS = {"log": "log", "exp": "exp", "Abs": "abs", "sin": "sin", "cos": "cos", "tan": "tan", "asin": "asin", "acos": "acos",
              "atan": "atan", "sinh": "sinh", "cosh": "cosh", "tanh": "tanh", "sign": "sign", "phi": "phi"}  # fmt: skip


def back(e):
    """An expression of the engine as a node."""
    e = sympy.sympify(e)
    for kind, rule in _RULES:
        if isinstance(e, kind):
            return rule(e)
    name = type(e).__name__.removeprefix("_")
    if name in _FUNCTIONS:
        return node(_FUNCTIONS[name], back(e.args[0]))
    raise Unknown(f"{type(e).__name__} {e}")


def _power(e):
    base, n = e.args
    if base == sympy.E:
        return node("exp", back(n))
    if n == sympy.Rational(1, 2):
        return node("sqrt", back(base))
    return Node("pow", (back(base), back(n)))


def _number(e):
    if e.is_Rational:
        return num(Fraction(int(e.p), int(e.q)))
    if e in (sympy.oo, -sympy.oo):
        return INFINITY if e == sympy.oo else MINUS_INFINITY
    if e == sympy.pi:
        return Node("pi", ())
    if e == sympy.E:
        return node("exp", num(1))
    if e == sympy.I:
        return Node("I", ())
    raise Unknown(f"the number {e}")


def _limits(op):
    def rule(e):
        out = back(e.args[0])
        for limit in e.limits:
            if len(limit) != 3:
                raise Unknown(f"{e}")
            out = Node(op, (out, str(limit[0]), back(limit[1]), back(limit[2])))
        return out

    return rule


def _derivative(e):
    out = back(e.expr)
    for v, n in e.variable_count:
        out = Node("diff", (out, back(v), int(n)))
    return out


def _schedule(e):
    return Node("bar" if e.bar else "alpha", (e.name, back(e.index)))


def _applied(e):
    name = e.func.__name__
    if name.endswith(".bar") or type(e).__mro__[1].__name__ == "_Scheduled":
        return Node("bar" if name.endswith(".bar") else "alpha", (name.removesuffix(".bar"), back(e.args[0])))
    return fun(name, *map(back, e.args))


def _each(op, *fixed):
    return lambda e: Node(op, (*fixed, *map(back, e.args)))


def _tuple(vs):
    return tuple(map(back, vs))


def _mean(e):
    return Node("mean", (_tuple(functionals.law_factors(e.law)), back(e.body)))


def _one_over(e):
    return Node("div", tuple(map(back, e.args)))


_RULES = [
    (laws.Density, lambda e: Node("dens", (e.law.name, _tuple(e.left), _tuple(e.right)))),
    (laws.Variable, lambda e: Node("rv", (e.name,))),
    (laws.At, lambda e: Node("at", (str(e.args[0]), back(e.args[1])))),
    (laws.Block, lambda e: Node("block", (str(e.args[0]), back(e.args[1]), back(e.args[2])))),
    (normal.N, _each("normal")),
    (schedules.ScheduleValue, _schedule),
    (expressions.Terms, _each("add")), (expressions.Factors, _each("mul")), (expressions.Frac, _one_over), (expressions.Power, _power),
    (functionals.Expectation, _mean),
    (functionals.SumOver, lambda e: Node("over", ("Sigma", _tuple(e.bound), back(e.body)))),
    (functionals.IntegralOver, lambda e: Node("over", ("Integrate", _tuple(e.bound), back(e.body)))),
    (functionals.KL, _each("kl")), (functionals.H, _each("ent")), (functionals.CE, _each("ce")), (functionals.ELBO, _each("elbo")),
    (functionals.MI, lambda e: Node("mi", (back(e.args[0]), _tuple(e.args[1:])))),
    (sympy.Sum, _limits("sum")), (sympy.Product, _limits("prod")), (sympy.Integral, _limits("int")),
    (sympy.Derivative, _derivative),
    (sympy.Limit, lambda e: Node("lim", (back(e.args[0]), str(e.args[1]), back(e.args[2]), str(e.args[3])))),
    (sympy.exp, lambda e: node("exp", back(e.args[0]))),
    (sympy.Max, _each("max")), (sympy.Min, _each("min")),
    (AppliedUndef, _applied),
    (Indexed, lambda e: Node("entry", (str(e.base), back(e.indices[0])))),
    (sympy.Symbol, lambda e: sym(e.name)),
    (sympy.Add, _each("add")), (sympy.Mul, _each("mul")), (sympy.Pow, _power),
    (sympy.Number, _number), (sympy.NumberSymbol, _number), (sympy.core.numbers.ImaginaryUnit, _number),
]  # fmt: skip
