"""What a denoising network is told beside x_t: the noise level and the class."""

import math
from collections.abc import Sequence
from typing import Any, cast

import jax
import jax.numpy as jnp
from flax import nnx
from jax.typing import ArrayLike

from ..diffusion.schedules.base import floats
from ..inputs.options import float_type, number, whole


def fourier_features(x: jax.Array, frequencies: jax.Array) -> jax.Array:
    """Sines and cosines of ``x`` at the given angular frequencies.

    Args:
      x: ``[...]``.
      frequencies: ``[F]`` angular frequencies, in radians for a unit of x.

    Returns:
      ``[..., 2F]``: F sines, then F cosines.

    Source: Kingma et al. (2021), appendix C, who feed those of 2^7 π and 2^8 π of x_t to the network
    so that it sees the finest levels; Vaswani et al. (2017) for a scalar such as ω.

    >>> fourier_features(jnp.zeros(3), jnp.array([1.0, 2.0])).tolist()[0]
    [0.0, 0.0, 1.0, 1.0]
    """
    x, frequencies = jnp.asarray(x), jnp.asarray(frequencies)
    angle = x[..., None] * frequencies.astype(x.dtype).reshape((1,) * x.ndim + (-1,))
    return jnp.concatenate([jnp.sin(angle), jnp.cos(angle)], axis=-1)


class Conditioning(nnx.Module):
    """One vector for the noise level ω and the class, the null token among the classes.

    Args:
      width: features out.
      classes: how many classes; ``None`` for a network that knows of none. The null token has the
        index ``classes``.
      rngs: ``nnx.Rngs`` for the first weights.

    Call: ``omega [B]`` and ``label [B]`` or ``None`` (all null) to ``[B, width]``.

    Raises:
      ValueError: labels for a network without classes, or shapes that do not fit.

    Source: Ho and Salimans, Classifier-Free Diffusion Guidance (2022), for the null token.

    >>> know = Conditioning(8, 10, rngs=nnx.Rngs(0))
    >>> omega = jnp.array([-1.0, 2.0])
    >>> bool((know(omega) == know(omega, jnp.array([10, 10]))).all())
    True
    """

    def __init__(self, width: int, classes: int | None = None, *, rngs: nnx.Rngs) -> None:
        self.classes = classes = None if classes is None else whole("classes", classes)
        # periods from 64 to 2 in ω, so that neighbouring levels and the whole range are told apart
        self.frequencies = tuple(2 * math.pi / 2 ** (6 - 5 * k / 7) for k in range(8))
        self.first = nnx.Linear(2 * len(self.frequencies) + 1, width, rngs=rngs)
        self.last = nnx.Linear(width, width, rngs=rngs)
        self.table = None if classes is None else nnx.Embed(classes + 1, width, rngs=rngs)

    def __call__(self, omega: jax.Array, label: ArrayLike | None = None) -> jax.Array:
        if omega.ndim != 1:
            raise ValueError(f"omega must be [B], given {list(omega.shape)}")
        features = fourier_features(omega, jnp.array(self.frequencies))
        told = jnp.concatenate([features, omega[:, None] / 10], axis=-1)
        out = self.last(jax.nn.silu(self.first(told)))
        if self.table is None:
            if label is not None:
                raise ValueError("labels are given, but this network was made without classes")
            return jax.nn.silu(out)
        label = jnp.full(omega.shape, cast(int, self.classes)) if label is None else jnp.asarray(label)
        if label.shape != omega.shape:
            raise ValueError(
                f"one label an example is wanted, [{len(omega)}], given {list(label.shape)}"
            )
        return jax.nn.silu(out + self.table(label))


def dropout(x: jax.Array, rate: float, key: jax.Array | None) -> jax.Array:
    """Zero a share ``rate`` of ``x`` and scale up the rest; ``x`` itself without a key.

    >>> dropout(jnp.ones(4), 0.5, None).tolist()
    [1.0, 1.0, 1.0, 1.0]
    """
    if key is None or rate == 0:
        return x
    kept = jax.random.bernoulli(key, 1 - rate, x.shape)
    return jnp.where(kept, x / (1 - rate), 0)


def split(key: jax.Array | None, count: int) -> list[Any]:
    """``count`` keys, or as many ``None``."""
    return [None] * count if key is None else list(jax.random.split(key, count))


def check_network(name: str, shape: Sequence[int], sizes: Any, rate: float = 0.0, dtype: Any = None) -> tuple[int, ...]:
    """The sizes as ``int``; raise unless they and ``shape`` are whole, at least 1, the rate in [0, 1), ``dtype`` of floats."""
    for side in shape or [0]:
        whole(f"{name}: each side of shape", side)
    number(f"{name}: dropout", rate, least=0, below=1)
    if dtype is not None:
        float_type(f"{name}: compute_dtype", dtype)
    return tuple(whole(f"{name}: {what}", size) for what, size in sizes.items())


def colours(name: str, shape: Sequence[int]) -> int:
    """How many numbers a pixel has: 1 for ``(H, W)``, C for ``(H, W, C)``; raise for another shape.

    >>> colours("UNet", (8, 8)), colours("UNet", (8, 8, 3))
    (1, 3)
    """
    if len(shape) not in (2, 3):
        raise ValueError(f"{name}: shape must be (H, W), or (H, W, C) for C colours, given {tuple(shape)}")
    return int(shape[2]) if len(shape) == 3 else 1


def check_input(x_t: jax.Array, shape: Sequence[int]) -> jax.Array:
    """``x_t`` as floats; raise unless it is ``[B, *shape]``."""
    x_t = floats(x_t)
    if x_t.shape[1:] != tuple(shape):
        wanted = ", ".join(map(str, shape))
        raise ValueError(f"this network wants x_t [B, {wanted}], given {list(x_t.shape)}")
    return x_t
