"""The method about laws that are not spelled out: expected log-densities in normal form."""

from sympy import Derivative, Integer, Limit
from sympy.core.function import AppliedUndef

from ...errors import DerivationError, NotDecided
from ...nodes.expressions import Factors, Terms
from ...nodes.functionals import ELBO, KL, Expectation
from ...nodes.laws import Density
from ...nodes.normal import N
from ...nodes.subject import about_laws
from ...nodes.walk import atoms, has, walk
from ..method import Method, Settled
from .left_over import LeftOver
from .normaliser import Normaliser, OfFormulas
from .numbers import vanishes_as_a_number
from .polynomials import ONE, add, clean, scale

__all__ = ["ExpectedLogDensities"]

_TAKEN = ((Derivative, "derivatives"), (Limit, "limits"))


class ExpectedLogDensities(Method):
    name = "expected log-densities"

    def applies(self, claim):
        return about_laws(*claim.sides) or any(isinstance(a, AppliedUndef) and any(_gives(f, a) for f in claim.facts) for e in claim.sides for a in walk(e))

    def difference(self, claim):
        return self.at_length(claim, {})

    def at_length(self, claim, lengths):
        """The same where the lengths of the chains are known: {symbol: value}."""
        settled = self.by(Normaliser, claim, lengths)
        if settled.left_over == 0 or not any(isinstance(f.left, Density) for f in claim.facts):
            return settled
        try:
            second = self.by(OfFormulas, claim, lengths)
        except (NotDecided, DerivationError):
            return settled
        return second if second.left_over == 0 else settled

    def by(self, kind, claim, lengths):
        normal = kind(claim.facts, claim.times, lengths)
        left = clean(normal.by_mixtures(normal.poly(Terms(claim.lhs, Factors(Integer(-1), claim.rhs)))))
        if left and normal.given.equations:
            left = reduced(left, list(normal.equations()))
        if left and vanishes_as_a_number(left):
            left = {}
        normal.free_divisors()
        return Settled(LeftOver(left) if left else 0, tuple(normal.conditions))

    def reach(self, claim):
        laws = {d.law for e in claim.sides for d in atoms(e, Density)}
        kind = "Markov law" if any(law.markov for law in laws) else "law"
        under = [what for node, what in _TAKEN if any(about_laws(a) and isinstance(a, node) for e in claim.sides for a in walk(e))]
        taken = f" and {' and '.join(under)} can be taken under them" if under else ""
        if not taken and _in_another_order(claim.lhs, claim.rhs):
            taken = " and can be taken in either order"
        if any(law.discrete for law in laws):
            which = " that is discrete" if all(law.discrete for law in laws) else ", discrete where it is declared so"
        else:
            which = " with densities" if any(map(_beside_a_normal_one, claim.sides)) else ", discrete or with densities"
        return f"every {kind}{which}, for which the expectations are finite{taken}"


def _in_another_order(left, right):
    """Whether two averages stand one in the other on both sides, the other way round: that both are finite does not make them equal."""
    first, second = _nested(left), _nested(right)
    return any((inner, outer) in second and outer != inner for outer, inner in first)


def _nested(e):
    """(outer, inner) of the averages that stand in one another, each by its law and what it draws."""
    return {(str(a.law), str(b.law)) for a in walk(e) if isinstance(a, Expectation) for b in walk(a.body) if isinstance(b, Expectation)}


def _gives(fact, e):
    """Whether a fact says a function's values by a law that is not spelled out."""
    return fact.relation == "=" and isinstance(fact.left, AppliedUndef) and fact.left.func == e.func and has(fact.right, Density)


def _beside_a_normal_one(e):
    """Whether a law that is not spelled out is compared with a normal density: a mass is no density, and its KL to one is infinite."""
    return any(isinstance(a, (KL, ELBO)) and has(a, N) and has(a, Density) for a in walk(e))


def reduced(poly, equations):
    """A polynomial less multiples of others that are 0, so that monomials of theirs are gone."""
    while equations:
        eq, *equations = equations
        pivots = [m for m, c in eq.items() if m != ONE and c.is_Rational]
        m = next((m for m in pivots if m in poly), next(iter(pivots), None))
        if m is None:
            continue
        poly, *equations = (clean(add(p, scale(eq, -p[m] / eq[m]))) if m in p else p for p in (poly, *equations))
    return poly
