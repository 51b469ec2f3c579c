"""The finite model: statements checked exactly on generic laws with a few points.

Every probability is a symbol, so a proof holds for every law with that many points, all of positive
probability; it says nothing about more points. The verdict is shown as the lesser one that it is.
"""

import itertools

import sympy
from sympy import Add, Mul, S, Symbol, sympify
from sympy.core.function import AppliedUndef

from ..budget import spend
from ..compute.evaluator import Evaluator
from ..compute.logs import split_log
from ..compute.zero import simplify_zero
from ..errors import NotDecided
from ..nodes.expressions import Factors, Frac, Power, Terms, plain
from ..nodes.functionals import Expectation, Functional, Over, law_factors, phi
from ..nodes.hypotheses import Condition
from ..nodes.laws import At, Block, Density
from ..nodes.tables import Entry
from ..nodes.walk import atoms, free, has, walk
from .method import Method, Settled

__all__ = ["FiniteModel"]

POINTS = 3  # points of each variable, in a law of at most two variables; two points in larger ones


class FiniteModel(Method):
    name = "finite model"
    status = "exact on finite model"

    def applies(self, claim):
        if any(has(e, Entry) for e in claim.sides):
            return True
        return any(has(e, Density) for e in claim.sides) and not any(has(e, Block) for e in claim.sides)

    def difference(self, claim):
        """Left minus right on the generic finite model: 0 if it vanishes, else what is left over at the first point."""
        lhs, rhs = claim.sides
        model = _Model(lhs, rhs, claim.facts)
        for env in model.assignments(lhs, rhs):
            left = simplify_zero(model.value(lhs, env) - model.value(rhs, env))
            if left != 0:
                return Settled(left)
        return Settled(S.Zero, tuple(_all_positive(claim)))

    def reach(self, claim):
        shapes = {a.shape for e in claim.sides for a in atoms(e, Entry)}
        if shapes:
            return "every law with all probabilities positive on " + ", ".join(
                " × ".join(map(str, s)) + " points" for s in sorted(shapes))  # fmt: skip
        n = _points(set().union(*[atoms(e, Density) for e in claim.sides]))
        return f"every law with all probabilities positive on {n} points for each variable"


def _all_positive(claim):
    """Every probability is a positive symbol: what divides by one or takes its log is shown for such laws alone."""
    if not any(has(e, (Frac, Power, sympy.Pow, sympy.log, Functional, phi)) for e in claim.sides):
        return
    laws = {d.law for e in claim.sides for d in atoms(e, Density)}
    for law in sorted(laws, key=lambda law: (law.name, str(law.order))):
        over = tuple((v, None, None) for v in law.order)
        yield Condition(Density(law, law.scope, law.given), ">", S.Zero, over, "the finite model")


def _points(densities):
    most = max((len(d.law.order) for d in densities), default=1)
    return POINTS if most <= 2 else 2


