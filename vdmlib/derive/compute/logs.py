"""Logs of products as sums, as far as the signs of the factors are settled."""

import sympy
from sympy import Mul, S

from .positivity import positive, real

__all__ = ["split_log", "log_of_product"]


def split_log(e):
    """log of a product as a sum, as far as the signs are settled."""
    e = sympy.powsimp(e, combine="exp") if e.is_Mul else e
    parts, rest = S.Zero, S.One
    for f in Mul.make_args(e):
        base, n = f.as_base_exp()
        if isinstance(f, sympy.exp) and real(f.args[0]):
            parts += f.args[0]
        elif not f.is_Number and (f.is_positive or positive(f)):
            parts += n * sympy.log(base) if positive(base) and n.is_real else sympy.log(f)
        else:
            rest *= f
    return parts + sympy.log(rest) if rest != 1 else parts


def log_of_product(e):
    """log e as a sum if every factor of e is positive; None if that is not settled."""
    out = S.Zero
    for f in Mul.make_args(e):
        base, n = f.as_base_exp()
        if isinstance(f, sympy.exp) and real(f.args[0]):
            out += f.args[0]
        elif n.is_real and positive(base):
            out += n * sympy.log(base)
        else:
            return None
    return out
