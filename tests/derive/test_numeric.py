"""The numeric probe: right to thirty digits, honest about the rest, and with counterexamples one can check by hand."""

import pytest
import sympy
from sympy import Abs, Heaviside, Max, Min, Rational, binomial, conjugate, cos, factorial, oo, pi, sign

from vdmlib.derive import KL, Derivative, E, H, Integral, Integrate, Law, Limit, N, Product, Sum, exp, frac, log, sqrt, symbol
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


w, z_, a = symbol("w", complex=True), symbol("z_1", complex=True), symbol("a")
k = symbol("k", integer=True, positive=True)

SMOOTH_OR_NOT = {
    "log |a|": (Derivative(log(Abs(a)), a), 1 / a),
    "a |a|": (Derivative(a * Abs(a), a), 2 * Abs(a)),
    "|a|³, twice": (Derivative(Abs(a) ** 3, (a, 2)), 6 * Abs(a)),
    "max": (Derivative(Max(a, 0) ** 2, a), 2 * Max(a, 0)),
    "min of two": (Derivative(Min(x, y) ** 3, x), 3 * Min(x, y) ** 2 * Heaviside(y - x)),
    "sign": (Derivative(sign(a) * a**2, a), 2 * Abs(a)),
    "a kink in a formula": (Derivative(f(a), a), 2 * Abs(a), [fact(f(t), t * Abs(t), forall=t)]),
    "a kink under ∫": (Derivative(Integral(Abs(t - x), (t, 0, u)), u), Abs(u - x)),
    "∫ of a kink": (Integral(Abs(t), (t, -1, 1)), 1),
    "∫ of a jump": (Integral(sign(t - Rational(1, 3)), (t, 0, 1)), Rational(1, 3)),
    "mean of a kink": (E[N(z, 0, 1)](Abs(z)), sqrt(2 / pi)),
    "at −∞": (Limit(Abs(x) / x, x, -oo), -1),
    "at −∞, a root": (Limit(sqrt(x**2 + x) + x, x, -oo), -Rational(1, 2)),
    "from the left": (Limit(Abs(x) / x, x, 0, "-"), -1),
    "from the left, infinite": (Limit(1 / x, x, 0, "-"), -oo),
    "factorials": (factorial(k + 1), (k + 1) * factorial(k)),
    "binomials": (Sum(binomial(k, i), (i, 0, k)), 2**k),
    "the size of a complex number": (Abs(w) ** 2, w * conjugate(w)),
    "a complex square": ((w + z_) ** 2, w**2 + 2 * w * z_ + z_**2),
}
FALSE_OF_SOME = {
    "|a| has slope 1": (Derivative(Abs(a), a), 1),
    "max has slope 1": (Derivative(Max(a, 0), a), 1),
    "from both sides": (Limit(Abs(x) / x, x, 0, "+-"), 1),
    "a principal value": (Integral(1 / t, (t, -1, 1)), 0),
    "over a pole": (Integral(1 / (t - Rational(1, 3)) ** 2, (t, 0, 1)), -Rational(9, 2)),
    "a complex size": (Abs(w) ** 2, w**2),
    "a complex log": (log(exp(w)), w),
    "a complex root": (sqrt(w**2), w),
    "a real line of a complex number": (conjugate(w), w),
    "true near 1": (Min(u, 10), u),
    "true of what is not small": (Max(u, Rational(1, 9)), u),
}


@pytest.mark.parametrize("name", SMOOTH_OR_NOT)
def test_what_is_not_analytic_and_where_limits_come_from(name):
    left, right, *facts = SMOOTH_OR_NOT[name]
    seen = probe(left, right, *facts)
    assert seen.agrees is True and seen.digits >= 10, seen


@pytest.mark.parametrize("name", FALSE_OF_SOME)
def test_false_of_some_numbers(name):
    seen = probe(*FALSE_OF_SOME[name])
    assert seen.agrees is False, seen


def test_what_cancels_to_the_last_digit_is_zero():
    """At a = 4/3 and v = 1/4 this divides by 1 − a + a v = 0, not by the rounding of it."""
    line = (1 - a + a * v, (1 - a + a * v) ** 2 / (1 - a + a * v))
    facts = [(a, Rational(4, 3)), (v, Rational(1, 4))]
    assert "division by zero" in probe(*line, facts).counterexample


def test_no_error_of_a_quadrature_vanishes_by_symmetry():
    """The product of the two normal densities has its centre at 1/4, where the first error of a sum of step 1 is zero."""
    half = Rational(1, 2)
    assert probe(Integrate[z](N(z, 1, half) * N(x, z, half)), N(x, 1, 1), [(x, -half)]).agrees
