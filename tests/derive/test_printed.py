"""A line as a function that a page draws from: the same numbers in NumPy and in JavaScript, and only what stands in the line."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import sympy
from sympy import Max, Piecewise, Rational, atan, cosh, sign, zeta

from vdmlib.derive import (
    KL, Definition, Derivation, DerivationError, E, Identity, Law, N, Schedule, chain, frac, log, sqrt, symbol, symbols,
    undefined, variables,
)

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import node  # noqa: E402

x, z = variables("x z")
a, b = symbols("a b")
v = symbol("v", positive=True)
c, d, u = sympy.symbols("c d", real=True) + (sympy.Symbol("u", positive=True),)


def by_node(function, points):
    """The values of a printed function at some points, by Node."""
    code = f"const f = {function.javascript}; console.log(JSON.stringify({json.dumps(points)}.map(at => f(...at))))"
    return json.loads(subprocess.run([*node.command("node"), "-e", code], capture_output=True, text=True, check=True).stdout)


@pytest.mark.parametrize("e", [
    c**2 * d - Rational(1, 3) * c, sympy.exp(-(c**2) / (2 * u)) / sympy.sqrt(u), sympy.log(u) * atan(c) + cosh(d), sign(c) * Max(c, d),
    Piecewise((c, c > d), (u**d, True)), -c ** (-2) + 2 ** (-d), (c + d) ** 3 / (c + d + 7),
], ids=str)  # fmt: skip
def test_page_and_numpy_agree(e):
    function = Definition("demo.thing", symbol("w"), e).printed(c, d, u)
    points = np.random.default_rng(0).uniform(0.1, 2, (20, 3)) * [-1, 1, 1]
    assert by_node(function, points.tolist()) == pytest.approx([float(function(*at)) for at in points], rel=1e-12)


def test_what_has_no_form_in_javascript_is_refused():
    with pytest.raises(DerivationError, match="no form in JavaScript"):
        Definition("demo.zeta", symbol("w"), zeta(v)).printed(v).javascript


def test_a_part_is_printed_only_if_it_stands_in_the_statement():
    line = Derivation("demo", "A mean").start(E[N(x, a, v)](x**2))
    line.equals(a**2 + v, because="second moment", label="demo.square")
    assert line.printed("demo.square", x, a, v, part=N(x, a, v))(0.0, 0.0, 1.0) == pytest.approx((2 * np.pi) ** -0.5)
    with pytest.raises(DerivationError, match="does not stand in demo.square"):
        line.printed("demo.square", x, a, v, part=N(x, 2 * a, v))


def test_densities_are_given_as_they_are_displayed():
    p, q = Law("p", x, z), Law("q", x, z)
    line = Identity("demo.kl", KL(q(z | x), p(z | x)), E[q(z | x)](log(frac(q(z | x), p(z | x)))), because="definition")
    gap = line.printed("demo.kl", a, v, part=KL(q(z | x), p(z | x)), given={q(z | x): N(z, a, v), p(z | x): N(z, 0, 1)})
    assert gap(1.5, 0.5) == pytest.approx((1.5**2 + 0.5 - 1 - np.log(0.5)) / 2)
    with pytest.raises(DerivationError, match="undetermined laws"):
        line.printed("demo.kl")


def test_states_schedules_and_functions_may_be_arguments_or_given():
    states, alpha, t, f = chain("x"), Schedule("alpha"), symbol("t", integer=True, positive=True), undefined("f")
    step = Definition("demo.step", states[t], sqrt(alpha[t]) * states[t - 1] + f(a))
    assert step.printed(states[t - 1], alpha[t], given={f(a): 2})(3.0, 4.0) == pytest.approx(8.0)
    with pytest.raises(DerivationError, match="stands in its own value"):
        Definition("demo.self", symbol("w"), a).printed(a, given={a: a + 1})


def test_sums_differences_products_and_quotients():
    f, g = Definition("demo.f", symbol("w"), a + 1).printed(a), Definition("demo.g", symbol("w"), a * b).printed(b, a)
    for both, value in ((f + g, 9.0), (f - g, -3.0), (f * g, 18.0), (f / g, 0.5), (-f + g, 3.0)):
        assert both.args == (a, b) and both.labels == ("demo.f", "demo.g") and both(2.0, 3.0) == value
