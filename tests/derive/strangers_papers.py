"""Lines of ten more authors' derivations, each with a false neighbour: a sign, an index, a factor changed.

They enter the tables of `strangers` and `strangers_false`. It is longer than other files since it is a table.
"""

from sympy import Max, Min, Rational, cos, oo, pi, sin

from strangers import LINES
from strangers_false import FALSE
from vdmlib.derive import KL, MI, Derivative, E, H, Identity, Inequality, Integral, Integrate, Law, Limit, N, Schedule, Subs, Sum
from vdmlib.derive import chain, det, exp, eye, fact, field, frac, grad, log, matrix, norm, phi, sqrt, symbol, symbols, tr, undefined, variables, vector

__all__ = ["PAPERS"]

D, half, PAPERS = Derivative, Rational(1, 2), []
t, T, K, d = symbols("t T K d", integer=True, positive=True)
i, j, k = symbols("i j k", integer=True)
al = Schedule("alpha")
bar = al.bar
c, m, w, x, y, e, f0, x0, r = symbols("c m w x y epsilon f x_0 r")
s, sd, v, h, u, Z = symbols("sigma s v h u Z", positive=True)
ta, sa, at, as_, st, ss = symbols("alpha sigma_0 alpha_t alpha_s sigma_t sigma_s", positive=True)
time, theta = symbol("tau"), symbol("theta")
f, g, q0 = undefined("f g q")
xv, yv, zv, ev = variables("X Y Z E")
p, q = Law("p", xv), Law("q", xv)
pz, pxz, pxyz = Law("p", zv), Law("p", xv, zv), Law("p", xv, yv, zv)
line = (x, -oo, oo)


def pair(group, name, kind=Identity):
    """Enter a line and its false neighbour: the function gives left, right, what is wrong, and the facts and times."""
    def enter(make):
        def build(wrong):
            left, right, slip, how = make()
            return kind("r", left, slip if wrong else right, **how)

        name_ = f"{group}: {name}"
        LINES[name_], FALSE[f"{name_}, not"] = lambda: build(False), lambda: build(True)
        PAPERS.append(name_)
        return make

    return enter


# --- DDIM

ddpm = frac(1 - bar[t - 1], 1 - bar[t]) * (1 - frac(bar[t], bar[t - 1]))


@pair("DDIM", "DDPM's σ gives DDPM's weight of x_t")
def _():
    return (frac(sqrt(1 - bar[t - 1] - ddpm), sqrt(1 - bar[t])), frac(sqrt(al[t]) * (1 - bar[t - 1]), 1 - bar[t]),
            frac(sqrt(al[t]) * (1 - bar[t]), 1 - bar[t - 1]), {})


@pair("DDIM", "DDPM's σ gives DDPM's weight of x_0")
def _():
    left = sqrt(bar[t - 1]) - sqrt(1 - bar[t - 1] - ddpm) * frac(sqrt(bar[t]), sqrt(1 - bar[t]))
    return left, frac(sqrt(bar[t - 1]) * (1 - al[t]), 1 - bar[t]), frac(sqrt(bar[t]) * (1 - al[t]), 1 - bar[t]), {}


@pair("DDIM", "a step is one of Euler's")
def _():
    left = (sqrt(bar[t - 1]) * frac(x - sqrt(1 - bar[t]) * e, sqrt(bar[t])) + sqrt(1 - bar[t - 1]) * e) / sqrt(bar[t - 1])
    step = sqrt(frac(1 - bar[t - 1], bar[t - 1])) - sqrt(frac(1 - bar[t], bar[t]))
    return left, x / sqrt(bar[t]) + step * e, x / sqrt(bar[t]) - step * e, {}


@pair("DDIM", "the KL of a step is a weight times the noise's error")
def _():
    rest = 1 - bar[t - 1] - s**2
    mean = lambda e: sqrt(bar[t - 1]) * frac(y - sqrt(1 - bar[t]) * e, sqrt(bar[t])) + sqrt(rest) * e  # noqa: E731
    side = lambda sign: frac((sqrt(rest) + sign * sqrt(frac(bar[t - 1] * (1 - bar[t]), bar[t])))**2, 2 * s**2) * (e - f0)**2  # noqa: E731
    return KL(N(xv, mean(e), s**2), N(xv, mean(f0), s**2)), side(-1), side(1), dict(facts=[rest > 0])


