"""Lines about a chain of symbolic length T, by induction: the first lengths one by one, then the step from T to T + 1."""

from dataclasses import replace

import sympy
from sympy import Integer, S

from ..errors import NotDecided
from ..nodes.expressions import plain
from ..nodes.laws import Block
from ..nodes.times import Times
from ..nodes.walk import walk
from .laws.method import ExpectedLogDensities
from .method import Method

__all__ = ["Induction"]

STEP_FROM = 5  # sums are taken apart at both ends, which needs T ≥ 4; see laws.sums


class Induction(Method):
    name = "expected log-densities, induction"
    fixed = ExpectedLogDensities()  # settles each length

    def applies(self, claim):
        """Whether a sum, a product or a block over laws runs to a symbolic end that `times` declares."""
        return self.fixed.applies(claim) and claim.times is not None and bool(_tops(claim))

    def difference(self, claim):
        """Base cases T = least, …; then Δ(T+1) − Δ(T) = 0 for every T from the last base case on."""
        tops = _tops(claim)
        if len(tops) != 1:
            raise NotDecided(f"induction runs over one length; here are {', '.join(map(str, tops))}")
        (top,) = tops
        least = claim.times.least[top]
        T = next(s for e in claim.sides for s in e.free_symbols if plain(s) == top)
        last = max(least, STEP_FROM)
        for k in range(least, last + 1):
            left = self.fixed.difference(replace(claim, lhs=claim.lhs.subs(T, Integer(k)), rhs=claim.rhs.subs(T, Integer(k))))
            if left != 0:
                return left
        delta = claim.lhs - claim.rhs
        later = Times({**claim.times.least, top: last}, claim.times.ranges)
        return self.fixed.difference(replace(claim, lhs=delta.subs(T, T + S.One), rhs=delta, times=later))

    def reach(self, claim):
        return "".join(f"every {top} ≥ {claim.times.least[top]}, " for top in _tops(claim)) + self.fixed.reach(claim)


def _tops(claim):
    """The symbols with a declared least value up to which a sum, a product or a block runs."""
    ends = set()
    for e in claim.sides:
        for a in walk(e):
            if isinstance(a, (sympy.Sum, sympy.Product)):
                ends |= set().union(*[plain(b).free_symbols for b in a.limits[0][1:]])
            elif isinstance(a, Block):
                ends |= set().union(*[plain(b).free_symbols for b in a.args[1:]])
    return [s for s in claim.times.least if s in ends]
