"""One noisy point in the coordinates of different papers: x_0 times a signal, plus ε times a noise.

The ratio of noise to signal is σ = exp(ω/2) in all of them. They differ in the signal alone, so that a
point goes from one to another by a factor.
"""

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jax.typing import ArrayLike

from ...inputs.options import one_of
from ..parameterizations import along
from ..schedules.base import floats

#: Name of the coordinates to the logarithm of their signal, by ω.
_LOG_SIGNAL: dict[str, Callable[[jax.Array], jax.Array]] = {
    "vp": lambda w: 0.5 * jax.nn.log_sigmoid(-w),
    "ve": jnp.zeros_like,
    "flow": lambda w: jax.nn.log_sigmoid(-0.5 * w),
    "sub-vp": lambda w: -jnp.arcsinh(0.5 * jnp.exp(0.5 * w)),
}


def log_signal(form: str) -> Callable[[jax.Array], jax.Array]:
    """ω to the logarithm of the signal, in the coordinates of that name.

    Raises:
      ValueError: an unknown name.
    """
    return _LOG_SIGNAL[one_of("form of a noisy point", form, _LOG_SIGNAL)]


def signal_and_noise(omega: ArrayLike, form: str = "vp") -> tuple[jax.Array, jax.Array]:
    """What x_0 and ε are multiplied with in a noisy point.

    - "vp", variance-preserving: √ᾱ and √(1 − ᾱ). The book, Luo, DDPM, DDIM, VDM, score SDE, diffusers.
    - "ve", variance-exploding: 1 and σ. EDM, k-diffusion, score SDE, diffusers' Euler schedulers.
    - "flow": 1 − s and s, with s = σ/(1 + σ). Flow matching and rectified flow.
    - "sub-vp": a and 1 − a², whose noise lies below the variance-preserving one. Score SDE.

    Args:
      omega: −log SNR, any shape.
      form: one of the four.

    Returns:
      Two arrays in the shape of ``omega``: signal and noise; noise/signal is exp(ω/2).

    Raises:
      ValueError: an unknown form.

    Source: the book's page of conventions, ``rosetta.point.exploding`` and ``rosetta.point.flow``; Song
    et al. (2021), eq. 29, for "sub-vp".

    >>> for form in ("vp", "ve", "flow", "sub-vp"):
    ...     print(form, [round(part.item(), 4) for part in signal_and_noise(2 * jnp.log(0.75), form)])
    vp [0.8, 0.6]
    ve [1.0, 0.75]
    flow [0.5714, 0.4286]
    sub-vp [0.693, 0.5198]
    """
    omega = floats(omega)
    of = log_signal(form)(omega)
    return jnp.exp(of), jnp.exp(of + 0.5 * omega)


def convert_point(x: jax.Array, omega: ArrayLike, source: str, target: str) -> jax.Array:
    """A noisy point in other coordinates.

    A score goes the other way: the gradient with respect to the new point is the old one over the factor.

    Args:
      x: ``[B, ...]`` noisy points.
      omega: scalar or ``[B]``, −log SNR.
      source, target: "vp", "ve", "flow" or "sub-vp", see :func:`signal_and_noise`.

    Returns:
      ``[B, ...]``.

    Raises:
      ValueError: an unknown form, or shapes that do not fit.

    Source: the book's page of conventions, ``rosetta.point.exploding`` and ``rosetta.point.flow``.

    >>> convert_point(jnp.array([[0.8]]), 2 * jnp.log(0.75), "vp", "ve").round(4).tolist()
    [[1.0]]
    """
    omega = floats(omega)
    factor = jnp.exp(log_signal(target)(omega) - log_signal(source)(omega))
    return along(factor, x) * x
