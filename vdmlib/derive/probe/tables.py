"""Concrete worlds: random laws on small alphabets, on which any statement about densities has a value.

It shares no rule with the prover: nothing is cancelled, marginalised by a rule, or rewritten. Every density
is read off a joint table, every expectation is a sum over all outcomes.
"""

import itertools
import random
from fractions import Fraction

import mpmath
import sympy
from mpmath import mp
from sympy.core.function import AppliedUndef

from ..nodes.laws import At, Block, Density, Law, Variable
from ..errors import DerivationError
from ..nodes.functionals import CE, ELBO, H, KL, MI, Expectation, Functional, Over, law_factors, phi
from ..nodes.expressions import Factors, Frac, Power, Terms, plain

__all__ = ["World", "NoValue", "Outside"]


class NoValue(DerivationError):
    """The expression cannot be evaluated on a finite alphabet."""


class Outside(DerivationError):
    """At some length of a chain the expression names a variable that its law does not have."""


class World:
    """Alphabets, joint tables, numbers for symbols and for undefined functions; drawn at random or given.

    Parameters
    ----------
    seed: draws everything that is not given.
    sizes: alphabet size by variable (default 2 or 3, drawn).
    values: values that a variable takes, by variable.
    tables: by law, a function from an assignment {variable: index} to a weight (normalised here).
    numbers: by symbol. functions: by name of an undefined function, a Python function of numbers.
    index: value of the integer symbols in indices.
    """

    def __init__(self, seed=0, values=None, tables=None, numbers=None, functions=None, index=None, facts=(), size=None):
        self.rng = random.Random(seed)
        self.values = {v: [number(a) for a in vals] for v, vals in (values or {}).items()}
        self.given_tables = dict(tables or {})
        self.tables = {}
        self.marginals = {}
        self.numbers = {plain(k): number(v) for k, v in (numbers or {}).items()}
        self.functions = dict(functions or {})
        self.drawn_functions = {}
        self.index = {plain(k): sympy.Integer(v) for k, v in (index or {}).items()}
        self.size = size
        self.symbol_facts = {}
        self.density_facts = {}
        for lhs, rhs in facts:
            if isinstance(lhs, Density):
                self.density_facts[lhs.law] = (lhs, rhs)
            else:
                self.symbol_facts[plain(lhs)] = rhs
        for law in list(self.density_facts):
            self.table(law)

    # --- what is drawn

    def alphabet(self, v):
        """The values a variable can take."""
        v = self.settle(v)
        if v not in self.values:
            k = self.size or self.rng.choice((2, 3))
            pool = [1, 2, 3, 4, 5] if getattr(v, "is_positive", None) else [-2, -1, 1, 2, 3]
            self.values[v] = [mpmath.mpf(a) for a in sorted(self.rng.sample(pool, k))]
        return self.values[v]

    def settle(self, v):
        """A chain variable with its index made a number."""
        if isinstance(v, At):
            i = plain(v.args[1]).subs(self.index)
            if not i.is_Integer:
                raise NoValue(f"the index of {v} has no value")
            return At(v.args[0], i)
        return v

    def flat(self, vs):
        out = []
        for v in vs:
            if isinstance(v, Block):
                lo, hi = (plain(a).subs(self.index) for a in v.args[1:])
                if not (lo.is_Integer and hi.is_Integer):
                    raise NoValue(f"the ends of {v} have no value")
                out.extend(At(v.args[0], sympy.Integer(i)) for i in range(int(lo), int(hi) + 1))
            else:
                out.append(self.settle(v))
        return tuple(out)

    def symbol(self, s, env):
        s = plain(s)
        if s in self.index:
            return number(self.index[s])
        if s in self.symbol_facts:
            if free_variables(self.symbol_facts[s], self):  # such as E[x₀|x_t], which depends on x_t
                return self.value(self.symbol_facts[s], env)
            self.numbers[s] = self.value(self.symbol_facts[s], {})
        if s not in self.numbers:
            if s.is_integer:
                self.numbers[s] = mpmath.mpf(self.rng.randint(2, 5))
            else:
                a = Fraction(self.rng.randint(2, 25), self.rng.randint(5, 11))
                sign = 1 if s.is_nonnegative else self.rng.choice((-1, 1))
                self.numbers[s] = sign * number(a)
        return self.numbers[s]

    def function(self, name, args):
        if name in self.functions:
            return number(self.functions[name](*args))
        key = (name, tuple(mpmath.nstr(a, 25) for a in args))
        if key not in self.drawn_functions:
            self.drawn_functions[key] = number(Fraction(self.rng.randint(-30, 30), self.rng.randint(7, 13)))
        return self.drawn_functions[key]

    # --- laws

    def table(self, law):
        """{values' indices of (given…, scope…): probability of the scope given the given}"""
        if law in self.tables:
            return self.tables[law]
        given, scope = self.flat(law.given), self.flat(law.scope)
        out = {}
        for g in self.outcomes(given):
            weights = {}
            if law in self.density_facts:
                weights = self.fact_weights(law, given, scope, g)
            elif law in self.given_tables:
                for s in self.outcomes(scope):
                    weights[s] = number(self.given_tables[law]({**dict(zip(given, g)), **dict(zip(scope, s))}))
            elif law.markov:
                weights = self.markov_weights(law, given, scope, g)
            else:
                weights = {s: number(self.rng.randint(1, 9)) for s in self.outcomes(scope)}
            total = sum(weights.values())
            if not total > 0:
                raise NoValue(f"the table of {law.name} has no mass")
            for s, w in weights.items():
                out[g + s] = w / total
        self.tables[law] = (given + scope, out)
        return self.tables[law]

    def markov_weights(self, law, given, scope, g):
        order = [v for v in self.flat(law.order)]
        kernel = self.given_tables.setdefault(("kernel", law), {})
        weights = {}
        for s in self.outcomes(scope):
            at = {**dict(zip(given, g)), **dict(zip(scope, s))}
            w = mpmath.mpf(1)
            for k, v in enumerate(order):
                if v in given:
                    continue
                before = at[order[k - 1]] if k else None
                if (v, before) not in kernel:
                    ws = [self.rng.randint(1, 9) for _ in self.alphabet(v)]
                    kernel[(v, before)] = [number(Fraction(a, sum(ws))) for a in ws]
                w *= kernel[(v, before)][at[v]]
            weights[s] = w
        return weights

    def fact_weights(self, law, given, scope, g):
        """A law that a fact spells out; its normalising constant, if a symbol, is set to what normalises it."""
        lhs, rhs = self.density_facts[law]
        if set(self.flat(lhs.left)) != set(scope) or set(self.flat(lhs.right)) != set(given):
            raise NoValue(f"the fact about {lhs} does not give the whole law {law.name}")
        bare = plain_or_none(rhs)
        normaliser = None
        if bare is not None:
            for s in sorted(bare.free_symbols, key=str):
                if s not in self.numbers and s not in self.symbol_facts and not bare.has(sympy.Sum):
                    if not sympy.simplify(bare * s).has(s):
                        normaliser = s
                        break
        if normaliser is not None:
            self.numbers[normaliser] = mpmath.mpf(1)
        weights = {}
        for s in self.outcomes(scope):
            env = {**dict(zip(given, g)), **dict(zip(scope, s))}
            weights[s] = self.value(rhs, env)
        total = sum(weights.values())
        if normaliser is not None:
            self.numbers[normaliser] = total
        elif abs(total - 1) > mpmath.mpf(10) ** -25:
            raise NoValue(f"the fact makes {lhs} sum to {mpmath.nstr(total, 8)}, not 1")
        return weights

    def outcomes(self, vs):
        return itertools.product(*[range(len(self.alphabet(v))) for v in vs])

    def probability(self, law, at):
        """P of the values in `at` ({variable: index}) given the law's own conditions in `at`."""
        names, table = self.table(law)
        key = (law, frozenset(at.items()))
        if key not in self.marginals:
            fixed = [(i, at[v]) for i, v in enumerate(names) if v in at]
            self.marginals[key] = mpmath.fsum(p for o, p in table.items() if all(o[i] == a for i, a in fixed))
        return self.marginals[key]

    def density(self, d, env):
        left, right = self.flat(d.left), self.flat(d.right)
        names = set(self.table(d.law)[0])
        for v in (*left, *right):
            if v not in env:
                raise NoValue(f"{v} has no value in {d}")
            if v not in names:
                raise Outside(f"{v} lies outside of {d.law.name}: at this length of the chain the line cannot be written")
        given = set(self.flat(d.law.given))
        if d.law.markov:  # the law given x₀ of later variables given earlier ones does not depend on x₀
            env = {**dict.fromkeys(given, 0), **env}
        joint = self.probability(d.law, {v: env[v] for v in (*left, *right, *given)})
        if not right:
            return joint
        return joint / self.probability(d.law, {v: env[v] for v in (*right, *given)})

    # --- values

    def value(self, e, env):
        """The number that an expression is, with the free random variables at the outcomes in `env`."""
        if isinstance(e, Terms) or e.is_Add:
            return mpmath.fsum(self.value(a, env) for a in e.args)
        if isinstance(e, Factors) or e.is_Mul:
            out = mpmath.mpf(1)
            for a in e.args:
                out = out * self.value(a, env)
            return out
        if isinstance(e, Frac):
            return self.value(e.args[0], env) / self.value(e.args[1], env)
        if isinstance(e, Power) or e.is_Pow:
            return mpmath.power(self.value(e.args[0], env), self.value(e.args[1], env))
        if isinstance(e, Density):
            return self.density(e, env)
        if isinstance(e, (Variable, At)):
            v = self.settle(e)
            if v not in env:
                raise NoValue(f"{v} has no value")
            return self.alphabet(v)[env[v]]
        if isinstance(e, Expectation):
            return self.total(e.bound, Factors(*law_factors(e.law), e.body), env)
        if isinstance(e, Over):
            return self.total(e.bound, e.body, env)
        if isinstance(e, Functional):
            return self.functional(e, env)
        if isinstance(e, phi):
            u = self.value(e.args[0], env)
            return u - 1 - mpmath.log(u)
        if isinstance(e, (sympy.Sum, sympy.Product)):
            return self.indexed(e, env)
        if e.is_Symbol:
            return self.symbol(e, env)
        if e.is_number:
            return mpmath.mpmathify(plain(e).evalf(mp.dps + 5))
        if isinstance(e, AppliedUndef):
            return self.function(e.func.__name__, [self.value(a, env) for a in e.args])
        if e.is_Function:
            f = getattr(mpmath, {"log": "log", "exp": "exp", "Abs": "fabs"}.get(e.func.__name__, e.func.__name__), None)
            if f is not None:
                return f(*[self.value(a, env) for a in e.args])
        raise NoValue(f"{type(e).__name__} has no value on a finite alphabet: {e}")

    def total(self, bound, body, env):
        bound = self.flat(bound)
        return mpmath.fsum(self.value(body, {**env, **dict(zip(bound, o))}) for o in self.outcomes(bound))

    def indexed(self, e, env):
        ((i, lo, hi),) = e.limits
        lo, hi = (plain(a).subs(self.index) for a in (lo, hi))
        if not (lo.is_Integer and hi.is_Integer):
            raise NoValue(f"the ends of {e} have no value")
        parts = [self.value(e.function.subs(i, sympy.Integer(k)), env) for k in range(int(lo), int(hi) + 1)]
        return mpmath.fsum(parts) if isinstance(e, sympy.Sum) else mpmath.fprod(parts)

    def functional(self, e, env):
        a = e.args[0]
        bound = self.flat(a.left)
        if isinstance(e, ELBO):
            bound, joint = self.flat(e.args[0].left), e.args[1]
        if isinstance(e, MI):
            first, second = (self.flat(s) for s in e.sides)
        parts = []
        for o in self.outcomes(bound):
            here = {**env, **dict(zip(bound, o))}
            pa = self.density(a, here)
            if pa == 0:
                continue
            if isinstance(e, H):
                parts.append(-pa * mpmath.log(pa))
            elif isinstance(e, CE):
                parts.append(-pa * mpmath.log(self.density(e.args[1], here)))
            elif isinstance(e, KL):
                parts.append(pa * (mpmath.log(pa) - mpmath.log(self.density(e.args[1], here))))
            elif isinstance(e, ELBO):
                parts.append(pa * (mpmath.log(self.density(joint, here)) - mpmath.log(pa)))
            elif isinstance(e, MI):
                pf = self.density(Density(a.law, first, a.right), here)
                ps = self.density(Density(a.law, second, a.right), here)
                parts.append(pa * (mpmath.log(pa) - mpmath.log(pf) - mpmath.log(ps)))
            else:
                raise NoValue(f"{e} has no rule here")
        return mpmath.fsum(parts)

    def describe(self, env):
        """The world in words: what a reader needs to redo the sum by hand."""
        out = []
        for s, a in sorted(self.index.items(), key=str):
            out.append(f"{s} = {a}")
        for law, (names, table) in sorted(self.tables.items(), key=lambda kv: kv[0].name):
            if len(table) > 16:
                out.append(f"{law.name} on {len(table)} outcomes")
                continue
            given = self.flat(law.given)
            head = law.name + "(" + ", ".join(map(str, self.flat(law.scope)))
            head += (" | " + ", ".join(map(str, given)) if given else "") + ")"
            cells = "; ".join(
                ",".join(fraction(self.alphabet(v)[i]) for v, i in zip(names, o)) + ": " + fraction(p)
                for o, p in table.items()
            )
            out.append(f"{head} = {{{cells}}} (at {', '.join(map(str, names))})")
        for s, a in sorted(self.numbers.items(), key=str):
            out.append(f"{s} = {fraction(a)}")
        for v, i in sorted(env.items(), key=str):
            out.append(f"{v} = {fraction(self.alphabet(v)[i])}")
        return "; ".join(out)


