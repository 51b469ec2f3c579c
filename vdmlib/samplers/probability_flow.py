"""The probability-flow ODE: a deterministic map between noise and data with the same marginals."""

from collections.abc import Callable, Sequence

import jax
import jax.numpy as jnp
import numpy as np
from jax.typing import ArrayLike

from ..diffusion.parameterizations import Prediction
from ..diffusion.schedules.base import Schedule
from ..runtime.callables import compiled
from ..runtime.flags import flag
from .drive import check_final, checked_label, final_mean, first_noise, looked_at
from .solvers import controller, limits, need_diffrax, ode_solver, unit_grid, velocity


def probability_flow(
    denoise: Callable[..., Prediction],
    schedule: Schedule,
    key: jax.Array | int,
    shape: Sequence[int],
    *,
    steps: ArrayLike | Sequence[float] | None = None,
    label: ArrayLike | None = None,
    method: str = "tsit5",
    rtol: float = 1e-4,
    atol: float = 1e-4,
    spacing: str = "time",
    span: Sequence[float] | None = None,
    start: ArrayLike | None = None,
    final: str = "mean",
    trajectory: bool = False,
    frames: int = 50,
    max_steps: int = 4096,
) -> jax.Array:
    """Solve dx/dt = f − ½ g² ∇log p_t(x) from noise at t = 1 to data at t = 0.

    With f = −½βx and g² = β, where β(t) = ω′(t) (1 − ᾱ_t) since d log ᾱ/dt = −β:

        dx/dt = −½β (x + ∇log p_t(x)) = ½ ω′ √(1−ᾱ) ( ε̂ − √(1−ᾱ) x ).

    In ω as the clock the schedule drops out: two schedules with the same ends have the same map.

    Args:
      denoise, schedule, key, shape, label, start, final: as in :func:`~vdmlib.ancestral`.
      steps: ``None`` for adaptive steps; or a number of fixed steps, or falling times.
      method: "euler", "heun", "midpoint", "bosh3", "tsit5", "dopri5", "dopri8" (orders 1, 2, 2, 3, 5,
        5, 8), or a diffrax solver.
      rtol, atol: tolerances of an adaptive step, on the root mean square over the batch.
      spacing: of fixed steps, "time" or "omega".
      span: ``(from, to)`` in place of (1, 0). With ``span=(0, 1)`` and ``start=data`` the data are
        encoded as noise. The final mean is for spans that end in data: with a span, the state at its
        end is returned.
      trajectory: whether to return x at equal times along the way, the start first.
      frames: how many such times after the start; with fixed steps it is one for each step.
      max_steps: the most steps that an adaptive solver may take.

    Returns:
      ``[*shape]`` in model scale; or ``[frames + 1, *shape]``, and one more with the final mean.

    Raises:
      ImportError: diffrax is not installed.
      ValueError: an unknown method or option, or times that do not fall.

    A convolutional denoiser on a CPU is slow here, as the solver is a compiled loop:
    :func:`~vdmlib.ddim` solves the same equation outside one.

    Source: Song et al., Score-Based Generative Modeling through SDEs (2021), eq. 13; the
    book's ``sde.reverse``.

    >>> from vdmlib import Prediction, schedule
    >>> import jax
    >>> def standard(x_t, omega, label=None):     # data N(0, I): the map is the identity
    ...     return Prediction(x_t, omega, -x_t, "score")
    >>> start = jnp.array([[1.0, -2.0]])
    >>> end = probability_flow(standard, schedule("linear"), jax.random.key(0), (1, 2), start=start)
    >>> end.round(2).tolist()
    [[1.0, -2.0]]
    """
    need_diffrax("probability_flow")
    check_final(final)
    trajectory = flag("trajectory", trajectory)
    looked_at(denoise, schedule)
    tolerance, max_steps, frames = limits(rtol, atol, max_steps, frames)
    x, _ = first_noise(key, shape, start)
    label = checked_label(label, len(x), denoise)
    begin, end, grid = unit_grid(schedule, steps, spacing, span)
    if trajectory:
        saved = np.linspace(0.0, 1.0, frames + 1) if grid is None else grid
    else:
        saved = np.ones(1)
    run = compiled(_solve, (denoise, schedule), solver=ode_solver(method), max_steps=max_steps)
    ends = jnp.asarray([begin, end], x.dtype)
    grid = None if grid is None else jnp.asarray(grid, x.dtype)
    path = run(x, label, ends, grid, jnp.asarray(saved, x.dtype), tolerance)
    if final == "mean" and span is None:
        omega = schedule.omega(ends[1]).astype(x.dtype)
        path = jnp.concatenate([path, compiled(final_mean, (denoise,))(path[-1], omega, label)[None]])
    return path if trajectory else path[-1]


def _solve(denoise, schedule, x, label, ends, grid, saved, tolerance, solver, max_steps):
    diffrax = need_diffrax("probability_flow")
    begin, end = ends

    def field(clock, x, _):
        return (end - begin) * velocity(denoise, schedule, begin + (end - begin) * clock, x, label)

    adaptive = grid is None
    steps = controller(*tolerance) if adaptive else diffrax.StepTo(grid)
    solution = diffrax.diffeqsolve(
        diffrax.ODETerm(field), solver, 0.0, 1.0, None if not adaptive else 0.01, x,
        saveat=diffrax.SaveAt(ts=saved), stepsize_controller=steps,
        max_steps=max_steps if adaptive else len(grid),
    )
    return solution.ys
