"""Derivatives, integrals, limits, sums and products, with symbols of any sign and ends in any order."""

from fractions import Fraction

from .. import calculus as rules
from ..lines import INFINITY, MINUS_INFINITY, Node, diff, fun, node, num, sym
from .making import Maker, slip

HALF = Fraction(1, 2)
PI = Node("pi", ())
log, sqrt, exp, size, sin, cos = (lambda u, f=f: node(f, u) for f in ("log", "sqrt", "exp", "abs", "sin", "cos"))


def make(rng):
    m = Maker(rng, "calculus")
    kind = m.pick(_derivative, _derivative, _integral, _integral, _limit, _sum, _sum, _sum, _product)
    m.rule(kind.__name__[1:])
    left, right = kind(m)
    if m.chance(0.2):
        m.rule("slip")
        right = slip(right, rng)
    if m.chance(0.3):
        left, right = right, left
    if m.chance(0.6):
        extra = m.ahead()
        left, right = (left + extra, right + extra) if m.chance(0.7) else (extra * left, extra * right)
    return m.line(left, right)


# --- derivatives

def _derivative(m):
    x = m.name("x", *m.pick((), (), ("positive",), ("negative",), ("nonzero", "real")))
    f, g = m.function(), "g"
    a, c = m.name("a"), m.positive()
    u = m.pick(x, x, a * x, x + a, x**2, x - 1, -x, c * x)
    known = [log(u), sqrt(u), 1 / u, u**3, exp(u), size(u), sin(u), u * log(u), u / u, sqrt(u) * sqrt(u), log(u**2), sqrt(u**2), u * size(u),
             log(size(u)), size(u) ** 3, node("max", u, num(0)), node("max", u, num(0)) ** 2, node("tan", u), u ** Fraction(3, 2),
             u ** Fraction(1, 3), u**-2, exp(-1 / u), node("atan", u), c**u]  # fmt: skip
    e = m.pick(*known)
    if m.chance(0.55):
        n = m.pick(1, 1, 1, 2) if e.op not in ("max", "abs") else 1
        out = e
        for _ in range(n):
            out = rules.derive(out, x)
        return diff(e, x, n), _without_picks(out, m)
    m.functions.setdefault(g, ())
    m.name("u")
    m.index()
    fx, gx = fun(f, x), fun(g, x)
    return m.pick(
        (diff(fx * gx, x), diff(fx, x) * gx + fx * diff(gx, x)),
        (diff(fx / gx, x), (diff(fx, x) * gx - fx * diff(gx, x)) / gx**2),
        (diff(log(fx), x), diff(fx, x) / fx),
        (diff(log(fx**2), x), 2 * diff(fx, x) / fx),
        (diff(fx**2, x), 2 * fx * diff(fx, x)),
        (diff(sqrt(fx) ** 2, x), diff(fx, x)),
        (diff(size(fx), x) * fx, size(fx) * diff(fx, x)),
        (diff(exp(fx), x), exp(fx) * diff(fx, x)),
        (diff(fx, x, 2), diff(diff(fx, x), x)),
        (diff(a * fx + gx, x), a * diff(fx, x) + diff(gx, x)),
        (diff(Node("int", (fun(f, sym("u")), "u", num(0), x)), x), fx),
        (diff(Node("int", (fun(f, sym("u")), "u", x, m.name("b"))), x), -fx),
        (diff(fx, x) / fx * fx, diff(fx, x)),
        (diff(Node("sum", (x ** sym("k"), "k", num(1), num(3))), x), 1 + 2 * x + 3 * x**2),
    )


def _without_picks(e, m):
    """The derivative as a reader may write it: Max' and |·|' spelled out."""
    if e.op == "pick":
        largest, cases, slopes = e.args
        return m.pick(slopes[0], HALF * (1 + node("sign", cases[0])) * slopes[0])
    if e.op == "sign":
        u = e.args[0]
        return m.pick(size(u) / u, u / size(u), e, num(1))
    if not any(isinstance(a, Node) for a in e.args):
        return e
    return Node(e.op, tuple(_without_picks(a, m) if isinstance(a, Node) else a for a in e.args))


