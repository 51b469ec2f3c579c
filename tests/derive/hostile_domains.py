"""Domains, signs, poles, names. Kinds A5, A10, A11 and A13 of the hostile reading."""

import sympy
from sympy import Abs, Max, Min, Rational, oo, pi

from hostile import least, only, proved, refused, same, shown
from vdmlib.derive import KL, DerivationError, E, Integral, Law, Limit, N, Product, Schedule, Sum
from vdmlib.derive import Derivative as D
from vdmlib.derive import coordinates, exp, frac, log, phi, sqrt, symbol, symbols, undefined, variables

a, b, m, x, u, y = symbols("a b m x u y")
c, c1, d = symbol("c", positive=True), symbol("c_1", positive=True), symbol("d", nonnegative=True)
z = symbol("z", nonzero=True, real=True)
low = symbol("l", negative=True)
f, g = undefined("f g")
pos = undefined("psi", positive=True)
t, T, n, k, i, j, m_ = symbols("t T n k i j r", integer=True)
ahead = symbol("N", integer=True, positive=True)
v, w = variables("v w")
p, q = Law("p", v, w), Law("q", v, w)
height, weight = coordinates("a"), coordinates("w", positive=True)
al = Schedule("alpha")
half, third = Rational(1, 2), Rational(1, 3)

# --- A5: the domain leaks. Complex values are none: every symbol here is real.

ROOTS = [
    only("x ≥ 0, as its root squared", lambda: least(x, 0, sqrt(x) ** 2), {x: -1}),
    only("log x² = 2 log x", lambda: same(log(x**2), 2 * log(x)), {x: -1}, true_at=[{x: 2}]),
    only("log ab = log a + log b", lambda: same(log(a * b), log(a) + log(b)), {a: -1, b: -1}, true_at=[{a: 1, b: 2}]),
    only("√x² = x", lambda: same(sqrt(x**2) + a, x + a), {x: -1}, true_at=[{x: 1}]),
    only("√x √y = √xy", lambda: same(sqrt(x) * sqrt(y) + a, sqrt(x * y) + a), {x: -1, y: -1}, true_at=[{x: 1, y: 1}]),
    only("√x/√y = √(x/y)", lambda: same(frac(sqrt(x), sqrt(y)) + a, sqrt(frac(x, y)) + a), {x: -1, y: -1}, true_at=[{x: 1, y: 1}]),
    only("log a/b = log a − log b", lambda: same(log(frac(a, b)), log(a) - log(b)), {a: -1, b: -2}),
    only("log x⁴ = 4 log x", lambda: same(log(x**4) + a, 4 * log(x) + a), {x: -3}),
    only("log(x²) = 2 log(−x)", lambda: same(log(x**2) + a, 2 * log(-x) + a), {x: 1}, true_at=[{x: -1}]),
    only("x^4 under a fourth root", lambda: same((x**4) ** Rational(1, 4) + a, x + a), {x: -1}),
    only("(x²)^a = x^{2a}", lambda: same((x**2) ** a + b, x ** (2 * a) + b), {x: -1, a: half}),
    only("√x² by exp and log", lambda: same(exp(log(x**2) / 2) + a, x + a), {x: -1}),
    only("log √x² = log x", lambda: same(log(sqrt(x**2)) + a, log(x) + a), {x: -1}),
    only("|x| = x", lambda: same(Abs(x) + a, x + a), {x: -1}),
    only("√(1 − x)√(1 + x) = √(1 − x²)", lambda: same(sqrt(x - 1) * sqrt(x + 1) + a, sqrt(x**2 - 1) + a), {x: -2}, true_at=[{x: 2}]),
    only("log(x² − 1) = log(x − 1) + log(x + 1)", lambda: same(log(x**2 - 1), log(x - 1) + log(x + 1)), {x: -2}, true_at=[{x: 2}]),
    only("√(x − 1)² in a gap", lambda: least(x + a, 1 + a, sqrt(x - 1) ** 2), {x: 0}),
    only("a root's square in a gap with a factor", lambda: least(2 * x + a, a, 2 * sqrt(x) * sqrt(x)), {x: -1}),
    only("a fourth root's fourth power", lambda: least(x + a, a, (x ** Rational(1, 4)) ** 4), {x: -1}),
    only("exp log in a gap", lambda: least(x + a, a, exp(log(x))), {x: -1}),
    only("φ of a real", lambda: least(x - 1 + a, log(x) + a, phi(x)), {x: -1}),
    only("1/x in a gap", lambda: least(frac(1, x) + a, a, frac(1, sqrt(x) ** 2)), {x: -1}),
    refused("log x + log(−x) = log(−x²)", lambda: same(log(x) + log(-x) + a, log(-(x**2)) + a)),
    refused("√(x − 1) √(−x) is a number", lambda: same(sqrt(x - 1) * sqrt(-x) + a, sqrt(x - x**2) + a)),
    proved("√c² = c", lambda: same(sqrt(c**2) + a, c + a)),
    proved("√l² = −l", lambda: same(sqrt(low**2) + a, -low + a)),
    proved("√x² = |x|", lambda: same(sqrt(x**2) + a, Abs(x) + a)),
    proved("log c² = 2 log c", lambda: same(log(c**2) + a, 2 * log(c) + a)),
    proved("exp(x)² under a root", lambda: same(sqrt(exp(x) ** 2) + a, exp(x) + a)),
    proved("log of 1 + x²", lambda: same(log((1 + x**2) ** 2) + a, 2 * log(1 + x**2) + a)),
]  # fmt: skip

