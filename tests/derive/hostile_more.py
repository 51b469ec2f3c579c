"""A second hostile reading, of siblings of every kind: jumps and kinks, names that are bound twice, facts that hold for
every value, ends of ranges, index arithmetic, gaps that assume what they show."""

import sympy
from sympy import Abs, I, Max, Ne, Rational, floor, oo, pi, sign, sin

from hostile import fact, least, only, proved, refused, same
from vdmlib.derive import KL, Derivation, E, H, Integral, Integrate, Law, Limit, N, Product, Schedule, Sigma, Sum
from vdmlib.derive import Derivative as D
from vdmlib.derive import chain, coordinates, exp, frac, log, phi, sqrt, symbol, symbols, undefined, variables

a, b, m, x, u, y = symbols("a b m x u y")
c, c1, d = symbol("c", positive=True), symbol("c_1", positive=True), symbol("d", nonnegative=True)
low = symbol("l", negative=True)
f, g = undefined("f g")
pos, up = undefined("psi", positive=True), undefined("rho", nonnegative=True)
t, T, n, k, i, j, s = symbols("t T n k i j s", integer=True)
ahead = symbol("N", integer=True, positive=True)
v, w = variables("v w")
p, q, mass = Law("p", v, w), Law("q", v, w), Law("m", v, discrete=True)
X = chain("x")
qm = Law("q", X[0:T], markov=True)
L = lambda r: log(qm(X[r] | X[r - 1]))  # noqa: E731
al = Schedule("alpha")
height, weight = coordinates("a"), coordinates("w", positive=True)
half, quarter = Rational(1, 2), Rational(1, 4)
line = lambda *steps, start: _chained(start, steps)  # noqa: E731


def _chained(start, steps):
    out = Derivation("r", "").start(start)
    for e, facts in steps:
        out.equals(e, facts=facts)
    return out


