"""Fields over vectors at an instance: smooth functions with random coefficients, differences for derivatives, point masses for integrals.

A density that stands once under an integral over a vector is read as a few point masses: what holds for every density
holds for them, and what holds for all of them holds for every density.
"""

import itertools

import sympy
from sympy import Rational
from sympy.core.function import AppliedUndef

from ...nodes.arrays import ArrayFactors, ArrayFrac, ArrayIntegral, ArrayTerms, Inner
from ...nodes.expressions import Factors, Frac, Sized, Terms, plain
from ...nodes.fields import Div, FieldValue, Grad, Jacobian, Laplacian
from ...nodes.functionals import IntegralOver, Over
from ...nodes.walk import has, walk
from ..result import Unable, Unmet
from .compile import RULES, bound, rule
from . import derivatives, functionals  # noqa: F401 (the rules that these go on from)

STEP = 9  # digits after the point of the step of a difference
FIRST = ((1, Rational(3, 4)), (2, Rational(-3, 20)), (3, Rational(1, 60)))  # of sixth order
SECOND = ((1, Rational(3, 2)), (2, Rational(-3, 20)), (3, Rational(1, 90)))
MIDDLE = Rational(-49, 18)
MASSES = 3

_number_applied, _number_derivative = RULES[AppliedUndef], RULES[sympy.Derivative]


# --- values

@rule(AppliedUndef)
def _applied(w, e):
    if not has(e, Sized):
        return _number_applied(w, e)
    name, node, args = e.func.__name__, ("node", plain(e)), [w.of(a) for a in e.args]
    positive = bool(e.is_positive)
    by_fact, slope = _facts(w, AppliedUndef, name, len(args))

    def value(env):
        if node in env:
            return env[node]
        at = [a(env) for a in args]
        if by_fact is not None:
            out = _by_fact(w, by_fact, by_fact.left.args, at, env)
            if positive and not out > 0:
                raise Unmet(f"{name}, positive as declared")
            return out
        if slope is None:
            return _drawn(w, name, 0, positive, at)
        return _moved(w, slope, name, positive, at, env)

    return value


@rule(FieldValue)
def _vector_field(w, e):
    args = [w.of(a) for a in e.places]
    by_fact, _ = _facts(w, FieldValue, e.name, len(args))

    def value(env):
        at = [a(env) for a in args]
        if by_fact is not None:
            return _by_fact(w, by_fact, by_fact.left.places, at, env)
        return w.ctx.matrix([_drawn(w, e.name, k, False, at) for k in range(w.whole(e.shape[0], {}))])

    return value


def _facts(w, kind, name, count):
    """(the fact that gives a field, the one that gives its derivative by a number)"""
    given = slope = None
    for f in w.setting.field_facts:
        of = f.left.expr if isinstance(f.left, sympy.Derivative) else f.left
        places = of.places if isinstance(of, FieldValue) else of.args
        if not isinstance(of, kind) or (of.name if kind is FieldValue else of.func.__name__) != name or len(places) != count:
            continue
        if isinstance(f.left, sympy.Derivative):
            slope = f
        else:
            given = f
    return given, slope


def _by_fact(w, fact, places, at, env):
    inner = dict(env)
    inner |= {a if isinstance(a, Sized) else plain(a): v for a, v in zip(places, at)}
    return w.run(fact.right, inner)


def _moved(w, fact, name, positive, at, env):
    """A field that moves in time by a fact: near the one moment of the instance it is its value there plus the time times its slope."""
    ((s, n),) = fact.left.variable_count
    places = fact.left.expr.args
    k = next((k for k, a in enumerate(places) if plain(a) == plain(s)), None)
    if n != 1 or k is None:
        raise Unable(f"the probe cannot move {name} by its derivative by {s}")
    start = w.symbol(s, plain(s), {})
    there = [*at[:k], start, *at[k + 1 :]]
    out = _drawn(w, name, 0, positive, there)
    return out if at[k] == start else out + (at[k] - start) * _by_fact(w, fact, places, there, env)


