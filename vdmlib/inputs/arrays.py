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

from ..data.images import DataError, Dataset, Images, names_of_classes, of_numpy, whole_numbers


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
    """Finite numbers ``[B, *shape]``; whole ones become floats, since the device would cut those of 64 bits.

    Raises:
      DataError: another shape, no point, NaN or infinity, or what is no array at all.

    >>> as_points([[0.0, float("nan")]], (2,))
    Traceback (most recent call last):
    vdmlib.data.images.DataError: points must be finite, given NaN or infinity in 1 of 1 examples
    """
    if isinstance(points, Images):
        raise DataError("this model is of points, given Images; a model of images is made with their levels")
    points = as_array("points", points, shape)
    if jnp.issubdtype(points.dtype, jnp.complexfloating):
        raise DataError(f"points must be real numbers, given {points.dtype}")
    if known(points):
        must_be_finite("points", points)
        if points.dtype.kind in "biu":
            points = np.asarray(points).astype(jnp.result_type(float))
    return points


def as_reals(what: str, values: Any) -> jax.Array:
    """Finite real numbers of any shape, as floats of the default kind.

    Raises:
      DataError: NaN, infinity, complex numbers, or what is no array at all.

    >>> as_reals("start", [[1, 2]]).dtype.name
    'float32'
    """
    values = _array(what, values)
    if jnp.issubdtype(values.dtype, jnp.complexfloating):
        raise DataError(f"{what} must be real numbers, given {values.dtype}")
    if known(values):
        must_be_finite(what, values)
    return jnp.asarray(values, jnp.result_type(float))


def as_times(what: str, t: Any, least: float = 0.0) -> jax.Array:
    """Times ``[K]`` from ``least`` to 1, from data to noise.

    Raises:
      DataError: another shape, or a time outside.

    >>> as_times("t", [0.5, 2.0])
    Traceback (most recent call last):
    vdmlib.data.images.DataError: t must lie in 0 … 1, given times from 0.5 to 2
    """
    t = as_reals(what, t)
    if t.ndim != 1 or len(t) == 0:
        raise DataError(f"{what} must be times [K] with K ≥ 1, given {list(t.shape)}")
    if known(t) and (t.min() < least * (1 - 1e-6) or t.max() > 1):
        raise DataError(f"{what} must lie in {least:g} … 1, given times from {t.min():g} to {t.max():g}")
    return t


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
    labels = _whole_labels(labels, count, one)
    if known(labels):
        _must_be_below(np.asarray(labels), classes, null)
    return labels


def as_tokens(labels: Any, classes: int | None, count: int | None) -> Any:
    """What a denoiser takes for labels: ``None``, or classes and null tokens ``[count]``, or one for all.

    Args:
      labels: as in :func:`as_labels`.
      classes: how many the denoiser knows; ``None`` where it does not say.
      count: how many labels are wanted; ``None`` for any number.

    Raises:
      DataError: another number of them, or one that is no class.
    """
    if labels is None:
        return None
    labels = _whole_labels(labels, count, True)
    if known(labels):
        _must_be_below(np.asarray(labels), classes, True)
    return labels


def _whole_labels(labels, count, one):
    """Whole numbers of at least 32 bits: in fewer the null token of many classes has no room."""
    if isinstance(labels, bool):
        raise DataError(f"labels must be whole numbers, given {labels}")
    labels = _array("labels", labels)
    if labels.shape not in ([(count,), ()] if one else [(count,)]) and (count is not None or labels.ndim > 1):
        also = " or one for all" if one else ""
        number = "B" if count is None else count
        raise DataError(f"one label an example is wanted, [{number}]{also}, given {list(labels.shape)}")
    if not known(labels):
        if not jnp.issubdtype(labels.dtype, jnp.integer):
            raise DataError(f"labels must be whole numbers, given {labels.dtype}")
        return labels if labels.dtype.itemsize >= 4 else labels.astype(jnp.int32)
    found = np.asarray(labels)
    with np.errstate(invalid="ignore"):  # infinity
        whole = found.dtype.kind in "biuf" and np.all(np.mod(found, 1) == 0)
    if not whole:
        raise DataError(f"labels must be whole numbers, given {found.dtype} with fractions, NaN or no numbers")
    if found.dtype.kind == "f" and float(np.abs(found).max(initial=0)) >= 2**31:
        raise DataError(f"labels must be classes, whole numbers from 0, given values up to {np.abs(found).max():g}")
    return labels if found.dtype.kind in "iu" and found.dtype.itemsize >= 4 else found.astype(np.int32)


def _must_be_below(found, classes, null):
    """Raise unless all labels are classes, or the null token where that may be."""
    bound = np.inf if classes is None else classes + 1 if null else classes
    if found.size and (found.min() < 0 or found.max() >= bound):
        given = found.item() if found.ndim == 0 else f"values from {found.min()} to {found.max()}"
        token = f", or {classes}, the null token" if null else ""
        wanted = "whole numbers from 0" if classes is None else f"0 … {classes - 1}{token}"
        raise DataError(f"labels must be classes {wanted}, given {given}")


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
    """Raise unless all numbers are finite, in the floats too in which they are computed with."""
    values = np.atleast_1d(np.asarray(values))
    if not values.size or not jnp.issubdtype(values.dtype, jnp.floating):
        return
    with np.errstate(over="ignore"):
        seen = values.astype(jnp.result_type(float))
    bad = ~np.all(np.isfinite(seen).reshape(len(seen), -1), axis=1)
    if not bad.any():
        return
    if np.isfinite(values).all():
        raise DataError(f"{what} must fit into {seen.dtype}, given values up to {np.abs(values).max():g}")
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
    if not isinstance(values, jax.Array) and callable(getattr(values, "__jax_array__", None)):
        values = values.__jax_array__()
    if not isinstance(values, jax.Array):
        # a column of a table, or an array of another library, knows how to become one of NumPy's
        if not (isinstance(values, (list, tuple, range, int, float)) or hasattr(values, "__array__")):
            raise DataError(f"{what} must be an array of numbers, given {type(values).__name__}")
        values = of_numpy(what, values)
    if not (jnp.issubdtype(values.dtype, jnp.number) or values.dtype == bool) or values.dtype.kind == "m":
        hint = names_of_classes(values)
        raise DataError(f"{what} must be an array of numbers, given {values.dtype} {list(values.shape)}{hint}")
    # types of 16 bits and less that NumPy does not know by itself
    return np.asarray(values).astype(np.float32) if values.dtype.kind == "V" and known(values) else values


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
