"""False neighbours of the lines in `strangers`: a hypothesis dropped, a variable captured, a fact used where it says nothing.

Each must be refused, or be true under conditions that it names.
"""

from sympy import Abs, cos, factorial, oo, pi, sin, tan

from strangers import P, Pm, Q, Qm, T, U, X, a, b, between, c, d, eps, f, g, h, half, i, k, lam, m, n, px, t, tt, uc, unit, v, w, whole, x, xv, y, yv, zv
from vdmlib.derive import KL, MI, E, H, Identity, Inequality, Integral, Integrate, Law, Limit, N, Product, Sum
from vdmlib.derive import Derivative as D
from vdmlib.derive import exp, fact, frac, log, phi, sqrt, undefined

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


pf, qf = undefined("p_c q_1", positive=True)
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


# --- ranges

@false("a Gaussian integral that exists for v < 1, under v < 2")
def _():
    return E[N(x, 0, v)](exp(x**2 / 2)), frac(1, sqrt(1 - v)), dict(facts=[fact(2 > v)])


@false("a range of the free t for the t of an integral")
def _():
    return Integral(Abs(1 - t), (t, 0, 2)) + t, Integral(1 - t, (t, 0, 2)) + t, dict(facts=unit)


@false("√(t²) = t for t < 1")
def _():
    return sqrt(t**2), t, dict(facts=[fact(1 > t)])


@false("|1 − t| = 1 − t for t > 0")
def _():
    return Abs(1 - t), 1 - t, dict(facts=[fact(t > 0)])


@false("Pinsker's slope with another factor")
def _():
    bern = a * log(a / b) + (1 - a) * log((1 - a) / (1 - b))
    return D(bern - 3 * (a - b) ** 2, b), frac((b - a) * (1 - 2 * b) ** 2, b * (1 - b)), dict(facts=between)


@false("a geometric sum without a < 1")
def _():
    return Sum(a**k, (k, 0, oo)), frac(1, 1 - a), dict(facts=between[:1])


@false("log SNR of the cosine schedule with the wrong sign")
def _():
    return log(frac(cos(pi * t / 2) ** 2, sin(pi * t / 2) ** 2)), 2 * log(tan(pi * t / 2)), dict(facts=unit)


# --- facts under binders

@false("flow matching with the velocity not divided by p")
def _():
    mixed = lambda e: Integral(e * qf(y), (y, -oo, oo))  # noqa: E731
    facts = [fact(D(pf(x, t, y), t), -D(pf(x, t, y) * uc(x, t, y), x), forall=(x, t, y)), fact(px(x, t), mixed(pf(x, t, y)), forall=(x, t)),
             fact(U(x, t), mixed(uc(x, t, y) * pf(x, t, y)), forall=(x, t))]
    return D(px(x, t), t), -D(U(x, t) * px(x, t), x), dict(facts=facts)


@false("flow matching with the continuity equation at one point")
def _():
    mixed = lambda e: Integral(e * qf(y), (y, -oo, oo))  # noqa: E731
    facts = [fact(D(pf(x, t, y), t), -D(pf(x, t, y) * uc(x, t, y), x)), fact(px(x, t), mixed(pf(x, t, y)), forall=(x, t)),
             fact(U(x, t), mixed(uc(x, t, y) * pf(x, t, y)) / px(x, t), forall=(x, t))]
    return D(px(x, t), t), -D(U(x, t) * px(x, t), x), dict(facts=facts)


@false("∫p = 1 at one parameter")
def _():
    return Integral(px(x, m) * D(log(px(x, m)), m), whole) + a, a, dict(facts=[fact(Integral(px(x, m), whole), 1)])


@false("∫p = 1, weighed inside")
def _():
    inner = Integral(Integral(px(x, m) * f(x), whole) * f(m), (m, 0, 1))
    return inner, Integral(f(m), (m, 0, 1)), dict(facts=[fact(Integral(px(x, m), whole), 1, forall=m)])


@false("∫p = 1 over the other variable")
def _():
    return Integral(px(x, m), (m, -oo, oo)) + a, 1 + a, dict(facts=[fact(Integral(px(x, m), whole), 1, forall=m)])


@false("∫p = 1 for m > 0 at any m")
def _():
    return Integral(px(x, -c) * f(c), whole), f(c), dict(facts=[fact(Integral(px(x, c), whole), 1, forall=c)])


