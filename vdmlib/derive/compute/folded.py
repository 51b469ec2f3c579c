"""Means of |αx + β| and of its sign, times powers of x, under a normal law: they are made of erf and of the density at the fold."""

import sympy
from sympy import Abs, S, erf, exp, pi, sign, sqrt

__all__ = ["folded"]


def folded(n, rest, x, mean, variance):
    """E[xⁿ rest(x)] for x ~ N(mean, variance), rest a polynomial times |αx + β| or sgn(αx + β); None for others, or where α may be 0."""
    factors = sympy.Mul.make_args(rest)
    kinked = [a for a in factors if not a.is_polynomial(x)]
    if len(kinked) != 1 or not isinstance(kinked[0], (Abs, sign)):
        return None
    found = _line(kinked[0], x)
    if found is None or not mean.is_real:
        return None
    scale, slope, start = found
    z = sympy.Dummy("z", real=True)
    middle, wide = slope * mean + start, slope * sqrt(variance)  # αx + β = middle + wide·z
    body = scale * sympy.prod(a for a in factors if a is not kinked[0]) * x**n
    if isinstance(kinked[0], Abs):
        body *= slope * x + start
    poly = sympy.Poly(sympy.expand(body.xreplace({x: mean + sqrt(variance) * z})), z)
    signs = _signs(poly.degree(), middle, wide)
    return sum((c * signs[k] for (k,), c in poly.terms()), S.Zero)


def _line(e, x):
    """(c, α, β) with e = c·|αx + β|, or c·sgn(αx + β), and α ≠ 0; None where there are none."""
    inside = sympy.expand(e.args[0])
    if not inside.is_polynomial(x) or sympy.degree(inside, x) != 1:
        return None
    slope, start = inside.coeff(x, 1), inside.coeff(x, 0)
    if not (slope.is_real and start.is_real):
        return None
    if slope.is_nonzero:
        return S.One, slope, start
    shift = sympy.cancel(start / slope)
    return (e.func(slope), S.One, shift) if sympy.denom(shift).is_nonzero else None  # α(x + β), of α = 0 too


def _signs(most, middle, wide):
    """E[zᵏ sgn(middle + wide·z)], k = 0 … most, z standard normal, by parts: S_k = (k − 1) S_{k−2} + 2 sgn(wide) z₀ᵏ⁻¹ φ(z₀)."""
    at = sympy.cancel(sympy.together(-middle / wide))
    way = wide / Abs(wide)
    jump = 2 * way * exp(-sympy.expand(at**2) / 2) / sqrt(2 * pi)
    out = [erf(-at * way / sqrt(2))]
    for k in range(1, most + 1):
        out.append(((k - 1) * out[k - 2] if k > 1 else 0) + jump * at ** (k - 1))
    return out
