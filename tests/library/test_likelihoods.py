"""Pixel likelihoods against numpyro and against what makes a law a law."""

import jax
import jax.numpy as jnp
import numpy as np
import numpyro.distributions as dist
import pytest
from scipy.stats import logistic, norm

from vdmlib import Bernoulli, Binomial, Categorical, DiscretisedLogistic, Gaussian, LevelSoftmax, likelihood
from vdmlib.laws.likelihoods import _log_sigmoid

MASSES = [Categorical(17), Binomial(17), DiscretisedLogistic(17)]
ALL = [*MASSES, Bernoulli(17), Gaussian(17, std=0.2), Gaussian(17, std=None)]


def outputs(law, shape=(4, 5), seed=0):
    return 2 * jax.random.normal(jax.random.key(seed), (*shape, law.channels))


@pytest.mark.parametrize("law", MASSES, ids=lambda law: type(law).__name__)
def test_mass_functions_sum_to_one(law):
    assert law.discrete
    total = jnp.exp(law.log_pmf(outputs(law))).sum(-1)
    np.testing.assert_allclose(total, 1, rtol=1e-5)


@pytest.mark.parametrize("law", ALL, ids=repr)
def test_mean_and_samples_agree(law):
    out = outputs(law, (3,), seed=1)
    many = jnp.broadcast_to(out[None], (20_000, *out.shape))
    draws = np.asarray(law.sample(jax.random.key(0), many), float)
    error = draws.std(0) / np.sqrt(len(draws)) + 1e-6
    assert np.all(np.abs(draws.mean(0) - law.mean(out)) < 5 * error)


@pytest.mark.parametrize("law", MASSES, ids=lambda law: type(law).__name__)
def test_samples_follow_the_mass_function(law):
    out = outputs(law, (), seed=2)
    draws = np.asarray(law.sample(jax.random.key(1), jnp.broadcast_to(out[None], (50_000, law.channels))))
    share = np.bincount(draws, minlength=17) / len(draws)
    np.testing.assert_allclose(share, np.exp(law.log_pmf(out)), atol=0.012)


def test_against_numpyro(double):
    pixels = jnp.array([0, 3, 16, 9])
    logits = jax.random.normal(jax.random.key(3), (4, 17))
    np.testing.assert_allclose(
        Categorical(17).log_prob(logits, pixels), dist.Categorical(logits=logits).log_prob(pixels), rtol=1e-10
    )
    one = logits[:, :1]
    np.testing.assert_allclose(
        Binomial(17).log_prob(one, pixels), dist.Binomial(16, logits=one[:, 0]).log_prob(pixels), rtol=1e-8
    )
    np.testing.assert_allclose(
        Gaussian(17, std=0.2).log_prob(one, pixels), dist.Normal(one[:, 0], 0.2).log_prob(pixels / 16), rtol=1e-10
    )
    two = logits[:, :2]
    np.testing.assert_allclose(
        Gaussian(17, std=None).log_prob(two, pixels),
        dist.Normal(two[:, 0], jnp.exp(two[:, 1])).log_prob(pixels / 16), rtol=1e-10,
    )
    black_or_white = jnp.array([0, 1, 1, 0])
    np.testing.assert_allclose(
        Bernoulli(2).log_prob(one, black_or_white), dist.Bernoulli(logits=one[:, 0]).log_prob(black_or_white), rtol=1e-10
    )


def test_discretised_logistic_against_scipy(double):
    out = jnp.array([[0.3, -1.2], [-0.9, 0.4], [2.0, -2.0]])
    edges = np.concatenate([[-np.inf], np.arange(1, 17) - 0.5, [np.inf]])
    place, scale = 8 * (1 + np.asarray(out[:, :1])), 8 * np.exp(np.asarray(out[:, 1:]))
    wanted = np.diff(logistic.cdf(edges[None], place, scale), axis=-1)
    np.testing.assert_allclose(np.exp(DiscretisedLogistic(17).log_pmf(out)), wanted, rtol=1e-9, atol=1e-300)


@pytest.mark.parametrize("law", ALL, ids=repr)
@pytest.mark.parametrize("size", [1.0, 30.0, 1000.0])
def test_finite_values_and_gradients_for_wild_outputs(law, size):
    out = size * outputs(law, (17,), seed=4)
    if isinstance(law, Gaussian) and size == 1000.0:
        out = out / 100  # squared errors of a density have no bound
    value, gradient = jax.value_and_grad(lambda o: law.log_prob(o, jnp.arange(17)).sum())(out)
    assert jnp.isfinite(value) and jnp.isfinite(gradient).all()


