"""What every diffusion model is made of: noise schedules, and what a denoiser says of a noisy point."""

from .conventions import (
    EDMScalings,
    convert_level,
    convert_point,
    convert_strength,
    edm_scalings,
    sde_coefficients,
    signal_and_noise,
)
from .denoiser import Denoiser
from .parameterizations import Prediction, convert, weight
from .schedules import (
    BetaSchedule,
    CosineSchedule,
    LearnedScalar,
    LinearSchedule,
    MonotoneSchedule,
    Schedule,
    ddpm_alpha_bar,
    schedule,
)
from .second_moment import second_moment_gradient
from .times import low_discrepancy_times

__all__ = [
    "BetaSchedule", "CosineSchedule", "Denoiser", "EDMScalings", "LearnedScalar", "LinearSchedule",
    "MonotoneSchedule", "Prediction", "Schedule", "convert", "convert_level", "convert_point",
    "convert_strength", "ddpm_alpha_bar", "edm_scalings", "low_discrepancy_times", "schedule",
    "sde_coefficients", "second_moment_gradient", "signal_and_noise", "weight",
]
