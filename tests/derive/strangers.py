"""Lines of other people's papers, stated as a reader would state them, by what they ask of the engine.

Each is true. `LINES` has them by name; `strangers.json` says what the engine made of each at the first try, and makes of it now.
It is longer than other files since it is a table.
"""

from sympy import Abs, Max, Min, Rational, binomial, cos, factorial, oo, pi, sin, tan

from vdmlib.derive import KL, MI, E, H, Identity, Inequality, Integral, Integrate, Law, Limit, N, Product, Schedule, Subs, Sum
from vdmlib.derive import Derivative as D
from vdmlib.derive import chain, exp, fact, frac, log, phi, sqrt, symbols, undefined, variables

__all__ = ["LINES"]

half = Rational(1, 2)
a, b, m, x, u, y, w, x0, x1, eps = symbols("a b m x u y w x_0 x_1 epsilon")
c, v, r, sd, lam = symbols("c v r sigma lambda", positive=True)
s, t = symbols("s t")
at, as_, st, ss = symbols("alpha_t alpha_s sigma_t sigma_s", positive=True)
f, g, h, L = undefined("f g h L")
i, j, k, n, T, d = symbols("i j k n T d", integer=True, positive=True)
z, y1, y2, e1 = variables("z y_1 y_2 e_1")
X = chain("x")
xv, zv, yv, ev = variables("X Z Y E")
P, Q = Law("p", xv, zv), Law("q", xv, zv)
al = Schedule("alpha")
unit = [fact(t > 0), fact(1 > t)]
between = [fact(a > 0), fact(1 > a), fact(b > 0), fact(1 > b)]
LINES = {}


def line(group, name, kind=Identity):
    """Enter a line: the function gives the sides, and the facts and times as keywords."""
    def enter(make):
        def build():
            *sides, how = make()
            return kind("r", *sides, **how)

        LINES[f"{group}: {name}"] = build
        return make

    return enter


# --- ranges and named positivity

bern = a * log(a / b) + (1 - a) * log((1 - a) / (1 - b))


@line("ranges", "Pinsker for two points", Inequality)
def _():
    at_s = (1 - s) * a + s * b
    return bern, 2 * (a - b) ** 2, dict(gap=(b - a) ** 2 * Integral(frac(s * (1 - 2 * at_s) ** 2, at_s * (1 - at_s)), (s, 0, 1)), facts=between)


@line("ranges", "Pinsker's slope in b")
def _():
    return D(bern - 2 * (a - b) ** 2, b), frac((b - a) * (1 - 2 * b) ** 2, b * (1 - b)), dict(facts=between)


@line("ranges", "Bernoulli entropy's slope")
def _():
    return D(-a * log(a) - (1 - a) * log(1 - a), a), log(frac(1 - a, a)), dict(facts=between[:2])


@line("ranges", "straight path: the score")
def _():
    return D(log(N(x, t * x1, (1 - t) ** 2)), x), -frac(x - t * x1, (1 - t) ** 2), dict(facts=unit)


@line("ranges", "straight path: the continuity equation")
def _():
    p = N(x, t * x1, (1 - t) ** 2)
    return D(p, t), -D(p * frac(x1 - x, 1 - t), x), dict(facts=unit)


@line("ranges", "straight path: the marginal of Gaussian data")
def _():
    return E[N(x1, m, v)](N(x, t * x1, (1 - t) ** 2)), N(x, t * m, t**2 * v + (1 - t) ** 2), dict(facts=unit)


@line("ranges", "VDM: q(z_t|z_s) after q(z_s|x)")
def _():
    back = N(x1, at / as_ * x0, st**2 - (at / as_) ** 2 * ss**2)
    return E[N(x0, as_ * x, ss**2)](back), N(x1, at * x, st**2), dict(facts=[fact(st**2 - (at / as_) ** 2 * ss**2 > 0)])


@line("ranges", "VDM: Bayes for q(z_s|z_t, x)")
def _():
    ats, vts = at / as_, st**2 - (at / as_) ** 2 * ss**2
    post = N(x0, frac(ats * ss**2, st**2) * x1 + frac(as_ * vts, st**2) * x, frac(vts * ss**2, st**2))
    return N(x0, as_ * x, ss**2) * N(x1, ats * x0, vts), post * N(x1, at * x, st**2), dict(facts=[fact(vts > 0)])


