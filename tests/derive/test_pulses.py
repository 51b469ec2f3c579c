"""A Dirac delta under an integral with ends: inside the range, outside, at an end."""

import pytest
from sympy import Abs, DiracDelta, Heaviside, Rational, oo, pi, sign, sin

from vdmlib.derive import FalseStep, Identity, Integral, UnprovedStep, frac, log, symbol, symbols, undefined

a, x = symbols("a x")
c = symbol("c", positive=True)
f = undefined("f")
half = frac(1, 2)


@pytest.mark.parametrize("left, right", [
    (Integral(DiracDelta(x) * f(x), (x, -1, 1)), f(0)),
    (Integral(DiracDelta(x) * f(x), (x, -c, c)), f(0)),
    (Integral(DiracDelta(2 * x - 1) * f(x), (x, 0, 1)), f(half) / 2),
    (Integral(DiracDelta(x - half) * log(x), (x, 0, 1)), -log(2)),
    (Integral(DiracDelta(x - 3) * f(x), (x, 0, oo)), f(3)),
    (Integral(DiracDelta(x - a) * f(x), (x, a - 1, a + 1)), f(a)),
])  # fmt: skip
def test_inside_it_is_the_value_there(left, right):
    Identity("r", left, right)


@pytest.mark.parametrize("left, right", [
    (Integral(DiracDelta(x - 2) * f(x), (x, -1, 1)), f(2)),
    (Integral(DiracDelta(x - a) * f(x), (x, -1, 1)), f(a)),
    (Integral(DiracDelta(x - c) * f(x), (x, 0, 1)), f(c)),
    (Integral(DiracDelta(2 * x) * f(x), (x, -1, 1)), f(0)),
    (Integral(DiracDelta(x) * f(x), (x, -c, c)), f(1)),
    (Integral(DiracDelta(x - half) * log(x), (x, 0, 1)), log(2)),
    (Integral(DiracDelta(x - 3) * f(x), (x, 0, oo)), f(2)),
])  # fmt: skip
def test_another_value_is_false(left, right):
    with pytest.raises(FalseStep):
        Identity("r", left, right)


@pytest.mark.parametrize("left", [
    Integral(DiracDelta(x - 1) * f(x), (x, 1, 2)),
    Integral(DiracDelta(x - 1) * f(x), (x, -1, 1)),
    Integral(DiracDelta(x - c) * f(x), (x, 0, c)) - f(c) + f(1),
    Integral(DiracDelta(x) * f(x), (x, -oo, 0)) - f(0) + f(1),
    Integral(DiracDelta(x - 1) * f(x), (x, 2, -2)),
])  # fmt: skip
@pytest.mark.parametrize("right", [0, f(1), f(1) / 2])
def test_at_an_end_it_is_neither_true_nor_false(left, right):
    with pytest.raises(UnprovedStep):
        Identity("r", left, right)


@pytest.mark.parametrize("left, right", [
    (Integral(DiracDelta(x) * Heaviside(x), (x, -1, 1)), half),
    (Integral(DiracDelta(x) * Heaviside(x), (x, -oo, oo)), half),
    (Integral(DiracDelta(x) * sign(x), (x, -oo, oo)), 0),
])  # fmt: skip
def test_nor_is_one_where_the_integrand_jumps(left, right):
    with pytest.raises(UnprovedStep):
        Identity("r", left, right)


@pytest.mark.parametrize("inside", [x + x * (x - 1) * (x - 2), x + sin(2 * pi * x) / 10, x**2 - 1, f(x)])
@pytest.mark.parametrize("right", [0, 1, frac(1, 3), 5])
def test_of_an_argument_that_is_not_linear_nothing_is_said(inside, right):
    """It may be so at 0, 1 and 2."""
    with pytest.raises(UnprovedStep):
        Identity("r", Integral(DiracDelta(inside), (x, -oo, oo)), right)


@pytest.mark.parametrize("near", [Rational(1, 1000), Rational(1, 10**6), Rational(1, 10**12)])
def test_a_jump_or_a_kink_beside_it_is_not_met(near):
    for factor, there in ((Heaviside(x - near), 0), (Heaviside(x + near), 1), (Abs(x - near), near)):
        left = Integral(DiracDelta(x) * factor, (x, -oo, oo)) + a
        Identity("r", left, there + a)
        with pytest.raises(FalseStep):
            Identity("r", left, there + half + a)
