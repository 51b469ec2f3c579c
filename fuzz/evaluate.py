"""The value of an expression at a random point, by plain summation and quadrature.

Values are real unless a symbol is declared complex. Empty sums are 0, empty products 1.
"""

import mpmath

from .calculus import integral_of
from .lines import Node, walk
from .means import mean
from .normals import mean_on_the_line, moments, normal, on_the_line, spelled
from .points import Infinite, Null, Undefined, Unsettled
from .tables import density, keys_of, outcomes, span, tabled, variable
from .values import RULES, close_to_zero, value, whole

__all__ = ["value"]


# --- arithmetic

def _num(args, p, env):
    return p.number(args[0])


def _sym(args, p, env):
    return env[args[0]] if args[0] in env else p.numbers[args[0]]


def _add(args, p, env):
    out = value(args[0], p, env)
    for a in args[1:]:
        out = out + value(a, p, env)
    return out


def _mul(args, p, env):
    out = value(args[0], p, env)
    for a in args[1:]:
        out = out * value(a, p, env)
    return out


def _div(args, p, env):
    top, bottom = value(args[0], p, env), value(args[1], p, env)
    if close_to_zero(bottom, p):
        raise (Null if _of_densities(args[1]) else Undefined)("division by zero")
    return top / bottom


def _of_densities(e):
    return any(a.op == "dens" for a in walk(e))


def _pow(args, p, env):
    base, n = value(args[0], p, env), value(args[1], p, env)
    if base == 0 and n < 0 and _of_densities(args[0]):
        raise Null("a power of zero")
    return power(base, n, p, args[1].op == "num")


def power(base, n, p, literal=False):
    m = p.m
    is_whole = getattr(n, "imag", 0) == 0 and n == m.floor(n.real if hasattr(n, "imag") else n)
    if base == 0:
        if n == 0:
            if literal:
                return m.mpf(1)
            raise Unsettled("0⁰")
        if n.real < 0 if hasattr(n, "imag") else n < 0:
            raise Undefined("a negative power of zero")
        return m.mpf(0)
    if is_whole:
        if n < 0:
            close_to_zero(base, p)
        return base ** int(n)
    if not p.complex:
        if base < 0:
            close_to_zero(base, p)
            raise Undefined("a root of a negative number")
        return m.power(base, n)
    return m.power(m.mpc(base), n)


def _sqrt(args, p, env):
    return power(value(args[0], p, env), p.m.mpf(1) / 2, p)


def _real_function(name, low=None, high=None):
    def run(args, p, env):
        u = value(args[0], p, env)
        if low is not None and not p.complex and not low <= u <= high:
            raise Undefined(f"{name} outside of its domain")
        if name in ("exp", "sinh", "cosh") and (u.real if name == "exp" else abs(u)) > (600 if p.m is mpmath.fp else 10**6):
            raise Unsettled("too large")
        return getattr(p.m, name)(u)

    return run


def _tan(args, p, env):
    u = value(args[0], p, env)
    if abs(p.m.cos(u)) < 1e-9:
        raise Undefined("tan at a pole")
    return p.m.tan(u)


def _sign(args, p, env):
    u = value(args[0], p, env)
    if close_to_zero(u, p):
        raise Unsettled("the sign of zero")
    return u / abs(u)


def _extreme(pick):
    def run(args, p, env):
        vs = [value(a, p, env) for a in args]
        if any(getattr(v, "imag", 0) != 0 for v in vs):
            raise Undefined("an order of complex numbers")
        return pick([getattr(v, "real", v) for v in vs])

    return run


def _phi(args, p, env):
    u = value(args[0], p, env)
    return u - 1 - _log(args, p, env)


def _fun(args, p, env):
    name, *given = args
    return p.functions[name]((0,) * len(given), tuple(value(a, p, env) for a in given))


def _dfun(args, p, env):
    name, orders, given = args
    return p.functions[name](orders, tuple(value(a, p, env) for a in given))


def _pick(args, p, env):
    """The derivative of Max or Min: that of the argument which is larger, or smaller."""
    largest, cases, slopes = args
    vs = [value(a, p, env) for a in cases]
    best = (max if largest else min)(vs)
    at = [k for k, v in enumerate(vs) if abs(v - best) < 1e-9]
    if len(at) > 1:
        raise Unsettled("a tie")
    return value(slopes[at[0]], p, env)


def _entry(args, p, env):
    return p.entry(args[0], whole(value(args[1], p, env)))


def _alpha(args, p, env):
    k = whole(value(args[1], p, env))
    if k < 1:
        raise Undefined("α before 1")
    return p.alpha(args[0], k)


def _bar(args, p, env):
    k = whole(value(args[1], p, env))
    if k < 0:
        raise Undefined("ᾱ before 0")
    out = p.m.mpf(1)
    for i in range(1, k + 1):
        out = out * p.alpha(args[0], i)
    return out


def _log(args, p, env):
    e = args[0]
    if on_the_line(e, p):
        return _log((spelled(e, p),), p, env)
    if e.op == "normal":  # far out its density is too small for a number
        m, v = moments(e, p, env)
        return -(p.m.log(2 * p.m.pi * v) + (value(e.args[0], p, env) - m) ** 2 / v) / 2
    if e.op in ("mul", "div") and any(a.op in ("normal", "exp") or on_the_line(a, p) for a in e.args):
        logs = [_log((a,), p, env) for a in e.args]
        return logs[0] - logs[1] if e.op == "div" else sum(logs)
    if e.op == "exp":
        return value(e.args[0], p, env)
    u = value(e, p, env)
    if close_to_zero(u, p):
        if p.line.laws:
            raise Infinite("log 0")
        raise Undefined("log 0")
    if not p.complex and u < 0:
        raise Undefined("the logarithm of a negative number")
    return p.m.log(u)


