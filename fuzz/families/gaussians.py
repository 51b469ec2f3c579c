"""Gaussians with variances of any sign, schedules at any time, indices that may coincide."""

from fractions import Fraction

from ..lines import Fact, Law, Node, fun, node, num
from .making import Maker, slip

HALF = Fraction(1, 2)
log, sqrt, exp = (lambda u, f=f: node(f, u) for f in ("log", "sqrt", "exp"))
PI = Node("pi", ())


def normal(x, mean, variance):
    return Node("normal", (x, num(mean), num(variance)))


def mean(law, body):
    return Node("mean", (law if isinstance(law, tuple) else (law,), num(body)))


def make(rng):
    m = Maker(rng, "gaussians")
    kind = m.pick(_moments, _moments, _divergences, _products, _schedules, _schedules, _noises, _coincidences, _sums, _given)
    m.rule(kind.__name__[1:])
    left, right, *facts = kind(m)
    if m.chance(0.22):
        m.rule("slip")
        right = slip(right, rng)
    if m.chance(0.25):
        left, right = right, left
    if m.chance(0.6):
        extra = m.ahead()
        left, right = left + extra, right + extra
    return m.line(left, right, facts=tuple(facts))


def _variance(m):
    """A variance: declared positive, or any real, or a difference, a square, of a schedule."""
    a, b = m.name("a", *m.pick((), (), ("positive",))), m.name("b", *m.pick((), (), ("positive",)))
    c, d = m.positive(), m.name("d", "nonnegative")
    return m.pick(c, c, c, num(1), num(2), d, a, a - b, a**2, c - 1, 1 - c**2, a**2 + 1, c + d, exp(a), sqrt(c), 1 / c, a * b,
                  1 - _bar(m, _time(m)), _bar(m, _time(m)), 1 - _alpha(m, _time(m)))  # fmt: skip


def _where(m):
    return m.pick(num(0), num(0), m.name("m"), m.name("y"), 2 * m.name("m") + 1, m.name("m") * m.name("y"))


def _drawn(m):
    if m.chance(0.3):
        m.variables["v"] = m.pick((), (), ("positive",)) if m.chance(0.15) else ()
        return Node("rv", ("v",))
    return m.name("x", *(m.pick(("positive",), ("negative",)) if m.chance(0.1) else ()))


def _moments(m):
    x, mu, s = _drawn(m), _where(m), _variance(m)
    law = normal(x, mu, s)
    k = m.pick(m.name("a"), num(1), m.positive(), num(HALF))
    t = m.name("y")
    return m.pick(
        (mean(law, x), mu),
        (mean(law, x**2), mu**2 + s),
        (mean(law, (x - mu) ** 2), s),
        (mean(law, (x - t) ** 2), (mu - t) ** 2 + s),
        (mean(law, x**3), mu**3 + 3 * mu * s),
        (mean(law, k * x + t), k * mu + t),
        (mean(law, (x - mu) ** 4), 3 * s**2),
        (mean(law, exp(k * x)), exp(k * mu + k**2 * s / 2)),
        (mean(law, x * exp(k * x)), (mu + k * s) * exp(k * mu + k**2 * s / 2)),
        (mean(normal(x, 0, s), exp(k * x**2)), 1 / sqrt(1 - 2 * k * s)),
        (mean(normal(x, 0, 1), exp(k * x**2)), 1 / sqrt(1 - 2 * k)),
        (mean(normal(x, 0, 1), exp(-(x**2) / (2 * k))), sqrt(k / (1 + k))),
        (mean(law, num(1)), num(1)),
        (mean(law, x / x), num(1)),
        (mean(law, sqrt(x**2)), mean(law, x)),
        (mean(law, node("abs", x) ** 2), mu**2 + s),
        (mean(law, log(x**2)), 2 * mean(law, log(node("abs", x)))),
        (mean(law, (x - mu) ** 2 / s), num(1)),
        (mean(law, x) ** 2 + s, mean(law, x**2)),
        (mean(law, node("cos", x)), node("cos", mu) * exp(-s / 2)),
    )


