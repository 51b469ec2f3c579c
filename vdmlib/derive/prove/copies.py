"""Independent copies of one draw: a line about x_1, …, x_K becomes a line about one x.

Under p(x_1:K) with `iid=True` an average of a polynomial in sums over the copies is a polynomial in averages over one copy:
E (Σ f(x_i))² = K E f² + K (K − 1) (E f)², by who equals whom among the copies. What is no polynomial, such as the log of a
sum, is a number of its own, the same wherever the same stands under as many copies; before, what is symmetric in the copies
makes any one of them as good as their mean: E[f(x_1)/Σ g(x_i)] = E[Σ f(x_i)/Σ g(x_i)]/K.

A line that is proved so is proved for every law and every number of copies. What the rules do not fit is not decided.
"""

from dataclasses import replace
from math import factorial

import sympy
from sympy import Add, Mul, Pow, S, Symbol, Tuple
from sympy.core.symbol import Str
from sympy.utilities.iterables import multiset_partitions

from ..budget import spend
from ..errors import NotDecided
from ..nodes.expressions import Factors, Frac, Power, Terms, log, plain, symbol, undefined
from ..nodes.functionals import Expectation, Functional, Over, law_factors, phi
from ..nodes.hypotheses import Condition
from ..nodes.laws import At, Block, Density, Law, Variable
from ..nodes.normal import N
from ..nodes.times import Times
from ..nodes.walk import atoms, free, has, walk
from .nonnegative import positive

__all__ = ["AVERAGE", "of_copies", "of_one"]

MOST = 4  # sums over the copies that are multiplied
INDEX = Symbol("_i", integer=True)  # runs over the copies in every sum
AVERAGE = "⟨"  # begins the names of averages that are no polynomials


def of_copies(claim):
    """Whether a claim, or a fact of it, speaks of independent copies."""
    return any(law.iid for e in (*claim.sides, *[side for f in claim.facts for side in f]) for law in atoms(e, Law))


def of_one(claim):
    """(the claim about one copy, the conditions that the way there rests on)."""
    work = _Work(claim.times or Times(), _Names(claim))
    facts = tuple(replace(f, left=work.fact(f, f.left), right=work.fact(f, f.right), forall=work.still(f)) for f in claim.facts)
    out = replace(claim, lhs=work.rewritten(claim.lhs), rhs=work.rewritten(claim.rhs), facts=facts)
    return out, tuple(work.conditions)


class _Names:
    """Names that nothing in a claim has: of one copy, and of averages that are no polynomials, by what they are."""

    def __init__(self, claim):
        parts = [a for e in (*claim.sides, *[side for f in claim.facts for side in f]) for a in walk(e)]
        self.taken = {str(a) for a in parts if isinstance(a, Symbol)} | {a.func.__name__ for a in parts if isinstance(a, sympy.Function)}
        self.numbers = {}
        laws = {a for a in parts if isinstance(a, Law) and a.iid}
        if len({(law.name, _chain_of(law)) for law in laws}) < len(laws):
            raise NotDecided("two laws of copies have one letter: declare one law, of all the copies that the line speaks of")
        if any(name.startswith("_i") for name in self.taken):
            raise NotDecided("names that begin with _i are taken by the sums over copies")

    def of_one(self, label):
        name = f"{label}_1"
        while name in self.taken:
            name += "'"
        return Variable(name, real=True)

    def of_number(self, key):
        return self.numbers.setdefault(key, f"{AVERAGE}{len(self.numbers) + 1}⟩")


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
            return self.written(_Copies(self, None, ()).logs(e.args[0])) if any(isinstance(v, Block) for v in free(e.args[0])) else log(self.rewritten(e.args[0]))
        if isinstance(e, Over):
            if any(law.iid for v in e.bound for law in atoms(e.body, Law) if _chain_of(law) == _base(v)):
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
            drawn = {_chain_of(f.law)}
            if any(_base(v) in drawn for g in factors if g is not f and isinstance(g, Density) for v in (*g.left, *g.right)):
                raise NotDecided(f"{f} together with another law of the same variables")
        body = self.rewritten(e.body)
        for f in copies:
            body = _Copies(self, f, self.ranges(f)).mean(body)
        return Expectation(Factors.of(*others), body) if others else body

    def ranges(self, d):
        """The indices of the copies that a density draws."""
        (block,) = d.law.scope
        out = [_ends(v) for v in d.left]
        for v, (lo, hi) in zip(d.left, out):
            if not self.inside((lo, hi), _ends(block)):
                raise NotDecided(f"whether {v} is among {block} is not settled: say which values {', '.join(map(str, sorted(lo.free_symbols | hi.free_symbols, key=str)))} can have")
        if any(_base(v) == _chain_of(d.law) for v in d.right):
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
        raise NotDecided(f"how the copies {_text(r)} and {_text(s)} lie to one another is not settled")

    # --- back to expressions

    def written(self, poly):
        return Terms(*[Factors.of(c, *[Power(_node(a), n) if n != 1 else _node(a) for a, n in mono]) for mono, c in poly.items()]) if poly else S.Zero


