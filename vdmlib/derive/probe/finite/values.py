"""Densities, expectations and sums over outcomes on finite laws; 0 · log 0 = 0.

An expectation does not visit an outcome of weight zero. A density given an event of probability zero, and ∞ − ∞, lie
outside of what a line about laws speaks of.
"""

import sympy
from sympy.core.function import AppliedUndef

from ...nodes.expressions import Factors, Frac, Power, Terms
from ...nodes.functionals import Expectation, Over, law_factors, phi
from ...nodes.laws import At, Block, Density
from ...nodes.normal import N
from ...nodes.walk import atoms, has
from ..numeric.compile import RULES, added, is_real, rule_table, terms
from ..numeric.setting import base
from ..numeric.functionals import average, everywhere, kinked, parents_first
from ..result import Outside, Unable, Undefined, ZeroByZero

__all__ = ["FINITE"]

FINITE, rule = rule_table()


def _about_laws(e):
    return any(isinstance(a, (Density, Expectation, Over)) for a in sympy.preorder_traversal(e))


@rule(Terms, sympy.Add)
def _sum(w, e):
    parts = [w.of(a) for a in e.args]
    return lambda env: finite(added(w.ctx, terms(parts, env)))


def finite(value):
    if value != value:
        raise Outside("∞ − ∞")
    return value


@rule(Factors, sympy.Mul)
def _product(w, e):
    """A factor that is zero makes the product zero, whatever the others are."""
    parts = [w.of(a) for a in e.args]

    def value(env):
        out, outside = w.ctx.mpf(1), None
        for p in parts:
            try:
                factor = p(env)
            except Outside as why:
                outside = why
                continue
            if factor == 0:
                return factor
            out = out * factor
        if outside is not None:
            raise outside
        return finite(out)

    return value


@rule(sympy.Sum, sympy.Product)
def _folded(w, e):
    usual = w.usual(e)
    return lambda env: finite(usual(env))


@rule(Frac)
def _frac(w, e):
    num, den = map(w.of, e.args)
    mass = _about_laws(e.args[1])
    return lambda env: quotient(w, num(env), den(env), mass)


def quotient(w, a, b, mass):
    """a/b; ∞ where b is a mass of zero and a is positive."""
    if b == 0:
        if a == 0 and mass:
            raise ZeroByZero("0/0")
        if not mass:
            raise Undefined("division by zero")
        return w.ctx.inf if a.real > 0 else -w.ctx.inf
    return finite(a / b)


@rule(Power, sympy.Pow)
def _power(w, e):
    usual = w.usual(e)
    if not _about_laws(e.args[0]):
        return usual
    base, exponent = map(w.of, map(sympy.sympify, e.args))

    def value(env):
        u = base(env)
        if u == 0:
            n = exponent(env)
            return w.ctx.mpf(0) if n.real > 0 else w.ctx.mpf(1) if n == 0 else w.ctx.inf
        return finite(usual(env))

    return value


@rule(sympy.log)
def _log(w, e):
    usual, arg = w.usual(e), sympy.sympify(e.args[0])
    if not _about_laws(arg):
        return usual
    u = w.of(arg)

    def value(env):
        try:
            at = u(env)
        except ZeroByZero:
            raise Outside("∞ − ∞") from None
        if at == 0:
            return -w.ctx.inf
        if is_real(at) and at.real < 0:
            raise Undefined("the log of a negative number")
        return w.ctx.log(at)

    return value


@rule(phi)
def _phi(w, e):
    """φ(0) = ∞ for a quotient of masses."""
    usual, u = w.usual(e), w.of(e.args[0])
    if not _about_laws(e.args[0]):
        return usual

    def value(env):
        try:
            return w.ctx.inf if u(env) == 0 else usual(env)
        except ZeroByZero:
            raise Outside("∞ − ∞") from None

    return value


# --- densities

@rule(Density)
def _density(w, e):
    usual, sides = w.usual(e), {}

    def value(env):
        if not w.is_finite(e.law):
            return usual(env)
        w.seen.add(e.law)
        here = w.numbers_of(e, env)
        if here not in sides:
            sides[here] = [w.laws.variables(vs, env) for vs in (e.left, e.right)]
        left, right = ({k: w.laws.outcome(k, v, value_of(w, k, v, env)) for k, v in vs.items()} for vs in sides[here])
        return w.laws.conditional(e.law, left, right)

    return value


