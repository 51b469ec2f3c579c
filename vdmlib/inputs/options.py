"""Options: whole numbers, numbers in a range, names, seeds."""

import math
import numbers
from collections.abc import Iterable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx
from jax.core import Tracer


def whole(name: str, value: Any, least: int = 1, most: int | None = None) -> int:
    """``value`` as an ``int``.

    Raises:
      ValueError: it is no whole number, or out of range.

    >>> whole("steps", 10.0)
    10
    >>> whole("steps", "3")
    Traceback (most recent call last):
    ValueError: steps must be a whole number of at least 1, given '3'
    """
    found = _plain(value)
    if found is None or found != math.floor(found) or found < least or (most is not None and found > most):
        wanted = f"of at least {least}" if most is None else f"in {least} … {most}"
        raise ValueError(f"{name} must be a whole number {wanted}, given {_shown(value)}")
    return int(found)


def number(
    name: str, value: Any, *, least: float | None = None, above: float | None = None, most: float | None = None,
    below: float | None = None,
) -> float:
    """``value`` as a finite ``float``.

    Args:
      least, above: the least value, or one that it must lie above.
      most, below: the greatest value, or one that it must lie below.

    Raises:
      ValueError: it is no number, not finite, or out of range.

    >>> number("clip", 1, above=0)
    1.0
    >>> number("ema", 1.0, least=0, below=1)
    Traceback (most recent call last):
    ValueError: ema must lie in [0, 1), given 1.0
    """
    found = _plain(value)
    low, high = above if least is None else least, below if most is None else most
    inside = found is not None and (
        (least is None or found >= least) and (above is None or found > above)
        and (most is None or found <= most) and (below is None or found < below)
    )
    if not inside:
        if low is not None and high is not None:
            wanted = f"lie in {'(' if least is None else '['}{low}, {high}{')' if most is None else ']'}"
        elif low is not None:
            wanted = f"be above {low}" if least is None else f"be at least {low}"
        elif high is not None:
            wanted = f"be below {high}" if most is None else f"be at most {high}"
        else:
            wanted = "be a finite number"
        raise ValueError(f"{name} must {wanted}, given {_shown(value)}")
    return float(value)


def one_of(name: str, value: Any, known: Iterable[str]) -> str:
    """``value`` itself, one of the ``known`` names.

    Raises:
      ValueError: another one; the message lists them.

    >>> one_of("keep", "first", ("best", "last"))
    Traceback (most recent call last):
    ValueError: no keep 'first'; there are best, last
    """
    if not isinstance(value, str) or value not in known:
        raise ValueError(f"no {name} {value!r}; there are {', '.join(known)}")
    return value


def float_type(name: str, value: Any) -> np.dtype:
    """A type of floats.

    Raises:
      ValueError: it is none.

    >>> float_type("compute_dtype", "int32")
    Traceback (most recent call last):
    ValueError: compute_dtype must be a type of floats, such as "bfloat16", given 'int32'
    """
    try:
        found = jnp.dtype(value)
        if value is not None and jnp.issubdtype(found, jnp.floating):
            return found
    except TypeError:
        pass
    raise ValueError(f'{name} must be a type of floats, such as "bfloat16", given {value!r}')


def as_rngs(seed: int | nnx.Rngs) -> nnx.Rngs:
    """``nnx.Rngs`` from a whole number; ``nnx.Rngs`` stay what they are.

    Raises:
      ValueError: something else.
    """
    return seed if isinstance(seed, nnx.Rngs) else nnx.Rngs(whole("seed", seed, 0, 2**32 - 1))


def _plain(value: Any) -> Any:
    """A finite Python number, or ``None`` where the value is none."""
    if isinstance(value, Tracer):
        return None
    if isinstance(value, np.ndarray) or (hasattr(value, "item") and hasattr(value, "dtype")):
        plain = np.ndim(value) == 0 and not jnp.issubdtype(value.dtype, jax.dtypes.extended)  # no random key
        value = value.item() if plain else None
    if isinstance(value, bool) or not isinstance(value, numbers.Real) or not math.isfinite(value):
        return None
    return value


def _shown(value):
    """What was given, in few words."""
    if isinstance(value, Tracer):
        return "a value that jit, grad or vmap traces: it is to be known before (static_argnums)"
    shape = getattr(value, "shape", ())
    return f"an array {list(shape)}" if shape else repr(value)
