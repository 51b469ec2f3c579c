"""Integrals: trapezoidal sums on the line, Gauss–Legendre (see `pieces`) and tanh–sinh on a range."""

import sympy

from ...budget import spend
from ...nodes.expressions import plain
from ..result import Infinite, Unable
from .compile import KINKED, bound, is_real, rule
from .limits import settled
from .peaks import NO_VALUE, Spread, peaks, plain_enough
from .pieces import breaks, gauss, in_two, kinks_of, over_kinks, over_pieces
from .quadrature import CONTEXT
from .steep import may_be_steep, must_be_finite, must_not_grow, narrow_at_an_end

__all__ = ["half_line", "line", "over_line", "tails", "vanishing"]

SHIFT = CONTEXT.sqrt(2) / 23
FAR = 64  # where kinks of an integrand over an endless range are looked for


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


def line(w, x, body, kinks=()):
    """∫ over the whole line in the variable under a key. kinks: what is zero where the body has one: the line is cut there."""
    def value(env):
        with bound(env, x) as put:
            ends = breaks(w, kinks, put, -w.ctx.mpf(FAR), w.ctx.mpf(FAR)) if kinks else []
            if not ends:
                return over_line(w, lambda u: body(put(u)), w.ctx.one)
        return cut(w, x, body, kinks, env, sorted(ends), (-1, 1))

    return value


def cut(w, x, body, kinks, env, ends, ways):
    """∫ over the pieces between the ends, and from the outermost ones on, in these ways."""
    out = w.ctx.zero
    for way in ways:
        end = ends[0 if way < 0 else -1]
        out += half_line(w, x, body, lambda env, end=end: end, way)(env)
    with bound(env, x) as put:
        if len(ends) > 1:
            out += over_pieces(w, lambda u: body(put(u)), kinks, put, ends[0], ends[-1])
    return out


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


def half_line(w, x, body, start, way, kinks=()):
    """∫ from a point on, upwards (way 1) or downwards (−1)."""
    ctx = w.ctx

    def value(env):
        a = start(env)
        with bound(env, x) as put:
            ends = breaks(w, kinks, put, a, a + way * FAR) if kinks else []
            ends = [u for u in ends if u != a]
        if ends:
            return cut(w, x, body, kinks, env, sorted([a, *ends]), (way,))
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


def double(w, f, a, b, reach=0):
    """tanh–sinh, for integrands that are singular at an end. reach: how far towards the ends they are looked at in any case (see `trapezoid`)."""
    ctx = w.ctx

    def g(u):
        s = ctx.pi / 2 * ctx.sinh(u)
        d = 1 / (1 + ctx.exp(2 * abs(s)))  # distance to the nearer end, as a part of the range
        at = a + (b - a) * d if u < 0 else b - (b - a) * d
        if at in (a, b):
            return ctx.zero
        return f(at) * (b - a) * 2 * d * (1 - d) * ctx.pi / 2 * ctx.cosh(u)

    return trapezoid(w, g, ctx.mpf(1) / 4, reach)


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
            if steep and narrow_at_an_end(w, f, a, b, fine):
                return in_two(lambda a, b: double(w, f, a, b, reach=4), a, b)
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
            run = line(w, x, run, kinks)
        elif hi == sympy.oo:
            run = half_line(w, x, run, w.of(lo), 1, kinks)
        elif lo == -sympy.oo:
            run = half_line(w, x, run, w.of(hi), -1, kinks)
        else:
            run = segment(w, x, run, w.of(lo), w.of(hi), kinks, steep)
    return w.kept(e, run)


def _pulse(w, e):
    """∫ δ(x − a) g dx as the limit of narrow Gaussians, extrapolated in their variance; over a range, of such as lie within it.

    Where g has kinks or jumps they lie between the points at which one is looked for.
    """
    ctx = w.ctx
    if len(e.limits) != 1 or len(e.limits[0]) != 3:
        raise Unable("a Dirac delta is evaluated under one integral with ends")
    deltas = list({d for d in sympy.preorder_traversal(e.function) if isinstance(d, sympy.DiracDelta)})
    if len(deltas) != 1 or len(deltas[0].args) != 1:
        raise Unable("one simple Dirac delta at a time is evaluated")
    if not is_linear(deltas[0].args[0], e.limits[0][0]):
        raise Unable("a Dirac delta of a linear argument is evaluated")
    narrow = e.function.has(*KINKED)
    key, lo, hi = w.place(e.limits[0][0], {}), *(w.of(end) for end in e.limits[0][1:])
    inside = w.of(deltas[0].args[0])
    on, off = (w.of(e.function.xreplace({deltas[0]: sympy.Integer(k)})) for k in (1, 0))

    def value(env):
        h = ctx.mpf("0.45")
        with bound(env, key) as put:
            at = inside(put(ctx.mpf(0)))
            slope = inside(put(ctx.mpf(1))) - at
            if off(put(ctx.mpf(1) / 3)) != 0:
                raise Unable("a Dirac delta that is a factor of the integrand is evaluated")
            room = room_around(ctx, -at / slope, lo(env), hi(env))
            if not room:
                return ctx.zero
            beside = [on(put((way * ctx.mpf(10) ** -30 - at) / slope)) for way in (1, -1)]
            if abs(beside[0] - beside[1]) > ctx.mpf(10) ** -20 * (1 + abs(beside[0])):
                raise Unable("a Dirac delta where the integrand jumps has no value")
            widest = min(ctx.mpf(10) ** -32 if narrow else ctx.one, room * abs(slope) / 6) ** 2  # a Gaussian's terms count for 15 widths
            steps = [ctx.mpf(2) ** -k * widest for k in range(3, 10)]  # variances

            def mean(variance):
                def f(t):
                    return on(put((ctx.sqrt(variance) * t - at) / slope)) * ctx.exp(-t * t / 2)

                return h * (f(ctx.mpf(0)) + tails(w, f, h, h)) / ctx.sqrt(2 * ctx.pi) / abs(slope)

            return settled(w, [mean(v) for v in steps], steps)

    return value


def is_linear(e, x):
    """Whether an expression is a polynomial of first degree in x, by its form."""
    try:
        return sympy.Poly(plain(e), plain(x)).degree() == 1
    except sympy.PolynomialError:
        return False


def room_around(ctx, c, lo, hi):
    """How far the place of a Dirac delta is from the nearer end of a range; 0 outside. At an end its integral is no number."""
    if not all(map(is_real, (c, lo, hi))) or not lo.real < hi.real:
        raise Unable("a Dirac delta is evaluated over a range from its lower to its upper end")
    low, high = c.real - lo.real, hi.real - c.real
    if min(abs(low), abs(high)) < ctx.mpf(10) ** -20:
        raise Unable("a Dirac delta at an end of the range has no value")
    return max(min(low, high), ctx.zero)
