"""Both sides of a line carried out and compared: what the Gaussian, the schedule and the calculus method share.

An equality is proved if its difference vanishes identically once everything is carried out; or if the
difference vanishes at one end of an integral and its derivative by that end vanishes everywhere (Taylor's
remainder, integration by parts); or by induction on the upper limit of a sum or product.
"""

import sympy
from sympy import Dummy, Mul, S
from sympy.core.function import AppliedUndef

from ..compute.evaluator import Evaluator
from ..compute.integrals import reintegrate
from ..compute.jet import Jet, written
from ..compute.logs import log_of_product
from ..compute.parts import by_name, by_order, by_parts
from ..compute.positivity import supposed_of
from ..compute.reduce_schedules import Reducer
from ..compute.zero import simplify_zero
from ..errors import DerivationError
from ..nodes.expressions import plain
from ..nodes.hypotheses import Condition
from ..nodes.schedules import ScheduleValue
from ..nodes.walk import atoms
from .method import Settled

__all__ = ["difference"]

_DEPTH = 4  # how often a residual is differentiated to show that it vanishes
_FACTS, _LETTERS = 3, 8  # of how many a combination is looked for
_KNOWN, _KEPT = {}, 256  # expressions carried out, with their conditions; a line and its mutants share a side


def difference(claim):
    """Left minus right, carried out: 0 if the claim is proved, else a readable residual."""
    settled, declined = _difference(claim, second_try=False)
    if settled.left_over != 0 and declined:
        settled, _ = _difference(claim, second_try=True)
    return settled


def _difference(claim, second_try):
    ev = Evaluator(claim.facts, claim.times, second_try)
    ev.schedules = _reducer([*claim.sides, *[f.right for f in claim.facts]])
    left, right = (_carried_out(e, claim, ev) for e in claim.sides)
    return Settled(_compared(left, right, ev), tuple(ev.conditions)), ev.declined


def _carried_out(e, claim, ev):
    least = frozenset(claim.times.least.items()) if claim.times else ()
    key = (e, claim.facts, least, ev.second_try, frozenset(ev.schedules.first.items()))
    if key not in _KNOWN:
        before, ev.conditions, ev.declined = (ev.conditions, ev.declined), {}, False
        out = ev(e)
        while len(_KNOWN) >= _KEPT:
            del _KNOWN[next(iter(_KNOWN))]
        _KNOWN[key] = out, ev.conditions, ev.declined
        ev.conditions, ev.declined = before
    out, conditions, declined = _KNOWN[key]
    ev.conditions |= conditions
    ev.declined |= declined
    return out


def _compared(left, right, ev):
    here = [ev.at_the_point(e) for e in (left, right)]
    if here[0] == here[1] and not here[0].has(sympy.nan):
        return S.Zero
    if any(e.is_infinite or e.has(sympy.nan, sympy.zoo) for e in here):
        return sympy.Add(here[0], -here[1], evaluate=False)
    densities = all(e.has(sympy.exp) and not e.is_Add for e in here)
    logs = [log_of_product(e) for e in here] if densities else [None]
    if None not in logs:  # the logs of densities are the smaller expressions
        return S.Zero if simplify_zero(logs[0] - logs[1], ev.equal_to_zero()) == 0 else written(here[0] - here[1])
    left_over = simplify_zero(here[0] - here[1], ev.equal_to_zero())
    if left_over == 0 or _combined(left_over, ev.equal_to_zero()) or _in_parts(here[0] - here[1], ev) or _by_an_end(left - right, ev) or _by_a_length(left - right, ev):
        return S.Zero
    return written(left_over)


def _combined(e, zeros):
    """Whether the numerator of e is a sum of polynomials that are 0, each with a polynomial before it: x (α² + σ² − 1)."""
    named = lambda a: a.free_symbols | a.atoms(Jet, sympy.Function)  # noqa: E731
    if not any(named(z) & named(e) for z in zeros):
        return False
    above, *zeros = (_renamed(sympy.fraction(sympy.together(a))[0]) for a in (e, *zeros))
    held = set().union(*[a.atoms(Jet, sympy.Function, sympy.Integral, sympy.Derivative, sympy.Sum) for a in (above, *zeros)])
    names = {a: Dummy(real=True) for a in held}
    above, *zeros = (a.xreplace(names) for a in (above, *zeros))
    letters = sorted(above.free_symbols.union(*[z.free_symbols for z in zeros]), key=str)
    zeros = [z for z in zeros if z.is_polynomial(*letters) and z.free_symbols & above.free_symbols]
    if not zeros or len(zeros) > _FACTS or len(letters) > _LETTERS or not above.is_polynomial(*letters):
        return False
    basis = zeros if len(zeros) == 1 else sympy.groebner(zeros, *letters).exprs
    return sympy.reduced(above, basis, *letters)[1] == 0


_BOUND = Dummy("s", real=True)


def _renamed(e):
    """The same with one variable in all integrals."""
    return e.replace(lambda a: isinstance(a, sympy.Integral) and len(a.limits) == 1 and not a.function.has(sympy.Integral),
                     lambda a: sympy.Integral(a.function.xreplace({a.limits[0][0]: _BOUND}), (_BOUND, *a.limits[0][1:])))  # fmt: skip


def _reducer(exprs):
    """How the ᾱ's that stand in these expressions are written; those of bound times are left to the zero test."""
    return Reducer([plain(a) for e in exprs for a in atoms(e, ScheduleValue)])


# --- integrals, by parts, or by one of their ends

