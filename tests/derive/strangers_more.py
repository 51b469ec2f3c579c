"""Lines of another forty papers' derivations, each with a false neighbour: a sign, an index, a factor changed.

They enter the tables of `strangers` and `strangers_false`. It is longer than other files since it is a table.
"""

from sympy import Max, Min, Rational, cosh, oo, pi

from strangers_papers import pair
from vdmlib.derive import KL, MI, Derivative, E, H, Inequality, Integral, Integrate, Law, Limit, N, Schedule, Subs, Sum
from vdmlib.derive import Product, chain, exp, eye, fact, frac, log, matrix, phi, sqrt, symbol, symbols, tr, undefined, variables, vector

D, half = Derivative, Rational(1, 2)
t, T, K, d = symbols("t T K d", integer=True, positive=True)
i, j, k = symbols("i j k", integer=True)
bar, al = Schedule("alpha").bar, Schedule("alpha")
a, b, c, m, w, x, y, e, f0, x0, x1 = symbols("a b c m w x y epsilon f x_0 x_1")
s, sd, v, h, u, r, P, Q, R = symbols("sigma s v h u r P Q R", positive=True)
at, as_, st, ss = symbols("alpha_t alpha_s sigma_t sigma_s", positive=True)
tau, theta = symbol("tau"), symbol("theta")
unit = symbol("rho", between=(0, 1))
f, g, q0 = undefined("f g q")
xv, yv, zv = variables("X Y Z")
p, q = Law("p", xv), Law("q", xv)
pz, pxz = Law("p", zv), Law("p", xv, zv)
px = undefined("p", positive=True)
line = (x, -oo, oo)
X = chain("x")
one = dict(times={T: 1})


# --- consistency, its losses

huber = sqrt(x**2 + u**2) - u


@pair("consistency", "Pseudo-Huber is no less than 0", Inequality)
def _():
    return sqrt(x**2 + u**2), u, u + 1, dict(gap=huber)


@pair("consistency", "Pseudo-Huber's slope")
def _():
    return D(huber, x), x / sqrt(x**2 + u**2), u / sqrt(x**2 + u**2), {}


@pair("consistency", "Pseudo-Huber is a square for a large c")
def _():
    return Limit(u * huber, u, oo), half * x**2, x**2, {}


# --- score SDEs: the kernels

beta, B = undefined("beta", positive=True), undefined("B", positive=True)
clock = [fact(D(B(tau), tau), beta(tau), forall=tau)]


@pair("score SDE", "the VE kernel solves its equation")
def _():
    V = undefined("V", positive=True)
    law = N(x, x0, V(tau))
    return D(law, tau), half * D(V(tau), tau) * D(law, x, x), D(V(tau), tau) * D(law, x, x), {}


@pair("score SDE", "the VP kernel solves its equation")
def _():
    law = N(x, exp(-B(tau) / 2) * x0, 1 - exp(-B(tau)))
    right = lambda k: half * beta(tau) * D(x * law, x) + k * beta(tau) * D(law, x, x)  # noqa: E731
    return D(law, tau), right(half), right(1), dict(facts=clock)


@pair("score SDE", "the sub-VP kernel solves its equation")
def _():
    law = N(x, exp(-B(tau) / 2) * x0, (1 - exp(-B(tau)))**2)
    right = lambda k: half * beta(tau) * D(x * law, x) + half * beta(tau) * (1 - exp(-k * B(tau))) * D(law, x, x)  # noqa: E731
    return D(law, tau), right(2), right(1), dict(facts=clock)


@pair("score SDE", "the VP variance solves its equation")
def _():
    V = 1 + exp(-B(tau)) * (w - 1)
    return D(V, tau), beta(tau) * (1 - V), beta(tau) * V, dict(facts=clock)


@pair("score SDE", "∫β of a linear β")
def _():
    return Integral(a + r * (b - a), (r, 0, u)), a * u + half * u**2 * (b - a), a * u + u**2 * (b - a), {}


