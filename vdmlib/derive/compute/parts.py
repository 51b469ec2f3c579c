"""Integration by parts: integrals of undefined functions with their derivatives moved, in one way, as far as they can be."""

import sympy
from sympy import Add, Mul, S

from .integrals import integrate, smooth_inside
from .jet import Jet

__all__ = ["by_parts"]

_SMOOTH = (sympy.exp, sympy.log, sympy.sin, sympy.cos, sympy.sinh, sympy.cosh, sympy.tanh, sympy.atan)
_STEPS = 60  # terms taken apart


def by_parts(e):
    """The same with every integral over a finite range as values at its ends and integrals in which no derivative can be moved off.

    In each product the derivatives of the function whose name comes first are moved to the others.
    """
    if not e.has(sympy.Integral):
        return e
    return e.replace(lambda a: isinstance(a, sympy.Integral) and len(a.limits) == 1 and len(a.limits[0]) == 3 and a.function.has(Jet),
                     lambda a: _moved(a.function, *a.limits[0]))  # fmt: skip


def _moved(f, x, lo, hi):
    if lo.is_infinite or hi.is_infinite:
        return sympy.Integral(f, (x, lo, hi))
    out, todo, steps = S.Zero, list(Add.make_args(sympy.expand(f))), 0
    while todo:
        term, steps = todo.pop(), steps + 1
        found = _lowered(term, x, lo, hi) if steps < _STEPS else None
        if found is None:
            out += integrate(term, x, lo, hi)
            continue
        before, rest = found  # term = d/dx before + rest
        out += before.subs(x, hi) - before.subs(x, lo)
        todo += Add.make_args(sympy.expand(rest))
    return out


def _lowered(term, x, lo, hi):
    """(F, rest) with term = F′ + rest, a derivative of its first function having been moved; None if none can be."""
    factors = [f.as_base_exp() for f in Mul.make_args(term) if f.has(x)]
    jets = [(b, n) for b, n in factors if isinstance(b, Jet)]
    if any(b.has(Jet) for b, _ in factors if not isinstance(b, Jet)) or not all(_along(b, x) and n.is_Integer and n > 0 for b, n in jets):
        return None
    if not jets:
        return None
    first = min(b.args[0].name + str(b.at) for b, _ in jets)
    own = [(b, n) for b, n in jets if b.args[0].name + str(b.at) == first]
    top, power = max(own, key=lambda bn: sum(bn[0].orders))
    place = top.at.index(x)
    if top.orders[place] == 0 or power != 1:
        return None
    low = top.raised(place, -1)
    m = next((n for b, n in own if b == low), S.Zero)  # f^m f′ is the derivative of f^(m+1)/(m + 1)
    weight = term / (top * low**m)
    plain_part = weight.subs({b: S.One for b, _ in jets})
    if not smooth_inside(plain_part, x, lo, hi) or any(f.has(x) and not isinstance(f, _SMOOTH) for f in plain_part.atoms(sympy.Function)):
        return None
    before = weight * low ** (m + 1) / (m + 1)
    rest = -weight.diff(x) * low ** (m + 1) / (m + 1)
    at_ends = [before.subs(x, end) for end in (lo, hi)]
    return None if any(v.has(sympy.nan, sympy.zoo, sympy.oo) for v in at_ends) else (before, rest)


def _along(j, x):
    """Whether a function is taken at x in one of its arguments, and the others are free of it."""
    return list(j.at).count(x) == 1 and not any(a.has(x) for a in j.at if a != x)
