"""Laws fitted by climbing the ELBO, against the model whose posterior is known."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from vdmlib import DiagonalGaussian, FullGaussian, LinearGaussian, climb, gaussian_log_prob, log_weights


@pytest.fixture
def model():
    weight = jnp.array([[1.0, 0.4], [0.2, 1.0], [0.7, -0.6]])
    return LinearGaussian(weight, jnp.array([0.1, -0.2, 0.3]), 0.6)


X = jnp.array([1.0, -0.5, 0.8])


def log_joint(model):
    def value(z):
        prior = gaussian_log_prob(z, jnp.zeros(2), jnp.eye(2))
        return prior + gaussian_log_prob(X[None] - z @ model.weight.T, model.bias, model.noise**2 * jnp.eye(3))

    return value


def test_log_prob_agrees_with_the_full_covariance():
    q = FullGaussian(jnp.array([0.5, -1.0]), jnp.array([[0.3, 0.0], [0.7, -0.4]]))
    z = jax.random.normal(jax.random.key(0), (5, 4, 2))
    np.testing.assert_allclose(q.log_prob(z), gaussian_log_prob(z, q.mean, q.cov), rtol=2e-5)


def test_sample_has_the_mean_and_covariance():
    q = FullGaussian(jnp.array([0.5, -1.0]), jnp.array([[0.3, 0.0], [0.7, -0.4]]))
    z = np.asarray(q.sample(jax.random.key(1), 200_000))
    np.testing.assert_allclose(z.mean(0), q.mean, atol=0.02)
    np.testing.assert_allclose(np.cov(z.T), q.cov, atol=0.03)


@pytest.mark.parametrize(
    "law",
    [
        FullGaussian(jnp.array([0.5, -0.3]), jnp.array([[-0.5, 0.0], [0.2, -0.4]])),
        DiagonalGaussian(jnp.array([0.5, -0.3]), jnp.array([-0.5, -0.4])),
    ],
    ids=["full", "diagonal"],
)
def test_log_weights_average_to_the_exact_elbo(model, law):
    cov = law.cov if isinstance(law, FullGaussian) else jnp.diag(law.std**2)
    weights = np.asarray(log_weights(log_joint(model), law, jax.random.key(2), 50_000))
    error = weights.std() / np.sqrt(len(weights))
    assert abs(weights.mean() - model.elbo(X, law.mean, cov)) < 5 * error


def test_log_weights_of_the_posterior_are_all_the_evidence(model):
    mean, cov = model.posterior(X)
    root = jnp.linalg.cholesky(cov)
    q = FullGaussian(mean, jnp.tril(root, -1) + jnp.diag(jnp.log(jnp.diagonal(root))))
    weights = log_weights(log_joint(model), q, jax.random.key(3), 100)
    np.testing.assert_allclose(weights, model.log_evidence(X), atol=2e-5)


def test_climbing_the_elbo_finds_the_posterior(model):
    start = FullGaussian(jnp.zeros(2), jnp.zeros((2, 2)))
    path, values = climb(lambda q: model.elbo(X, q.mean, q.cov), start, steps=400)
    mean, cov = model.posterior(X)
    end = jax.tree.map(lambda a: a[-1], path)
    np.testing.assert_allclose(end.mean, mean, atol=1e-3)
    np.testing.assert_allclose(end.cov, cov, atol=1e-3)
    np.testing.assert_allclose(values[-1], model.log_evidence(X), atol=1e-4)
    assert values.shape == (401,) and path.mean.shape == (401, 2)
    np.testing.assert_array_equal(path.mean[0], start.mean)


def test_climb_goes_up_not_down():
    path, values = climb(lambda v: -jnp.square(v - 3.0), jnp.array(0.0), steps=50)
    assert path[1] > path[0] and values[-1] > values[0]


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: climb(lambda v: v, jnp.zeros(2), 3), "scalar"),
        (lambda: climb(jnp.sum, jnp.zeros(2), 0), "steps must be a whole number of at least 1, given 0"),
        (lambda: FullGaussian(jnp.zeros(2), jnp.zeros(2)).cov, r"raw \[K, K\]"),
        (lambda: FullGaussian(jnp.zeros(2), jnp.zeros((2, 2))).log_prob(jnp.zeros(3)), r"\[\.\.\., 2\]"),
        (lambda: log_weights(jnp.sum, DiagonalGaussian(jnp.zeros(1), jnp.zeros(1)), jax.random.key(0), 2),
         "log_joint"),
        (lambda: log_weights(jnp.sum, DiagonalGaussian(jnp.zeros(1), jnp.zeros(1)), jax.random.key(0), 0),
         "samples must be a whole number of at least 1, given 0"),
    ],
)
def test_bad_use_says_what_is_wanted(call, words):
    with pytest.raises(ValueError, match=words):
        call()