# --- EDM

missed = (1 - c)**2 * sd**2 + c**2 * s**2


@pair("EDM", "the variance of the target")
def _():
    return E[N(yv, 0, sd**2)](E[N(ev, 0, s**2)]((yv - c * (yv + ev))**2)), missed, (1 - c)**2 * sd**2 + c * s**2, {}


@pair("EDM", "c_skip is the best", Inequality)
def _():
    best = frac(s**2 * sd**2, s**2 + sd**2)
    return missed, best, best + s**2, dict(gap=(s**2 + sd**2) * (c - frac(sd**2, s**2 + sd**2))**2)


@pair("EDM", "c_out at c_skip")
def _():
    return sqrt(Subs(missed, c, frac(sd**2, s**2 + sd**2))), frac(s * sd, sqrt(s**2 + sd**2)), frac(s * sd, s**2 + sd**2), {}


@pair("EDM", "the denoiser of normal data")
def _():
    return (x + s**2 * D(log(N(x, m, sd**2 + s**2)), x), frac(sd**2 * x + s**2 * m, sd**2 + s**2), frac(s**2 * x + sd**2 * m, sd**2 + s**2), {})


@pair("EDM", "the probability flow of normal data")
def _():
    path = m + (x0 - m) * sqrt(sd**2 + v**2)
    score = Subs(D(log(N(x, m, sd**2 + v**2)), x), x, path)
    return D(path, v), -v * score, v * score, {}


@pair("EDM", "the last of the noise levels")
def _():
    a, b, rho = symbols("a b rho", positive=True)
    return Subs((a**(1 / rho) + r / (T - 1) * (b**(1 / rho) - a**(1 / rho)))**rho, r, T - 1), b, a, {}


# --- flow matching and interpolants


@pair("flow matching", "the velocity of a normal path")
def _():
    mu, sg = undefined("mu"), undefined("sigma", positive=True)
    law = N(x, mu(time), sg(time)**2)
    stretch = frac(D(sg(time), time), sg(time)) * (x - mu(time))
    return D(law, time), -D(law * (stretch + D(mu(time), time)), x), -D(law * (stretch - D(mu(time), time)), x), {}


@pair("flow matching", "the velocity from the score, of normal data")
def _():
    a, b = undefined("a b", positive=True)
    law = N(x, a(time) * m, a(time)**2 * v + b(time)**2)
    rate = frac(D(a(time), time), a(time))
    u = lambda sign: rate * x + sign * (rate * b(time)**2 - D(b(time), time) * b(time)) * D(log(law), x)  # noqa: E731
    return D(law, time), -D(law * u(1), x), -D(law * u(-1), x), {}


@pair("flow matching", "straight paths between any data and noise: the continuity equation")
def _():
    law = N(y, h * zv, (1 - h)**2)
    flux = D(E[pz(zv)](frac(zv - y, 1 - h) * law), y)
    return D(E[pz(zv)](law), h), -flux, flux, dict(facts=[h < 1])


@pair("flow matching", "the velocity is a conditional mean, weakly")
def _():
    named = [fact(g(yv), E[pxyz(xv, zv | yv)](xv - zv), forall=yv)]
    return E[pxyz(xv, zv, yv)](f(yv) * (xv - zv)), E[pxyz(yv)](f(yv) * g(yv)), E[pxyz(yv)](f(yv)) * E[pxyz(yv)](g(yv)), dict(facts=named)


@pair("rectified flow", "the cost does not rise", Inequality)
def _():
    return (E[pxz(xv, zv)](zv**2), E[pxz(xv)](g(xv)**2), E[pxz(xv)](g(xv))**2,
            dict(gap=E[pxz(xv, zv)]((zv - g(xv))**2), facts=[fact(g(xv), E[pxz(zv | xv)](zv), forall=xv)]))


