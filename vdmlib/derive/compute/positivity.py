"""Signs of expressions, settled for all admitted values of their symbols."""

import sympy
from sympy import Add, Dummy, I
from sympy.core.function import AppliedUndef
from sympy.polys.polyerrors import PolynomialError
from sympy.tensor.indexed import Indexed

from .jet import Jet

__all__ = ["positive", "real", "factor_list"]

_FACTORED = 300  # terms; a larger polynomial is not factored to settle its sign


def positive(e, unit=()):
    """True where e > 0 is proved for all admitted values of its symbols; `unit` symbols lie in (0, 1)."""
    e = sympy.sympify(e)
    if e.is_positive:
        return True
    if e.is_nonpositive or e.is_Number:
        return False
    if not unit:
        unit = _unit_atoms(e)
    odds = {a: d / (1 + d) for a, d in ((a, Dummy(positive=True)) for a in unit if e.has(a))}
    try:
        num, den = sympy.fraction(sympy.together(e.xreplace(odds)))
        sign = 1
        for part in (num, den):
            part = sympy.expand(part)
            s = _one_sign(part)
            if s:
                sign *= s
                continue
            if len(part.args) > _FACTORED:
                return False
            c, factors = factor_list(part)
            if not c.is_real or c == 0:
                return False
            sign *= 1 if c > 0 else -1
            for f, n in factors:
                if n % 2 == 0 and (f.is_real and f.is_nonzero):
                    continue
                s = _one_sign(f)
                if s == 0 or s < 0 and n != int(n):  # a root of what is negative
                    return False
                sign *= s ** int(n)
        return sign > 0
    except PolynomialError:
        return False


def factor_list(poly):
    """The constant and the irreducible factors of a polynomial."""
    poly = sympy.expand(poly)
    return (poly, []) if poly.is_Number else sympy.factor_list(poly)


def _one_sign(f):
    """+1 or −1 if every term of f has that strict sign or f is known to have it; 0 if that is not settled."""
    if f.is_positive:
        return 1
    if f.is_negative:
        return -1
    terms = Add.make_args(sympy.expand(f))
    for s in (1, -1):
        if all((s * a).is_nonnegative for a in terms) and any((s * a).is_positive for a in terms):
            return s
    return 0


def _unit_atoms(e):
    return {a for a in e.atoms(AppliedUndef) if getattr(a, "is_unit", False)}


def real(e):
    """True if an expression is real wherever it is defined: everything in it is."""
    if e.has(I):
        return False
    if e.is_Symbol or isinstance(e, (Jet, Indexed, AppliedUndef)):
        return bool(e.is_real)
    return all(map(real, e.args))
