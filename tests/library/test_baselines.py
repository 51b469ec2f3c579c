"""The baselines: counted by hand, and against Gaussians with a closed form."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import multivariate_normal

from vdmlib import DataError, DequantisedMixture, PixelHistogram, digits


def test_histogram_counted_by_hand():
    data = digits()
    law = PixelHistogram.for_data(data)
    wanted = np.zeros(20)
    for n, image in enumerate(data.test.images[:20]):
        for row in range(8):
            for column in range(8):
                seen = sum(int(other[row, column] == image[row, column]) for other in data.train.images)
                wanted[n] += math.log((seen + 1) / (len(data.train) + 17))
    np.testing.assert_allclose(law.log_prob(data.test.images[:20]), wanted, rtol=1e-5)


def test_histogram_is_a_law_of_images():
    images = np.random.default_rng(0).integers(0, 2, (6, 1, 3))
    law = PixelHistogram(images, 3)
    everything = np.stack(np.meshgrid(*[range(3)] * 3, indexing="ij"), axis=-1).reshape(-1, 1, 3)
    np.testing.assert_allclose(jnp.exp(law.log_prob(everything)).sum(), 1, rtol=1e-5)
    drawn = np.asarray(law.generate(jax.random.key(0), 20_000))
    share = (drawn[..., None] == np.arange(3)).mean(axis=0)
    np.testing.assert_allclose(share, law.probability, atol=0.02)


def test_mixture_of_one_has_its_closed_form():
    """E_u log N(k + u; m, C) over a unit cube around k is log N(k; m, C) − tr C⁻¹/24."""
    rng = np.random.default_rng(0)
    root = np.array([[3.0, 0, 0], [1.5, 2.0, 0], [-1.0, 0.5, 2.5]])
    images = np.clip(np.rint(8 + rng.normal(size=(3000, 3)) @ root.T), 0, 16).astype(np.uint8).reshape(-1, 1, 3)
    model = DequantisedMixture(images, 17, components=1, copies=8, ridge=2.0)
    levels = images.reshape(-1, 3)
    cov = np.cov(levels.T, bias=True) + np.eye(3) * (1 / 12 + 2.0)  # in grey levels: the noise has variance 1/12
    wanted = multivariate_normal(levels.mean(axis=0), cov).logpdf(levels[:50]) - np.trace(np.linalg.inv(cov)) / 24
    draws = np.stack([model.elbo(images[:50], key) for key in jax.random.split(jax.random.key(1), 200)])
    error = draws.std(axis=0) / math.sqrt(len(draws))
    assert np.all(np.abs(draws.mean(axis=0) - wanted) < 5 * error + 0.02)  # the fit has its own noise
    np.testing.assert_allclose(model.elbo(images[:50], jax.random.key(2), samples=100), wanted, atol=0.2)


def test_mixture_is_a_bound_on_its_mass_in_the_bins():
    images = np.random.default_rng(1).integers(0, 5, (300, 1, 1))
    model = DequantisedMixture(images, 5, components=2)
    every = np.arange(5).reshape(5, 1, 1)
    bound = model.elbo(every, jax.random.key(0), samples=2000)
    # the mass of the density in each bin, by quadrature in model scale, where a level is 1/2 wide
    fine = np.linspace(-1.25, 1.25, 50_001)
    density = np.exp(model.mixture.score_samples(fine[:, None]))
    mass = np.array([np.trapezoid(density[i * 10_000 : (i + 1) * 10_000 + 1], dx=fine[1] - fine[0]) for i in range(5)])
    assert np.exp(bound).sum() < mass.sum() <= 1 + 1e-9
    assert np.all(bound < np.log(mass) + 0.02)
    np.testing.assert_allclose(bound, np.log(mass), atol=0.1)  # and near it, where the density is smooth


def test_mixture_chooses_by_validation():
    data = digits()
    small = type(data)("a corner", *(
        type(p)(p.images[:300, :2, 2:4], p.labels[:300], p.levels, p.classes)
        for p in (data.train, data.validation, data.test)
    ))  # fmt: skip
    chosen = DequantisedMixture.for_data(small, components=(1, 3), copies=1)
    held = {
        k: DequantisedMixture(small.train.images, 17, components=k, copies=1)
        .elbo(small.validation.images, jax.random.key(0), samples=8).mean()
        for k in (1, 3)
    }  # fmt: skip
    assert chosen.mixture.n_components == max(held, key=held.get)
    assert abs(held[1] - held[3]) > 0.01


@pytest.mark.parametrize(
    "call, error, words",
    [
        (lambda: PixelHistogram(np.zeros((0, 8, 8)), 17), DataError, "no data was given"),
        (lambda: PixelHistogram(np.zeros((3, 8)), 17), DataError, r"\[N, H, W\], or \[N, H, W, C\] in colours, given \[3, 8\]"),
        (lambda: PixelHistogram(np.full((3, 8, 8), 17), 17), DataError, "0 … 16"),
        (lambda: PixelHistogram(np.zeros((3, 2, 2)), 3).log_prob(jnp.zeros((1, 2, 3))), ValueError, r"given \[1, 2, 3\]"),
        (lambda: DequantisedMixture(np.zeros((3, 8)), 17), DataError, r"given \[3, 8\]"),
        (lambda: DequantisedMixture(np.zeros((3, 2, 2)), 3, ridge=0), ValueError, "ridge must be above 0, given 0"),
        (lambda: DequantisedMixture(np.zeros((3, 2, 2)), 3, components=0), ValueError, "components must be"),
    ],
)
def test_bad_use_says_what_is_wanted(call, error, words):
    with pytest.raises(error, match=words):
        call()
