"""The hypotheses of a line, sorted by what they ask of an instance."""

from dataclasses import dataclass, replace

import sympy
from sympy.core.function import AppliedUndef
from sympy.tensor.indexed import Indexed

from ..nodes.bounds import range_in
from ..nodes.expressions import Factors, Frac, plain
from ..nodes.hypotheses import Condition, Fact
from ..nodes.laws import At, Density
from ..nodes.walk import atoms, free
from ..nodes.schedules import ScheduleValue
from ..show.text import text

__all__ = ["Hypotheses", "words", "samples", "least_whole", "solved_for_a_function", "about_one_copy", "in_range"]

#: Whether lines carry their hypotheses in full: a fact without `forall` speaks of one point, where all is met both sides
#: must exist, and laws may have zeros.
CARRIED = True


@dataclass(frozen=True)
class Hypotheses:
    """Facts that are equations, and everything that is only checked.

    facts: equations, as `Fact`s. conditions: inequalities among the facts, and the conditions of the line.
    strict: whether the line's hypotheses are known to be complete, so that where they are met both sides must exist.
    """

    facts: tuple
    conditions: tuple
    strict: bool = True

    @classmethod
    def read(cls, facts=(), conditions=()):
        """From facts (`Fact`s, or bare pairs) and `Condition`s."""
        facts = [f if isinstance(f, Fact) else Fact(*map(sympy.sympify, f)) for f in facts]
        if not CARRIED:
            facts = [replace(f, forall=f.forall or _meant(f.left, f.right)) for f in facts]
        equations = tuple(f for f in facts if f.relation == "=")
        others = [Condition(f.left, f.relation, f.right, tuple((s, None, None) for s in f.forall), "a fact")
                  for f in facts if f.relation != "="]  # fmt: skip
        return cls(equations, (*others, *conditions), CARRIED)

    def expressions(self):
        """Everything that the hypotheses hold."""
        for f in self.facts:
            yield from map(sympy.sympify, (f.left, f.right))
        for c in self.conditions:
            yield from map(sympy.sympify, (c.left, c.right))
            yield from (sympy.sympify(e) for place in c.over for e in place[1:] if e is not None)


def _meant(left, right):
    """The symbols that a bare pair is read as universal in."""
    args = ()
    if isinstance(left, (sympy.Symbol, At)):
        return tuple(sorted(free(right) - {left}, key=str))
    if isinstance(left, AppliedUndef):
        args = left.args
    elif isinstance(left, ScheduleValue):
        args = (left.index,)
    elif isinstance(left, Indexed) and not isinstance(left, At):
        args = left.indices
    elif isinstance(left, sympy.Derivative) and isinstance(left.expr, AppliedUndef):
        args = left.expr.args
    return tuple(args) if all(a.is_Symbol for a in args) else ()


def solved_for_a_function(fact):
    """A universal fact as one that gives a function: E_p(z|x)[z] = g(x) gives g, u(x) p(x) = j(x) gives u; else as it is."""
    if isinstance(fact.left, (AppliedUndef, sympy.Derivative)):
        return fact
    if isinstance(fact.right, AppliedUndef):
        return replace(fact, left=fact.right, right=fact.left)
    if fact.right == 1 and isinstance(fact.left, sympy.Integral) and (norm := _log_partition(fact)) is not None:
        return replace(fact, left=norm[0], right=norm[1])
    for k, a in enumerate(fact.left.args if isinstance(fact.left, Factors) else ()):
        rest = [b for j, b in enumerate(fact.left.args) if j != k]
        places = set(map(plain, a.args)) if isinstance(a, AppliedUndef) else set()
        if places >= set(map(plain, fact.forall)) and len(places) == len(a.args) and all(u.is_Symbol for u in places):
            name = a.func.__name__
            if not any(b.func.__name__ == name for e in (*rest, fact.right) for b in atoms(e, AppliedUndef)):
                return replace(fact, left=a, right=Frac(fact.right, Factors.of(*rest)))
    return fact


def _log_partition(fact):
    """(A(w), log ∫ h(x, w) dx) of a fact that says ∫ h(x, w) exp(−A(w)) dx = 1 for every w; None if it says something else."""
    inside = plain(fact.left.function)
    for a in sorted(inside.atoms(AppliedUndef), key=str):
        rest = sympy.powsimp(sympy.expand(inside * sympy.exp(a)), combine="exp")
        own = set(map(plain, fact.forall))
        if set(a.args) == own and len(a.args) == len(own) and not rest.has(a.func) and not inside.free_symbols.isdisjoint(own):
            return a, sympy.log(sympy.Integral(rest, *map(plain, fact.left.limits)))
    return None


