"""Rules of the numeric probe: nodes and weights, and how high a degree they must be exact for."""

import sympy
from mpmath import MPContext

from ...nodes.expressions import Factors, Frac, Power, Terms
from ...nodes.functionals import Expectation, Functional, law_factors
from ...nodes.normal import N

__all__ = ["DPS", "CIRCLE", "CONTEXT", "FINER", "degree_bound", "holds", "hermite_rule", "legendre_rule", "number", "unit_roots"]

DPS = 60  # digits that are carried
CIRCLE = 8  # points on the circle of a derivative
CONTEXT = MPContext()  # its own, so that nobody else's precision is touched
CONTEXT.dps = DPS
FINER = MPContext(), MPContext()  # in which a difference is looked at again, until rounding has no part in it
for _ctx, _times in zip(FINER, (2, 7)):
    _ctx.dps = _times * DPS


def holds(e, x):
    return e == x or any(holds(a, x) for a in getattr(e, "args", ()))


def degree_bound(e, degrees, meaning):
    """A bound on the degree of a body as a polynomial in the drawn variables; None if it is not one.

    meaning: the formula of each type of functional.
    """
    if e in degrees:
        return degrees[e]
    if not any(holds(e, x) for x in degrees):
        return 0
    if isinstance(e, (Terms, sympy.Add)):
        parts = [degree_bound(a, degrees, meaning) for a in e.args]
        return None if None in parts else max(parts)
    if isinstance(e, (Factors, sympy.Mul)):
        parts = [degree_bound(a, degrees, meaning) for a in e.args]
        return None if None in parts else sum(parts)
    if isinstance(e, Frac):
        top, bottom = (degree_bound(a, degrees, meaning) for a in e.args)
        return top if bottom == 0 else None
    if isinstance(e, (Power, sympy.Pow)) and e.args[1].is_Integer and e.args[1] > 0:
        base = degree_bound(e.args[0], degrees, meaning)
        return None if base is None else base * int(e.args[1])
    if isinstance(e, sympy.log):
        return _log_degree(e.args[0], degrees, meaning)
    if isinstance(e, Functional):
        return degree_bound(meaning[type(e)](e), degrees, meaning) if type(e) in meaning else None
    if isinstance(e, Expectation):
        inner = dict(degrees)
        for f in law_factors(e.law):
            if not isinstance(f, N) or degree_bound(f.args[2], degrees, meaning) != 0:
                return None
        for f in law_factors(e.law):
            if degree_bound(f.args[1], inner, meaning) is None:
                return None
            inner[f.args[0]] = max(1, degree_bound(f.args[1], inner, meaning))
        return degree_bound(e.body, inner, meaning)
    return None


def _log_degree(e, degrees, meaning):
    if isinstance(e, N):
        parts = [degree_bound(a, degrees, meaning) for a in e.args]
        return None if None in parts[:2] or parts[2] != 0 else 2 * max(parts[:2])
    if isinstance(e, (Factors, sympy.Mul, Frac)):
        parts = [_log_degree(a, degrees, meaning) for a in e.args]
        return None if None in parts else max(parts)
    return 0 if degree_bound(e, degrees, meaning) == 0 else None


_RULES = {}


def hermite_rule(ctx, n):
    """Nodes and weights for the mean under the standard normal law, exact to degree 2n − 1."""
    key = ("hermite", ctx.dps, n)
    if key not in _RULES:
        x = sympy.Symbol("x")
        poly = sympy.Poly(sympy.hermite_prob(n, x), x)
        before = sympy.Poly(sympy.hermite_prob(n - 1, x), x)
        nodes = _real_roots(ctx, poly)
        down = [ctx.mpf(int(c)) for c in before.all_coeffs()]
        scale = ctx.factorial(n - 1)
        _RULES[key] = [(t, scale / (n * ctx.polyval(down, t) ** 2)) for t in nodes]
    return _RULES[key]


def _real_roots(ctx, poly):
    coefficients = [ctx.mpf(int(c)) for c in poly.all_coeffs()]
    roots = ctx.polyroots(coefficients, maxsteps=200, extraprec=200)
    return sorted(r.real for r in roots)


def legendre_rule(ctx, n):
    """Gauss–Legendre nodes and weights on (−1, 1), by Newton's iteration."""
    key = ("legendre", ctx.dps, n)
    if key not in _RULES:
        out = []
        for k in range(1, n + 1):
            t = ctx.cos(ctx.pi * (k - ctx.mpf("0.25")) / (n + ctx.mpf("0.5")))
            for _ in range(9):
                p0, p1 = ctx.mpf(1), t
                for j in range(2, n + 1):
                    p0, p1 = p1, ((2 * j - 1) * t * p1 - (j - 1) * p0) / j
                slope = n * (t * p1 - p0) / (t * t - 1)
                step = p1 / slope
                t -= step
                if abs(step) < ctx.mpf(10) ** -(ctx.dps - 3):
                    break
            out.append((t, 2 / ((1 - t * t) * slope**2)))
        _RULES[key] = out
    return _RULES[key]


def unit_roots(ctx):
    """Points of the unit circle."""
    key = "roots", ctx.dps
    if key not in _RULES:
        _RULES[key] = [ctx.expjpi(ctx.mpf(2 * k) / CIRCLE) for k in range(CIRCLE)]
    return _RULES[key]


def number(ctx, q):
    """A number of SymPy's to the digits that are carried."""
    q = sympy.sympify(q)
    if q.is_Rational:
        return ctx.mpf(q.p) / q.q
    if q.is_number and q.is_extended_real:
        return ctx.mpf(str(q.evalf(ctx.dps + 10)))
    re, im = q.as_real_imag()
    return ctx.mpc(number(ctx, re), number(ctx, im))
