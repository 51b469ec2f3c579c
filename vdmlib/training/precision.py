"""Matrix products and convolutions in bfloat16, weights and optimiser in 32-bit floats."""

from typing import Any

import jax.numpy as jnp
from flax import nnx

from ..inputs.options import float_type

LAYERS = (
    nnx.Linear, nnx.LinearGeneral, nnx.Einsum, nnx.Conv, nnx.ConvTranspose, nnx.MultiHeadAttention,
)


def computing_in(model: Any, dtype: Any) -> Any:
    """A copy of ``model`` whose layers compute in ``dtype``.

    Flax's layers of products (``Linear``, ``LinearGeneral``, ``Einsum``, ``Conv``,
    ``ConvTranspose``, ``MultiHeadAttention``) round their weights and inputs to ``dtype``, and so
    do their derivatives. What they give is of that type until the model casts it back, as the
    library's networks do. All else is left as it is: the weights that are stored, the gradient that
    the optimiser sees, normalisation layers, and what the loss computes around the networks.

    Args:
      model: an ``nnx.Module``.
      dtype: ``jnp.bfloat16`` or its name, or ``None`` for no change.

    Raises:
      ValueError: another type, or a model without any such layer.

    >>> layer = nnx.Linear(2, 3, rngs=nnx.Rngs(0))
    >>> rounded = computing_in(layer, "bfloat16")
    >>> rounded(jnp.ones((1, 2))).dtype, rounded.kernel[...].dtype, layer(jnp.ones((1, 2))).dtype
    (dtype(bfloat16), dtype('float32'), dtype('float32'))
    """
    if dtype is None:
        return model
    if float_type("fit: compute_dtype", dtype) != jnp.bfloat16:
        raise ValueError(f"fit: compute_dtype must be None or bfloat16, given {dtype!r}")
    layers = [module for _, module in nnx.iter_graph(model) if isinstance(module, LAYERS)]
    if not layers:
        raise ValueError(
            f"fit: compute_dtype={dtype!r} acts on layers such as nnx.Linear and nnx.Conv, and "
            f"{type(model).__name__} has none; cast inside its loss instead"
        )
    copy = nnx.clone(model)
    copy.set_attributes(*LAYERS, dtype=jnp.bfloat16)
    return copy


def has_convolutions(model: Any) -> bool:
    """Whether a part of the model is a convolution, or says ``convolutional = True``.

    >>> has_convolutions(nnx.Linear(2, 3, rngs=nnx.Rngs(0)))
    False
    """
    return any(
        isinstance(part, (nnx.Conv, nnx.ConvTranspose))
        or (isinstance(part, nnx.Module) and getattr(part, "convolutional", False) is True)
        for _, part in nnx.iter_graph(model)
    )
