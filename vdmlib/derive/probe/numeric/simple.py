"""The numbers that instances draw: simple ones; and such on every side of 0 and ±1, for lines that may hold on one side and fail on another."""

from sympy import Rational, ceiling

__all__ = ["FAR", "ROUNDS", "far_out", "on_a_side", "simple", "whole_far_out"]

SIDES = (True, True), (False, False), (False, True), (True, False)  # (whether |x| < 1, whether x > 0)
ROUNDS = 2 * len(SIDES)  # with two symbols every pair of signs is met, and every pair of sizes


def simple(r, name, number, attempt, setting):
    """A simple number > 0; in all instances but the first some are large or small."""
    if number % 3 and attempt < 4 and r.random() < setting.wide / (number % 3):
        large = (len(name) + ord(name[-1]) + number) % 2  # the other way round in the next instance
        return Rational(r.randint(*setting.large)) if large else Rational(1, r.randint(10, 50))
    q = r.randint(2, 5)
    return Rational(r.randint(1, 2 * q + 1), q)


FAR = 4  # rounds far out: every pair of signs of two symbols


def far_out(r, facts, turn, rank, setting):
    """A number beyond the numbers that a line is written with: |x + 60| is x + 60 at all that are drawn nearby. After FAR rounds, one beside them."""
    whole = facts.get("integer")
    if turn < FAR:
        most = max(1, setting.largest)
        size = Rational(most * r.randint(21, 32), 20) if setting.steep else Rational(r.randint(10, 40) * most, r.randint(3, 9))
        up = turn % 2 if rank % 2 else turn // 2 % 2
    else:
        beside, up = setting.written[(turn - FAR) // 4 % len(setting.written)], turn // 2 % 2
        size = beside + (1 if whole else min(1, beside) / 3) * (1 if turn % 2 else -1)
    size = ceiling(size) if whole else size
    if facts.get("positive") or facts.get("nonnegative"):
        return size
    return -size if facts.get("negative") or facts.get("nonpositive") or not up else size


def whole_far_out(w):
    """Whole numbers beyond those that stand in the line, by symbol; none below the least that is admitted."""
    free, low = w.setting.lengths.free, w.setting.lengths.low
    facts = [{**s.assumptions0, **({"nonnegative": True} if low[s] >= 0 else {})} for s in free]
    return {s: int(far_out(w.rng(s), facts[k], w.number_, k, w.setting)) for k, s in enumerate(free)}


def on_a_side(r, facts, turn, rank):
    """A number for the symbol of a rank in its line; in the second round beyond 1 it is larger, and others meet each other anew."""
    place = turn + turn // len(SIDES) * rank if rank < 2 else r.randrange(len(SIDES))
    small, up = SIDES[place % len(SIDES)]
    large = (10, 36) if turn % ROUNDS < len(SIDES) else (37, 99)
    size = Rational(r.randint(1, 8) if small else r.randint(*large), 9)
    if facts.get("positive") or facts.get("nonnegative"):
        return size
    return -size if facts.get("negative") or facts.get("nonpositive") or not up else size
