"""The time of a VDM's bound: T steps, or none."""

from copy import copy
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from flax import nnx
from flax.errors import TraceContextError

from ...diffusion.schedules.base import Schedule


@dataclass(frozen=True)
class ContinuousTime:
    """The limit of many steps: the diffusion term is ½ ∫ ω′(t) ‖ε − ε̂‖² dt."""

    def times(self, t: jax.Array) -> jax.Array:
        """The times ``[N]`` at which the integrand is looked at."""
        return t

    def level(self, schedule: Schedule, t: jax.Array) -> tuple[jax.Array, jax.Array]:
        """ω_t and ω′(t), ``[N]`` each."""
        return schedule.omega(t), schedule.rate(t)

    def parts(self, schedule: Schedule) -> tuple[Schedule, Schedule | None]:
        """The schedule as gradients see it, see :meth:`vdmlib.Schedule.parts`."""
        return schedule.parts()


@dataclass(frozen=True)
class DiscreteTime:
    """T steps: the diffusion term is ½ Σ (e^(ω_t − ω_s) − 1) ‖ε − ε̂‖², with s one step before t."""

    steps: int | jax.Array

    def times(self, t: jax.Array) -> jax.Array:
        """The end k/T of the step that each t falls into; rounding may lift t·T to T."""
        steps = jnp.asarray(self.steps, t.dtype)
        return jnp.minimum(jnp.floor(t * steps) + 1, steps) / steps

    def level(self, schedule: Schedule, t: jax.Array) -> tuple[Any, jax.Array]:
        """ω_t and T (SNR_s/SNR_t − 1), ``[N]`` each."""
        steps, omega = jnp.asarray(self.steps, t.dtype), schedule.omega(t)
        before = schedule.omega(jnp.maximum(t - 1 / steps, 0.0))
        return omega, steps * jnp.expm1(omega - before)

    def parts(self, schedule: Schedule) -> tuple[Schedule, Schedule | None]:
        """The schedule itself: here its inner part matters to the bound."""
        return schedule, None


def counted(model: Any) -> Any:
    """The same model with T as a number that compiled code is given: another T is no other program."""
    if model.steps is None or isinstance(model.steps, jax.Array):
        return model
    twin = copy(model)
    try:
        twin.steps, twin.made_with = nnx.data(jnp.asarray(model.steps)), None
    except TraceContextError:  # inside of other compiled code, which is made for this model anyway
        return model
    return twin
