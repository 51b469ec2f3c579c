"""The check behind a ✓: a proof, a probe by code that shares nothing with it, and the conditions of both."""

from dataclasses import dataclass

from ..errors import DerivationError, NotDecided
from ..nodes.hypotheses import Condition
from ..probe.agreement import Probe, probe
from ..prove import finite
from ..prove.dispatch import residual
from ..show.text import text

__all__ = ["Proof", "check"]


@dataclass(frozen=True)
class Proof:
    """`left_over` is 0 if the equality is proved; `status` is what the method can earn; `conditions` are what it used."""

    status: str
    method: str
    reach: str
    left_over: object
    conditions: tuple[Condition, ...] = ()
    probe: Probe | None = None

    @property
    def proved(self):
        return self.left_over == 0


def check(lhs, rhs, known, facts=(), times=None, instances=3):
    """Prove and probe an equality under what is known; the conditions that the proof used are added to it.

    The two must agree; if they do not, the engine itself is wrong and says so.
    """
    try:
        left_over, method, reach, used = residual(lhs, rhs, facts, times)
    except NotDecided as e:
        left_over, method, reach, used = e, "none", str(e), ()
    for c in used:
        known.add(c)
    seen = probe(lhs, rhs, facts, times, conditions=tuple(known.made), instances=instances)
    if left_over != 0 and seen.agrees and method != finite.METHOD:
        left_over, method, reach = _on_the_finite_model(lhs, rhs, facts) or (left_over, method, reach)
    status = "exact on finite model" if method == finite.METHOD else "proved"
    if left_over == 0 and seen.agrees is False:
        raise DerivationError(
            f"prover and probe disagree on {text(lhs)} = {text(rhs)}: the method '{method}' accepts it, but {seen.counterexample}. "
            "This is a fault of the engine or a missing assumption (positive=True?) on a symbol"
        )
    return Proof(status, method, reach, left_over, tuple(used), seen)


def _on_the_finite_model(lhs, rhs, facts):
    """The lesser verdict for a true line about densities that no proof reaches; None if it cannot be had either."""
    if not finite.applies(lhs, rhs, facts):
        return None
    try:
        left_over = finite.difference(lhs, rhs, facts)
    except NotDecided:
        return None
    return (0, finite.METHOD, finite.reach(lhs, rhs)) if left_over == 0 else None
