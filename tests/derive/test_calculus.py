"""Calculus with undefined functions: what is proved, what is rejected, how fast."""

import time

import pytest
import sympy
from asked import asked
from lines_calculus import LINES, D, L, V, a, b, eps, eta, f, kinetic, lam, m, n, newton, p, q, t, u, velocity, x, y
from planted_calculus import PLANTED
from sympy import DiracDelta, oo

from vdmlib.derive import (
    E,
    Integral,
    Limit,
    N,
    Subs,
    Sum,
    Total,
    euler_lagrange,
    exp,
    first_variation,
    log,
    sqrt,
    symbol,
    symbols,
    tex,
    undefined,
    variables,
)
from vdmlib.derive.book.mutate import mutants
from vdmlib.derive.errors import DerivationError, NotDecided
from vdmlib.derive.probe.numeric import probe
from vdmlib.derive.prove.calculus import Calculus

_, difference, reach = asked(Calculus())


def rejected(left, right, given=()):
    try:
        return difference(left, right, given) != 0
    except DerivationError:
        return True


@pytest.mark.parametrize("left, right, given", [line[1:] for line in LINES], ids=[line[0] for line in LINES])
def test_proved_and_probed(left, right, given):
    start = time.process_time()
    assert difference(left, right, given) == 0
    assert time.process_time() - start < 3
    seen = probe(left, right, given)
    assert seen.agrees and seen.digits >= 20, seen


@pytest.mark.parametrize("left, right, given", [line[1:] for line in PLANTED], ids=[line[0] for line in PLANTED])
def test_planted_false_lines_are_rejected_twice(left, right, given):
    assert rejected(left, right, given)
    seen = probe(left, right, given)
    assert seen.agrees is False, seen
    assert "left" in seen.counterexample


@pytest.mark.parametrize("left, right, given", [line[1:] for line in LINES], ids=[line[0] for line in LINES])
def test_prover_and_probe_never_contradict_each_other_on_mutants(left, right, given):
    for mutant in mutants(sympy.sympify(right), most=3):
        if rejected(left, mutant.expression, given):
            continue
        seen = probe(left, mutant.expression, given)
        assert seen.agrees, f"{mutant.rule}: proved, yet {seen}"


def test_the_total_derivative_of_a_partial_one():
    """∂/∂q′ and d/dt do not commute: d/dt ∂L/∂q′ is not ∂(dL/dt)/∂q′, which has ∂L/∂q too many."""
    action = L(q(t), velocity, t)
    assert difference(D(D(action, velocity), t), D(D(action, t), velocity)) != 0
    assert difference(D(D(action, t), velocity) - D(D(action, velocity), t), D(action, q(t))) == 0
    assert difference(D(D(action, t), q(t)), D(D(action, q(t)), t)) == 0


def test_total_derivative_is_shown_as_one():
    action = L(q(t), velocity, t)
    assert tex(Total(D(action, velocity), t)).startswith(r"\frac{d}{d t} \frac{\partial}{\partial")
    assert difference(Total(D(action, velocity), t), D(D(action, velocity), t)) == 0
    assert probe(Total(D(action, velocity), t), D(D(action, velocity), t)).agrees
    with pytest.raises(DerivationError, match="by a symbol"):
        Total(action, q(t))


def test_euler_lagrange_of_known_systems():
    k = symbol("k", positive=True)
    assert difference(euler_lagrange(kinetic - k * q(t) ** 2 / 2, q(t), t), -k * q(t) - m * D(q(t), (t, 2))) == 0
    assert difference(euler_lagrange(sqrt(1 + velocity**2), q(t), t), -D(q(t), (t, 2)) / (1 + velocity**2) ** sympy.Rational(3, 2)) == 0
    assert difference(euler_lagrange(V(t), q(t), t), 0) == 0


def test_first_variation_is_carried_out():
    out = first_variation(Integral(f(x) ** 2, (x, a, b)), f(x), eta(x), eps)
    assert difference(out, Integral(2 * f(x) * eta(x), (x, a, b))) == 0


def test_facts_about_derivatives_reach_higher_ones():
    third = -D(V(q(t)), (q(t), 2)) * velocity / m
    assert difference(D(q(t), (t, 3)), third, newton) == 0
    assert difference(D(q(t), (t, 3)), -third, newton) != 0


def test_dirac_delta():
    assert difference(Integral(DiracDelta(x) * f(x), (x, -oo, oo)), f(0)) == 0
    assert difference(Integral(DiracDelta(x - a) * f(x), (x, -oo, oo)), f(a)) == 0
    assert difference(Integral(DiracDelta(2 * x) * f(x), (x, -oo, oo)), f(0) / 2) == 0
    assert difference(Integral(DiracDelta(x) * f(x), (x, -oo, oo)), f(1)) != 0
    with pytest.raises(NotDecided, match="not settled"):
        difference(Integral(DiracDelta(x - a) * f(x), (x, 0, 1)), f(a))
    seen = probe(Integral(DiracDelta(x) * f(x), (x, -oo, oo)), f(0))
    assert seen.agrees and seen.digits >= 8
    assert probe(Integral(DiracDelta(x) * f(x), (x, -oo, oo)), -f(0)).agrees is False
    assert probe(Integral(DiracDelta(2 * x - 3) * f(x), (x, -oo, oo)), f(sympy.Rational(3, 2)) / 2).agrees
    assert probe(Integral(DiracDelta(2 * x - 3) * f(x), (x, -oo, oo)), f(sympy.Rational(3, 2))).agrees is False


