"""Declared ranges of symbols and of functions: what they prove, that they are shown, and where they say nothing."""

import pytest
from sympy import Abs, Max, Rational, oo

from vdmlib.derive import Derivative as D
from vdmlib.derive import DerivationError, Identity, Inequality, Integral, Limit, N, Refutation, Sum, fact, frac, log, phi, sqrt, symbol, symbols, undefined

s, t = symbols("s t", between=(0, 1))
c, h = symbol("c", between=[0, 1]), symbol("h", between=(-1, 1))
x, y, x1, a, b, v = symbols("x y x_1 a b v")
k = symbol("k", integer=True)
f, g, beta = undefined("f", between=(0, 1)), undefined("g", between=[0, 1]), undefined("beta", between=[a, b])
F = undefined("F")

IDENTITIES = {
    "a log": lambda: (log(t**2 * (1 - t)), 2 * log(t) + log(1 - t)),
    "a root": lambda: (sqrt((1 - t) ** 2), 1 - t),
    "an absolute value": lambda: (Abs(h - 1), 1 - h),
    "a root with the end": lambda: (sqrt(c**2), c),
    "a maximum": lambda: (Max(t, 1), 1 + 0 * t),
    "the straight path's score": lambda: (D(log(N(x, t * x1, (1 - t) ** 2)), x), -frac(x - t * x1, (1 - t) ** 2)),
    "a divergence's slope": lambda: (D(s * log(s / t) + (1 - s) * log((1 - s) / (1 - t)), t), frac(t - s, t * (1 - t))),
    "a function's log": lambda: (log(f(x) * (1 - f(y))), log(f(x)) + log(1 - f(y))),
    "a function's slope in a log": lambda: (D(log(1 - f(x)), x), -frac(D(f(x), x), 1 - f(x))),
}
INEQUALITIES = {
    "a product": lambda: (1, s * t, 1 - s * t),
    "with the end": lambda: (1, c**2, 1 - c**2),
    "phi": lambda: (-log(1 - t), t, phi(1 - t)),
    "phi of a function": lambda: (-log(1 - f(x)), f(x), phi(1 - f(x))),
    "a log of what is at least one": lambda: (log(symbol("e", between=[1, 2])), 0, log(symbol("e", between=[1, 2]))),
    "of a function": lambda: (1, f(x) * f(y), 1 - f(x) * f(y)),
    "of a function's sum": lambda: (3, Sum(f(k), (k, 1, 3)), Sum(1 - f(k), (k, 1, 3))),
    "ends with names": lambda: (b, beta(x), b - beta(x)),
    "an integral of it": lambda: (Integral(beta(x), (x, 0, 1)), a, Integral(beta(x) - a, (x, 0, 1))),
}
REFUSED = {
    "beyond the middle": lambda: Identity("r", sqrt((2 * t - 1) ** 2), 2 * t - 1),
    "the other half": lambda: Inequality("r", Rational(1, 2), t, gap=Rational(1, 2) - t),
    "a gap that has no value at the end": lambda: Inequality("r", 1, c, gap=frac((1 - c) ** 2, 1 - c)),
    "a gap that has no value where a function is at its end": lambda: Inequality("r", 1, g(x), gap=frac((1 - g(x)) ** 2, 1 - g(x))),
    "a log of what may be below one": lambda: Inequality("r", log(symbol("e", between=(0, 2))), 0, gap=log(symbol("e", between=(0, 2)))),
    "twice a function": lambda: Inequality("r", 1, 2 * f(x), gap=1 - 2 * f(x)),
    "two of its values": lambda: Inequality("r", 1, f(x) + f(y), gap=1 - f(x) - f(y)),
    "the slope is not in the range": lambda: Inequality("r", f(x) + D(f(x), x), f(x), gap=D(f(x), x)),
    "nor is it below the value": lambda: Inequality("r", f(x) ** 2, D(f(x), x) * f(x), gap=f(x) ** 2 - D(f(x), x) * f(x)),
    "all values are not the first": lambda: Inequality("r", Sum(f(k), (k, 1, 3)), 3 * f(1), gap=Sum(f(k) - f(1), (k, 1, 3))),
    "the other end": lambda: Inequality("r", a, beta(x), gap=a - beta(x)),
    "a fact outside": lambda: Identity("r", t + x, 2 + x, facts=[(t, 2)]),
    "a fact of a function outside": lambda: Identity("r", f(x) + x, 2 + x, facts=[fact(f(x), 2, forall=x)]),
    "a value in its stead": lambda: Inequality("r", 1, v, gap=1 - t, facts=[(t, v)]),
    "a function in its stead": lambda: Inequality("r", 1, F(x), gap=1 - f(x), facts=[fact(f(x), F(x), forall=x)]),
    "a square in its stead": lambda: Inequality("r", 1, x**2, gap=1 - f(x), facts=[fact(f(x), x**2, forall=x)]),
    "a fact for every t": lambda: Identity("r", F(x), x**2, facts=[fact(F(t), t**2, forall=t)]),
    "an integral beyond it": lambda: Identity("r", Integral(Abs(1 - t), (t, 0, 2)) + x, Integral(1 - t, (t, 0, 2)) + x),
    "a sum beyond it": lambda: Inequality("r", 3, Sum(t, (t, 1, 3)), gap=Sum(1 - t, (t, 1, 3))),
    "a limit beyond it": lambda: Identity("r", Limit(Abs(1 - t), t, 2), -1),
    "refuted outside": lambda: Refutation("r", (t, "<=", Rational(1, 2)), {t: 2}, instead="t is below one"),
    "with another t": lambda: Identity("r", t + symbol("t"), 2 * symbol("t")),
}


