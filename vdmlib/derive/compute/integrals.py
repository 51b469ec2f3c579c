"""Definite integrals of ordinary SymPy, carried out as far as that is settled."""

from functools import lru_cache

import sympy
from sympy import Add, Dummy, Mul, S, oo
from sympy.integrals.manualintegrate import manualintegrate
from sympy.integrals.rationaltools import ratint

from ..errors import NotDecided
from . import gaussian_integrals as gaussian
from .jet import Jet
from .monotone import carried
from .positivity import positive, supposed
from .zero import simplify_zero

__all__ = ["integrate", "reintegrate", "smooth_inside"]

_LARGE = 120  # operations; a larger integrand is not given to SymPy's own algorithms


def reintegrate(e):
    """Integrals that differentiation or substitution changed, carried out again."""
    if not e.has(sympy.Integral):
        return e
    return e.replace(lambda a: isinstance(a, sympy.Integral) and len(a.limits) == 1 and len(a.limits[0]) == 3,
                     lambda a: integrate(a.function, *a.limits[0]))  # fmt: skip


def integrate(f, x, lo, hi):
    """∫ f dx from lo to hi, ordinary SymPy; what cannot be carried out stays as an integral."""
    if lo == hi:
        return S.Zero
    if f == 0:
        return S.Zero
    whole = lo == -oo and hi == oo
    if not f.has(x):
        if lo.is_infinite or hi.is_infinite:
            raise NotDecided(f"∫ {f} over an infinite range diverges")
        return f * (hi - lo)
    if f.has(sympy.DiracDelta):
        return _sifted(f, x, lo, hi)
    if whole:
        out = gaussian.integral(f, x)
        if out is not None:
            return out
    out = S.Zero
    for term in _additive(f, x):
        c, part = term.as_independent(x, as_Add=False)
        value = _one(part, x, lo, hi)
        out += c * value
    return out


def _additive(f, x):
    small = sympy.expand(f) if f.count_ops() < 400 else f
    if not small.has(Jet) and small.is_Add and f.count_ops() < _LARGE:
        tight = sympy.cancel(sympy.together(f)) if f.is_rational_function(x) else small
        if tight.is_Add or not tight.has(x):
            return Add.make_args(tight)
    return Add.make_args(small)


def _one(f, x, lo, hi):
    if not f.has(x):
        return f * (hi - lo)
    stays = sympy.Integral(f, (x, lo, hi))
    if isinstance(f, Jet) and len(f.at) == 1 and f.orders[0] > 0:
        slope = f.at[0].diff(x)
        if slope != 0 and not slope.has(x):
            low = f.raised(0, -1)
            if not (lo.is_infinite or hi.is_infinite):
                return (low.subs(x, hi) - low.subs(x, lo)) / slope
    if f.has(Jet):
        return _substituted(f, x, lo, hi) or _carried_over(f, x, lo, hi) or _straight(f, x, lo, hi)
    if f.has(sympy.Integral, sympy.Sum, sympy.Product) or f.count_ops() > _LARGE:
        return stays
    f = _simpler(f, x)
    if not f.has(x):
        return f * (hi - lo)
    if not smooth_inside(f, x, lo, hi):
        return stays
    F = _antiderivative(f, x)
    if F is None:
        return _carried_over(f, x, lo, hi) or stays
    top, bottom = _end(F, x, hi, "-"), _end(F, x, lo, "+")
    if top is None or bottom is None:
        return stays
    return top - bottom


def _substituted(f, x, lo, hi):
    """∫ g(u(x)) u'(x) dx as ∫ g(u) du between the values of u at the ends; None where the integrand is of no such form.

    u may go back and forth on the way: both are the difference of an antiderivative of g at the ends.
    """
    if lo.is_infinite or hi.is_infinite or not smooth_inside(f, x, lo, hi):
        return None
    inner = {a for j in f.atoms(Jet) for a in j.at if a.has(x)} | {j for j in f.atoms(Jet) if j.has(x) and not any(j.orders)}
    for u in sorted(inner, key=lambda u: (-u.count_ops(), sympy.default_sort_key(u))):
        rate = u.diff(x)
        if not rate.has(x):
            continue
        y = Dummy("y", real=True)
        g = sympy.expand_mul(f / rate).xreplace({u: y})
        if not g.has(x):
            return integrate(g, y, u.xreplace({x: lo}), u.xreplace({x: hi}))
    return None


def _carried_over(f, x, lo, hi):
    """∫ f dx as an integral over the values of a u(x) that is one to one on the range; None where that is no simpler.

    u is what every undefined function in f is of, or an exponential or a logarithm in it. Each integral exists where the other does.
    """
    inner = {a for j in f.atoms(Jet) for a in j.at if a.has(x)}
    if len(inner) > 1:
        return None
    for u in sorted(inner or {a for a in f.atoms(sympy.exp, sympy.log) if a.has(x)}, key=lambda u: (u.count_ops(), sympy.default_sort_key(u))):
        y = Dummy("y", positive=True) if isinstance(u, sympy.exp) else Dummy("y", real=True)
        at = carried(u, x, (lo, hi), y)
        if at is None or u == x or not u.diff(x).has(x):
            continue
        g = sympy.powsimp(sympy.expand((f / u.diff(x)).xreplace({u: y}).subs(x, at.inverse)))
        if inner or g.count_ops() < f.count_ops():
            ends = at.ends[::-1] if at.falls else at.ends
            return integrate(-g if at.falls else g, y, *ends)
    return None


