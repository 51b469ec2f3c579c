"""How good a model is: bits/dim on one protocol, baselines to beat, and how samples look."""

from .baselines import DequantisedMixture, PixelHistogram
from .comparison import CodeLength, Comparison, Interval, code_length, compare, paired_interval, recipe
from .quality import class_shares, frechet_distance, nearest_distance, within_class_spread

__all__ = [
    "CodeLength", "Comparison", "DequantisedMixture", "Interval", "PixelHistogram", "class_shares",
    "code_length", "compare", "frechet_distance", "nearest_distance", "paired_interval", "recipe", "within_class_spread",
]