UNIVERSAL = [
    refused("a symbol that has one value for every value of itself", lambda: same(a + b, 1 + b, facts=[fact(a, 1, forall=a)])),
    refused("a symbol that is its square for every value of itself", lambda: same(a + b, 1 + b, facts=[fact(a, a**2, forall=a)])),
    refused("for every whole number, at a half", lambda: same(f(half) + a, half + a, facts=[fact(f(k), k, forall=k)])),
    refused("for every whole number, under ∫", lambda: same(Integral(f(u), (u, 0, 1)) + a, half + a, facts=[fact(f(k), k, forall=k)])),
    refused("for every whole number, the slope", lambda: same(D(f(x), x) + a, 1 + a, facts=[fact(f(k), k, forall=k)])),
    refused("for every positive number, at −1", lambda: same(f(-1) + a, a - 1, facts=[fact(f(c), c, forall=c)])),
    refused("for every positive number, at 0", lambda: same(f(0) + a, 1 + a, facts=[fact(f(c), 1, forall=c)])),
    refused("for every positive number, from the left of 0", lambda: same(Limit(f(x), x, 0, "-") + a, 1 + a, facts=[fact(f(c), 1, forall=c)])),
    only("for every positive number, at b", lambda: same(f(b) + a, b + a, facts=[fact(f(c), c, forall=c)]), {b: -1}, true_at=[{b: 2}]),
    refused("on the diagonal, beside it", lambda: same(f(x, y) + a, 2 * x + a, facts=[fact(f(u, u), 2 * u, forall=u)])),
    refused("at squares, at −1", lambda: same(f(-1) + a, a - 1, facts=[fact(f(u**2), u**2, forall=u)])),
    refused("in one of two arguments, the other", lambda: same(f(1, 2) + x, 3 + x, facts=[fact(f(u, b), u + b, forall=u)])),
    refused("in one of two arguments, the slope in the other", lambda: same(D(f(a, b), b) + x, 1 + x, facts=[fact(f(u, b), u + b, forall=u)])),
    refused("in one of two arguments, ∫ over the other", lambda: same(Integral(f(u, y), (y, 0, 1)) + x, u + half + x, facts=[fact(f(u, y), u + y, forall=u)])),
    refused("one slope everywhere is not one value", lambda: same(f(x) + a, g(x) + a, facts=[fact(D(f(u), u), D(g(u), u), forall=u)])),
    refused("an integral to one x, to every x", lambda: same(f(x) + a, 1 + a, facts=[(Integral(f(u), (u, 0, x)), x)])),
    refused("an integral to 1, to 2", lambda: same(Integral(f(u), (u, 0, 2)) + x, 2 + x, facts=[(Integral(f(u), (u, 0, 1)), 1)])),
    refused("ᾱ_t = ½ for every t", lambda: same(al.bar[2] + a, half + a, facts=[fact(al.bar[t], half, forall=t)])),
    refused("ᾱ_2 from ᾱ_1", lambda: same(al.bar[2] + a, half + a, facts=[(al.bar[1], quarter)])),
    refused("two values of one entry, by its index", lambda: same(height[i] + x, 1 + x, facts=[(height[i], 1), (height[j], 2), (i, j)])),
    refused("two values of one factor, by its time", lambda: same(al[t] + x, half + x, facts=[(al[t], half), (al[s], quarter), (t, s)])),
    refused("a factor and a product that is not its", lambda: same(al[1] + x, half + x, facts=[(al[1], half), (al.bar[1], quarter)])),
    refused("a product that rises", lambda: same(al.bar[2] + a, half + a, facts=[(al.bar[2], half), (al.bar[1], quarter)])),
    refused("every factor, and products of others",
            lambda: same(al.bar[ahead] + a, half**ahead + a, facts=[fact(al.bar[ahead], half**ahead, forall=ahead), fact(al[ahead], quarter, forall=ahead)])),
    proved("odd and even entries", lambda: same(height[3] + x, 1 + x, facts=[fact(height[2 * i + 1], 1, forall=i), fact(height[2 * i], 2, forall=i)])),
    proved("a product and one of its factors", lambda: same(al.bar[2] + a, quarter + a, facts=[(al.bar[2], quarter), (al[1], half)])),
    proved("two entries, by their indices", lambda: same(height[i] + x, 1 + x, facts=[(height[i], 1), (height[j], 1), (i, j)])),
    proved("for all, on the diagonal", lambda: same(f(x, x) + a, 2 * x + a, facts=[fact(f(u, u), 2 * u, forall=u)])),
    proved("for all, two arguments", lambda: same(f(1, 2) + x, 3 + x, facts=[fact(f(u, y), u + y, forall=(u, y))])),
]  # fmt: skip

