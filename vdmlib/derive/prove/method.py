"""What every method of proof has in common, and what it is asked."""

from dataclasses import dataclass

import sympy

from ..nodes.hypotheses import Fact
from ..nodes.times import Times

__all__ = ["Claim", "Method", "Proof", "Settled"]


@dataclass(frozen=True)
class Claim:
    """`lhs = rhs` under facts (a pair is a fact about the point it names); times: what is known of the symbols in indices."""

    lhs: object
    rhs: object
    facts: tuple = ()
    times: Times | None = None

    def __post_init__(self):
        object.__setattr__(self, "lhs", sympy.sympify(self.lhs))
        object.__setattr__(self, "rhs", sympy.sympify(self.rhs))
        facts = (f if isinstance(f, Fact) else Fact(*map(sympy.sympify, f)) for f in self.facts)
        object.__setattr__(self, "facts", tuple(facts))

    @property
    def sides(self):
        return self.lhs, self.rhs


@dataclass(frozen=True)
class Settled:
    """What is left over of a claim (0 if it is proved), and the conditions that this rests on."""

    left_over: object
    conditions: tuple = ()


class Method:
    """One way to prove an equality.

    name: as the verdict shows it. status: what a proof by this method earns.
    """

    name = "?"
    status = "proved"

    def applies(self, claim):
        """Whether the claim is of the kind that this method is about."""
        raise NotImplementedError

    def difference(self, claim):
        """Left minus right in normal form, `Settled`: 0 left over if the claim is proved, else something to read."""
        raise NotImplementedError

    def reach(self, claim):
        """For which objects a proof by this method holds, in words."""
        raise NotImplementedError


@dataclass(frozen=True)
class Proof:
    """`left_over` is 0 if the equality is proved, under `conditions`; `status` is what the method can earn."""

    status: str
    method: str
    reach: str
    left_over: object
    conditions: tuple = ()

    @property
    def proved(self):
        return self.left_over == 0
