"""Samplers with exact denoisers reach the law that they should, and take the steps that theory gives.

**Power.** ``verdict`` compares N = 10,000 samples with the exact law of a mixture of three well-separated
Gaussians: Kolmogorov–Smirnov on three projections, whose distribution functions are known, and on the
squared Mahalanobis distance from the nearest mean, which is χ² with two degrees of freedom. It rejects at
a level of 1/1000 over the four together. ``test_power`` measures by simulation that all standard
deviations 5 % off, or 0.04 of weight moved from one component to another, are rejected at least 19 times
in 20; with 2,000 samples, standard deviations 12 % off. Planted faults in the samplers themselves are
rejected below. The steps are so many that the discretisation's own error, known by the recursions further
down, is below 1 % of the standard deviations.
"""

import sys

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx
from scipy import stats

from vdmlib import (
    Denoiser,
    GaussianMixture,
    LinearSchedule,
    MLPDenoiser,
    Prediction,
    ancestral,
    ddim,
    langevin,
    noise_levels,
    predictor_corrector,
    probability_flow,
    reverse_sde,
    schedule,
)

N = 10_000
WEIGHTS = np.array([0.2, 0.3, 0.5])
MEANS = np.array([[-1.5, 0.0], [0.5, 1.3], [1.2, -0.9]])
COVS = np.array([[[0.06, 0.03], [0.03, 0.05]], [[0.04, 0.0], [0.0, 0.09]], [[0.08, -0.04], [-0.04, 0.06]]])
DIRECTIONS = np.array([[1.0, 0.0], [0.0, 1.0], [0.6, -0.8]])
SCHEDULE = LinearSchedule(-10.0, 12.0)


def law():
    return GaussianMixture(WEIGHTS, MEANS, COVS, labels=[0, 1, 1])


def ks(values, cdf):
    """The two-sided p-value of Kolmogorov–Smirnov."""
    u = np.sort(cdf(values))
    place = np.arange(len(u) + 1) / len(u)
    distance = max(np.max(place[1:] - u), np.max(u - place[:-1]))
    return stats.kstwobign.sf(distance * np.sqrt(len(u)))


def verdict(x):
    """The p-value of samples ``[N, 2]`` of the mixture, four tests together."""
    x = np.asarray(x, float)
    found = []
    for direction in DIRECTIONS:
        means, scales = MEANS @ direction, np.sqrt(np.einsum("i,kij,j->k", direction, COVS, direction))
        found.append(ks(x @ direction, lambda v: stats.norm.cdf((v[:, None] - means) / scales) @ WEIGHTS))
    away = x[:, None] - MEANS
    square = np.einsum("nki,kij,nkj->nk", away, np.linalg.inv(COVS), away)
    found.append(ks(square.min(axis=1), lambda r: -np.expm1(-r / 2)))
    return min(1.0, 4 * min(found))


def draws(rng, weights=WEIGHTS, widen=1.0, count=N):
    """Samples of the mixture by numpy, with a planted deviation."""
    component = rng.choice(3, size=count, p=weights)
    roots = np.linalg.cholesky(COVS) * widen
    return MEANS[component] + np.einsum("nij,nj->ni", roots[component], rng.standard_normal((count, 2)))


def test_power():
    rng = np.random.default_rng(0)
    assert min(verdict(draws(rng)) for _ in range(20)) > 1e-3
    for planted in (
        {"widen": 1.05}, {"widen": 0.95}, {"weights": WEIGHTS + [0.04, -0.04, 0.0]},
        {"widen": 1.12, "count": 2000}, {"widen": 0.88, "count": 2000},
    ):
        caught = [verdict(draws(rng, **planted)) < 1e-3 for _ in range(20)]
        assert np.mean(caught) >= 0.95, planted


SAMPLERS = {
    "ancestral": (ancestral, {"steps": 600}),
    "ancestral, forward variance": (ancestral, {"steps": 600, "variance": "forward"}),
    "ancestral, cosine": (ancestral, {"steps": 800, "schedule": schedule("cosine", low=-10.0, high=12.0)}),
    "ddim": (ddim, {"steps": 400}),
    "ddim, eta 0.5": (ddim, {"steps": 500, "eta": 0.5}),
    "predictor–corrector": (predictor_corrector, {"steps": 250, "step": 0.1}),
    "predictor–corrector, snr": (predictor_corrector, {"steps": 250, "snr": 0.1, "corrections": 2}),
    "flow, adaptive": (probability_flow, {}),
    "flow, Heun in ω": (probability_flow, {"steps": 150, "method": "heun", "spacing": "omega"}),
    "reverse SDE": (reverse_sde, {"steps": 600}),
    "reverse SDE, order 1.5": (reverse_sde, {"steps": 150, "method": "sra1"}),
}


