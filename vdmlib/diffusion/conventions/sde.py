"""A schedule as the drift and the diffusion of a stochastic differential equation."""

import jax
import jax.numpy as jnp
from jax.typing import ArrayLike

from ..schedules.base import Schedule, floats
from .points import log_signal


def sde_coefficients(schedule: Schedule, t: ArrayLike, form: str = "vp") -> tuple[jax.Array, jax.Array]:
    """f and g of dx = f x dt + g dw, whose law at each time is the schedule's, in coordinates of choice.

    With a the signal and b the noise of :func:`~vdmlib.signal_and_noise`: f = d log a/dt and
    g² = b² dω/dt. For "vp" that is f = −½β and g² = β = −d log ᾱ/dt; for "ve" f = 0 and g² = dσ²/dt.

    Args:
      schedule: a noise schedule.
      t: ``[...]`` times in [0, 1], from data to noise.
      form: "vp", "ve", "flow" or "sub-vp".

    Returns:
      Two arrays ``[...]``: the drift's factor f and the diffusion g. The probability-flow ODE is
      dx/dt = f x − ½ g² · score, with the score in the same coordinates.

    Raises:
      ValueError: an unknown form.

    Source: Song et al., Score-Based Generative Modeling through SDEs (2021), eqs. 9, 11 and 12; the
    book's ``rosetta.sde.noise``, ``rosetta.sde.vp`` and ``rosetta.sde.sub_vp``.

    >>> from vdmlib import BetaSchedule
    >>> law = BetaSchedule()
    >>> f, g = sde_coefficients(law, 1.0)
    >>> round(float(f), 2), round(float(g**2 / (1 - law.start)), 2)  # −½ β and β(1) = 20, in own time
    (-10.0, 20.0)
    """
    t = floats(t)
    omega, rate = jax.jvp(schedule.omega, (t,), (jnp.ones_like(t),))
    of, slope = jax.jvp(log_signal(form), (omega,), (rate,))
    return slope, jnp.exp(of + 0.5 * omega) * jnp.sqrt(rate)
