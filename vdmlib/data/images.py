"""Images as integer grey levels, in the three parts that every experiment wants."""

from dataclasses import dataclass
from typing import Any, cast

import numpy as np


class DataError(ValueError):
    """Data that cannot be used; the message says what was given and what is wanted."""


@dataclass(frozen=True, eq=False)
class Images:
    """Images in grey levels, or in levels of colours, with their classes where they have any.

    Args:
      images: ``[N, H, W]``, or ``[N, H, W, C]`` for C colours: whole levels ``0 … levels - 1``.
      labels: ``[N]`` whole classes ``0 … classes - 1``, or ``None``.
      levels: how many levels there are, at most 256; for 8-bit images 256.
      classes: how many classes there are; by default as many as the labels name.

    Attributes:
      images: unsigned 8-bit numbers of that shape.
      labels: ``[N]`` 32-bit classes, or ``None``.
      levels: as given.
      classes: as given, or as many as the labels name; without labels ``None``.

    Raises:
      DataError: empty data, wrong shapes, or a level or class out of range.

    >>> two = Images(np.zeros((2, 8, 8), int), [3, 4], levels=17, classes=10)
    >>> len(two), two.shape, two.dims, two.images.dtype.name
    (2, (8, 8), 64, 'uint8')
    """

    images: np.ndarray
    labels: np.ndarray | None = None
    levels: int | None = None
    classes: int | None = None

    def __post_init__(self):
        for name, value, least in (("levels", self.levels, 2), ("classes", self.classes, 1)):
            if value is not None and (isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least):
                raise DataError(f"{name} must be a whole number of at least {least}, given {value!r}")
        if self.levels is None or self.levels > 256:
            raise DataError(f"levels must lie in 2 … 256, and 8-bit images have levels=256; given {self.levels}")
        images = whole_numbers("images", self.images, self.levels)
        if images.ndim not in (3, 4):
            raise DataError(
                f"images must have shape [N, H, W], or [N, H, W, C] in colours, given {list(images.shape)}"
            )
        object.__setattr__(self, "images", images.astype(np.uint8))
        if self.labels is None:
            if self.classes is not None:
                raise DataError(f"classes={self.classes} are given, and no labels")
            return
        labels = of_numpy("labels", self.labels)
        if self.classes is None:
            labels = whole_numbers("labels", labels, 2**31)
            object.__setattr__(self, "classes", int(labels.max()) + 1)
        labels = whole_numbers("labels", labels, cast(int, self.classes))
        if labels.shape != images.shape[:1]:
            raise DataError(
                f"one label an image is wanted: {len(images)} images, labels {list(labels.shape)}"
            )
        object.__setattr__(self, "labels", labels.astype(np.int32))

    def __repr__(self):
        told = "no labels" if self.labels is None else f"labels of {self.classes} classes"
        return f"Images({len(self)} of {'×'.join(map(str, self.shape))}, {self.levels} levels, {told})"

    def __len__(self):
        return len(self.images)

    @property
    def shape(self) -> tuple[Any, ...]:
        """``(H, W)`` of one image, or ``(H, W, C)``."""
        return self.images.shape[1:]

    @property
    def dims(self) -> int:
        """Numbers in one image, pixels times colours: the dimensions in "bits/dim"."""
        return int(np.prod(self.shape))

    def take(self, index: Any) -> "Images":
        """The images at ``index`` (whole numbers, or a Boolean mask of length N), in that order."""
        labels = None if self.labels is None else self.labels[index]
        return Images(self.images[index], labels, self.levels, self.classes)

    def binarised(self, seed: int) -> "Images":
        """The same images in black and white: each pixel white with probability level / (levels − 1).

        This is *static* binarisation: every pixel is drawn once, and the images stay what they are. It makes a
        data set of its own, on which the log-likelihoods of different models can be compared (Salakhutdinov and
        Murray). Where training draws the pixels anew for each batch, the binarisation is *dynamic* (Burda and
        others); a model then sees ever new images, overfits less, and its numbers are not those of the static set.

        Args:
          seed: a whole number; the same one gives the same images.

        Returns:
          :class:`Images` with ``levels=2`` and the same labels.

        Sources: R. Salakhutdinov and I. Murray, On the Quantitative Analysis of Deep Belief Networks, ICML 2008;
        Y. Burda, R. Grosse and R. Salakhutdinov, Importance Weighted Autoencoders, ICLR 2016.

        >>> grey = Images(np.full((1, 100, 100), 2), levels=5)
        >>> white = grey.binarised(seed=0)
        >>> white.levels, round(float(white.images.mean()), 1)
        (2, 0.5)
        """
        if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or seed < 0:
            raise DataError(f"seed must be a whole number of at least 0, given {seed!r}")
        assert self.levels is not None  # __post_init__ refuses that
        # of the levels - 1 whole numbers below, just as many lie under a level as the level says
        draw = np.random.default_rng(seed).integers(0, self.levels - 1, self.images.shape, dtype=np.uint8)
        return Images(draw < self.images, self.labels, 2, self.classes)


