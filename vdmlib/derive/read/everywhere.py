r"""Functions that a text defines, in what it is given or in a line: `f(t) = t^2 \implies f(0) = 0` speaks of f at every t."""

import sympy
from sympy.core.function import AppliedUndef

from ..nodes.expressions import plain
from ..nodes.hypotheses import fact
from ..nodes.schedules import Scheduled
from ..nodes.walk import walk as walk_nodes
from ..show.latex import tex
from .tree import names_in, walk

__all__ = ["defined_for_every", "defined_in_lines", "is_of_defined", "left_open", "beyond"]


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
    if s.relations not in (["="], [":="]) or s.sides[0].kind != "apply" or s.sides[0].parts[0].primes or not isinstance(left, AppliedUndef):
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


# --- in lines, beside those that are claimed


def defined_in_lines(claims, kinds, meaning, fixed):
    """{place: the fact for every value of its letters} of the lines `f(t) = …` that say of what function others speak.

    kinds: what each line does. fixed: letters of which something is given. A function that two lines define is none of them:
    which is meant is not known.
    """
    fixed = fixed | {s.sides[0].parts[0].key for s, kind in zip(claims, kinds) if kind == "name" and s.sides[0].kind == "name"}
    places = [k for k, s in enumerate(claims) if is_of_a_function(s, kinds[k]) and is_used_beside(claims, k)]
    said = [(claims[k], *map(meaning, claims[k].sides)) for k in places]
    every = {j: of for j, of in defined_for_every(said, fixed).items() if not isinstance(said[j][1], Scheduled)}
    functions = [function for function, _ in every.values()]
    found = {places[j]: fact(*said[j][1:], forall=letters) for j, (function, letters) in every.items() if functions.count(function) == 1}
    for f in found.values():
        meaning.say(f"every {f.left}", f"${tex(f.left)} = {tex(f.right)}$ holds for every ${', '.join(map(tex, f.forall))}$")
    return found


def is_of_defined(s, kind, defined):
    """Whether a line that could say what something is speaks of functions that other lines define: f'(t) = 2t, f(0) = 1."""
    if kind == "equation":
        applied = {node.parts[0].unprimed.key for node in walk(s.sides) if node.kind == "apply"}
        return bool(applied) and applied <= defined
    left = s.sides[0].parts[0] if s.sides[0].kind in ("power", "group") else s.sides[0]
    return kind == "name" and left.kind == "apply" and left.parts[0].unprimed.key in defined


def left_open(claims, kinds, defined):
    """(a function, its letter) of a line that defines it and gives no fact, while others speak of it; None where there is none."""
    for k, s in enumerate(claims):
        if is_of_a_function(s, kinds[k]) and s.sides[0].parts[0].unprimed.key not in defined and is_used_beside(claims, k):
            return s.sides[0].parts[0].unprimed.key, next((name.key for name in names_in(s.sides[0].parts[1])), "value")
    return None


def beyond(facts, sides):
    """(a function, where, its letter) of which a fact says what it is for a letter's values, while the sides hold it where the letter may not be; None where there is none."""
    given = {f.function: f.forall for f in facts if getattr(f, "function", None)}
    for a in (a for side in sides for a in walk_nodes(side) if isinstance(a, AppliedUndef) and a.func in given):
        for letter, place in zip(given[a.func], a.args):
            if letter.is_positive and not plain(place).is_positive or letter.is_integer and not plain(place).is_integer:
                return a.func.__name__, place, letter
    return None


def is_of_a_function(s, kind):
    return kind == "name" and s.sides[0].kind == "apply" and not s.sides[0].parts[0].primes and len(s.sides) == 2


def is_used_beside(claims, k):
    """Whether other lines speak of the function of this one."""
    key = claims[k].sides[0].parts[0].unprimed.key
    return any(node.kind == "apply" and node.parts[0].unprimed.key == key for j, s in enumerate(claims) if j != k for node in walk([side for side in s.sides if side is not None]))