RELATIONS = [
    refused("x ≠ y is no x ≥ y", lambda: least(x, y, x - y, facts=[fact(Ne(x, y))])),
    only("x ≠ 1 is no x ≠ 0", lambda: same(frac(x, x) + a, 1 + a, facts=[fact(Ne(x, 1))]), {x: 0}),
    only("f(u) ≠ 0 at one u is none at x", lambda: same(frac(f(x), f(x)) + a, 1 + a, facts=[fact(Ne(f(u), 0))])),
    only("f(k) ≠ 0 at whole k is none at x", lambda: same(frac(f(x), f(x)) + a, 1 + a, facts=[fact(Ne(f(k), 0), forall=k)])),
    refused("x ≠ y and x = y", lambda: same(x + a, x + a, facts=[fact(Ne(x, y)), (x, y)])),
    refused("x ≥ y and y ≥ x are no proof that k ≠ 0 below the sum", lambda: same(Sum(frac(k, k), (k, -1, 1)) + a, 3 + a, facts=[fact(Ne(k, 0))])),
    refused("u ≥ 0 for the free u, not for the bound one", lambda: same(Integral(sqrt(u) ** 2, (u, -1, 1)) + a, a, facts=[fact(u >= 0)])),
    refused("u > 0 for the free u, √u²", lambda: same(Integral(sqrt(u**2), (u, -1, 1)) + a, a, facts=[fact(u > 0)])),
    only("u > 0 for the free u, log", lambda: same(Integral(log(u**2), (u, b, 1)) + a, Integral(2 * log(u), (u, b, 1)) + a, facts=[fact(u > 0)])),
    refused("k ≥ 0 for the free k, |k|", lambda: same(Sum(Abs(k), (k, -2, 2)) + a, Sum(k, (k, -2, 2)) + a, facts=[fact(k >= 0)])),
    refused("v ≥ 0 for the free v, a gap", lambda: least(E[p(v)](v) + a, a, E[p(v)](v), facts=[fact(v >= 0)])),
    refused("x > 0 under a limit to −∞", lambda: same(Limit(Abs(x) / x, x, -oo) + a, 1 + a, facts=[fact(x > 0)])),
    refused("x² ≥ 1 is no x ≥ 1", lambda: least(x, 1, x - 1, facts=[fact(x**2 >= 1)])),
    refused("a b ≥ 0 is no a ≥ 0", lambda: least(a, 0, a, facts=[fact(a * b >= 0)])),
    refused("a² = b² is no a = b", lambda: same(a + x, b + x, facts=[(a**2, b**2)])),
    refused("a m = b m is no a = b", lambda: same(a + x, b + x, facts=[(a * m, b * m)])),
    refused("f(a) = f(b) is no a = b", lambda: same(a + x, b + x, facts=[(f(a), f(b))])),
    refused("f(a) f(b) = 0 is no f(a) = 0", lambda: same(f(a) + x, x, facts=[(f(a) * f(b), 0)])),
    refused("sin x ≥ 2", lambda: same(x + a, x + a, facts=[fact(sin(x) >= 2)])),
    refused("x > 1 and x < ½", lambda: same(x + a, x + a, facts=[fact(x > 1), fact(x < half)])),
    proved("c² ≥ 1 is c ≥ 1", lambda: least(c, 1, c - 1, facts=[fact(c**2 >= 1)])),
    proved("x ≠ y divides", lambda: same(frac(x**2 - y**2, x - y) + a, x + y + a, facts=[fact(Ne(x, y))])),
]  # fmt: skip

