"""From an expression to a function of the bound variables: a table from node type to evaluator.

An evaluator takes the instance and a node, and returns a function of the environment: a dict from the keys of bound
variables to their numbers. The other files of this folder enter the rules for their nodes.
"""

import sympy
from sympy.core.function import AppliedUndef
from sympy.tensor.indexed import Indexed

from ...budget import spend
from ...nodes.expressions import Factors, Frac, Power, Terms, plain
from ...nodes.functionals import Expectation, Over
from ...nodes.laws import At, Block
from ...nodes.normal import N
from ...nodes.schedules import Scheduled, ScheduleValue, is_bar
from ...nodes.tables import Entry
from ..result import Infinite, Outside, Unable, Undefined
from .quadrature import CONTEXT, FINER

__all__ = ["RULES", "rule", "rule_table", "compiled", "added", "bound", "terms", "within", "is_real", "note"]

def rule_table():
    """(an empty table from type of node to evaluator, the decorator that enters an evaluator in it)."""
    table = {}

    def rule(*kinds):
        def enter(make):
            table.update(dict.fromkeys(kinds, make))
            return make

        return enter

    return table, rule


RULES, rule = rule_table()
#: Functions that are not analytic.
KINKED = (sympy.Abs, sympy.sign, sympy.Max, sympy.Min, sympy.conjugate, sympy.re, sympy.im, sympy.arg, sympy.floor,
          sympy.ceiling, sympy.Heaviside, sympy.Piecewise)  # fmt: skip
ROUNDING = {ctx: ctx.mpf(10) ** (4 - ctx.dps) for ctx in (CONTEXT, *FINER)}
NOTHING = CONTEXT.mpf(10) ** -25


def compiled(w, e, rules):
    """The function of an expression at an instance, by the first type in the order of inheritance that has a rule."""
    for kind in type(e).__mro__:
        if kind in rules:
            return rules[kind](w, e)
    raise Unable(f"the probe cannot evaluate {type(e).__name__}: {e}")


class bound:
    """A bound variable in the environment, put back afterwards."""

    def __init__(self, env, key):
        self.env, self.key = env, key
        self.before = env.get(key)

    def __enter__(self):
        env, key = self.env, self.key

        def put(value):
            spend()
            env[key] = value
            return env

        return put

    def __exit__(self, *exc):
        if self.before is None:
            self.env.pop(self.key, None)
        else:
            self.env[self.key] = self.before


def is_real(v):
    return getattr(v, "imag", 0) == 0


# --- numbers and symbols

@rule(sympy.Rational)
def _rational(w, e):
    value = w.ctx.mpf(e.p) / e.q
    return lambda env: value


@rule(sympy.Float)
def _float(w, e):
    value = w.ctx.mpf(str(e))
    return lambda env: value


@rule(sympy.NumberSymbol)
def _constant(w, e):
    value = w.ctx.mpf(str(e.evalf(w.ctx.dps + 10)))
    return lambda env: value


@rule(type(sympy.oo), type(-sympy.oo))
def _infinity(w, e):
    value = w.ctx.inf if e is sympy.oo else -w.ctx.inf
    return lambda env: value


@rule(type(sympy.I))
def _imaginary(w, e):
    return lambda env: w.ctx.mpc(0, 1)


@rule(type(sympy.zoo), type(sympy.nan))
def _no_number(w, e):
    def value(env):
        raise Undefined("division by zero")

    return value


@rule(sympy.Symbol)
def _symbol(w, e):
    key = plain(e)
    return lambda env: env[key] if key in env else w.symbol(e, key, env)


@rule(At)
def _of_chain(w, e):
    place = w.placing(e)

    def value(env):
        key = place(env)
        return env[key] if key in env else w.symbol(e, key, env)

    return value


@rule(Block)
def _block(w, e):
    raise Unable(f"{e} is several variables, and has no single value")


# --- arithmetic

@rule(Terms, sympy.Add)
def _sum(w, e):
    parts = [w.of(a) for a in e.args]

    def value(env):
        out = added(w.ctx, terms(parts, env))
        if out != out:
            raise Undefined("∞ − ∞")
        return out

    return value


def terms(parts, env):
    """The values of the terms of a sum; that of one which is not finite is that of the sum, and of two nothing is known."""
    values, endless = [], None
    for p in parts:
        try:
            values.append(p(env))
        except Infinite as why:
            if endless is not None:
                raise Outside(f"{why}, and another beside it") from None
            endless = why
    if endless is not None:
        raise endless
    return values


def within(w, e):
    """The value of a part of which another is made: nothing is known of that one where the part is not finite."""
    run = w.of(e)
    if not e.has(sympy.Integral, sympy.Sum, sympy.Limit, Expectation, Over):
        return run

    def value(env):
        try:
            return run(env)
        except Infinite as why:
            raise Outside(str(why)) from None

    return value


