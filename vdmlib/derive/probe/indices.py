"""Whole numbers for the symbols in indices and lengths: ordinary ones, the least, large ones, and coinciding ones.

A line speaks of every time and length that its symbols admit. What goes wrong only at t = 1, at t = s, at t = T, or
beyond a base case of an induction is looked for on purpose.
"""

import itertools
import random

import sympy

from ..nodes.expressions import plain
from ..nodes.laws import Block
from .hypotheses import least_whole

__all__ = ["Lengths"]

KINDS = ("ordinary", "least", "large")
FIRST = 6


class Lengths:
    """Numbers for the integer symbols of a line, by kind of instance.

    times: what is known of the least admitted values. largest: a length beyond the base cases of inductions; it is
        raised where the line itself holds larger constants, up to `most`.
    """

    def __init__(self, exprs, times=None, largest=9, most=14):
        exprs = [sympy.sympify(e) for e in exprs]
        every = {plain(s) for e in exprs for s in e.free_symbols if isinstance(s, sympy.Symbol) and s.is_integer}
        least = {plain(s): int(n) for s, n in (getattr(times, "least", times) or {}).items()}
        tops, constant = _tops_and_constant(exprs)
        self.tops = tops & every
        self.free = tuple(sorted(every, key=str))
        self.low = {s: least.get(s, least_whole(s)) for s in self.free}
        self.beyond = max(largest, min(constant + 3, most), *[n + 3 for s, n in self.low.items()], 0)
        self.pairs = list(itertools.combinations(self.free, 2))

    @property
    def key(self):
        return self.free, frozenset(self.tops), tuple(self.low.values()), self.beyond

    def kinds(self, instances):
        """What each instance is for: all of them ordinary, if the line has no integer symbols."""
        if not self.free:
            return ["ordinary"] * instances
        return [KINDS[k % len(KINDS)] for k in range(instances)] + ["equal"] * min(len(self.pairs), instances // 2)

    def numbers(self, kind, seed, attempt, turn=0):
        """{symbol: number} for one attempt at an instance of a kind. turn: which one it is of those that go round."""
        r = random.Random(f"{seed}|{kind}|{attempt}")
        if kind == "least":
            return self._least(attempt)
        if kind == "large":
            far = {s for s in self.free if s in self.tops} or set(self.free)
            return {s: self.beyond - (attempt + k) % 3 if s in far else r.randint(self.low[s], self.beyond) for k, s in enumerate(self.free)}
        out = {s: self._ordinary(s, r) for s in self.free}
        if kind == "sides":  # the first whole numbers in turn, not of what ends a sum
            turn += attempt
            out |= {s: self.low[s] + (turn + turn // FIRST * k) % FIRST for k, s in enumerate(self.free) if s not in self.tops}
        if kind == "equal":
            s, t = r.choice(self.pairs)
            out[s] = out[t] = max(out[s], out[t], self.low[s], self.low[t]) if attempt % 2 == 0 else max(self.low[s], self.low[t])
        return out

    def _ordinary(self, s, r):
        start = max(self.low[s], 1) + (2 if s in self.tops else 0) + (1 if s.name[:1].isupper() else 0)
        return r.randint(start + 1, start + 2) if self.low[s] < 3 else r.randint(self.low[s], self.low[s] + 2)

    def _least(self, attempt):
        """All least ones first, then what exceeds them by little."""
        steps = sorted(itertools.product(range(3), repeat=min(len(self.free), 5)), key=lambda c: (sum(c), c))
        step = steps[attempt % len(steps)]
        return {s: self.low[s] + (step[k] if k < len(step) else 0) for k, s in enumerate(self.free)}


def _tops_and_constant(exprs):
    """The symbols that end a sum, product or block, and the largest whole number in the expressions."""
    tops, constant, stack = set(), 0, list(exprs)
    while stack:
        e = stack.pop()
        ends = e.args[1:] if isinstance(e, Block) else ()
        if isinstance(e, (sympy.Sum, sympy.Product)):
            ends = [limit[2] for limit in e.limits]
        for b in ends:
            tops |= plain(b).free_symbols
        if getattr(e, "is_Integer", False):
            constant = max(constant, abs(int(e)))
        stack.extend(getattr(e, "args", ()))
    return tops, constant
