"""Images as integer grey levels, in the three parts that every experiment wants."""

from dataclasses import dataclass

import numpy as np


class DataError(ValueError):
    """Data that cannot be used; the message says what was given and what is wanted."""


@dataclass(frozen=True, eq=False)
class Images:
    """Grey images with their classes.

    Attributes:
      images: ``[N, H, W]`` unsigned 8-bit grey levels ``0 … levels - 1``.
      labels: ``[N]`` 32-bit classes ``0 … classes - 1``.
      levels: how many grey levels there are (at most 256).
      classes: how many classes there are.

    Raises:
      DataError: empty data, wrong shapes, or a level or class out of range.

    >>> two = Images(np.zeros((2, 8, 8), int), [3, 4], levels=17, classes=10)
    >>> len(two), two.shape, two.dims, two.images.dtype.name
    (2, (8, 8), 64, 'uint8')
    """

    images: np.ndarray
    labels: np.ndarray
    levels: int
    classes: int

    def __post_init__(self):
        if not 2 <= self.levels <= 256:
            raise DataError(f"levels must lie in 2 … 256, given {self.levels}")
        images = whole_numbers("images", self.images, self.levels)
        labels = whole_numbers("labels", self.labels, self.classes)
        if images.ndim != 3:
            raise DataError(f"images must have shape [N, H, W], given {list(images.shape)}")
        if labels.shape != images.shape[:1]:
            raise DataError(
                f"one label an image is wanted: {len(images)} images, labels {list(labels.shape)}"
            )
        object.__setattr__(self, "images", images.astype(np.uint8))
        object.__setattr__(self, "labels", labels.astype(np.int32))

    def __len__(self):
        return len(self.images)

    @property
    def shape(self):
        """``(H, W)`` of one image."""
        return self.images.shape[1:]

    @property
    def dims(self):
        """Pixels of one image, the dimensions in "bits/dim"."""
        return int(np.prod(self.shape))

    def take(self, index):
        """The images at ``index`` (whole numbers, or a Boolean mask of length N), in that order."""
        return Images(self.images[index], self.labels[index], self.levels, self.classes)


@dataclass(frozen=True, eq=False)
class Dataset:
    """A named data set in three parts: fit on ``train``, choose on ``validation``, report on ``test``.

    Attributes:
      name: what it is called.
      train, validation, test: :class:`Images` of one shape, with no image in two of them.
    """

    name: str
    train: Images
    validation: Images
    test: Images

    @property
    def shape(self):
        """``(H, W)`` of one image."""
        return self.train.shape

    @property
    def dims(self):
        """Pixels of one image."""
        return self.train.dims

    @property
    def levels(self):
        """How many grey levels there are."""
        return self.train.levels

    @property
    def classes(self):
        """How many classes there are."""
        return self.train.classes


def whole_numbers(what, values, bound):
    """``values`` as an array, checked: not empty, whole, and in ``0 … bound - 1``.

    >>> whole_numbers("levels", [0, 20], 17)
    Traceback (most recent call last):
    vdmlib.data.images.DataError: levels must lie in 0 … 16, given values from 0 to 20
    """
    values = np.asarray(values)
    if values.size == 0:
        raise DataError(f"{what}: no data was given (shape {list(values.shape)})")
    if values.dtype.kind not in "biuf" or not np.all(np.mod(values, 1) == 0):
        raise DataError(f"{what} must be whole numbers, given {values.dtype} with fractions or NaN")
    low, high = values.min(), values.max()
    if low < 0 or high >= bound:
        raise DataError(f"{what} must lie in 0 … {bound - 1}, given values from {low} to {high}")
    return values
