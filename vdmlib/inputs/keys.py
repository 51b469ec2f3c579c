"""Random keys, or seeds in their place."""

from typing import Any, cast

import jax
import jax.numpy as jnp
import numpy as np


def as_key(key: Any) -> jax.Array:
    """A JAX random key: the given one, or that of a whole number.

    Raises:
      ValueError: neither.

    >>> bool((jax.random.key_data(as_key(3)) == jax.random.key_data(jax.random.key(3))).all())
    True
    >>> as_key(None)
    Traceback (most recent call last):
    ValueError: key must be a JAX random key, such as jax.random.key(0), or a whole number; given None
    """
    if isinstance(key, (int, np.integer)) and not isinstance(key, bool):
        bits = 64 if jax.config.jax_enable_x64 else 32  # JAX drops the others: seeds that far apart would be one
        if not -(2 ** (bits - 1)) <= key < 2**bits:
            raise ValueError(f"a seed must lie in -2^{bits - 1} … 2^{bits} - 1, given {key}")
        return jax.random.key(int(key))
    array = isinstance(key, (jax.Array, np.ndarray, np.generic))
    kind, shape = (key.dtype, key.shape) if array else (None, None)
    if kind is not None and jnp.issubdtype(kind, jax.dtypes.prng_key) and shape == ():
        return cast(jax.Array, key)
    if kind == jnp.uint32 and shape == (2,):  # as jax.random.PRNGKey made them
        return cast(jax.Array, key)
    if kind is not None and jnp.issubdtype(kind, jnp.integer) and shape == ():
        return jax.random.key(key)
    given = f"{kind} {list(shape or ())}" if kind is not None else repr(key)[:60]
    raise ValueError(
        f"key must be a JAX random key, such as jax.random.key(0), or a whole number; given {given}"
    )
