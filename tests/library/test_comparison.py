"""The bits/dim protocol: its statistics against scipy, its scores against models whose score is known."""

import json
import math
from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx
from scipy.stats import t, ttest_rel

from vdmlib import VAE, code_length, compare, digits, paired_interval, recipe


@pytest.mark.parametrize("seed", range(10))
def test_paired_interval_is_students(seed):
    rng = np.random.default_rng(seed)
    first, second = rng.normal(size=(2, int(rng.integers(2, 12))))
    confidence = float(rng.uniform(0.5, 0.99))
    apart = first - second
    half = t.ppf(0.5 + confidence / 2, len(apart) - 1) * apart.std(ddof=1) / math.sqrt(len(apart))
    found = paired_interval(first, second, confidence)
    np.testing.assert_allclose(found, [apart.mean(), apart.mean() - half, apart.mean() + half], rtol=1e-10)


def test_paired_interval_of_a_model_with_itself():
    assert paired_interval([2.0, 2.5, 2.1], [2.0, 2.5, 2.1]) == (0.0, 0.0, 0.0)


class Uniform:
    """Every level as probable as every other: log₂ 17 bits for each pixel."""

    levels = 17

    def log_prob(self, images):
        return jnp.full(len(images), -images[0].size * math.log(17.0))


class Noisy:
    """A "bound" whose draws are known: the image's own sum of levels, plus noise that a batch shares."""

    def elbo(self, images, key):
        return -1.0 * images.sum(axis=(1, 2)) + 3.0 * jax.random.normal(key)


def test_an_exact_model_has_no_error():
    found = code_length(Uniform(), digits().test.images, batch_size=100)
    np.testing.assert_allclose(found.bits, math.log2(17), rtol=1e-6)
    assert found.error == 0 and found.footing == "exact"


def test_a_bound_is_averaged_over_draws_and_says_how_far_it_may_be_off():
    images = digits().test.images
    found = [code_length(Noisy(), images, seed=s, draws=400, batch_size=180) for s in range(3)]
    scale = 1 / (64 * math.log(2))
    for one in found:
        assert abs(one.bits - images.sum(axis=(1, 2)).mean() * scale) < 5 * one.error
        # two batches a draw, each with its own shared noise of 3 nats
        np.testing.assert_allclose(one.error, 3 / math.sqrt(2) / math.sqrt(400) * scale, rtol=0.15)
        assert one.footing == "bound"


def test_a_network_is_scored_by_its_own_bound():
    model, images = VAE((8, 8), 17, latent=2, width=8, depth=0), digits().test.images[:50]
    found = code_length(model, images, draws=8)
    nats = jax.jit(lambda key: model.elbo(images, key, samples=200).elbo.mean())(jax.random.key(9))
    wanted = -nats / (64 * math.log(2))
    assert 0 < found.error < 0.05 * found.bits
    assert abs(found.bits - wanted) < 6 * found.error


def test_a_density_of_pixels_is_refused():
    images = digits().test.images[:2]
    for likelihood in ("gaussian", "bernoulli"):
        model = VAE((8, 8), 17, latent=2, width=8, depth=0, likelihood=likelihood)
        with pytest.raises(ValueError, match="VAE has a density of pixels and no probability of levels"):
            code_length(model, images)


