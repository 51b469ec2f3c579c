"""Chains of symbolic length: sums of log-ratios with ends moved at random, blocks, telescopes, expectations."""

from ..lines import Law, Node, node, num
from .making import Maker, slip

log = lambda u: node("log", u)  # noqa: E731


class Chain:
    """A Markov law q over x_0 … x_T, or over x_1 … x_T given x_0; a second law p, Markov or not."""

    def __init__(self, m):
        self.m = m
        self.T, self.t = m.name("T", "integer"), m.name("t", "integer")
        m.times["T"] = m.pick(1, 1, 2, 3, 3, 4, 5)
        self.joint = m.chance(0.65)
        X = self.X = lambda k: Node("at", ("X", num(k)))
        block = lambda lo, hi: Node("block", ("X", num(lo), num(hi)))  # noqa: E731
        self.block = block
        m.laws["q"] = Law("q", (block(0, self.T),), (), markov=True) if self.joint else Law("q", (block(1, self.T),), (X(0),), markov=True)
        m.laws["p"] = Law("p", (block(0, self.T),), (), markov=m.chance(0.7))

    def q(self, left, right=()):
        return self.law("q", left, right)

    def p(self, left, right=()):
        return self.law("p", left, right)

    def law(self, name, left, right):
        left = left if isinstance(left, tuple) else (left,)
        right = right if isinstance(right, tuple) else (right,)
        if name == "q" and not self.joint and self.X(0) not in right:
            separated = right and all(v.op == "at" for v in (*left, *right))
            if not separated:
                right = (*right, self.X(0))
        return Node("dens", (name, left, right))


def make(rng):
    m = Maker(rng, "chains")
    c = Chain(m)
    kind = m.pick(_pairs, _pairs, _telescopes, _telescopes, _blocks, _means, _means, _ends)
    m.rule(kind.__name__[1:])
    left, right = kind(m, c)
    if m.chance(0.2):
        m.rule("slip")
        right = slip(right, rng)
    if m.chance(0.3):
        left, right = right, left
    if m.chance(0.6):
        extra = m.pick(log(c.p(c.X(0))), m.name("m"), log(c.p(c.X(1))))
        left, right = left + extra, right + extra
    if m.chance(0.1):
        m.times["t"] = m.pick(1, 2)
    return m.line(left, right)


def _range(m, c, least=1):
    lo = num(least + m.pick(0, 0, 0, 1, 2, 3, 4, 6))
    hi = m.pick(c.T, c.T, c.T, c.T - 1, c.T - 2, c.T - 3)
    return lo, hi


def _sum(e, lo, hi):
    return Node("sum", (e, "t", lo, hi))


def _pairs(m, c):
    """Sums over neighbours: taken apart, moved, turned round."""
    X, t = c.X, c.t
    lo, hi = _range(m, c, 1)
    forward, backward = log(c.q(X(t), X(t - 1))), log(c.q(X(t - 1), (X(t),) if c.joint else (X(t), X(0))))
    if not c.joint and lo == num(1):
        lo = num(2)
    S = lambda e, p=lo, q=hi: _sum(e, p, q)  # noqa: E731
    at = lambda k: log(c.q(X(k), X(k - 1)))  # noqa: E731
    marginal = lambda k: log(c.q(X(k)))  # noqa: E731
    lower = num(lo.args[0] - 1)
    return m.pick(
        (S(forward), at(lo) + S(forward, lo + 1 if m.chance(0.1) else num(lo.args[0] + 1), hi)),
        (S(forward), S(forward, lo, hi - 1) + at(hi)),
        (S(forward), S(log(c.q(X(t + 1), X(t))), lower, hi - 1)),
        (S(forward), S(backward) + marginal(hi) - marginal(lower)) if c.joint else (S(backward), S(backward)),
        (S(forward - backward), S(marginal(t) - marginal(t - 1))),
        (S(forward), S(forward, num(lo.args[0] + 1), hi)),
        (S(forward), S(forward, lo, hi - 1)),
        (S(forward, lo, hi) - S(forward, lo, hi - 1), at(hi)),
        (S(forward), S(log(c.q(X(t), (X(t - 1), X(0))))) if not c.joint else S(forward)),
        (S(log(c.p(X(t), X(t - 1)))), S(log(c.p((X(t - 1), X(t))))) - S(log(c.p(X(t - 1))))),
        (S(log(c.p(X(t), (X(t - 1), X(t - 2)))), num(max(2, int(lo.args[0]))), hi), S(log(c.p(X(t), X(t - 1))), num(max(2, int(lo.args[0]))), hi)),
    )