def _drawn(w, name, k, positive, at):
    """The value of a random smooth function of all coordinates of its arguments."""
    u = [v for a in at for v in (a if hasattr(a, "rows") else (a,))]
    first, second, third = _coefficients(w, name, k, len(u), positive)
    w.seen.add(name)
    ctx = w.ctx
    out, square = ctx.mpf(0), positive and w.setting.averaged
    for i, v in enumerate(u):
        out += first[i] * v + (0 if square else third[i] * v**3)
    for (i, j), c in second.items():
        out += c * u[i] * u[j]
    if square:  # of the fourth degree, so that it can be averaged
        return out**2 + ctx.mpf(1) / 2
    return ctx.exp(out) if positive else out + ctx.mpf(1)


def _coefficients(w, name, k, count, positive):
    key = ("field", name, k, count)
    if key not in w.arrays:
        _one_kind(w, name, "masses")
        r = w.rng(key)

        def number(least):
            return Rational(r.choice((-1, 1)) * r.randint(1, 4), r.randint(least, least + 3))

        exact = ([number(3) for _ in range(count)], {ij: number(5) for ij in itertools.combinations_with_replacement(range(count), 2)},
                 [number(40) for _ in range(count)])  # fmt: skip
        w.arrays[key] = exact
        w.functions_shown.setdefault(name, _Shown(name, positive and ("square" if w.setting.averaged else "exp"))).parts[k] = exact
    first, second, third = w.arrays[key]
    return [w.number(c) for c in first], {ij: w.number(c) for ij, c in second.items()}, [w.number(c) for c in third]


class _Shown:
    """A drawn field in words."""

    def __init__(self, name, positive):
        self.name, self.positive, self.parts = name, positive, {}

    def text(self, letters=None):
        said = []
        for _, (first, second, third) in sorted(self.parts.items()):
            u = sympy.symbols(f"u1:{len(first) + 1}")
            e = sum(c * v for c, v in zip(first, u)) + sum(c * u[i] * u[j] for (i, j), c in second.items()) + sum(c * v**3 for c, v in zip(third, u))
            e -= sum(c * v**3 for c, v in zip(third, u)) if self.positive == "square" else 0
            said.append({"square": f"({e})**2 + 1/2", "exp": f"exp({e})"}.get(self.positive, str(e + 1)))
        return f"{self.name} = {said[0] if len(said) == 1 else '(' + '; '.join(said) + ')'} of its arguments' coordinates u1, u2, …"


# --- derivatives

def _along(w, x, i, body, stencil, middle):
    """Σ of a body at points along coordinate i of x, over the step to the order of the stencil."""
    h = w.ctx.mpf(10) ** -STEP

    def value(env):
        start = w.of(x)(env)
        out = None
        with bound(env, x) as put:
            for k, c in stencil:
                for sign in (1, -1):
                    moved = start.copy()
                    moved[i] = start[i] + sign * k * h
                    weight = w.number(c) * (sign if middle is None else 1)
                    term = weight * body(put(moved))
                    out = term if out is None else out + term
            if middle is not None:
                out += w.number(middle) * body(put(start))
        return out / (h if middle is None else h * h)

    return value


def _slope(w, x, i, body):
    return _along(w, x, i, body, FIRST, None)


@rule(Grad)
def _grad(w, e):
    body, x = w.of(e.body), e.by
    return lambda env: w.ctx.matrix([_slope(w, x, i, body)(env) for i in range(w.of(x)(env).rows)])


@rule(Jacobian)
def _jacobian(w, e):
    body, x = w.of(e.body), e.by

    def value(env):
        columns = [_slope(w, x, i, body)(env) for i in range(w.of(x)(env).rows)]
        return w.ctx.matrix([[c[j] for c in columns] for j in range(columns[0].rows)])

    return value


@rule(Div)
def _div(w, e):
    body, x = w.of(e.body), e.by
    return lambda env: w.ctx.fsum(_slope(w, x, i, lambda env, i=i: body(env)[i])(env) for i in range(w.of(x)(env).rows))


