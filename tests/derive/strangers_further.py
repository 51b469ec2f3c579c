"""Lines of another forty papers' derivations, each with a false neighbour: a sign, an index, a factor changed.

They enter the tables of `strangers` and `strangers_false`. It is longer than other files since it is a table.
"""

from sympy import Rational, cos, oo, pi, sin

from strangers_papers import pair
from vdmlib.derive import CE, ELBO, KL, MI, Derivative, E, H, Inequality, Integral, Integrate, Law, Limit, N, Product, Schedule, Subs, Sum
from vdmlib.derive import chain, det, div, exp, eye, fact, field, frac, grad, log, matrix, norm, phi, sqrt, symbol, symbols, tr, undefined, variables, vector

D, half = Derivative, Rational(1, 2)
t, T, K, d = symbols("t T K d", integer=True, positive=True)
i, n = symbols("i n", integer=True)
k = symbol("k", integer=True, positive=True)
al = Schedule("alpha")
bar = al.bar
a, b, c, m, w, x, y, x0, x1 = symbols("a b c m w x y x_0 x_1")
s, sd, v, h, u, r, R, Z = symbols("s sigma v h u r R Z", positive=True)
tau, theta = symbols("tau theta")
unit = symbol("rho", between=(0, 1))
f, g, f2 = undefined("f g F")
xv, yv, zv, ev = variables("X Y Z E")
p, q, pz, pxz = Law("p", xv), Law("q", xv), Law("p", zv), Law("p", xv, zv)
dens = undefined("p", positive=True)
X = chain("x")
pt, mu, nu = vector("z mu nu", d)


# --- consistency models


@pair("consistency", "the probability flow of a single point is a ray")
def _():
    path = m + (x - m) * u / s
    return D(path, u), frac(path - m, u), frac(path - m, s), {}


@pair("consistency", "the image is kept along a ray")
def _():
    f0 = lambda z, n: sd**2 / (n**2 + sd**2) * z + n * sd / sqrt(n**2 + sd**2) * w  # noqa: E731
    return Subs(D(f0(x, tau), tau), tau, 0), w, x, {}


@pair("easy consistency", "the loss's slope is the differential's square")
def _():
    left = Limit(((f(tau) - f(tau - h)) / h)**2, h, 0, "+")
    return left, D(f(tau), tau)**2, D(f(tau), tau), {}


@pair("continuous-time consistency", "the tangent in angles")
def _():
    net = cos(tau) * x - sin(tau) * sd * f(x, tau)
    right = -sin(tau) * x - cos(tau) * sd * f(x, tau) - sin(tau) * sd * D(f(x, tau), tau)
    return D(net, tau), right, right + 2 * sin(tau) * x, {}


@pair("shortcut models", "two half steps are a whole one")
def _():
    both = (f(x, tau) + f(x + h * f(x, tau), tau + h)) / 2
    return x + 2 * h * both, x + h * f(x, tau) + h * f(x + h * f(x, tau), tau + h), x + h * f(x, tau) - h * f(x + h * f(x, tau), tau + h), {}


@pair("mean flows", "the identity")
def _():
    mean = undefined("u")
    known = [fact((tau - r) * mean(tau, r), Integral(f(x), (x, r, tau)), forall=tau)]
    right = mean(tau, r) + (tau - r) * D(mean(tau, r), tau)
    return f(tau), right, mean(tau, r) - (tau - r) * D(mean(tau, r), tau), dict(facts=known)


# --- rectified flow, stochastic interpolants


@pair("rectified flow", "the mean of the ends is kept")
def _():
    v_ = undefined("v")
    known = [fact(v_(zv), E[pxz(xv | zv)](xv), forall=zv)]
    return E[pxz(zv)](zv + u * (v_(zv) - zv)), E[pxz(xv, zv)](zv + u * (xv - zv)), E[pxz(xv, zv)](xv + u * (zv - xv)), dict(facts=known)


@pair("rectified flow", "the velocity is the best guess", Inequality)
def _():
    v_ = undefined("v")
    named = [fact(v_(zv), E[pxz(xv | zv)](xv), forall=zv)]
    right = E[pxz(xv, zv)]((xv - v_(zv))**2)
    return E[pxz(xv, zv)]((xv - g(zv))**2), right, right + 1, dict(gap=E[pxz(zv)]((g(zv) - v_(zv))**2), facts=named)


