"""Linear-Gaussian hierarchies against the joint Gaussian of all their variables at once."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import multivariate_normal

from vdmlib import LinearGaussian, LinearGaussianChain, LinearStep, gaussian_kl


def steps(seed, sizes):
    """Random kernels from sizes[i + 1] numbers to sizes[i]."""
    draw = np.random.default_rng(seed)
    made = []
    for out, given in zip(sizes, sizes[1:], strict=False):
        root = draw.normal(size=(out, out))
        cov = root @ root.T + 0.3 * np.eye(out)
        made.append(LinearStep(draw.normal(size=(out, given)), draw.normal(size=out), cov))
    return made


def joint(first_mean, first_cov, kernels):
    """Mean and covariance of (v_0, v_1, …) with v_0 ~ N(first) and v_{i+1} | v_i by the kernels."""
    mean, cov, last = np.array(first_mean), np.array(first_cov), slice(0, len(first_mean))
    for weight, bias, noise in kernels:
        map_ = np.zeros((len(bias), len(mean)))
        map_[:, last] = weight
        mean, cross = np.concatenate([mean, map_ @ mean + bias]), map_ @ cov
        cov = np.block([[cov, cross.T], [cross, cross @ map_.T + noise]])
        last = slice(len(mean) - len(bias), len(mean))
    return mean, cov


SIZES = (3, 2, 2, 1)


@pytest.fixture
def case(double):
    """A model, an encoder, one x, and the joint laws p(x, z_1 … z_T) and q(z_1 … z_T | x)."""
    model, encoder = LinearGaussianChain(steps(0, SIZES)), steps(1, SIZES[::-1])[::-1]
    x = np.array([0.3, -1.0, 0.5])
    mean, cov = joint(np.zeros(1), np.eye(1), model.decoders[::-1])
    ends = np.cumsum([0, *SIZES[::-1]])
    order = np.concatenate([np.arange(a, b) for a, b in zip(ends, ends[1:], strict=False)][::-1])
    p = mean[order], cov[np.ix_(order, order)]
    q_mean, q_cov = joint(encoder[0].weight @ x + encoder[0].bias, encoder[0].cov, encoder[1:])
    return model, encoder, x, p, (q_mean, q_cov)


def given_x(p, x):
    """p(z | x) by the Schur complement."""
    mean, cov, n = *p, len(x)
    gain = cov[n:, :n] @ np.linalg.inv(cov[:n, :n])
    return mean[n:] + gain @ (x - mean[:n]), cov[n:, n:] - gain @ cov[:n, n:]


def test_evidence_and_marginals_against_the_joint(case):
    model, _, x, (mean, cov), _ = case
    wanted = multivariate_normal(mean[:3], cov[:3, :3]).logpdf(x)
    np.testing.assert_allclose(model.log_evidence(x), wanted, rtol=1e-10)
    for (m, c), a, b in zip(model.marginals(), (0, 3, 5, 7), (3, 5, 7, 8), strict=True):
        np.testing.assert_allclose(m, mean[a:b], rtol=1e-10)
        np.testing.assert_allclose(c, cov[a:b, a:b], rtol=1e-10)


def test_both_splits_give_the_evidence_less_the_kl_to_the_posterior(case):
    model, encoder, x, p, q = case
    wanted = model.log_evidence(x) - gaussian_kl(*q, *given_x(p, x))
    one, ratio = model.elbo_terms(x, encoder), model.log_ratio_terms(x, encoder)
    np.testing.assert_allclose([one.elbo, ratio.elbo], [wanted, wanted], rtol=1e-9)
    assert np.all(one.levels >= 0)
    assert np.abs(one.levels - ratio.levels).max() > 0.1  # equal in sum, not term by term


def test_posterior_leaves_no_gap_and_is_the_joint_posterior(case):
    model, _, x, p, _ = case
    exact = model.posterior()
    np.testing.assert_allclose(model.elbo_terms(x, exact).elbo, model.log_evidence(x), rtol=1e-9)
    np.testing.assert_allclose(model.log_ratio_terms(x, exact).elbo, model.log_evidence(x), rtol=1e-9)
    mean, cov = joint(exact[0].weight @ x + exact[0].bias, exact[0].cov, exact[1:])
    np.testing.assert_allclose(mean, given_x(p, x)[0], rtol=1e-8)
    np.testing.assert_allclose(cov, given_x(p, x)[1], rtol=1e-8, atol=1e-12)


def test_terms_against_monte_carlo(case):
    model, encoder, x, _, q = case
    z = multivariate_normal(*q).rvs(200_000, random_state=0)
    z = [np.broadcast_to(x, (len(z), 3)), z[:, :2], z[:, 2:4], z[:, 4:]]

    def kernel(step, out, given):
        weight, bias, cov = map(np.asarray, step)
        return multivariate_normal(np.zeros(len(bias)), cov).logpdf(out - given @ weight.T - bias)

    up = [kernel(encoder[t], z[t + 1], z[t]) for t in range(3)]
    down = [kernel(model.decoders[t], z[t], z[t + 1]) for t in range(3)]
    down.append(multivariate_normal([0.0], [[1.0]]).logpdf(z[3]))
    found = model.log_ratio_terms(x, encoder)
    terms = down[0], *(u - d for u, d in zip(up, down[1:], strict=True))
    for exact, draws in zip((found.reconstruction, *found.levels), terms, strict=True):
        assert abs(draws.mean() - exact) < 5 * draws.std() / np.sqrt(len(draws))


def test_one_level_is_the_linear_gaussian_model(double):
    (step,) = steps(3, (4, 2))
    step = step._replace(cov=0.49 * np.eye(4))
    chain, one = LinearGaussianChain([step]), LinearGaussian(step.weight, step.bias, 0.7)
    x, (encoder,) = np.arange(4.0), steps(4, (2, 4))
    mean, cov = encoder.weight @ x + encoder.bias, encoder.cov
    np.testing.assert_allclose(chain.log_evidence(x), one.log_evidence(x), rtol=1e-10)
    found, wanted = chain.elbo_terms(x, [encoder]), one.elbo_terms(x, mean, cov)
    np.testing.assert_allclose([found.reconstruction, found.levels[0]], wanted, rtol=1e-9)


def test_samples_have_the_joint_moments():
    model = LinearGaussianChain(steps(0, SIZES))
    drawn = np.concatenate(model.sample(jax.random.key(0), 60_000), axis=1)
    for (mean, cov), a, b in zip(model.marginals(), (0, 3, 5, 7), (3, 5, 7, 8), strict=True):
        scale = float(jnp.trace(cov))
        np.testing.assert_allclose(drawn[:, a:b].mean(0), mean, atol=5 * np.sqrt(scale / 60_000))
        np.testing.assert_allclose(np.cov(drawn[:, a:b].T).reshape(cov.shape), cov, atol=0.04 * scale)
    weight, _, cov = map(np.asarray, model.decoders[1])
    residual = drawn[:, 3:5] - drawn[:, 5:7] @ weight.T
    np.testing.assert_allclose(np.cov(residual.T), cov, atol=0.04 * np.trace(cov))


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: LinearGaussianChain([]), "at least one decoder"),
        (lambda: LinearGaussianChain([(np.ones(2), np.ones(2), np.eye(2))]), r"decoder 1 wants weight"),
        (lambda: LinearGaussianChain([*steps(0, (3, 2)), *steps(0, (1, 1))]), "2 numbers, decoder 2 gives 1"),
        (
            lambda: LinearGaussianChain(steps(0, SIZES)).elbo_terms(np.zeros(3), steps(0, (2, 3))),
            r"weights \[\[2, 3\], \[2, 2\], \[1, 2\]\], given \[3\] and \[\[2, 3\]\]",
        ),
    ],
)
def test_bad_use_says_what_is_wanted(call, words):
    with pytest.raises(ValueError, match=words):
        call()
