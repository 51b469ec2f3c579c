"""Both sides of a line at random instances that meet its hypotheses, to thirty digits.

When the two sides differ, everything is evaluated again with finer quadratures, so that a difference is never the
quadrature's own.
"""

import threading
from dataclasses import dataclass

import sympy

from ...budget import spend
from ...show.decimals import decimal
from ..hypotheses import Hypotheses
from ..result import DIGITS, Infinite, NoSuchVariable, Outside, Probe, Unable, Undefined, Unmet
from . import arrays, fields, functionals, limits, named, sums  # noqa: F401 (their rules enter the table)
from .compile import is_real
from .quadrature import CONTEXT, FINER
from .instance import Instance
from .setting import Setting
from .settle import settle
from .simple import FAR, ROUNDS

__all__ = ["forget", "probe", "values_at"]

TRIES = 16  # instances drawn until one meets every hypothesis
REDRAWN = 4  # in a line, since both sides vanish to all digits and are not the same: the numbers may be too large
KEPT = 48
GROSS = 1e-3  # a difference, in parts of the two sides, that two looks settle where they are alike


class _Instances(threading.local):
    """Instances that a line and its mutants have in common; each thread has its own, since an instance is no value."""

    def __init__(self):
        self.kept = {}


INSTANCES = _Instances()


def probe(lhs, rhs, facts=(), times=None, relation="=", conditions=(), instances=3, seed=0, digits=DIGITS, twice=True, far=False):
    """Evaluate both sides at random instances; see Probe.

    far: at numbers beyond those that stand in the line, and no others; with all digits at once.

    twice: where they differ, whether it is looked at again with more digits. A line is refuted by that alone.
    """
    lhs, rhs = sympy.sympify(lhs), sympy.sympify(rhs)
    hypotheses = Hypotheses.read(facts, conditions)
    setting = Setting(lhs, rhs, hypotheses, times)
    if far:
        return _probed(setting, lhs, rhs, relation, 0, seed, digits, False, ["far"] * (FAR + 4 * len(setting.written)), FINER[-1])
    found = _probed(setting, lhs, rhs, relation, instances, seed, digits, twice)
    if found.agrees is None and setting.by_formula:  # no density, but it may be a mass
        other = _probed(Setting(lhs, rhs, hypotheses, times, formulas=False), lhs, rhs, relation, instances, seed, digits, twice)
        return found if other.agrees is None else other
    return found


def _probed(setting, lhs, rhs, relation, instances, seed, digits, twice, kinds=None, ctx=CONTEXT):
    if setting.ambiguous:
        return Probe(None, 0, 0, reason=f"two functions are called {setting.ambiguous[0]}, with different properties or numbers of arguments")
    done, reached, reasons, redrawn, beyond_one = 0, digits, [], 0, set()
    round_sides = setting.bent or relation != "=" and setting.ordered
    for number, kind in enumerate(kinds or [*setting.lengths.kinds(instances), *["sides"] * (ROUNDS if round_sides else 0)]):
        lacking = None
        for attempt in range(TRIES):
            try:
                w = instance(setting, seed, number, kind, attempt, ctx)
                comparison = Comparison(w, relation, digits)
                found = comparison.compare(lhs, rhs, glance=twice)
                if found.status == "gross":
                    w, found = at_once(w, relation, digits, lhs, rhs, found) or (w, comparison.compare(lhs, rhs))
                    if found.status == "differs" and w.ctx is not ctx:
                        return refuted(w, found, done)
            except Unmet as why:
                reasons.append(f"no instance was found that meets this: {why}")
                if setting.by_formula and not done and attempt == 3:
                    return Probe(None, 0, 0, reason=reasons[-1])  # a formula that is no density: each look at its total takes long
                continue
            except NoSuchVariable as why:
                lacking = why
                continue
            except Outside as why:
                reasons.append(f"no instance was found without this: {why}")
                continue
            except (Unable, RecursionError) as why:
                reasons.append(str(why) if isinstance(why, Unable) else "a definition that refers to itself")
                break
            if found.status == "differs" and twice:
                w, found = again(w, relation, digits, lhs, rhs, found)
            if found.status == "differs":
                return refuted(w, found, done)
            if found.status == "agrees" and comparison.vanishing and redrawn < REDRAWN:
                redrawn += 1
                reasons.append("both sides vanish at the instances tried")
                continue
            if found.status == "agrees":
                done, reached = done + 1, min(reached, found.digits)
                beyond_one |= {n for n in setting.sizes if w.whole(n, {}) > 1}
                break
            reasons.append(found.text)
            if found.status == "unsure":
                break
        else:
            if lacking is not None and kind not in ("equal", "sides", "far"):
                raise Unable(f"{lacking}: the line cannot be written there")
        if not done and number == 0 and attempt == 0:
            break  # it is not the numbers that stand in the way
    if not done:
        return Probe(None, 0, 0, reason=reasons[-1])
    return Probe(True, done, reached, alone=", ".join(f"{n} = 1" for n in setting.sizes if n not in beyond_one))


