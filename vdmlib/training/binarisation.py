"""Black and white anew at every step: dynamic binarisation."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from ..inputs.options import whole
from .losses import default_loss


def dynamic_binarisation(levels: int, loss: Callable[..., Any] = default_loss) -> Callable[..., Any]:
    """A loss on images whose pixels are drawn black or white anew each time it is asked.

    A pixel of level k is white with probability k/(levels − 1). The model is one of two levels, the data are
    of ``levels``. On held-out data :func:`~vdmlib.fit` uses one key, so they are the same draws each time.
    Images that were drawn once for all are :meth:`Images.binarised`: a model that trains on those sees each
    image in one version, and overfits sooner.

    Args:
      levels: how many grey levels the data have.
      loss: that of the model, with images of two levels in the place of the data.

    Returns:
      ``loss(model, images, key, step=None)``, for :func:`~vdmlib.fit`.

    Source: Burda, Grosse and Salakhutdinov, Importance Weighted Autoencoders (2016), section 5, after
    Salakhutdinov and Murray (2008).

    >>> from vdmlib import VAE
    >>> model = VAE((8, 8), 2, latent=2, width=8, likelihood="bernoulli")
    >>> nats, _ = dynamic_binarisation(17)(model, jnp.full((3, 8, 8), 8), jax.random.key(0))
    >>> bool(nats > 0)
    True
    """
    levels = whole("levels", levels, 2)

    def drawn(model, images, key, step=None):
        for_pixels, for_loss = jax.random.split(key)
        white = jax.random.uniform(for_pixels, images.shape) * (levels - 1) < images
        return loss(model, white.astype(jnp.uint8), for_loss, step=step)

    return drawn
