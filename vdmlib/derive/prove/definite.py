"""What vectors and matrices presuppose: that what is inverted can be, that a covariance is positive definite."""

import sympy
from sympy import S, prod

from ..compute.arrays.evaluate import Reader
from ..errors import DerivationError, NotDecided
from ..nodes.arrays import ArrayFactors, ArrayFrac, Det, Eye, Inner, Inverse, Letter, Transpose
from ..nodes.expressions import Factors, Frac, Power, Sized, Terms, plain
from ..nodes.functionals import IntegralOver
from ..nodes.hypotheses import Condition
from .angles import sign_by_angles

__all__ = ["array_sign", "definite", "invertible", "surely_positive"]


def definite(e, why):
    """Conditions under which a matrix is symmetric and positive definite: signs of coefficients where its form shows it, else itself."""
    if isinstance(e, Eye) or isinstance(e, Letter) and "positive" in e.traits:
        return []
    if not isinstance(e, Sized):
        raise DerivationError(f"{why} needs a positive definite matrix, and {e} is none")
    if isinstance(e, Inverse):
        return definite(e.args[0], why)
    if isinstance(e, (ArrayFactors, ArrayFrac)) and sum(isinstance(a, Sized) for a in e.args) == 1:
        inside = definite(next(a for a in e.args if isinstance(a, Sized)), why)
        if not any(c.relation == "definite" for c in inside):
            factor = plain(prod(a for a in e.args if not isinstance(a, Sized)))
            return inside + ([] if factor.is_positive else [Condition(factor, ">", S.Zero, why=why)])
    return _by_form(e, why)


def _by_form(e, why):
    try:
        reader = Reader()
        asked = reader.positive_when(reader.normal(reader.array(e, {})))
    except (NotDecided, ZeroDivisionError):
        asked = None
    if asked is None or any(s in reader.data for c in asked for s in c.free_symbols) or any(c.is_nonpositive for c in map(plain, asked)):
        return [Condition(e, "definite", S.Zero, why=why)]
    return [Condition(c, ">", S.Zero, why=why) for c in asked]


def array_sign(e, relation):
    """Whether the form of a number of vectors and matrices shows that it is > 0, ≥ 0 or ≠ 0."""
    if isinstance(e, (Factors, Frac)) and relation != ">=":
        return all(array_sign(sympy.sympify(a), relation) for a in e.args)
    if isinstance(e, IntegralOver):
        return relation != "!=" and array_sign(e.body, relation) or array_sign(e.body, ">")
    if isinstance(e, Power) and relation == ">" and plain(e.args[1]).is_real:
        return array_sign(e.args[0], ">")
    if surely_positive(e) or relation == ">=" and _is_a_square(e):
        return True
    if isinstance(e, Terms) and all(array_sign(sympy.sympify(a), ">=") for a in e.args):
        return relation == ">=" or any(array_sign(sympy.sympify(a), ">") for a in e.args)
    p = plain(e)
    return bool(p.is_positive or relation == ">=" and (p.is_nonnegative or sign_by_angles(e)) or relation == "!=" and p.is_nonzero)


def surely_positive(u):
    """Whether a number of vectors and matrices is positive by its form: the determinant of a positive definite matrix."""
    return isinstance(u, Det) and definite(u.args[0], "") == []


def _is_a_square(e):
    """Whether a number is xᵀMx with a surely positive definite M."""
    if not isinstance(e, Inner) or len(e.args) != 3:
        return False
    first, middle, last = e.args
    return isinstance(first, Transpose) and first.args[0] == last and isinstance(middle, Sized) and definite(middle, "") == []


def invertible(e, why):
    """Conditions under which a matrix has an inverse."""
    if isinstance(e, Inverse) or isinstance(e, (Eye, Letter)) and (isinstance(e, Eye) or "invertible" in e.traits):
        return []
    if isinstance(e, Transpose):
        return invertible(e.args[0], why)
    if isinstance(e, (ArrayFactors, ArrayFrac)) and all(a.shape[0] == a.shape[1] for a in e.args if isinstance(a, Sized)):
        parts = [invertible(a, why) if isinstance(a, Sized) else [Condition(a, "!=", S.Zero, why=why)] for a in e.args]
        return [c for part in parts for c in part if not sympy.sympify(c.left).is_number]
    asked = definite(e, why)
    if not any(c.relation == "definite" for c in asked) and all(sympy.sympify(c.left).is_positive for c in asked):
        return []
    return [Condition(Det(e), "!=", S.Zero, why=why)]
