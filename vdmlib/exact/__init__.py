"""Models whose evidence, posterior and ELBO are known exactly: the ground truth for the rest.

The functions that take JAX arrays work in their precision; turn on JAX's 64-bit mode for tight checks.
:class:`ForwardChain` and :class:`GaussianDiffusion` give numbers, always in 64 bits.
"""

from .chain import ChainTerms, LinearGaussianChain, LinearStep
from .forward import ForwardChain, ReverseKernels
from .gaussian_diffusion import DiffusionTerms, GaussianDiffusion
from .guided import GuidedGaussian, guided_gaussian, largest_gamma
from .linear import LinearGaussian
from .mixture import GaussianMixture
from .toys import Checkerboard, checkerboard, eight_gaussians, rings, spirals, toy, two_moons

__all__ = [
    "ChainTerms", "Checkerboard", "DiffusionTerms", "ForwardChain", "GaussianDiffusion",
    "GaussianMixture", "GuidedGaussian", "LinearGaussian", "LinearGaussianChain", "LinearStep",
    "ReverseKernels", "checkerboard", "eight_gaussians", "guided_gaussian", "largest_gamma", "rings",
    "spirals", "toy", "two_moons",
]
