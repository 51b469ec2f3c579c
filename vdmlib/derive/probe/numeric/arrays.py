"""Vectors and matrices of one, two and three dimensions, drawn at random, and what the probe makes of them.

Matrices are mpmath's. Nothing here is shared with the prover: products are products of numbers, inverses and determinants
are those of mpmath, expectations are rules of integration that are exact for the polynomials that they are used on.
"""

import itertools
from functools import reduce
from operator import mul

import sympy
from sympy import Rational
from sympy.core.function import AppliedUndef

from ...nodes.arrays import ArrayExpectation, ArrayFactors, ArrayFrac, ArrayTerms, Det, Eye, Inner, Inverse, Letter, Norm, Trace, Transpose
from ...nodes.expressions import Factors, Frac, Sized
from ...nodes.fields import FieldValue
from ...nodes.functionals import Expectation, law_factors
from ...nodes.normal import N
from ...nodes.walk import walk
from ..hypotheses import words
from ..result import Unable, Undefined, Unmet
from .compile import RULES, bound, rule
from .degrees import degree, log_degree
from .functionals import parents_first
from .quadrature import hermite_rule

__all__ = ["entry", "is_definite", "lacks", "shown", "some"]

EQUAL = 25  # digits to which what a fact gives must have a declared property


def entry(a, b):
    """(entry of a, of b, which) where two matrices differ most; a number stands for a matrix of zeros."""
    shape = next((m.rows, m.cols) for m in (a, b) if hasattr(m, "rows"))
    at = [(i, j) for i in range(shape[0]) for j in range(shape[1])]

    def value(m, ij):
        return m[ij] if hasattr(m, "rows") else m

    worst = max(at, key=lambda ij: abs(value(a, ij) - value(b, ij)))
    shown = worst[0] + 1 if shape[1] == 1 else f"{worst[0] + 1}, {worst[1] + 1}"
    return value(a, worst), value(b, worst), f"entry {shown}"


# --- what an instance draws

@rule(Letter)
def _letter(w, e):
    return lambda env: env[e] if e in env else _value(w, e)


def _value(w, e):
    if e in w.symbol_facts:
        fact, setting = w.symbol_facts[e]
        value = w.run(fact.right, dict(setting))
        wrong = lacks(w.ctx, e.traits, value)
        if wrong:
            raise Unmet(f"{words(fact)}, with {e} {wrong} as declared")
        return value
    rows, columns = (w.whole(n, {}) for n in e.shape)
    if e not in w.arrays or w.arrays[e].shape != (rows, columns):  # the search for an instance may have changed a dimension
        w.arrays[e] = _drawn(w, e, rows, columns)
        w.exact[e.name] = shown(w.arrays[e])
    w.seen |= {e.name, *[n.name for n in e.shape if n.is_Symbol]}
    return w.ctx.matrix([[w.number(q) for q in row] for row in w.arrays[e].tolist()])


def _drawn(w, e, rows, columns):
    r = w.rng("array", e.name)

    def number():
        return Rational(r.randint(-4, 4), r.choice((1, 2, 3)) * 2**w.attempt)

    if columns == 1 and not e.traits:
        return sympy.Matrix(rows, 1, lambda i, j: number() or Rational(1, 2))
    if "positive" in e.traits:
        root = sympy.Matrix(rows, rows, lambda i, j: number() if i > j else Rational(r.randint(1, 5), r.choice((1, 2))) if i == j else 0)
        out = root * root.T
        if "orthogonal" in e.traits:
            return sympy.eye(rows)
        return out
    if "orthogonal" in e.traits:
        skew = sympy.Matrix(rows, rows, lambda i, j: 0)
        for i, j in itertools.combinations(range(rows), 2):
            skew[i, j] = number()
            skew[j, i] = -skew[i, j]
        turn = (sympy.eye(rows) - skew) * (sympy.eye(rows) + skew).inv()
        flip = sympy.diag(*[r.choice((1, -1)) for _ in range(rows)])
        return turn * flip if "symmetric" not in e.traits else turn * flip * turn.T  # of determinant 1 or −1
    out = sympy.Matrix(rows, columns, lambda i, j: number())
    if "symmetric" in e.traits:
        out = out + out.T
    while "invertible" in e.traits and out.det() == 0:
        out += sympy.eye(rows)
    return out


def some(w, e):
    """A few values of a vector or matrix that may take every one: those of the instance, their negatives, zeros."""
    here = w.of(e)({}).copy()
    return [here, -here, 0 * here]


def shown(m):
    rows = m.tolist()
    if m.cols == 1:
        return "(" + ", ".join(str(q) for (q,) in rows) + ")"
    return "[" + "; ".join(", ".join(map(str, row)) for row in rows) + "]"


