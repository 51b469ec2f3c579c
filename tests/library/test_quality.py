"""Measures of samples, against cases whose answer is known."""

import numpy as np
import pytest
from scipy.linalg import sqrtm
from scipy.spatial.distance import cdist

from vdmlib import class_shares, digits, frechet_distance, nearest_distance, within_class_spread


def test_spread_of_normal_classes_is_their_deviation():
    draw = np.random.default_rng(0)
    labels = np.repeat([0, 1], 20_000)
    images = 3 * labels[:, None, None] + np.where(labels, 2.0, 1.0)[:, None, None] * draw.normal(size=(40_000, 2, 2))
    assert within_class_spread(images, labels) == pytest.approx(1.5, abs=0.02)
    assert within_class_spread(images, np.zeros(40_000, int)) > 2  # the classes' distance counts now


def test_a_class_of_one_image_is_left_out():
    images, labels = np.array([[0.0], [2.0], [50.0]]), [0, 0, 1]
    assert within_class_spread(images, labels) == pytest.approx(np.sqrt(2))
    with pytest.raises(ValueError, match="at least two images"):
        within_class_spread(images, [0, 1, 2])


def test_nearest_distance_agrees_with_scipy_and_sees_copies():
    data = digits()
    found = nearest_distance(data.test.images, data.train.images, chunk=100)
    flat = [part.images.reshape(len(part), -1).astype(float) for part in (data.test, data.train)]
    np.testing.assert_allclose(found, cdist(*flat).min(axis=1) / 8, rtol=1e-9)
    assert nearest_distance(data.train.images[5:9], data.train.images).max() < 1e-6
    with pytest.raises(ValueError, match="one shape"):
        nearest_distance(np.zeros((2, 8, 8)), np.zeros((2, 7, 8)))


def test_shares():
    assert class_shares(np.array([3, 3, 0]), 4).tolist() == pytest.approx([1 / 3, 0, 0, 2 / 3])
    with pytest.raises(ValueError, match="0 … 3"):
        class_shares([4], 4)


def test_the_frechet_distance_is_that_of_the_matrix_square_root():
    draw = np.random.default_rng(3)
    one, two = draw.normal(size=(200, 4)) @ draw.normal(size=(4, 4)), draw.normal(1, 2, (150, 4))
    means = np.square(one.mean(0) - two.mean(0)).sum()
    c, d = np.cov(one.T), np.cov(two.T)
    assert frechet_distance(one, two) == pytest.approx(means + np.trace(c + d - 2 * sqrtm(c @ d).real), rel=1e-8)
    assert frechet_distance(one, one) == pytest.approx(0, abs=1e-9)
    for bad in (one[:1], one[:, :3], one[0]):
        with pytest.raises(ValueError, match=r"features must be \[N, F\] and \[M, F\]"):
            frechet_distance(bad, two)
