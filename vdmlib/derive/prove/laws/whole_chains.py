"""Chains taken as one variable: densities of symbolically many variables outside of logs, and under the laws of others.

p(x_0:T) is one density of one thing, whatever T; of it a part is integrated out, or kept where a function needs it. No
chain is taken for a Markov chain here, so that what is shown holds for every law of the variables.
"""

import sympy
from sympy import Integer, S

from ...errors import NotDecided
from ...nodes.expressions import Factors, Terms, plain
from ...nodes.functionals import Expectation, Functional
from ...nodes.hypotheses import Condition
from ...nodes.laws import At, Block, Density
from ...nodes.times import fresh_index
from ...nodes.walk import has, walk
from ..induction import Induction
from ..method import Method, Settled
from .chains import flat, joined
from .integrate import flattened
from .left_over import LeftOver
from .normaliser import Normaliser
from .polynomials import add, clean, gen, generator_variables, merge, mul, scale
from .supports import products

__all__ = ["WholeChains"]


class WholeChains(Method):
    name = "expected log-densities of whole chains"
    induction = Induction()

    def applies(self, claim):
        """Whether a block's density stands outside of logs, is given what comes later in its chain, or is a product by a fact."""
        if not self.induction.applies(claim):
            return False
        return any(_outside_of_logs(e) or _backwards(e) for e in claim.sides) or any(
            isinstance(f.left, Density) and has(f.left, Block) and has(f.right, sympy.Product) for f in claim.facts)

    def difference(self, claim):
        try:
            normal = _Whole(claim.facts, claim.times)
            left = clean(normal.by_mixtures(normal.poly(Terms(claim.lhs, Factors(Integer(-1), claim.rhs)))))
            normal.free_divisors()
        except NotDecided:
            return self.induction.difference(claim)
        return Settled(LeftOver(left) if left else 0, tuple(normal.conditions))

    def reach(self, claim):
        return self.induction.reach(claim)


