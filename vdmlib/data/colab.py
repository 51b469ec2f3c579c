"""MNIST as Colab's machines hold it: 20,000 of the training images and all test images, as text."""

import hashlib
import warnings
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from .images import DataError

FOLDER = Path("/content/sample_data")
TRAIN, TEST = "mnist_train_small.csv", "mnist_test.csv"
COUNT = 20_000  # rows of the training file
SIDE = 28
#: A bit for each number of 19 bits, set where it is the :func:`marks` of one of MNIST's 60,000 training images with
#: its label. 10.8 % are set, so an image that is none of MNIST's passes with that chance, a file of them never.
MARKS = Path(__file__).with_name("mnist_train.marks")
_BITS = 19


def lies_in(folder: Path) -> bool:
    """Whether both files are there."""
    return all((folder / name).is_file() for name in (TRAIN, TEST))


def read_sample(
    folder: Path, test_checksums: Any, known: Any = None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The two files, checked against what MNIST is.

    A row is a label and the grey levels of an image, row by row. The test images are MNIST's, in MNIST's
    order, to the last byte. The training file holds 20,000 different rows, and each of them bears the mark
    of one of MNIST's training images.

    Args:
      folder: where ``mnist_train_small.csv`` and ``mnist_test.csv`` lie.
      test_checksums: SHA-256 of MNIST's IDX files of test images and test labels.
      known: the marks of the training images, ``[2^19]`` truth values; by default MNIST's.

    Returns:
      Training images ``[20000, 28, 28]`` and labels ``[20000]``, test images and labels.

    Raises:
      DataError: a file that is not what it should be; its name is in the message.
    """
    path = folder / TEST
    test_images, test_labels = _read(path)
    found = [hashlib.sha256(_idx(array)).hexdigest() for array in (test_images, test_labels)]
    if found != list(test_checksums):
        raise _refused(path, "its images and labels are not MNIST's test images, in MNIST's order")
    path = folder / TRAIN
    images, labels = _read(path)
    if len(images) != COUNT:
        raise _refused(path, f"it holds {len(images)} images, not {COUNT}")
    if known is None:
        known = np.unpackbits(np.fromfile(MARKS, np.uint8)).astype(bool)
    strange = int(np.count_nonzero(~known[marks(images, labels)]))
    if strange:
        raise _refused(path, f"{strange} of its images, with their labels, are none of MNIST's training images")
    rows = np.column_stack((labels, images.reshape(len(images), -1)))
    again = len(rows) - len({row.tobytes() for row in rows})
    if again:
        raise _refused(path, f"{again} of its images stand there again, which MNIST's do not")
    return images, labels, test_images, test_labels


def marks(images: Any, labels: Any) -> np.ndarray:
    """A number of 19 bits for each image with its label: the head of the CRC-32 of the label and the pixels.

    >>> marks(np.zeros((2, 28, 28), np.uint8), np.array([0, 1], np.uint8)).tolist()
    [176699, 368425]
    """
    rows = np.column_stack((labels, images.reshape(len(images), -1))).astype(np.uint8)
    return np.array([zlib.crc32(row.tobytes()) >> 32 - _BITS for row in rows])


def _read(path):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # an empty file is a warning
            rows = np.loadtxt(path, np.uint8, delimiter=",", ndmin=2, comments=None)
    except (OSError, ValueError, UserWarning, OverflowError) as error:
        raise _refused(path, str(error)) from error
    if rows.shape[1] != 1 + SIDE * SIDE:
        raise _refused(path, f"a row holds {rows.shape[1]} numbers, not a label and {SIDE}×{SIDE} pixels")
    return rows[:, 1:].reshape(-1, SIDE, SIDE), rows[:, 0]


def _idx(array):
    """The bytes of the IDX file that holds this array."""
    return bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes() + array.tobytes()


def _refused(path, why):
    return DataError(
        f"{path} is not the part of MNIST that Colab brings: {why}. Take the file away, or give mnist a folder of its own"
    )
