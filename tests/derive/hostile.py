"""What a cell of the hostile reading is, and what must happen to it."""

import signal
import threading
from contextlib import contextmanager
from dataclasses import dataclass

import sympy

from vdmlib.derive import Assumption, DerivationError, Identity, Inequality, plain
from vdmlib.derive.nodes.hypotheses import Fact, fact

__all__ = ["Cell", "refused", "only", "proved", "shown", "same", "least", "judge", "fact", "Fact", "Assumption"]

PARTS = sympy.Rational(1, 10**6), sympy.Rational(1, 7), sympy.Rational(1, 2), 1 - sympy.Rational(1, 10**6)  # of an interval
SECONDS = 45  # less than a line has; an answer that does not come is no answer


@dataclass(frozen=True)
class Cell:
    """One line, or one chain of lines, and what must happen to it.

    make: builds it, and returns what has `records()` and `lines`.
    must: "refused", "proved", "only" (true under a condition: refused, or shown with it), or "shown".
    false_at: points ({symbol: value}) at which the line is false, so that its conditions must rule them out.
    true_at: points at which it is true, which the conditions must leave in.
    relation: a kind of condition that must be among those carried.
    convention: one of the book's conventions that the record must name in the condition's stead.
    """

    name: str
    must: str
    make: object
    false_at: tuple = ()
    true_at: tuple = ()
    relation: str | None = None
    convention: str | None = None


def refused(name, make):
    """A false line, under no condition that anyone would write."""
    return Cell(name, "refused", make)


def only(name, make, *false_at, true_at=(), relation=None, convention=None):
    """A line that is true under a condition: it is refused, or carries a condition that rules out where it is false."""
    return Cell(name, "only", make, false_at, tuple(true_at), relation, convention)


def proved(name, make, *true_at):
    """A true line: proved, with no condition, or with one that holds at the points given."""
    return Cell(name, "proved", make, (), true_at)


def shown(name, make):
    """`make()` is true: a display is right."""
    return Cell(name, "shown", make)


def same(left, right, **how):
    return Identity("r", left, right, **how)


def least(left, right, gap, **how):
    return Inequality("r", left, right, gap=gap, **how)


def judge(cell):
    """Raise AssertionError if what must happen to the cell does not."""
    with limit(SECONDS, cell.name):
        if cell.must == "shown":
            assert cell.make(), cell.name
            return
        try:
            d = cell.make()
            records = d.records()
        except DerivationError as error:
            assert cell.must != "proved", f"{cell.name}: a true line is refused: {error}"
            return
    words = [w for r in records for w in r["conditions"]]
    conditions = [c for line in getattr(d, "lines", ()) for c in getattr(line, "conditions", ())]
    assert cell.must != "refused", f"{cell.name}: a false line has a ✓, under {words or 'no condition'}: {records[-1]['statement']}"
    if cell.convention:
        assert cell.convention in records[-1]["conventions"], f"{cell.name}: {records[-1]['conventions']}, and not by the convention on {cell.convention}"
    elif cell.must == "only":
        assert words, f"{cell.name}: true under a condition alone, and shown without one: {records[-1]['statement']}"
    elif not cell.true_at:
        assert not words, f"{cell.name}: true everywhere, and shown under {words}"
    for point in cell.false_at:
        assert any(holds(c, point) is False for c in conditions), f"{cell.name}: {words} let {point} in"
    for point in cell.true_at:
        assert all(holds(c, point) is not False for c in conditions), f"{cell.name}: {words} shut {point} out"
    if cell.relation:
        assert cell.relation in {c.relation for c in conditions}, f"{cell.name}: {words}, nothing of the kind {cell.relation}"


def holds(condition, point):
    """Whether a condition is met at a point; None where the point does not settle it."""
    if condition.relation not in (">", ">=", "!=", "="):
        return None
    places = [{}]
    for v, lo, hi in condition.over:
        lo, hi = (sympy.Integer(d) if end is None else _at(end, point) for end, d in ((lo, -3), (hi, 3)))
        if not (lo.is_number and hi.is_number):
            return None
        inside = range(int(lo), int(hi) + 1) if v.is_integer else [lo + (hi - lo) * p for p in PARTS]  # the ends are not in it
        places = [{**p, v: a} for p in places for a in inside]
    found = [_compared(condition, {**point, **p}) for p in places]
    return False if False in found else None if None in found else True


def _compared(condition, point):
    left, right = (_at(e, point) for e in (condition.left, condition.right))
    d = sympy.simplify(left - right)
    if d.has(sympy.nan, sympy.zoo) or (d.is_number and not d.is_extended_real):
        return False
    if not d.is_number:
        return None
    return bool({">": d > 0, ">=": d >= 0, "!=": d != 0, "=": d == 0}[condition.relation])


def _at(e, point):
    return plain(sympy.sympify(e)).subs({plain(k): sympy.sympify(v) for k, v in point.items()}, simultaneous=True)


class TooLong(BaseException):
    """No `except Exception` may swallow it."""


@contextmanager
def limit(seconds, name):
    """An AssertionError after so many seconds, where the machine has alarms."""
    if not hasattr(signal, "SIGALRM") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(*_):
        raise TooLong

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    except TooLong:
        raise AssertionError(f"{name}: no answer within {seconds} s") from None
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
