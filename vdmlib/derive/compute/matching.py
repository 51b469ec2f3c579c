"""What a fact that holds for every value of some symbols says at given values."""

import sympy

from ..nodes.hypotheses import Condition
from .positivity import positive, real

__all__ = ["admits", "matched", "sign_wanted"]


def admits(symbol, value, times=None):
    """Whether a value is settled to have the declared properties of a symbol, so that it is one of "every" value."""
    known = symbol.assumptions0
    if known.get("integer") and not value.is_integer or known.get("real") and not real(value):
        return False
    if known.get("positive") or known.get("nonnegative"):
        strict = bool(known.get("positive"))
        if times is not None and value.is_integer and times.nonnegative(value - int(strict)):
            return True
        return positive(value) or not strict and bool(value.is_nonnegative)
    if known.get("negative") or known.get("nonpositive"):
        return positive(-value) or not known.get("negative") and bool(value.is_nonpositive)
    return not known.get("nonzero") or bool(value.is_nonzero) or positive(value) or positive(-value)


def sign_wanted(symbol, value):
    """The condition under which a value is one of "every" value of a symbol, where its sign alone is open; None if more is."""
    known = symbol.assumptions0
    if known.get("integer") and not value.is_integer or known.get("real") and not real(value) or value.atoms(sympy.Dummy):
        return None
    for name, sign, relation in (("positive", 1, ">"), ("negative", -1, ">"), ("nonnegative", 1, ">="), ("nonpositive", -1, ">="), ("nonzero", 1, "!=")):
        if known.get(name):
            fails = (sign * value).is_nonpositive if relation == ">" else (sign * value).is_negative if relation == ">=" else value.is_zero
            return None if fails else Condition(sign * value, relation, why=f"a fact for every {symbol}")
    return None


def matched(pattern, target, places, found):
    """`found`, {place: value}, with the value of one more place for which a pattern is the target; None where there is none.

    A pattern holds at most one place that is not found yet, and is affine in it.
    """
    pattern = sympy.expand(pattern.xreplace(found))
    new = [s for s in places if s not in found and pattern.has(s)]
    if not new:
        return found if sympy.expand(pattern - target) == 0 else None
    if len(new) > 1:
        return None
    (s,) = new
    slope = pattern.coeff(s)
    rest = sympy.expand(pattern - slope * s)
    if not slope.is_Rational or slope == 0 or rest.has(s):
        return None
    return {**found, s: sympy.expand((target - rest) / slope)}