ENDS = [
    only("a closed form from a symbolic start", lambda: same(Sum(2 * k - 1, (k, j, n)), n**2 - (j - 1) ** 2), {j: 11, n: 2}),
    only("Σ k from j", lambda: same(Sum(k, (k, j, n)) + a, (n - j + 1) * (n + j) / 2 + a), {j: 5, n: 1}),
    only("Σ 1 from j", lambda: same(Sum(1, (k, j, n)) + a, n - j + 1 + a), {j: 5, n: 1}),
    only("Π c from j", lambda: same(Product(c, (k, j, n)) + a, c ** (n - j + 1) + a), {j: 5, n: 1, c: 2}),
    only("a telescope from −2", lambda: same(f(n) - f(-3), Sum(f(k) - f(k - 1), (k, -2, n))), {n: -4}),
    only("Σ k up to −n", lambda: same(Sum(k, (k, 1, -n)) + a, -n * (1 - n) / 2 + a), {n: 2}),
    only("a double Σ 1", lambda: same(Sum(Sum(1, (i, 1, k)), (k, 1, n)) + a, n * (n + 1) / 2 + a), {n: -3}),
    only("up to 5 − n", lambda: same(Sum(f(k), (k, 1, 5 - n)), Sum(f(k), (k, 1, 4 - n)) + f(5 - n)), {n: 5}),
    only("Σ log α from 1", lambda: same(Sum(log(al[t]), (t, 1, T)), log(al.bar[T])), {T: -1}),
    only("Π α from s + 1", lambda: same(Product(al[t], (t, s + 1, T)), frac(al.bar[T], al.bar[s])), {s: 5, T: 2}),
    only("k ≠ n on the way", lambda: same(Sum(frac(k - n, k - n), (k, 1, n + 2)) + a, n + 2 + a), {n: 1}, {n: 11}),
    refused("k = N on the way", lambda: same(Sum(frac(k - ahead, k - ahead), (k, 1, 2 * ahead)) + a, 2 * ahead + a)),
    only("a variance at the start", lambda: same(Sum(frac(1 - al.bar[t - 1], 1 - al.bar[t - 1]), (t, 2, T)) + a, T - 1 + a), {T: 0}),
    refused("a variance at the start that is 0", lambda: same(Sum(frac(1 - al.bar[t - 1], 1 - al.bar[t - 1]), (t, 1, T)) + a, T + a)),
    refused("a pole inside", lambda: same(Integral(frac(u, u), (u, -1, 1)) + a, 2 + a)),
    refused("a pole in the middle of a symbolic range", lambda: same(Integral(frac(u - x, u - x), (u, x - 1, x + 1)) + a, 2 + a)),
    only("a pole at an end that is a symbol", lambda: same(Integral(frac(u, u), (u, x, 1)) + a, 1 - x + a), {x: -1}),
    only("∫ 1/√u from 0 to x", lambda: same(Integral(1 / sqrt(u), (u, 0, x)) + a, 2 * sqrt(x) + a), {x: -1}, true_at=[{x: 2}]),
    refused("∫ |u| from a to c as if a were positive", lambda: same(Integral(Abs(u), (u, a, c)) + x, (c**2 - a**2) / 2 + x)),
    only("∫ u/|u| from a to 0", lambda: same(d - a, Integral(frac(u, Abs(u)), (u, a, d))), {a: -3, d: 0}),
    refused("∫ 1/u from 0", lambda: same(Integral(1 / u, (u, 0, 1)) + a, 2 + a)),
    refused("a divisor that is 0 in disguise", lambda: same(frac((x + 1) ** 2 - x**2 - 2 * x - 1, (x + 1) ** 2 - x**2 - 2 * x - 1) + a, 1 + a)),
    refused("a divisor that is 0 by a recursion", lambda: same(frac(al.bar[t] - al[t] * al.bar[t - 1], al.bar[t] - al[t] * al.bar[t - 1]) + a, 1 + a)),
    refused("a divisor that is 0 by a fact", lambda: same(frac(x - y, x - y) + a, 1 + a, facts=[(x, a), (y, a)])),
    refused("a divisor that is 0 as a mean", lambda: same(frac(E[N(v, 0, 1)](v), E[N(v, 0, 1)](v)) + a, 1 + a)),
    refused("a divisor that is 0 as a divergence", lambda: same(frac(KL(p(v), p(v)), KL(p(v), p(v))) + a, 1 + a)),
    only("a divisor that may be 0 as an entropy", lambda: same(frac(H(p(v)), H(p(v))) + a, 1 + a)),
    proved("∫ log from 0 to 1", lambda: same(Integral(log(u), (u, 0, 1)) + a, a - 1)),
]  # fmt: skip

