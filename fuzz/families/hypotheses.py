"""Facts at points and for all, gaps, declared signs, chains of lines, contradictions."""

from fractions import Fraction

from ..lines import Fact, Node, diff, fun, node, num, sym
from .making import Maker, slip

HALF = Fraction(1, 2)
log, sqrt, exp, size = (lambda u, f=f: node(f, u) for f in ("log", "sqrt", "exp", "abs"))


def make(rng):
    m = Maker(rng, "hypotheses")
    kind = m.pick(_gap, _gap, _gap, _defined, _defined, _points, _points, _everywhere, _binders, _entries, _schedule, _chain, _inequalities)
    m.rule(kind.__name__[1:])
    return kind(m)


def _between(m, left, right, **more):
    if m.chance(0.12):
        m.rule("slip")
        right = slip(right, m.rng)
    if m.chance(0.6):
        extra = m.ahead()
        left, right = left + extra, right + extra
    return m.line(left, right, **more)


# --- gaps

def _block(m):
    """Something that may, or may not, be ≥ 0."""
    u, c, d = m.small(), m.positive(), m.name("d", "nonnegative")
    n, k = m.whole(), m.index()
    m.functions |= {"f": m.pick((), ("positive",), ("nonnegative",))}
    v = m.name("u", *m.pick((), (), ("positive",)))
    ends = [num(0), num(1), num(-1), c, m.name("b"), d]
    w = Node("entry", ("w", k))
    m.vectors["w"] = m.pick((), ("positive",))
    return m.pick(
        u**2, c, d, size(u), exp(u), sqrt(u) ** 2, sqrt(u) * sqrt(u), exp(2 * log(u)), u, c * u**2, u**2 / c, 1 / c, 1 / u**2,
        u**4, u**3, c - 1, 1 + u**2, sqrt(u), sqrt(u**2), node("phi", c), node("phi", u), node("phi", exp(u)), node("max", u, num(0)), node("max", u, c),
        -u, d * c, d / c, c / d, c**u, u**2 * d, log(1 + u**2), node("cosh", u), (u**2) ** HALF, n**2, n, size(u) * c,
        Node("sum", (k, "k", num(m.pick(1, 0, -3)), n)),
        Node("sum", (w, "k", num(1), n)),
        Node("sum", (w**2, "k", num(1), m.pick(n, num(3)))),
        Node("sum", (k**2, "k", num(1), m.pick(n, n - 3))),
        Node("int", (fun("f", v), "u", m.pick(*ends), m.pick(*ends))),
        Node("int", (fun("f", v) ** 2, "u", m.pick(*ends), m.pick(*ends))),
        Node("int", (v**2, "u", m.pick(*ends), m.pick(*ends))),
        Node("int", (v, "u", m.pick(*ends), m.pick(*ends))),
        fun("f", u), fun("f", u) ** 2, 1 / fun("f", u), node("sin", u) + 1, node("tanh", c), node("min", c, d),
    )


def _gap(m):
    """right + gap ≥ right; left is right + gap rewritten."""
    gap, base = _block(m), m.pick(m.name("m"), m.safe(0), m.small())
    if m.chance(0.25):
        gap = m.pick(gap + _block(m), gap * _block(m))
    written = _rewritten(gap, m)
    left = base + written
    return m.line(left, base if m.chance(0.9) else slip(base, m.rng), relation=">=", gap=gap)


def _rewritten(e, m):
    """What e is on some of its domain, shorter."""
    if e.op == "pow" and e.args[0].op == "sqrt" and e.args[1] == num(2):
        return e.args[0].args[0]
    if e.op == "mul" and e.args[0].op == "sqrt" and e.args[0] == e.args[1]:
        return e.args[0].args[0]
    if e.op == "exp" and e.args[0].op == "mul" and e.args[0].args[1].op == "log":
        return e.args[0].args[1].args[0] ** 2
    if e.op == "pow" and e.args[0].op == "pow" and e.args[1] == num(HALF):
        return m.pick(e, e.args[0].args[0])
    if e.op == "sqrt" and e.args[0].op == "pow":
        return m.pick(e, e.args[0].args[0], size(e.args[0].args[0]))
    if e.op in ("add", "mul"):
        return Node(e.op, tuple(_rewritten(a, m) for a in e.args))
    return e