# --- DDPM and what followed


@pair("iDDPM", "the smaller variance is no larger", Inequality)
def _():
    small = frac(1 - bar[t - 1], 1 - bar[t]) * (1 - al[t])
    return 1 - al[t], small, small + 1, dict(gap=(1 - al[t]) * frac(bar[t - 1] - bar[t], 1 - bar[t]))


@pair("iDDPM", "variances between, in logs")
def _():
    return exp(w * log(u) + (1 - w) * log(v)), u**w * v**(1 - w), u**w * v**w, {}


@pair("DDPM", "the weight of the noise's error")
def _():
    mean = lambda e: frac(1, sqrt(al[t])) * (x - frac(1 - al[t], sqrt(1 - bar[t])) * e)  # noqa: E731
    right = frac((1 - al[t])**2, 2 * s**2 * al[t] * (1 - bar[t])) * (e - f0)**2
    return KL(N(xv, mean(e), s**2), N(xv, mean(f0), s**2)), right, 2 * right, {}


@pair("PNDM", "the transfer of a step")
def _():
    A, C = symbol("a", between=(0, 1)), symbol("b", between=(0, 1))
    left = sqrt(frac(C, A)) * x - frac(C - A, sqrt(A) * (sqrt((1 - C) * A) + sqrt((1 - A) * C))) * e
    ddim = lambda sign: sqrt(C) * frac(x - sqrt(1 - A) * e, sqrt(A)) + sign * sqrt(1 - C) * e  # noqa: E731
    return left, ddim(1), ddim(-1), {}


@pair("PNDM", "the weights of Adams and Bashforth")
def _():
    return Integral((1 + w) * a - w * b, (w, 0, 1)), frac(3, 2) * a - b / 2, frac(3, 2) * a + b / 2, {}


@pair("DPM-Solver", "α by half the log-SNR")
def _():
    lam = log(at / st)
    return at**2, frac(1, 1 + exp(-2 * lam)), frac(1, 1 + exp(2 * lam)), dict(facts=[(at**2 + st**2, 1)])


@pair("DPM-Solver++", "the first order in the image")
def _():
    step = log(at / st) - log(as_ / ss)
    left = lambda sign: st / ss * x - at * (exp(-step) - 1) * x0 * sign  # noqa: E731
    return left(1), st / ss * x + (at - st / ss * as_) * x0, st / ss * x - (at - st / ss * as_) * x0, {}


@pair("DPM-Solver++", "the exponential integral")
def _():
    left = st * Integral(exp(w) * x0, (w, log(as_ / ss), log(at / st)))
    return left, (at - st / ss * as_) * x0, (at + st / ss * as_) * x0, {}


@pair("DEIS", "variation of constants")
def _():
    A = symbol("A")
    path = lambda z: exp(A * z) * (x0 + Integral(exp(-A * w) * f(w), (w, 0, z)))  # noqa: E731
    return D(path(u), u), A * path(u) + f(u), A * path(u) - f(u), {}


# --- EDM


@pair("EDM", "the weight is one over c_out²")
def _():
    out = frac(s * sd, sqrt(s**2 + sd**2))
    return frac(s**2 + sd**2, (s * sd)**2) * out**2, 1 + 0 * s, 2 + 0 * s, {}


@pair("EDM", "c_in gives unit variance")
def _():
    inner = lambda z: E[N(yv, 0, sd**2)](E[N(xv, 0, s**2)]((frac(1, sqrt(s**2 + z)) * (yv + xv))**2))  # noqa: E731
    return inner(sd**2), 1 + 0 * s, s, {}


# --- VDM++ and distillation


@pair("VDM++", "the weighted loss by parts")
def _():
    W, L = undefined("w L")
    inner = Integral(W(r) * D(L(r), r), (r, 0, 1))
    rest = Integral(D(W(r), r) * L(r), (r, 0, 1))
    return inner, W(1) * L(1) - W(0) * L(0) - rest, W(1) * L(1) - W(0) * L(0) + rest, {}