JUMPS = [
    refused("⌊x⌋ = x", lambda: same(floor(x) + a, x + a)),
    refused("⌊2x⌋ = 2⌊x⌋", lambda: same(floor(2 * x) + a, 2 * floor(x) + a)),
    refused("⌈x⌉ = ⌊x⌋ + 1", lambda: same(sympy.ceiling(x) + a, floor(x) + 1 + a)),
    refused("n mod 2 = n", lambda: same(sympy.Mod(n, 2) + a, n + a)),
    refused("sign² = 1", lambda: same(sign(x) ** 2 + a, 1 + a)),
    only("the slope of a jump is 0", lambda: same(D(sign(x), x) + a, a), {x: 0}),
    refused("over the jump of a sign", lambda: same(Integral(D(sign(u), u), (u, -1, 1)) + a, a)),
    refused("over three jumps", lambda: same(Integral(D(floor(u), u), (u, 0, 3)) + a, 3 + a)),
    refused("over the pole of log |u|", lambda: same(Integral(D(log(Abs(u)), u), (u, -1, 1)) + a, a)),
    refused("over the pole of f/u", lambda: same(Integral(D(f(u) / u, u), (u, -1, 1)) + a, f(1) + f(-1) + a)),
    refused("atan 1/u", lambda: same(Integral(D(sympy.atan(1 / u), u), (u, -1, 1)) + a, pi / 2 + a)),
    refused("a step is 1", lambda: same(sympy.Piecewise((1, x > 0), (0, True)) + a, 1 + a)),
    refused("but for one point", lambda: same(sympy.Piecewise((2, sympy.Eq(x, 0)), (1, True)) + a, 1 + a)),
    refused("δ_{nk} = 0", lambda: same(sympy.KroneckerDelta(n, k) + a, a)),
    refused("Σ δ_{nk} = 1", lambda: same(Sum(sympy.KroneckerDelta(n, k), (k, 1, 3)) + a, 1 + a)),
    refused("an argument is 0", lambda: same(sympy.arg(x) + a, a)),
    refused("log exp 7i = 7i", lambda: same(log(exp(I * 7)) + a, 7 * I + a)),
    refused("√exp ix", lambda: same(exp(I * x) ** half + a, exp(I * x / 2) + a)),
    refused("a mean that is i", lambda: same(E[N(v, I, 1)](v) + a, I + a)),
    refused("a law's mean that is i", lambda: same(E[p(v)](v) + a, I + a, facts=[(p(v), N(v, I, 1))])),
    refused("a variance that is i", lambda: same(E[N(v, 0, I)](v**2) + a, I + a)),
    refused("∞ − ∞ of integrals", lambda: same(Integral(1, (u, 0, oo)) - Integral(1, (u, 1, oo)) + a, 1 + a)),
    refused("∞ − ∞ of limits", lambda: same(Limit(1 / x, x, 0) - Limit(1 / x, x, 0) + a, a)),
    refused("∞ times 0", lambda: same(Limit(x, x, oo) * Limit(1 / x, x, oo) + a, a)),
    refused("∫ u over the line", lambda: same(Integral(u, (u, -oo, oo)) + a, a)),
    refused("x is ∞", lambda: same(frac(1, x) + a, a, facts=[(x, oo)])),
    refused("0^d = 0", lambda: same(0**d + a, a)),
    only("d^d", lambda: same(d**d + a, exp(d * log(d)) + a), {d: 0}),
    only("sin(xu)/(xu) → 1", lambda: same(Limit(frac(sin(x * u), x * u), u, 0) + a, 1 + a), {x: 0}),
]  # fmt: skip

INDICES = [
    only("x_t and x_{2t}", lambda: same(E[N(X[t], 0, 1)](X[t] * X[2 * t]) + a, a), {t: 0}),
    only("x_t and x_{t²}", lambda: same(E[N(X[t], 0, 1)](X[t] * X[t**2]) + a, a), {t: 0}, {t: 1}),
    only("x_t and x_{−t}", lambda: same(E[N(X[t], 0, 1)](X[t] * X[-t]) + a, a), {t: 0}),
    only("x_t and x_{t−T}", lambda: same(E[N(X[t], 0, 1)](X[t] * X[t - T]) + a, a), {T: 0}),
    only("x_t and x_{T−t}", lambda: same(E[N(X[t], 0, 1)](X[t] * X[T - t]) + a, a), {T: 4, t: 2}),
    only("x_N and x_{N²}", lambda: same(E[N(X[ahead], 0, 1)](X[ahead] * X[ahead**2]) + a, a), {ahead: 1}),
    only("t ≥ s is no t ≠ s", lambda: same(E[N(X[t], 0, 1)](X[t] * X[s]) + a, a, facts=[fact(t >= s)]), {t: 1, s: 1}),
    refused("x_t and x_{2t−2} under Σ", lambda: same(Sum(E[N(X[t], 0, 1)](X[t] * X[2 * t - 2]), (t, 1, 3)) + a, a)),
    only("x_t drawn around x_s", lambda: same(E[N(X[t], X[s], 1)](X[t]) + a, X[s] + a), {t: 1, s: 1}),
    refused("∂ of a product of neighbours", lambda: same(D(Sum(height[k] * height[k + 1], (k, 1, 3)), height[2]) + a, height[3] + a)),
    refused("∂ of every second entry", lambda: same(D(Sum(height[2 * k] ** 2, (k, 1, 5)), height[i]) + a, 2 * height[i] + a)),
    refused("ᾱ_{2t} = ᾱ_t²", lambda: same(al.bar[2 * t], al.bar[t] ** 2)),
    refused("ᾱ_{−1} = 1", lambda: same(al.bar[-1] + a, 1 + a)),
    refused("α_0 = 1", lambda: same(al[0] + a, 1 + a)),
    refused("ᾱ rises", lambda: least(al.bar[t], al.bar[t - 1], al.bar[t] - al.bar[t - 1])),
    refused("ᾱ_s ≥ ᾱ_t in any order", lambda: least(al.bar[s], al.bar[t], al.bar[s] - al.bar[t])),
    refused("two steps at T = 1", lambda: same(log(qm(X[0:T])), log(qm(X[0 : T - 2])) + L(T) + L(T - 1), times={T: 1})),
    refused("x_{−1}", lambda: same(log(qm(X[0:T])), log(qm(X[0 : T - 1])) + L(T), times={T: 0})),
    refused("x_{T+1}", lambda: same(log(qm(X[T + 1])) + a, log(qm(X[T + 1])) + a)),
    refused("backwards without Markov", lambda: same(log(Law("p", X[0:T])(X[0:T])), log(Law("p", X[0:T])(X[T]))
            + Sum(log(Law("p", X[0:T])(X[t - 1] | X[t])), (t, 1, T)), times={T: 1})),
    proved("two steps at T = 2", lambda: same(log(qm(X[0:T])), log(qm(X[0 : T - 2])) + L(T) + L(T - 1), times={T: 2})),
    proved("x_N and x_{2N}", lambda: same(E[N(X[ahead], 0, 1)](X[ahead] * X[2 * ahead]) + a, a)),
    proved("every second difference", lambda: same(Sum(log(frac(qm(X[t]), qm(X[t - 2]))), (t, 2, T)),
           log(qm(X[T])) + log(qm(X[T - 1])) - log(qm(X[1])) - log(qm(X[0])), times={T: 1})),
]  # fmt: skip

