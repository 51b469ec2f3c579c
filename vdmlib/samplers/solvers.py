"""What the samplers that solve differential equations share; diffrax does the solving."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.typing import ArrayLike

from ..diffusion.parameterizations import Prediction
from ..diffusion.schedules.base import Schedule
from ..inputs.arrays import known
from ..inputs.options import number, whole
from .drive import at_level
from .grid import noise_levels, step_times

METHODS = {  # name: diffrax's class
    "euler": "Euler",
    "heun": "Heun",
    "midpoint": "Midpoint",
    "bosh3": "Bosh3",
    "tsit5": "Tsit5",
    "dopri5": "Dopri5",
    "dopri8": "Dopri8",
}


def need_diffrax(what: str) -> Any:
    """Import diffrax, or say how to get it.

    Raises:
      ImportError: it is not installed.
    """
    try:
        import diffrax  # may be missing
    except ImportError as error:
        raise ImportError(
            f"{what} solves a differential equation with diffrax: pip install diffrax"
        ) from error
    return diffrax


def ode_solver(method: str) -> Any:
    """diffrax's solver of that name; a solver of diffrax's own is handed back.

    Raises:
      ValueError: an unknown name.
    """
    diffrax = need_diffrax("this sampler")
    if isinstance(method, diffrax.AbstractSolver):
        return method
    if not isinstance(method, str) or method not in METHODS:
        raise ValueError(
            f"method must be one of {', '.join(METHODS)} or a diffrax solver, given {method!r}"
        )
    return getattr(diffrax, METHODS[method])()


def limits(rtol: float, atol: float, max_steps: int, frames: int = 1) -> tuple[tuple[float, float], int, int]:
    """(rtol, atol), the most steps and the number of frames, looked at.

    Raises:
      ValueError: one that is out of range.
    """
    for name, value in (("rtol", rtol), ("atol", atol)):
        if known(value):
            number(name, value, above=0)
    return (rtol, atol), whole("max_steps", max_steps), whole("frames", frames)


def controller(rtol: float, atol: float) -> Any:
    """Adaptive steps: the error of each part of the state is kept below atol + rtol · |state|."""
    diffrax = need_diffrax("this sampler")
    return diffrax.PIDController(rtol=rtol, atol=atol, norm=_greatest_rms)


def unit_grid(schedule: Schedule, steps: Any, spacing: str, span: Any) -> tuple[float, float, Any]:
    """The ends of the time span, and the steps within it as a rising grid on [0, 1] (or ``None``).

    diffrax is run on a clock that rises from 0 to 1 whichever way t goes.
    """
    if steps is None:
        begin, end = checked_span((1.0, 0.0) if span is None else span)
        return begin, end, None
    if np.ndim(steps) or spacing == "omega":
        if span is not None:
            raise ValueError("give span, or times and spacing, not both")
        noise_levels(schedule, steps, spacing)  # checks both
        times = step_times(steps)
        if spacing == "omega" and not np.ndim(steps):
            times = np.array(schedule.time_of(noise_levels(schedule, steps, spacing)), float)
            times[0], times[-1] = 1.0, 0.0
        return times[0], times[-1], (times[0] - times) / (times[0] - times[-1])
    begin, end = checked_span((1.0, 0.0) if span is None else span)
    return begin, end, 1 - step_times(steps)


def checked_span(span: Any) -> tuple[float, float]:
    """``(from, to)``, two different times in [0, 1]."""
    try:
        begin, end = map(float, span)
        if 0 <= begin <= 1 and 0 <= end <= 1 and begin != end:
            return begin, end
    except (TypeError, ValueError):
        pass
    raise ValueError(f"span must be two different times in [0, 1], given {span!r}")


def velocity(
    denoise: Callable[..., Prediction], schedule: Schedule, t: jax.Array, x: jax.Array, label: ArrayLike | None,
) -> jax.Array:
    """dx/dt of the probability-flow ODE, ``[B, …]``.

    It is −½β(x + ∇log p_t) with β = ω′ (1 − ᾱ); by ∇log p_t = −ε̂/√(1−ᾱ) nothing is divided by
    a small number: ½ ω′ √(1−ᾱ) (ε̂ − √(1−ᾱ) x).
    """
    omega = schedule.omega(t).astype(x.dtype)
    noise = jnp.sqrt(jax.nn.sigmoid(omega))
    eps = at_level(denoise, x, omega, label).eps
    return 0.5 * schedule.rate(t).astype(x.dtype) * noise * (eps - noise * x)


def _greatest_rms(state):
    leaves = [jnp.sqrt(jnp.mean(jnp.square(leaf))) for leaf in jax.tree.leaves(state)]
    return jnp.max(jnp.stack(leaves))
