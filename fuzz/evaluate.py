"""The value of an expression at a random point, by plain summation and quadrature.

Values are real unless a symbol is declared complex. Empty sums are 0, empty products 1.
"""

import itertools
from functools import lru_cache

import mpmath

from .calculus import integral_of
from .lines import Node, num, walk
from .points import Infinite, Null, Outside, Undefined, Unsettled
from .values import RULES, close_to_zero, value, whole

__all__ = ["value"]

NODES = (36, 25)  # of Gauss–Hermite quadrature, and of its control
MOST = 4000  # outcomes of one sum


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
        raise (Null if _of_free_densities(args[1], p, env) else Undefined)("division by zero")
    return top / bottom


def _of_free_densities(e, p, env):
    return any(a.op == "dens" for a in walk(e)) and not any(v in env for v in _keys_in(e, p, env))


def _pow(args, p, env):
    base, n = value(args[0], p, env), value(args[1], p, env)
    if base == 0 and _of_free_densities(args[0], p, env):
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


def _log(args, p, env):
    e = args[0]
    if e.op == "normal":  # far out its density is too small for a number
        m, v = _moments(e, p, env)
        return -(p.m.log(2 * p.m.pi * v) + (value(e.args[0], p, env) - m) ** 2 / v) / 2
    if e.op in ("mul", "div") and any(a.op == "normal" for a in e.args):
        logs = [_log((a,), p, env) for a in e.args]
        return logs[0] - logs[1] if e.op == "div" else sum(logs)
    u = value(e, p, env)
    if close_to_zero(u, p):
        if p.line.laws:
            raise Infinite("log 0")
        raise Undefined("log 0")
    if not p.complex and u < 0:
        raise Undefined("the logarithm of a negative number")
    return p.m.log(u)


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
        return pick(vs)

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


def span(lo, hi, p, env):
    lo, hi = whole(value(lo, p, env)), whole(value(hi, p, env))
    if hi - lo > MOST:
        raise Unsettled("a long sum")
    return range(lo, hi + 1)


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


# --- variables and laws on tables

def key_of(v, p, env):
    """The key under which a variable stands in an environment."""
    if v.op == "sym":
        return v.args[0]
    return ("rv", v.args[0]) if v.op == "rv" else ("at", v.args[0], whole(value(v.args[1], p, env)))


def keys_of(vs, p, env):
    out = []
    for v in vs:
        if v.op == "block":
            out += [("at", v.args[0], k) for k in span(v.args[1], v.args[2], p, env)]
        else:
            out.append(key_of(v, p, env))
    return tuple(out)


def law_of(name, p):
    return p.ready(p.line.laws[name], lambda vs: keys_of(vs, p, {}))


def tabled(p):
    """Keys of the variables that some table of the line speaks of."""
    if not hasattr(p, "tabled"):
        p.tabled = set().union(*[law_of(name, p).names for name in p.line.laws])
    return p.tabled


def _variable(args, p, env, op):
    key = key_of(Node(op, args), p, env)
    if key not in env:
        if key in tabled(p):
            return p.alphabet(key)[p.outcome(key)]
        if key not in p.outcomes:
            words = p.line.variables.get(key[1], ()) if key[0] == "rv" else ()
            from_pool = p.rng("free", key).choice([-2, -1, 1, 2, 3] if not words else [1, 2, 3])
            p.outcomes[key] = p.m.mpf(from_pool) / 2
        return p.outcomes[key]
    return p.alphabet(key)[env[key]] if isinstance(env[key], int) else env[key]


def standing(key, p, env):
    """The outcome at which a variable of a table stands."""
    return env[key] if key in env else p.outcome(key)


def density(law, left, right, p, env):
    table = law_of(law, p)
    left, right = keys_of(left, p, env), keys_of(right, p, env)
    for v in (*left, *right):
        if v not in table.names:
            raise Outside(f"{v} lies outside of the law")
    at = {v: standing(v, p, env) for v in (*left, *right)}
    if not right:
        return table.probability(at)
    below = table.probability({v: at[v] for v in right if v not in table.given} | {v: at[v] for v in right if v in table.given})
    if below == 0:  # any version will do: the uniform one
        if p.line.laws[law].markov:
            raise Unsettled("a chain given what has probability zero")
        out = p.m.mpf(1)
        for v in left:
            out = out / len(p.alphabet(v))
        return out
    return table.probability(at) / below


def _dens(args, p, env):
    return density(*args, p, env)


def outcomes(keys, p):
    count = 1
    for v in keys:
        count *= len(p.alphabet(v))
    if count > MOST:
        raise Unsettled("too many outcomes")
    for o in itertools.product(*[range(len(p.alphabet(v))) for v in keys]):
        yield dict(zip(keys, o))