@pair("rectified flow", "straightness: the cost by a mean speed", Inequality)
def _():
    mean = Integral(f(x), (x, 0, 1))
    return Integral(f(x)**2, (x, 0, 1)), mean**2, 2 * mean**2, dict(gap=Integral((f(x) - mean)**2, (x, 0, 1)))


@pair("stochastic interpolants", "the velocity from the score")
def _():
    score = D(log(N(x, unit * y, (1 - unit)**2)), x)
    return frac(x + (1 - unit) * score, unit), frac(y - x, 1 - unit), frac(y - x, unit), {}


@pair("stochastic interpolants", "the noise's own variance of a bridge")
def _():
    gam = sqrt(unit * (1 - unit))
    return gam * D(gam, unit), (1 - 2 * unit) / 2, (1 - unit) / 2, {}


# --- Schrödinger bridges


@pair("Schrödinger bridge", "the potentials' product solves the forward equation")
def _():
    A, B = undefined("A B", positive=True)
    heat = [fact(D(A(x, tau), tau), -half * s * D(A(x, tau), x, x), forall=(x, tau)), fact(D(B(x, tau), tau), half * s * D(B(x, tau), x, x), forall=(x, tau))]
    law = A(x, tau) * B(x, tau)
    right = lambda n: -D(law * n * s * D(log(A(x, tau)), x), x) + half * s * D(law, x, x)  # noqa: E731
    return D(law, tau), right(1), right(-1), dict(facts=heat)


@pair("Schrödinger bridge", "Hopf and Cole")
def _():
    A = undefined("A", positive=True)
    heat = [fact(D(A(x, tau), tau), -half * s * D(A(x, tau), x, x), forall=(x, tau))]
    V = s * log(A(x, tau))
    return D(V, tau) + half * D(V, x)**2, -half * s * D(V, x, x), half * s * D(V, x, x), dict(facts=heat)


@pair("I²SB", "the posterior between the ends")
def _():
    left = N(x, x0, u) * N(x1, x, v)
    return left, N(x, frac(v * x0 + u * x1, u + v), frac(u * v, u + v)) * N(x1, x0, u + v), N(x, frac(u * x0 + v * x1, u + v), frac(u * v, u + v)) * N(x1, x0, u + v), {}


@pair("entropic transport", "of normal laws, the slope in the correlation")
def _():
    info = -log(1 - unit**2) / 2
    return D(2 * u * v * unit - s * info, unit), 2 * u * v - s * unit / (1 - unit**2), 2 * u * v + s * unit / (1 - unit**2), {}


# --- discrete diffusion


@pair("D3PM", "the mask's share after t steps")
def _():
    return 1 - Product(1 - frac(1, T - i + 1), (i, 1, t)), t / T, 1 - t / T, dict(facts=[T > t])


@pair("D3PM", "the posterior of an absorbing step")
def _():
    return frac((al[t]) * bar[t - 1], bar[t]), 1 + 0 * x, bar[t], {}


@pair("masked diffusion", "the chance to be unmasked")
def _():
    A = undefined("alpha", between=(0, 1))
    return 1 - frac(1 - A(tau), 1 - A(r)) , frac(A(tau) - A(r), 1 - A(r)), frac(A(r) - A(tau), 1 - A(r)), {}


@pair("masked diffusion", "the loss of an order-free model")
def _():
    return Integral(unit**(n - 1) * (1 - unit)**0, (unit, 0, 1)), 1 / n, 1 / (n + 1), dict(facts=[n > 0])


@pair("concrete score", "the ratio by the log's difference")
def _():
    return frac(dens(y) - dens(x), dens(x)), exp(log(dens(y)) - log(dens(x))) - 1, exp(log(dens(x)) - log(dens(y))) - 1, {}


@pair("discrete flow matching", "a step's rate keeps the mixture")
def _():
    A = undefined("kappa", between=(0, 1))
    law = lambda z: (1 - A(z)) * a + A(z) * b  # noqa: E731
    return D(law(tau), tau), frac(D(A(tau), tau), 1 - A(tau)) * (b - law(tau)), frac(D(A(tau), tau), 1 - A(tau)) * (law(tau) - b), {}


