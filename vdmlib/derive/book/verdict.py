"""Proof and probe of one equality, which must agree."""

from dataclasses import dataclass, replace

import sympy

from ..compute.arrays.evaluate import speaks_of_arrays
from ..errors import FAULTS, EngineError, NotDecided
from ..probe.agreement import Probe, probe
from ..prove.by_sign import by_sign
from ..prove.dispatch import FINITE, settle
from ..prove.method import Claim, Proof
from ..prove.premises import Premises
from ..show.text import text
from .facts import read_facts

__all__ = ["Verdict", "prove"]


@dataclass(frozen=True)
class Verdict(Proof):
    """A proof and what the probe found."""

    probe: Probe | None = None


def prove(lhs, rhs, facts=(), times=None, premises=None, instances=3):
    """Prove and probe an equality. The two must agree; if they do not, the engine itself is wrong and says so.

    premises: what is known beforehand; the conditions that the proof used are added to it.
    """
    facts = read_facts(facts)
    premises = Premises(facts, times) if premises is None else premises
    signed = tuple(replace(f, left=premises.with_signs(f.left), right=premises.with_signs(f.right)) for f in facts)
    sides = (by_sign(premises.with_signs(sympy.sympify(side)), premises) for side in (lhs, rhs))
    claim = Claim(*sides, signed, times)
    try:
        proof = settle(claim)
    except NotDecided as e:
        proof = Proof("proved", "none", str(e), e)
    except FAULTS as e:  # a false line has its counterexample all the same
        stuck = NotDecided(f"SymPy does not carry it out ({type(e).__name__}: {e})")
        proof = Proof("proved", "none", str(stuck), stuck)
    for c in proof.conditions:
        premises.add(c)
    seen = probe(lhs, rhs, facts, times, conditions=premises.conditions(), instances=instances)
    if not proof.proved and seen.agrees and proof.method != FINITE.name:
        proof = _on_the_finite_model(claim) or proof
    if proof.proved and seen.agrees is False:
        raise EngineError(
            f"prover and probe disagree on {text(lhs)} = {text(rhs)}: the method '{proof.method}' accepts it, but {seen.counterexample}. "
            "This is a fault of the engine or a missing assumption (positive=True?) on a symbol"
        )
    return Verdict(proof.status, proof.method, proof.reach, proof.left_over, proof.conditions, seen)


def _on_the_finite_model(claim):
    """The lesser verdict for a true line about densities that no proof reaches; None if it cannot be had either."""
    if any(map(speaks_of_arrays, claim.sides)) or not FINITE.applies(claim):
        return None
    try:
        proof = settle(claim, FINITE)
    except NotDecided:
        return None
    return proof if proof.proved else None
