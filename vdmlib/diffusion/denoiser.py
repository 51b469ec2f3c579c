"""A network made into a denoiser: what its output means, and the call that samplers make."""

from typing import Any

import jax
import jax.numpy as jnp
from flax import nnx
from jax.typing import ArrayLike

from ..inputs.arguments import remembered
from ..inputs.arrays import as_tokens
from .parameterizations import Prediction, check_kind, level_of
from .schedules.base import floats


class Denoiser(nnx.Module):
    """A network and the parameterisation that its output is read in.

    Samplers, guidance and likelihoods take any callable ``denoise(x_t, omega, label=None)`` that
    returns a :class:`~vdmlib.Prediction`: this one, the exact ones of
    :mod:`vdmlib.exact`, or a function of your own.

    Args:
      network: a module called as ``network(x_t [B, ...], omega [B], label [B] or None)``; it returns
        ``[B, ...]``, or ``[B, ..., 1]``.
      kind: what it predicts: "x0", "eps", "score", "v" or "flow".

    Raises:
      ValueError: an unknown kind; and, where a prediction is read, a network that returned another shape.

    Source: the book's chapter on noise and score, where they are shown to be one.

    >>> from vdmlib import MLPDenoiser
    >>> denoise = Denoiser(MLPDenoiser((2,), width=16, depth=1), "v")
    >>> told = denoise(jnp.ones((5, 2)), 0.0)
    >>> told.kind, told.x0.shape
    ('v', (5, 2))
    """

    @remembered
    def __init__(self, network: Any, kind: str = "eps") -> None:
        check_kind(kind)
        self.network = network
        self.kind = kind
        self.convolutional = bool(getattr(network, "convolutional", False))
        self.classes = getattr(getattr(network, "conditioning", None), "classes", None)

    def __call__(self, x_t: jax.Array, omega: ArrayLike, label: ArrayLike | None = None) -> Prediction:
        """The prediction at noisy points.

        Args:
          x_t: ``[B, ...]`` in model scale.
          omega: scalar or ``[B]``, −log SNR.
          label: ``[B]`` classes, one for all, or ``None`` for the null token.
        """
        x_t = floats(x_t)
        omega = level_of(omega, x_t)
        batch = x_t.shape[:1]
        label = as_tokens(label, self.classes, len(x_t))
        value = self.network(
            x_t, jnp.broadcast_to(omega, batch), None if label is None else jnp.broadcast_to(jnp.asarray(label), batch)
        )
        if value.shape == (*x_t.shape, 1):
            value = value[..., 0]
        return Prediction(x_t, omega, value, self.kind)