# --- integrals

def _integral(m):
    u = m.name("u", *m.pick((), (), (), ("positive",)))
    ends = [num(0), num(1), num(-1), num(2), m.name("a"), m.name("b"), m.positive(), m.name("d", "nonnegative"), m.real()]
    lo, hi = m.pick(*ends), m.pick(*ends)
    a, c = m.name("a"), m.positive()
    s = m.pick(num(0), num(0), num(1), a, c)
    w = u - s if s != num(0) else u
    primitive = m.pick(w**2, w**3, log(size(w)), log(w), 1 / w, -1 / w**2, sqrt(w), w * sqrt(w), exp(a * u), exp(-c * u), sin(u), w * size(w),
                       w * log(w) - w, w * log(w**2) - 2 * w, 1 / (1 + u**2), node("atan", u), log(1 + u**2), size(w), w ** Fraction(5, 3))  # fmt: skip
    r = m.rng.random()
    if r < 0.55:
        f = _tidy(rules.derive(primitive, u))
        f = _without_picks(f, m)
        return Node("int", (f, "u", lo, hi)), _at(primitive, hi) - _at(primitive, lo)
    f, g = fun("f", u), fun("g", u)
    m.functions |= {"f": m.pick((), (), ("positive",)), "g": ()}
    b = m.real()
    if r < 0.6:
        end = m.pick(INFINITY, INFINITY, MINUS_INFINITY)
        sign = 1 if end == INFINITY else -1
        k = m.pick(a, c, num(1), m.real())
        return m.pick(
            (Node("int", (exp(-k * u), "u", num(0), INFINITY)), 1 / k),
            (Node("int", (u * exp(-k * u), "u", num(0), INFINITY)), 1 / k**2),
            (Node("int", (1 / (1 + u**2), "u", num(0), end)), sign * PI / 2),
            (Node("int", (1 / u**2, "u", k, INFINITY)), 1 / k),
            (Node("int", (exp(-(u**2) / (2 * k)), "u", MINUS_INFINITY, INFINITY)), sqrt(2 * PI * k)),
        )
    F = lambda e, p=lo, q=hi: Node("int", (e, "u", p, q))  # noqa: E731
    return m.pick(
        (F(f), F(f, lo, b) + F(f, b, hi)),
        (F(f), -F(f, hi, lo)),
        (F(a * f + g), a * F(f) + F(g)),
        (F(diff(f, u)), _at(f, hi) - _at(f, lo)),
        (F(f * diff(g, u)), _at(f * g, hi) - _at(f * g, lo) - F(g * diff(f, u))),
        (F(u * diff(f, u)), hi * _at(f, hi) - lo * _at(f, lo) - F(f)),
        (F(fun("f", u + b)), F(f, lo + b, hi + b)),
        (F(fun("f", b * u)), F(f, b * lo, b * hi) / b),
        (F(f / f), hi - lo),
        (F(diff(f, u) / f), log(_at(f, hi)) - log(_at(f, lo))),
        (F(2 * f * diff(f, u)), _at(f, hi) ** 2 - _at(f, lo) ** 2),
        (F(sqrt(f**2)), F(f)),
        (F(size(u)), HALF * (hi * size(hi) - lo * size(lo))),
    )


def _at(e, end):
    return rules.put(e, "u", end)


def _tidy(e):
    """A derivative without its 0s and 1s."""
    if not any(isinstance(a, Node) for a in e.args):
        return e
    args = tuple(_tidy(a) if isinstance(a, Node) else a for a in e.args)
    if e.op == "mul":
        args = tuple(a for a in args if a != num(1))
        if num(0) in args:
            return num(0)
        return num(1) if not args else args[0] if len(args) == 1 else Node("mul", args)
    if e.op == "add":
        args = tuple(a for a in args if a != num(0))
        return num(0) if not args else args[0] if len(args) == 1 else Node("add", args)
    if e.op == "neg" and args[0].op == "num":
        return -args[0]
    return Node(e.op, args)


