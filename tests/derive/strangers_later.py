"""Lines of another sixty papers' derivations, each with a false neighbour: a sign, an index, a factor changed.

They enter the tables of `strangers` and `strangers_false`. It is longer than other files since it is a table.
"""

from sympy import Max, Rational, cos, oo, pi

from strangers_papers import pair
from vdmlib.derive import KL, MI, Derivative, E, H, Inequality, Integral, Integrate, Law, N, Schedule, Subs, Sum
from vdmlib.derive import chain, coordinates, det, exp, eye, fact, frac, grad, laplacian, log, matrix, norm, phi, sqrt, symbol, symbols, tr, undefined
from vdmlib.derive import variables, vector

D, half = Derivative, Rational(1, 2)
t, T, K, d = symbols("t T K d", integer=True, positive=True)
i, j, k = symbols("i j k", integer=True)
al = Schedule("alpha")
bar = al.bar
a, b, c, m, w, x, y, e, n0, x0, x1 = symbols("a b c m w x y epsilon n x_0 x_1")
s, sd, v, h, u, r, P, R, Z = symbols("sigma s v h u r P R Z", positive=True)
tau, theta, eta = symbol("tau"), symbol("theta"), symbol("eta")
unit = symbol("rho", between=(0, 1))
f, g = undefined("f g")
xv, yv, zv = variables("X Y Z")
p, q, pz, pxz = Law("p", xv), Law("q", xv), Law("p", zv), Law("p", xv, zv)
dens = undefined("p", positive=True)
line = (x, -oo, oo)
X = chain("x")


# --- flow matching, interpolants


@pair("flow matching", "the optimal-transport path's velocity at a point")
def _():
    path = (1 - (1 - unit) * w) * x0 + w * x1
    speed = lambda z, n: frac(x1 - n * z, 1 - (1 - unit) * w)  # noqa: E731
    return D(path, w), speed(path, 1 - unit), speed(path, 1 + unit), {}


@pair("flow matching", "a mean under a pushed normal law")
def _():
    return E[N(xv, 0, 1)](f(m + s * xv)), E[N(xv, m, s**2)](f(xv)), E[N(xv, m, s)](f(xv)), {}


@pair("interpolants", "the score is the noise's mean")
def _():
    law = N(y, a * zv, u**2)
    right = E[pz(zv)](frac(y - a * zv, u) * law) / E[pz(zv)](law)
    return D(log(E[pz(zv)](law)), y), -right / u, -right, {}


@pair("interpolants", "any diffusion has the same marginals")
def _():
    law = dens(x, tau)
    right = lambda n: -D((f(x, tau) + u * D(log(law), x)) * law, x) + n * D(law, x, x)  # noqa: E731
    return D(law, tau), right(u), right(2 * u), dict(facts=[fact(D(law, tau), -D(f(x, tau) * law, x), forall=(x, tau))])


@pair("rectified flow", "a convex cost's gain is a Bregman divergence")
def _():
    named = [fact(g(xv), E[pxz(zv | xv)](zv), forall=xv)]
    slope = lambda z: Subs(D(f(w), w), w, z)  # noqa: E731
    rest = E[pxz(xv, zv)](f(zv) - f(g(xv)) - slope(g(xv)) * (zv - g(xv)))
    return E[pxz(xv, zv)](f(zv)) - E[pxz(xv)](f(g(xv))), rest, 2 * rest, dict(facts=named)


# --- EDM, DDIM, iDDPM


@pair("EDM", "the network's target has unit variance")
def _():
    skip, out = frac(sd**2, s**2 + sd**2), frac(s * sd, sqrt(s**2 + sd**2))
    left = E[N(yv, 0, sd**2)](E[N(xv, 0, s**2)](frac(yv - skip * (yv + xv), out)**2))
    return left, 1 + 0 * s, s**2, {}


@pair("EDM", "the mean of a log-normal noise level")
def _():
    return E[N(xv, m, v)](exp(xv)), exp(m + v / 2), exp(m + v), {}


