"""Models whose evidence, posterior and ELBO are known exactly: the ground truth for the rest.

All functions work in the precision of their inputs; turn on JAX's 64-bit mode for tight checks.
"""

from .gaussian import gaussian_entropy, gaussian_kl, gaussian_log_prob
from .linear import LinearGaussian
from .mixture import GaussianMixture

__all__ = [
    "GaussianMixture", "LinearGaussian", "gaussian_entropy", "gaussian_kl", "gaussian_log_prob",
]
