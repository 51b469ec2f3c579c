"""A third hostile reading, of limits, improper integrals and sums: where a parameter is 0, where a jump lies, what does not converge."""

import sympy
from sympy import Heaviside, Max, Rational, atan, floor, oo, sign

from hostile import least, only, proved, refused, same, shown
from vdmlib.derive import Derivative as D
from vdmlib.derive import Identity, Integral, Limit, Product, Sum, exp, frac, log, sqrt, symbol, symbols, undefined
from vdmlib.derive.prove.granted import convergence

a, b, x, u, y = symbols("a b x u y")
c = symbol("c", positive=True)
f, g, w, L = undefined("f g w L")
up, pos = undefined("rho", nonnegative=True), undefined("psi", positive=True)
n, k, j = symbols("n k j", integer=True)
ahead = symbol("N", integer=True, positive=True)
half = Rational(1, 2)

# --- limits: a jump at the point, a leading term that is 0 for some values

JUMPS = [
    refused("⌊u⌋ from the left of any x", lambda: same(Limit(floor(u), u, x, "-") + a, floor(x) + a)),
    refused("⌈u⌉ from the right of any x", lambda: same(Limit(sympy.ceiling(u), u, x) + a, sympy.ceiling(x) + a)),
    refused("sgn u at any x", lambda: same(Limit(sign(u), u, x) + a, sign(x) + a)),
    refused("a step at any x", lambda: same(Limit(Heaviside(u), u, x, "-") + a, Heaviside(x) + a)),
    refused("sgn f at 0", lambda: same(Limit(sign(f(u)), u, 0), sign(f(0)))),
    refused("⌊f⌋ at 0", lambda: same(Limit(floor(f(u)), u, 0), floor(f(0)))),
    refused("a step of au", lambda: same(Limit(Heaviside(a * u), u, 0) + b, Heaviside(a) + b)),
    refused("sgn au from the left", lambda: same(Limit(sign(a * u), u, 0, "-") + b, sign(a) + b)),
    refused("atan au far out", lambda: same(Limit(atan(a * u), u, oo) + b, sympy.pi / 2 + b)),
    proved("⌊u⌋ from the left of 2", lambda: same(Limit(floor(u), u, 2, "-") + a, 1 + a)),
    proved("sgn u from the left of 0", lambda: same(Limit(sign(u), u, 0, "-") + a, a - 1)),
]

LEADING = [
    only("x/(x + 1/u) far out", lambda: same(Limit(frac(x, x + 1 / u), u, oo) + a, 1 + a), {x: 0}, true_at=[{x: -1}]),
    only("x²/(x² + u)", lambda: same(Limit(frac(x**2, x**2 + u), u, 0) + a, 1 + a), {x: 0}, true_at=[{x: -1}]),
    only("x²/√(x⁴ + u²)", lambda: same(Limit(frac(x**2, sqrt(x**4 + u**2)), u, 0) + a, 1 + a), {x: 0}, true_at=[{x: 2}]),
    only("sin x/(sin x + u)", lambda: same(Limit(frac(sympy.sin(x), sympy.sin(x) + u), u, 0) + a, 1 + a), {x: 0}),
    only("(1 − eˣ)/(eᵘ − eˣ)", lambda: same(Limit(frac(1 - exp(x), exp(u) - exp(x)), u, 0) + a, 1 + a), {x: 0}),
    only("(au + u²)/(bu + u²)", lambda: same(Limit(frac(a * u + u**2, b * u + u**2), u, 0) + x, a / b + x), {b: 0}),
    only("f(2u)/f(u)", lambda: same(Limit(frac(f(2 * u), f(u)), u, 0) + a, 1 + a)),
    only("f/f near 0", lambda: same(Limit(frac(f(u), f(u)), u, 0) + a, 1 + a)),
    only("a quotient of differences of f", lambda: same(Limit(frac(f(2 * u) - f(0), f(u) - f(0)), u, 0) + a, 2 + a)),
    only("u log ρ(u)", lambda: same(Limit(u * log(up(u)), u, 0) + a, a)),
    only("u log f(u)²", lambda: same(Limit(u * log(f(u) ** 2), u, 0) + a, a)),
    only("ρ(u)ᵘ", lambda: same(Limit(up(u) ** u, u, 0) + a, 1 + a)),
    only("√f(u)", lambda: same(Limit(sqrt(f(u)), u, 0) + a, sqrt(f(0)) + a), {f(0): -1}, {f(0): 0}),
    refused("u log of a fall", lambda: same(Limit(u * log(f(0) - f(u)), u, 0) + a, a + 1)),
    proved("x²/(1 + x² + u)", lambda: same(Limit(frac(x**2, 1 + x**2 + u), u, 0) + a, frac(x**2, 1 + x**2) + a)),
    proved("(u² − a²)/(u − a) at any b", lambda: same(Limit(frac(u**2 - a**2, u - a), u, b) + x, a + b + x)),
    proved("u log ψ(u)", lambda: same(Limit(u * log(pos(u)), u, 0) + a, a)),
    proved("a difference quotient of f", lambda: same(Limit(frac(f(x + u) - f(x), u), u, 0), D(f(x), x))),
]

