"""The VDM: terms against derivations, exact Gaussians and quadrature; schedules; gradients; generation.

**Power.** Where a mean over random draws is compared with an exact value, the bound is four standard
errors, and the test also asserts that four standard errors are at most 3 % of the value: a term wrong by
more than 6 %, such as a factor ½ or T − 1 for T at T ≤ 16, is seen with near certainty.
"""

import dataclasses
import math

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
import sympy
from flax import nnx
from scipy import stats

from vdmlib import (
    VDM,
    GaussianDiffusion,
    LevelSoftmax,
    LinearSchedule,
    MonotoneSchedule,
    convert,
    low_discrepancy_times,
    schedule,
    second_moment_gradient,
)
from vdmlib.derive import KL, Derivation, N
from vdmlib.diffusion.parameterizations import KINDS, along
from vdmlib.models.vdm.clocks import ContinuousTime, DiscreteTime
from vdmlib.models.vdm.weightings import WEIGHTINGS

LOW, HIGH = -8.0, 5.0


class Exact(nnx.Module):
    """E[x_0 | x_t] for data N(0, c²), times a learnable number; told in any parameterisation."""

    def __init__(self, c=1.0, kind="x0"):
        self.c, self.kind = c, kind
        self.factor = nnx.Param(jnp.ones(()))

    def __call__(self, x_t, omega, label=None):
        wide = along(omega, x_t)
        a, variance = jnp.sqrt(jax.nn.sigmoid(-wide)), jax.nn.sigmoid(wide)
        factor = self.factor[...].astype(x_t.dtype)
        x0 = factor * a * self.c**2 * x_t / (a**2 * self.c**2 + variance)
        return convert(x0, x_t, omega, "x0", self.kind)[..., None]


class Random(nnx.Module):
    """A small fixed network of tanh whose output depends on x_t, ω and the label."""

    def __init__(self, dims, channels, seed=0, size=1.0):
        keys = jax.random.split(jax.random.key(seed), 4)
        self.into = nnx.Param(jax.random.normal(keys[0], (dims, 12)))
        self.level = nnx.Param(0.3 * jax.random.normal(keys[1], (12,)))
        self.out = nnx.Param(size * jax.random.normal(keys[2], (12, dims * channels)))
        self.table = nnx.Param(jax.random.normal(keys[3], (3, 12)))

    def __call__(self, x_t, omega, label=None):
        h = x_t.reshape(len(x_t), -1) @ self.into[...].astype(x_t.dtype) + omega[:, None] * self.level[...][None]
        h = h + self.table[...][jnp.full(len(x_t), 2) if label is None else label]
        return (jnp.tanh(h) @ self.out[...].astype(x_t.dtype)).reshape(*x_t.shape, -1)


def points(network=None, *, low=LOW, high=HIGH, shape=(1,), predict="x0", **options):
    return VDM(shape, None, network=Exact() if network is None else network, predict=predict, low=low, high=high, **options)


def images(levels=3, shape=(2, 2), size=1.0, **options):
    net = Random(math.prod(shape), levels, size=size)
    return VDM(shape, levels, network=net, **{"low": -6.0, "high": 4.0, **options})


def near(draws, wanted):
    """Whether the mean of independent draws is the wanted value, with the power stated above."""
    draws = np.asarray(draws, float)
    error = draws.std() / math.sqrt(len(draws))
    assert 4 * error <= 0.03 * abs(wanted), f"too few draws: {error}"
    assert abs(draws.mean() - wanted) <= 4 * error + 1e-5 * abs(wanted), (draws.mean(), wanted, error)


# --- against derivations