@pair("VDM++", "the cosine schedule's density of log-SNR")
def _():
    return Integral(frac(1, 2 * pi * cosh(w / 2)), (w, -oo, oo)), 1 + 0 * m, 2 + 0 * m, {}


@pair("VDM++", "two sigmoids")
def _():
    return frac(1, 1 + exp(-w)) + frac(1, 1 + exp(w)), 1 + 0 * w, exp(w), {}


@pair("distillation", "the truncated weight is the larger error")
def _():
    noise = (frac(e - at * x, st) - frac(e - at * y, st))**2
    return Max((x - y)**2, noise), Max(1, frac(at**2, st**2)) * (x - y)**2, Min(1, frac(at**2, st**2)) * (x - y)**2, {}


# --- guidance


@pair("guidance", "the score of the sharpened law")
def _():
    one, two = undefined("p_c p", positive=True)
    right = lambda sign: (1 + w) * D(log(one(x)), x) - sign * w * D(log(two(x)), x)  # noqa: E731
    return D(log(one(x)**(1 + w) * two(x)**(-w)), x), right(1), right(-1), {}


@pair("guidance", "the guided score of two normal laws")
def _():
    precision, mean = (1 + w) / u - w / v, (1 + w) * m / u - w * c / v
    left = (1 + w) * D(log(N(x, m, u)), x) - w * D(log(N(x, c, v)), x)
    return left, mean - precision * x, mean + precision * x, {}


# --- Stein and Fisher

score = D(log(px(x)), x)


@pair("Stein", "the identity on the line")
def _():
    return Integral(px(x) * (D(f(x), x) + f(x) * score), line), 0 * m, 1 + 0 * m, {}


@pair("Stein", "implicit score matching")
def _():
    own, cross = Integral(px(x) * score**2, line), Integral(px(x) * (g(x)**2 + 2 * D(g(x), x)), line)
    return Integral(px(x) * (score - g(x))**2, line), own + cross, own - cross, {}


@pair("Fisher", "the divergence of two normal laws")
def _():
    left = E[N(xv, m, u)]((-(xv - m) / u + (xv - c) / v)**2)
    return left, u * (1 / v - 1 / u)**2 + (m - c)**2 / v**2, u * (1 / v - 1 / u)**2 + (m - c)**2 / v, {}


@pair("Fisher", "log-Sobolev for normal laws", Inequality)
def _():
    left = half * E[N(xv, m, v)]((xv - (xv - m) / v)**2)
    return left, KL(N(xv, m, v), N(xv, 0, 1)), KL(N(xv, m, v), N(xv, 0, 1)) + half * phi(v), dict(gap=half * phi(1 / v))


@pair("Fisher", "a small step's divergence")
def _():
    return Limit(KL(N(xv, m, v), N(xv, m + w, v)) / w**2, w, 0), frac(1, 2 * v), frac(1, v), {}


@pair("Fisher", "the divergence's curvature")
def _():
    return Subs(D(KL(N(xv, m, v), N(xv, c, u)), c, c), u, v), 1 / v, 2 / v, {}


@pair("Stein", "parts on a half-line")
def _():
    left, rest = Integral(f(x) * D(g(x), x), (x, 0, oo)), Integral(g(x) * D(f(x), x), (x, 0, oo))
    return left, -f(0) * g(0) - rest, f(0) * g(0) - rest, {}


@pair("Stein", "the generator and its adjoint")
def _():
    left = Integral(f(x) * (half * D(px(x), x, x) - D(g(x) * px(x), x)), line)
    right = lambda sign: Integral(px(x) * (half * D(f(x), x, x) + sign * g(x) * D(f(x), x)), line)  # noqa: E731
    return left, right(1), right(-1), {}


