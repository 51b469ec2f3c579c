"""One noise level under the names that different papers have for it. Each leads through ω = −log SNR."""

import math

import jax
import jax.numpy as jnp
import numpy as np
from jax.typing import ArrayLike

from ...inputs.arrays import known
from ...inputs.options import one_of
from ..schedules.base import floats

#: Name to: ω of it, it of ω, and the open interval in which it lies.
_LEVELS = {
    "omega": (lambda u: u, lambda w: w, -math.inf, math.inf),
    "log_snr": (lambda u: -u, lambda w: -w, -math.inf, math.inf),
    "half_log_snr": (lambda u: -2 * u, lambda w: -0.5 * w, -math.inf, math.inf),
    "snr": (lambda u: -jnp.log(u), lambda w: jnp.exp(-w), 0.0, math.inf),
    "alpha_bar": (lambda u: jnp.log1p(-u) - jnp.log(u), lambda w: jax.nn.sigmoid(-w), 0.0, 1.0),
    "sigma": (lambda u: 2 * jnp.log(u), lambda w: jnp.exp(0.5 * w), 0.0, math.inf),
    "flow": (lambda u: 2 * (jnp.log(u) - jnp.log1p(-u)), lambda w: jax.nn.sigmoid(0.5 * w), 0.0, 1.0),
    "flow_to_data": (lambda u: 2 * (jnp.log1p(-u) - jnp.log(u)), lambda w: jax.nn.sigmoid(-0.5 * w), 0.0, 1.0),
    "angle": (lambda u: 2 * jnp.log(jnp.tan(u)), lambda w: jnp.arctan(jnp.exp(0.5 * w)), 0.0, math.pi / 2),
}


def convert_level(value: ArrayLike, source: str, target: str) -> jax.Array:
    """A noise level under another name.

    ============== ===================== ==============================================================
    name           what it is            who has it
    ============== ===================== ==============================================================
    omega          −log SNR              the book and Luo; VDM's γ
    log_snr        log SNR               λ of Salimans and Ho
    half_log_snr   ½ log SNR             λ of DPM-Solver, ``lambda_t`` of diffusers
    snr            ᾱ/(1 − ᾱ)             the book, Luo, VDM
    alpha_bar      ᾱ                     the book, Luo, DDPM; DDIM's α; ``alphas_cumprod`` of diffusers
    sigma          √(1 − ᾱ)/√ᾱ           EDM, k-diffusion, ``sigmas`` of diffusers' Euler schedulers
    flow           σ/(1 + σ)             time from data to noise: ``sigmas`` of diffusers' flow matching
    flow_to_data   1/(1 + σ)             time from noise to data: flow matching, rectified flow
    angle          arctan σ              √ᾱ is its cosine; v-diffusion's time is 2/π of it
    ============== ===================== ==============================================================

    Args:
      value: ``[...]`` levels, strictly between the ends of what ``source`` names.
      source, target: names from the table.

    Returns:
      ``[...]`` floats. In compiled code values out of range give NaN or infinity.

    Raises:
      ValueError: an unknown name; values out of range, where they are known.

    Source: the book's page of conventions, ``rosetta.sigma.omega``, ``rosetta.time.omega``; Karras et
    al. (2022) for σ, Lipman et al. (2023) for the time of a flow.

    >>> round(convert_level(0.3, "alpha_bar", "sigma").item(), 4)       # ᾱ in diffusers, σ in EDM
    1.5275
    >>> convert_level(jnp.array([1.0, 3.0]), "sigma", "flow").round(4).tolist()
    [0.5, 0.75]
    """
    one_of("level", source, _LEVELS)
    one_of("level", target, _LEVELS)
    value = floats(value)
    to_omega, _, low, high = _LEVELS[source]
    if known(value):
        outside = np.asarray(value)[~((np.asarray(value) > low) & (np.asarray(value) < high))]
        if outside.size:
            raise ValueError(f"{source} must lie strictly between {low:g} and {high:g}, given {outside.flat[0]:g}")
    return value if source == target else _LEVELS[target][1](to_omega(value))
