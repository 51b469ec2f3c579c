"""A claim about copies, and its facts, rewritten into one about one copy."""

from dataclasses import replace

import sympy
from sympy import S

from ...budget import spend
from ...errors import NotDecided
from ...nodes.expressions import Factors, Power, Terms, log, plain
from ...nodes.functionals import Expectation, Functional, Over, law_factors, phi
from ...nodes.laws import At, Block, Density, Law
from ...nodes.times import Times
from ...nodes.walk import atoms, free, walk
from .atoms import Names, base_of, chain_of, ends, node, shown
from .averages import Averages
from .polynomials import Polynomials

__all__ = ["of_copies", "of_one"]


def of_copies(claim):
    """Whether a claim, or a fact of it, speaks of independent copies."""
    return any(isinstance(a, Law) and a.iid for e in (*claim.sides, *[side for f in claim.facts for side in f]) for a in walk(e))


def of_one(claim):
    """(the claim about one copy, the conditions that the way there rests on)."""
    work = _Work(claim.times or Times(), Names(claim))
    facts = tuple(replace(f, left=work.fact(f, f.left), right=work.fact(f, f.right), forall=work.still(f)) for f in claim.facts)
    out = replace(claim, lhs=work.rewritten(claim.lhs), rhs=work.rewritten(claim.rhs), facts=facts)
    return out, tuple(work.conditions)


class _Work:
    """Rewrites expressions under what is known of the times."""

    def __init__(self, times, names, conditions=None):
        self.times, self.names = times, names
        self.conditions = {} if conditions is None else conditions

    def within(self, index, lo, hi):
        return _Work(self.times.within(index, lo, hi), self.names, self.conditions)

    def fact(self, f, e):
        """A fact for every i speaks of the i for which there is a copy."""
        inner = self
        for d in sorted(atoms(e, Density), key=str):
            for v in d.left if d.law.iid else ():
                if isinstance(v, At) and v.args[1] in f.forall:
                    (block,) = d.law.scope
                    inner = inner.within(v.args[1], *block.args[1:])
        return inner.rewritten(e)

    def still(self, f):
        left = {s for side in f for s in sympy.sympify(self.fact(f, side)).free_symbols} | {v for side in f for v in walk(self.fact(f, side))}
        return tuple(s for s in f.forall if s in left or plain(s) in left)

    # --- expressions around averages

    def rewritten(self, e):
        """The same in averages over one copy."""
        spend()
        if isinstance(e, Law) or not any(law.iid for law in atoms(e, Law)):
            return e
        if isinstance(e, (Functional, phi)):
            return self.rewritten(e.definition())
        if isinstance(e, Expectation):
            return self.average(e)
        if isinstance(e, Density):
            if any(isinstance(v, Block) for v in (*e.left, *e.right)):
                raise NotDecided(f"{e}, the density of all copies together, stands elsewhere than in a log or as a law")
            return e
        if isinstance(e, log):
            return self.written(Polynomials(self, None, ()).logs(e.args[0])) if any(isinstance(v, Block) for v in free(e.args[0])) else log(self.rewritten(e.args[0]))
        if isinstance(e, Over):
            if any(law.iid for v in e.bound for law in atoms(e.body, Law) if chain_of(law) == base_of(v)):
                raise NotDecided("a sum or integral over the values of copies: write it as an expectation")
            return e.func(e.args[0], self.rewritten(e.body))
        if isinstance(e, (sympy.Sum, sympy.Product)):
            inner = self
            for i, lo, hi in reversed(e.limits):
                inner = inner.within(i, lo, hi)
            return e.func(inner.rewritten(e.function), *e.limits)
        return e.func(*[self.rewritten(a) for a in e.args])

    def average(self, e):
        """An expectation; the laws of copies innermost, one after the other."""
        factors = law_factors(e.law)
        copies = [f for f in factors if isinstance(f, Density) and f.law.iid]
        others = [f for f in factors if f not in copies]
        for f in copies:
            if any(base_of(v) == chain_of(f.law) for g in factors if g is not f for v in free(g)):
                raise NotDecided(f"{f} together with another law of the same variables")
        body = self.rewritten(e.body)
        for f in copies:
            body = Averages(self, f, self.ranges(f)).mean(body)
        return Expectation(Factors.of(*others), body) if others else body

    def ranges(self, d):
        """The indices of the copies that a density draws."""
        (block,) = d.law.scope
        out = [ends(v) for v in d.left]
        for v, (lo, hi) in zip(d.left, out):
            if not self.inside((lo, hi), ends(block)):
                raise NotDecided(f"whether {v} is among {block} is not settled: say which values {', '.join(map(str, sorted(lo.free_symbols | hi.free_symbols, key=str)))} can have")
        if any(base_of(v) == chain_of(d.law) for v in d.right):
            return out
        for k, r in enumerate(out):
            if any(not self.apart(r, s) for s in out[:k]):
                raise NotDecided(f"whether the copies in {d} are different ones is not settled")
        return out

    # --- ranges of indices

    def inside(self, r, s):
        return self.times.nonnegative(r[0] - s[0]) and self.times.nonnegative(s[1] - r[1])

    def apart(self, r, s):
        return self.times.sign(s[0] - r[1]) == 1 or self.times.sign(r[0] - s[1]) == 1

    def common(self, r, s):
        """The indices in both ranges; None where there are none."""
        if self.inside(r, s):
            return r
        if self.inside(s, r):
            return s
        if self.apart(r, s):
            return None
        raise NotDecided(f"how the copies {shown(r)} and {shown(s)} lie to one another is not settled")

    # --- back to expressions

    def written(self, poly):
        return Terms(*[Factors.of(c, *[Power(node(a), n) if n != 1 else node(a) for a, n in mono]) for mono, c in poly.items()]) if poly else S.Zero
