r"""Functions that a text defines in what it is given: `f(t) = t^2 \implies f(0) = 0` speaks of f at every t."""

import sympy
from sympy.core.function import AppliedUndef

from .tree import names_in

__all__ = ["defined_for_every"]


def defined_for_every(given, fixed):
    """{place: (the function, its letters)} of the equations among (statement, its sides) that say what a function is at every value of its letters.

    Such a one has a function of distinct letters alone on its left, and them all on its right, which does not lead back to
    that function; no letter of it is fixed, by the text or by what else is given.
    """
    found = {k: sides[0] for k, (s, *sides) in enumerate(given) if is_definition(s, *sides[:2])}
    while True:
        held = {name.key for k, (s, *_) in enumerate(given) if k not in found for name in names_in(s.sides)} | set(fixed)
        kept = {k: left for k, left in found.items() if held.isdisjoint(name.key for name in names_in(given[k][0].sides[0].parts[1]))}
        kept = without_circles(kept, given)
        if len(kept) == len(found):
            return {k: (left.func, left.args) for k, left in kept.items()}
        found = kept


def is_definition(s, left, right):
    """Whether an equation has f(t) on its left, and t on its right."""
    if s.relations != ["="] or s.sides[0].kind != "apply" or s.sides[0].parts[0].primes or not isinstance(left, AppliedUndef):
        return False
    letters = left.args
    return all(isinstance(a, sympy.Symbol) for a in letters) and len(set(letters)) == len(letters) and set(letters) <= sympy.sympify(right).free_symbols


def without_circles(found, given):
    """Those of the definitions that can be put one after the other, each of what is said before it."""
    left, known = dict(found), {}
    while ready := {k: f for k, f in left.items() if not functions(given[k][2]) & {other.func for other in left.values()}}:
        known |= ready
        left = {k: f for k, f in left.items() if k not in ready}
    return known


def functions(e):
    """The functions of an expression of which it does not say what they are."""
    return {a.func for a in sympy.sympify(e).atoms(AppliedUndef)}
