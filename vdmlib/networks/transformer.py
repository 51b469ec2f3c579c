"""A small transformer on patches: matrix products alone, and aware of where a pixel lies."""

from collections.abc import Sequence

import jax
import jax.numpy as jnp
from flax import nnx
from jax.typing import ArrayLike, DTypeLike

from ..inputs.arguments import remembered
from .conditioning import Conditioning, check_input, check_network, colours, dropout, split
from .mlp import normalised


class PatchTransformer(nnx.Module):
    """Attention between square patches, each block scaled and shifted by the noise level and the class.

    Args:
      shape: ``(H, W)`` of an image, or ``(H, W, C)`` for C colours.
      channels: outputs for each pixel, or for each of its colours.
      patch: side of a patch; it divides H and W.
      width, depth, heads: features of a patch, blocks, attention heads.
      classes: how many classes, or ``None``.
      conditioning: features of the conditioning vector.
      rank: make the channels from that many features of each entry by one map that all entries share;
        ``None`` for a free map.
      dropout: share of a block's inner features that is zeroed in training.
      compute_dtype: type of the matrix products; the rest stays 32-bit floats.
      rngs: ``nnx.Rngs`` for the first weights.

    Call: ``net(x_t [B, *shape], omega [B], label=None, key=None)`` to ``[B, *shape, channels]``.

    Raises:
      ValueError: a size out of range, a patch that does not divide the image, heads that do not
        divide the width, or an input of another shape.

    Source: Peebles and Xie, DiT (2023): blocks with adaptive normalisation and a gate that begins at 0.

    >>> net = PatchTransformer((8, 8), width=16, depth=1, heads=2, rngs=nnx.Rngs(0))
    >>> net(jnp.zeros((5, 8, 8)), jnp.zeros(5)).shape
    (5, 8, 8, 1)
    """

    convolutional = False

    @remembered
    def __init__(
        self, shape: Sequence[int], channels: int = 1, *, patch: int = 2, width: int = 96, depth: int = 3,
        heads: int = 4, classes: int | None = None, conditioning: int = 64, rank: int | None = None,
        dropout: float = 0.0, compute_dtype: DTypeLike | None = None, rngs: nnx.Rngs | None = None,
    ) -> None:
        channels, patch, width, depth, heads, conditioning, features = check_network("PatchTransformer", shape, {
            "channels": channels, "patch": patch, "width": width, "depth": depth, "heads": heads,
            "conditioning": conditioning, "rank": 1 if rank is None else rank,
        }, dropout, compute_dtype)
        rank = None if rank is None else features
        pixel = colours("PatchTransformer", shape)
        if shape[0] % patch or shape[1] % patch:
            raise ValueError(f"PatchTransformer: patches of side {patch} do not tile {tuple(shape)}")
        if width % heads:
            raise ValueError(f"PatchTransformer: {heads} heads do not divide the width {width}")
        rngs = nnx.Rngs(0) if rngs is None else rngs
        self.shape = tuple(int(side) for side in shape)
        self.channels, self.patch, self.heads = int(channels), int(patch), int(heads)
        self.dropout = float(dropout)
        tokens = shape[0] * shape[1] // patch**2
        self.conditioning = Conditioning(conditioning, classes, rngs=rngs)
        self.first = nnx.Linear(patch**2 * pixel, width, dtype=compute_dtype, rngs=rngs)
        self.place = nnx.Param(0.02 * jax.random.normal(rngs.params(), (tokens, width)))
        self.blocks = nnx.List([
            _Block(width, heads, conditioning, self.dropout, compute_dtype, rngs) for _ in range(depth)
        ])
        zeros = nnx.initializers.zeros
        self.modulation = nnx.Linear(conditioning, 2 * width, kernel_init=zeros, rngs=rngs)
        self.last = nnx.Linear(
            width, patch**2 * pixel * (rank or self.channels), kernel_init=zeros, dtype=compute_dtype, rngs=rngs
        )
        self.shared = None if rank is None else nnx.Linear(rank, self.channels, dtype=compute_dtype, rngs=rngs)

    def __call__(
        self, x_t: jax.Array, omega: jax.Array, label: ArrayLike | None = None, key: jax.Array | None = None,
    ) -> jax.Array:
        x_t = check_input(x_t, self.shape)
        batch, (height, wide, *_), p = len(x_t), self.shape, self.patch
        told = self.conditioning(omega.astype(x_t.dtype), label)
        patches = x_t.reshape(batch, height // p, p, wide // p, -1).transpose(0, 1, 3, 2, 4)
        h = self.first(patches.reshape(batch, len(self.place), -1)).astype(x_t.dtype) + self.place[...][None]
        for block, its_key in zip(self.blocks, split(key, len(self.blocks)), strict=True):
            h = block(h, told, its_key)
        scale, shift = jnp.split(self.modulation(told)[:, None], 2, axis=-1)
        out = self.last(normalised(h) * (1 + scale) + shift).astype(x_t.dtype)
        out = out.reshape(batch, height // p, wide // p, p, -1)
        out = out.transpose(0, 1, 3, 2, 4).reshape(*x_t.shape, -1)
        return out if self.shared is None else self.shared(out).astype(x_t.dtype)


class _Block(nnx.Module):
    """Attention, then a perceptron, each on a modulated norm and behind a gate."""

    def __init__(self, width, heads, conditioning, dropout, compute_dtype, rngs):
        def linear(n_in, n_out):
            return nnx.Linear(n_in, n_out, dtype=compute_dtype, rngs=rngs)

        self.heads, self.dropout = heads, dropout
        self.modulation = nnx.Linear(
            conditioning, 6 * width, kernel_init=nnx.initializers.zeros, rngs=rngs
        )
        self.qkv, self.mix = linear(width, 3 * width), linear(width, width)
        self.inner, self.outer = linear(width, 2 * width), linear(2 * width, width)

    def __call__(self, h, told, key):
        scale, shift, gate, scale_2, shift_2, gate_2 = jnp.split(
            self.modulation(told)[:, None], 6, axis=-1
        )
        batch, tokens, width = h.shape
        qkv = self.qkv(normalised(h) * (1 + scale) + shift)
        q, k, v = jnp.moveaxis(qkv.reshape(batch, tokens, 3, self.heads, -1), 2, 0)
        attended = jax.nn.dot_product_attention(q, k, v).reshape(batch, tokens, width)
        h = h + gate * self.mix(attended).astype(h.dtype)
        inner = jax.nn.gelu(self.inner(normalised(h) * (1 + scale_2) + shift_2))
        return h + gate_2 * self.outer(dropout(inner, self.dropout, key)).astype(h.dtype)