def _divergences(m):
    x, mu, s = _drawn(m), _where(m), _variance(m)
    nu, w = _where(m), _variance(m)
    p, q = normal(x, mu, s), normal(x, nu, w)
    two_pi = 2 * PI
    return m.pick(
        (Node("kl", (p, q)), HALF * (log(w / s) + s / w + (mu - nu) ** 2 / w - 1)),
        (Node("kl", (p, q)), HALF * (log(w) - log(s) + (s + (mu - nu) ** 2) / w - 1)),
        (Node("kl", (normal(x, mu, s), normal(x, nu, s))), (mu - nu) ** 2 / (2 * s)),
        (Node("kl", (p, p)), num(0)),
        (Node("kl", (p, q)), mean(p, log(p) - log(q))),
        (Node("kl", (p, q)), mean(p, log(p / q))),
        (Node("kl", (p, q)), Node("ce", (p, q)) - Node("ent", (p,))),
        (Node("ent", (p,)), HALF * (1 + log(two_pi * s))),
        (Node("ent", (p,)), HALF * (1 + log(two_pi) + log(s))),
        (Node("ce", (p, q)), HALF * (log(two_pi * w) + (s + (mu - nu) ** 2) / w)),
        (mean(p, log(q)), -HALF * log(two_pi * w) - (s + (mu - nu) ** 2) / (2 * w)),
        (mean(p, q / p), num(1)),
        (mean(p, q), normal(mu, nu, s + w)) if mu.op == "sym" else (Node("kl", (p, p)), num(0)),
        (log(p), -HALF * log(two_pi * s) - (x - mu) ** 2 / (2 * s)),
        (p / p, num(1)),
        (p * p, normal(x, mu, s / 2) / sqrt(4 * PI * s)),
    )


def _products(m):
    x, y, mu = m.name("x"), m.name("y"), m.pick(num(0), m.name("m"))
    s, w, a = _variance(m), _variance(m), m.pick(num(1), num(1), m.name("a"), m.positive())
    z = m.name("z")
    return m.pick(
        (mean(normal(z, mu, s), normal(x, z, w)), normal(x, mu, s + w)),
        (mean(normal(z, mu, s), normal(x, a * z, w)), normal(x, a * mu, a**2 * s + w)),
        (normal(x, mu, s) * normal(y, x, w), normal(y, mu, s + w) * normal(x, (s * y + w * mu) / (s + w), s * w / (s + w))),
        (normal(x, mu, s) * normal(y, a * x, w),
         normal(y, a * mu, a**2 * s + w) * normal(x, (a * s * y + w * mu) / (a**2 * s + w), s * w / (a**2 * s + w))),
        (normal(x, y, s), normal(y, x, s)),
        (normal(x, -y, s), normal(y, -x, s)),
        (mean(normal(z, mu, s), mean(normal(x, z, w), x * z)), mu**2 + s),
        (mean((normal(z, mu, s), normal(x, z, w)), x**2), mu**2 + s + w),
        (normal(x, mu, s) * normal(x, y, w), normal(mu if mu.op == "sym" else y, y if mu.op == "sym" else mu, s + w)
         * normal(x, (w * mu + s * y) / (s + w), s * w / (s + w))),
    )


# --- schedules

def _time(m):
    t = m.name("t", *m.pick(("integer",), ("integer",), ("integer", "positive")))
    return m.pick(t, t, t - 1, t + 1, t - 2, t + 2, num(1), num(2))


def _alpha(m, t):
    return Node("alpha", ("al", num(t)))


def _bar(m, t):
    return Node("bar", ("al", num(t)))


