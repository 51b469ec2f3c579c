"""The method about laws that are not spelled out: expected log-densities in normal form."""

from sympy import Integer

from ...nodes.expressions import Factors, Terms
from ...nodes.laws import Density
from ...nodes.subject import about_laws
from ...nodes.walk import atoms
from ..method import Method
from .left_over import LeftOver
from .normaliser import Normaliser
from .polynomials import clean

__all__ = ["ExpectedLogDensities", "difference"]


class ExpectedLogDensities(Method):
    name = "expected log-densities"

    def applies(self, claim):
        return about_laws(*claim.sides)

    def difference(self, claim):
        left = difference(claim)
        return LeftOver(left) if left else 0

    def reach(self, claim):
        kind = "Markov law" if any(d.law.markov for e in claim.sides for d in atoms(e, Density)) else "law"
        return f"every {kind}, discrete or with densities, for which the expectations are finite"


def difference(claim):
    """Left minus right in normal form: an empty polynomial if and only if the equality is proved."""
    return clean(Normaliser(claim.facts, claim.times).poly(Terms(claim.lhs, Factors(Integer(-1), claim.rhs))))
