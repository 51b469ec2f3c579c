"""Models of images of 28×28: how they are trained on each kind of device, and weights that come with the library."""

from .presets import HARDWARE, PRESETS, TASKS, Preset, Task
from .training import hardware, train
from .weights import card, load_pretrained

__all__ = [
    "HARDWARE", "PRESETS", "TASKS", "Preset", "Task", "card", "hardware", "load_pretrained", "train",
]
