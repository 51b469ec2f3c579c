"""What a condition on an expression under a limit asks for: that it holds close to the point, not at it."""

from dataclasses import replace

import sympy
from sympy import Mul, S

from ..compute.positivity import factor_list
from ..compute.zero import simplify_zero
from ..nodes.expressions import plain
from ..nodes.hypotheses import Condition

__all__ = ["near"]

_SLOPES = 4  # how many are looked at


def near(c: Condition, x, at, side, body):
    """Conditions without x under which c holds for every x close to `at`, on the side '+' or '-' of it, or on both ('+-').

    body: what the limit is of; a denominator that cancels in it need only not be 0 everywhere.

    A quotient needs that no leading term of its denominator is 0, since a limit is found for symbols of which none vanishes:
    x/(x + h) tends to 1 as h → 0, but to 0 where x = 0. What must be positive, or not negative, needs the sign of its leading
    term. Where neither can be read off, nothing is asked: the limit itself is then what the prover has to find.
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
        remains = _denominator(plain(body), x)
        leads = [_not_all_zero(f, x) if _cancelled(f, remains, x) else _leading(f, x, at, "+") for f, _ in factors]
        return [replace(c, left=lead, right=S.Zero) for lead in leads if lead is not None and not lead.is_nonzero]
    head, apart = sympy.sympify(k * k2), []
    for f, n in [*factors, *[(f, -n) for f, n in below]]:
        lead = _leading(f, x, at, side)
        if lead is None:
            return []
        head *= lead ** (n % 2)
        if c.relation == ">" and n % 2 == 0 and not lead.is_nonzero:
            apart.append(replace(c, left=lead, right=S.Zero, relation="!="))
    return apart if head.is_positive else [*apart, replace(c, left=head, right=S.Zero, relation=">")]


def _denominator(body, x):
    """What is left below the fraction once it is cancelled; None where it is no rational function."""
    if not isinstance(body, sympy.Expr) or not body.is_rational_function(x):
        return None
    try:
        return sympy.denom(sympy.cancel(sympy.together(body)))
    except sympy.PolynomialError:
        return None


def _cancelled(f, remains, x):
    """Whether a factor of a denominator is not in what remains of it."""
    return remains is not None and f.is_polynomial(x) and not sympy.gcd(remains, f).has(x)


def _not_all_zero(f, x):
    """None, or the coefficient that keeps a polynomial from being 0 for every x."""
    coefficients = sympy.Poly(f, x).coeffs() if f.has(x) else [f]
    return None if any(a.is_nonzero for a in coefficients) else coefficients[-1]


def _leading(f, x, at, side):
    """An expression with the sign that f has close to the point; None where it cannot be read off, or both sides differ."""
    if not f.has(x):
        return f
    if not f.is_polynomial(x):
        return None if at.is_infinite else _leading_slope(f, x, at, side)
    if at.is_infinite:
        p = sympy.Poly(f, x)
        return p.LC() * (1 if at.is_extended_positive else S.NegativeOne ** p.degree())
    y = sympy.Dummy()
    monomials = sympy.Poly(sympy.expand(f.subs(x, at + y)), y).terms()
    (n,), lead = monomials[-1]
    if n % 2 and side == "+-":
        return None
    return Mul(lead, S.NegativeOne**n if side == "-" else 1)


def _leading_slope(f, x, at, side):
    """The value at the point, or the first slope there that is not 0 whatever the symbols."""
    for n in range(_SLOPES):
        value = f.subs(x, at)
        if value.has(sympy.nan, sympy.zoo, sympy.oo, -sympy.oo) or value.is_finite is False:
            return None
        if simplify_zero(value) != 0:
            return None if n % 2 and side == "+-" else Mul(value, S.NegativeOne**n if side == "-" else 1)
        f = f.diff(x)
    return None