def run(sampler, seed=0, shape=(N, 2), denoise=None, **options):
    denoise = law().denoise if denoise is None else denoise
    return sampler(denoise, options.pop("schedule", SCHEDULE), jax.random.key(seed), shape, **options)


@pytest.mark.parametrize("name", SAMPLERS)
def test_reaches_the_law(name):
    sampler, options = SAMPLERS[name]
    x = run(sampler, **options)
    assert x.shape == (N, 2)
    assert verdict(x) > 1e-3
    moments_agree(np.asarray(x, float), law())


def moments_agree(x, exact):
    """Mean and covariance within 4.5 standard errors, which are computed from exact draws."""
    away = x - np.asarray(exact.mean)
    reference = np.asarray(exact.sample(jax.random.key(99), 50_000)) - np.asarray(exact.mean)
    assert np.all(np.abs(away.mean(axis=0)) < 4.5 * reference.std(axis=0) / np.sqrt(len(x)))
    products = reference[:, :, None] * reference[:, None, :]
    error = np.abs((away[:, :, None] * away[:, None, :]).mean(axis=0) - np.asarray(exact.cov))
    assert np.all(error < 4.5 * products.std(axis=0) / np.sqrt(len(x)))


def test_adaptive_sde_reaches_the_law():
    x = run(reverse_sde, shape=(2000, 2), rtol=0.05, atol=0.05)
    assert verdict(x) > 1e-3


@pytest.mark.parametrize("sampler", [ancestral, probability_flow])
def test_reaches_a_law_on_the_line(sampler):
    line = GaussianMixture([0.3, 0.7], [[-1.0], [0.8]], [0.04, 0.09])
    steps = {} if sampler is probability_flow else {"steps": 500}
    x = run(sampler, shape=(N, 1), denoise=line.denoise, **steps)
    exact = line.sample(jax.random.key(1), 5 * N)
    # two samples, level 1/1000: a distance of 0.03 between the distribution functions is caught
    # with a probability above 0.9 (weights 0.03 off, or all deviations 12 % off)
    assert stats.ks_2samp(np.asarray(x)[:, 0], np.asarray(exact)[:, 0]).pvalue > 1e-3
    moments_agree(np.asarray(x, float), line)


def module(name):
    return sys.modules[f"vdmlib.samplers.{name}"]


def test_planted_noise_is_rejected(monkeypatch):
    """The chain's noise with a standard deviation 10 % too large."""
    right = module("ancestral")._posterior_variance
    monkeypatch.setattr(module("ancestral"), "_posterior_variance", lambda t, s: 1.21 * right(t, s))
    assert verdict(run(ancestral, steps=600)) < 1e-6


@pytest.mark.parametrize("sampler", [ancestral, probability_flow, reverse_sde])
def test_planted_score_is_rejected(sampler):
    """A score 10 % too small."""

    def off(x_t, omega, label=None):
        return Prediction(x_t, omega, 0.9 * law().score(x_t, omega), "score")

    steps = {} if sampler is probability_flow else {"steps": 200}
    assert verdict(run(sampler, denoise=off, **steps)) < 1e-6


def test_only_the_asked_class_comes():
    x = run(ancestral, shape=(1000, 2), steps=300, label=0)
    assert np.all(np.linalg.norm(np.asarray(x) - MEANS[0], axis=1) < 6 * 0.3)
    both = run(ancestral, shape=(1000, 2), steps=300, label=jnp.arange(1000) % 2)
    assert np.array_equal(np.asarray(law().log_prob_class(both)).argmax(axis=1), np.arange(1000) % 2)


# One step and finite chains on Gaussian data, where everything has a closed form.


def gaussian(variance, mean=0.0):
    """The exact denoiser of N(mean, variance) in each coordinate."""

    def denoise(x_t, omega, label=None):
        keep = jax.nn.sigmoid(-omega).reshape(-1, *(1,) * (x_t.ndim - 1))
        total = keep * variance + 1 - keep
        x0 = mean + jnp.sqrt(keep) * variance / total * (x_t - jnp.sqrt(keep) * mean)
        return Prediction(x_t, omega, x0, "x0")

    return denoise


