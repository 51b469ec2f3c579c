"""Integrals against Gaussians with symbolic parameters: moments by recurrence, completing the square.

A quadratic is integrated only if its coefficient is proved to have the right sign; nothing is ever
integrated by table. Undefined functions under a Gaussian are brought to the standard normal, and powers
of the variable before them become derivatives (Stein's identity), so reparameterisation is an identity.
"""

import sympy
from sympy import Add, Dummy, Pow, S, exp, pi, sqrt
from sympy.functions.elementary.hyperbolic import HyperbolicFunction
from sympy.functions.elementary.trigonometric import TrigonometricFunction

from ..errors import NotDecided
from .folded import folded
from .kinks import by_size
from .positivity import positive

__all__ = ["expect", "integral", "moment", "terms"]


def expect(body, x, mean, variance):
    """E[body] for x ~ N(mean, variance), body ordinary SymPy."""
    if not body.has(x):
        return body
    out = S.Zero
    for c, n, quadratic, rest in terms(body, x):
        a, b = quadratic
        tilt = _tilted(a, b, mean, variance, rest == 1)
        if tilt is None:
            out += c * _opaque(n, quadratic, rest, x, mean, variance)
            continue
        weight, new_m, new_v = tilt
        out += c * weight * _mean(n, rest, x, new_m, new_v)
    return out


def _tilted(a, b, mean, variance, required):
    """(E w, mean, variance) of the normal law that w = exp(a x² + b x) makes of N(mean, variance): E[w f(x)] is E w times f's mean under it.

    None where it is not settled that there is one, and it is not required.
    """
    if a == 0:
        exponent = b * mean + b**2 * variance / 2
        return (exp(sympy.cancel(sympy.together(exponent))) if b != 0 else S.One), mean + b * variance, variance
    v = Dummy("v", positive=True) if not positive(variance) else variance
    if not positive(1 / v - 2 * a):
        if not required:
            return None
        raise NotDecided(
            f"E over N(mean {mean}, variance {variance}) of exp({a}·x²) is finite only if "
            f"1/variance > {2 * a}, which the assumptions do not settle"
        )
    new_v = 1 / (1 / variance - 2 * a)
    new_m = new_v * (mean / variance + b)
    exponent = (new_m**2 / new_v - mean**2 / variance) / 2
    return sqrt(new_v / variance) * exp(sympy.cancel(sympy.together(exponent))), new_m, new_v


def moment(n, mean, variance):
    """E[xⁿ] by M_n = mean·M_{n−1} + (n−1)·variance·M_{n−2}."""
    before, here = S.Zero, S.One
    for k in range(n):
        before, here = here, sympy.expand(mean * here + k * variance * before)
    return here


def integral(body, x):
    """∫ body dx over the line if body is a sum of polynomials times Gaussians; None if it is not."""
    out = S.Zero
    for c, n, (a, b), rest in terms(body, x):
        if a == 0:
            return None
        if not positive(-a):
            raise NotDecided(
                f"∫ exp(({a})·x² + …) dx over the line is finite only if the coefficient of x² is negative, "
                "which the assumptions do not settle"
            )
        variance = sympy.cancel(sympy.together(-1 / (2 * a)))
        mean = sympy.cancel(sympy.together(b * variance))
        constant = exp(sympy.cancel(sympy.together(b * mean / 2))) * sqrt(2 * pi * variance)
        out += c * constant * _mean(n, rest, x, mean, variance)
    return out


def _mean(n, rest, x, mean, variance):
    """E[xⁿ rest(x)] for x ~ N(mean, variance): a moment, that of a number with a kink, or one of a function that stays."""
    if rest.is_polynomial(x):  # |x|² among them
        return sum((c * moment(n + k, mean, variance) for (k,), c in sympy.Poly(rest, x).terms()), S.Zero)
    known = folded(n, rest, x, mean, variance)
    return _opaque(n, (S.Zero, S.Zero), rest, x, mean, variance) if known is None else known


