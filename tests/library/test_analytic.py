"""The linear-Gaussian model against numpyro, numerical integration and its own inequality."""

import jax
import jax.numpy as jnp
import numpy as np
import numpyro.distributions as dist
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vdmlib import LinearGaussian, gaussian_entropy, gaussian_kl, gaussian_log_prob, kl_to_standard


def covariance(seed, size):
    root = jax.random.normal(jax.random.key(seed), (size, size))
    return root @ root.T + 0.3 * jnp.eye(size)


def example(seed=0, dims=4, latent=2):
    a, b, c = jax.random.split(jax.random.key(seed), 3)
    model = LinearGaussian(jax.random.normal(a, (dims, latent)), jax.random.normal(b, (dims,)), 0.7)
    return model, jax.random.normal(c, (dims,))


def test_gaussian_functions_against_numpyro(double):
    m, n, s, t = jnp.arange(3.0), jnp.array([0.3, 0.1, -1.0]), covariance(0, 3), covariance(1, 3)
    p, q = dist.MultivariateNormal(m, s), dist.MultivariateNormal(n, t)
    x = jax.random.normal(jax.random.key(2), (5, 2, 3))
    wanted = jnp.stack([p.log_prob(v) for v in x.reshape(-1, 3)]).reshape(5, 2)
    np.testing.assert_allclose(gaussian_log_prob(x, m, s), wanted, rtol=1e-10)
    np.testing.assert_allclose(gaussian_entropy(s), p.entropy(), rtol=1e-10)
    np.testing.assert_allclose(gaussian_kl(m, s, n, t), dist.kl_divergence(p, q), rtol=1e-10)


@pytest.mark.parametrize("apart", [0.0, 1e-7, 1e-3])
def test_no_divergence_is_below_zero(apart):
    """In 32 bits, for equal laws and for nearly equal ones, of well and badly scaled covariances."""
    rng = np.random.default_rng(0)
    for _ in range(60):
        root = rng.normal(size=(4, 4)) * 10.0 ** rng.uniform(-2, 2, (4, 1))
        cov = jnp.asarray(root @ root.T + np.diag(np.diag(root @ root.T)), jnp.float32)
        mean = jnp.asarray(rng.normal(size=4), jnp.float32)
        found = float(gaussian_kl(mean, cov, mean, (1 + apart) * cov))
        assert 0 <= found <= 4 * apart**2 + 1e-9
        assert float(kl_to_standard(0 * mean, apart * mean)) >= 0


def test_evidence_is_the_integral_over_the_latent(double):
    model, x = example(latent=1, dims=3)
    z = jnp.linspace(-12, 12, 20_001)[:, None]
    at = z @ model.weight.T + model.bias[None]
    joint = jnp.exp(gaussian_log_prob(x[None] - at, jnp.zeros(3), model.noise**2 * jnp.eye(3))
                    + gaussian_log_prob(z, jnp.zeros(1), jnp.eye(1)))
    np.testing.assert_allclose(jnp.exp(model.log_evidence(x)), jnp.trapezoid(joint, z[:, 0]), rtol=1e-9)
    mean, cov = model.posterior(x)
    weight = joint / joint.sum()
    np.testing.assert_allclose(mean[0], weight @ z[:, 0], rtol=1e-8)
    np.testing.assert_allclose(cov[0, 0], weight @ (z[:, 0] - mean[0]) ** 2, rtol=1e-8)


@given(st.integers(0, 10_000), st.integers(1, 4), st.integers(1, 5))
@settings(max_examples=12, deadline=None)
def test_evidence_minus_elbo_is_the_kl_to_the_posterior(seed, latent, dims):
    with jax.enable_x64(True):
        model, x = example(seed, dims, latent)
        mean, cov = jax.random.normal(jax.random.key(seed + 1), (latent,)), covariance(seed + 2, latent)
        gap = model.log_evidence(x) - model.elbo(x, mean, cov)
        assert gap >= 0
        np.testing.assert_allclose(gap, gaussian_kl(mean, cov, *model.posterior(x)), rtol=1e-7, atol=1e-9)
        np.testing.assert_allclose(model.elbo(x, *model.posterior(x)), model.log_evidence(x), rtol=1e-9)


def test_elbo_terms_against_monte_carlo():
    model, x = example()
    mean, cov = jnp.array([0.2, -0.4]), covariance(5, 2)
    z = jax.random.multivariate_normal(jax.random.key(0), mean[None], cov, (100_000,))
    at = z @ model.weight.T + model.bias[None]
    draws = np.asarray(gaussian_log_prob(x[None] - at, jnp.zeros(4), model.noise**2 * jnp.eye(4)))
    reconstruction, prior_matching = model.elbo_terms(x, mean, cov)
    assert abs(draws.mean() - reconstruction) < 5 * draws.std() / np.sqrt(len(draws))
    np.testing.assert_allclose(prior_matching, gaussian_kl(mean, cov, jnp.zeros(2), jnp.eye(2)), rtol=1e-6)


def test_gradient_of_the_reparameterised_elbo_against_the_closed_form():
    """Draws of d/dq log p(x, z)/q(z), z = mean + std·ε, have the gradient of the exact ELBO as mean."""
    from vdmlib import DiagonalGaussian

    model, x = example()
    q = DiagonalGaussian(jnp.array([0.3, -0.2]), jnp.array([-0.1, 0.4]))

    def draw(q, key):
        z = q.sample(key)
        log_joint = gaussian_log_prob(x - model.weight @ z, model.bias, model.noise**2 * jnp.eye(4))
        return log_joint + gaussian_log_prob(z, jnp.zeros(2), jnp.eye(2)) - q.log_prob(z)

    found = jax.jit(jax.vmap(jax.grad(draw), (None, 0)))(q, jax.random.split(jax.random.key(1), 50_000))
    wanted = jax.grad(lambda q: model.elbo(x, q.mean, jnp.diag(q.std**2)))(q)
    for f, w in zip(found, wanted, strict=True):
        error = np.asarray(f).std(0) / np.sqrt(len(f)) + 1e-6
        assert np.all(np.abs(np.asarray(f).mean(0) - w) < 5 * error)


def test_sample_has_the_marginal_moments():
    model, _ = example()
    x, z = model.sample(jax.random.key(0), 100_000)
    mean, cov = model.marginal()
    np.testing.assert_allclose(x.mean(0), mean, atol=0.05)
    np.testing.assert_allclose(np.cov(np.asarray(x).T), cov, atol=0.15)
    np.testing.assert_allclose(np.cov(np.asarray(z).T), np.eye(2), atol=0.05)


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: gaussian_log_prob(jnp.zeros(3), jnp.zeros(2), jnp.eye(3)), "gaussian_log_prob wants"),
        (lambda: gaussian_kl(jnp.zeros(2), jnp.eye(3), jnp.zeros(2), jnp.eye(2)), "gaussian_kl wants"),
        (lambda: LinearGaussian(jnp.zeros(3), jnp.zeros(3), 1.0).marginal(), r"weight \[D, K\]"),
        (lambda: LinearGaussian(jnp.zeros((3, 1)), jnp.zeros(2), 1.0).marginal(), r"bias \[D\]"),
        (lambda: LinearGaussian(jnp.zeros((3, 1)), jnp.zeros(3), 0.0).marginal(), "noise > 0"),
        (lambda: example()[0].log_evidence(jnp.zeros(3)), r"x must be \[\.\.\., 4\]"),
    ],
)
def test_bad_use_says_what_is_wanted(call, words):
    with pytest.raises(ValueError, match=words):
        call()