class _Model:
    """Tables of symbols for the laws of a line; expressions are evaluated at points of the variables."""

    def __init__(self, lhs, rhs, facts):
        self.facts, others = {}, []
        for f in (f for f in facts if f.relation == "="):
            what, value = f
            if isinstance(what, Density):
                self.facts[what.law, frozenset(what.left), frozenset(what.right)] = sympify(value)
            else:
                others.append(f)
        self.evaluator = Evaluator(others)
        self.n = _points(set().union(*[atoms(e, Density) for e in (lhs, rhs, *self.facts.values())]))
        self.joint = {}

    def here(self, e):
        return self.evaluator.at_the_point(self.evaluator(e))

    def assignments(self, lhs, rhs):
        names = sorted(free(lhs) | free(rhs), key=str)
        yield from (dict(zip(names, k)) for k in itertools.product(range(self.n), repeat=len(names)))

    def value(self, e, env):
        spend()
        e = sympify(e)
        if isinstance(e, Entry):
            points = itertools.product(*[range(1, n + 1) for n in e.shape])
            return plain(e) / Add(*[plain(Entry(e.args[0], e.args[1], k)) for k in points])
        if isinstance(e, Density):
            return self.density(e, env)
        if isinstance(e, (Functional, phi)):
            return self.value(e.definition(), env)
        if isinstance(e, Expectation):
            return self.mean(e, env)
        if isinstance(e, Over):
            return Add(*[self.value(e.body, inner) for inner in self.all(e.bound, env)])
        if e in env:
            return Symbol(f"{e}_{env[e] + 1}", real=True)
        if isinstance(e, (Terms, Add)):
            return Add(*[self.value(a, env) for a in e.args])
        if isinstance(e, (Factors, Mul)):
            return Mul(*[self.value(a, env) for a in e.args])
        if isinstance(e, Frac):
            return self.value(e.args[0], env) / self.value(e.args[1], env)
        if isinstance(e, (Power, sympy.Pow)):
            return self.value(e.args[0], env) ** self.value(e.args[1], env)
        if isinstance(e, sympy.log):
            return split_log(sympy.factor(self.value(e.args[0], env)))
        if not has(e, (Entry, Density, At)) and not any(has(e, type(v)) and v in set(walk(e)) for v in env):
            return self.here(e)
        if e.is_Function and not isinstance(e, (AppliedUndef,)):
            return getattr(e, "_plain", e.func)(*[self.value(a, env) for a in e.args])
        if isinstance(e, AppliedUndef):
            return self.here(plain(e).func(*[self.value(a, env) for a in e.args]))
        raise NotDecided(f"{type(e).__name__} of random variables is outside of the finite model: {e}")

    def all(self, bound, env):
        for v in bound:
            if isinstance(v, Block):
                raise NotDecided(f"{v} has a symbolic number of variables")
        for k in itertools.product(range(self.n), repeat=len(bound)):
            yield {**env, **dict(zip(bound, k))}

    def mean(self, e, env):
        out = []
        for inner in self.all(e.bound, env):
            weight = Mul(*[self.value(f, inner) for f in law_factors(e.law)])
            out.append(weight * self.value(e.body, inner))
        return Add(*out)

    def density(self, d, env):
        key = (d.law, frozenset(d.left), frozenset(d.right))
        if key in self.facts:
            return self.value(self.facts[key], env)
        missing = [v for v in (*d.left, *d.right) if v not in env]
        if missing:
            raise NotDecided(f"{d} has no value at {', '.join(map(str, missing))} here")
        return self.mass(d.law, d.left + d.right, env) / self.mass(d.law, d.right, env)

    def mass(self, law, vs, env):
        """The probability of the values of vs, given the values of what the law is given."""
        fixed = {v: env[v] for v in (*vs, *law.given) if v in env}
        rest = [v for v in law.scope if v not in fixed]
        if len(rest) == len(law.scope):
            return S.One
        return Add(*[self.cell(law, {**fixed, **dict(zip(rest, k))})
                     for k in itertools.product(range(self.n), repeat=len(rest))])  # fmt: skip

    def cell(self, law, at):
        """The probability of values of all of a law's variables."""
        if not law.markov:
            return self.weight(law, at, law.scope, law.given)
        out, before = S.One, law.given[-1:]
        for v in law.scope:
            out *= self.weight(law, at, (v,), before)
            before = (v,)
        return out

    def weight(self, law, at, left, right):
        """A free symbol for each point but the last, which has what is left of 1."""
        def symbol(k):
            points = ",".join(str(p + 1) for p in (*k, *[at[v] for v in right]))
            return Symbol(f"{law.name}^{''.join(map(str, left))}_{points}", positive=True)

        every = list(itertools.product(range(self.n), repeat=len(left)))
        here = tuple(at[v] for v in left)
        return symbol(here) if here != every[-1] else 1 - Add(*map(symbol, every[:-1]))