def lacks(ctx, traits, value):
    """The declared property that a value lacks, in a word."""
    size = 1 + max(map(abs, value), default=0)
    near = ctx.mpf(10) ** -EQUAL * size

    def same(a, b):
        return all(abs(u - v) <= near for u, v in zip(a, b))

    if {"symmetric", "positive"} & traits and not same(value, value.T):
        return "symmetric"
    if "positive" in traits and not is_definite(ctx, value):
        return "positive definite"
    if "orthogonal" in traits and not same(value * value.T, ctx.eye(value.rows)):
        return "orthogonal"
    return "invertible" if "invertible" in traits and abs(ctx.det(value)) <= near else None


def is_definite(ctx, value):
    """Whether a matrix is symmetric and positive definite: all its leading minors are positive."""
    if not hasattr(value, "rows"):
        return False  # 0
    if value.rows != value.cols or any(abs(value[i, j] - value[j, i]) > ctx.mpf(10) ** -EQUAL * (1 + abs(value[i, j]))
                                       for i in range(value.rows) for j in range(i)):  # fmt: skip
        return False
    size = max(map(abs, value))
    return all(_det(ctx, value[:k, :k]) > ctx.mpf(10) ** -EQUAL * size**k for k in range(1, value.rows + 1))


def _det(ctx, m):
    """By permutations: there are at most six."""
    out = ctx.zero
    for p in itertools.permutations(range(m.rows)):
        sign = (-1) ** sum(p[i] > p[j] for i in range(m.rows) for j in range(i + 1, m.rows))
        out += sign * reduce(mul, [m[i, p[i]] for i in range(m.rows)], ctx.one)
    return out


def _inverse(ctx, m):
    det = _det(ctx, m)
    if abs(det) <= ctx.mpf(10) ** -40:
        raise Undefined("the inverse of a singular matrix")
    return ctx.inverse(m)


# --- arithmetic

@rule(Eye)
def _eye(w, e):
    return lambda env: w.ctx.eye(w.whole(e.args[0], env))


@rule(Transpose)
def _transpose(w, e):
    a = w.of(e.args[0])
    return lambda env: a(env).T


@rule(Inverse)
def _inverted(w, e):
    a = w.of(e.args[0])
    return lambda env: _inverse(w.ctx, a(env))


@rule(ArrayTerms)
def _sum(w, e):
    parts = [w.of(a) for a in e.args]
    return lambda env: reduce(lambda a, b: a + b, [p(env) for p in parts])


@rule(ArrayFactors, Inner)
def _product(w, e):
    numbers = [w.of(a) for a in e.args if not isinstance(a, Sized)]
    arrays = [w.of(a) for a in e.args if isinstance(a, Sized)]

    def value(env):
        out = reduce(mul, [a(env) for a in arrays])
        scale = w.ctx.fprod(n(env) for n in numbers)
        return scale * (out[0] if isinstance(e, Inner) else out)

    return value


@rule(ArrayFrac)
def _quotient(w, e):
    num, den = map(w.of, e.args)

    def value(env):
        at = den(env)
        if at == 0:
            raise Undefined("division by zero")
        return num(env) / at

    return value


@rule(Trace)
def _trace(w, e):
    a = w.of(e.args[0])

    def value(env):
        m = a(env)
        return w.ctx.fsum(m[i, i] for i in range(m.rows))

    return value


@rule(Det)
def _determinant(w, e):
    a = w.of(e.args[0])
    return lambda env: _det(w.ctx, a(env))


@rule(Norm)
def _norm(w, e):
    a = w.of(e.args[0])
    return lambda env: w.ctx.sqrt(w.ctx.fsum(v * v for v in a(env)))


# --- normal laws

_number_normal, _number_log, _number_expectation = RULES[N], RULES[sympy.log], RULES[Expectation]


@rule(N)
def _normal(w, e):
    if not e.of_vectors:
        return _number_normal(w, e)
    run = _log_normal(w, e)
    return lambda env: w.ctx.exp(run(env))


def _log_normal(w, e):
    ctx = w.ctx
    x, mean, cov = map(w.of, e.args)

    made = {}

    def value(env):
        m, s = mean(env), cov(env)
        key = tuple(s)
        if key not in made:
            s = _covariance(ctx, s)
            made[key] = _inverse(ctx, s), s.rows * ctx.log(2 * ctx.pi) + ctx.log(_det(ctx, s))
        inverse, constant = made[key]
        off = x(env) - m if hasattr(m, "rows") else x(env)
        return -(constant + (off.T * inverse * off)[0]) / 2

    return value