heat = [fact(D(px(x, tau), tau), half * D(px(x, tau), x, x), forall=(x, tau))]


@pair("de Bruijn", "on the line")
def _():
    fisher = Integral(px(x, tau) * D(log(px(x, tau)), x)**2, line)
    return D(-Integral(px(x, tau) * log(px(x, tau)), line), tau), half * fisher, fisher, dict(facts=heat, seconds=300)


@pair("de Bruijn", "the slope of the second moment")
def _():
    mass = Integral(px(x, tau), line)
    return D(Integral(x**2 * px(x, tau), line), tau), mass, 2 * mass, dict(facts=heat)


# --- Girsanov


@pair("Girsanov", "paths of normal steps")
def _():
    A, C = Law("p", X[0:T], markov=True), Law("q", X[0:T], markov=True)
    steps = [fact(A(X[t] | X[t - 1]), N(X[t], X[t - 1] + h * f(X[t - 1]), h), forall=t),
             fact(C(X[t] | X[t - 1]), N(X[t], X[t - 1] + h * g(X[t - 1]), h), forall=t), (C(X[0]), A(X[0]))]
    right = h * Sum(E[A(X[t - 1])]((f(X[t - 1]) - g(X[t - 1]))**2), (t, 1, T))
    return KL(A(X[0:T]), C(X[0:T])), right / 2, right, dict(facts=steps, **one)


@pair("Girsanov", "Cameron and Martin at one time")
def _():
    return E[N(xv, 0, u)](f(xv) * exp(m * xv - m**2 * u / 2)), E[N(xv, m * u, u)](f(xv)), E[N(xv, m, u)](f(xv)), {}


# --- discrete diffusion


@pair("MDLM", "the rate in continuous time")
def _():
    return Limit(r * (f(tau - 1 / r) - f(tau)), r, oo), -D(f(tau), tau), D(f(tau), tau), {}


@pair("multinomial", "the posterior's normaliser where x_t is not x_0")
def _():
    A, C = bar[t - 1], al[t]
    left = (A + frac(1 - A, K)) * frac(1 - C, K) + frac(1 - A, K) * (C + frac(1 - C, K)) + (K - 2) * frac((1 - A) * (1 - C), K**2)
    return left, frac(1 - bar[t], K), frac(1 - bar[t - 1], K), {}


@pair("SEDD", "score entropy is no less than 0", Inequality)
def _():
    return u - v * log(u), v - v * log(v), v + v * log(v) + 1, dict(gap=v * phi(u / v))


@pair("SEDD", "the ratio of marginals is a conditional mean")
def _():
    A, C = Law("p", xv, zv), Law("r", yv | zv)
    right = E[A(zv)](C(yv | zv))
    return E[A(zv | xv)](frac(C(yv | zv), A(xv | zv))), frac(right, A(xv)), right, {}


@pair("slopes", "of a mean of a function with a parameter")
def _():
    right = E[p(xv)](f(xv, theta) * D(f(xv, theta), theta))
    return D(E[p(xv)](f(xv, theta)**2), theta), 2 * right, right, {}


@pair("slopes", "of an energy's log-partition")
def _():
    left = D(log(E[p(xv)](exp(-f(xv, theta)))), theta)
    right = E[p(xv)](exp(-f(xv, theta)) * D(f(xv, theta), theta)) / E[p(xv)](exp(-f(xv, theta)))
    return left, -right, right, {}


@pair("slopes", "a second one, under a weight that moves too")
def _():
    left, mean = D(g(theta) * E[p(xv)](f(xv, theta)), theta), E[p(xv)](f(xv, theta))
    rest = g(theta) * E[p(xv)](D(f(xv, theta), theta))
    return left, D(g(theta), theta) * mean + rest, g(theta) * mean + rest, {}