def shares(omega):
    """ᾱ and 1 − ᾱ."""
    return 1 / (1 + np.exp(omega)), 1 / (1 + np.exp(-omega))


def chain_variance(variance, steps, kind):
    """Var x at ω(0) of the chain with T = ``steps``, started at N(0, 1): the recursion a² V + b²."""
    found = 1.0
    omegas = np.asarray(noise_levels(SCHEDULE, steps), float)
    for high, low in zip(omegas[:-1], omegas[1:]):
        (keep_t, noise_t), (keep_s, noise_s) = shares(high), shares(low)
        alpha = keep_t / keep_s
        gain = np.sqrt(keep_t) * variance / (keep_t * variance + noise_t)  # x̂_0 = gain · x_t
        slope = (np.sqrt(alpha) * noise_s + np.sqrt(keep_s) * (1 - alpha) * gain) / noise_t
        posterior = (1 - alpha) * noise_s / noise_t
        of_x0 = variance * noise_t / (keep_t * variance + noise_t)
        spread = {
            "posterior": posterior,
            "forward": 1 - alpha,
            "true": posterior + keep_s * ((1 - alpha) / noise_t) ** 2 * of_x0,
        }[kind]
        found = slope**2 * found + spread
    return found


def true_variance(omega):
    keep, noise = jax.nn.sigmoid(-omega), jax.nn.sigmoid(omega)
    return 0.25 * noise / (keep * 0.25 + noise)


@pytest.mark.parametrize("kind", ["posterior", "forward", "true"])
@pytest.mark.parametrize("steps", [2, 12])
def test_ancestral_variance_of_a_finite_chain(double, kind, steps):
    count = 200_000
    option = true_variance if kind == "true" else kind
    x = run(
        ancestral, shape=(count, 1), denoise=gaussian(0.25), steps=steps, variance=option, final="state"
    )
    wanted = chain_variance(0.25, steps, kind)
    standard_error = wanted * np.sqrt(2 / count)
    assert abs(float(x.var()) - wanted) < 5 * standard_error
    for other in {"posterior", "forward", "true"} - {kind}:  # the test tells them apart
        assert abs(float(x.var()) - chain_variance(0.25, steps, other)) > 10 * standard_error


def test_true_variance_is_exact_at_every_number_of_steps(double):
    for steps in (1, 3, 10):
        keep, noise = shares(-10.0)
        exact = keep * 0.25 + noise
        assert abs(chain_variance(0.25, steps, "true") - exact) < 1e-4  # that x_1 is not N(0, 1) remains
    assert abs(chain_variance(0.25, 10, "posterior") - exact) > 0.05


def test_a_step_is_the_posterior_of_the_book(double):
    """μ_q and σ_q² as Luo writes them, with α = ᾱ_t/ᾱ_s; the noise is recovered and is N(0, 1)."""
    t, s = 0.6, 0.35
    omega_t, omega_s = noise_levels(SCHEDULE, [t, s])
    (keep_t, noise_t), (keep_s, noise_s) = shares(float(omega_t)), shares(float(omega_s))
    alpha = keep_t / keep_s
    start = jax.random.normal(jax.random.key(5), (4000, 2)) * 2
    x0 = jnp.tanh(3 * start)

    def denoise(x_t, omega, label=None):
        return Prediction(x_t, omega, jnp.tanh(3 * x_t), "x0")

    mean = (np.sqrt(alpha) * noise_s * start + np.sqrt(keep_s) * (1 - alpha) * x0) / noise_t
    for variance, kind in (((1 - alpha) * noise_s / noise_t, "posterior"), (1 - alpha, "forward")):
        x = run(ancestral, shape=(4000, 2), denoise=denoise, steps=[t, s], start=start, variance=kind,
                final="state")
        z = np.asarray((x - mean) / np.sqrt(variance))
        assert ks(z.ravel(), stats.norm.cdf) > 1e-3
        assert abs(np.mean(z * np.asarray(start))) < 5 * 2 / np.sqrt(8000)
        if kind == "posterior":
            first = z
    # the same key, the same noise: so the ratio of the two standard deviations is exact
    np.testing.assert_allclose(z, first, atol=1e-9)


