"""Training by stochastic gradient descent: fast, repeatable, and able to go on where it stopped."""

from .binarisation import dynamic_binarisation
from .checkpoints import CheckpointError, Checkpoints, restore
from .compile_cache import use_compile_cache
from .files import load, save
from .fitting import fit
from .held_out import evaluate
from .history import History, TrainingDiverged

__all__ = [
    "CheckpointError", "Checkpoints", "History", "TrainingDiverged", "dynamic_binarisation", "evaluate", "fit", "load",
    "restore", "save", "use_compile_cache",
]
