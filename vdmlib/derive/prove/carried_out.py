"""Both sides of a line carried out and compared: what the Gaussian, the schedule and the calculus method share.

An equality is proved if its difference vanishes identically once everything is carried out; or if the
difference vanishes at one end of an integral and its derivative by that end vanishes everywhere (Taylor's
remainder, integration by parts); or by induction on the upper limit of a sum or product.
"""

import sympy
from sympy import S

from ..compute.evaluator import Evaluator
from ..compute.integrals import reintegrate
from ..compute.jet import written
from ..compute.logs import log_of_product
from ..compute.reduce_schedules import Reducer
from ..compute.zero import simplify_zero
from ..errors import DerivationError
from ..nodes.expressions import plain
from ..nodes.schedules import ScheduleValue
from ..nodes.walk import atoms
from .method import Settled

__all__ = ["difference"]

_DEPTH = 4  # how often a residual is differentiated to show that it vanishes
_KNOWN, _KEPT = {}, 256  # expressions carried out, with their conditions; a line and its mutants share a side


def difference(claim):
    """Left minus right, carried out: 0 if the claim is proved, else a readable residual."""
    ev = Evaluator(claim.facts, claim.times)
    ev.schedules = _reducer([*claim.sides, *[f.right for f in claim.facts]])
    left, right = (_carried_out(e, claim, ev) for e in claim.sides)
    return Settled(_compared(left, right, ev), tuple(ev.conditions))


def _carried_out(e, claim, ev):
    least = frozenset(claim.times.least.items()) if claim.times else ()
    key = (e, claim.facts, least, frozenset(ev.schedules.first.items()))
    if key not in _KNOWN:
        before, ev.conditions = ev.conditions, {}
        out = ev(e)
        while len(_KNOWN) >= _KEPT:
            del _KNOWN[next(iter(_KNOWN))]
        _KNOWN[key], ev.conditions = (out, ev.conditions), before
    out, conditions = _KNOWN[key]
    ev.conditions |= conditions
    return out


def _compared(left, right, ev):
    if left == right and not left.has(sympy.nan):
        return S.Zero
    if left.is_infinite or right.is_infinite or left.has(sympy.nan, sympy.zoo) or right.has(sympy.nan, sympy.zoo):
        return sympy.Add(left, -right, evaluate=False)
    densities = all(e.has(sympy.exp) and not e.is_Add for e in (left, right))
    logs = [log_of_product(e) for e in (left, right)] if densities else [None]
    if None not in logs:  # the logs of densities are the smaller expressions
        return S.Zero if prove_zero(logs[0] - logs[1], ev) == 0 else written(left - right)
    return written(prove_zero(left - right, ev))


def _reducer(exprs):
    """How the ᾱ's that stand in these expressions are written; those of bound times are left to the zero test."""
    return Reducer([plain(a) for e in exprs for a in atoms(e, ScheduleValue)])


def prove_zero(e, ev=None, depth=0):
    """0 if e is identically zero: at once, or because e vanishes somewhere and its derivative everywhere."""
    given = ev.relations if ev else ()
    r = simplify_zero(e, given)
    if r == 0:
        return S.Zero
    if depth < _DEPTH and not given:
        for y, a in _moving_ends(e):
            if _vanishes(e, y, a, ev, depth):
                return S.Zero
    if depth == 0:
        for n, first in _steps(e):
            if _by_induction(e, n, first, given):
                return S.Zero
    return r


def _moving_ends(e):
    """Symbols that are an end of an integral, with the other end."""
    out = []
    for a in e.atoms(sympy.Integral):
        x, lo, hi = a.limits[-1]
        for y, other in ((hi, lo), (lo, hi)):
            if y.is_Symbol and not y.is_integer and not other.has(y) and other.is_finite is not False:
                out.append((y, other))
    return sorted(set(out), key=str)


def _vanishes(e, y, a, ev, depth):
    """e = 0 at y = a, and ∂e/∂y = 0 for all y."""
    try:
        start = reintegrate(e.subs(y, a))
        if start.has(sympy.nan, sympy.zoo) or simplify_zero(start) != 0:
            return False
        moved = e.diff(y)
        if ev:
            moved = ev.resettle(moved)
        return prove_zero(reintegrate(moved), ev, depth + 1) == 0
    except (DerivationError, ZeroDivisionError):
        return False


def _steps(e):
    """Symbols up to which sums or products run, with the value at which to start the induction."""
    starts = {}
    for a in e.atoms(sympy.Sum, sympy.Product):
        if len(a.limits) != 1 or len(a.limits[0]) != 3:
            continue
        _, lo, hi = a.limits[0]
        k, n = sympy.expand(hi).as_coeff_Add()
        if n.is_Symbol and n.is_integer and k.is_Integer and lo.is_Integer:
            starts.setdefault(n, []).append(lo - k)
    return sorted(((n, max(los)) for n, los in starts.items()), key=str)


def _by_induction(e, n, first, given):
    """e = 0 at n = first, and e(n) = 0 implies e(n + 1) = 0."""
    start = e.subs(n, first).replace(
        lambda a: isinstance(a, (sympy.Sum, sympy.Product)) and a.limits[0][2].is_Integer, lambda a: a.doit())
    if start.has(sympy.nan, sympy.zoo) or simplify_zero(start, [g.subs(n, first) for g in given]) != 0:
        return False
    return simplify_zero(e.subs(n, n + 1), [e, *given]) == 0
