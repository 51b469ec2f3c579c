"""The Markovian HVAE: against the VAE, against linear-Gaussian chains solved exactly, against numpyro."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import numpyro.distributions as dist
import pytest
from flax import nnx
from scipy.stats import multivariate_normal

from vdmlib import HVAE, VAE, DiagonalGaussian, Gaussian, LinearGaussianChain, LinearStep, fit, kl_diagonal


@pytest.fixture(scope="module")
def images():
    return np.random.default_rng(0).integers(0, 17, (5, 8, 8)).astype(np.uint8)


@pytest.fixture(scope="module")
def model():
    return HVAE((8, 8), 17, latents=(4, 3, 2), width=16, depth=0)


def linear(seed=0, latents=(2, 1), std=0.4, shape=(1, 3)):
    """A linear-Gaussian HVAE with biases and widths off their first values."""
    model = HVAE(shape, 17, latents=latents, network="linear", likelihood=Gaussian(17, std=std), seed=seed)
    graph, weights = nnx.split(model)
    leaves, tree = jax.tree.flatten(weights)
    keys = jax.random.split(jax.random.key(seed), len(leaves))
    leaves = [leaf + 0.4 * jax.random.normal(key, leaf.shape) for leaf, key in zip(leaves, keys, strict=True)]
    return nnx.merge(graph, jax.tree.unflatten(tree, leaves))


def as_chain(model):
    """The same model as matrices: a LinearGaussianChain of level/(levels − 1), and the encoder's kernels."""

    def kernel(arrow):
        return LinearStep(arrow.affine.kernel[...].T, arrow.affine.bias[...], jnp.diag(jnp.exp(2 * arrow.log_std[...])))

    pixels = model.decoders[0]
    noise = model.likelihood.std**2 * jnp.eye(model.dims)
    down = [LinearStep(pixels.kernel[...].T, pixels.bias[...], noise), *map(kernel, model.decoders[1:])]
    first, *rest = map(kernel, model.encoders)
    # the encoder is given 2x − 1 for x = level/(levels − 1)
    first = LinearStep(2 * first.weight, first.bias - first.weight.sum(axis=1), first.cov)
    return LinearGaussianChain(down), [first, *rest]


def pixels(count=4, shape=(1, 3), seed=1):
    return np.random.default_rng(seed).integers(0, 17, (count, *shape)).astype(np.uint8)


def test_shapes_and_types(model, images):
    @jax.jit
    def everything(key):
        terms = model.elbo(images, key, samples=2)
        pictures = [model.resample(images, level, key) for level in (1, 2, 3)]
        pictures += [model.reconstruct(images), model.reconstruct(images, key)]
        return terms, terms.elbo, model.iwae(images, key, samples=2), pictures, model.generate(key, 7, pixel_noise=True)

    terms, elbo, iwae, pictures, drawn = everything(jax.random.key(0))
    assert terms.prior_matching.shape == (3, 5)
    assert terms.reconstruction.shape == elbo.shape == iwae.shape == (5,)
    assert elbo.dtype == terms.prior_matching.dtype == jnp.float32
    for picture in pictures:
        assert picture.shape == (5, 8, 8) and picture.min() >= 0 and picture.max() <= 16
    assert drawn.shape == (7, 8, 8) and drawn.dtype == jnp.int32


def test_one_level_is_the_vae(images):
    """With the same weights: the same encoder, the same price to the last digit, the same decoder."""
    vae = VAE((8, 8), 17, latent=3, width=16, depth=0, seed=3)
    chain = HVAE((8, 8), 17, latents=(3,), width=16, depth=0)
    chain.encoders[0].net, chain.decoders[0] = vae.encoder, vae.decoder

    @jax.jit
    def both(key):
        (z,), (law,) = chain.encode(images, key, 200)
        ours = DiagonalGaussian(law.mean[0], law.log_std[0]), chain.log_likelihood(images, z), chain.reconstruct(images)
        theirs = vae.encode(images), vae.log_likelihood(images, z), vae.reconstruct(images)
        return ours, theirs, chain.elbo(images, key, 200), vae.elbo(images, key, 200)

    ours, theirs, terms, wanted = both(jax.random.key(0))
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-5), ours, theirs)
    np.testing.assert_allclose(terms.prior_matching, wanted.prior_matching[None], rtol=1e-5)
    error = np.asarray(theirs[1]).std(axis=0) / math.sqrt(200)
    assert np.all(np.abs(terms.reconstruction - wanted.reconstruction) < 6 * error + 1e-3)


