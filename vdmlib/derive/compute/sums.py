"""Sums and products over an index, in closed form where that is simple."""

import sympy
from sympy import Add, Mul, S
from sympy.core.function import AppliedUndef
from sympy.tensor.indexed import Indexed

from ..errors import NotDecided
from ..nodes.hypotheses import Condition
from .jet import Jet
from .positivity import positive

__all__ = ["summation", "product", "sift_deltas"]


def summation(f, i, lo, hi):
    """Σ f over i from lo to hi; in closed form where that is simple."""
    length = sympy.expand(hi - lo) if not (lo.is_infinite or hi.is_infinite) else None
    if length is not None and length.is_Integer and length < 60:
        return Add(*[f.subs(i, lo + k) for k in range(int(length) + 1)])
    if length is None and hi == sympy.oo and f.is_rational_function(i) and not f.has(AppliedUndef):
        whole = _limit_of_partial_sums(f, i, lo)
        if whole is not None:
            return whole
    f = _expanded(f)
    out = S.Zero
    for term in Add.make_args(f):
        c, part = term.as_independent(i, as_Add=False)
        if not part.has(i):
            if length is None:
                raise NotDecided(f"Σ {term} over an infinite range diverges")
            out += term * (length + 1)
            continue
        out += c * _closed_sum(part, i, lo, hi)
    return out


def _limit_of_partial_sums(f, i, lo):
    """Σ f to infinity where its terms diverge one by one: by the closed form of the sum to lo + n, which telescopes."""
    f = sympy.cancel(sympy.together(f))
    if f.is_Add or not sympy.denom(f).has(i) or lo.is_infinite:
        return None
    n = sympy.Dummy("n", integer=True, positive=True)
    part = _closed_sum(f, i, lo, lo + n)
    if part.has(sympy.Sum, sympy.gamma, sympy.factorial) or not part.is_rational_function(n):
        return None
    out = sympy.limit(part, n, sympy.oo)
    return out if out.is_finite else None


def _expanded(f):
    """Logs of powers and products split, so that sums of them are sums of simple terms."""
    f = f.replace(lambda a: isinstance(a, sympy.log), lambda a: sympy.expand_log(sympy.log(sympy.expand(a.args[0])), deep=True))
    return sympy.expand(f) if f.count_ops() < 400 else f


def _closed_sum(f, i, lo, hi):
    exchanged = _exchanged(f, i, lo, hi)
    if exchanged is not None:
        return exchanged
    if any(isinstance(a, sympy.Sum) and sympy.expand((a.limits[-1][1] - a.limits[-1][2]).subs(i, lo)) == 1 for a in Mul.make_args(f)):
        lo += 1  # a sum of no term
    weighed = _weighed(f, i, lo, hi)
    if weighed is not None:
        return weighed
    stays = sympy.Sum(_forwards(f, i, lo, hi), (i, lo, hi))
    if f.has(Jet, AppliedUndef, Indexed, sympy.Sum, sympy.Product, sympy.Integral) or f.count_ops() > 40:
        return stays
    # where the terms know the end, SymPy forgets cases: Σ (−1)^k binom(n, k) is 1 at n = 0
    last = hi if hi.is_number else sympy.Dummy("n", integer=True)
    try:
        out = sympy.summation(f, (i, lo, last))
    except (NotImplementedError, ValueError, TypeError, RecursionError):
        return stays
    if isinstance(out, sympy.Piecewise) and _inside(out.args[0][1]):
        out = out.args[0][0]
    if out.has(sympy.Sum, sympy.Piecewise, sympy.nan) or out.has(sympy.polylog, sympy.zeta, sympy.harmonic, sympy.lerchphi):
        return stays
    return out.subs(last, hi) if last != hi else out


def _exchanged(f, i, lo, hi):
    """Σ_i c_i Σ_{j ≥ i + k} as Σ_j Σ_{i ≤ j − k}, over the same pairs; None where f is of no such form."""
    inner = [a for a in Mul.make_args(f) if isinstance(a, sympy.Sum)]
    if len(inner) != 1 or len(inner[0].limits) != 1 or lo.is_infinite or hi.is_infinite:
        return None
    j, low, high = inner[0].limits[0]
    k = sympy.expand(low - i)
    if k.has(i) or high.has(i) or sympy.expand(hi + k - high) not in (0, 1):
        return None
    body = f / inner[0] * inner[0].function
    return summation(summation(body, i, lo, j - k), j, lo + k, high)


