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
        return jax.random.key(int(key))
    kind, shape = getattr(key, "dtype", None), getattr(key, "shape", None)
    if kind is not None and jnp.issubdtype(kind, jax.dtypes.prng_key) and shape == ():
        return cast(jax.Array, key)
    if kind == jnp.uint32 and shape == (2,):  # as jax.random.PRNGKey made them
        return cast(jax.Array, key)
    if kind is not None and jnp.issubdtype(kind, jnp.integer) and shape == ():
        return jax.random.key(key)
    given = f"{kind} {list(shape or ())}" if kind is not None else repr(key)
    raise ValueError(
        f"key must be a JAX random key, such as jax.random.key(0), or a whole number; given {given}"
    )
