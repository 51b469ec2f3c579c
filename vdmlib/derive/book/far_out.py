"""A line that agrees with the numbers that are drawn nearby, looked at far from them: |x + 60| is x + 60 for every x > −60."""

from sympy import Abs, Add, Max, Min, Mul, NumberSymbol, Pow, Rational, Symbol, log, preorder_traversal, sign

from ..budget import budget
from ..errors import FAULTS, DerivationError
from ..nodes.expressions import Factors, Frac, Power, Terms
from ..nodes.laws import Variable
from ..probe.agreement import probe

__all__ = ["far_out"]

TAME = Symbol, Rational, NumberSymbol, Add, Mul, Terms, Factors, Frac, Abs, Max, Min, sign, log  # and powers
#: The largest number that stands in a line, and its exponents together: far out, what is added to 1 is still seen.
LARGEST, POWERS = 10**4, 12
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
    """Whether numbers of thousands can be put in: powers of low order, sizes, logs."""
    parts = [a for e in sides for a in preorder_traversal(e)]
    powers = [a.args[1] for a in parts if isinstance(a, (Pow, Power))]
    return (all(isinstance(a, (*TAME, Pow, Power)) and not isinstance(a, Variable) for a in parts)
            and all(n.is_Rational for n in powers) and sum(map(abs, powers)) <= POWERS
            and all(abs(a) <= LARGEST for a in parts if a.is_Rational))  # fmt: skip
