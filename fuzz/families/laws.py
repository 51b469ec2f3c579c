"""Linear combinations of expected log-densities, marginals, products, ratios; laws with and without zeros."""

from fractions import Fraction

from ..lines import Fact, Law, Node, fun, node, num
from .making import Maker, slip

log = lambda u: node("log", u)  # noqa: E731


def rv(name):
    return Node("rv", (name,))


def dens(law, left, right=()):
    return Node("dens", (law, tuple(left), tuple(right)))


def mean(law, body):
    return Node("mean", (law if isinstance(law, tuple) else (law,), num(body)))


def over(vs, body, kind="Sigma"):
    return Node("over", (kind, tuple(vs), body))


class Laws:
    """Two joint laws p, q over two or three variables, and a conditional one r."""

    def __init__(self, m):
        self.m = m
        self.vs = [rv(n) for n in ("x", "y", "z")[: m.pick(2, 2, 3)]]
        for v in self.vs:
            m.variables[v.args[0]] = ()
        for name in ("p", "q"):
            m.laws[name] = Law(name, tuple(self.vs), discrete=m.chance(0.15))
        m.laws["r"] = Law("r", (self.vs[1],), (self.vs[0],))
        m.functions["f"] = m.pick((), ("positive",))
        self.parts()

    def parts(self):
        """Three groups of variables: A, B never empty."""
        vs = list(self.vs)
        self.m.rng.shuffle(vs)
        self.A, self.B = (vs[0],), (vs[1],)
        self.C = tuple(vs[2:]) if self.m.chance(0.6) else ()
        self.law, self.other = self.m.pick(("p", "q"), ("q", "p"))


def make(rng):
    m = Maker(rng, "laws")
    laws = Laws(m)
    kind = m.pick(_equal, _equal, _equal, _weights, _weights, _linear, _gap, _facts)
    m.rule(kind.__name__[1:])
    out = kind(m, laws)
    if not isinstance(out, tuple):
        return out
    left, right, *more = out
    if m.chance(0.2):
        m.rule("slip")
        right = slip(right, rng)
    if not more and m.chance(0.4):
        left, right = right, left
    if not more and m.chance(0.5):
        extra = m.ahead()
        left, right = left + extra, right + extra
    return m.line(left, right, **(more[0] if more else {}))


def _atoms(m, w):
    """Equalities between functionals: true for every law with finite expectations, or nearly so."""
    A, B, C, p, q = w.A, w.B, w.C, w.law, w.other
    P, Q = (lambda left, right=(): dens(p, left, right)), (lambda left, right=(): dens(q, left, right))
    a = A[0]
    fa = fun("f", a)
    return [
        (Node("kl", (P(A), Q(A))), mean(P(A), log(P(A)) - log(Q(A)))),
        (Node("kl", (P(A), Q(A))), mean(P(A), log(P(A) / Q(A)))),
        (Node("kl", (P(A), Q(A))), Node("ce", (P(A), Q(A))) - Node("ent", (P(A),))),
        (Node("kl", (P(A + B), Q(A + B))), Node("kl", (P(A), Q(A))) + mean(P(A), Node("kl", (P(B, A), Q(B, A))))),
        (Node("ent", (P(A + B),)), Node("ent", (P(A),)) - mean(P(A + B), log(P(B, A)))),
        (Node("ent", (P(A + B),)), Node("ent", (P(A),)) + mean(P(A), Node("ent", (P(B, A),)))),
        (Node("mi", (P(A + B), A)), Node("ent", (P(A),)) + Node("ent", (P(B),)) - Node("ent", (P(A + B),))),
        (Node("mi", (P(A + B), A)), Node("mi", (P(A + B), B))),
        (Node("mi", (P(A + B), A)), mean(P(A + B), log(P(A, B) / P(A)))),
        (Node("mi", (P(A + B), A)), mean(P(A), Node("kl", (P(B, A), P(B))))),
        (Node("mi", (P(A + B, C), A)) if C else Node("mi", (P(A + B), A)), mean(P(A + B, C), log(P(A + B, C)) - log(P(A, C)) - log(P(B, C))) if C else
         mean(P(A + B), log(P(A + B)) - log(P(A)) - log(P(B)))),
        (Node("elbo", (Q(B, A), P(A + B))) + Node("kl", (Q(B, A), P(B, A))), log(P(A))),
        (Node("elbo", (Q(B, A), P(A + B))), mean(Q(B, A), log(P(A, B))) - Node("kl", (Q(B, A), P(B)))),
        (mean(P(A + B), log(Q(A))), mean(P(A), log(Q(A)))),
        (mean(P(A + B), fa), mean(P(A), fa)),
        (mean(P(A + B), fa), mean(P(A), mean(P(B, A), fa))),
        (mean(P(A), mean(P(B, A), log(Q(B)))), mean(P(B), log(Q(B)))),
        (mean(P(A), num(1)), num(1)),
        (log(P(A + B)), log(P(A)) + log(P(B, A))),
        (log(P(A, B)), log(P(B, A)) + log(P(A)) - log(P(B))),
        (P(A, B), P(B, A) * P(A) / P(B)),
        (P(A + B), P(A) * P(B, A)),
        (P(A + B, C), P(A, B + C) * P(B, C)),
        (P(A), over(B, P(A + B))),
        (P(A), over(B, P(A, B) * P(B))),
        (over(A, P(A) * fa), mean(P(A), fa)),
        (mean((P(A), Q(B)), fa * fun("f", B[0])), mean(P(A), fa) * mean(Q(B), fun("f", B[0]))),
        (mean((P(A), P(B, A)), log(Q(A + B))), mean(P(A + B), log(Q(A + B)))),
        (mean(P(A + B), fa * fun("f", B[0])), mean(P(A), fa * mean(P(B, A), fun("f", B[0])))),
        (mean(P(A), 2 * a), 2 * mean(P(A), a)),
        # only nearly true
        (mean(P(A + B), log(P(A, B))), mean(P(A), log(P(A)))),
        (Node("kl", (P(A), Q(A))), Node("kl", (Q(A), P(A)))),
        (mean(P(A + B), a * B[0]), mean(P(A), a) * mean(P(B), B[0])),
        (Node("ent", (P(A + B),)), Node("ent", (P(A),)) + Node("ent", (P(B),))),
        (log(mean(P(A), fa**2)), mean(P(A), log(fa**2))),
        (mean(P(A), log(Q(A, B))), mean(P(A + B), log(Q(A, B)))),
    ]  # fmt: skip