def test_ddim_with_eta_one_is_the_ancestral_chain(double):
    options = {"shape": (500, 2), "steps": 20, "final": "state"}
    np.testing.assert_allclose(
        run(ddim, eta=1.0, **options), run(ancestral, **options), rtol=1e-9, atol=1e-9
    )
    assert np.abs(run(ddim, eta=0.9, **options) - run(ancestral, **options)).max() > 1e-2


def test_ddim_noise_is_eta_times_that_of_the_posterior(double):
    """From one point, one step's variance is eta² σ_q², and its mean keeps the rest along ε̂."""
    t, s, count, eta = 0.6, 0.35, 20_000, 0.5
    (keep_t, noise_t), (keep_s, noise_s) = (shares(float(omega)) for omega in noise_levels(SCHEDULE, [t, s]))
    variance = eta**2 * (1 - keep_t / keep_s) * noise_s / noise_t

    def denoise(x_t, omega, label=None):
        return Prediction(x_t, omega, jnp.full_like(x_t, 0.3), "x0")

    x = np.asarray(run(ddim, shape=(count, 1), denoise=denoise, steps=[t, s], eta=eta, final="state",
                       start=jnp.full((count, 1), 1.5)))
    eps = (1.5 - np.sqrt(keep_t) * 0.3) / np.sqrt(noise_t)
    mean = np.sqrt(keep_s) * 0.3 + np.sqrt(noise_s - variance) * eps
    assert abs(x.var() - variance) < 5 * variance * np.sqrt(2 / count)
    assert abs(x.mean() - mean) < 5 * np.sqrt(variance / count)


def test_ddim_on_a_gaussian(double):
    """Each step is a linear map; with more steps it nears √(V_0/V_1) with an error that falls as 1/T."""
    variance, start = 0.25, jnp.array([[1.0], [-2.0]])
    exact = np.sqrt(np.divide(*(np.dot(shares(omega), (variance, 1.0)) for omega in (-10.0, 12.0))))
    errors = []
    for steps in (40, 80, 160):
        x = run(ddim, shape=(2, 1), denoise=gaussian(variance), steps=steps, start=start, final="state")
        slope = 1.0
        omegas = np.asarray(noise_levels(SCHEDULE, steps))
        for high, low in zip(omegas[:-1], omegas[1:]):
            (keep_t, noise_t), (keep_s, noise_s) = shares(high), shares(low)
            gain = np.sqrt(keep_t) * variance / (keep_t * variance + noise_t)
            slope *= np.sqrt(keep_s) * gain + np.sqrt(noise_s / noise_t) * (1 - np.sqrt(keep_t) * gain)
        np.testing.assert_allclose(x, slope * start, rtol=1e-9)
        errors.append(abs(slope - exact))
    order = np.log2(np.divide(errors[:-1], errors[1:]))
    np.testing.assert_allclose(order, 1.0, atol=0.1)


def test_langevin_settles_with_the_bias_that_is_stated(double):
    """V/(1 − h/2V) with h = step · (1 − ᾱ): after many steps, and nowhere near V."""
    count, omega, step, variance = 100_000, 1.0, 0.8, 0.25
    keep, noise = shares(omega)
    total, h = keep * variance + noise, step * noise
    x = langevin(gaussian(variance), jax.random.key(0), jnp.zeros((count, 1)), omega, steps=40, step=step)
    wanted = total / (1 - h / (2 * total))
    assert abs(float(x.var()) - wanted) < 5 * wanted * np.sqrt(2 / count)
    assert wanted > 1.5 * total  # the bias is far above the tolerance
    assert wanted <= total / (1 - step / 2)


def test_langevin_is_the_same_in_a_loop_or_not():
    x = jax.random.normal(jax.random.key(0), (4, 3))
    inside, outside = (
        langevin(kind(jnp.array(0.5)).denoise, jax.random.key(1), x, 0.0, steps=3)
        for kind in (Scaled, Convolutional)
    )
    np.testing.assert_allclose(inside, outside, rtol=1e-5)


