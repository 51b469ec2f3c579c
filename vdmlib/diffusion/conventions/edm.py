"""The scalings that EDM puts around a network."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax.typing import ArrayLike

from ...inputs.options import number
from ..schedules.base import floats


class EDMScalings(NamedTuple):
    """x̂_0 = skip · z + out · F(into · z, noise), for a noisy point z = x_0 + σ ε and a network F.

    With σ_data = 1 the network's input is the variance-preserving point, and F is −v.

    Attributes:
      skip: c_skip, how much of the point goes around the network.
      out: c_out, what the output is multiplied with.
      into: c_in, what the input is multiplied with.
      noise: c_noise, what the network is told of the level.
      weight: λ, the weight of ‖x̂_0 − x_0‖², for which ‖F − its target‖² has weight 1.

    >>> [round(float(part), 3) for part in edm_scalings(1.0, 1.0)]
    [0.5, 0.707, 0.707, 0.0, 2.0]
    """

    skip: jax.Array
    out: jax.Array
    into: jax.Array
    noise: jax.Array
    weight: jax.Array


def edm_scalings(sigma: ArrayLike, sigma_data: float = 0.5) -> EDMScalings:
    """EDM's c_skip, c_out, c_in, c_noise and loss weight λ at noise levels σ.

    Args:
      sigma: ``[...]`` positive, the standard deviation of the noise beside x_0 itself: √(1 − ᾱ)/√ᾱ.
      sigma_data: the standard deviation of the data, positive.

    Returns:
      :class:`EDMScalings` of ``[...]``.

    Raises:
      ValueError: a ``sigma_data`` that is not positive.

    Source: Karras et al., Elucidating the Design Space (2022), table 1 and appendix B.6; the book's
    ``rosetta.edm.skip``, ``rosetta.edm.target`` and ``rosetta.edm.error``.

    >>> told = edm_scalings(0.5)
    >>> round(float(told.skip), 3), round(float(told.weight), 3)
    (0.5, 8.0)
    """
    sigma, data = floats(sigma), number("sigma_data", sigma_data, above=0)
    size = jnp.hypot(sigma, jnp.asarray(data, sigma.dtype))
    out = sigma * data / size
    return EDMScalings(jnp.square(data / size), out, 1 / size, 0.25 * jnp.log(sigma), 1 / jnp.square(out))
