"""What is left over of a line about laws as an ordinary expression, each average and density in it a letter."""

import sympy
from sympy import Add, Dummy, Mul

from ...compute.zero import simplify_zero
from .polynomials import generator_positive

__all__ = ["vanishes_as_a_number"]

_MOST = 40  # monomials and letters that are looked at


def vanishes_as_a_number(poly):
    """Whether a polynomial is 0 by what holds of all numbers: powers of sums in it are multiplied out, logarithms split."""
    if len(poly) > _MOST or not any(g[0] in ("pow", "logpoly") for _, gens in poly for g, _ in gens):
        return False
    letters = {}
    e = _number(poly.items(), letters)
    return len(letters) <= _MOST and simplify_zero(e) == 0


def _number(terms, letters):
    return Add(*[c * Mul(*[_letter(k, True, letters) ** n for k, n in dens], *[_generator(g, letters) ** n for g, n in gens]) for (dens, gens), c in terms])


def _generator(g, letters):
    if g[0] == "pow":
        return _number(g[1], letters) ** g[2]
    if g[0] == "logpoly":
        return sympy.log(_number(g[1], letters))
    if g[0] == "loggen":
        return sympy.log(_generator(g[1], letters))
    return _letter(g, generator_positive(g), letters)


def _letter(key, positive, letters):
    return letters.setdefault(key, Dummy("E", positive=True) if positive else Dummy("E", real=True))