def _schedules(m):
    t = m.name("t", *m.pick(("integer",), ("integer",), ("integer", "positive")))
    j = m.pick(-2, -1, 0, 0, 0, 1, 2)
    A, B = (lambda d=0: _alpha(m, t + (j + d) if j + d else t)), (lambda d=0: _bar(m, t + (j + d) if j + d else t))
    c = m.pick(m.positive(), m.name("a"))
    snr = lambda d=0: B(d) / (1 - B(d))  # noqa: E731
    return m.pick(
        (B(), A() * B(-1)),
        (B() / B(-1), A()),
        (B() / A(), B(-1)),
        (B(1), A(1) * A() * B(-1)),
        (B() / B(-2), A() * A(-1)),
        (A() * (1 - B(-1)) + 1 - A(), 1 - B()),
        (sqrt(B()), sqrt(A()) * sqrt(B(-1))),
        (sqrt(A() * B(-1)), sqrt(B())),
        (log(B()), log(A()) + log(B(-1))),
        (log(B() ** 2), 2 * log(B())),
        (sqrt(B() ** 2), B()),
        ((1 - A()) * (1 - B(-1)) / (1 - B()), (1 - A()) - (1 - A()) ** 2 * B(-1) / (1 - B())),
        (snr(-1) - snr(), B(-1) * (1 - A()) / ((1 - B(-1)) * (1 - B()))),
        (1 / (1 / snr()), snr()),
        (HALF * (snr(-1) - snr()), (1 - A()) ** 2 * B(-1) / (2 * (1 - A()) * (1 - B(-1)) / (1 - B()) * (1 - B()) ** 2)),
        ((1 - B()) / (1 - B()), num(1)),
        (sqrt(1 - B()) ** 2, 1 - B()),
        (log(snr()), log(B()) - log(1 - B())),
        (c * B() / (c * A()), B(-1)),
        (node("abs", B()), B()),
        (node("max", A(), num(0)), A()),
        (node("min", B(), num(1)), B()),
        ((B(-1) - B()) / (1 - A()), B(-1)),
    )


def _sums(m):
    i = m.index("i")
    T = m.name("T", *m.pick(("integer",), ("integer", "positive")))
    if m.chance(0.5):
        m.times["T"] = m.pick(1, 1, 2, 3, 4)
    lo = num(m.pick(1, 1, 2, 3, 5, 7))
    hi = m.pick(T, T, T - 1, T + 1, T - 2)
    c = m.pick(m.positive(), m.name("a"), num(1))
    m.functions["f"] = ()
    A, B = _alpha(m, i), _bar(m, i)
    S = lambda e, p=lo, q=hi: Node("sum", (e, "i", p, q))  # noqa: E731
    P = lambda e, p=lo, q=hi: Node("prod", (e, "i", p, q))  # noqa: E731
    top, low = _bar(m, hi), _bar(m, lo - 1) if lo != num(1) else num(1)
    return m.pick(
        (P(A), top / low),
        (S(log(A)), log(top) - log(low)),
        (c * S(log(A)), c * (log(top) - log(low))),
        (S(B - _bar(m, i - 1)), top - low),
        (P(sqrt(A)), sqrt(top) / sqrt(low)),
        (P(A**2), top**2 / low**2),
        (S(B), _bar(m, lo) + S(B, lo + 1, hi)),
        (P(A), P(A, lo, hi - 1) * _alpha(m, hi)),
        (S((1 - A) * _bar(m, i - 1)), low - top),
        (P(c * A), c ** (hi - lo + 1) * top / low),
        (S(c), c * (hi - lo + 1)),
        (S(fun("f", i) - fun("f", i - 1)), fun("f", hi) - fun("f", lo - 1)),
        (log(P(A)), S(log(A))),
        (P(B / _bar(m, i - 1)), top / low),
        (S(_bar(m, i + 1) - B), _bar(m, hi + 1) - _bar(m, lo)),
    )


def _noises(m):
    """Means over noise with the variances of a schedule."""
    x, z = m.name("x"), m.name("z")
    t = m.name("t", *m.pick(("integer",), ("integer", "positive")))
    j = m.pick(-1, 0, 0, 1)
    at = t + j if j else t
    A, B, C = _alpha(m, at), _bar(m, at), _bar(m, at - 1)
    law = normal(z, sqrt(B) * x, 1 - B)
    step = normal(z, sqrt(A) * x, 1 - A)
    return m.pick(
        (mean(law, z), sqrt(B) * x),
        (mean(law, z**2), B * x**2 + 1 - B),
        (mean(law, (z - sqrt(B) * x) ** 2 / (1 - B)), num(1)),
        (mean(normal(z, 0, 1), (sqrt(B) * x + sqrt(1 - B) * z) ** 2), B * x**2 + 1 - B),
        (Node("kl", (law, normal(z, 0, 1))), HALF * (B * x**2 - B - log(1 - B))),
        (Node("kl", (step, normal(z, 0, 1))), HALF * (A * x**2 - A - log(1 - A))),
        (mean(normal(z, sqrt(C) * x, 1 - C), normal(m.name("y"), sqrt(A) * z, 1 - A)), normal(m.name("y"), sqrt(B) * x, 1 - B)),
        (Node("ent", (law,)), HALF * (1 + log(2 * PI) + log(1 - B))),
        (mean(step, (z - x) ** 2), (1 - sqrt(A)) ** 2 * x**2 + 1 - A),
    )


