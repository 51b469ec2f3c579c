"""Concrete functions that stand for undefined ones, each with all its partial derivatives: `partial(orders, at)`."""

import math
import random

from ..result import Unable

__all__ = ["Waves", "Bells", "Powers", "Marched", "Antiderivative", "Corrected", "Steps", "Monomial", "Sines", "Between", "Normed"]

KEPT = 20_000  # values of a bell
NEAR = 1e-3  # how far a local solution is used


class Waves:
    """Σ c exp(a·u) + Σ (a u + b u²), with all its partial derivatives."""

    def __init__(self, ctx, waves, powers):
        self.ctx, self.waves, self.powers = ctx, waves, powers

    def partial(self, orders, at):
        ctx = self.ctx
        out = ctx.mpf(0)
        for c, rate in self.waves:
            for a, n in zip(rate, orders):
                if n:
                    c = c * a**n
            if c:
                out += c * ctx.exp(ctx.fdot(rate, at))
        total = sum(orders)
        for (a, b), u, n in zip(self.powers, at, orders):
            if n == total:
                out += u * (a + b * u) if n == 0 else (a + 2 * b * u if n == 1 else (2 * b if n == 2 else 0))
        return out


class Bells:
    """Σ c exp(−|u − a|²/2), with all its partial derivatives."""

    def __init__(self, ctx, bells):
        self.ctx, self.bells, self.found = ctx, bells, {}

    def partial(self, orders, at):
        ctx = self.ctx
        out, root = ctx.mpf(0), ctx.sqrt(2)
        for k, (c, centre) in enumerate(self.bells):
            for m, (a, u, n) in enumerate(zip(centre, at, orders)):
                c = c * self.bell((k, m), a, u)
                if n:
                    c = c * (-1 / root) ** n * ctx.hermite(n, (u - a) / root)
            out += c
        return out

    def bell(self, place, a, u):
        """exp(−(u − a)²/2), kept: a double integral meets the same u in each of its rows."""
        key = place, getattr(u, "_mpf_", None)
        if key[1] is None:
            return self.ctx.exp(-((u - a) ** 2) / 2)
        if key not in self.found:
            if len(self.found) > KEPT:
                self.found.clear()
            self.found[key] = self.ctx.exp(-((u - a) ** 2) / 2)
        return self.found[key]


class Steps:
    """Whole numbers, drawn for each argument by itself."""

    def __init__(self, ctx, seed, lo, hi):
        self.ctx, self.seed, self.lo, self.hi = ctx, seed, lo, hi

    def partial(self, orders, at):
        if any(orders):
            raise Unable("a function with whole values has no derivative")
        return self.ctx.mpf(random.Random(f"{self.seed}|{[self.ctx.nstr(u, 25) for u in at]}").randint(self.lo, self.hi))


class Powers:
    """A polynomial around a point, with its derivatives; it stands for a solution near that point only."""

    def __init__(self, ctx, name, start, coefficients):
        self.ctx, self.name, self.start, self.coefficients = ctx, name, start, coefficients

    def partial(self, orders, at):
        (n,), (u,) = orders, at
        if abs(u - self.start) > NEAR:
            raise Unable(f"{self.name} solves an equation near one point only, and stands at others too")
        falling = [c * self.ctx.ff(k, n) for k, c in enumerate(self.coefficients)][n:]
        return self.ctx.polyval(falling[::-1], u - self.start) if falling else self.ctx.mpf(0)


class Antiderivative:
    """A function of one argument with a given slope: c + ∫ slope from a point on."""

    def __init__(self, start, value, integral, slope):
        self.start, self.value, self.integral, self.slope = start, value, integral, slope

    def partial(self, orders, at):
        (n,), (u,) = orders, at
        return self.slope(n - 1, u) if n else self.value + self.integral(self.start, u)


class Monomial:
    """(w·u + s)^d."""

    def __init__(self, ctx, weights, shift, degree):
        self.ctx, self.weights, self.shift, self.degree = ctx, weights, shift, degree

    def partial(self, orders, at):
        n, d, ctx = sum(orders), self.degree, self.ctx
        if n > d:
            return ctx.mpf(0)
        out = math.perm(d, n) * (ctx.fdot(self.weights, at) + self.shift) ** (d - n)
        for w, k in zip(self.weights, orders):
            out *= w**k
        return out


