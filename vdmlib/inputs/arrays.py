"""Data and labels: what an array of them must be.

Shapes and types are looked at always, values only where they are known: inside of compiled functions they
are not, and nothing is added to what is compiled.
"""


from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer

from ..data.images import DataError, Dataset, Images, whole_numbers


def as_images(images: Any, shape: Sequence[int], levels: int) -> jax.Array | np.ndarray:
    """Whole grey levels ``[B, *shape]``, given as an array, nested lists or :class:`~vdmlib.Images`.

    Raises:
      DataError: another shape, no image, other numbers than the levels, or what is no array at all.

    >>> as_images(np.full((1, 2, 2), 0.5), (2, 2), 4)
    Traceback (most recent call last):
    vdmlib.data.images.DataError: images must be whole grey levels 0 … 3, given float64 with fractions ...
    """
    if isinstance(images, Images):
        if images.levels != levels:
            raise DataError(f"this model wants {levels} grey levels, given Images with {images.levels}")
        images = images.images
    images = as_array("images", images, shape)
    if known(images):
        whole_numbers("images", images, levels, "whole grey levels")
    return images


def as_shown(images: Any, shape: Sequence[int], levels: int) -> jax.Array | np.ndarray:
    """Images ``[B, *shape]`` in levels that need not be whole, such as expected ones.

    Raises:
      DataError: another shape, or values outside of the levels.

    >>> as_shown(np.full((1, 2, 2), 0.5), (2, 2), 4).shape
    (1, 2, 2)
    """
    if isinstance(images, Images):
        return as_images(images, shape, levels)
    images = as_array("images", images, shape)
    if known(images):
        must_be_finite("images", images)
        low, high = np.min(images), np.max(images)
        if low < 0 or high > levels - 1:
            raise DataError(f"images must lie in 0 … {levels - 1}, given values from {low:g} to {high:g}")
    return images


def as_points(points: Any, shape: Sequence[int]) -> jax.Array | np.ndarray:
    """Finite numbers ``[B, *shape]``.

    Raises:
      DataError: another shape, no point, NaN or infinity, or what is no array at all.

    >>> as_points([[0.0, float("nan")]], (2,))
    Traceback (most recent call last):
    vdmlib.data.images.DataError: points must be finite, given NaN or infinity in 1 of 1 examples
    """
    if isinstance(points, Images):
        raise DataError("this model is of points, given Images; a model of images is made with their levels")
    points = as_array("points", points, shape)
    if known(points):
        must_be_finite("points", points)
    return points


def as_labels(labels: Any, classes: int | None, count: int, null: bool = False, one: bool = False) -> Any:
    """Classes ``[count]`` as whole numbers, or ``None``.

    Args:
      labels: an array or a list; with ``one`` also one number for all.
      classes: how many there are; ``None`` where there are none.
      count: how many labels are wanted.
      null: whether the null token, with the index ``classes``, may be among them.
      one: whether a single label may stand for all.

    Raises:
      DataError: labels where there are no classes, another number of them, or one that is no class.

    >>> as_labels(99, 3, 2, one=True)
    Traceback (most recent call last):
    vdmlib.data.images.DataError: labels must be classes 0 … 2, given 99
    """
    if labels is None:
        return None
    if classes is None:
        raise DataError("labels are given, but this model was made without classes")
    labels = _array("labels", labels)
    shapes = [(count,), ()] if one else [(count,)]
    if labels.shape not in shapes:
        also = " or one for all" if one else ""
        raise DataError(f"one label an example is wanted, [{count}]{also}, given {list(labels.shape)}")
    if not known(labels):
        if not jnp.issubdtype(labels.dtype, jnp.integer):
            raise DataError(f"labels must be whole numbers, given {labels.dtype}")
        return labels
    found, bound = np.asarray(labels), classes + 1 if null else classes
    if found.dtype.kind not in "biuf" or not np.all(np.mod(found, 1) == 0):
        raise DataError(f"labels must be whole numbers, given {found.dtype} with fractions, NaN or no numbers")
    if found.min() < 0 or found.max() >= bound:
        given = found.item() if found.ndim == 0 else f"values from {found.min()} to {found.max()}"
        token = f", or {classes}, the null token" if null else ""
        raise DataError(f"labels must be classes 0 … {classes - 1}{token}, given {given}")
    return labels if found.dtype.kind in "iu" else found.astype(np.int32)