@line("ranges", "VDM: the KL of a step is in SNRs")
def _():
    vts = st**2 - (at / as_) ** 2 * ss**2
    mean = lambda e: frac(at * ss**2, as_ * st**2) * x1 + frac(as_ * vts, st**2) * e  # noqa: E731
    var = frac(vts * ss**2, st**2)
    return (KL(N(x0, mean(x), var), N(x0, mean(y), var)),
            half * (frac(as_**2, ss**2) - frac(at**2, st**2)) * (x - y) ** 2, dict(facts=[fact(vts > 0)]))


@line("ranges", "cosine schedule: log SNR is a log tan")
def _():
    return log(frac(cos(pi * t / 2) ** 2, sin(pi * t / 2) ** 2)), -2 * log(tan(pi * t / 2)), dict(facts=unit)


@line("ranges", "cosine schedule: the slope of log SNR")
def _():
    return D(-2 * log(tan(pi * t / 2)), t), -frac(2 * pi, sin(pi * t)), dict(facts=unit)


@line("ranges", "DDIM: the marginal is kept for every σ")
def _():
    rest = 1 - al.bar[k - 1] - sd**2
    mean = sqrt(al.bar[k - 1]) * x0 + sqrt(rest) * frac(x1 - sqrt(al.bar[k]) * x0, sqrt(1 - al.bar[k]))
    return (E[N(x1, sqrt(al.bar[k]) * x0, 1 - al.bar[k])](N(x, mean, sd**2)), N(x, sqrt(al.bar[k - 1]) * x0, 1 - al.bar[k - 1]),
            dict(facts=[fact(rest > 0)]))


@line("ranges", "geometric sum")
def _():
    return Sum(a**k, (k, 0, oo)), frac(1, 1 - a), dict(facts=between[:2])


@line("ranges", "absorbing diffusion: the weight")
def _():
    return D(log(1 - f(t)), t), -frac(D(f(t), t), 1 - f(t)), dict(facts=[fact(f(t) > 0, forall=t), fact(1 > f(t), forall=t)])


@line("ranges", "√(t²) = t, |1 − t| = 1 − t")
def _():
    return sqrt(t**2) + Abs(1 - t), 1 + 0 * t, dict(facts=unit)


@line("ranges", "the larger of t and 1")
def _():
    return Max(t, 1) + Min(t, 1), 1 + t, dict(facts=unit)


@line("ranges", "t(1 − t) ≤ 1/4", Inequality)
def _():
    return frac(1, t * (1 - t)), 4 + 0 * t, dict(gap=frac((1 - 2 * t) ** 2, t * (1 - t)), facts=unit)


@line("ranges", "VP: one step of variance 1 − e^{−2t}")
def _():
    return E[N(x0, m, 1 - exp(-2 * s))](N(x, exp(-t) * x0, 1 - exp(-2 * t))), N(x, exp(-t) * m, 1 - exp(-2 * t - 2 * s)), dict(facts=[fact(t > 0), fact(s > 0)])


# --- one language of facts, under binders

pc, uc, q1, p1, U, sc = undefined("p_c u_c q_1 p_1 U s")
pd = undefined("p_d", positive=True)
px = undefined("p", positive=True)
whole = (x, -oo, oo)


@line("facts", "flow matching, theorem 1")
def _():
    pf, qf = undefined("p_c q_1", positive=True)
    mix = lambda e: Integral(e * qf(y), (y, -oo, oo))  # noqa: E731
    facts = [fact(D(pf(x, t, y), t), -D(pf(x, t, y) * uc(x, t, y), x), forall=(x, t, y)), fact(px(x, t), mix(pf(x, t, y)), forall=(x, t)),
             fact(U(x, t), mix(uc(x, t, y) * pf(x, t, y)) / px(x, t), forall=(x, t))]
    return D(px(x, t), t), -D(U(x, t) * px(x, t), x), dict(facts=facts)


@line("facts", "flow matching, theorem 1, the flux named")
def _():
    mix = lambda e: Integral(e * q1(y), (y, -oo, oo))  # noqa: E731
    facts = [fact(D(pc(x, t, y), t), -D(pc(x, t, y) * uc(x, t, y), x), forall=(x, t, y)), fact(p1(x, t), mix(pc(x, t, y)), forall=(x, t)),
             fact(U(x, t) * p1(x, t), mix(uc(x, t, y) * pc(x, t, y)), forall=(x, t))]
    return D(p1(x, t), t), -D(U(x, t) * p1(x, t), x), dict(facts=facts)