@pair("mixtures", "the mean under a half of each")
def _():
    law = Law("m", xv)
    left = E[p(xv)](f(xv)) + E[q(xv)](f(xv))
    return E[law(xv)](f(xv)), left / 2, left, dict(facts=[(law(xv), (p(xv) + q(xv)) / 2)])


@pair("mixtures", "a divergence to a half of each")
def _():
    law = Law("m", xv)
    left = lambda n: E[p(xv)](log(frac(n * p(xv), p(xv) + q(xv))))  # noqa: E731
    return KL(p(xv), law(xv)), left(2), left(1), dict(facts=[(law(xv), (p(xv) + q(xv)) / 2)])


@pair("tilting", "weights of two normal laws")
def _():
    left = E[N(xv, m, v)](f(xv) * frac(N(xv, c, v), N(xv, m, v)))
    return left, E[N(xv, c, v)](f(xv)), E[N(xv, m, v)](f(xv)), {}


# --- bounds of autoencoders


@pair("β-VAE", "the rate bounds the information", Inequality)
def _():
    A, C = Law("q", xv, zv), Law("r", zv)
    return E[A(xv)](KL(A(zv | xv), C(zv))), MI(A(xv, zv), xv), H(A(zv)), dict(gap=KL(A(zv), C(zv)))


@pair("wake-sleep", "the sleep phase")
def _():
    A, C = Law("p", xv, zv), Law("q", zv | xv)
    left, div = E[A(xv, zv)](log(C(zv | xv))), E[A(xv)](KL(A(zv | xv), C(zv | xv)))
    return left, -div - E[A(xv)](H(A(zv | xv))), div - E[A(xv)](H(A(zv | xv))), {}


@pair("EM", "a step's gain")
def _():
    A, C = Law("p", xv, zv), Law("r", xv, zv)
    gain, div = E[A(zv | xv)](log(C(xv, zv)) - log(A(xv, zv))), KL(A(zv | xv), C(zv | xv))
    return log(C(xv)) - log(A(xv)), gain + div, gain - div, {}


@pair("EM", "the slope of the M-step")
def _():
    rho, pt = undefined("r"), undefined("y")
    right = Sum(rho(i) * (pt(i) - m), (i, 1, K)) / v
    return D(Sum(rho(i) * log(N(pt(i), m, v)), (i, 1, K)), m), right, right / v, {}


@pair("IWAE", "copies' exponentials")
def _():
    copies = Law("p", X[1:K], iid=True)
    return E[copies(X[1:K])](exp(Sum(f(X[k]), (k, 1, K)))), E[copies(X[1])](exp(f(X[1])))**K, E[copies(X[1])](exp(f(X[1])))**(K - 1), dict(times={K: 1})


@pair("VIMCO", "the mean of the others is a fair baseline")
def _():
    copies = Law("p", X[1:K], iid=True)
    total = Sum(f(X[k]), (k, 1, K))
    left = E[copies(X[1:K])](g(X[1]) * frac(total - f(X[1]), K - 1))
    right = E[copies(X[1])](g(X[1])) * E[copies(X[1])](f(X[1]))
    return left, right, E[copies(X[1])](g(X[1]) * f(X[1])), dict(times={K: 2})


@pair("CUBO", "the second moment of the weights", Inequality)
def _():
    wf = undefined("w", positive=True)
    named = [(u, E[q(xv)](wf(xv)))]
    return E[q(xv)](wf(xv)**2), u**2, 2 * u**2, dict(gap=E[q(xv)]((wf(xv) - u)**2), facts=named)


copies = Law("p", X[1:K], iid=True)
all_, one_ = E[copies(X[1:K])], E[copies(X[1])]
sums, weigh = Sum(f(X[k]), (k, 1, K)), undefined("w", positive=True)


@pair("copies", "exponentials beside a sum")
def _():
    tilted, rest = K * one_(exp(f(X[1])) * g(X[1])), one_(exp(f(X[1])))
    return all_(exp(sums) * Sum(g(X[k]), (k, 1, K))), tilted * rest**(K - 1), tilted * rest**K, {}