def test_a_step_costs_what_the_derivation_says(double):
    """KL( q(x_s|x_t, x) ‖ q(x_s|x_t, x̂) ) from Bayes' rule, reduced to SNRs by the engine."""
    x, guess, x_s, x_t = sympy.symbols("x guess x_s x_t", real=True)
    A, B = sympy.symbols("A B", positive=True)  # ᾱ_t = A and ᾱ_s = A + B − A·B, between A and 1
    earlier = A + B - A * B
    # log q(x_t|x_s) + log q(x_s|x), as a quadratic in x_s
    joint = -((x_t - sympy.sqrt(A / earlier) * x_s) ** 2) / (2 * (1 - A / earlier))
    joint -= (x_s - sympy.sqrt(earlier) * x) ** 2 / (2 * (1 - earlier))
    precision = sympy.simplify(-sympy.diff(joint, x_s, 2))
    mean = sympy.solve(sympy.diff(joint, x_s), x_s)[0]
    cost = sympy.factor(sympy.simplify((mean - mean.subs(x, guess)) ** 2 * precision / 2))
    step = Derivation("vdm.step", "One step in SNRs").start(cost)
    snr_t, snr_s = A / (1 - A), earlier / (1 - earlier)
    step.equals((snr_s - snr_t) * (x - guess) ** 2 / 2, because="the posterior's variance is $(1-\\bar\\alpha_s)(1-\\alpha)/(1-\\bar\\alpha_t)$")
    cost_of = step.function(1, A, B, x, guess, modules="jax")

    model, steps = points(Exact(0.7), steps=7), 7
    x = jax.random.normal(jax.random.key(0), (5, 1))
    key, k = jax.random.key(1), jnp.arange(1, steps + 1)
    eps = jax.random.normal(key, x.shape, x.dtype)
    found = model.per_time(x, key, k / steps) / steps
    for i in range(steps):
        t, s = (i + 1) / steps, i / steps
        a_t, a_s = (model.schedule.alpha_bar(time) for time in (t, s))
        x_t = jnp.sqrt(a_t) * x + jnp.sqrt(1 - a_t) * eps
        guess = model.denoise(x_t, model.schedule.omega(t)).x0
        wanted = cost_of(a_t, (a_s - a_t) / (1 - a_t), x, guess)[:, 0]
        np.testing.assert_allclose(found[i], wanted, rtol=1e-7)


def test_the_continuous_integrand_is_the_limit_of_a_step(double):
    """−½ SNR' (x − x̂)², derived as the limit of the step's weight times T."""
    h, w, rate = sympy.symbols("h omega rate", positive=True)
    weight = (sympy.exp(-(w - rate * h)) - sympy.exp(-w)) / (2 * h)  # ω linear over one step of length h
    limit = sympy.limit(weight, h, 0)
    chain = Derivation("vdm.limit", "The weight in continuous time")
    chain.start(limit).equals(rate * sympy.exp(-w) / 2, because="derivative of the SNR")
    weight_of = chain.function(1, w, rate, modules="jax")
    model = points(Exact(0.7), schedule="cosine")
    x, key, t = jnp.array([[0.4], [-1.3]]), jax.random.key(2), jnp.linspace(0, 1, 9)
    found = model.per_time(x, key, t)
    eps = jax.random.normal(key, x.shape, x.dtype)
    for i, time in enumerate(t):
        law = model.schedule
        x_t = law.signal(time) * x + law.noise(time) * eps
        error = jnp.square(x - model.denoise(x_t, law.omega(time)).x0)[:, 0]
        np.testing.assert_allclose(found[i], weight_of(law.omega(time), law.rate(time)) * error, rtol=1e-9)


def test_prior_term_is_the_divergence(double):
    x, z = sympy.symbols("x z", real=True)
    a, s = sympy.symbols("a s", positive=True)
    price = Derivation("vdm.prior", "The prior term of one coordinate")
    price.start(KL(N(z, a * x, s**2), N(z, 0, 1)))
    price.equals((a**2 * x**2 + s**2 - 1 - sympy.log(s**2)) / 2, because="two normal laws")
    model = images(levels=5, high=1.5)
    data = jax.random.randint(jax.random.key(0), (6, 2, 2), 0, 5)
    signal, noise = model.schedule.signal(1.0), model.schedule.noise(1.0)
    each = price.function(1, a, s, x, modules="jax")(signal, noise, model.scale(data))
    found = model.elbo(data, jax.random.key(0)).prior
    np.testing.assert_allclose(found, each.sum((1, 2)), rtol=1e-10)
    assert bool((found >= 0).all())


def test_prior_term_is_never_below_zero():
    for high in (6.0, 12.0, 18.0, 25.0):
        x = jnp.linspace(-1, 1, 4001)[:, None]
        assert float(points(high=high).elbo(x, jax.random.key(0)).prior.min()) >= 0


# --- against exact Gaussians