def test_logs_and_roots_keep_their_domains():
    assert difference(log(-u), log(u)) != 0
    assert difference(log(1 - x), log(x - 1)) != 0
    assert difference(sqrt(x**2), x) != 0
    assert difference(log(x**2 * u), log(u) + 2 * log(sqrt(x**2))) == 0


def test_a_limit_that_needs_more_derivatives_than_are_tried_is_not_decided():
    """A sixth difference over h⁶: a Taylor polynomial of degree four alone would make it 0."""
    h = symbol("h", positive=True)
    sixth = sum((-1) ** k * sympy.binomial(6, k) * f(x + (k - 3) * h) for k in range(7))
    noise = N(variables("z"), 0, 1)
    means = [E[noise](f(x + k * sqrt(h) * variables("z"))) for k in range(4)]
    third = -20 * means[0] + 30 * means[1] - 12 * means[2] + 2 * means[3]
    for top, size in ((sixth, h**6), (third, h**3)):
        with pytest.raises(NotDecided):
            difference(Limit(top / size, h, 0), 0)


def test_limits_that_do_not_exist_are_not_decided():
    with pytest.raises(NotDecided):
        difference(Limit(sympy.sin(1 / u), u, 0), 0)
    with pytest.raises(NotDecided):
        difference(Limit(f(u), u, oo), 0)
    assert difference(Limit(exp(-u), u, oo), 0) == 0
    assert difference(Limit(u, u, oo), oo) == 0
    assert difference(Limit(u, u, oo), -oo) != 0


def test_a_definition_in_a_circle_is_an_error():
    g, h = undefined("g h")
    with pytest.raises(DerivationError, match="itself"):
        difference(g(x), 0, [(g(x), h(x)), (h(x), g(x))])


def test_normalisation_as_a_fact():
    i = symbols("i", integer=True, positive=True)
    total = Sum(p[i], (i, 1, n))
    assert difference(lam * (total - 1), 0, [(total, 1)]) == 0
    assert difference(Sum(p[i] * (lam - 2), (i, 1, n)), lam - 2, [(total, 1)]) == 0
    assert difference(Sum(p[i] ** 2, (i, 1, n)), 1, [(total, 1)]) != 0
    assert probe(Sum(p[i] * (lam - 2), (i, 1, n)), lam - 2, [(total, 1)]).agrees


def test_reach_is_honest():
    assert reach(f(x), D(f(x), (x, 3))) == "all three times continuously differentiable functions f, all admitted values of the symbols"
    off = symbol("x_1", nonzero=True)
    assert reach(1 / off, off) == "all admitted values of the symbols, x_1 ≠ 0"


def test_substitution_is_made_after_the_derivative():
    assert difference(Subs(D(x**3, x), x, 2), 12) == 0
    assert difference(Subs(D(f(x, y(x)), x), x, 0), D(f(0, y(0)), x)) != 0


def test_integrals_over_a_pole_or_a_kink_are_left_alone():
    half = sympy.Rational(1, 2)
    assert difference(Integral(1 / (x - half), (x, 0, 1)), 0) != 0
    assert difference(Integral(1 / x, (x, -1, 1)), 0) != 0
    assert difference(Integral(sympy.Abs(x), (x, -1, 1)), 0) != 0
    assert difference(Integral(1 / (1 + x**2), (x, 0, 1)), sympy.pi / 4) == 0
    assert difference(Integral(sqrt(x**2), (x, 0, a)), a**2 / 2) != 0  # a may be negative
    assert difference(Integral(sqrt(x**2), (x, 0, u)), u**2 / 2) == 0


def test_double_integrals_and_linear_substitution():
    g, s = undefined("g"), symbols("s")
    assert difference(Integral(Integral(g(x, s), (x, 0, 1)), (s, 0, 2)), Integral(Integral(g(x, s), (s, 0, 2)), (x, 0, 1))) == 0
    assert difference(Integral(Integral(g(x, s), (x, 0, 1)), (s, 0, 2)), Integral(Integral(g(x, s), (x, 0, 2)), (s, 0, 1))) != 0
    assert difference(Integral(x * s, (x, 0, s), (s, 0, 1)), sympy.Rational(1, 8)) == 0
    assert difference(Integral(f(2 * x + 1), (x, 0, 1)), Integral(f(x), (x, 1, 3)) / 2) == 0
    assert difference(Integral(f(-x), (x, 0, 1)), Integral(f(x), (x, -1, 0))) == 0
    assert difference(Integral(f(2 * x), (x, 0, 1)), Integral(f(x), (x, 0, 2))) != 0
