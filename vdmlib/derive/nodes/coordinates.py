"""Coordinates of vectors in symbolically many dimensions: `mu = coordinates("mu")`, then `mu[i]`."""

import sympy
from sympy.tensor.indexed import Indexed, IndexedBase

from .expressions import Ordered

__all__ = ["coordinates"]


class _Coordinate(Ordered, Indexed):
    """One coordinate μ_i of a vector, i symbolic; its arithmetic keeps the order typed."""

    _plain = Indexed


class _Vector(IndexedBase):
    def __getitem__(self, index):
        return _Coordinate(self, sympy.sympify(index))


def coordinates(names, **assumptions):
    """Vectors by their coordinates: `mu, s = coordinates("mu sigma", …)`, then mu[i] and Sum(mu[i]**2, (i, 1, d)).

    assumptions: of every coordinate; real unless said otherwise.
    """
    assumptions = assumptions or {"real": True}
    out = tuple(_Vector(n, **assumptions) for n in names.split())
    return out[0] if len(out) == 1 else out
