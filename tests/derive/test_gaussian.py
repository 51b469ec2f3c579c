"""Gaussian algebra: what it proves, what it rejects, and what it must leave undecided."""

import pytest
import sympy
from asked import asked
from lines_gaussian import LINES, a, m, v, w, x, y, z
from planted_gaussian import PLANTED

from vdmlib.derive import KL, DerivationError, Derivative, E, H, Integrate, Law, N, Sum, coordinates, exp, log, symbols, variables
from vdmlib.derive.book.mutate import mutants
from vdmlib.derive.errors import NotDecided
from vdmlib.derive.probe.numeric import probe
from vdmlib.derive.prove.gaussian import GaussianAlgebra

applies, difference, reach = asked(GaussianAlgebra())


def rejected(left, right, given=()):
    try:
        return difference(left, right, given) != 0
    except NotDecided:
        return True


@pytest.mark.parametrize("left, right, given", [line[1:] for line in LINES], ids=[line[0] for line in LINES])
def test_proved_and_probed(left, right, given):
    assert applies(left, right)
    assert difference(left, right, given) == 0
    seen = probe(left, right, given)
    assert seen.agrees and seen.digits >= 30, seen


@pytest.mark.parametrize("left, right, given", [line[1:] for line in PLANTED], ids=[line[0] for line in PLANTED])
def test_planted_false_lines_are_rejected_twice(left, right, given):
    assert rejected(left, right, given)
    seen = probe(left, right, given)
    assert seen.agrees is False, seen
    assert "left" in seen.counterexample and "=" in seen.counterexample


@pytest.mark.parametrize("left, right, given", [line[1:] for line in LINES], ids=[line[0] for line in LINES])
def test_prover_and_probe_never_contradict_each_other_on_mutants(left, right, given):
    for mutant in mutants(sympy.sympify(right), most=4):
        seen = probe(left, mutant.expression, given)
        if rejected(left, mutant.expression, given):
            continue
        assert seen.agrees, f"{mutant.rule}: proved, yet {seen}"


def test_an_induction_hypothesis_is_not_divided_by_what_may_vanish():
    """(d − 1)·c = 0 holds at d = 1 for every c: the missing d of an isotropic KL must not slip through."""
    i, d = symbols("i d", integer=True, positive=True)
    mu = coordinates("mu")
    assert difference(Sum(KL(N(z, mu[i], v), N(z, 0, w)), (i, 1, d)), KL(N(z, 0, v), N(z, 0, w)) + Sum(mu[i] ** 2, (i, 1, d)) / (2 * w)) != 0


def test_an_integral_whose_convergence_is_not_settled_is_left_alone():
    with pytest.raises(NotDecided, match="does not|not settle"):
        difference(E[N(x, m, v)](exp(a * x**2)), 1)
    with pytest.raises(NotDecided, match="negative"):
        difference(Integrate[x](exp(a * x**2)), 1)
    with pytest.raises(NotDecided, match="negative"):
        difference(Integrate[x](N(x, 0, v) * exp(w * x**2)), 1)


def test_bound_variables_are_not_captured():
    inner = E[N(x, m, v)](x * y)
    assert difference(E[N(y, 0, 1)](inner * y), m) == 0  # y is the outer one inside the inner expectation
    assert difference(E[N(x, a, w)](E[N(x, m, v)](x)), m) == 0  # the inner x is another variable
    assert difference(E[N(x, z, v)](z * x), z**2) == 0
    assert difference(E[N(x, z, v)](x), x) != 0  # x outside is not the bound x


def test_a_law_that_runs_in_a_circle_is_an_error():
    with pytest.raises(DerivationError, match="circle"):
        difference(E[N(x, y, v) * N(y, x, w)](x), 0)


def test_densities_given_as_gaussians():
    p = Law("p", x, z)
    given = [(p(x | z), N(x, a * z, v)), (p(z), N(z, 0, 1)), (p(x), N(x, 0, a**2 + v)), (p(z | x), N(z, a * x / (a**2 + v), v / (a**2 + v)))]
    assert applies(p(x | z) * p(z), p(z | x) * p(x), given)
    assert difference(p(x | z) * p(z), p(z | x) * p(x), given) == 0
    assert difference(E[p(z | x)](log(p(x | z))), E[p(z | x)](log(p(z | x) * p(x) / p(z))), given) == 0
    assert not applies(p(x | z), p(z))
    with pytest.raises(NotDecided, match="nothing is given"):
        difference(p(x | z) * N(z, 0, 1), 0)


def test_reach_says_how_far():
    i, d = symbols("i d", integer=True, positive=True)
    assert reach(H(N(x, m, v)), 0) == "all means and all positive variances, each coordinate"
    assert "any number of coordinates" in reach(Sum(H(N(x, m, v)), (i, 1, d)), 0)


def test_moments_to_order_eight():
    for order, value in ((2, 1), (4, 3), (6, 15), (8, 105)):
        assert difference(E[N(x, 0, v)](x**order), value * v ** (order // 2)) == 0
        assert difference(E[N(x, 0, v)](x ** (order - 1)), 0) == 0


def test_conditional_expectation_of_a_score_vanishes():
    assert difference(E[N(x, m, v)](Derivative(log(N(x, m, v)), m)), 0) == 0
    assert difference(E[N(x, m, v)](Derivative(log(N(x, m, v)), m) ** 2), 1 / v) == 0


def test_a_residual_can_be_read():
    assert str(difference(H(N(x, m, v)), log(2 * sympy.pi * v) / 2)) == "1/2"
    u = variables("u")
    assert str(difference(E[N(u, m, v)](u**2), m**2)) == "v"


def test_a_positive_variable_is_integrated_over_positive_values_but_drawn_from_the_whole_line():
    u = variables("u", positive=True)
    assert difference(Integrate[u](N(u, 0, v)), sympy.Rational(1, 2)) == 0
    assert probe(Integrate[u](N(u, 0, v)), sympy.Rational(1, 2)).agrees
    assert difference(E[N(u, 0, v)](u), 0) == 0
