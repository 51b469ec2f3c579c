"""Schedule algebra: ᾱ_t = α_t ᾱ_{t−1} with 0 < α_t < 1; sums and products up to a symbolic T by induction on T."""

from ..nodes.schedules import Scheduled, ScheduleValue
from ..nodes.walk import has
from .carried_out import difference
from .lengths import lengths
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
        for name, least in lengths(claim).items():
            out += f", every {name}" + ("" if least is None else f" ≥ {least}") + " by induction"
        return out
