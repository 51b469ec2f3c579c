"""Expressions as displayed, carried out: derivatives, integrals, expectations, sums, limits.

`Evaluator(facts)(e)` gives ordinary SymPy in which undefined functions are `Jet`s. Every bound variable is
renamed to a fresh symbol, so that nothing is captured. What cannot be carried out stays as an integral or
sum, which the zero test compares monomial by monomial.
"""

from dataclasses import replace
from functools import singledispatchmethod

import sympy
from sympy import Add, Dummy, Mul, Pow, S, Symbol, oo
from sympy.core.function import AppliedUndef
from sympy.tensor.indexed import Indexed

from ..budget import spend
from ..errors import DerivationError, NotDecided
from ..nodes.expressions import Factors, Frac, Power, Terms, plain
from ..nodes.functionals import Expectation, Functional, Over, law_factors, phi
from ..nodes.hypotheses import Condition, different
from ..nodes.laws import At, Block, Density, Law
from ..nodes.normal import N
from ..nodes.schedules import Scheduled
from ..nodes.total import Total
from ..nodes.variation import variation
from ..nodes.walk import has
from .gaussian_integrals import expect
from .integrals import integrate
from .jet import Jet, written
from .kinks import slope
from .known import Known, plain_function, plain_symbol
from .limits import limit
from .logs import split_log
from .sums import product, sift_deltas, summation
from .zero.prepare import sign_between

__all__ = ["Evaluator", "carried_out", "first_variation"]


