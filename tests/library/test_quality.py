"""Measures of samples, against cases whose answer is known."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from vdmlib import class_shares, digits, nearest_distance, within_class_spread


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
