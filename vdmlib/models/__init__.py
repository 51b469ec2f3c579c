"""The models, each with its bound in named terms: VAE, HVAE and VDM; a classifier; and two small ones.

:class:`LinearVAE` has its ELBO in closed form. :class:`FullGaussian`, :func:`log_weights` and :func:`climb`
are variational inference for a single x, by hand.
"""

from .classifier import Classifier
from .hvae import HVAE, HVAETerms
from .linear_vae import LinearVAE
from .vae import VAE, ELBOTerms
from .variational import FullGaussian, climb, log_weights
from .vdm import VDM, VDMTerms

__all__ = [
    "Classifier", "ELBOTerms", "FullGaussian", "HVAE", "HVAETerms", "LinearVAE", "VAE", "VDM",
    "VDMTerms", "climb", "log_weights",
]