@pytest.mark.parametrize("name", IDENTITIES)
def test_identity_in_a_range(name):
    made = Identity("r", *IDENTITIES[name]())
    line = made.lines[-1]
    assert line.proof.status == "proved" and line.proof.probe.agrees and not line.conditions or name.startswith("a function's slope")
    assert any("\\in" in said for said in made.records()[0]["declared"])
    assert not made.records()[0]["facts"]


@pytest.mark.parametrize("name", INEQUALITIES)
def test_inequality_in_a_range(name):
    left, right, gap = INEQUALITIES[name]()
    line = Inequality("r", left, right, gap=gap).lines[-1]
    assert line.proof.status == "proved" and line.proof.probe.agrees


@pytest.mark.parametrize("name", REFUSED)
def test_a_range_says_nothing_more(name):
    with pytest.raises(DerivationError):
        REFUSED[name]()


@pytest.mark.parametrize("sides, conditions", [
    (lambda: (log(c**2 * (1 - c)), 2 * log(c) + log(1 - c)), 2),
    (lambda: (frac(1 - c**2, 1 - c), 1 + c), 1),
    (lambda: (D(sqrt(c), c), frac(1, 2 * sqrt(c))), 1),
    (lambda: (D(log(1 - g(x)), x), -frac(D(g(x), x), 1 - g(x))), 1),
])  # fmt: skip
def test_ends_that_are_reached_are_a_condition(sides, conditions):
    assert len(Identity("r", *sides()).lines[-1].conditions) == conditions


@pytest.mark.parametrize("e", [c, g(x)])
def test_phi_of_what_may_be_nought(e):
    with pytest.raises(DerivationError):
        Inequality("r", -log(1 - e), e, gap=phi(1 - e))


@pytest.mark.parametrize("between", [(1, 0), [1, 1], (0, oo), (0,), 1, "01", ("0", 1)])
def test_what_is_no_range(between):
    with pytest.raises(DerivationError):
        symbol("t", between=between)


@pytest.mark.parametrize("more", [{"positive": True}, {"integer": True}, {"complex": True}])
def test_a_range_says_the_sign(more):
    with pytest.raises(DerivationError, match="one declaration too many"):
        symbol("t", between=(0, 1), **more)


def test_equal_ranges_are_one_declaration():
    assert symbol("t", between=(0, 1)) == t != symbol("t", between=[0, 1]) != symbol("t", between=(0, 2))
    assert symbol("t", between=(0, 0.5)) == symbol("t", between=(0, Rational(1, 2)))


def test_a_refutation_inside():
    true = Identity("r.true", sqrt((1 - t) ** 2), 1 - t)
    made = Refutation("r", (sqrt((1 - t) ** 2), "=", t - 1), {t: Rational(1, 2)}, instead=true, slip=(t - 1, 1 - t))
    assert made.status == "refuted"