ANGLES = [
    only("asin sin x = x", lambda: same(sympy.asin(sympy.sin(x)) + a, x + a), {x: 3}),
    only("acos cos x = x", lambda: same(sympy.acos(sympy.cos(x)) + a, x + a), {x: -1}),
    only("atan tan x = x", lambda: same(sympy.atan(sympy.tan(x)) + a, x + a), {x: 2}),
    only("√(1 − sin²) = cos", lambda: same(sqrt(1 - sympy.sin(x) ** 2) + a, sympy.cos(x) + a), {x: 3}),
    only("sin/cos = tan, cos ≠ 0", lambda: same(sympy.tan(x) * sympy.cos(x) + a, sympy.sin(x) + a), {x: pi / 2}),
    only("tan with its reciprocal", lambda: same(sympy.tan(x) * frac(1, sympy.tan(x)) + a, 1 + a), {x: 0}),
    only("log tan", lambda: same(log(sympy.tan(x)), log(sympy.sin(x)) - log(sympy.cos(x))), {x: pi + half}),
    only("log of a hyperbolic sine", lambda: same(log(sympy.sinh(x) ** 2) + a, 2 * log(sympy.sinh(x)) + a), {x: -1}),
    proved("sin² + cos² = 1", lambda: same(sympy.sin(x) ** 2 + sympy.cos(x) ** 2 + a, 1 + a)),
    proved("tan atan x = x", lambda: same(sympy.tan(sympy.atan(x)) + a, x + a)),
]  # fmt: skip