def test_langevin_step_by_snr(double):
    """From one point c, one step has mean c(1 − h) and variance 2h, h = 2 (snr E|z| / |c|)²."""
    count, dims, snr = 20_000, 4, 0.3
    start = jnp.full((count, dims), 1.5)

    def standard(x_t, omega, label=None):
        return Prediction(x_t, omega, -x_t, "score")

    x = langevin(standard, jax.random.key(0), start, 3.0, steps=1, snr=snr)
    h = 2 * (snr * stats.chi.mean(dims) / 3.0) ** 2  # |c| = 3
    assert abs(float(x.var()) - 2 * h) < 0.02 * 2 * h
    assert abs(float(x.mean()) - 1.5 * (1 - h)) < 5 * np.sqrt(2 * h / (count * dims)) + 1e-3
    assert np.array_equal(langevin(standard, jax.random.key(0), start, 3.0, steps=0), start)


def test_corrector_mends_a_coarse_chain(double):
    """With 12 steps the posterior's variance is too small; the corrector brings it closer."""
    options = {"shape": (50_000, 1), "denoise": gaussian(0.25), "steps": 12, "final": "state"}
    alone = float(run(ancestral, **options).var())
    mended = float(run(predictor_corrector, corrections=10, step=0.2, **options).var())
    assert abs(alone - chain_variance(0.25, 12, "posterior")) < 0.01
    assert abs(mended - 0.25) < 0.5 * abs(alone - 0.25)


# One step with the noise known: every number in it.

POINTS = np.random.default_rng(4).normal(size=(5, 2))
DRAW = np.random.default_rng(5).normal(size=(5, 2))
TWO = [0.6, 0.35]    # a step's times


def steered(x_t, omega, label=None):
    """x̂_0 = tanh x, and more by the label."""
    return Prediction(x_t, omega, jnp.tanh(x_t) + (0 if label is None else label.astype(x_t.dtype)[:, None]), "x0")


@pytest.fixture
def known_noise(double, monkeypatch):
    """All normal draws of a sampler are ``DRAW``."""
    monkeypatch.setattr(jax.random, "normal", lambda key, shape=(), dtype=float: jnp.asarray(DRAW, dtype))


def by_hand(x, level_t, level_s, label=0.0):
    """c, x̂_0, ε̂, and the shares of signal and noise at both levels."""
    (keep_t, noise_t), (keep_s, noise_s) = shares(level_t), shares(level_s)
    x0 = np.tanh(x) + label
    return 1 - np.exp(level_s - level_t), x0, (x - np.sqrt(keep_t) * x0) / np.sqrt(noise_t), keep_t, noise_t, keep_s, noise_s


def stepped(sampler, **options):
    def denoise(*given):    # a function of its own: no program that was compiled before has this noise
        return steered(*given)

    return run(sampler, shape=(5, 2), denoise=denoise, steps=TWO, start=POINTS, final="state", **options)


@pytest.mark.parametrize("variance", ["posterior", "forward", "true"])
@pytest.mark.parametrize("label", [None, 2])
def test_one_step_of_the_chain_by_hand(known_noise, variance, label):
    level_t, level_s = (-10 + 22 * t for t in TWO)
    c, x0, _, keep_t, noise_t, keep_s, noise_s = by_hand(POINTS, level_t, level_s, label or 0)
    mean = np.sqrt(keep_s) * ((1 - c) * POINTS / np.sqrt(keep_t) + c * x0)
    size = {"posterior": noise_s * c, "forward": noise_t * c, "true": noise_s * c + keep_s * c**2 * 0.3 * level_t**2}[variance]
    found = stepped(ancestral, label=label, variance=(lambda omega: 0.3 * omega**2) if variance == "true" else variance)
    np.testing.assert_allclose(found, mean + np.sqrt(size) * DRAW, rtol=1e-9)


@pytest.mark.parametrize("eta", [0.0, 0.6, 1.0])
def test_one_step_of_ddim_by_hand(known_noise, eta):
    c, x0, eps, *_, keep_s, noise_s = by_hand(POINTS, *(-10 + 22 * t for t in TWO))
    square = eta**2 * noise_s * c
    wanted = np.sqrt(keep_s) * x0 + np.sqrt(noise_s - square) * eps + np.sqrt(square) * DRAW
    np.testing.assert_allclose(stepped(ddim, eta=eta), wanted, rtol=1e-9)


def moved(x, level, step=None, snr=None):
    """Langevin's step by hand."""
    keep, noise = shares(level)
    score = (np.sqrt(keep) * np.tanh(x) - x) / noise
    if snr is None:
        h = (0.1 if step is None else step) * noise
    else:
        h = 2 * (snr * np.linalg.norm(DRAW, axis=1).mean() / np.linalg.norm(score, axis=1).mean()) ** 2
    return x + h * score + np.sqrt(2 * h) * DRAW


