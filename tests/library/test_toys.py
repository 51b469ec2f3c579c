"""The toys: densities that integrate to one and that their samples follow."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats
from sklearn.datasets import make_moons

from vdmlib import GaussianMixture, checkerboard, eight_gaussians, rings, spirals, toy, two_moons

NAMES = ["eight gaussians", "two moons", "spirals", "rings", "checkerboard"]
# Midpoints of a grid whose lines include the checkerboard's edges.
SIDE, FINE = 3.0, 240
CENTRES = (np.arange(FINE) + 0.5) / FINE * 2 * SIDE - SIDE
GRID = np.stack(np.meshgrid(CENTRES, CENTRES, indexing="ij"), axis=-1).reshape(-1, 2)


@pytest.mark.parametrize("name", NAMES)
def test_density_integrates_to_one_and_samples_follow_it(name):
    law, count = toy(name), 20_000
    mass = np.asarray(jnp.exp(law.log_prob(GRID))).reshape(FINE, FINE) * (2 * SIDE / FINE) ** 2
    np.testing.assert_allclose(mass.sum(), 1, atol=1e-5)
    x = np.asarray(law.sample(jax.random.key(0), count))
    bins = 12
    wanted = mass.reshape(bins, FINE // bins, bins, FINE // bins).sum((1, 3)).ravel() * count
    found = np.histogram2d(*x.T, bins=bins, range=[[-SIDE, SIDE]] * 2)[0].ravel()
    kept = wanted > 8
    few = found[~kept].sum(), wanted[~kept].sum()
    found, wanted = np.r_[found[kept], few[0]], np.r_[wanted[kept], max(few[1], 1e-9)]
    if few[1] < 8:  # what lies in rare bins is too little for a χ²
        assert few[0] < 30
        found, wanted = found[:-1], wanted[:-1]
    square = np.sum((found - wanted) ** 2 / wanted)
    assert stats.chi2.sf(square, len(wanted) - 1) > 1e-4


def test_the_check_sees_a_wrong_width():
    """Samples of a law a tenth wider do not follow the density: the χ² above can fail."""
    law = toy("two moons")
    mass = np.asarray(jnp.exp(law.log_prob(GRID))).reshape(FINE, FINE) * (2 * SIDE / FINE) ** 2
    x = np.asarray(two_moons(scale=0.12).sample(jax.random.key(0), 20_000))
    wanted = mass.reshape(12, 20, 12, 20).sum((1, 3)).ravel() * len(x)
    found = np.histogram2d(*x.T, bins=12, range=[[-SIDE, SIDE]] * 2)[0].ravel()
    kept = wanted > 8
    assert stats.chi2.sf(np.sum((found - wanted)[kept] ** 2 / wanted[kept]), kept.sum() - 1) < 1e-6


def test_moons_are_scikit_learns():
    law = two_moons()
    points, label = make_moons(400, shuffle=False)
    points = 1.5 * (points - [0.5, 0.25])
    for k in (0, 1):
        own = points[label == k]
        inner = own[20:-20]  # the ends are rounded off
        evenly = np.asarray(law.log_prob(inner, k))
        # a straight line of length 1.5 π with noise of 0.1 across it, and a little for the curvature
        np.testing.assert_allclose(evenly, -np.log(1.5 * np.pi * 0.1 * np.sqrt(2 * np.pi)), atol=0.06)
        assert np.asarray(law.log_prob_class(own))[:, k].min() > -1e-3


def test_rings_and_spirals_are_even_along_the_curve():
    law, angle = rings(), np.linspace(0, 2 * np.pi, 101)
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    for k, radius in enumerate((0.6, 1.2, 1.8)):
        along = np.asarray(law.log_prob(radius * circle, k))
        assert np.ptp(along) < 0.03
        wanted = -np.log(2 * np.pi * radius * 0.06 * np.sqrt(2 * np.pi))
        np.testing.assert_allclose(along.mean(), wanted, atol=0.09)
    share = np.linspace(0.25, 0.95, 50)  # of the radius
    angle = 2 * np.pi * 1.25 * (share - 1 / 6) / (5 / 6)
    curve = 2 * share[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    assert np.ptp(np.asarray(spirals().log_prob(curve, 0))) < 0.1
    np.testing.assert_allclose(spirals().log_prob(-curve, 1), spirals().log_prob(curve, 0), atol=1e-3)


def test_eight_gaussians_by_hand():
    law = eight_gaussians(radius=2.0, scale=0.3)
    x = np.array([0.4, 1.9])
    angle = np.arange(8) * np.pi / 4
    square = (x[0] - 2 * np.cos(angle)) ** 2 + (x[1] - 2 * np.sin(angle)) ** 2
    wanted = np.log(np.mean(np.exp(-square / 0.18)) / (2 * np.pi * 0.09))
    np.testing.assert_allclose(law.log_prob(x), wanted, rtol=1e-5)
    assert int(np.argmax(law.log_prob_class(x))) == 2


def test_checkerboard_by_hand():
    law = checkerboard(cells=4, half_width=2.0)
    x = np.array([[-1.9, -1.9], [-0.5, -1.5], [0.5, -1.5], [1.9, 1.9], [2.1, 0.1], [-0.5, 2.5]])
    np.testing.assert_allclose(np.exp(law.log_prob(x)), [0.125, 0, 0.125, 0.125, 0, 0])
    assert np.all(np.isfinite(law.log_prob(law.sample(jax.random.key(1), 2000))))


def test_labels_sizes_and_other_options():
    for law, classes in ((toy("spirals", arms=3), 3), (rings(radii=[1.0, 2.0]), 2), (two_moons(), 2)):
        assert isinstance(law, GaussianMixture) and law.classes == classes
        np.testing.assert_allclose(np.bincount(law.labels, law.weights), 1 / classes, rtol=1e-5)
    for name in NAMES:  # about as wide as N(0, I)
        x = np.asarray(toy(name).sample(jax.random.key(2), 20_000))
        assert np.all(np.abs(x.mean(0)) < 0.12) and np.all((0.6 < x.std(0)) & (x.std(0) < 1.5))


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: toy("moons"), "no toy 'moons'; there are eight gaussians, two moons"),
        (lambda: eight_gaussians(scale=0.0), "scale must be above 0, given 0.0"),
        (lambda: rings(radii=[]), "at least one radius"),
        (lambda: rings(radii=[1.0, -1.0]), r"radii\[1\] must be above 0"),
        (lambda: spirals(arms=0), "arms must be above 0"),
        (lambda: checkerboard(cells=3), "even number of cells, given 3"),
        (lambda: checkerboard().log_prob(jnp.zeros(3)), r"x must be \[\.\.\., 2\]"),
    ],
)
def test_bad_use_says_what_is_wanted(call, words):
    with pytest.raises(ValueError, match=words):
        call()