@pair("interpolants", "the trigonometric one keeps the variance")
def _():
    return E[N(yv, 0, 1)](E[N(ev, 0, 1)]((cos(pi * r / 2) * yv + sin(pi * r / 2) * ev)**2)), 1 + 0 * r, 2 + 0 * r, {}


@pair("interpolants", "the slope of a marginal is a mean of slopes")
def _():
    slope = E[pz(zv)](N(y, zv, s**2) * frac(y - zv, s**2))
    return D(E[pz(zv)](N(y, zv, s**2)), y), -slope, slope, {}


@pair("Fokker–Planck", "noised data of any law")
def _():
    law = E[pz(zv)](N(y, h * zv, 1 - h**2))
    return h * D(law, h), -D(y * law, y) - D(law, y, y), -D(y * law, y) + D(law, y, y), dict(facts=[h < 1])


@pair("Fokker–Planck", "heat, from data of any law")
def _():
    law = E[pz(zv)](N(y, zv, v))
    return D(law, v), half * D(law, y, y), D(law, y, y), {}


@pair("Fokker–Planck", "the mean's equation on the line")
def _():
    law = undefined("p", positive=True)
    return (D(Integral(x * law(x, time), line), time), Integral(f(x) * law(x, time), line), -Integral(f(x) * law(x, time), line),
            dict(facts=[fact(D(law(x, time), time), -D(f(x) * law(x, time), x), forall=(x, time))]))


# --- consistency models


@pair("consistency", "c_skip at the start")
def _():
    return Subs(frac(sd**2, (v - u)**2 + sd**2), v, u), 1 + 0 * sd, 0 * sd, {}


@pair("consistency", "Euler's step with the score of one point")
def _():
    now = y + v * e
    return now - (u - v) * v * -frac(now - y, v**2), y + u * e, y - u * e, {}


# --- DPM-Solver


@pair("DPM-Solver", "g² by λ")
def _():
    a, b = undefined("alpha sigma", positive=True)
    rate = 2 * b(time)**2 * D(log(frac(a(time), b(time))), time)
    return D(b(time)**2, time) - 2 * D(log(a(time)), time) * b(time)**2, -rate, rate, {}


@pair("DPM-Solver", "the ODE in λ")
def _():
    xf, a, b = undefined("x"), *undefined("alpha sigma", positive=True)
    lam = symbol("lambda")
    facts = [fact(D(xf(lam), lam), D(log(a(lam)), lam) * xf(lam) - b(lam) * g(lam), forall=lam), fact(b(lam), a(lam) * exp(-lam), forall=lam)]
    return D(frac(xf(lam), a(lam)), lam), -exp(-lam) * g(lam), exp(-lam) * g(lam), dict(facts=facts)


@pair("DPM-Solver", "the exponential integral")
def _():
    to, start = log(at / st), log(as_ / ss)
    return at * Integral(exp(-r) * e, (r, start, to)), st * (exp(to - start) - 1) * e, ss * (exp(to - start) - 1) * e, {}


@pair("DPM-Solver", "the first order is DDIM")
def _():
    left = at / as_ * x - st * (exp(log(at / st) - log(as_ / ss)) - 1) * e
    return left, at * frac(x - ss * e, as_) + st * e, at * frac(x - ss * e, as_) - st * e, {}


@pair("DPM-Solver", "φ₁")
def _():
    return Integral(exp((1 - r) * h), (r, 0, 1)), frac(exp(h) - 1, h), frac(exp(h) + 1, h), {}


@pair("DPM-Solver", "φ₂")
def _():
    return Integral(exp((1 - r) * h) * r, (r, 0, 1)), frac(exp(h) - 1 - h, h**2), frac(exp(h) - 1, h**2), {}


@pair("DPM-Solver", "φ₂ at 0")
def _():
    return Limit(frac(exp(r) - 1 - r, r**2), r, 0), half, 1 + 0 * r, {}


# --- normalizing flows