@pair("EDM", "churn keeps the marginal")
def _():
    return E[N(zv, x0, s**2)](N(y, zv, u**2 - s**2)), N(y, x0, u**2), N(y, x0, u**2 + s**2), dict(facts=[u > s])


@pair("DDIM", "two steps with the same noise are one")
def _():
    step = lambda z, now, to: sqrt(to) * frac(z - sqrt(1 - now) * e, sqrt(now)) + sqrt(1 - to) * e  # noqa: E731
    A, B, C = bar[t], bar[t - 1], bar[t - 2]
    return step(step(x, A, B), B, C), step(x, A, C), step(x, B, C), {}


@pair("DDIM", "inversion undoes a step")
def _():
    step = lambda z, now, to: sqrt(to) * frac(z - sqrt(1 - now) * e, sqrt(now)) + sqrt(1 - to) * e  # noqa: E731
    return step(step(x, bar[t], bar[t - 1]), bar[t - 1], bar[t]), x, x + e, {}


@pair("DDIM", "η scales the noise, the direction takes the rest")
def _():
    post = frac(1 - bar[t - 1], 1 - bar[t]) * (1 - al[t])
    direction = 1 - bar[t - 1] - eta**2 * post
    return direction + eta**2 * post, 1 - bar[t - 1], 1 - bar[t], {}


@pair("iDDPM", "the cosine schedule's slope")
def _():
    angle = frac(w + c, 1 + c) * pi / 2
    return D(log(cos(angle)**2), w), -frac(pi, 1 + c) * (Subs(D(cos(r), r), r, angle) / -cos(angle)), frac(pi, 1 + c), {}


@pair("iDDPM", "importance sampling of the steps is unbiased")
def _():
    pt, L = undefined("p", positive=True), undefined("L")
    return Sum(pt(i) * frac(L(i), T * pt(i)), (i, 1, T)), Sum(L(i), (i, 1, T)) / T, Sum(L(i), (i, 1, T)), {}


# --- score SDEs, Tweedie


@pair("score SDE", "sub-VP has the smaller variance", Inequality)
def _():
    shrunk = exp(-r)
    return 1 - shrunk, (1 - shrunk)**2, (1 - shrunk)**2 + 1, dict(gap=shrunk * (1 - shrunk))


@pair("score SDE", "the VE diffusion coefficient")
def _():
    level = u * frac(v, u)**w
    return D(level**2, w), 2 * level**2 * log(frac(v, u)), level**2 * log(frac(v, u)), {}


@pair("score SDE", "Anderson's reverse equation")
def _():
    law = dens(x, tau)
    right = lambda n: D((f(x) - u**2 * D(log(law), x)) * law, x) + n * u**2 * D(law, x, x)  # noqa: E731
    return D(f(x) * law, x) - half * u**2 * D(law, x, x), right(half), right(-half), {}


@pair("score SDE", "the flow of the probability")
def _():
    law = dens(x, tau)
    right = lambda n: -D((f(x) - n * u**2 * D(log(law), x)) * law, x)  # noqa: E731
    return -D(f(x) * law, x) + half * u**2 * D(law, x, x), right(half), right(1), {}


noised = E[pz(zv)](N(y, zv, v))
mean, second = E[pz(zv)](zv * N(y, zv, v)) / noised, E[pz(zv)](zv**2 * N(y, zv, v)) / noised


@pair("Tweedie", "the slope of the denoiser is a variance")
def _():
    return D(mean, y), (second - mean**2) / v, second / v, {}


@pair("Tweedie", "the third cumulant")
def _():
    third = E[pz(zv)](zv**3 * N(y, zv, v)) / noised
    right = lambda n: third - 3 * mean * second + n * mean**3  # noqa: E731
    return v**3 * D(log(noised), y, y, y), right(2), right(1), {}


@pair("Tweedie", "in vectors")
def _():
    data, point = vector("z y", d)
    law = Law("p", data)
    noisy = lambda fn: E[law(data)](fn * N(point, data, v * eye(d)))  # noqa: E731
    return grad(log(noisy(1)), point), (noisy(data) / noisy(1) - point) / v, (noisy(data) / noisy(1) + point) / v, {}


