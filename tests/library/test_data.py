"""Digits: shapes, the split, and refusals that say what is wanted."""

import numpy as np
import pytest

from vdmlib import DataError, Dataset, Images, digits


def test_sizes_types_and_range():
    data = digits()
    assert [len(part) for part in (data.train, data.validation, data.test)] == [1257, 180, 360]
    assert data.train.images.shape == (1257, 8, 8)
    assert data.train.images.dtype == np.uint8 and data.train.labels.dtype == np.int32
    assert (data.train.images.min(), data.train.images.max()) == (0, 16)
    assert (data.shape, data.dims, data.levels, data.classes) == ((8, 8), 64, 17, 10)


def test_folds_partition_and_test_sets_cover_everything_once():
    tested = []
    for fold in range(5):
        data = digits(fold)
        parts = [data.train, data.validation, data.test]
        assert sum(map(len, parts)) == 1797
        tested.append(data.test.images.reshape(-1, 64))
    raw = np.concatenate(tested)
    assert raw.shape == (1797, 64)
    everything = np.concatenate([p.images for p in parts]).reshape(-1, 64)
    assert sorted(map(bytes, raw)) == sorted(map(bytes, everything))


def test_split_is_fixed_by_index():
    from sklearn.datasets import load_digits

    raw = load_digits()
    np.testing.assert_array_equal(digits().test.images[:20], raw.images[:20])
    np.testing.assert_array_equal(digits().validation.labels[:10], raw.target[20:30])
    np.testing.assert_array_equal(digits(1).test.images[:20], raw.images[20:40])


def test_every_class_in_every_part():
    for fold in range(5):
        data = digits(fold)
        for part in (data.train, data.validation, data.test):
            share = np.bincount(part.labels, minlength=10) / len(part)
            assert share.min() > 0.06 and share.max() < 0.14


@pytest.mark.parametrize("fold", [-1, 5, "0", 0.5])
def test_no_such_fold(fold):
    with pytest.raises(DataError, match="folds 0 … 4, given"):
        digits(fold)


@pytest.mark.parametrize(
    "images, labels, words",
    [
        (np.zeros((0, 8, 8)), np.zeros(0), "no data was given"),
        (np.zeros((2, 64)), np.zeros(2), r"shape \[N, H, W\], or \[N, H, W, C\] in colours, given \[2, 64\]"),
        (np.zeros((2, 8, 8)), np.zeros(3), "one label an image"),
        (np.full((2, 8, 8), 17), np.zeros(2), "0 … 16, given values from 17 to 17"),
        (np.full((2, 8, 8), -1), np.zeros(2), "0 … 16"),
        (np.full((2, 8, 8), 0.5), np.zeros(2), "whole numbers"),
        (np.full((2, 8, 8), np.nan), np.zeros(2), "whole numbers"),
        (np.zeros((2, 8, 8)), np.array([0, 10]), "labels must lie in 0 … 9"),
        (np.array([["a"]]), np.zeros(1), "whole numbers"),
    ],
)
def test_bad_images(images, labels, words):
    with pytest.raises(DataError, match=words):
        Images(images, labels, levels=17, classes=10)


def test_images_are_shown_in_a_line_whatever_their_number():
    many = Images(np.zeros((2000, 28, 28), int), np.arange(2000) % 10, levels=256)
    assert repr(many) == "Images(2000 of 28×28, 256 levels, labels of 10 classes)"
    assert repr(Images(np.zeros((1, 4, 6, 3), int), levels=2)) == "Images(1 of 4×6×3, 2 levels, no labels)"
    assert repr(Dataset("it", many, many, many)).count("\n") == 0


def test_a_number_of_classes_is_no_flag():
    with pytest.raises(DataError, match="classes must be a whole number of at least 1, given True"):
        Images(np.zeros((1, 8, 8)), [0], levels=17, classes=True)


def test_levels_out_of_range():
    with pytest.raises(DataError, match="levels must be a whole number of at least 2, given 1"):
        Images(np.zeros((1, 8, 8)), [0], levels=1, classes=10)


def test_binarised_pixels_are_white_as_often_as_their_level_says():
    levels = np.repeat(np.arange(17), 4000).reshape(17, 40, 100)
    grey = Images(levels, np.arange(17) % 10, levels=17, classes=10)
    white = grey.binarised(seed=3)
    assert (white.levels, white.classes, white.shape) == (2, 10, (40, 100))
    np.testing.assert_array_equal(white.labels, grey.labels)
    share, wanted = white.images.mean((1, 2)), np.arange(17) / 16
    assert (share[0], share[16]) == (0, 1)  # black stays black, white stays white
    assert np.all(np.abs(share - wanted) <= 4 * np.sqrt(wanted * (1 - wanted) / 4000))


def test_binarisation_is_fixed_by_its_seed():
    part = digits().validation
    np.testing.assert_array_equal(part.binarised(1).images, part.binarised(1).images)
    assert not np.array_equal(part.binarised(1).images, part.binarised(2).images)
    again = part.binarised(1)
    np.testing.assert_array_equal(again.binarised(5).images, again.images)  # two levels stay what they are


@pytest.mark.parametrize("seed", [-1, 0.5, "0", None, True])
def test_no_such_seed(seed):
    with pytest.raises(DataError, match="seed must be a whole number of at least 0, given"):
        digits().test.binarised(seed)
