"""The residual multi-layer perceptron of encoders and decoders."""

import jax
from flax import nnx

from ..inputs.arguments import remembered
from ..inputs.options import whole


class ResidualBlock(nnx.Module):
    """x + W₂ gelu(W₁ norm(x)), ``[..., width]`` to ``[..., width]``."""

    def __init__(self, width: int, *, rngs: nnx.Rngs) -> None:
        self.norm = nnx.LayerNorm(width, rngs=rngs)
        self.inner = nnx.Linear(width, width, rngs=rngs)
        self.outer = nnx.Linear(width, width, rngs=rngs)

    def __call__(self, x: jax.Array) -> jax.Array:
        return x + self.outer(jax.nn.gelu(self.inner(self.norm(x))))


class ResidualMLP(nnx.Module):
    """A residual multi-layer perceptron.

    Args:
      inputs: features in.
      outputs: features out.
      width: features within.
      depth: how many residual blocks.
      rngs: ``nnx.Rngs`` for the first weights.

    Call: ``[..., inputs]`` to ``[..., outputs]``, 32-bit floats.

    Raises:
      ValueError: a size below 1, or an input whose last axis is not ``inputs``.

    Source: He et al. (2016), with the normalisation before the weights.

    >>> import jax.numpy as jnp
    >>> net = ResidualMLP(3, 2, width=8, depth=1, rngs=nnx.Rngs(0))
    >>> net(jnp.zeros((5, 3))).shape
    (5, 2)
    """

    @remembered
    def __init__(self, inputs: int, outputs: int, *, width: int = 256, depth: int = 2, rngs: nnx.Rngs) -> None:
        for name, size in {"inputs": inputs, "outputs": outputs, "width": width}.items():
            whole(f"ResidualMLP: {name}", size)
        whole("ResidualMLP: depth", depth, 0)
        self.first = nnx.Linear(inputs, width, rngs=rngs)
        self.blocks = nnx.List([ResidualBlock(width, rngs=rngs) for _ in range(depth)])
        self.norm = nnx.LayerNorm(width, rngs=rngs)
        self.last = nnx.Linear(width, outputs, rngs=rngs)

    def __call__(self, x: jax.Array) -> jax.Array:
        wanted = self.first.in_features
        if x.shape[-1] != wanted:
            raise ValueError(
                f"this network wants [..., {wanted}], given {list(x.shape)}"
            )
        # as one batch: XLA sums over [samples, batch, width] several times slower on a CPU
        h = self.first(x.reshape(-1, wanted))
        for block in self.blocks:
            h = block(h)
        out = self.last(jax.nn.gelu(self.norm(h)))
        # under a lower precision of the products the output stays what the input was
        return out.reshape(*x.shape[:-1], -1).astype(x.dtype)