# --- limits

def _limit(m):
    x = m.name("x", *m.pick((), (), (), ("positive",)))
    a, b, c = m.name("a"), m.name("b"), m.positive()
    k = m.pick(a, c, num(2), num(-1))
    L = lambda e, at, side="+": Node("lim", (e, "x", at, side))  # noqa: E731
    far = m.pick(INFINITY, MINUS_INFINITY)
    sign = 1 if far == INFINITY else -1
    near, side = m.pick((num(0), "+"), (num(0), "-"), (a, "+"), (num(1), "-"))
    where = sign if m.chance(0.7) else 1
    m.functions["f"] = ()
    m.index("n")
    return m.pick(
        (L(size(x) / x, far), num(where)),
        (L(sqrt(x**2) / x, far), num(where)),
        (L(sqrt(x**2 + x) - size(x), far), num(HALF * where)),
        (L((k * x + 1) / (x + b), far), k),
        (L((k * x**2 + x) / (x**2 + b), far), k),
        (L(exp(k * x), far), num(0)),
        (L(x * exp(-k * x), far), num(0)),
        (L(exp(-k / x), num(0), side), num(0)),
        (L(size(x) / x, num(0), side), num(1 if side == "+" or m.chance(0.3) else -1)),
        (L(sin(k * x) / x, num(0), side), k),
        (L((exp(k * x) - 1) / x, num(0), side), k),
        (L((exp(k * x) - 1) / (k * x), num(0), side), num(1)),
        (L(log(1 + k * x) / x, num(0), side), k),
        (L((x**2 - a**2) / (x - a), a, side), 2 * a),
        (L((x - a) / size(x - a), a, side), num(1 if side == "+" else -1)),
        (L(c**x, far), num(0)),
        (L(x**2 + k, near, side), rules.put(x**2 + k, "x", near)),
        (L(1 / x, near, side), 1 / near if near != num(0) else num(0)),
        (L(log(x), near, side), log(near) if near != num(0) else num(0)),
        (L(sqrt(x), near, side), sqrt(near)),
        (L(fun("f", x), near, side), fun("f", near)),
        (L((fun("f", a + x) - fun("f", a)) / x, num(0), "+"), diff(fun("f", a), a)),
        (L(x ** m.whole(), num(0), side), num(0)),
        (L((1 + k / x) ** x, INFINITY), exp(k)),
        (L(node("atan", k * x), far), PI / 2 * where),
        (L(node("tanh", x), far), num(where)),
        (L(x * log(x), num(0), "+"), num(0)),
        (L(x * log(x**2), num(0), side), num(0)),
    )


# --- sums and products

def _ends(m):
    """Ends of a sum, and the length that they would have."""
    n = m.pick(m.whole(), m.whole(), m.name("n", "integer", "positive"))
    lo = m.pick(num(1), num(1), num(0), num(2), m.number(), m.name("j", "integer") if m.chance(0.4) else num(1))
    lo = num(int(lo.args[0])) if lo.op == "num" else lo
    hi = m.pick(n, n, n - 1, n + 1, n - 2, n + 2, 2 * n)
    return lo, hi


