"""What the rest runs on: compiled calls, a line of progress, where a number comes from.

JAX is not imported with it: who reads data alone does not need it.
"""

from .progress import ProgressLine
from .provenance import environment

__all__ = ["ProgressLine", "environment"]
