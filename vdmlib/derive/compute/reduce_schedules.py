"""Noise schedules in one form: ᾱ_t = α_t ᾱ_{t−1}, and products of α's as quotients of ᾱ's.

All ᾱ's whose times differ by a number are written through the earliest of them.
"""

import sympy
from sympy import Mul, S

from ..nodes.schedules import Scheduled, is_bar, schedule_function

__all__ = ["Reducer", "reduce_schedules"]


class Reducer:
    """Writes every ᾱ through the earliest one met whose time differs from its own by a number."""

    def __init__(self, exprs):
        self.first = {}
        for e in exprs:
            for a in e.atoms(Scheduled):
                if is_bar(a):
                    k, rest = _split_index(a)
                    key = (a.func.__name__, rest)
                    self.first[key] = 0 if rest == 0 else min(k, self.first.get(key, k))

    def __call__(self, a):
        k, rest = _split_index(a)
        lo = self.first.get((a.func.__name__, rest))
        if not is_bar(a) or lo is None or k < lo:
            return a
        alpha = schedule_function(a.func.__name__[: -len(".bar")], False)
        start = S.One if rest == 0 and lo == 0 else a.func(rest + lo)
        return Mul(start, *[alpha(rest + j) for j in range(lo + 1, k + 1)])


def _split_index(a):
    """A time as (whole number, the rest)."""
    k, rest = sympy.expand(a.args[0]).as_coeff_Add()
    return (int(k), rest) if k.is_Integer else (0, a.args[0])


def reduce_schedules(exprs):
    """Ordinary expressions in which every ᾱ is written through the earliest one of its kind."""
    exprs = [_products(e) for e in exprs]
    reducer = Reducer(exprs)
    return [e.replace(is_bar, reducer) for e in exprs] if reducer.first else exprs


def _products(e):
    """∏ α_i over a range, as a quotient of ᾱ's."""
    if not e.has(sympy.Product):
        return e

    def replaced(node):
        if len(node.limits) != 1:
            return node
        i, lo, hi = node.limits[0]
        out, rest = S.One, []
        for f in Mul.make_args(sympy.factor(node.function)):
            base, n = f.as_base_exp()
            shift = sympy.expand(base.args[0] - i) if isinstance(base, Scheduled) else None
            if shift is None or base.func.__name__.endswith(".bar") or shift.has(i) or n.has(i):
                rest.append(f)
                continue
            bar = schedule_function(base.func.__name__, True)
            top, bottom = hi + shift, lo + shift - 1
            out *= (bar(top) if top != 0 else S.One) ** n / (bar(bottom) if bottom != 0 else S.One) ** n
        return out * sympy.Product(Mul(*rest), node.limits[0]) if rest else out

    return e.replace(lambda a: isinstance(a, sympy.Product), replaced)
