"""Where densities that are divided by may vanish.

E_q[p/q] = 1 is true where q vanishes nowhere that p does not: in the normal form q cancels, and what is left is
integrated over every x, while the expectation runs over q > 0 alone. So each density that is divided by under an
expectation, a sum or an integral must dominate what is left under it. Its own law does: a marginal is positive
wherever the joint is. What else is needed becomes a condition. In a log nothing is asked: an expectation that is
finite has its logs where they exist.
"""

from sympy import S, Symbol, sympify

from ...errors import NotDecided
from ...nodes.expressions import Factors
from ...nodes.hypotheses import Condition
from ...nodes.laws import Block, Density
from .chains import flat
from .sums import Sums

__all__ = ["Supports", "products"]


class Supports(Sums):
    """Keeps account of the densities that are divided by, from where they stand up to the binder of their variables."""

    def __init__(self, times=None, lengths=None):
        super().__init__(times, lengths)
        self.divisors = {}  # (law, variables): the ranges of the indices of sums around it

    def divide(self, law, vs):
        """Note that the density of variables under a law is divided by."""
        own = frozenset(v for v in vs if not self.is_given(law, v))
        if own:
            self.divisors[law, own] = {i: r for i, r in self.times.ranges.items() if any(v.has(i) for v in own)}

    def is_given(self, law, v):
        return v in flat(law.given) or any(isinstance(b, Block) for b in law.given) and self.inside_blocks(v, law.given)

    def scope(self, make):
        """(make(), the divisors met on the way)."""
        outer, self.divisors = self.divisors, {}
        try:
            return make(), self.divisors
        finally:
            self.divisors = outer

    def bind(self, divisors, bound, law, whole):
        """What holds where variables are bound: each divisor in them dominates the law, and every monomial of `whole`."""
        for key, ranges in divisors.items():
            if not key[1] & bound:
                self.divisors[key] = ranges
                continue
            for monomial in [(law, frozenset())] * bool(law) + list(whole):
                if not self.dominated(monomial, key):
                    self.require(_for_indices(self.domination(monomial, key, bound), ranges))

    def bind_block(self, divisors, law):
        """The same for a law of symbolically many variables: it dominates its own marginals; those of others are left."""
        for key, ranges in divisors.items():
            if key[0] == law.law:
                continue
            inner = self
            for i, (lo, hi) in ranges.items():
                inner = inner.inside(i, lo, hi)
            if any(inner.inside_blocks(v, law.left) for v in key[1]):
                raise NotDecided(f"whether {self.as_density(*key)} is 0 where {law} is not, is not settled under a law of many variables")
            self.divisors[key] = ranges

    def dominated(self, monomial, divisor):
        """Whether a monomial is 0 wherever the divisor is: it holds a density of the same law over at least its variables."""
        law, vs = divisor
        if any(f.law == law and vs <= set(f.left) | set(f.right) for f in self.given.positive):
            return True
        return any(self._dominates(dens, law, vs) for dens, drawn in products(*monomial) if not drawn & vs)

    def _dominates(self, dens, law, vs):
        own = {k[1] for k, n in dens if k[0] == law and _positive(n)}
        if any(vs <= key for key in own):
            return True
        given = self.rules.get((law, vs), {})
        if given and all(any(k[0] == d[0] and k[1] <= d[1] and _positive(m) for d, m in dens) for k, n in given.items() if n > 0):
            return True
        together = frozenset().union(*own)
        if not law.markov or not vs <= together:
            return False
        try:
            chain = self.sorted(law, tuple(together))
        except NotDecided:
            return False
        places = [chain.index(v) for v in vs]
        return all(frozenset(chain[k : k + 2]) in own for k in range(min(places), max(places)))  # their joint is positive

    def domination(self, monomial, divisor, bound):
        """The condition that a monomial is 0 wherever the divisor is."""
        law, vs = divisor
        dens = [kn for product, drawn in products(*monomial) for kn in product if not drawn & kn[0][1]]
        right = self.as_density(law, vs)
        near = [k for k, n in dens if _positive(n) and k[1] & vs]
        whole = sorted((k for k in near if vs <= k[1]), key=lambda k: (len(k[1]), k[0].name))
        why, over = f"division by {right}", _every(vs & bound)
        if whole:
            d, key = whole[0]
            return Condition(self.as_density(d, key - (bound - vs)), "dominated", right, over, why)
        if near and vs & bound <= frozenset().union(*[k[1] for k in near]):
            left = Factors.of(*[self.as_density(*k) for k in sorted(near, key=str)])
            return Condition(left, "dominated", right, _every(bound & frozenset().union(*[k[1] for k in near])), why)
        return Condition(right, ">", S.Zero, over, why)

    def as_density(self, law, vs):
        """The density of variables under a law, as it is written."""
        given = [v for v in flat(law.given) if not isinstance(v, Block)]
        left = sorted((v for v in vs if not self.is_given(law, v)), key=lambda v: (law.order.index(v) if v in law.order else 0, str(v)))
        return Density(law, left, [v for v in given if v not in left])

    def free_divisors(self):
        """At the top of a line: densities of free variables that are divided by are positive there."""
        for (law, vs), ranges in self.divisors.items():
            right = self.as_density(law, vs)
            self.require(_for_indices(Condition(right, ">", S.Zero, (), f"division by {right}"), ranges))


def products(dens, gens, drawn=frozenset()):
    """The products of densities in a monomial, with the variables drawn around each: those under its integrals too."""
    yield dens, drawn
    for g, n in gens:
        if g[0] == "int" and _positive(n):
            yield from products(g[2], g[3], drawn | g[1])


def _for_indices(c, ranges):
    """A condition for every value of the indices of the sums around it, which have names of their own."""
    letters = dict(zip(ranges, (Symbol(name, integer=True) for name in "tsrijk")))
    indices = tuple((letters[i], *(sympify(end).subs(letters) for end in r)) for i, r in ranges.items())
    over = tuple((v.subs(letters), lo, hi) for v, lo, hi in c.over)
    return Condition(c.left.subs(letters), c.relation, c.right.subs(letters), (*indices, *over), c.why)


def _every(vs):
    return tuple((v, None, None) for v in sorted(vs, key=str))


def _positive(power):
    return bool(sympify(power).is_positive)
