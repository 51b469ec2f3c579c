"""The ELBO of Gaussian data under a diffusion model, against the noising chain and against quadrature."""

import jax.numpy as jnp
import numpy as np
import pytest
from scipy.integrate import quad

from vdmlib import (
    CosineSchedule,
    ForwardChain,
    GaussianDiffusion,
    GaussianMixture,
    LinearSchedule,
    guided_gaussian,
    largest_gamma,
)

LOW, HIGH = -5.0, 4.0


def chain_of(omega, mean, var):
    bar = 1 / (1 + np.exp(omega))
    return ForwardChain(bar / np.r_[1.0, bar[:-1]], mean, var)


@pytest.mark.parametrize("mean, var", [(0.0, 1.0), (1.5, 0.2), (-0.3, 6.0)])
@pytest.mark.parametrize("steps", [1, 2, 7])
def test_terms_against_the_noising_chain(mean, var, steps):
    omega = np.sort(np.random.default_rng(steps).uniform(LOW, HIGH, steps))
    data, chain = GaussianDiffusion([mean], [var]), chain_of(omega, mean, var)
    true = chain.reverse()
    posterior = true._replace(var=np.r_[true.var[0], chain.posterior_var[1:]])
    for kind, kernels in (("true", true), ("posterior", posterior)):
        found = data.elbo(omega, kind)
        np.testing.assert_allclose(found.reconstruction, chain.reconstruction(kernels), rtol=1e-9)
        np.testing.assert_allclose(found.prior, chain.prior_matching(), rtol=1e-8)
        np.testing.assert_allclose(found.diffusion, chain.one_variable_objective(kernels), rtol=1e-8)
        np.testing.assert_allclose(found.elbo, chain.elbo(kernels), rtol=1e-9)
    gap = chain.elbo(true) - chain.elbo(posterior)
    np.testing.assert_allclose(data.variance_gap(omega).sum(), gap, rtol=1e-7, atol=1e-12)


def test_true_variance_leaves_only_the_prior():
    """−entropy − KL( q(x_T) ‖ N(0, I) ), for few steps and many."""
    cov = np.array([[1.0, 0.6], [0.6, 0.8]])
    data = GaussianDiffusion([0.5, -1.0], cov)
    keep = 1 / (1 + np.exp(HIGH))
    mean, last = np.sqrt(keep) * data.mean, keep * cov + (1 - keep) * np.eye(2)
    prior = 0.5 * (np.trace(last) + mean @ mean - 2 - np.linalg.slogdet(last)[1])
    entropy = 0.5 * np.linalg.slogdet(2 * np.pi * np.e * cov)[1]
    for steps in (2, 3, 100):
        omega = np.linspace(LOW, HIGH, steps)
        np.testing.assert_allclose(data.elbo(omega).elbo, -entropy - prior, rtol=1e-10)
    np.testing.assert_allclose(data.continuous_elbo(LOW, HIGH).elbo, -entropy - prior, rtol=1e-10)


def test_continuous_diffusion_term_is_half_the_integral_of_the_denoising_error():
    data = GaussianDiffusion(np.zeros(3), [0.1, 1.0, 5.0])
    wanted = 0.5 * quad(lambda omega: data.denoising_error(omega), LOW, HIGH, epsabs=1e-12)[0]
    np.testing.assert_allclose(data.continuous_elbo(LOW, HIGH).diffusion, wanted, rtol=1e-10)


def test_denoising_error_against_the_exact_denoiser():
    """E‖ε − ε̂‖² by Gauss–Hermite over x_0 and ε, with the mixture's denoiser."""
    data, exact = GaussianDiffusion([0.7], [2.0]), GaussianMixture([1.0], [[0.7]], 2.0)
    nodes, weights = np.polynomial.hermite_e.hermegauss(5)
    x_0, eps = (v.ravel() for v in np.meshgrid(0.7 + np.sqrt(2.0) * nodes, nodes))
    weight = np.outer(weights, weights).ravel() / weights.sum() ** 2
    for omega in (-3.0, 0.5, 4.0):
        keep = 1 / (1 + np.exp(omega))
        x_t = np.sqrt(keep) * x_0 + np.sqrt(1 - keep) * eps
        told = np.asarray(exact.denoise(x_t[:, None], omega).eps[:, 0])
        np.testing.assert_allclose(data.denoising_error(omega), weight @ (eps - told) ** 2, rtol=2e-5)