@pytest.mark.parametrize("size", [{}, {"step": 0.3}, {"snr": 0.2}])
def test_langevin_and_the_corrector_by_hand(known_noise, size):
    def denoise(*given):
        return steered(*given)

    found = langevin(denoise, 0, POINTS, 1.5, steps=2, **size)
    np.testing.assert_allclose(found, moved(moved(POINTS, 1.5, **size), 1.5, **size), rtol=1e-9)
    alone, level = np.asarray(stepped(ancestral)), -10 + 22 * TWO[1]
    np.testing.assert_allclose(stepped(predictor_corrector, **size), moved(alone, level, **size), rtol=1e-9)
    twice = moved(moved(alone, level, **size), level, **size)
    np.testing.assert_allclose(stepped(predictor_corrector, corrections=2, **size), twice, rtol=1e-9)


@pytest.mark.parametrize("spacing", ["time", "omega"])
@pytest.mark.parametrize("name", ["linear", "cosine"])
def test_eulers_steps_of_the_flow_by_hand(double, spacing, name):
    plan = schedule(name, low=-4.0, high=5.0)
    levels = np.asarray(noise_levels(plan, 3, spacing))
    times = np.asarray(plan.time_of(jnp.asarray(levels)))
    x, path = POINTS, [POINTS]
    for t, s in zip(times, times[1:]):
        keep, noise = shares(float(plan.omega(t)))
        eps = (x - np.sqrt(keep) * np.tanh(x)) / np.sqrt(noise)
        x = x + (s - t) * 0.5 * float(plan.rate(t)) * np.sqrt(noise) * (eps - np.sqrt(noise) * x)
        path.append(x)
    options = {"steps": 3, "method": "euler", "spacing": spacing, "start": POINTS, "schedule": plan, "denoise": steered}
    found = run(probability_flow, shape=(5, 2), final="state", trajectory=True, **options)
    np.testing.assert_allclose(found, path, rtol=1e-6, atol=1e-9)
    keep, _ = shares(-4.0)
    np.testing.assert_allclose(run(probability_flow, shape=(5, 2), **options), np.tanh(x), rtol=1e-6, atol=1e-9)


def test_the_flow_goes_both_ways_over_any_span(double):
    options = {"shape": (5, 2), "denoise": gaussian(0.5), "rtol": 1e-9, "atol": 1e-9}
    there = run(probability_flow, start=POINTS, span=(0.3, 0.8), **options)
    spread = [np.dot(shares(-10 + 22 * t), (0.5, 1.0)) for t in (0.3, 0.8)]
    np.testing.assert_allclose(there, POINTS * np.sqrt(spread[1] / spread[0]), rtol=1e-5)
    np.testing.assert_allclose(run(probability_flow, start=there, span=(0.8, 0.3), **options), POINTS, rtol=1e-5)
    path = run(probability_flow, start=POINTS, span=(0.3, 0.8), trajectory=True, frames=4, **options)
    assert path.shape == (5, 5, 2)
    for x, t in zip(path, np.linspace(0.3, 0.8, 5)):
        now = np.dot(shares(-10 + 22 * t), (0.5, 1.0))
        np.testing.assert_allclose(x, POINTS * np.sqrt(now / spread[0]), rtol=1e-5)


# What every sampler shares.


def test_noise_levels():
    cosine = schedule("cosine", low=-6.0, high=6.0)
    np.testing.assert_allclose(noise_levels(cosine, 4, "omega"), [6, 3, 0, -3, -6], rtol=1e-6)
    times = np.array([1.0, 0.7, 0.1])
    np.testing.assert_allclose(noise_levels(cosine, times), cosine.omega(jnp.asarray(times)), rtol=1e-6)
    np.testing.assert_allclose(noise_levels(cosine, times, "omega"), cosine.omega(jnp.asarray(times)), rtol=1e-6)
    np.testing.assert_allclose(noise_levels(cosine, 4), cosine.omega(jnp.arange(4, -1, -1) / 4), rtol=1e-6)
    np.testing.assert_allclose(noise_levels(cosine, 2), cosine.omega(jnp.array([1.0, 0.5, 0.0])), rtol=1e-6)


