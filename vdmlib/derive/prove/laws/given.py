"""What the facts of a line about laws say: of densities, of symbols, of functions, and equations between expectations."""

from dataclasses import replace

from sympy import Add, Mul, Pow, Symbol
from sympy.core.function import AppliedUndef

from ...compute.matching import admits, matched
from ...nodes.expressions import Factors, Frac, Terms, plain
from ...nodes.functionals import Expectation, Functional, Over
from ...nodes.laws import At, Block, Density, Variable
from ...nodes.normal import N
from ...nodes.times import Times
from ...nodes.walk import atoms, drawn_by, free, has
from .chains import flat

__all__ = ["Given", "is_random", "spread"]


class Given:
    """Facts, sorted by what they speak of.

    A law that a fact gives as a product of densities is given whole: all its marginals follow. Any other value of a
    density is used in logs alone. Facts that are about neither a density, a symbol nor a function of every value of
    its arguments are `equations`, which may be used linearly.
    """

    def __init__(self, facts=(), times=None):
        self.times = times or Times()
        self.positive = tuple(f.left for f in facts if f.relation == ">" and f.right == 0 and isinstance(f.left, Density))
        self.densities, self.functions, self.equations, self.symbols, self.whole = [], [], [], {}, {}
        self.mixtures = []
        for f in (f for f in facts if f.relation == "="):
            if isinstance(f.left, Density):
                f = replace(f, right=spread(f.right))
                self.densities.append(f)
                if is_law_of_others(f.right) and is_whole(f.left):
                    self.whole[f.left.law] = f
                    self.mixtures += [] if is_density_product(f.right) else [f]
            elif isinstance(f.left, Symbol) and plain(f.left) not in map(plain, f.forall):
                self.symbols[plain(f.left)] = f.right
            elif isinstance(f.left, AppliedUndef) and f.forall and any(a in f.forall for a in f.left.args):
                self.functions.append(f)
            else:
                self.equations.append(f)

    def symbol(self, e):
        """The value of a symbol, or None."""
        return self.symbols.get(plain(e)) if isinstance(e, Symbol) else None

    def density(self, d):
        """The value of a density, and whether it is a product of densities, good outside of logs too; None if none is given."""
        for f in self.densities:
            at = self.indices(f, d)
            if at is not None:
                return f.right.subs(at), is_law_of_others(f.right)
        return None

    def is_mixture(self, d):
        """Whether a fact gives a law as a sum."""
        return d.law in self.whole and not is_density_product(self.whole[d.law].right)

    def indices(self, f, d):
        """{index: value} for which a fact speaks of a density; None if it does not."""
        if f.left.law != d.law:
            return None
        left, right = (frozenset(flat(side)) for side in (d.left, d.right))
        symbols = [s for s in f.forall if not isinstance(s, (Variable, At, Block))]
        found = {}
        for side, there in ((f.left.left, left), (f.left.right, right)):
            for v in (v for v in flat(side) if isinstance(v, (At, Block))):
                if not any(v.args[-1].has(s) for s in symbols if s not in found):
                    continue
                near = [matched(plain(v.args[-1]), plain(u.args[-1]), [plain(s) for s in symbols], found)
                        for u in there if type(u) is type(v) and u.args[0] == v.args[0]]  # fmt: skip
                near = [n for n in near if n is not None and {u.subs(n) for u in flat(side)} == there] or [n for n in near if n is not None]
                if not near:
                    return None
                found = near[0]
        same = frozenset(u.subs(found) for u in flat(f.left.left)) == left and frozenset(u.subs(found) for u in flat(f.left.right)) == right
        if not same or len(found) < len(symbols) or not all(admits(s, plain(v), self.times) for s, v in found.items()):
            return None
        return found

    def function(self, e):
        """The value of an applied function by a fact for every value of its arguments; None if none is given."""
        for f in self.functions:
            if f.left.func != e.func or len(f.left.args) != len(e.args):
                continue
            at = {}
            for a, b in zip(f.left.args, e.args):
                if a in f.forall and at.setdefault(a, b) == b:
                    continue
                break
            else:
                if len(at) == len(f.forall) and all(self.may_stand(f, a, b) for a, b in at.items()):
                    return f.right.subs(at, simultaneous=True)
        return None

    def may_stand(self, f, a, b):
        """Whether an argument may be put into the right side of a fact: it has the properties, and nothing there binds it."""
        if a == b:
            return True
        binders = atoms(f.right, (Expectation, Over, Functional))
        drawn = set().union(*[set(drawn_by(g)) for g in binders])
        if a in drawn or drawn & free(b):
            return False
        in_a_law = any(v == a for d in atoms(f.right, Density) for v in (*d.left, *d.right))
        if in_a_law and not isinstance(b, (Variable, At)):
            return False
        return not has(b, (Density, Functional, Expectation, Over)) and admits(plain(a), plain(b), self.times)


def is_density_product(e):
    return isinstance(e, Density) or (isinstance(e, (Factors, Mul)) and all(isinstance(a, Density) for a in e.args))


def is_law_of_others(e):
    """Whether it is a product of densities, or a sum of such with weights: a mixture."""
    return is_density_product(e) or isinstance(e, (Terms, Add)) and all(mixed(a) is not None for a in e.args)


def spread(e):
    """A sum with the number before it, or below it, brought into its terms: (p + q)/2 is p/2 + q/2."""
    if isinstance(e, Frac) and not is_random(e.args[1]):
        factors = (Pow(plain(e.args[1]), -1), e.args[0])
    else:
        factors = e.args if isinstance(e, (Factors, Mul)) else ()
    sums = [a for a in factors if isinstance(a, (Terms, Add)) and is_random(a)]
    rest = [a for a in factors if a not in sums]
    if len(sums) != 1 or any(map(is_random, rest)):
        return e
    return Terms(*[spread(Factors.of(*rest, a)) for a in sums[0].args])


def is_random(e):
    return has(e, (Variable, At, Block, Density, N, Functional, Expectation, Over))


def mixed(term):
    """(weight, densities) of one term of a mixture; None if it is none."""
    factors = term.args if isinstance(term, (Factors, Mul)) else (term,)
    densities = [a for a in factors if isinstance(a, Density)]
    rest = [a for a in factors if not isinstance(a, Density)]
    if not densities or any(has(a, (Variable, At, Block, Density, Functional, Expectation, Over)) for a in rest):
        return None
    return Mul(*map(plain, rest)), densities


def is_whole(d):
    """Whether a density is that of all variables of its law."""
    return set(d.left) == set(d.law.scope) and set(d.right) == set(d.law.given) and not any(has(v, Block) for v in d.left)
