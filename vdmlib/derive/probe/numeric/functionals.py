"""Expectations, and the probe's own formulas for KL, entropies, ELBO and information."""

import sympy

from ...nodes.expressions import Factors, log
from ...nodes.functionals import CE, ELBO, KL, MI, Expectation, Functional, H, Over, law_factors, phi
from ...nodes.laws import At, Density
from ...nodes.normal import N
from ...nodes.walk import atoms
from ..result import Unable, Undefined
from .compile import KINKED, bound, rule, variance
from .integrals import half_line, line, over_line, tails
from .peaks import peaks, plain_enough
from .pieces import kinks_of, over_pieces
from .quadrature import degree_bound, hermite_rule, holds

__all__ = ["MEANING", "average", "everywhere", "kinked", "parents_first"]

REACH = 18  # standard deviations, where a kinked function is averaged


def _information(e):
    joint, *_ = e.args
    parts = [log(Density(joint.law, side, joint.right)) for side in e.sides]
    return Expectation(joint, log(joint) - parts[0] - parts[1])


MEANING = {
    KL: lambda e: Expectation(e.args[0], log(e.args[0]) - log(e.args[1])),
    H: lambda e: Expectation(e.args[0], -log(e.args[0])),
    CE: lambda e: Expectation(e.args[0], -log(e.args[1])),
    ELBO: lambda e: Expectation(e.args[0], log(e.args[1]) - log(e.args[0])),
    MI: _information,
}


@rule(Functional)
def _functional(w, e):
    if type(e) not in MEANING:
        raise Unable(f"the probe has no formula for {type(e).__name__}")
    return w.of(MEANING[type(e)](e))


@rule(phi)
def _phi(w, e):
    u = w.of(e.args[0])

    def value(env):
        at = u(env)
        if at == 0:
            return w.ctx.inf  # as −log 0
        if not at.real > 0:
            raise Undefined("φ of a negative number")
        return at - 1 - w.ctx.log(at)

    return value


@rule(Density)
def _density(w, e):
    """By the fact that gives it: which one may depend on the numbers of its indices."""
    made = {}

    def value(env):
        here = w.numbers_of(e, env)
        if here not in made:
            made[here] = w.of(w.formula(e, env))
        return made[here](env)

    return value


@rule(Expectation)
def _expectation(w, e):
    if all(isinstance(f, N) for f in law_factors(e.law)):
        return w.kept(e, _mean(w, e, law_factors(e.law)))
    made = {}

    def value(env):
        here = w.numbers_of(e, env)
        if here not in made:
            factors = [w.formula(f, env) if isinstance(f, Density) else f for f in law_factors(e.law)]
            normal = all(isinstance(f, N) for f in factors)
            made[here] = _mean(w, e, factors) if normal else _weighted(w, e, factors)
        return made[here](env)

    return w.kept(e, value)


def parents_first(law, factors):
    """The factors of a law in an order in which each comes after those whose variables it is given."""
    order, left = [], list(factors)
    while left:
        for f in left:
            if not any(holds(a, v) for a in conditions(f) for g in left if g is not f for v in own(g)):
                break
        else:
            raise Unable(f"the law {law} runs in a circle")
        left.remove(f)
        order.append(f)
    return order


def own(f):
    """The variables that a factor of a law draws."""
    return f.left if isinstance(f, Density) else f.args[:1] if isinstance(f, N) else ()


def conditions(f):
    """What a factor of a law is given."""
    return f.right if isinstance(f, Density) else f.args[1:] if isinstance(f, N) else f.args


def _mean(w, e, factors):
    """An expectation under normal laws."""
    run, kinks, order = w.of(e.body), kinked(w, e.body), parents_first(e.law, factors)
    degree = degree_bound(e.body, {f.args[0]: 1 for f in order}, MEANING)
    degree = None if w.may_hide(e.body) else degree
    drawn = {f.args[0] for f in order}
    others = [w.placing(a) for a in atoms(e, At) - drawn]  # which may be a drawn one all the same, where indices coincide
    for f in reversed(order):
        run = average(w, f, run, degree, kinks, others)
    return run


def average(w, law, body, degree, kinks, others=()):
    """The mean of a body over one normal variable: Gauss–Hermite for polynomials, else the trapezoidal rule."""
    ctx = w.ctx
    place, mean, var = w.placing(law.args[0]), w.of(law.args[1]), w.of(law.args[2])
    nodes = hermite_rule(ctx, degree // 2 + 2) if degree is not None and degree <= 12 else None

    def value(env):
        m, s = mean(env), ctx.sqrt(variance(var(env)))
        x = place(env)
        with bound(env, x) as put:
            if nodes and not any(other(env) == x for other in others):
                return ctx.fsum(weight * body(put(m + s * t)) for t, weight in nodes)

            w.rough = True

            def f(t):
                return body(put(m + s * t)) * ctx.exp(-t * t / 2)

            own = [(ctx.zero, ctx.one)]
            found = peaks(w, f, own, careful=w.level > 0 and not kinks)
            if kinks:
                far = max([REACH, *[abs(c) + REACH * s for c, s in found]])
                total = over_pieces(w, f, kinks, lambda t: put(m + s * t), -ctx.mpf(far), ctx.mpf(far))
            elif w.level or not plain_enough(found):
                total = over_line(w, f, ctx.one, own)
            else:  # enough for what is entire and grows slowly; if the sides then differ, level 1 follows
                h = ctx.mpf("0.45")
                try:
                    total = h * (f(ctx.mpf(0)) + tails(w, f, h, h, max(abs(c) + s for c, s in found)))
                except Undefined:
                    tails(w, f, h / 3, h)  # defined beside it?
                    raise Unable("a mean of what is not defined at single points") from None
        return total / ctx.sqrt(2 * ctx.pi)

    return value


def _weighted(w, e, factors):
    """An expectation under densities of any form: the integral of density times body, one variable after another."""
    whole = Factors(*factors, e.body)
    run, kinks = w.of(whole), kinked(w, whole)
    for v in e.bound:
        run = everywhere(w, v, run, kinks)
    return run


def kinked(w, e):
    """What is zero where an expression has a kink or a jump, with the densities that facts give in it written out."""
    given = {f.left.law: sympy.sympify(f.right) for f, _ in w.density_facts.values()}
    e = e.replace(lambda a: isinstance(a, Density), lambda d: given.get(d.law, d))
    return kinks_of(w, e) if e.has(*KINKED) else ()


def everywhere(w, v, body, kinks=()):
    """∫ over all values of a variable, whose index may depend on the environment; kinks: what is zero where the body has one."""
    place = w.placing(v)
    if getattr(v, "is_integer", False):
        raise Unable(f"an integral over {v}, which takes whole numbers")
    for sign, way in (("nonnegative", 1), ("nonpositive", -1)):
        if getattr(v, f"is_{sign}", False):
            return lambda env: half_line(w, place(env), body, lambda env: w.ctx.mpf(0), way, kinks)(env)
    return lambda env: line(w, place(env), body, kinks)(env)


@rule(Over)
def _over(w, e):
    """An integral over all values of random variables."""
    if e.kind != "integral":
        raise Unable(f"a sum over all values of {e.bound} of an unknown set")
    run, kinks = w.of(e.body), kinked(w, e.body)
    for v in e.bound:
        run = everywhere(w, v, run, kinks)
    return w.kept(e, run)
