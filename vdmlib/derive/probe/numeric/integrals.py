"""Integrals: trapezoidal sums on the line, Gauss–Legendre and tanh–sinh on a range."""

import itertools

import sympy
from sympy.core.relational import Relational

from ...budget import spend
from ...nodes.expressions import plain
from ..result import Infinite, Unable, Undefined
from .compile import KINKED, bound, is_real, rule
from .limits import settled
from .peaks import NO_VALUE, Spread, peaks, plain_enough
from .quadrature import CONTEXT, legendre_rule
from .steep import may_be_steep, must_be_finite, must_not_grow

__all__ = ["straight", "half_line", "kinks_of", "line", "over_line", "over_pieces", "tails", "vanishing"]

SHIFT = CONTEXT.sqrt(2) / 23


class Slow(Unable):
    """An integrand that does not fall off fast enough for the plain trapezoidal rule."""

    def __init__(self):
        super().__init__("an integrand that falls off too slowly for the probe")


def trapezoid(w, f, h, reach=0, scale=1):
    """∫ f over the line: h Σ f(c + kh), h halved until the sum stands still. It converges geometrically in 1/h.

    c is no simple number, so that no error vanishes by the symmetry of a simple centre. reach: how far out there may be
    a peak; scale: the size of f there.
    """
    ctx, w.rough = w.ctx, True
    f, at_zero = (lambda u: at_zero(u + SHIFT)), f
    if w.level == 2:
        h = h * ctx.mpf("0.8")
    total = f(ctx.mpf(0)) + tails(w, f, h, h, reach, scale)
    old = total * h
    close = ctx.mpf(10) ** (-17 if w.level == 0 else -24)
    for _ in range(7):
        total += tails(w, f, h / 2, h, reach, scale)
        h /= 2
        new = total * h
        if abs(new - old) <= close * abs(new) + ctx.mpf(10) ** -40 * scale:
            return new
        old = new
    raise Unable("an integrand that is not smooth enough for the probe")


def tails(w, f, start, step, reach=0, scale=1):
    """Σ f(±(start + k·step)), outwards beyond the reach until the terms no longer count."""
    ctx = w.ctx
    least = (reach - start) / step
    eps = ctx.mpf(10) ** -45
    total, largest = ctx.mpf(0), ctx.mpf(0)
    for way in (1, -1):
        quiet, k = 0, 0
        while quiet < 4 or k < least:
            if k % 16 == 0:
                spend()
            term = f(way * (start + k * step))
            k += 1
            if k > 600 + least and k * step > 60:
                if abs(term) > largest / 2 and not vanishing(w, f, way * (start + k * step)):
                    raise Infinite("an integral does not converge")
                raise Slow
            total += term
            largest = max(largest, abs(term))
            quiet = quiet + 1 if abs(term) <= eps * (largest + eps * scale) else 0
    return total


def vanishing(w, f, u):
    """Whether u·f(u) falls to nothing far out."""
    ctx = w.ctx
    sizes = [abs(f(u)) * abs(u)]
    for k in range(1, 22):
        sizes.append(abs(f(u * 2**k)) * abs(u) * 2**k)
        if not ctx.isfinite(sizes[-1]) or sizes[-1] >= 2 * sizes[-2]:
            return False  # f itself grows
    return sizes[-1] <= ctx.mpf(10) ** -3 * max(sizes)


def line(w, x, body):
    """∫ over the whole line in the variable under a key."""
    def value(env):
        with bound(env, x) as put:
            return over_line(w, lambda u: body(put(u)), w.ctx.one)

    return value


def over_line(w, f, h, own=()):
    """∫ f over the whole line. own: [(centre, width)] of what it is known to hold (see `peaks`); h: a step that suits plain ones."""
    ctx = w.ctx
    found = peaks(w, f, own, careful=w.level > 0)
    scale = size_at(w, f, found)
    if plain_enough(found):
        try:
            return trapezoid(w, f, h, max([abs(c) + s for c, s in found], default=0), scale)
        except Slow:
            pass
    spread = Spread(ctx, found or [(ctx.zero, ctx.one)])

    def g(t):
        u, rate = spread.at(t)
        return f(u) * rate

    must_not_grow(w, f, spread.found, (1, -1))
    if not plain_enough(found):
        try:
            return trapezoid(w, g, ctx.mpf(1) / 4, spread.reach, scale)
        except Slow:
            pass

    def slower(u):
        return g(ctx.pi / 2 * ctx.sinh(u)) * ctx.pi / 2 * ctx.cosh(u)

    return trapezoid(w, slower, ctx.mpf(1) / (4 if spread.reach < 1 else 32), ctx.asinh(spread.reach), scale)


