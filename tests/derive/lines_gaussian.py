"""True lines about Gaussians: (name, left, right, what is given)."""

from sympy import E as e
from sympy import Rational, cos, oo, pi

from vdmlib.derive import CE, KL, Derivative, E, H, Integral, Integrate, Limit, N, Sum, exp, frac, log, sqrt, symbol
from vdmlib.derive import coordinates, symbols, undefined, variables

x, y, z, eps = variables("x y z epsilon")
m, n, k, a, b = symbols("m n k a b")
v, w, s, sigma, T, mass, kB = symbols("v w s sigma T m_0 k_B", positive=True)
off = symbol("x_1", nonzero=True)
i, d = symbols("i d", integer=True, positive=True)
half = Rational(1, 2)
f, prior = undefined("f"), undefined("pi", positive=True)
shift, (spread, rate) = undefined("m"), undefined("v beta", positive=True)
mu, nu = coordinates("mu nu")
var = coordinates("v", positive=True)
marginal = Integrate[z](N(x, z, v) * prior(z))

LINES = [
    ("equipartition", E[N(z, 0, kB * T / mass)](half * mass * z**2), half * kB * T, ()),
    ("entropy", H(N(x, m, v)), half * log(2 * pi * e * v), ()),
    ("kl", KL(N(x, m, v), N(x, n, w)), half * (frac(v, w) - 1 - log(v / w) + (m - n) ** 2 / w), ()),
    ("kl of the encoder", KL(N(z, m, sigma**2), N(z, 0, 1)), half * (m**2 + sigma**2 - 1 - log(sigma**2)), ()),
    ("cross-entropy", CE(N(x, m, v), N(x, n, w)), half * log(2 * pi * w) + (v + (m - n) ** 2) / (2 * w), ()),
    ("marginal", Integrate[x](N(x, m, v) * N(y, a * x, w)), N(y, a * m, w + a**2 * v), ()),
    ("marginal, one integral sign", Integral(N(x, m, v) * N(y, a * x, w), (x, -oo, oo)), N(y, a * m, w + a**2 * v), ()),
    ("posterior", frac(N(y, a * z, v) * N(z, 0, 1), N(y, 0, a**2 + v)), N(z, a * y / (a**2 + v), v / (a**2 + v)), ()),
    ("normalised", Integral(N(x, m, v), (x, -oo, oo)), 1, ()),
    ("powers of two densities", Integrate[x](N(x, m, v) ** a * N(x, n, v) ** (1 - a)), exp(-a * (1 - a) * (m - n) ** 2 / (2 * v)), ()),
    ("over the mean", Integrate[z](N(x, s * z, v)), 1 / s, ()),
    ("cosine", E[N(x, 0, sigma**2)](cos(k * x)), exp(-(k**2) * sigma**2 / 2), ()),
    ("cosine in the limit", Limit(E[N(x, 0, sigma**2)](cos(k * x)), sigma, 0), 1, ()),
    ("density in the limit", Limit(N(off, 0, sigma**2), sigma, 0), 0, ()),
    ("polynomial in the limit", Limit(E[N(x, 0, sigma**2)](a * x**4 + b * x**2 + m * x + n), sigma, 0), n, ()),
    ("nested chain", E[N(x, a * z, v) * N(y, b * x, w)](y**2), b**2 * (a**2 * z**2 + v) + w, ()),
    ("tower", E[N(x, a * z, v)](E[N(y, b * x, w)](log(N(y, 0, 1)))), E[N(y, a * b * z, b**2 * v + w)](log(N(y, 0, 1))), ()),
    ("reparameterisation", E[N(z, m, sigma**2)](f(z)), E[N(eps, 0, 1)](f(m + sigma * eps)), ()),
    ("gradient in the mean", Derivative(E[N(z, m, sigma**2)](f(z)), m), E[N(eps, 0, 1)](Derivative(f(m + sigma * eps), m)), ()),
    ("gradient in the deviation", Derivative(E[N(z, m, sigma**2)](f(z)), sigma),
     E[N(eps, 0, 1)](eps * Derivative(f(m + sigma * eps), m)), ()),
    ("stein", E[N(z, m, v)]((z - m) * f(z)), v * E[N(z, m, v)](Derivative(f(z), z)), ()),
    ("tweedie", frac(Integrate[z](z * N(x, z, v) * prior(z)), marginal), x + v * Derivative(log(marginal), x), ()),
    ("exponential of a quadratic", E[N(x, m, v)](exp(-w * x**2 + a * x)),
     exp((-2 * m**2 * w + 2 * a * m + a**2 * v) / (2 * (1 + 2 * v * w))) / sqrt(1 + 2 * v * w), ()),
    ("score", Derivative(log(N(x, m, v)), x), -(x - m) / v, ()),
    ("variance", E[N(x, m, v)](x**2) - E[N(x, m, v)](x) ** 2, v, ()),
    ("kl by coordinates", Sum(KL(N(z, mu[i], var[i]), N(z, 0, 1)), (i, 1, d)),
     half * Sum(mu[i] ** 2 + var[i] - 1 - log(var[i]), (i, 1, d)), ()),
    ("kl, isotropic", Sum(KL(N(z, mu[i], v), N(z, nu[i], w)), (i, 1, d)),
     half * (d * (v / w - 1 - log(v / w)) + Sum((mu[i] - nu[i]) ** 2, (i, 1, d)) / w), ()),
    ("change of variables", N(z, m, sigma**2), N(frac(z - m, sigma), 0, 1) / sigma, ()),
    ("denoising score matching", E[N(x, m, v)]((f(x) + (x - m) / v) ** 2), E[N(x, m, v)](f(x) ** 2 + 2 * Derivative(f(x), x)) + 1 / v, ()),
    ("heat equation", Derivative(N(x, 0, spread(T)), T), half * Derivative(spread(T), T) * Derivative(N(x, 0, spread(T)), (x, 2)), ()),
    ("evidence", log(N(x, 0, a**2 + v)),
     E[N(z, m, w)](log(N(x, a * z, v) * N(z, 0, 1) / N(z, m, w))) + KL(N(z, m, w), N(z, a * x / (a**2 + v), v / (a**2 + v))), ()),
    ("fokker-planck", Derivative(N(x, shift(T), spread(T)), T),
     half * rate(T) * (Derivative(x * N(x, shift(T), spread(T)), x) + Derivative(N(x, shift(T), spread(T)), (x, 2))),
     [(Derivative(shift(T), T), -half * rate(T) * shift(T)), (Derivative(spread(T), T), rate(T) * (1 - spread(T)))]),
    ("tweedie, second order", frac(Integrate[z](z**2 * N(x, z, v) * prior(z)), marginal) - frac(Integrate[z](z * N(x, z, v) * prior(z)), marginal) ** 2,
     v + v**2 * Derivative(log(marginal), (x, 2)), ()),
    ("generator", Limit(frac(E[N(eps, 0, 1)](f(sqrt(1 - s * w) * a + sqrt(s * w) * eps)) - f(a), s), s, 0),
     half * w * (Derivative(f(a), (a, 2)) - a * Derivative(f(a), a)), ()),
    ("generator of a drift", Limit(frac(E[N(eps, 0, 1)](f(a + s * shift(a) + sqrt(s * w) * eps)) - f(a), s), s, 0),
     shift(a) * Derivative(f(a), a) + half * w * Derivative(f(a), (a, 2)), ()),
    ("collapsing encoder", Limit(KL(N(z, m, sigma**2), N(z, 0, 1)), sigma, 0), oo, ()),
    ("half of the line", Integral(N(x, 0, v), (x, 0, oo)), half, ()),
    ("entropy by coordinates", Sum(H(N(z, mu[i], v)), (i, 1, d)), d * log(2 * pi * e * v) / 2, ()),
]  # fmt: skip