# --- integrals and sums that do not converge

DIVERGENT = [
    refused("∫₀¹ 1/u over itself", lambda: same(frac(Integral(1 / u, (u, 0, 1)), Integral(1 / u, (u, 0, 1))) + a, 1 + a)),
    refused("∫₀¹ 1/u less itself", lambda: same(c * Integral(frac(1, u), (u, 0, 1)) + a - Integral(frac(1, u), (u, 0, 1)) * c, a)),
    refused("∫₀¹ 1/u by another name", lambda: same(Integral(1 / u, (u, 0, 1)) + a, Integral(1 / y, (y, 0, 1)) + a)),
    refused("∫₀¹ 1/u times c", lambda: same(c * Integral(1 / u, (u, 0, 1)) + a, Integral(frac(c, u), (u, 0, 1)) + a)),
    refused("∫₀¹ 1/u as a gap", lambda: least(a + Integral(1 / u, (u, 0, 1)), a, Integral(1 / u, (u, 0, 1)))),
    refused("∫₀¹ c/u as a gap", lambda: least(a + Integral(c / u, (u, 0, 1)), a, Integral(c / u, (u, 0, 1)))),
    refused("∫₀¹ 1/u² less itself", lambda: same(Integral(u**-2, (u, 0, 1)) - Integral(y**-2, (y, 0, 1)) + a, a)),
    refused("∫₁² 1/(2 − u)", lambda: same(2 * Integral(1 / (2 - u), (u, 1, 2)) + a, Integral(2 / (2 - u), (u, 1, 2)) + a)),
    refused("∫₁ 1/u without an end", lambda: same(Integral(1 / u, (u, 1, oo)) + a, Integral(1 / y, (y, 1, oo)) + a)),
    refused("∫ 1/uᵏ under Σ", lambda: same(Sum(Integral(u**-k, (u, 0, 1)), (k, 1, 3)) + a, Sum(Integral(y**-k, (y, 0, 1)), (k, 1, 3)) + a)),
    refused("∫₀¹ f/u less itself", lambda: same(Integral(f(u) / u, (u, 0, 1)) - Integral(f(y) / y, (y, 0, 1)) + a, a)),
    refused("∫₀¹ f/u over itself", lambda: same(frac(Integral(f(u) / u, (u, 0, 1)), Integral(f(u) / u, (u, 0, 1))) + a, 1 + a)),
    refused("∫₀¹ f/u twice", lambda: same(2 * Integral(f(u) / u, (u, 0, 1)) + a, Integral(2 * f(u) / u, (u, 0, 1)) + a)),
    refused("∫₀¹ (f + g)/u in two", lambda: same(Integral((f(u) + g(u)) / u, (u, 0, 1)), Integral(f(u) / u, (u, 0, 1)) + Integral(g(u) / u, (u, 0, 1)))),
    refused("∫₀¹ L'/u by parts", lambda: same(Integral(D(L(u), u) / u, (u, 0, 1)), L(1) - L(0) + Integral(L(u) / u**2, (u, 0, 1)))),
    refused("∫₀¹ L'/u times c", lambda: same(Integral(frac(D(L(u), u), u), (u, 0, 1)) * c + a, c * Integral(frac(D(L(u), u), u), (u, 0, 1)) + a)),
    refused("the slope of ∫₀ˣ f/u", lambda: same(D(Integral(f(u) / u, (u, 0, x)), x), f(x) / x)),
    refused("Σ 1/k by another name", lambda: same(Sum(frac(1, k), (k, 1, oo)) + a, Sum(frac(1, j), (j, 1, oo)) + a)),
    proved("∫₀¹ 1/√u", lambda: same(Integral(1 / sqrt(u), (u, 0, 1)) + a, 2 + a)),
    proved("∫₀¹ log u", lambda: same(Integral(log(u), (u, 0, 1)) + a, a - 1)),
    proved("∫₁ 1/u² without an end", lambda: same(Integral(u**-2, (u, 1, oo)) + a, 1 + a)),
    proved("∫₀¹ (f + g)/√u in two", lambda: same(Integral((f(u) + g(u)) / sqrt(u), (u, 0, 1)), Integral(f(u) / sqrt(u), (u, 0, 1)) + Integral(g(u) / sqrt(u), (u, 0, 1)))),
]  # fmt: skip


