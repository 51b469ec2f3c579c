"""True lines that were refused for long, kind by kind, each beside false ones of its form."""

import sympy
from sympy import Abs, Max, Min, Rational, oo

from hostile import fact, least, only, proved, refused, same
from vdmlib.derive import CE, KL, E, H, Integral, Law, Limit, N, Product, Schedule, Sigma, Sum
from vdmlib.derive import Derivative as D
from vdmlib.derive import chain, coordinates, exp, frac, log, sqrt, symbol, symbols, undefined, variables

a, b, m, x, u, y = symbols("a b m x u y")
c, c1 = symbol("c", positive=True), symbol("c_1", positive=True)
f, w, L = undefined("f w L")
up = undefined("psi", positive=True)
t, T, n, k, i, j = symbols("t T n k i j", integer=True)
ahead = symbol("N", integer=True, positive=True)
al = Schedule("alpha")
height = coordinates("h")
half = Rational(1, 2)

# --- limits from the left end of the line

LIMITS = [
    proved("lim x/|x| at −∞", lambda: same(Limit(x / Abs(x), x, -oo) + a, a - 1)),
    proved("lim √(x² + 1)/x at −∞", lambda: same(Limit(sqrt(x**2 + 1) / x, x, -oo) + a, a - 1)),
    proved("lim √(x² + 1) + x at −∞", lambda: same(Limit(sqrt(x**2 + 1) + x, x, -oo) + a, a)),
    proved("lim (x²)^{3/2}/x³ at −∞", lambda: same(Limit((x**2) ** Rational(3, 2) / x**3, x, -oo) + a, a - 1)),
    proved("lim Max(x, 0) at −∞", lambda: same(Limit(Max(x, 0), x, -oo) + a, a)),
    proved("lim Min(x, −x)/x at −∞", lambda: same(Limit(Min(x, -x) / x, x, -oo) + a, a + 1)),
    proved("lim |x + b|/x at −∞", lambda: same(Limit(Abs(x + b) / x, x, -oo) + a, a - 1)),
    proved("lim x (√(x² + c) + x) at −∞", lambda: same(Limit(x * (sqrt(x**2 + c) + x), x, -oo) + a, a - c / 2)),
    proved("lim √(x²)/x at 0 from the left", lambda: same(Limit(sqrt(x**2) / x, x, 0, "-") + a, a - 1)),
    proved("lim √((x − 2)²)/(x − 2) at 2 from the left", lambda: same(Limit(sqrt((x - 2) ** 2) / (x - 2), x, 2, "-") + a, a - 1)),
    refused("lim x/|x| at −∞ is not 1", lambda: same(Limit(x / Abs(x), x, -oo) + a, a + 1)),
    refused("lim √(x² + 1)/x at −∞ is not 1", lambda: same(Limit(sqrt(x**2 + 1) / x, x, -oo) + a, a + 1)),
    refused("lim √(x²)/x at 0 from the left is not 1", lambda: same(Limit(sqrt(x**2) / x, x, 0, "-") + a, a + 1)),
    refused("lim √(x² + c) − x at −∞", lambda: same(Limit(sqrt(x**2 + c) - x, x, -oo) + a, a)),
    refused("a positive letter goes to −∞", lambda: same(Limit(c, c, -oo) + a, a)),
]  # fmt: skip

# --- factors of unknown sign before sums and products

FACTORS = [
    proved("a b times a telescope", lambda: same(a * b * Sum(f(i) - f(i - 1), (i, 1, ahead)), a * b * f(ahead) - a * b * f(0))),
    proved("m² − 1 times Σ log α", lambda: same((m**2 - 1) * Sum(log(al[i]), (i, 1, T)), (m**2 - 1) * log(al.bar[T])), {T: 3}),
    proved("a Σ m log α", lambda: same(a * Sum(m * log(al[i]), (i, 1, T)), a * m * log(al.bar[T])), {T: 3}),
    proved("Σ log α over b", lambda: same(frac(Sum(log(al[i]), (i, 1, T)), b), frac(log(al.bar[T]), b)), {T: 3, b: -1}),
    proved("n times a telescope to n", lambda: same(n * Sum(f(i) - f(i - 1), (i, 1, n)), n * (f(n) - f(0))), {n: 3}),
    proved("m times a product of α", lambda: same(m * Product(al[i], (i, 1, T)), m * al.bar[T]), {T: 3}),
    proved("m times a product that telescopes", lambda: same(m * Product(frac(up(i), up(i - 1)), (i, 1, ahead)), m * frac(up(ahead), up(0)))),
    proved("x_1 times Σ k", lambda: same(height[1] * Sum(k, (k, 1, ahead)), height[1] * ahead * (ahead + 1) / 2)),
    proved("a telescope of schedules by √", lambda: same(m * Sum(sqrt(al.bar[i]) - sqrt(al.bar[i - 1]), (i, 1, T)), m * (sqrt(al.bar[T]) - 1)), {T: 3}),
    proved("two telescopes with two factors", lambda: same(a * Sum(f(i) - f(i - 1), (i, 1, ahead)) - b * Sum(w(i) - w(i - 1), (i, 1, ahead)),
           a * f(ahead) - a * f(0) - b * w(ahead) + b * w(0))),
    proved("a difference of sums of one range", lambda: same(m * Sum(f(i) + w(i), (i, 1, ahead)), m * Sum(f(i), (i, 1, ahead)) + m * Sum(w(i), (i, 1, ahead)))),
    refused("m times a telescope that is late", lambda: same(m * Sum(f(i) - f(i - 1), (i, 1, ahead)), m * (f(ahead) - f(1)))),
    refused("m times Σ log α from 2", lambda: same(m * Sum(log(al[i]), (i, 2, T)), m * log(al.bar[T]), times={T: 2})),
    refused("another factor", lambda: same(m * Sum(f(i) - f(i - 1), (i, 1, ahead)), a * (f(ahead) - f(0)))),
    refused("a factor that the index holds", lambda: same(Sum(i * (f(i) - f(i - 1)), (i, 1, ahead)), ahead * (f(ahead) - f(0)))),
    only("m times a telescope, an open end", lambda: same(m * Sum(f(i) - f(i - 1), (i, 1, n)), m * (f(n) - f(0))), {n: -2}),
    only("n times a sum that has not begun", lambda: same(n * Sum(f(i) - f(i - 1), (i, 3, n)), n * (f(n) - f(2))), {n: 1}),
]  # fmt: skip

ALL = [*LIMITS, *FACTORS]
