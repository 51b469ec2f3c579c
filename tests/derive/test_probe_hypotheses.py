"""The probe and hypotheses: an instance counts if it meets them all, and where it does both sides exist and agree."""

import re

import pytest
import sympy
from sympy import Rational

from vdmlib.derive import KL, Derivative, E, H, Integral, Law, MI, N, Product, Schedule, Sum, coordinates, exp, frac, log, sqrt
from vdmlib.derive import symbol, symbols, undefined, variables
from vdmlib.derive.nodes.hypotheses import Condition, fact
from vdmlib.derive.probe.agreement import probe

a, b, m, x, y, u, K, end = symbols("a b m x y u K e")
c, d = symbol("c", positive=True), symbol("d", nonnegative=True)
f, g, chi = undefined("f g chi")
up, pos = undefined("rho", nonnegative=True), undefined("psi", positive=True)
t, T, n, k = symbols("t T n k", integer=True)
now = symbol("t", integer=True, positive=True)
v, w = variables("v w")
p, q = Law("p", v, w), Law("q", v, w)
al, weight = Schedule("alpha"), coordinates("w")
half = Rational(1, 2)

TRUE = {
    "a positive gap": (a, b, [(c, a - b)], ">="),
    "its equality": (a, b + c, [(c, a - b)]),
    "a rising function": (f(5), f(1) + Sum(up(t), (t, 2, 5)), [fact(up(t), f(t) - f(t - 1), forall=t)]),
    "a rising function, as an inequality": (f(3), f(1), [fact(f(n) >= f(n - 1), forall=n)], ">="),
    "a point": (f(a) + x, x, [(f(a), 0)]),
    "a slope at a point": (Derivative(f(x), x), 1, [(Derivative(f(x), x), 1)]),
    "value and slope of a positive function": (Derivative(pos(x), x) * pos(x), 6, [(Derivative(pos(x), x), 2), (pos(x), 3)]),
    "a curvature at a point": (Derivative(f(x), (x, 2)), -f(x), [(Derivative(f(x), (x, 2)), -f(x))]),
    "an equation between two points": (f(a) - f(b), 1, [(f(a), f(b) + 1)]),
    "for all": (Derivative(f(b), b), 2 * b, [fact(f(u), u**2, forall=u)]),
    "for all, at a shifted argument": (f(b), (b - 1) ** 2, [fact(f(u + 1), u**2, forall=u)]),
    "a recurrence": (f(5), f(3) + g(4) + g(5), [fact(f(now), f(now - 1) + g(now), forall=now)]),
    "an equation of motion": (Derivative(f(x) ** 2 + Derivative(f(x), x) ** 2, x), 0, [fact(Derivative(f(u), (u, 2)), -f(u), forall=u)]),
    "a slope for all, under ∫": (Integral(Derivative(f(u), u) * u, (u, 0, 1)), Integral(g(u) * u, (u, 0, 1)), [fact(Derivative(f(u), u), g(u), forall=u)]),
    "an entry": (weight[k], m, [(weight[k], m)]),
    "all entries": (Sum(weight[k], (k, 1, 3)), 3 * m, [fact(weight[k], m, forall=k)]),
    "α at one time": (al.bar[now], al.bar[now - 1] / 2, [(al[now], half)]),
    "ᾱ at one time": (Product(al[k], (k, 1, now)), x, [(al.bar[now], x)]),
    "ᾱ at every time": (al[now] * al.bar[now - 1], 1 / (1 + exp(f(now))), [fact(al.bar[now], 1 / (1 + exp(f(now))), forall=now)]),
    "a circle": (x**2, 1 - y**2, [(x**2 + y**2, 1)]),
    "a total": (Integral(f(u), (u, 0, 1)) * y, y, [(Integral(f(u), (u, 0, 1)), 1)]),
    "a named mean": (E[N(v, 0, 1)](f(v)), m, [(E[N(v, 0, 1)](f(v)), m)]),
    "a conditional mean for all": (E[p(v, w)](f(v) * w), E[p(v)](f(v) * g(v)), [fact(g(v), E[p(w | v)](w), forall=v)]),
    "independence": (E[p(v, w)](v * w), E[p(v)](v) * E[p(w)](w), [(p(v, w), p(v) * p(w))]),
    "independence by information": (E[p(v, w)](v * w), E[p(v)](v) * E[p(w)](w), [(MI(p(v, w), v), 0)]),
    "two laws that are one": (H(p(v)), H(q(v)), [(KL(p(v), q(v)), 0)]),
    "a mixture": (E[p(v)](v), half, [(p(v), N(v, 0, 1) / 2 + N(v, 1, 1) / 2)]),
    "a normaliser": (H(p(v)), log(c), [(p(v), 1 / c)]),
    "a condition": (log(x**2), 2 * log(x), [], "=", [Condition(x, ">")]),
    "a condition on a range": (Integral(log(u), (u, a, b)), Integral(2 * log(sqrt(u)), (u, a, b)), [], "=", [Condition(u, ">", over=((u, a, b),))]),
    "an inequality among the facts": (a, b, [fact(a >= b)], ">="),
}