@pair("Tweedie", "the posterior's covariance under a normal prior")
def _():
    S = matrix("S", d, positive=True)
    left = (S**-1 + eye(d) / v)**-1
    return left, S - S * (S + v * eye(d))**-1 * S, S + S * (S + v * eye(d))**-1 * S, {}


# --- discrete diffusion


@pair("SEDD", "the absorbing score")
def _():
    pf = undefined("p", positive=True)
    left = frac(exp(-r) * pf(i), 1 - exp(-r))
    return left, frac(pf(i), exp(r) - 1), frac(pf(i), exp(r) + 1), {}


@pair("SEDD", "score entropy is least at the ratio")
def _():
    return Subs(D(s - u * log(s), s), s, u), 0 * u, 1 + 0 * u, {}


@pair("MDLM", "the bound for a linear schedule")
def _():
    return Integral(frac(-D(1 - r, r), r) * f(r), (r, unit, 1)), Integral(f(r) / r, (r, unit, 1)), -Integral(f(r) / r, (r, unit, 1)), {}


@pair("MDLM", "the bound does not know its schedule")
def _():
    A = undefined("alpha")
    left = Integral(D(A(r), r) * f(A(r)), (r, 0, 1))
    return left, Integral(f(w), (w, A(0), A(1))), Integral(f(w), (w, A(1), A(0))), {}


@pair("Markov jumps", "two states")
def _():
    law = lambda z: half + (w - half) * exp(-2 * z)  # noqa: E731
    return D(law(tau), tau), (1 - law(tau)) - law(tau), law(tau) - (1 - law(tau)), {}


@pair("D3PM", "the cross-entropy bound of categorical laws", Inequality)
def _():
    A, C = undefined("p r", positive=True)
    facts = [(Sum(A(i), (i, 1, K)), 1), (Sum(C(i), (i, 1, K)), 1)]
    gap = Sum(A(i) * phi(C(i) / A(i)), (i, 1, K))
    right = -Sum(A(i) * log(A(i)), (i, 1, K))
    return -Sum(A(i) * log(C(i)), (i, 1, K)), right, -right + 1, dict(gap=gap, facts=facts)


@pair("D3PM", "entropy is at most log K", Inequality)
def _():
    A = undefined("p", positive=True)
    left = -Sum(A(i) * log(A(i)), (i, 1, K))
    return log(K), left, left + 1, dict(gap=Sum(A(i) * phi(1 / (K * A(i))), (i, 1, K)), facts=[(Sum(A(i), (i, 1, K)), 1)])


# --- bridges


@pair("Schrödinger", "the divergence of paths by ends and bridges")
def _():
    A, C = Law("q", xv, zv, yv), Law("r", xv, zv, yv)
    rest = E[A(xv, yv)](KL(A(zv | xv, yv), C(zv | xv, yv)))
    return KL(A(xv, zv, yv), C(xv, zv, yv)), KL(A(xv, yv), C(xv, yv)) + rest, KL(A(xv, yv), C(xv, yv)) - rest, {}


@pair("Schrödinger", "the duality gap of entropic transport")
def _():
    A, G = Law("q", xv, yv), Law("pi", xv, yv)
    cost = undefined("c")
    facts = [(G(xv, yv), A(xv) * A(yv) * exp((f(xv) + g(yv) - cost(xv, yv)) / u))]
    primal = E[A(xv, yv)](cost(xv, yv)) + u * MI(A(xv, yv), xv)
    dual = E[A(xv)](f(xv)) + E[A(yv)](g(yv))
    return u * KL(A(xv, yv), G(xv, yv)), primal - dual, primal + dual, dict(facts=facts)


@pair("Schrödinger", "the bridge's drift and its score")
def _():
    left = D(log(N(x, (1 - unit) * x0 + unit * x1, s**2 * unit * (1 - unit))), x)
    forth, back = frac(x1 - x, 1 - unit), frac(x - x0, unit)
    return s**2 * left, forth - back, forth + back, {}


# --- autoencoders