def _mean(args, p, env):
    laws, body = args
    if any(d.op == "normal" for d in laws):
        return gaussian_mean(list(laws), body, p, env)
    if len(laws) == 1 and len(keys_of(laws[0].args[1], p, env)) > 5:
        return _spread_mean(laws[0], body, p, env)
    bound = [v for d in laws for v in keys_of(d.args[1], p, env)]
    if len(set(bound)) < len(bound):
        raise Undefined("a variable that is drawn twice")
    out = p.m.mpf(0)
    for o in outcomes(bound, p):
        here = {**env, **o}
        w = p.m.mpf(1)
        for d in laws:
            w = w * _dens(d.args, p, here)
            if w == 0:
                break
        if w != 0:
            out += w * value(body, p, here)
    return out


def _spread_mean(law, body, p, env):
    """A mean over a long chain: sums term by term, each over the variables that stand in it."""
    if body.op == "add":
        return sum(_spread_mean(law, a, p, env) for a in body.args)
    if body.op == "neg":
        return -_spread_mean(law, body.args[0], p, env)
    if body.op == "sum":
        inner, i, lo, hi = body.args
        return sum((_spread_mean(law, inner, p, {**env, i: p.m.mpf(k)}) for k in span(lo, hi, p, env)), p.m.mpf(0))
    if body.op == "log":
        parts = _log_parts(body.args[0], p, env)
        if len(parts) > 1:
            return sum((c * _spread_mean(law, e, p, here) for c, e, here in parts), p.m.mpf(0))
        ((c, body, env),) = parts
        return c * _narrow_mean(law, body, p, env)
    if body.op == "mul":
        apart = [a for a in body.args if not _mentions(a)]
        inside = [a for a in body.args if _mentions(a)]
        if apart and len(inside) == 1:
            return _mul(apart, p, env) * _spread_mean(law, inside[0], p, env)
    return _narrow_mean(law, body, p, env)


def _mentions(e):
    return any(a.op in ("at", "rv", "dens", "kl", "ent", "ce", "mi", "elbo") for a in walk(e))


def _narrow_mean(law, body, p, env):
    bound = keys_of(law.args[1], p, env)
    inside = [v for v in _keys_in(body, p, env) if v in bound]
    left = tuple(Node("at", (v[1], num(v[2]))) if v[0] == "at" else Node("rv", (v[1],)) for v in inside)
    out = p.m.mpf(0)
    for o in outcomes(inside, p):
        here = {**env, **o}
        w = density(law.args[0], left, law.args[2], p, here) if left else p.m.mpf(1)
        if w != 0:
            out += w * value(body, p, here)
    return out


def _keys_in(e, p, env):
    """Keys of the variables in an expression, indices evaluated."""
    if isinstance(e, tuple):
        return [k for a in e for k in _keys_in(a, p, env)]
    if not isinstance(e, Node):
        return []
    if e.op in ("at", "rv", "block"):
        return list(keys_of((e,), p, env))
    if e.op in ("sum", "prod"):
        body, i, lo, hi = e.args
        return [v for k in span(lo, hi, p, env) for v in _keys_in(body, p, {**env, i: p.m.mpf(k)})]
    return list(dict.fromkeys(k for a in e.args for k in _keys_in(a, p, env)))


def _log_parts(e, p, env, c=1):
    """log e as a list of (c, log of a part, environment), as far as e is a product."""
    if e.op == "mul":
        return [t for a in e.args for t in _log_parts(a, p, env, c)]
    if e.op == "div":
        return _log_parts(e.args[0], p, env, c) + _log_parts(e.args[1], p, env, -c)
    if e.op == "prod":
        body, i, lo, hi = e.args
        return [t for k in span(lo, hi, p, env) for t in _log_parts(body, p, {**env, i: p.m.mpf(k)}, c)]
    if e.op == "dens":
        law, left, right = e.args
        table = law_of(law, p)
        if p.line.laws[law].markov and len(keys_of(left, p, env)) > 2:
            seen = sorted(keys_of((*left, *right), p, env), key=lambda v: table.place.get(v, -1))
            below = sorted(keys_of(right, p, env), key=lambda v: table.place.get(v, -1))
            return _pairs(law, seen, env, c, table) + _pairs(law, below, env, -c, table)
    return [(c, Node("log", (e,)), env)]


def _pairs(law, keys, env, c, table):
    out = []
    for k, v in enumerate(keys):
        if v in table.given:
            continue
        one = lambda v: (Node("at", (v[1], num(v[2]))),)  # noqa: E731
        out.append((c, Node("log", (Node("dens", (law, one(v), one(keys[k - 1]) if k else ())),)), env))
    return out


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


def _moments(d, p, env):
    """Mean and variance of a normal law."""
    _, mean, variance = d.args
    mean, variance = value(mean, p, env), value(variance, p, env)
    if close_to_zero(variance, p) or variance < 0:
        raise Undefined("a variance that is not positive")
    return mean, variance


