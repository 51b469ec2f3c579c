"""Schedules with a symbolic time: what is proved, and what must not be."""

import pytest
import sympy
from asked import asked
from lines_schedule import LINES, T, alpha, bar, i, now, snr, step, t, xp, xt

from vdmlib.derive import DerivationError, N, Product, Schedule, Sum, chain, coordinates, frac, sqrt, symbol, symbols, tex
from vdmlib.derive.book.mutate import mutants
from vdmlib.derive.nodes.hypotheses import Fact
from vdmlib.derive.probe.numeric import probe
from vdmlib.derive.prove.domain import presupposed
from vdmlib.derive.prove.schedule import ScheduleAlgebra

applies, difference, reach = asked(ScheduleAlgebra())


def existing(*sides):
    """The conditions under which the sides of a line exist."""
    return tuple(c for e in sides for c in presupposed(sympy.sympify(e)))


@pytest.mark.parametrize("left, right, given", [line[1:] for line in LINES], ids=[line[0] for line in LINES])
def test_proved_and_probed(left, right, given):
    assert difference(left, right, given) == 0
    seen = probe(left, right, given, conditions=existing(left, right))
    assert seen.agrees and seen.digits >= 30, seen


@pytest.mark.parametrize("left, right, given", [line[1:] for line in LINES], ids=[line[0] for line in LINES])
def test_prover_and_probe_never_contradict_each_other_on_mutants(left, right, given):
    for mutant in mutants(sympy.sympify(right), most=4):
        seen = probe(left, mutant.expression, given, conditions=existing(left, mutant.expression))
        try:
            proved = difference(left, mutant.expression, given) == 0
        except DerivationError:
            continue
        assert not proved or seen.agrees, f"{mutant.rule}: proved, yet {seen}"


def test_alpha_and_its_product_are_told_apart():
    assert difference(bar[t], alpha[t]) != 0
    assert difference(bar[t - 1], bar[t]) != 0
    assert difference(sqrt(bar[t]), bar[t]) != 0
    assert difference(bar[1], alpha[1]) == 0  # at t = 1 they are one
    other = Schedule("beta")
    assert difference(other[t], alpha[t]) != 0
    assert difference(other.bar[t], other[t] * alpha.bar[t - 1]) != 0


def test_signs_come_from_the_unit_interval():
    """√(1 − ᾱ_t) and the like are real: 0 < ᾱ_t < 1."""
    assert difference(sqrt((1 - bar[t]) ** 2), 1 - bar[t]) == 0
    assert difference(sqrt((bar[t] - 1) ** 2), bar[t] - 1) != 0
    assert difference(sqrt((bar[t - 1] - bar[t]) ** 2), bar[t - 1] - bar[t]) == 0  # ᾱ falls


def test_times_that_do_not_exist():
    with pytest.raises(DerivationError, match="starts at"):
        alpha[0]
    with pytest.raises(DerivationError, match="starts at"):
        bar[-1]


def test_induction_needs_its_base_and_its_step():
    assert difference(Sum(alpha[i], (i, 1, T)), Sum(alpha[i], (i, 2, T)) + alpha[1]) == 0
    assert difference(Sum(alpha[i], (i, 1, T + 1)), Sum(alpha[i], (i, 1, T)) + alpha[T + 1]) == 0
    assert difference(Sum(alpha[i], (i, 1, T)), alpha[1]) != 0  # true at T = 1 only
    assert difference(Sum(snr(t), (t, 1, T)) * (T - 1), 0) != 0  # true at T = 1 only
    assert difference(Product(alpha[i], (i, 1, T)), alpha[1]) != 0


def test_display_and_reach():
    assert tex(bar[t - 1]) == r"\bar{\alpha}_{t - 1}"
    assert tex(alpha[t]) == r"\alpha_{t}"
    assert applies(bar[t], 1) and applies(now, step) and not applies(N(xt, xp, 1), 1)
    assert reach(Sum(alpha[t], (t, 1, T)), 0) == "all schedules with 0 < α_t < 1 and every time t, every T ≥ 1 by induction"


def test_a_schedule_may_be_given_by_a_formula():
    w = symbols("w", positive=True)
    assert difference(bar[t] / (1 - bar[t]), w, [(bar[t], w / (1 + w))]) == 0
    assert difference(alpha[3], w, [(alpha[3], w)]) == 0
    assert difference(alpha[2], w, [(alpha[3], w)]) != 0


def test_an_induction_divides_by_nothing_that_vanishes_at_the_start():
    t, i = symbols("t i", integer=True, positive=True)
    x, e = chain("x"), coordinates("epsilon")

    def noise(t):
        return Sum(sqrt((1 - alpha[i]) * frac(bar[t], bar[i])) * e[i], (i, 1, t))

    one_more = sqrt(alpha[t]) * (sqrt(bar[t - 1]) * x[0] + noise(t - 1)) + sqrt(1 - alpha[t]) * e[t]
    assert difference(one_more, sqrt(bar[t]) * x[0] + noise(t), ()) == 0
    assert difference(one_more, sqrt(alpha[t]) * x[0] + noise(t), ()) != 0  # true at t = 1, where ᾱ_0 = 1


def test_a_fact_is_not_divided_by_what_may_be_zero():
    s, t = symbol("s", integer=True, nonnegative=True), symbol("t", integer=True, positive=True)
    u, v = symbols("u v")
    for factor in (1 - bar[s], sqrt(1 - bar[s]), 1 - sqrt(bar[s])):
        assert difference(u, sympy.S.Zero, (Fact(u * factor, sympy.S.Zero),)) != 0
    assert difference(u, v, (Fact(u * (1 - bar[t]), v * (1 - bar[t])),)) == 0