def _sum(args, p, env):
    body, i, lo, hi = args
    if hi.op == "inf":
        return _series(body, i, whole(value(lo, p, env)), p, env)
    return sum((value(body, p, {**env, i: p.m.mpf(k)}) for k in span(lo, hi, p, env)), p.m.mpf(0))


def _prod(args, p, env):
    body, i, lo, hi = args
    out = p.m.mpf(1)
    for k in span(lo, hi, p, env):
        out = out * value(body, p, {**env, i: p.m.mpf(k)})
    return out


def _series(body, i, lo, p, env):
    """An endless sum whose terms fall like those of a geometric series; others are not settled, or diverge."""
    out, last = p.m.mpf(0), None
    for k in range(lo, lo + 1500):
        term = value(body, p, {**env, i: p.m.mpf(k)})
        out += term
        if abs(term) > 1e12:
            raise Undefined("a series that diverges")
        if k - lo > 30 and abs(term) <= abs(out) * p.m.mpf(10) ** (-25) + p.m.mpf(10) ** -30:
            return out
        last = term
    if last is not None and abs(last) > 1e-3:
        raise Undefined("a series that diverges")
    raise Unsettled("a slow series")


# --- densities and functionals

def _dens(args, p, env):
    if args[0] in p.given_densities:
        return value(spelled(Node("dens", args), p), p, env)
    return density(*args, p, env)


def _over(args, p, env):
    kind, vs, body = args
    keys = keys_of(vs, p, env)
    if all(v in tabled(p) for v in keys):
        return sum((value(body, p, {**env, **o}) for o in outcomes(keys, p)), p.m.mpf(0))
    if kind == "Sigma" or len(keys) > 1:
        raise Unsettled("a sum over a variable of no table")
    return integral_of(lambda u: value(body, p, {**env, keys[0]: u}), (), -p.m.inf, p.m.inf, p)


def _over_outcomes(d, p, env):
    """(weight, environment) for the outcomes of a density's left variables that have weight."""
    for o in outcomes(keys_of(d.args[1], p, env), p):
        here = {**env, **o}
        w = _dens(d.args, p, here)
        if w != 0:
            yield w, here


def _ln(v, p):
    if v == 0:
        raise Infinite("log 0")
    return p.m.log(v)


def _ent(args, p, env):
    if on_the_line(args[0], p):
        return -mean_on_the_line(args[:1], Node("log", (args[0],)), p, env)
    if args[0].op == "normal":
        _, v = moments(args[0], p, env)
        return (1 + p.m.log(2 * p.m.pi * v)) / 2
    return sum((-w * p.m.log(w) for w, _ in _over_outcomes(args[0], p, env)), p.m.mpf(0))


def _kl(args, p, env):
    return _ce(args, p, env) - _ent(args[:1], p, env)


def _ce(args, p, env):
    a, b = args
    if on_the_line(a, p):
        return -mean_on_the_line((a,), Node("log", (b,)), p, env)
    if a.op == "normal" and b.op == "normal":
        (ma, va), (mb, vb) = moments(a, p, env), moments(b, p, env)
        return (p.m.log(2 * p.m.pi * vb) + (va + (ma - mb) ** 2) / vb) / 2
    if "normal" in (a.op, b.op):
        raise Unsettled("a table against a normal law")
    return sum((-w * _ln(_dens(b.args, p, here), p) for w, here in _over_outcomes(a, p, env)), p.m.mpf(0))


def _mi(args, p, env):
    d, part = args
    law, left, right = d.args
    rest = tuple(v for v in left if v not in part)
    out = p.m.mpf(0)
    for w, here in _over_outcomes(d, p, env):
        out += w * p.m.log(w / (density(law, part, right, p, here) * density(law, rest, right, p, here)))
    return out


def _elbo(args, p, env):
    q, joint = args
    return sum((w * (_ln(_dens(joint.args, p, here), p) - p.m.log(w)) for w, here in _over_outcomes(q, p, env)), p.m.mpf(0))


RULES.update({
    "num": _num, "sym": _sym, "add": _add, "mul": _mul, "div": _div, "pow": _pow, "log": _log, "sqrt": _sqrt, "tan": _tan,
    "neg": lambda args, p, env: -value(args[0], p, env),
    "abs": lambda args, p, env: abs(value(args[0], p, env)),
    "I": lambda args, p, env: p.m.mpc(0, 1), "pi": lambda args, p, env: +p.m.pi,
    "exp": _real_function("exp"), "sin": _real_function("sin"), "cos": _real_function("cos"), "atan": _real_function("atan"),
    "sinh": _real_function("sinh"), "cosh": _real_function("cosh"), "tanh": _real_function("tanh"),
    "asin": _real_function("asin", -1, 1), "acos": _real_function("acos", -1, 1), "sign": _sign,
    "max": _extreme(max), "min": _extreme(min), "pick": _pick, "phi": _phi, "fun": _fun, "dfun": _dfun, "entry": _entry,
    "alpha": _alpha, "bar": _bar, "sum": _sum, "prod": _prod, "dens": _dens, "mean": mean, "over": _over,
    "rv": lambda args, p, env: variable(args, p, env, "rv"), "at": lambda args, p, env: variable(args, p, env, "at"),
    "kl": _kl, "ce": _ce, "ent": _ent, "mi": _mi, "elbo": _elbo, "normal": normal,
})  # fmt: skip