def _ent(args, p, env):
    if args[0].op == "normal":
        _, v = _moments(args[0], p, env)
        return (1 + p.m.log(2 * p.m.pi * v)) / 2
    return sum((-w * p.m.log(w) for w, _ in _over_outcomes(args[0], p, env)), p.m.mpf(0))


def _kl(args, p, env):
    return _ce(args, p, env) - _ent(args[:1], p, env)


def _ce(args, p, env):
    a, b = args
    if a.op == "normal" and b.op == "normal":
        (ma, va), (mb, vb) = _moments(a, p, env), _moments(b, p, env)
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


# --- Gaussians

def _normal(args, p, env):
    x = value(args[0], p, env)
    m, v = _moments(Node("normal", args), p, env)
    return p.m.exp(-((x - m) ** 2) / (2 * v)) / p.m.sqrt(2 * p.m.pi * v)


@lru_cache(maxsize=None)
def hermite(n):
    """Nodes and weights of the standard normal law, to 40 digits."""
    with mpmath.workdps(45):
        m = mpmath.mp
        nodes, weights = [], []
        jacobi = m.matrix(n)
        for k in range(1, n):
            jacobi[k, k - 1] = jacobi[k - 1, k] = m.sqrt(k)
        for guess in m.eigsy(jacobi, eigvals_only=True):
            x = m.mpf(guess)
            for _ in range(6):
                before, here = m.mpf(0), m.mpf(1)
                for k in range(n):
                    before, here = here, x * here - k * before
                x -= here / (n * before)
            before, here = m.mpf(0), m.mpf(1)
            for k in range(n):
                before, here = here, x * here - k * before
            nodes.append(x)
            weights.append(m.factorial(n - 1) / (n * before**2))
        return nodes, weights


def gaussian_mean(laws, body, p, env):
    """E over a product of normal laws, the one that depends on no other first."""
    bound = [key_of(d.args[0], p, env) for d in laws]
    if len(set(bound)) < len(bound):
        raise Undefined("a variable that is drawn twice")
    for k, d in enumerate(laws):
        others = {b for j, b in enumerate(bound) if j != k}
        if not others & set(_names_in(d.args[1:], p, env)):
            break
    rest = laws[:k] + laws[k + 1 :]
    m, v = _moments(d, p, env)
    root = p.m.sqrt(v)

    def inside(z):
        here = {**env, bound[k]: m + root * z}
        return gaussian_mean(rest, body, p, here) if rest else value(body, p, here)

    if not rest:
        _tails(inside, p)
    found = []
    for n in NODES:
        nodes, weights = hermite(n)
        found.append(sum(p.m.mpf(w) * inside(p.m.mpf(z)) for z, w in zip(nodes, weights) if p.m is mpmath.mp or w > 1e-25))
    slack = 1e-9 if p.m is mpmath.fp else 1e-11
    if abs(found[0] - found[1]) > slack * (1 + abs(found[0])):
        raise Unsettled("a mean that quadrature does not settle")
    return found[0]


def _tails(inside, p):
    for side in (-1, 1):
        sizes = []
        for z in (8, 48, 240):
            u = abs(inside(p.m.mpf(side * z)))
            sizes.append(-p.m.inf if u == 0 else p.m.log(u) - p.m.mpf(z) ** 2 / 2)
        if sizes[2] > sizes[1] - 20 and sizes[2] > -p.m.inf:
            raise Undefined("a mean that diverges")


def _names_in(e, p, env):
    return [*(a.args[0] for a in walk(e) if a.op == "sym"), *_keys_in(e, p, env)]


RULES.update({
    "num": _num, "sym": _sym, "add": _add, "mul": _mul, "div": _div, "pow": _pow, "log": _log, "sqrt": _sqrt, "tan": _tan,
    "neg": lambda args, p, env: -value(args[0], p, env),
    "abs": lambda args, p, env: abs(value(args[0], p, env)),
    "I": lambda args, p, env: p.m.mpc(0, 1), "pi": lambda args, p, env: +p.m.pi,
    "exp": _real_function("exp"), "sin": _real_function("sin"), "cos": _real_function("cos"), "atan": _real_function("atan"),
    "sinh": _real_function("sinh"), "cosh": _real_function("cosh"), "tanh": _real_function("tanh"),
    "asin": _real_function("asin", -1, 1), "acos": _real_function("acos", -1, 1), "sign": _sign,
    "max": _extreme(max), "min": _extreme(min), "pick": _pick, "phi": _phi, "fun": _fun, "dfun": _dfun, "entry": _entry,
    "alpha": _alpha, "bar": _bar, "sum": _sum, "prod": _prod, "dens": _dens, "mean": _mean, "over": _over,
    "rv": lambda args, p, env: _variable(args, p, env, "rv"), "at": lambda args, p, env: _variable(args, p, env, "at"),
    "kl": _kl, "ce": _ce, "ent": _ent, "mi": _mi, "elbo": _elbo, "normal": _normal,
})  # fmt: skip