@dataclass(frozen=True, eq=False)
class Dataset:
    """A named data set in three parts: fit on ``train``, choose on ``validation``, report on ``test``.

    Attributes:
      name: what it is called.
      train: :class:`Images` to fit on.
      validation: :class:`Images` of the same shape, levels and classes, to choose on.
      test: such :class:`Images`, to report on. No image is in two of the three.
      note: what of the named set is not there, for a page to print; empty where nothing is missing.

    Raises:
      DataError: parts that are no :class:`Images`, or that differ in shape, levels or classes.
    """

    name: str
    train: Images
    validation: Images
    test: Images
    note: str = ""

    def __post_init__(self):
        parts = {"train": self.train, "validation": self.validation, "test": self.test}
        for name, part in parts.items():
            if not isinstance(part, Images):
                raise DataError(f"{name} must be Images, given {type(part).__name__}")
        for what in ("shape", "levels", "classes"):
            if len({getattr(part, what) for part in parts.values()}) > 1:
                each = ", ".join(f"{getattr(part, what)} in {name}" for name, part in parts.items())
                raise DataError(f"the parts of a Dataset must have the same {what}, given {each}")

    @property
    def shape(self) -> tuple[Any, ...]:
        """``(H, W)`` of one image, or ``(H, W, C)``."""
        return self.train.shape

    @property
    def dims(self) -> int:
        """Numbers in one image."""
        return self.train.dims

    @property
    def levels(self) -> int | None:
        """How many grey levels there are."""
        return self.train.levels

    @property
    def classes(self) -> int | None:
        """How many classes there are, or ``None``."""
        return self.train.classes


def of_numpy(what: str, values: Any) -> np.ndarray:
    """``values`` as an array of NumPy.

    Raises:
      DataError: ragged lists, or an array of which a part is masked.

    >>> of_numpy("images", [[1, 2], [3]])
    Traceback (most recent call last):
    vdmlib.data.images.DataError: images: lists within a list must have one length
    """
    if isinstance(values, np.ma.MaskedArray):
        raise DataError(f"{what}: a masked array is given, and nothing here leaves out what is masked; fill it, or drop it")
    try:
        return usual(np.asarray(values))
    except Exception as error:  # an array of another library has errors of its own, such as that it is on a device
        if isinstance(values, (list, tuple)):
            raise DataError(f"{what}: lists within a list must have one length") from error
        raise DataError(f"{what}: a {type(values).__name__} is given, of which NumPy makes no array: {error}") from error


def usual(values: np.ndarray) -> np.ndarray:
    """The same numbers in a type that JAX has: in this machine's order of bytes, and of at most 64 bits a number.

    >>> usual(np.array([1.5], ">f4")).dtype == np.float32, usual(np.ones(1, np.longdouble)).dtype
    (True, dtype('float64'))
    """
    if values.dtype.kind == "f" and values.dtype.itemsize > 8:
        return values.astype(np.float64)
    return values if values.dtype.isnative else values.astype(values.dtype.newbyteorder("="))


def names_of_classes(values: Any) -> str:
    """What to do with texts, where numbers are wanted."""
    return "; np.unique(texts, return_inverse=True) gives them numbers" if values.dtype.kind in "US" else ""


def whole_numbers(what: str, values: Any, bound: int, wanted: str = "whole numbers") -> np.ndarray:
    """``values`` as an array, checked: not empty, whole, and in ``0 … bound - 1``.

    >>> whole_numbers("levels", [0, 20], 17)
    Traceback (most recent call last):
    vdmlib.data.images.DataError: levels must lie in 0 … 16, given values from 0 to 20
    """
    given, values = values, of_numpy(what, values)
    if values.size == 0:
        raise DataError(f"{what}: no data was given (shape {list(values.shape)})")
    if values.dtype.kind not in "biuf":
        shown = f"{values.dtype} {list(values.shape)}" if values.shape else f"a {type(given).__name__}"
        raise DataError(f"{what} must be {wanted}, given {shown}{names_of_classes(values)}")
    low, high = values.min().item(), values.max().item()  # a bound need not fit into their type
    with np.errstate(invalid="ignore"):  # infinity
        whole = values.dtype.kind != "f" or np.all(np.mod(values, 1) == 0)
    if not whole:
        hint = f"; for shares of white, np.rint({bound - 1} * images) makes them" if 0 <= low and high <= 1 else ""
        raise DataError(
            f"{what} must be {wanted} 0 … {bound - 1}, given {values.dtype} with fractions or NaN, from {low:g} to "
            f"{high:g}{hint}"
        )
    if low < 0 or high >= bound:
        raise DataError(f"{what} must lie in 0 … {bound - 1}, given values from {low:g} to {high:g}")
    return values