def test_compare_trains_on_one_part_and_scores_another():
    seen = []

    class Mean:
        """Scored by how far its training data's mean level is from the test images'."""

        def __init__(self, data, seed):
            seen.append((len(data.train), len(data.validation), seed))
            self.mean = data.train.images.mean()

        def log_prob(self, images):
            return -64.0 * (1 + abs(images.mean(axis=(1, 2)) - self.mean))

    found = compare({"uniform": lambda data, seed: Uniform(), "mean": Mean}, folds=3, seed=7, progress=False)
    assert found.folds == (0, 1, 2) and [s[2] for s in seen] == [7, 8, 9]
    for column, fold in enumerate(range(3)):
        data = digits(fold)
        assert seen[column][:2] == (len(data.train), len(data.validation))
        far = abs(data.test.images.mean(axis=(1, 2)) - data.train.images.mean()).mean()
        np.testing.assert_allclose(found.bits[:, column], [math.log2(17), (1 + far) / math.log(2)], rtol=1e-5)
    means = found.means
    np.testing.assert_allclose(means["mean"], found.bits[1].mean())
    wanted = ttest_rel(found.bits[1], found.bits[0]).confidence_interval(0.95)
    np.testing.assert_allclose(found.difference("mean", "uniform")[1:], [wanted.low, wanted.high], rtol=1e-10)

    rows = json.loads(json.dumps(found.rows(reference="uniform")))
    assert [row["name"] for row in rows] == ["uniform", "mean"]
    np.testing.assert_allclose(rows[1]["difference"], found.difference("mean", "uniform"))
    head, rule, first, second = found._repr_markdown_().splitlines()
    assert head.split(" | ")[-1] == "minus uniform (95 %) |" and rule.count("---") == 8
    assert f"| {means['mean']:.3f} | – | {means['mean'] - means['uniform']:.3f} [" in second and "4.087" in first


class Follower(nnx.Module):
    """One number that runs after its data."""

    def __init__(self, data, seed):
        self.w = nnx.Param(jnp.zeros(()))

    def loss(self, batch, key):
        return jnp.mean(jnp.square(self.w - batch)), {}


def test_recipe_stops_early_by_the_validation_images():
    """On its way from 0 to the training data's 10 the weight passes the validation data's 4: there it stays."""
    data = SimpleNamespace(
        train=SimpleNamespace(images=np.full((20, 1), 10.0, np.float32)),
        validation=SimpleNamespace(images=np.full((5, 1), 4.0, np.float32)),
    )
    options = {"steps": 200, "batch_size": 10, "learning_rate": 0.3, "ema": 0, "evaluate_every": 1}
    model = recipe(Follower, **options)(data, 3)
    assert abs(float(model.w[...]) - 4) < 0.3
    last = recipe(Follower, keep="last", **options)(data, 3)
    assert abs(float(last.w[...]) - 10) < 0.3


def test_recipe_with_labels_trains_on_pairs():
    told = []

    class Pair(nnx.Module):
        def __init__(self, data, seed):
            self.w = nnx.Param(jnp.zeros(()))

        def loss(self, batch, key):
            images, labels = batch
            told.append((images.shape, labels.shape))
            return jnp.square(self.w - 1.0), {}

    recipe(lambda data, seed: Pair(data, seed), labels=True, steps=2, batch_size=4)(digits(), 0)
    assert ((4, 8, 8), (4,)) in told


@pytest.mark.parametrize(
    "call, error, words",
    [
        (lambda: paired_interval([1.0], [2.0]), ValueError, r"at least 2, given \[1\] and \[1\]"),
        (lambda: paired_interval([1.0, 2.0], [2.0]), ValueError, "two lists of one length"),
        (lambda: paired_interval([1.0, 2.0], [2.0, 1.0], 95), ValueError, r"confidence must lie in \(0, 1\)"),
        (lambda: code_length(Uniform(), np.zeros((0, 8, 8))), ValueError, "images is empty; arrays .* with N ≥ 1 are wanted"),
        (lambda: code_length(Noisy(), np.zeros((2, 8, 8)), draws=1), ValueError, "draws must be"),
        (lambda: code_length(object(), np.zeros((2, 8, 8))), TypeError, "log_prob or elbo, object has neither"),
        (lambda: compare({}), ValueError, "at least one recipe"),
        (lambda: compare({"a": lambda d, s: Uniform()}, folds=0), ValueError, "at least one fold"),
        (lambda: compare({"a": lambda d, s: Uniform()}, folds=2, progress=False).difference("a", "b"), ValueError, "no model 'b'"),
    ],
)
def test_bad_use_says_what_is_wanted(call, error, words):
    with pytest.raises(error, match=words):
        call()