GAPS = [
    refused("x/x that the statement lacks", lambda: least(a, a - 1, frac(x, x))),
    refused("√x² that the statement lacks", lambda: least(a, a - x, sqrt(x) ** 2)),
    refused("a variance that the statement lacks", lambda: least(a, a - x, E[N(v, m, x)]((v - m) ** 2))),
    refused("a pole that the statement lacks", lambda: least(a, a - 1, x**2 * frac(1, x) ** 2)),
    refused("∫ f² from x to y in any order", lambda: least(a, a - Integral(f(u) ** 2, (u, x, y)), Integral(f(u) ** 2, (u, x, y)))),
    refused("∫ f² downwards", lambda: least(a, a - Integral(f(u) ** 2, (u, 1, 0)), Integral(f(u) ** 2, (u, 1, 0)))),
    refused("∫ u from −1", lambda: least(a, a - Integral(u, (u, -1, x)), Integral(u, (u, -1, x)))),
    refused("xⁿ", lambda: least(a, a - x**n, x**n)),
    refused("1 − x²", lambda: least(a, a - (1 - x**2), 1 - x**2)),
    refused("Max(x, y)", lambda: least(a, a - Max(x, y), Max(x, y))),
    refused("a positive symbol that is the difference, scaled", lambda: least(a, b, c * c1, facts=[(c, frac(a - b, c1))])),
    refused("a value of a non-negative function that is the difference", lambda: least(a, b, up(x), facts=[(up(x), a - b)])),
    refused("a positive function that is the difference everywhere", lambda: least(a, b, pos(x), facts=[fact(pos(u), a - b, forall=u)])),
    refused("a positive entry that is the difference", lambda: least(a, b, weight[1], facts=[(weight[1], a - b)])),
    only("a divergence that is the difference", lambda: least(a, b, KL(p(v), q(v)), facts=[(KL(p(v), q(v)), a - b)]), {a: 0, b: 1}),
    only("a square that is the difference", lambda: least(a, b, x**2, facts=[(x**2, a - b)]), {a: 0, b: 1}),
    only("an integral that is the difference", lambda: least(a, b, Integral(pos(u), (u, 0, 1)), facts=[(Integral(pos(u), (u, 0, 1)), a - b)]), {a: 0, b: 1}),
    only("a root that is the difference", lambda: least(a, b, sqrt(x), facts=[(sqrt(x), a - b)]), {a: 0, b: 1}),
    refused("a whole number that is the difference", lambda: least(a, b, ahead, facts=[(ahead, a - b)])),
    refused("a factor of a schedule that is the difference", lambda: least(a, b, al[t], facts=[(al[t], a - b)])),
    refused("φ of a real that the statement lacks", lambda: least(a + x, a + log(x) + 1, phi(x))),
    refused("a root of what is negative", lambda: least(m + sqrt(b), m, sqrt(low), facts=[(low, b)])),
    proved("∫ f² from x to y ≥ x", lambda: least(a, a - Integral(f(u) ** 2, (u, x, y)), Integral(f(u) ** 2, (u, x, y)), facts=[fact(y >= x)])),
    proved("1 − sin²", lambda: least(a, a - (1 - sin(x) ** 2), 1 - sin(x) ** 2)),
]  # fmt: skip

