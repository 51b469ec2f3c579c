"""Chance: independence, declared values of what is drawn, masses beside densities, conditioning, copies, limits under means."""

from sympy import Abs, Rational, oo, pi

from hostile import least, only, proved, refused, same, shown
from vdmlib.derive import CE, KL, MI, E, H, Integral, Integrate, Law, N, Product, Schedule, Sigma, Sum
from vdmlib.derive import Derivative as D
from vdmlib.derive import DerivationError, chain, exp, frac, log, phi, sqrt, symbol, symbols, undefined, variables
from vdmlib.derive.nodes.hypotheses import fact

a, b, m, u, x = symbols("a b m u x")
c, s = symbols("c s", positive=True)
d, sigma = symbol("d", nonnegative=True), symbol("sigma")
f, g = undefined("f g")
rho = undefined("rho", positive=True)
v, w, z = variables("v w z")
up, up_too, low = variables("v_1", positive=True), variables("v_2", positive=True), variables("v_3", negative=True)
whole = variables("v_4", integer=True)
p, q = Law("p", v, w, z), Law("q", v, w, z)
above, below, counted = Law("p", up, up_too), Law("p", low), Law("p", whole)
mass, mass_too = Law("m", v, w, discrete=True), Law("r", v, w, discrete=True)
i, k, t, T, K = symbols("i k t T K", integer=True)
copies = symbol("N", integer=True, positive=True)
X = chain("x")
many = Law("p", X[1:copies])
apart = [(many(X[1:copies]), Product(many(X[i]), (i, 1, copies)))]
markov, other, free = Law("q", X[0:T], markov=True), Law("p", X[0:T], markov=True), Law("p", X[0:T])
bar = Schedule("alpha").bar
half = Rational(1, 2)

# --- independence, and what is less

uncorrelated = [(E[p(v, w)](v * w), E[p(v)](v) * E[p(w)](w))]
in_pairs = [(p(v, w), p(v) * p(w)), (p(w, z), p(w) * p(z)), (p(v, z), p(v) * p(z))]
independent = [(p(v, w), p(v) * p(w))]
given_z = [(p(v, w | z), p(v | z) * p(w | z))]
centred = [(E[p(v)](v), 0), (E[p(w)](w), 0)]