@pair("ladder VAE", "the two normal laws, by precision")
def _():
    left = frac(N(x, m, u) * N(x, c, v), N(m, c, u + v))
    right = lambda n: N(x, frac(m / u + c / v, 1 / u + 1 / v), frac(n, 1 / u + 1 / v))  # noqa: E731
    return left, right(1), right(2), {}


@pair("NVAE", "the divergence of a residual law")
def _():
    left = KL(N(xv, m + w, u * v), N(xv, m, v))
    return left, half * (w**2 / v + u - log(u) - 1), half * (w**2 / v + u + log(u) - 1), {}


@pair("free bits", "no term falls below the floor", Inequality)
def _():
    left = Max(KL(p(xv), q(xv)), u)
    return left, KL(p(xv), q(xv)), KL(p(xv), q(xv)) + u, dict(gap=left - KL(p(xv), q(xv)))


@pair("ELBO surgery", "the aggregate and the prior")
def _():
    A, C = Law("q", xv, zv), Law("r", zv)
    left = E[A(xv)](KL(A(zv | xv), C(zv)))
    return left, MI(A(xv, zv), xv) + KL(A(zv), C(zv)), MI(A(xv, zv), xv) - KL(A(zv), C(zv)), {}


@pair("ELBO surgery", "the bound in joint laws")
def _():
    A, C = Law("q", xv, zv), Law("p", xv, zv)
    left = KL(A(xv, zv), C(xv, zv))
    right = E[A(zv)](KL(A(xv | zv), C(xv | zv)))
    return left, KL(A(zv), C(zv)) + right, KL(A(xv), C(xv)) + right, {}


@pair("STL", "the score's mean is 0 under a normal law")
def _():
    law = N(xv, theta, v)
    return E[law](D(log(law), theta)), 0 * m, 1 + 0 * m, {}


@pair("IWAE", "the path's gradient and the score's")
def _():
    right = E[N(xv, theta, s**2)](D(f(xv), xv))
    return E[N(xv, theta, s**2)](f(xv) * frac(xv - theta, s**2)), right, s**2 * right, {}


@pair("VIMCO", "leaving one out is unbiased")
def _():
    copies = Law("p", X[1:K], iid=True)
    total = Sum(f(X[k]), (k, 1, K))
    left = E[copies(X[1:K])](Sum((f(X[k]) - (total - f(X[k])) / (K - 1)) * g(X[k]), (k, 1, K)) / K)
    one = E[copies(X[1])]
    right = one(f(X[1]) * g(X[1])) - one(f(X[1])) * one(g(X[1]))
    return left, right, one(f(X[1]) * g(X[1])), dict(times={K: 2})


@pair("control variates", "the best coefficient", Inequality)
def _():
    cov, var = E[p(xv)](f(xv) * g(xv)), E[p(xv)](g(xv)**2)
    right = E[p(xv)](f(xv)**2) - cov**2 / var
    return E[p(xv)]((f(xv) - a * g(xv))**2), right, right + 1, dict(gap=var * (a - cov / var)**2)


@pair("Rao–Blackwell", "conditioning does not raise the error", Inequality)
def _():
    named = [fact(g(zv), E[pxz(xv | zv)](f(xv)), forall=zv)]
    right = E[pxz(zv)]((g(zv) - m)**2)
    return E[pxz(xv)]((f(xv) - m)**2), right, right + 1, dict(gap=E[pxz(xv, zv)]((f(xv) - g(zv))**2), facts=named)


@pair("antithetic", "a pair is unbiased")
def _():
    right = E[N(xv, 0, v)](f(xv))
    return E[N(xv, 0, v)]((f(xv) + f(-xv)) / 2), right, 2 * right, {}


@pair("importance sampling", "the second moment of the weights")
def _():
    left = E[q(xv)](frac(p(xv), q(xv))**2 * f(xv)**2)
    return left, E[p(xv)](frac(p(xv), q(xv)) * f(xv)**2), E[p(xv)](frac(q(xv), p(xv)) * f(xv)**2), {}


@pair("Gumbel", "the density has total one")
def _():
    return Integral(exp(-x - exp(-x)), line), 1 + 0 * m, 2 + 0 * m, {}


