"""Expected log-densities: a normal form in which equal expressions are equal.

Write ℓ_d(S) for the log of the marginal density of the variables S under the law d. Then

* log d(A|B) = ℓ_d(A∪B) − ℓ_d(B), so Bayes and the chain rule hold in every order by themselves;
* in a Markov chain ℓ_d(S) is the sum over consecutive pairs minus the interior singles;
* an integral over v of exp(ℓ_d(S)) with v in no other factor is exp(ℓ_d(S∖v)): marginalisation.

Every expression becomes a polynomial whose monomials are products of exp(±ℓ), of ℓ's, and of functions
of the variables, integrated over the bound variables that marginalisation leaves. Two expressions are
equal for all laws if the difference of their polynomials is zero. It decides linear combinations of
expected log-densities (entropies, KLs, ELBOs) for all densities with finite expectations, discrete or
not; on anything else it may fail to prove, but proves nothing false.
"""

import sympy
from sympy import Add, Integer, Mul, Pow, S, expand_log
from sympy import log as sympy_log
from sympy.core.function import AppliedUndef

from ...budget import spend
from ...compute.known import Opening
from ...errors import DerivationError, NotDecided
from ...nodes.expressions import Factors, Frac, Power, Terms, plain
from ...nodes.functionals import Expectation, Functional, Over, drawn, law_factors, phi
from ...nodes.laws import At, Block, Density, Variable
from ...nodes.normal import N
from ...nodes.walk import atoms, has, walk
from ..domain import of_densities
from .chains import flat, joined
from .given import Given
from .normal_draws import NormalDraws
from .polynomials import ONE, add, clean, const, content, freeze, gen, generator_positive, in_common, merge, monomial_variables, mul, power_product, scale
from .sums import LAST
from .slopes import of_laws
from .supports import Supports

__all__ = ["Normaliser", "OfFormulas"]