@line("facts", "flow matching, theorem 2: the losses differ by a constant")
def _():
    return (E[P(xv, zv)]((f(xv) - h(xv, zv)) ** 2), E[P(xv)]((f(xv) - g(xv)) ** 2) + E[P(xv, zv)]((g(xv) - h(xv, zv)) ** 2),
            dict(facts=[fact(g(xv), E[P(zv | xv)](h(xv, zv)), forall=xv)]))


@line("facts", "a named conditional mean, by its value")
def _():
    return E[P(xv)](f(xv) * g(xv)), E[P(xv, zv)](f(xv) * zv), dict(facts=[fact(g(xv), E[P(zv | xv)](zv), forall=xv)])


@line("facts", "a named conditional mean, by an equation")
def _():
    return E[P(xv)](f(xv) * g(xv)), E[P(xv, zv)](f(xv) * zv), dict(facts=[fact(E[P(zv | xv)](zv), g(xv), forall=xv)])


@line("facts", "total variance")
def _():
    return (E[P(xv, zv)]((zv - m) ** 2), E[P(xv, zv)]((zv - g(xv)) ** 2) + E[P(xv)]((g(xv) - m) ** 2), dict(facts=[fact(g(xv), E[P(zv | xv)](zv), forall=xv)]))


@line("facts", "∫p = 1: the score has mean 0")
def _():
    return Integral(px(x, w) * D(log(px(x, w)), w), whole), 0 * w, dict(facts=[fact(Integral(px(x, w), whole), 1, forall=w)])


@line("facts", "∫p = 1: two forms of Fisher's information")
def _():
    return (Integral(px(x, w) * D(log(px(x, w)), w) ** 2, whole), -Integral(px(x, w) * D(log(px(x, w)), (w, 2)), whole),
            dict(facts=[fact(Integral(px(x, w), whole), 1, forall=w)]))


@line("facts", "∫p = 1 under a weight of another variable")
def _():
    return Integral(Integral(px(x, w) * f(w), whole), (w, 0, 1)), Integral(f(w), (w, 0, 1)), dict(facts=[fact(Integral(px(x, w), whole), 1, forall=w)])


@line("facts", "de Bruijn on [a, b]")
def _():
    facts = [fact(D(px(x, t), t), half * D(px(x, t), (x, 2)), forall=(x, t)), fact(D(px(a, t), a), 0, forall=t), fact(D(px(b, t), b), 0, forall=t)]
    return (D(-Integral(px(x, t) * log(px(x, t)), (x, a, b)), t), half * Integral(frac(D(px(x, t), x) ** 2, px(x, t)), (x, a, b)), dict(facts=facts))


@line("facts", "heat equation: mass is kept on [a, b]")
def _():
    facts = [fact(D(px(x, t), t), half * D(px(x, t), (x, 2)), forall=(x, t)), fact(D(px(a, t), a), 0, forall=t), fact(D(px(b, t), b), 0, forall=t)]
    return D(Integral(px(x, t), (x, a, b)), t), 0 * a, dict(facts=facts, seconds=300)


@line("facts", "continuity equation: the slope of KL along two flows")
def _():
    qx = undefined("q", positive=True)
    facts = [fact(D(px(x, t), t), -D(px(x, t) * f(x, t), x), forall=(x, t)), fact(D(qx(x, t), t), -D(qx(x, t) * f(x, t), x), forall=(x, t))]
    return D(frac(px(x, t), qx(x, t)), t), -f(x, t) * D(frac(px(x, t), qx(x, t)), x), dict(facts=facts)


@line("facts", "EDM: the score of any data law")
def _():
    noised = lambda e: Integral(e * N(x, y, sd**2) * pd(y), (y, -oo, oo))  # noqa: E731
    return D(log(noised(1)), x), frac(U(x) - x, sd**2), dict(facts=[fact(U(x), noised(y) / noised(1), forall=x)])


@line("facts", "EDM: the denoiser by its normal equation")
def _():
    noised = lambda e: Integral(e * N(x, y, sd**2) * pd(y), (y, -oo, oo))  # noqa: E731
    return D(log(noised(1)), x), frac(U(x) - x, sd**2), dict(facts=[fact(U(x) * noised(1), noised(y), forall=x)])


@line("facts", "EDM: the slope of the loss in D")
def _():
    noised = lambda e: Integral(e * N(x, y, sd**2) * pd(y), (y, -oo, oo))  # noqa: E731
    return D(noised((m - y) ** 2), m), 2 * m * noised(1) - 2 * noised(y), {}