# --- flows


@pair("RealNVP", "a coupling's density")
def _():
    left = N((y - b) * exp(-w), 0, 1) * exp(-w)
    return left, N(y, b, exp(2 * w)), N(y, b, exp(w)), {}


@pair("flows", "the slope of a log-determinant is a trace")
def _():
    A = matrix("A", d)
    return Subs(D(log(det(eye(d) + w * A)), w), w, 0), tr(A), d * tr(A), {}


@pair("flows", "Sylvester's determinant")
def _():
    A, B = matrix("A B", d)
    return det(eye(d) + A * B), det(eye(d) + B * A), det(eye(d) + A * B.T), {}


# --- energies, contrast


@pair("energy models", "the score does not know the constant")
def _():
    return D(log(exp(-f(x)) / Z), x), -D(f(x), x), D(f(x), x), {}


@pair("energy models", "the gradient has two phases")
def _():
    part = Integral(exp(-f(x, theta)), line)
    left = D(-f(y, theta) - log(part), theta)
    model = Integral(exp(-f(x, theta)) * D(f(x, theta), theta), line) / part
    return left, model - D(f(y, theta), theta), -model - D(f(y, theta), theta), {}


@pair("NCE", "the classifier is a sigmoid of the log ratio")
def _():
    return frac(u, u + r * v), frac(1, 1 + exp(-(log(u) - log(r * v)))), frac(1, 1 + exp(log(u) - log(r * v))), {}


@pair("Jarzynski", "the work's exponential")
def _():
    A = Law("p", xv)
    facts = [(A(xv), exp(-f(xv)) / Z)]
    left = E[A(xv)](exp(-(g(xv) - f(xv))))
    return left, Integrate[xv](exp(-g(xv))) / Z, Integrate[xv](exp(-g(xv))) * Z, dict(facts=facts)


# --- PAC-Bayes, bottlenecks, kernels, transport


@pair("PAC-Bayes", "the cost of a normal perturbation")
def _():
    z, mu = vector("z mu", d)
    return KL(N(z, mu, v * eye(d)), N(z, 0, v * eye(d))), norm(mu)**2 / (2 * v), norm(mu)**2 / v, {}


@pair("PAC-Bayes", "the cumulants of a normal loss")
def _():
    return log(E[N(xv, m, v)](exp(u * (xv - m)))), u**2 * v / 2, u**2 * v, {}


@pair("information bottleneck", "what the code keeps of x, but not of y")
def _():
    law = Law("p", yv, xv, zv, markov=True)
    left = MI(law(xv, zv), xv) - MI(law(yv, zv), yv)
    right = E[law(yv)](MI(law(xv, zv | yv), xv))
    return left, right, -right, {}


@pair("MMD", "a normal kernel between normal laws")
def _():
    left = E[N(xv, m, v)](E[N(yv, c, u)](N(xv - yv, 0, s)))
    return left, N(m, c, s + u + v), N(m, -c, s + u + v), {}


@pair("transport", "normal laws on the line")
def _():
    left = E[N(zv, 0, 1)](((m + u * zv) - (c + v * zv))**2)
    return left, (m - c)**2 + (u - v)**2, (m - c)**2 + u**2 + v**2, {}


@pair("transport", "normal laws of roots that commute")
def _():
    z, mu, nu = vector("z mu nu", d)
    A, B = matrix("A B", d, symmetric=True)
    left = E[N(z, 0, eye(d))](norm(mu + A * z - nu - B * z)**2)
    right = lambda n: norm(mu - nu)**2 + tr(A * A + B * B - n * A * B)  # noqa: E731
    return left, right(2), right(1), {}


# --- linear models


@pair("Kalman", "the update in information form")
def _():
    S, V, A = matrix("P", d, positive=True), matrix("R", d, positive=True), matrix("H", d)
    left = (S**-1 + A.T * V**-1 * A)**-1
    right = lambda n: S - n * S * A.T * (A * S * A.T + V)**-1 * A * S  # noqa: E731
    return left, right(1), right(-1), {}


