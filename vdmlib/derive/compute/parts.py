"""Integration by parts: integrals of undefined functions with their derivatives moved, in one way, as far as they can be."""

import sympy
from sympy import Add, Mul, S

from .integrals import integrate, smooth_inside
from .jet import Jet

__all__ = ["by_name", "by_order", "by_parts"]

_SMOOTH = (sympy.exp, sympy.log, sympy.sin, sympy.cos, sympy.sinh, sympy.cosh, sympy.tanh, sympy.atan)
_STEPS = 60  # terms taken apart


def by_parts(e, lowered, tends_to_zero):
    """The same with every integral as values at its ends and integrals in which no derivative can be moved off.

    lowered: `by_name`, or `by_order`. tends_to_zero(F, x, lo, hi): is told what has to vanish at the infinite ends.
    """
    if not e.has(sympy.Integral):
        return e
    return e.replace(lambda a: isinstance(a, sympy.Integral) and len(a.limits) == 1 and len(a.limits[0]) == 3 and a.function.has(Jet),
                     lambda a: _moved(a.function, *a.limits[0], lowered, tends_to_zero))  # fmt: skip


def _moved(f, x, lo, hi, lowered, tends_to_zero):
    out, todo, steps = S.Zero, list(Add.make_args(sympy.expand(f))), 0
    while todo:
        term, steps = todo.pop(), steps + 1
        found = lowered(term, x, lo, hi) if steps < _STEPS else None
        if found is None:
            out += integrate(term, x, lo, hi)
            continue
        before, rest = found  # term = d/dx before + rest
        if lo.is_infinite or hi.is_infinite:
            tends_to_zero(before.as_independent(x, as_Add=False)[1], x, lo, hi)
        out += sum(sign * before.subs(x, end) for sign, end in ((1, hi), (-1, lo)) if not end.is_infinite)
        todo += Add.make_args(sympy.expand(rest))
    return out


def by_name(term, x, lo, hi):
    """(F, rest) with term = F′ + rest, a derivative of the function whose name comes first having been moved; None if none can be."""
    factors = [f.as_base_exp() for f in Mul.make_args(term) if f.has(x)]
    jets = [(b, n) for b, n in factors if isinstance(b, Jet)]
    if any(b.has(Jet) for b, _ in factors if not isinstance(b, Jet)) or not all(_along(b, x) and n.is_Integer and n > 0 for b, n in jets):
        return None
    if not jets:
        return None
    first = min(_name(b) for b, n in jets)
    own = [(b, n) for b, n in jets if _name(b) == first]
    top, power = max(own, key=lambda bn: sum(bn[0].orders))
    return _off(term, top, x, lo, hi) if power == 1 else None


def by_order(term, x, lo, hi):
    """The same for the one highest derivative, where all others are lower by two; and for a slope of the function whose name comes first.

    Logs and quotients of the functions may stand beside them: ∫ p″ log p = [p′ log p] − ∫ p′²/p.
    """
    jets = [j for j in term.atoms(Jet) if j.has(x)]
    if not jets or not all(_along(j, x) for j in jets):
        return None
    jets.sort(key=lambda j: (-_order(j, x), _name(j)))
    top, others = jets[0], jets[1:]
    k, next_ = _order(top, x), max((_order(j, x) for j in others), default=0)
    if k >= 2 and next_ <= k - 2 or k == 1 and next_ == 0 and all(_name(j) >= _name(top) for j in others):
        return _off(term, top, x, lo, hi)
    return None


def _off(term, top, x, lo, hi):
    """(F, rest) with term = F′ + rest, a derivative of one factor having been moved to the others."""
    place = top.at.index(x)
    if top.orders[place] == 0:
        return None
    low = top.raised(place, -1)
    m = next((n for b, n in (f.as_base_exp() for f in Mul.make_args(term)) if b == low), S.Zero)  # f^m f′ is the derivative of f^(m+1)/(m + 1)
    weight = term / (top * low**m)
    if weight.has(top, low) or not m.is_Integer or m < 0 or not smooth_inside(weight, x, lo, hi):
        return None
    if any(f.has(x) and not isinstance(f, (Jet, *_SMOOTH)) for f in weight.atoms(sympy.Function)):
        return None
    before = weight * low ** (m + 1) / (m + 1)
    rest = -weight.diff(x) * low ** (m + 1) / (m + 1)
    at_ends = [before.subs(x, end) for end in (lo, hi) if not end.is_infinite]
    return None if any(v.has(sympy.nan, sympy.zoo, sympy.oo) for v in at_ends) else (before, rest)


def _name(j):
    return j.args[0].name + str(j.at)


def _order(j, x):
    return j.orders[j.at.index(x)]


def _along(j, x):
    """Whether a function is taken at x in one of its arguments, and the others are free of it."""
    return list(j.at).count(x) == 1 and not any(a.has(x) for a in j.at if a != x)