INDEPENDENCE = [
    refused("uncorrelated, so the squares are", lambda: same(E[p(v, w)](v**2 * w**2), E[p(v)](v**2) * E[p(w)](w**2), facts=uncorrelated)),
    refused("uncorrelated, so one with the other's square", lambda: same(E[p(v, w)](v * w**2), E[p(v)](v) * E[p(w)](w**2), facts=uncorrelated)),
    refused("uncorrelated, so no information", lambda: same(MI(p(v, w), v) + a, a, facts=uncorrelated)),
    refused("uncorrelated, so the entropies add up", lambda: same(H(p(v, w)), H(p(v)) + H(p(w)), facts=uncorrelated)),
    refused("no covariance, by no hypothesis", lambda: same(E[p(v, w)]((v + w) ** 2), E[p(v)](v**2) + E[p(w)](w**2) + 2 * E[p(v)](v) * E[p(w)](w))),
    refused("means 0, so uncorrelated", lambda: same(E[p(v, w)](v * w) + a, a, facts=centred)),
    refused("means 0 and equal variances halve the variance of the mean",
            lambda: same(E[p(v, w)](((v + w) / 2) ** 2), E[p(v)](v**2) / 2, facts=[*centred, (E[p(w)](w**2), E[p(v)](v**2))])),
    refused("in pairs, so all three", lambda: same(p(v, w, z) + a, p(v) * p(w) * p(z) + a, facts=in_pairs)),
    refused("in pairs, so the mean of all three", lambda: same(E[p(v, w, z)](v * w * z), E[p(v)](v) * E[p(w)](w) * E[p(z)](z), facts=in_pairs)),
    refused("independent, so given z", lambda: same(log(p(v, w | z)), log(p(v | z)) + log(p(w | z)), facts=independent)),
    refused("given z, so independent", lambda: same(log(p(v, w)), log(p(v)) + log(p(w)), facts=given_z)),
    refused("given z, so the means multiply", lambda: same(E[p(v, w)](v * w), E[p(v)](v) * E[p(w)](w), facts=given_z)),
    refused("of another law", lambda: same(E[q(v, w)](v * w), E[q(v)](v) * E[q(w)](w), facts=independent)),
    refused("independent, so the mean of the quotient", lambda: same(E[p(v, w)](v / w), frac(E[p(v)](v), E[p(w)](w)), facts=independent)),
    refused("a mean of 0, so one given w", lambda: same(E[p(v | w)](v) + a, a, facts=[(E[p(v)](v), 0)])),
    refused("a mean of 0 given one w", lambda: same(E[p(v)](v) + a, a, facts=[(E[p(v | w)](v), 0)])),
    refused("a mean of 0 given every w, so w's given v", lambda: same(E[p(w | v)](w) + a, a, facts=[fact(E[p(v | w)](v), 0, forall=w)])),
    refused("no information on w, so none on z", lambda: same(MI(p(v, z), v) + a, a, facts=[(MI(p(v, w), v), 0)])),
    refused("no information under another law", lambda: same(MI(q(v, w), v) + a, a, facts=[(MI(p(v, w), v), 0)])),
    refused("information in parts, one not given the other", lambda: same(MI(p(v, w, z), v), MI(p(v, w), v) + MI(p(v, z), v))),
    refused("copies that are not alike", lambda: same(H(many(X[1:copies])), copies * H(many(X[1])), facts=apart)),
    refused("copies that are not apart", lambda: same(H(many(X[1:copies])), Sum(H(many(X[i])), (i, 1, copies)))),
    refused("the variance of a mean of copies that are not apart",
            lambda: same(E[many(X[1:copies])]((Sum(X[i], (i, 1, copies)) / copies) ** 2), Sum(E[many(X[i])](X[i] ** 2), (i, 1, copies)) / copies**2)),
    only("a mean of K draws", lambda: same(Sum(E[N(X[i], m, s)](X[i]), (i, 1, K)) / K, m), {K: 0}, true_at=[{K: 3}]),
    only("a variance over K − 1", lambda: same(Sum(E[N(X[i], m, s)]((X[i] - m) ** 2), (i, 1, K)) / (K - 1), s * K / (K - 1)), {K: 1}),
    refused("K + 1 draws over K", lambda: same(Sum(E[N(X[i], m, s)](X[i]), (i, 0, K)) / K, m)),
    refused("two draws, one of them from the other", lambda: same(E[N(v, m, s) * N(w, v, s)]((w - m) ** 2), s)),
    proved("uncorrelated: the second moment of a sum", lambda: same(E[p(v, w)]((v + w) ** 2),
           E[p(v)](v**2) + E[p(w)](w**2) + 2 * E[p(v)](v) * E[p(w)](w), facts=uncorrelated)),
    proved("given z: the mean of a product", lambda: same(E[p(v, w | z)](v * w), E[p(v | z)](v) * E[p(w | z)](w), facts=given_z)),
    only("independent: the mean of a quotient", lambda: same(E[p(v, w)](v / w), E[p(v)](v) * E[p(w)](1 / w), facts=independent)),
    proved("no information: the entropy given w", lambda: same(E[p(w)](H(p(v | w))), H(p(v)), facts=[(MI(p(v, w), v), 0)])),
]  # fmt: skip

# --- declared values of what is drawn

DRAWN = [
    refused("|v| of a positive normal draw", lambda: same(E[N(up, m, 1)](Abs(up)), m)),
    refused("|v| of a negative normal draw", lambda: same(E[N(low, m, 1)](Abs(low)), -m)),
    refused("|c| of a positive letter that is drawn", lambda: same(E[N(c, m, 1)](Abs(c)), m)),
    refused("a positive variable that a fact draws", lambda: same(E[above(up)](Abs(up)), m, facts=[(above(up), N(up, m, 1))])),
    refused("a positive variable that a mixture draws",
            lambda: same(E[above(up)](up), m, facts=[(above(up), half * N(up, m, 1) + half * N(up, m, 2))])),
    refused("a positive variable that a fact draws given another", lambda: same(E[above(up | up_too)](up), up_too, facts=[(above(up | up_too), N(up, up_too, 1))])),
    refused("a negative variable that a fact draws", lambda: least(0, m, -E[below(low)](low), facts=[(below(low), N(low, m, 1))])),
    refused("a normal draw of whole numbers", lambda: same(E[counted(whole)](whole**2), 1, facts=[(counted(whole), N(whole, 0, 1))])),
    refused("Stein's lemma on the half line", lambda: same(E[N(up, 0, 1)](up * f(up)), E[N(up, 0, 1)](D(f(up), up)))),
    refused("the slope of a mean on the half line", lambda: same(D(E[N(up, m, 1)](f(up)), m), E[N(up, m, 1)](D(f(up), up)))),
    refused("a divergence on the half line", lambda: same(KL(N(up, m, 1), N(up, 0, 1)), m**2 / 2)),
    refused("an entropy on the half line", lambda: same(H(N(up, m, s)), half * log(2 * pi * s) + half)),
    refused("∫ over negative values of a normal density is not 1", lambda: same(Integrate[low](N(low, m, 1)), 1)),
    refused("nor of a field beside it", lambda: same(Integrate[low](f(low) * N(low, 0, 1)), E[N(v, 0, 1)](f(v)))),
    refused("∫ over whole numbers", lambda: same(Integrate[whole](whole**2 * N(whole, 0, 1)), 1)),
    refused("∫ over positive values of a normal density is not 1", lambda: same(Integrate[up](N(up, m, 1)), 1)),
    proved("∫ over negative values of a normal density", lambda: same(Integrate[low](N(low, 0, 1)), half)),
    proved("∫ over positive values of a normal density", lambda: same(Integrate[up](N(up, 0, 1)), half)),
    proved("a cross-entropy of positive values and a normal code", lambda: same(CE(above(up), N(up, 0, 1)), E[above(up)](up**2) / 2 + half * log(2 * pi))),
]  # fmt: skip


