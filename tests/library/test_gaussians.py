"""Diagonal Gaussians against numpyro, Monte Carlo and finite differences."""

import jax
import jax.numpy as jnp
import numpy as np
import numpyro.distributions as dist
import pytest

from vdmlib import DiagonalGaussian, kl_diagonal, kl_to_standard


def law(seed, shape=(6, 3)):
    a, b = jax.random.split(jax.random.key(seed))
    return DiagonalGaussian(jax.random.normal(a, shape), 0.6 * jax.random.normal(b, shape))


def reference(q):
    return dist.Independent(dist.Normal(q.mean, q.std), 1)


def test_kl_agrees_with_numpyro(double):
    q, p = law(0), law(1)
    wanted = dist.kl_divergence(reference(q), reference(p))
    np.testing.assert_allclose(q.kl(p), wanted, rtol=1e-12)
    np.testing.assert_allclose(kl_diagonal(*q, *p), wanted, rtol=1e-12)
    standard = DiagonalGaussian(jnp.zeros((6, 3)), jnp.zeros((6, 3)))
    np.testing.assert_allclose(kl_to_standard(*q), q.kl(standard), rtol=1e-12)


def test_kl_agrees_with_monte_carlo():
    q, p = law(2), law(3)
    z = q.sample(jax.random.key(0), 40_000)
    wide_q, wide_p = (DiagonalGaussian(*(jnp.broadcast_to(a[None], z.shape) for a in d)) for d in (q, p))
    draws = np.asarray(wide_q.log_prob(z) - wide_p.log_prob(z))
    error = draws.std(0) / np.sqrt(len(draws))
    assert np.all(np.abs(draws.mean(0) - q.kl(p)) < 5 * error)


def test_log_prob_agrees_with_numpyro(double):
    q = law(4)
    z = q.sample(jax.random.key(1))
    np.testing.assert_allclose(q.log_prob(z), reference(q).log_prob(z), rtol=1e-12)


def test_kl_is_exact_where_it_is_tiny():
    tiny = jnp.full((1,), 1e-4)
    found = kl_to_standard(jnp.zeros(1), tiny)
    np.testing.assert_allclose(found, 1e-8, rtol=0.02)   # ½(e^{2s} − 1 − 2s) = s² + …


def test_sample_moments_and_dtype():
    q = DiagonalGaussian(jnp.array([1.0, -2.0]), jnp.log(jnp.array([0.5, 2.0])))
    z = np.asarray(q.sample(jax.random.key(2), 100_000))
    assert z.dtype == np.float32 and z.shape == (100_000, 2)
    np.testing.assert_allclose(z.mean(0), q.mean, atol=0.03)
    np.testing.assert_allclose(z.std(0), q.std, rtol=0.01)


def test_reparameterised_gradient_is_unbiased():
    """d/dμ and d/dlog σ of E z⁴ = μ⁴ + 6 μ²σ² + 3 σ⁴, from draws of its gradient."""
    mean, log_std = jnp.array([0.7]), jnp.array([-0.3])

    def draw(m, s, key):
        return DiagonalGaussian(m, s).sample(key, 1)[0, 0] ** 4

    keys = jax.random.split(jax.random.key(3), 100_000)
    found = np.stack(jax.vmap(jax.grad(draw, (0, 1)), (None, None, 0))(mean, log_std, keys))[..., 0]
    m, s = 0.7, np.exp(-0.3)
    wanted = [4 * m**3 + 12 * m * s**2, s * (12 * m**2 * s + 12 * s**3)]
    error = found.std(axis=1) / np.sqrt(len(keys))
    assert np.all(np.abs(found.mean(axis=1) - wanted) < 5 * error)


@pytest.mark.parametrize("shapes", [((3,), (3,), (3,), (1,)), ((2, 3), (3,), (2, 3), (2, 3))])
def test_shapes_that_differ(shapes):
    with pytest.raises(ValueError, match="arrays of one shape, given"):
        kl_diagonal(*(jnp.zeros(s) for s in shapes))
    with pytest.raises(ValueError, match="log_prob wants arrays of one shape"):
        DiagonalGaussian(jnp.zeros(3), jnp.zeros(3)).log_prob(jnp.zeros((2, 3)))
