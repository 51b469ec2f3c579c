"""The numeric probe: right to thirty digits, honest about the rest, and with counterexamples one can check by hand."""

import pytest
import sympy
from sympy import Rational, cos, oo, pi

from vdmlib.derive import KL, Derivative, E, H, Integral, Law, Limit, N, Product, Sum, exp, frac, log, sqrt, symbol
from vdmlib.derive import symbols, undefined, variables
from vdmlib.derive.nodes.hypotheses import fact
from vdmlib.derive.probe.numeric import probe

x, y, t = symbols("x y t")
u, v = symbols("u v", positive=True)
n, i = symbols("n i", integer=True, positive=True)
z = variables("z")
f, g = undefined("f"), undefined("g", positive=True)


KNOWN = [
    (Integral(exp(-(x**2)), (x, -oo, oo)), sqrt(pi)),
    (Integral(1 / (1 + x**2), (x, 0, 1)), pi / 4),
    (Integral(1 / sqrt(x), (x, 0, 1)), 2),
    (Integral(log(x), (x, 0, 1)), -1),
    (Integral(u * exp(-u), (u, 0, oo)), 1),
    (E[N(z, 0, 1)](z**6), 15),
    (E[N(z, 0, v)](cos(z)), exp(-v / 2)),
    (E[N(z, x, v)](exp(z)), exp(x + v / 2)),
    (Derivative(sympy.sin(x) * exp(x), (x, 3)), 2 * exp(x) * (cos(x) - sympy.sin(x))),
    (Sum(i**2, (i, 1, n)), n * (n + 1) * (2 * n + 1) / 6),
    (Product(frac(i + 1, i), (i, 1, n)), n + 1),
    (Sum(1 / frac(2, 1) ** i, (i, 1, oo)), 1),
    (Limit(sympy.sin(x) / x, x, 0), 1),
    (Limit((1 + x / u) ** u, u, oo), exp(x)),
    (Limit(u * log(u), u, 0), 0),
    (Derivative(Integral(f(t), (t, 0, x)), x), f(x)),
]


@pytest.mark.parametrize("left, right", KNOWN, ids=[str(line[0]) for line in KNOWN])
def test_known_values(left, right):
    seen = probe(left, right)
    assert seen.agrees, seen
    assert seen.digits >= 10
    wrong = probe(left, right + Rational(1, 10**6))
    assert wrong.agrees is False


def test_the_counterexample_can_be_checked_by_hand():
    seen = probe(H(N(x, 0, v)), log(2 * pi * v) / 2)
    assert seen.agrees is False and seen.instances == 1
    assert seen.counterexample.startswith("v = ") and "left" in seen.counterexample and "right" in seen.counterexample
    seen = probe(f(x), g(x))
    assert "f(x) = " in seen.counterexample and "g(x) = " in seen.counterexample


def test_the_same_seed_gives_the_same_instances():
    assert probe(x, y) == probe(x, y)
    assert probe(x, y, seed=1) != probe(x, y, seed=2)


def test_assumptions_are_respected():
    assert probe(sqrt(u**2), u).agrees
    assert probe(sqrt(x**2), x).agrees is False
    assert probe(log(g(x) ** 2), 2 * log(g(x))).agrees
    k = symbol("k", integer=True, positive=True)
    assert probe(cos(2 * pi * k), 1).agrees
    assert probe(cos(2 * pi * u), 1).agrees is False


def test_domains():
    """Where every hypothesis is met and one side alone is defined, the line is false."""
    assert probe(log(u) + log(v), log(u * v)).agrees
    seen = probe(log(x) + log(y), log(x * y))
    assert seen.agrees is False and "not defined" in seen.counterexample
    seen = probe(log(u), log(-u))
    assert seen.agrees is False and "not defined" in seen.counterexample


def test_divergence_is_seen():
    assert probe(Integral(exp(x**2), (x, -oo, oo)), sqrt(pi)).agrees is False
    assert probe(Limit(1 / u, u, 0), oo).agrees
    assert probe(Limit(1 / u, u, 0), 5).agrees is False


def test_what_cannot_be_evaluated_says_so():
    q = Law("q", z, variables("w"))
    seen = probe(log(q(z)), 0, [(q(variables("w") | z), N(variables("w"), z, 1))])
    assert seen.agrees is None and "nothing is given" in seen.reason
    seen = probe(x, x, [(x**2 + y**2, -1)])
    assert seen.agrees is None and "= -1" in seen.reason


def test_facts():
    assert probe(x, y + 1, [(x, y + 1)]).agrees
    assert probe(f(x), x**2, [fact(f(t), t**2, forall=t)]).agrees
    assert probe(Derivative(f(x), x), 2 * x, [fact(f(t), t**2, forall=t)]).agrees
    assert probe(Derivative(f(t), (t, 2)), -f(t), [fact(Derivative(f(t), (t, 2)), -f(t), forall=t)]).agrees
    assert probe(Derivative(f(t) ** 2 + Derivative(f(t), t) ** 2, t), 0, [fact(Derivative(f(t), (t, 2)), -f(t), forall=t)]).agrees
    assert probe(Derivative(f(t) ** 2 - Derivative(f(t), t) ** 2, t), 0, [fact(Derivative(f(t), (t, 2)), -f(t), forall=t)]).agrees is False


def test_derivatives_by_a_function():
    L, q = undefined("L q")
    lagrangian = L(q(t), Derivative(q(t), t))
    total = Derivative(lagrangian, q(t)) * Derivative(q(t), t) + Derivative(lagrangian, Derivative(q(t), t)) * Derivative(q(t), (t, 2))
    assert probe(Derivative(lagrangian, t), total).agrees
    assert probe(Derivative(lagrangian, t), Derivative(lagrangian, q(t)) * Derivative(q(t), t)).agrees is False


def test_small_differences_are_found():
    assert probe(KL(N(z, 0, u), N(z, 0, v)), (u / v - 1 - log(u / v)) / 2 + Rational(1, 10**20)).agrees is False
    assert probe(Integral(exp(-(x**2)), (x, 0, 1)), Integral(exp(-(x**2)), (x, 0, 1)) * (1 + Rational(1, 10**15))).agrees is False