@pair("flows", "planar")
def _():
    a, b = vector("a b", d)
    return det(eye(d) + c * a * b.T), 1 + c * a.T * b, 1 + c**2 * a.T * b, {}


@pair("flows", "an affine map of a normal law")
def _():
    return N(frac(x - c, u), m, v) / u, N(x, u * m + c, u**2 * v), N(x, u * m + c, u * v), {}


@pair("flows", "an affine change of variables")
def _():
    return Integral(f(frac(y - c, u)) / u, (y, -oo, oo)), Integral(f(x), line), u * Integral(f(x), line), {}


@pair("flows", "an exponential change of variables")
def _():
    return Integral(f(log(y)) / y, (y, 0, oo)), Integral(f(x), line), Integral(f(x), (x, 0, oo)), {}


@pair("flows", "the entropy of an affine map")
def _():
    return H(N(xv, u * m + c, u**2 * v)), H(N(xv, m, v)) + log(u), H(N(xv, m, v)) + 2 * log(u), {}


# --- gradients of means

pt = undefined("p", positive=True)
total = [fact(Integral(pt(x, theta), line), 1, forall=theta)]


@pair("REINFORCE", "the score function")
def _():
    mean = lambda a: Integral(pt(x, theta) * f(x) * a, line)  # noqa: E731
    return D(Integral(pt(x, theta) * f(x), line), theta), mean(D(log(pt(x, theta)), theta)), mean(D(pt(x, theta), theta)), {}


@pair("REINFORCE", "a baseline")
def _():
    mean = lambda a: Integral(pt(x, theta) * a * D(log(pt(x, theta)), theta), line)  # noqa: E731
    return mean(f(x) - c), mean(f(x)), mean(f(x)) - c, dict(facts=total)


@pair("REINFORCE", "both gradients agree under a normal law")
def _():
    right = D(E[N(ev, 0, 1)](f(theta + s * ev)), theta)
    return E[N(xv, theta, s**2)](f(xv) * D(log(N(xv, theta, s**2)), theta)), right, 2 * right, {}


@pair("IWAE", "the gradient's weights")
def _():
    wf = undefined("w", positive=True)
    weights = Sum(wf(i, theta), (i, 1, K))
    right = Sum(frac(wf(i, theta), weights) * D(log(wf(i, theta)), theta), (i, 1, K))
    return D(log(frac(weights, K)), theta), right, right / K, {}


@pair("IWAE", "normalised weights add up")
def _():
    X, wf = chain("x"), undefined("w", positive=True)
    copies, weights = Law("p", X[1:K], iid=True), Sum(wf(X[k]), (k, 1, K))
    return E[copies(X[1:K])](Sum(wf(X[k]) / weights, (k, 1, K))), 1 + 0 * K, K, dict(times={K: 1})


# --- score matching


@pair("score matching", "denoising, up to a constant")
def _():
    law, like = Law("p", xv, yv), undefined("l")
    match = E[law(yv)]((f(yv) - g(yv))**2) + E[law(xv, yv)](like(xv, yv)**2)
    return (E[law(xv, yv)]((f(yv) - like(xv, yv))**2), match - E[law(yv)](g(yv)**2), match + E[law(yv)](g(yv)**2),
            dict(facts=[fact(g(yv), E[law(xv | yv)](like(xv, yv)), forall=yv)]))


@pair("score matching", "a slice's square")
def _():
    a, b = vector("a b", d)
    F = field("F", d)
    return E[N(b, 0, eye(d))]((b.T * F(a))**2), norm(F(a))**2, d * norm(F(a))**2, {}


@pair("score matching", "Hutchinson's trace")
def _():
    a, A = vector("a", d), matrix("A", d)
    return E[N(a, 0, eye(d))](a.T * A * a), tr(A), d * tr(A), {}


@pair("score matching", "the target in vectors")
def _():
    a, b = vector("a b", d)
    return grad(log(N(a, b, s**2 * eye(d))), a), -(a - b) / s**2, (a - b) / s**2, {}