def about_one_copy(fact):
    """A fact for every i about copies x_i, as the one about the first: what holds of one holds of each. None if it is none."""
    copies = {d for side in fact for d in atoms(side, Density) if d.law.iid}
    if len(fact.forall) != 1 or not copies or isinstance(fact.left, (sympy.Symbol, At)):
        return None
    (i,) = fact.forall
    first = {d.law.scope[0].args[1] for d in copies}
    if len(first) != 1 or any(not isinstance(v, At) or v.args[1] != i for d in copies for v in d.left):
        return None
    (one,) = first
    sides = [sympy.sympify(e).subs({v: At(v.args[0], one) for d in copies for v in d.left}) for e in fact]
    return None if any(i in free for free in (e.free_symbols for e in sides)) else Fact(*sides)


def words(hypothesis):
    """A hypothesis as a reader would write it."""
    left, right = (text(sympy.sympify(e)) for e in (hypothesis.left, hypothesis.right))
    kinds = {"dominated": f"{right} > 0 wherever {left} > 0", "whole": f"{left} is a whole number",
             "total": f"{left} has total one", "definite": f"{left} is positive definite", "continuous": f"{left} is continuous", "vanishes": f"{left} tends to 0"}  # fmt: skip
    out = kinds.get(hypothesis.relation, f"{left} {hypothesis.relation.replace('>=', '≥').replace('!=', '≠')} {right}")
    over = [(v, lo, hi) for v, lo, hi in getattr(hypothesis, "over", ())]
    over = over or [(v, None, None) for v in getattr(hypothesis, "forall", ())]
    for v, lo, hi in over:
        out += f" for every {text(v)}" + ("" if lo is None else f" from {text(lo)}") + ("" if hi is None else f" to {text(hi)}")
    return out


FAR = 10**6  # what holds for every t holds there too: t c < 1 does for no c > 0
MOST = 4000  # whole numbers of a range that are looked at
PARTS = ((1, 10**6), (1, 40), (2, 9), (1, 2), (17, 23), (39, 40), (10**6 - 1, 10**6))  # of an interval
SIZES = ((1, 1000), (1, 30), (2, 7), (6, 5), (31, 7), (40, 1))  # distances from the end of a half-line


def samples(v, lo, hi, largest, far=False):
    """Numbers at which something that holds for every value of a symbol is looked at.

    All whole numbers of a range, or several points inside of an interval, its ends left out. lo, hi: numbers, or None where the range is
    as wide as the symbol's declaration allows; largest: the last whole number that is looked at; far: whether one far out is, where
    the range has no end.
    """
    s = plain(v)
    near = _near(s, lo, hi, largest)
    if not far:
        return near
    up = hi in (None, float("inf")) and not s.is_nonpositive
    down = lo in (None, -float("inf")) and not s.is_nonnegative and not s.is_integer
    return near + [FAR] * bool(up) + [-FAR] * bool(down)


def _near(s, lo, hi, largest):
    if s.is_integer:
        first = int(least_whole(s) if lo is None else lo)
        return list(range(first, int(largest if hi is None or hi > first + MOST else hi) + 1))
    lo = 0 if s.is_nonnegative and (lo is None or lo < 0) else lo
    hi = 0 if s.is_nonpositive and (hi is None or hi > 0) else hi
    endless = float("inf")
    if lo not in (None, -endless) and hi not in (None, endless):
        return [lo + (hi - lo) * a / b for a, b in PARTS]
    if lo not in (None, -endless):
        return [lo + a / b for a, b in SIZES]
    if hi not in (None, endless):
        return [hi - a / b for a, b in SIZES]
    return [sign * a / b for sign in (-1, 1) for a, b in SIZES]


INSIDE = tuple(sympy.Rational(a, b) for a, b in ((1, 2), (1, 3), (5, 7), (1, 50), (49, 50), (1, 1000), (999, 1000)))  # of a declared range


def in_range(facts, r, plainly):
    """A number in the range that is declared, near an end in some instances; None without one, or where its ends have names."""
    declared = range_in(facts)
    if declared is None or not (declared.hi - declared.lo).is_number:
        return None
    return declared.lo + (declared.hi - declared.lo) * r.choice(INSIDE[:3] if plainly else INSIDE)


def least_whole(s):
    """The least whole number that an integer symbol is tried at."""
    return 1 if s.is_positive else 0 if s.is_nonnegative else -2