def forget():
    """Drop the instances that are kept: what is found next does not depend on what was probed before."""
    INSTANCES.kept.clear()


def instance(setting, seed, number, kind, attempt, ctx=CONTEXT):
    """An instance that meets the hypotheses, or Unmet."""
    spend()
    kept, key = INSTANCES.kept, (setting.key, seed, number, kind, attempt, ctx.dps)
    if key not in kept:
        while len(kept) >= KEPT:
            del kept[next(iter(kept))]
        w = Instance(setting, seed, number, kind, attempt, ctx)
        try:
            settle(w)
            kept[key] = w
        except (Unmet, Undefined, Infinite, Outside) as why:
            kept[key] = why if isinstance(why, (Unmet, NoSuchVariable)) else Unmet(f"the facts ({why})")
    if isinstance(kept[key], Exception):
        raise kept[key]
    return kept[key]


def refuted(w, found, done):
    return Probe(False, done + 1, found.digits, found.text, None, found.point, found.values, found.apart, w)


def at_once(w, relation, digits, lhs, rhs, found):
    """(the same instance, what differs there) for a gross difference of quadratures that stands still with more digits and a finer, careful rule at once; else None."""
    try:
        finer = instance(w.setting, *w.drawn_by, FINER[0])
        comparison = Comparison(finer, relation, digits)
        finer.level = 1
        return comparison.confirmed(lhs, rhs, found.numbers, finer)
    except (Unmet, Outside, Unable):
        return None


def again(w, relation, digits, lhs, rhs, found):
    """(the same instance, the comparison of both sides) with more digits, until the two values stand still."""
    for ctx in FINER:
        before = found
        try:
            finer = instance(w.setting, *w.drawn_by, ctx)
            found = Comparison(finer, relation, digits).compare(lhs, rhs)
        except (Unmet, Outside, Unable) as why:
            return w, Found("unsure", 0, f"a difference that more digits do not confirm ({why})")
        if found.status != "differs" or stand_still(before.numbers, found.numbers):
            return finer, found
    return w, Found("unsure", 0, "values that rounding moves too far")


def stand_still(before, now):
    """Whether two values moved by less than they differ."""
    sizes = [*before, *now]
    if not sizes or any(abs(v) == CONTEXT.inf for v in sizes):
        return len(before) == len(now)
    return 4 * sum(abs(a - b) for a, b in zip(before, now)) < abs(now[0] - now[1])


@dataclass
class Found:
    status: str  # agrees, differs, outside, unsure
    digits: int
    text: str = ""
    point: str = ""
    values: tuple = ()
    apart: str = ""
    numbers: tuple = ()  # the two values


