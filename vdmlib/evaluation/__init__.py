"""How good a model is: bits/dim on one protocol, baselines to beat, how samples look; and whether a reader's code is right."""

from .baselines import DequantisedMixture, PixelHistogram
from .comparison import CodeLength, Comparison, Interval, code_length, compare, paired_interval, recipe
from .exercises import Average, CodeExercise, Moments, Result, Values, code_exercise
from .quality import class_shares, frechet_distance, nearest_distance, within_class_spread

__all__ = [
    "Average", "CodeExercise", "CodeLength", "Comparison", "DequantisedMixture", "Interval", "Moments", "PixelHistogram",
    "Result", "Values", "class_shares", "code_exercise", "code_length", "compare", "frechet_distance", "nearest_distance",
    "paired_interval", "recipe", "within_class_spread",
]
