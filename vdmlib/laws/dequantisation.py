"""From densities to whole grey levels: uniform noise, and the bound that a density then gives."""

import math
from typing import Any

import jax
import jax.numpy as jnp

from ..data.images import Images, whole_numbers
from ..inputs.arrays import as_images, known
from ..inputs.given import Examples
from ..inputs.keys import as_key
from ..inputs.options import whole


def dequantise(images: Examples, levels: int, key: jax.Array | int) -> jax.Array:
    """Whole grey levels with uniform noise: a level k becomes a point of its own bin.

        x = 2(k + u)/(levels − 1) − 1,    u ~ uniform on [−½, ½).

    The bins are 2/(levels − 1) wide in model scale, each around its level's own place, and do not
    overlap, so that a density of x says something about levels: see :func:`level_log_prob`. A model
    whose density is to be taken so should be trained on such x: one that was trained on the levels
    themselves piles its density up on them.

    Args:
      images: ``[B, …]`` whole grey levels 0 … levels − 1.
      levels: how many there are.
      key: a JAX random key.

    Returns:
      ``[B, …]`` floats in model scale, within 1/(levels − 1) of [−1, 1].

    Raises:
      ValueError: fewer than two levels, or values out of range.

    Source: Theis, van den Oord and Bethge, A Note on the Evaluation of Generative Models (2016).

    >>> x = dequantise([[0, 1, 2]], 3, jax.random.key(0))
    >>> ((x + 1) * (3 - 1) / 2).round().tolist()
    [[0.0, 1.0, 2.0]]
    """
    levels = whole("levels", levels, 2)
    if isinstance(images, Images):
        images = as_images(images, images.shape, levels)
    if known(images):
        whole_numbers("images", images, levels, "whole grey levels")
    images = jnp.asarray(images, jnp.result_type(float))
    noise = jax.random.uniform(as_key(key), images.shape, images.dtype, -0.5, 0.5)
    return 2 * (images + noise) / (levels - 1) - 1


def level_log_prob(log_prob: Any, levels: int, dims: int) -> Any:
    """From the log-density of dequantised images to a bound on the log-probability of their levels.

    The model's probability of the levels k is the mass of its density p in their bin, of width
    w = 2/(levels − 1) in each of D dimensions. By Jensen, with u uniform in the bin:

        log P(k) = log E_u[p(x(u)) w^D] ≥ E_u[log p(x(u))] + D log w.

    So the value is an unbiased estimate, from one draw of u, of a lower bound. The bound is tight only
    where p is flat within bins. It is on the footing of discrete likelihoods, as a bound.

    Args:
      log_prob: nats, any shape, the log-density of :func:`dequantise` d images in model scale.
      levels: how many grey levels there are.
      dims: dimensions D of an image.

    Returns:
      ``log_prob + D log(2/(levels − 1))`` nats. ``bits_per_dim`` of its negative is bits/dim.

    Raises:
      ValueError: fewer than two levels, or ``dims`` below 1.

    Source: Theis, van den Oord and Bethge (2016), section 3.1.

    >>> round(level_log_prob(-math.log(2.0), levels=3, dims=1), 4)    # uniform on [−1, 1]: half of it a bin
    -0.6931
    """
    return log_prob + whole("dims", dims) * math.log(2 / (whole("levels", levels, 2) - 1))
