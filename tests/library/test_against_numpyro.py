"""Distributions and divergences over random inputs: against numpyro, scipy and the book's own lines."""

import jax
import jax.numpy as jnp
import numpy as np
import numpyro.distributions as dist
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sympy import pi

from vdmlib import (
    Bernoulli,
    Binomial,
    Categorical,
    DiagonalGaussian,
    DiscretisedLogistic,
    FullGaussian,
    Gaussian,
    LinearGaussian,
    gaussian_entropy,
    gaussian_kl,
    gaussian_log_prob,
    kl_diagonal,
    kl_to_standard,
)  # fmt: skip
from vdmlib.derive import KL, Derivation, E, N, frac, log, symbols, variables

SHAPE = (4, 3)


def numbers(low, high, shape=SHAPE):
    return arrays(np.float64, shape, elements=st.floats(low, high))


MEANS, LOGS = numbers(-20, 20), numbers(-4, 4)
LEVELS = arrays(np.int64, SHAPE, elements=st.integers(0, 16))
SEEDS = st.integers(0, 2**32 - 1)
MANY = settings(max_examples=60, deadline=None)


@pytest.fixture(autouse=True, scope="module")
def double_everywhere():
    """64-bit numbers in all of this file: hypothesis runs many examples under one fixture."""
    with jax.enable_x64(True):
        yield


def covariance(rng, size):
    root = rng.normal(size=(size, size + 2))
    return root @ root.T / size + 0.05 * np.eye(size)


@MANY
@given(MEANS, LOGS, MEANS, LOGS)
def test_kl_of_diagonal_gaussians(mean, log_std, other_mean, other_log_std):
    q, p = dist.Normal(mean, np.exp(log_std)), dist.Normal(other_mean, np.exp(other_log_std))
    wanted = dist.kl_divergence(q, p).sum(-1)
    found = kl_diagonal(*map(jnp.asarray, (mean, log_std, other_mean, other_log_std)))
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-9)
    assert np.all(found >= 0)


# Chapter 3's line for one coordinate's price, and its exercise with a prior of another variance
_z, _x = variables("z x")
_mu, _centre = symbols(r"\mu m")
_sigma, _v = symbols(r"\sigma v", positive=True)
_half = frac(1, 2)


@pytest.fixture(scope="module")
def price():
    line = Derivation("test.prior_kl", "The price of one coordinate")
    line.start(KL(N(_z, _mu, _sigma**2), N(_z, 0, 1)))
    line.equals(_half * (_mu**2 + _sigma**2 - 1 - log(_sigma**2)), because="log of two normal densities, their moments")
    return line.function(1, _mu, _sigma, modules="jax")


@pytest.fixture(scope="module")
def price_of_two():
    line = Derivation("test.kl", "One normal law against another")
    line.start(KL(N(_z, _mu, _sigma**2), N(_z, _centre, _v)))
    line.equals(
        _half * (frac((_mu - _centre) ** 2 + _sigma**2, _v) - 1 - log(_sigma**2) + log(_v)), because="moments"
    )
    return line.function(1, _mu, _sigma, _centre, _v, modules="jax")


def test_the_books_lines_are_what_the_library_computes(price, price_of_two):
    @MANY
    @given(MEANS, LOGS, MEANS, LOGS)
    def check(mean, log_std, other_mean, other_log_std):
        wanted = price(mean, np.exp(log_std)).sum(axis=-1)
        np.testing.assert_allclose(kl_to_standard(jnp.asarray(mean), jnp.asarray(log_std)), wanted, rtol=1e-9, atol=1e-9)
        wanted = price_of_two(mean, np.exp(log_std), other_mean, np.exp(2 * other_log_std)).sum(axis=-1)
        found = kl_diagonal(*map(jnp.asarray, (mean, log_std, other_mean, other_log_std)))
        np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-9)

    check()


def test_the_books_normal_pixel_is_the_librarys():
    line = Derivation("test.pixel", "A normal pixel")
    line.start(-log(N(_x, _mu, _v)))
    line.equals(frac((_x - _mu) ** 2, 2 * _v) + _half * log(2 * pi * _v), because="log of the normal density")
    nll = line.function(1, _x, _mu, _v, modules="jax")

    @MANY
    @given(LEVELS, MEANS, LOGS)
    def check(pixels, place, log_std):
        outputs = jnp.stack([place, np.clip(log_std, -4, 3)], axis=-1)
        wanted = -nll(pixels / 16, place, np.exp(2 * np.clip(log_std, -4, 3)))
        np.testing.assert_allclose(Gaussian(17, std=None).log_prob(outputs, pixels), wanted, rtol=1e-9)

    check()


