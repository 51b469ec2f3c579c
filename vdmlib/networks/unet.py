"""A U-Net: convolutions at falling and rising resolution, for accelerators."""

from collections.abc import Sequence

import jax
import jax.numpy as jnp
from flax import nnx
from jax.typing import ArrayLike, DTypeLike

from ..inputs.arguments import remembered
from ..inputs.options import whole
from .conditioning import Conditioning, check_input, check_network, colours, dropout, split


class UNet(nnx.Module):
    """Residual convolution blocks, halved resolution on the way down, joined again on the way up.

    On a CPU a convolution inside a compiled loop is some twenty times slower than outside it, so the
    class says ``convolutional = True`` and loops that heed it step outside.

    Args:
      shape: ``(H, W)`` of an image, any sizes, or ``(H, W, C)`` for C colours.
      channels: outputs for each pixel, or for each of its colours.
      width: features at full resolution.
      multiples: features at each resolution, in units of ``width``; each further entry halves it.
      depth: residual blocks at each resolution on the way down, and as many on the way up.
      classes: how many classes, or ``None``.
      conditioning: features of the conditioning vector.
      rank: make the channels from that many features of each entry by one map that all entries share;
        ``None`` for a free map.
      dropout: share of a block's inner features that is zeroed in training.
      compute_dtype: type of the convolutions; normalisation and output stay 32-bit floats.
      rngs: ``nnx.Rngs`` for the first weights.

    Call: ``net(x_t [B, *shape], omega [B], label=None, key=None)`` to ``[B, *shape, channels]``.

    Raises:
      ValueError: a size out of range, or an input of another shape.

    Source: Ronneberger, Fischer and Brox (2015); Ho, Jain and Abbeel (2020), appendix B.

    >>> net = UNet((8, 8), width=8, multiples=(1, 2), depth=1, rngs=nnx.Rngs(0))
    >>> net(jnp.zeros((2, 8, 8)), jnp.zeros(2)).shape
    (2, 8, 8, 1)
    """

    convolutional = True

    @remembered
    def __init__(
        self, shape: Sequence[int], channels: int = 1, *, width: int = 64, multiples: Sequence[int] = (1, 2, 2),
        depth: int = 2, classes: int | None = None, conditioning: int = 128, rank: int | None = None,
        dropout: float = 0.0, compute_dtype: DTypeLike | None = None, rngs: nnx.Rngs | None = None,
    ) -> None:
        channels, width, depth, conditioning, features = check_network("UNet", shape, {
            "channels": channels, "width": width, "depth": depth, "conditioning": conditioning,
            "rank": 1 if rank is None else rank,
        }, dropout, compute_dtype)
        rank = None if rank is None else features
        multiples = [whole("UNet: each multiple", m) for m in multiples or [0]]
        pixel = colours("UNet", shape)
        rngs = nnx.Rngs(0) if rngs is None else rngs
        self.shape, self.channels, self.depth = tuple(int(side) for side in shape), int(channels), int(depth)
        sizes = [width * m for m in multiples]

        def conv(n_in, n_out, **options):
            return nnx.Conv(n_in, n_out, (3, 3), dtype=compute_dtype, rngs=rngs, **options)

        def block(n_in, n_out):
            return _Block(n_in, n_out, conditioning, float(dropout), conv, rngs)

        self.conditioning = Conditioning(conditioning, classes, rngs=rngs)
        self.first = conv(pixel, width)
        down, shrink, stack = [], [], [width]
        for k, size in enumerate(sizes):
            for _ in range(depth):
                down.append(block(stack[-1], size))
                stack.append(size)
            if k + 1 < len(sizes):
                shrink.append(conv(size, size, strides=(2, 2)))
                stack.append(size)
        self.down, self.shrink = nnx.List(down), nnx.List(shrink)
        self.middle = block(sizes[-1], sizes[-1])
        up, features = [], sizes[-1]
        for size in reversed(sizes):
            for _ in range(depth + 1):
                up.append(block(features + stack.pop(), size))
                features = size
        self.up = nnx.List(up)
        self.norm = nnx.GroupNorm(width * multiples[0], _groups(width * multiples[0]), rngs=rngs)
        self.last = conv(
            width * multiples[0], pixel * (rank or self.channels), kernel_init=nnx.initializers.zeros
        )
        self.shared = None if rank is None else nnx.Linear(rank, self.channels, dtype=compute_dtype, rngs=rngs)

    def __call__(
        self, x_t: jax.Array, omega: jax.Array, label: ArrayLike | None = None, key: jax.Array | None = None,
    ) -> jax.Array:
        x_t = check_input(x_t, self.shape)
        told = self.conditioning(omega.astype(x_t.dtype), label)
        keys = iter(split(key, len(self.down) + len(self.up) + 1))
        h = self.first(x_t.reshape(*x_t.shape[:3], -1)).astype(x_t.dtype)
        kept = [h]
        for k, block in enumerate(self.down):
            h = block(h, told, next(keys))
            kept.append(h)
            level, last = divmod(k + 1, self.depth)
            if not last and level <= len(self.shrink):
                h = self.shrink[level - 1](h).astype(x_t.dtype)
                kept.append(h)
        h = self.middle(h, told, next(keys))
        for block in self.up:
            beside = kept.pop()
            if beside.shape[1:3] != h.shape[1:3]:
                h = _doubled(h, beside.shape[1:3])
            h = block(jnp.concatenate([h, beside], axis=-1), told, next(keys))
        out = self.last(jax.nn.silu(self.norm(h))).astype(x_t.dtype).reshape(*x_t.shape, -1)
        return out if self.shared is None else self.shared(out).astype(x_t.dtype)


class _Block(nnx.Module):
    """Two convolutions around a scale and shift, added to their input."""

    def __init__(self, n_in, n_out, conditioning, dropout, conv, rngs):
        self.dropout = dropout
        self.norm = nnx.GroupNorm(n_in, _groups(n_in), rngs=rngs)
        self.inner = conv(n_in, n_out)
        self.modulation = nnx.Linear(conditioning, 2 * n_out, kernel_init=nnx.initializers.zeros, rngs=rngs)
        self.norm_2 = nnx.GroupNorm(n_out, _groups(n_out), use_scale=False, use_bias=False, rngs=rngs)
        self.outer = conv(n_out, n_out, kernel_init=nnx.initializers.zeros)
        self.skip = None if n_in == n_out else nnx.Linear(n_in, n_out, rngs=rngs)

    def __call__(self, h, told, key):
        inner = self.inner(jax.nn.silu(self.norm(h))).astype(h.dtype)
        scale, shift = jnp.split(self.modulation(told)[:, None, None], 2, axis=-1)
        inner = jax.nn.silu(self.norm_2(inner) * (1 + scale) + shift)
        outer = self.outer(dropout(inner, self.dropout, key)).astype(h.dtype)
        return (h if self.skip is None else self.skip(h)) + outer


def _doubled(h, size):
    """Each pixel four times, cut to ``size`` where a side is odd."""
    h = jnp.repeat(jnp.repeat(h, 2, axis=1), 2, axis=2)
    return h[:, : size[0], : size[1]]


def _groups(features):
    return next(g for g in (8, 4, 2, 1) if features % g == 0)