def not_false(make):
    """Whether a true line is proved, or refused without being called false."""
    try:
        make().records()
    except DerivationError as error:
        return "is false" not in str(error)
    return True


def message(make):
    """What a line is refused with."""
    try:
        make().records()
    except DerivationError as error:
        return str(error)
    return ""


# --- an integral over the line of what is no law

LINE = [
    shown("∫ e^{−v²} = √π is not false", lambda: not_false(lambda: same(Integrate[v](exp(-(v**2))), sqrt(pi)))),
    shown("∫ 1/(1 + v²) = π is not false", lambda: not_false(lambda: same(Integrate[v](1 / (1 + v**2)), pi))),
    shown("∫ e^{−v} over positive values = 1 is not false", lambda: not_false(lambda: same(Integrate[up](exp(-up)), 1))),
    shown("∫ f(v + m) = ∫ f(v) is not false", lambda: not_false(lambda: same(Integrate[v](f(v + m)), Integrate[v](f(v))))),
    shown("nor beside a law", lambda: not_false(lambda: same(E[p(w)](w) * Integrate[z](exp(-(z**2))), E[p(w)](w) * sqrt(pi)))),
    shown("∫ f under another name is not false", lambda: not_false(lambda: same(Integrate[v](f(v)), Integrate[w](f(w))))),
    proved("a law over n values, its total one", lambda: same(-Sigma[v](q(v) * log(q(v))), -Sigma[v](q(v) * log(frac(1, copies))), facts=[(q(v), frac(1, copies))]), {copies: 3}),
    shown("a density whose total is not known is not said to have another", lambda: "needs the total of rho(v)" in message(
          lambda: least(-E[p(v)](log(rho(v))), H(p(v)), KL(p(v), q(v)), facts=[(q(v), rho(v))]))),
    refused("an exponential of |v| without its half", lambda: same(E[p(v)](v**2), 4, facts=[(p(v), exp(-Abs(v)))])),
    refused("∫ f(2v) = ∫ f(v)", lambda: same(Integrate[v](f(2 * v)), Integrate[v](f(v)))),
    refused("∫ e^{−v²} = 1", lambda: same(Integrate[v](exp(-(v**2))), 1)),
    refused("∫ of what is no density", lambda: same(Integrate[v](rho(v)), 1)),
    refused("∫ v/(1 + v²)", lambda: same(Integral(u / (1 + u**2), (u, -oo, oo)), 0)),
    refused("the mean of Cauchy's law", lambda: same(E[p(v)](v) + a, a, facts=[(p(v), frac(1, pi * (1 + v**2)))])),
    refused("an exponential law on the whole line", lambda: same(E[p(v)](v), 1 / c, facts=[(p(v), c * exp(-c * v))])),
    refused("log ∫ = ∫ log", lambda: same(log(Integrate[v](rho(v))), Integrate[v](log(rho(v))))),
]  # fmt: skip

# --- masses beside densities