@pytest.mark.parametrize("steps", [None, 4, 16])
@pytest.mark.parametrize("name", ["linear", "cosine"])
def test_terms_of_gaussian_data(name, steps):
    """Averaged over data N(0, c²), the diffusion term has a closed form; c differs by coordinate."""
    c = np.array([0.4, 1.3])
    model = points(Exact(jnp.asarray(c, jnp.float32)[None]), shape=(2,), schedule=name, steps=steps)
    count = 600_000
    x = jnp.asarray(c * np.random.default_rng(0).normal(size=(count, 2)), jnp.float32)
    terms = jax.jit(lambda x: model.elbo(x, jax.random.key(1)))(x)
    exact = GaussianDiffusion(np.zeros(2), c**2)
    if steps is None:
        wanted = exact.continuous_elbo(LOW, HIGH).diffusion
    else:
        omega = np.asarray(model.schedule.omega(jnp.arange(steps + 1) / steps), np.float64)
        wanted = exact.elbo(omega, "posterior").diffusion.sum()
    near(terms.diffusion, wanted)
    near(terms.prior, exact.continuous_elbo(LOW, HIGH).prior)


def test_bound_of_a_model_whose_evidence_is_known():
    """Data and every marginal N(0, 1): in continuous time the model draws x at ω(0) from N(0, 1), so
    p(x) = N(0, (1 + 1 − ᾱ)/ᾱ). The bound is below it and, with little noise at t = 0, close."""
    model = points(shape=(3,), low=-8.0, high=6.0)
    x = jax.random.normal(jax.random.key(0), (60_000, 3))
    elbo = np.asarray(jax.jit(lambda x: model.elbo(x, jax.random.key(1), samples=4).elbo)(x), np.float64)
    a2 = float(model.schedule.alpha_bar(0.0))
    evidence = stats.norm.logpdf(np.asarray(x), scale=math.sqrt((2 - a2) / a2)).sum(-1)
    gap = evidence - elbo
    error = gap.std() / math.sqrt(len(gap))
    assert -4 * error <= gap.mean() <= 4 * error + 0.01 and error < 0.03


@pytest.mark.parametrize("kind", KINDS)
def test_one_denoiser_in_every_parameterisation(kind):
    x, key = jax.random.normal(jax.random.key(0), (64, 2)), jax.random.key(3)
    wanted, _ = points(Exact(0.8), shape=(2,)).loss(x, key)
    found, metrics = points(Exact(0.8, kind), shape=(2,), predict=kind).loss(x, key)
    np.testing.assert_allclose(found, wanted, rtol=2e-3)
    np.testing.assert_allclose(metrics["prior"] + metrics["diffusion"] - metrics["reconstruction"], found, rtol=1e-5)


# --- one pixel, whose evidence is a chain of integrals on a line

GRID = np.linspace(-7, 7, 2801)


def normal(x, mean, variance):
    return np.exp(-0.5 * (x - mean) ** 2 / variance) / np.sqrt(2 * np.pi * variance)


def one_pixel(steps=3):
    """A model of one pixel with three levels; its p(x), and its bound, by sums on a grid."""
    model = images(shape=(1, 1), size=2.0, steps=steps, low=-1.5, high=2.0)
    omega = np.asarray(model.schedule.omega(jnp.arange(steps + 1) / steps), np.float64)
    share, width = 1 / (1 + np.exp(omega)), GRID[1] - GRID[0]
    places = np.array([-1.0, 0.0, 1.0])
    density, cost = normal(GRID, 0, 1), np.zeros(3)
    for t in range(steps, 0, -1):
        grid = jnp.asarray(GRID, jnp.float32)[:, None, None]
        guess = np.asarray(model.denoise(grid, jnp.float32(omega[t])).x0, np.float64)[:, 0, 0]
        ratio = share[t] / share[t - 1]
        variance = (1 - ratio) * (1 - share[t - 1]) / (1 - share[t])

        def mean(x, t=t, ratio=ratio):
            old = np.sqrt(ratio) * (1 - share[t - 1]) * GRID + np.sqrt(share[t - 1]) * (1 - ratio) * x
            return old / (1 - share[t])

        for k, place in enumerate(places):
            here = normal(GRID, np.sqrt(share[t]) * place, 1 - share[t])
            cost[k] += width * np.sum(here * (mean(place) - mean(guess)) ** 2 / (2 * variance))
        density = width * normal(GRID[:, None], mean(guess)[None], variance) @ density
    law = normal(GRID[:, None], np.sqrt(share[0]) * places, 1 - share[0])
    law /= law.sum(-1, keepdims=True)
    evidence = width * density @ law
    end = normal(GRID[:, None], np.sqrt(share[0]) * places, 1 - share[0])
    reconstruction = width * np.sum(end * np.log(law), axis=0)
    prior = 0.5 * (share[-1] * places**2 - share[-1] - np.log(1 - share[-1]))
    return model, evidence, reconstruction, prior, cost