class Comparison:
    """The two sides at one instance."""

    def __init__(self, w, relation, digits):
        self.w, self.relation, self.digits = w, relation, digits
        w.level, w.limit_digits, w.seen = 0, None, set()
        self.which = ""  # of a matrix, the entry that is compared
        self.vanishing = False  # whether both sides are 0 to all digits and yet not the same

    def confirmed(self, lhs, rhs, before, w):
        """(w, what differs) where both sides are, to a hundredth of their difference, what they were before; else None."""
        self.sides = lhs, rhs
        a, b = w.side(lhs)[0], w.side(rhs)[0]
        if a is None or b is None or hasattr(a, "rows") or hasattr(b, "rows"):
            return None
        error, moved = self.gap(a, b), [self.distance(x, y) for x, y in zip(before, (a, b))]
        if None in (error, *moved) or w.limit_digits is not None or error < GROSS or error < 100 * max(moved):
            return None
        return w, self.differs(a, b, self.common(error))

    def compare(self, lhs, rhs, glance=False):
        """glance: whether to stop at a gross difference of two quadratures, which is then looked at by `at_once`."""
        ctx, w, self.sides = self.w.ctx, self.w, (lhs, rhs)
        a, why_a = w.side(lhs)
        b, why_b = w.side(rhs)
        if a is None and b is None:
            return Found("outside", 0, f"neither side is defined at the instances tried ({why_a})")
        if a is None or b is None:
            return self.undefined("left" if a is None else "right", why_a if a is None else why_b)
        if hasattr(a, "rows") or hasattr(b, "rows"):
            a, b, self.which = arrays.entry(a, b)
        tolerance = ctx.mpf(10) ** -self.digits
        error, drift = self.gap(a, b), None
        self.vanishing = a != b and max(abs(a), abs(b)) < tolerance
        if error is not None and error > tolerance and not w.rough:
            return self.differs(a, b, self.common(error))
        if glance and error is not None and error > GROSS:
            return Found("gross", 0, numbers=(a, b))
        while error is not None and error > tolerance and w.level < 2:
            old = (a, b)
            w.level += 1
            a, why_a = w.side(lhs)
            b, why_b = w.side(rhs)
            if a is None or b is None:
                return Found("outside", 0, why_a or why_b)
            error = self.gap(a, b)
            moved = [self.distance(x, y) for x, y in zip(old, (a, b))]
            if error is None or None in moved:
                break
            drift = max(moved)
            if w.limit_digits is not None:
                drift = max(drift, ctx.mpf(10) ** -w.limit_digits)
            if error > 100 * drift + tolerance:
                return self.differs(a, b, self.common(error))
        if error is None:
            return self.infinite(a, b, why_a, why_b)
        if error <= tolerance:
            return Found("agrees", self.digits if w.limit_digits is None else min(self.digits, w.limit_digits))
        if drift is None or error > 4 * drift:
            return self.differs(a, b, self.common(error))
        reached = self.common(max(error, drift))
        return Found("unsure", reached, f"evaluated to {reached} digits only") if reached < 8 else Found("agrees", reached)

    def undefined(self, which, why):
        """One side exists and the other does not: where every hypothesis is met, that makes the line false."""
        if not self.w.setting.hypotheses.strict and self.w.attempt + 1 < TRIES:
            return Found("outside", 0, f"the {which} side is not defined at the instances tried ({why})")
        point = self.instance()
        return Found("differs", 0, f"{point}: the {which} side is not defined ({why})", point, ((f"the {which} side", f"is not defined ({why})"),))

    def infinite(self, a, b, why_a, why_b):
        """Two integrals that diverge show nothing; a limit that is ∞, and ∞ itself, are values."""
        if a != b:
            return Found("agrees", self.digits) if self.ordered(a, b) else self.differs(a, b, 0)
        if why_a and why_b or self.w.setting.finite:
            return Found("outside", 0, f"both sides are infinite ({why_a or 'expectations that are not finite'})")
        return Found("agrees", self.digits)

    def common(self, error):
        """How many digits an error leaves."""
        return max(0, int(-self.w.ctx.log10(error)))

    def gap(self, a, b):
        """By how much the relation is broken; None where a side is infinite."""
        error = self.distance(a, b)
        if self.relation == "=":
            return error
        return self.w.ctx.mpf(0) if self.ordered(a, b) else error

    def ordered(self, a, b):
        """Whether an inequality holds between two real numbers or infinities; an equality is no order."""
        if self.relation == "=" or not (is_real(a) and is_real(b)):
            return False
        return a.real >= b.real if self.relation == ">=" else a.real <= b.real

    def distance(self, a, b):
        """|a − b| relative to their size (absolute where both are tiny); None where one is infinite."""
        ctx = self.w.ctx
        if abs(a) == ctx.inf or abs(b) == ctx.inf:
            return None
        size = max(abs(a), abs(b))
        return abs(a - b) / (size if size > ctx.mpf(10) ** -6 else 1)

    def instance(self):
        return self.w.in_words(self.w.seen, self.sides)

    def differs(self, a, b, digits):
        """Two values that are not what the line says, with the instance in words."""
        left, right = (number(self.w.ctx, v) for v in told_apart(self.w.ctx, a, b))
        point, values = self.instance() + (f", {self.which}" if self.which else ""), (("left", left), ("right", right))
        return Found("differs", digits, f"{point}: left {left}, right {right}", point, values, distance(self.w.ctx, a, b), (a, b))


def number(ctx, v):
    """A value to six digits, or to as many as it was rounded to before."""
    if isinstance(v, str):
        return v
    return decimal(v, 6, ctx) if abs(v) != ctx.inf else ("∞" if v.real > 0 else "−∞")


def told_apart(ctx, a, b):
    """Two values, to more digits where six do not tell them apart."""
    if a != b and number(ctx, a) == number(ctx, b):
        return next((pair for pair in ([decimal(v, n, ctx) for v in (a, b)] for n in (10, 15, 20, 30)) if pair[0] != pair[1]), (a, b))
    return a, b


def distance(ctx, a, b):
    """How far two values are apart, to three digits; empty where one is infinite."""
    return "" if ctx.inf in (abs(a), abs(b)) else decimal(abs(a - b), 3, ctx)


def values_at(w, expressions):
    """(numbers, or None where there is none; the same as text) of expressions at the instance at which a line was seen to fail."""
    found = [w.side(sympy.sympify(e)) for e in expressions]
    return [v for v, _ in found], [number(w.ctx, v) if v is not None else f"not defined ({why})" for v, why in found]