@pair("copies", "exponentials beside a square")
def _():
    total = Sum(g(X[k]), (k, 1, K))
    rest, first, second = one_(exp(f(X[1]))), one_(exp(f(X[1])) * g(X[1])), one_(exp(f(X[1])) * g(X[1])**2)
    right = lambda n: K * second * rest**(K - 1) + n * first**2 * rest**(K - 2)  # noqa: E731
    return all_(exp(sums) * total**2), right(K * (K - 1)), right(K**2), {}


@pair("copies", "the variance of a product of weights")
def _():
    second, mean = one_(weigh(X[1])**2), one_(weigh(X[1]))
    left = all_((Product(weigh(X[k]), (k, 1, K)) - mean**K)**2)
    return left, second**K - mean**(2 * K), second**K - mean**K, {}


@pair("copies", "cumulants add")
def _():
    return log(all_(exp(w * sums))), K * log(one_(exp(w * f(X[1])))), log(one_(exp(K * w * f(X[1])))), {}


@pair("copies", "a square in the exponent is no sum")
def _():
    two = Law("p", X[1:2], iid=True)
    right = E[two(X[1:2])](exp(f(X[1])**2) * exp(f(X[2])**2))
    return right, E[two(X[1])](exp(f(X[1])**2))**2, E[two(X[1:2])](exp((f(X[1]) + f(X[2]))**2)), dict()


# --- flows


@pair("flows", "the density along a path")
def _():
    path, law = undefined("z"), undefined("p", positive=True)
    known = [fact(D(law(x, tau), tau), -D(law(x, tau) * f(x, tau), x), forall=(x, tau)), fact(D(path(tau), tau), f(path(tau), tau), forall=tau)]
    right = Subs(D(f(x, tau), x), x, path(tau))
    return D(log(law(path(tau), tau)), tau), -right, right, dict(facts=known)


@pair("flows", "the second moment of Hutchinson's trace")
def _():
    z, A = vector("z", d), matrix("A", d)
    return E[N(z, 0, eye(d))]((z.T * A * z)**2), tr(A)**2 + tr(A * A) + tr(A * A.T), tr(A)**2 + 2 * tr(A * A), {}


# --- Langevin, Metropolis, annealing, particles


@pair("Langevin", "an AR step keeps its normal law")
def _():
    return E[N(xv, 0, v)](N(y, unit * xv, v * (1 - unit**2))), N(y, 0, v), N(y, 0, 2 * v), {}


@pair("Langevin", "the unadjusted variance")
def _():
    V = frac(v, 1 - h / (2 * v))
    return (1 - h / v)**2 * V + 2 * h, V, V + h, dict(facts=[h < 2 * v])


@pair("MALA", "detailed balance")
def _():
    return u * Min(1, v / u), v * Min(1, u / v), u * Min(1, u / v), {}


@pair("MALA", "an AR step is reversible")
def _():
    return N(x, 0, 1) * N(y, unit * x, 1 - unit**2), N(y, 0, 1) * N(x, unit * y, 1 - unit**2), N(y, 0, 1) * N(x, y, 1 - unit**2), {}


@pair("AIS", "thermodynamic integration")
def _():
    path = p(xv)**(1 - b) * q(xv)**b
    return D(log(Integrate[xv](path)), b), Integrate[xv](path * log(frac(q(xv), p(xv)))) / Integrate[xv](path), Integrate[xv](path * log(frac(p(xv), q(xv)))) / Integrate[xv](path), {}


@pair("SMC", "the effective number is at most K", Inequality)
def _():
    wf = undefined("w", positive=True)
    both = Sum(Sum((wf(i) - wf(j))**2, (j, 1, K)), (i, 1, K))
    return K * Sum(wf(i)**2, (i, 1, K)), Sum(wf(i), (i, 1, K))**2, 2 * Sum(wf(i), (i, 1, K))**2, dict(gap=both / 2)


