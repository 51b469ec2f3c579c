"""Gaussian mixtures against scipy, automatic derivatives, numerical integration and sampling."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal

from vdmlib import GaussianMixture


def example(seed=0, dims=2, count=3, labels=(0, 1, 0)):
    a, b, c = jax.random.split(jax.random.key(seed), 3)
    root = jax.random.normal(a, (count, dims, dims))
    covs = root @ root.transpose(0, 2, 1) + 0.2 * jnp.eye(dims)[None]
    weights = jnp.exp(jax.random.normal(b, (count,)))
    return GaussianMixture(weights, 2 * jax.random.normal(c, (count, dims)), covs, labels)


def scipy_density(x, weights, means, covs):
    parts = [w * multivariate_normal(m, c).pdf(x) for w, m, c in zip(weights, means, covs, strict=True)]
    return np.sum(parts, axis=0)


def noised_parts(mixture, omega):
    """Means and covariances of x_t's components, by the definition."""
    keep = 1 / (1 + np.exp(omega))
    return np.sqrt(keep) * mixture.means, keep * np.asarray(mixture.covs) + (1 - keep) * np.eye(mixture.dims)


@pytest.mark.parametrize("omega", [None, -8.0, 0.3, 9.0])
def test_density_against_scipy(double, omega):
    mixture = example()
    x = np.random.default_rng(0).normal(size=(7, 2))
    means, covs = (mixture.means, mixture.covs) if omega is None else noised_parts(mixture, omega)
    wanted = np.log(scipy_density(x, mixture.weights, means, covs))
    np.testing.assert_allclose(mixture.log_prob(x, omega=omega), wanted, rtol=1e-9, atol=1e-12)
    if omega is not None:
        np.testing.assert_allclose(mixture.noised(omega).log_prob(x), wanted, rtol=1e-9, atol=1e-12)


def test_classes_against_scipy(double):
    mixture, omega = example(), jnp.linspace(-2, 2, 6)
    x = np.random.default_rng(1).normal(size=(6, 2))
    labels = np.array([0, 1, 2, 1, 0, 2])
    for i in range(6):
        means, covs = noised_parts(mixture, float(omega[i]))
        own = [[0, 2], [1]]
        joint = [scipy_density(x[i], mixture.weights[k], means[k], covs[k]) for k in map(np.array, own)]
        share = [float(mixture.weights[np.array(k)].sum()) for k in own]
        found = mixture.log_prob_class(x, omega)[i]
        np.testing.assert_allclose(found, np.log(joint / np.sum(joint)), rtol=1e-8, atol=1e-12)
        wanted = np.log(np.sum(joint) if labels[i] == 2 else joint[labels[i]] / share[labels[i]])
        np.testing.assert_allclose(mixture.log_prob(x, labels, omega=omega)[i], wanted, rtol=1e-9)


@given(st.integers(0, 10_000), st.floats(-9, 9))
@settings(max_examples=8, deadline=None)
def test_score_is_the_gradient_and_prediction_is_tweedie(seed, omega):
    with jax.enable_x64(True):
        mixture = example(seed)
        x = jax.random.normal(jax.random.key(seed), (4, 2))
        for label in (None, jnp.array([0, 1, 2, 1])):
            gradient = jax.grad(lambda x, y=label: jnp.sum(mixture.log_prob(x, y, omega=omega)))(x)
            np.testing.assert_allclose(mixture.score(x, omega, label), gradient, rtol=1e-7, atol=1e-9)
            found = mixture.denoise(x, omega, label)
            keep = 1 / (1 + np.exp(omega))
            np.testing.assert_allclose(found.score, gradient, rtol=1e-6, atol=1e-8)
            tweedie = (x + (1 - keep) * gradient) / np.sqrt(keep)
            np.testing.assert_allclose(found.x0, tweedie, rtol=1e-6, atol=1e-7)


def test_posterior_by_integration_on_a_grid(double):
    mixture, omega, x_t = example(dims=1), 0.4, np.array([0.7])
    keep = 1 / (1 + np.exp(omega))
    grid = np.linspace(-25, 25, 200_001)
    joint = scipy_density(grid[:, None], mixture.weights, mixture.means, mixture.covs)
    joint = joint * np.exp(-0.5 * (x_t[0] - np.sqrt(keep) * grid) ** 2 / (1 - keep))
    density = joint / np.trapezoid(joint, grid)
    law = mixture.posterior(x_t, omega)
    found = jnp.exp(law.log_prob(grid[::4000, None]))
    np.testing.assert_allclose(found, density[::4000], rtol=1e-8, atol=1e-14)
    mean = np.trapezoid(density * grid, grid)
    np.testing.assert_allclose(law.mean[0], mean, rtol=1e-8)
    np.testing.assert_allclose(law.cov[0, 0], np.trapezoid(density * (grid - mean) ** 2, grid), rtol=1e-8)
    np.testing.assert_allclose(mixture.denoise(x_t[None], omega).x0[0, 0], mean, rtol=1e-8)
    posterior_class = jax.nn.softmax(mixture.log_prob_class(x_t, omega))
    share = law.weights[0] + law.weights[2]
    np.testing.assert_allclose(posterior_class, [share, 1 - share], rtol=1e-9)


