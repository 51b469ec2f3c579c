"""Samplers: from a denoiser and a schedule to samples.

A denoiser is any callable ``denoise(x_t [B, …], omega [B], label [B] or None) -> Prediction``: a trained
model, a guided one, or a law that is known exactly. All samplers share one call,
``sampler(denoise, schedule, key, shape, *, steps, label=None, …)``. Time runs from 1 (noise) to 0.
"""

from .ancestral import ancestral
from .ddim import ddim
from .grid import noise_levels
from .guidance import classifier_free, classifier_guidance, conditional
from .langevin import langevin
from .ode_likelihood import ode_log_prob
from .predictor_corrector import predictor_corrector
from .probability_flow import probability_flow
from .reverse_sde import reverse_sde

__all__ = [
    "ancestral", "classifier_free", "classifier_guidance", "conditional", "ddim", "langevin",
    "noise_levels", "ode_log_prob", "predictor_corrector", "probability_flow", "reverse_sde",
]