@pair("Gaussian processes", "weights and functions")
def _():
    A = matrix("A", d)
    left = A.T * (A * A.T + v * eye(d))**-1
    return left, (A.T * A + v * eye(d))**-1 * A.T, (A * A.T + v * eye(d))**-1 * A.T, {}


@pair("Bayesian regression", "the evidence's determinant")
def _():
    A = matrix("A", d)
    return log(det(eye(d) + A * A.T / v)), log(det(eye(d) + A.T * A / v)), log(det(eye(d) + A * A / v)), {}


@pair("Bayesian regression", "the predictive law")
def _():
    left = E[N(zv, m, P)](N(y, x * zv, v))
    return left, N(y, x * m, x**2 * P + v), N(y, x * m, x * P + v), {}


@pair("PPCA", "the inverse covariance")
def _():
    A = matrix("W", d)
    M = A.T * A + v * eye(d)
    right = lambda n: (eye(d) - n * A * M**-1 * A.T) / v  # noqa: E731
    return (A * A.T + v * eye(d))**-1, right(1), right(-1), {}


@pair("Gaussian processes", "the entropy of a normal law")
def _():
    z, mu = vector("z mu", d)
    S = matrix("S", d, positive=True)
    return H(N(z, mu, S)), d / 2 * log(2 * pi * exp(1)) + log(det(S)) / 2, d / 2 * log(2 * pi) + log(det(S)) / 2, {}


# --- divergences


@pair("f-GAN", "Pearson's bound", Inequality)
def _():
    left = E[q(xv)]((frac(p(xv), q(xv)) - 1)**2)
    right = E[p(xv)](f(xv)) - E[q(xv)](f(xv) + f(xv)**2 / 4)
    return left, right, right + 1, dict(gap=E[q(xv)]((frac(p(xv), q(xv)) - 1 - f(xv) / 2)**2))


@pair("f-divergences", "Jensen–Shannon is at most log 2", Inequality)
def _():
    mix = (p(xv) + q(xv)) / 2
    left = half * E[p(xv)](log(p(xv) / mix)) + half * E[q(xv)](log(q(xv) / mix))
    gap = half * E[p(xv)](log(1 + q(xv) / p(xv))) + half * E[q(xv)](log(1 + p(xv) / q(xv)))
    return log(2), left, 2 * left + 1, dict(gap=gap)


@pair("maximum entropy", "no law of that variance has more", Inequality)
def _():
    facts = [(E[p(xv)](xv), m), (E[p(xv)](xv**2), m**2 + v)]
    return H(N(xv, m, v)), H(p(xv)), H(p(xv)) + 1, dict(gap=KL(p(xv), N(xv, m, v)), facts=facts)


# --- guidance, preferences


@pair("CFG++", "a step is one of guidance with another weight")
def _():
    A, B, empty, told = bar[t], bar[t - 1], symbol("u_0"), symbol("u_1")
    guided = empty + w * (told - empty)
    left = sqrt(B) * frac(x - sqrt(1 - A) * guided, sqrt(A)) + sqrt(1 - B) * empty
    shift = w * frac(sqrt(B * (1 - A)), sqrt(A))
    right = lambda n: sqrt(B) * frac(x - sqrt(1 - A) * empty, sqrt(A)) + sqrt(1 - B) * empty + n * shift * (told - empty)  # noqa: E731
    return left, right(-1), right(1), {}


@pair("autoguidance", "the better model, further from the worse")
def _():
    one, two = undefined("p_1 p_0", positive=True)
    right = lambda n: D(log(one(x)), x) + (w - 1) * D(log(frac(one(x), two(x))**n), x)  # noqa: E731
    left = D(log(two(x) * frac(one(x), two(x))**w), x)
    return left, right(1), right(-1), {}


@pair("DPO", "the reward by its best policy")
def _():
    A, C = Law("p", xv), Law("r", xv)
    facts = [(A(xv), C(xv) * exp(f(xv) / u) / Z)]
    return u * log(frac(A(xv), C(xv))) + u * log(Z), f(xv), -f(xv), dict(facts=facts)


