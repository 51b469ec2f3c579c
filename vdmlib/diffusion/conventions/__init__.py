"""Other people's names for a noise level, a noisy point, a network's output and a strength, and ours."""

from .edm import EDMScalings, edm_scalings
from .levels import convert_level
from .points import convert_point, signal_and_noise
from .sde import sde_coefficients
from .strength import convert_strength

__all__ = [
    "EDMScalings", "convert_level", "convert_point", "convert_strength", "edm_scalings", "sde_coefficients",
    "signal_and_noise",
]
