"""The variational diffusion model, and the small objects that its options stand for."""

from .model import VDM
from .terms import VDMTerms

__all__ = ["VDM", "VDMTerms"]
