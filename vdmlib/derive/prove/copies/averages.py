"""Averages over copies as polynomials in averages over one copy."""

from math import factorial

import sympy
from sympy import S, Symbol
from sympy.utilities.iterables import multiset_partitions

from ...budget import spend
from ...errors import NotDecided
from ...nodes.expressions import Factors, Power, Terms, plain, symbol, undefined
from ...nodes.functionals import Expectation
from ...nodes.laws import At, Block, Density, Law, Variable
from ...nodes.walk import free
from .atoms import INDEX, base_of, chain_of, counted, multiplies, node, one_of, parts_of, shown
from .polynomials import Polynomials

__all__ = ["Averages"]

MOST = 4  # sums over the copies that are multiplied


class Averages(Polynomials):
    """The average of an expression over the copies that a density draws."""

    def mean(self, body):
        out = []
        for mono, c in self.poly(body).items():
            out.append(Factors.of(c, self.of_monomial(mono)))
        return Terms(*out) if out else S.Zero

    def of_monomial(self, mono):
        spend()
        fixed = [Power(node(a), n) if n != 1 else node(a) for a, n in mono if not self.where(a)]
        mono = frozenset((a, n) for a, n in mono if self.where(a))
        for a, _ in mono:
            for r in self.where(a):
                if not any(self.work.inside(r, s) for s in self.ranges):
                    raise NotDecided(f"whether the copies {shown(r)} are drawn under {self.density} is not settled")
        products = frozenset((a, n) for a, n in mono if a[0] == "prod")
        if products:
            return Factors.of(*fixed, self.of_products(products, mono - products))
        tangled = frozenset((a, n) for a, n in mono if not self.is_linear(a, n))
        value = self.of_sums(mono) if not tangled else self.of_tangle(tangled, mono - tangled)
        return Factors.of(*fixed, value)

    def where(self, a):
        """The ranges of the copies that stand in an atom."""
        if a[0] == "at":
            return {(plain(v.args[1]),) * 2 for v in self.touched(a[1])}
        if a[0] in ("sum", "prod"):
            return {(a[1], a[2])}
        frozen = [a[1]] if a[0] in ("log", "pow") else a[2]
        return {r for f in frozen for mono, _ in f for b, _ in mono for r in self.where(b)}

    @staticmethod
    def is_linear(a, n):
        return a[0] == "at" or a[0] == "sum" and n.is_Integer and n > 0

    def of_sums(self, mono):
        """E of a product of sums over copies and of functions of single ones, by who equals whom."""
        parts = self.parts(mono)
        if len(parts) > MOST:
            raise NotDecided(f"a product of more than {MOST} sums over copies")
        out = []
        for groups in multiset_partitions(list(range(len(parts)))):
            ways = self.ways([[parts[k] for k in g] for g in groups])
            if ways != 0:
                out.append(Factors.of(ways, *[self.single([parts[k] for k in g]) for g in groups]))
        return Terms(*out) if out else S.Zero

    def of_products(self, products, others):
        """E of ∏ h(x_i) and a product of sums: each copy of a group brings its h, and the others E h each."""
        ranges = {r for a, _ in products for r in self.where(a)}
        if len(ranges) != 1:
            raise NotDecided("products over several different sets of copies")
        (whole,) = ranges
        apart = frozenset((a, n) for a, n in others if all(self.work.apart(r, whole) for r in self.where(a)))
        if apart:
            return Factors.of(self.of_monomial(apart), self.of_products(products, others - apart))
        if not all(self.is_linear(a, n) and all(self.work.inside(r, whole) for r in self.where(a)) for a, n in others):
            raise NotDecided("a product over the copies beside a function of all of them")
        parts, h = self.parts(others), (None, frozenset((b, sympy.expand(k * n)) for a, n in products for b, k in a[3]), S.One)
        if len(parts) > MOST:
            raise NotDecided(f"a product of more than {MOST} sums over copies")
        out, size, one = [], whole[1] - whole[0] + 1, self.single([h])
        for groups in multiset_partitions(list(range(len(parts)))) if parts else [[]]:
            ways = self.ways([[parts[k] for k in g] for g in groups]) if groups else S.One
            if ways != 0:
                out.append(Factors.of(ways, *[self.single([*[parts[k] for k in g], h]) for g in groups], Power(one, plain(size - len(groups)))))
        return Terms(*out) if out else S.Zero

    def parts(self, mono):
        """[(range, monomial of the copy INDEX, weight)]"""
        out, points = [], {}
        for a, n in sorted(mono, key=str):
            if a[0] == "sum":
                out += [((a[1], a[2]), a[3], a[4])] * int(n)
            else:
                (r,) = self.where(a)
                points.setdefault(r, set()).add((("at", a[1].subs(At(self.chain, r[0]), At(self.chain, INDEX))), n))
        return out + [(r, frozenset(p), S.One) for r, p in points.items()]

    def ways(self, groups):
        """Σ of the weights over different copies, one for each group: over all copies, less those where two are one."""
        out = S.Zero
        for merged in multiset_partitions(list(range(len(groups)))):
            term = S.One
            for m in merged:
                term *= (-1) ** (len(m) - 1) * factorial(len(m) - 1) * self.total([part for k in m for part in groups[k]])
            out += term
        return sympy.factor(sympy.expand(out))

    def total(self, parts):
        """Σ of the product of weights over the copies that all ranges have."""
        r, weight = parts[0][0], S.One
        for s, _, c in parts:
            r = r if r is None else self.work.common(r, s)
            weight *= c
        if r is None:
            return S.Zero
        if not weight.has(INDEX):
            return weight * (r[1] - r[0] + 1)
        total = sympy.Sum(weight, (INDEX, *r))
        return total.doit() if weight.is_polynomial(INDEX) else total

    def single(self, parts):
        """An average over one copy."""
        body = [Power(self.at_one(a[1]), n) if n != 1 else self.at_one(a[1]) for _, mono, _ in parts for a, n in sorted(mono, key=str)]
        return Expectation(Density(one_of(self.density.law, self.one), [self.one], self.density.right), Factors.of(*body))

    def at_one(self, e):
        """The same with the one copy in the place of each."""
        if isinstance(e, At) and base_of(e) == self.chain:
            return self.one
        if isinstance(e, Density):
            if not self.touched(e):
                return e
            if not (e.law.iid and chain_of(e.law) == self.chain):
                raise NotDecided(f"{e} is not a law of copies: declare {e.law.name} with iid=True too")
            return Density(one_of(e.law, self.one), [self.at_one(v) for v in e.left], e.right)
        if isinstance(e, Law) or not getattr(e, "args", ()):
            return e
        return e.func(*[self.at_one(a) for a in e.args])

    # --- what is no polynomial in sums

    def of_tangle(self, tangled, others):
        work = self.work
        if any(multiplies(a) for a, _ in tangled):
            raise NotDecided("a function of a product over the copies")
        ranges = {r for a, _ in tangled for r in self.where(a)}
        if len(ranges) != 1:
            raise NotDecided("a function of several different sets of copies")
        (whole,) = ranges
        if any(a[0] != "sum" and self.points_in(a) or self.weighted(a) for a, _ in tangled):
            raise NotDecided("a function of all copies that singles one of them out")
        apart = frozenset((a, n) for a, n in others if all(work.apart(r, whole) for r in self.where(a)))
        if apart:
            return Factors.of(self.of_sums(apart), self.of_tangle(tangled, others - apart))
        parts = self.parts(frozenset((a, n) for a, n in others if self.where(a) != {whole} or a[0] == "at" or a[4].has(INDEX)))
        full = frozenset((a, n) for a, n in others if self.where(a) == {whole} and a[0] == "sum" and not a[4].has(INDEX))
        size = whole[1] - whole[0] + 1
        if len(parts) == 1:
            (r, mono, weight) = parts[0]
            if not work.inside(r, whole) or not work.times.nonnegative(size - 1):
                raise NotDecided(f"how the copies {shown(r)} and {shown(whole)} lie to one another is not settled")
            share = self.total(parts) / size
            again = self.mul({frozenset({(("sum", *whole, mono, S.One), S.One)}): share}, {frozenset(tangled | full): S.One})
            return Terms(*[Factors.of(c, self.of_monomial(m)) for m, c in again.items()])
        if parts:
            raise NotDecided("several single copies beside a function of all of them")
        return self.number(frozenset(tangled | full), size)

    def points_in(self, a):
        frozen = [a[1]] if a[0] in ("log", "pow") else a[2]
        return any(b[0] == "at" and self.touched(b[1]) or b[0] in ("log", "pow", "fun") and self.points_in(b) for f in frozen for mono, _ in f for b, _ in mono)

    def weighted(self, a):
        """Whether a sum in an atom weighs the copies differently."""
        if a[0] == "sum":
            return a[4].has(INDEX)
        frozen = () if a[0] == "at" else [a[1]] if a[0] in ("log", "pow") else a[2]
        return any(self.weighted(b) for f in frozen for mono, _ in f for b, _ in mono)

    def number(self, mono, size):
        """An average that is a number of its own, the same for as many copies whatever their numbers are."""
        size = sympy.expand(size)
        key = (self.density.law.args[0], chain_of(self.density.law), self.density.right, self.density.law.given, size, counted(mono, size))
        law = one_of(self.density.law, self.one)
        name = self.work.names.of_number((law, key))
        parts, random = (*parts_of(mono), size), (Variable, At, Block)
        names = {v for part in parts for v in free(part) if not self.touched(v)} | set(self.density.right)
        if any(isinstance(v, Block) for v in names):
            raise NotDecided("copies given symbolically many variables")
        names |= {s for part in parts for s in part.free_symbols if isinstance(s, Symbol) and not isinstance(s, random)} - {INDEX, self.chain.label}
        names = sorted(names, key=str)
        return undefined(name)(*names) if names else symbol(name)
