"""Guidance against guided Gaussians in closed form, and classifier guidance against classifier-free."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.integrate import quad

from vdmlib import (
    GaussianMixture,
    LinearSchedule,
    Prediction,
    ancestral,
    classifier_free,
    classifier_guidance,
    conditional,
    probability_flow,
)

PLACE, WITHIN, PRIOR = 0.8, 0.5, 1.0  # p(x|y) = N(k, v), p(x) = N(0, V)


def shares(omega):
    """ᾱ and 1 − ᾱ."""
    return 1 / (1 + np.exp(omega)), 1 / (1 + np.exp(-omega))


def pair(kinds=("score", "score"), place=PLACE, within=WITHIN):
    """A denoiser that says N(k, v) with a label and N(0, V) without, noised exactly."""

    def denoise(x_t, omega, label=None):
        keep = jax.nn.sigmoid(-omega).reshape(-1, 1)
        mean, variance = (0.0, PRIOR) if label is None else (place, within)
        score = -(x_t - jnp.sqrt(keep) * mean) / (keep * variance + 1 - keep)
        return Prediction(x_t, omega, score, "score").to(kinds[label is None])

    return denoise


def guided(omega, gamma, place=PLACE, within=WITHIN):
    """Mean and precision of p_t(x) p_t(y|x)^γ ∝ p_t(x|y)^γ p_t(x)^(1−γ)."""
    keep, noise = shares(omega)
    given, without = keep * within + noise, keep * PRIOR + noise
    precision = gamma / given + (1 - gamma) / without
    return gamma * np.sqrt(keep) * place / given / precision, precision


X = np.linspace(-2, 2, 9)[:, None]
LABEL = jnp.zeros(9, jnp.int32)


@pytest.mark.parametrize("gamma", [0.0, 0.5, 1.0, 2.0, 7.5])
@pytest.mark.parametrize("omega", [-8.0, -1.0, 0.0, 3.0])
@pytest.mark.parametrize("kinds", [("eps", "x0"), ("v", "score")])
def test_guided_gaussian_at_every_level(double, gamma, omega, kinds):
    told = classifier_free(pair(kinds), gamma)(jnp.asarray(X), jnp.full(9, omega), LABEL)
    mean, precision = guided(omega, gamma)
    score = -precision * (X - mean)
    keep, noise = shares(omega)
    np.testing.assert_allclose(told.score, score, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(told.x0, (X + noise * score) / np.sqrt(keep), rtol=1e-9, atol=1e-9)


def test_noise_and_tilt_do_not_commute(double):
    """v = ½, V = 1, γ = 2, ᾱ = ½: tilting the noised laws gives 3/5, noising the tilted one 2/3."""
    denoise = classifier_free(pair(place=0.0), 2.0)

    def variance_at(omega):
        def score(x):
            return denoise(x, jnp.full(1, omega), LABEL[:1]).score.sum()

        return -1 / jax.grad(score)(jnp.zeros((1, 1))).item()

    assert abs(variance_at(0.0) - 3 / 5) < 1e-12
    tilted = variance_at(-60.0)
    assert abs(tilted - 1 / 3) < 1e-12
    assert abs((tilted / 2 + 1 / 2) - 2 / 3) < 1e-12


def test_strength_beyond_a_normalisable_density(double):
    """v = 2, V = 1: at γ = 2 the guided score no longer pulls back, above it pushes out."""
    for gamma, wanted in ((1.5, 0.25), (2.0, 0.0), (3.0, -0.5)):
        denoise = classifier_free(pair(place=0.0, within=2.0), gamma)
        score = denoise(jnp.ones((1, 1)), jnp.full(1, -60.0), LABEL[:1]).score.item()
        assert abs(-score - wanted) < 1e-12


def test_the_one_plus_w_form(double):
    """(1 + w) conditional − w unconditional is γ = 1 + w, in ε as in the score."""
    omega, w = jnp.full(9, 0.3), 1.7
    told = classifier_free(pair(), 1 + w)(jnp.asarray(X), omega, LABEL)
    given, without = pair()(jnp.asarray(X), omega, LABEL), pair()(jnp.asarray(X), omega)
    np.testing.assert_allclose(told.eps, (1 + w) * given.eps - w * without.eps, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(told.score, (1 + w) * given.score - w * without.score, rtol=1e-9, atol=1e-12)


def test_what_guided_sampling_gives(double):
    """The flow with γ = 2 ends with the variance of its own ODE, which is not the tilted variance."""
    plan = LinearSchedule(-10.0, 10.0)
    denoise = conditional(classifier_free(pair(place=0.0), 2.0), 0)
    x = probability_flow(
        denoise, plan, jax.random.key(0), (1, 1), start=jnp.ones((1, 1)), rtol=1e-9, atol=1e-9,
        final="state",
    )

    # d log x/dω = −½ (1 − ᾱ)(1 − precision)
    grown = quad(lambda omega: 0.5 * shares(omega)[1] * (1 - guided(omega, 2.0, 0.0)[1]), -10, 10)[0]
    np.testing.assert_allclose(x.item(), np.exp(grown), rtol=1e-6)
    assert abs(x.item() ** 2 - 1 / guided(-10.0, 2.0)[1]) > 0.05


def mixture():
    return GaussianMixture(
        [0.3, 0.3, 0.4], [[-1.0, 0.0], [1.0, 0.5], [0.2, -1.0]], [0.1, 0.2, 0.15], labels=[0, 1, 1]
    )


POINTS = np.random.default_rng(0).normal(size=(20, 2))
CLASSES = jnp.arange(20) % 2


@pytest.mark.parametrize("omega", [-6.0, 0.0, 4.0])
@pytest.mark.parametrize("gamma", [0.0, 1.0, 3.0])
def test_an_exact_classifier_guides_as_classifier_free(double, gamma, omega):
    law, x, level = mixture(), jnp.asarray(POINTS), jnp.full(20, omega)
    by_classifier = classifier_guidance(law.denoise, law.log_prob_class, gamma)(x, level, CLASSES)
    without = classifier_free(law.denoise, gamma)(x, level, CLASSES)
    for name in ("score", "x0", "eps", "v"):
        np.testing.assert_allclose(
            getattr(by_classifier, name), getattr(without, name), rtol=1e-7, atol=1e-8
        )
    # both are the gradient of log p_t(x) + γ log p_t(y|x)
    def log_p(x):
        of_class = jnp.take_along_axis(law.log_prob_class(x, omega), CLASSES[:, None], 1)[:, 0]
        return jnp.sum(law.log_prob(x, omega=omega) + gamma * of_class)

    gradient = jax.grad(log_p)(x)
    np.testing.assert_allclose(without.score, gradient, rtol=1e-7, atol=1e-8)


def test_a_strength_for_each_example(double):
    law, x, level = mixture(), jnp.asarray(POINTS), jnp.zeros(20)
    gamma = jnp.linspace(0.0, 3.0, 20)
    for make in (
        lambda g: classifier_free(law.denoise, g),
        lambda g: classifier_guidance(law.denoise, law.log_prob_class, g),
    ):
        together = make(gamma)(x, level, CLASSES).score
        for i in (0, 7, 19):
            alone = make(float(gamma[i]))(x[i : i + 1], level[:1], CLASSES[i : i + 1]).score
            np.testing.assert_allclose(together[i], alone[0], rtol=1e-9, atol=1e-12)


def test_zero_and_one_call_one_model_only():
    called = []

    def denoise(x_t, omega, label=None):
        called.append(None if label is None else label.tolist())
        return Prediction(x_t, omega, x_t, "x0")

    x, label = jnp.zeros((2, 1)), jnp.array([3, 4])
    for gamma, wanted in ((0, [None]), (1, [[3, 4]]), (2.0, [None, [3, 4]])):
        called.clear()
        classifier_free(denoise, gamma)(x, jnp.zeros(2), label)
        assert called == wanted
        called.clear()
        classifier_free(denoise, gamma)(x, jnp.zeros(2), None)
        assert called == [None]
    called.clear()
    classifier_guidance(denoise, lambda x, omega: 1 / 0, 2.0)(x, jnp.zeros(2), None)
    assert called == [None]


def test_conditional_fixes_the_label():
    law, x, level = mixture(), jnp.asarray(POINTS, jnp.float32), jnp.zeros(20)
    for fixed in (1, jnp.ones(20, jnp.int32)):
        told = conditional(law.denoise, fixed)(x, level, jnp.zeros(20, jnp.int32))
        np.testing.assert_allclose(told.x0, law.denoise(x, level, jnp.ones(20, jnp.int32)).x0, rtol=1e-6)
    told = conditional(law.denoise, None)(x, level, jnp.zeros(20, jnp.int32))
    np.testing.assert_allclose(told.x0, law.denoise(x, level).x0, rtol=1e-6)


def test_samplers_take_guided_denoisers():
    """γ = 1 draws from the class; γ = 4 draws where the class is surer, by classifier or without."""
    law, plan = mixture(), LinearSchedule(-10.0, 10.0)
    label = jnp.ones(1000, jnp.int32)

    def draw(denoise):
        return ancestral(denoise, plan, jax.random.key(0), (1000, 2), steps=100, label=label)

    plain = draw(classifier_free(law.denoise, 1.0))
    exact = law.sample(jax.random.key(1), 1000, 1)
    error = np.sqrt(np.diag(np.cov(exact.T)) * 2 / 1000)
    assert np.all(np.abs(plain.mean(axis=0) - exact.mean(axis=0)) < 5 * error)

    def sureness(x):
        return law.log_prob_class(x)[:, 1].mean()

    strong, other = (
        draw(guide)
        for guide in (
            classifier_free(law.denoise, 4.0), classifier_guidance(law.denoise, law.log_prob_class, 4.0)
        )
    )
    np.testing.assert_allclose(strong, other, atol=1e-2)
    assert sureness(strong) > 0.5 * sureness(plain)  # log-probabilities: nearer to 0


class Traced:
    """Counts how often it is traced; its weight is a pytree's leaf."""

    count = 0

    def __init__(self, weight):
        self.weight = weight

    def denoise(self, x_t, omega, label=None):
        Traced.count += 1
        return Prediction(x_t, omega, self.weight * x_t, "x0")