def test_the_books_linear_gaussian_elbo_is_the_librarys():
    w, b = symbols("w b")
    own = N(_z, _mu, _v)
    line = Derivation("test.linear", "The ELBO of a linear-Gaussian model")
    line.start(E[own](log(frac(N(_x, w * _z + b, _sigma**2) * N(_z, 0, 1), own))))
    line.equals(
        -_half * log(2 * pi * _sigma**2)
        - frac((_x - w * _mu - b) ** 2 + w**2 * _v, 2 * _sigma**2)
        - _half * (_mu**2 + _v - 1 - log(_v)),
        because="split the log; moments",
    )
    formula = line.function(1, _x, _mu, _v, w, b, _sigma, modules="jax")
    rng = np.random.default_rng(0)
    for x, mean, slope, bias in rng.normal(size=(20, 4)):
        var, noise = np.exp(rng.normal(size=2))
        found = LinearGaussian(jnp.array([[slope]]), jnp.array([bias]), noise).elbo(
            jnp.array([x]), jnp.array([mean]), jnp.array([[var]])
        )
        np.testing.assert_allclose(found, formula(x, mean, var, slope, bias, noise), rtol=1e-9)


@MANY
@given(MEANS, LOGS, MEANS)
def test_log_density_of_a_diagonal_gaussian(mean, log_std, value):
    found = DiagonalGaussian(jnp.asarray(mean), jnp.asarray(log_std)).log_prob(jnp.asarray(value))
    wanted = scipy.stats.norm(mean, np.exp(log_std)).logpdf(value).sum(-1)
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-9)


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_full_gaussians(seed):
    rng = np.random.default_rng(seed)
    mean, other = rng.normal(size=(2, 3)) * 3
    cov, other_cov = covariance(rng, 3), covariance(rng, 3)
    value = rng.normal(size=(5, 3)) * 3
    law = scipy.stats.multivariate_normal(mean, cov)
    np.testing.assert_allclose(gaussian_log_prob(value, mean, cov), law.logpdf(value), rtol=1e-8)
    np.testing.assert_allclose(gaussian_entropy(cov), law.entropy(), rtol=1e-8)
    with jax.numpy_rank_promotion("allow"):  # numpyro's own
        wanted = dist.kl_divergence(
            dist.MultivariateNormal(mean, covariance_matrix=cov), dist.MultivariateNormal(other, covariance_matrix=other_cov)
        )
    np.testing.assert_allclose(gaussian_kl(mean, cov, other, other_cov), wanted, rtol=1e-7, atol=1e-9)
    root = np.linalg.cholesky(cov)
    raw = np.tril(root, -1) + np.diag(np.log(np.diag(root)))
    np.testing.assert_allclose(FullGaussian(jnp.asarray(mean), jnp.asarray(raw)).log_prob(value), law.logpdf(value), rtol=1e-8)


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_linear_gaussian_evidence_and_posterior(seed):
    """By conditioning the joint Gaussian of x and z in NumPy."""
    rng = np.random.default_rng(seed)
    weight, bias, noise = rng.normal(size=(4, 2)), rng.normal(size=4), float(np.exp(rng.normal()))
    x = rng.normal(size=4) * 2
    cov = weight @ weight.T + noise**2 * np.eye(4)
    model = LinearGaussian(jnp.asarray(weight), jnp.asarray(bias), noise)
    np.testing.assert_allclose(model.log_evidence(x), scipy.stats.multivariate_normal(bias, cov).logpdf(x), rtol=1e-8)
    gain = np.linalg.solve(cov, weight).T
    mean, posterior = model.posterior(x)
    np.testing.assert_allclose(mean, gain @ (x - bias), rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(posterior, np.eye(2) - gain @ weight, rtol=1e-7, atol=1e-9)


@MANY
@given(numbers(-30, 30, (*SHAPE, 17)), LEVELS)
def test_categorical(logits, pixels):
    found = Categorical(17).log_prob(jnp.asarray(logits), pixels)
    np.testing.assert_allclose(found, dist.Categorical(logits=logits).log_prob(pixels), rtol=1e-9, atol=1e-9)


@MANY
@given(numbers(-12, 12), LEVELS)
def test_binomial(logit, pixels):
    found = Binomial(17).log_prob(jnp.asarray(logit)[..., None], pixels)
    wanted = scipy.stats.binom(16, 1 / (1 + np.exp(-logit))).logpmf(pixels)
    np.testing.assert_allclose(found, wanted, rtol=1e-7, atol=1e-9)


@MANY
@given(numbers(-1.5, 1.5), numbers(-3, 3), LEVELS)
def test_discretised_logistic(place, log_scale, pixels):
    found = DiscretisedLogistic(17).log_prob(jnp.stack([place, log_scale], axis=-1), pixels)
    law = scipy.stats.logistic(8 * (1 + place), 8 * np.exp(log_scale))
    low, high = np.where(pixels == 0, -np.inf, pixels - 0.5), np.where(pixels == 16, np.inf, pixels + 0.5)
    # the smaller of the two tails, since a difference of numbers near 1 has lost its digits
    mass = np.where(pixels < 8 * (1 + place), law.cdf(high) - law.cdf(low), law.sf(low) - law.sf(high))
    np.testing.assert_allclose(found, np.log(mass), rtol=1e-7, atol=1e-7)


@MANY
@given(numbers(-30, 30), arrays(np.int64, SHAPE, elements=st.integers(0, 1)))
def test_bernoulli(logit, pixels):
    found = Bernoulli(2).log_prob(jnp.asarray(logit)[..., None], pixels)
    np.testing.assert_allclose(found, dist.Bernoulli(logits=logit).log_prob(pixels), rtol=1e-9, atol=1e-12)