def added(ctx, terms):
    """The sum of terms; zero where they cancel to the last digits that are carried.

    Where these digits count, since the terms are so large, it is their size: it moves when more digits are carried.
    """
    out = ctx.fsum(terms)
    lost = ROUNDING[ctx] * max(map(abs, terms), default=ctx.zero)
    if not ctx.isfinite(out) or abs(out) > lost:
        return out
    return ctx.zero if lost < NOTHING else lost


@rule(Factors, sympy.Mul)
def _product(w, e):
    ctx, parts = w.ctx, [w.of(a) for a in e.args]

    def value(env):
        out = ctx.fprod(p(env) for p in parts)
        if out != out:
            raise Undefined("0 · ∞")
        return out

    return value


def nonzero(value):
    if value == 0:
        raise Undefined("division by zero")
    return value


@rule(Frac)
def _frac(w, e):
    num, den = w.of(e.args[0]), within(w, e.args[1])

    def value(env):
        out = num(env) / nonzero(note(w, "zero", den(env)))
        if out != out:
            raise Undefined("∞/∞")
        return out

    return value


@rule(Power, sympy.Pow)
def _power(w, e):
    ctx = w.ctx
    base, exponent = map(sympy.sympify, e.args)
    b, x = within(w, base), within(w, exponent)
    if exponent.is_Integer:
        n = int(exponent)
        return (lambda env: nonzero(note(w, "zero", b(env))) ** n) if n < 0 else (lambda env: b(env) ** n)
    if base is sympy.E:
        return _exponential(w, x)

    def value(env):
        u, n = note(w, "zero", b(env)), x(env)
        if is_real(u) and u.real <= 0:
            if u == 0:
                if is_real(n) and n.real > 0:
                    return ctx.mpf(0)
                if n == 0:
                    return ctx.mpf(1)
                raise Undefined("a power of zero that is not positive")
            if not (is_real(n) and n.real == ctx.nint(n.real)) and not w.complex:
                raise Undefined("the root of a negative number" if exponent == sympy.S.Half else "a power of a negative number")
        return ctx.sqrt(u) if exponent == sympy.S.Half else ctx.power(u, n)

    return value


@rule(sympy.exp)
def _exp(w, e):
    return _exponential(w, within(w, e.args[0]))


def _exponential(w, x):
    return lambda env: w.ctx.exp(note(w, "power", x(env)))


def note(w, kind, value):
    """A number on its way through an integrand, noted where its peaks are looked for (see `peaks`)."""
    if w.notes is not None:
        w.notes.append((kind, value))
    return value


@rule(sympy.log)
def _log(w, e):
    ctx, arg = w.ctx, sympy.sympify(e.args[0])
    if isinstance(arg, N):
        x, m, v = map(w.of, arg.args)
        return lambda env: log_normal(ctx, x(env), m(env), variance(v(env)))
    if isinstance(arg, (Factors, sympy.Mul, Frac)) and any(isinstance(a, N) for a in arg.args):
        # far out a normal density is too small a number to take the log of
        signs = (1, -1) if isinstance(arg, Frac) else (1,) * len(arg.args)
        parts = [(_log(w, sympy.log(a, evaluate=False)), s) for a, s in zip(arg.args, signs)]
        return lambda env: ctx.fsum(s * p(env) for p, s in parts)
    u = within(w, arg)

    def value(env):
        at = note(w, "zero", u(env))
        if at == 0 or (is_real(at) and at.real < 0 and not w.complex):
            raise Undefined("the log of zero" if at == 0 else "the log of a negative number")
        return ctx.log(at)

    return value


def log_normal(ctx, x, m, v):
    return -(ctx.log(2 * ctx.pi * v) + (x - m) ** 2 / v) / 2


def variance(v):
    if is_real(v) and v.real <= 0:
        raise Undefined("a variance that is not positive")
    return v


@rule(N)
def _normal(w, e):
    ctx = w.ctx
    x, m, v = map(w.of, e.args)
    return lambda env: ctx.exp(note(w, "power", log_normal(ctx, x(env), m(env), variance(v(env)))))


# --- what an instance draws

@rule(ScheduleValue)
def _scheduled(w, e):
    find = w.schedules.bar if e.bar else w.schedules.alpha
    return lambda env: find(e.name, w.whole(e.index, env))


@rule(Scheduled)
def _scheduled_function(w, e):
    """α(t) and ᾱ(t) of ordinary SymPy, in which conditions of proofs are written."""
    find = w.schedules.bar if is_bar(e) else w.schedules.alpha
    name = e.func.__name__.removesuffix(".bar")
    return lambda env: find(name, w.whole(e.args[0], env))


@rule(Entry)
def _probability(w, e):
    return lambda env: w.probability(e)


@rule(Indexed)
def _entry(w, e):
    place = w.placing(e)

    def value(env):
        key = place(env)
        return env[key] if key in env else w.entry(e, key)

    return value


@rule(AppliedUndef)
def _applied(w, e):
    node, none, name = ("node", plain(e)), (0,) * len(e.args), e.func.__name__
    args = [w.of(a) for a in e.args]

    def value(env):
        return env[node] if node in env else w.functions.value(name, e, none, [a(env) for a in args])

    return value