def test_prediction_keeps_its_digits_at_both_ends():
    """In 32 bits, against the same in 64 bits."""
    mixture = example()
    x = np.random.default_rng(2).normal(size=(5, 2)).astype(np.float32)
    with jax.enable_x64(True):
        exact = GaussianMixture(mixture.weights, mixture.means, np.asarray(mixture.covs, float), (0, 1, 0))
        wanted = {w: exact.denoise(x.astype(float), w) for w in (-13.0, 13.0)}
        wanted = {w: (np.asarray(p.x0), np.asarray(p.eps)) for w, p in wanted.items()}
    for omega, (x0, eps) in wanted.items():
        found = mixture.denoise(x, omega)
        np.testing.assert_allclose(found.x0, x0, atol=2e-4)
        np.testing.assert_allclose(found.eps, eps, atol=2e-4)


def test_omega_and_label_by_example_and_under_compilation():
    mixture, omega, label = example(), jnp.array([-1.0, 0.0, 2.0]), jnp.array([0, 1, 2])
    x = jax.random.normal(jax.random.key(3), (3, 2))
    found = jax.jit(lambda m, *a: m.denoise(*a).x0)(mixture, x, omega, label)
    for i in range(3):
        alone = mixture.denoise(x[i : i + 1], float(omega[i]), int(label[i])).x0[0]
        np.testing.assert_allclose(found[i], alone, rtol=1e-5, atol=1e-6)
    many = jax.vmap(mixture.posterior)(x, omega)
    np.testing.assert_allclose(many.means[1], mixture.posterior(x[1], 0.0).means, rtol=1e-5)


def test_samples_have_the_moments_and_the_classes():
    mixture, count = example(), 40_000
    x, component = mixture.sample_components(jax.random.key(0), count)
    np.testing.assert_allclose(np.bincount(component, minlength=3) / count, mixture.weights, atol=0.012)
    x, scale = np.asarray(x), np.trace(mixture.cov)
    np.testing.assert_allclose(x.mean(0), mixture.mean, atol=5 * np.sqrt(scale / count))
    np.testing.assert_allclose(np.cov(x.T), mixture.cov, atol=0.06 * scale)
    asked = jnp.array([1, 2] * 500)
    _, component = mixture.sample_components(jax.random.key(1), 1000, asked)
    assert np.all(component[::2] == 1) and set(np.asarray(component[1::2]).tolist()) == {0, 1, 2}
    assert mixture.sample(jax.random.key(2), 5, 0).shape == (5, 2)


def test_variances_stand_for_multiples_of_the_identity():
    means, eye = jnp.array([[0.0, 1.0], [2.0, 0.0]]), jnp.eye(2)
    x = jnp.array([[0.3, 0.4]])
    full = GaussianMixture([1, 1], means, jnp.stack([0.5 * eye, 2.0 * eye]))
    short = GaussianMixture([1, 1], means, [0.5, 2.0])
    np.testing.assert_allclose(short.log_prob(x), full.log_prob(x), rtol=1e-6)
    np.testing.assert_allclose(GaussianMixture([1, 1], means, 0.5).covs[1], 0.5 * eye, rtol=1e-6)


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: GaussianMixture([1.0], [0.0], 1.0), r"weights \[K\] and means \[K, D\]"),
        (lambda: GaussianMixture([1.0, 1.0], [[0.0]], 1.0), r"given \[2\] and \[1, 1\]"),
        (lambda: GaussianMixture([1.0], [[0.0, 0.0]], [1.0, 2.0]), r"given \[2\]"),
        (lambda: GaussianMixture([0.0], [[0.0]], 1.0), "positive weights"),
        (lambda: GaussianMixture([1.0], [[0.0, 0.0]], [[[1.0, 2.0], [2.0, 1.0]]]), "positive variances"),
        (lambda: GaussianMixture([1, 1], [[0.0], [1.0]], 1.0, labels=[0, 2]), "none left out"),
        (lambda: GaussianMixture([1, 1], [[0.0], [1.0]], 1.0, labels=[0.0, 1.0]), "whole numbers"),
        (lambda: example().log_prob(jnp.zeros(3)), r"x must be \[\.\.\., 2\]"),
        (lambda: example().denoise(jnp.zeros((3, 2)), jnp.zeros(2)), r"omega must be one number or \[3\]"),
        (lambda: example().denoise(jnp.zeros((3, 2)), 0.0, jnp.zeros(2, int)), r"label must be one number"),
        (lambda: example().denoise(jnp.zeros((3, 2)), 0.0, 3), r"label must lie in 0 … 2"),
        (lambda: example(labels=None).denoise(jnp.zeros((3, 2)), 0.0, 1), "no classes"),
        (lambda: example(labels=None).log_prob_class(jnp.zeros(2)), "no classes"),
        (lambda: example().posterior(jnp.zeros((3, 2)), 0.0), "jax.vmap"),
    ],
)
def test_bad_use_says_what_is_wanted(call, words):
    with pytest.raises(ValueError, match=words):
        call()