@pair("DPO", "preferences do not know the constant")
def _():
    one, two = undefined("p r", positive=True)
    reward = lambda z: u * log(frac(one(z), two(z))) + u * log(Z)  # noqa: E731
    right = lambda n: frac(1, 1 + exp(n * u * (log(frac(one(y), two(y))) - log(frac(one(x), two(x))))))  # noqa: E731
    return frac(exp(reward(x)), exp(reward(x)) + exp(reward(y))), right(1), right(-1), {}


@pair("DPO", "the loss's slope")
def _():
    return D(-log(frac(1, 1 + exp(-u * f(theta)))), theta), -u * frac(1, 1 + exp(u * f(theta))) * D(f(theta), theta), -u * frac(1, 1 + exp(-u * f(theta))) * D(f(theta), theta), {}


@pair("RLHF", "the best policy", Inequality)
def _():
    best, C = Law("b", xv), Law("r", xv)
    facts = [(best(xv), C(xv) * exp(f(xv) / u) / Z), (Z, E[C(xv)](exp(f(xv) / u)))]
    right = E[p(xv)](f(xv)) - u * KL(p(xv), C(xv))
    return u * log(Z), right, right + u, dict(gap=u * KL(p(xv), best(xv)), facts=facts)


# --- Langevin, Hamilton


@pair("Langevin", "the law that stays")
def _():
    law = exp(-f(x))
    return D(D(f(x), x) * law, x) + D(law, x, x), 0 * m, law, {}


@pair("Langevin", "the underdamped law that stays")
def _():
    law = exp(-f(x) - w**2 / 2)
    flow = lambda n: -w * D(law, x) + D(f(x), x) * D(law, w) + u * D(w * law, w) + n * u * D(law, w, w)  # noqa: E731
    return flow(1), 0 * m, law, {}


@pair("HMC", "the energy is kept")
def _():
    xf, pf = undefined("x p")
    force = Subs(D(f(x), x), x, xf(tau))
    facts = [fact(D(xf(tau), tau), pf(tau), forall=tau), fact(D(pf(tau), tau), -force, forall=tau)]
    return D(f(xf(tau)) + pf(tau)**2 / 2, tau), 0 * m, force * pf(tau), dict(facts=facts)


@pair("HMC", "leapfrog keeps a nearby energy")
def _():
    mid = w - h / 2 * x
    new = x + h * mid
    end = mid - h / 2 * new
    energy = lambda z, r: (1 - h**2 / 4) * z**2 + r**2  # noqa: E731
    return energy(new, end), energy(x, w), x**2 + w**2, {}


# --- Fisher, Bregman, Fenchel


@pair("Fisher", "of a normal law's variance")
def _():
    law = N(xv, m, v)
    return E[law](D(log(law), v)**2), 1 / (2 * v**2), 1 / v**2, {}


@pair("Cramér–Rao", "by the square of what is left", Inequality)
def _():
    named = [(c, E[p(xv)](f(xv) * g(xv))), (u, E[p(xv)](g(xv)**2))]
    return E[p(xv)](f(xv)**2), c**2 / u, c**2 / u + 1, dict(gap=E[p(xv)]((f(xv) - c / u * g(xv))**2), facts=named)


@pair("Cramér–Rao", "an unbiased guess goes with the score")
def _():
    law = dens(x, theta)
    facts = [fact(Integral(f(x) * law, line), theta, forall=theta)]
    return Integral(law * f(x) * D(log(law), theta), line), 1 + 0 * m, theta, dict(facts=facts)


@pair("Bregman", "the mean is the best centre")
def _():
    slope = lambda z: Subs(D(f(w), w), w, z)  # noqa: E731
    far = lambda y, z: f(y) - f(z) - slope(z) * (y - z)  # noqa: E731
    return E[p(xv)](far(xv, a)) - E[p(xv)](far(xv, m)), far(m, a), far(a, m), dict(facts=[(m, E[p(xv)](xv))])


