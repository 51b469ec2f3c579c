"""Which part of a printed line needs brackets, so that the line has one reading.

The reading is a textbook's. An operator (Σ, ∏, lim, d/dx, log) takes the product to its right and ends before
+ and −, so what it is applied to is bracketed if it is a sum, and the operator itself if a factor follows.
Where a limit ends is not agreed on: it is bracketed before + and − too. `f|_{x=0}` does not show where it
starts: it is bracketed wherever something stands before it. A minus stands at the start of a line or a bracket.
"""

import sympy
from sympy.core.function import AppliedUndef

from ..nodes.expressions import Factors, Frac, Terms
from ..nodes.fields import Operator
from ..nodes.functionals import Over
from ..nodes.total import Total

__all__ = ["sign", "is_sum", "is_open", "primed", "in_sum", "in_product", "under_operator"]

_OPERATORS = (sympy.Sum, sympy.Product, sympy.Integral, sympy.Limit, sympy.Piecewise, sympy.log, Over, Total)
_HELD_TOGETHER = (Terms, sympy.Add, sympy.Subs, sympy.Piecewise)


def sign(a):
    """(is there a leading minus, what follows it)"""
    if isinstance(a, Factors) and a.args[0].is_Number and a.args[0].is_negative:
        c = -a.args[0]
        rest = a.args[1:] if c == 1 else (c, *a.args[1:])
        return True, rest[0] if len(rest) == 1 else Factors(*rest)
    if isinstance(a, Frac):
        minus, num = sign(a.args[0])
        if minus:
            return True, Frac(num, a.args[1])
    if a.is_Number and a.is_negative:
        return True, -a
    if isinstance(a, sympy.Mul) and a.as_coeff_Mul()[0].is_negative:
        return True, -a
    return False, a


def is_sum(e):
    return isinstance(e, (Terms, sympy.Add))


def primed(e):
    """Whether a derivative is shown as f′(x) or f″(x)."""
    if not isinstance(e.expr, AppliedUndef) or len(e.variable_count) != 1:
        return False
    ((v, n),) = e.variable_count
    return e.expr.args == (v,) and n in (1, 2)


def is_open(e):
    """Whether a formula ends inside what an operator is applied to, so that a factor after it would be read into it."""
    e = sign(e)[1]
    if isinstance(e, Factors):
        return is_open(e.args[-1])
    if isinstance(e, sympy.Mul):
        return any(map(is_open, e.args))
    if isinstance(e, sympy.Derivative):
        return not primed(e)
    return isinstance(e, (*_OPERATORS, Operator))


def in_sum(e, first, last):
    """Whether a term, its minus apart, needs brackets; first: nothing stands before it, not even a minus."""
    held = is_sum(e) or _starts_with_minus(e) or isinstance(e, sympy.Subs)
    return (not first and held) or (not last and _ends_in_limit(e))


def in_product(e, first, last):
    held = is_sum(e) or isinstance(e, (sympy.Subs, sympy.Piecewise))
    return held or (not first and _starts_with_minus(e)) or (not last and is_open(e))


def under_operator(e):
    return isinstance(e, _HELD_TOGETHER)


def _starts_with_minus(e):
    if isinstance(e, Factors) and not is_sum(e.args[0]):
        return _starts_with_minus(e.args[0])
    return sign(e)[0] and not isinstance(e, Frac)


def _ends_in_limit(e):
    e = sign(e)[1]
    if isinstance(e, (sympy.Limit, sympy.Piecewise)):
        return True
    if isinstance(e, (Terms, Factors)):
        return _ends_in_limit(e.args[-1])
    if isinstance(e, (sympy.Sum, sympy.Product, sympy.Derivative, Total)):
        return not is_sum(e.args[0]) and _ends_in_limit(e.args[0])
    return isinstance(e, Over) and e.kind == "sum" and not is_sum(e.body) and _ends_in_limit(e.body)