class _Copies:
    """An average over copies: polynomials {monomial: coefficient}, a monomial being a frozenset of (atom, power).

    An atom is ("at", expression), of at most one copy, or ("sum", lo, hi, monomial, coefficient) over the copies from lo to
    hi, the index being INDEX; ("log", polynomial), ("pow", polynomial, power), ("fun", function, polynomials) hold sums.
    """

    def __init__(self, work, density, ranges):
        self.work, self.density, self.ranges = work, density, ranges
        self.chain = _chain_of(density.law) if density is not None else None
        if density is not None:
            if any(_base(v) == self.chain for v in density.right):
                raise NotDecided(f"{density}: a copy says nothing of another, leave out what is given")
            self.one = work.names.of_one(self.chain.label)

    # --- into polynomials

    def poly(self, e):
        spend()
        e = sympy.sympify(e)
        if isinstance(e, (Terms, Add)):
            return _sum(*[self.poly(a) for a in e.args])
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
            if self.touched(e.args[1]) or _random(e.args[1]):
                return self.leaf(e)
            if n.is_Integer and not (n < 0 and self.single_copy(e) and not positive(e.args[0])):
                return self.power(self.poly(e.args[0]), n)
            return self.leaf(e)
        if isinstance(e, (sympy.log,)) and self.touched(e):
            return self.logs(e.args[0])
        if isinstance(e, (phi, Functional)) and self.touched(e):
            return self.poly(e.definition()) if not isinstance(e, phi) else _sum(self.poly(e.args[0]), {frozenset(): S.NegativeOne}, _scaled(self.logs(e.args[0]), S.NegativeOne))
        if isinstance(e, sympy.Sum) and self.touched(e):
            return self.summed(e)
        if isinstance(e, sympy.Product) and self.touched(e):
            raise NotDecided(f"a product over the copies, {e}, can stand in a log")
        return self.leaf(e)

    def leaf(self, e):
        """What is no sum or product."""
        at = self.touched(e)
        if not at and not _random(e):
            return {frozenset(): plain(e)} if e != 0 else {}
        if any(isinstance(v, Block) for v in at):
            raise NotDecided(f"{e}, of all copies together, stands elsewhere than in a log or as a law")
        if len(at) <= 1 and not self.sums_in(e):
            return {frozenset({(("at", e), S.One)}): S.One}
        if e.is_Function and not isinstance(e, sympy.log):
            return {frozenset({(("fun", e.func, tuple(_frozen(self.poly(a)) for a in e.args)), S.One)}): S.One}
        if isinstance(e, (Power, Pow)):
            return self.power(self.poly(e.args[0]), plain(e.args[1]))
        raise NotDecided(f"{type(e).__name__} of several copies is outside of this method: {e}")

    def single_copy(self, e):
        return len(self.touched(e)) == 1 and not self.sums_in(e)

    def touched(self, e):
        """The copies that stand free in an expression, with those of its sums."""
        return {v for v in free(sympy.sympify(e)) if _base(v) is not None and (self.chain is None or _base(v) == self.chain)}

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
            return {frozenset({(("pow", _frozen(p), n), S.One)}): S.One}
        raise NotDecided("division by, or a root of, what is not seen to be positive, under a law of copies")

    def asks(self, mono):
        """A sum of densities that is divided by is positive where the copies are drawn."""
        for a, _ in mono:
            for part in _parts(a) if a[0] != "at" else ():
                for d in atoms(part, Density):
                    if self.density is not None and d.law != self.density.law and self.touched(d):
                        first = At(self.chain, S.One)
                        drawn, other = (Density(f.law, [first], [v for v in f.right if _base(v) != self.chain]) for f in (self.density, d))
                        self.work.conditions[Condition(drawn, "dominated", other, ((first, None, None),), f"division by a sum of {other}")] = None

    def positive(self, a):
        if a[0] == "at":
            return bool(positive(a[1]))
        if a[0] == "sum":
            _, lo, hi, mono, c = a
            return bool(c.is_positive) and self.work.times.nonnegative(hi - lo) and all(self.positive(b) for b, _ in mono)
        if a[0] == "pow":
            return True
        return a[0] == "fun" and issubclass(a[1], sympy.exp)

    def logs(self, e):
        """log of a product as a sum of logs, where each factor is positive."""
        e = sympy.sympify(e)
        if isinstance(e, Density) and e.law.iid and any(isinstance(v, Block) for v in e.left):
            if any(_base(v) == _chain_of(e.law) for v in e.right):
                raise NotDecided(f"{e}: a copy says nothing of another, leave out what is given")
            return _sum(*[self.poly(sympy.Sum(log(Density(e.law, [At(v.args[0], INDEX)], e.right)), (INDEX, *v.args[1:]))) if isinstance(v, Block)
                          else self.logs(Density(e.law, [v], e.right)) for v in e.left])
        if isinstance(e, sympy.Product):
            if not positive(e.function):
                raise NotDecided(f"log of a product whose factors are not seen to be positive: {e}")
            return self.poly(sympy.Sum(log(e.function), *e.limits))
        if isinstance(e, Frac) and all(map(positive, e.args)):
            return _sum(self.logs(e.args[0]), _scaled(self.logs(e.args[1]), S.NegativeOne))
        if isinstance(e, (Factors, Mul)) and all(map(positive, e.args)):
            return _sum(*map(self.logs, e.args))
        if isinstance(e, (Power, Pow)) and positive(e.args[0]) and not _random(e.args[1]):
            return _scaled(self.logs(e.args[0]), plain(e.args[1]))
        if not self.sums_in(e):
            return self.leaf(log(e))
        p = self.poly(e)
        if len(p) == 1:
            ((mono, c),) = p.items()
            if c.is_positive and all(self.positive(a) for a, _ in mono):
                out = [{frozenset(): sympy.expand_log(sympy.log(c))}] if c != 1 else []
                for a, n in mono:
                    if a[0] == "at":
                        out.append(_scaled(self.leaf(log(a[1])), n))
                    else:
                        out.append({frozenset({(("log", _frozen({frozenset({(a, S.One)}): S.One})), S.One)}): n})
                return _sum(*out)
        return {frozenset({(("log", _frozen(p)), S.One)}): S.One}

    def summed(self, e):
        """Σ over the copies of a polynomial: what goes with one index, and what does not."""
        *inner, (i, lo, hi) = e.limits
        lo, hi = plain(lo), plain(hi)
        if not self.work.times.nonnegative(hi - lo + 1):
            raise NotDecided(f"whether the sum from {lo} to {hi} has a length is not settled")
        own = Symbol(f"_i{self.nested(e)}", integer=True)
        body = (sympy.Sum(e.function, *inner) if inner else e.function).subs(i, own)
        within = _Copies(self.work.within(own, lo, hi), self.density, self.ranges)
        out = []
        for mono, c in within.poly(body).items():
            mine = frozenset((a, n) for a, n in mono if _holds(a, own))
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
        return _sum(*out)

    def nested(self, e):
        return sum(isinstance(a, sympy.Sum) for a in walk(e))

    # --- averages

    def mean(self, body):
        out = []
        for mono, c in self.poly(body).items():
            out.append(Factors.of(c, self.of_monomial(mono)))
        return Terms(*out) if out else S.Zero

    def of_monomial(self, mono):
        spend()
        fixed = [Power(_node(a), n) if n != 1 else _node(a) for a, n in mono if not self.where(a)]
        mono = frozenset((a, n) for a, n in mono if self.where(a))
        for a, _ in mono:
            for r in self.where(a):
                if not any(self.work.inside(r, s) for s in self.ranges):
                    raise NotDecided(f"whether the copies {_text(r)} are drawn under {self.density} is not settled")
        tangled = frozenset((a, n) for a, n in mono if not self.is_linear(a, n))
        value = self.of_sums(mono) if not tangled else self.of_tangle(tangled, mono - tangled)
        return Factors.of(*fixed, value)

    def where(self, a):
        """The ranges of the copies that stand in an atom."""
        if a[0] == "at":
            return {(plain(v.args[1]),) * 2 for v in self.touched(a[1])}
        if a[0] == "sum":
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
        if isinstance(e, At) and _base(e) == self.chain:
            return self.one
        if isinstance(e, Density):
            if not self.touched(e):
                return e
            if not (e.law.iid and _chain_of(e.law) == self.chain):
                raise NotDecided(f"{e} is not a law of copies: declare {e.law.name} with iid=True too")
            return Density(one_of(e.law, self.one), [self.at_one(v) for v in e.left], e.right)
        if isinstance(e, Law) or not getattr(e, "args", ()):
            return e
        return e.func(*[self.at_one(a) for a in e.args])

    # --- what is no polynomial in sums

    def of_tangle(self, tangled, others):
        work = self.work
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
                raise NotDecided(f"how the copies {_text(r)} and {_text(whole)} lie to one another is not settled")
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
        key = (self.density.law.args[0], _chain_of(self.density.law), self.density.right, self.density.law.given, size, _counted(mono, size))
        law = one_of(self.density.law, self.one)
        name = self.work.names.of_number((law, key))
        parts, random = (*_parts(mono), size), (Variable, At, Block)
        names = {v for part in parts for v in free(part) if not self.touched(v)} | set(self.density.right)
        if any(isinstance(v, Block) for v in names):
            raise NotDecided("copies given symbolically many variables")
        names |= {s for part in parts for s in part.free_symbols if isinstance(s, Symbol) and not isinstance(s, random)} - {INDEX, self.chain.label}
        names = sorted(names, key=str)
        return undefined(name)(*names) if names else symbol(name)


