r"""Functions that a text defines in what it is given: `f(t) = t^2 \implies f(0) = 0` speaks of f at every t."""

import sympy
from sympy.core.function import AppliedUndef

from .tree import names_in

__all__ = ["defined_for_every"]


def defined_for_every(given):
    """{place: (the function, its letters)} of the equations among (statement, its sides) that say what a function is at every value of its letters.

    Such a one has a function of distinct letters alone on its left, and them all on its right, which holds no function but
    such as are defined before; in what else is given a letter of it stands in other such equations alone.
    """
    found = {k: sides[0] for k, (s, *sides) in enumerate(given) if is_definition(s, *sides[:2])}
    while True:
        fixed = {name.key for k, (s, *_) in enumerate(given) if k not in found for name in names_in(s.sides)}
        known, kept = set(), {}
        for k, left in found.items():
            s, _, right = given[k]
            own = {name.key for name in names_in(s.sides[0].parts[1])}
            if own.isdisjoint(fixed) and left.func not in known and functions(right) <= known:
                kept[k] = left
                known.add(left.func)
        if len(kept) == len(found):
            return {k: (left.func, left.args) for k, left in kept.items()}
        found = kept


def is_definition(s, left, right):
    """Whether an equation has f(t) on its left, and t on its right."""
    if s.relations != ["="] or s.sides[0].kind != "apply" or s.sides[0].parts[0].primes or not isinstance(left, AppliedUndef):
        return False
    letters = left.args
    plain = all(isinstance(a, sympy.Symbol) for a in letters)
    return plain and len(set(letters)) == len(letters) and set(letters) <= sympy.sympify(right).free_symbols


def functions(e):
    """The functions of an expression of which it does not say what they are."""
    return {a.func for a in sympy.sympify(e).atoms(AppliedUndef)}