class Normaliser(NormalDraws, Opening):
    """Brings an expression to normal form under facts about densities and symbols.

    entire: whether a block of a chain is one variable, wherever its density stands.
    formulas: whether a law that a fact gives by a formula is written by it outside of logs too.
    """

    entire = formulas = False

    def __init__(self, facts=(), times=None, lengths=None, depth=0, known=None):
        Supports.__init__(self, times, lengths)
        Opening.__init__(self)
        self.depth, self.facts = depth, tuple(facts)
        self.given = Given(self.facts, self.times)
        self.rules, self.parts, self.integrals_known = known or ({}, {}, {})
        if known is None and self.facts:
            self.learn_keys()
            self.learn_mixtures()
            self.learn_integrals()

    def inside(self, index, lo, hi):
        sub = type(self)(self.facts, self.times.within(index, lo, hi), self.lengths, self.depth + 1, (self.rules, self.parts, self.integrals_known))
        sub.conditions, sub.divisors, sub.busy = self.conditions, self.divisors, self.busy
        return sub

    # --- expressions

    def poly(self, e, in_log=False):
        spend()
        if isinstance(e, (Terms, Add)):
            return add(*[self.poly(a, in_log) for a in e.args])
        if isinstance(e, (Factors, Mul)):
            out = const(S.One)
            for a in e.args:
                out = mul(out, self.poly(a, in_log))
            return out
        if isinstance(e, Frac):
            return mul(self.poly(e.args[0], in_log), self.power(self.poly(e.args[1], in_log), S.NegativeOne, in_log))
        if isinstance(e, (Power, Pow)) and self.random(e):
            if self.random(e.args[1]):
                return gen(("fun", "pow", tuple(freeze(self.poly(a)) for a in e.args), bool(plain(e).is_positive)))
            return self.power(self.poly(e.args[0], in_log), plain(e.args[1]), in_log)
        if isinstance(e, Density):
            return self.density(e, in_log)
        if isinstance(e, Expectation):
            return self.expectation(e)
        if isinstance(e, Over):
            body, divisors = self.scope(lambda: self.poly(e.body))
            self.bind(divisors, frozenset(flat(e.bound)), frozenset(), body)
            return self.integrate(frozenset(flat(e.bound)), body)
        if isinstance(e, N):
            return self.normal_value(e)
        if isinstance(e, (Functional, phi)):
            return self.poly(e.definition())
        if isinstance(e, (Variable, At)):
            return gen(("var", e))
        if self.given.symbol(e) is not None:
            return self.poly(self.given.symbol(e))
        if isinstance(e, sympy.Sum):
            return self.summation(e)
        if isinstance(e, sympy.log) and self.random(e):
            return self.log(e.args[0])
        if isinstance(e, sympy.Product):
            return self.product(e)
        if isinstance(e, (sympy.Derivative, sympy.Subs, sympy.Limit)) and self.random(e):
            return self.poly(of_laws(e, self))
        if not self.random(e):
            return const(plain(e))
        if isinstance(e, AppliedUndef) and (value := self.given.function(e)) is not None:
            return self.once(e.func, lambda: self.poly(value))
        if getattr(e, "_plain", e.func).__name__ == "exp":
            return exponential(clean(self.poly(e.args[0])))
        if e.is_Function:
            args = [clean(self.poly(a)) for a in e.args]
            if all(set(a) <= {ONE} for a in args) and not isinstance(e, AppliedUndef):
                return const(plain(e.func(*[a.get(ONE, S.Zero) for a in args])))
            name = getattr(e, "_plain", e.func).__name__
            return gen(("fun", name, tuple(freeze(self.poly(a)) for a in e.args), bool(plain(e).is_positive)))
        raise NotDecided(f"{type(e).__name__} of random variables is outside of the algebra of expected log-densities: {e}")

    def random(self, e):
        """Whether an expression depends on random variables or laws, directly or by a fact about a symbol."""
        return is_stochastic(e) or any(self.given.symbol(a) is not None or self.of_a_law(a) for a in walk(e))

    def of_a_law(self, e):
        """Whether a fact gives a function's value as an expression of laws or random variables."""
        return isinstance(e, AppliedUndef) and any(f.left.func == e.func for f in self.given.functions)

    def density(self, d, in_log=False):
        known = self.given.density(d)
        if known is not None and (in_log or known[1] or self.formulas) and d.law not in self.busy:
            return self.opened(d, lambda: self.poly(known[0]))
        left, right = flat(d.left), flat(d.right)
        self.require_inside(d.law, (*left, *right))
        if d.law in self.given.whole and d.law not in self.busy:
            return mul(self.spelled_out(d.law, left + right), self.power(self.spelled_out(d.law, right), S.NegativeOne, in_log))
        if set(left) & set(right):
            raise NotDecided(f"{d} has a variable on both sides of the bar: state from which index on the line is meant")
        if not self.entire and any(isinstance(v, Block) for v in (*left, *right)):
            raise NotDecided(f"{d} with a symbolic number of variables can stand in a log or as a law, nowhere else")
        self.require_apart((*left, *right), (*left, *right))
        if right and not in_log:
            self.divide(d.law, right)
        dens = merge(self.marginal(d.law, left + right).items(), [])
        dens = merge(dens, [(k, -n) for k, n in self.marginal(d.law, right).items()])
        return {(dens, frozenset()): S.One}

    def spelled_out(self, law, vs):
        """The marginal of a law that a fact gives as a product of densities: the rest integrated out."""
        f = self.given.whole[law]
        whole = self.opened(f.left, lambda: self.poly(f.right))
        return self.integrate(frozenset(flat(f.left.left)) - frozenset(vs), whole)

    def opened(self, d, make):
        """The value of a density, in which densities of the same law are what they are: p(x, z) = p(x) p(z)."""
        self.busy.add(d.law)
        try:
            return make()
        finally:
            self.busy.discard(d.law)

    def equations(self):
        """The polynomials that the facts say are 0."""
        for f in self.given.equations:
            try:
                yield clean(add(self.poly(f.left), scale(self.poly(f.right), S.NegativeOne)))
            except NotDecided:
                continue  # it speaks of what no line about laws speaks of

    def power(self, p, n, in_log=False):
        if n.is_Integer and n >= 0:
            out = const(S.One)
            for _ in range(int(n)):
                out = mul(out, p)
            return out
        if len(p) == 1:
            (((dens, gens), c),) = p.items()
            if n.is_Integer or n.is_real and c.is_positive and all(generator_positive(g) for g, _ in gens):
                if not (n.is_nonnegative or in_log):
                    for key, _ in dens:
                        self.divide(*key)
                return {(power_product(dens, n), power_product(gens, n)): c**n}
            if in_log and dens and n.is_real and c.is_positive:  # densities are positive in a log
                return mul({(power_product(dens, n), frozenset()): c**n}, self.power({(frozenset(), gens): S.One}, n, in_log))
        if not p:
            raise DerivationError("division by zero")
        whole = self.as_mixture(p)
        if whole is not p:
            return self.power(whole, n, in_log)
        c, p = content(p)
        return scale(gen(("pow", freeze(p), n)), c**n)

    def expectation(self, e):
        factors = law_factors(e.law)
        normal = [f for f in factors if isinstance(f, N)]
        if normal:
            return self.normal_mean(normal, Factors.of(*[f for f in factors if f not in normal]), e.body)
        bound = frozenset(flat(e.bound))
        if not self.entire and len(factors) == 1 and any(isinstance(v, Block) for v in flat(factors[0].left)):
            body, divisors = self.scope(lambda: self.poly(e.body))
            self.bind_block(divisors, factors[0])
            return self.block_expectation(factors[0], body)
        (law, body), divisors = self.scope(lambda: (self.law(factors), self.poly(e.body)))
        whole = mul(law, body)
        for dens, _ in law:
            self.bind(divisors, bound, dens, whole)
        return self.integrate(bound, whole)

    def law(self, factors):
        """The product of the densities of a law."""
        out = const(S.One)
        for f in factors:
            out = mul(out, self.poly(drawn(f) if isinstance(f, Density) else f))
        return out

    # --- logs

    def log(self, arg):
        """log of an expression: of a monomial term by term, of a product over an index as a sum."""
        blocks = self.block_log(arg)
        if blocks is not None:
            return blocks
        if isinstance(arg, (Power, Pow)) and (of_densities(arg.args[0]) or isinstance(arg.args[0], N)):
            return mul(self.poly(arg.args[1]), self.log(arg.args[0]))
        if isinstance(arg, N):
            return self.normal_log(arg)
        if isinstance(arg, (Frac, Factors, Mul)) and has(arg, N) and (of_densities(arg) or all(isinstance(a, N) for a in arg.args)):
            signs = (S.One, S.NegativeOne) if isinstance(arg, Frac) else (S.One,) * len(arg.args)
            return add(*[scale(self.log(a), n) for a, n in zip(arg.args, signs)])
        if isinstance(arg, (Frac, Factors, Mul)) and of_densities(arg) and any(self.given.is_mixture(d) for d in atoms(arg, Density)):
            signs = (S.One, S.NegativeOne) if isinstance(arg, Frac) else (S.One,) * len(arg.args)
            return add(*[scale(self.log(a), n) for a, n in zip(arg.args, signs)])
        p = self.as_mixture(self.poly(arg, in_log=True))
        if len(p) != 1:
            common = in_common(p)
            if common != ONE:
                dens, gens = common
                p = mul(p, {(power_product(dens, S.NegativeOne), power_product(gens, S.NegativeOne)): S.One})
            outside = [scale(gen(("log", key)), n) for key, n in common[0]] + [scale(self.log_generator(g), n) for g, n in common[1]]
            c, p = content(p)
            return add(const(sympy_log(c)), gen(("logpoly", freeze(p))), *outside)
        (((dens, gens), c),) = p.items()
        out = [scale(gen(("log", key)), sympy.sympify(n)) for key, n in dens]
        # log(ab) = log a + log b needs one of them positive
        positive = [(g, n) for g, n in gens if generator_positive(g) or of_positive_terms(g)]
        rest = frozenset(gn for gn in gens if gn not in positive)
        out += [scale(self.log_generator(g), sympy.sympify(n)) for g, n in positive]
        if rest:
            keep = S.One if c.is_positive else c
            out.append(gen(("logpoly", freeze({(frozenset(), rest): keep}))))
            c = c / keep
        out.append(const(expand_log(sympy_log(c))))
        return add(*out)

    def log_generator(self, g):
        if g[0] == "fun" and g[1] == "exp":
            return dict(g[2][0])
        if g[0] == "pow":
            return scale(gen(("logpoly", g[1])), g[2])
        return gen(("loggen", g))

    # --- blocks: symbolically many variables

    def block_log(self, arg):
        """log of a product some of whose factors have symbolically many variables; None if none has."""
        if isinstance(arg, Frac):
            parts = [(arg.args[0], 1), (arg.args[1], -1)]
        elif isinstance(arg, (Factors, Mul)):
            parts = [(a, 1) for a in arg.args]
        elif isinstance(arg, Density) and any(isinstance(v, Block) for v in (*flat(arg.left), *flat(arg.right))):
            known = self.given.density(arg) if arg.law not in self.busy else None
            if known is not None:
                return self.opened(arg, lambda: self.log(known[0]))
            self.require_inside(arg.law, flat(arg.left + arg.right))
            self.require_apart(flat(arg.left + arg.right), flat(arg.left + arg.right))
            return add(self.block_marginal(arg.law, arg.left + arg.right),
                        scale(self.block_marginal(arg.law, arg.right), S.NegativeOne))  # fmt: skip
        elif isinstance(arg, sympy.Product) and is_stochastic(arg):
            return self.summation(sympy.Sum(sympy.log(arg.function), *arg.limits))
        else:
            return None
        if not any(has(a, (Block, sympy.Product)) for a, _ in parts):
            return None
        return add(*[scale(self.log(a), Integer(n)) for a, n in parts])

    def block_marginal(self, law, vs):
        """ℓ of a chain that contains blocks: for a Markov law a sum over its consecutive pairs, else one key."""
        if not vs:
            return {}
        if not law.markov:
            return gen(("log", (law, joined(vs))))
        runs = self.sorted(law, flat(vs))
        terms = []
        for v in runs:
            if isinstance(v, Block):
                base, lo, hi = v.args

                def pair(t, _):
                    return gen(("log", (law, frozenset((At(base, t - 1), At(base, t))))))

                def single(t, _):
                    return gen(("log", (law, frozenset((At(base, t),)))))

                terms.append(self.ranged(lo + 1, hi, pair))
                terms.append(scale(self.ranged(lo + 1, hi - 1, single), S.NegativeOne))
        ends = [(At(v.args[0], v.args[1]), At(v.args[0], v.args[2])) if isinstance(v, Block) else (v, v) for v in runs]
        for k, (first, last) in enumerate(ends):
            block = isinstance(runs[k], Block)
            if len(runs) == 1 and not block:
                return gen(("log", (law, frozenset((first,)))))
            if k > 0:
                terms.append(gen(("log", (law, frozenset((ends[k - 1][1], first))))))
                if block or k < len(ends) - 1:
                    terms.append(scale(gen(("log", (law, frozenset((first,))))), S.NegativeOne))
            if block and k < len(ends) - 1:
                terms.append(scale(gen(("log", (law, frozenset((last,))))), S.NegativeOne))
        return add(*terms)

    def block_expectation(self, law, body):
        """E over symbolically many variables: each monomial needs the law of its own variables alone."""
        out = []
        for (dens, gens), c in body.items():
            sums = [(g, n) for g, n in gens if g[0] == "sum"]
            if sums and (len(gens) > 1 or dens or sums[0][1] != 1):
                raise NotDecided("a product with a sum over the chain is outside of this method")
            if sums:
                _, t, lo, hi, inner = sums[0][0]
                sub = self.inside(t, lo, hi)
                inside = sub.block_expectation(law, dict(inner))
                out.append(scale(self.sum_of(inside, t, hi - LAST), c))
                continue
            used = [v for v in monomial_variables((dens, gens)) if self.inside_blocks(v, law.left)]
            weight = const(S.One) if not used else self.density(Density(law.law, used, flat(law.right)))
            whole = mul(weight, {(dens, gens): c})
            own = law.law, frozenset(v for v in used if not self.is_given(law.law, v))
            if not all(self.dominated(monomial, own) for monomial in whole if own[1]):
                raise NotDecided(f"a density that is divided by under the law {law}: take the expectation over fewer variables")
            out.append(self.integrate(frozenset(used), whole))
        return add(*out)


def exponential(p):
    """exp of a polynomial as a product of powers of exponentials, one for each monomial: exp(2f) is exp(f)²."""
    if not all(c.is_real for c in p.values()):
        return gen(("fun", "exp", (freeze(p),), True))
    powers = frozenset((("fun", "exp", (freeze({m: S.One}),), True), c) for m, c in p.items() if m != ONE)
    return {(frozenset(), powers): sympy.exp(p.get(ONE, S.Zero))}


def of_positive_terms(g):
    """Whether a power is one of a sum of densities and of what is positive: in a log the sum is positive."""
    return g[0] == "pow" and all(c.is_positive and all(generator_positive(h) for h, _ in gens) for (_, gens), c in g[1])


class OfFormulas(Normaliser):
    """The same with laws that facts give by formulas written out everywhere, so that what is known of them as laws is not used."""

    formulas = True


def is_stochastic(e):
    return has(e, (Variable, At, Block, Density, Functional))