FALSE = {
    "a root at a is a root at b": (f(b) + x, x, [(f(a), 0)]),
    "every clock is equally good": (Integral(K**2 * Derivative(chi(u), u) ** 2, (u, 0, end)), K**2 * end, [(chi(end), end), (chi(0), 0)]),
    "at a, so the slope at a": (Derivative(f(a), a), 2 * a, [(f(a), a**2)]),
    "one slope for all slopes": (Derivative(f(x), (x, 2)), 0, [(Derivative(f(x), x), 1)]),
    "at u, so under ∫": (Integral(f(u), (u, 0, 1)), frac(1, 3), [(f(u), u**2)]),
    "one entry for another": (weight[n], 1, [(weight[k], 1)]),
    "one time for the next": (al[now + 1], half, [(al[now], half)]),
    "one time for a product": (Product(al[t], (t, 1, 3)), Rational(1, 8), [(al[t], half)]),
    "a gap larger than the fact": (a, b + 2 * c, [(c, a - b)]),
    "log x² where x may be negative": (log(x**2), 2 * log(x)),
    "log ab": (log(a * b), log(a) + log(b)),
    "x ≥ 0 by a square of a root": (x, sqrt(x) ** 2),
    "independence taken for equality": (E[p(v, w)](v * w), E[p(v)](v) ** 2, [(p(v, w), p(v) * p(w))]),
}

NEVER = {
    "a ≥ a + 1": (a, a + 1 + c, [(c, a - b), (c, b - a - 1)], "c positive as declared"),
    "two values": (a + b, 3 + b, [(a, 1), (a, 3)], "a = 3"),
    "contradicting inequalities": (a, b, [fact(a > b), fact(b > a)], " > "),
    "a positive symbol that is −1": (sqrt(c**2), -1, [(c, -1)], "c positive as declared"),
    "a positive function that is 0": (pos(a), 0, [(pos(a), 0)], "ψ(a) = 0|psi\\(a\\) = 0"),
    "a time that is a half": (al.bar[n], al[n] * al.bar[n - 1], [(n, half)], "n integer as declared"),
    "α above one": (al[now], 2, [(al[now], 2)], "between 0 and 1"),
    "a normaliser forgotten": (KL(q(v), p(v)), 1, [(q(v), N(v, 0, 1)), (p(v), exp(-(v**2) / 2))], "total one"),
    "a total of two": (KL(q(v), p(v)), 1, [(p(v), 2 * q(v))], "total one"),
    "a density that is negative": (E[p(v)](1), 1, [(p(v), 2 * N(v, 0, 1) - N(v, 1, Rational(1, 100)))], "not negative"),
    "a variable beyond its own": (E[p(v)](v), w, [(p(v), N(v, w, 1))], "own variables"),
    "a law with two formulas": (E[p(v)](v), 1, [(p(v), N(v, 0, 1)), (p(v), N(v, 1, 1))], "N\\(v, 1, 1\\)"),
    "1 = 0": (a, b, [(sympy.Integer(1), 0)], "1 = 0"),
    "a function in a circle": (f(x), 1, [fact(f(u), g(u), forall=u), fact(g(u), f(u), forall=u)], "itself"),
    "an equation that no law meets here": (H(p(v)), 1, [(H(p(v)), 1)], "H\\(p\\(v\\)\\) = 1"),
    "a condition that cannot be met": (log(x), log(x), [], "x > 0|-x > 0"),
}


