"""Integrals of monomials: what marginalises goes, independent groups of variables separate, the rest is a generator."""

from sympy import S

from ...errors import NotDecided
from ...nodes.laws import Block
from .chains import Chains, chain_variables
from .polynomials import add, gen, generator_variables, merge, monomial_variables, mul, scale

__all__ = ["Integrals"]


class Integrals(Chains):
    """Integrals over random variables in normal form."""

    def integrate(self, bound, p):
        out = []
        for (dens, gens), c in self.by_mixtures(p).items():
            out.append(scale(self.integrate_mono(bound, dens, gens), c))
        return add(*out)

    def integrate_mono(self, bound, dens, gens):
        if any(isinstance(v, Block) for v in chain_variables((dens, gens))):
            raise NotDecided("an expectation of a density with a symbolic number of variables needs a Markov law")
        self.require_bound_apart(bound, dens, gens)
        bound, moved = frozenset(bound), True
        while moved:  # a variable that is gone may be bound again by an integral inside
            bound, dens, gens = flattened(bound, dens, gens)
            used = frozenset().union(*[generator_variables(g) for g, _ in gens])
            moved = False
            for v in sorted(bound - used, key=str):
                smaller = self.marginalise(dens, v)
                if smaller is not None:
                    dens, moved = smaller, True
                    bound -= {v}
        return self.grouped(set(bound), dens, gens)

    def grouped(self, bound, dens, gens):
        """An integral as a product of integrals over groups of variables that have nothing to do with one another."""
        out = {(frozenset(kn for kn in dens if not kn[0][1] & bound),
                frozenset(gn for gn in gens if not generator_variables(gn[0]) & bound)): S.One}  # fmt: skip
        dens = [kn for kn in dens if kn[0][1] & bound]
        gens = [gn for gn in gens if generator_variables(gn[0]) & bound]
        while bound:  # independent groups of variables integrate separately
            group = {sorted(bound, key=str)[0]}
            grown = True
            while grown:
                grown = False
                for vs in [kn[0][1] for kn in dens] + [generator_variables(gn[0]) for gn in gens]:
                    if vs & group and (vs & bound) - group:
                        group |= vs & bound
                        grown = True
            d = frozenset(kn for kn in dens if kn[0][1] & group)
            g = frozenset(gn for gn in gens if generator_variables(gn[0]) & group)
            out = mul(out, self.separated(frozenset(group), d, g))
            bound -= group
        return out

    def separated(self, group, dens, gens):
        """∫ of a product, what holds a variable drawn inward past what does not: ∫∫ f(x) g(x, z) = ∫ f(x) ∫ g(x, z).

        Whatever order and nesting was typed, one and the same is left: ∫∫ are one integral before they come here.
        """
        def held(v):
            return frozenset(kn for kn in dens if v in kn[0][1]), frozenset(gn for gn in gens if v in generator_variables(gn[0]))

        def order(v):
            inner = held(v)
            return ("int", frozenset({v}), *inner) not in self.integrals_known, sum(map(len, inner)), str(v)

        for v in sorted(group, key=order) if len(group) > 1 else ():
            inner = held(v)
            rest = dens - inner[0], gens - inner[1]
            if not any(rest):
                continue
            out = {}
            for (d, g), c in self.known_integral(frozenset({v}), *inner).items():
                out = add(out, scale(self.separated(group - {v}, merge(rest[0], d), merge(rest[1], g)), c))
            return out
        return self.known_integral(group, dens, gens)

    def known_integral(self, bound, dens, gens):
        """An integral as a generator, or as what the facts say that it is."""
        g = "int", bound, dens, gens
        known = self.integrals_known.get(g)
        return gen(g) if known is None else known  # it may be 0, which is no monomial

    def require_bound_apart(self, bound, dens, gens):
        """Each bound variable is another one than whatever else the monomial holds, under the indices of its sums too."""
        self.require_apart(bound, bound | monomial_variables((dens, gens)))
        for g, _ in gens:
            if g[0] == "sum":
                _, index, lo, hi, terms = g
                inside = self.inside(index, lo, hi)
                for m, _ in terms:
                    inside.require_bound_apart(bound, *m)


def flattened(bound, dens, gens):
    """∫∫ as one integral, where no variable is bound twice."""
    bound, gens, left = set(bound), dict(gens), [g for g, _ in gens]
    while left:
        g = left.pop()
        if g[0] != "int" or gens.get(g) != 1 or not generator_variables(g) & bound:
            continue
        _, inner, d, gs = g
        others = [h for h in gens if h != g]
        taken = bound.union(*[kn[0][1] for kn in dens], *[generator_variables(h) for h in others])
        taken = taken.union(*[h[1] for h in others if h[0] == "int" and generator_variables(h) & bound])  # another stands outside
        if inner & taken:
            continue
        del gens[g]
        bound |= inner
        dens = merge(dens, d)
        gens = dict(merge(gens.items(), gs))
        left += [h for h, _ in gs]
    return frozenset(bound), dens, frozenset(gens.items())