# --- indices that may be equal

def _coincidences(m):
    t, s, i = m.name("t", "integer"), m.name("j", "integer"), m.index("i")
    X = lambda k: Node("at", ("X", num(k)))  # noqa: E731
    a = m.pick(t, t, i, num(1), num(2))
    b = m.pick(s, t, t + 1, t - 1, num(1), num(2), num(0), i, 4 - t)
    S = lambda e, lo=1, hi=3: Node("sum", (e, "i", num(lo), num(hi)))  # noqa: E731
    c = m.pick(num(1), m.positive())
    if "i" in (a.args[0], b.args[0]) or m.chance(0.3):
        a = i if m.chance(0.7) else a
        return m.pick(
            (S(mean(normal(X(a), 0, c), X(a) * X(b))), num(0)),
            (S(mean(normal(X(a), m.name("m"), c), X(a) * X(b))), m.name("m") * S(X(b))),
            (S(mean(normal(X(a), 0, 1), (X(a) - X(b)) ** 2)), 3 + S(X(b) ** 2)),
            (S(mean(normal(X(a), 0, c), X(a) ** 2)), 3 * c),
        )
    w = lambda k: Node("entry", ("w", num(k)))  # noqa: E731
    m.vectors["w"] = ()
    return m.pick(
        (mean(normal(X(a), 0, c), X(a) * X(b)), num(0)),
        (mean((normal(X(a), 0, 1), normal(X(b), 0, 1)), X(a) * X(b)), num(0)),
        (mean(normal(X(a), w(a), c), X(a) * w(b)), w(a) * w(b)),
        (mean(normal(X(a), 0, c), X(b) ** 2), X(b) ** 2),
        (Node("diff", (w(a) ** 2, w(b), 1)), num(0)),
        (Node("diff", (w(a) * w(b), w(b), 1)), w(a)),
        (Node("diff", (w(b) ** 2, w(b), 1)), 2 * w(b)),
        (mean(normal(X(a), 0, c), X(a) + X(b)), X(b)),
    )



# --- laws that facts give as normal ones, or as what is none

def _given(m):
    v = Node("rv", ("v",))
    m.variables["v"] = ()
    for name in ("p", "q"):
        m.laws[name] = Law(name, (v,))
    p, q = (Node("dens", (name, (v,), ())) for name in ("p", "q"))
    mu, s, nu, w = m.name("m"), m.pick(m.positive(), num(1), _variance(m)), m.pick(num(0), m.name("y")), m.pick(num(1), m.positive())
    shape = m.pick(normal(v, mu, s), normal(v, mu, s), normal(v, 0, s), exp(-(v**2) / 2), exp(-(v**2) / 2) / sqrt(2 * PI), 2 * normal(v, mu, 1),
                   v * normal(v, 0, 1), HALF * normal(v, 0, 1) + HALF * normal(v, 1, 1), 2 * normal(v, 0, 1) - normal(v, 1, 1))  # fmt: skip
    one = Fact(p, shape)
    two = Fact(q, m.pick(normal(v, nu, w), normal(v, nu, w), shape))
    centre = m.pick(mu, num(0), num(HALF))
    return m.pick(
        (mean(p, v), centre, one),
        (mean(p, num(1)), num(1), one),
        (mean(p, v**2), centre**2 + s, one),
        (mean(p, (v - centre) ** 2), s, one),
        (Node("ent", (p,)), HALF * (1 + log(2 * PI * s)), one),
        (Node("kl", (p, q)), HALF * (log(w / s) + s / w + (mu - nu) ** 2 / w - 1), one, two),
        (Node("kl", (q, p)), HALF * (log(s / w) + w / s + (mu - nu) ** 2 / s - 1), one, two),
        (Node("kl", (p, q)), Node("ce", (p, q)) - Node("ent", (p,)), one, two),
        (mean(q, p / q), num(1), one, two),
        (log(p / q), log(p) - log(q), one, two),
    )