@pytest.mark.parametrize("name", TRUE)
def test_true_under_its_hypotheses(name):
    left, right, *more = TRUE[name]
    facts, relation, conditions = (*more, *([], "=", [])[len(more) :])
    seen = probe(left, right, facts, relation=relation, conditions=conditions)
    assert seen.agrees is True and seen.instances >= 1, seen


@pytest.mark.parametrize("name", FALSE)
def test_false_under_its_hypotheses(name):
    left, right, facts, *_ = (*FALSE[name], [])
    relation = ">=" if name.startswith("x ≥") else "="
    seen = probe(left, right, facts, relation=relation)
    assert seen.agrees is False and seen.counterexample, seen


@pytest.mark.parametrize("name", NEVER)
def test_no_instance_meets_it_and_the_reason_says_what(name):
    left, right, facts, why = NEVER[name]
    conditions = [Condition(x, ">"), Condition(-x, ">")] if name.startswith("a condition") else []
    seen = probe(left, right, facts, conditions=conditions)
    assert seen.agrees is None and seen.instances == 0, seen
    assert re.search(why, seen.reason), seen.reason


def test_conditions_of_every_kind():
    s = symbol("s")
    assert probe(log(x), log(x), conditions=[Condition(x, ">")]).agrees
    assert probe(frac(x - 1, x - 1), 1, conditions=[Condition(x, "!=", 1)]).agrees
    assert probe(x, 2, conditions=[Condition(x, "=", 2)]).agrees is not False
    assert probe(sympy.cos(2 * sympy.pi * x), 1, [(x, a + 1)], conditions=[Condition(x, "whole")]).agrees is not False
    assert probe(x, x + 1, conditions=[Condition(exp(-(s**2)) / sqrt(sympy.pi), "total", over=((s, None, None),))]).agrees is False
    assert probe(x, x + 1, conditions=[Condition(exp(-(s**2)), "total", over=((s, None, None),))]).agrees is None
    assert probe(x, x + 1, conditions=[Condition(1 / s, "continuous", over=((s, -1, 1),))]).agrees is None
    assert probe(x, x + 1, conditions=[Condition(sympy.sign(s), "continuous", over=((s, -1, 1),))]).agrees is None
    assert probe(x, x + 1, conditions=[Condition(f(s), "continuous", over=((s, -1, 1),))]).agrees is False
    assert probe(x, x + 1, conditions=[Condition(s, "!=", 0, over=((s, -1, 1),))]).agrees is None
    assert probe(al[now], al[now] + 1, conditions=[Condition(now, ">=", 3)]).counterexample.count("t = ") == 1


def test_a_side_that_is_undefined_where_all_is_met_makes_the_line_false():
    seen = probe(sqrt(x) ** 2, x)
    assert seen.agrees is False and "the left side is not defined (the root of a negative number)" in seen.counterexample
    seen = probe(al[now] * al[now - 1], al[now - 1] * al[now])
    assert seen.agrees
    seen = probe(al.bar[now], al[now] * al[now - 1] * al.bar[now - 2])
    assert seen.agrees is False and "t = 1" in seen.counterexample and "alpha[0] does not exist" in seen.counterexample
    assert probe(al.bar[now], al[now] * al[now - 1] * al.bar[now - 2], conditions=[Condition(now, ">=", 2)]).agrees
    assert "neither side is defined" in probe(log(-c), log(-c) + 1).reason



def test_every_whole_number_of_a_range_is_looked_at():
    """k ≠ n for k = 1, …, n + 2 is met by n = −2 and below alone, and by no n beyond the lengths that are tried."""
    left, right = Sum(frac(k - n, k - n), (k, 1, n + 2)) + a, n + 2 + a
    apart = Condition(k - n, "!=", over=((k, 1, n + 2),))
    assert probe(left, right, conditions=[apart, Condition(n + 2, ">=")]).agrees is not False
