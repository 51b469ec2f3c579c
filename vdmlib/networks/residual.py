"""The multi-layer perceptrons of encoders and decoders."""

import jax
import jax.numpy as jnp
from flax import nnx

from ..diffusion.schedules.base import floats
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
        sizes = {"inputs": inputs, "outputs": outputs, "width": width}
        inputs, outputs, width = (whole(f"ResidualMLP: {name}", size) for name, size in sizes.items())
        depth = whole("ResidualMLP: depth", depth, 0)
        self.first = nnx.Linear(inputs, width, rngs=rngs)
        self.blocks = nnx.List([ResidualBlock(width, rngs=rngs) for _ in range(depth)])
        self.norm = nnx.LayerNorm(width, rngs=rngs)
        self.last = nnx.Linear(width, outputs, rngs=rngs)

    def __call__(self, x: jax.Array) -> jax.Array:
        x = floats(x)
        h = self.first(flat_batch("ResidualMLP", x, self.first.in_features))
        for block in self.blocks:
            h = block(h)
        out = self.last(jax.nn.gelu(self.norm(h)))
        # under a lower precision of the products the output stays what the input was
        return out.reshape(*x.shape[:-1], -1).astype(x.dtype)


class TanhMLP(nnx.Module):
    """A multi-layer perceptron with hyperbolic tangents, as the classic papers on the VAE have it.

    Args:
      inputs: features in.
      outputs: features out.
      width: features within.
      depth: how many hidden layers.
      rngs: ``nnx.Rngs`` for the first weights.

    Call: ``[..., inputs]`` to ``[..., outputs]``, 32-bit floats.

    Raises:
      ValueError: a size below 1, or an input whose last axis is not ``inputs``.

    Source: Burda, Grosse and Salakhutdinov, Importance Weighted Autoencoders (2016), section 5: two
    hidden layers of 200 on either side of 50 latent units.

    >>> TanhMLP(3, 2, width=8, depth=2, rngs=nnx.Rngs(0))(jnp.zeros((5, 3))).shape
    (5, 2)
    """

    @remembered
    def __init__(self, inputs: int, outputs: int, *, width: int = 200, depth: int = 2, rngs: nnx.Rngs) -> None:
        sizes = {"inputs": inputs, "outputs": outputs, "width": width, "depth": depth}
        inputs, outputs, width, depth = (whole(f"TanhMLP: {name}", size) for name, size in sizes.items())
        sizes = [inputs, *[width] * depth]
        self.hidden = nnx.List([nnx.Linear(m, n, rngs=rngs) for m, n in zip(sizes, sizes[1:], strict=False)])
        self.last = nnx.Linear(width, outputs, rngs=rngs)

    def __call__(self, x: jax.Array) -> jax.Array:
        x = floats(x)
        h = flat_batch("TanhMLP", x, self.hidden[0].in_features)
        for layer in self.hidden:
            h = jnp.tanh(layer(h))
        return self.last(h).reshape(*x.shape[:-1], -1).astype(x.dtype)


def flat_batch(name: str, x: jax.Array, wanted: int) -> jax.Array:
    """``[..., wanted]`` as ``[N, wanted]``: XLA sums over [samples, batch, width] several times slower on a CPU."""
    if x.shape[-1] != wanted:
        raise ValueError(f"{name}: this network wants [..., {wanted}], given {list(x.shape)}")
    return x.reshape(-1, wanted)
