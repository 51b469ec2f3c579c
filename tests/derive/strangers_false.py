"""False neighbours of the lines in `strangers`: a hypothesis dropped, a variable captured, a fact used where it says nothing.

Each must be refused, or be true under conditions that it names.
"""

from strangers import P, Q, T, X, a, b, f, g, h, half, lam, m, v, x, xv, yv, zv

from vdmlib.derive import KL, MI, E, H, Identity, Inequality, Law, fact, frac, log, phi

__all__ = ["FALSE"]

FALSE = {}


def false(name, kind=Identity):
    def enter(make):
        def build():
            *sides, how = make()
            return kind("r", *sides, **how)

        FALSE[name] = build
        return make

    return enter


mix = [Law(name, xv) for name in ("p", "p_1", "p_2")]
three = Law("p", xv, yv, zv)


@false("a mean that is not the conditional one")
def _():
    return (E[P(xv, zv)]((zv - m) ** 2), E[P(xv, zv)]((zv - g(xv)) ** 2) + E[P(xv)]((g(xv) - m) ** 2),
            dict(facts=[fact(g(xv), E[P(zv)](zv) + xv, forall=xv)]))


@false("a conditional mean named at one point")
def _():
    return E[P(xv)](f(xv) * g(xv)), E[P(xv, zv)](f(xv) * zv), dict(facts=[fact(E[P(zv | xv)](zv), g(xv))])


@false("a conditional mean under another law")
def _():
    return E[Q(xv)](f(xv) * g(xv)), E[Q(xv, zv)](f(xv) * zv), dict(facts=[fact(E[P(zv | xv)](zv), g(xv), forall=xv)])


@false("the square of a conditional mean for the mean of the square")
def _():
    return E[P(xv)](g(xv) ** 2), E[P(xv, zv)](h(xv, zv) ** 2), dict(facts=[fact(g(xv), E[P(zv | xv)](h(xv, zv)), forall=xv)])


@false("(E f)² for E f²")
def _():
    return E[P(xv)](f(xv)) ** 2, E[P(xv)](f(xv) ** 2), {}


@false("variances add without independence")
def _():
    p = Law("p", xv, yv)
    return (E[p(xv, yv)]((xv + yv - a - b) ** 2), E[p(xv)]((xv - a) ** 2) + E[p(yv)]((yv - b) ** 2),
            dict(facts=[fact(E[p(xv)](xv), a), fact(E[p(yv)](yv), b)]))


@false("equal marginals for equal conditionals")
def _():
    p, q = Law("p", zv, xv), Law("q", zv, xv)
    return E[p(zv)](KL(p(xv | zv), q(xv | zv))) + a, a, dict(facts=[fact(q(zv), p(zv))])


@false("conditional independence for independence")
def _():
    return H(three(xv, yv)), H(three(xv)) + H(three(yv)), dict(facts=[fact(three(zv | xv, yv), three(zv | yv))])


@false("conditional independence the other way round")
def _():
    return MI(three(xv, yv, zv), yv), MI(three(xv, yv), yv), dict(facts=[fact(three(zv | xv, yv), three(zv | yv))])


@false("a mixture whose weights do not add up to one")
def _():
    p, p1, p2 = mix
    return E[p(xv)](f(xv)), lam * E[p1(xv)](f(xv)) + lam * E[p2(xv)](f(xv)), dict(facts=[fact(p(xv), lam * p1(xv) + lam * p2(xv))])


@false("the entropy of a mixture as the mean of the entropies")
def _():
    p, p1, p2 = mix
    return H(p(xv)), lam * H(p1(xv)) + (1 - lam) * H(p2(xv)), dict(facts=[fact(p(xv), lam * p1(xv) + (1 - lam) * p2(xv)), fact(1 > lam)])


@false("Jensen–Shannon with the weights exchanged")
def _():
    p, p1, p2 = mix
    return ((1 - lam) * KL(p1(xv), p(xv)) + lam * KL(p2(xv), p(xv)), H(p(xv)) - lam * H(p1(xv)) - (1 - lam) * H(p2(xv)),
            dict(facts=[fact(p(xv), lam * p1(xv) + (1 - lam) * p2(xv)), fact(1 > lam)]))


@false("joint convexity with one gap left out", Inequality)
def _():
    p, p1, p2 = mix
    q, q1, q2 = (Law(name, xv) for name in ("q", "q_1", "q_2"))
    facts = [fact(p(xv), lam * p1(xv) + (1 - lam) * p2(xv)), fact(q(xv), lam * q1(xv) + (1 - lam) * q2(xv)), fact(1 > lam)]
    return lam * KL(p1(xv), q1(xv)) + (1 - lam) * KL(p2(xv), q2(xv)), KL(p(xv), q(xv)), dict(
        gap=lam * E[p1(xv)](phi(frac(q1(xv) * p(xv), p1(xv) * q(xv)))), facts=facts)
