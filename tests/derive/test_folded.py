"""Means of |v|, of Max(v, 0) and of sgn(v) under a normal law."""

import pytest
from sympy import Abs, Max, erf, exp, oo, pi, sign, sqrt

from vdmlib.derive import E, FalseStep, Identity, Integral, N, symbol, symbols

a, b, m, x, y = symbols("a b m x y")
s, v = symbols("s v", positive=True)
w = symbol("w", nonzero=True)
flat = sqrt(2 / pi)

TRUE = {
    "of mean zero": (E[N(x, 0, s**2)](Abs(x)), s * flat),
    "of any mean": (E[N(x, m, s**2)](Abs(x)), s * flat * exp(-(m**2) / (2 * s**2)) + m * erf(m / (s * sqrt(2)))),
    "around its mean": (E[N(x, y, s**2)](Abs(x - y)) + a, a + s * flat),
    "with a factor of either sign, or 0": (E[N(x, 0, v)](Abs(b * x)), Abs(b) * sqrt(v) * flat),
    "with a slope that is not 0": (E[N(x, 0, v)](Abs(w * x)), Abs(w) * sqrt(v) * flat),
    "an odd power": (E[N(x, 0, s**2)](Abs(x) ** 3), 2 * s**3 * flat),
    "an odd function": (E[N(x, 0, s**2)](x * Abs(x)) + a, a),
    "with a power": (E[N(x, m, 1)](x**2 * Abs(x)) + a, a + (m**2 + 2) * flat * exp(-(m**2) / 2) + (m**3 + 3 * m) * erf(m / sqrt(2))),
    "its variance": (E[N(x, 0, s**2)]((Abs(x) - s * flat) ** 2), s**2 * (1 - 2 / pi)),
    "what is positive of it": (E[N(x, m, s**2)](Max(x, 0)), m / 2 * (1 + erf(m / (s * sqrt(2)))) + s * exp(-(m**2) / (2 * s**2)) / sqrt(2 * pi)),
    "its sign": (E[N(x, m, 1)](sign(x)), erf(m / sqrt(2))),
    "as an integral": (Integral(Abs(x) * exp(-(x**2) / 2), (x, -oo, oo)), 2),
    "with a tilt": (Integral(Abs(x - 1) * exp(-(x**2) / 2 + x), (x, -oo, oo)), 2 * sqrt(exp(1))),
}  # fmt: skip

FALSE = {
    "the deviation itself": (E[N(x, 0, s**2)](Abs(x)), s),
    "the mean forgotten": (E[N(x, m, s**2)](Abs(x)), s * flat),
    "|m| for m once": (E[N(x, m, s**2)](Abs(x)), s * flat * exp(-(m**2) / (2 * s**2)) + Abs(m) * erf(m / (s * sqrt(2)))),
    "the sign of a factor": (E[N(x, 0, v)](Abs(b * x)), b * sqrt(v) * flat),
    "taken out with its sign": (E[N(x, 0, v)](Abs(b * x - a * b)), b * E[N(x, 0, v)](Abs(x - a))),
    "an odd power": (E[N(x, 0, s**2)](Abs(x) ** 3), 3 * s**3 * flat),
    "an odd function about a mean": (E[N(x, m, 1)](x * Abs(x)) + a, a + 2 * m),
    "the density at the fold forgotten": (E[N(x, m, s**2)](Max(x, 0)), m / 2 * (1 + erf(m / (s * sqrt(2))))),
    "Jensen with =": (E[N(x, m, s**2)](Max(x, a)), Max(m, a)),
    "erf without √2": (E[N(x, m, 1)](sign(x)), erf(m)),
    "a fold in two points": (E[N(x, 0, v)](Abs(x**2 - 1)), E[N(x, 0, v)](x**2) - 1),
}  # fmt: skip


@pytest.mark.parametrize("name", TRUE)
def test_a_folded_mean_is_proved(name):
    Identity("r", *TRUE[name])


@pytest.mark.parametrize("name", FALSE)
def test_a_line_that_looks_like_it_is_false(name):
    with pytest.raises(FalseStep):
        Identity("r", *FALSE[name])
