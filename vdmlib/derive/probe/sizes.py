"""The dimensions of vectors and matrices that are symbols."""

import sympy

from ..nodes.expressions import Sized
from ..nodes.walk import walk

__all__ = ["sizes_of"]


def sizes_of(expressions):
    """The symbols that stand for dimensions, in order."""
    return tuple(sorted({n for e in expressions for a in walk(sympy.sympify(e)) if isinstance(a, Sized) for n in a.shape if n.is_Symbol}, key=str))
