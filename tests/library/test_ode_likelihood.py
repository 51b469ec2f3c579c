"""The ODE's log-density against the mixture's own, its estimate, and what it says of grey levels."""

import sys

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad

from vdmlib import (
    GaussianMixture,
    LinearSchedule,
    bits_per_dim,
    dequantise,
    level_log_prob,
    ode_log_prob,
    schedule,
)

LOW, HIGH = -5.0, 30.0  # at ω = 30 the noised law is N(0, I) to 1e-13


def law(labels=None):
    covs = [[[0.2, 0.1], [0.1, 0.1]], [[0.1, -0.05], [-0.05, 0.3]]]
    return GaussianMixture([0.3, 0.7], [[-1.0, 0.2], [0.8, -0.5]], covs, labels=labels)


POINTS = np.random.default_rng(0).normal(size=(12, 2))


@pytest.mark.parametrize("name", ["linear", "cosine"])
def test_exact_on_a_mixture(double, name):
    plan = schedule(name, low=LOW, high=HIGH)
    found = ode_log_prob(law().denoise, plan, jnp.asarray(POINTS), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(found, law().log_prob(jnp.asarray(POINTS), omega=LOW), atol=1e-6)
    # the noise at ω(0) is seen at this accuracy: p_0 is not the data's law itself
    assert np.abs(found - law().log_prob(jnp.asarray(POINTS))).max() > 1e-3


def test_exact_for_a_class(double):
    both, x = law(labels=[0, 1]), jnp.asarray(POINTS)
    labels = jnp.arange(12) % 2
    found = ode_log_prob(
        both.denoise, LinearSchedule(LOW, HIGH), x, label=labels, rtol=1e-8, atol=1e-8
    )
    np.testing.assert_allclose(found, both.log_prob(x, labels, omega=LOW), atol=1e-5)


def test_of_images(double):
    """Examples of any shape: four independent pixels, as a 2×2 image."""
    line = GaussianMixture([0.4, 0.6], [[-0.5], [0.5]], 0.05)

    def denoise(x_t, omega, label=None):
        told = line.denoise(x_t.reshape(-1, 1), jnp.repeat(omega, 4))
        return type(told)(x_t, omega, told.to("x0").value.reshape(x_t.shape), "x0")

    x = jnp.asarray(np.random.default_rng(1).uniform(-1, 1, (3, 2, 2)))
    found = ode_log_prob(denoise, LinearSchedule(LOW, 20.0), x, rtol=1e-8, atol=1e-8)
    wanted = line.log_prob(x.reshape(-1, 1), omega=LOW).reshape(3, 4).sum(axis=1)
    np.testing.assert_allclose(found, wanted, atol=1e-5)


@pytest.mark.parametrize("method, order, steps", [("euler", 1, 300), ("heun", 2, 100)])
def test_error_falls_at_the_order_of_the_solver(double, method, order, steps):
    """On N(m, V), where the flow is linear: log p_0(x) = log N(g x + c; 0, 1) + log g."""
    mean, variance, low, high = 0.7, 0.25, -3.0, 5.0
    x = np.array([[0.1], [1.2], [-0.5]])

    def at(omega):
        keep = 1 / (1 + np.exp(omega))
        return np.sqrt(keep) * mean, np.sqrt(keep * variance + 1 - keep)

    (first, spread), (last, wide) = at(low), at(high)
    noise = last + (x - first) * wide / spread
    exact = stats.norm.logpdf(noise[:, 0]) + np.log(wide / spread)
    one, plan = GaussianMixture([1.0], [[mean]], variance), LinearSchedule(low, high)
    coarse, fine = (
        np.abs(ode_log_prob(one.denoise, plan, x, steps=steps * k, method=method) - exact).max()
        for k in (1, 2)
    )
    assert abs(np.log2(coarse / fine) - order) < 0.2


def test_hutchinson_is_unbiased_and_its_error_falls_as_one_over_root(double):
    plan, count = LinearSchedule(LOW, 12.0), 1500
    x = jnp.broadcast_to(jnp.asarray(POINTS[0])[None], (count, 2))
    options = {"steps": 40, "method": "heun"}
    exact = float(ode_log_prob(law().denoise, plan, x[:1], **options)[0])
    spread = {}
    for probes in (1, 9):
        found = np.asarray(
            ode_log_prob(
                law().denoise, plan, x, jax.random.key(probes), trace="hutchinson", probes=probes, **options
            )
        )
        spread[probes] = found.std()
        assert abs(found.mean() - exact) < 4.5 * found.std() / np.sqrt(count)
    assert spread[1] > 0.02  # there is something to average
    # a standard deviation of 1,500 values is known to about 2 %
    np.testing.assert_allclose(spread[1] / spread[9], 3.0, rtol=0.1)


def test_dequantised_levels_fill_their_bins():
    levels, images = 5, np.repeat(np.arange(5), 4000)[:, None]
    x = np.asarray(dequantise(images, levels, jax.random.key(0)))
    width = 2 / (levels - 1)
    place = (x - (2 * images / (levels - 1) - 1)) / width + 0.5
    assert place.min() >= 0 and place.max() <= 1
    assert stats.kstest(place.ravel(), "uniform").pvalue > 1e-3
    assert np.abs(x).max() <= 1 + width / 2


def test_a_uniform_density_costs_log_levels():
    """On the union of the bins, of length 2L/(L − 1): every level has probability 1/L."""
    for levels, dims in ((2, 1), (17, 64), (256, 3)):
        density = -dims * np.log(2 * levels / (levels - 1))
        assert abs(bits_per_dim(-level_log_prob(density, levels, dims), dims) - np.log2(levels)) < 1e-12


def test_the_bound_on_a_level(double):
    """Below log P(k), the density's mass in the bin, by exactly KL( uniform ‖ density in the bin )."""
    line, levels = GaussianMixture([0.4, 0.6], [[-0.5], [0.5]], 0.05), 5
    width = 2 / (levels - 1)

    def density(x):
        return 0.4 * stats.norm.pdf(x, -0.5, 0.05**0.5) + 0.6 * stats.norm.pdf(x, 0.5, 0.05**0.5)

    for level in range(levels):
        middle = 2 * level / (levels - 1) - 1
        ends = middle - width / 2, middle + width / 2
        mass = quad(density, *ends)[0]
        gap = quad(lambda x: np.log(mass / (width * density(x))) / width, *ends)[0]
        x = dequantise(np.full((40_000, 1), level), levels, jax.random.key(level))
        each = np.asarray(level_log_prob(line.log_prob(x), levels, 1))
        assert abs(each.mean() - (np.log(mass) - gap)) < 4.5 * each.std() / 200
        assert each.mean() < np.log(mass)


@pytest.mark.parametrize(
    "options, message",
    [
        ({"trace": "hutch"}, "no trace 'hutch'; there are exact, hutchinson"),
        ({"trace": "hutchinson"}, "give a key"),
        ({"probes": 0}, "probes"),
        ({"method": "rk"}, "method must be one of"),
        ({"x": jnp.zeros(3)}, r"x must be \[B, …\]"),
        ({"label": jnp.zeros(5, int)}, "one label an example is wanted"),
    ],
)
def test_errors(options, message):
    options = {"x": jnp.zeros((2, 2)), **options}
    with pytest.raises(ValueError, match=message):
        ode_log_prob(law().denoise, LinearSchedule(), options.pop("x"), **options)


def test_errors_of_levels():
    with pytest.raises(ValueError, match="must lie in 0 … 4, given values from 5 to 5"):
        dequantise(np.array([5]), 5, jax.random.key(0))
    with pytest.raises(ValueError, match="levels must be"):
        dequantise(np.array([0]), 1, jax.random.key(0))
    with pytest.raises(ValueError, match="levels must be"):
        level_log_prob(0.0, 1, 1)
    with pytest.raises(ValueError, match="dims must be"):
        level_log_prob(0.0, 5, 0)


def test_without_diffrax_the_error_says_what_to_do(monkeypatch):
    monkeypatch.setitem(sys.modules, "diffrax", None)
    with pytest.raises(ImportError, match="ode_log_prob.*pip install diffrax"):
        ode_log_prob(law().denoise, LinearSchedule(), jnp.zeros((1, 2)))
