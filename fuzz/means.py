"""Means over laws: outcome by outcome, over a long chain term by term."""

from .lines import Node, num, walk
from .normals import gaussian_mean, mean_on_the_line, on_the_line
from .points import Undefined
from .tables import density, keys_in, keys_of, law_of, outcomes, span
from .values import value

__all__ = ["mean"]


def mean(args, p, env):
    laws, body = args
    if any(on_the_line(d, p) for d in laws):
        return mean_on_the_line(laws, body, p, env)
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
            w = w * value(d, p, here)
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
            return value(Node("mul", tuple(apart)), p, env) * _spread_mean(law, inside[0], p, env)
    return _narrow_mean(law, body, p, env)


def _mentions(e):
    return any(a.op in ("at", "rv", "dens", "kl", "ent", "ce", "mi", "elbo") for a in walk(e))


def _narrow_mean(law, body, p, env):
    bound = keys_of(law.args[1], p, env)
    inside = [v for v in keys_in(body, p, env) if v in bound]
    left = tuple(Node("at", (v[1], num(v[2]))) if v[0] == "at" else Node("rv", (v[1],)) for v in inside)
    out = p.m.mpf(0)
    for o in outcomes(inside, p):
        here = {**env, **o}
        w = density(law.args[0], left, law.args[2], p, here) if left else p.m.mpf(1)
        if w != 0:
            out += w * value(body, p, here)
    return out


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