def _equal(m, w):
    return m.rng.choice(_atoms(m, w))


def _linear(m, w):
    left, right = num(0), num(0)
    for _ in range(2):
        w.parts()
        a, b = m.rng.choice(_atoms(m, w))
        k = m.pick(num(1), num(2), num(-1), m.name("m"))
        left, right = left + k * a, right + k * b
        if m.chance(0.4):
            left, right = right, left
    return Node("add", left.args[1:]) if left.args[0] == num(0) else left, right


def _weights(m, w):
    """Ratios of densities: supports matter."""
    A, B, p, q = w.A, w.B, w.law, w.other
    P, Q = (lambda left, right=(): dens(p, left, right)), (lambda left, right=(): dens(q, left, right))
    a = A[0]
    fa = fun("f", a)
    return m.pick(
        (mean(Q(A), P(A) / Q(A)), num(1)),
        (mean(Q(A), fa * P(A) / Q(A)), mean(P(A), fa)),
        (mean(Q(A), P(A) / Q(A) * log(Q(A))), mean(P(A), log(Q(A)))),
        (mean(Q(B, A), P(A + B) / Q(B, A)), P(A)),
        (mean(Q(A), (P(A) / Q(A)) ** 2), mean(P(A), P(A) / Q(A))),
        (mean(Q(A), (P(A) / Q(A) - 1) ** 2), mean(P(A), P(A) / Q(A)) - 1),
        (over(A, Q(A) * (P(A) / Q(A))), num(1)),
        (over(A, P(A) ** 2 / Q(A)), mean(P(A), P(A) / Q(A))),
        (mean(P(A), Q(A) / Q(A)), num(1)),
        (mean(P(A), P(A) / P(A)), num(1)),
        (mean(P(A), 1 / P(A)), over(A, P(A) / P(A))),
        (mean(P(A), node("exp", log(Q(A)) - log(P(A)))), num(1)),
        (mean(P(A + B), Q(A) / P(A)), num(1)),
        (mean(P(A + B), Q(B) / P(B, A)), num(1)),
        (mean(Q(A), node("phi", P(A) / Q(A))), Node("kl", (Q(A), P(A)))),
        (mean(Q(A), node("sqrt", P(A) / Q(A)) ** 2), num(1)),
        (P(A) / P(A), num(1)),
        (P(A + B) / P(A), P(B, A)),
        (P(A + B) / P(B, A), P(A)),
        (P(A, B) / P(A), P(B, A) / P(B)),
        (over(B, P(A, B) * P(B)), over(B, P(A + B) * P(B) / P(B))),
        (mean(P(A), log(P(A) * Q(A) / Q(A))), -Node("ent", (P(A),))),
        (log(P(A) ** 2), 2 * log(P(A))),
        (log(P(A) ** m.name("a")), m.name("a") * log(P(A))),
        (mean(P(A), log(node("sqrt", Q(A)))), Fraction(1, 2) * mean(P(A), log(Q(A)))),
    )