def _opaque(n, quadratic, rest, x, mean, variance):
    """E[xⁿ exp(a x² + b x) rest(x)] for a function that stays: over the standard normal, by Stein's identity."""
    a, b = quadratic
    z = Dummy("z", real=True)
    at = mean + sqrt(variance) * z
    body = rest.xreplace({x: at}) * exp(a * at**2 + b * at) if (a, b) != (0, 0) else rest.xreplace({x: at})
    weight = exp(-(z**2) / 2) / sqrt(2 * pi)
    poly = sympy.Poly(sympy.expand(at**n), z)
    out = S.Zero
    for (k,), c in poly.terms():
        out += c * _stein(k, body, z)
    pieces = [sympy.Integral(_upright(t, z) * weight, (z, -sympy.oo, sympy.oo)) for t in Add.make_args(sympy.expand(out))]
    return Add(*pieces)


def _upright(t, z):
    """t(z) or t(−z), which have the same mean: the one that sorts first."""
    place = sympy.Symbol("_z", real=True)
    return min(t, t.subs(z, -z), key=lambda e: (e.count_ops(), sympy.default_sort_key(e.xreplace({z: place}))))


def _stein(k, g, z):
    """A function whose standard normal mean is that of zᵏ g(z): E[z h] = E[h′]."""
    if k == 0:
        return g
    out = _stein(k - 1, g.diff(z), z)
    return out + (k - 1) * _stein(k - 2, g, z) if k > 1 else out


# --- splitting an integrand

def terms(body, x):
    """The integrand as a list of (coefficient, n, (a, b), rest): coefficient·xⁿ·exp(a x² + b x)·rest(x)."""
    out = []
    for c, n, exponent, rest in _split(body, x):
        quadratic = sympy.Poly(sympy.expand(exponent), x) if exponent != 0 else None
        if quadratic is None:
            out.append((c, n, (S.Zero, S.Zero), rest))
            continue
        if quadratic.degree() > 2 or any(a.has(x) for a in quadratic.all_coeffs()):
            out.append((c, n, (S.Zero, S.Zero), rest * exp(exponent)))
            continue
        a, b, k = (quadratic.coeff_monomial(x**j) for j in (2, 1, 0))
        out.append((c * exp(k), n, (_tidy(a), _tidy(b)), rest))
    merged = {}
    for c, n, ab, rest in out:
        merged[n, ab, rest] = merged.get((n, ab, rest), S.Zero) + c
    return [(c, *key) for key, c in merged.items() if c != 0]


def _tidy(e):
    return sympy.cancel(sympy.together(e)) if not e.is_Number else e


def _split(e, x):
    """A list of (coefficient, power of x, exponent, remaining factor), the sum of whose products is e."""
    if not e.has(x):
        return [(e, 0, S.Zero, S.One)]
    if e == x:
        return [(S.One, 1, S.Zero, S.One)]
    if e.is_Add:
        return [t for a in e.args for t in _split(a, x)]
    if e.is_Mul:
        out = [(S.One, 0, S.Zero, S.One)]
        for f in e.args:
            out = _times(out, _split(f, x))
        return out
    if isinstance(e, exp):
        u = e.args[0]
        if sympy.expand(u).is_polynomial(x):
            return [(S.One, 0, u, S.One)]
    if isinstance(e, Pow):
        base, n = e.args
        if n.is_Integer and n > 0:
            out = [(S.One, 0, S.Zero, S.One)]
            for _ in range(int(n)):
                out = _times(out, _split(base, x))
            return out
        if isinstance(base, exp) and sympy.expand(base.args[0]).is_polynomial(x):
            return [(S.One, 0, base.args[0] * n, S.One)]
        apart = sympy.expand_power_base(e)  # a power of a density: SymPy parts factors that are not negative
        if apart != e:
            return _split(apart, x)
    if isinstance(e, (TrigonometricFunction, HyperbolicFunction)) and e.func.__name__ in ("sin", "cos", "sinh", "cosh"):
        u = sympy.expand(e.args[0])
        if u.is_polynomial(x) and sympy.degree(u, x) == 1:
            return _split(e.rewrite(exp), x)
    if isinstance(e, (sympy.Max, sympy.Min)):
        return _split(by_size(e), x)
    if isinstance(e, sympy.log):
        return [(S.One, 0, S.Zero, e)]
    return [(S.One, 0, S.Zero, e)]


def _times(left, right):
    return [(c1 * c2, n1 + n2, e1 + e2, r1 * r2) for c1, n1, e1, r1 in left for c2, n2, e2, r2 in right]
