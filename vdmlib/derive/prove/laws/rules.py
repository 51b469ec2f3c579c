"""What the facts of a line say of its laws, as rules that are used wherever they apply, under binders too."""

from sympy import Mul, S

from ...errors import DerivationError, NotDecided
from ...nodes.expressions import Factors
from ...nodes.laws import At, Block
from ...nodes.walk import has
from .given import is_density_product, mixed
from .polynomials import add, clean, const, merge, monomial_variables, mul, power_product, scale
from .supports import Supports

__all__ = ["Rules"]


class Rules(Supports):
    """Facts as rewriting of joint densities, of parts of mixtures, and of integrals."""

    def learn_keys(self):
        """What facts such as q(z) = p(z) or p(z|x, y) = p(z|y) say of the joint densities that all others are quotients of.

        Each is solved for the density of most variables in it: p(x, y, z) = p(x, y) p(y, z)/p(y).
        """
        for f in self.given.densities:
            factors = f.right.args if isinstance(f.right, (Factors, Mul)) else (f.right,)
            ds = [f.left, *factors]
            if f.left.law in self.given.whole or not is_density_product(f.right) or any(d.law.markov or has(d, (At, Block)) for d in ds):
                continue
            relation = {}
            for d, sign in [(f.left, 1), *[(d, -1) for d in factors]]:
                for vs, n in ((d.left + d.right, sign), (d.right, -sign)):
                    for k, m in self.marginal(d.law, vs).items():
                        relation[k] = relation.get(k, 0) + n * m
            relation = {k: n for k, n in relation.items() if n}
            solvable = [k for k, n in relation.items() if abs(n) == 1 and k[0] not in self.given.whole]
            if not solvable:
                continue
            top = max(solvable, key=lambda k: (len(k[1]), k[0] == f.left.law, str(k)))
            value = {k: -n * relation[top] for k, n in relation.items() if k != top}
            for k, old in self.rules.items():
                if top in old:
                    self.rules[k] = dict(merge({j: n for j, n in old.items() if j != top}.items(), [(j, n * old[top]) for j, n in value.items()]))
            self.rules[top] = value

    def learn_mixtures(self):
        """A mixture m(x) = w p(x) + … solved for a part p of known weight w ≠ 0: wherever p stands once, outside of logs."""
        for f in self.given.mixtures:
            terms = [mixed(a) for a in f.right.args]
            left = self.marginal(f.left.law, f.left.left + f.left.right)
            part = next((k for k, (w, ds) in enumerate(terms) if w.is_nonzero and len(ds) == 1 and not ds[0].right and not has(ds[0], (At, Block))), None)
            if part is None or f.left.right or has(f.left, (At, Block)) or len(left) != 1:
                continue  # it is put in as it stands
            w, (d,) = terms[part]
            (key,) = self.marginal(d.law, d.left)
            if key in self.parts or any(self.given.whole.pop(law, None) is None for law in [f.left.law] if law in self.given.whole):
                continue
            self.given.densities.remove(f)
            others = [scale(self.products(ds), -v / w) for k, (v, ds) in enumerate(terms) if k != part]
            self.parts[key] = add({(frozenset(left.items()), frozenset()): 1 / w}, *others)

    def products(self, densities):
        out = const(S.One)
        for d in densities:
            out = mul(out, self.density(d))
        return out

    def by_mixtures(self, p):
        """A polynomial in which parts of mixtures are written by the whole and the other parts."""
        if not self.parts:
            return p
        out = []
        for (dens, gens), c in p.items():
            key = next((k for k, n in dens if n == 1 and k in self.parts), None)
            whole = {(dens, gens): c}
            out.append(whole if key is None else self.by_mixtures(mul(self.parts[key], {(dens - {(key, S.One)} - {(key, 1)}, gens): c})))
        return add(*out)

    def as_mixture(self, p):
        """A sum of parts as the mixture that it is a multiple of; itself where it is none."""
        whole = self.by_mixtures(p) if len(p) > 1 else p
        return whole if len(whole) == 1 else p

    def learn_integrals(self):
        """What facts say of an expectation, put in wherever it occurs: E[p(z|x)](z) = g(x) for every x, E[p(x)](f(x)) = a."""
        for f in self.given.equations:
            try:
                left = clean(self.scope(lambda f=f: self.poly(f.left))[0])  # where it is divided by 0 the fact says nothing
                if len(left) != 1:
                    continue
                (((dens, gens), c),) = left.items()
                named = monomial_variables((dens, gens))
                if len(gens) != 1 or any(g[0] != "int" or n != 1 for g, n in gens) or has_chain(named) or not named <= set(f.forall):
                    continue
                ((g, _),) = gens
                right = clean(self.poly(f.right))
            except (NotDecided, DerivationError):
                continue
            if any(has_generator(m, g) for m in right):
                continue
            self.integrals_known[g] = mul(right, {(power_product(dens, S.NegativeOne), frozenset()): 1 / c})


def has_chain(vs):
    return any(isinstance(v, (At, Block)) for v in vs)


def has_generator(part, g):
    """Whether a generator stands somewhere in a monomial."""
    return isinstance(part, tuple) and part == g or isinstance(part, (tuple, frozenset)) and any(has_generator(a, g) for a in part)
