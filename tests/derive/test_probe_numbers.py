"""The numeric probe's own numbers: no true line is refuted by a quadrature, a series or by rounding; false ones still are."""

import random

import pytest
import sympy
from sympy import Rational as R
from sympy import cosh, erf, exp, factorial, oo, pi, sinh, sqrt

from vdmlib.derive import E, Identity, Integral, N, Refutation, Sum, det, matrix, symbol, symbols, undefined
from vdmlib.derive.errors import DerivationError
from vdmlib.derive.probe.numeric.compare import probe

a, x, y = symbols("a x y")
c = symbol("c", positive=True)
k = symbol("k", integer=True, nonnegative=True)
d = symbol("d", integer=True, positive=True)
n = symbol("n", integer=True)
f = undefined("f")


def mixture(x):
    return N(x, 0, 1) / 2 + N(x, 36, R(1, 10**4)) / 3 + N(x, -50, R(1, 400)) / 6


def below(u):
    return (1 + erf(u / sqrt(2))) / 2


LINES = {  # left, right
    "far and narrow": (Integral(N(x, 0, 1) * N(-36, x, R(1, 441)), (x, -oo, oo)) / N(-36, 0, 1 + R(1, 441)), 1),
    "narrow": (Integral(N(x, 0, 1) * N(7, x, R(1, 10**6)), (x, -oo, oo)), N(7, 0, 1 + R(1, 10**6))),
    "a mean of what is narrow": (E[N(x, 0, 1)](N(7, x, R(1, 10**6))), N(7, 0, 1 + R(1, 10**6))),
    "three peaks": (Integral(mixture(x), (x, -oo, oo)), 1),
    "their mean": (Integral(x * mixture(x), (x, -oo, oo)), 12 - R(25, 3)),
    "inside of a range": (Integral(N(x, R(1, 3), R(1, 10**6)), (x, 0, 1)), below(R(2000, 3)) + below(R(1000, 3)) - 1),
    "on a half line": (Integral(N(x, 36, R(1, 400)), (x, 0, oo)), below(720)),
    "two narrow ones": (Integral(N(x, 36, R(1, 400)) * N(x, 37, R(1, 400)), (x, -oo, oo)) / N(36, 37, R(1, 200)), 1),
    "an exponential": (Integral(exp(-((x - 40) ** 2) * 300), (x, -oo, oo)), sqrt(pi / 300)),
    "a narrow Cauchy": (Integral(1 / ((x - 40) ** 2 + R(1, 10**4)), (x, -oo, oo)), 100 * pi),
    "wide and narrow": (Integral(N(x, 0, 10**6) + N(x, 3, R(1, 10**4)), (x, -oo, oo)), 2),
    "cancellation": (cosh(a + 50) ** 2 - sinh(a + 50) ** 2, 1),
    "a series that peaks late": (Sum(exp(-((k - 40) ** 2)), (k, 0, oo)), Sum(exp(-((k - 40) ** 2)), (k, 0, 200))),
    "a Poisson law": (Sum(c**k * exp(-c) / factorial(k), (k, 0, oo)), 1),
    "a slow series": (Sum(1 / (k + 1) ** 2, (k, 0, oo)), pi**2 / 6),
}  # fmt: skip


@pytest.mark.parametrize("name", LINES)
def test_a_true_line_stands_and_a_false_one_falls(name):
    left, right = map(sympy.sympify, LINES[name])
    assert probe(left, right).agrees is True
    assert probe(left, right * R(101, 100)).agrees is False


def test_what_rounding_leaves_nothing_of_is_not_known():
    found = probe(cosh(a + 4000) ** 2 - sinh(a + 4000) ** 2, sympy.Integer(1))
    assert found.agrees is None and "rounding" in found.reason


def test_a_series_that_does_not_converge_has_no_finite_value():
    assert "∞" in probe(Sum(1 / (k + 1), (k, 0, oo)), a).counterexample
    assert probe(Sum(1 / ((k + 2) * sympy.log(k + 2) ** 2), (k, 0, oo)), sympy.Integer(2)).agrees is None


def never_refuted(seed):
    """A normal law seen through another, with widths and distances over many orders, and a mixture of three."""
    r = random.Random(seed)
    width, far, other = (R(r.randint(1, 99), 10 ** r.randint(0, 4)) for _ in range(3))
    far = far * r.choice((1, -1, 10, -10))
    convolved = N(far, 0, width**2 + other**2)
    assert probe(Integral(N(x, 0, other**2) * N(far, x, width**2), (x, -oo, oo)) / convolved, sympy.Integer(1)).agrees is not False
    shares = [R(r.randint(1, 9)) for _ in range(3)]
    law = sum(s * N(x, R(r.randint(-90, 90)), R(1, 10 ** r.randint(0, 6))) for s in shares) / sum(shares)
    assert probe(Integral(law, (x, -oo, oo)), sympy.Integer(1)).agrees is not False


@pytest.mark.parametrize("seed", range(2))
def test_normal_laws_of_all_widths(seed):
    never_refuted(seed)


@pytest.mark.weekly
@pytest.mark.parametrize("seed", range(2, 80))
def test_normal_laws_of_all_widths_at_length(seed):
    never_refuted(seed)


def test_orthogonal_matrices_of_both_determinants():
    q = matrix("Q", d, orthogonal=True)
    with pytest.raises(DerivationError, match="the two sides differ"):
        Identity("r", det(q) + a, 1 + a)
    assert probe(det(q) ** 2, sympy.Integer(1), instances=6).agrees is True


def test_an_instance_of_roots():
    true = Identity("t", x * x + a, x**2 + a)
    Refutation("r", (x * x + a, "=", x + a), {x: sqrt(2) / 2, a: 1}, instead=true, slip=(x + a, x**2 + a))


SIDED = {  # false on one side of a number alone
    "the larger of x and x²": (sympy.Max(x**2, x), x**2),
    "a limit by the sign of a rate": (sympy.Limit(exp(a * x), x, oo), 0),
    "|xy| of one sign": (sympy.Abs(x * y), x * y),
    "the larger of two": (sympy.Max(x, y), x),
    "the smaller one below 1": (sympy.Min(c, 1), c),
    "a step beyond -1": (sympy.Heaviside(x + 1), 1),
    "a sign": (x * sympy.sign(x), x),
    "|n(n − 2)|, negative at 1 alone": (sympy.Abs(n * (n - 2)), n * (n - 2)),
    "the size of an integral": (sympy.Abs(Integral(f(x), (x, 0, 1))), Integral(f(x), (x, 0, 1))),
}


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("name", SIDED)
def test_every_side_is_looked_at(name, seed):
    left, right = map(sympy.sympify, SIDED[name])
    assert probe(left, right, seed=seed).agrees is False


@pytest.mark.parametrize("seed", range(4))
def test_every_side_of_an_inequality_is_looked_at(seed):
    assert probe(x**2, x, relation=">=", seed=seed).agrees is False
    assert probe(x**2 + 1, 2 * x, relation=">=", seed=seed).agrees is True


def test_every_side_of_a_true_line_agrees():
    assert probe(sympy.Max(x, y) + sympy.Min(x, y), x + y).agrees is True
    assert probe(sympy.Abs(x) * sympy.Abs(y), sympy.Abs(x * y)).agrees is True
