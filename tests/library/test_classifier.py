"""Classifiers: the independent one on held-out digits, the noise-aware one against the exact posterior."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from vdmlib import Classifier, GaussianMixture, LinearSchedule, classifier_guidance, digits, fit


def test_independent_classifier_on_held_out_digits():
    data = digits()
    model, history = fit(
        Classifier.for_data(data), (data.train.images, data.train.labels), steps=600, batch_size=128,
        validation=(data.validation.images, data.validation.labels), progress=False,
    )
    assert model.accuracy(data.test.images, data.test.labels) >= 0.97
    assert history.validation["accuracy"].max() > 0.95
    # grey levels that are not whole, as samplers give them
    assert np.array_equal(model.classify(data.test.images), model.classify(np.minimum(data.test.images + 0.01, 16)))


def law():
    return GaussianMixture(
        [0.3, 0.2, 0.5], [[-1.0, 0.0], [1.0, 0.8], [0.5, -0.9]], [0.15, 0.1, 0.2], labels=[0, 1, 1]
    )


@pytest.fixture(scope="module")
def noise_aware():
    """Trained on draws of a mixture whose p(y|x_t) is known at every noise level."""
    exact = law()
    x, component = exact.sample_components(jax.random.key(0), 20_000)
    labels = np.asarray(exact.labels)[np.asarray(component)]
    model = Classifier(
        (2,), None, 2, noise_aware=True, schedule=LinearSchedule(-4.0, 4.0), width=64, depth=2
    )
    return fit(model, (x, labels), steps=1200, batch_size=512, progress=False)[0]


@pytest.mark.parametrize("omega", [-4.0, -1.0, 1.0, 4.0])
def test_noise_aware_classifier_nears_the_exact_posterior(noise_aware, omega):
    """KL( exact ‖ model ) averaged over x_t, in nats, against what it costs to say the prior."""
    exact = law()
    x_t = exact.noised(omega).sample(jax.random.key(1), 4000)
    truth, found = exact.log_prob_class(x_t, omega), noise_aware.log_prob(x_t, omega)
    cost = float(jnp.sum(jnp.exp(truth) * (truth - found), axis=-1).mean())
    prior = jnp.log(jnp.array([0.3, 0.7]))[None]
    blind = float(jnp.sum(jnp.exp(truth) * (truth - prior), axis=-1).mean())
    assert 0 <= cost < 0.003
    assert cost < 0.02 * blind or omega == 4.0  # there x_t says next to nothing: blind is 0.005


def test_it_guides_as_the_exact_one_does(noise_aware):
    """The gradients agree to a quarter of their size, root mean square, at a noise that is not small."""
    exact, omega = law(), 1.0
    x_t = exact.noised(omega).sample(jax.random.key(2), 1000)
    labels, level = jnp.arange(1000) % 2, jnp.full(1000, omega)
    plain = exact.denoise(x_t, level).score
    trained, true = (
        classifier_guidance(exact.denoise, log_prob, 1.0)(x_t, level, labels).score - plain
        for log_prob in (noise_aware.log_prob, exact.log_prob_class)
    )
    error = jnp.sqrt(jnp.mean(jnp.square(trained - true)) / jnp.mean(jnp.square(true)))
    assert error < 0.25


def test_noise_covers_the_schedule():
    """x_t at even times: √ᾱ x + √(1 − ᾱ) ε with the schedule's own ω, the lowest and highest among them."""
    plan = LinearSchedule(-3.0, 5.0)
    model = Classifier((1,), None, 2, noise_aware=True, schedule=plan, width=4)
    x_t, omega = model._noised(jax.random.key(0), jnp.full((4000, 1), 2.0))
    spread = np.sort(np.asarray(omega))
    np.testing.assert_allclose(np.diff(spread), 8 / 4000, rtol=0.1)
    keep = jax.nn.sigmoid(-omega)[:, None]
    noise = np.asarray((x_t - jnp.sqrt(keep) * 2.0) / jnp.sqrt(1 - keep))
    assert abs(noise.mean()) < 5 / np.sqrt(4000) and abs(noise.std() - 1) < 5 / np.sqrt(8000)
    assert abs(np.corrcoef(noise[:, 0], omega)[0, 1]) < 5 / np.sqrt(4000)


def test_shifts_move_images_by_a_pixel():
    """Every one of the nine moves occurs, and no other; level 0 comes in."""
    image = np.zeros((5, 5), np.uint8)
    image[2, 2] = 16
    from vdmlib.models.classifier import _shifted

    moved = np.asarray(_shifted(jax.random.key(0), jnp.asarray(np.repeat(image[None], 500, 0)), 1))
    assert (moved.sum(axis=(1, 2)) == 16).all()
    places = {tuple(np.argwhere(m)[0]) for m in moved}
    assert places == {(i, j) for i in (1, 2, 3) for j in (1, 2, 3)}


def test_scale():
    model = Classifier((1, 3), 17, 2, width=4)
    np.testing.assert_allclose(model.scale(np.array([[[0, 8, 16]]])), [[[-1.0, 0.0, 1.0]]])


def test_errors():
    with pytest.raises(ValueError, match="classes must be a whole number of at least 2, given 1"):
        Classifier((8, 8), 17, 1)
    with pytest.raises(ValueError, match="levels must be"):
        Classifier((8, 8), 1, 10)
    with pytest.raises(ValueError, match="shift"):
        Classifier((2,), None, 10, shift=1)
    model = Classifier((8, 8), 17, 10, width=4)
    with pytest.raises(ValueError, match=r"wants x \[B, 8, 8\], given \[3, 8\]"):
        model.log_prob(jnp.zeros((3, 8)))
    with pytest.raises(ValueError, match="without noise"):
        model.log_prob(jnp.zeros((3, 8, 8)), 0.0)
    with pytest.raises(ValueError, match="x_t and its omega"):
        Classifier((8, 8), 17, 10, width=4, noise_aware=True).log_prob(jnp.zeros((3, 8, 8)))


@pytest.mark.parametrize("noise_aware", [False, True])
def test_a_convolutional_classifier_learns(noise_aware):
    draw = np.random.default_rng(0)
    labels = np.arange(64) % 2
    images = np.zeros((64, 8, 8), int)
    images[labels == 0, 2:6, 1:3] = images[labels == 1, 2:6, 5:7] = 15
    images = (images + draw.integers(0, 2, images.shape)).astype(np.uint8)
    model = Classifier((8, 8), 17, 2, network="convolutional", noise_aware=noise_aware, width=8)
    model, _ = fit(model, (images, labels), steps=40, batch_size=32, learning_rate=1e-2, ema=0.5, progress=False)
    assert model.accuracy(images, labels) == 1
    assert model.features(images).shape == (64, 32)
    with pytest.raises(ValueError, match="a convolutional classifier has no depth, given 2"):
        Classifier((8, 8), 17, 2, network="convolutional", depth=2)
    with pytest.raises(ValueError, match='features are those of a classifier made with network="convolutional"'):
        Classifier((8, 8), 17, 2, width=8).features(images)