def _telescopes(m, c):
    X, t = c.X, c.t
    lo, hi = _range(m, c, 1)
    if not c.joint and lo == num(1):
        lo = num(2)
    marginal = lambda k: log(c.q(X(k)))  # noqa: E731
    lower = num(lo.args[0] - 1)
    S = lambda e, p=lo, q=hi: _sum(e, p, q)  # noqa: E731
    P = lambda e, p=lo, q=hi: Node("prod", (e, "t", p, q))  # noqa: E731
    ratio = c.q(X(t)) / c.q(X(t - 1))
    k = m.pick(num(1), num(2), m.name("m"))
    return m.pick(
        (S(marginal(t) - marginal(t - 1)), marginal(hi) - marginal(lower)),
        (k * S(marginal(t) - marginal(t - 1)), k * (marginal(hi) - marginal(lower))),
        (S(log(ratio)), log(c.q(X(hi)) / c.q(X(lower)))),
        (log(P(ratio)), log(c.q(X(hi)) / c.q(X(lower)))),
        (S(marginal(t)) - S(marginal(t - 1)), marginal(hi) - marginal(lower)),
        (S(marginal(t)), marginal(lo) + S(marginal(t), num(lo.args[0] + 1), hi)),
        (S(marginal(t) - marginal(t - 1)), marginal(hi) - marginal(lo)),
    )


def _blocks(m, c):
    X, t, T = c.X, c.t, c.T
    cut = m.pick(1, 1, 2, 2, 3, 5)
    full = log(c.p(c.block(0, T)))
    pair = lambda law: log(law(X(t), X(t - 1)))  # noqa: E731
    if c.joint:
        whole = log(c.q(c.block(0, T)))
        return m.pick(
            (whole, log(c.q(X(0))) + _sum(pair(c.q), num(1), T)),
            (whole, log(c.q(X(T))) + _sum(log(c.q(X(t - 1), X(t))), num(1), T)),
            (whole, log(c.q(c.block(0, cut))) + _sum(pair(c.q), num(cut + 1), T)),
            (log(c.q(c.block(cut, T))), log(c.q(X(cut))) + _sum(pair(c.q), num(cut + 1), T)),
            (log(c.q(c.block(1, T), X(0))), _sum(pair(c.q), num(1), T)),
            (whole, log(c.q(X(0))) + _sum(log(c.q(X(t), c.block(0, t - 1))), num(1), T)),
            (full, log(c.p(X(0))) + _sum(pair(c.p), num(1), T)),
            (full, log(c.p(X(T))) + _sum(log(c.p(X(t - 1), X(t))), num(1), T)),
            (log(c.q(c.block(0, T - 1))), whole - log(c.q(X(T), X(T - 1)))),
        )
    whole = log(c.q(c.block(1, T), X(0)))
    return m.pick(
        (whole, _sum(log(c.q(X(t), X(t - 1))), num(1), T)),
        (whole, log(c.q(X(1), X(0))) + _sum(log(c.q(X(t), X(t - 1))), num(2), T)),
        (whole, log(c.q(X(T), X(0))) + _sum(log(c.q(X(t - 1), (X(t), X(0)))), num(2), T)),
        (whole, log(c.q(c.block(1, cut), X(0))) + _sum(log(c.q(X(t), X(t - 1))), num(cut + 1), T)),
        (whole, log(c.q(X(1), X(0))) + _sum(log(c.q(X(t - 1), (X(t), X(0)))) + log(c.q(X(t), X(0))) - log(c.q(X(t - 1), X(0))), num(2), T)),
    )


