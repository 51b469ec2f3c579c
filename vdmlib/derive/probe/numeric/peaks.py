"""Where an integrand has its weight: centres and widths, and a change of variables that looks closely at each of them.

At a few points it is noted what stands in the exponents, under the fractions and in the steps of an integrand. Where that
is quadratic in the variable, its vertex and its width are known to all digits, however narrow or far away they are. From
each, and from a few points beside, the way leads uphill on the log of the integrand: numbers of the probe do not
underflow, so the slope is seen from anywhere.
"""

import bisect
import math

from ..result import Infinite, Outside, Unable, Undefined

__all__ = ["NO_VALUE", "Spread", "noted", "peaks", "plain_enough"]

MOST = 9  # centres that are told apart
NARROW, WIDE, FAR = 0.2, 6, 20  # within these the plain rules see everything
CLIMB = 40
FURTHEST = 10**9  # how far a way uphill is followed
SMALL = 1e-33  # a step of Newton's iteration after which it is done
NO_VALUE = (Undefined, Infinite, Outside, Unable, ZeroDivisionError, OverflowError, ValueError)


def plain_enough(found):
    """Whether the plain rule, with a step of the order of one from zero outwards, meets each of the centres."""
    return all(NARROW <= s <= WIDE and abs(c) <= FAR for c, s in found)


def noted(w, f, within=None):
    """[(centre, width)] of what is quadratic or linear in the variable of an integrand."""
    ctx, notes, before = w.ctx, [], w.notes
    low, high = within or (-2, 2)
    at = [low + (high - low) * ctx.mpf(k) / 31 for k in (11, 17, 28, 4)] if high != ctx.inf else [low + ctx.mpf(k) / 7 for k in (3, 9, 14, 1)]
    try:
        for u in at:
            w.notes = []
            f(u)
            notes.append(w.notes)
    except NO_VALUE:
        return []
    finally:
        w.notes = before
    if len({tuple(kind for kind, _ in n) for n in notes}) > 1:
        return []
    out = []
    for row in zip(*notes):
        values = [getattr(v, "real", v) for _, v in row]
        if not all(ctx.isfinite(v) for v in values):
            continue
        slopes = [(b - a) / (v - u) for a, b, u, v in zip(values, values[1:], at, at[1:])]
        bends = [(b - a) / (v - u) for a, b, u, v in zip(slopes, slopes[1:], at, at[2:])]
        size = max(map(abs, bends)) + max(map(abs, slopes))
        if size == 0 or abs(bends[1] - bends[0]) > ctx.mpf(10) ** -30 * size:
            continue  # it does not depend on the variable, or is not quadratic in it
        a = bends[0] if abs(bends[0]) > ctx.mpf(10) ** -30 * size else ctx.zero
        b = slopes[0] - a * (at[0] + at[1])
        c = values[0] - (a * at[0] + b) * at[0]
        out += _features(ctx, row[0][0], a, b, c)
    return out


def _features(ctx, kind, a, b, c):
    """Of a u² + b u + c, in an exponent ("power"), at the zeros of which something happens ("zero"), or in a step ("step")."""
    if kind == "power":
        return [(-b / (2 * a), 1 / ctx.sqrt(2 * abs(a)))] if a else [(-c / b, 1 / abs(b))]
    if not a:
        return [(-c / b, 1 / abs(b) if kind == "step" else ctx.one)]
    under = b * b - 4 * a * c
    root = ctx.sqrt(abs(under)) / (2 * abs(a))
    middle = -b / (2 * a)
    if under < 0:
        return [(middle, root)]
    return [(middle - root, ctx.one), (middle + root, ctx.one)]


def peaks(w, f, own=(), careful=False, within=None):
    """[(centre, width)] of an integrand over the line, in order.

    own: what is known beforehand; within: the ends of its range. Where they are not plain, or careful: with what is found uphill from there.
    """
    found = _apart([*own, *noted(w, f, within)])
    if not careful and plain_enough(found):
        return found
    ctx = w.ctx
    low, high = within or (-FURTHEST, FURTHEST)
    starts = list(found)
    if careful:
        starts = _tops(f, starts, low, high, [(ctx.mpf(sign * 4**k) + ctx.mpf(1) / 13, ctx.mpf(4) ** k / 8) for k in range(5) for sign in (1, -1) if low < sign * 4**k < high])
        if plain_enough(found) and starts == found:
            return found
    climbed = []
    for c, s in starts:
        top = _uphill(w, f, c + s / 7, s, low, min(high, FURTHEST))
        if top is not None:
            climbed.append(top)
    return _that_count(ctx, f, _apart([*climbed, *found]), low, high)


def _tops(f, known, low, high, points):
    """What is known, and the points beside at which an integrand is larger than at both of their neighbours."""
    sizes = []
    for c, s in (*known, *points):
        try:
            sizes.append((c, s, abs(f(c + s / 7)) if low < c + s / 7 < high else None))
        except NO_VALUE:
            sizes.append((c, s, None))
    sizes.sort(key=lambda of: of[0])
    sizes = [(c, s, v) for c, s, v in sizes if v is not None]
    values = [0, *[v for _, _, v in sizes], 0]
    tops = [(c, s) for (c, s, v), left, right in zip(sizes, values, values[2:]) if v > left and v > right]
    return [*known, *[top for top in tops if top not in known]]