def size_at(w, f, found):
    """The largest size of f at some places, one at most."""
    try:
        return min(max([abs(f(c + s / 7)) for c, s in found], default=w.ctx.one), w.ctx.one) or w.ctx.one
    except NO_VALUE:
        return w.ctx.one


def half_line(w, x, body, start, way):
    """∫ from a point on, upwards (way 1) or downwards (−1)."""
    ctx = w.ctx

    def value(env):
        a = start(env)
        with bound(env, x) as put:
            def f(r):
                return body(put(a + way * r))

            found = [(c, s) for c, s in peaks(w, f, careful=w.level > 0, within=(ctx.zero, ctx.inf)) if c + 20 * s > 0]
            if not plain_from(found):
                return from_zero(w, f, found)

            def g(u):
                r = ctx.exp(u - ctx.exp(-u))
                return f(r) * r * (1 + ctx.exp(-u))

            def slower(u):
                r = ctx.exp(ctx.pi / 2 * ctx.sinh(u))
                return f(r) * r * ctx.pi / 2 * ctx.cosh(u)

            reach = max([ctx.log(c + s) for c, s in found if c > 1], default=0)
            try:
                return trapezoid(w, g, ctx.mpf(1) / 4, reach)
            except Slow:
                return trapezoid(w, slower, ctx.mpf(1) / 4, reach)

    return value


def plain_from(found):
    """Whether the rule for a half line meets each centre: it takes steps of a part of the way from the start."""
    return all(s >= max(abs(c), 1) / 8 for c, s in found)


def from_zero(w, f, found):
    """∫ f from 0 upwards, with a close look at each centre."""
    ctx = w.ctx
    must_not_grow(w, f, found, (1,))
    spread = Spread(ctx, found)
    start, far = spread.of(ctx.zero), spread.knots[-1]

    def g(u):
        r = ctx.exp(u - ctx.exp(-u))
        x, rate = spread.at(start + r)
        return f(max(x, ctx.zero)) * rate * r * (1 + ctx.exp(-u))

    reach = ctx.log(far - start) if far - start > 1 else ctx.zero
    return trapezoid(w, g, ctx.one / (8 if far - start < 20 else 32), reach, size_at(w, f, [of for of in found if of[0] > 0]))


def gauss(w, f, a, b, n):
    spend()
    w.rough = True
    half, mid = (b - a) / 2, (b + a) / 2
    return half * w.ctx.fsum(weight * f(mid + half * t) for t, weight in legendre_rule(w.ctx, n))


def straight(w, f, a, b):
    """∫ f from a to b along the straight line, for an f without poles near it."""
    return gauss(w, f, a, b, 40 if w.level == 0 else 64)


def double(w, f, a, b):
    """tanh–sinh, for integrands that are singular at an end."""
    ctx = w.ctx

    def g(u):
        s = ctx.pi / 2 * ctx.sinh(u)
        d = 1 / (1 + ctx.exp(2 * abs(s)))  # distance to the nearer end, as a part of the range
        at = a + (b - a) * d if u < 0 else b - (b - a) * d
        if at in (a, b):
            return ctx.mpf(0)
        return f(at) * (b - a) * 2 * d * (1 - d) * ctx.pi / 2 * ctx.cosh(u)

    return trapezoid(w, g, ctx.mpf(1) / 4)


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
    return sorted(found, key=lambda u: abs(u - a))


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


def segment(w, x, body, lo, hi, kinks, steep=False):
    """∫ over a finite range; on level 1 a finer rule must confirm the value. kinks: what is zero where there is one.

    steep: whether the integrand is of a form that may grow without bound at an end.
    """
    def value(env):
        a, b = lo(env), hi(env)
        if a == b:
            return w.ctx.mpf(0)
        with bound(env, x) as put:
            def f(u):
                return body(put(u))

            if steep:
                must_be_finite(w, f, a, b)
            if kinks:
                return over_pieces(w, f, kinks, put, a, b)
            if is_real(a) and is_real(b):
                close = close_up(w, f, a.real, b.real)
                if close is not None:
                    return over_parts(w, *close)
            fine = in_two(lambda a, b, n: gauss(w, f, a, b, n), a, b, 26)
            if w.level == 0:
                return fine  # if the sides then differ, level 1 follows
            finer = in_two(lambda a, b, n: gauss(w, f, a, b, n), a, b, 44)
            if w.level == 1 and abs(finer - fine) <= w.ctx.mpf(10) ** -24 * (abs(fine) + w.ctx.mpf(10) ** -6):
                return finer
            try:
                return in_two(lambda a, b: double(w, f, a, b), a, b)
            except Unable:
                return in_two(lambda a, b: over_kinks(w, f, a, b), a, b)

    return value


