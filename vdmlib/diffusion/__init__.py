"""What every diffusion model is made of: noise schedules, and what a denoiser says of a noisy point."""

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
    "BetaSchedule", "CosineSchedule", "Denoiser", "LearnedScalar", "LinearSchedule", "MonotoneSchedule",
    "Prediction", "Schedule", "convert", "ddpm_alpha_bar", "low_discrepancy_times", "schedule",
    "second_moment_gradient", "weight",
]
