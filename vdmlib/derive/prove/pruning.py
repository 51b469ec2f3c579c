"""Of the conditions that were found, those that follow from the others are not shown."""

from dataclasses import replace

import sympy

from ..compute.arrays.evaluate import speaks_of_arrays
from ..nodes.laws import Density
from ..nodes.walk import atoms
from .domain import of_densities
from .signs import speaks_of_laws


def prune(premises, keep=()):
    """Drops what follows from the rest, the longest first; conditions in `keep` stay."""
    for c in sorted(premises.made, key=lambda c: -sympy.sympify(c.left).count_ops()):
        if c in keep or c.relation not in (">", ">=", "!="):
            continue
        every, premises.made = premises.made, [m for m in premises.made if m != c]
        if not follows(c, premises):
            premises.made = every


def follows(c, premises):
    """Whether a condition holds by the others, as it stands, by its factors, or with the values that facts give."""
    if c.relation == ">" and of_densities(c.left):  # their sign is a convention that the line must name: it follows from that of each density alone
        named = {m.left for m in premises.made if m.relation == ">" and m.over == c.over}
        return atoms(c.left, Density) <= named and c.left not in named
    known = premises.holds(c.left, c.relation, c.over)
    if known or speaks_of_laws(c.left) or speaks_of_arrays(c.left):
        return known
    value = premises.carried_out(c.left)
    return not premises.settle(c) or value is not None and not premises.settle(replace(c, left=value))