def as_pair(data: Any) -> tuple[Any, Any]:
    """``(data, labels)``, the labels ``None`` where there are none.

    Args:
      data: an array, a tuple or list ``(data, labels)``, or :class:`~vdmlib.Images`.
    """
    if isinstance(data, Images):
        return data.images, data.labels
    if isinstance(data, tuple):
        if len(data) != 2:
            raise DataError(f"data, or data and labels, are wanted, given a tuple of {len(data)}")
        return data
    if isinstance(data, list) and len(data) == 2 and np.ndim(data[0]) > 1 and np.ndim(data[1]) == 1:
        return tuple(data)
    return data, None


def as_arrays(name: str, data: Any) -> Any:
    """Data for any loss: arrays ``[N, ...]`` with one N, in tuples or dictionaries as they were given.

    Args:
      name: of the data, for messages.
      data: arrays, nested lists of numbers, or :class:`~vdmlib.Images`, which become their images, or images
        and labels where they have labels.

    Raises:
      DataError: no data, different lengths, or what is no array.
    """
    data = _converted(name, data)
    count_of(name, data)
    return data


def count_of(name: str, data: Any) -> int:
    """N, which all arrays of ``data`` must share.

    Raises:
      DataError: no data, or different lengths.

    >>> count_of("data", (np.zeros((3, 2)), np.zeros(3)))
    3
    """
    leaves = jax.tree.leaves(data)
    lengths = {np.shape(leaf)[0] if np.ndim(leaf) else 0 for leaf in leaves}
    if not leaves or 0 in lengths:
        raise DataError(f"{name} is empty; arrays [N, ...] with N ≥ 1 are wanted")
    if len(lengths) > 1:
        raise DataError(f"{name} has arrays of different lengths, {sorted(lengths)}")
    return lengths.pop()


def as_array(what: str, values: Any, shape: Sequence[int]) -> jax.Array | np.ndarray:
    """An array ``[B, *shape]`` of numbers, B at least 1."""
    values = _array(what, values)
    if values.shape[1:] != tuple(shape) or values.ndim != len(shape) + 1 or len(values) == 0:
        wanted = ", ".join(map(str, shape))
        raise DataError(f"this model wants {what} [B, {wanted}] with B ≥ 1, given {list(values.shape)}")
    return values


def must_be_finite(what: str, values: Any) -> None:
    """Raise unless all numbers are finite."""
    values = np.asarray(values)
    if values.dtype.kind == "f":
        bad = ~np.all(np.isfinite(values).reshape(len(values), -1), axis=1)
        if bad.any():
            raise DataError(f"{what} must be finite, given NaN or infinity in {bad.sum()} of {len(bad)} examples")


def known(values: Any) -> bool:
    """Whether the numbers are there, and not only their shape and type, as in a compiled function."""
    return not isinstance(values, Tracer)


def _array(what, values):
    """An array of numbers from an array or nested lists."""
    if isinstance(values, Dataset):
        raise DataError(
            f"{what}: a Dataset is given; its parts are Images: data.train to fit on, data.validation, data.test"
        )
    if not hasattr(values, "dtype"):
        if not isinstance(values, (list, tuple, int, float, np.number)):
            raise DataError(f"{what} must be an array of numbers, given {type(values).__name__}")
        try:
            values = np.asarray(values)
        except ValueError as error:
            raise DataError(f"{what}: lists within a list must have one length") from error
    if not (jnp.issubdtype(values.dtype, jnp.number) or values.dtype == bool):
        raise DataError(f"{what} must be an array of numbers, given {values.dtype} {list(values.shape)}")
    return values


def _converted(name, data):
    """Arrays in the tuples and dictionaries that they were given in."""
    if isinstance(data, Images):
        data = data.images if data.labels is None else (data.images, data.labels)
    if isinstance(data, dict):
        return {key: _converted(f"{name}[{key!r}]", value) for key, value in data.items()}
    if isinstance(data, tuple) or (isinstance(data, list) and all(getattr(part, "ndim", 0) for part in data)):
        parts = [_converted(f"{name}[{i}]", part) for i, part in enumerate(data)]
        return type(data)(*parts) if hasattr(data, "_fields") else type(data)(parts)
    return _array(name, data)