# --- facts about symbols

def _defined(m):
    """A declared symbol gets a value that may break the declaration."""
    s = m.name("g", *m.pick(("positive",), ("positive",), ("nonnegative",), ("negative",), (), ("integer",), ("integer", "positive")))
    e = m.pick(m.small(), m.real() - m.real(), m.real() ** 2, exp(m.real()), m.real() + 1, m.real() ** 2 + 1, m.number(), m.positive() - 1, size(m.real()))
    facts = [Fact(s, e)]
    if m.chance(0.2):
        facts.append(Fact(m.name("h", *m.pick(("positive",), ())), m.pick(s, s + 1, m.real())))
    h = m.name("h")
    if m.chance(0.4):
        gap = m.pick(s, 2 * s, s**2, s * exp(m.name("m")), s + h if len(facts) > 1 else s, 1 / s, sqrt(s), size(s))
        base = m.name("m")
        written = _put(gap, s, e) if m.chance(0.8) else gap
        return m.line(base + written, base, relation=">=", gap=gap, facts=tuple(facts))
    left, right = m.pick(
        (sqrt(s**2), s), (log(s * m.positive()), log(s) + log(sym("c") if "c" in m.symbols else sym("s"))), (size(s), s), (s + 1, e + 1),
        (s**2, e**2), (log(s**2), 2 * log(s)), (s / s, num(1)), (sqrt(s) ** 2, e), (exp(log(s) * 2), e**2), (node("max", s, num(0)), s), (s * e, e**2),
        (sqrt(s**2), sqrt(e**2)), (s - e, num(0)), (s / e, num(1)), (num(-1) ** (2 * s), num(1)), (1 / s, 1 / e),
    )
    return _between(m, left, right, facts=tuple(facts))


def _put(e, old, new):
    if e == old:
        return new
    return Node(e.op, tuple(_put(a, old, new) if isinstance(a, Node) else a for a in e.args))


# --- facts about functions

def _points(m):
    """f is given at one point, and looked at there and elsewhere."""
    m.functions["f"] = m.pick((), (), ("positive",), ("nonnegative",))
    x, a, b = m.name("x"), m.name("a"), m.name("b")
    u, k, t = m.name("u"), m.index(), m.index("t")
    at = m.pick(a, a, x, num(0), num(1), u, k, t)
    e = m.pick(num(0), num(1), a, at**2, at + 1, x, exp(at), 2 * at)
    facts = [Fact(fun("f", at), e)]
    if m.chance(0.25):
        other = m.pick(num(0), b, at + 1, at)
        facts.append(Fact(fun("f", other), m.pick(num(0), other, num(1))))
    if m.chance(0.2):
        facts = [Fact(diff(fun("f", at), at) if at.op == "sym" and at.args[0] in ("a", "x", "u") else fun("f", at), e)]
    F = fun("f", sym("u"))
    there = m.pick(at, at, b, at + 1, 2 * at, x)
    left, right = m.pick(
        (fun("f", there), _moved(e, at, there)),
        (fun("f", at), e),
        (fun("f", at) ** 2 + fun("f", b), e**2 + fun("f", b)),
        (log(fun("f", at)), log(e)),
        (diff(fun("f", a), a), _slope(e, at, a)),
        (diff(fun("f", x), x), _slope(e, at, x)),
        (Node("int", (F, "u", num(0), num(1))), Node("int", (_moved(e, at, u), "u", num(0), num(1)))),
        (Node("sum", (fun("f", k), "k", num(1), num(3))), Node("sum", (_moved(e, at, k), "k", num(1), num(3)))),
        (Node("lim", (F, "u", num(0), "+")), _moved(e, at, num(0))),
        (Node("int", (diff(F, u), "u", num(0), num(1))), fun("f", num(1)) - (e if at == num(0) else fun("f", num(0)))),
        (Node("int", (diff(F, u) ** 2, "u", num(0), num(1))), num(1)),
        (diff(fun("f", x), x, 2), num(0)),
    )
    return _between(m, left, right, facts=tuple(facts))


