"""Lines that hold at the numbers that are drawn nearby, and fail beyond those that stand in them."""

import pytest
from sympy import Abs, Heaviside, Max, Min, Piecewise, Rational, Sum, ceiling, exp, floor, log, sign, sqrt

from vdmlib.derive import FalseStep, Identity, Inequality, UnprovedStep, fact, frac, symbol, symbols

a, x, y = symbols("a x y")
c = symbol("c", positive=True)
d = symbol("d", negative=True)
k = symbol("k", integer=True)
j = symbol("j", integer=True, negative=True)
m, n, t = symbols("m n t", integer=True, positive=True)


@pytest.mark.parametrize("left, right", [
    (Max(x, -200) + a, x + a),
    (Abs(x + 60) + a, x + 60 + a),
    (Abs(x - 1000) + a, 1000 - x + a),
    (Min(c, 1000) + a, c + a),
    (Min(c, 10**12) + a, c + a),
    (Max(c, Rational(1, 10**6)) + a, c + a),
    (Max(c, Rational(1, 100)), c),
    (Abs(x + Rational(1, 10**9)) + Abs(x), 2 * Abs(x) + sign(x) * Rational(1, 10**9)),
    (Abs(x * y + 500) + a, x * y + 500 + a),
    (Max(n, 30), 30),
    (Min(n, 30), n),
    (Max(n, m, 30), 30),
    (Abs(k + 60), k + 60),
    (Abs(k - 60), 60 - k),
    (Max(j, -30), j),
    (Max(d, -60), d),
    (1 / Max(n, 30), frac(1, 30)),
    (floor(n / 40) + m, m),
    (ceiling(n / 40), 1),
    (Piecewise((n, n < 31), (0, True)), n),
    (Piecewise((x, x < 60), (60, True)), x),
    (Piecewise((0, (x > 60) & (x < 61)), (1, True)), 1),
    (sign(x + 60), 1),
    (Heaviside(60 - x), 1),
    (exp(-Max(x - 60, 0)), 1),
    (exp(Min(n, 30)), exp(n)),
    (exp(Abs(x + 60)), exp(x + 60)),
    (Sum(Max(t, 50), (t, 1, n)), 50 * n),
])  # fmt: skip
def test_what_is_false_far_out_alone_is_false(left, right):
    with pytest.raises(FalseStep) as refused:
        Identity("r", left, right)
    assert refused.value.counterexample


@pytest.mark.parametrize("left, right", [(x + 100, 0), (1000, c), (x * y, -(10**4)), (30, n), (k, -60), (50, Min(n, 60))])
def test_so_is_an_inequality(left, right):
    with pytest.raises(FalseStep, match="the inequality fails"):
        Inequality("r", left, right, gap=left - right)


@pytest.mark.parametrize("left, right", [
    (Max(Min(x, 100), -100) + a, Min(Max(x, -100), 100) + a),
    (Abs(x + 100) + Abs(x - 100), 2 * Max(Abs(x), 100)),
    (log(exp(x) + exp(y)), Max(x, y) + log(1 + exp(-Abs(x - y)))),
    (log(exp(x) + exp(60)), Max(x, 60) + log(1 + exp(-Abs(x - 60)))),
    (Max(Min(k, 100), -100), Min(Max(k, -100), 100)),
    (exp(-Max(x - 60, 0)), Min(1, exp(60 - x))),
    (Piecewise((x, x < 60), (60, True)), Min(x, 60)),
    (1 - Heaviside(k - 30), Heaviside(30 - k)),
    (Max(Min(x, 10**12), -(10**12)), Min(Max(x, -(10**12)), 10**12)),
])  # fmt: skip
def test_what_holds_everywhere_and_is_not_proved_is_not_called_false(left, right):
    with pytest.raises(UnprovedStep, match="both sides agree"):
        Identity("r", left, right)


@pytest.mark.parametrize("left, right", [
    (x**4 + 1000, x),
    (exp(c) * log(1 + exp(-c)), frac(1, 2)),  # beyond all digits, exp(−c) added to 1 is lost
    (c * log(1 + 1 / c), log(2) * Min(c, 1) / 1000),
    (sqrt(1 + x**2), Abs(x) - 100),
    (exp(c) * log(1 + exp(-c)), frac(1, 30)),
    (log(1 + exp(x - 30)), Max(x - 30, 0)),
    (1 - exp(-n), frac(1, 2)),
])  # fmt: skip
def test_nor_is_an_inequality(left, right):
    with pytest.raises(UnprovedStep, match="not of a form"):
        Inequality("r", left, right, gap=left - right)


def test_a_range_that_is_given_is_kept():
    with pytest.raises(UnprovedStep):
        Identity("r", Abs(x**3 + 60) + a, x**3 + 60 + a, facts=[fact(x >= -3)])


def test_so_is_one_of_whole_numbers():
    for f in (Max(n, 30) - Min(n, 30), Abs(n - 30)):
        with pytest.raises(UnprovedStep):
            Identity("r", f + floor(n / 40), 30 - n, facts=[fact(n <= 30)])
