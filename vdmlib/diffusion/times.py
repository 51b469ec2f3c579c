"""Times at which a diffusion loss is estimated."""

from collections.abc import Sequence

import jax
import jax.numpy as jnp

from ..inputs.keys import as_key


def low_discrepancy_times(key: jax.Array | int, shape: Sequence[int]) -> jax.Array:
    """Times in [0, 1) that cover it evenly: one uniform draw, shifted by equal steps around the circle.

    Each time alone is uniform, so means over them stay unbiased. Together they lie one to an interval,
    so the mean of a smooth function of time varies far less than with independent draws.

    Args:
      key: a JAX random key, or a whole number.
      shape: ``(B,)``, or ``(S, B)`` for S times an example: then those of one example are evenly
        spread among themselves as well.

    Returns:
      ``[*shape]`` floats.

    Source: Kingma et al., Variational Diffusion Models (2021), appendix I.1.

    >>> t = low_discrepancy_times(jax.random.key(0), (4,))
    >>> jnp.sort(jnp.floor(4 * t)).tolist()      # one in each quarter
    [0.0, 1.0, 2.0, 3.0]
    """
    count = 1
    for size in shape:
        count *= size
    steps = jnp.arange(count, dtype=jnp.result_type(float)) / count
    return jnp.mod(jax.random.uniform(as_key(key)) + steps, 1.0).reshape(shape)


def independent_times(key: jax.Array | int, shape: Sequence[int]) -> jax.Array:
    """Times in [0, 1), each uniform and independent of the others: ``[*shape]`` floats."""
    return jax.random.uniform(as_key(key), shape)


TIMES = {"low-discrepancy": low_discrepancy_times, "independent": independent_times}
