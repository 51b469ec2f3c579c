"""Sums and products over an index, endless ones beyond their peaks term by term or extrapolated."""

import sympy

from ..result import Infinite, Unable
from .compile import bound, is_real, rule
from .integrals import vanishing
from .peaks import NO_VALUE, peaks

LONGEST = 4000  # terms of a sum
STEEP = 0.93  # how much less a term is than the one before, for a sum to be taken term by term


@rule(sympy.Sum, sympy.Product)
def _folded(w, e):
    ctx, adds = w.ctx, isinstance(e, sympy.Sum)
    fold = ctx.fsum if adds else ctx.fprod
    run = w.of(e.function)
    for x, lo, hi in e.limits:
        if hi == sympy.oo and not adds:
            raise Unable("an infinite product")
        run = _endless(w, w.place(x, {}), run, w.of(lo)) if hi == sympy.oo else _finite(w, w.place(x, {}), run, lo, hi, fold)
    return run


def _finite(w, x, body, lo, hi, fold):
    """From the first to the last index; of nothing, if the last comes before the first."""
    def value(env):
        a, b = w.whole(lo, env), w.whole(hi, env)
        if b - a > LONGEST:
            raise Unable("a sum that is too long")
        with bound(env, x) as put:
            return fold([body(put(w.ctx.mpf(k))) for k in range(a, b + 1)])

    return value


def _endless(w, x, body, lo):
    def value(env):
        a = int(lo(env))
        with bound(env, x) as put:
            return series(w, lambda k: body(put(w.ctx.mpf(k))), a)

    return value


def series(w, f, first):
    """Σ f(k) from a first number on: term by term where the terms fall off like powers of a number, else extrapolated.

    On each level from another term on, so that a wrong extrapolation is seen.
    """
    ctx = w.ctx
    beyond = max([first, *[int(ctx.ceil(c + 8 * s)) for c, s in peaks(w, f, careful=w.level > 0, within=(ctx.mpf(first), ctx.inf)) if abs(c) + 8 * s < LONGEST]])
    samples = [abs(f(first + 2**n)) for n in range(12)]
    largest = max(range(12), key=lambda n: samples[n])
    if largest > 4:
        beyond = max(beyond, first + 2 ** (largest + 1))  # the sum is on its way down only beyond its peaks
    beyond += (0, 9, 21)[w.level]
    start = beyond + 16
    terms = [f(k) for k in range(first, start)]
    largest, total = max(map(abs, terms)), ctx.fsum(terms)
    recent, k = terms[-8:], start
    while k < start + LONGEST:
        if abs(recent[-1]) <= ctx.mpf(10) ** -48 * (largest + ctx.mpf(10) ** -48):
            return total
        if not all(abs(b) < abs(a) * STEEP for a, b in zip(recent, recent[1:])):
            break
        recent = [*recent[1:], f(k)]
        total, k = total + recent[-1], k + 1
    w.rough = True
    if abs(recent[-1]) >= largest / 2 and not vanishing(w, f, k):
        raise Infinite("a sum does not converge")
    must_fall(w, f, recent)
    try:
        return ctx.fsum(terms[: beyond - first]) + ctx.nsum(f, [beyond, ctx.inf], tol=ctx.mpf(10) ** -40)
    except (ctx.NoConvergence, ZeroDivisionError):
        raise Unable("a sum whose extrapolation does not settle") from None


def must_fall(w, f, recent):
    """Infinite, or Unable, for terms of one sign that fall off like 1/k or little faster."""
    if not all(is_real(t) and t * recent[-1] > 0 for t in recent):
        return
    try:
        near, far = (abs(f(2**n)) * 2**n for n in (20, 40))
    except NO_VALUE:
        return
    if far > near * 0.9:
        raise Infinite("a sum does not converge")
    if far > near / 16:
        raise Unable("a sum whose terms fall off too slowly for the probe")
