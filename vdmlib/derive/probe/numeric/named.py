"""Named functions of numbers: sines and factorials, absolute values and maxima, definitions by cases."""

import sympy
from sympy.core.relational import Relational

from ...show.decimals import decimal
from ..result import Unable, Undefined
from .compile import is_real, note, rule, within

NAMES = {sympy.Abs: "fabs", sympy.binomial: "binomial", sympy.conjugate: "conj", sympy.loggamma: "loggamma",
         sympy.gamma: "gamma", sympy.erf: "erf", sympy.erfc: "erfc", sympy.floor: "floor", sympy.ceiling: "ceil",
         sympy.re: "re", sympy.im: "im", sympy.arg: "arg", sympy.sign: "sign", sympy.LambertW: "lambertw"}  # fmt: skip
STEPS = (sympy.erf, sympy.erfc, sympy.tanh, sympy.atan, sympy.sech)


@rule(sympy.Function)
def _named(w, e):
    ctx = w.ctx
    f = getattr(ctx, NAMES.get(getattr(e, "_plain", type(e)), type(e).__name__), None)
    if not e.args or f is None or not callable(f):
        raise Unable(f"the probe cannot evaluate {type(e).__name__}")
    parts, steps = [within(w, a) for a in e.args], isinstance(e, STEPS)

    def value(env):
        args = [p(env) for p in parts]
        if steps:
            note(w, "step", args[0])
        try:
            out = f(*args)
        except (ValueError, ZeroDivisionError) as why:
            raise Undefined(f"{type(e).__name__} at {decimal(args[0], 6, ctx)}") from why
        if not is_real(out) and not w.complex and all(map(is_real, args)):
            raise Undefined(f"{type(e).__name__} at {decimal(args[0], 6, ctx)}")
        return out

    return value


@rule(sympy.factorial)
def _factorial(w, e):
    n = w.of(e.args[0])

    def value(env):
        at = n(env)
        if is_real(at) and at.real < 0 and at.real == w.ctx.nint(at.real):
            raise Undefined("the factorial of a negative whole number")
        return w.ctx.factorial(at)

    return value


@rule(sympy.Max, sympy.Min)
def _extreme(w, e):
    parts, pick = [w.of(a) for a in e.args], max if isinstance(e, sympy.Max) else min

    def value(env):
        values = [p(env) for p in parts]
        if not all(map(is_real, values)):
            raise Undefined("an order of complex numbers")
        return pick(v.real for v in values)

    return value


@rule(sympy.Heaviside)
def _step(w, e):
    u, middle = map(w.of, e.args[:2])

    def value(env):
        at = u(env).real
        return middle(env) if at == 0 else w.ctx.mpf(1 if at > 0 else 0)

    return value


@rule(sympy.Piecewise)
def _pieces(w, e):
    pieces = [(w.of(value), truth(w, condition)) for value, condition in e.args]

    def value(env):
        for piece, holds in pieces:
            if holds(env):
                return piece(env)
        raise Undefined("no piece of a definition by cases holds")

    return value


def truth(w, condition):
    """A condition as a function of the environment."""
    if condition in (sympy.true, sympy.false):
        return lambda env: bool(condition)
    if isinstance(condition, Relational):
        left, right, holds = w.of(condition.lhs), w.of(condition.rhs), RELATIONS[condition.rel_op]
        return lambda env: holds(left(env), right(env))
    parts = [truth(w, a) for a in condition.args]
    if isinstance(condition, sympy.And):
        return lambda env: all(p(env) for p in parts)
    if isinstance(condition, sympy.Or):
        return lambda env: any(p(env) for p in parts)
    if isinstance(condition, sympy.Not):
        return lambda env: not parts[0](env)
    raise Unable(f"the probe cannot decide {condition}")


RELATIONS = {"<": lambda a, b: a.real < b.real, "<=": lambda a, b: a.real <= b.real, ">": lambda a, b: a.real > b.real,
             ">=": lambda a, b: a.real >= b.real, "==": lambda a, b: a == b, "!=": lambda a, b: a != b}  # fmt: skip
