"""Limits: extrapolated where a function is smooth at the point, read off very near it otherwise."""

import sympy
from sympy.tensor.indexed import Indexed

from ...nodes.laws import Block
from ...nodes.schedules import ScheduleValue
from ...nodes.walk import has
from ..result import Unable, Undefined
from .compile import bound, rule

__all__ = ["settled"]

FAST = 64  # how many times smaller two steps of an extrapolation are than the two before, where they may be trusted: at a root or a log 16 at most


@rule(sympy.Limit)
def _limit(w, e):
    ctx = w.ctx
    f, x, at, side = e.args
    body, key, point = w.of(f), w.place(x, {}), w.of(at)
    counted = x.is_integer and has(f, (sympy.Sum, sympy.Product, Indexed, Block, ScheduleValue))  # as many terms as x

    def value(env):
        a = point(env)
        with bound(env, key) as put:
            if abs(a) == ctx.inf:
                way = 1 if a > 0 else -1
                if counted:
                    return settled(w, [body(put(ctx.mpf(way * 2**k))) for k in range(3, 12)], [ctx.mpf(2) ** -k for k in range(3, 12)])
                return approached(w, lambda h: body(put(way / h)), far=bool(x.is_integer))
            sides = {"-": (-1,), "+-": (1, -1)}.get(str(side), (1,))
            found = [approached(w, lambda h, way=way: body(put(a + way * h))) for way in sides]
            if len(found) == 2 and found[0] != found[1] and (ctx.inf in map(abs, found) or abs(found[0] - found[1]) > 1e-9 * (1 + abs(found[0]))):
                raise Undefined("a limit that differs from the two sides")
            return found[0]

    return value


def approached(w, f, far=True):
    """lim f(h) as h ↓ 0: extrapolated where f is smooth there, else read off very near (`far` along)."""
    ctx, known = w.ctx, w.limit_digits
    for nearer in (4, 12, 24):  # a log may not exist so far away from the point
        steps = [ctx.mpf(2) ** -(k + nearer) for k in range(14)]
        try:
            out = settled(w, [f(h) for h in steps], steps)
        except Undefined:
            if nearer == 24:
                raise
            continue
        except Unable:
            if not far:
                raise
            out = None
        break
    if not far:
        return out
    if out is not None:
        there = f(ctx.mpf(2) ** -44)
        if abs(there) > abs(f(steps[-1])) if abs(out) == ctx.inf else abs(there - out) <= ctx.mpf(10) ** -9 * (1 + abs(out)):
            return out
    w.limit_digits = known
    there, beyond = f(ctx.mpf(2) ** -130), f(ctx.mpf(2) ** -150)
    error = abs(there - beyond) / (1 + abs(beyond))
    if error > ctx.mpf(10) ** -12:
        raise Unable("a limit that does not settle")
    w.lose(error)
    return beyond


def settled(w, values, steps):
    """The limit of values at steps → 0: their common value, or Neville's extrapolation of them."""
    ctx, w.rough = w.ctx, True
    last = values[-1]
    if not all(map(ctx.isfinite, values)):
        if all(v == last for v in values):
            return last
        raise Undefined("a limit of what is not finite")
    if all(abs(s - last) <= ctx.mpf(10) ** -32 * (1 + abs(last)) for s in values[-3:]):
        return last
    sizes = [abs(s) for s in values]
    if all(b > a for a, b in zip(sizes[-6:], sizes[-5:])):
        jumps = [b - a for a, b in zip(sizes[-6:], sizes[-5:])]
        if jumps[-1] > jumps[0] * ctx.mpf("0.9") and sizes[-1] > 1:
            return ctx.inf if last.real > 0 else -ctx.inf
    table, found = list(values), [last]  # found: from the nearest value alone, from the nearest two, …
    while len(table) > 2:
        m = len(values) - len(table) + 1
        table = [_straight(steps[k], steps[k + m], a, b) for k, (a, b) in enumerate(zip(table, table[1:]))]
        found.append(table[-1])
    out, apart = _straight(steps[0], steps[-1], *table), abs(table[1] - table[0])  # with the first value left out, and with the last
    *_, fourth, third, second, first = [abs(b - a) for a, b in zip(found, [*found[1:], out])]
    if FAST * max(first, second) <= max(third, fourth):  # two by two: of an even function every other step is short
        apart = min(apart, 2 * max(first, second))
    step, before = abs(values[-1] - values[-2]), abs(values[-2] - values[-3])
    if 2 * step <= before and step < apart:  # steps that at least halve: as far again at most
        out, apart = last, step
    error = (apart + ctx.mpf(10) ** -(ctx.dps - 6)) / (1 + abs(out))
    if error > 1e-6:
        raise Unable("a limit whose extrapolation does not settle")
    w.lose(error)
    return out


def _straight(h, nearer, a, b):
    """The value at 0 of the straight line through a at h and b at the nearer place."""
    return (h * b - nearer * a) / (h - nearer)