QUOTIENTS = [
    only("x/x = 1", lambda: same(frac(x, x) + a, 1 + a), {x: 0}, true_at=[{x: -1}]),
    only("(x² − 1)/(x − 1) = x + 1", lambda: same(frac(x**2 - 1, x - 1), x + 1), {x: 1}),
    only("0/x = 0", lambda: same(frac(sympy.Integer(0), x) + a, a), {x: 0}),
    only("x² · 1/x = x", lambda: same(x**2 * frac(1, x) + a, x + a), {x: 0}),
    only("x^{-1} x = 1", lambda: same(x**-1 * x + a, 1 + a), {x: 0}),
    only("f/f = 1", lambda: same(frac(f(x), f(x)) + a, 1 + a)),
    only("a quotient of entries", lambda: same(frac(height[i], height[i]) + a, 1 + a)),
    only("1/(1/x) = x", lambda: same(frac(1, frac(1, x)) + a, x + a), {x: 0}),
    only("1/x less itself", lambda: same(frac(1, x) - frac(1, x) + a, a), {x: 0}),
    only("d = 0 in a denominator", lambda: same(frac(d, d) + a, 1 + a), {d: 0}),
    only("a sum in a denominator", lambda: same(frac(a + b, a + b) + x, 1 + x), {a: 1, b: -1}),
    only("a logarithm in a denominator", lambda: same(frac(log(c), log(c)) + x, 1 + x), {c: 1}),
    only("1/(c − 1) in a gap", lambda: least(frac(c - 1, c - 1) + a, a, frac(c - 1, c - 1)), {c: 1}),
    only("a quotient of integrals", lambda: same(frac(Integral(f(u), (u, 0, 1)), Integral(f(u), (u, 0, 1))) + a, 1 + a)),
    only("expectation over itself", lambda: same(frac(E[p(v)](v), E[p(v)](v)) + a, 1 + a)),
    only("KL over KL", lambda: same(frac(KL(p(v), q(v)), KL(p(v), q(v))) + a, 1 + a)),
    only("a variance of x", lambda: same(E[N(v, 0, x)](v**2) + a, x + a), {x: -1}),
    only("a variance of d", lambda: same(KL(N(v, 0, d), N(v, 0, d)) + a, a), {d: 0}),
    only("a variance of a − b", lambda: same(E[N(v, m, a - b)](v) + x, m + x), {a: 0, b: 1}),
    only("a variance of x²", lambda: same(E[N(v, m, x**2)]((v - m) ** 2) + a, x**2 + a), {x: 0}),
    only("a product of normals with a − b", lambda: same(E[N(v, 0, c)](N(w, v, a - c)), N(w, 0, a)), {a: 1, c: 2}),
    only("a mean of exp(xv²)", lambda: same(E[N(v, 0, 1)](exp(x * v**2)) + a, frac(1, sqrt(1 - 2 * x)) + a), {x: 1}),
    only("a variance of 1 − ᾱ_{t−1}", lambda: same(E[N(v, 0, 1 - al.bar[t - 1])](v**2) + a, 1 - al.bar[t - 1] + a)),
    proved("z/z = 1", lambda: same(frac(z, z) + a, 1 + a)),
    proved("c/c = 1", lambda: same(frac(c, c) + a, 1 + a)),
    proved("exp/exp = 1", lambda: same(frac(exp(x), exp(x)) + a, 1 + a)),
    proved("over 1 + x²", lambda: same(frac(1 + x**2, 1 + x**2) + a, 1 + a)),
]  # fmt: skip

POWERS = [
    only("(xy)^a = x^a y^a", lambda: same((x * y) ** a + b, x**a * y**a + b), {x: -1, y: -1, a: half}),
    only("x^a x^b = x^{a+b}", lambda: same(x**a * x**b + m, x ** (a + b) + m), {x: 0, a: -1, b: 2}),
    only("(x^a)^b = x^{ab}", lambda: same((x**a) ** b + m, x ** (a * b) + m), {x: -1, a: 2, b: half}),
    only("log x^a = a log x", lambda: same(log(x**a) + m, a * log(x) + m), {x: -1, a: 2}),
    only("x^n for negative n", lambda: same(frac(x ** (n + 1), x**n) + a, x + a), {x: 0, n: 2}),
    only("a root of x⁴", lambda: same(sqrt(x**4) * frac(1, x) + a, x + a), {x: 0}),
    only("cube root of a cube", lambda: same((x**3) ** third + a, x + a), {x: -1}),
    only("√(x⁶) = x³", lambda: same(sqrt(x**6) + a, x**3 + a), {x: -1}),
    proved("(c^a)^b = c^{ab}", lambda: same((c**a) ** b + m, c ** (a * b) + m)),
    proved("exp(x)^a = exp(ax)", lambda: same(exp(x) ** a + m, exp(a * x) + m)),
]  # fmt: skip

