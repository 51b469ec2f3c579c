"""A small convolutional network that reads images, for classifiers."""

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
from flax import nnx

from ..inputs.arguments import remembered
from ..inputs.options import whole
from ..runtime.flags import flag
from .conditioning import Conditioning, check_input, check_network, colours


class ConvolutionalNet(nnx.Module):
    """Two convolutions at full, half and quarter resolution, then the mean over places.

    Args:
      shape: ``(H, W)`` of an image, or ``(H, W, C)`` for C colours.
      outputs: features out.
      width: features at full resolution; twice and four times as many at the others.
      told: whether it is told a noise level ω, which scales and shifts each block.
      rngs: ``nnx.Rngs`` for the first weights.

    Call: ``net(x [B, *shape], omega [B] or None)`` to ``[B, outputs]``; :meth:`features` stops before the
    last matrix, at ``[B, 4 width]``.

    Raises:
      ValueError: a size below 1, or an input of another shape.

    Source: group normalisation by Wu and He (2018); scale and shift by the noise level as in
    :class:`~vdmlib.UNet`.

    >>> net = ConvolutionalNet((8, 8), 10, width=8, rngs=nnx.Rngs(0))
    >>> net(jnp.zeros((2, 8, 8))).shape, net.features(jnp.zeros((2, 8, 8))).shape
    ((2, 10), (2, 32))
    """

    convolutional = True

    @remembered
    def __init__(
        self, shape: Sequence[int], outputs: int, *, width: int = 32, told: bool = False, rngs: nnx.Rngs,
    ) -> None:
        told = flag("ConvolutionalNet: told", told)
        outputs, width = check_network("ConvolutionalNet", shape, {"outputs": outputs, "width": width})
        self.shape = tuple(whole("ConvolutionalNet: each side of shape", side) for side in shape)
        sizes = [colours("ConvolutionalNet", shape), width, width, 2 * width, 2 * width, 4 * width, 4 * width]
        self.layers = nnx.List([
            nnx.Conv(m, n, (3, 3), strides=(1, 1) if k % 2 or not k else (2, 2), rngs=rngs)
            for k, (m, n) in enumerate(zip(sizes, sizes[1:], strict=False))
        ])
        self.norms = nnx.List([nnx.GroupNorm(n, 1 if n % 8 else 8, rngs=rngs) for n in sizes[1:]])
        self.conditioning: Any = Conditioning(64, rngs=rngs) if told else None
        self.modulations: Any = nnx.List([
            nnx.Linear(64, 2 * n, kernel_init=nnx.initializers.zeros, rngs=rngs) for n in sizes[1:]
        ]) if told else None
        self.last = nnx.Linear(4 * width, outputs, rngs=rngs)

    def __call__(self, x: jax.Array, omega: jax.Array | None = None) -> jax.Array:
        return self.last(self.features(x, omega))

    def features(self, x: jax.Array, omega: jax.Array | None = None) -> jax.Array:
        """What the last matrix sees: ``[B, 4 width]``."""
        x = check_input(x, self.shape)
        if (omega is None) == (self.conditioning is not None):
            raise ValueError("ConvolutionalNet: a noise level is given exactly to a network made with told=True")
        h = x.reshape(*x.shape[:3], -1)
        told = None if omega is None else self.conditioning(omega)
        for k, (layer, norm) in enumerate(zip(self.layers, self.norms, strict=True)):
            h = norm(layer(h)).astype(x.dtype)
            if told is not None:
                scale, shift = jnp.split(self.modulations[k](told)[:, None, None], 2, axis=-1)
                h = h * (1 + scale) + shift
            h = jax.nn.silu(h)
        return h.mean(axis=(1, 2))