def _in_parts(e, ev):
    """Whether e = 0 once derivatives are moved in its integrals; what is at finite ends is then resolved by the facts, and what is at
    infinite ones has to vanish."""
    seen = {e}  # to which nothing, or the other way, has led
    return any(_moved_off(e, ev, lowered, seen) for lowered in (by_name, by_order))


def _moved_off(e, ev, lowered, seen):
    ends = {}

    def tends_to_zero(f, x, lo, hi):
        place = sympy.Symbol(x.name if x.name not in {s.name for s in f.free_symbols - {x}} else "_s", real=True)
        ends[Condition(written(f).xreplace({x: place}), "vanishes", S.Zero, ((place, lo, hi),), "an integration by parts")] = None

    moved = by_parts(e, lowered, tends_to_zero)
    if ends and all(isinstance(c.left, AppliedUndef) for c in ends):
        return False  # ∫ f′ = 0 says no more than that f is as large at both ends
    if moved in seen:
        return False
    seen.add(moved)
    if simplify_zero(ev.at_the_point(ev.resettle(moved)), ev.equal_to_zero()) != 0:
        return False
    ev.conditions |= ends
    return True


def _by_an_end(e, ev):
    """Whether e = 0 because it vanishes at one end of an integral, and its derivative by that end everywhere."""
    ends = frozenset(b for a in e.atoms(sympy.Integral) for _, *limits in a.limits for b in limits if b.is_Symbol)
    if not ends:
        return False
    return _vanishes(ev.at_the_point(e, ends), ev, ev.equal_to_zero(ends), 0)


def _vanishes(e, ev, given, depth):
    if depth and simplify_zero(e, given) == 0:
        return True
    return depth < _DEPTH and any(_moved(e, y, a, ev, given, depth) for y, a in _moving_ends(e))


def _moving_ends(e):
    """Symbols that are an end of an integral, with the other end."""
    out = []
    for a in e.atoms(sympy.Integral):
        x, lo, hi = a.limits[-1]
        for y, other in ((hi, lo), (lo, hi)):
            if y.is_Symbol and not y.is_integer and not other.has(y) and other.is_finite is not False:
                out.append((y, other))
    return sorted(set(out), key=str)


def _moved(e, y, a, ev, given, depth):
    """e = 0 at y = a, and ∂e/∂y = 0 for all y on the way there: what is declared of y holds on the way if it holds of a."""
    if supposed_of(y) or any(getattr(y, f"is_{sign}") and not getattr(a, f"is_{sign}") for sign in ("nonnegative", "nonpositive", "nonzero")):
        free = Dummy(y.name, real=True)
        e, given, y = e.subs(y, free), [g.subs(y, free) for g in given], free
    try:
        start = reintegrate(e.subs(y, a))
        if start.has(sympy.nan, sympy.zoo) or simplify_zero(start, [g.subs(y, a) for g in given]) != 0:
            return False
        return _vanishes(reintegrate(ev.resettle(e.diff(y))), ev, given, depth + 1)
    except (DerivationError, ZeroDivisionError):
        return False


# --- sums and products, by induction on the upper limit

def _by_a_length(e, ev):
    """Whether e = 0 by induction on a symbol up to which a sum or product runs: e itself, or a factor of it."""
    if not e.has(sympy.Sum, sympy.Product):
        return False
    parts = Mul.make_args(sympy.factor_terms(e))
    return any(_by_induction(part, n, first, ev) for part in parts for n, first in _steps(part, ev.times))


def _by_induction(e, n, first, ev):
    """e = 0 at the first n, and at n + 1 because it changes by nothing there, or because it is 0 at n."""
    here, given = ev.at_the_point(e, {n}), ev.equal_to_zero({n})
    last = _proper(here, n, first)
    if not all(_vanishes_at(here, given, n, k) for k in range(first, last + 1)):
        return False
    above = Dummy("n", integer=True, positive=True)
    here, given, n = here.subs(n, last - 1 + above), [g.subs(n, last - 1 + above) for g in given], above
    after, known = here.subs(n, n + 1), [*given, *[g.subs(n, n + 1) for g in given if g.has(n)]]
    return simplify_zero(after, [here, *known]) == 0 or simplify_zero(after - here, known) == 0


def _vanishes_at(here, given, n, k):
    e = here.subs(n, k).replace(
        lambda a: isinstance(a, (sympy.Sum, sympy.Product)) and a.limits[0][2].is_Integer, lambda a: a.doit())
    return not e.has(sympy.nan, sympy.zoo) and simplify_zero(e, [g.subs(n, k) for g in given]) == 0


def _proper(here, n, first):
    """A length from which on every ᾱ is less than 1, so that a step may divide by 1 − ᾱ: ᾱ_0 is 1."""
    indices = [a.args[0] - n for a in here.atoms(AppliedUndef) if getattr(a, "is_unit", False)]
    return max([first, *[1 - int(k) for k in indices if k.is_Integer]])


def _steps(e, times):
    """Symbols up to which sums or products run, with the value at which to start the induction: no sum is shorter than empty."""
    starts = {}
    for a in e.atoms(sympy.Sum, sympy.Product):
        if len(a.limits) != 1 or len(a.limits[0]) != 3:
            continue
        _, lo, hi = a.limits[0]
        k, n = sympy.expand(hi).as_coeff_Add()
        if n.is_Symbol and n.is_integer and k.is_Integer and lo.is_Integer:
            starts.setdefault(n, [] if times.least_of(n) is None else [times.least_of(n)]).append(lo - k - 1)
    return sorted(((n, max(los)) for n, los in starts.items()), key=str)