class _Whole(Normaliser):
    """The normal form in which a block of a chain is one variable."""

    entire = True

    def marginal(self, law, vs):
        return {(law, joined(flat(vs))): 1} if vs else {}

    def block_marginal(self, law, vs):
        return gen(("log", (law, joined(flat(vs))))) if vs else {}

    def block_expectation(self, law, body):
        raise NotDecided("a block is one variable here")

    # --- sums

    def ranged(self, lo, hi, make):
        lo, hi = plain(lo), plain(hi)
        if (hi - lo).is_Integer:
            return super().ranged(lo, hi, make)
        if not self.times.nonnegative(hi - lo + 1):
            raise NotDecided(f"whether a sum from {lo} to {hi} has a length is not settled")
        t = fresh_index(self.depth)
        return self.summed(make(t, self.inside(t, lo, hi)), t, lo, hi)

    def summed(self, body, t, lo, hi):
        out = []
        for mono, c in body.items():
            fixed, factor = sympy.sympify(c).as_independent(t, as_Add=False)
            if _holds(mono, t) or factor != 1:
                out.append(scale(gen(("sum", t, lo, hi, frozenset({(mono, factor)}))), fixed))
            else:
                out.append({mono: fixed * (hi - lo + 1)})
        return add(*out)

    # --- integrals

    def integrate_mono(self, bound, dens, gens):
        sums = [(g, n) for g, n in gens if g[0] == "sum"]
        if sums:
            (g, n), rest = sums[0], gens - {sums[0]}
            if n != 1 or len(sums) > 1:
                raise NotDecided("a product of sums over a chain is outside of this method")
            _, t, lo, hi, inner = g
            within = self.inside(t, lo, hi)
            body = mul(dict(inner), {(dens, rest): S.One})
            return self.summed(within.integrate(bound, body), t, lo, hi)
        bound, dens, gens = flattened(frozenset(bound), *_joined_again(dens, gens))
        dens, gens = _joined_again(dens, gens)
        bound = set(joined(bound))
        self.require_bound_apart(frozenset(bound), dens, gens)
        moved = True
        while moved:
            moved = False
            for b in sorted(bound, key=str):
                smaller = self.marginalised(b, dens, gens)
                if smaller is not None:
                    dens, kept = smaller
                    bound = set(joined((bound - {b}) | kept))
                    moved = True
                    break
        dens, gens = self.refined(bound, dens, gens)
        return self.grouped(bound, dens, gens)

    def marginalised(self, b, dens, gens):
        """(densities, variables of b still bound) where b, all but what functions need of it, is integrated out; None if not."""
        near = [kn for kn in dens if self.overlaps(b, kn[0][1])]
        used = set().union(*[generator_variables(g) for g, _ in gens])
        main = [kn for kn in near if self.covers(kn[0][1], b) and not (kn[0][1] & {b} and isinstance(b, At) and len(near) > 1)]
        if len(main) != 1 or main[0][1] != 1:
            return None
        ((law, vs), _), *others = main + [kn for kn in near if kn != main[0]]
        if any(self.is_given(law, v) for v in {b}) or any(self.overlaps(b, {v}) for v in flat(law.given)):
            return None
        needed = {u for u in used.union(*[kn[0][1] for kn in others]) if self.overlaps(b, {u})}
        if any(isinstance(u, Block) or not self.covers({b}, u) for u in needed) or b in needed:
            return None
        rest = joined(self.without(vs, b) | needed)
        return merge(dens - {main[0]}, [((law, rest), 1)] if rest else []), needed

    def refined(self, bound, dens, gens):
        """Densities and logs in which what is bound stands as it is bound: {x_0:T} as {x_0, x_1:T} where x_1:T is bound."""
        def split(vs):
            for b in bound:
                if b not in vs and self.overlaps(b, vs):
                    if not self.covers(vs, b):
                        raise NotDecided(f"how {b} and {', '.join(map(str, vs))} lie to one another is not settled")
                    vs = frozenset(self.without(vs, b) | {b})
            return vs

        out = []
        for g, n in gens:
            if g[0] == "log":
                g = "log", (g[1][0], split(g[1][1]))
            elif any(b not in generator_variables(g) and self.overlaps(b, generator_variables(g)) for b in bound):
                raise NotDecided(f"a function of variables of which a block is bound: {g[0]}")
            out.append((g, n))
        return frozenset(((law, split(vs)), n) for (law, vs), n in dens), frozenset(out)

    # --- blocks as ranges

    def overlaps(self, b, vs):
        return any(u == b or _base(u) is not None and _base(u) == _base(b) and not self.apart(_ends(u), _ends(b)) for u in vs)

    def apart(self, a, b):
        return self.times.sign(b[0] - a[1]) == 1 or self.times.sign(a[0] - b[1]) == 1

    def covers(self, vs, b):
        return any(u == b or self.inside_of(u, b) for u in vs)

    def inside_of(self, u, b):
        if _base(u) is None or _base(u) != _base(b):
            return False
        (lo, hi), (a, z) = _ends(u), _ends(b)
        return self.times.nonnegative(a - lo) and self.times.nonnegative(hi - z)

    def without(self, vs, b):
        """What is left of variables, one of which is or covers b."""
        u = next(u for u in vs if u == b or self.inside_of(u, b))
        if u == b:
            return set(vs) - {b}
        (lo, hi), (a, z) = _ends(u), _ends(b)
        out = set(vs) - {u}
        for first, last in ((lo, a - 1), (z + 1, hi)):
            length = sympy.expand(last - first)
            if length == 0:
                out.add(At(_base(u), first))
            elif length != -1:
                out.add(Block(_base(u), first, last))
        return out

    # --- supports

    def bind(self, divisors, bound, law, whole):
        for key, ranges in divisors.items():
            if not any(self.overlaps(b, key[1]) for b in bound):
                self.divisors[key] = ranges
                continue
            for monomial in [(law, frozenset())] * bool(law) + list(whole):
                dens = [kn for product, _ in products(*monomial) for kn in product]
                if not any(k[0] == key[0] and n.is_positive and all(self.covers(k[1], v) for v in key[1]) for k, n in _sympified(dens)):
                    self.require(Condition(Factors.of(*[self.as_density(*k) for k, n in _sympified(dens) if n.is_positive] or [S.One]), "dominated",
                                           self.as_density(*key), tuple((v, None, None) for v in sorted(bound, key=str)), f"division by {self.as_density(*key)}"))  # fmt: skip

    def as_density(self, law, vs):
        given = [v for v in flat(law.given) if self.covers(vs, v)]
        for v in given:
            vs = self.without(vs, v)
        return Density(law, sorted(vs, key=str), given)


def _sympified(dens):
    return [(k, sympy.sympify(n)) for k, n in dens]


def _base(v):
    return v.args[0] if isinstance(v, (At, Block)) else None


def _ends(v):
    return (plain(v.args[1]),) * 2 if isinstance(v, At) else (plain(v.args[1]), plain(v.args[2]))


def _joined_again(dens, gens):
    dens = merge(frozenset(), [((law, joined(vs)), n) for (law, vs), n in dens])
    gens = merge(frozenset(), [(("log", (g[1][0], joined(g[1][1]))) if g[0] == "log" else g, n) for g, n in gens])
    return dens, gens


def _holds(part, t):
    if isinstance(part, (tuple, frozenset)):
        return any(_holds(a, t) for a in part)
    return isinstance(part, sympy.Basic) and part.has(t)


def _outside_of_logs(e):
    """Whether the density of a block stands elsewhere than in a log, in a functional, or as the law of an expectation."""
    if isinstance(e, (sympy.log, Functional)):
        return False
    if isinstance(e, Density):
        return any(isinstance(v, Block) for v in (*e.left, *e.right))
    if isinstance(e, Expectation):
        return _outside_of_logs(e.body)
    return any(_outside_of_logs(a) for a in getattr(e, "args", ()))


def _backwards(e):
    """Whether the density of a block is given something later in its chain."""
    for d in walk(e):
        if isinstance(d, Density):
            for v in d.right:
                for b in d.left:
                    if isinstance(b, Block) and _base(b) == _base(v) and (_ends(v)[0] - _ends(b)[1]).is_positive:
                        return True
    return False
