"""Products of matrices in all digits of their numbers, where a result is called exact."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import jax


def in_full_precision(f: Callable[..., Any]) -> Callable[..., Any]:
    """``f`` with its matrix products in the precision of its arrays, on every device.

    By default JAX multiplies 32-bit matrices on a GPU with 10 bits of mantissa and on a TPU with 7: enough for a
    network, and too few for a law that others are held against. Derivatives of ``f`` are computed in the same way.

    >>> square = in_full_precision(lambda x: x @ x)
    >>> product, = jax.make_jaxpr(square)(jax.numpy.eye(2)).eqns
    >>> {str(precision) for precision in product.params["precision"]}
    {'HIGHEST'}
    """

    @wraps(f)
    def computed(*arguments: Any, **options: Any) -> Any:
        with jax.default_matmul_precision("highest"):
            return f(*arguments, **options)

    return computed