def said(words, left, right):
    """Whether the reach of a line says these words."""
    return words in Identity("r", left, right).records()[-1]["reach"]


def granted(words, *sides):
    """Whether a line with these sides takes it for granted."""
    return any(words in said_of for said_of in convergence(sides, functions=True))


UNDER = "and may be differentiated under the "
GRANTED = [
    shown("a slope under ∫ over the line is taken for granted", lambda: said(UNDER, D(Integral(w(u, x), (u, -oo, oo)), x), Integral(D(w(u, x), x), (u, -oo, oo)))),
    shown("a slope under an endless Σ too", lambda: granted(UNDER, D(Sum(w(k, x) * exp(-k), (k, 0, oo)), x), Sum(D(w(k, x), x) * exp(-k), (k, 0, oo)))),
    shown("an endless Σ of unknown terms converges", lambda: granted("sums that converge", Sum((f(k) + g(k)) * exp(-(k**2)), (k, 0, oo)),
          Sum(f(k) * exp(-(k**2)), (k, 0, oo)) + Sum(g(k) * exp(-(k**2)), (k, 0, oo)))),
    shown("an integral that is singular at an end converges", lambda: said("integrals that converge", 2 * Integral(f(u) / sqrt(u), (u, 0, 1)), Integral(2 * f(u) / sqrt(u), (u, 0, 1)))),
    shown("of ordinary ends nothing is taken for granted", lambda: not said("converge", D(Integral(w(u, x), (u, 0, 1)), x), Integral(D(w(u, x), x), (u, 0, 1)))),
]  # fmt: skip

# --- ends: of sums that are no whole numbers, of ranges that a jump passes

ENDS = [
    only("Σ 1 up to c", lambda: same(Sum(1, (k, 1, c)) + a, c + a), relation="whole"),
    only("Σ 1 up to n/2", lambda: same(Sum(1, (k, 1, n / 2)) + a, n / 2 + a), relation="whole"),
    only("Π c up to x", lambda: same(Product(c, (k, 1, x)) + a, c**x + a), relation="whole"),
    refused("Σ from a half", lambda: same(Sum(f(k) - f(k - 1), (k, half, ahead)), f(ahead) - f(-half))),
    only("the slope of ∫₀¹ of a step", lambda: same(D(Integral(Heaviside(x - u), (u, 0, 1)), x) + a, a), {x: 0}, {x: half}, {x: 1}, true_at=[{x: 2}]),
    refused("the slope of ∫₀ˣ of a step", lambda: same(D(Integral(Heaviside(x - u), (u, 0, x)), x) + a, half + a)),
    refused("the slope of ∫₀ˣ of a sign", lambda: same(D(Integral(sign(x - u), (u, 0, x)), x) + a, a)),
    refused("the slope of ∫ of a larger one", lambda: same(D(Integral(f(u) * Max(x, u), (u, 0, 1)), x), Integral(f(u), (u, 0, 1)))),
    proved("Σ 1 up to 2N", lambda: same(Sum(1, (k, 1, 2 * ahead)) + a, 2 * ahead + a)),
]  # fmt: skip

ALL = [*JUMPS, *LEADING, *DIVERGENT, *GRANTED, *ENDS]