def test_bound_and_evidence_of_one_pixel():
    model, evidence, reconstruction, prior, cost = one_pixel()
    np.testing.assert_allclose(evidence.sum(), 1, atol=1e-6)
    # in turn, not in blocks: the times of neighbours are neighbours, so a block would not see all of them
    pixels = jnp.tile(jnp.arange(3), 40_000)[:, None, None]
    terms = jax.jit(lambda p: model.elbo(p, jax.random.key(0), samples=4))(pixels)
    for name, wanted in {"reconstruction": reconstruction, "prior": prior, "diffusion": cost}.items():
        for k, draws in enumerate(np.asarray(getattr(terms, name)).reshape(-1, 3).T):
            near(draws, wanted[k])
    bound = reconstruction - prior - cost
    assert np.all(bound < np.log(evidence)) and np.all(bound > np.log(evidence) - 5)


def test_samples_follow_the_evidence():
    """χ² with 20,000 draws: a level's probability wrong by 0.02 is rejected 99 times in 100 at 1/1000."""
    model, evidence, *_ = one_pixel()
    drawn = np.asarray(model.generate(jax.random.key(0), 20_000))
    assert drawn.shape == (20_000, 1, 1) and drawn.dtype == np.int32
    counts = np.bincount(drawn.ravel(), minlength=3)
    assert stats.chisquare(counts, 20_000 * evidence / evidence.sum()).pvalue > 1e-3
    moved = evidence / evidence.sum() + np.array([0.02, -0.02, 0.0])
    assert stats.chisquare(counts, 20_000 * moved).pvalue < 1e-3


# --- schedules


def bent(low, high):
    law = MonotoneSchedule(low, high, width=8)
    law.raw_height[...] = law.raw_height[...] + 2 * jnp.sin(jnp.arange(8.0) * 2)
    return law


def test_the_continuous_bound_does_not_depend_on_the_schedule():
    """By the midpoint rule in t with the same noise: agreement to 0.3 %, for a network fitted to nothing."""
    model = images(levels=5, shape=(2, 3), size=2.0)
    data, t = jax.random.randint(jax.random.key(0), (64, 2, 3), 0, 5), (jnp.arange(400) + 0.5) / 400
    found = []
    for law in ("linear", "cosine", bent(-6.0, 4.0)):
        model.schedule = schedule(law, **({} if not isinstance(law, str) else {"low": -6.0, "high": 4.0}))
        each = np.asarray(model.per_time(data, jax.random.key(1), t).mean(0), float)
        found.append(each.mean())
    np.testing.assert_allclose(found, found[0], rtol=3e-3)
    # and the estimate of the last one, with other noise and random times
    draws = np.asarray(model.elbo(jnp.concatenate([data] * 300), jax.random.key(2)).diffusion, float)
    error = math.hypot(each.std() / 8, draws.std() / math.sqrt(len(draws)))
    assert abs(draws.mean() - found[-1]) < 4 * error < 0.2 * found[-1]


def test_discrete_time_tends_to_continuous_time():
    data = jax.random.randint(jax.random.key(0), (256, 2, 2), 0, 3)

    def value(steps):
        model, many = images(steps=steps), steps or 2000
        t = (jnp.arange(many) + (0.5 if steps is None else 1.0)) / many
        return float(model.per_time(data, jax.random.key(1), t).mean())

    limit = value(None)
    gaps = np.array([value(steps) - limit for steps in (16, 64, 256)])
    assert np.all(gaps > 0) and gaps[-1] < 0.02 * limit
    np.testing.assert_allclose(gaps[:-1] / gaps[1:], 4, rtol=0.35)  # as 1/T


def test_low_discrepancy_times_are_uniform_and_even():
    keys = jax.random.split(jax.random.key(0), 4000)
    t = np.asarray(jax.vmap(lambda k: low_discrepancy_times(k, (3, 5)))(keys))
    assert t.shape == (4000, 3, 5) and t.min() >= 0 and t.max() < 1
    for i in range(3):
        for j in range(5):
            assert stats.kstest(t[:, i, j], "uniform").pvalue > 1e-5
    # one to each of 15 cells, and for one example one to each third
    assert np.all(np.sort(np.floor(t.reshape(4000, 15) * 15 - 1e-4).clip(0), -1).std(-1) > 4)
    np.testing.assert_allclose(np.diff(np.sort(t.reshape(4000, -1)), axis=-1), 1 / 15, atol=1e-5)
    np.testing.assert_allclose(np.diff(np.sort(t, axis=1), axis=1), 1 / 3, atol=1e-5)