def _sum(m):
    k = m.index()
    lo, hi = _ends(m)
    a, c, x = m.name("a"), m.positive(), m.real()
    m.functions |= {"f": m.pick((), (), ("positive",)), "g": ()}
    m.vectors["w"] = m.pick((), ("positive",))
    f, w = fun("f", k), node("entry", "w", k)
    F = lambda e, p=lo, q=hi: Node("sum", (e, "k", p, q))  # noqa: E731
    s = m.pick(num(0), num(3), num(9), num(-2), a if m.chance(0.3) else num(5))
    length = hi - lo + 1
    middle = m.pick(num(2), num(5), lo + 1, hi - 1, m.name("j", "integer"))
    return m.pick(
        (F(num(1)), length),
        (F(x), x * length),
        (F(k), HALF * (hi * (hi + 1) - lo * (lo - 1))),
        (F(2 * k - 1), hi**2 - (lo - 1) ** 2),
        (F(k**2), (hi * (hi + 1) * (2 * hi + 1) - (lo - 1) * lo * (2 * lo - 1)) / 6),
        (F(c**k), (c**lo - c ** (hi + 1)) / (1 - c)),
        (F(x**k), (x**lo - x ** (hi + 1)) / (1 - x)),
        (F(1 / ((k - s) * (k - s + 1))), 1 / (lo - s) - 1 / (hi - s + 1)),
        (F(1 / (k - s) - 1 / (k - s + 1)), 1 / (lo - s) - 1 / (hi - s + 1)),
        (F(f - fun("f", k - 1)), fun("f", hi) - fun("f", lo - 1)),
        (F(x * f - x * fun("f", k - 1)), x * (fun("f", hi) - fun("f", lo - 1))),
        (F(fun("f", k + 1) - fun("f", k)), fun("f", hi + 1) - fun("f", lo)),
        (F(f), fun("f", lo) + F(f, lo + 1, hi)),
        (F(f), fun("f", hi) + F(f, lo, hi - 1)),
        (F(w), node("entry", "w", lo) + F(w, lo + 1, hi)),
        (F(w), F(w, lo, hi - 1) + node("entry", "w", hi)),
        (F(f), F(fun("f", k + 1), lo - 1, hi - 1)),
        (F(f), F(f, lo, middle) + F(f, middle + 1, hi)),
        (x * F(f), F(x * f)),
        (F(f + fun("g", k)), F(f) + F(fun("g", k))),
        (F(f / f), length),
        (F(f) / F(f), num(1)),
        (F(log(c) + log(f**2)), length * log(c) + F(log(f**2))),
        (F(log(w**2)), 2 * F(log(w))),
        (F(f * w), F(w * f)),
        (F(x**k, num(0), INFINITY), 1 / (1 - x)),
        (diff(F(w**2), node("entry", "w", m.name("i", "integer"))), 2 * node("entry", "w", sym("i"))),
        (diff(F(w**2), node("entry", "w", num(1))), 2 * node("entry", "w", num(1))),
        (diff(F(x * k), x), F(k)) if x.op == "sym" else (F(k), F(k)),
    )


def _product(m):
    k = m.index()
    lo, hi = _ends(m)
    c, x = m.positive(), m.real()
    m.functions["f"] = m.pick(("positive",), ("positive",), ())
    f = fun("f", k)
    P = lambda e, p=lo, q=hi: Node("prod", (e, "k", p, q))  # noqa: E731
    S = lambda e, p=lo, q=hi: Node("sum", (e, "k", p, q))  # noqa: E731
    return m.pick(
        (P(c), c ** (hi - lo + 1)),
        (P(x), x ** (hi - lo + 1)),
        (P(f / fun("f", k - 1)), fun("f", hi) / fun("f", lo - 1)),
        (P(f), fun("f", lo) * P(f, lo + 1, hi)),
        (P(f), P(f, lo, hi - 1) * fun("f", hi)),
        (log(P(f)), S(log(f))),
        (P(c * f), c ** (hi - lo + 1) * P(f)),
        (P(f**2), P(f) ** 2),
        (P(exp(f)), exp(S(f))),
        (P(f) / P(f), num(1)),
        (P(sqrt(f)), sqrt(P(f))),
        (P(k), hi * P(k, lo, hi - 1)),
        (P((k + 1) / k), (hi + 1) / lo),
    )
