"""Zero tests for ordinary SymPy expressions."""

import sympy
from sympy import S

__all__ = ["simplify_zero"]


def simplify_zero(e):
    """The expression with its logs split, or 0 if it is then identically zero."""
    if e.is_number and e.is_Rational:
        return e
    e = sympy.expand(sympy.expand_log(e))
    if e == 0:
        return S.Zero
    out = sympy.cancel(sympy.together(e))
    return S.Zero if out == 0 else e
