"""How good generated images are: spread within a class, distance to the training set, shares of the classes.

Each number is for images in whole grey levels and means something beside the same number for real images.
"""

from typing import Any

import numpy as np
from jax.typing import ArrayLike


def within_class_spread(images: Any, labels: ArrayLike) -> float:
    """How far images of one class lie from their class's mean, on average over the classes.

    Args:
      images: ``[N, ...]``, in grey levels or any other unit.
      labels: ``[N]`` classes; a class with a single image is left out.

    Returns:
      The root mean square distance of a pixel from its class's mean, averaged over classes, in the unit of
      the images; variances are taken with n − 1.

    Raises:
      ValueError: shapes that do not fit, or no class with two images.

    >>> within_class_spread(np.array([[0.0], [2.0], [5.0], [5.0]]), [0, 0, 1, 1])
    0.7071067811865476
    """
    images, labels = _flat(images), np.asarray(labels)
    if labels.shape != (len(images),):
        raise ValueError(f"one label an image is wanted, [{len(images)}], given {list(labels.shape)}")
    of_class = [images[labels == label] for label in np.unique(labels)]
    spreads = [np.sqrt(part.var(axis=0, ddof=1).mean()) for part in of_class if len(part) > 1]
    if not spreads:
        raise ValueError("within_class_spread wants a class with at least two images")
    return float(np.mean(spreads))


def nearest_distance(images: Any, reference: Any, chunk: int = 256) -> np.ndarray:
    """Each image's distance to the nearest one of a reference set: copies show as zeros.

    Args:
      images: ``[N, ...]``.
      reference: ``[M, ...]`` of the same shape, such as the training set.
      chunk: images compared at once.

    Returns:
      ``[N]`` root mean square differences a pixel, in the unit of the images.

    Raises:
      ValueError: images of another shape than the reference's.

    >>> nearest_distance(np.array([[1.0, 1.0], [9.0, 8.0]]), np.array([[1.0, 1.0], [9.0, 9.0]])).round(4).tolist()
    [0.0, 0.7071]
    """
    if np.shape(images)[1:] != np.shape(reference)[1:]:
        raise ValueError(
            f"images and reference must have one shape, given {list(np.shape(images)[1:])} and "
            f"{list(np.shape(reference)[1:])}"
        )
    images, reference = _flat(images), _flat(reference)
    squares = (reference**2).sum(axis=1)
    found = []
    for start in range(0, len(images), chunk):
        part = images[start : start + chunk]
        apart = (part**2).sum(axis=1)[:, None] - 2 * part @ reference.T + squares[None]
        found.append(np.sqrt(np.maximum(apart.min(axis=1), 0) / images.shape[1]))
    return np.concatenate(found)


def class_shares(labels: ArrayLike, classes: int) -> np.ndarray:
    """The share of each class among the labels: ``[N]`` to ``[classes]`` numbers that add up to 1.

    Raises:
      ValueError: no labels, or one out of range.

    >>> class_shares([0, 0, 2, 1], 3).tolist()
    [0.5, 0.25, 0.25]
    """
    labels = np.asarray(labels)
    if labels.size == 0 or labels.min() < 0 or labels.max() >= classes:
        raise ValueError(f"labels must be classes 0 … {classes - 1}, at least one, given {labels.tolist()[:10]}")
    return np.bincount(labels, minlength=classes) / labels.size


def _flat(images):
    images = np.asarray(images, np.float64)
    if images.ndim < 2 or len(images) == 0:
        raise ValueError(f"images must be [N, ...] with N ≥ 1, given {list(images.shape)}")
    return images.reshape(len(images), -1)