def _straight(f, x, lo, hi):
    """An integral in which every undefined function has the same argument αx + β, over that argument."""
    slopes = {a for j in f.atoms(Jet) for a in j.at if a.has(x)}
    if len(slopes) == 1:
        (u,) = slopes
        slope = sympy.expand(u.diff(x))
        if u != x and not slope.has(x) and (positive(slope) or positive(-slope)):
            shift = sympy.expand(u - slope * x)
            new = f.subs(x, (x - shift) / slope) / slope
            new = new.replace(lambda a: isinstance(a, Jet), lambda a: Jet(a.args[0], a.orders, [sympy.cancel(b) if b.has(x) else b for b in a.at]))
            return sympy.Integral(new, (x, slope * lo + shift, slope * hi + shift))
    return sympy.Integral(f, (x, lo, hi))


def smooth_inside(f, x, lo, hi):
    """Whether every quotient, log and root in an integrand is settled to stay off zero inside the range."""
    r = Dummy("r", positive=True)  # x = lo + (hi − lo) r/(1 + r) runs over the inside of a finite range
    finite = not (lo.is_infinite or hi.is_infinite) and (positive(hi - lo) or (hi - lo).is_positive)
    for a in f.atoms(sympy.Pow, sympy.log, sympy.tan, sympy.Abs):
        if not a.has(x):
            continue
        if isinstance(a, (sympy.tan, sympy.Abs)):
            return False
        base = a.args[0]
        if isinstance(a, sympy.Pow) and (a.exp.is_nonnegative or base is S.Exp1):
            continue
        if positive(base) or positive(-base):
            continue
        if not finite or not base.is_rational_function(x):
            return False
        inside = sympy.factor(sympy.together(base.subs(x, lo + (hi - lo) * r / (1 + r))))
        top, bottom = sympy.expand(sympy.numer(inside)), sympy.expand(sympy.denom(inside))
        if not (positive(bottom) and (positive(top) or positive(-top))):
            return False
    return True


def _simpler(f, x):
    """The roots in a real integrand brought under one root, in which what cancels is cancelled."""
    plain_part, under = S.One, S.One
    for a in Mul.make_args(f):
        base, n = a.as_base_exp()
        if n.is_Rational and n.q == 2 and a.has(x):
            under *= base**n.p
        else:
            plain_part *= a
    if under == 1:
        return f
    cancelled = sympy.cancel(sympy.together(under))
    if cancelled.has(sympy.sin, sympy.cos):
        waves = sympy.cancel(sympy.together(sympy.expand(under.rewrite(sympy.exp))))
        waves = sympy.cancel(sympy.powsimp(sympy.expand(sympy.numer(waves))) / sympy.powsimp(sympy.expand(sympy.denom(waves))))
        if not waves.has(x):
            cancelled = waves
    return plain_part * sympy.sqrt(cancelled)


_REAL, _POSITIVE = Dummy("x", real=True), Dummy("x", positive=True)


def _antiderivative(f, x):
    """An antiderivative that is a single formula on the range, or None. A line and its mutants share it: x is a fresh symbol in each."""
    same = _POSITIVE if x.is_positive else _REAL
    F = _found(f.xreplace({x: same}), same, supposed())
    return None if F is None else F.xreplace({same: x})


@lru_cache(maxsize=512)
def _found(f, x, under):  # under: what is supposed of other symbols, which the comparison of the slope rests on
    try:
        F = ratint(f, x) if f.is_rational_function(x) else None  # at once, where the other takes long
        if F is None or not F.is_rational_function(x):
            F = manualintegrate(f, x)
    except (NotImplementedError, ValueError, TypeError, RecursionError, AttributeError):
        return None
    if F.has(sympy.Integral, sympy.Piecewise) or type(F).__name__ == "DontKnowRule":
        return None
    if f.has(sympy.sin, sympy.cos) and F.has(sympy.tan, sympy.atan):
        return None  # such an antiderivative may jump
    return F if simplify_zero(F.diff(x) - f) == 0 else None


def _end(F, x, at, side):
    if at.is_infinite:
        try:
            out = sympy.limit(F, x, at)
        except (NotImplementedError, ValueError, TypeError):
            return None
        return out if out.is_finite is not False and not out.has(sympy.Limit, sympy.AccumBounds, sympy.nan) else None
    out = F.subs(x, at)
    if out.has(sympy.nan, sympy.zoo, oo, -oo):
        try:
            out = sympy.limit(F, x, at, side)
        except (NotImplementedError, ValueError, TypeError):
            return None
        if out.has(sympy.nan, sympy.zoo, oo, -oo, sympy.Limit, sympy.AccumBounds):
            return None
    return out


def _sifted(f, x, lo, hi):
    """∫ δ(x − a) g(x) dx = g(a) for a strictly between the ends."""
    out = S.Zero
    for term in Add.make_args(sympy.expand(f)):
        delta = [d for d in term.atoms(sympy.DiracDelta) if d.has(x)]
        if not delta:
            out += integrate(term, x, lo, hi)
            continue
        if len(delta) > 1 or len(delta[0].args) > 1 or not term.coeff(delta[0]):
            raise NotDecided(f"∫ {term}: one simple Dirac delta at a time can be carried out")
        try:
            u = sympy.Poly(delta[0].args[0], x)
        except sympy.PolynomialError:
            u = None
        if u is None or u.degree() != 1:
            raise NotDecided(f"∫ {term}: a Dirac delta of a linear argument is wanted")
        a = sympy.cancel(-u.coeff_monomial(1) / u.coeff_monomial(x))
        if not ((a - lo).is_positive or lo == -oo) or not ((hi - a).is_positive or hi == oo):
            raise NotDecided(f"∫ {term}: whether {a} lies between {lo} and {hi} is not settled")
        out += term.coeff(delta[0]).subs(x, a) / sympy.Abs(u.coeff_monomial(x))
    return out
