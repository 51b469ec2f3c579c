"""Noise schedules, fixed and learned."""

from .base import Schedule
from .fixed import BetaSchedule, CosineSchedule, LinearSchedule, ddpm_alpha_bar
from .learned import LearnedScalar, MonotoneSchedule
from .named import schedule

__all__ = [
    "BetaSchedule", "CosineSchedule", "LearnedScalar", "LinearSchedule", "MonotoneSchedule", "Schedule",
    "ddpm_alpha_bar", "schedule",
]