class Convolutional(Traced):
    convolutional = True


for kind in (Traced, Convolutional):
    jax.tree_util.register_pytree_node(kind, lambda s: ((s.weight,), None), lambda _, w, kind=kind: kind(*w))


def test_another_strength_compiles_nothing():
    plan, counts = LinearSchedule(-5.0, 5.0), []
    for gamma in (2.0, 3.0):
        guide = classifier_free(Traced(jnp.array(0.3)).denoise, gamma)
        ancestral(guide, plan, jax.random.key(0), (2, 2), steps=3, label=1)
        counts.append(Traced.count)
    assert counts[0] == counts[1] > 0


def test_guided_denoisers_are_values_whose_leaves_are_their_numbers():
    """So a sampler is compiled once for all strengths and labels, and nobody changes them under its feet."""
    weight = jnp.array(0.3)
    denoise = Traced(weight).denoise
    log_prob = Traced(jnp.array(0.7)).denoise
    for guide, leaves, name in (
        (conditional(denoise, 2), [0.3, 2], "label"),
        (classifier_free(denoise, 2.5), [0.3, 2.5], "gamma"),
        (classifier_guidance(denoise, log_prob, 2.5), [0.3, 0.7, 2.5], "gamma"),
    ):
        np.testing.assert_allclose(jax.tree.leaves(guide), leaves, rtol=1e-6)
        assert type(jax.tree.map(lambda leaf: leaf, guide)) is type(guide)
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(guide, name, 1)