def free_variables(e, world):
    """The random variables of an expression that no expectation binds, chain indices made numbers."""
    if isinstance(e, (Expectation, Over)):
        inner = free_variables(e.args[0] if isinstance(e, Expectation) else sympy.Tuple(), world)
        inner |= free_variables(e.body, world)
        return inner - set(world.flat(e.bound))
    if isinstance(e, Functional):
        out = set().union(*[free_variables(a, world) for a in e.args])
        a = e.args[0]
        return out - set(world.flat(a.left))
    if isinstance(e, Law):
        return set()
    if isinstance(e, (sympy.Sum, sympy.Product)):
        ((i, lo, hi),) = e.limits
        lo, hi = (plain(a).subs(world.index) for a in (lo, hi))
        if not (lo.is_Integer and hi.is_Integer):
            raise NoValue(f"the ends of {e} have no value")
        return set().union(*[free_variables(e.function.subs(i, sympy.Integer(k)), world) for k in range(int(lo), int(hi) + 1)])
    if isinstance(e, (Variable, At, Block)):
        return set(world.flat((e,)))
    return set().union(set(), *[free_variables(a, world) for a in e.args])


def plain_or_none(e):
    return None if any(isinstance(a, Density) for a in sympy.preorder_traversal(e)) else plain(e)


def number(a):
    if isinstance(a, Fraction):
        return mpmath.mpf(a.numerator) / a.denominator
    if isinstance(a, sympy.Basic):
        return mpmath.mpmathify(sympy.N(plain(a), mp.dps + 5))
    return mpmath.mpmathify(a)


def fraction(a):
    """A number as a small fraction where it is one."""
    try:
        f = Fraction(str(mpmath.nstr(a, 25))).limit_denominator(5000)
    except (ValueError, OverflowError):
        return mpmath.nstr(a, 6)
    if abs(number(f) - a) < mpmath.mpf(10) ** -20:
        return str(f)
    return mpmath.nstr(a, 6)