def _moved(e, at, there):
    return _put(e, at, there) if at.op == "sym" else e


def _slope(e, at, x):
    from_e = {num(0): num(0), num(1): num(0)}
    if e in from_e or at != x:
        return num(0)
    return 2 * x if e == at**2 else exp(x) if e == exp(at) else num(2) if e == 2 * at else num(1) if e == at + 1 else num(0)


def _everywhere(m):
    """Facts for all arguments, used at points, under derivatives, integrals and sums."""
    m.functions["f"] = m.pick((), (), ("positive",))
    x, a, b, u, k = m.name("x"), m.name("a"), m.name("b"), m.name("u"), m.index()
    e = m.pick(u**2, u + 1, exp(u), u, num(1), u**2 + 1, a * u, 1 / u, log(u), sqrt(u), size(u))
    to = lambda v: _put(e, u, v)  # noqa: E731
    F = fun("f", sym("u"))
    if m.chance(0.3):
        facts = (Fact(diff(fun("f", u), u), e, forall=("u",)),)
        left, right = m.pick(
            (diff(fun("f", x), x), to(x)),
            (Node("int", (diff(F, u), "u", a, b)), Node("int", (e, "u", a, b))),
            (fun("f", b) - fun("f", a), Node("int", (e, "u", a, b))),
            (diff(fun("f", x) ** 2, x), 2 * fun("f", x) * to(x)),
            (Node("int", (diff(F, u) * u, "u", num(0), num(1))), Node("int", (e * u, "u", num(0), num(1)))),
        )
        return _between(m, left, right, facts=facts)
    facts = (Fact(fun("f", u), e, forall=("u",)),)
    if m.chance(0.15):
        facts += (Fact(fun("f", m.pick(num(0), a)), m.pick(num(0), num(1))),)
    left, right = m.pick(
        (fun("f", b), to(b)),
        (fun("f", x + 1), to(x + 1)),
        (fun("f", fun("f", x)), _put(e, u, to(x))),
        (diff(fun("f", x), x), diff(to(x), x)),
        (Node("int", (F, "u", a, b)), Node("int", (e, "u", a, b))),
        (Node("sum", (fun("f", k), "k", num(1), num(4))), Node("sum", (to(k), "k", num(1), num(4)))),
        (Node("lim", (F, "u", num(0), "+")), to(num(0))),
        (log(fun("f", b) ** 2), 2 * log(to(b))),
        (fun("f", b) / fun("f", b), num(1)),
    )
    return _between(m, left, right, facts=facts)


def _binders(m):
    """A symbol with a value under a derivative, a limit, an integral, a sum."""
    x, a, b, u, k = m.name("x"), m.name("a"), m.name("b"), m.name("u"), m.index()
    s, e = m.pick((x, num(1)), (a, num(2)), (a, b + 1), (u, num(1)), (a, x**2), (a, u), (k, num(2)), (a, x), (b, a**2))
    left, right = m.pick(
        (diff(x**2, x), num(2)),
        (diff(x**2, x), 2 * x),
        (diff(a * x, x), e if s == a else a),
        (diff(a * x, x), diff(e * x, x) if s == a else a),
        (Node("int", (u, "u", num(0), num(1))), num(1)),
        (Node("int", (u, "u", num(0), num(1))), num(HALF)),
        (Node("int", (a, "u", num(0), num(1))), e if s == a else a),
        (Node("int", (a * u, "u", num(0), num(1))), (e if s == a else a) / 2),
        (Node("sum", (k, "k", num(1), num(3))), num(6)),
        (Node("sum", (a * k, "k", num(1), num(3))), 6 * (e if s == a else a)),
        (Node("lim", (a + u, "u", num(0), "+")), e if s == a else a),
        (Node("lim", (x * u, "u", num(0), "+")), num(0)),
        (x**2 + a, _put(x**2 + a, s, e)),
        (Node("int", (_put(a * u, s, e), "u", num(0), num(1))), Node("int", (a * u, "u", num(0), num(1)))),
    )
    return _between(m, left, right, facts=(Fact(s, e),))


