"""Symbols up to which sums and products run, and the least values for which the line speaks of them."""

import sympy

from ..nodes.expressions import plain
from ..nodes.times import Times
from ..nodes.walk import walk

__all__ = ["lengths"]


def lengths(claim):
    """{symbol: its least value, or None where it is not a number}, by name: no sum that is displayed is shorter than empty."""
    times, least = claim.times or Times(), {}
    for a in (a for e in claim.sides for a in walk(e) if isinstance(a, (sympy.Sum, sympy.Product))):
        for _, lo, hi in a.limits:
            k, n = sympy.expand(plain(hi)).as_coeff_Add()
            for s in plain(hi).free_symbols:
                least.setdefault(s, times.least_of(s))
                if s == n and k.is_Integer and lo.is_Integer:
                    least[s] = max(v for v in (least[s], int(lo - k) - 1) if v is not None)
    return dict(sorted(least.items(), key=lambda item: str(item[0])))
