"""Options that are on or off."""

from typing import Any

import numpy as np


def flag(name: str, value: Any) -> bool:
    """``value`` as a ``bool``: a text such as "no" is true for Python, so what is neither of the two is refused.

    Raises:
      ValueError: something else than ``True`` or ``False``.

    >>> flag("trajectory", np.True_)
    True
    >>> flag("scan", "no")
    Traceback (most recent call last):
    ValueError: scan must be True or False, given 'no'
    """
    if not isinstance(value, (bool, np.bool_)):
        raise ValueError(f"{name} must be True or False, given {repr(value)[:60]}")
    return bool(value)
