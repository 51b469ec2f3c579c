"""What is said of an inequality without its gap: the gap that was found for it, the law that lacks a word, or where it is false."""

from ..budget import budget
from ..errors import FAULTS, DerivationError
from ..nodes.laws import Density
from ..nodes.walk import atoms
from ..probe.agreement import probe
from ..show.readable import readable
from ..show.text import text
from .facts import read_facts
from .gaps import candidates
from .line import Line
from .missing import as_discrete, with_put

__all__ = ["without_gap"]

SECONDS = 8  # for the search
FORMS = "a sum of KLs, of phi(u) with u > 0, of squares, of entropies of a discrete law, with weights ≥ 0"


def without_gap(label, before, relation, expression, facts, times):
    """The error for a line that says ≥ or ≤, and not by how much."""
    line = readable(f"{text(before)} {relation} {text(expression)}")
    try:
        with budget("a gap", SECONDS):
            said = _searched(before, relation, expression, facts, times)
    except (DerivationError, *FAULTS):
        said = ""
    return DerivationError(f"line {label} lacks gap=: the difference of the two sides of {line}, in a form that cannot be negative. {said or f'None was found; it can be {FORMS}'}")


def _searched(before, relation, expression, facts, times):
    larger, smaller = (before, expression) if relation == ">=" else (expression, before)
    seen = probe(larger, smaller, read_facts(facts), times, relation=">=")
    if seen.agrees is False:
        return f"There is none, the line is false: {readable(seen.counterexample or '')}"
    found = _gap(before, relation, expression, facts, times)
    if found:
        return f"It is proved with {found}"
    laws = {d.law: None for e in (before, expression) for d in atoms(e, Density) if not d.law.discrete}
    lacks = [as_discrete(law) for law in laws]
    put = {thing: other for lack in lacks for thing, other in lack.put}
    found = _gap(with_put(before, put), relation, with_put(expression, put), facts, times) if put else ""
    return f"It is proved if {' and '.join(lack.says for lack in lacks)}, {', '.join(lack.type for lack in lacks)}, with {found}" if found else ""


def _gap(before, relation, expression, facts, times):
    """What is typed for a gap that the engine accepts; empty where none is found."""
    larger, smaller = (before, expression) if relation == ">=" else (expression, before)
    for gap in candidates(larger, smaller, read_facts(facts)):
        gap, names = gap if isinstance(gap, tuple) else (gap, [])
        try:
            Line("own.gap", before, relation, expression, gap=gap, facts=[*facts, *names], times=times)
        except (DerivationError, *FAULTS):
            continue
        more = ", ".join(f"({text(name)}, {text(value)})" for name, value in names)
        kinds = "".join(f", {text(name)} = symbol(\"{text(name)}\"{', positive=True' if name.is_positive else ''})" for name, _ in names)
        return readable(f"gap={text(gap)}").replace("φ(", "phi(") + (f" and facts=[{readable(more)}]{kinds}" if more else "")
    return ""