def test_low_discrepancy_times_lower_the_variance_of_the_loss():
    x = jax.random.normal(jax.random.key(0), (32, 8))
    spread, mean = {}, {}
    for times in ("low-discrepancy", "independent"):
        model = points(Exact(0.3), shape=(8,), times=times, low=-10.0)
        losses = jax.jit(jax.vmap(lambda k, m=model: m.elbo(0.3 * x, k).diffusion.mean()))(
            jax.random.split(jax.random.key(1), 2000)
        )
        spread[times], mean[times] = float(losses.var()), float(losses.mean())
    error = math.sqrt(sum(spread.values()) / 2000)
    assert abs(mean["low-discrepancy"] - mean["independent"]) < 4 * error < 0.03 * mean["independent"]
    # a factor near 2.5 by the formula for independent draws; noise alone makes 1 ± 0.09
    assert spread["independent"] > 1.5 * spread["low-discrepancy"]


# --- the variance-minimising gradient


def learned(learn_ends=True, predict="x0"):
    law = MonotoneSchedule(-6.0, 4.0, width=4, learn_ends=learn_ends)
    law.raw_height[...] = jnp.array([1.0, -1.0, 0.5, 2.0])
    return points(Exact(0.5), shape=(2,), schedule=law, low=None, high=None)


def difference(function, leaf, h=1e-5):
    """The central finite difference of ``function()`` in each entry of an ``nnx.Param``."""
    start = np.asarray(leaf[...], np.float64)
    out = np.zeros_like(start)
    for place in np.ndindex(start.shape):
        ends = []
        for sign in (1, -1):
            moved = start.copy()
            moved[place] += sign * h
            leaf[...] = jnp.asarray(moved)
            ends.append(float(function()))
        out[place] = (ends[0] - ends[1]) / (2 * h)
    leaf[...] = jnp.asarray(start)
    return out


def test_each_weight_gets_the_gradient_of_its_own_aim(double):
    """Finite differences of the loss for the denoiser and the ends, of E[(ℓ/dims)²] for the interior."""
    model = learned()
    for leaf in jax.tree.leaves(model, is_leaf=lambda v: isinstance(v, nnx.Param)):
        if isinstance(leaf, nnx.Param):
            leaf[...] = leaf[...].astype(jnp.float64)
    x, key = 0.5 * jax.random.normal(jax.random.key(0), (40, 2)), jax.random.key(5)
    model.network.factor[...] = jnp.asarray(0.8)
    gradient = jax.jit(nnx.grad(lambda m: m.loss(x, key)[0]))(model)
    for_terms = jax.random.split(key, 3)[0]
    loss_of = jax.jit(lambda m: m.loss(x, key)[0])
    second_moment_of = jax.jit(lambda m: jnp.mean(jnp.square(m.elbo(x, for_terms).diffusion / 2)))

    def loss():
        return loss_of(model)

    def second_moment():
        return second_moment_of(model)

    law = model.schedule
    assert float(abs(gradient.network.factor[...])) > 1e-3
    np.testing.assert_allclose(gradient.network.factor[...], difference(loss, model.network.factor), rtol=1e-6)
    for name in ("first", "raw_span"):
        ends = getattr(gradient.schedule.line, name)[...]
        np.testing.assert_allclose(ends, difference(loss, getattr(law.line, name)), rtol=1e-6)
        assert float(abs(ends)) > 1e-3
    for name in ("raw_slope", "raw_height", "raw_steepness", "shift"):
        inside = getattr(gradient.schedule, name)[...]
        np.testing.assert_allclose(inside, difference(second_moment, getattr(law, name)), rtol=1e-5, atol=1e-9)
        assert float(jnp.abs(inside).max()) > 1e-5
        # and that is not the gradient of the loss
        assert not np.allclose(inside, difference(loss, getattr(law, name)), rtol=0.2)