def _entries(m):
    m.vectors["w"] = m.pick((), ("positive",), ("positive",))
    i, j, k, n = m.index("i"), m.index("j"), m.index(), m.name("n", "integer", "positive")
    w = lambda at: Node("entry", ("w", num(at)))  # noqa: E731
    c = m.positive()
    at = m.pick(i, i, num(1), k)
    every = m.chance(0.5) and at.op == "sym"
    e = m.pick(num(1), c, 1 / n, m.name("a"), at, num(0))
    fact = Fact(w(at), e, forall=(at.args[0],) if every else ())
    S = lambda b, hi: Node("sum", (b, "k", num(1), num(hi)))  # noqa: E731
    to = lambda v: _put(e, at, num(v)) if at.op == "sym" else e  # noqa: E731
    left, right = m.pick(
        (w(j), to(j)),
        (w(at), e),
        (S(w(k), 3), S(to(k), 3)),
        (S(w(k), n), S(to(k), n)),
        (S(w(k), n), n * e),
        (w(2), to(2)),
        (log(w(i)), log(to(i))),
        (w(i) / w(i), num(1)),
        (sqrt(w(i) ** 2), to(i)),
        (diff(S(w(k) ** 2, 3), w(2)), 2 * to(2)),
    )
    return _between(m, left, right, facts=(fact,))


def _schedule(m):
    t, c = m.name("t", "integer", "positive"), m.positive()
    A, B = (lambda k: Node("alpha", ("al", num(k)))), (lambda k: Node("bar", ("al", num(k))))
    i = m.index("i")
    at = m.pick(t, t, num(1), t - 1)
    every = m.chance(0.35) and at == t
    e = m.pick(num(HALF), c, num(2), m.name("a"), 1 / (1 + c), c / (1 + c), num(Fraction(1, 3)))
    which = m.pick(A, A, B)
    fact = Fact(which(at), e, forall=("t",) if every else ())
    left, right = m.pick(
        (which(at), e),
        (which(t + 1), e),
        (which(2), e),
        (B(2), e**2),
        (A(t) * B(t - 1), B(t)),
        (1 - which(at), 1 - e),
        (Node("prod", (A(i), "i", num(1), num(3))), e**3),
        (log(1 - which(at)), log(1 - e)),
        (which(at) / (1 - which(at)), e / (1 - e)),
        (sqrt(which(at) ** 2), e),
    )
    if m.chance(0.3):
        base = m.name("m")
        return m.line(base + m.pick(1 - e, 1 - which(at)), base, relation=">=", gap=1 - which(at), facts=(fact,))
    return _between(m, left, right, facts=(fact,))


# --- chains of lines