class Evaluator(Known):
    """Carries out an expression under facts that are rules; `at_the_point` puts in the others (see `Known`).

    times: what is known of symbols in indices. `conditions`: under which the values so far hold.
    """

    def __init__(self, facts=(), times=None, second_try=False):
        self.conditions = {}
        super().__init__(facts, times, second_try)

    def __call__(self, e, env=None):
        spend()
        return self.value(sympy.sympify(e), env or {})

    # --- one node, by its type

    @singledispatchmethod
    def value(self, e, env):
        """The expression in ordinary SymPy; env gives the values of its bound variables."""
        if not isinstance(e, sympy.Basic):
            return self.value(sympy.sympify(e), env)
        if not e.args:
            return e
        if hasattr(e, "_plain") and not isinstance(e, sympy.Function):
            value = plain(e)
            return value if value == e or not value.args else self.value(value, env)
        args = [self.value(a, env) for a in e.args]
        return getattr(e, "_plain", e.func)(*args)

    @value.register(Terms)
    @value.register(Add)
    def sum(self, e, env):
        return Add(*[self.value(a, env) for a in e.args])

    @value.register(Factors)
    @value.register(Mul)
    def times(self, e, env):
        return Mul(*[self.value(a, env) for a in e.args])

    @value.register(Frac)
    def fraction(self, e, env):
        num, den = (self.value(a, env) for a in e.args)
        if den == 0:
            raise DerivationError(f"{e} divides by zero")
        return num / den

    @value.register(Power)
    @value.register(Pow)
    def power(self, e, env):
        base, exponent = (self.value(a, env) for a in e.args)
        if base == 0 and exponent.is_negative:
            raise DerivationError("division by zero")
        return base**exponent

    @value.register(Jet)
    def jet(self, e, env):
        return self.settle(Jet(e.args[0], e.orders, [self.value(a, env) for a in e.at]))

    @value.register(N)
    def normal(self, e, env):
        x, m, v = (self.value(a, env) for a in e.args)
        return sympy.exp(-((x - m) ** 2) / (2 * v)) / sympy.sqrt(2 * sympy.pi * v)

    @value.register(Functional)
    @value.register(phi)
    def defined(self, e, env):
        return self.value(e.definition(), env)

    @value.register(Density)
    def given_density(self, e, env):
        return self.value(*self.density(e, env))

    @value.register(Block)
    @value.register(Law)
    def no_value(self, e, env):
        raise NotDecided(f"{e} cannot be carried out here")

    @value.register(sympy.log)
    def log_node(self, e, env):
        return self.log(e.args[0], env)

    def log(self, e, env):
        """log of an expression; of Gaussian densities term by term."""
        if isinstance(e, Density):
            e, env = self.density(e, env)
        if isinstance(e, N):
            x, m, v = (self.value(a, env) for a in e.args)
            return -(sympy.log(2 * sympy.pi) + split_log(v)) / 2 - (x - m) ** 2 / (2 * v)
        if _holds_density(e):
            if isinstance(e, (Factors, Mul)):
                return Add(*[self.log(a, env) for a in e.args])
            if isinstance(e, Frac):
                return self.log(e.args[0], env) - self.log(e.args[1], env)
            if isinstance(e, (Power, Pow)):
                return self.value(e.args[1], env) * self.log(e.args[0], env)
        return split_log(self.value(e, env))

    @value.register(Symbol)
    def symbol(self, e, env):
        return self.variable(plain(e), env)

    @value.register(At)
    def at_time(self, e, env):
        key = self.key(e, env)
        for other in env if key not in env else ():
            self.require_apart(key, other)
        return self.variable(key, env)

    def variable(self, key, env):
        if key in self.named and key not in env:
            return self.name(key, env)
        return env.get(key, key)

    def key(self, x, env):
        """How a variable is known in an environment: x_t by the value of t there."""
        if not isinstance(x, At):
            return plain_symbol(x)
        return Indexed(plain_symbol(x).base, *[sympy.expand(self.value(i, env)) for i in x.indices])

    def require_apart(self, a, b):
        """Two variables of one process, one of them bound, must be two: x_t and x_s where t ≠ s."""
        if not (isinstance(a, Indexed) and isinstance(b, Indexed) and a.base == b.base):
            return
        if not self.times.differ(a.indices[0] - b.indices[0]):
            self.require(different(a.indices[0], b.indices[0], f"{a} and {b} are two variables"))

    def require(self, condition):
        """A condition on symbols that are free in the line; on the index of a sum a least length alone can be stated.

        What a rule needs is asked for again at the arguments at which it is used.
        """
        left, ranges = condition.left, self.times.ranges
        if self.times.nonnegative(left) if condition.relation == ">=" else self.times.differ(left):
            return
        bound = left.atoms(Dummy)
        if self.building and bound & set(self.building[-1].places):
            self.building[-1].needs.append(condition)
            return
        if bound and (condition.relation != ">=" or not bound <= set(ranges)):
            raise NotDecided(f"{condition.why}: whether {left} {condition.relation} {condition.right} is not settled under a sum")
        letters = {d: Symbol(d.name, integer=True) for d in ranges}
        over = tuple((letters[d], *(end.xreplace(letters) for end in ranges[d])) for d in ranges if d in bound)
        self.conditions[replace(condition, left=written(left).xreplace(letters), over=over)] = None

    @value.register(AppliedUndef)
    def applied(self, e, env):
        if isinstance(e, Scheduled):
            return self.scheduled(e.func(*[self.value(a, env) for a in e.args]))
        return self.settle(Jet.of(plain_function(e, [self.value(a, env) for a in e.args])))

    @value.register(Indexed)
    def indexed(self, e, env):
        return self.entry(plain(e), env)

    # --- derivatives

    @value.register(sympy.Derivative)
    def derivative(self, e, env):
        out = self.value(e.expr, env)
        for v, n in e.variable_count:
            for _ in range(int(n)):
                out = self.diff(out, self.value(v, env))
        return out

    @value.register(Total)
    def total(self, e, env):
        return self.diff(*[self.value(a, env) for a in e.args])

    def diff(self, e, v):
        if v.is_Symbol and v.is_integer:
            raise NotDecided(f"a derivative by {v}, which is a whole number")
        if v.is_Symbol:
            return self.resettle(self.again(slope(e, v)))
        if isinstance(v, Indexed):
            return self.again(sift_deltas(slope(e, v), self.times, self.require))
        if isinstance(v, Jet):
            d = Dummy("v", real=True)
            return slope(e.xreplace({v: d}), d).xreplace({d: v})
        raise DerivationError(f"a derivative is taken by a symbol, a function or its derivative, not by {v}")

    def again(self, e):
        """Integrals that differentiation under the integral sign made, carried out."""
        if not e.has(sympy.Integral):
            return e
        return e.replace(lambda a: isinstance(a, sympy.Integral) and len(a.limits[0]) == 3,
                         lambda a: integrate(a.function, *a.limits[0]))  # fmt: skip

    @value.register(sympy.Subs)
    def substituted(self, e, env):
        inner = dict(env)
        points = [self.value(p, env) for p in e.point]
        fresh = {}
        for v, p in zip(e.variables, points):
            d = Dummy(getattr(v, "name", "v"), **_facts_of(v))
            inner[plain_symbol(v)] = d
            fresh[d] = p
        out = self.value(e.expr, inner)
        out = out.subs(list(fresh.items()))
        return self.resettle(out) if self.mirrors else out

    # --- binders

    def bind(self, x, env, **facts):
        """A fresh real symbol for a bound variable, and the environment inside."""
        return self.bind_key(self.key(x, env), env, **(facts or _facts_of(x)))

    def bind_key(self, key, env, **facts):
        d = Dummy(str(key), **facts)
        for other in env:
            if other != key:
                self.require_apart(key, other)
        return d, {**env, key: d}

    @value.register(sympy.Integral)
    def integral(self, e, env):
        return self.integral_over(e.function, e.limits, env)

    def integral_over(self, f, limits, env):
        """The outermost variable is bound first: inner limits may hold it."""
        if not limits:
            return self.value(f, env)
        *inner, limit = limits
        if len(limit) != 3:
            raise NotDecided(f"an integral over {limit[0]} without limits; write a definite integral")
        x, lo, hi = limit
        lo, hi = self.value(lo, env), self.value(hi, env)
        d, inside = self.bind(x, env, **_range_facts(x, lo, hi))
        body = self.integral_over(f, inner, inside)
        if self.mirrors and (lo.is_finite and hi.is_finite or lo == -oo and hi == oo):
            body = self.over_both_halves(body, d, -d if hi == oo else lo + hi - d)
        out = integrate(body, d, lo, hi)
        return out.replace(lambda a: isinstance(a, sympy.Integral) and len(a.limits) == 1 and len(a.limits[0]) == 3, self.integral_known) if self.integrals else out

    @value.register(sympy.Sum)
    @value.register(sympy.Product)
    def series(self, e, env):
        return self.series_over(sympy.Sum if isinstance(e, sympy.Sum) else sympy.Product, e.function, e.limits, env)

    def series_over(self, cls, f, limits, env):
        if not limits:
            return self.value(f, env)
        *inner, (x, lo, hi) = limits
        lo, hi = self.value(lo, env), self.value(hi, env)
        if not (lo.is_infinite or hi.is_infinite or (hi - lo).is_Integer):
            self.require(Condition(sympy.expand(hi - lo + 1), ">=", why="a sum's length"))
        if has(f, At) and (hi - lo).is_Integer:  # which variables of a process are one depends on their times
            terms = [self.series_over(cls, f, inner, {**env, plain(x): lo + k}) for k in range(int(hi - lo) + 1)]
            return (Add if cls is sympy.Sum else Mul)(*terms)
        facts = {"integer": True}
        if lo.is_positive or lo.is_zero:
            facts["positive" if lo.is_positive else "nonnegative"] = True
        d, inside = self.bind(x, env, **facts)
        self.times = self.times.within(d, lo, hi)
        body = self.series_over(cls, f, inner, inside)
        return (summation if cls is sympy.Sum else product)(body, d, lo, hi)

    @value.register(sympy.Limit)
    def limit(self, e, env):
        f, x, at, side = e.args
        at = self.value(at, env)
        sign = "negative" if at == -oo or (at == 0 and str(side) == "-") else "positive" if at == oo or (at == 0 and str(side) == "+") else "real"
        known = _facts_of(x)
        if known.get({"negative": "positive", "positive": "negative"}.get(sign)) or sign == "negative" and known.get("nonnegative"):
            raise DerivationError(f"{x} goes to {at} by values that it is not declared to have")
        d, inside = self.bind(x, env, **{**known, sign: True})
        return limit(self.value(f, inside), d, at, str(side))

    def laws(self, e, env):
        """The factors of an expectation's law as (fresh symbol, mean of a body over it, what it needs), and the environment inside."""
        factors, inside, drawn = law_factors(e.law), dict(env), []
        for f in factors:
            g, own = self.written_out(f, env)
            x = g.args[0] if isinstance(g, N) else f.left[0]
            d, inside = self.bind_key(self.key(x, own), inside, **({"real": True} if isinstance(g, N) else _facts_of(x)))
            drawn.append(d)
        return [self.mean_over(d, *self.written_out(f, inside)) for d, f in zip(drawn, factors)], inside

    def mean_over(self, d, g, own):
        if isinstance(g, N):
            m, v = self.value(g.args[1], own), self.value(g.args[2], own)
            return d, lambda body: expect(self.over_both_halves(body, d, 2 * m - d), d, m, v), m.free_symbols | v.free_symbols
        weight, ends = self.value(g, own), _values(d)
        return d, lambda body: integrate(sympy.expand(body * weight), d, *ends), weight.free_symbols - {d}

    def written_out(self, f, env):
        """A factor of a law as a Gaussian, or as the density that a fact gives, with the environment for its parameters."""
        if not isinstance(f, Density):
            return f, env
        g, own = self.density(f, env)
        if not isinstance(g, N) and (f.law.discrete or len(f.left) > 1 or has(g, Density)):
            raise NotDecided(f"{f} is given as {g}; as a law a Gaussian N(x, mean, variance) or a density of one variable is wanted")
        return g, own

    @value.register(Expectation)
    def expectation(self, e, env):
        laws, inside = self.laws(e, env)
        body = self.value(e.body, inside)
        left = list(laws)
        while left:  # a variable that no other mean needs is averaged first
            for law in left:
                if not any(law[0] in needs for _, _, needs in left):
                    break
            else:
                raise DerivationError(f"the law {e.law} runs in a circle: each factor needs another one's variable")
            left.remove(law)
            body = law[1](body)
        return body

    @value.register(Over)
    def over(self, e, env):
        inside, bound = dict(env), []
        for x in e.bound:
            d, inside = self.bind(x, inside)
            bound.append(d)
        body = self.value(e.body, inside)
        for d in bound:
            lo, hi = _values(d, counted=e.kind == "sum")
            body = integrate(body, d, lo, hi) if e.kind == "integral" else summation(body, d, lo, hi)
        return body


