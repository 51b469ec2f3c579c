"""Concrete functions that the numeric probe draws for undefined ones, with all their partial derivatives."""

__all__ = ["Waves", "Bells", "Powers", "Marched"]


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
        self.ctx, self.bells = ctx, bells

    def partial(self, orders, at):
        ctx = self.ctx
        out, root = ctx.mpf(0), ctx.sqrt(2)
        for c, centre in self.bells:
            for a, u, n in zip(centre, at, orders):
                c = c * ctx.exp(-((u - a) ** 2) / 2)
                if n:
                    c = c * (-1 / root) ** n * ctx.hermite(n, (u - a) / root)
            out += c
        return out


class Powers:
    """A polynomial around a point, with its derivatives."""

    def __init__(self, ctx, start, coefficients):
        self.ctx, self.start, self.coefficients = ctx, start, coefficients

    def partial(self, orders, at):
        (n,), (u,) = orders, at
        falling = [c * self.ctx.ff(k, n) for k, c in enumerate(self.coefficients)][n:]
        return self.ctx.polyval(falling[::-1], u - self.start) if falling else self.ctx.mpf(0)


class Marched:
    """A function of several arguments that moves at a given rate in one of them: g(…, t₀) + (t − t₀)·rate(…)."""

    def __init__(self, start, place, still, rate):
        self.start, self.place, self.still, self.rate = start, place, still, rate

    def partial(self, orders, at):
        k = self.place
        others, there = list(orders), list(at)
        others[k], there[k] = 0, self.start
        moved = at[k] - self.start
        if orders[k]:
            return self.rate(orders[k], others, there, moved)
        out = self.still.partial(others, there)
        return out + moved * self.rate(1, others, there, moved) if moved != 0 else out
