"""Models whose evidence, posterior and ELBO are known exactly: the ground truth for the rest.

The functions that take JAX arrays work in their precision; turn on JAX's 64-bit mode for tight checks.
:class:`ForwardChain` and :class:`GaussianDiffusion` give numbers, always in 64 bits.
"""

from .chain import ChainTerms, LinearGaussianChain, LinearStep
from .diffusion import DiffusionTerms, GaussianDiffusion
from .forward import ForwardChain, ReverseKernels
from .gaussian import gaussian_entropy, gaussian_kl, gaussian_log_prob
from .guided import GuidedGaussian, guided_gaussian, largest_gamma
from .linear import LinearGaussian
from .mixture import GaussianMixture

__all__ = [
    "ChainTerms", "DiffusionTerms", "ForwardChain", "GaussianDiffusion", "GaussianMixture",
    "GuidedGaussian", "LinearGaussian", "LinearGaussianChain", "LinearStep", "ReverseKernels",
    "gaussian_entropy", "gaussian_kl", "gaussian_log_prob", "guided_gaussian", "largest_gamma",
]