# --- A9's sign of bound names beside A11: edges of the calculus

EDGES = [
    only("Σ 1 from 1 to n − 2", lambda: same(Sum(1, (k, 1, n - 2)) + a, n - 2 + a), {n: 1}, true_at=[{n: 5}]),
    only("a telescope across a pole", lambda: same(Sum(1 / ((k - 9) * (k - 8)), (k, 1, n)), -Rational(1, 8) - 1 / (n - 8)), {n: 8}, {n: 9}, {n: 12}),
    only("Σ k up to n", lambda: same(Sum(k, (k, 1, n)) + a, n * (n + 1) / 2 + a), {n: -5}),
    only("Σ from 2 to n", lambda: same(Sum(k, (k, 2, n)) + a, n * (n + 1) / 2 - 1 + a), {n: -3}),
    only("Σ c^k", lambda: same(Sum(c**k, (k, 0, n)) + a, frac(1 - c ** (n + 1), 1 - c) + a), {c: 1, n: 3}),
    only("Σ x^k, endless", lambda: same(Sum(x**k, (k, 0, oo)) + a, frac(1, 1 - x) + a), {x: 2}),
    only("Σ 1/k from n", lambda: same(Sum(frac(1, k), (k, n, n)) + a, frac(1, n) + a), {n: 0}),
    only("a telescope of 1/k", lambda: same(Sum(frac(1, k) - frac(1, k + 1), (k, n, n + 5)), frac(1, n) - frac(1, n + 6)), {n: -2}),
    only("the first term taken out of an empty sum", lambda: same(Sum(f(k), (k, 1, n)), f(1) + Sum(f(k), (k, 2, n))), {n: 0}),
    only("the last term taken out of an empty sum", lambda: same(Sum(f(k), (k, 1, n)), f(n) + Sum(f(k), (k, 1, n - 1))), {n: -1}),
    only("a telescope of f", lambda: same(Sum(f(k) - f(k - 1), (k, 1, n)), f(n) - f(0)), {n: -2}),
    only("a product of constants", lambda: same(Product(c, (k, 1, n)) + a, c**n + a), {n: -2, c: 2}),
    only("a telescoping product", lambda: same(Product(frac(pos(k), pos(k - 1)), (k, 1, n)), frac(pos(n), pos(0))), {n: -2}),
    only("a factorial of a product", lambda: same(Product(k, (k, 1, n)), n * Product(k, (k, 1, n - 1))), {n: 0}),
    only("Σ split in the middle", lambda: same(Sum(f(k), (k, 1, n)), Sum(f(k), (k, 1, m_)) + Sum(f(k), (k, m_ + 1, n))), {n: 1, m_: 3}),
    only("entries of an empty sum", lambda: same(Sum(height[k], (k, 1, n)) + a, height[1] + Sum(height[k], (k, 2, n)) + a), {n: 0}),
    only("ᾱ_n/ᾱ_j as a product", lambda: same(Product(al[i], (i, j, n)), frac(al.bar[n], al.bar[j - 1])), {j: 5, n: 2}),
    only("one over an empty sum", lambda: least(frac(1, Sum(weight[k], (k, 1, n))) + a, a, frac(1, Sum(weight[k], (k, 1, n)))), {n: 0}),
    only("∫ 1/x over a pole", lambda: same(Integral(frac(1, u), (u, a, b)), log(Abs(b)) - log(Abs(a))), {a: -1, b: 1}),
    only("∫ 1/u² over a pole", lambda: same(Integral(u**-2, (u, a, b)) + x, frac(1, a) - frac(1, b) + x), {a: -1, b: 1}),
    only("∫ 1/(u − c)² past c", lambda: same(Integral((u - c) ** -2, (u, 0, y)) + x, frac(1, c - y) - frac(1, c) + x), {c: 1, y: 2}),
    only("∫ exp(−xu)", lambda: same(Integral(exp(-x * u), (u, 0, oo)) + a, frac(1, x) + a), {x: -1}),
    only("∫ u^a", lambda: same(Integral(u**a, (u, 0, 1)) + x, frac(1, a + 1) + x), {a: -2}),
    only("∫ u^n over 0", lambda: same(Integral(u**n, (u, 0, 1)) + x, frac(1, n + 1) + x), {n: -2}),
    only("∫ √u² from below 0", lambda: same(Integral(sqrt(u**2), (u, a, b)) + x, half * b**2 - half * a**2 + x), {a: -1, b: 1}),
    only("∫ log u², from below 0", lambda: same(Integral(log(u**2), (u, 1, x)) + a, 2 * x * log(x) - 2 * x + 2 + a), {x: -1}),
    only("d/dx log x beyond 0", lambda: same(D(log(x), x) + a, frac(1, x) + a), {x: -1}),
    only("d/dx of x/x", lambda: same(D(frac(x, x), x) + a, a), {x: 0}),
    only("d/dx √x²", lambda: same(D(sqrt(x**2), x) + a, 1 + a), {x: -1}),
    only("d/dx |x|", lambda: same(D(Abs(x), x) * x + a, Abs(x) + a), {x: 0}),
    only("∫ √u √u from below 0", lambda: same(Integral(sqrt(u) * sqrt(u), (u, 0, x)) + a, half * x**2 + a), {x: -1}),
    only("lim of c^x", lambda: same(Limit(c**x, x, oo) + a, a), {c: 2}),
    only("lim exp(ax)", lambda: same(Limit(exp(a * x), x, -oo) + b, b), {a: -1}),
    only("lim a/x from the right", lambda: same(Limit(exp(-frac(a, x)), x, 0) + b, b), {a: -1}),
    only("lim of sin(ax)/x over a", lambda: same(frac(Limit(sympy.sin(a * x) / x, x, 0), a) + b, 1 + b), {a: 0}),
    refused("v/v under a normal law", lambda: same(E[N(v, m, 1)](frac(v, v)) + a, 1 + a)),
    refused("(v − b)/(v − b) under a normal law", lambda: same(E[N(v, m, 1)](frac(v - b, v - b)) + a, 1 + a)),
    proved("(v² + 1)/(v² + 1) under a normal law", lambda: same(E[N(v, m, 1)](frac(v**2 + 1, v**2 + 1)) + a, 1 + a)),
    refused("Max and a size squared", lambda: same((sympy.sin(a - x) * Abs(sympy.sin(a - x))) ** 2, (sympy.Max(sympy.sin(a - x), c) * Abs(sympy.sin(a - x))) ** 2)),
    only("lim of a quotient that x stands in", lambda: same(Limit(frac(x * (1 - a), x * (1 - a)), x, 0) + b, b + 1), {a: 1}),
    only("lim of 2γ − 1 over itself", lambda: same(Limit(frac((1 + x) * (2 * a - 1), 2 * a - 1), x, 0) + b, b + 1), {a: half}),
    only("lim of a difference of logs", lambda: same(Limit(log(a - x) - log(a - 2 * x), x, 0) + b, b), {a: -1}),
    only("lim of log ax − log ax", lambda: same(Limit(log(a * x) - log(a * x), x, 0) + b, b), {a: -1}),
    only("lim of log ax − log ax from the left", lambda: same(Limit(log(a * x) - log(a * x), x, 0, "-") + b, b), {a: 1}),
    only("lim of √(a − x)/√(a − x)", lambda: same(Limit(frac(sqrt(a - x), sqrt(a - x)), x, 0) + b, b + 1), {a: -1}),
    only("lim of ax/(ax) at ∞", lambda: same(Limit(frac(a * x, a * x), x, oo) + b, b + 1), {a: 0}),
    only("lim of log ax − log ax at −∞", lambda: same(Limit(log(a * x) - log(a * x), x, -oo) + b, b), {a: 1}),
    proved("lim of x/x at 0", lambda: same(Limit(frac(x, x), x, 0) + a, 1 + a)),
    proved("lim of (x + c)/(x + c) at ∞", lambda: same(Limit(frac(a * x + c, a * x + c), x, oo) + b, 1 + b)),
    proved("lim √(x − b)/√x at ∞", lambda: same(Limit(frac(sqrt(x - b), sqrt(x)), x, oo) + a, 1 + a)),
    refused("lim 1/x from the left is +∞'s", lambda: same(exp(-Limit(frac(1, x), x, 0, "-")) + a, a)),
    refused("∫ 1/u from −1 to 1", lambda: same(Integral(frac(1, u), (u, -1, 1)) + a, a)),
    refused("∫ 1/u² from −1 to 1", lambda: same(Integral(u**-2, (u, -1, 1)) + a, a - 2)),
    refused("∫ tan from 0 to π", lambda: same(Integral(sympy.tan(u), (u, 0, pi)) + a, a)),
    refused("∫ over a jump", lambda: same(Integral(Abs(u) / u, (u, -1, 1)) + a, 2 + a)),
    refused("∫ δ at an end", lambda: same(Integral(sympy.DiracDelta(u) * f(u), (u, 0, 1)), f(0))),
    refused("Σ (−1)^k, endless", lambda: same(Sum(Rational(-1) ** k, (k, 0, oo)) + a, half + a)),
    refused("a sum with a pole in it", lambda: same(Sum(frac(1, k - 3) - frac(1, k - 2), (k, 1, 5)) + a, -frac(1, 2) - frac(1, 3) + a)),
    proved("Σ k up to a positive n", lambda: same(Sum(k, (k, 1, ahead)) + a, ahead * (ahead + 1) / 2 + a)),
    proved("Σ 1 from 1 to N + 2", lambda: same(Sum(1, (k, 1, ahead + 2)) + a, ahead + 2 + a)),
    proved("∫ 1/u from c", lambda: same(Integral(frac(1, u), (u, c, c + c1)), log(c + c1) - log(c))),
    proved("d/dx x² log c", lambda: same(D(x**2 * log(c), x) + a, 2 * x * log(c) + a)),
]  # fmt: skip
# --- Max, Min, conditions that contradict

