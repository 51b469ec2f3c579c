"""Schedules without weights."""

import math

import jax
import jax.numpy as jnp
import numpy as np
from jax.typing import ArrayLike

from ...inputs.arguments import remembered
from ...inputs.options import whole
from .base import HIGH, LOW, Schedule, between, checked_ends, floats, linear_time, pinned


class LinearSchedule(Schedule):
    """ω rises linearly from ``low`` to ``high``: every noise level gets the same time.

    Args:
      low, high: ω(0) and ω(1), met exactly.

    Raises:
      ValueError: ends that are not finite, or not in order.

    Source: Kingma et al. (2021), section 4.1 (their loss in ω has this schedule's time for weight 1).

    >>> LinearSchedule(-6.0, 6.0).omega(jnp.array([0.0, 0.25, 1.0])).tolist()
    [-6.0, -3.0, 6.0]
    """

    @remembered
    def __init__(self, low: float = LOW, high: float = HIGH) -> None:
        self.low, self.high = checked_ends(low, high)

    def omega(self, t: ArrayLike) -> jax.Array:
        return between(self.low, self.high, floats(t))

    def time_of(self, omega: ArrayLike) -> jax.Array:
        return linear_time(omega, self.low, self.high)


class CosineSchedule(Schedule):
    """√ᾱ is the cosine of an angle that rises linearly with t: ω = 2 log tan θ(t).

    Nichol and Dhariwal's angle runs from a little above 0 to π/2, where ω has no bound. Here it runs
    from atan(exp(low/2)) to atan(exp(high/2)): the same curve, cut at ``low`` and ``high``, with the
    time between the cuts stretched to [0, 1].

    Args:
      low, high: ω(0) and ω(1), met exactly.

    Raises:
      ValueError: ends that are not finite, or not in order.

    Source: Nichol and Dhariwal, Improved DDPM (2021), eq. 17; Hoogeboom et al., Simple Diffusion
    (2023), appendix B, for the cut.

    >>> law = CosineSchedule(-10.0, 10.0)
    >>> law.alpha_bar(jnp.array([0.0, 0.5, 1.0])).round(3).tolist()
    [1.0, 0.5, 0.0]
    """

    @remembered
    def __init__(self, low: float = LOW, high: float = HIGH) -> None:
        self.low, self.high = checked_ends(low, high)

    def omega(self, t: ArrayLike) -> jax.Array:
        t = floats(t)
        # the angle and its complement apart, so that tan keeps its digits near π/2
        angle = between(_angle(self.low), _angle(self.high), t)
        complement = between(_angle(-self.low), _angle(-self.high), t)
        value = 2 * (jnp.log(jnp.sin(angle)) - jnp.log(jnp.sin(complement)))
        return pinned(value, t, self.low, self.high)

    def time_of(self, omega: ArrayLike) -> jax.Array:
        angle = jnp.arctan(jnp.exp(0.5 * floats(omega)))
        first, last = _angle(self.low), _angle(self.high)
        return jnp.clip((angle - first) / (last - first), 0.0, 1.0)


class BetaSchedule(Schedule):
    """The variance-preserving SDE with a noise rate β(s) that rises linearly in its own time s.

    ᾱ = exp(−B) with B(s) = β_min s + ½(β_max − β_min)s², so ω = log(e^B − 1), which has no lower
    bound at s = 0. Time t ∈ [0, 1] is s from the point where ω is ``low`` to s = 1.

    Args:
      beta_min, beta_max: β(0) and β(1). With 0.1 and 20 it is the limit of DDPM's linear schedule,
        see :func:`ddpm_alpha_bar`.
      low: ω(0), met exactly. ω(1) follows from the β.

    Raises:
      ValueError: rates that are not 0 < β_min ≤ β_max, or a ``low`` that is not below ω(1).

    Source: Song et al., Score-Based Generative Modeling through SDEs (2021), eq. 32 and appendix C.

    >>> law = BetaSchedule()
    >>> [round(float(end), 4) for end in law.ends]
    [-13.3, 10.05]
    """

    @remembered
    def __init__(self, beta_min: float = 0.1, beta_max: float = 20.0, low: float = LOW) -> None:
        if not 0 < beta_min <= beta_max < math.inf:
            raise ValueError(
                f"BetaSchedule wants 0 < beta_min ≤ beta_max, given {beta_min} and {beta_max}"
            )
        self.beta_min, self.beta_max = float(beta_min), float(beta_max)
        total = 0.5 * (self.beta_min + self.beta_max)
        self.low, self.high = checked_ends(low, total + math.log(-math.expm1(-total)))
        self.start = self._own_time(math.log1p(math.exp(self.low)), math.sqrt)

    def _own_time(self, integral, sqrt):
        growth = self.beta_max - self.beta_min
        return 2 * integral / (self.beta_min + sqrt(self.beta_min**2 + 2 * growth * integral))

    def omega(self, t: ArrayLike) -> jax.Array:
        t = floats(t)
        s = between(self.start, 1.0, t)
        integral = s * (self.beta_min + 0.5 * (self.beta_max - self.beta_min) * s)
        value = integral + jnp.log(-jnp.expm1(-integral))
        return pinned(value, t, self.low, self.high)

    def time_of(self, omega: ArrayLike) -> jax.Array:
        s = self._own_time(jax.nn.softplus(floats(omega)), jnp.sqrt)
        return jnp.clip((s - self.start) / (1 - self.start), 0.0, 1.0)


def ddpm_alpha_bar(steps: int = 1000, first: float = 1e-4, last: float = 0.02) -> jax.Array:
    """DDPM's discrete schedule: ᾱ_t, the product of 1 − β_1 … 1 − β_t, with β rising linearly.

    :class:`BetaSchedule` with β_min = steps·first and β_max = steps·last is its limit for many steps.

    Args:
      steps: how many steps T.
      first, last: β_1 and β_T.

    Returns:
      ``[steps]``: ᾱ_1 … ᾱ_T, falling.

    Raises:
      ValueError: fewer than one step, or rates that are not 0 < first ≤ last < 1.

    Source: Ho, Jain and Abbeel, Denoising Diffusion Probabilistic Models (2020), section 4.

    >>> alpha_bar = ddpm_alpha_bar()
    >>> alpha_bar.shape, round(float(alpha_bar[0]), 4), round(float(alpha_bar[-1]), 8)
    ((1000,), 0.9999, 4.036e-05)
    """
    steps = whole("ddpm_alpha_bar: steps", steps)
    if not 0 < first <= last < 1:
        raise ValueError(f"ddpm_alpha_bar wants 0 < first ≤ last < 1, given {first} and {last}")
    beta = np.linspace(first, last, steps)
    return jnp.asarray(np.exp(np.cumsum(np.log1p(-beta))))


def _angle(omega):
    return math.atan(math.exp(0.5 * omega))