@pair("Bregman", "of the negative entropy")
def _():
    left = u * log(u) - v * log(v) - Subs(D(r * log(r), r), r, v) * (u - v)
    return left, u * log(u / v) - u + v, u * log(u / v) + u - v, {}


@pair("exponential families", "a divergence is Bregman's")
def _():
    base, A = undefined("h", positive=True), undefined("A")
    law = lambda z: base(x) * exp(z * x - A(z))  # noqa: E731
    total = [fact(Integral(law(theta), line), 1, forall=theta)]
    left = Integral(law(theta) * log(frac(law(theta), law(c))), line)
    right = A(c) - A(theta) - D(A(theta), theta) * (c - theta)
    return left, right, -right, dict(facts=total)


@pair("exponential families", "a Bernoulli law's mean")
def _():
    return D(log(1 + exp(theta)), theta, theta), frac(1, 1 + exp(-theta)) * frac(1, 1 + exp(theta)), frac(1, 1 + exp(-theta)), {}


@pair("Fenchel", "the conjugate of the exponential", Inequality)
def _():
    return exp(x) + u * log(u) - u, x * u, x * u + 1, dict(gap=u * phi(exp(x) / u))


@pair("Fenchel", "Young's inequality in vectors", Inequality)
def _():
    y_, z = vector("y z", d)
    return u * norm(y_)**2 / 2 + norm(z)**2 / (2 * u), y_.T * z, 2 * y_.T * z, dict(gap=norm(u * y_ - z)**2 / (2 * u))


@pair("SVGD", "the slope of a divergence along a field")
def _():
    score = D(log(dens(x)), x)
    left = Integral(dens(x) * (f(x) * score + D(f(x), x)), line)
    return left, 0 * m, 1 + 0 * m, {}


@pair("Price", "the slope in the variance")
def _():
    left, right = D(E[N(xv, m, v)](f(xv)), v), E[N(xv, m, v)](D(f(xv), xv, xv))
    return left, right / 2, right, {}


@pair("consistency training", "the score's estimate is unbiased")
def _():
    law = N(y, zv, r**2)
    right = E[pz(zv)](frac(y - zv, r**2) * law) / E[pz(zv)](law)
    return D(log(E[pz(zv)](law)), y), -right, right, {}


@pair("blurring diffusion", "every frequency has its own noise")
def _():
    A, mu, nu = coordinates("a mu nu")
    left = Sum(KL(N(xv, A[i] * mu[i], v), N(xv, A[i] * nu[i], v)), (i, 1, d))
    right = Sum(A[i]**2 * (mu[i] - nu[i])**2, (i, 1, d)) / (2 * v)
    return left, right, 2 * right, {}


# --- fields of what moves, in vectors

spot, noise, net = vector("z", d), vector("n", d), undefined("g")


@pair("fields", "the chain rule at a noisy point")
def _():
    right = grad(net(spot + s * noise), spot)
    return grad(net(spot + s * noise), noise), s * right, right, {}


@pair("fields", "Stein's lemma at a noisy point")
def _():
    bell = E[N(noise, 0, eye(d))]
    right = grad(bell(net(spot + s * noise)), spot)
    return bell(noise * net(spot + s * noise)), s * right, right, {}


@pair("fields", "the mean at a noisy point solves the heat equation")
def _():
    smooth = E[N(noise, 0, eye(d))](net(spot + s * noise))
    return D(smooth, s), s * laplacian(smooth, spot), laplacian(smooth, spot) / 2, {}


@pair("integrals", "over an exponential")
def _():
    right = Integral(f(y), (y, 0, oo))
    return Integral(f(exp(-u * x)) * exp(-u * x), line), right / u, right, {}


@pair("integrals", "over an inverse")
def _():
    right = Integral(f(y), (y, 0, oo))
    return Integral(f(u / y) / y**2, (y, 0, oo)), right / u, -right / u, {}


@pair("mixtures", "of smoothed normal laws, in vectors")
def _():
    point, mu = vector("y m", d)
    S, V = matrix("P Q", d, positive=True)
    return E[N(spot, mu, S)](N(point - spot, 0, V)), N(point, mu, S + V), N(point, -mu, S + V), {}