def _chain(m):
    """first = … = last, with facts that all lines share, and rules that hold on a part."""
    x, y, b = m.real(), m.real(), m.name("b")
    c = m.positive()
    first, *rest, last = m.pick(
        (log(x * y), log(x) + log(y), log(y) + log(x)),
        (sqrt(x**2), size(x), x),
        (x, x * y / y, x + 0 * y),
        (log(x**2), 2 * log(size(x)), 2 * log(x)),
        (x / x, num(1), c / c),
        (x, exp(2 * log(x)) / x, x**2 / x),
        (sqrt(x) * sqrt(y), sqrt(x * y), sqrt(y * x)),
        (b, b + log(x) - log(x), b),
        (b, b + log(x) - log(x) + log(-x) - log(-x), b),
        ((x**2 - 1) / (x - 1), x + 1, (x + 1) * (x + 2) / (x + 2)),
        (x**2 * y, x * y * x, size(x) ** 2 * y),
        (b + 1, b + c / c, b + x**2 / x**2),
    )
    facts = ()
    if m.chance(0.4):
        facts = m.pick((Fact(b, m.number()),), (Fact(b, x),), (Fact(b, num(1)), Fact(b, m.pick(num(1), num(2)))), (Fact(m.name("d", "nonnegative"), m.real()),))
    if m.chance(0.3):
        first, rest, last, facts = _values(m)
    if m.chance(0.2):
        m.rule("slip")
        last = slip(last, m.rng)
    return m.line(first, last, between=tuple(rest), facts=facts)


def _values(m):
    """Facts that each line brings in for itself: values of a symbol or a function, which may not agree."""
    m.functions["f"] = ()
    a, b, x, g = m.name("a"), m.name("b"), m.name("x"), m.name("g", "positive")
    what = m.pick(a, a, fun("f", a), fun("f", num(0)), g)
    one, two = m.pick((num(1), num(1)), (num(1), num(2)), (b, b + 1), (b, num(2)), (x**2, x), (b, b))
    return m.pick(
        (one + x, (what + x,), two + x, (Fact(what, one, step=1), Fact(what, two, step=2))),
        (what + x, (one + x,), one + x + what - two, (Fact(what, one, step=1), Fact(what, two, step=2))),
        (what * x, (one * x, x * one), two * x, (Fact(what, one, step=1), Fact(what, two, step=3))),
        (what + b, (one + b,), one + one, (Fact(what, one, step=1), Fact(b, one, step=2))),
        (sqrt(what**2) + x, (size(what) + x,), one + x, (Fact(what, one, step=2),)),
        (what + x, (one + x,), one + x + log(b**2) - 2 * log(b), (Fact(what, one, step=1), Fact(b, two, step=2))),
    )


def _inequalities(m):
    """Inequalities among the facts."""
    m.functions["f"] = m.pick((), ("positive",))
    a, b, c = m.name("a"), m.name("b"), m.positive()
    t = m.name("t", "integer")
    k, n = m.index(), m.name("n", "integer", "positive")
    f = lambda v: fun("f", v)  # noqa: E731
    rising = Fact(f(t), f(t - 1), ">=", ("t",))
    facts, left, right, gap = m.pick(
        ((Fact(a, b, ">="),), a, b, a - b),
        ((Fact(a, b, ">"),), exp(a), exp(a) + b - a, a - b),
        ((Fact(a, num(0), ">"),), log(a**2), 2 * log(a), None),
        ((Fact(a, num(0), ">="),), sqrt(a**2), a, None),
        ((Fact(a, num(0), ">="),), a / a, num(1), None),
        ((Fact(a, num(0), "!="),), a / a, num(1), None),
        ((Fact(a, b, "!="),), (a**2 - b**2) / (a - b), a + b, None),
        ((rising,), f(n), f(num(0)), Node("sum", (f(k) - f(k - 1), "k", num(1), n))),
        ((rising,), f(num(3)), f(num(2)), f(num(3)) - f(num(2))),
        ((Fact(f(num(1)), f(num(0)), ">="),), f(num(2)), f(num(1)), f(num(2)) - f(num(1))),
        ((Fact(a, b, ">="), Fact(b, a + c, ">=")), a, a + 1, num(0)),
        ((Fact(a, b, ">="),), b, a, b - a),
        ((Fact(a, num(0), ">="), Fact(b, num(0), ">=")), a * b, num(0), a * b),
        ((Fact(1 - a**2, num(0), ">"),), log(1 - a**2), log(1 - a) + log(1 + a), None),
    )
    if gap is not None:
        return m.line(left, right, relation=">=", gap=gap, facts=facts)
    return _between(m, left, right, facts=facts)