def test_convolutional_is_passed_on():
    for kind, wanted in ((Traced, False), (Convolutional, True)):
        denoise = kind(jnp.array(0.3)).denoise
        for guide in (
            conditional(denoise, 1), classifier_free(denoise, 2.0),
            classifier_guidance(denoise, lambda x, omega: x, 2.0),
            conditional(classifier_free(denoise, 2.0), 1),
        ):
            assert guide.convolutional == wanted


def test_errors():
    with pytest.raises(ValueError, match="labels must be whole numbers"):
        conditional(pair(), 0.5)
    with pytest.raises(ValueError, match=r"gamma must be a number or \[B\]"):
        classifier_free(pair(), jnp.ones((2, 2)))
    for gamma, words in (("strong", "given 'strong'"), (None, "given None"), (jnp.array([1.0, jnp.nan]), "must be finite"),
                         (float("inf"), "gamma"), (jnp.array([[1.0]]), r"given \[1, 1\]")):
        for guide in (lambda g: classifier_free(pair(), g), lambda g: classifier_guidance(pair(), lambda x, omega: x, g)):
            with pytest.raises(ValueError, match=words):
                guide(gamma)
    with pytest.raises(ValueError, match=r"one label an example is wanted, \[B\] or one for all, given \[2, 1\]"):
        conditional(pair(), jnp.ones((2, 1), jnp.int32))


def test_the_classes_are_passed_on_and_looked_at():
    class OfThree(Traced):
        classes = 3

    jax.tree_util.register_pytree_node(OfThree, lambda s: ((s.weight,), None), lambda _, w: OfThree(*w))
    denoise = OfThree(jnp.array(0.3)).denoise
    for label in (0, 3, jnp.array([2, 3])):    # the null token is one of them
        assert conditional(denoise, label).classes == classifier_free(denoise, 2.0).classes == 3
    assert conditional(pair(), 99).classes is None
    for label in (4, -1, jnp.array([0, 4])):
        with pytest.raises(ValueError, match="label"):
            conditional(denoise, label)


def test_images_are_guided_as_points_are(double):
    """A scalar level, and examples of more axes than one; γ for each example."""
    x, gamma = jnp.asarray(np.random.default_rng(1).normal(size=(3, 2, 2))), jnp.array([0.5, 2.0, 3.0])

    def standard(x_t, omega, label=None):
        return Prediction(x_t, omega, -x_t if label is None else 0.5 - 2 * x_t, "score")

    told = classifier_free(standard, gamma)(x, 0.3, jnp.zeros(3, int)).score
    np.testing.assert_allclose(told, -x + gamma[:, None, None] * (0.5 - x), rtol=1e-9)

    def log_prob(x_t, omega):
        return jnp.stack([x_t.sum((1, 2)), -jnp.square(x_t).sum((1, 2))], axis=1)

    for omega in (0.3, jnp.full(3, 0.3)):
        told = classifier_guidance(standard, log_prob, gamma)(x, omega, jnp.array([0, 1, 1])).score
        push = jnp.concatenate([jnp.ones((1, 2, 2)), -2 * x[1:]])
        np.testing.assert_allclose(told, -x + gamma[:, None, None] * push, rtol=1e-9)
