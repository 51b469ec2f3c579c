"""Ancestral sampling: the reverse chain, one Gaussian a step."""

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax.tree_util import Partial
from jax.typing import ArrayLike

from ..diffusion.parameterizations import Prediction
from ..diffusion.schedules.base import Schedule
from ..runtime.callables import as_pytree
from .drive import at_level, drive


def ancestral(
    denoise: Callable[..., Prediction],
    schedule: Schedule,
    key: jax.Array | int,
    shape: Sequence[int],
    *,
    steps: ArrayLike | Sequence[float],
    label: ArrayLike | None = None,
    variance: Any = "posterior",
    spacing: str = "time",
    start: ArrayLike | None = None,
    final: str = "mean",
    trajectory: bool = False,
    scan: bool | None = None,
) -> jax.Array:
    """Draw samples with the reverse chain p(x_s | x_t) = N( μ_q(x_t, x̂_0), variance ).

    Its mean is that of the true posterior q(x_s | x_t, x_0) with x̂_0 for x_0. With
    c = 1 − SNR(t)/SNR(s) = 1 − exp(ω_s − ω_t):

        mean = √ᾱ_s ( (1 − c) x_t / √ᾱ_t + c x̂_0 ),    σ_q² = (1 − ᾱ_s) c.

    Args:
      denoise: a denoiser, any callable ``denoise(x_t, omega [B], label) -> Prediction``.
      schedule: a :class:`~vdmlib.Schedule`.
      key: a JAX random key.
      shape: ``[B, …]``, of what is drawn.
      steps: how many steps from t = 1 to t = 0, or falling times ``[steps + 1]``.
      label: classes ``[B]``, one for all, or ``None`` for no class.
      variance: the step's variance. "posterior" is σ_q², exact for data in a single point.
        "forward" is 1 − α = (1 − ᾱ_t) c, exact for N(0, I) data. Or a function v(ω) that gives
        Var(x_0 | x_t), the same for all coordinates: then σ_q² + ᾱ_s c² v(ω_t), the true variance
        of x_s given x_t, exact for Gaussian data at any number of steps.
      spacing: "time" for even steps in t, "omega" for even steps in ω.
      start: ``[*shape]``, x at the first time in place of noise N(0, I).
      final: "mean" ends with x̂_0 at the last noise level, one more call of the denoiser. "state"
        returns x at that level, noise √(1 − ᾱ(0)) and all, which is what a decoder takes.
      trajectory: whether to return x at all levels, the start first and the result last:
        ``[steps + 1, *shape]``, and one more with the final mean.
      scan: whether the loop is compiled. ``None`` decides: yes, but for a convolutional denoiser
        (``denoise.convolutional``) on a CPU, where a compiled loop is far slower.

    Returns:
      ``[*shape]`` in model scale.

    Raises:
      ValueError: fewer than one step, times that do not fall, or an unknown option.

    Source: Ho, Jain and Abbeel (2020), algorithm 2 and section 3.2; Kingma et al. (2021), appendix A;
    Bao et al., Analytic-DPM (2022), for the variance with Var(x_0 | x_t); the book's ``vdm.sampler``.

    >>> from vdmlib import Prediction, schedule
    >>> def one_point(x_t, omega, label=None):     # all data lie at 0.5
    ...     return Prediction(x_t, omega, jnp.full_like(x_t, 0.5), "x0")
    >>> ancestral(one_point, schedule("linear"), jax.random.key(0), (2, 3), steps=10).tolist()
    [[0.5, 0.5, 0.5], [0.5, 0.5, 0.5]]
    """
    return drive(
        reverse_step(variance), denoise, schedule, key, shape, steps=steps, label=label,
        spacing=spacing, start=start, final=final, trajectory=trajectory, scan=scan,
    )


def reverse_step(variance: Any) -> Partial:
    """The step of :func:`ancestral` with that variance, as a pytree.

    Raises:
      ValueError: an unknown name.
    """
    named = {"posterior": _posterior_variance, "forward": _forward_variance}
    if callable(variance):
        return Partial(_step, Partial(_true_variance, as_pytree(variance)))
    if variance not in named:
        raise ValueError(
            f'variance must be "posterior", "forward" or a function of ω, given {variance!r}'
        )
    return Partial(_step, Partial(named[variance]))


def _step(variance, denoise, key, x, omega_t, omega_s, label):
    x0 = at_level(denoise, x, omega_t, label).x0
    fresh = -jnp.expm1(omega_s - omega_t)  # c = 1 − SNR(t)/SNR(s)
    signal_s = jnp.sqrt(jax.nn.sigmoid(-omega_s))
    # √(ᾱ_s/ᾱ_t) by logs: ᾱ_t alone may be tiny
    growth = jnp.exp(0.5 * (jax.nn.log_sigmoid(-omega_s) - jax.nn.log_sigmoid(-omega_t)))
    mean = growth * (1 - fresh) * x + signal_s * fresh * x0
    noise = jax.random.normal(key, x.shape, x.dtype)
    return mean + jnp.sqrt(variance(omega_t, omega_s)) * noise


def _posterior_variance(omega_t, omega_s):
    return jax.nn.sigmoid(omega_s) * -jnp.expm1(omega_s - omega_t)


def _forward_variance(omega_t, omega_s):
    return jax.nn.sigmoid(omega_t) * -jnp.expm1(omega_s - omega_t)


def _true_variance(of_x0, omega_t, omega_s):
    weight = jax.nn.sigmoid(-omega_s) * jnp.square(jnp.expm1(omega_s - omega_t))
    return _posterior_variance(omega_t, omega_s) + weight * of_x0(omega_t)
