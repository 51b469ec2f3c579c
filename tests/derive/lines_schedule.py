"""True lines about noise schedules with a symbolic time: (name, left, right, what is given)."""

from sympy import Rational

from vdmlib.derive import KL, Derivative, E, Integrate, Law, N, Product, Sum, chain, exp, frac, log, sqrt, symbols
from vdmlib.derive import undefined, variables
from vdmlib.derive.nodes.schedules import Schedule

t, T, i, j = symbols("t T i j", integer=True, positive=True)
alpha = Schedule("alpha")
bar = alpha.bar
X = chain("x")
x0, xt, xp = X[0], X[t], X[t - 1]
half = Rational(1, 2)
eps, guess = variables("epsilon"), symbols("x_hat")
f, omega = undefined("f"), undefined("omega")


def snr(time):
    """The signal-to-noise ratio ᾱ/(1 − ᾱ)."""
    return frac(bar[time], 1 - bar[time])


step = N(xt, sqrt(alpha[t]) * xp, 1 - alpha[t])
now, before = N(xt, sqrt(bar[t]) * x0, 1 - bar[t]), N(xp, sqrt(bar[t - 1]) * x0, 1 - bar[t - 1])
variance = (1 - alpha[t]) * (1 - bar[t - 1]) / (1 - bar[t])


def mean(start):
    """The posterior mean of x_{t−1} given x_t and a start."""
    return (sqrt(alpha[t]) * (1 - bar[t - 1]) * xt + sqrt(bar[t - 1]) * (1 - alpha[t]) * start) / (1 - bar[t])


posterior = N(xp, mean(x0), variance)
q = Law("q", X[0:T], markov=True)
kernels = [(q(X[t] | X[t - 1]), step), (q(X[t] | X[0]), now), (q(X[t - 1] | X[0]), before)]

LINES = [
    ("recursion", bar[t], alpha[t] * bar[t - 1], ()),
    ("definition", bar[t], Product(alpha[i], (i, 1, t)), ()),
    ("first", bar[1], alpha[1], ()),
    ("zeroth", bar[0], 1, ()),
    ("two steps", bar[t], alpha[t] * alpha[t - 1] * bar[t - 2], ()),
    ("roots", sqrt(bar[t]), sqrt(alpha[t]) * sqrt(bar[t - 1]), ()),
    ("variance of two steps", alpha[t] * (1 - alpha[t - 1]) + 1 - alpha[t], 1 - alpha[t] * alpha[t - 1], ()),
    ("weights of the noises", Sum((1 - alpha[i]) * Product(alpha[j], (j, i + 1, t)), (i, 1, t)), 1 - bar[t], ()),
    ("snr weight", 1 / (2 * variance) * (bar[t - 1] * (1 - alpha[t]) ** 2 / (1 - bar[t]) ** 2), half * (snr(t - 1) - snr(t)), ()),
    ("snr weights telescope", Sum(half * (snr(t - 1) - snr(t)), (t, 2, T)), half * (snr(1) - snr(T)), ()),
    ("logs telescope", Sum(log(snr(t) / snr(t - 1)), (t, 2, T)), log(snr(T)) - log(snr(1)), ()),
    ("any function telescopes", Sum(f(t) - f(t - 1), (t, 2, T)), f(T) - f(1), ()),
    ("products telescope", Product(bar[t] / bar[t - 1], (t, 2, T)), bar[T] / bar[1], ()),
    ("one step more", Integrate[xp](step * before), now, ()),
    ("posterior", frac(step * before, now), posterior, ()),
    ("posterior, logs", log(frac(step * before, now)), log(posterior), ()),
    ("posterior from the kernels", frac(q(X[t] | X[t - 1]) * q(X[t - 1] | X[0]), q(X[t] | X[0])), posterior, kernels),
    ("objective for x0", KL(posterior, N(xp, mean(guess), variance)), half * (snr(t - 1) - snr(t)) * (guess - x0) ** 2, ()),
    ("final latent", KL(N(X[T], sqrt(bar[T]) * x0, 1 - bar[T]), N(X[T], 0, 1)), half * (bar[T] * x0**2 - bar[T] - log(1 - bar[T])), ()),
    ("mean from the noise", mean(x0), xt / sqrt(alpha[t]) - (1 - alpha[t]) / (sqrt(alpha[t]) * sqrt(1 - bar[t])) * eps,
     [(xt, sqrt(bar[t]) * x0 + sqrt(1 - bar[t]) * eps)]),
    ("mean from the score", mean(x0), xt / sqrt(alpha[t]) + (1 - alpha[t]) / sqrt(alpha[t]) * Derivative(log(now), xt), ()),
    ("weights of the mean", sqrt(alpha[t]) * (1 - bar[t - 1]) / (1 - bar[t]) + sqrt(bar[t - 1]) * (1 - alpha[t]) / (1 - bar[t]),
     (sqrt(alpha[t]) + sqrt(bar[t - 1])) / (1 + sqrt(bar[t])), ()),
    ("prior terms differ by information", E[before](KL(step, N(xt, 0, 1))) - KL(now, N(xt, 0, 1)),
     half * log((1 - bar[t]) / (1 - alpha[t])), ()),
    ("alpha from the snr", alpha[t], snr(t) * (1 + snr(t - 1)) / (snr(t - 1) * (1 + snr(t))), ()),
    ("sigmoid", snr(t), exp(-omega(t)), [(bar[t], 1 / (1 + exp(omega(t))))]),
]  # fmt: skip