def test_bernoulli_of_grey_is_no_mass_function():
    law = Bernoulli(17)
    total = jnp.exp(law.log_prob(jnp.zeros((17, 1)), jnp.arange(17))).sum()
    assert not law.discrete and total > 8   # 17 levels at one half each
    assert Bernoulli(2).discrete


@pytest.mark.parametrize("law", ALL, ids=repr)
def test_outputs_that_do_not_fit(law):
    with pytest.raises(ValueError, match=r"wants outputs \[\.\.\., \d+\] for pixels"):
        law.log_prob(jnp.zeros((4, law.channels + 1)), jnp.zeros(4, int))
    with pytest.raises(ValueError, match="wants outputs"):
        law.log_prob(jnp.zeros((4, law.channels)), jnp.zeros(1, int))


def test_choice_by_name_and_refusals():
    assert likelihood("categorical", 17) == Categorical(17)
    assert likelihood(Binomial(4), 4) == Binomial(4)
    with pytest.raises(ValueError, match="no likelihood 'poisson'; there are categorical"):
        likelihood("poisson", 17)
    with pytest.raises(ValueError, match="for 4 levels, the data has 17"):
        likelihood(Binomial(4), 17)
    with pytest.raises(ValueError, match="levels must be a whole number of at least 2, given 1"):
        Categorical(1)
    with pytest.raises(ValueError, match="std must be above 0, given 0.0"):
        Gaussian(17, std=0.0)


def test_the_log_sigmoid_and_its_derivative_are_those_of_jax():
    x = jnp.array([-1e4, -90.0, -3.0, -1e-4, 0.0, 1e-4, 2.0, 90.0, 1e4])
    np.testing.assert_allclose(_log_sigmoid(x), jax.nn.log_sigmoid(x), rtol=1e-6)
    np.testing.assert_allclose(jax.vmap(jax.grad(_log_sigmoid))(x), jax.nn.sigmoid(-x), rtol=1e-5)


def test_scales_are_cut_where_they_would_run_away(double):
    pixels = jnp.array([0, 5, 16])
    for law, low, high in ((Gaussian(17, std=None), -5.0, 3.0), (DiscretisedLogistic(17), -7.0, 7.0)):
        for beyond, end in ((-9.0, low), (low - 1e-3, low), (high + 1e-3, high), (9.0, high)):
            at, cut = (law.log_prob(jnp.stack([jnp.full(3, 0.3), jnp.full(3, scale)], -1), pixels) for scale in (beyond, end))
            np.testing.assert_allclose(at, cut, rtol=1e-12)
            inside = law.log_prob(jnp.stack([jnp.full(3, 0.3), jnp.full(3, end * 0.99)], -1), pixels)
            assert np.abs(inside - cut).min() > 1e-9
    assert Gaussian(17).std == 0.1


@pytest.mark.parametrize("law", ALL, ids=repr)
def test_pixels_must_be_levels(law):
    for pixels in (17, -1, 2.5):
        with pytest.raises(ValueError, match="whole grey levels|must lie in 0 … 16"):
            law.log_prob(jnp.zeros((1, law.channels)), jnp.array([pixels]))
    assert law.log_prob(jnp.zeros((2, law.channels)), jnp.array([0, 16])).shape == (2,)


@pytest.mark.parametrize("kind", [Categorical, Binomial, DiscretisedLogistic, Bernoulli, Gaussian, LevelSoftmax])
def test_two_levels_are_the_fewest(kind):
    assert kind(2).levels == 2
    with pytest.raises(ValueError, match="levels must be a whole number of at least 2, given 1"):
        kind(1)


@pytest.mark.parametrize("levels", [17, 256])
def test_grey_levels_by_their_formulas(double, levels):
    """Cross-entropy, means and draws on 0 … top."""
    top = levels - 1
    logit, pixels = jnp.array([0.4, -1.1, 2.0]), jnp.array([3, 0, top])
    share = 1 / (1 + np.exp(-np.asarray(logit)))
    white = np.asarray(pixels) / top
    wanted = white * np.log(share) + (1 - white) * np.log(1 - share)
    np.testing.assert_allclose(Bernoulli(levels).log_prob(logit[:, None], pixels), wanted, rtol=1e-9)
    np.testing.assert_allclose(Bernoulli(levels).mean(logit[:, None]), top * share, rtol=1e-9)
    assert set(np.unique(Bernoulli(levels).sample(0, jnp.zeros((99, 1))))) == {0, top}
    np.testing.assert_allclose(Binomial(levels).mean(logit[:, None]), top * share, rtol=1e-9)
    np.testing.assert_allclose(Gaussian(levels, std=0.2).mean(logit[:, None]), top * np.asarray(logit), rtol=1e-12)


