"""DDIM: the same marginals with less noise, or with none."""

from collections.abc import Callable, Sequence

import jax
import jax.numpy as jnp
from jax.tree_util import Partial
from jax.typing import ArrayLike

from ..diffusion.parameterizations import Prediction
from ..diffusion.schedules.base import Schedule
from ..inputs.arrays import known
from ..inputs.options import number
from .drive import at_level, drive


def ddim(
    denoise: Callable[..., Prediction],
    schedule: Schedule,
    key: jax.Array | int,
    shape: Sequence[int],
    *,
    steps: ArrayLike | Sequence[float],
    label: ArrayLike | None = None,
    eta: float = 0.0,
    spacing: str = "time",
    start: ArrayLike | None = None,
    final: str = "mean",
    trajectory: bool = False,
    scan: bool | None = None,
) -> jax.Array:
    """Draw samples with DDIM: x̂_0 is noised again, in part along ε̂ and in part with new noise.

        x_s = √ᾱ_s x̂_0 + √(1 − ᾱ_s − σ²) ε̂ + σ z,    σ = eta · σ_q(t, s),  z ~ N(0, I).

    ``eta = 0`` is a deterministic map from the start to the sample, a first-order solver of the
    probability-flow ODE. ``eta = 1`` is :func:`~vdmlib.ancestral` with its posterior variance.

    Arguments that are not listed are those of :func:`~vdmlib.ancestral`.

    Args:
      eta: the new noise's standard deviation, in units of the posterior's σ_q; in [0, 1].

    Returns:
      ``[*shape]`` in model scale, or the trajectory.

    Raises:
      ValueError: ``eta`` out of range, and what :func:`~vdmlib.ancestral` raises.

    Source: Song, Meng and Ermon, Denoising Diffusion Implicit Models (2021), eq. 12 and 16.

    >>> from vdmlib import Prediction, schedule
    >>> def standard(x_t, omega, label=None):     # data N(0, I)
    ...     signal = jnp.sqrt(jax.nn.sigmoid(-omega)).reshape(-1, 1)
    ...     return Prediction(x_t, omega, signal * x_t, "x0")
    >>> start = jnp.array([[1.0, -2.0]])
    >>> end = ddim(standard, schedule("linear"), jax.random.key(0), (1, 2), steps=200, start=start)
    >>> end.round(1).tolist()                     # the exact map is the identity
    [[1.0, -2.0]]
    """
    if known(eta):
        number("eta", eta, least=0, most=1)
    return drive(
        Partial(_step, eta), denoise, schedule, key, shape, steps=steps, label=label,
        spacing=spacing, start=start, final=final, trajectory=trajectory, scan=scan,
    )


def _step(eta, denoise, key, x, omega_t, omega_s, label):
    prediction = at_level(denoise, x, omega_t, label)
    variance = jax.nn.sigmoid(omega_s)
    # σ² = eta² (1 − ᾱ_s) c with c = 1 − exp(ω_s − ω_t)
    new = -jnp.square(eta) * jnp.expm1(omega_s - omega_t)
    along = jnp.sqrt(jax.nn.sigmoid(-omega_s)) * prediction.x0
    along += jnp.sqrt(variance * (1 - new)) * prediction.eps
    added = variance * new
    # √ has no slope at 0, where eta = 0 is: it must not come into that of the rest
    noise = jnp.where(added > 0, jnp.sqrt(jnp.where(added > 0, added, 1.0)), 0.0)
    return along + noise * jax.random.normal(key, x.shape, x.dtype)
