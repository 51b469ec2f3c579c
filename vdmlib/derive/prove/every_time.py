"""What a proof by induction asks of densities at one time after the other, said once: for every time of the chain."""

from dataclasses import replace

import sympy
from sympy import Integer, Mul, Symbol

from ..nodes.expressions import Factors, plain
from ..nodes.laws import At, Density

__all__ = ["for_every_time"]

_TIME = Symbol("_s", integer=True)  # of a form


def for_every_time(cases, step, T, last):
    """The conditions of a line about the length T, from those of its first lengths and of the step from T to T + 1.

    cases: {length: conditions}. step: conditions that hold T, for every T ≥ last.
    """
    T, said, forms = plain(T), {}, {}
    for length, conditions in (*cases.items(), (None, step)):
        for c in conditions:
            found = _form(c, T)
            if found is None:
                said[c] = None
            else:
                form, first, final = found
                forms.setdefault(form, []).append((length, first, final))
    for form, places in forms.items():
        said.update(dict.fromkeys(_said(form, places, T, last)))
    return tuple(said)


def _form(c, T):
    """(the condition at the time `_TIME`, its first time, its last) where all its times are numbers, T + k, or run over one range."""
    variables = [*_variables(c.left), *_variables(c.right), *[v for v, _, _ in c.over if not isinstance(v, Symbol)]]
    ranges = {plain(v): (plain(lo), plain(hi)) for v, lo, hi in c.over if isinstance(v, Symbol)}
    if None in variables or not all(isinstance(v, At) for v in variables) or len(ranges) > 1:
        return None
    times = {plain(v.args[1]) for v in variables}
    origin = next(iter(ranges), T if any(u.has(T) for u in times) else Integer(0))
    if not times or not all((u - origin).is_Integer for u in times):
        return None
    latest = max(times, key=lambda u: u - origin)
    shift = _TIME - latest
    over = tuple((_moved(v, shift), lo, hi) for v, lo, hi in c.over if not isinstance(v, Symbol))
    first, final = (latest.subs(origin, end) for end in ranges.get(origin, (origin, origin))) if origin != 0 else (latest, latest)
    return replace(c, left=_moved(c.left, shift), right=_moved(c.right, shift), over=over), first, final


def _variables(e):
    """The variables of a product of densities; None among them where it is no such product."""
    e = sympy.sympify(e)
    if isinstance(e, Density):
        return [*e.left, *e.right]
    if isinstance(e, (Factors, Mul)):
        return [v for a in e.args for v in _variables(a)]
    return [] if e.is_Integer else [None]


def _moved(e, shift):
    """Variables, densities and their products at other times; a law stays as it is."""
    e = sympy.sympify(e)
    if isinstance(e, At):
        return At(e.args[0], plain(e.args[1]) + shift)
    if isinstance(e, Density):
        return Density(e.law, [_moved(v, shift) for v in e.left], [_moved(v, shift) for v in e.right])
    return e.func(*[_moved(a, shift) for a in e.args]) if e.args else e


def _said(form, places, T, last):
    """A form at one time, or from the first time that some length needs to the last."""
    bases = [(length, int(time)) for length, *ends in places if length is not None for time in ends]
    beyond = [ends for length, *ends in places if length is None]
    first = min([time for _, time in bases] + [int(low.subs(T, last)) for low, _ in beyond])
    if len({_latest(bases, length) for length, _ in bases}) <= 1 and not any(high.has(T) for _, high in beyond):
        final = Integer(max([time for _, time in bases] + [int(high) for _, high in beyond]))
    else:  # as far beyond T in every length
        final = T + max([time - length for length, time in bases] + [int((high - T - 1).subs(T, last)) for _, high in beyond])
    if final == first:
        return [_at(form, final)]
    letter = Symbol(next(c for c in "tsrijk" if c != T.name), integer=True)
    every = _at(form, letter)
    return [replace(every, over=((letter, Integer(first), final), *every.over))]


def _latest(bases, length):
    """The last time that a length needs."""
    return max(time for k, time in bases if k == length)


def _at(form, time):
    """A form at one time."""
    shift = time - _TIME
    over = tuple((_moved(v, shift), lo, hi) for v, lo, hi in form.over)
    return replace(form, left=_moved(form.left, shift), right=_moved(form.right, shift), over=over)
