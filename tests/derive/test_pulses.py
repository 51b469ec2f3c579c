"""A Dirac delta under an integral with ends: inside the range, outside, at an end."""

import pytest
from sympy import DiracDelta, Heaviside, oo, sign

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
