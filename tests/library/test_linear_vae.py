"""The linear VAE against what is known of it: LinearGaussian's formulas and probabilistic PCA."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from sklearn.decomposition import PCA

from vdmlib import LinearVAE, digits, fit


def random_model(seed=0, dims=5, latent=3):
    model = LinearVAE(dims, latent, seed=seed)
    keys = jax.random.split(jax.random.key(seed), 3)
    model.bias[...] = jax.random.normal(keys[0], (dims,))
    model.log_std[...] = 0.5 * jax.random.normal(keys[1], (latent,))
    model.log_noise[...] = jnp.asarray(-0.4)
    return model, jax.random.normal(keys[2], (7, dims))


def test_terms_equal_those_of_the_linear_gaussian_model(double):
    model, x = random_model()
    q, terms = model.encode(x), model.elbo(x)
    wanted = [model.model.elbo_terms(x[i], q.mean[i], jnp.diag(jnp.square(q.std[i]))) for i in range(len(x))]
    np.testing.assert_allclose(terms.reconstruction, [w[0] for w in wanted], rtol=1e-10)
    np.testing.assert_allclose(terms.prior_matching, [w[1] for w in wanted], rtol=1e-10)
    loss, parts = model.loss(x, None)
    np.testing.assert_allclose(loss, -np.mean([w[0] - w[1] for w in wanted]), rtol=1e-10)
    np.testing.assert_allclose(parts["reconstruction"] - parts["prior_matching"], -loss, rtol=1e-10)


def test_the_exact_posterior_leaves_no_gap(double):
    """With orthogonal columns the posterior's covariance is diagonal, so the family holds it."""
    model, x = random_model(seed=1)
    model.decoder[...] = jnp.linalg.qr(model.decoder[...])[0] * jnp.array([[2.0, 1.0, 0.5]])
    assert float((model.log_evidence(x) - model.elbo(x).elbo).min()) > 1e-3
    mean, cov = model.model.posterior(jnp.zeros(5) + model.bias[...])
    slope = jax.jacobian(lambda v: model.model.posterior(v)[0])(model.bias[...])
    np.testing.assert_allclose(cov, jnp.diag(jnp.diagonal(cov)), atol=1e-12)
    np.testing.assert_allclose(mean, 0, atol=1e-12)
    model.encoder[...], model.log_std[...] = slope, 0.5 * jnp.log(jnp.diagonal(cov))
    np.testing.assert_allclose(model.elbo(x).elbo, model.log_evidence(x), rtol=1e-10)


@pytest.mark.parametrize("latent", [8, 16])
def test_reaches_probabilistic_pca_on_the_digits(latent):
    data = digits().train
    x = data.images.reshape(len(data), -1).astype(np.float32) / 16
    steps = 2500
    rate = optax.warmup_cosine_decay_schedule(0.0, 0.02, steps // 20, steps)
    model, _ = fit(
        LinearVAE(64, latent), x, steps=steps, batch_size=None, optimiser=optax.adam(rate), ema=0, keep="last",
        progress=False,
    )
    wanted = PCA(latent, svd_solver="full").fit(x.astype(np.float64)).score(x.astype(np.float64))
    elbo = -float(model.loss(jnp.asarray(x), None)[0])
    assert abs(elbo - wanted) < 0.05
    assert elbo <= float(model.log_evidence(jnp.asarray(x)).mean()) + 1e-3


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: LinearVAE(0, 2), "dims must be a whole number of at least 1"),
        (lambda: LinearVAE(4, 0), "latent must be"),
        (lambda: LinearVAE(4, 2).elbo(jnp.zeros((3, 5))), r"points \[B, 4\] with B ≥ 1, given \[3, 5\]"),
        (lambda: LinearVAE(4, 2).encode(jnp.zeros((0, 4))), r"given \[0, 4\]"),
    ],
)
def test_bad_use_says_what_is_wanted(call, words):
    with pytest.raises(ValueError, match=words):
        call()