EXTREMES = [
    only("Max(a, b) = a", lambda: same(Max(a, b) + x, a + x), {a: 0, b: 1}),
    only("Min(a, 0) = 0", lambda: same(Min(a, 0) + x, x), {a: -1}),
    only("d/da Max(a, 0) = 1", lambda: same(D(Max(a, 0), a) + x, 1 + x), {a: -1}),
    only("Max(a, b) as a gap", lambda: least(a + x, x, Max(a, a)), {a: -1}),
    only("|a + b| = |a| + |b|", lambda: same(Abs(a + b) + x, Abs(a) + Abs(b) + x), {a: -1, b: 1}),
    refused("log x = log x + log(−x) − log(−x)", lambda: same(log(x) + a, log(x) + log(-x) - log(-x) + a)),
    refused("√(x − 1) √(−x) over itself", lambda: same(frac(sqrt(x - 1) * sqrt(-x), sqrt(x - 1) * sqrt(-x)) + a, 1 + a)),
    refused("√(−1 − x²)² in a gap", lambda: least(-1 - x**2 + a, a, sqrt(-1 - x**2) ** 2)),
    refused("a logarithm below its edge", lambda: same(exp(2 * log(-c)) + a, c**2 + a)),
    proved("Max(c, −c) = c", lambda: same(Max(c, -c) + x, c + x)),
    proved("|c| = c", lambda: same(Abs(c) + x, c + x)),
]  # fmt: skip

