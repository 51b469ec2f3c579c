"""Derivatives by the rules of the calculus, integrals by quadrature, limits by coming near."""

import mpmath

from .lines import Node, node, num, walk
from .points import Undefined, Unsettled
from .values import RULES, value

__all__ = ["derive", "put", "integral_of"]

GRID = 64


# --- derivatives

def derive(e, x):
    """de/dx for a symbol or an entry x; raises Unsettled for what has no rule here."""
    if not _depends(e, x):
        return num(0)
    if e == x:
        return num(1)
    return _DERIVED[e.op](e.args, x)


def _depends(e, x):
    if x.op == "entry":
        return any(a.op == "entry" and a.args[0] == x.args[0] for a in walk(e))
    return any(a == x for a in walk(e))


def _derive_entry(args, x):
    return node("same", args[1], x.args[1])


def _derive_mul(args, x):
    terms = [Node("mul", (*args[:k], derive(a, x), *args[k + 1 :])) for k, a in enumerate(args) if _depends(a, x)]
    return terms[0] if len(terms) == 1 else Node("add", tuple(terms))


def _derive_div(args, x):
    u, v = args
    return derive(u, x) / v - u * derive(v, x) / v**2


def _derive_pow(args, x):
    u, n = args
    if not _depends(n, x):
        return n * u ** (n - 1) * derive(u, x)
    return u**n * (derive(n, x) * node("log", u) + n * derive(u, x) / u if _depends(u, x) else derive(n, x) * node("log", u))


def _chain(rule):
    return lambda args, x: rule(args[0]) * derive(args[0], x)


def _derive_fun(args, x):
    name, *given = args
    return _derive_dfun((name, (0,) * len(given), tuple(given)), x)


def _derive_dfun(args, x):
    name, orders, given = args
    out = []
    for k, a in enumerate(given):
        if _depends(a, x):
            raised = tuple(n + (j == k) for j, n in enumerate(orders))
            out.append(Node("dfun", (name, raised, given)) * derive(a, x))
    return out[0] if len(out) == 1 else Node("add", tuple(out))


def _derive_extreme(largest):
    return lambda args, x: Node("pick", (largest, args, tuple(derive(a, x) for a in args)))


def _derive_sum(args, x):
    body, i, lo, hi = args
    if _depends(lo, x) or _depends(hi, x):
        raise Unsettled("a derivative by a limit of a sum")
    return Node("sum", (derive(body, x), i, lo, hi))


def _derive_int(args, x):
    body, u, lo, hi = args
    out = Node("int", (derive(body, x), u, lo, hi))
    for end, sign in ((hi, 1), (lo, -1)):
        if _depends(end, x):
            out = out + sign * put(body, u, end) * derive(end, x)
    return out


def put(e, name, new):
    """e with a symbol replaced, where it is not bound again."""
    if isinstance(e, tuple):
        return tuple(put(a, name, new) for a in e)
    if not isinstance(e, Node):
        return e
    if e == Node("sym", (name,)):
        return new
    if e.op in ("int", "sum", "prod", "lim") and e.args[1] == name:
        return Node(e.op, (e.args[0], name, *[put(a, name, new) for a in e.args[2:]]))
    return Node(e.op, tuple(put(a, name, new) for a in e.args))


def _derive_diff(args, x):
    body, y, n = args
    return Node("diff", (body, y, n + 1)) if y == x else Node("diff", (derive(body, x), y, n))


def _none(args, x):
    raise Unsettled("a derivative that has no rule here")


_DERIVED = {
    "add": lambda args, x: Node("add", tuple(derive(a, x) for a in args)),
    "neg": lambda args, x: -derive(args[0], x),
    "mul": _derive_mul, "div": _derive_div, "pow": _derive_pow,
    "log": _chain(lambda u: 1 / u), "exp": _chain(lambda u: node("exp", u)), "sqrt": _chain(lambda u: 1 / (2 * node("sqrt", u))),
    "abs": _chain(lambda u: node("sign", u)), "sign": _chain(lambda u: num(0)),
    "sin": _chain(lambda u: node("cos", u)), "cos": _chain(lambda u: -node("sin", u)), "tan": _chain(lambda u: 1 + node("tan", u) ** 2),
    "atan": _chain(lambda u: 1 / (1 + u**2)), "asin": _chain(lambda u: 1 / node("sqrt", 1 - u**2)),
    "acos": _chain(lambda u: -1 / node("sqrt", 1 - u**2)), "sinh": _chain(lambda u: node("cosh", u)),
    "cosh": _chain(lambda u: node("sinh", u)), "tanh": _chain(lambda u: 1 - node("tanh", u) ** 2), "phi": _chain(lambda u: 1 - 1 / u),
    "fun": _derive_fun, "dfun": _derive_dfun, "max": _derive_extreme(True), "min": _derive_extreme(False), "entry": _derive_entry,
    "sum": _derive_sum, "int": _derive_int, "diff": _derive_diff, "pick": _none, "prod": _none, "lim": _none, "mean": _none,
    "over": _none, "normal": _none, "dens": _none, "kl": _none, "ce": _none, "ent": _none, "same": lambda args, x: num(0),
}  # fmt: skip