# --- Analytic-DPM, EDM2, DPM-Solver++, guidance


@pair("Analytic-DPM", "the best variance, by the score's square")
def _():
    V = frac(v * s, v + s)
    score2 = E[N(xv, m, v + s)](D(log(N(xv, m, v + s)), xv)**2)
    return V, s - s**2 * score2, s + s**2 * score2, {}


@pair("Analytic-DPM", "the covariance of the posterior, any data")
def _():
    law = E[pz(zv)](N(y, zv, s))
    mean = E[pz(zv)](zv * N(y, zv, s)) / law
    left = E[pz(zv)](zv**2 * N(y, zv, s)) / law - mean**2
    return left, s + s**2 * D(log(law), y, y), s - s**2 * D(log(law), y, y), {}


@pair("Analytic-DPM", "a divergence is least at the moments", Inequality)
def _():
    named = [(m, E[p(xv)](xv)), (v, E[p(xv)]((xv - m)**2))]
    best = KL(p(xv), N(xv, m, v))
    return KL(p(xv), N(xv, a, u)), best, best + 1, dict(gap=(m - a)**2 / (2 * u) + phi(v / u) / 2, facts=named)


@pair("EDM2", "a sum that keeps its magnitude")
def _():
    left = E[N(xv, 0, 1)](E[N(yv, 0, 1)](frac((1 - unit) * xv + unit * yv, sqrt((1 - unit)**2 + unit**2))**2))
    return left, 1 + 0 * x, (1 - unit)**2 + unit**2, {}


@pair("EDM2", "the uncertainty's weight", Inequality)
def _():
    return v / exp(w) + w, 1 + log(v), 2 + log(v), dict(gap=phi(v * exp(-w)))


@pair("EDM2", "the width of a power-law average")
def _():
    prof = lambda z: (n + 1) * z**n  # noqa: E731
    mean = Integral(u * prof(u), (u, 0, 1))
    return mean, frac(n + 1, n + 2), frac(n, n + 1), dict(facts=[n > 0])


@pair("DPM-Solver++", "the second order's midpoint")
def _():
    D0, D1 = symbols("D_0 D_1")
    left = Integral(exp(-(h - w)) * (D0 + w * D1), (w, 0, h))
    return left, (1 - exp(-h)) * D0 + (h - 1 + exp(-h)) * D1, (1 - exp(-h)) * D0 + (h - 1 - exp(-h)) * D1, {}


@pair("SDE-DPM-Solver", "the noise of a step")
def _():
    return Integral(2 * exp(-2 * (h - w)), (w, 0, h)), 1 - exp(-2 * h), exp(-2 * h) - 1, {}


@pair("UniPC", "a correction's weight")
def _():
    left = Limit(frac(exp(h) - 1 - h, h**2), h, 0)
    return left, half + 0 * x, 1 + 0 * x, {}


@pair("guidance rescale", "the standard deviation is restored")
def _():
    left = E[N(xv, 0, v**2)]((xv * u / v)**2)
    return left, u**2, u**2 / v, {}


@pair("guidance rescale", "a mix of the two")
def _():
    scaled = unit * (u / v) * x + (1 - unit) * x
    return scaled, x * (1 + unit * (u - v) / v), x * (1 + unit * (u - v) / u), {}


@pair("guidance", "the score of a law over another")
def _():
    A, B = undefined("A B", positive=True)
    law = lambda z: A(z)**(1 + w) * B(z)**(-w)  # noqa: E731
    right = D(log(A(x)), x) + w * D(log(A(x) / B(x)), x)
    return D(log(law(x)), x), right, right - 2 * w * D(log(A(x) / B(x)), x), {}


# --- score distillation


@pair("score distillation", "the slope of a divergence by the noise's error")
def _():
    A = undefined("q", positive=True)
    left = D(E[N(ev, 0, 1)](log(N(f(theta) * a + s * ev, a * f(theta), s**2)) - log(A(a * f(theta) + s * ev))), theta)
    right = -a * D(f(theta), theta) * E[N(ev, 0, 1)](Subs(D(log(A(x)), x), x, a * f(theta) + s * ev))
    return left, right, -right, {}


