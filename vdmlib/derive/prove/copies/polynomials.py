"""Expressions under a law of copies as polynomials in functions of single copies and in sums over copies."""

import sympy
from sympy import Add, Mul, Pow, S, Symbol

from ...budget import spend
from ...errors import NotDecided
from ...nodes.expressions import Factors, Frac, Power, Terms, log, plain
from ...nodes.functionals import Functional, phi
from ...nodes.hypotheses import Condition
from ...nodes.laws import At, Block, Density
from ...nodes.walk import atoms, free, has, walk
from ..nonnegative import positive
from .atoms import INDEX, added, base_of, chain_of, exp_of, freeze, holds, is_random, node, parts_of, scaled

__all__ = ["Polynomials"]


class Polynomials:
    """What stands under a density of copies, as a polynomial; without a density, all copies are free.

    ranges: the indices of the copies that are drawn, as (first, last).
    """

    def __init__(self, work, density, ranges):
        self.work, self.density, self.ranges = work, density, ranges
        self.chain = chain_of(density.law) if density is not None else None
        if density is not None:
            if any(base_of(v) == self.chain for v in density.right):
                raise NotDecided(f"{density}: a copy says nothing of another, leave out what is given")
            self.one = work.names.of_one(self.chain.label)

    def poly(self, e):
        spend()
        e = sympy.sympify(e)
        if isinstance(e, (Terms, Add)):
            return added(*[self.poly(a) for a in e.args])
        if isinstance(e, (Factors, Mul)):
            out = {frozenset(): S.One}
            for a in e.args:
                out = self.mul(out, self.poly(a))
            return out
        if isinstance(e, Frac):
            if self.single_copy(e) and not positive(e.args[1]):
                return self.leaf(e)
            return self.mul(self.poly(e.args[0]), self.power(self.poly(e.args[1]), S.NegativeOne))
        if isinstance(e, (Power, Pow)) and self.touched(e):
            n = plain(e.args[1])
            if self.touched(e.args[1]) or is_random(e.args[1]):
                return self.leaf(e)
            if n.is_Integer and not (n < 0 and self.single_copy(e) and not positive(e.args[0])):
                return self.power(self.poly(e.args[0]), n)
            return self.leaf(e)
        if isinstance(e, (sympy.log,)) and self.touched(e):
            return self.logs(e.args[0])
        if isinstance(e, (phi, Functional)) and self.touched(e):
            return self.poly(e.definition()) if not isinstance(e, phi) else added(self.poly(e.args[0]), {frozenset(): S.NegativeOne}, scaled(self.logs(e.args[0]), S.NegativeOne))
        if isinstance(e, sympy.Sum) and self.touched(e):
            return self.summed(e)
        if isinstance(e, sympy.Product) and self.touched(e):
            if not positive(e.function):
                raise NotDecided(f"a product over the copies of what is not seen to be positive: {e}")
            return self.exponential(self.poly(sympy.Sum(log(e.function), *e.limits)))
        if isinstance(e, sympy.exp) and self.sums_in(e):
            return self.exponential(self.poly(e.args[0]))
        return self.leaf(e)

    def leaf(self, e):
        """What is no sum or product."""
        at = self.touched(e)
        if not at and not is_random(e):
            return {frozenset(): plain(e)} if e != 0 else {}
        if any(isinstance(v, Block) for v in at):
            raise NotDecided(f"{e}, of all copies together, stands elsewhere than in a log or as a law")
        if len(at) <= 1 and not self.sums_in(e):
            return {frozenset({(("at", e), S.One)}): S.One}
        if e.is_Function and not isinstance(e, sympy.log):
            return {frozenset({(("fun", e.func, tuple(freeze(self.poly(a)) for a in e.args)), S.One)}): S.One}
        if isinstance(e, (Power, Pow)):
            return self.power(self.poly(e.args[0]), plain(e.args[1]))
        raise NotDecided(f"{type(e).__name__} of several copies is outside of this method: {e}")

    def exponential(self, p):
        """exp of sums over the copies, and of functions of single ones, as a product."""
        out = {}
        for mono, c in p.items():
            ((a, n),) = tuple(mono) or ((None, S.One),)
            if len(mono) > 1 or a is not None and (a[0] not in ("at", "sum") or a[0] == "sum" and (n != 1 or a[4] != 1 or len(self.touched(node(a))) == 0)):
                raise NotDecided("exp of what is no sum over the copies of functions of each")
            if a is None:
                atom = ("at", sympy.exp(c))
                if not is_random(c):
                    out[frozenset()] = sympy.exp(c)
                    continue
            elif a[0] == "at":
                atom = ("at", exp_of(c, [(a, n)]))
            else:
                atom = ("prod", a[1], a[2], frozenset({(("at", exp_of(c, a[3])), S.One)}))
            out[atom] = S.One
        scale = out.pop(frozenset(), S.One)
        return {frozenset((a, S.One) for a in out): scale}

    def single_copy(self, e):
        return len(self.touched(e)) == 1 and not self.sums_in(e)

    def touched(self, e):
        """The copies that stand free in an expression, with those of its sums."""
        return {v for v in free(sympy.sympify(e)) if base_of(v) is not None and (self.chain is None or base_of(v) == self.chain)}

    def sums_in(self, e):
        return any(isinstance(a, (sympy.Sum, sympy.Product)) and self.touched(a) for a in walk(e))

    def mul(self, p, q):
        out = {}
        for a, c in p.items():
            for b, d in q.items():
                spend()
                mono = dict(a)
                for atom, n in b:
                    if n.is_negative != mono.get(atom, n).is_negative and atom[0] == "at" and has(atom[1], Density):
                        raise NotDecided(f"{atom[1]} stands above and below in a quotient: cancel it")
                    mono[atom] = sympy.expand(mono.get(atom, S.Zero) + n)
                key = frozenset((x, n) for x, n in mono.items() if n != 0)
                out[key] = out.get(key, S.Zero) + c * d
        return {m: c for m, c in ((m, sympy.expand(c)) for m, c in out.items()) if c != 0}

    def power(self, p, n):
        if n.is_Integer and n >= 0:
            out = {frozenset(): S.One}
            for _ in range(int(n)):
                out = self.mul(out, p)
            return out
        if len(p) == 1:
            ((mono, c),) = p.items()
            if all(self.positive(a) for a, _ in mono) and (n.is_Integer or c.is_positive):
                self.asks(mono)
                return {frozenset((a, sympy.expand(m * n)) for a, m in mono): c**n}
        if p and all(c.is_positive and all(self.positive(a) for a, _ in mono) for mono, c in p.items()):
            for mono in p:
                self.asks(mono)
            return {frozenset({(("pow", freeze(p), n), S.One)}): S.One}
        raise NotDecided("division by, or a root of, what is not seen to be positive, under a law of copies")

    def asks(self, mono):
        """A sum of densities that is divided by is positive where the copies are drawn."""
        for a, _ in mono:
            for part in parts_of(a) if a[0] != "at" else ():
                for d in atoms(part, Density):
                    if self.density is not None and d.law != self.density.law and self.touched(d):
                        first = At(self.chain, S.One)
                        drawn, other = (Density(f.law, [first], [v for v in f.right if base_of(v) != self.chain]) for f in (self.density, d))
                        self.work.conditions[Condition(drawn, "dominated", other, ((first, None, None),), f"division by a sum of {other}")] = None

    def positive(self, a):
        if a[0] == "at":
            return bool(positive(a[1]))
        if a[0] == "sum":
            _, lo, hi, mono, c = a
            return bool(c.is_positive) and self.work.times.nonnegative(hi - lo) and all(self.positive(b) for b, _ in mono)
        if a[0] in ("pow", "prod"):
            return True
        return a[0] == "fun" and issubclass(a[1], sympy.exp)

    def logs(self, e):
        """log of a product as a sum of logs, where each factor is positive."""
        e = sympy.sympify(e)
        if isinstance(e, Density) and e.law.iid and any(isinstance(v, Block) for v in e.left):
            if any(base_of(v) == chain_of(e.law) for v in e.right):
                raise NotDecided(f"{e}: a copy says nothing of another, leave out what is given")
            return added(*[self.poly(sympy.Sum(log(Density(e.law, [At(v.args[0], INDEX)], e.right)), (INDEX, *v.args[1:]))) if isinstance(v, Block)
                          else self.logs(Density(e.law, [v], e.right)) for v in e.left])
        if isinstance(e, sympy.Product):
            if not positive(e.function):
                raise NotDecided(f"log of a product whose factors are not seen to be positive: {e}")
            return self.poly(sympy.Sum(log(e.function), *e.limits))
        if isinstance(e, Frac) and all(map(positive, e.args)):
            return added(self.logs(e.args[0]), scaled(self.logs(e.args[1]), S.NegativeOne))
        if isinstance(e, (Factors, Mul)) and all(map(positive, e.args)):
            return added(*map(self.logs, e.args))
        if isinstance(e, (Power, Pow)) and positive(e.args[0]) and not is_random(e.args[1]):
            return scaled(self.logs(e.args[0]), plain(e.args[1]))
        if not self.sums_in(e):
            return self.leaf(log(e))
        p = self.poly(e)
        if len(p) == 1:
            ((mono, c),) = p.items()
            if c.is_positive and all(self.positive(a) for a, _ in mono):
                out = [{frozenset(): sympy.expand_log(sympy.log(c))}] if c != 1 else []
                for a, n in mono:
                    if a[0] == "prod":
                        raise NotDecided(f"log of a product over the copies is a sum of logs: write {e} so")
                    if a[0] == "at":
                        out.append(scaled(self.leaf(log(a[1])), n))
                    else:
                        out.append({frozenset({(("log", freeze({frozenset({(a, S.One)}): S.One})), S.One)}): n})
                return added(*out)
        return {frozenset({(("log", freeze(p)), S.One)}): S.One}

    def summed(self, e):
        """Σ over the copies of a polynomial: what goes with one index, and what does not."""
        *inner, (i, lo, hi) = e.limits
        lo, hi = plain(lo), plain(hi)
        if not self.work.times.nonnegative(hi - lo + 1):
            raise NotDecided(f"whether the sum from {lo} to {hi} has a length is not settled")
        own = Symbol(f"_i{self.nested(e)}", integer=True)
        body = (sympy.Sum(e.function, *inner) if inner else e.function).subs(i, own)
        within = type(self)(self.work.within(own, lo, hi), self.density, self.ranges)
        out = []
        for mono, c in within.poly(body).items():
            mine = frozenset((a, n) for a, n in mono if holds(a, own))
            rest = mono - mine
            if not all(a[0] == "at" and all(v.args[1] == own for v in self.touched(a[1])) for a, _ in mine):
                raise NotDecided(f"a sum over the copies of what holds more than the one copy x_i: {e}")
            fixed, factor = c.as_independent(own, as_Add=False)
            if not mine and not factor.has(own):
                out.append({rest: fixed * factor * (hi - lo + 1)})
            elif not any(self.touched(a[1]) for a, _ in mine):
                if mine:
                    raise NotDecided(f"a sum of what does not hold a copy: {e}")
                out.append({rest: fixed * sympy.Sum(factor, (own, lo, hi))})
            else:
                mine = frozenset((("at", a[1].subs(own, INDEX)), n) for a, n in mine)
                out.append(self.mul({rest: fixed}, {frozenset({(("sum", lo, hi, mine, factor.subs(own, INDEX)), S.One)}): S.One}))
        return added(*out)

    def nested(self, e):
        return sum(isinstance(a, sympy.Sum) for a in walk(e))
