"""Gauss–Legendre on a range, as a whole or cut in pieces where the integrand has kinks, jumps or peaks."""

import itertools

import sympy
from sympy.core.relational import Relational

from ...budget import spend
from ...nodes.expressions import plain
from ..result import Infinite, Unable, Undefined
from .compile import is_real
from .peaks import peaks
from .quadrature import legendre_rule

__all__ = ["breaks", "gauss", "in_two", "kinks_of", "over_kinks", "over_pieces", "straight"]


def gauss(w, f, a, b, n):
    spend()
    w.rough = True
    half, mid = (b - a) / 2, (b + a) / 2
    return half * w.ctx.fsum(weight * f(mid + half * t) for t, weight in legendre_rule(w.ctx, n))


def straight(w, f, a, b):
    """∫ f from a to b along the straight line, for an f without poles near it."""
    return gauss(w, f, a, b, 40 if w.level == 0 else 64)


def over_kinks(w, f, a, b, above=(), scale=1):
    """∫ f over a range in which f may have kinks, jumps or poles: halved around them.

    above: the sizes of the integrals over the ranges around this one. Where they do not shrink with their ranges, there
    is a pole.
    """
    coarse, fine = gauss(w, f, a, b, 16), gauss(w, f, a, b, 24)
    if abs(fine - coarse) <= w.ctx.mpf(10) ** -36 * (scale + abs(fine)):
        return fine
    if len(above) >= 20 and abs(fine) > above[-20] / 2:
        raise Infinite("an integral over a pole does not converge")
    if len(above) > 110:
        w.lose(abs(fine))
        return fine
    mid, above = (a + b) / 2, (*above, abs(fine))
    return over_kinks(w, f, a, mid, above, scale) + over_kinks(w, f, mid, b, above, scale)


def in_two(rule, a, b, *orders):
    """A rule on two parts of a range: no pole may hide in its symmetry."""
    mid = a + (b - a) * 41 / 99
    return sum(rule(lo, hi, *[n + k for n in orders]) for k, (lo, hi) in enumerate(((a, mid), (mid, b))))


def kinks_of(w, e):
    """What is zero where an expression has a kink or a jump, as functions of the environment."""
    out = []
    for a in sympy.preorder_traversal(e):
        if isinstance(a, (sympy.Abs, sympy.sign, sympy.Heaviside)):
            out.append(w.of(a.args[0]))
        elif isinstance(a, (sympy.Max, sympy.Min)):
            out += [w.of(b - c) for b, c in itertools.combinations(map(plain, a.args), 2)]
        elif isinstance(a, Relational):
            out.append(w.of(a.lhs - a.rhs))
    return out


def breaks(w, kinks, put, a, b):
    """The points of a range at which a kink is, as far as they show in a change of sign."""
    found = []
    if not (is_real(a) and is_real(b)):
        return found
    for g in kinks:
        try:
            at = [a + (b - a) * k / 67 for k in range(68)]
            signs = [g(put(u)).real for u in at]
            for low, high, left, right in zip(at, at[1:], signs, signs[1:]):
                if left * right < 0:
                    found.append(bisected(w, lambda u, g=g: g(put(u)).real, low, high))
        except (Undefined, Unable, KeyError):
            continue  # it holds a variable that is bound further in
    found.sort(key=lambda u: abs(u - a))
    return [u for k, u in enumerate(found) if not k or abs(u - found[k - 1]) > abs(b - a) * w.ctx.mpf(10) ** -30]


def over_pieces(w, f, kinks, put, a, b):
    """∫ f over a range that is cut where f has kinks."""
    ends = [a, *breaks(w, kinks, put, a, b), b]
    if is_real(a) and is_real(b):
        ends = [u.real for u in ends]
        width, low, high = abs(b - a), min(ends), max(ends)
        near = [c + k * s for c, s in peaks(w, f, within=(low, high)) if s < width / 16 for k in (-64, -8, -1, 1, 8, 64)]
        ends = sorted({*ends, *[u for u in near if low < u < high]}, reverse=ends[-1] < ends[0])
    return sum(in_two(lambda a, b: over_kinks(w, f, a, b), *piece) for piece in zip(ends, ends[1:]))


def bisected(w, g, low, high):
    rising = g(high) > 0
    for _ in range(190):
        mid = (low + high) / 2
        low, high = (low, mid) if (g(mid) > 0) == rising else (mid, high)
    return (low + high) / 2