@rule(Laplacian)
def _laplacian(w, e):
    body, x = w.of(e.body), e.by
    return lambda env: w.ctx.fsum(_along(w, x, i, body, SECOND, MIDDLE)(env) for i in range(w.of(x)(env).rows))


@rule(sympy.Derivative)
def _derivative(w, e):
    if not has(e.expr, Sized):
        return _number_derivative(w, e)
    if any(isinstance(s, Sized) or not s.is_Symbol for s in e.variables):
        raise Unable(f"the probe has no derivative by {e.variables}")
    run = w.of(e.expr)
    for s in e.variables:
        run = _rate(w, s, run)
    moving = any(_facts(w, AppliedUndef, a.func.__name__, len(a.args))[1] for a in walk(e.expr) if isinstance(a, AppliedUndef))
    if len(e.variables) > 1 and moving:
        raise Unable("the probe moves a field to the first order in time only")
    return run


def _rate(w, s, body):
    key, h = plain(s), w.ctx.mpf(10) ** -STEP

    def value(env):
        start = env[key] if key in env else w.symbol(s, key, env)
        with bound(env, key) as put:
            return sum(sign * w.number(c) * body(put(start + sign * k * h)) for k, c in FIRST for sign in (1, -1)) / h

    return value


# --- integrals

@rule(IntegralOver, ArrayIntegral)
def _integral(w, e):
    if not any(isinstance(v, Sized) for v in e.bound):
        return w.rules[Over](w, e)  # that of finite laws, where the line speaks of such
    if len(e.bound) != 1:
        raise Unable("the probe integrates over one vector at a time")
    (m,) = e.bound
    masses = {a for a in walk(e.body) if isinstance(a, AppliedUndef) and a.args == (m,) and a.is_positive}
    mass = next((a for a in sorted(masses, key=str) if _linear(e.body, a)), None)
    if mass is None or any(_facts(w, AppliedUndef, mass.func.__name__, 1)):
        raise Unable(f"the probe integrates over {m} only where an open density of {m}, such as p({m}), is a factor")
    name, body, node = mass.func.__name__, w.of(e.body), ("node", plain(mass))

    def value(env):
        rows = w.whole(m.shape[0], {})
        out = None
        w.seen.add(name)
        for weight, at in _masses(w, name, rows):
            with bound(env, m) as put, bound(env, node) as put_weight:
                put(at)
                term = body(put_weight(weight))
            out = term if out is None else out + term
        return out

    return value


def _masses(w, name, rows):
    key = ("masses", name, rows)
    if key not in w.arrays:
        _one_kind(w, name, "field")
        r = w.rng(key)
        w.arrays[key] = [(Rational(r.randint(1, 5), r.randint(1, 3)), [Rational(r.randint(-3, 3), r.choice((1, 2))) for _ in range(rows)]) for _ in range(MASSES)]
        w.functions_shown[name] = _Masses(name, w.arrays[key])
    return [(w.number(c), w.ctx.matrix([w.number(q) for q in at])) for c, at in w.arrays[key]]


def _one_kind(w, name, other):
    if any(key[:2] == (other, name) for key in w.arrays if isinstance(key, tuple)):
        raise Unable(f"{name} stands under an integral, where the probe takes point masses for it, and outside of it")


class _Masses:
    def __init__(self, name, masses):
        self.name, self.masses = name, masses

    def text(self, letters=None):
        return f"{self.name} with the masses " + ", ".join(f"{c} at ({', '.join(map(str, at))})" for c, at in self.masses)


def _linear(e, node):
    """Whether an expression is a sum of products that hold something once, as a factor."""
    if e == node:
        return True
    if isinstance(e, (Terms, sympy.Add, ArrayTerms)):
        return all(_linear(a, node) for a in e.args)
    if isinstance(e, (Factors, sympy.Mul, ArrayFactors, Inner)):
        inside = [a for a in e.args if any(b == node for b in walk(a))]
        return len(inside) == 1 and _linear(inside[0], node)
    if isinstance(e, (Frac, ArrayFrac)):
        return _linear(e.args[0], node) and not any(b == node for b in walk(e.args[1]))
    return False
