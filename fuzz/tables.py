"""Variables, and laws given by tables: which key stands for a variable, and what a density is there."""

import itertools

from .lines import Node
from .points import Outside, Unsettled
from .values import value, whole

__all__ = ["key_of", "keys_of", "keys_in", "law_of", "tabled", "standing", "density", "outcomes", "span", "variable"]

MOST = 4000  # outcomes of one sum


def span(lo, hi, p, env):
    lo, hi = whole(value(lo, p, env)), whole(value(hi, p, env))
    if hi - lo > MOST:
        raise Unsettled("a long sum")
    return range(lo, hi + 1)


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
        p.tabled = set().union(*[law_of(name, p).names for name in p.line.laws if name not in p.given_densities])
    return p.tabled


def variable(args, p, env, op):
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


def outcomes(keys, p):
    count = 1
    for v in keys:
        count *= len(p.alphabet(v))
    if count > MOST:
        raise Unsettled("too many outcomes")
    for o in itertools.product(*[range(len(p.alphabet(v))) for v in keys]):
        yield dict(zip(keys, o))


def keys_in(e, p, env):
    """Keys of the variables in an expression, indices evaluated."""
    if isinstance(e, tuple):
        return [k for a in e for k in keys_in(a, p, env)]
    if not isinstance(e, Node):
        return []
    if e.op in ("at", "rv", "block"):
        return list(keys_of((e,), p, env))
    if e.op in ("sum", "prod"):
        body, i, lo, hi = e.args
        return [v for k in span(lo, hi, p, env) for v in keys_in(body, p, {**env, i: p.m.mpf(k)})]
    return list(dict.fromkeys(k for a in e.args for k in keys_in(a, p, env)))