LAWS = [
    refused("a mass that is a normal density", lambda: same(H(mass(v)) + a, log(2 * pi * exp(1)) / 2 + a, facts=[(mass(v), N(v, 0, 1))])),
    refused("two laws of one variable, one conditional", lambda: same(E[p(v)](v) + a, a, facts=[(p(v), N(v, 0, 1)), (p(w | v), N(w, v, 1)), (p(w), N(w, 0, 1))])),
    refused("one draw for two", lambda: same(E[p(v, w)](v * w) + a, E[p(v)](v**2) + a, facts=[(p(v, w), p(v) * p(v))])),
    refused("equal marginals, equal joints", lambda: same(KL(p(v, w), q(v, w)) + a, a, facts=[(p(v), q(v)), (p(w), q(w))])),
    refused("KL the other way", lambda: same(KL(q(v), p(v)) + a, a, facts=[(KL(p(v), q(v)), b)])),
    refused("KL = −1", lambda: same(KL(p(v), q(v)) + a, a - 1, facts=[(KL(p(v), q(v)), -1)])),
    refused("a mean's square", lambda: same(E[p(v)](v**2) + a, quarter + a, facts=[(E[p(v)](v), half)])),
    refused("a conditional mean by the mean", lambda: same(E[p(v | w)](v) + a, half + a, facts=[(E[p(v)](v), half)])),
    refused("a log density at one v, in the mean", lambda: same(E[p(v)](log(p(v))) + a, b + a, facts=[(log(p(v)), b)])),
    refused("q's average of p's conditional", lambda: same(E[q(v)](p(w | v)) + a, q(w) + a)),
    only("Σ p^x q^{1−x} as p's mean", lambda: same(Sigma[v](p(v) ** x * q(v) ** (1 - x)) + a, Sigma[v](p(v) * frac(q(v), p(v)) ** (1 - x)) + a)),
    refused("a mean of v/v of a normal", lambda: same(E[N(v, 0, 1)](frac(v, v)) + a, 1 + a)),
    only("a mean of v/v", lambda: same(E[p(v)](frac(v, v)) + a, 1 + a)),
    only("a mean of log v²", lambda: same(E[p(v)](log(v**2)) + a, 2 * E[p(v)](log(v)) + a)),
    only("a mean of p/p under q", lambda: same(E[q(v)](frac(p(v), p(v))) + a, 1 + a), relation="dominated"),
    only("weights of independence", lambda: same(E[p(v, w)](frac(p(v) * p(w), p(v, w))) + a, 1 + a), relation="dominated"),
    only("a total that must be one", lambda: same(H(mass(v)) + a, log(2) + a, facts=[(mass(v), half)]), relation="total"),
    refused("∫ N(m; xv, c) dv · x = 1", lambda: same(Integrate[v](N(m, x * v, c)) * x + a, 1 + a)),
    proved("independence as a fact", lambda: same(log(p(v, w)), log(p(v)) + log(p(w)), facts=[(p(v, w), p(v) * p(w))])),
    proved("the mean of N(m; 2v, c) over v", lambda: same(Integrate[v](N(m, 2 * v, c) * v) + a, m / 4 + a)),
]  # fmt: skip

