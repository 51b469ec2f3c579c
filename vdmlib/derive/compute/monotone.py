"""Compositions of exp, log, powers, and maps c·v and c + v: one to one on a range, so that an integral can be carried over by them."""

from dataclasses import dataclass

import sympy
from sympy import Add, Mul, S, oo

from .positivity import positive

__all__ = ["Carried", "carried"]


@dataclass(frozen=True)
class Carried:
    """A range of x by u: where x is for a value of u, the values at the ends, and whether u falls."""

    inverse: object
    ends: tuple
    falls: bool


def carried(u, x, ends, y):
    """The range between the ends by u, with y for its value; None where u is no such composition, or a part of it is not one to one there."""
    if u == x:
        return Carried(y, ends, False)
    if isinstance(u, sympy.exp):
        inner, outer, back, falls = u.args[0], _exp, sympy.log(y), False
    elif isinstance(u, sympy.log):
        inner, outer, back, falls = u.args[0], _log, sympy.exp(y), False
    elif isinstance(u, sympy.Pow) and u.exp.is_Rational:
        n = u.exp
        inner, outer, back, falls = u.base, lambda v: _power(v, n), y ** (1 / n), bool(n < 0)
    elif isinstance(u, (Add, Mul)):
        c, inner = u.as_independent(x, as_Add=isinstance(u, Add))
        if isinstance(u, Add):
            outer, back, falls = lambda v: c + v, y - c, False
        elif positive(c) or positive(-c):
            outer, back, falls = lambda v: _times(c, v), y / c, positive(-c)
        else:
            return None
    else:
        return None
    if inner == u:
        return None
    below = carried(inner, x, ends, y)
    if below is None:
        return None
    out = tuple(map(outer, below.ends))
    if None in out:
        return None
    return Carried(below.inverse.xreplace({y: back}), out, below.falls != bool(falls))


def _exp(v):
    return S.Zero if v == -oo else oo if v == oo else sympy.exp(v)


def _log(v):
    return -oo if v == 0 else oo if v == oo else sympy.log(v) if positive(v) else None


def _power(v, n):
    if v in (0, oo):
        return S(v) if n > 0 else 1 / S(v) if v == oo else oo
    return v**n if positive(v) else None


def _times(c, v):
    return v * (1 if positive(c) else -1) if v.is_infinite else c * v