def _means(m, c):
    X, t, T = c.X, c.t, c.T
    lo, hi = _range(m, c, 1)
    if not c.joint and lo == num(1):
        lo = num(2)
    law = c.q(c.block(0, T)) if c.joint else c.q(c.block(1, T), X(0))
    E = lambda d, e: Node("mean", ((d,), e))  # noqa: E731
    S = lambda e, p=lo, q=hi: _sum(e, p, q)  # noqa: E731
    pair = c.q((X(t - 1), X(t))) if c.joint else c.q((X(t - 1), X(t)), X(0))
    one = c.q(X(t)) if c.joint else c.q(X(t), X(0))
    step = log(c.q(X(t), X(t - 1)))
    ratio = log(c.p(X(t - 1), X(t)) / c.q(X(t), X(t - 1)))
    first = E(c.q((X(num(lo.args[0] - 1)), X(lo))) if c.joint else c.q((X(num(lo.args[0] - 1)), X(lo)), X(0)),
              log(c.q(X(lo), X(num(lo.args[0] - 1)))))
    back = c.q(X(t - 1), X(t)) if c.joint else c.q(X(t - 1), (X(t), X(0)))
    kl = Node("kl", (back, c.p(X(t - 1), X(t))))
    inner = E(one, kl)
    return m.pick(
        (E(law, S(step)), S(E(pair, step))),
        (E(law, S(ratio)), S(E(pair, ratio))),
        (S(E(pair, step)), first + S(E(pair, step), num(lo.args[0] + 1), hi)),
        (E(law, S(log(one))), S(-Node("ent", (one,)))),
        (E(law, S(step)), S(E(one, step))) if m.chance(0.1) else (S(E(pair, log(one))), S(E(one, log(one)))),
        (S(E(pair, log(back / c.p(X(t - 1), X(t))))), S(inner)),
        (E(law, S(log(c.p(X(t))))), S(E(one, log(c.p(X(t)))))),
        (E(law, log(c.p(X(T)))), E(c.q(X(T)) if c.joint else c.q(X(T), X(0)), log(c.p(X(T))))),
        (S(Node("ent", (one,))), Node("ent", (c.q(X(lo)) if c.joint else c.q(X(lo), X(0)),)) + S(Node("ent", (one,)), num(lo.args[0] + 1), hi)),
        (E(law, log(c.p(c.block(0, T)) / (law))), E(law, log(c.p(X(0))) + _sum(log(c.p(X(t), X(t - 1)) / c.q(X(t), X(t - 1))), num(1), T)))
        if not c.joint else (Node("kl", (law, law)), num(0)),
        (E(law, kl), inner),
        (Node("ent", (one,)), -E(pair, log(one))),
    )


def _ends(m, c):
    """One time t, which may be at an end or meet another."""
    X, t, T = c.X, c.t, c.T
    s = m.pick(num(0), num(1), num(2), T, t - 1, t + 1, m.name("j", "integer"))
    if not c.joint:
        s = m.pick(num(1), num(2), T, t - 1, t + 1)
    a, b = c.q(X(t)), c.q(X(s))
    return m.pick(
        (log(c.q(X(t), X(s))) + log(b), log(c.q(X(s), X(t))) + log(a)),
        (log(c.q((X(t), X(s)))), log(a) + log(c.q(X(s), X(t)))),
        (Node("over", ("Sigma", (X(s),), c.q((X(t), X(s))))), a),
        (Node("mean", ((b,), log(a))), log(a)),
        (Node("mean", ((b,), X(s) * X(t))), X(t) * Node("mean", ((b,), X(s)))),
        (Node("kl", (a, c.p(X(t)))), Node("mean", ((a,), log(a / c.p(X(t)))))),
        (log(c.q(X(t), (X(t - 1), X(s)))), log(c.q(X(t), X(t - 1)))),
    )

