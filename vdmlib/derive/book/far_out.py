"""A line that agrees with the numbers that are drawn nearby, looked at far from them: |x + 60| is x + 60 for every x > −60."""

from math import inf

from sympy import (
    Abs, Add, Heaviside, Max, Min, Mul, NumberSymbol, Piecewise, Pow, Rational, Sum, Symbol, Tuple, ceiling, cos, cosh, exp, floor, log,
    preorder_traversal, sign, sin, sinh, tanh,
)  # fmt: skip
from sympy.core.relational import Relational
from sympy.logic.boolalg import BooleanAtom, BooleanFunction

from ..budget import budget
from ..errors import FAULTS, DerivationError
from ..nodes.expressions import Factors, Frac, Power, Terms, plain
from ..nodes.laws import Variable
from ..probe.agreement import probe

__all__ = ["far_out"]

PIECES = Piecewise, Tuple, Relational, BooleanFunction, BooleanAtom, Abs, Max, Min, sign, Heaviside, floor, ceiling
STEEP = exp, sinh, cosh, tanh
TAME = Symbol, Rational, NumberSymbol, Add, Mul, Terms, Factors, Frac, log, sin, cos, Sum, *PIECES, *STEEP  # and powers
#: The largest number that stands in a line, and its exponents together: far out, what is added to 1 is still seen.
LARGEST, POWERS = 10**4, 12
#: The same for lines in which next to no powers stand.
LARGEST_ALONE, ALONE = 10**12, 2
#: The arguments of exp together, and how far beyond the largest number a line with exp is looked at: exp(−600) added to 1 is still seen.
STEEPEST, BEYOND = 600, 1.7
SECONDS = 3


def far_out(line, left, right, relation="="):
    """What contradicts a line at numbers beyond those that stand in it; None where nothing does, or where sizes would go beyond all digits."""
    if not is_tame(left, right):
        return None
    try:
        with budget("numbers far out", SECONDS):
            seen = probe(left, right, line.given, line.times, relation, line.premises.conditions(), far=True)
    except (DerivationError, *FAULTS):
        return None
    return seen if seen.agrees is False and seen.apart else None


def is_tame(*sides):
    """Whether numbers of thousands can be put in: powers of low order, sizes, cases, logs; and exp of what stays small enough."""
    parts = [a for e in sides for a in preorder_traversal(e)]
    powers = [a.args[1] for a in parts if isinstance(a, (Pow, Power))]
    numbers = [n for a in parts if a.is_Rational for n in (abs(a.p), a.q)]
    steep = [a.args[0] for a in parts if isinstance(a, STEEP)]
    reached = BEYOND * max([1, *numbers])
    return (all(isinstance(a, (*TAME, Pow, Power)) and not isinstance(a, Variable) for a in parts)
            and sum(isinstance(a, Sum) for a in parts) <= 1
            and all(n.is_Rational for n in powers) and sum(map(abs, powers)) <= POWERS
            and all(n <= (LARGEST if steep or sum(map(abs, powers)) > ALONE else LARGEST_ALONE) for n in numbers)
            and sum(size(plain(a), reached) for a in steep) <= STEEPEST)  # fmt: skip


def size(e, reached):
    """A bound on |e| while symbols stay below a number; infinite where none is seen."""
    inner = [size(a, reached) for a in e.args if not isinstance(a, (Relational, BooleanFunction, BooleanAtom))]
    if isinstance(e, Symbol):
        return reached
    if e.is_number:
        return abs(float(e)) if e.is_real and e.is_finite else inf
    if isinstance(e, (sign, Heaviside, sin, cos)):
        return 1
    if isinstance(e, Mul):
        product = 1
        for a in inner:
            product *= a
        return product
    if isinstance(e, (Add, Max, Min, Abs, Piecewise, Tuple)):
        return sum(inner)
    if isinstance(e, (floor, ceiling)):
        return inner[0] + 1
    if isinstance(e, Pow) and e.exp.is_Rational and e.exp > 0:
        return inner[0] ** float(e.exp)
    return inf