@pytest.mark.parametrize("sampler", [ancestral, probability_flow, reverse_sde])
def test_trajectories(sampler):
    start = jax.random.normal(jax.random.key(3), (7, 2))
    options = {"shape": (7, 2), "steps": 5, "start": start}
    path = run(sampler, trajectory=True, **options)
    assert path.shape == (7, 7, 2)  # the start, five steps, the mean
    np.testing.assert_allclose(path[0], start, rtol=1e-6)
    state = run(sampler, final="state", **options)
    np.testing.assert_allclose(path[-2], state, rtol=1e-5, atol=1e-6)
    mean = law().denoise(state, jnp.full(7, -10.0)).x0
    np.testing.assert_allclose(path[-1], mean, rtol=1e-5, atol=1e-5)
    if sampler is ancestral:
        np.testing.assert_allclose(path[-1], run(sampler, **options), rtol=1e-5, atol=1e-6)


def test_the_chain_of_ddpm_ends_with_a_mean():
    """Times 1, (T−1)/T, …, 1/T: the last step is the mean of x_0 given x_1."""
    times = np.arange(4, 0, -1) / 4
    path = run(ancestral, shape=(3, 2), steps=times, trajectory=True)
    assert path.shape == (5, 3, 2)
    omega = jnp.full(3, SCHEDULE.omega(0.25))
    np.testing.assert_allclose(path[-1], law().denoise(path[-2], omega).x0, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("scan", [False, True])
def test_a_loop_takes_the_steps_that_are_asked_for(scan):
    path = run(ancestral, shape=(2, 2), steps=3, trajectory=True, scan=scan)
    assert path.shape == (5, 2, 2)  # the start, three steps, the mean


@pytest.mark.parametrize("sampler", [ancestral, predictor_corrector])
def test_the_loop_is_the_same_compiled_or_not(sampler):
    options = {"shape": (5, 2), "steps": 6, "label": 1, "trajectory": True}
    np.testing.assert_allclose(
        run(sampler, scan=False, **options), run(sampler, scan=True, **options), rtol=1e-5, atol=1e-6
    )


class Scaled:
    """A denoiser with a weight that JAX sees, and a count of how often it is traced."""

    traced = 0
    convolutional = False

    def __init__(self, weight):
        self.weight = weight

    def denoise(self, x_t, omega, label=None):
        Scaled.traced += 1
        return Prediction(x_t, omega, self.weight * x_t, "x0")


jax.tree_util.register_pytree_node(Scaled, lambda s: ((s.weight,), None), lambda _, w: Scaled(*w))


class Convolutional(Scaled):
    convolutional = True


jax.tree_util.register_pytree_node(
    Convolutional, lambda s: ((s.weight,), None), lambda _, w: Convolutional(*w)
)


def test_new_weights_compile_nothing():
    first = run(ancestral, shape=(2, 3), denoise=Scaled(jnp.array(0.1)).denoise, steps=4)
    before = Scaled.traced
    second = run(ancestral, shape=(2, 3), denoise=Scaled(jnp.array(0.9)).denoise, steps=4)
    assert Scaled.traced == before > 0
    assert np.abs(first - second).max() > 0.01


class Counted(Denoiser):
    traced = 0

    def __call__(self, x_t, omega, label=None):
        Counted.traced += 1
        return super().__call__(x_t, omega, label)


def test_new_networks_compile_nothing():
    found = []
    for seed in (0, 1):
        network = MLPDenoiser((3,), width=8, depth=1, rngs=nnx.Rngs(0))
        # the last layer begins at zero
        nnx.update(network, jax.tree.map(lambda w: w + 0.1 + 0.1 * seed, nnx.state(network, nnx.Param)))
        found.append(run(ddim, shape=(2, 3), denoise=Counted(network, "v"), steps=4))
        if seed == 0:
            before = Counted.traced
    assert Counted.traced == before > 0
    assert np.abs(found[0] - found[1]).max() > 1e-3


def test_a_plain_function_may_change():
    weight = [0.1]

    def denoise(x_t, omega, label=None):
        return Prediction(x_t, omega, weight[0] * x_t, "x0")

    first = run(ddim, shape=(2, 3), denoise=denoise, steps=4)
    weight[0] = 0.9
    assert np.abs(run(ddim, shape=(2, 3), denoise=denoise, steps=4) - first).max() > 0.01


@pytest.mark.parametrize("kind, outside", [(Scaled, False), (Convolutional, True)])
def test_convolutional_denoisers_are_stepped_outside_a_loop_on_a_cpu(monkeypatch, kind, outside):
    walked = []
    plain = module("drive")._python_walk
    monkeypatch.setattr(module("drive"), "_python_walk", lambda *a: walked.append(1) or plain(*a))
    monkeypatch.setattr(jax, "default_backend", lambda: "cpu")
    run(ancestral, shape=(2, 3), denoise=kind(jnp.array(0.5)).denoise, steps=3)
    assert bool(walked) == outside
    monkeypatch.setattr(jax, "default_backend", lambda: "gpu")
    walked.clear()
    run(ancestral, shape=(2, 3), denoise=kind(jnp.array(0.5)).denoise, steps=3)
    assert not walked


def test_same_key_same_samples():
    x, again, other = (run(ancestral, seed=s, shape=(3, 2), steps=4) for s in (0, 0, 1))
    assert np.array_equal(x, again) and not np.array_equal(x, other)


@pytest.mark.parametrize(
    "options, message",
    [
        ({"steps": 0}, "steps must be a whole number of at least 1, given 0"),
        ({"steps": 2.5}, "given 2.5"),
        ({"steps": [0.0, 1.0]}, "times must fall"),
        ({"steps": [1.5, 0.5]}, "times must fall"),
        ({"steps": [0.5]}, "at least one step"),
        ({"steps": [[1.0, 0.5]]}, "at least one step"),
        ({"steps": [1.0, 1.0]}, "times must fall"),
        ({"steps": [1.0, -0.1]}, "times must fall"),
        ({"shape": 2}, r"shape must be \[B, …\]"),
        ({"shape": ()}, r"shape must be \[B, …\]"),
        ({"label": True}, "labels must be whole numbers, given True"),
        ({"spacing": "snr"}, "no spacing 'snr'; there are time, omega"),
        ({"final": "sample"}, "no final 'sample'; there are mean, state"),
        ({"variance": "small"}, "variance must be"),
        ({"label": [0.5, 1.0]}, "labels must be whole numbers, given float64 with fractions"),
        ({"label": jnp.zeros(3, int)}, r"one label an example is wanted, \[2\] or one for all, given \[3\]"),
        ({"start": jnp.zeros((3, 2))}, r"start must have the shape \[2, 2\]"),
        ({"shape": (0, 2)}, "each size in shape must be a whole number of at least 1, given 0"),
    ],
)
def test_errors(options, message):
    with pytest.raises(ValueError, match=message):
        run(ancestral, **{"steps": 3, "shape": (2, 2), **options})


@pytest.mark.parametrize(
    "sampler, options, message",
    [
        (ddim, {"eta": 1.5}, r"eta must lie in \[0, 1\]"),
        (predictor_corrector, {"corrections": 0}, "corrections"),
        (ddim, {"eta": -0.1}, r"eta must lie in \[0, 1\]"),
        (predictor_corrector, {"step": 0.0}, r"step must lie in \(0, 2\)"),
        (probability_flow, {"steps": None, "span": (-0.1, 1.0)}, "two different times"),
        (probability_flow, {"steps": None, "span": (0.0, 1.1)}, "two different times"),
        (probability_flow, {"span": (0.0, 1.0), "spacing": "omega"}, "not both"),
        (predictor_corrector, {"step": 2.0}, r"step must lie in \(0, 2\)"),
        (predictor_corrector, {"snr": 0.0}, "snr must be above 0"),
        (predictor_corrector, {"snr": 0.1, "step": 0.1}, "not both"),
        (probability_flow, {"method": "leapfrog"}, "method must be one of euler, heun"),
        (probability_flow, {"steps": None, "span": (0.5, 0.5)}, "two different times"),
        (probability_flow, {"steps": [1.0, 0.0], "span": (0.0, 1.0)}, "not both"),
        (reverse_sde, {"method": "heun"}, "method must be one of euler, sra1, shark"),
        (reverse_sde, {"method": "euler", "steps": None}, "adaptive steps need"),
    ],
)
def test_errors_of_one_sampler(sampler, options, message):
    with pytest.raises(ValueError, match=message):
        run(sampler, **{"steps": 3, "shape": (2, 2), **options})