def _that_count(ctx, f, found, low, high):
    """Those around which an integrand is no smaller than everywhere else by some fifty digits."""
    masses = []
    for c, s in found:
        try:
            masses.append(max([abs(f(u)) for u in (c + s / 7, c - s / 5) if low < u < high], default=ctx.inf) * s)
        except NO_VALUE:
            masses.append(ctx.inf)
    finite = [m for m in masses if ctx.isfinite(m)]
    least = max(finite, default=0) * ctx.mpf(10) ** -50
    return [of for of, m in zip(found, masses) if m > least or not ctx.isfinite(m)] or found


def _apart(found):
    """Those that differ, by their centres; the first ones where there are too many."""
    kept = []
    for c, s in found:
        if not any(abs(c - d) <= min(s, r) / 4 and s / 3 <= r <= 3 * s for d, r in kept):
            kept.append((c, s))
    return sorted(kept[:MOST])


def _uphill(w, f, x, step, low, high):
    """(place, width) of a maximum of |f| that is reached from a point; None where there is none."""
    ctx = w.ctx

    def height(u):
        if not low < u < high:
            return None
        v = abs(f(u))
        return None if v == 0 or not ctx.isfinite(v) else ctx.log(v)

    try:
        for _ in range(CLIMB):
            left, here, right = height(x - step), height(x), height(x + step)
            if None in (left, here, right):
                return None
            bend, slope = (left + right - 2 * here) / step**2, (right - left) / (2 * step)
            if bend < 0:
                move, width = -slope / bend, 1 / ctx.sqrt(-bend)
                if abs(move) <= width / 4:
                    return x + move, width
                if abs(move) > 4**5 * step and _is_bent(height, x, step, bend) is False:
                    move = 4 * step if slope > 0 else -4 * step
                x, step = x + move, min(step, width)
            else:
                x, step = x + (4 * step if slope > 0 else -4 * step), 2 * step
    except NO_VALUE:
        pass
    return None


def _is_bent(height, x, step, bend):
    """Whether the log of an integrand is bent twice as far out as at a point."""
    left, here, right = height(x - 2 * step), height(x), height(x + 2 * step)
    return None not in (left, right) and abs((left + right - 2 * here) / (4 * step**2) - bend) < abs(bend) / 8


class Spread:
    """The change of variables t = Σ asinh((x − c)/s): around each centre c, a step in t is a step of its width s.

    It is analytic, and so is its inverse: a trapezoidal rule in t converges geometrically.
    """

    def __init__(self, ctx, found):
        self.ctx, self.found = ctx, list(found)
        self.knots = [self.of(c) for c, _ in self.found]

    def of(self, x):
        return self.ctx.fsum(self.ctx.asinh((x - c) / s) for c, s in self.found)

    def slope(self, x):
        """dt/dx"""
        return self.ctx.fsum(1 / self.ctx.hypot(x - c, s) for c, s in self.found)

    def at(self, t):
        """(x, dx/dt)"""
        ctx = self.ctx
        if len(self.found) == 1:
            ((c, s),) = self.found
            return c + s * ctx.sinh(t), s * ctx.cosh(t)
        k = bisect.bisect(self.knots, t)
        near = min((j for j in (k - 1, k) if 0 <= j < len(self.knots)), key=lambda j: abs(self.knots[j] - t))
        c, s = self.found[near]
        low, high = (ctx.zero, t - self.knots[near]) if t > self.knots[near] else (t - self.knots[near], ctx.zero)
        v = self._roughly(near, float(t), float(low), float(high))  # x = c + s sinh v
        for _ in range(80):  # Newton's iteration, which stays between what is known to be too small and too large
            x = c + s * ctx.sinh(v)
            off = self.of(x) - t
            low, high = (low, v) if off > 0 else (v, high)
            step = off / (s * ctx.cosh(v) * self.slope(x))
            inside = low <= v - step <= high
            v = v - step if inside else (low + high) / 2
            if inside and abs(step) <= SMALL * (1 + abs(v)):
                break  # the next step would be of its square's size
        x = c + s * ctx.sinh(v)
        return x, 1 / self.slope(x)

    def _roughly(self, near, t, low, high):
        """v to the digits of a float."""
        c, s = self.found[near]
        others = [(float((c - d) / r), float(s / r)) for d, r in self.found]
        v = (low + high) / 2
        try:
            for _ in range(60):
                y = math.sinh(v)
                places = [a + b * y for a, b in others]
                off = math.fsum(map(math.asinh, places)) - t
                low, high = (low, v) if off > 0 else (v, high)
                step = off / (math.cosh(v) * sum(b / math.hypot(u, 1) for u, (_, b) in zip(places, others)))
                v = v - step if low <= v - step <= high else (low + high) / 2
                if abs(step) < 1e-12:
                    break
        except (OverflowError, ZeroDivisionError):
            pass
        return self.ctx.mpf(v)

    @property
    def reach(self):
        """How far from zero the outermost centre is."""
        return max(map(abs, self.knots))

