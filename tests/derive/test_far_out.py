"""Lines that hold at the numbers that are drawn nearby, and fail beyond those that stand in them."""

import pytest
from sympy import Abs, Max, Min, exp, log, sqrt

from vdmlib.derive import FalseStep, Identity, Inequality, UnprovedStep, fact, frac, symbol, symbols

a, x, y = symbols("a x y")
c = symbol("c", positive=True)


@pytest.mark.parametrize("left, right", [
    (Max(x, -200) + a, x + a),
    (Abs(x + 60) + a, x + 60 + a),
    (Abs(x - 1000) + a, 1000 - x + a),
    (Min(c, 1000) + a, c + a),
    (Abs(x * y + 500) + a, x * y + 500 + a),
])  # fmt: skip
def test_what_is_false_far_out_alone_is_false(left, right):
    with pytest.raises(FalseStep) as refused:
        Identity("r", left, right)
    assert refused.value.counterexample


@pytest.mark.parametrize("left, right", [(x + 100, 0), (1000, c), (x * y, -(10**4))])
def test_so_is_an_inequality(left, right):
    with pytest.raises(FalseStep, match="the inequality fails"):
        Inequality("r", left, right, gap=left - right)


@pytest.mark.parametrize("left, right", [
    (Max(Min(x, 100), -100) + a, Min(Max(x, -100), 100) + a),
    (Abs(x + 100) + Abs(x - 100), 2 * Max(Abs(x), 100)),
    (log(exp(x) + exp(y)), Max(x, y) + log(1 + exp(-Abs(x - y)))),
])  # fmt: skip
def test_what_holds_everywhere_and_is_not_proved_is_not_called_false(left, right):
    with pytest.raises(UnprovedStep, match="both sides agree"):
        Identity("r", left, right)


@pytest.mark.parametrize("left, right", [
    (x**4 + 1000, x),
    (exp(c) * log(1 + exp(-c)), frac(1, 2)),  # beyond all digits, exp(−c) added to 1 is lost
    (c * log(1 + 1 / c), log(2) * Min(c, 1) / 1000),
    (sqrt(1 + x**2), Abs(x) - 100),
])  # fmt: skip
def test_nor_is_an_inequality(left, right):
    with pytest.raises(UnprovedStep, match="not of a form"):
        Inequality("r", left, right, gap=left - right)


def test_a_range_that_is_given_is_kept():
    with pytest.raises(UnprovedStep):
        Identity("r", Abs(x**3 + 60) + a, x**3 + 60 + a, facts=[fact(x >= -3)])