def test_discrete_time_has_the_plain_gradient(double):
    model = points(Exact(0.5), shape=(2,), schedule=learned().schedule, low=None, high=None, steps=4)
    x, key = 0.5 * jax.random.normal(jax.random.key(0), (40, 2)), jax.random.key(5)
    model.schedule.shift[...] = model.schedule.shift[...].astype(jnp.float64)
    gradient = nnx.grad(lambda m: m.loss(x, key)[0])(model)
    wanted = difference(lambda: model.loss(x, key)[0], model.schedule.shift)
    np.testing.assert_allclose(gradient.schedule.shift[...], wanted, rtol=1e-5, atol=1e-9)


def test_the_second_moment_gradient_takes_its_cotangents_weights():
    def aim(twin):
        value = second_moment_gradient(lambda w, t, g: w * jnp.sin(t) * g, 0.5, 3.0, t, twin, jnp.ones(3))
        return jnp.sum(value * jnp.array([1.0, 2.0, 0.0]))

    t = jnp.array([0.3, 1.0, 2.0])
    wanted = jax.grad(lambda t: jnp.sum(0.5 * (3 * jnp.sin(t)) ** 2 * jnp.array([1.0, 2.0, 0.0])))(t)
    np.testing.assert_allclose(jax.grad(aim)(t), wanted, rtol=1e-6)


def test_a_learned_schedule_lowers_the_variance():
    """Data N(0, c²) with an exact denoiser: half of a linear schedule's time is spent where nothing is
    lost. The least second moment over t alone is the square of the mean, for a constant integrand."""
    model = points(Exact(0.2), shape=(16,), schedule=MonotoneSchedule(-10.0, 8.0), low=None, high=None)
    x = 0.2 * jax.random.normal(jax.random.key(0), (512, 16))
    graph, weights, rest = nnx.split(model, nnx.PathContains("schedule"), ...)
    adam = optax.adam(0.05)

    def draws(weights, key):
        return nnx.merge(graph, weights, rest).elbo(x, key, samples=8).diffusion

    def moments(weights):
        found = jax.vmap(lambda k: nnx.merge(graph, weights, rest)._diffusion(
            low_discrepancy_times(k, (512,)), {"x": x, "eps": jax.random.normal(k, x.shape), "label": None, "key": None}
        ))(jax.random.split(jax.random.key(9), 16))
        return float(found.mean()), float(found.var())

    @jax.jit
    def train(weights):
        def step(carry, key):
            weights, state = carry
            slope = jax.grad(lambda w: nnx.merge(graph, w, rest).loss(x, key)[0])(weights)
            updates, state = adam.update(slope, state)
            return (optax.apply_updates(weights, updates), state), None

        keys = jax.random.split(jax.random.key(1), 150)
        return jax.lax.scan(step, (weights, adam.init(weights)), keys)[0][0]

    mean, variance = moments(weights)
    mean_after, after = moments(train(weights))
    assert abs(mean_after - mean) < 0.03 * mean
    assert after < 0.4 * variance


# --- levels


def test_default_low_end_loses_nothing_in_reconstruction():
    model = VDM((8, 8), 17, width=8, depth=1)
    data = jax.random.randint(jax.random.key(0), (200, 8, 8), 0, 17)
    lost = -jax.jit(lambda m: m.elbo(data, jax.random.key(1)))(model).reconstruction.mean()
    assert 0 <= lost < 0.05  # nats of a whole image


# --- classes


def conditional(**options):
    return images(classes=2, **options)


def test_no_label_is_the_null_token():
    model = conditional()
    data, key = jax.random.randint(jax.random.key(0), (5, 2, 2), 0, 3), jax.random.key(1)
    null = jnp.full(5, 2)
    np.testing.assert_array_equal(model.elbo(data, key).elbo, model.elbo(data, key, null).elbo)
    assert not np.allclose(model.elbo(data, key).elbo, model.elbo(data, key, jnp.zeros(5, int)).elbo)


def test_labels_are_dropped_in_training_alone():
    """A network that is wrong by 100 where it sees the null token: the loss counts how often. With 4000
    labels the share has a standard error of 0.007."""

    def tells(x_t, omega, label=None):
        null = jnp.ones(len(x_t)) if label is None else (label == 2).astype(x_t.dtype)
        return 100.0 * jnp.broadcast_to(null[:, None, None], (*x_t.shape, 1))

    def share(drop, step):
        model = points(tells, predict="eps", classes=2, drop=drop)
        batch = jnp.zeros((4000, 1)), jnp.arange(4000) % 2
        _, metrics = model.loss(batch, jax.random.key(0), step=step)
        return float(metrics["diffusion"] / (0.5 * (HIGH - LOW) * 100.0**2))

    for drop, step, wanted in ((0.0, 0, 0), (1.0, 0, 1), (1.0, None, 0), (0.25, 0, 0.25), (0.25, None, 0)):
        np.testing.assert_allclose(share(drop, step), wanted, atol=0.03)