def one_of(law, v):
    """The law of one copy."""
    return law.func_from(Str(law.name), Tuple(v), Tuple(*law.given), S.false, law.args[4], S.false)


def _chain_of(law):
    return law.scope[0].args[0] if law.iid else None


def _base(v):
    return v.args[0] if isinstance(v, (At, Block)) else None


def _ends(v):
    return (plain(v.args[1]),) * 2 if isinstance(v, At) else (plain(v.args[1]), plain(v.args[2]))


def _random(e):
    return has(e, (Variable, At, Block, Density, Functional, Expectation, Over, N))


def _node(a):
    if a[0] == "at":
        return a[1]
    if a[0] == "sum":
        _, lo, hi, mono, c = a
        return sympy.Sum(Factors.of(c, *[Power(_node(b), n) if n != 1 else _node(b) for b, n in mono]), (INDEX, lo, hi))
    raise NotDecided("a function of all copies stands free")


def _sum(*polys):
    out = {}
    for p in polys:
        for m, c in p.items():
            out[m] = sympy.expand(out.get(m, S.Zero) + c)
    return {m: c for m, c in out.items() if c != 0}


def _scaled(p, c):
    return {m: sympy.expand(c * k) for m, k in p.items()}


def _frozen(p):
    return frozenset(p.items())


def _holds(part, s):
    if isinstance(part, (tuple, frozenset)):
        return any(_holds(a, s) for a in part)
    return isinstance(part, sympy.Basic) and part.has(s)


def _parts(part):
    """Every expression in an atom."""
    if isinstance(part, (tuple, frozenset)):
        for a in part:
            yield from _parts(a)
    elif isinstance(part, sympy.Basic):
        yield part


def _counted(part, size):
    """The same with sums over the copies from 1 on."""
    if isinstance(part, tuple):
        if part and part[0] == "sum":
            return ("sum", S.One, size, *part[3:])
        return tuple(_counted(a, size) for a in part)
    return frozenset(_counted(a, size) for a in part) if isinstance(part, frozenset) else part


def _text(r):
    return f"{r[0]}" if r[0] == r[1] else f"{r[0]} to {r[1]}"