@pytest.mark.parametrize("levels", [17, 256])
def test_draws_of_a_normal_law_have_the_width_that_was_asked(levels):
    """The width in grey levels: a fixed one, and one that the network gives, to four standard errors."""
    narrow, wide = (jnp.broadcast_to(jnp.array([0.5, np.log(std)]), (20_000, 2)) for std in (0.05, 0.3))
    for law, given, std in ((Gaussian(levels, std=0.2), narrow[:, :1], 0.2), (Gaussian(levels, std=None), narrow, 0.05),
                            (Gaussian(levels, std=None), wide, 0.3)):
        draws = np.asarray(law.sample(2, given))
        assert draws.std() == pytest.approx((levels - 1) * std, rel=4 / np.sqrt(2 * len(draws)))


def test_which_likelihoods_are_laws_of_the_levels():
    assert [law.discrete for law in ALL] == [True, True, True, False, False, False]
    assert Bernoulli(2).discrete and not Gaussian(2, std=0.2).discrete


def test_the_softmax_over_levels_by_hand():
    rng = np.random.default_rng(0)
    law, omega = LevelSoftmax(5), np.array([-5.0, 0.3])
    x_t, logits = rng.normal(size=(2, 3, 2)), rng.normal(size=(2, 3, 2, 5))
    log_pmf = law.log_pmf(*(jnp.asarray(v, jnp.float32) for v in (x_t, omega, logits)))
    np.testing.assert_allclose(jnp.exp(log_pmf).sum(-1), np.ones((2, 3, 2)), rtol=1e-5)
    for b in range(2):
        a, s = np.sqrt(1 / (1 + np.exp(omega[b]))), np.sqrt(1 / (1 + np.exp(-omega[b])))
        odds = np.exp(logits[b]) * norm.pdf(x_t[b][..., None], a * np.array([-1, -0.5, 0, 0.5, 1]), s)
        np.testing.assert_allclose(jnp.exp(log_pmf[b]), odds / odds.sum(-1, keepdims=True), rtol=2e-4, atol=1e-7)
    np.testing.assert_allclose(law.mean(log_pmf), np.exp(log_pmf) @ np.linspace(-1, 1, 5), rtol=1e-5, atol=1e-6)


def test_the_softmax_keeps_its_digits_at_low_noise(double):
    """At the paper's ω(0) = −13.3 with 256 levels, float32 against float64."""
    law, level = LevelSoftmax(256), jnp.arange(256)
    clean = law.place(level)
    x_t = (clean + 0.0013 * jax.random.normal(jax.random.key(0), (256,)))[None]
    exact = law.log_prob(law.log_pmf(x_t, -13.3), level[None])
    single = law.log_prob(law.log_pmf(x_t.astype(jnp.float32), jnp.float32(-13.3)), level[None])
    assert single.dtype == jnp.float32
    np.testing.assert_allclose(single, exact, atol=3e-3)


def test_reconstruction_adds_up_to_one_over_the_images():
    """Given one noisy image, the decoder's probabilities of all 2³ images of a 1×3 shape."""
    law = LevelSoftmax(2)
    x_t = jax.random.normal(jax.random.key(0), (1, 1, 3))
    every = np.array(np.meshgrid(*[[0, 1]] * 3)).reshape(3, -1).T[:, None]
    log_pmf = jnp.broadcast_to(law.log_pmf(x_t, 0.5), (8, 1, 3, 2))
    np.testing.assert_allclose(jnp.exp(law.log_prob(log_pmf, every).sum((1, 2))).sum(), 1, rtol=1e-5)


def test_places_of_the_levels():
    law = LevelSoftmax(5)
    np.testing.assert_allclose(law.place(jnp.arange(5)), np.linspace(-1, 1, 5), atol=1e-7)
    np.testing.assert_allclose(law.level(law.place(jnp.arange(5))), np.arange(5), atol=1e-6)
