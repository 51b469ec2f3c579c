"""A symbol whose value varies under a derivative, a limit or an integral has no one value there; a law has no slope."""

import re

import sympy
from sympy import Symbol
from sympy.core.function import AppliedUndef
from sympy.tensor.indexed import Indexed

from ..errors import DerivationError
from ..nodes.expressions import Sized, plain
from ..nodes.fields import Operator
from ..nodes.functionals import Expectation, Functional, Over
from ..nodes.laws import At, Block, Density, Law, Variable
from ..nodes.schedules import ScheduleValue
from ..nodes.total import Total
from ..nodes.walk import atoms, drawn_by, walk
from ..show.text import text

__all__ = ["refuse_varying"]


def refuse_varying(claim):
    """Raise where a symbol, or a density, with a fact stands under a binder of something that its value holds."""
    for side in claim.sides:
        _dimensions_stay(side)
        _laws_stay(side)
    given = {}
    for f in claim.facts:
        if f.relation == "=" and f.forall and isinstance(plain(f.left), (AppliedUndef, Indexed)):
            given[_key(f.left)] = f
        if f.relation == "=" and isinstance(f.left, (Symbol, At, ScheduleValue, Density)) and plain(f.left) not in map(plain, f.forall):
            given[_key(f.left)] = f
    if given:
        for side in claim.sides:
            _look(side, frozenset(), given)


def _dimensions_stay(e):
    """Raise where a dimension varies: a vector has the one number of coordinates that it was declared with."""
    parts = list(walk(e))
    sizes = {n for a in parts if isinstance(a, Sized) for n in a.shape if n.is_Symbol}
    for a in parts if sizes else ():
        varies = sizes & set(_binds(a)) or sizes & {plain(v) for v in _binds(a) if isinstance(v, Symbol)}
        if varies:
            n = min(varies, key=str)
            raise DerivationError(f"{n} is a number of dimensions, and {text(a)} takes more than one {n}: a vector has one size")


def _laws_stay(e):
    """Raise where a derivative is by what a law has in its index, or is given: as a law it depends on no number."""
    for a in walk(e):
        if not isinstance(a, (sympy.Derivative, Operator)):
            continue
        for v in _binds(a):
            for d in atoms(a, Density):
                index = re.findall("[A-Za-z]+", d.law.name.partition("_")[2])
                if str(plain(v)).strip("\\") in index or isinstance(v, Variable) and v in d.right and isinstance(a, sympy.Derivative):
                    raise DerivationError(
                        f"{text(a)}: a law depends on no number, so {text(d)} has no slope in {text(v)}. Write the density as a function of both, "
                        f"{_letter(d)} = undefined(\"{_letter(d)}\", positive=True), its mean as Integral({_letter(d)}(x, {text(v)})*f(x), (x, -oo, oo)), "
                        f"and as a fact that fact(Integral({_letter(d)}(x, {text(v)}), (x, -oo, oo)), 1, forall={text(v)})"
                    )


def _letter(d):
    return d.law.name.partition("_")[0]


_NAMED = (Symbol, At, ScheduleValue, Density, AppliedUndef, Indexed)


def _look(e, bound, given):
    if isinstance(e, Law):
        return
    f = given.get(_key(e)) if isinstance(e, _NAMED) and _key(e) not in bound else None
    varies = bound & _held(f, given) if f else None
    if varies:
        v = min(varies, key=str)
        raise DerivationError(
            f"the fact {text(f.left)} = {text(f.right)} speaks of one {text(v)}, and {text(f.left)} stands where {text(v)} takes every value. "
            f"Write it as a function that has this value for every {text(v)}: fact(…({text(v)}), …, forall={text(v)})"
        )
    inside = bound | {_key(v) for v in _binds(e)}
    for a in getattr(e, "args", ()):
        if isinstance(a, sympy.Basic):
            _look(a, inside, given)


def _binds(e):
    """What a node takes every value of, or values around a point."""
    if isinstance(e, (Expectation, Over, Functional)):
        return drawn_by(e)
    if isinstance(e, (sympy.Integral, sympy.Sum, sympy.Product, sympy.Subs)):
        return e.variables
    if isinstance(e, sympy.Derivative):
        return [v for v in e.variables if isinstance(v, (Symbol, At))]
    if isinstance(e, Operator):
        return [e.by]
    if isinstance(e, sympy.Limit):
        return [e.args[1]]
    return [e.args[1]] if isinstance(e, Total) else ()


def _held(f, given, seen=()):
    """What the value of a fact holds, itself or by other facts, and is not meant for every value of."""
    own = {_key(v) for v in (*f.left.left, *f.left.right)} if isinstance(f.left, Density) else set()
    out = _names(f.right) | (_names(f.left) if isinstance(plain(f.left), (AppliedUndef, Indexed)) else set())
    for name in list(out):
        g = given.get(name)
        if g is not None and g is not f and g not in seen:
            out |= _held(g, given, (*seen, f))
    return {n for n in out if n != _key(f.left)} - own - {_key(s) for s in f.forall}


def _names(e):
    """The symbols and variables that are free in an expression, and the densities and α_t's by which a fact may bring in more."""
    if isinstance(e, Law):
        return set()
    own = {_key(e)} if isinstance(e, _NAMED) else set()
    inner = [e.args[1]] if isinstance(e, At) else [a for a in getattr(e, "args", ()) if isinstance(a, sympy.Basic)]
    out = own.union(*[_names(a) for a in inner])
    return out if isinstance(e, (sympy.Derivative, Total)) else out - {_key(v) for v in _binds(e)}


def _key(e):
    if isinstance(e, Density):
        return e.law, frozenset(e.left), frozenset(e.right)
    if isinstance(e, (At, Block, ScheduleValue)):
        return e
    if isinstance(e, AppliedUndef):
        return e.func.__name__, len(e.args)
    return plain(e.base) if isinstance(e, Indexed) else plain(e)