@pair("score matching", "the weighted loss in vectors")
def _():
    a, b = vector("a b", d)
    F = field("F", d)
    return norm(F(a + s * b) + b / s)**2 * s**2, norm(s * F(a + s * b) + b)**2, norm(s * F(a + s * b) - b)**2, {}


# --- discrete diffusion


@pair("D3PM", "the absorbing posterior adds up")
def _():
    return frac(1 - bar[t - 1], 1 - bar[t]) + frac(bar[t - 1] - bar[t], 1 - bar[t]), 1 + 0 * t, 2 + 0 * t, {}


@pair("D3PM", "the rate of unmasking")
def _():
    return frac((1 - al[t]) * bar[t - 1], 1 - bar[t]), frac(bar[t - 1] - bar[t], 1 - bar[t]), frac(bar[t] - bar[t - 1], 1 - bar[t]), {}


@pair("D3PM", "uniform transitions compose")
def _():
    step = al[t] * (bar[t - 1] + frac(1 - bar[t - 1], K)) + frac(1 - al[t], K)
    return step, bar[t] + frac(1 - bar[t], K), bar[t] + frac(1 - bar[t - 1], K), {}


@pair("D3PM", "the posterior of a chain")
def _():
    law = Law("q", xv, yv, zv, markov=True)
    return law(yv | zv, xv), frac(law(zv | yv) * law(yv | xv), law(zv | xv)), frac(law(zv | yv) * law(yv | xv), law(zv | yv)), {}


@pair("D3PM", "the probabilities of unmasking add up")
def _():
    return Sum(bar[t - 1] - bar[t], (t, 1, T)), 1 - bar[T], bar[T] - 1, {}


# --- guidance


@pair("guidance", "the sharpened law")
def _():
    law = Law("p", xv, yv)
    right = (1 + w) * log(law(xv | yv)) - w * log(law(xv))
    return log(law(xv | yv)) + w * log(law(yv | xv)), right + w * log(law(yv)), right - w * log(law(yv)), {}


@pair("guidance", "in the noise, and in the image")
def _():
    image = lambda e: frac(x - sqrt(1 - bar[t]) * e, sqrt(bar[t]))  # noqa: E731
    return image((1 + w) * e - w * f0), (1 + w) * image(e) - w * image(f0), (1 + w) * image(e) + w * image(f0), {}


# --- information

chained = Law("p", xv, yv, zv, markov=True)
tilt, partition = exp(f(xv)), [(Z, E[q(xv)](exp(f(xv))))]


@pair("information", "data processing", Inequality)
def _():
    return (MI(chained(xv, yv), xv), MI(chained(xv, zv), xv), MI(chained(yv, zv), yv), dict(gap=E[chained(zv)](MI(chained(xv, yv | zv), xv))))


@pair("information", "data processing of KL", Inequality)
def _():
    a, b = Law("p", xv, yv), Law("q", xv, yv)
    return KL(a(xv, yv), b(xv, yv)), KL(a(yv), b(yv)), KL(b(yv), a(yv)), dict(gap=E[a(yv)](KL(a(xv | yv), b(xv | yv))))


@pair("information", "Donsker–Varadhan", Inequality)
def _():
    return (log(E[q(xv)](tilt)), E[p(xv)](f(xv)) - KL(p(xv), q(xv)), E[p(xv)](f(xv)) + KL(p(xv), q(xv)),
            dict(gap=E[p(xv)](phi(frac(q(xv) * tilt, p(xv) * Z))), facts=partition))


@pair("information", "Donsker–Varadhan by the tilted law", Inequality)
def _():
    tilted = Law("g", xv)
    return (log(Z), E[p(xv)](f(xv)) - KL(p(xv), q(xv)), E[p(xv)](f(xv)) + KL(p(xv), q(xv)),
            dict(gap=KL(p(xv), tilted(xv)), facts=[(tilted(xv), q(xv) * tilt / Z), *partition]))


@pair("information", "Fano's two orders")
def _():
    law = Law("p", ev, xv, yv, discrete=True)
    left = E[law(yv)](H(law(xv | yv))) + E[law(xv, yv)](H(law(ev | xv, yv)))
    return left, E[law(yv)](H(law(ev | yv))) + E[law(ev, yv)](H(law(xv | ev, yv))), E[law(yv)](H(law(ev | yv))) + E[law(yv)](H(law(xv | yv))), {}


