"""Laws of a latent or of a pixel, their divergences, and the units that they are measured in."""

from .dequantisation import dequantise, level_log_prob
from .full_gaussians import gaussian_entropy, gaussian_kl, gaussian_log_prob
from .gaussians import DiagonalGaussian, kl_diagonal, kl_to_standard
from .level_softmax import LevelSoftmax
from .likelihoods import Bernoulli, Binomial, Categorical, DiscretisedLogistic, Gaussian, Likelihood, likelihood
from .units import bits_per_dim

__all__ = [
    "Bernoulli", "Binomial", "Categorical", "DiagonalGaussian", "DiscretisedLogistic", "Gaussian",
    "LevelSoftmax", "Likelihood", "bits_per_dim", "dequantise", "gaussian_entropy", "gaussian_kl",
    "gaussian_log_prob", "kl_diagonal", "kl_to_standard", "level_log_prob", "likelihood",
]