def test_generation_with_guidance():
    model, key = conditional(steps=4), jax.random.key(0)
    plain = model.generate(key, 6)
    assert plain.shape == (6, 2, 2) and 0 <= int(plain.min()) and int(plain.max()) <= 2
    # γ = 0 is the unconditional model, γ = 1 the conditional one
    np.testing.assert_array_equal(model.generate(key, 6, labels=1, gamma=0.0), plain)
    ones = model.generate(key, 6, labels=jnp.ones(6, jnp.int32))
    assert not np.array_equal(ones, plain) and not np.array_equal(model.generate(key, 6, labels=1, gamma=4.0), ones)
    drawn, path = model.generate(key, 6, labels=1, sampler="ddim", trajectory=True)
    assert path.shape == (5, 6, 2, 2) and drawn.shape == (6, 2, 2)
    assert float(jnp.abs(path[-1] - drawn).mean()) < 0.5  # in grey levels: a little noise is left at ω(0)


def test_points_are_generated_from_the_right_law():
    model = points(Exact(0.6), shape=(2,))
    drawn = np.asarray(model.generate(jax.random.key(0), 4000, steps=100))
    assert drawn.shape == (4000, 2) and stats.kstest(drawn.ravel() / 0.6, "norm").pvalue > 1e-3


# --- the rest


def test_simple_weighting_is_the_error_of_the_noise():
    x, key = jax.random.normal(jax.random.key(0), (16, 2)), jax.random.key(1)
    model = points(Exact(0.5), shape=(2,), weighting="simple", schedule="cosine")
    loss, metrics = model.loss(x, key)
    for_t, for_eps, _ = jax.random.split(jax.random.split(key, 3)[0], 3)
    omega = model.schedule.omega(low_discrepancy_times(for_t, (16,)))
    eps = jax.random.normal(for_eps, (16, 2))
    x_t = jnp.sqrt(jax.nn.sigmoid(-omega))[:, None] * x + jnp.sqrt(jax.nn.sigmoid(omega))[:, None] * eps
    wanted = jnp.square(eps - model.denoise(x_t, omega).eps).sum(-1).mean()
    np.testing.assert_allclose(loss, wanted, rtol=1e-4)
    _, bound = points(Exact(0.5), shape=(2,), schedule="cosine").loss(x, key)
    np.testing.assert_allclose(metrics["diffusion"], bound["diffusion"], rtol=1e-5)


def test_bits_per_dim_and_shapes():
    model = VDM((8, 8), 17, width=16, depth=1, classes=10)
    data = jax.random.randint(jax.random.key(0), (5, 8, 8), 0, 17).astype(jnp.uint8)
    loss, metrics = jax.jit(lambda m: m.loss((data, jnp.arange(5)), jax.random.key(0), step=0))(model)
    np.testing.assert_allclose(metrics["bits_per_dim"], loss / (64 * math.log(2)), rtol=1e-6)
    terms = jax.jit(lambda m: m.elbo(data, jax.random.key(1), samples=3))(model)
    assert all(v.shape == (5,) and v.dtype == jnp.float32 for v in (*terms, terms.elbo))
    noisy = jax.random.normal(jax.random.key(2), (5, 8, 8))
    told = model.denoise(noisy, 0.0, jnp.arange(5))
    assert told.kind == "x0" and told.x0.shape == (5, 8, 8) and model.log_pmf(noisy, 0.0).shape == (5, 8, 8, 17)
    # an untrained network adds nothing: a flat prior over the levels
    np.testing.assert_allclose(model.log_pmf(noisy, 0.0), LevelSoftmax(17).log_pmf(noisy, 0.0), atol=1e-5)


