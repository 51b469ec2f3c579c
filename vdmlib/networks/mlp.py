"""The default denoising network: matrix products alone, told of ω and class in every block."""

import math
from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
from flax import nnx
from jax.typing import ArrayLike, DTypeLike

from ..inputs.arguments import remembered
from .conditioning import Conditioning, check_input, check_network, dropout, fourier_features, split


class MLPDenoiser(nnx.Module):
    """A residual perceptron whose blocks are scaled and shifted by the noise level and the class.

    A block is h + W₂ gelu(W₁ (norm(h)·(1 + scale) + shift)), with scale and shift linear in the
    conditioning vector. The last weights begin at 0, so that the first output is 0.

    Args:
      shape: of one example, without the batch and without channels.
      channels: outputs for each entry of it.
      width, depth: features within, and how many blocks.
      hidden: features inside a block; by default ``width``.
      classes: how many classes, or ``None``.
      conditioning: features of the conditioning vector.
      rank: make the channels from that many features of each entry by one map that all entries share.
        With many channels it has far fewer weights and fits unseen data better; ``None`` for a free map.
      dropout: share of a block's inner features that is zeroed in training, of those before the last
        weights too.
      fourier: angular frequencies of x_t whose sines and cosines are fed in too.
      compute_dtype: type of the matrix products, such as ``jnp.bfloat16``; weights, normalisation and
        output stay 32-bit floats.
      rngs: ``nnx.Rngs`` for the first weights.

    Call: ``net(x_t [B, *shape], omega [B], label=None, key=None)`` to ``[B, *shape, channels]``.

    Raises:
      ValueError: a size out of range, or an input of another shape.

    Source: Perez et al., FiLM (2018); Peebles and Xie, DiT (2023), for the normalisation.

    >>> net = MLPDenoiser((8, 8), channels=17, width=32, depth=1, classes=10, rngs=nnx.Rngs(0))
    >>> net(jnp.zeros((5, 8, 8)), jnp.zeros(5), jnp.arange(5)).shape
    (5, 8, 8, 17)
    """

    convolutional = False

    @remembered
    def __init__(
        self, shape: Sequence[int], channels: int = 1, *, width: int = 192, depth: int = 2, hidden: Any = None,
        classes: int | None = None, conditioning: int = 64, rank: int | None = None, dropout: float = 0.0,
        fourier: Sequence[float] = (), compute_dtype: DTypeLike | None = None, rngs: nnx.Rngs | None = None,
    ) -> None:
        hidden = width if hidden is None else hidden
        channels, width, depth, hidden, conditioning, features = check_network("MLPDenoiser", shape, {
            "channels": channels, "width": width, "depth": depth, "hidden": hidden, "conditioning": conditioning,
            "rank": 1 if rank is None else rank,
        }, dropout, compute_dtype)
        rank = None if rank is None else features
        rngs = nnx.Rngs(0) if rngs is None else rngs
        self.shape = tuple(int(side) for side in shape)
        self.channels, self.depth, self.width = int(channels), int(depth), int(width)
        self.dropout, self.fourier = float(dropout), tuple(float(f) for f in fourier)
        inputs = math.prod(self.shape)
        zeros = nnx.initializers.zeros

        def linear(n_in, n_out, **options):
            return nnx.Linear(n_in, n_out, dtype=compute_dtype, rngs=rngs, **options)

        self.conditioning = Conditioning(conditioning, classes, rngs=rngs)
        self.first = linear(inputs * (1 + 2 * len(self.fourier)), width)
        # one product makes the scales and shifts of all blocks and of the last normalisation
        self.modulation = linear(conditioning, 2 * width * (depth + 1), kernel_init=zeros)
        self.inner = nnx.List([linear(width, hidden) for _ in range(depth)])
        self.outer = nnx.List([linear(hidden, width) for _ in range(depth)])
        self.last = linear(width, inputs * (rank or self.channels), kernel_init=zeros)
        self.shared = None if rank is None else linear(rank, self.channels)

    def __call__(
        self, x_t: jax.Array, omega: jax.Array, label: ArrayLike | None = None, key: jax.Array | None = None,
    ) -> jax.Array:
        x_t = check_input(x_t, self.shape)
        batch = len(x_t)
        flat = x_t.reshape(batch, -1)
        told = self.conditioning(omega.astype(x_t.dtype), label)
        # cut at once, so that the derivative puts the parts together at once
        modulation = jnp.split(self.modulation(told).astype(x_t.dtype), 2 * (self.depth + 1), axis=-1)
        if self.fourier:
            waves = fourier_features(flat, jnp.array(self.fourier)).reshape(batch, -1)
            flat = jnp.concatenate([flat, waves], axis=-1)
        h = self.first(flat).astype(x_t.dtype)
        *keys, last_key = split(key, self.depth + 1)
        for k, key in enumerate(keys):
            inner = jax.nn.gelu(self.inner[k](_modulated(h, *modulation[2 * k : 2 * k + 2])))
            h = h + self.outer[k](dropout(inner, self.dropout, key)).astype(x_t.dtype)
        features = jax.nn.gelu(_modulated(h, *modulation[-2:]))
        out = self.last(dropout(features, self.dropout, last_key)).reshape(batch, *self.shape, -1)
        return (out if self.shared is None else self.shared(out)).astype(x_t.dtype)


def _modulated(h, scale, shift):
    """norm(h)·(1 + scale) + shift, all of them ``[B, width]``."""
    return normalised(h) * (1 + scale) + shift


def normalised(h: jax.Array) -> jax.Array:
    """``h`` with mean 0 and variance 1 over its last axis.

    >>> normalised(jnp.array([1.0, 3.0])).round(3).tolist()
    [-1.0, 1.0]
    """
    h = h - h.mean(axis=-1, keepdims=True)
    return h * jax.lax.rsqrt(jnp.square(h).mean(axis=-1, keepdims=True) + 1e-6)