# --- A10: names

twin, other = symbol("x"), symbol("x", positive=True)
pv = variables("x")
P = Law("p", pv)
same_law = Law("p", pv, discrete=True)
index_x = symbol("x", integer=True)
t_real = symbol("t")

NAMES = [
    refused("nothing is bound", lambda: same(E[N(2 * x, 0, 1)](x), x)),
    refused("a sum is drawn", lambda: same(E[N(x + y, 0, 1)](x) + a, x + a)),
    refused("a function is drawn", lambda: same(E[N(f(x), 0, 1)](x) + a, x + a)),
    refused("a number is drawn", lambda: same(E[N(sympy.Integer(1), 0, 1)](x) + a, x + a)),
    refused("a square is drawn", lambda: same(E[N(x**2, 0, 1)](x**2) + a, 1 + a)),
    refused("a symbol and a variable of one name", lambda: same(E[P(pv)](x), x)),
    refused("two symbols of one name", lambda: same(twin + other - other, twin)),
    refused("two symbols of one name, one positive", lambda: same(log(other**2) + twin, 2 * log(other) + twin)),
    refused("two laws of one name", lambda: same(KL(P(pv), same_law(pv)) + a, KL(P(pv), same_law(pv)) + a + 0)),
    proved("an index and a symbol of one name, read apart by the index's scope", lambda: same(Sum(index_x, (index_x, 1, 3)) * twin, 6 * twin)),
    refused("two functions of one name", lambda: same(undefined("f", positive=True)(x) + f(x), f(x) + undefined("f", positive=True)(x))),
    refused("a time that is a real and one that is whole", lambda: same(al.bar[t] * t_real, t_real * al[t] * al.bar[t - 1])),
]  # fmt: skip