@pair("score distillation", "the noise is a control variate")
def _():
    return E[N(ev, 0, 1)](w * (g(theta) - ev) * D(f(theta), theta)), w * g(theta) * D(f(theta), theta), w * (g(theta) - 1) * D(f(theta), theta), {}


@pair("diff-instruct", "the slope of an integral divergence")
def _():
    A, B = Law("q", xv), Law("p", xv)
    return E[A(xv)](log(A(xv)) - log(B(xv))), KL(A(xv), B(xv)), KL(B(xv), A(xv)), {}


# --- autoencoders and their bounds


@pair("InfoVAE", "the bound in three terms")
def _():
    A, C = Law("q", xv, zv), Law("p", xv, zv)
    left = E[A(xv)](ELBO(A(zv | xv), C(xv, zv)))
    right = -KL(A(zv), C(zv)) - E[A(zv)](KL(A(xv | zv), C(xv | zv))) - H(A(xv))
    return left, right, right + 2 * H(A(xv)), {}



@pair("InfoVAE", "with weights of the two terms")
def _():
    A, C = Law("q", xv, zv), Law("r", zv)
    left = (1 - w) * E[A(xv)](KL(A(zv | xv), C(zv))) + (w + b - 1) * KL(A(zv), C(zv))
    right = (1 - w) * MI(A(xv, zv), xv) + b * KL(A(zv), C(zv))
    return left, right, right + w * KL(A(zv), C(zv)), {}


@pair("VAE", "β as a colder likelihood")
def _():
    left = E[q(xv)](log(N(y, xv, v))) - b * KL(q(xv), p(xv))
    right = lambda n: b * (E[q(xv)](-(y - xv)**2 / (2 * v * n)) - KL(q(xv), p(xv))) - log(2 * pi * v) / 2  # noqa: E731
    return left, right(b), right(1 / b), dict(facts=[b > 0])


@pair("VAE", "the rate of a normal code, its slope in the scale")
def _():
    return D(KL(N(xv, m, v), N(xv, 0, 1)), v), (1 - 1 / v) / 2, (1 + 1 / v) / 2, {}


@pair("DReG", "the score term by the path")
def _():
    law = N(xv, theta, v)
    left = E[law](f(xv)**2 * D(log(law), theta))
    right = E[law](2 * f(xv) * D(f(xv), xv))
    return left, right, right / 2, {}


@pair("IWAE", "many samples of a small effect")
def _():
    left = Limit(K * E[p(xv)](log(1 + g(xv) / K)), K, oo)
    return left, E[p(xv)](g(xv)), -E[p(xv)](g(xv)), {}


@pair("IWAE", "the mean weight's variance")
def _():
    copies = Law("p", X[1:K], iid=True)
    weigh = undefined("w", positive=True)
    mean = E[copies(X[1])](weigh(X[1]))
    left = E[copies(X[1:K])]((Sum(weigh(X[k]), (k, 1, K)) / K)**2) - mean**2
    right = (E[copies(X[1])](weigh(X[1])**2) - mean**2) / K
    return left, right, right * K, dict(times={K: 1})


# --- normalising flows


@pair("flows", "a composition's determinant")
def _():
    A, B = matrix("A B", d)
    return log(det(A * B)**2), log(det(A)**2) + log(det(B)**2), log(det(A)**2) * log(det(B)**2), dict()


@pair("flows", "a residual step to the first order")
def _():
    return Subs(D(log(1 + h * f(x)), h), h, 0), f(x), f(x)**2, {}


@pair("flows", "radial: the determinant")
def _():
    return det((1 + c) * eye(d) + a * pt * pt.T), (1 + c)**(d - 1) * (1 + c + a * pt.T * pt), (1 + c)**d * (1 + c + a * pt.T * pt), {}


@pair("FFJORD", "the log-density along a linear flow")
def _():
    A = matrix("A", d)
    return div(A * pt, pt), tr(A), d * tr(A), {}


@pair("glow", "a normal law through an invertible map")
def _():
    A = matrix("A", d, positive=True)
    return N(A * pt, mu, A * A.T) * det(A), N(pt, A**-1 * mu, eye(d)), N(pt, A * mu, eye(d)), {}


