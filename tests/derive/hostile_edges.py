"""Edges that a method steps over: from one case to the next, ends at which there is a pole, closed forms that fail for the first
lengths, what a fact makes 0."""

from sympy import Abs, Eq, Piecewise, Rational, binomial, oo, sign

from hostile import fact, least, only, proved, refused, same, shown
from vdmlib.derive import Derivative as D
from vdmlib.derive import E, Identity, Integral, Law, Sum, coordinates, exp, frac, plain, symbol, symbols, undefined, variables
from vdmlib.derive.prove.domain import presupposed

a, b, x, u, y = symbols("a b x u y")
c, d = symbol("c", positive=True), symbol("d", nonnegative=True)
f, g = undefined("f g")
pos = undefined("psi", positive=True)
n, k = symbols("n k", integer=True)
ahead = symbol("N", integer=True, positive=True)
half = Rational(1, 2)

# --- a definition by cases has a kink, or a jump, where it goes from one case to the next

CASES = [
    only("the slope of a kink by cases", lambda: same(D(Piecewise((x, x > 0), (0, True)), x) + a, Piecewise((1, x > 0), (0, True)) + a), {x: 0}, true_at=[{x: 1}]),
    only("the slope of a jump by cases", lambda: same(D(Piecewise((x + 1, x > 0), (x, True)), x) + a, 1 + a), {x: 0}, true_at=[{x: 1}, {x: -1}]),
    only("the slope of an interval by cases", lambda: same(D(Piecewise((x + 1, (x > 0) & (x < 1)), (x, True)), x) + a, 1 + a), {x: 0}, {x: 1}, true_at=[{x: half}]),
    only("the slope at the one point by cases", lambda: same(D(Piecewise((2, Eq(x, 0)), (1, True)), x) + a, a), {x: 0}),
    only("the slope of ∫₀¹ by cases", lambda: same(D(Integral(f(u) * Piecewise((1, u < x), (0, True)), (u, 0, 1)), x) + a, a), {x: 0}, {x: half}, {x: 1}, true_at=[{x: 2}]),
    only("the slope of a sign that a fact gives", lambda: same(D(f(x), x) + a, a, facts=[fact(f(x), sign(x), forall=x)]), {x: 0}, true_at=[{x: 1}]),
    only("the slope of cases that a fact gives", lambda: same(D(f(2 * x - 1), x) + a, 2 + a, facts=[fact(f(u), Piecewise((u + 1, u > 0), (u, True)), forall=u)]), {x: half}),
    proved("the square of a size that a fact gives", lambda: same(f(x) ** 2 + a, x**2 + a, facts=[fact(f(x), Abs(x), forall=x)])),
    proved("the slope by cases in another letter", lambda: same(D(Piecewise((x + 1, y > 0), (x, True)), x) + a, 1 + a)),
    proved("the slope by cases on one side", lambda: same(D(Piecewise((x, x > 0), (0, True)), x) + a, a, facts=[fact(x < 0)])),
]  # fmt: skip

# --- a pole at an end of the range

POLES = [
    only("∫ 1/u from x, twice", lambda: same(2 * Integral(1 / u, (u, x, 1)) + a, Integral(2 / u, (u, x, 1)) + a), {x: 0}, {x: -1}, true_at=[{x: half}]),
    only("∫ 1/u from x in two", lambda: same(Integral(1 / u, (u, x, 1)) + Integral(1 / u, (u, 1, 2)), Integral(1 / u, (u, x, 2))), {x: 0}),
    only("∫ 1/u from what may be 0", lambda: same(2 * Integral(1 / u, (u, d, 1)) + a, Integral(2 / u, (u, d, 1)) + a), {d: 0}, true_at=[{d: half}]),
    shown("∫₀¹ 1/(u + a) at both ends", lambda: {plain(c.left) for c in presupposed(Integral(1 / (u + a), (u, 0, 1))) if not c.over} == {plain(a), plain(a) + 1}),
    only("∫₀¹ 1/f, twice", lambda: same(2 * Integral(1 / f(u), (u, 0, 1)) + a, Integral(2 / f(u), (u, 0, 1)) + a), {f(0): 0}, {f(1): 0}),
    proved("∫ 1/u from a positive c, twice", lambda: same(2 * Integral(1 / u, (u, c, 1)) + a, Integral(2 / u, (u, c, 1)) + a)),
    proved("∫ 1/ψ, twice", lambda: same(2 * Integral(1 / pos(u), (u, x, 1)) + a, Integral(2 / pos(u), (u, x, 1)) + a)),
]  # fmt: skip


def converging(left, right):
    """Whether the reach of a line takes it for granted that its integrals or sums converge."""
    return "that converge" in Identity("r", left, right).records()[-1]["reach"]


CONVERGING = [
    shown("∫ e^{−au} without an end converges for some a", lambda: converging(2 * Integral(exp(-a * u), (u, 0, oo)) + b, Integral(2 * exp(-a * u), (u, 0, oo)) + b)),
    shown("Σ x^k without an end converges for some x", lambda: converging(2 * Sum(c**k, (k, 0, oo)) + a, Sum(2 * c**k, (k, 0, oo)) + a)),
    shown("∫ e^{−cu} without an end converges for every c", lambda: not converging(2 * Integral(exp(-c * u), (u, 0, oo)) + b, Integral(2 * exp(-c * u), (u, 0, oo)) + b)),
    shown("∫ u² e^{−(u − a)²} converges for every a", lambda: not converging(2 * Integral(u**2 * exp(-((u - a) ** 2)), (u, -oo, oo)) + b, Integral(2 * u**2 * exp(-((u - a) ** 2)), (u, -oo, oo)) + b)),
]  # fmt: skip