# --- A13: the probe leans on the prover: it must refute what a broken definition proves


def definition_times_three(functional, left, right):
    """Whether a definition that is three times too large is caught."""

    def caught():
        before = functional.definition
        functional.definition = lambda self: 3 * before(self)
        try:
            same(left, right).records()
        except DerivationError:
            return True
        finally:
            functional.definition = before
        return False

    return caught


def _definitions():
    from vdmlib.derive import CE, ELBO, H, MI

    two = N(v, m, 1), N(v, 0, 1)
    yield "KL(N, N)", KL, KL(*two), 3 * m**2 / 2
    yield "KL of tables", KL, KL(p(v), q(v)), 3 * E[p(v)](log(p(v)) - log(q(v)))
    yield "H of tables", H, H(p(v)), -3 * E[p(v)](log(p(v)))
    yield "H(N)", H, H(N(v, m, c)), 3 * (1 + log(2 * pi * c)) / 2
    yield "CE of tables", CE, CE(p(v), q(v)), -3 * E[p(v)](log(q(v)))
    yield "CE(N, N)", CE, CE(*two), 3 * (log(2 * pi) + 1 + m**2) / 2
    yield "MI of tables", MI, MI(p(v, w), v), 3 * E[p(v, w)](log(p(v, w)) - log(p(v)) - log(p(w)))
    yield "φ", phi, phi(c) + a, 3 * (c - 1 - log(c)) + a
    cond = Law("r", w | v)
    yield "ELBO", ELBO, ELBO(cond(w | v), p(v, w)), 3 * E[cond(w | v)](log(p(v, w)) - log(cond(w | v)))


PROBES = [shown(f"{name} defined three times too large", definition_times_three(functional, left, right))
          for name, functional, left, right in _definitions()]  # fmt: skip

ALL = [*ROOTS, *ANGLES, *QUOTIENTS, *POWERS, *EDGES, *EXTREMES, *NAMES, *PROBES]