# --- Langevin, ULA, Stein


@pair("ULA", "a contraction, for a quadratic", Inequality)
def _():
    return (x - y)**2, ((1 - h * u) * (x - y))**2, (x - y)**2 + 1, dict(gap=h * u * (2 - h * u) * (x - y)**2, facts=[h * u < 2])


@pair("Langevin", "the flux by a slope of logs")
def _():
    A, V = undefined("q", positive=True), undefined("V")
    law = A(x, tau)
    flux = law * D(V(x), x) + D(law, x)
    return flux, law * D(log(law) + V(x), x), law * D(log(law) - V(x), x), {}


@pair("Langevin", "the Ornstein–Uhlenbeck mean")
def _():
    g_ = m + (x - m) * exp(-theta * tau)
    return D(g_, tau), theta * (m - g_), theta * (g_ - m), {}


@pair("Stein", "the operator in vectors has mean 0")
def _():
    S = matrix("S", d, positive=True)
    F = field("F", d)
    law = N(pt, mu, S)
    return E[law](grad(log(law), pt).T * F(pt) + div(F(pt), pt)), 0 * x, 1 + 0 * x, {}


@pair("Stein", "a kernel's discrepancy of normal laws")
def _():
    left = E[N(xv, m, 1)](-xv * f(xv) + D(f(xv), xv))
    return left, -m * E[N(xv, m, 1)](f(xv)), m * E[N(xv, m, 1)](f(xv)), {}


@pair("Stein", "the field of the radial kernel")
def _():
    k_ = exp(-(x - y)**2 / (2 * v))
    return D(k_, x, y), (1 / v - (x - y)**2 / v**2) * k_, ((x - y)**2 / v**2 - 1 / v) * k_, {}


@pair("Fisher", "two forms, under a normal law in vectors")
def _():
    S = matrix("S", d, positive=True)
    law = N(pt, mu, S)
    return E[law](norm(grad(log(law), pt))**2), tr(S**-1), tr(S), {}


@pair("Fisher", "a change of the parameter")
def _():
    left = E[N(xv, f(theta), v)](D(log(N(xv, f(theta), v)), theta)**2)
    return left, D(f(theta), theta)**2 / v, D(f(theta), theta) / v, {}


@pair("natural gradient", "the divergence's Hessian")
def _():
    left = Subs(D(KL(N(xv, theta, v), N(xv, w, v)), w, w), w, theta)
    return left, 1 / v, v, {}


# --- transport


@pair("transport", "Benamou and Brenier: a straight path costs the square", Inequality)
def _():
    mean = f(1) - f(0)
    cost = Integral(D(f(tau), tau)**2, (tau, 0, 1))
    return cost, mean**2, 2 * mean**2, dict(gap=Integral((D(f(tau), tau) - mean)**2, (tau, 0, 1)))


@pair("transport", "the dual's bound", Inequality)
def _():
    known = [fact(f(xv) + g(zv) <= (xv - zv)**2, forall=(xv, zv))]
    right = E[pxz(xv)](f(xv)) + E[pxz(zv)](g(zv))
    return E[pxz(xv, zv)]((xv - zv)**2), right, right + 1, dict(gap=E[pxz(xv, zv)]((xv - zv)**2 - f(xv) - g(zv)), facts=known)


@pair("transport", "Talagrand for a shifted normal law")
def _():
    return 2 * KL(N(xv, m, 1), N(xv, 0, 1)), m**2, m, {}


@pair("transport", "Brenier's map between normal laws pushes")
def _():
    return E[N(xv, m, u**2)](f(a + v / u * (xv - m))), E[N(xv, a, v**2)](f(xv)), E[N(xv, a, u**2)](f(xv)), {}


# --- Girsanov, Kalman, smoothing, variational


@pair("Girsanov", "a step's log-ratio")
def _():
    left = log(frac(N(y, x + h * f(x), h), N(y, x, h)))
    return left, f(x) * (y - x) - h * f(x)**2 / 2, f(x) * (y - x) + h * f(x)**2 / 2, {}