def _weighed(f, j, lo, hi):
    """Σ_j g(j) Σ_{i ≤ j + k} w_i as Σ_i w_i Σ_{j ≥ i − k} g(j), over the same pairs, g a polynomial: Σ_k Σ_{t ≤ k} w_t is Σ_t (n − t + 1) w_t.

    The terms that every inner sum has are counted apart, where it starts with more than one.
    """
    inner = [a for a in Mul.make_args(f) if isinstance(a, sympy.Sum)]
    if len(inner) != 1 or len(inner[0].limits) != 1 or lo.is_infinite or hi.is_infinite:
        return None
    i, low, high = inner[0].limits[0]
    k, g, w = sympy.expand(high - j), f / inner[0], inner[0].function
    if k.has(j) or low.has(j) or w.has(j) or not g.is_polynomial(j):
        return None
    before = sympy.expand(lo + k - low)  # how many terms every inner sum has beside those that come one by one
    if not (before.is_Integer and before >= 0):
        return None
    out = summation(w * summation(g, j, i - k, hi), i, lo + k, hi + k)
    return out if before == 0 else out + summation(g, j, lo, hi) * summation(w, i, low, lo + k - 1)


def _forwards(f, i, lo, hi):
    """A summand from the other end of its range where the first of its undefined functions counts down: f(T − i) for i = 0, …, T."""
    if lo.is_infinite or hi.is_infinite:
        return f
    places = [(name, _slope(u, i)) for a in f.atoms(Jet, AppliedUndef, Indexed) for name, us in [_places(a)] for u in us]
    first = min(((name, -k) for name, k in places if k), default=None)
    if first is None or first[1] < 0:
        return f
    return sympy.expand(f.subs(i, lo + hi - i))


def _slope(u, i):
    """The number k of an argument k·i + rest; None for others."""
    k = sympy.expand(u).coeff(i)
    return k if k.is_number and not (u - k * i).has(i) else None


def _places(a):
    """(name, arguments) of an undefined function or an entry."""
    return (str(a.function), a.at) if isinstance(a, Jet) else (str(a.base), a.indices) if isinstance(a, Indexed) else (str(a.func), a.args)


def _inside(condition):
    """Whether a condition such as |a| < 1 is settled."""
    if isinstance(condition, sympy.And):
        return all(map(_inside, condition.args))
    if not isinstance(condition, (sympy.StrictLessThan, sympy.LessThan, sympy.StrictGreaterThan, sympy.GreaterThan)):
        return condition == sympy.true
    small, large = condition.lts, condition.gts
    if isinstance(small, sympy.Abs):
        return positive(large - small.args[0]) and positive(large + small.args[0])
    return positive(large - small)


def product(f, i, lo, hi):
    """∏ f over i from lo to hi; constants taken out."""
    length = sympy.expand(hi - lo)
    if length.is_Integer and length < 60:
        return Mul(*[f.subs(i, lo + k) for k in range(int(length) + 1)])
    if not f.has(i):
        return f ** (length + 1)
    out, rest = S.One, S.One
    for g in Mul.make_args(f):
        if g.has(i):
            rest *= g
        else:
            out *= g ** (length + 1)
    return out * sympy.Product(rest, (i, lo, hi))


def sift_deltas(e, times, require):
    """Σ_i δ_ij f(i) is f(j) for a j in the range of the sum, which `require(condition)` is told."""
    if not e.has(sympy.KroneckerDelta):
        return e

    def settled(s):
        if len(s.limits) != 1:
            return s
        i, lo, hi = s.limits[0]
        out = []
        for term in Add.make_args(sympy.expand(s.function)):
            delta = [d for d in term.atoms(sympy.KroneckerDelta) if i in d.free_symbols]
            if not delta:
                out.append(sympy.Sum(term, s.limits[0]))
                continue
            a, b = delta[0].args
            other = b if a == i else a
            if other == i or a.has(i) and b.has(i):
                raise NotDecided(f"Σ {term}: an index that stands on both sides of a Kronecker delta")
            for above in (other - lo, hi - other):
                if not times.nonnegative(above) and not above.is_infinite:
                    require(Condition(sympy.expand(above), ">=", why=f"{other} lies in the range of the sum"))
            out.append(term.xreplace({delta[0]: S.One}).subs(i, other))
        return Add(*out)

    return e.replace(lambda a: isinstance(a, sympy.Sum), settled).replace(
        lambda a: isinstance(a, sympy.KroneckerDelta) and a.args[0] == a.args[1], lambda a: S.One
    )