@pytest.mark.parametrize("kind", [LinearSchedule, CosineSchedule])
def test_gap_of_the_posterior_variance_falls_as_one_over_the_steps(double, kind):
    data, schedule = GaussianDiffusion(np.zeros(2), [0.3, 2.0]), kind(LOW, HIGH)
    constant = data.gap_constant(schedule)
    error = []
    for steps in (500, 1000, 2000):
        omega = np.asarray(schedule.omega(jnp.arange(steps + 1) / steps))
        gap = data.elbo(omega).elbo - data.elbo(omega, "posterior").elbo
        error.append(steps * gap - constant)
    assert abs(error[-1]) < 0.01 * constant
    np.testing.assert_allclose(np.divide(error[:-1], error[1:]), 2, rtol=0.03)  # and the rest as 1/T²


def test_gap_constant_of_the_linear_schedule_in_closed_form(double):
    """∫ sigmoid² = softplus − sigmoid."""
    data, span = GaussianDiffusion(np.zeros(2), [0.3, 2.0]), HIGH - LOW
    top, bottom = np.log([0.3, 2.0]) - LOW, np.log([0.3, 2.0]) - HIGH

    def primitive(y):
        return np.logaddexp(0, y) - 1 / (1 + np.exp(-y))

    wanted = 0.25 * span * np.sum(primitive(top) - primitive(bottom))
    np.testing.assert_allclose(data.gap_constant(LinearSchedule(LOW, HIGH)), wanted, rtol=1e-10)


def test_least_gap_constant():
    one, two = GaussianDiffusion([0.0], [0.7]), GaussianDiffusion(np.zeros(2), [0.3, 2.0])
    drop = np.log(1 + 0.7 * np.exp(-LOW)) - np.log(1 + 0.7 * np.exp(-HIGH))
    np.testing.assert_allclose(one.least_gap_constant(LOW, HIGH), drop**2 / 4, rtol=1e-9)
    for kind in (LinearSchedule, CosineSchedule):
        assert two.least_gap_constant(LOW, HIGH) < two.gap_constant(kind(LOW, HIGH))

    class Best:  # equal drops of g in equal times
        def omega(self, t):
            g = np.log(1 + 0.7 * np.exp(-LOW)) - drop * t
            return np.log(0.7 / np.expm1(g))

        def rate(self, t):
            return drop * (1 + np.exp(self.omega(t)) / 0.7)

    np.testing.assert_allclose(one.gap_constant(Best()), drop**2 / 4, rtol=1e-10)


@pytest.mark.parametrize("gamma", [0.0, 0.7, 1.0, 3.0, -0.5])
@pytest.mark.parametrize("omega", [None, 0.4])
def test_guided_gaussian_on_a_grid(double, gamma, omega):
    keep = 1.0 if omega is None else 1 / (1 + np.exp(omega))
    x = np.linspace(-40, 40, 40_001)

    def log_density(mean, var):
        mean, var = np.sqrt(keep) * mean, keep * var + 1 - keep
        return -0.5 * (x - mean) ** 2 / var

    log_tilted = gamma * log_density(1.2, 0.6) + (1 - gamma) * log_density(-0.5, 1.5)
    tilted = np.exp(log_tilted - log_tilted.max())
    tilted /= tilted.sum()
    mean = tilted @ x
    found = guided_gaussian(1.2, 0.6, 1.5, gamma, prior_mean=-0.5, omega=omega)
    np.testing.assert_allclose(found.mean, mean, rtol=1e-9)
    np.testing.assert_allclose(found.var, tilted @ (x - mean) ** 2, rtol=1e-9)


def test_guidance_has_an_end_when_the_class_is_wider():
    assert float(largest_gamma(3.0, 1.0)) == 1.5
    np.testing.assert_array_equal(largest_gamma(np.array([1.0, 2.0]), np.array([1.0, 1.0])), [np.inf, 2.0])
    assert float(guided_gaussian(0.0, 3.0, 1.0, 1.49).var) > 100
    for gamma in (1.5, 2.0):
        with pytest.raises(ValueError, match="no normalisable law"):
            guided_gaussian(0.0, 3.0, 1.0, gamma)


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: GaussianDiffusion([0.0], np.ones((2, 2))), r"mean \[D\] and cov"),
        (lambda: GaussianDiffusion([0.0], [0.0]), "positive variances"),
        (lambda: GaussianDiffusion([0.0], [1.0]).elbo([1.0, 0.0]), r"\[T\] and rise"),
        (lambda: GaussianDiffusion([0.0], [1.0]).elbo([0.0, 1.0], "learned"), '"true" or "posterior"'),
        (lambda: guided_gaussian(0.0, -1.0, 1.0, 1.0), "var > 0"),
        (lambda: guided_gaussian(0.0, 1.0, 0.0, 1.0), "prior_var > 0"),
    ],
)
def test_bad_use_says_what_is_wanted(call, words):
    with pytest.raises(ValueError, match=words):
        call()