# --- SymPy's closed form of a sum whose terms know its end

LENGTHS = [
    refused("Σ (−1)^k binom(n, k) at n = 0", lambda: same(Sum(binomial(n, k) * (-1) ** k, (k, 0, n)) + a, a)),
    refused("Σ k (−1)^k binom(N, k) at N = 1", lambda: same(Sum(k * binomial(ahead, k) * (-1) ** k, (k, 0, ahead)) + a, a)),
    proved("Σ k/N", lambda: same(Sum(frac(k, ahead), (k, 1, ahead)) + a, (ahead + 1) / 2 + a)),
    proved("Σ k (N − k)", lambda: same(Sum(k * (ahead - k), (k, 1, ahead)) + a, ahead * (ahead**2 - 1) / 6 + a)),
]  # fmt: skip

# --- a condition that a fact breaks

BROKEN = [
    refused("f(x) = 0 divides", lambda: same(frac(f(x), f(x)) + a, 1 + a, facts=[(f(x), 0)])),
    refused("f(x) = g(x), and their difference divides", lambda: same(frac(f(x) - g(x), f(x) - g(x)) + a, 1 + a, facts=[(f(x), g(x))])),
    refused("a slope of 0 divides", lambda: same(frac(D(f(x), x), D(f(x), x)) + a, 1 + a, facts=[(D(f(x), x), 0)])),
    only("f(y) = 0, and f(x) divides", lambda: same(frac(f(x), f(x)) + a, 1 + a, facts=[(f(y), 0)])),
]  # fmt: skip

# --- signs that whole numbers have, or that an integral has from what stands under it

natural = symbol("m", integer=True, nonnegative=True)
least_0 = undefined("psi", nonnegative=True)
always = fact(f(x) >= 0, forall=x)
SIGNS = [
    proved("n(n − 1) for whole n", lambda: least(n * (n - 1) + a, a, n * (n - 1))),
    proved("n² ≥ n for whole n", lambda: least(n**2, n, n**2 - n)),
    proved("m³ ≥ m for m ≥ 0", lambda: least(natural**3, natural, natural**3 - natural)),
    proved("n(n − 1) and a square", lambda: least(n * (n - 1) * a**2 + b, b, n * (n - 1) * a**2)),
    proved("the size of n(n − 1)", lambda: same(Abs(n * (n - 1)) + a, n * (n - 1) + a)),
    refused("n(n − 2) for whole n", lambda: least(n * (n - 2) + a, a, n * (n - 2))),
    refused("n³ ≥ n for whole n", lambda: least(n**3, n, n**3 - n)),
    refused("x(x − 1) for a number x", lambda: least(x * (x - 1) + a, a, x * (x - 1))),
    refused("n(n − 1) and a factor of any sign", lambda: least(n * (n - 1) * a + b, b, n * (n - 1) * a)),
    proved("the size of ∫ ψ of a ψ ≥ 0", lambda: same(Abs(Integral(least_0(x), (x, 0, 1))), Integral(least_0(x), (x, 0, 1)))),
    proved("the size of ∫ f by a fact", lambda: same(Abs(Integral(f(x), (x, 0, 1))), Integral(f(x), (x, 0, 1)), facts=[always])),
    only("the size of ∫ ψ up to y", lambda: same(Abs(Integral(least_0(x), (x, 0, y))), Integral(least_0(x), (x, 0, y))), {y: -1}),
    refused("the size of ∫ f", lambda: same(Abs(Integral(f(x), (x, 0, 1))), Integral(f(x), (x, 0, 1)))),
    refused("the size of ∫ f by a fact at one place", lambda: same(Abs(Integral(f(x), (x, 0, 1))), Integral(f(x), (x, 0, 1)), facts=[fact(f(y) >= 0)])),
    refused("the size of ∫ g by a fact on f", lambda: same(Abs(Integral(g(x), (x, 0, 1))), Integral(g(x), (x, 0, 1)), facts=[always])),
]  # fmt: skip

h = coordinates("h")
v, w = variables("v w")
p, q = Law("p", v, w), Law("q", v, w)


def in_either_order(left, right):
    return "in either order" in Identity("r", left, right).records()[-1]["reach"]


REACH = [
    shown("two averages change places where they may", lambda: in_either_order(E[p(v)](E[q(w)](f(v, w))) + a, E[q(w)](E[p(v)](f(v, w))) + a)),
    shown("two averages that stay in their places", lambda: not in_either_order(E[p(v)](E[q(w)](f(v, w) + a)), E[p(v)](E[q(w)](f(v, w))) + a)),
    shown("an entry by its number is no index that a sum runs over", lambda: "every 1 " not in Identity(
          "r", D(Sum(f(h[k]), (k, 1, ahead)), h[1]), D(f(h[1]), h[1])).records()[-1]["reach"]),
]  # fmt: skip

ALL = [*CASES, *POLES, *CONVERGING, *LENGTHS, *BROKEN, *SIGNS, *REACH]