class Corrected:
    """f + Σ c·b for basis functions b, or f·exp(Σ c·b) where the sign of f is declared; the c are to be solved for."""

    def __init__(self, ctx, f, keeps_sign, differentiated):
        self.ctx, self.f, self.keeps_sign, self.differentiated = ctx, f, keeps_sign, differentiated
        self.basis, self.coefficients = [], []

    def partial(self, orders, at):
        if not self.keeps_sign:
            return self.f.partial(orders, at) + self.correction(orders, at)
        if any(orders):
            return self.differentiated(lambda there: self.partial((0,) * len(there), there), orders, at)
        return self.f.partial(orders, at) * self.ctx.exp(self.correction(orders, at))

    def correction(self, orders, at):
        return sum((c * b.partial(orders, at) for c, b in zip(self.coefficients, self.basis)), self.ctx.mpf(0))


class Sines:
    """m + Σ c sin(a·u + b), with all its partial derivatives."""

    def __init__(self, ctx, middle, waves):
        self.ctx, self.middle, self.waves = ctx, middle, waves

    def partial(self, orders, at):
        ctx, n = self.ctx, sum(orders)
        out = ctx.mpf(0) if n else self.middle
        for c, rate, phase in self.waves:
            for a, k in zip(rate, orders):
                c = c * a**k
            out += c * ctx.sin(ctx.fdot(rate, at) + phase + n * ctx.pi / 2)
        return out


class Between:
    """What lies between two numbers, by an f between 0 and 1, or above or below the one that is there: lo + e^f, hi − e^f."""

    def __init__(self, f, lo, hi, differentiated):
        self.f, self.lo, self.hi, self.differentiated = f, lo, hi, differentiated

    @property
    def open_ended(self):
        return self.lo is None or self.hi is None

    def partial(self, orders, at):
        if self.lo is not None and self.hi is not None:
            low = self.lo()
            return (0 if any(orders) else low) + (self.hi() - low) * self.f.partial(orders, at)
        if any(orders):
            return self.differentiated(lambda there: self.partial((0,) * len(there), there), orders, at)
        inner = self.f.ctx.exp(self.f.partial(orders, at))
        return self.hi() - inner if self.lo is None else self.lo() + inner


class Normed:
    """Two bells over one argument, of total one, whose places go with the other arguments: Σ c exp(−(u − m(w))²/2)/√(2π)."""

    def __init__(self, ctx, place, parts, differentiated):
        self.ctx, self.place, self.parts, self.differentiated = ctx, place, parts, differentiated  # (share, Sines of the other arguments)

    def partial(self, orders, at):
        k, ctx = self.place, self.ctx
        moved = [j - (j > k) for j, n in enumerate(orders) if j != k for _ in range(n)]
        if len(moved) > 2:
            own = [n if j == k else 0 for j, n in enumerate(orders)]
            others = [0 if j == k else n for j, n in enumerate(orders)]
            return self.differentiated(lambda there: self.partial(own, there), others, at)
        rest, out = [u for j, u in enumerate(at) if j != k], ctx.mpf(0)
        for share, middle in self.parts:
            slope = [middle.partial([int(j == i) for j in range(len(rest))], rest) for i in moved]
            d, n = at[k] - middle.partial([0] * len(rest), rest), orders[k]
            value = self.bell(d, n + len(moved)) * ctx.fprod(slope) * (-1) ** len(moved)
            if len(moved) == 2:
                value -= self.bell(d, n + 1) * middle.partial([moved.count(j) for j in range(len(rest))], rest)
            out += share * value
        return out / ctx.sqrt(2 * ctx.pi)

    def bell(self, d, n):
        """The n-th derivative of exp(−d²/2)."""
        root = self.ctx.sqrt(2)
        return self.ctx.exp(-(d**2) / 2) * ((-1 / root) ** n * self.ctx.hermite(n, d / root) if n else 1)


class Marched:
    """A function of several arguments that moves at a given rate in one of them: g(…, t₀) + (t − t₀)·rate(…)."""

    def __init__(self, name, start, place, still, rate):
        self.name, self.start, self.place, self.still, self.rate = name, start, place, still, rate

    def partial(self, orders, at):
        k = self.place
        others, there = list(orders), list(at)
        others[k], there[k] = 0, self.start
        moved = at[k] - self.start
        if orders[k] > 1 or abs(moved) > NEAR:
            raise Unable(f"{self.name} solves an equation to first order around one value of its argument only")
        if orders[k]:
            return self.rate(others, there)
        out = self.still.partial(others, there)
        return out + moved * self.rate(others, there) if moved != 0 else out