def _covariance(ctx, s):
    if not is_definite(ctx, s):
        raise Undefined("a covariance that is not positive definite")
    return s


@rule(sympy.log)
def _log(w, e):
    u = e.args[0]
    if isinstance(u, N) and u.of_vectors:
        return _log_normal(w, u)
    if isinstance(u, (Factors, sympy.Mul, Frac)) and any(isinstance(a, N) and a.of_vectors for a in u.args):
        signs = (1, -1) if isinstance(u, Frac) else (1,) * len(u.args)
        parts = [(w.of(sympy.log(a, evaluate=False)), s) for a, s in zip(u.args, signs)]
        return lambda env: w.ctx.fsum(s * p(env) for p, s in parts)
    return _number_log(w, e)


# --- expectations

@rule(Expectation, ArrayExpectation)
def _expectation(w, e):
    factors = law_factors(e.law)
    vectors = [isinstance(f, N) and f.of_vectors for f in factors]
    if not any(vectors) and not isinstance(e.body, Sized):
        return _number_expectation(w, e)
    if not all(vectors):
        raise Unable(f"the probe cannot average vectors over {e.law}")
    given = {f.left.expr if isinstance(f.left, sympy.Derivative) else f.left for f in w.setting.field_facts}
    named = {_field_name(a) for a in given}
    if any(isinstance(a, (AppliedUndef, FieldValue)) and _field_name(a) in named for a in walk(e)):
        raise Unable(f"the probe averages no field that a fact gives, as in {e.body}")
    if len(factors) == 1 and isinstance(e.body, (N, sympy.exp)) and (log_degree(e.body, {factors[0].args[0]: 1}) or 0) == 2:
        return _average_exponential(w, factors[0], w.of(sympy.log(e.body, evaluate=False)))
    run = w.of(e.body)
    for f in reversed(parents_first(e.law, factors)):
        others = {g.args[0]: degree(g.args[1], {f.args[0]: 1}) for g in factors if g is not f}
        run = _average(w, f, run, degree(e.body, {f.args[0]: 1, **{x: n for x, n in others.items() if n}}))
    return run


def _field_name(e):
    return e.name if isinstance(e, FieldValue) else e.func.__name__


def _average(w, law, body, n):
    """The mean over one normal vector of a body of degree n in it."""
    if n is None:
        raise Unable(f"the probe averages polynomials of {law.args[0]} only")
    ctx = w.ctx
    x, mean, cov = law.args[0], w.of(law.args[1]), w.of(law.args[2])

    def value(env):
        s, m = ctx.cholesky(_covariance(ctx, cov(env))), mean(env)
        out = None
        with bound(env, x) as put:
            for weight, at in points(ctx, s.rows, n):
                shifted = s * ctx.matrix(at)
                term = weight * body(put(shifted + m if hasattr(m, "rows") else shifted))
                out = term if out is None else out + term
        return out

    return value


def _average_exponential(w, law, exponent):
    """The mean over one normal vector of an exponential of a quadratic: its coefficients are read off its values."""
    ctx = w.ctx
    x, mean, cov = law.args[0], w.of(law.args[1]), w.of(law.args[2])

    def value(env):
        s, m = ctx.cholesky(_covariance(ctx, cov(env))), mean(env)
        d = s.rows
        with bound(env, x) as put:

            def at(*places):
                t = s * ctx.matrix([places.count(k) - places.count(~k) for k in range(d)])
                return exponent(put(t + m if hasattr(m, "rows") else t))

            start, ahead = at(), [at(k) for k in range(d)]
            slope = ctx.matrix([(ahead[k] - at(~k)) / 2 for k in range(d)])
            bend = ctx.matrix(d, d)
            for k, j in itertools.product(range(d), repeat=2):
                bend[k, j] = (k == j) - (at(k, j) - ahead[k] - ahead[j] + start)
        if not is_definite(ctx, bend):
            raise Undefined("a mean that is infinite")
        return ctx.exp(start + (slope.T * _inverse(ctx, bend) * slope)[0] / 2) / ctx.sqrt(_det(ctx, bend))

    return value


def points(ctx, d, n):
    """(weight, point) of a rule for the mean under the standard normal law in d dimensions that is exact to degree n."""
    if n <= 3:
        far = ctx.sqrt(d)
        return [(ctx.one / (2 * d), [sign * far if i == k else 0 for i in range(d)]) for k in range(d) for sign in (1, -1)]
    if n > 11:
        raise Unable(f"the probe averages polynomials up to degree 11, not {n}")
    one = hermite_rule(ctx, n // 2 + 1)
    return [(ctx.fprod(weight for _, weight in p), [t for t, _ in p]) for p in itertools.product(one, repeat=d)]