@line("facts", "Tweedie for an exponential family")
def _():
    hx, prior = undefined("h g", positive=True)
    mix = lambda e: Integral(e * hx(x) * exp(y * x - f(y)) * prior(y), (y, -oo, oo))  # noqa: E731
    return D(log(mix(1)), x), D(log(hx(x)), x) + mix(y) / mix(1), {}


@line("facts", "Tweedie for a Poisson family's ratio")
def _():
    prior = undefined("g", positive=True)
    mix = lambda e: Integral(e * prior(y) * exp(-y), (y, 0, oo))  # noqa: E731
    return (frac((n + 1) * mix(frac(y ** (n + 1), factorial(n + 1))), mix(frac(y**n, factorial(n)))), frac(mix(y ** (n + 1)), mix(y**n)), {})


@line("facts", "Fokker–Planck: the mean's equation on [a, b]")
def _():
    q_ = undefined("p")
    flux = q_(x, t) * f(x, t) - half * D(q_(x, t), x)
    facts = [fact(D(q_(x, t), t), -D(flux, x), forall=(x, t)), fact(q_(a, t), 0, forall=t), fact(q_(b, t), 0, forall=t),
             fact(D(q_(a, t), a), 0, forall=t), fact(D(q_(b, t), b), 0, forall=t)]
    return D(Integral(x * q_(x, t), (x, a, b)), t), Integral(f(x, t) * q_(x, t), (x, a, b)), dict(facts=facts)


@line("facts", "score matching by parts on [a, b]")
def _():
    q_ = undefined("p")
    return Integral(f(x) * D(q_(x), x), (x, a, b)), -Integral(q_(x) * D(f(x), x), (x, a, b)), dict(facts=[fact(q_(a), 0), fact(q_(b), 0)])


@line("facts", "a fact about an expectation of laws, scaled")
def _():
    return E[P(xv)](m * g(xv) + f(xv)), m * a + E[P(xv)](f(xv)), dict(facts=[fact(E[P(xv)](g(xv)), a)])


@line("facts", "a moment's fact in a line about Gaussians")
def _():
    return E[N(x, m, v)]((x - a) ** 2), b + v, dict(facts=[fact((m - a) ** 2, b)])


# --- renaming, Fubini, products, mixtures, independence

@line("laws", "β-TCVAE, the three terms")
def _():
    z1, z2 = variables("z_1 z_2")
    q = Law("q", xv, z1, z2)
    p = Law("p", z1, z2)
    return (E[q(xv)](KL(q(z1, z2 | xv), p(z1, z2))),
            MI(q(xv, z1, z2), xv) + E[q(z1, z2)](log(frac(q(z1, z2), q(z1) * q(z2)))) + KL(q(z1), p(z1)) + KL(q(z2), p(z2)),
            dict(facts=[fact(p(z1, z2), p(z1) * p(z2))]))


@line("laws", "β-TCVAE: total correlation as a KL to a product")
def _():
    z1, z2 = variables("z_1 z_2")
    q, r_ = Law("q", z1, z2), Law("r", z1, z2)
    return KL(q(z1, z2), r_(z1, z2)), MI(q(z1, z2), z1), dict(facts=[fact(r_(z1, z2), q(z1) * q(z2))])


@line("laws", "joint convexity of KL", Inequality)
def _():
    p, q = Law("p", zv, xv), Law("q", zv, xv)
    return (E[p(zv)](KL(p(xv | zv), q(xv | zv))), KL(p(xv), q(xv)), dict(gap=E[p(xv)](KL(p(zv | xv), q(zv | xv))), facts=[fact(q(zv), p(zv))]))


@line("laws", "joint convexity of KL, two terms", Inequality)
def _():
    p, q, P1, Q1, P2, Q2 = (Law(name, xv) for name in ("p", "q", "p_1", "q_1", "p_2", "q_2"))
    facts = [fact(p(xv), lam * P1(xv) + (1 - lam) * P2(xv)), fact(q(xv), lam * Q1(xv) + (1 - lam) * Q2(xv)), fact(1 > lam)]
    gap = (lam * E[P1(xv)](phi(frac(Q1(xv) * p(xv), P1(xv) * q(xv)))) + (1 - lam) * E[P2(xv)](phi(frac(Q2(xv) * p(xv), P2(xv) * q(xv)))))
    return lam * KL(P1(xv), Q1(xv)) + (1 - lam) * KL(P2(xv), Q2(xv)), KL(p(xv), q(xv)), dict(gap=gap, facts=facts)