def value_of(w, key, v, env):
    return env[key] if key in env else w.symbol(v, key, env)


# --- sums over outcomes

@rule(Expectation)
def _expectation(w, e):
    factors = list(law_factors(e.law))
    if all(isinstance(f, N) for f in factors):
        return w.usual(e)
    made = {}

    def value(env):
        here = w.numbers_of(e, env)
        if here not in made:
            made[here] = _mean(w, e, env)
        return made[here](env)

    return w.kept(e, value)


def _mean(w, e, env):
    """The mean under finite and normal laws together, the parents drawn first."""
    factors = []
    for f in law_factors(e.law):
        if isinstance(f, Density) and not w.is_finite(f.law):
            f = w.formula(f, env)
        factors.append(f)
    run, needed = w.of(e.body), w.free(e.body, env)
    for f in reversed(parents_first(e.law, factors)):
        if isinstance(f, N):
            run = average(w, f, run, None, kinked(w, e.body))
        elif isinstance(f, Density):
            run = _drawn(w, f, run, needed, env)
        else:
            run = _integrated(w, f, e.bound, run, e.body)
        needed = needed | w.free(f, env)
    return run


def _integrated(w, f, bound, run, whole):
    density, body, kinks = w.of(f), run, kinked(w, Factors(f, whole))
    out = lambda env: density(env) * body(env)  # noqa: E731
    for v in bound:
        out = everywhere(w, v, out, kinks)
    return out


def _drawn(w, d, run, needed, env):
    """Σ over the outcomes of a density's own variables; those that nothing else holds need not be summed over."""
    laws = w.laws
    left, right = (laws.variables(vs, env) for vs in (d.left, d.right))
    left = {k: v for k, v in left.items() if k not in right}
    visited = {k: v for k, v in left.items() if k in needed}
    if not visited:
        return run

    def value(env):
        w.seen.add(d.law)
        given = {k: laws.outcome(k, v, value_of(w, k, v, env)) for k, v in right.items()}
        inner, parts = dict(env), []
        for o in laws.outcomes(visited):
            weight = laws.conditional(d.law, dict(zip(visited, o)), given)
            if weight == 0:
                continue
            inner.update({k: laws.alphabets[k][i] for k, i in zip(visited, o)})
            parts.append(weight * run(inner))
        return finite(w.ctx.fsum(parts))

    return value


def _speak_of(d, v):
    """Whether a variable, or one of its chain, stands in a density."""
    return _among((*d.left, *d.right), v)


def _declares(law, v):
    """Whether a law is one of a variable, or of its chain."""
    return _among(law.order, v)


def _among(vs, v):
    return any(a == v or isinstance(v, (At, Block)) and isinstance(a, (At, Block)) and a.args[0] == v.args[0] for a in vs)


@rule(Over)
def _over(w, e):
    """Σ over all values of finite variables, ∫ over those of others, and over those that no finite law draws."""
    body = w.of(e.body)
    if e.kind == "integral" and not any(_speak_of(d, v) for d in atoms(e.body, Density) for v in e.bound):
        drawn = [law for law in w.setting.laws if any(_declares(law, v) for v in e.bound)]
        given = any(law in w.laws.facts for law in drawn)
        if not drawn or any(n.args[0] in e.bound for n in atoms(e.body, N)):  # a normal law is over the line
            return RULES[Over](w, e)
        if not given and not w.setting.weighed & {base(v) for v in e.bound}:  # and so is what has nothing to do with a table
            return RULES[Over](w, e)
        if not given and not has(e.body, AppliedUndef):
            raise Unable("an integral of what is no density, over a variable of a law that is not given")

    def value(env):
        names = w.laws.variables(e.bound, env)
        own = {k: v for k, v in names.items() if w.is_finite_variable(k)}
        if len(own) < len(names):
            return RULES[Over](w, e)(env)
        inner, parts = dict(env), []
        for o in w.laws.outcomes(own):
            inner.update({k: w.laws.alphabet(k, v)[i] for (k, v), i in zip(own.items(), o)})
            parts.append(body(inner))
        return finite(w.ctx.fsum(parts))

    return w.kept(e, value)
