"""Conditions and facts are said as a person says them, in LaTeX and in plain text."""

import pytest
from sympy import cos, oo, sin

from vdmlib.derive import Derivative, E, Identity, Law, N, Schedule, Sum, chain, coordinates, frac, log, plain, sqrt, symbol, symbols, undefined, variables
from vdmlib.derive.nodes.hypotheses import Condition, Fact, fact
from vdmlib.derive.show.conditions import condition_tex, condition_text, fact_tex, fact_text, joined_tex, joined_text

a, b, x, s = symbols("a b x s")
n, k, t = symbols("n k t", integer=True)
f, g = undefined("f g")
u, z = variables("x z")
p, q = Law("p", u, z), Law(r"q_\phi", u, z)
al = Schedule("alpha")
X = chain("x")

CONDITIONS = [
    (Condition(x, ">"), "x > 0", "x > 0"),
    (Condition(a, "!="), r"a \ne 0", "a ≠ 0"),
    (Condition(a, "=", b), "a = b", "a = b"),
    (Condition(a - b, "!="), r"a \ne b", "a ≠ b"),
    (Condition(plain(2 * a - 2 * b), "!="), r"a \ne b", "a ≠ b"),
    (Condition(-x, ">="), r"x \le 0", "x ≤ 0"),
    (Condition(-x - a, ">"), "x + a < 0", "x + a < 0"),
    (Condition(plain(-x - a), ">"), "a + x < 0", "a + x < 0"),
    (Condition(n - 8, "!="), r"n \ne 8", "n ≠ 8"),
    (Condition(a + b, ">"), "a + b > 0", "a + b > 0"),
    (Condition(a * (b - a), ">"), r"a\, \left(b - a\right) > 0", "a*(b - a) > 0"),
    (Condition(plain(a * (b - a)), ">"), r"a \left(-a + b\right) > 0", "a*(-a + b) > 0"),
    (Condition(a - frac(b, 2) - 1, ">="), r"a \ge \frac{b}{2} + 1", "a ≥ b/2 + 1"),
    (
        Condition(f(t) - f(t - 1), ">=", over=((t, None, None),)),
        r"f(t) \ge f(t - 1)\text{ for every }t",
        "f(t) ≥ f(t - 1) for every t",
    ),
    (
        Condition(plain(1 - al.bar[t] * al[t] ** 2), ">"),
        r"\alpha_{t}^{2} \bar{\alpha}_{t} < 1",
        "alpha[t]**2*alpha.bar[t] < 1",
    ),
    (Condition(al[t], ">", over=((t, 1, n),)), r"\alpha_{t} > 0\text{ for }t = 1, \ldots, n", "alpha[t] > 0 for t = 1, …, n"),
    (Condition(f(k), ">", over=((k, 1, 2),)), r"f(k) > 0\text{ for }k = 1, 2", "f(k) > 0 for k = 1, 2"),
    (
        Condition(f(x), ">", over=((x, 0, 1),)),
        r"f(x) > 0\text{ for every }x\text{ in }\left(0, 1\right)",
        "f(x) > 0 for every x in (0, 1)",
    ),
    (
        Condition(f(x) * g(k), "!=", over=((x, 0, oo), (k, None, None), (s, None, None))),
        r"f(x)\, g(k) \ne 0\text{ for every }k\text{ and }s\text{ and every }x > 0",
        "f(x)*g(k) ≠ 0 for every k and s and every x > 0",
    ),
    (
        Condition(p(u), "dominated", q(u)),
        r"q_\phi(x) > 0\text{ wherever }p(x) > 0",
        "q_φ(x) > 0 wherever p(x) > 0",
    ),
    (Condition(n, "whole"), r"n\text{ is a whole number}", "n is a whole number"),
    (
        Condition(frac(n, 2), "whole", over=((n, None, None),)),
        r"\frac{n}{2}\text{ is a whole number for every }n",
        "n/2 is a whole number for every n",
    ),
    (Condition(p(u), "total"), r"\text{the }p(x)\text{ given has total one}", "the p(x) given has total one"),
    (
        Condition(f(u), "total", over=((u, None, None),)),
        r"\text{the total of }f(x)\text{ over }x\text{ is one}",
        "the total of f(x) over x is one",
    ),
    (
        Condition(f(x), "continuous", over=((x, 0, s),)),
        r"f(x)\text{ is continuous in }x\text{ on }\left[0, s\right]",
        "f(x) is continuous in x on [0, s]",
    ),
    (
        Condition(f(x), "continuous", over=((x, 0, oo),)),
        r"f(x)\text{ is continuous in }x\text{ on }\left[0, \infty\right)",
        "f(x) is continuous in x on [0, ∞)",
    ),
    (Condition(f(x), "continuous", over=((x, -oo, oo),)), r"f(x)\text{ is continuous in }x", "f(x) is continuous in x"),
    (Condition(f(x), "continuous", over=((x, None, None),)), r"f(x)\text{ is continuous in }x", "f(x) is continuous in x"),
]


@pytest.mark.parametrize("condition, latex, words", CONDITIONS)
def test_conditions(condition, latex, words):
    assert condition_tex(condition) == latex
    assert condition_text(condition) == words


