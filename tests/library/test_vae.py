"""The VAE: its terms against independent evaluation, its bounds in order, its refusals."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import numpyro.distributions as dist
import pytest
from flax import nnx

from vdmlib import VAE, bits_per_dim, dynamic_binarisation


@pytest.fixture(scope="module")
def model():
    return VAE((8, 8), 17, latent=3, width=32, depth=1)


@pytest.fixture(scope="module")
def images():
    return np.random.default_rng(0).integers(0, 17, (5, 8, 8)).astype(np.uint8)


def test_shapes_and_types(model, images):
    q = model.encode(images)
    assert q.mean.shape == q.log_std.shape == (5, 3)
    assert model.decode(q.mean).shape == (5, 8, 8, model.likelihood.channels)
    terms = jax.jit(lambda m: m.elbo(images, jax.random.key(0), samples=4))(model)
    iwae = jax.jit(lambda m: m.iwae(images, jax.random.key(0), 4))(model)
    for value in (*terms, terms.elbo, iwae):
        assert value.shape == (5,) and value.dtype == jnp.float32
    assert model.reconstruct(images).shape == (5, 8, 8)
    assert model.reconstruct(images, jax.random.key(0)).shape == (5, 8, 8)
    drawn = model.generate(jax.random.key(0), 7, pixel_noise=True)
    assert drawn.shape == (7, 8, 8) and drawn.min() >= 0 and drawn.max() <= 16


def test_terms_against_numpyro(images):
    """A fresh computation of both terms, with none of the library's likelihoods or divergences."""
    model = VAE((8, 8), 17, latent=3, width=32, likelihood="categorical")
    key, count = jax.random.key(3), 6
    terms = model.elbo(images, key, samples=count)
    q = model.encode(images)
    z = q.mean[None] + jnp.exp(q.log_std)[None] * jax.random.normal(key, (count, 5, 3))
    law = dist.Independent(dist.Categorical(logits=model.decode(z)), 2)
    wanted = law.log_prob(jnp.broadcast_to(images[None], (count, 5, 8, 8))).mean(0)
    np.testing.assert_allclose(terms.reconstruction, wanted, rtol=1e-5)
    encoder = dist.Independent(dist.Normal(q.mean, jnp.exp(q.log_std)), 1)
    prior = dist.Independent(dist.Normal(jnp.zeros((5, 3)), 1.0), 1)
    with jax.numpy_rank_promotion("allow"):  # numpyro's own
        np.testing.assert_allclose(terms.prior_matching, dist.kl_divergence(encoder, prior), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(terms.elbo, terms.reconstruction - terms.prior_matching, rtol=1e-6)


def test_reconstruction_is_a_mean_and_not_a_sum(model, images):
    term = jax.jit(lambda m, key, samples: m.elbo(images, key, samples).reconstruction, static_argnums=2)
    few, many = term(model, jax.random.key(0), 50), term(model, jax.random.key(1), 500)
    np.testing.assert_allclose(few, many, rtol=0.05)


def test_loss_is_the_mean_of_minus_elbo(model, images):
    key = jax.random.key(4)
    loss, metrics = model.loss(images, key)
    terms = model.elbo(images, key)
    np.testing.assert_allclose(loss, -terms.elbo.mean(), rtol=1e-6)
    np.testing.assert_allclose(metrics["reconstruction"] - metrics["prior_matching"], -loss, rtol=1e-5)
    np.testing.assert_allclose(metrics["bits_per_dim"], loss / (64 * math.log(2)), rtol=1e-6)


def tiny(seed=0):
    """A VAE of one pixel with two levels, whose evidence can be integrated numerically."""
    model = VAE((1, 1), 2, latent=1, width=8, likelihood="bernoulli", seed=seed)
    z = jnp.linspace(-9, 9, 4001)[:, None]
    prior = jnp.exp(-0.5 * jnp.square(z[:, 0])) / math.sqrt(2 * math.pi)
    pixel = jnp.ones((1, 1, 1), jnp.uint8)
    likelihood = jnp.exp(model.log_likelihood(pixel, z[:, None]))[:, 0]
    return model, pixel, jnp.log(jnp.trapezoid(likelihood * prior, z[:, 0]))


@pytest.mark.parametrize("seed", range(3))
def test_elbo_iwae_and_evidence_are_in_order(seed):
    model, pixel, evidence = tiny(seed)
    keys = jax.random.split(jax.random.key(seed), 200)
    elbo = jax.jit(jax.vmap(lambda k: model.elbo(pixel, k, samples=50).elbo))(keys).mean()
    iwae = jax.jit(jax.vmap(lambda k: model.iwae(pixel, k, samples=50)))(keys)
    error = float(iwae.std()) / math.sqrt(len(keys))
    assert elbo <= iwae.mean() + 3 * error <= evidence + 6 * error
    # with many draws the importance-weighted bound is the evidence
    many = jax.jit(lambda k: model.iwae(pixel, k, samples=200_000))(keys[0])
    np.testing.assert_allclose(many, evidence[None], atol=0.02)


def test_iwae_with_one_draw_is_a_draw_of_the_elbo():
    model, pixel, _ = tiny()
    keys = jax.random.split(jax.random.key(0), 20_000)
    draws = np.asarray(jax.jit(jax.vmap(lambda k: model.iwae(pixel, k, samples=1)[0]))(keys))
    wanted = model.elbo(pixel, jax.random.key(1), samples=20_000).elbo[0]
    assert abs(draws.mean() - wanted) < 5 * draws.std() / math.sqrt(len(keys)) + 0.01


def test_pure_under_jit_and_grad(model, images):
    graph, weights = nnx.split(model)

    @jax.jit
    def loss(weights, key):
        return nnx.merge(graph, weights).loss(images, key)[0]

    key = jax.random.key(0)
    np.testing.assert_allclose(loss(weights, key), model.loss(images, key)[0], rtol=1e-5)
    gradient = jax.grad(loss)(weights, key)
    assert all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(gradient))


