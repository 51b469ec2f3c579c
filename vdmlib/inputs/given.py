"""What the library's functions are given, as their signatures name it."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from jax.typing import ArrayLike

from ..data.images import Images

#: Examples: an array, nested lists of numbers, or :class:`~vdmlib.Images`.
Examples: TypeAlias = Images | ArrayLike | Sequence[Any]
#: Data for a loss: examples, or examples in a tuple or a dictionary, such as (images, labels).
Data: TypeAlias = Examples | Mapping[str, Any]