def _derivative(args, p, env):
    body, x, n = args
    value(body, p, env)  # where the body has no value, nor has its derivative
    try:
        out = body
        for _ in range(n):
            out = derive(out, x)
        return value(out, p, env)
    except (Undefined, KeyError):
        if x.op != "sym" or n > 1:
            raise Unsettled("a derivative of higher order at an edge") from None
        return _quotient(body, x.args[0], p, env)


def _quotient(body, x, p, env):
    """Difference quotients from both sides: no derivative where they differ, grow or lack a value."""
    at = env[x] if x in env else p.numbers[x]
    here, seen = value(body, p, env), []
    for h in (mpmath.mpf("1e-7"), mpmath.mpf("-1e-7"), mpmath.mpf("1e-11"), mpmath.mpf("-1e-11")):
        seen.append((value(body, p, {**env, x: at + h}) - here) / h)
    if max(abs(a) for a in seen[2:]) > 1e3 or abs(seen[2] - seen[3]) > 1e-4:
        raise Undefined("no derivative")
    raise Unsettled("a derivative where the rules do not give it")


def _same(args, p, env):
    return p.m.mpf(int(value(args[0], p, env) == value(args[1], p, env)))


# --- integrals

def _integral(args, p, env):
    body, u, lo, hi = args
    ends = [p.m.inf * e.args[0] if e.op == "inf" else value(e, p, env) for e in (lo, hi)]
    sign = 1
    if ends[0] == ends[1]:
        return p.m.mpf(0)
    if ends[0] > ends[1]:
        ends, sign = ends[::-1], -1
    breaks = [lambda v, d=d: value(d, p, {**env, u: v}) for d in _breaking(body, u)]
    return sign * integral_of(lambda v: value(body, p, {**env, u: v}), breaks, *ends, p)


def _breaking(body, u):
    """Parts of an integrand at whose zeros it may break, or bend."""
    out = []
    for a in walk(body):
        if a.op == "div":
            out.append(a.args[1])
        elif a.op in ("pow", "log", "sqrt", "abs", "sign"):
            out.append(a.args[0])
        elif a.op == "tan":
            out.append(node("cos", a.args[0]))
        elif a.op in ("max", "min"):
            out.append(a.args[0] - a.args[1])
    return [d for d in out if any(b == Node("sym", (u,)) for b in walk(d))]


def integral_of(f, breaks, lo, hi, p):
    """∫ f over lo < u < hi; raises Undefined where it diverges or the integrand has no value."""
    m = p.m
    near, far = lo, hi
    if lo == -m.inf or hi == m.inf:
        near, far = max(lo, m.mpf(-30)), min(hi, m.mpf(30))
        _falls(f, lo, hi, m)
    points = [near + (far - near) * k / GRID for k in range(GRID + 1)]
    cuts = sorted({c for d in breaks for c in _zeros(d, points)})
    for u in points[1:-1]:
        if not any(abs(u - c) < 1e-9 for c in cuts):
            f(u)  # raises where there is no value
    for c in cuts:
        _settled_at(f, c, near, far, m)
    ends = [lo, *[c for c in cuts if lo < c < hi], hi]

    def tame(u):
        try:
            return f(u)
        except (Undefined, Unsettled, ZeroDivisionError):
            if any(abs(u - c) < 1e-9 for c in (*cuts, lo, hi)):
                return 0 * u  # as near to an end as quadrature goes, where it has no weight
            raise

    try:
        out, error = m.quad(tame, ends, error=True) if m is mpmath.fp else mpmath.quad(tame, ends, error=True, maxdegree=7)
    except (ZeroDivisionError, OverflowError, Undefined):
        raise Unsettled("quadrature fails at an end") from None
    if not error < 1e-9 * (1 + abs(out)):
        raise Unsettled("quadrature does not settle")
    return out