@line("laws", "joint convexity of KL, two terms, the gap as an identity")
def _():
    p, q, P1, Q1, P2, Q2 = (Law(name, xv) for name in ("p", "q", "p_1", "q_1", "p_2", "q_2"))
    facts = [fact(p(xv), lam * P1(xv) + (1 - lam) * P2(xv)), fact(q(xv), lam * Q1(xv) + (1 - lam) * Q2(xv)), fact(1 > lam)]
    gap = (lam * E[P1(xv)](log(frac(P1(xv) * q(xv), Q1(xv) * p(xv)))) + (1 - lam) * E[P2(xv)](log(frac(P2(xv) * q(xv), Q2(xv) * p(xv)))))
    return lam * KL(P1(xv), Q1(xv)) + (1 - lam) * KL(P2(xv), Q2(xv)), KL(p(xv), q(xv)) + gap, dict(facts=facts)


@line("laws", "Jensen–Shannon by entropies")
def _():
    p, P1, P2 = (Law(name, xv) for name in ("p", "p_1", "p_2"))
    facts = [fact(p(xv), lam * P1(xv) + (1 - lam) * P2(xv)), fact(1 > lam)]
    return (lam * KL(P1(xv), p(xv)) + (1 - lam) * KL(P2(xv), p(xv)), H(p(xv)) - lam * H(P1(xv)) - (1 - lam) * H(P2(xv)), dict(facts=facts))


@line("laws", "the mean of a mixture")
def _():
    p, P1, P2 = (Law(name, xv) for name in ("p", "p_1", "p_2"))
    facts = [fact(p(xv), lam * P1(xv) + (1 - lam) * P2(xv)), fact(1 > lam)]
    return E[p(xv)](f(xv)), lam * E[P1(xv)](f(xv)) + (1 - lam) * E[P2(xv)](f(xv)), dict(facts=facts)


@line("laws", "the compensation identity")
def _():
    p, P1, P2, q = (Law(name, xv) for name in ("p", "p_1", "p_2", "q"))
    facts = [fact(p(xv), lam * P1(xv) + (1 - lam) * P2(xv)), fact(1 > lam)]
    return (lam * KL(P1(xv), q(xv)) + (1 - lam) * KL(P2(xv), q(xv)), lam * KL(P1(xv), p(xv)) + (1 - lam) * KL(P2(xv), p(xv)) + KL(p(xv), q(xv)), dict(facts=facts))


@line("laws", "Fubini for two laws")
def _():
    p, q = Law("p", xv), Law("q", yv)
    return E[p(xv)](E[q(yv)](f(xv, yv))), E[q(yv)](E[p(xv)](f(xv, yv))), {}


@line("laws", "Fubini for integrals")
def _():
    return Integral(Integral(f(x, y), (x, 0, 1)), (y, 0, c)), Integral(Integral(f(x, y), (y, 0, c)), (x, 0, 1)), {}


@line("laws", "Fubini and renaming in a line of integrals")
def _():
    return Integral(Integral(f(x) * g(y), (x, 0, 1)), (y, 0, c)), Integral(g(x), (x, 0, c)) * Integral(f(u), (u, 0, 1)), {}


@line("laws", "renaming what an expectation draws")
def _():
    q = Law("q", xv, yv)
    return E[q(xv)](E[q(yv)](f(xv) * g(yv))), E[q(yv)](g(yv)) * E[q(xv)](f(xv)), {}


@line("laws", "Rényi's integral of a product of laws")
def _():
    z1, z2 = variables("z_1 z_2")
    p, q, P2, Q2 = Law("p", z1), Law("q", z1), Law("r", z2), Law("s", z2)
    return (Integrate[z1, z2]((p(z1) * P2(z2)) ** a * (q(z1) * Q2(z2)) ** (1 - a)),
            Integrate[z1](p(z1) ** a * q(z1) ** (1 - a)) * Integrate[z2](P2(z2) ** a * Q2(z2) ** (1 - a)), {})


@line("laws", "Rényi's integral as an expectation")
def _():
    p, q = Law("p", zv), Law("q", zv)
    return E[p(zv)](frac(p(zv), q(zv)) ** (a - 1)), Integrate[zv](p(zv) ** a * q(zv) ** (1 - a)), {}


