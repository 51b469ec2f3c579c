"""The reverse-time SDE, solved with diffrax."""

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.typing import ArrayLike

from ..diffusion.parameterizations import Prediction
from ..diffusion.schedules.base import Schedule
from ..runtime.callables import compiled
from ..runtime.flags import flag
from .drive import at_level, check_final, checked_label, final_mean, first_noise, looked_at
from .solvers import limits, need_diffrax, unit_grid

SDE_METHODS = {"euler": "Euler", "sra1": "SRA1", "shark": "ShARK"}


def reverse_sde(
    denoise: Callable[..., Prediction],
    schedule: Schedule,
    key: jax.Array | int,
    shape: Sequence[int],
    *,
    steps: ArrayLike | Sequence[float] | None = None,
    label: ArrayLike | None = None,
    method: str | None = None,
    rtol: float = 1e-2,
    atol: float = 1e-2,
    spacing: str = "time",
    start: ArrayLike | None = None,
    final: str = "mean",
    trajectory: bool = False,
    frames: int = 50,
    max_steps: int = 4096,
) -> jax.Array:
    """Solve dx = [f − g² ∇log p_t(x)] dt + g dw̄ from noise at t = 1 to data at t = 0.

    With f = −½βx and g² = β = ω′ (1 − ᾱ), as in :func:`~vdmlib.probability_flow`:

        dx = ω′ √(1−ᾱ) ( ε̂ − ½ √(1−ᾱ) x ) dt + √(ω′ (1 − ᾱ)) dw̄.

    The noise does not depend on x, so the Itô and the Stratonovich solution are the same.

    Args:
      denoise, schedule, key, shape, label, start, final: as in :func:`~vdmlib.ancestral`.
      steps: ``None`` for adaptive steps; or a number of fixed steps, or falling times.
      method: "euler" (Euler–Maruyama, strong order 1 here), "sra1" or "shark" (strong order 1.5,
        two calls of the denoiser a step). By default "euler" for fixed steps and "shark" for
        adaptive ones, which need a solver that estimates its error.
      rtol, atol: tolerances of an adaptive step, on the root mean square over the batch.
      spacing: of fixed steps, "time" or "omega".
      trajectory: whether to return x at equal times along the way, the start first.
      frames: how many such times after the start; with fixed steps it is one for each step.
      max_steps: the most steps that an adaptive solver may take.

    Returns:
      ``[*shape]`` in model scale; or ``[frames + 1, *shape]``, and one more with the final mean.

    Raises:
      ImportError: diffrax is not installed.
      ValueError: an unknown method or option, or times that do not fall.

    A convolutional denoiser on a CPU is slow here, as the solver is a compiled loop.

    Source: Anderson (1982); Song et al., Score-Based Generative Modeling through SDEs (2021), eq. 6; the
    book's ``sde.reverse``.

    >>> from vdmlib import Prediction, schedule
    >>> def standard(x_t, omega, label=None):     # data N(0, I)
    ...     return Prediction(x_t, omega, -x_t, "score")
    >>> x = reverse_sde(standard, schedule("linear"), jax.random.key(0), (5000, 1), steps=100,
    ...                 final="state")
    >>> round(float(x.var()), 1)
    1.0
    """
    diffrax = need_diffrax("reverse_sde")
    check_final(final)
    trajectory = flag("trajectory", trajectory)
    looked_at(denoise, schedule)
    tolerance, max_steps, frames = limits(rtol, atol, max_steps, frames)
    method = ("shark" if steps is None else "euler") if method is None else method
    if method not in SDE_METHODS:
        raise ValueError(f"method must be one of {', '.join(SDE_METHODS)}, given {method!r}")
    if method == "euler" and steps is None:
        raise ValueError('adaptive steps need "sra1" or "shark", which estimate their error')
    x, key = first_noise(key, shape, start)
    label = checked_label(label, len(x), denoise)
    begin, end, grid = unit_grid(schedule, steps, spacing, None)
    if grid is None:
        saved = np.linspace(0.0, 1.0, frames + 1) if trajectory else np.array([0.0, 1.0])
    else:
        saved = grid if trajectory else np.ones(1)
    solver = getattr(diffrax, SDE_METHODS[method])()
    run = compiled(_solve, (denoise, schedule), solver=solver, max_steps=max_steps)
    ends = jnp.asarray([begin, end], x.dtype)
    grid = None if grid is None else jnp.asarray(grid, x.dtype)
    path = run(key, x, label, ends, grid, jnp.asarray(saved, x.dtype), tolerance)
    if final == "mean":
        omega = schedule.omega(ends[1]).astype(x.dtype)
        path = jnp.concatenate([path, compiled(final_mean, (denoise,))(path[-1], omega, label)[None]])
    return path if trajectory else path[-1]


def _solve(denoise, schedule, key, x, label, ends, grid, saved, tolerance, solver, max_steps):
    diffrax = need_diffrax("reverse_sde")
    import lineax  # comes with diffrax

    (begin, end), shape, dtype = ends, x.shape, x.dtype
    length = begin - end

    def levels(clock):
        t = begin - length * clock
        omega = schedule.omega(t).astype(dtype)
        return omega, schedule.rate(t).astype(dtype), jnp.sqrt(jax.nn.sigmoid(omega))

    def drift(clock, flat, _):
        omega, rate, noise = levels(clock)
        x = flat.reshape(shape)
        eps = at_level(denoise, x, omega, label).eps
        # minus the drift in t, since t falls as the clock rises
        return (length * rate * noise * (0.5 * noise * x - eps)).ravel()

    def diffusion(clock, flat, _):
        omega, rate, noise = levels(clock)
        return lineax.DiagonalLinearOperator(jnp.full(flat.shape, jnp.sqrt(length * rate) * noise))

    adaptive = grid is None
    path = jax.ShapeDtypeStruct((x.size,), dtype)
    area = diffrax.SpaceTimeLevyArea
    if adaptive:
        noise = diffrax.VirtualBrownianTree(0.0, 1.0, 1e-4, path, key, levy_area=area)
        pid = diffrax.PIDController(*tolerance, pcoeff=0.1, icoeff=0.3, dcoeff=0.0)
        # steps end at the saved times: between two steps the noise is not known
        steps = diffrax.ClipStepSizeController(pid, step_ts=saved)
    else:
        noise = diffrax.UnsafeBrownianPath(path, key, levy_area=area)
        steps = diffrax.StepTo(grid)
    solution: Any = diffrax.diffeqsolve(
        diffrax.MultiTerm(diffrax.ODETerm(drift), diffrax.ControlTerm(diffusion, noise)),
        solver, 0.0, 1.0, 0.005 if adaptive else None, x.ravel(),
        saveat=diffrax.SaveAt(ts=saved), stepsize_controller=steps,
        max_steps=max_steps if adaptive else len(grid), adjoint=diffrax.ForwardMode(),
    )
    return solution.ys.reshape(-1, *shape)
