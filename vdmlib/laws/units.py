"""Units: nats and bits per dimension."""

import math
from typing import Any

from ..inputs.options import whole


def bits_per_dim(nats: Any, dims: int) -> Any:
    """Turn nats for a whole image into bits for one dimension.

    Args:
      nats: a negative log-probability of whole images, any shape, in nats.
      dims: how many dimensions (pixels times channels) one image has.

    Returns:
      ``nats / (dims ln 2)``, same shape as ``nats``, in bits/dim. Of a probability mass function
      it is a code length and never negative. Of a density it depends on the unit of the pixels.

    Raises:
      ValueError: ``dims`` is not a positive whole number.

    >>> round(bits_per_dim(64 * math.log(16), 64), 6)   # four bits name one of 16 levels
    4.0
    """
    return nats / (whole("bits_per_dim: dims", dims) * math.log(2))