def _zeros(d, points):
    """Zeros of d along the points, found by changes of sign and by small dips."""
    seen = []
    for u in points:
        try:
            seen.append(d(u))
        except Undefined:
            seen.append(None)
    sizes = [abs(v) for v in seen if v is not None]
    for k, (u, v) in enumerate(zip(points, seen)):
        if v is None:
            continue
        if v == 0:
            yield u
        elif k and seen[k - 1] is not None and seen[k - 1] * v < 0:
            yield _bisect(d, points[k - 1], u)
        elif 0 < k < len(points) - 1 and None not in seen[k - 1 : k + 2] and abs(v) <= min(abs(seen[k - 1]), abs(seen[k + 1])):
            if abs(v) < 0.02 * max(sizes):
                c = _lowest(d, points[k - 1], points[k + 1])
                if abs(d(c)) < 1e-9 * max(sizes):
                    yield c


def _bisect(d, lo, hi):
    below = d(lo)
    for _ in range(120):
        mid = (lo + hi) / 2
        v = d(mid)
        if v == 0:
            return mid
        lo, hi = (mid, hi) if v * below > 0 else (lo, mid)
    return (lo + hi) / 2


def _lowest(d, lo, hi):
    for _ in range(120):
        a, b = lo + (hi - lo) / 3, hi - (hi - lo) / 3
        lo, hi = (lo, b) if abs(d(a)) < abs(d(b)) else (a, hi)
    return (lo + hi) / 2


def _settled_at(f, c, lo, hi, m):
    """Raise Undefined where f grows too fast towards c, or has no value beside it."""
    for side in (-1, 1):
        if not lo < c + side * 1e-6 < hi:
            continue
        near = [abs(f(c + side * m.mpf(h))) for h in ("1e-4", "1e-6")]
        if near[1] > 1e3 and m.log(near[1] / near[0]) / m.log(100) > 0.98:
            raise Undefined("an integral that diverges")


def _falls(f, lo, hi, m):
    for end, sign in ((lo, -1), (hi, 1)):
        if end != sign * m.inf:
            continue
        sizes = [abs(f(m.mpf(sign * u))) * u for u in (10**2, 10**4, 10**6)]
        if sizes[2] > 1e-3:
            raise Undefined("an integral that diverges")
        if sizes[2] > 1e-9 and sizes[2] > sizes[1] / 10:
            raise Unsettled("an integral that converges slowly")


# --- limits

def _limit(args, p, env):
    body, x, at, side = args
    if p.m is not mpmath.mp:
        raise Unsettled("a limit in double precision")
    with mpmath.workdps(80):
        seen = [_towards(body, x, at, s, p, env) for s in ((1,) if side == "+" else (-1,) if side == "-" else (1, -1))]
    if any(abs(v - seen[0]) > 1e-8 * (1 + abs(v)) for v in seen):
        raise Undefined("limits from both sides that differ")
    return seen[0]


def _towards(body, x, at, side, p, env):
    seen = []
    for k in (8, 12, 16, 20):
        if at.op == "inf":
            place = at.args[0] * mpmath.mpf(10) ** (k if k < 20 else 18)
        else:
            place = value(at, p, env) + side * mpmath.mpf(10) ** -k
        try:
            seen.append(value(body, p, {**env, x: place}))
        except Unsettled:
            if at.op != "inf":
                raise
    if len(seen) < 3:
        return _slowly(body, x, at, p, env)
    steps = [abs(b - a) for a, b in zip(seen, seen[1:])]
    if abs(seen[-1]) > 1e5 and abs(seen[-1]) > 10 * abs(seen[0]):
        raise Undefined("a limit that is infinite")
    if steps[-1] > 1e-9 * (1 + abs(seen[-1])):
        raise Unsettled("a limit that comes slowly") if steps[-1] < steps[0] else Undefined("no limit")
    return seen[-1]


def _slowly(body, x, at, p, env):
    """A limit at infinity of what is too large or small to be followed far: exponentials."""
    seen = [value(body, p, {**env, x: at.args[0] * mpmath.mpf(u)}) for u in (100, 400, 1600, 6400)]
    if abs(seen[-1]) > 1e5:
        raise Undefined("a limit that is infinite")
    if abs(seen[-1] - seen[-2]) > 1e-12 * (1 + abs(seen[-1])):
        raise Unsettled("a limit that comes slowly")
    return seen[-1]


RULES.update({"diff": _derivative, "int": _integral, "lim": _limit, "same": _same})