@pair("Girsanov", "with a diffusion")
def _():
    left = KL(N(xv, x + h * f(x), s**2 * h), N(xv, x + h * g(x), s**2 * h))
    return left, h * (f(x) - g(x))**2 / (2 * s**2), h * (f(x) - g(x))**2 / (2 * s), {}


@pair("Kalman", "the steady variance")
def _():
    V = (1 + sqrt(1 + 4 * R)) / 2
    return 1 + V - frac(V**2, V + R), V, V + 1, {}


@pair("Kalman", "the innovation is independent of the past, in vectors")
def _():
    S, V, A = matrix("P", d, positive=True), matrix("R", d, positive=True), matrix("H", d)
    G = S * A.T * (A * S * A.T + V)**-1
    return G * (A * S * A.T + V) * G.T, S * A.T * (A * S * A.T + V)**-1 * A * S, S * A.T * (A * S * A.T + V)**-1 * A, {}


@pair("RTS", "in information form")
def _():
    return frac(1, 1 / u + a**2 / (v + R)), u - frac(u**2 * a**2, a**2 * u + v + R), u + frac(u**2 * a**2, a**2 * u + v + R), {}


@pair("variational", "the best factor is an average's exponential", Inequality)
def _():
    q1, best = Law("q", xv), Law("b", xv)
    facts = [(best(xv), exp(f(xv)) / Z), (Z, Integrate[xv](exp(f(xv))))]
    right = E[q1(xv)](f(xv)) + H(q1(xv))
    return log(Z), right, right + 1, dict(gap=KL(q1(xv), best(xv)), facts=facts)


@pair("variational", "the local bound of a sigmoid's log")
def _():
    left = log(frac(1, 1 + exp(-x)))
    return left, x / 2 - log(exp(x / 2) + exp(-x / 2)), x / 2 + log(exp(x / 2) + exp(-x / 2)), {}


@pair("variational", "expectation propagation: the moments match", Inequality)
def _():
    named = [(m, E[p(xv)](xv)), (v, E[p(xv)]((xv - m)**2))]
    return CE(p(xv), N(xv, a, u)), CE(p(xv), N(xv, m, v)), CE(p(xv), N(xv, m, v)) + 1, dict(gap=(m - a)**2 / (2 * u) + phi(v / u) / 2, facts=named)


@pair("predictor–corrector", "a Langevin step of a normal law")
def _():
    left = E[N(xv, 0, v)](N(y, xv - h * xv / v, 2 * h))
    return left, N(y, 0, v + h**2 / v), N(y, 0, v - h**2 / v), {}


@pair("classifier guidance", "the shifted mean to the first order")
def _():
    left = log(N(x, m, v)) + f(m) + (x - m) * g(m)
    right = lambda n: log(N(x, m + n * v * g(m), v)) + f(m) + n * v * g(m)**2 / 2  # noqa: E731
    return left, right(1), right(-1), {}


@pair("diffusion as a VAE", "the prior's divergence vanishes")
def _():
    return Limit(KL(N(xv, u * y, 1 - u**2), N(xv, 0, 1)), u, 0, "+"), 0 * x, y**2 / 2, {}


# --- lengths, angles, traces


@pair("vectors", "Cauchy and Schwarz", Inequality)
def _():
    return norm(mu) * norm(nu), mu.T * nu, 2 * mu.T * nu, dict(gap=norm(mu) * norm(nu) - mu.T * nu)


@pair("vectors", "Cauchy and Schwarz under a covariance", Inequality)
def _():
    S = matrix("S", d, positive=True)
    left = (mu.T * S * mu) * (nu.T * S * nu)
    return left, (mu.T * S * nu)**2, 2 * (mu.T * S * nu)**2, dict(gap=left - (mu.T * S * nu)**2)


@pair("vectors", "the triangle", Inequality)
def _():
    left, right = norm(mu) + norm(nu), norm(mu - nu)
    return left, right, 2 * right, dict(gap=left - right)


@pair("vectors", "a square of three", Inequality)
def _():
    left, right = norm(mu)**2 + norm(nu)**2 + norm(pt)**2, norm(mu + nu + pt)**2
    return 3 * left, right, right + left, dict(gap=3 * left - right)


@pair("vectors", "the trace of two covariances", Inequality)
def _():
    S, V = matrix("P Q", d, positive=True)
    return tr(S * V), 0, tr(S), dict(gap=tr(S * V))


