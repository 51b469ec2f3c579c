"""Gaussian algebra: every expectation and integral carried out, densities compared with all their constants."""

import sympy
from sympy.core.function import AppliedUndef

from ..nodes.functionals import Expectation, Over
from ..nodes.schedules import ScheduleValue
from ..nodes.subject import about_gaussians
from ..nodes.walk import atoms, has, walk
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
                       else "smooth functions of which every term, spread out, has a finite Gaussian expectation")  # fmt: skip
        if any(map(_differentiated_inside, (a for e in claim.sides for a in walk(e)))):
            out.append("derivatives that may be taken under the expectation")
        return ", ".join(out)


def _differentiated_inside(e):
    """Whether a mean is differentiated by what a function under it holds beside what is drawn."""
    if not isinstance(e, sympy.Derivative):
        return False
    functions = {f for a in walk(e.expr) if isinstance(a, (Expectation, Over)) for f in atoms(a.body, AppliedUndef)}
    return any(f.has(v) for f in functions for v in e.variables)


def _endless(e):
    """A sum to a symbolic end."""
    return isinstance(e, sympy.Sum) and not e.limits[0][2].is_Integer
