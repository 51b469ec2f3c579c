"""How good generated images are: spread within a class, distance to the training set, shares of the classes.

Each number is for images in whole grey levels and means something beside the same number for real images.
"""


import numpy as np
from jax.typing import ArrayLike

from ..inputs.given import Examples


def within_class_spread(images: Examples, labels: ArrayLike) -> float:
    """How far images of one class lie from their class's mean, on average over the classes.

    Args:
      images: ``[N, ...]``, in grey levels or any other unit.
      labels: ``[N]`` classes; a class with a single image is left out.

    Returns:
      The root mean square distance of a pixel from its class's mean, averaged over classes, in the unit of
      the images; variances are taken with n − 1.

    Raises:
      ValueError: shapes that do not fit, or no class with two images.

    >>> round(within_class_spread(np.array([[0.0], [2.0], [5.0], [5.0]]), [0, 0, 1, 1]), 4)
    0.7071
    """
    images, labels = _flat(images), np.asarray(labels)
    if labels.shape != (len(images),):
        raise ValueError(f"one label an image is wanted, [{len(images)}], given {list(labels.shape)}")
    of_class = [images[labels == label] for label in np.unique(labels)]
    spreads = [np.sqrt(part.var(axis=0, ddof=1).mean()) for part in of_class if len(part) > 1]
    if not spreads:
        raise ValueError("within_class_spread wants a class with at least two images")
    return float(np.mean(spreads))


def nearest_distance(images: Examples, reference: Examples, chunk: int = 256) -> np.ndarray:
    """Each image's distance to the nearest one of a reference set: copies show as zeros.

    Args:
      images: ``[N, ...]``.
      reference: ``[M, ...]`` of the same shape, such as the training set.
      chunk: images compared at once.

    Returns:
      ``[N]`` root mean square differences a pixel, in the unit of the images.

    Raises:
      ValueError: images of another shape than the reference's.

    >>> nearest_distance(np.array([[1.0, 1.0], [9.0, 8.0]]),
    ...     np.array([[1.0, 1.0], [9.0, 9.0]])).round(4).tolist()
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


def frechet_distance(features: ArrayLike, others: ArrayLike) -> float:
    """The squared Fréchet distance of two normal laws with the means and covariances of two sets of features.

    It is 0 for equal moments and grows with the distance of either; like any estimate of a distance it is
    positive for two finite sets of one law, so it means something beside the same number for two such sets.

    Args:
      features: ``[N, F]``, such as :meth:`vdmlib.Classifier.features` gives.
      others: ``[M, F]``.

    Returns:
      |μ₁ − μ₂|² + tr(C₁ + C₂ − 2 (C₁ C₂)^½), in the squared unit of the features.

    Raises:
      ValueError: sets of other shapes, or with fewer than two rows.

    Source: Dowson and Landau, The Fréchet Distance between Multivariate Normal Distributions (1982); Heusel et
    al., GANs Trained by a Two Time-Scale Update Rule (2017), for features of a classifier.

    >>> two, far = np.array([[0.0], [2.0]]), np.array([[1.0], [5.0]])
    >>> round(frechet_distance(two, far), 6)   # (1 − 3)² + (√2 − √8)²
    6.0
    """
    one, two = np.asarray(features, np.float64), np.asarray(others, np.float64)
    if one.ndim != 2 or two.ndim != 2 or one.shape[1] != two.shape[1] or min(len(one), len(two)) < 2:
        raise ValueError(
            f"features must be [N, F] and [M, F] with N, M ≥ 2, given {list(one.shape)} and {list(two.shape)}"
        )
    first, second = (np.atleast_2d(np.cov(part, rowvar=False)) for part in (one, two))
    values, vectors = np.linalg.eigh(first)
    root = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
    # (C₁ C₂)^½ has the trace of (C₁^½ C₂ C₁^½)^½, whose matrix is symmetric
    common = np.sqrt(np.maximum(np.linalg.eigvalsh(root @ second @ root), 0)).sum()
    return float(np.square(one.mean(0) - two.mean(0)).sum() + np.trace(first + second) - 2 * common)


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
