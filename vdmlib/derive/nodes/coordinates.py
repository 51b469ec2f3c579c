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

    Example: in d dimensions
    >>> mu, nu = coordinates("mu nu")
    >>> i, d = symbol("i", integer=True), symbol("d", integer=True, positive=True)
    >>> square = Sum((mu[i] - nu[i])**2, (i, 1, d))
    >>> Identity("ex.coordinates", square, Sum(mu[i]**2, (i, 1, d))
    ...     - 2 * Sum(mu[i] * nu[i], (i, 1, d)) + Sum(nu[i]**2, (i, 1, d)))

    Example: coordinates that are positive
    >>> s = coordinates("s", positive=True)
    >>> Identity("ex.coordinates.positive", Sum(log(s[i]**2), (i, 1, d)), 2 * Sum(log(s[i]), (i, 1, d)))

    Refused: the inner product forgotten
    >>> Identity("ex.coordinates.inner", square, Sum(mu[i]**2, (i, 1, d)) + Sum(nu[i]**2, (i, 1, d)))
    """
    assumptions = assumptions or {"real": True}
    out = tuple(_Vector(n, **assumptions) for n in names.split())
    return out[0] if len(out) == 1 else out
