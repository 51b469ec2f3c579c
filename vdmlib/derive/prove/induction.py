"""Lines about a chain of symbolic length T, by induction: the first lengths one by one, then the step from T to T + 1."""

from dataclasses import replace

import sympy
from sympy import Integer, S

from ..errors import NotDecided
from ..nodes.expressions import plain
from ..nodes.functionals import Expectation
from ..nodes.laws import At, Block, Law
from ..nodes.times import Times
from ..nodes.walk import walk
from .every_time import for_every_time
from .laws.method import ExpectedLogDensities
from .laws.sums import FIRST, LAST
from .method import Method, Settled

__all__ = ["Induction"]

MOST = 40  # base cases


class Induction(Method):
    name = "expected log-densities, induction"
    fixed = ExpectedLogDensities()  # settles each length

    def applies(self, claim):
        """Whether a sum, a product or a block over laws runs to a symbolic end that `times` declares."""
        return self.fixed.applies(claim) and claim.times is not None and bool(_tops(claim)) and not _one_time(claim)

    def difference(self, claim):
        """Base cases T = least, …, last; then Δ(T+1) − Δ(T) = 0 for every T from the last base case on."""
        tops = _tops(claim)
        if len(tops) != 1:
            raise NotDecided(f"induction runs over one length; here are {', '.join(map(str, tops))}")
        (top,) = tops
        least, last = claim.times.least[top], _last(claim, top)
        if last - least > MOST:
            raise NotDecided(f"a proof by induction needs the lengths {top} = {least}, …, {last} one by one, which are too many")
        T = next(s for e in claim.sides for s in e.free_symbols if plain(s) == top)
        cases = {}
        for k in range(least, last + 1):
            case = self.fixed.at_length(_at(claim, T, Integer(k)), {top: Integer(k)})
            if case.left_over != 0:
                return case
            cases[k] = case.conditions
        step = self.fixed.difference(_step(claim, T, last))
        return Settled(step.left_over, for_every_time(cases, step.conditions, T, last))

    def reach(self, claim):
        return "".join(f"every {top} ≥ {claim.times.least[top]}, " for top in _tops(claim)) + self.fixed.reach(claim)


def _at(claim, T, k):
    """The claim at one length."""
    facts = tuple(_fact_at(f, T, k) for f in claim.facts)
    return replace(claim, lhs=claim.lhs.subs(T, k), rhs=claim.rhs.subs(T, k), facts=facts)


def _step(claim, T, last):
    """Δ(T+1) = Δ(T). What a fact says of the one length T is not known of both."""
    delta = claim.lhs - claim.rhs
    facts = []
    for f in claim.facts:
        if T in f.forall:
            facts += [_fact_at(f, T, T), _fact_at(f, T, T + S.One)]
        elif not (_speaks_of(f.left, T) or _speaks_of(f.right, T)):
            facts.append(f)
    later = Times({**claim.times.least, plain(T): last}, claim.times.ranges)
    return replace(claim, lhs=delta.subs(T, T + S.One), rhs=delta, facts=tuple(facts), times=later)


def _fact_at(f, T, k):
    """A fact at one length."""
    return replace(f, left=f.left.subs(T, k), right=f.right.subs(T, k), forall=tuple(s for s in f.forall if s != T))


def _speaks_of(e, T):
    """Whether a symbol stands in an expression itself, and not only in the scope of its laws."""
    if isinstance(e, Law):
        return False
    return plain(e) == plain(T) if isinstance(e, sympy.Symbol) else any(_speaks_of(a, T) for a in getattr(e, "args", ()))


def _one_time(claim):
    """Whether the line speaks of one time t of a chain, whose length matters to no more than laws under an expectation."""
    if any(isinstance(a, (sympy.Sum, sympy.Product)) for e in claim.sides for a in walk(e)) or claim.facts:
        return False
    blocks = [a for e in claim.sides for a in _without_laws(e) if isinstance(a, Block)]
    free = set().union(*[plain(a.args[1]).free_symbols for e in claim.sides for a in walk(e) if isinstance(a, At)])
    return not blocks and bool(free - set(_tops(claim)))


def _without_laws(e):
    """Every part of an expression but the laws of its expectations."""
    yield e
    for a in (e.args[1:] if isinstance(e, Expectation) else getattr(e, "args", ())):
        if not isinstance(a, Law):
            yield from _without_laws(a)


# --- the lengths

def _ranges(claim):
    """(lowest, highest) of every sum, product and block of the claim and of its facts."""
    for e in (*claim.sides, *[side for f in claim.facts for side in f]):
        for a in walk(e):
            if isinstance(a, (sympy.Sum, sympy.Product)):
                yield from ((plain(lo), plain(hi)) for _, lo, hi in a.limits)
            elif isinstance(a, Block):
                yield plain(a.args[1]), plain(a.args[2])


def _tops(claim):
    """The symbols with a declared least value up to which a sum, a product or a block runs."""
    ends = set().union(*[lo.free_symbols | hi.free_symbols for lo, hi in _ranges(claim)])
    return [s for s in claim.times.least if s in ends]


def _last(claim, top):
    """A length from which on no sum is empty by accident, and times that are numbers lie well inside the chain.

    Sums are taken apart at both ends and continued by subtraction (see `laws.sums`): Σ from lo to T + k is what that
    leaves of it once T + k ≥ lo − 1.
    """
    least = [claim.times.least[top], FIRST - LAST]
    for lo, hi in _ranges(claim):
        for a, b in ((lo, hi), (Integer(FIRST), hi), (lo, top + LAST)):
            short = sympy.expand(b - a - top)
            if short.is_Integer:
                least.append(int(-short))
    for e in claim.sides:
        for a in walk(e):
            if isinstance(a, At) and a.args[1].is_Integer:
                least.append(int(a.args[1]) + 1)
    return max(least)
