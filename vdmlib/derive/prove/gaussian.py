"""Gaussian algebra: every expectation and integral carried out, densities compared with all their constants."""

import sympy
from sympy.core.function import AppliedUndef

from ..nodes.schedules import ScheduleValue
from ..nodes.subject import about_gaussians
from ..nodes.walk import has, walk
from .carried_out import difference
from .method import Method

__all__ = ["GaussianAlgebra"]


class GaussianAlgebra(Method):
    name = "Gaussian algebra"

    def applies(self, claim):
        """Whether the line speaks of Gaussians, itself or through facts that give every density in it as one."""
        return about_gaussians(*claim.sides, facts=claim.facts)

    def difference(self, claim):
        return difference(claim)

    def reach(self, claim):
        def holds(*kinds):
            return any(has(e, kinds) for e in claim.sides)

        out = ["all means and all positive variances"]
        out.append("any number of coordinates" if any(_endless(a) for e in claim.sides for a in walk(e)) else "each coordinate")
        if holds(ScheduleValue):
            out.append("all schedules with 0 < α_t < 1 and every time t")
        if holds(AppliedUndef):
            out.append("smooth functions whose derivatives grow at most like a polynomial" if holds(sympy.Limit)
                       else "smooth functions whose Gaussian expectations are finite")  # fmt: skip
        return ", ".join(out)


def _endless(e):
    """A sum to a symbolic end."""
    return isinstance(e, sympy.Sum) and not e.limits[0][2].is_Integer
