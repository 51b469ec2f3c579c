"""The noise levels that a sampler visits, from ω(1) down to ω(0)."""

from collections.abc import Sequence

import jax
import jax.numpy as jnp
import numpy as np
from jax.typing import ArrayLike

from ..diffusion.schedules.base import Schedule
from ..inputs.arrays import as_reals
from ..inputs.options import one_of, whole


def noise_levels(schedule: Schedule, steps: ArrayLike | Sequence[float], spacing: str = "time") -> jax.Array:
    """The values of ω that ``steps`` steps go through.

    Args:
      schedule: a :class:`~vdmlib.Schedule`.
      steps: how many steps lead from t = 1 to t = 0; or the times themselves, ``[steps + 1]``,
        falling within [0, 1]. Times that end above 0 leave the last step to the final mean: with
        1, (T−1)/T, …, 1/T that is DDPM's chain of T steps.
      spacing: with a number of steps, "time" spaces t evenly and "omega" spaces ω evenly.

    Returns:
      ``[steps + 1]`` falling values of ω.

    Raises:
      ValueError: fewer than one step, times that do not fall within [0, 1], or an unknown spacing.

    >>> from vdmlib import schedule
    >>> noise_levels(schedule("linear", low=-6.0, high=6.0), 4).tolist()
    [6.0, 3.0, 0.0, -3.0, -6.0]
    """
    times = step_times(steps)
    one_of("spacing", spacing, ("time", "omega"))
    if spacing == "omega" and np.ndim(steps) == 0:
        low, high = (jnp.asarray(end) for end in schedule.ends)
        return high + (low - high) * jnp.asarray(1 - times, low.dtype)
    return schedule.omega(jnp.asarray(times, jnp.result_type(float)))


def step_times(steps: ArrayLike | Sequence[float]) -> np.ndarray:
    """Times ``[steps + 1]`` from a number of steps, or the given ones, checked.

    >>> step_times(4).tolist(), step_times([1.0, 0.1]).tolist()
    ([1.0, 0.75, 0.5, 0.25, 0.0], [1.0, 0.1])
    """
    if np.ndim(steps) == 0:
        return np.linspace(1.0, 0.0, whole("steps", steps) + 1)
    as_reals("times", steps)
    times = np.asarray(steps, float)
    if times.ndim != 1 or len(times) < 2:
        raise ValueError(f"times must be [steps + 1] with at least one step, given {list(times.shape)}")
    if not (np.all(np.diff(times) < 0) and times[0] <= 1 and times[-1] >= 0):
        raise ValueError(
            f"times must fall, from at most 1 to at least 0, given {times[0]:g} … {times[-1]:g}"
        )
    return times
