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
    every = [(length, c) for length, conditions in (*cases.items(), (None, step)) for c in conditions]
    every.sort(key=lambda of: not _moves(of[1]))  # x_0 beside x_T is x_0 in each length: beside x_3 it may be x_{T − 3} as well
    for length, c in every:
        found = _form(c, T, forms)
        if found is None:
            said[c] = None
        else:
            form, first, final = found
            forms.setdefault(form, []).append((length, first, final))
    for form, places in forms.items():
        said.update(dict.fromkeys(_said(form, places, T, last)))
    return tuple(said)


def _moves(c):
    """Whether a condition names times that are no numbers."""
    return any(isinstance(v, At) and not plain(v.args[1]).is_number for v in [*_variables(c.left), *_variables(c.right)])


def _form(c, T, forms):
    """(the condition at the time `_TIME`, its first time, its last) where its times are numbers, T + k, or run over one range.

    forms: those found so far. Numbers beside times of another kind stay what they are.
    """
    variables = [*_variables(c.left), *_variables(c.right), *[v for v, _, _ in c.over if not isinstance(v, Symbol)]]
    ranges = {plain(v): (plain(lo), plain(hi)) for v, lo, hi in c.over if isinstance(v, Symbol)}
    if None in variables or not all(isinstance(v, At) for v in variables) or len(ranges) > 1:
        return None
    times = {plain(v.args[1]) for v in variables}
    origin = next(iter(ranges), T if any(u.has(T) for u in times) else Integer(0))
    moving = {u for u in times if origin == 0 or u.has(origin)}
    if not moving or not all((u - origin).is_Integer for u in moving) or not all(u.is_Integer for u in times - moving):
        return None
    latest = max(moving, key=lambda u: u - origin)
    if origin == 0:
        known = next((form for form in forms if _at(form, latest) == _at(_moved_to(c, {}), latest)), None)
        if known is not None:
            return known, latest, latest
    first, final = (latest.subs(origin, end) for end in ranges.get(origin, (origin, origin))) if origin != 0 else (latest, latest)
    return _moved_to(c, {u: _TIME + (u - latest) for u in moving}), first, final


def _moved_to(c, times):
    """A condition at other times, without the range of one."""
    over = tuple((v, None, None) for v in sorted((_moved(v, times) for v, _, _ in c.over if not isinstance(v, Symbol)), key=_place))
    return replace(c, left=_moved(c.left, times), right=_moved(c.right, times), over=over)


def _variables(e):
    """The variables of a product of densities; None among them where it is no such product."""
    e = sympy.sympify(e)
    if isinstance(e, Density):
        return [*e.left, *e.right]
    if isinstance(e, (Factors, Mul)):
        return [v for a in e.args for v in _variables(a)]
    return [] if e.is_Integer else [None]


def _moved(e, times):
    """Variables, densities and their products at other times, in their order; a law stays as it is."""
    e = sympy.sympify(e)
    if isinstance(e, At):
        return At(e.args[0], times.get(plain(e.args[1]), plain(e.args[1])))
    if isinstance(e, Density):
        return Density(e.law, *[sorted((_moved(v, times) for v in vs), key=_place) for vs in (e.left, e.right)])
    return e.func(*[_moved(a, times) for a in e.args]) if e.args else e


def _place(v):
    """Where a variable stands among others of its kind: by its name, numbers before other times."""
    time = plain(v.args[1])
    return str(v.args[0]), not time.is_number, time if time.is_number else time - _TIME


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
    each = _at(form, letter)
    return [replace(each, over=((letter, Integer(first), final), *each.over))]


def _latest(bases, length):
    """The last time that a length needs."""
    return max(time for k, time in bases if k == length)


def _at(form, time):
    """A form at one time."""
    return _moved_to(form, {u: u.subs(_TIME, time) for v in [*_variables(form.left), *_variables(form.right)] for u in [plain(v.args[1])] if u.has(_TIME)})
