"""Schedule algebra: ᾱ_t = α_t ᾱ_{t−1} with 0 < α_t < 1; sums and products up to a symbolic T by induction on T."""

import sympy

from ..nodes.schedules import Scheduled, ScheduleValue
from ..nodes.walk import has, walk
from .carried_out import difference
from .method import Method

__all__ = ["ScheduleAlgebra"]


class ScheduleAlgebra(Method):
    name = "schedule algebra"

    def applies(self, claim):
        return any(has(e, (ScheduleValue, Scheduled)) for e in claim.sides)

    def difference(self, claim):
        return difference(claim)

    def reach(self, claim):
        out = "all schedules with 0 < α_t < 1 and every time t"
        tops = {}
        for a in (a for e in claim.sides for a in walk(e) if isinstance(a, (sympy.Sum, sympy.Product))):
            for _, lo, hi in a.limits:
                for s in hi.free_symbols:
                    tops.setdefault(str(s), []).append(lo)
        for name, los in sorted(tops.items()):
            whole = [int(lo) for lo in los if lo.is_Integer]
            out += f", every {name}" + (f" ≥ {max(whole)}" if whole else "") + " by induction"
        return out