def test_every_weight_of_the_default_model_gets_a_gradient():
    model = VDM((4, 4), 3, width=8, depth=1, classes=2, schedule="monotone", dropout=0.1)
    model.network.last.kernel[...] += 0.1
    model.network.modulation.kernel[...] += 0.1
    data, labels = jax.random.randint(jax.random.key(0), (64, 4, 4), 0, 3), jnp.arange(64) % 2
    gradient = jax.jit(nnx.grad(lambda m: m.loss((data, labels), jax.random.key(0), step=0)[0]))(model)
    for leaf in jax.tree.leaves(gradient):
        assert bool(jnp.isfinite(leaf).all()) and float(jnp.abs(leaf).max()) > 0


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: VDM((8,), 17), r"shape must be \(H, W\), or \(H, W, C\) for C colours, given \(8,\)"),
        (lambda: VDM((), None), r"shape must be \(D,\)"),
        (lambda: VDM((8, 8), 1), "levels must be a whole number of at least 2, given 1"),
        (lambda: VDM((2,), None, predict="levels"), "no prediction 'levels'; there are x0"),
        (lambda: VDM((8, 8), 17, predict="noise"), "no prediction 'noise'; there are levels"),
        (lambda: VDM((8, 8), 17, steps=0), "steps must be a whole number of at least 1, given 0"),
        (lambda: VDM((8, 8), 17, low=3.0, high=-3.0), "finite ends low < high, given low 3 and high -3"),
        (lambda: VDM((8, 8), 17, schedule="sine"), "no schedule 'sine'"),
        (lambda: VDM((8, 8), 17, schedule="beta", high=5.0), "its own ω"),
        (lambda: VDM((8, 8), 17, schedule=LinearSchedule(), low=3.0), "LinearSchedule is given, so low"),
        (lambda: VDM((8, 8), 17, drop=1.5), r"drop must lie in \[0, 1\], given 1.5"),
        (lambda: VDM((8, 8), 17, weighting="none"), "no weighting 'none'; there are elbo, simple"),
        (lambda: VDM((8, 8), 17, weighting="simple", schedule="learned"), "learned schedule wants"),
        (lambda: VDM((8, 8), 17, times="even"), "no times 'even'"),
        (lambda: VDM((8, 8), 17, network="cnn"), "no network 'cnn'; there are mlp, transformer, unet"),
        (lambda: VDM((8, 8), 17, network=Random(64, 17), width=3), "network is given, so width cannot be set"),
        (lambda: images().elbo(jnp.zeros((3, 2, 3)), jax.random.key(0)), r"images \[B, 2, 2\] with B ≥ 1, given \[3, 2, 3\]"),
        (lambda: images().elbo(jnp.zeros((0, 2, 2)), jax.random.key(0)), r"given \[0, 2, 2\]"),
        (lambda: images().elbo(jnp.zeros((3, 2, 2)), jax.random.key(0), samples=0), "samples must be"),
        (lambda: images().loss((jnp.zeros((3, 2, 2)), jnp.zeros(3, int)), jax.random.key(0)), "made without classes"),
        (lambda: conditional().elbo(jnp.zeros((3, 2, 2)), jax.random.key(0), jnp.zeros(2, int)), r"\[3\], given \[2\]"),
        (lambda: images().per_time(jnp.zeros((3, 2, 2)), jax.random.key(0), 0.5), r"t must be times \[K\] with K ≥ 1, given \[\]"),
        (lambda: images().generate(jax.random.key(0), 0), "count must be"),
        (lambda: images().generate(jax.random.key(0), 2, labels=1), "made without classes"),
        (lambda: images().generate(jax.random.key(0), 2, sampler="langevin"), "no sampler 'langevin'; there are ancestral"),
        (lambda: images(predict="eps").denoise(jnp.zeros((3, 2, 2)), 0.0), r"must return \[B, …, 1\].*\[3, 2, 2, 3\]"),
        (lambda: points().log_pmf(jnp.zeros((3, 1)), 0.0), 'log_pmf wants a model with predict="levels"'),
    ],
)
def test_bad_use_says_what_is_wanted(call, words):
    with pytest.raises(ValueError, match=words):
        call()


@pytest.mark.parametrize("part", [*WEIGHTINGS.values(), ContinuousTime(), DiscreteTime(5)], ids=repr)
def test_what_chooses_the_program_cannot_be_changed(part):
    """A compiled step is found again by these, so they are values: equal ones have one hash, and none can be set."""
    assert part == dataclasses.replace(part) and hash(part) == hash(dataclasses.replace(part))
    with pytest.raises(dataclasses.FrozenInstanceError):
        part.steps = 7