def _gap(m, w):
    """An inequality by a gap that may not be what it seems."""
    A, B, p, q = w.A, w.B, w.law, w.other
    P, Q = (lambda left, right=(): dens(p, left, right)), (lambda left, right=(): dens(q, left, right))
    a = A[0]
    x = m.name("a")
    extra = m.pick(x, mean(P(A), a), log(P(A)) if m.chance(0.3) else x)
    k = m.pick(num(1), num(1), num(2), m.positive(), m.real())
    left, right, gap = m.pick(
        (log(P(A)), Node("elbo", (Q(B, A), P(A + B))), Node("kl", (Q(B, A), P(B, A)))),
        (extra + k * Node("kl", (P(A), Q(A))), extra, k * Node("kl", (P(A), Q(A)))),
        (Node("ce", (P(A), Q(A))), Node("ent", (P(A),)), Node("kl", (P(A), Q(A)))),
        (Node("ent", (P(A),)) + Node("ent", (P(B),)), Node("ent", (P(A + B),)), Node("mi", (P(A + B), A))),
        (Node("ent", (P(A),)) + extra, extra, Node("ent", (P(A),))),
        (Node("ent", (P(A + B),)), Node("ent", (P(A),)), mean(P(A), Node("ent", (P(B, A),)))),
        (mean(P(A), a**2) + extra, extra, mean(P(A), a**2)),
        (mean(P(A), a) + extra, extra, mean(P(A), node("sqrt", a) ** 2)),
        (1 + extra, P(A) + extra, 1 - P(A)),
        (Node("kl", (P(A), Q(A))) + extra, extra, mean(P(A), node("phi", Q(A) / P(A)))),
        (Node("kl", (P(A + B), Q(A + B))), Node("kl", (P(A), Q(A))), mean(P(A), Node("kl", (P(B, A), Q(B, A))))),
        (mean(P(A), fun("f", a)) + extra, extra, mean(P(A), fun("f", a))),
        (Node("kl", (P(A), Q(A))), Node("kl", (P(A), Q(A))) - x**2, x**2),
        (extra, extra - Node("mi", (P(A + B), A)), mean(P(B), Node("kl", (P(A, B), P(A))))),
    )
    m.rule("gap")
    return left, right, {"relation": ">=", "gap": gap}


def _facts(m, w):
    """Laws that facts give: independence, a law by another, numbers; some of them give no law."""
    A, B, p, q = w.A, w.B, w.law, w.other
    w.C = ()
    P, Q = (lambda left, right=(): dens(p, left, right)), (lambda left, right=(): dens(q, left, right))
    c, k = m.positive(), m.pick(num(1), num(2), num(Fraction(1, 2)))
    if len(w.vs) > 2:
        w.vs = w.vs[:2]
        for name in ("p", "q"):
            m.laws[name] = Law(name, tuple(w.vs))
        A, B = (w.vs[0],), (w.vs[1],)
        if m.chance(0.5):
            A, B = B, A
    a, b = A[0], B[0]
    fact, left, right = m.pick(
        (Fact(P(A + B), P(A) * P(B)), Node("mi", (P(A + B), A)), num(0)),
        (Fact(P(A + B), P(A) * P(B)), Node("ent", (P(A + B),)), Node("ent", (P(A),)) + Node("ent", (P(B),))),
        (Fact(P(A + B), P(A) * P(B)), mean(P(A + B), a * b), mean(P(A), a) * mean(P(B), b)),
        (Fact(P(A + B), P(A) * P(B)), log(P(A, B)), log(P(A))),
        (Fact(P(A + B), Q(A + B)), Node("kl", (P(A), Q(A))), num(0)),
        (Fact(P(A + B), Q(A) * Q(B)), Node("mi", (Q(A + B), A)), Node("kl", (Q(A + B), P(A + B)))),
        (Fact(P(A + B), k * Q(A + B)), Node("kl", (Q(A), P(A))), -log(k) if k != num(1) else num(0)),
        (Fact(P(A + B), k * Q(A) * Q(B, A)), mean(P(A + B), a), k * mean(Q(A), a)),
        (Fact(P(A + B), Q(A) * Q(B)), mean(P(A + B), a * b), mean(Q(A), a) * mean(Q(B), b)),
        (Fact(P(A + B), c), Node("ent", (P(A + B),)), -log(c)),
        (Fact(c, mean(P(A), a)), mean(P(A), (a - c) ** 2), mean(P(A), a**2) - c**2),
        (Fact(c, mean(P(A), a)), log(c**2), 2 * log(c)),
        (Fact(m.name("a"), mean(P(A), a)), mean(P(A), (a - m.name("a")) ** 2), mean(P(A), a**2) - m.name("a") ** 2),
        (Fact(m.name("a"), Node("kl", (P(A), Q(A)))), m.name("a") + 1, 1 + mean(P(A), log(P(A) / Q(A)))),
    )
    m.rule("fact")
    return left, right, {"facts": (fact,)}