@pair("vectors", "the slope of a log-determinant")
def _():
    A = matrix("A", d)
    right = tr((eye(d) + w * A)**-1 * A)
    return D(log(det(eye(d) + w * A)), w), right, d * right, {}


@pair("vectors", "the slope of a log-density in its noise")
def _():
    S = matrix("S", d, positive=True)
    V = S + v * eye(d)
    right = lambda k: norm(V**-1 * (pt - mu))**2 / k - tr(V**-1) / 2  # noqa: E731
    return D(log(N(pt, mu, V)), v), right(2), right(1), {}


@pair("vectors", "the slope of a form with an inverse")
def _():
    S, V = matrix("P Q", d, positive=True)
    inner = (S + v * V)**-1
    return D(mu.T * inner * mu, v), -mu.T * inner * V * inner * mu, mu.T * inner * V * inner * mu, {}


# --- sums from the other end, and over a triangle


@pair("sums", "backwards in time")
def _():
    return Sum(f(t), (t, 1, T)), Sum(f(T + 1 - t), (t, 1, T)), Sum(f(T - t), (t, 1, T)), dict(times={T: 1})


@pair("sums", "a convolution from both ends")
def _():
    return Sum(f(i) * g(T - i), (i, 0, T)), Sum(g(i) * f(T - i), (i, 0, T)), Sum(g(i) * f(T - i), (i, 1, T)), dict(times={T: 1})


@pair("sums", "over a triangle, in the other order")
def _():
    left = Sum(Sum(f2(t, k), (k, 1, t)), (t, 1, T))
    return left, Sum(Sum(f2(t, k), (t, k, T)), (k, 1, T)), Sum(Sum(f2(k, t), (t, k, T)), (k, 1, T)), dict(times={T: 1})


@pair("sums", "below the diagonal, in the other order")
def _():
    left = Sum(Sum(f2(t, k), (k, 1, t - 1)), (t, 1, T))
    return left, Sum(Sum(f2(t, k), (t, k + 1, T)), (k, 1, T)), Sum(Sum(f2(t, k), (t, k, T)), (k, 1, T)), dict(times={T: 1})


@pair("sums", "rewards to come")
def _():
    return Sum(f(t) * Sum(g(k), (k, 1, t)), (t, 1, T)), Sum(g(k) * Sum(f(t), (t, k, T)), (k, 1, T)), Sum(g(k) * Sum(f(t), (t, k, T)), (k, 2, T)), dict(times={T: 1})


# --- even, odd, symmetric


@pair("mirrors", "the integral of an odd function")
def _():
    return Integral(f(x), (x, -u, u)), 0 * x, 1 + 0 * x, dict(facts=[fact(f(-x), -f(x), forall=x)])


@pair("mirrors", "an even function's integral is twice its half")
def _():
    right = Integral(f(x), (x, 0, u))
    return Integral(f(x), (x, -u, u)), 2 * right, right, dict(facts=[fact(f(-x), f(x), forall=x)])


@pair("mirrors", "an odd function under a centred normal law")
def _():
    return E[N(x, 0, v)](f(x)), 0 * m, m, dict(facts=[fact(f(-x), -f(x), forall=x)])


@pair("mirrors", "a sigmoid under a centred normal law")
def _():
    return E[N(x, 0, v)](f(x)), half + 0 * m, 1 + 0 * m, dict(facts=[fact(f(-x), 1 - f(x), forall=x)])


@pair("mirrors", "the slopes of a symmetric kernel")
def _():
    other = Subs(D(f2(b, y), y), y, a)
    return D(f2(a, b), a), other, -other, dict(facts=[fact(f2(x, y), f2(y, x), forall=(x, y))])


# --- limits


@pair("limits", "an average that forgets")
def _():
    old = unit**k
    return Limit(old * a + (1 - old) * b, k, oo), b, a, {}


@pair("limits", "a geometric sum")
def _():
    return Limit((1 - unit**k) / (1 - unit), k, oo), 1 / (1 - unit), unit / (1 - unit), {}


@pair("limits", "a real power of a signal")
def _():
    return Limit(unit**u, u, oo), 0 * a, 1 + 0 * a, {}
