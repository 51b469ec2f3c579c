"""False lines about Gaussians and schedules, the slips that textbooks make: (name, left, right, what is given)."""

from sympy import E as e
from sympy import cos, oo, pi, sin

from lines_gaussian import a, d, eps, f, half, i, k, m, marginal, mu, n, nu, prior, s, sigma, v, var, w, x, y, z
from lines_schedule import X, alpha, bar, before, eps as noise, guess, j, mean, now, posterior, snr, step, t, variance
from lines_schedule import T, x0, xp, xt
from vdmlib.derive import CE, KL, Derivative, E, H, Integral, Integrate, Limit, N, Product, Sum, exp, frac, log, sqrt

PLANTED = [
    ("kl: log of the ratio inverted", KL(N(x, m, v), N(x, n, w)), half * (v / w - 1 - log(w / v) + (m - n) ** 2 / w), ()),
    ("kl: divided by the wrong variance", KL(N(x, m, v), N(x, n, w)), half * (v / w - 1 - log(v / w) + (m - n) ** 2 / v), ()),
    ("kl: log of deviations without the half", KL(N(x, m, v), N(x, n, w)), log(w / v) + (v + (m - n) ** 2) / (2 * w) - half, ()),
    ("kl of the encoder: log σ for log σ²", KL(N(z, m, sigma**2), N(z, 0, 1)), half * (m**2 + sigma**2 - 1 - log(sigma)), ()),
    ("kl, isotropic: d missing", Sum(KL(N(z, mu[i], v), N(z, nu[i], w)), (i, 1, d)),
     half * (v / w - 1 - log(v / w) + Sum((mu[i] - nu[i]) ** 2, (i, 1, d)) / w), ()),
    ("kl, isotropic: d at the log alone", Sum(KL(N(z, mu[i], v), N(z, nu[i], w)), (i, 1, d)),
     half * (v / w - 1 - d * log(v / w) + Sum((mu[i] - nu[i]) ** 2, (i, 1, d)) / w), ()),
    ("kl: a norm for its square", Sum(KL(N(z, mu[i], v), N(z, 0, v)), (i, 1, d)), sqrt(Sum(mu[i] ** 2, (i, 1, d))) / (2 * v), ()),
    ("entropy without e", H(N(x, m, v)), half * log(2 * pi * v), ()),
    ("entropy with the deviation", H(N(x, m, sigma**2)), half * log(2 * pi * e * sigma), ()),
    ("cross-entropy forgets the variance", CE(N(x, m, v), N(x, n, w)), half * log(2 * pi * w) + (m - n) ** 2 / (2 * w), ()),
    ("normaliser with the root over the variance", log(N(x, m, v)), -half * log(2 * pi) - log(v) - (x - m) ** 2 / (2 * v), ()),
    ("marginal: a for a²", Integrate[x](N(x, m, v) * N(y, a * x, w)), N(y, a * m, w + a * v), ()),
    ("posterior: the gain without its noise", frac(N(y, a * z, v) * N(z, 0, 1), N(y, 0, a**2 + v)), N(z, y / a, v / (a**2 + v)), ()),
    ("posterior: not normalised", N(y, a * z, v) * N(z, 0, 1), N(z, a * y / (a**2 + v), v / (a**2 + v)), ()),
    ("a decoder integrates to one over z", Integrate[z](N(x, s * z, v)), 1, ()),
    ("cosine with σ for σ²", E[N(x, 0, sigma**2)](cos(k * x)), exp(-(k**2) * sigma / 2), ()),
    ("sine for cosine", E[N(x, 0, sigma**2)](sin(k * x)), exp(-(k**2) * sigma**2 / 2), ()),
    ("density at its own centre vanishes", Limit(sigma * N(x, 0, sigma**2), sigma, oo), 0, ()),
    ("fourth moment without the three", E[N(x, 0, v)](x**4), v**2, ()),
    ("expectation taken inside", E[N(x, m, v)](exp(x)), exp(m), ()),
    ("conditional mean's variance forgotten", E[N(x, a * z, v) * N(y, x, w)](y**2), a**2 * z**2 + w, ()),
    ("reparameterisation with the variance", E[N(z, m, sigma**2)](f(z)), E[N(eps, 0, 1)](f(m + sigma**2 * eps)), ()),
    ("gradient in the deviation without the noise", Derivative(E[N(z, m, sigma**2)](f(z)), sigma),
     E[N(eps, 0, 1)](Derivative(f(m + sigma * eps), m)), ()),
    ("stein without the variance", E[N(z, m, v)]((z - m) * f(z)), E[N(z, m, v)](Derivative(f(z), z)), ()),
    ("tweedie without the correction", frac(Integrate[z](z * N(x, z, v) * prior(z)), marginal), x, ()),
    ("tweedie with the wrong sign", frac(Integrate[z](z * N(x, z, v) * prior(z)), marginal), x - v * Derivative(log(marginal), x), ()),
    ("score with the deviation", Derivative(log(N(x, m, sigma**2)), x), -(x - m) / sigma, ()),
    ("means of coordinates for their squares", Sum(KL(N(z, mu[i], var[i]), N(z, 0, 1)), (i, 1, d)),
     half * Sum(mu[i] + var[i] - 1 - log(var[i]), (i, 1, d)), ()),
    ("product one factor short", bar[t], Product(alpha[i], (i, 1, t - 1)), ()),
    ("ᾱ as a power", bar[t], alpha[t] ** t, ()),
    ("noises: plain sum", Sum((1 - alpha[i]), (i, 1, t)), 1 - bar[t], ()),
    ("noises: product from i", Sum((1 - alpha[i]) * Product(alpha[j], (j, i, t)), (i, 1, t)), 1 - bar[t], ()),
    ("one step more: variances not scaled", Integrate[xp](step * before), N(xt, sqrt(bar[t]) * x0, 2 - alpha[t] - bar[t - 1]), ()),
    ("posterior variance with α for ᾱ", frac(step * before, now), N(xp, mean(x0), (1 - alpha[t]) * (1 - alpha[t - 1]) / (1 - bar[t])), ()),
    ("posterior with the forward variance", log(frac(step * before, now)), log(N(xp, mean(x0), 1 - alpha[t])), ()),
    ("posterior without the marginal", step * before, posterior, ()),
    ("posterior mean without roots", mean(x0), (alpha[t] * (1 - bar[t - 1]) * xt + bar[t - 1] * (1 - alpha[t]) * x0) / (1 - bar[t]), ()),
    ("mean from the noise: ᾱ in front", mean(x0), xt / sqrt(alpha[t]) - (1 - bar[t]) / (sqrt(alpha[t]) * sqrt(1 - bar[t])) * noise,
     [(xt, sqrt(bar[t]) * x0 + sqrt(1 - bar[t]) * noise)]),
    ("marginal score in place of the noise", Derivative(log(now), xt), -noise, [(noise, (xt - sqrt(bar[t]) * x0) / sqrt(1 - bar[t]))]),
    ("objective with the snr turned round", KL(posterior, N(xp, mean(guess), variance)), half * (snr(t) - snr(t - 1)) * (guess - x0) ** 2, ()),
    ("snr of the step for that of the time", KL(posterior, N(xp, mean(guess), variance)),
     half * (alpha[t - 1] / (1 - alpha[t - 1]) - alpha[t] / (1 - alpha[t])) * (guess - x0) ** 2, ()),
    ("snr weights from t = 2 end at zero", Sum(half * (snr(t - 1) - snr(t)), (t, 2, T)), half * snr(1), ()),
    ("final latent is exactly standard", KL(N(X[T], sqrt(bar[T]) * x0, 1 - bar[T]), N(X[T], 0, 1)), 0, ()),
    ("both prior terms are one", E[before](KL(step, N(xt, 0, 1))), KL(now, N(xt, 0, 1)), ()),
    ("unit noise added", E[N(noise, 0, 1)]((sqrt(bar[t]) * x0 + noise) ** 2), bar[t] * x0**2 + 1 - bar[t], ()),
    ("an integral that is too small", Integral(N(x, m, v), (x, 0, oo)), 1, ()),
]  # fmt: skip
