"""Exact log-likelihood by the probability-flow ODE."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax.typing import ArrayLike

from ..diffusion.parameterizations import Prediction
from ..diffusion.schedules.base import Schedule
from ..inputs.arrays import as_reals
from ..inputs.keys import as_key
from ..inputs.options import one_of, whole
from ..runtime.callables import compiled
from .drive import checked_label, looked_at
from .solvers import controller, limits, need_diffrax, ode_solver, unit_grid, velocity


def ode_log_prob(
    denoise: Callable[..., Prediction],
    schedule: Schedule,
    x: ArrayLike,
    key: jax.Array | int | None = None,
    *,
    trace: str = "exact",
    probes: int = 1,
    label: ArrayLike | None = None,
    steps: ArrayLike | Sequence[float] | None = None,
    method: str = "tsit5",
    rtol: float = 1e-5,
    atol: float = 1e-5,
    spacing: str = "time",
    max_steps: int = 4096,
) -> jax.Array:
    """The log-density of x under the flow that :func:`~vdmlib.probability_flow` samples from.

    x is carried from t = 0 to noise at t = 1, and the divergence of the velocity is summed on the way:

        log p_0(x_0) = log N(x_1; 0, I) + ∫_0^1 div v(x_t, t) dt.

    p_0 is the law of x at the noise level ω(0), a little wider than the data's; the law at t = 1 is
    taken to be N(0, I), as the sampler does.

    Args:
      denoise: a denoiser; each example's output may depend on that example alone.
      schedule: a :class:`~vdmlib.Schedule`.
      x: ``[B, …]`` in model scale.
      key: a JAX random key, for "hutchinson".
      trace: "exact" takes the D diagonal entries of the Jacobian, at D products with it a step.
        "hutchinson" takes zᵀ J z with random signs z, drawn once for the whole way: an estimate of
        log p_0(x) that is unbiased (for fixed steps; the tolerance blurs it otherwise) and whose error
        falls as 1/√probes.
      probes: how many z an example.
      label: classes ``[B]``, one for all, or ``None``.
      steps, method, spacing, max_steps: as in :func:`~vdmlib.probability_flow`.
      rtol, atol: tolerances of an adaptive step, for x and for the log-density each.

    Returns:
      ``[B]`` nats. It is a density in model scale: see :func:`~vdmlib.level_log_prob` for grey levels.

    Raises:
      ImportError: diffrax is not installed.
      ValueError: an unknown trace or method, or "hutchinson" without a key.

    Source: Song et al., Score-Based Generative Modeling through SDEs (2021), eq. 39; Hutchinson (1989);
    Grathwohl et al., FFJORD (2019); the book's ``flow.density``.

    >>> from vdmlib import Prediction, schedule
    >>> def standard(x_t, omega, label=None):     # data N(0, 1)
    ...     return Prediction(x_t, omega, -x_t, "score")
    >>> found = ode_log_prob(standard, schedule("linear"), jnp.array([[0.0], [1.0]]))
    >>> [round(float(nats), 3) for nats in found]
    [-0.919, -1.419]
    """
    need_diffrax("ode_log_prob")
    looked_at(denoise, schedule)
    tolerance, max_steps, _ = limits(rtol, atol, max_steps)
    x = as_reals("x", x)
    if x.ndim < 2 or 0 in x.shape:
        raise ValueError(f"x must be [B, …] with at least one example, given {list(x.shape)}")
    label = checked_label(label, len(x), denoise)
    one_of("trace", trace, ("exact", "hutchinson"))
    if trace == "hutchinson" and key is None:
        raise ValueError('trace="hutchinson" draws random signs: give a key')
    probes = whole("probes", probes)
    if steps is None:
        begin, end, grid = unit_grid(schedule, None, spacing, (0.0, 1.0))
    else:  # the sampler's grid, walked the other way
        end, begin, grid = unit_grid(schedule, steps, spacing, None)
        grid = jnp.asarray((1 - grid)[::-1], x.dtype)
    if trace == "exact":
        signs = None
    else:
        signs = jax.random.rademacher(as_key(key), (probes, *x.shape), x.dtype)
    run = compiled(
        _solve, (denoise, schedule), solver=ode_solver(method), max_steps=max_steps
    )
    return run(x, label, jnp.asarray([begin, end], x.dtype), grid, signs, tolerance)


def _solve(denoise, schedule, x, label, ends, grid, signs, tolerance, solver, max_steps):
    diffrax = need_diffrax("ode_log_prob")
    begin, end = ends
    length = end - begin

    def field(clock, state, _):
        def at(x):
            return length * velocity(denoise, schedule, begin + length * clock, x, label)

        speed, push = jax.linearize(at, state[0])
        return speed, _divergence(push, state[0], signs)

    adaptive = grid is None
    solution: Any = diffrax.diffeqsolve(
        diffrax.ODETerm(field), solver, 0.0, 1.0, 0.01 if adaptive else None,
        (x, jnp.zeros(len(x), x.dtype)),
        stepsize_controller=controller(*tolerance) if adaptive else diffrax.StepTo(grid),
        max_steps=max_steps if adaptive else len(grid),
    )
    noise, gathered = (value[0] for value in solution.ys)
    axes = tuple(range(1, x.ndim))
    square = jnp.sum(jnp.square(noise), axis=axes)
    dims = math.prod(x.shape[1:])
    return -0.5 * (square + dims * math.log(2 * math.pi)) + gathered


def _divergence(push, x, signs):
    """The trace of each example's Jacobian, ``[B]``, or its estimate from ``signs [S, B, …]``."""
    axes = tuple(range(1, x.ndim))
    if signs is not None:

        def estimate(z):
            return jnp.sum(z * push(z), axis=axes)

        return jnp.mean(jax.lax.map(estimate, signs, batch_size=min(64, len(signs))), axis=0)

    dims = math.prod(x.shape[1:])

    def entry(index):  # the same direction for every example at once
        one = jax.nn.one_hot(index, dims, dtype=x.dtype).reshape(1, *x.shape[1:])
        one = jnp.broadcast_to(one, x.shape)
        return jnp.sum(one * push(one), axis=axes)

    return jnp.sum(jax.lax.map(entry, jnp.arange(dims), batch_size=min(64, dims)), axis=0)