def test_terms_against_numpyro(images):
    """A fresh computation at the same draws, with none of the library's likelihoods or divergences."""
    model = HVAE((8, 8), 17, latents=(4, 3), width=16, depth=0, likelihood="categorical")

    @jax.jit
    def ours(key):
        (z1, z2), laws = model.encode(images, key, 6)
        networks = z1, z2, *laws, model.decoders[1](z2), model.decode(z1)
        return model.elbo(images, key, samples=6), model.iwae(images, key, samples=6), networks

    @jax.jit
    def theirs(z1, z2, *networks):
        q1, q2, p1 = (dist.Normal(law.mean, jnp.exp(law.log_std)).to_event(1) for law in networks[:3])
        standard = dist.Normal(jnp.zeros((6, 5, 3)), jnp.ones((6, 5, 3))).to_event(1)
        decoder = dist.Categorical(logits=networks[3]).to_event(2)
        likelihood = decoder.log_prob(jnp.broadcast_to(images[None], (6, 5, 8, 8)))
        ratio, top = q1.log_prob(z1) - p1.log_prob(z1), dist.kl_divergence(q2, standard)
        return likelihood, ratio, top, likelihood - ratio + standard.log_prob(z2) - q2.log_prob(z2)

    terms, iwae, networks = ours(jax.random.key(3))
    with jax.numpy_rank_promotion("allow"):  # numpyro's own
        likelihood, ratio, top, weights = map(np.asarray, theirs(*networks))
    np.testing.assert_allclose(terms.reconstruction, likelihood.mean(0), rtol=1e-5)
    np.testing.assert_allclose(terms.prior_matching, [ratio.mean(0), top.mean(0)], rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(iwae, np.log(np.mean(np.exp(weights - weights.max()), axis=0)) + weights.max(), rtol=1e-5)


@pytest.mark.parametrize("latents", [(2,), (2, 1), (2, 2, 1)])
def test_every_term_of_a_linear_model_is_the_exact_one(latents):
    model, x = linear(latents=latents), pixels()
    chain, encoder = as_chain(model)
    draw = jax.jit(lambda key: model.elbo(x, key))
    draws = jax.lax.map(draw, jax.random.split(jax.random.key(0), 20_000), batch_size=2000)
    for i, point in enumerate(x.reshape(len(x), -1) / 16):
        wanted = chain.log_ratio_terms(point, encoder)
        found = np.column_stack([draws.reconstruction[:, i], draws.prior_matching[:, :, i]])
        error = found.std(axis=0) / math.sqrt(len(found))
        apart = np.abs(found.mean(axis=0) - np.append(wanted.reconstruction, wanted.levels))
        assert np.all(apart < 5 * error + 1e-3)
        # the sum over levels is a KL divergence, whichever way it is split
        np.testing.assert_allclose(wanted.levels.sum(), chain.elbo_terms(point, encoder).levels.sum(), rtol=1e-3)
        assert wanted.levels.sum() > 0


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_the_tempting_closed_form_is_wrong_on_either_side(sign):
    """KL( q(z_1|x) ‖ p(z_1|z_2) ) at drawn z_2 forgets that z_2 came from z_1: by c a s²/v in one dimension."""
    model, x = linear(latents=(1, 1)), pixels(1)
    up, down = model.encoders[1], model.decoders[1]
    up.affine.kernel[...], down.affine.kernel[...] = jnp.full((1, 1), 0.8), jnp.full((1, 1), 0.6 * sign)
    key = jax.random.key(0)
    (_, z2), (q1, _) = model.encode(x, key, 100_000)
    naive = np.asarray(kl_diagonal(*q1, *down(z2)))
    right = np.asarray(model.elbo(x, key, 100_000).prior_matching[0])
    s2, v = np.exp(2 * model.encoders[0].log_std[0]), np.exp(2 * down.log_std[0])
    error = naive.std() / math.sqrt(len(naive)) * 3
    assert abs(naive.mean() - right[0] - sign * 0.6 * 0.8 * s2 / v) < 5 * error + 0.01
    assert abs(naive.mean() - right[0]) > 20 * error


def test_with_the_exact_posterior_every_draw_is_the_evidence():
    """log p(x, z) − log q(z|x) is log p(x), whatever z: the weights have no spread at all."""
    model, x = linear(latents=(1, 1)), pixels()
    chain, _ = as_chain(model)
    for arrow, step, scale in zip(model.encoders, chain.posterior(), (2.0, 1.0), strict=True):
        arrow.affine.kernel[...] = step.weight.T / scale
        arrow.affine.bias[...] = step.bias + (step.weight.sum(axis=1) / 2 if scale == 2 else 0)
        arrow.log_std[...] = 0.5 * jnp.log(jnp.diagonal(step.cov))
    mean, cov = chain.marginals()[0]
    wanted = multivariate_normal(mean, cov).logpdf(x.reshape(len(x), -1) / 16)
    np.testing.assert_allclose(chain.log_evidence(x.reshape(len(x), -1) / 16), wanted, rtol=1e-4)
    for seed in range(3):
        np.testing.assert_allclose(model.iwae(x, jax.random.key(seed), samples=1), wanted, rtol=1e-4)


def test_iwae_lies_between_the_bound_and_the_evidence():
    model, x = linear(latents=(2, 1)), pixels()
    chain, encoder = as_chain(model)
    point = x.reshape(len(x), -1) / 16
    evidence = np.asarray(chain.log_evidence(point))
    elbo = np.array([float(chain.elbo_terms(p, encoder).elbo) for p in point])
    keys = jax.random.split(jax.random.key(0), 400)
    iwae = jax.lax.map(jax.jit(lambda key: model.iwae(x, key, samples=20)), keys, batch_size=100)
    error = 5 * np.asarray(iwae).std(axis=0) / 20
    assert np.all(elbo < iwae.mean(axis=0) + error) and np.all(iwae.mean(axis=0) < evidence + error)
    np.testing.assert_allclose(model.iwae(x, keys[0], samples=400_000), evidence, atol=0.1)


def test_training_a_linear_model_reaches_the_exact_evidence():
    rng = np.random.default_rng(0)
    cloud = 8 + rng.normal(size=(400, 1)) * [4.0, 3.0, -2.0] + rng.normal(size=(400, 3))
    data = np.clip(np.rint(cloud), 0, 16).astype(np.uint8).reshape(-1, 1, 3)
    start = HVAE((1, 3), 17, latents=(1, 1), network="linear", likelihood=Gaussian(17, std=0.1))
    model, _ = fit(start, data, steps=3000, batch_size=200, learning_rate=0.02, keep="last", progress=False)
    chain, encoder = as_chain(model)
    point = jnp.asarray(data.reshape(-1, 3) / 16, jnp.float32)
    evidence = float(chain.log_evidence(point).mean())
    elbo = float(jax.vmap(lambda p: chain.elbo_terms(p, encoder).elbo)(point).mean())
    assert elbo <= evidence + 1e-4 and evidence - elbo < 0.01
    # and it is the evidence of a model that has learnt: near the best Gaussian's, in one direction of three
    mean, cov = chain.marginals()[0]
    np.testing.assert_allclose(mean, point.mean(axis=0), atol=0.01)
    values, vectors = np.linalg.eigh(np.cov(point.T))
    learnt, direction = np.linalg.eigh(np.asarray(cov))
    assert abs(vectors[:, -1] @ direction[:, -1]) > 0.999
    np.testing.assert_allclose(learnt[-1], values[-1], rtol=0.05)


def test_generated_images_follow_the_marginal_law():
    model = linear(latents=(2, 1), seed=2)
    mean, cov = as_chain(model)[0].marginals()[0]
    drawn = np.asarray(jax.jit(lambda key: model.generate(key, 100_000, pixel_noise=True))(jax.random.key(0)))
    drawn = drawn.reshape(-1, 3) / 16
    size = np.sqrt(np.diagonal(cov))
    assert np.all(np.abs(drawn.mean(axis=0) - mean) < 5 * size / math.sqrt(len(drawn)))
    np.testing.assert_allclose(np.cov(drawn.T), cov, atol=0.03 * float(size.max()) ** 2)


@pytest.mark.parametrize("level", [1, 2, 3])
def test_resampling_keeps_what_lies_above_and_redraws_what_lies_below(level):
    """Up the encoder to z_level and down the decoder: both affine, so mean and covariance are known."""
    model, x = linear(latents=(2, 2, 1), seed=4), pixels(1, seed=5)
    chain, encoder = as_chain(model)
    mean, cov = jnp.asarray(x.reshape(-1) / 16), jnp.zeros((3, 3))
    for step in encoder[:level]:
        mean, cov = step.push(mean, cov)
    for step in reversed(chain.decoders[:level]):
        mean, cov = step.push(mean, cov)
    many = np.repeat(x, 100_000, axis=0)
    drawn = np.asarray(jax.jit(lambda key: model.resample(many, level, key, pixel_noise=True))(jax.random.key(0)))
    drawn = drawn.reshape(-1, 3) / 16
    size = np.sqrt(np.diagonal(cov))
    assert np.all(np.abs(drawn.mean(axis=0) - mean) < 5 * size / math.sqrt(len(drawn)))
    np.testing.assert_allclose(np.cov(drawn.T), cov, atol=0.03 * float(size.max()) ** 2)


def test_loss_is_minus_the_bound_and_its_parts_add_up(model, images):
    key = jax.random.key(4)
    (loss, metrics), terms = jax.jit(lambda key: (model.loss(images, key), model.elbo(images, key)))(key)
    np.testing.assert_allclose(loss, -terms.elbo.mean(), rtol=1e-5)
    each = [metrics[f"prior_matching_{t}"] for t in (1, 2, 3)]
    np.testing.assert_allclose(each, terms.prior_matching.mean(axis=1), rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(metrics["prior_matching"], sum(each), rtol=1e-5)
    np.testing.assert_allclose(metrics["prior_matching"] - metrics["reconstruction"], loss, rtol=1e-5)
    np.testing.assert_allclose(metrics["bits_per_dim"], loss / (64 * math.log(2)), rtol=1e-5)


def test_warm_up_raises_the_weight_in_training_and_not_in_evaluation(images):
    start = HVAE((8, 8), 17, latents=(3, 2), width=16, depth=0, warm_up=4)
    _, history = fit(start, images, steps=6, batch_size=5, validation=images, evaluate_every=3, progress=False)
    weight = np.array([0, 0.25, 0.5, 0.75, 1, 1])
    parts = history.metrics
    np.testing.assert_allclose(history.loss, weight * parts["prior_matching"] - parts["reconstruction"], rtol=1e-5)
    np.testing.assert_allclose(
        parts["bits_per_dim"], (parts["prior_matching"] - parts["reconstruction"]) / (64 * math.log(2)), rtol=1e-5
    )
    held = history.validation
    np.testing.assert_allclose(held["loss"], held["prior_matching"] - held["reconstruction"], rtol=1e-5)


def test_free_bits_leave_a_cheap_level_alone(images):
    model = HVAE((8, 8), 17, latents=(3, 2), width=16, depth=0, free_bits=50.0)
    small = HVAE((8, 8), 17, latents=(3, 2), width=16, depth=0, free_bits=0.01)
    key = jax.random.key(0)
    graph, weights = nnx.split(model)

    @jax.jit
    def run(weights):
        charge = jax.value_and_grad(lambda w: nnx.merge(graph, w).loss(images, key, step=0), has_aux=True)
        return charge(weights), model.loss(images, key)[0], small.loss(images, key, step=0)

    ((loss, metrics), slope), plain, (low, parts) = run(weights)
    assert max(metrics["prior_matching_1"], metrics["prior_matching_2"]) < 50
    np.testing.assert_allclose(loss, 100 - metrics["reconstruction"], rtol=1e-6)
    np.testing.assert_allclose(plain, metrics["prior_matching"] - metrics["reconstruction"], rtol=1e-6)
    for leaf in jax.tree.leaves((slope["encoders"][1], slope["decoders"][1])):  # nothing but their price moves these
        np.testing.assert_array_equal(leaf, 0)
    charged = max(parts["prior_matching_1"], 0.01) + max(parts["prior_matching_2"], 0.01)
    np.testing.assert_allclose(low, charged - parts["reconstruction"], rtol=1e-6)


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda m: m.elbo(jnp.zeros((5, 8, 7)), jax.random.key(0)), r"images \[B, 8, 8\] with B ≥ 1, given \[5, 8, 7\]"),
        (lambda m: m.elbo(jnp.zeros((5, 8, 8)), jax.random.key(0), samples=0), "samples must be"),
        (lambda m: m.decode(jnp.zeros((5, 3))), r"z_1 must be \[\.\.\., 4\], given \[5, 3\]"),
        (lambda m: m.resample(jnp.zeros((5, 8, 8)), 0, jax.random.key(0)), r"level must be a whole number in 1 … 3, given 0"),
        (lambda m: m.resample(jnp.zeros((5, 8, 8)), 4, jax.random.key(0)), "given 4"),
        (lambda m: m.generate(jax.random.key(0), 0), "count must be"),
        (lambda m: HVAE((8,), 17), r"shape must be \(H, W\)"),
        (lambda m: HVAE((8, 8), 17, latents=()), "at least one dimension"),
        (lambda m: HVAE((8, 8), 17, latents=(4, 0)), "every one of latents must be a whole number of at least 1"),
        (lambda m: HVAE((8, 8), 17, network="conv"), "no network 'conv'; there are mlp, linear"),
        (lambda m: HVAE((8, 8), 17, warm_up=-1), "warm_up must be a whole number of at least 0, given -1"),
        (lambda m: HVAE((8, 8), 17, free_bits=-1.0), "free_bits must be at least 0, given -1"),
        (lambda m: HVAE((8, 8), 1), "levels must be a whole number of at least 2, given 1"),
    ],
)
def test_bad_use_says_what_is_wanted(model, call, words):
    with pytest.raises(ValueError, match=words):
        call(model)