MASSES = [
    refused("a mass coded by a normal density", lambda: least(CE(mass(v), N(v, 0, 1)), H(mass(v)), KL(mass(v), N(v, 0, 1)))),
    refused("a normal density coded by a mass", lambda: least(CE(N(v, 0, 1), mass(v)), H(N(v, 0, 1)), KL(N(v, 0, 1), mass(v)))),
    refused("a mass coded by a law that is given as normal", lambda: least(CE(mass(v), p(v)), H(mass(v)), KL(mass(v), p(v)), facts=[(p(v), N(v, 0, 1))])),
    refused("its entropy by φ", lambda: least(CE(mass(v), N(v, 0, 1)), H(mass(v)), E[mass(v)](phi(frac(N(v, 0, 1), mass(v)))))),
    refused("a mass that is a mean of normal densities", lambda: least(H(mass(v)), 0, H(mass(v)), facts=[(mass(v), E[mass_too(w)](N(v, w, 1)))])),
    refused("Σ over a normal density", lambda: same(Sigma[v](N(v, 0, 1)), 1)),
    refused("Σ over a law that is given as normal", lambda: same(Sigma[v](p(v) * v), m, facts=[(p(v), N(v, m, c))])),
    refused("the joint entropy of densities is above", lambda: least(H(p(v, w)), H(p(v)), E[p(v)](H(p(w | v))))),
    refused("information below the entropy of a density", lambda: least(H(p(v)), MI(p(v, w), v), E[p(w)](H(p(v | w))))),
    shown("a divergence to a normal density is one of densities", lambda: "discrete" not in least(CE(p(v), N(v, 0, 1)), H(p(v)), KL(p(v), N(v, 0, 1))).records()[0]["reach"]),
    proved("the joint entropy of masses is above", lambda: least(H(mass(v, w)), H(mass(v)), E[mass(v)](H(mass(w | v))))),
    proved("information below the entropy of a mass", lambda: least(H(mass(v)), MI(mass(v, w), v), E[mass(w)](H(mass(v | w))))),
]  # fmt: skip

# --- conditioning, data processing, chains

GIVEN = [
    refused("the mean of means under another law", lambda: same(E[q(w)](E[p(v | w)](v)), E[p(v)](v))),
    refused("the square of a conditional mean", lambda: same(E[p(w)](E[p(v | w)](v) ** 2), E[p(v)](v) ** 2)),
    refused("a mean of means that forgets z", lambda: same(E[p(v | z)](E[p(w | v)](w)), E[p(w | z)](w))),
    refused("the total variance, a term missing",
            lambda: same(E[p(v)](v**2) - E[p(v)](v) ** 2, E[p(w)](E[p(v | w)](v**2) - E[p(v | w)](v) ** 2))),
    refused("one value's entropy is below", lambda: least(H(p(v)), H(p(v | w)), KL(p(v | w), p(v)))),
    refused("processing that gains", lambda: least(KL(p(v), q(v)), KL(p(v, w), q(v, w)), E[p(v)](KL(p(w | v), q(w | v))))),
    refused("processing, averaged under the other law", lambda: same(KL(p(v, w), q(v, w)), KL(p(v), q(v)) + E[q(v)](KL(p(w | v), q(w | v))))),
    refused("the future forgotten", lambda: same(log(markov(X[1] | X[0], X[2])), log(markov(X[1] | X[0])), times={T: 3})),
    refused("two ends of a path", lambda: same(log(markov(X[0], X[2])), log(markov(X[0])) + log(markov(X[2])), times={T: 3})),
    refused("neighbours of a point that is not given",
            lambda: same(log(markov(X[1], X[3] | X[0], X[4])), log(markov(X[1] | X[0], X[4])) + log(markov(X[3] | X[0], X[4])), times={T: 5})),
    refused("entropy rises along a chain", lambda: least(H(markov(X[1])), H(markov(X[0])), MI(markov(X[0], X[1]), X[0]), times={T: 3})),
    refused("steps averaged under the other chain", lambda: same(KL(markov(X[0:T]), other(X[0:T])), KL(markov(X[0]), other(X[0]))
            + Sum(E[other(X[t - 1])](KL(markov(X[t] | X[t - 1]), other(X[t] | X[t - 1]))), (t, 1, T)), times={T: 1})),
    refused("steps of a law that is no chain", lambda: same(KL(markov(X[0:T]), free(X[0:T])), KL(markov(X[0]), free(X[0]))
            + Sum(E[markov(X[t - 1])](KL(markov(X[t] | X[t - 1]), free(X[t] | X[t - 1]))), (t, 1, T)), times={T: 1})),
    refused("a prior for a posterior in the marginal's score", lambda: same(D(log(p(w)), w), E[p(v)]((v - w) / s), facts=[(p(w | v), N(w, v, s))])),
    refused("Tweedie with the standard deviation", lambda: same(E[p(v | w)](v), w + sqrt(s) * D(log(p(w)), w), facts=[(p(w | v), N(w, v, s))])),
    proved("the mean of means, given z", lambda: same(E[p(v | z)](E[p(w | v, z)](w)), E[p(w | z)](w))),
    proved("the total variance", lambda: same(E[p(v)](v**2) - E[p(v)](v) ** 2,
           E[p(w)](E[p(v | w)](v**2) - E[p(v | w)](v) ** 2) + E[p(w)](E[p(v | w)](v) ** 2) - E[p(v)](v) ** 2)),
    proved("steps of two chains", lambda: same(KL(markov(X[0:T]), other(X[0:T])), KL(markov(X[0]), other(X[0]))
           + Sum(E[markov(X[t - 1])](KL(markov(X[t] | X[t - 1]), other(X[t] | X[t - 1]))), (t, 1, T)), times={T: 1})),
]  # fmt: skip