@line("laws", "IWAE's weights are unbiased")
def _():
    z1, z2 = variables("z_1 z_2")
    Law("p", xv, zv)
    W = undefined("w", positive=True)
    q1_, q2_ = Law("q", z1), Law("q'", z2)
    facts = [fact(E[q1_(z1)](W(z1)), a), fact(E[q2_(z2)](W(z2)), a)]
    return E[q1_(z1) * q2_(z2)](half * (W(z1) + W(z2))), a + 0 * a, dict(facts=facts)


@line("laws", "IWAE: the bound is tight up to a KL of the weights")
def _():
    z1, z2 = variables("z_1 z_2")
    q = Law("q", z1, z2)
    r_ = Law("r", z1, z2)
    return E[q(z1, z2)](log(frac(r_(z1, z2), q(z1, z2)))), -KL(q(z1, z2), r_(z1, z2)), {}


@line("laws", "independence: the variance of a sum")
def _():
    p = Law("p", xv, yv)
    return (E[p(xv, yv)]((xv + yv - a - b) ** 2), E[p(xv)]((xv - a) ** 2) + E[p(yv)]((yv - b) ** 2),
            dict(facts=[fact(p(xv, yv), p(xv) * p(yv)), fact(E[p(xv)](xv), a), fact(E[p(yv)](yv), b)]))


@line("laws", "independence: entropies add")
def _():
    p = Law("p", xv, yv)
    return H(p(xv, yv)), H(p(xv)) + H(p(yv)), dict(facts=[fact(p(xv, yv), p(xv) * p(yv))])


@line("laws", "independence by its information")
def _():
    p = Law("p", xv, yv)
    return H(p(xv, yv)), H(p(xv)) + H(p(yv)), dict(facts=[fact(MI(p(xv, yv), xv), 0)])


@line("laws", "conditional independence: the data processing identity")
def _():
    p = Law("p", xv, yv, zv)
    return MI(p(xv, yv, zv), xv), MI(p(xv, yv), xv), dict(facts=[fact(p(xv, yv, zv), p(xv) * p(yv | xv) * p(zv | yv))])


@line("laws", "conditional independence given as a conditional density")
def _():
    p = Law("p", xv, yv, zv)
    return MI(p(xv, yv, zv), xv), MI(p(xv, yv), xv), dict(facts=[fact(p(zv | xv, yv), p(zv | yv))])


# --- limits, and Derivative and Limit through E; symbolic powers

@line("limits", "(1 + x/n)ⁿ")
def _():
    return Limit((1 + x / n) ** n, n, oo), exp(x), {}


@line("limits", "n(1 − c^{1/n})")
def _():
    return Limit(r * (1 - c ** (1 / r)), r, oo), -log(c), {}


@line("limits", "VDM: T/2 (e^{γ/T} − 1)")
def _():
    return Limit(half * r * (exp(f(a) / r) - 1), r, oo), half * f(a), {}


@line("limits", "DDPM's step as an SDE's")
def _():
    return Limit(frac(sqrt(1 - a * r) - 1, r), r, 0, "+"), -half * a, {}


@line("limits", "a numeric limit")
def _():
    return Limit(frac(1 - cos(u), u**2), u, 0), half + 0 * u, {}


@line("limits", "a limit under a log, with a parameter")
def _():
    return Limit(log(1 + a * u) / u, u, 0), a + 0 * u, {}


@line("limits", "the cumulant generating function's slope")
def _():
    p = Law("p", xv)
    return D(log(E[p(xv)](exp(a * f(xv)))), a), frac(E[p(xv)](f(xv) * exp(a * f(xv))), E[p(xv)](exp(a * f(xv)))), {}


@line("limits", "slope of an expectation of a square: the baseline")
def _():
    p = Law("p", xv)
    return D(E[p(xv)](g(xv) ** 2 * (f(xv) - b) ** 2), b), -2 * E[p(xv)](g(xv) ** 2 * (f(xv) - b)), {}


@line("limits", "the optimal baseline")
def _():
    p = Law("p", xv)
    return (D(E[p(xv)](g(xv) ** 2 * (f(xv) - b) ** 2), b), 0 * b,
            dict(facts=[fact(b * E[p(xv)](g(xv) ** 2), E[p(xv)](g(xv) ** 2 * f(xv)))]))


