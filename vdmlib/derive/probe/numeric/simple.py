"""The numbers that instances draw: simple ones; and such on every side of 0 and ±1, for lines that may hold on one side and fail on another."""

from sympy import Rational

__all__ = ["FAR", "ROUNDS", "far_out", "on_a_side", "simple"]

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


def far_out(r, facts, turn, rank, largest):
    """A number beyond the numbers that a line is written with: |x + 60| is x + 60 at all that are drawn nearby."""
    size = Rational(r.randint(10, 40) * max(1, largest), r.randint(3, 9))
    if facts.get("positive") or facts.get("nonnegative"):
        return size
    up = turn % 2 if rank % 2 else turn // 2 % 2
    return -size if facts.get("negative") or facts.get("nonpositive") or not up else size


def on_a_side(r, facts, turn, rank):
    """A number for the symbol of a rank in its line; in the second round beyond 1 it is larger, and others meet each other anew."""
    place = turn + turn // len(SIDES) * rank if rank < 2 else r.randrange(len(SIDES))
    small, up = SIDES[place % len(SIDES)]
    large = (10, 36) if turn % ROUNDS < len(SIDES) else (37, 99)
    size = Rational(r.randint(1, 8) if small else r.randint(*large), 9)
    if facts.get("positive") or facts.get("nonnegative"):
        return size
    return -size if facts.get("negative") or facts.get("nonpositive") or not up else size