# --- variances and times at which there is nothing to draw

NOUGHT = [
    only("an entropy at σ = 0", lambda: same(H(N(v, m, d)), half * log(2 * pi * exp(1) * d)), {d: 0}, true_at=[{d: 1}]),
    only("log σ of a real σ", lambda: same(H(N(v, m, sigma**2)), half * log(2 * pi * exp(1)) + log(sigma)), {sigma: -1}, {sigma: 0}),
    only("a score times the variance", lambda: same(d * D(log(N(x, m, d)), x), m - x), {d: 0}),
    only("a divergence times the variance", lambda: same(KL(N(v, m, d), N(v, a, d)) * d, (m - a) ** 2 / 2), {d: 0}),
    only("a mean under the noise of x_{N−1}", lambda: same(E[N(v, a, 1 - bar[copies - 1])](v), a), {copies: 1}, true_at=[{copies: 2}]),
    only("log SNR", lambda: same(log(frac(bar[t], 1 - bar[t])), log(bar[t]) - log(1 - bar[t])), {t: 0}, true_at=[{t: 1}]),
    refused("the variance in place of its square", lambda: same(H(N(v, m, s**2)), half * log(2 * pi * exp(1) * s**4))),
    refused("a sign lost with σ", lambda: same(E[N(v, m, sigma**2)]((v - m) * exp(v)), E[N(w, 0, 1)](-sigma * w * exp(m + sigma * w)))),
    refused("the factor of a change of variables", lambda: same(Integral(N(v, 0, 1) * f(v), (v, -oo, oo)), Integral(N(2 * w, 0, 1) * f(2 * w), (w, -oo, oo)))),
    refused("a map that folds", lambda: same(Integral(f(u**2) * 2 * u, (u, -1, 2)), Integral(f(u), (u, 0, 4)))),
    refused("a score by the weights of the mixture", lambda: same(D(log(half * N(x, a, 1) + half * N(x, b, 1)), x), half * (a - x) + half * (b - x))),
    proved("a map that folds, where it has come back", lambda: same(Integral(f(u**2) * 2 * u, (u, -1, 2)), Integral(f(u), (u, 1, 4)))),
]  # fmt: skip

# --- what is at infinity, and derivatives under means: the reach says what they rest on


def rests_on(words, make):
    return lambda: words in make().records()[0]["reach"]


REACH = [
    shown("no flux through infinity, f e^{−u²}", rests_on("each term of them spread out by itself", lambda: same(
          Integral((D(f(u), u) - 2 * u * f(u)) * exp(-(u**2)), (u, -oo, oo)), 0))),
    shown("no flux through infinity, under a normal law", rests_on("of which every term, spread out, has", lambda: same(
          E[N(v, 0, 1)](D(f(v), v) - v * f(v)), 0))),
    shown("d/da ∫ f(u, a)", rests_on("may be differentiated under the integral", lambda: same(
          D(Integral(f(u, a), (u, -oo, oo)), a), Integral(D(f(u, a), a), (u, -oo, oo))))),
    shown("d/da ∫ e^{−au}", rests_on("integrals that converge, and may be differentiated", lambda: same(
          D(Integral(exp(-a * u), (u, 0, oo)), a), -Integral(u * exp(-a * u), (u, 0, oo))))),
    shown("d/da E f(v, a)", rests_on("derivatives that may be taken under the expectation", lambda: same(
          D(E[N(v, 0, 1)](f(v, a)), a), E[N(v, 0, 1)](D(f(v, a), a))))),
    refused("a derivative under ∫ whose end moves", lambda: same(D(Integral(f(u, a), (u, 0, a)), a), Integral(D(f(u, a), a), (u, 0, a)))),
    refused("∫ of a slope over the line", lambda: same(Integral(D(f(u), u), (u, -oo, oo)), 0)),
    refused("Stein's lemma for another variance", lambda: same(E[N(v, 0, s)](v * f(v)), E[N(v, 0, s)](D(f(v), v)))),
]  # fmt: skip

ALL = [*INDEPENDENCE, *DRAWN, *LINE, *MASSES, *GIVEN, *NOUGHT, *REACH]