def close_up(w, f, a, b):
    """(g, ends, size): an integrand over other ranges with the same integral, spread out where f has a narrow peak; None where it has none."""
    low, high = min(a, b), max(a, b)
    found = [(c, s) for c, s in peaks(w, f, [((a + b) / 2, high - low)], careful=w.level > 0, within=(low, high))
             if low - 20 * s < c < high + 20 * s and s < (high - low) / 6]  # fmt: skip
    if not found:
        return None
    spread = Spread(w.ctx, found)

    def g(t):
        x, rate = spread.at(t)
        return f(min(max(x, low), high)) * rate

    first, last = spread.of(a), spread.of(b)
    parts = int(abs(last - first)) + 1
    return g, [first + (last - first) * k / parts for k in range(parts + 1)], size_at(w, f, [of for of in found if low < of[0] < high])


def over_parts(w, g, ends, scale):
    """∫ g over ranges of about one; on level 1 and 2 each is divided until two rules agree."""
    rule = (lambda a, b: gauss(w, g, a, b, 26)) if w.level == 0 else (lambda a, b: over_kinks(w, g, a, b, (), scale))
    return w.ctx.fsum(rule(a, b) for a, b in zip(ends, ends[1:]))


@rule(sympy.Integral)
def _integral(w, e):
    if e.has(sympy.DiracDelta):
        return w.kept(e, _pulse(w, e))
    run, kinks = w.of(e.function), kinks_of(w, e.function) if e.has(*KINKED) else ()
    steep = may_be_steep(e.function)
    for limits in e.limits:
        if len(limits) != 3:
            raise Unable(f"{e} has no ends")
        x, lo, hi = w.place(limits[0], {}), limits[1], limits[2]
        if lo == -sympy.oo and hi == sympy.oo:
            run = line(w, x, run)
        elif hi == sympy.oo:
            run = half_line(w, x, run, w.of(lo), 1)
        elif lo == -sympy.oo:
            run = half_line(w, x, run, w.of(hi), -1)
        else:
            run = segment(w, x, run, w.of(lo), w.of(hi), kinks, steep)
    return w.kept(e, run)


def _pulse(w, e):
    """∫ δ(x − a) g dx as the limit of narrow Gaussians, extrapolated in their variance."""
    ctx = w.ctx
    if len(e.limits) != 1 or tuple(e.limits[0][1:]) != (-sympy.oo, sympy.oo):
        raise Unable("a Dirac delta is evaluated under an integral over the whole line")
    deltas = list({d for d in sympy.preorder_traversal(e.function) if isinstance(d, sympy.DiracDelta)})
    if len(deltas) != 1 or len(deltas[0].args) != 1:
        raise Unable("one simple Dirac delta at a time is evaluated")
    key = w.place(e.limits[0][0], {})
    inside = w.of(deltas[0].args[0])
    on, off = (w.of(e.function.xreplace({deltas[0]: sympy.Integer(k)})) for k in (1, 0))

    def value(env):
        steps = [ctx.mpf(2) ** -k for k in range(3, 10)]  # variances
        h = ctx.mpf("0.45")
        with bound(env, key) as put:
            at = inside(put(ctx.mpf(0)))
            slope = inside(put(ctx.mpf(1))) - at
            if off(put(ctx.mpf(1) / 3)) != 0 or abs(inside(put(ctx.mpf(2))) - at - 2 * slope) > ctx.mpf(10) ** -40:
                raise Unable("a Dirac delta of a linear argument, as a factor of the integrand, is evaluated")

            def mean(variance):
                def f(t):
                    return on(put((ctx.sqrt(variance) * t - at) / slope)) * ctx.exp(-t * t / 2)

                return h * (f(ctx.mpf(0)) + tails(w, f, h, h)) / ctx.sqrt(2 * ctx.pi) / abs(slope)

            return settled(w, [mean(v) for v in steps], steps)

    return value
