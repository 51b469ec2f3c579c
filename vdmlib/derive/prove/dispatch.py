"""The smallest method that settles a line."""

from dataclasses import replace

from ..errors import DerivationError
from ..compute.positivity import supposing
from ..nodes.expressions import plain
from ..show.text import text
from .arrays import MatrixAlgebra
from .calculus import Calculus
from .copies.rewriting import of_copies, of_one
from .finite import FiniteModel
from .gaussian import GaussianAlgebra
from .induction import Induction
from .laws.method import ExpectedLogDensities
from .laws.whole_chains import WholeChains
from .method import Claim, Proof
from .schedule import ScheduleAlgebra
from .signs import speaks_of_laws
from .varying import refuse_varying

__all__ = ["FINITE", "METHODS", "residual", "settle"]

FINITE = FiniteModel()
METHODS = (MatrixAlgebra(), GaussianAlgebra(), WholeChains(), Induction(), ExpectedLogDensities(), FINITE, ScheduleAlgebra(), Calculus())


def settle(claim, method=None):
    """The proof of a claim, or what is left over of it, by the first method that applies or by the one given."""
    refuse_varying(claim)
    if of_copies(claim):
        one, conditions = of_one(claim)
        proof = settle(one, method)
        return replace(proof, reach=f"{proof.reach}, any number of independent copies", conditions=tuple(dict.fromkeys([*conditions, *proof.conditions])))
    for m in METHODS if method is None else (method,):
        if m.applies(claim):
            with supposing(_inequalities(claim)):
                settled = m.difference(claim)
            return Proof(m.status, m.name, m.reach(claim), settled.left_over, settled.conditions)
    raise DerivationError(f"no method applies to {text(claim.lhs)} = {text(claim.rhs)}")


def _inequalities(claim):
    """What the facts say is positive, in free symbols."""
    return [plain(f.left) - plain(f.right) for f in claim.facts
            if f.relation == ">" and not f.forall and not speaks_of_laws(f.left) and not speaks_of_laws(f.right)]  # fmt: skip


def residual(lhs, rhs, facts=(), times=None, method=None):
    """(what is left over of left − right, method, reach): 0 left over if and only if the equality is proved.

    method: "finite model" for that one; by default the smallest that applies.
    """
    proof = settle(Claim(lhs, rhs, facts, times), FINITE if method == FINITE.name else None)
    return proof.left_over, proof.method, proof.reach