@line("limits", "Rényi's divergence tends to KL")
def _():
    p, q = Law("p", zv), Law("q", zv)
    return Limit(frac(1, a - 1) * log(E[p(zv)](frac(p(zv), q(zv)) ** (a - 1))), a, 1), KL(p(zv), q(zv)), {}


@line("limits", "the slope of Rényi's integral at 1 is KL")
def _():
    p, q = Law("p", zv), Law("q", zv)
    return Subs(D(Integrate[zv](p(zv) ** a * q(zv) ** (1 - a)), a), a, 1), KL(p(zv), q(zv)), {}


@line("limits", "(1/a) log E e^{af} tends to E f")
def _():
    p = Law("p", xv)
    return Limit(log(E[p(xv)](exp(a * f(xv)))) / a, a, 0), E[p(xv)](f(xv)), {}


@line("limits", "the score function's gradient")
def _():
    return D(Integral(px(x, w) * f(x), whole), w), Integral(px(x, w) * f(x) * D(log(px(x, w)), w), whole), {}


@line("limits", "the reparametrised gradient")
def _():
    return D(E[N(eps, 0, 1)](f(m + sd * eps)), m), E[N(eps, 0, 1)](D(f(m + sd * eps), m)), {}


@line("limits", "Price: the slope in the mean")
def _():
    return D(E[N(x, m, v)](x**4), v), half * E[N(x, m, v)](D(x**4, (x, 2))), {}


@line("limits", "time change on [0, 1]")
def _():
    L_, chi = undefined("l chi")
    return Integral(L_(chi(t)) * D(chi(t), t), (t, 0, 1)), Integral(L_(u), (u, 0, 1)), dict(facts=[fact(chi(1), 1), fact(chi(0), 0)])


@line("limits", "time change by a square")
def _():
    return Integral(f(t**2) * 2 * t, (t, 0, 1)), Integral(f(u), (u, 0, 1)), {}


@line("limits", "VR bound: the slope in α")
def _():
    p = Law("p", xv)
    W = undefined("w", positive=True)
    return D(E[p(xv)](W(xv) ** (1 - a)), a), -E[p(xv)](W(xv) ** (1 - a) * log(W(xv))), {}


@line("limits", "symbolic powers of the engine's weights")
def _():
    p, q = Law("p", zv), Law("q", zv)
    return E[q(zv)](frac(p(zv), q(zv)) ** a * frac(p(zv), q(zv)) ** (1 - a)), 1 + 0 * a, {}


# --- blocks outside of logs; products over coordinates

tt = dict(times={T: 1})
Pm, Qm = Law("p", X[0:T], markov=True), Law("q", X[0:T], markov=True)
Qc = Law("q", X[1:T] | X[0], markov=True)


@line("blocks", "importance weights of paths are unbiased")
def _():
    return E[Qc(X[1:T] | X[0])](frac(Pm(X[0:T]), Qc(X[1:T] | X[0]))), Pm(X[0]), tt


@line("blocks", "∫ over a path gives the end")
def _():
    return Integrate[X[1:T]](Pm(X[0:T])), Pm(X[0]), tt


@line("blocks", "annealed importance weights")
def _():
    return E[Qm(X[0:T])](frac(Pm(X[0:T]), Qm(X[0:T]))), 1 + 0 * a, tt


@line("blocks", "annealed importance weights of a function of the end")
def _():
    return E[Qm(X[0:T])](frac(Pm(X[0:T]), Qm(X[0:T])) * f(X[T])), E[Pm(X[T])](f(X[T])), tt


@line("blocks", "the divergence of paths against that of ends", Inequality)
def _():
    return (KL(Pm(X[0:T]), Qm(X[0:T])), KL(Pm(X[T]), Qm(X[T])), dict(gap=E[Pm(X[T])](KL(Pm(X[0:T-1] | X[T]), Qm(X[0:T-1] | X[T]))), **tt))


@line("blocks", "the divergence of paths as a sum over steps")
def _():
    return (KL(Pm(X[0:T]), Qm(X[0:T])), KL(Pm(X[0]), Qm(X[0])) + Sum(E[Pm(X[k - 1])](KL(Pm(X[k] | X[k - 1]), Qm(X[k] | X[k - 1]))), (k, 1, T)), tt)


@line("blocks", "the divergence of paths of general laws against that of ends", Inequality)
def _():
    p, q = Law("p", X[0:T]), Law("q", X[0:T])
    return (KL(p(X[0:T]), q(X[0:T])), KL(p(X[T]), q(X[T])), dict(gap=E[p(X[T])](KL(p(X[0:T-1] | X[T]), q(X[0:T-1] | X[T]))), **tt))


