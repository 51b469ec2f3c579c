"""Schedules with weights: their ends, or the whole curve."""

import math

import jax
import jax.numpy as jnp
from flax import nnx
from jax.typing import ArrayLike

from ...inputs.arguments import remembered
from ...inputs.options import as_rngs, whole
from ...runtime.flags import flag
from .base import HIGH, LOW, Schedule, between, checked_ends, floats, linear_time, pinned
from .fixed import LinearSchedule


class LearnedScalar(Schedule):
    """ω linear in t with both ends learned; their order is kept by a softplus.

    Args:
      low, high: the first ω(0) and ω(1).

    Raises:
      ValueError: ends that are not finite, or not in order.

    Source: Kingma et al. (2021), appendix I.2, the "learned scalar" row.

    >>> law = LearnedScalar(-6.0, 6.0)
    >>> [round(float(end), 5) for end in law.ends], len(jax.tree.leaves(nnx.state(law, nnx.Param)))
    ([-6.0, 6.0], 2)
    """

    @remembered
    def __init__(self, low: float = LOW, high: float = HIGH) -> None:
        low, high = checked_ends(low, high)
        self.first = nnx.Param(jnp.asarray(low))
        self.raw_span = nnx.Param(jnp.asarray(_inverse_softplus(high - low)))

    def _ends(self, dtype):
        low = self.first[...].astype(dtype)
        return low, low + jax.nn.softplus(self.raw_span[...].astype(dtype))

    def omega(self, t: ArrayLike) -> jax.Array:
        t = floats(t)
        return between(*self._ends(t.dtype), t)

    def time_of(self, omega: ArrayLike) -> jax.Array:
        omega = floats(omega)
        return linear_time(omega, *self._ends(omega.dtype))


class MonotoneSchedule(Schedule):
    """A learned curve: a network that cannot fall, scaled so that both ends are met exactly.

    u(t) = w t + Σ_k a_k sigmoid(b_k t + c_k) with positive w, a, b (through softplus), and
    ω(t) = low + (high − low)·(u(t) − u(0))/(u(1) − u(0)). It begins close to a straight line.

    Args:
      low, high: ω(0) and ω(1). They are met exactly, in floats, whatever the weights.
      width: how many sigmoids.
      learn_ends: whether the ends are weights too; their order is kept by a softplus.
      seed: a whole number or ``nnx.Rngs`` for the first weights.

    Raises:
      ValueError: ends that are not finite or not in order, or ``width`` below 1.

    Source: Kingma et al. (2021), appendix H. Their code scales without a pin, so that rounding
    moves its ends.

    >>> law = MonotoneSchedule(-6.0, 6.0)
    >>> law.omega(jnp.array([0.0, 1.0])).tolist()
    [-6.0, 6.0]
    """

    @remembered
    def __init__(
        self, low: float = LOW, high: float = HIGH, width: int = 32, learn_ends: bool = False,
        seed: int | nnx.Rngs = 0,
    ) -> None:
        width = whole("MonotoneSchedule: width", width)
        rngs = as_rngs(seed)
        low, high = checked_ends(low, high)
        self.line = LearnedScalar(low, high) if flag("MonotoneSchedule: learn_ends", learn_ends) else LinearSchedule(low, high)
        centres = (jnp.arange(width) + 0.5) / width
        jitter = 0.1 * jax.random.normal(rngs.params(), (width,))
        steepness = 8.0
        self.raw_slope = nnx.Param(jnp.asarray(_inverse_softplus(0.5)))
        self.raw_height = nnx.Param(jnp.full((width,), _inverse_softplus(1.0)) + jitter)
        self.raw_steepness = nnx.Param(jnp.full((width,), _inverse_softplus(steepness)))
        self.shift = nnx.Param(-steepness * centres)

    def _curve(self, t):
        """u(t), ``[...]``."""
        height, steepness, shift = (
            p[...].astype(t.dtype).reshape((1,) * t.ndim + (-1,))
            for p in (self.raw_height, self.raw_steepness, self.shift)
        )
        bends = jax.nn.sigmoid(jax.nn.softplus(steepness) * t[..., None] + shift)
        slope = jax.nn.softplus(self.raw_slope[...].astype(t.dtype))
        return slope * t + jnp.mean(jax.nn.softplus(height) * bends, axis=-1)

    def warp(self, t: ArrayLike) -> jax.Array:
        """The share of the way from ``low`` to ``high`` at time t, ``[...]``, exactly 0 and 1 at the ends."""
        t = floats(t)
        first, last = self._curve(jnp.zeros((), t.dtype)), self._curve(jnp.ones((), t.dtype))
        return pinned((self._curve(t) - first) / (last - first), t, 0.0, 1.0)

    def omega(self, t: ArrayLike) -> jax.Array:
        return self.line.omega(self.warp(t))

    def parts(self) -> tuple["MonotoneSchedule", "MonotoneSchedule"]:
        graph, ends, interior = nnx.split(self, nnx.PathContains("line"), ...)
        still = jax.lax.stop_gradient
        return nnx.merge(graph, ends, still(interior)), nnx.merge(graph, still(ends), interior)


def _inverse_softplus(value):
    return value + math.log(-math.expm1(-value))