def test_generation_goes_through_the_prior(model):
    key = jax.random.key(5)
    for_z, _ = jax.random.split(key)
    wanted = model.likelihood.mean(model.decode(jax.random.normal(for_z, (4, 3))))
    np.testing.assert_allclose(model.generate(key, 4), wanted, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("name", ["categorical", "binomial", "discretised_logistic", "bernoulli", "gaussian"])
def test_every_likelihood_has_a_finite_loss(name, images):
    loss, _ = VAE((8, 8), 17, latent=2, width=16, likelihood=name).loss(images, jax.random.key(0))
    assert jnp.isfinite(loss)


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda m: m.encode(jnp.zeros((5, 64))), r"images \[B, 8, 8\] with B ≥ 1, given \[5, 64\]"),
        (lambda m: m.encode(jnp.zeros((5, 8, 7))), r"given \[5, 8, 7\]"),
        (lambda m: m.encode(jnp.zeros((0, 8, 8))), r"given \[0, 8, 8\]"),
        (lambda m: m.decode(jnp.zeros((5, 2))), r"latents must be \[\.\.\., 3\], given \[5, 2\]"),
        (lambda m: m.log_likelihood(jnp.zeros((5, 8, 8)), jnp.zeros((5, 3))), r"latents must be \[S, 5, 3\]"),
        (lambda m: m.elbo(jnp.zeros((5, 8, 8)), jax.random.key(0), samples=0), "samples must be a whole number of at least 1"),
        (lambda m: m.iwae(jnp.zeros((5, 8, 8)), jax.random.key(0), samples=1.5), "given 1.5"),
        (lambda m: m.generate(jax.random.key(0), 0), "count must be"),
        (lambda m: VAE((8,), 17), r"shape must be \(H, W\)"),
        (lambda m: VAE((8, 8), 17, latent=0), "latent must be a whole number of at least 1"),
        (lambda m: VAE((8, 8), 1), "levels must be a whole number of at least 2, given 1"),
        (lambda m: bits_per_dim(1.0, 0), "dims must be a whole number of at least 1, given 0"),
    ],
)
def test_bad_use_says_what_is_wanted(model, call, words):
    with pytest.raises(ValueError, match=words):
        call(model)


def test_the_network_of_burda_et_al():
    model = VAE((28, 28), 2, latent=50, network="tanh", width=200, depth=2, likelihood="bernoulli")
    sizes = [784 * 200 + 200, 200 * 200 + 200, 200 * 100 + 100, 50 * 200 + 200, 200 * 200 + 200, 200 * 784 + 784]
    assert sum(leaf.size for leaf in jax.tree.leaves(nnx.state(model, nnx.Param))) == sum(sizes)
    with pytest.raises(ValueError, match="no network .relu.; there are residual, tanh"):
        VAE((2, 2), 2, network="relu")


def test_dynamic_binarisation_draws_each_pixel_by_its_level():
    seen = []

    class Model(nnx.Module):
        def loss(self, images, key):
            seen.append(images)
            return jnp.zeros(()), {}

    images = jnp.broadcast_to(jnp.arange(5)[:, None, None], (5, 100, 100)).astype(jnp.uint8)
    loss = dynamic_binarisation(5)
    for key in range(2):
        loss(Model(), images, jax.random.key(key))
    share = np.asarray(seen[0]).mean(axis=(1, 2))
    assert share[0] == 0 and share[-1] == 1 and set(np.unique(seen[0])) == {0, 1}
    np.testing.assert_allclose(share, np.arange(5) / 4, atol=0.025)    # five standard deviations
    assert (np.asarray(seen[0]) != np.asarray(seen[1])).any()