# The least value of a length that `times` gives is shown where the line leans on it and its reach does not name it.
TIMES = [
    only("T ≥ 3 by its root", lambda: least(T, 3, sqrt(T - 3) ** 2, times={T: 3}), {T: 2}),
    only("T ≥ 3 by the difference", lambda: least(T + a, 3 + a, T - 3, times={T: 3}), {T: 2}),
    only("√(T − 3)² = T − 3", lambda: same(sqrt(T - 3) ** 2 + x, T - 3 + x, times={T: 3}), {T: 2}),
    only("|T − 1| = T − 1", lambda: same(Abs(T - 1) + a, T - 1 + a, times={T: 1}), {T: 0}),
    only("Max(T, 1) = T", lambda: same(Max(T, 1) + a, T + a, times={T: 1}), {T: 0}),
    only("log (T − 2)²", lambda: same(log((T - 2) ** 2) + x, 2 * log(T - 2) + x, times={T: 3}), {T: 1}),
    only("(T − 2)/(T − 2)", lambda: same(frac(T - 2, T - 2) + x, 1 + x, times={T: 3}), {T: 2}),
    only("a variance T", lambda: same(N(x, 0, T) + a, a + N(x, 0, T), times={T: 3}), {T: 0}),
    only("1 ≥ ᾱ_T, T ≥ 1", lambda: least(1 - al.bar[T] + a, a, 1 - al.bar[T], times={T: 1}), {T: -1}),
    only("a chain of lines", lambda: Derivation("r", "", times={T: 3}).start(T + a).at_least(3 + a, gap=T - 3).equals(a + 3), {T: 2}),
    proved("T x = x T", lambda: same(T * x + a, x * T + a, times={T: 3})),
    proved("Σ x up to T, whose reach names it", lambda: same(Sum(x, (t, 1, T)), T * x, times={T: 3})),
]  # fmt: skip

STEPS = [
    refused("two values in two lines", lambda: line((1 + b, [(a, 1)]), (2 + b, [(a, 2)]), start=a + b)),
    refused("a function's value for all, another at a point", lambda: line((a + x, [fact(f(u), u, forall=u)]), (3 + x, [(f(2), 3), (a, 2)]), start=f(a) + x)),
    refused("a law with two means", lambda: line((m + b, [(p(v), N(v, m, 1))]), (E[p(v)](v) + b, [(p(v), N(v, 1, 1))]), start=E[p(v)](v) + b)),
    refused("log x and then log −x", lambda: line((2 * log(x), []), (2 * log(x) + log(-x) - log(-x), []), start=log(x**2))),
    refused("a name that is a number's", lambda: same(symbol("pi") + pi, 2 * pi)),
    refused("an index's name that is a symbol's", lambda: same(height[1] + symbol("a_1") + x, 2 * height[1] + x)),
    refused("a function's name that is a derivative's", lambda: same(D(f(x), x) + undefined("f'")(x), 2 * D(f(x), x))),
    refused("one function of one and of two arguments", lambda: same(f(x, y) + f(x) + a, f(x) + f(x, y) + a)),
    refused("v drawn twice", lambda: same(E[N(v, 0, 1)](v * E[N(v, 1, 1)](v)) + a, a)),
    proved("a name that is bound twice, one inside the other", lambda: same(Sum(Sum(k, (k, 1, k)), (k, 1, 3)) + a, 10 + a)),
    proved("an end of the name that is bound", lambda: same(Integral(Integral(u, (u, 0, u)), (u, 0, 1)) + a, Rational(1, 6) + a)),
    proved("a bound name beside its fact", lambda: same(Sum(k, (k, 1, 3)) + k, sympy.Integer(8), facts=[(k, 2)])),
]  # fmt: skip

ALL = [*UNIVERSAL, *RELATIONS, *ENDS, *JUMPS, *INDICES, *GAPS, *LAWS, *TIMES, *STEPS]
