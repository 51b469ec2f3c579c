"""Values that a bound variable, or the variables of an inequality that holds for every value, can take."""

import itertools

import sympy
from sympy import Dummy
from sympy.core.function import AppliedUndef

from ..compute.positivity import positive
from ..nodes.expressions import plain
from .signs import settled

__all__ = ["at_values", "ways", "instances"]


def at_values(e, values):
    return e.subs(values, simultaneous=True) if values else e


def ways(over, holds):
    """Substitutions that put a range into the properties of fresh symbols, a few ways for each variable.

    holds(e, relation): whether a sign is known.
    """
    ways = [{}]
    for v, lo, hi in over:
        ways = [{**w, plain(v): e} for w in ways for e in _range(v, lo, hi, holds)]
    return ways


def _range(v, lo, hi, holds):
    lo, hi = (None if end is None or sympy.sympify(end).is_infinite else plain(sympy.sympify(end)) for end in (lo, hi))
    if lo is None and hi is None:
        signs = {k: True for k in ("positive", "negative", "nonnegative", "integer", "nonzero") if getattr(v, f"is_{k}", None)}
        return [Dummy(str(v), **(signs or {"real": True}))]
    if getattr(v, "is_integer", None):
        n = Dummy("k", integer=True, nonnegative=True)
        return ([lo + n] if lo is not None else []) + ([hi - n] if hi is not None else [])
    r = Dummy("r", positive=True)
    if lo is not None and hi is not None and positive(hi - lo):
        return [lo + (hi - lo) * r / (1 + r)]
    if lo is not None and hi is not None and lo.is_nonnegative and hi.is_nonnegative:  # between the two, whichever is larger
        return [Dummy(str(v), positive=True)]
    for sign, kind in ((1, "positive"), (-1, "negative")):
        if lo is not None and hi is not None and holds(sign * lo, ">") and holds(sign * hi, ">"):
            return [Dummy(str(v), **{kind: True})]
    return ([lo + r] if lo is not None and hi is None else []) + ([hi - r] if hi is not None and lo is None else []) or [Dummy(str(v), real=True)]


def instances(given, e, partly=False):
    """The inequality at the values of its variables at which its functions are those of the expression; partly: one of them is enough."""
    if not given.forall:
        yield given.left, given.right
        return
    fresh = {plain(v): Dummy(v.name, **plain(v).assumptions0) for v in given.forall}  # it may stand in the expression too
    left, right = (plain(side).xreplace(fresh) for side in (given.left, given.right))
    names = list(fresh.values())
    own = sorted({a for side in (left, right) for a in side.atoms(AppliedUndef) if a.free_symbols & set(names)}, key=sympy.default_sort_key)
    found = sorted(e.atoms(AppliedUndef), key=sympy.default_sort_key)
    seen = set()
    like = [[b for b in found if b.func == a.func and len(b.args) == len(a.args)] for a in own]
    matches = [dict(zip(own, chosen)) for chosen in itertools.product(*like)]
    matches += [{a: b} for a, bs in zip(own, like) for b in bs if set(names) <= a.free_symbols] if partly and len(own) > 1 else []
    for known in matches:
        equations = [x - y for a, b in known.items() for x, y in zip(a.args, b.args)]
        for values in sympy.solve(equations, names, dict=True) if equations else ():
            key = tuple(values.get(n, n) for n in names)
            if key not in seen and all(_may_be(n, v) for n, v in zip(names, key)):
                seen.add(key)
                at = dict(zip(names, key))
                yield tuple(_put(side, known, at) for side in (left, right))


def _put(e, known, at):
    """A side of an inequality at values of its variables; slopes at x are those of f(u) by u there, not of f(x) by u."""
    if not e.has(sympy.Derivative):
        return e.xreplace(known).subs(at, simultaneous=True)
    return e.subs(at, simultaneous=True).replace(lambda a: isinstance(a, sympy.Subs), lambda a: a.doit())


def _may_be(name, value):
    """Whether a value has the sign and kind that are declared of the variable that it is put in for."""
    if name == value:
        return True
    if name.is_integer and not value.is_integer:
        return False
    if name.is_positive:
        return settled(value, ">")
    if name.is_nonnegative:
        return settled(value, ">=")
    return not (name.is_negative or name.is_nonpositive or name.is_nonzero) or settled(-value, ">")
