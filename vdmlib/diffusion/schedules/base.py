"""A noise schedule: ω(t) = −log SNR(t) on t ∈ [0, 1], the one object from which ᾱ and the rest follow.

With ᾱ the share of signal variance, x_t = √ᾱ x_0 + √(1 − ᾱ) ε, ω = −log(ᾱ/(1 − ᾱ)), so that
ᾱ = sigmoid(−ω) and 1 − ᾱ = sigmoid(ω). ω rises with t. Kingma et al. (2021) write γ for ω; here γ is
the strength of guidance and nothing else.
"""

import math
from typing import Any

import jax
import jax.numpy as jnp
from flax import nnx
from jax.typing import ArrayLike

from ...inputs.options import number

LOW, HIGH = -13.3, 5.0  # the ends of Kingma et al. (2021), for 8-bit images


class Schedule(nnx.Module):
    """What all schedules share; a subclass gives ``omega``.

    Every method takes times ``t [...]`` in [0, 1], of any shape, and returns ``[...]``. The fixed
    schedules have no weights; the learned ones have ``nnx.Param``.

    Source: Kingma et al., Variational Diffusion Models (2021), section 3.1; the book's ``snr.exp``.

    >>> from vdmlib import LinearSchedule
    >>> law = LinearSchedule(-4.0, 4.0)
    >>> t = jnp.array([0.0, 0.5, 1.0])
    >>> (100 * law.alpha_bar(t)).round().tolist()
    [98.0, 50.0, 2.0]
    >>> law.time_of(law.omega(t)).tolist()
    [0.0, 0.5, 1.0]
    """

    def omega(self, t: ArrayLike) -> jax.Array:
        """−log SNR at time t, ``[...]`` nats."""
        raise NotImplementedError

    def rate(self, t: ArrayLike) -> jax.Array:
        """dω/dt at time t, ``[...]``, at least 0."""
        t = floats(t)
        return jax.jvp(self.omega, (t,), (jnp.ones_like(t),))[1]

    def alpha_bar(self, t: ArrayLike) -> jax.Array:
        """ᾱ(t), the share of signal variance, ``[...]`` in (0, 1)."""
        return jax.nn.sigmoid(-self.omega(t))

    def snr(self, t: ArrayLike) -> jax.Array:
        """ᾱ/(1 − ᾱ), the signal-to-noise ratio, ``[...]``."""
        return jnp.exp(-self.omega(t))

    def signal(self, t: ArrayLike) -> jax.Array:
        """√ᾱ(t), what x_0 is multiplied with, ``[...]``."""
        return jnp.sqrt(self.alpha_bar(t))

    def noise(self, t: ArrayLike) -> jax.Array:
        """√(1 − ᾱ(t)), what the noise is multiplied with, ``[...]``."""
        return jnp.sqrt(jax.nn.sigmoid(self.omega(t)))

    @property
    def ends(self) -> tuple[jax.Array, jax.Array]:
        """ω(0) and ω(1), two scalars."""
        return self.omega(0.0), self.omega(1.0)

    def parts(self) -> tuple["Schedule", "Schedule | None"]:
        """Two schedules with the values of this one, to tell apart what gradients reach.

        The first one passes gradients to the ends alone, the second one to the interior alone. It is
        ``None`` where nothing but the ends can be learned.
        """
        return self, None

    def time_of(self, omega: ArrayLike) -> jax.Array:
        """The time at which the schedule has that ω: ``[...]`` to ``[...]`` in [0, 1].

        Values beyond the ends give the nearer end.
        """
        omega = floats(omega)

        def halve(_, bracket):
            low, high = bracket
            middle = 0.5 * (low + high)
            below = self.omega(middle) < omega
            return jnp.where(below, middle, low), jnp.where(below, high, middle)

        halvings = jnp.finfo(omega.dtype).nmant + 8
        low, high = jax.lax.fori_loop(
            0, halvings, halve, (jnp.zeros_like(omega), jnp.ones_like(omega))
        )
        first, last = self.ends
        return jnp.where(omega <= first, 0.0, jnp.where(omega >= last, 1.0, 0.5 * (low + high)))


def floats(t: ArrayLike) -> jax.Array:
    """Times or values of ω as floats, those that are floats already in their own precision."""
    t = jnp.asarray(t)
    return t if jnp.issubdtype(t.dtype, jnp.floating) else t.astype(jnp.result_type(float))


def between(first: Any, last: Any, t: jax.Array) -> jax.Array:
    """From ``first`` at t = 0 to ``last`` at t = 1, both exact: first + (last − first) t is not."""
    return (1 - t) * jnp.asarray(first, t.dtype) + t * jnp.asarray(last, t.dtype)


def pinned(value: jax.Array, t: jax.Array, low: ArrayLike, high: ArrayLike) -> jax.Array:
    """``value`` moved by its rounding error to ``low`` at t = 0 and ``high`` at t = 1.

    The derivative is that of ``value``, at the ends too.
    """
    low, high = jnp.asarray(low, value.dtype), jnp.asarray(high, value.dtype)
    exact = jnp.where(t == 0, low, jnp.where(t == 1, high, jnp.clip(value, low, high)))
    # the difference is exact where value and pin are close, and so is the sum
    return value + jax.lax.stop_gradient(exact - value)


def linear_time(omega: ArrayLike, low: jax.Array | float, high: jax.Array | float) -> jax.Array:
    """The time in [0, 1] at which a straight line from ``low`` to ``high`` has the value ω."""
    omega = floats(omega)
    return jnp.clip((omega - low) / (high - low), 0.0, 1.0)


def checked_ends(low: ArrayLike, high: ArrayLike) -> tuple[float, float]:
    """Both ends as numbers; raise unless they are finite and in order."""
    low, high = (float(end) if isinstance(end, (int, float)) else number("an end of a schedule", end) for end in (low, high))
    if not -math.inf < low < high < math.inf:
        raise ValueError(f"a schedule wants finite ends low < high, given low {low:g} and high {high:g}")
    return low, high