@false("∫p = 1 over a half-line")
def _():
    return Integral(px(x, m), (x, 0, oo)) + a, 1 + a, dict(facts=[fact(Integral(px(x, m), whole), 1, forall=m)])


@false("∫p² = 1")
def _():
    return Integral(px(x, m) ** 2, whole) + a, 1 + a, dict(facts=[fact(Integral(px(x, m), whole), 1, forall=m)])


@false("∫p = m, and the slope in m")
def _():
    return D(m * Integral(px(x, w), whole), m) + a, 2 * m + a, dict(facts=[fact(Integral(px(x, w), whole), m, forall=w)])


@false("∫p = 1 for every w at one y, and the slope in y")
def _():
    return D(Integral(px(x, w, y), whole), y) + a, a, dict(facts=[fact(Integral(px(x, w, y), whole), 1, forall=w)])


@false("the heat equation keeps mass without ends")
def _():
    return D(Integral(px(x, t), (x, a, b)), t) + c, c, dict(facts=[fact(D(px(x, t), t), half * D(px(x, t), (x, 2)), forall=(x, t))])


# --- limits, and derivatives through E

@false("Rényi's divergence tends to the other KL")
def _():
    return Limit(frac(1, a - 1) * log(E[P(zv)](frac(P(zv), Q(zv)) ** (a - 1))), a, 1), KL(Q(zv), P(zv)), {}


@false("the cumulant generating function's slope, not normalised")
def _():
    return D(log(E[P(xv)](exp(a * f(xv)))), a), E[P(xv)](f(xv) * exp(a * f(xv))), {}


@false("a limit that is infinite")
def _():
    return Limit(log(E[P(xv)](exp(a * f(xv)))) / a**2, a, 0), E[P(xv)](f(xv)), {}


@false("a limit at a kink")
def _():
    return Limit(E[P(xv)](Abs(a) * f(xv)) / a, a, 0, "-"), E[P(xv)](f(xv)), {}


@false("a substitution through a pole")
def _():
    return Integral(frac(f(1 / t), t**2), (t, -1, 1)) + a, a - Integral(f(t), (t, -1, 1)), {}


@false("a change of time that does not reach the ends")
def _():
    l_, chi = undefined("l chi")
    return Integral(l_(chi(t)) * D(chi(t), t), (t, 0, 1)), Integral(l_(t), (t, 0, 1)), dict(facts=[fact(chi(0), 0)])


# --- blocks

@false("importance weights for the wrong law of the end")
def _():
    return E[Qm(X[0:T])](frac(Pm(X[0:T]), Qm(X[0:T])) * f(X[T])), E[Qm(X[T])](f(X[T])), tt


@false("the ends of a path as if they were independent")
def _():
    return Integrate[X[1 : T - 1]](Pm(X[0:T])), Pm(X[0]) * Pm(X[T]), tt


@false("the divergence of paths against that of ends, the gap under q", Inequality)
def _():
    return (KL(Pm(X[0:T]), Qm(X[0:T])), KL(Pm(X[T]), Qm(X[T])), dict(gap=E[Qm(X[T])](KL(Pm(X[0 : T - 1] | X[T]), Qm(X[0 : T - 1] | X[T]))), **tt))


@false("entropies over coordinates add without independence")
def _():
    p = Law("p", X[1:d])
    return H(p(X[1:d])), Sum(H(p(X[i])), (i, 1, d)), dict(times={d: 1})


@false("KL over coordinates where one law alone is a product")
def _():
    p, q = Law("p", X[1:d]), Law("q", X[1:d])
    facts = [fact(q(X[1:d]), Product(q(X[i]), (i, 1, d)), forall=d)]
    return KL(p(X[1:d]), q(X[1:d])), Sum(KL(p(X[i]), q(X[i])), (i, 1, d)), dict(facts=facts, times={d: 1})


# --- small

@false("a normal prior without its constant")
def _():
    return KL(Q(zv), N(zv, 0, 1)), -H(Q(zv)) + half * E[Q(zv)](zv**2), {}


@false("a denoising loss without the noise's own variance")
def _():
    return E[Q(xv)](E[N(eps, 0, 1)]((eps - f(xv)) ** 2)), E[Q(xv)](f(xv) ** 2), {}


@false("an exponential moment under a normal draw as a polynomial's")
def _():
    return E[Q(xv)](E[N(eps, 0, 1)](exp(eps) * f(xv))), E[Q(xv)](f(xv)), {}


@false("(n + 1)!/n! = n")
def _():
    return frac(factorial(n + 1), factorial(n)), n, {}