@pair("information", "Fano's bound", Inequality)
def _():
    law = Law("p", ev, xv, yv, discrete=True)
    return (H(law(ev)) + E[law(ev, yv)](H(law(xv | ev, yv))), E[law(yv)](H(law(xv | yv))), H(law(xv)),
            dict(gap=MI(law(ev, yv), ev) + E[law(xv, yv)](H(law(ev | xv, yv)))))


@pair("information", "Barber and Agakov's bound", Inequality)
def _():
    law, other = Law("p", xv, yv), Law("q", xv | yv)
    score = E[law(xv, yv)](log(other(xv | yv)))
    return MI(law(xv, yv), xv), H(law(xv)) + score, H(law(xv)) - score, dict(gap=E[law(yv)](KL(law(xv | yv), other(xv | yv))))


@pair("PAC-Bayes", "the posterior of Gibbs", Inequality)
def _():
    gibbs = Law("g", xv)
    facts = [(gibbs(xv), q(xv) * exp(-u * f(xv)) / Z), (Z, E[q(xv)](exp(-u * f(xv))))]
    return E[p(xv)](f(xv)) + KL(p(xv), q(xv)) / u, -log(Z) / u, log(Z) / u, dict(gap=KL(p(xv), gibbs(xv)) / u, facts=facts)


@pair("means", "E[vw] is 0 where E[v|w] is")
def _():
    return E[pxz(xv, zv)](xv * zv), 0 * m, 1 + 0 * m, dict(facts=[fact(E[pxz(xv | zv)](xv), 0, forall=zv)])


@pair("means", "noise without a mean adds its variance")
def _():
    own = E[pxz(zv)](f(zv)**2)
    return (E[pxz(xv, zv)]((f(zv) + xv)**2), own + E[pxz(xv)](xv**2), own - E[pxz(xv)](xv**2),
            dict(facts=[fact(E[pxz(xv | zv)](xv), 0, forall=zv)]))


# --- Tweedie, de Bruijn, Girsanov

noised, first = E[pz(zv)](N(y, zv, v)), E[pz(zv)](zv * N(y, zv, v))


@pair("Tweedie", "any data")
def _():
    return y + v * D(log(noised), y), first / noised, -first / noised, {}


@pair("Tweedie", "the second order, any data")
def _():
    variance = E[pz(zv)](zv**2 * N(y, zv, v)) / noised - (first / noised)**2
    return D(log(noised), y, y), (variance - v) / v**2, (variance + v) / v**2, {}


@pair("Tweedie", "from what is named")
def _():
    mean, marginal = undefined("m"), undefined("p_v", positive=True)
    named = [fact(marginal(y), noised, forall=y), fact(mean(y), first / marginal(y), forall=y)]
    return y + v * D(log(marginal(y)), y), mean(y), -mean(y), dict(facts=named)


@pair("Tweedie", "the second order, from what is named")
def _():
    mean, variance, marginal = *undefined("m c"), undefined("p_v", positive=True)
    spread = E[pz(zv)]((zv - mean(y))**2 * N(y, zv, v))
    named = [fact(marginal(y), noised, forall=y), fact(mean(y), first / marginal(y), forall=y), fact(variance(y), spread / marginal(y), forall=y)]
    return D(log(marginal(y)), y, y), (variance(y) - v) / v**2, (variance(y) + v) / v**2, dict(facts=named)


@pair("de Bruijn", "normal laws")
def _():
    law = N(xv, m, v + h)
    fisher = E[law](frac(xv - m, v + h)**2)
    return D(H(law), h), half * fisher, fisher, {}


@pair("de Bruijn", "the slope of KL is a Fisher divergence, normal laws")
def _():
    one, two = N(xv, m, v + h), N(xv, c, u + h)
    fisher = E[one]((-frac(xv - m, v + h) + frac(xv - c, u + h))**2)
    return D(KL(one, two), h), -half * fisher, half * fisher, {}