FACTS = [
    (Fact(f(a), a**2), "f(a) = {a}^{2}", "f(a) = a**2"),
    (fact(f(x), x**2, forall=x), r"f(x) = {x}^{2}\text{ for every }x", "f(x) = x**2 for every x"),
    (fact(f(t) >= f(t - 1), forall=t), r"f(t) \ge f(t - 1)\text{ for every }t", "f(t) ≥ f(t - 1) for every t"),
    (Fact(f(a) - b, 0, ">"), "f(a) - b > 0", "f(a) - b > 0"),
    (Fact(p(u), N(u, 0, 1), forall=(u,)), r"p(x) = \mathcal{N}\!\left(x;\, 0,\, 1\right)", "p(x) = N(x, 0, 1)"),
    (fact(f(x, s), g(s), forall=(x, s)), r"f(x, s) = g(s)\text{ for every }x\text{ and }s", "f(x, s) = g(s) for every x and s"),
]


@pytest.mark.parametrize("given, latex, words", FACTS)
def test_facts(given, latex, words):
    assert fact_tex(given) == latex
    assert fact_text(given) == words


def test_several_are_joined_each_once():
    several = [
        Condition(a, ">", why="a logarithm"), Condition(b, "!="), Condition(f(t), ">", over=((t, None, None),)), Fact(a, b),
        Condition(s, ">"), Condition(a, ">", why="a root"), Condition(g(t), ">", over=((t, None, None),)), Condition(a - s, "!="),
    ]  # fmt: skip
    assert joined_text(several) == "a, s > 0; b ≠ 0; f(t), g(t) > 0 for every t; a = b; a ≠ s"
    assert joined_text([Condition(k - i, "!=") for i in (1, 2, 3)] + [Condition(n, "whole"), Condition(n, "whole")]) == (
        "k ≠ 1, 2, 3; n is a whole number"
    )
    assert joined_tex(several[:3]) == r"a > 0,\quad b \ne 0,\quad f(t) > 0\text{ for every }t"


def test_powers_of_what_is_shown_as_a_function():
    assert condition_tex(Condition(plain(f(a) ** 2 + sqrt(b) ** 3), ">")) == r"b^{\frac{3}{2}} + f(a)^{2} > 0"
    assert condition_tex(Condition(X[t] - X[1], "!=")) == r"x_{t} \ne x_{1}"


def test_what_is_declared_is_kept_with_the_line():
    t, n = symbols("t n", integer=True)
    sigma, psi, w = symbol("sigma", positive=True), undefined("psi", nonnegative=True), coordinates("w", positive=True)
    mass = Law("p", u, discrete=True)

    def kept(left, right, **how):
        return Identity("r", left, right, **how).records()[0]["declared"]

    assert kept(log(sigma**2) + a, 2 * log(sigma) + a) == [r"$\sigma > 0$"]
    assert kept(a * (b + 1), a * b + a) == []
    assert kept(psi(a) * (b + 1), b * psi(a) + psi(a)) == [r"$\psi \ge 0$"]
    assert kept(a * t + n * a, a * (t + n)) == [r"$n,\ t \in\mathbb{Z}$"]
    assert kept(Sum(w[n], (n, 1, 2)) + a, w[1] + w[2] + a) == ["$w > 0$"]
    assert kept(E[mass(u)](u + a), a + E[mass(u)](u)) == ["$p$ is discrete"]
    assert kept(a * b + b, b * (a + 1), facts=[(a, sigma + 1)]) == [r"$\sigma > 0$"]


PSI, C = symbols("psi c", positive=True)
DEPTH, PLACE = undefined("r", nonnegative=True), undefined("w")
SLOPE = Derivative(DEPTH(x), x)
WHEEL = [fact(PLACE(PSI), C * (PSI - sin(PSI)), forall=PSI), fact(DEPTH(PSI), C * (1 - cos(PSI)), forall=PSI)]


@pytest.mark.parametrize("left, right, facts, shown", [
    (frac(SLOPE**2, DEPTH(x)) + sqrt(frac(1 + SLOPE**2, DEPTH(x))) * sqrt(DEPTH(x)), frac(SLOPE**2, DEPTH(x)) + sqrt(1 + SLOPE**2), [], ["r(x) ≠ 0"]),
    (frac(sin(PSI), 2 * sqrt(a**2 + C) * (1 - cos(PSI))), frac(sin(PSI), 2 * (1 - cos(PSI)) * sqrt(a**2 + C)), [], ["cos(psi) ≠ 1"]),
    (frac(Derivative(DEPTH(PSI), PSI), Derivative(PLACE(PSI), PSI)), frac(sin(PSI), 1 - cos(PSI)), WHEEL, ["cos(psi) ≠ 1"]),
    (frac(f(x), f(x)) + log(f(x)), 1 + log(f(x)), [], ["f(x) > 0"]),
])
def test_of_conditions_that_follow_from_each_other_one_is_shown(left, right, facts, shown):
    line = Identity("shown.once", left, right, facts=facts)
    assert [condition_text(c) for c in line.lines[-1].conditions] == shown
