"""What a condition on an expression under a limit asks for: that it holds close to the point, not at it."""

from dataclasses import replace

import sympy
from sympy import Mul, S

from ..compute.positivity import factor_list
from ..nodes.expressions import plain
from ..nodes.hypotheses import Condition

__all__ = ["near"]


def near(c: Condition, x, at, side):
    """Conditions without x under which c holds for every x close to `at`, on the side '+' or '-' of it, or on both ('+-').

    A quotient needs that no factor of its denominator is 0 for every x; what must be positive, or not negative,
    needs the sign of its leading term. Where neither can be read off, nothing is asked: the limit itself is then
    what the prover has to find.
    """
    x, at, e = plain(x), plain(sympy.sympify(at)), plain(c.left) - plain(c.right)
    if c.relation not in (">", ">=", "!=") or not e.has(x):
        return [c]
    try:
        k, factors = factor_list(sympy.numer(sympy.together(e)))
        k2, below = factor_list(sympy.denom(sympy.together(e)))
    except sympy.PolynomialError:
        return []
    if c.relation == "!=":
        return [replace(c, left=part, right=S.Zero) for f, _ in factors for part in _not_identically_zero(f, x)]
    head = sympy.sympify(k * k2)
    for f, n in [*factors, *[(f, -n) for f, n in below]]:
        lead = _leading(f, x, at, side)
        if lead is None:
            return []
        head *= lead ** (n % 2)
    return [] if head.is_positive else [replace(c, left=head, right=S.Zero, relation=">")]


def _not_identically_zero(f, x):
    if not f.has(x):
        return [f]
    coefficients = sympy.Poly(f, x).coeffs() if f.is_polynomial(x) else []
    return [] if not coefficients or any(a.is_nonzero for a in coefficients) else coefficients[-1:]


def _leading(f, x, at, side):
    """An expression with the sign that f has close to the point; None where it cannot be read off, or both sides differ."""
    if not f.has(x):
        return f
    if not f.is_polynomial(x):
        value = f.subs(x, at)
        return value if value.is_finite and value.is_nonzero else None
    if at.is_infinite:
        p = sympy.Poly(f, x)
        return p.LC() * (1 if at.is_extended_positive else S.NegativeOne ** p.degree())
    y = sympy.Dummy()
    monomials = sympy.Poly(sympy.expand(f.subs(x, at + y)), y).terms()
    (n,), lead = monomials[-1]
    if n % 2 and side == "+-":
        return None
    return Mul(lead, S.NegativeOne**n if side == "-" else 1)