@pair("Girsanov", "one step")
def _():
    return KL(N(yv, x + c * h, s**2 * h), N(yv, x + r * h, s**2 * h)), h * (c - r)**2 / (2 * s**2), (c - r)**2 / (2 * s**2), {}


# --- weights, v, distillation, latents

vp = dict(facts=[(ta**2 + sa**2, 1)])


@pair("Min-SNR", "the image's error and the noise's")
def _():
    noise = (frac(r - ta * x, sa) - frac(r - ta * y, sa))**2
    return frac(ta**2, sa**2) * (x - y)**2, noise, frac(ta**2, sa**2) * noise, {}


@pair("Min-SNR", "the v loss")
def _():
    return (frac(ta * r - x, sa) - frac(ta * r - y, sa))**2, (frac(ta**2, sa**2) + 1) * (x - y)**2, frac(ta**2, sa**2) * (x - y)**2, vp


@pair("Min-SNR", "the weight of the noise's error")
def _():
    return Min(s, u) / s, Min(1, u / s), Max(1, u / s), {}


@pair("v-prediction", "the image back")
def _():
    return ta * (ta * x + sa * e) - sa * (ta * e - sa * x), x, -x, vp


@pair("v-prediction", "the noise back, σ² named")
def _():
    return sa * (ta * x + sa * e) + ta * (ta * e - sa * x), e, -e, dict(facts=[(sa**2, 1 - ta**2)])


@pair("v-prediction", "the velocity in the angle")
def _():
    return D(cos(r) * x + sin(r) * e, r), cos(r) * e - sin(r) * x, cos(r) * e + sin(r) * x, {}


@pair("v-prediction", "DDIM turns")
def _():
    now, speed = cos(r) * x + sin(r) * e, cos(r) * e - sin(r) * x
    return cos(r - c) * x + sin(r - c) * e, cos(c) * now - sin(c) * speed, cos(c) * now + sin(c) * speed, {}


@pair("zero SNR", "the first step stays")
def _():
    scaled = lambda k: frac((sqrt(bar[k]) - sqrt(bar[T])) * sqrt(bar[1]), sqrt(bar[1]) - sqrt(bar[T]))  # noqa: E731
    return scaled(1), sqrt(bar[1]), sqrt(bar[T]), {}


@pair("distillation", "one step for two")
def _():
    ar, sr = symbols("alpha_r sigma_r", positive=True)
    middle = as_ * x + ss / st * (r - at * x)
    end = ar * y + sr / ss * (middle - as_ * y)
    target = frac(end - sr / st * r, ar - sr / st * at)
    return ar * target + sr / st * (r - at * target), end, middle, {}


@pair("cold diffusion", "linear degradations")
def _():
    worse = lambda x, n: x + n * e  # noqa: E731
    return worse(x, w) - worse(y, w) + worse(y, w - 1), worse(x, w - 1), worse(y, w - 1), {}


@pair("latent diffusion", "the bound of a chain")
def _():
    X = chain("z")
    a, b, like = Law("q", X[0:T] | xv, markov=True), Law("p", X[0:T], markov=True), Law("l", xv | X[0])
    bound = E[a(X[0:T] | xv)](log(frac(like(xv | X[0]) * b(X[0:T]), a(X[0:T] | xv))))
    entropy = -E[a(X[0] | xv)](log(a(X[0] | xv)))
    steps = E[a(X[0:T] | xv)](log(b(X[T])) + Sum(log(frac(b(X[t - 1] | X[t]), a(X[t] | X[t - 1], xv))), (t, 1, T)))
    told = E[a(X[0] | xv)](log(like(xv | X[0])))
    return bound, told + entropy + steps, told + steps, dict(times={T: 1})


@pair("information", "Pinsker", Inequality)
def _():
    from sympy import Abs

    apart = Integrate[xv](Abs(p(xv) - q(xv)))
    return KL(p(xv), q(xv)), half * apart**2, apart**2, dict(gap=KL(p(xv), q(xv)) - half * apart**2)