# --- contrast, divergences


@pair("GAN", "the best classifier's loss")
def _():
    mix = Law("m", xv)
    left = E[p(xv)](log(frac(p(xv), p(xv) + q(xv)))) + E[q(xv)](log(frac(q(xv), p(xv) + q(xv))))
    js = KL(p(xv), mix(xv)) + KL(q(xv), mix(xv))
    return left, js - log(4), js + log(4), dict(facts=[(mix(xv), (p(xv) + q(xv)) / 2)])


@pair("NCE", "the slope of a log-sigmoid")
def _():
    return D(log(frac(1, 1 + exp(-w))), w), frac(1, 1 + exp(w)), frac(1, 1 + exp(-w)), {}


@pair("InfoNCE", "the estimate is at most log K", Inequality)
def _():
    wf, copies = undefined("w", positive=True), Law("p", X[1:K], iid=True)
    mean = Sum(wf(X[k]), (k, 1, K))
    left = E[copies(X[1:K])](log(frac(K * wf(X[1]), mean)))
    return log(K), left, left + 1, dict(gap=E[copies(X[1:K])](log(mean / wf(X[1]))), times={K: 1})


@pair("NWJ", "the bound of a divergence", Inequality)
def _():
    bound = E[p(xv)](f(xv)) - E[q(xv)](exp(f(xv) - 1))
    return KL(p(xv), q(xv)), bound, bound + 1, dict(gap=E[p(xv)](phi(frac(q(xv) * exp(f(xv) - 1), p(xv)))))


@pair("f-divergences", "χ² is no less than KL", Inequality)
def _():
    return E[p(xv)](frac(p(xv), q(xv))) - 1, KL(p(xv), q(xv)), 2 * KL(p(xv), q(xv)), dict(gap=E[p(xv)](phi(frac(p(xv), q(xv)))))


@pair("f-divergences", "Hellinger's two forms")
def _():
    root = Integrate[xv](sqrt(p(xv) * q(xv)))
    return Integrate[xv]((sqrt(p(xv)) - sqrt(q(xv)))**2), 2 - 2 * root, 2 - root, {}


@pair("f-divergences", "KL is no less than Hellinger", Inequality)
def _():
    root = Integrate[xv](sqrt(p(xv) * q(xv)))
    return KL(p(xv), q(xv)), 2 - 2 * root, 2 + 2 * root, dict(gap=2 * E[p(xv)](phi(sqrt(frac(q(xv), p(xv))))))


@pair("exponential families", "the mean is A's slope")
def _():
    base, A = undefined("h", positive=True), undefined("A")
    law = base(x) * exp(theta * x - A(theta))
    total = [fact(Integral(law, line), 1, forall=theta)]
    return Integral(x * law, line), D(A(theta), theta), -D(A(theta), theta), dict(facts=total)


@pair("exponential families", "the variance is A's curvature")
def _():
    base, A = undefined("h", positive=True), undefined("A")
    law = base(x) * exp(theta * x - A(theta))
    total = [fact(Integral(law, line), 1, forall=theta)]
    mean = D(A(theta), theta)
    return Integral((x - mean)**2 * law, line), D(A(theta), theta, theta), D(A(theta), theta, theta) + mean**2, dict(facts=total)


@pair("Bregman", "three points")
def _():
    slope = lambda z: Subs(D(f(x), x), x, z)  # noqa: E731
    B_ = lambda y, z: f(y) - f(z) - slope(z) * (y - z)  # noqa: E731
    rest = (slope(c) - slope(b)) * (b - a)
    return B_(a, c), B_(a, b) + B_(b, c) + rest, B_(a, b) + B_(b, c) - rest, {}


# --- linear normal models

gain = frac(a * P, a**2 * P + R)


