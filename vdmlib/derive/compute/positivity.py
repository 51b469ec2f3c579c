"""Signs of expressions, settled for all admitted values of their symbols."""

import sympy
from sympy import Add, Dummy, I
from sympy.core.function import AppliedUndef
from sympy.polys.polyerrors import PolynomialError
from sympy.tensor.indexed import Indexed

from .jet import Jet

__all__ = ["positive", "real", "factor_list", "sign_by_root"]

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
                s = _one_sign(f) or sign_by_root(f, positive)
                if s == 0 or s < 0 and n != int(n):  # a root of what is negative
                    return False
                sign *= s ** int(n)
        return sign > 0
    except PolynomialError:
        return False


def sign_by_root(e, decide):
    """+1 or −1 if e = A + B√w has that sign since A² and B²w compare so, as `decide` says (> 0 or ≥ 0); 0 if not settled."""
    roots = {a.base for a in e.atoms(sympy.Pow) if a.exp.is_Rational and a.exp.q == 2 and not a.is_number}
    for w in sorted(roots, key=sympy.default_sort_key):
        r = Dummy("r", positive=True)
        try:
            poly = sympy.Poly(e.replace(lambda a: isinstance(a, sympy.Pow) and a.base == w and (2 * a.exp).is_Integer, lambda a: r ** (2 * a.exp)), r)
        except PolynomialError:
            continue
        A = Add(*[c * w ** (n // 2) for (n,), c in poly.terms() if n % 2 == 0])
        B = Add(*[c * w ** (n // 2) for (n,), c in poly.terms() if n % 2])
        if A.has(r) or B.has(r):
            continue
        a, b = _weak_sign(A), _weak_sign(B)
        if not a or a == b:
            return a
        if b:
            d = sympy.expand(A**2 - B**2 * w)
            return a if decide(d) else b if decide(-d) else 0
    return 0


def _weak_sign(e):
    """+1 if e ≥ 0, −1 if e ≤ 0, as far as that is settled; else 0."""
    return 1 if e.is_nonnegative or positive(e) else -1 if e.is_nonpositive or positive(-e) else 0


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
