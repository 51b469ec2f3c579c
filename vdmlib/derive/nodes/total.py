"""The total derivative d/dt of an expression that holds functions of t, as a displayed object."""

import sympy
from sympy import Symbol

from ..errors import DerivationError
from .expressions import _Node

__all__ = ["Total"]


class Total(_Node):
    """d/dt of an expression, shown as such: SymPy would merge d/dt ∂L/∂q′ into one mixed derivative.

    Example
    >>> q = undefined("q")
    >>> t = symbol("t")
    >>> Identity("ex.total", Total(t * q(t), t), q(t) + t * Derivative(q(t), t))

    Refused: what depends on t through q is forgotten
    >>> Identity("ex.total.partial", Total(t * q(t), t), q(t))

    Refused: by what is no symbol
    >>> Total(q(t), t + 1)
    """

    __slots__ = ()

    def __new__(cls, expr, t):
        if not isinstance(t, Symbol):
            raise DerivationError(f"Total(…) is a derivative by a symbol, not by {t}")
        return super().__new__(cls, expr, t)

    @staticmethod
    def _plain(expr, t):
        return sympy.Derivative(expr, t)

    def doit(self, **hints):
        return self