@pair("Kalman", "the update")
def _():
    left = N(x, m, P) * N(y, a * x, R)
    right = lambda K_: N(y, a * m, a**2 * P + R) * N(x, m + K_ * (y - a * m), (1 - gain * a) * P)  # noqa: E731
    return left, right(gain), right(-gain), {}


@pair("Kalman", "Joseph's form")
def _():
    return (1 - gain * a)**2 * P + gain**2 * R, (1 - gain * a) * P, (1 + gain * a) * P, {}


@pair("Kalman", "Joseph's form, in matrices")
def _():
    S, V, A = matrix("P", d, positive=True), matrix("R", d, positive=True), matrix("H", d)
    G = S * A.T * (A * S * A.T + V)**-1
    left = (eye(d) - G * A) * S * (eye(d) - G * A).T + G * V * G.T
    return left, (eye(d) - G * A) * S, (eye(d) + G * A) * S, {}


@pair("Kalman", "the prediction, in vectors")
def _():
    z, y_, mu = vector("z y m", d)
    S, V, A = matrix("P", d, positive=True), matrix("Q", d, positive=True), matrix("A", d)
    return E[N(z, mu, S)](N(y_, A * z, V)), N(y_, A * mu, A * S * A.T + V), N(y_, A * mu, A * S * A.T - V), {}


@pair("RTS", "the smoothed law")
def _():
    G = frac(a * P, a**2 * P + Q)
    left = E[N(zv, c, v)](N(x, m + G * (zv - a * m), P - G * a * P))
    right = lambda sign: N(x, m + G * (c - a * m), P + G**2 * (v - sign * (a**2 * P + Q)))  # noqa: E731
    return left, right(1), right(-1), {}


# --- rate and distortion, bridges, interpolants


@pair("rate–distortion", "the best channel", Inequality)
def _():
    A, C, G, Zx = Law("q", xv, zv), Law("r", zv), Law("g", zv | xv), undefined("Z", positive=True)
    facts = [fact(G(zv | xv), C(zv) * exp(-u * f(xv, zv)) / Zx(xv), forall=(xv, zv)), fact(Zx(xv), E[C(zv)](exp(-u * f(xv, zv))), forall=xv)]
    left = E[A(xv)](KL(A(zv | xv), C(zv))) + u * E[A(xv, zv)](f(xv, zv))
    return left, -E[A(xv)](log(Zx(xv))), E[A(xv)](log(Zx(xv))), dict(gap=E[A(xv)](KL(A(zv | xv), G(zv | xv))), facts=facts)


@pair("rate–distortion", "normal data")
def _():
    return H(N(xv, m, s**2)) - H(N(xv, y, v)), half * log(s**2 / v), log(s**2 / v), {}


@pair("bridges", "Brownian")
def _():
    left = frac(N(x, x0, unit) * N(x1, x, 1 - unit), N(x1, x0, 1))
    return left, N(x, (1 - unit) * x0 + unit * x1, unit * (1 - unit)), N(x, (1 - unit) * x0 + unit * x1, unit), {}


@pair("bridges", "Doob's drift")
def _():
    return D(log(N(x1, x, 1 - unit)), x), frac(x1 - x, 1 - unit), frac(x - x1, 1 - unit), {}


@pair("interpolants", "the continuity equation of any coupling")
def _():
    law = N(y, (1 - w) * xv + w * zv, s**2)
    right = D(E[pxz(xv, zv)]((zv - xv) * law), y)
    return D(E[pxz(xv, zv)](law), w), -right, right, {}


@pair("interpolants", "with noise √(2t(1 − t))")
def _():
    law = N(y, (1 - unit) * xv + unit * zv, 2 * unit * (1 - unit))
    flux, heat = D(E[pxz(xv, zv)]((zv - xv) * law), y), (1 - 2 * unit) * D(E[pxz(xv, zv)](law), y, y)
    return D(E[pxz(xv, zv)](law), unit), heat - flux, 2 * heat - flux, {}
