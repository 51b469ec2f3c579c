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
        for (dens, gens), c in p.items():
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
        bound = set(bound)
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
            out = mul(out, gen(("int", frozenset(group), d, g)))
            bound -= group
        return out

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
    bound, gens = set(bound), dict(gens)
    for g, n in list(gens.items()):
        if g[0] != "int" or n != 1 or not generator_variables(g) & bound:
            continue
        _, inner, d, gs = g
        others = [h for h in gens if h != g]
        taken = bound.union(*[kn[0][1] for kn in dens], *[generator_variables(h) for h in others])
        taken = taken.union(*[h[1] for h in others if h[0] == "int"])
        if inner & taken:
            continue
        del gens[g]
        bound |= inner
        dens = merge(dens, d)
        gens = dict(merge(gens.items(), gs))
    return frozenset(bound), dens, frozenset(gens.items())