@line("blocks", "the KL of product laws over d coordinates")
def _():
    p, q = Law("p", X[1:d]), Law("q", X[1:d])
    facts = [fact(p(X[1:d]), Product(p(X[i]), (i, 1, d)), forall=d), fact(q(X[1:d]), Product(q(X[i]), (i, 1, d)), forall=d)]
    return KL(p(X[1:d]), q(X[1:d])), Sum(KL(p(X[i]), q(X[i])), (i, 1, d)), dict(facts=facts, times={d: 1})


@line("blocks", "the entropy of a product law over d coordinates")
def _():
    p = Law("p", X[1:d])
    return H(p(X[1:d])), Sum(H(p(X[i])), (i, 1, d)), dict(facts=[fact(p(X[1:d]), Product(p(X[i]), (i, 1, d)), forall=d)], times={d: 1})


@line("blocks", "Hutchinson for any d")
def _():
    p = Law("p", X[1:d])
    A = undefined("A")
    facts = [fact(p(X[1:d]), Product(p(X[i]), (i, 1, d))), fact(E[p(X[i])](X[i]), 0, forall=i), fact(E[p(X[i])](X[i] ** 2), 1, forall=i)]
    return E[p(X[1:d])](Sum(Sum(A(i, j) * X[i] * X[j], (j, 1, d)), (i, 1, d))), Sum(A(i, i), (i, 1, d)), dict(facts=facts, times={d: 1})


@line("blocks", "Hutchinson with normal draws for two coordinates")
def _():
    e_1, e_2, a11, a12, a21, a22 = symbols("e_1 e_2 a_11 a_12 a_21 a_22")
    return E[N(e_1, 0, 1) * N(e_2, 0, 1)](a11 * e_1**2 + (a12 + a21) * e_1 * e_2 + a22 * e_2**2), a11 + a22, {}


@line("blocks", "ELBO of a chain by importance weights in a log")
def _():
    return (E[Qc(X[1:T] | X[0])](log(frac(Pm(X[0:T]), Qc(X[1:T] | X[0])))), log(Pm(X[0])) - KL(Qc(X[1:T] | X[0]), Pm(X[1:T] | X[0])), tt)


# --- small

@line("small", "Max of numbers")
def _():
    return Max(sqrt(2), 1) * a, sqrt(2) * a, {}


@line("small", "ReLU at a positive number")
def _():
    return Max(c, 0) - Max(-c, 0), c, {}


@line("small", "a factorial's step")
def _():
    return frac(factorial(n + 1), factorial(n)), n + 1, {}


@line("small", "KL of Poisson laws, the log of a ratio")
def _():
    poisson = lambda rate: rate**n * exp(-rate) / factorial(n)  # noqa: E731
    return log(frac(poisson(c), poisson(r))), n * log(frac(c, r)) - c + r, {}


@line("small", "a Poisson law has total one")
def _():
    return Sum(frac(c**k * exp(-c), factorial(k)), (k, 0, oo)), 1 + 0 * c, {}


@line("small", "binomial: Pascal")
def _():
    return binomial(n, k) + binomial(n, k - 1), binomial(n + 1, k), {}


@line("small", "a general posterior and a normal prior in one line")
def _():
    q = Law("q", zv)
    return KL(q(zv), N(zv, 0, 1)), -H(q(zv)) + half * log(2 * pi) + half * E[q(zv)](zv**2), {}


@line("small", "the ELBO with a normal prior")
def _():
    q, p = Law("q", zv), Law("p", xv | zv)
    return (E[q(zv)](log(p(xv | zv)) + log(N(zv, 0, 1)) - log(q(zv))), E[q(zv)](log(p(xv | zv))) - KL(q(zv), N(zv, 0, 1)), {})


@line("small", "a denoising loss under a general data law")
def _():
    q = Law("q", xv)
    return E[q(xv)](E[N(eps, 0, 1)]((eps - f(xv)) ** 2)), 1 + E[q(xv)](f(xv) ** 2), {}


@line("small", "noised data: mean and variance for any data law")
def _():
    q = Law("q", xv)
    return E[q(xv)](E[N(y, a * xv, v)]((y - a * m) ** 2)), a**2 * E[q(xv)]((xv - m) ** 2) + v, {}