def _values(d, counted=False):
    """The ends of the values of a random variable; what takes whole numbers is not integrated over."""
    if d.is_integer and not counted:
        raise NotDecided(f"{d} takes whole numbers, over which there is no integral: write Sigma")
    return S.Zero if d.is_nonnegative else -oo, S.Zero if d.is_nonpositive else oo


def _facts_of(x):
    if isinstance(x, Symbol):
        known = {k: v for k, v in x.assumptions0.items() if k in ("positive", "nonnegative", "negative", "nonpositive", "integer", "nonzero") and v}
        return known or {"real": True}
    return {"real": True}


def _range_facts(x, lo, hi):
    """What is known of a variable of integration: its sign, if both ends have it."""
    known = sign_between(lo, hi)
    facts = {known: True} if known else {"real": True}
    return {**facts, "integer": True} if _facts_of(x).get("integer") else facts


def _holds_density(e):
    return isinstance(e, (N, Density)) or isinstance(e, (Factors, Mul, Frac, Power, Pow)) and any(map(_holds_density, e.args))


def first_variation(F, q, eta, eps):
    """The first variation of F[q + εη] at ε = 0, carried out (see `variation`): ordinary SymPy.

    Example
    >>> f, eta = undefined("f eta")
    >>> s, eps = symbols(r"s \\epsilon")
    >>> first_variation(Integral(f(s)**2, (s, 0, 1)), f(s), eta(s), eps)

    Refused: a false claim about it
    >>> F = f(s)**3
    >>> Identity("ex.first", first_variation(F, f(s), eta(s), eps), f(s)**2 * eta(s))
    """
    return carried_out(variation(F, q, eta, eps))


def carried_out(e):
    """An expression in which everything that can be is carried out: ordinary SymPy."""
    return written(Evaluator()(e))
