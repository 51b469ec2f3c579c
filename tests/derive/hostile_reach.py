"""True lines that were refused for long, kind by kind, each beside false ones of its form."""

import sympy
from sympy import Abs, Max, Min, Rational, oo

from hostile import fact, least, only, proved, refused, same
from vdmlib.derive import CE, KL, E, H, Integral, Integrate, Law, Limit, N, Product, Schedule, Sigma, Sum
from vdmlib.derive import Derivative as D
from vdmlib.derive import Subs, chain, coordinates, exp, frac, log, sqrt, symbol, symbols, undefined, variables

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

# --- sizes by cases, tangents, inequalities in steps, sums to infinity

CASES = [
    refused("|a + b| is no more than |a| + |b|", lambda: least(Abs(a + b), Abs(a) + Abs(b), Abs(a + b) - Abs(a) - Abs(b))),
    refused("∫ u |u|, as if u had one sign", lambda: least(a + Integral(u * Abs(u), (u, -2, 1)), a, Integral(u * Abs(u), (u, -2, 1)))),
    refused("Σ k |k|, as if k had one sign", lambda: least(a + Sum(k * Abs(k), (k, -3, 1)), a, Sum(k * Abs(k), (k, -3, 1)))),
    refused("a is no more than |a|", lambda: least(a, Abs(a), a - Abs(a))),
    refused("|a| b and a b", lambda: least(Abs(a) * b, a * b, Abs(a) * b - a * b)),
    refused("a minimum and a mean", lambda: least(Min(a, b), (a + b) / 2, Min(a, b) - (a + b) / 2)),
    refused("eˣ and 1 + 2x", lambda: least(exp(x), 1 + 2 * x, exp(x) - 1 - 2 * x)),
    refused("a tangent from below", lambda: least(1 + x, exp(x), 1 + x - exp(x))),
    refused("a tangent with a weight of either sign", lambda: least(a * exp(x), a + a * x, a * (exp(x) - 1 - x))),
    refused("log of what may be negative", lambda: least(a - 1, log(a), a - 1 - log(a))),
    refused("1/b and 1/a, of any sign", lambda: least(1 / b, 1 / a, 1 / b - 1 / a, facts=[fact(a >= b)])),
    refused("1/b and 1/a, a alone positive", lambda: least(1 / b, 1 / a, 1 / b - 1 / a, facts=[fact(a >= b), fact(a > 0)])),
    refused("√a² beyond another", lambda: same(sqrt(a**2) + b, a + b, facts=[fact(a >= b)])),
    refused("steps the other way", lambda: least(f(u - 2), f(u), f(u - 2) - f(u), facts=[fact(f(u) >= f(u - 1), forall=u)])),
    refused("half a step", lambda: least(f(u), f(u - half), f(u) - f(u - half), facts=[fact(f(u) >= f(u - 1), forall=u)])),
    refused("steps of whole numbers, at a real one", lambda: least(f(u), f(u - 2), f(u) - f(u - 2), facts=[fact(f(k) >= f(k - 1), forall=k)])),
    refused("one more than the steps", lambda: least(f(u), f(u - 2) + 1, f(u) - f(u - 2) - 1, facts=[fact(f(u) >= f(u - 1), forall=u)])),
    refused("Σ (1/k − 1/(k + 2)) to infinity", lambda: same(Sum(1 / k - 1 / (k + 2), (k, 1, oo)) + a, half + a)),
    refused("Σ (1/k − 1/(k + 1) + 1/k) to infinity", lambda: same(Sum(1 / k - 1 / (k + 1) + 1 / k, (k, 1, oo)) + a, 1 + a)),
    refused("a telescope to infinity across a pole", lambda: same(Sum(1 / (k - 3) - 1 / (k - 2), (k, 1, oo)) + a, a - half)),
    refused("Σ 1/k − Σ 1/(k + 1)", lambda: same(Sum(1 / k, (k, 1, oo)) - Sum(1 / (k + 1), (k, 1, oo)) + a, 1 + a)),
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
    refused("a step of noises that forgets the path", lambda: same(sqrt(al[ahead]) * sqrt(al.bar[ahead - 1]) * x + Sum(f(i), (i, 1, ahead)), sqrt(al[ahead]) * x + Sum(f(i), (i, 1, ahead)))),
    only("what a fact leaves open at the first time", lambda: same(x + y, a + y, facts=[((1 - al.bar[ahead - 1]) * x, (1 - al.bar[ahead - 1]) * a)]), {ahead: 1}),
    refused("another factor", lambda: same(m * Sum(f(i) - f(i - 1), (i, 1, ahead)), a * (f(ahead) - f(0)))),
    refused("a factor that the index holds", lambda: same(Sum(i * (f(i) - f(i - 1)), (i, 1, ahead)), ahead * (f(ahead) - f(0)))),
    only("m times a telescope, an open end", lambda: same(m * Sum(f(i) - f(i - 1), (i, 1, n)), m * (f(n) - f(0))), {n: -2}),
    only("n times a sum that has not begun", lambda: same(n * Sum(f(i) - f(i - 1), (i, 3, n)), n * (f(n) - f(2))), {n: 1}),
]  # fmt: skip

# --- sizes

p_ = symbol("p", nonnegative=True)
low = symbol("l", negative=True)

SIZES = [
    proved("|−y| = Max(y, −y)", lambda: same(Abs(-y) + a, Max(y, -y) + a)),
    proved("Max by the size of the difference", lambda: same(Max(a, b) + x, frac(a + b + Abs(a - b), 2) + x)),
    proved("Min by the size of the difference", lambda: same(Min(a, b) + x, frac(a + b - Abs(b - a), 2) + x)),
    proved("Max + Min = x + y", lambda: same(Max(x, y) + Min(x, y) + a, x + y + a)),
    proved("Max Min = x y", lambda: same(Max(x, y) * Min(x, y) + a, x * y + a)),
    proved("Max − Min = |x − y|", lambda: same(Max(x, y) - Min(x, y), Abs(x - y))),
    proved("Max(x, 0) − Max(−x, 0) = x", lambda: same(Max(x, 0) - Max(-x, 0) + a, x + a)),
    proved("Max(x, 0) + Max(−x, 0) = |x|", lambda: same(Max(x, 0) + Max(-x, 0) + a, Abs(x) + a)),
    proved("Max(a + x, b + x)", lambda: same(Max(a + x, b + x), Max(a, b) + x)),
    proved("Max(c a, c b)", lambda: same(Max(c * a, c * b) + x, c * Max(a, b) + x)),
    proved("Min is −Max of −", lambda: same(Min(a, b) + x, -Max(-a, -b) + x)),
    proved("|√y| |x − 1|", lambda: same(Abs(sqrt(y)) * Abs(x - 1) + a, Abs(sqrt(y) * (x - 1)) + a), {y: 1}),
    proved("√(1/y) = 1/√y", lambda: same(sqrt(frac(1, y)) + a, frac(1, sqrt(y)) + a), {y: 1}),
    proved("√(x³) = x √x", lambda: same(sqrt(x**3) + a, x * sqrt(x) + a), {x: 1}),
    proved("√(x³) = |x| √x", lambda: same(sqrt(x**3) + a, Abs(x) * sqrt(x) + a), {x: 1}),
    proved("|x| √x = x √x", lambda: same(Abs(x) * sqrt(x) + a, x * sqrt(x) + a), {x: 1}),
    proved("(1/y)^{3/2}", lambda: same(frac(1, y) ** Rational(3, 2) + a, frac(1, y * sqrt(y)) + a), {y: 1}),
    proved("|ab| = |a| |b|", lambda: same(Abs(a * b) + x, Abs(a) * Abs(b) + x)),
    proved("|a/b| = |a|/|b|", lambda: same(Abs(a / b) + x, frac(Abs(a), Abs(b)) + x), {b: -1}),
    proved("|x² − 1| in factors", lambda: same(Abs(x**2 - 1) + a, Abs(x - 1) * Abs(x + 1) + a)),
    proved("|x|³ = x² |x|", lambda: same(Abs(x) ** 3 + a, x**2 * Abs(x) + a)),
    proved("log |ab|", lambda: same(log(Abs(a * b)), log(Abs(a)) + log(Abs(b))), {a: -1, b: 2}),
    proved("|l| of a negative", lambda: same(Abs(low * x) + a, -low * Abs(x) + a)),
    proved("Min(ᾱ_t, 1) = ᾱ_t", lambda: same(Min(al.bar[t], 1) + a, al.bar[t] + a), {t: 2}),
    proved("d |a − b|", lambda: same(D(Abs(a - b), a), frac(a - b, Abs(a - b))), {a: 1, b: 2}),
    proved("d |f(a)|", lambda: same(D(Abs(f(a)), a), frac(f(a), Abs(f(a))) * D(f(a), a)), {a: 1}),
    proved("d² of a |a|", lambda: same(D(a * Abs(a), (a, 2)), frac(2 * Abs(a), a)), {a: 1}, {a: -2}),
    proved("d a² |a|", lambda: same(D(a**2 * Abs(a), a) + b, 3 * a * Abs(a) + b), {a: -2}),
    proved("d exp(−|a|)", lambda: same(D(exp(-Abs(a)), a) + b, -frac(a, Abs(a)) * exp(-Abs(a)) + b), {a: -2}),
    proved("d √(a²)", lambda: same(D(sqrt(a**2), a) + b, frac(a, Abs(a)) + b), {a: -2}),
    proved("d Max(a, b)²", lambda: same(D(Max(a, b) ** 2, a) + D(Max(a, b) ** 2, b), 2 * Max(a, b)), {a: 1, b: 2}),
    proved("d Max(a, 0) Min(a, 0)", lambda: same(D(Max(a, 0) * Min(a, 0), a) + b, b), {a: 1}),
    proved("d |a|/a = 0", lambda: same(D(frac(Abs(a), a), a) + b, b), {a: 1}),
    only("d |a| = 1", lambda: same(D(Abs(a), a) + b, 1 + b), {a: -1}),
    refused("d a|a| = 2a", lambda: same(D(a * Abs(a), a) + b, 2 * a + b)),
    refused("d |a|³ = 3a²", lambda: same(D(Abs(a) ** 3, a) + b, 3 * a**2 + b)),
    refused("d Max(a, 0)² = 2a", lambda: same(D(Max(a, 0) ** 2, a) + b, 2 * a + b)),
    refused("d Min(a, 0)² = −2 Min", lambda: same(D(Min(a, 0) ** 2, a) + b, -2 * Min(a, 0) + b)),
    refused("sgn² = 1 at 0", lambda: same(sympy.sign(a) ** 2 + b, 1 + b)),
    refused("sgn b stays under d/da", lambda: same(D(a * sympy.sign(b) ** 2, a) + x, 1 + x)),
    refused("Max + Min = x − y", lambda: same(Max(x, y) + Min(x, y) + a, x - y + a)),
    refused("Max(x, y) = |x − y|", lambda: same(Max(x, y) + a, Abs(x - y) + a)),
    refused("Max(a x, b x) = x Max(a, b)", lambda: same(Max(a * x, b * x) + m, x * Max(a, b) + m)),
    refused("|a + b| = |a| + b", lambda: same(Abs(a + b) + x, Abs(a) + b + x)),
    only("|a| |b| = a b", lambda: same(Abs(a) * Abs(b) + x, a * b + x), {a: -1, b: 1}),
    only("|x − 1| √x = (x − 1) √x", lambda: same(Abs(x - 1) * sqrt(x) + a, (x - 1) * sqrt(x) + a), {x: half}),
    only("√(xy) makes |x| x", lambda: same(Abs(x) * sqrt(x * y) + a, x * sqrt(x * y) + a), {x: -1, y: -1}),
    only("√(1/y) = √y", lambda: same(sqrt(frac(1, y)) + a, sqrt(y) + a), {y: 4}),
]  # fmt: skip

# --- densities to a symbolic power

v, z = variables("v z")
p, q = Law("p", v, z), Law("q", v, z)
mass = Law("m", v, discrete=True)
Z = chain("z")
post = Law("q", Z[1:T] | Z[0], markov=True)

DENSITIES = [
    proved("log √p", lambda: same(log(sqrt(p(v))) + b, half * log(p(v)) + b)),
    proved("log 1/p^a", lambda: same(log(frac(1, p(v) ** a)), -a * log(p(v)))),
    proved("log p^{−a}", lambda: same(log(p(z | v) ** (-a)), -a * log(p(v, z)) + a * log(p(v)))),
    proved("log p^{1−a} q^a", lambda: same(log(p(v) ** (1 - a) * q(v) ** a), (1 - a) * log(p(v)) + a * log(q(v)))),
    proved("log of a tempered posterior", lambda: same(log(p(v) * p(z | v) ** a), log(p(v)) + a * log(p(z | v)))),
    proved("log (p q)^a", lambda: same(log((p(v) * q(v)) ** a), a * log(p(v)) + a * log(q(v)))),
    proved("log (p^a)^b", lambda: same(log((p(v) ** a) ** b), a * b * log(p(v)))),
    proved("log c p^a", lambda: same(log(c * p(v) ** a), log(c) + a * log(p(v)))),
    proved("log (c p)^a", lambda: same(log((c * p(v)) ** a), a * log(c) + a * log(p(v)))),
    proved("log p^a e^f", lambda: same(log(p(v) ** a * exp(f(v))), a * log(p(v)) + f(v))),
    proved("log p^f", lambda: same(log(p(v) ** f(v)), f(v) * log(p(v)))),
    proved("E log (p/q)^a", lambda: same(E[p(v)](log(frac(p(v), q(v)) ** a)), a * KL(p(v), q(v)))),
    proved("E log p^a q^b", lambda: same(E[p(v)](log(p(v) ** a * q(v) ** b)), -a * H(p(v)) - b * CE(p(v), q(v)))),
    proved("E p^{c−1} under p", lambda: same(E[p(v)](p(v) ** (c - 1)), Integrate[v](p(v) ** c))),
    proved("Σ p^a p^{1−a}", lambda: same(Sigma[v](mass(v) ** a * mass(v) ** (1 - a)) + b, 1 + b)),
    proved("log of a step over a leap, to the a", lambda: same(log((post(Z[t] | Z[t - 1]) / post(Z[t] | Z[0])) ** a), a * (log(post(Z[t] | Z[t - 1])) - log(post(Z[t] | Z[0]))), times={t: 2, T: 3}), {t: 2, T: 3}),
    refused("log p^a = a log q", lambda: same(log(p(v) ** a), a * log(q(v)))),
    refused("log p^a = (log p)^a", lambda: same(log(p(v) ** a), log(p(v)) ** a)),
    refused("log p^a q^b with one power lost", lambda: same(log(p(v) ** a * q(v) ** b), a * log(p(v)) + log(q(v)))),
    refused("log (p/q)^a turned round", lambda: same(log(frac(p(v), q(v)) ** a), a * (log(q(v)) - log(p(v))))),
    refused("log (p + q)^a split", lambda: same(log((p(v) + q(v)) ** a), a * log(p(v)) + a * log(q(v)))),
    refused("E p^a = 1", lambda: same(E[p(v)](p(v) ** a) + b, 1 + b)),
    refused("E log p^a = a H", lambda: same(E[p(v)](log(p(v) ** a)), a * H(p(v)))),
    refused("Σ p^a q^{1−a} = 1", lambda: same(Sigma[v](p(v) ** a * q(v) ** (1 - a)) + b, 1 + b)),
    only("E p^{a−1} under p, where p^0 is 1", lambda: same(E[p(v)](p(v) ** (a - 1)), Integrate[v](p(v) ** a))),
    only("E_q p^a p^{−a} = 1", lambda: same(E[q(v)](p(v) ** a * p(v) ** (-a)) + b, 1 + b), relation="dominated"),
    refused("log (−p)^a", lambda: same(log((-p(v)) ** a), a * log(p(v)))),
]  # fmt: skip

# --- gaps of schedules

A = al.bar
s = symbol("s", positive=True)
SCHEDULES = [
    proved("1 ≥ √ᾱ_{t+1}", lambda: least(1, sqrt(A[t + 1]), 1 - sqrt(A[t + 1])), {t: 2}),
    proved("1 ≥ √α_t", lambda: least(1, sqrt(al[t]), 1 - sqrt(al[t])), {t: 2}),
    proved("√ᾱ_t ≥ ᾱ_t", lambda: least(sqrt(A[t]), A[t], sqrt(A[t]) - A[t]), {t: 2}),
    proved("√ᾱ_{t−1} ≥ √ᾱ_t", lambda: least(sqrt(A[t - 1]), sqrt(A[t]), sqrt(A[t - 1]) - sqrt(A[t])), {t: 2}),
    proved("1 ≥ √(1 − ᾱ_t)", lambda: least(1, sqrt(1 - A[t]), 1 - sqrt(1 - A[t])), {t: 2}),
    proved("√(1 − ᾱ_t) ≥ √(1 − ᾱ_{t−1})", lambda: least(sqrt(1 - A[t]), sqrt(1 - A[t - 1]), sqrt(1 - A[t]) - sqrt(1 - A[t - 1])), {t: 2}),
    proved("√(1 − ᾱ_t) ≥ 1 − ᾱ_t", lambda: least(sqrt(1 - A[t]), 1 - A[t], sqrt(1 - A[t]) - (1 - A[t])), {t: 2}),
    proved("1 − ᾱ_t ≥ 1 − ᾱ_{t−1}", lambda: least(1 - A[t], 1 - A[t - 1], A[t - 1] - A[t]), {t: 2}),
    proved("1/ᾱ_t ≥ 1", lambda: least(frac(1, A[t]), 1, frac(1, A[t]) - 1), {t: 2}),
    proved("1/√ᾱ_t ≥ 1", lambda: least(frac(1, sqrt(A[t])), 1, frac(1, sqrt(A[t])) - 1), {t: 2}),
    proved("1 ≥ (1 − ᾱ_{t−1})/(1 − ᾱ_t)", lambda: least(1, frac(1 - A[t - 1], 1 - A[t]), 1 - frac(1 - A[t - 1], 1 - A[t])), {t: 2}),
    proved("1 ≥ ᾱ_t²", lambda: least(1, A[t] ** 2, 1 - A[t] ** 2), {t: 2}),
    proved("c ≥ c ᾱ_t", lambda: least(c, c * A[t], c - c * A[t]), {t: 2}),
    proved("a² ≥ a² ᾱ_t", lambda: least(a**2, a**2 * A[t], a**2 * (1 - A[t])), {t: 2}),
    proved("1 + a² ≥ ᾱ_t α_{t+1} + a²", lambda: least(1 + a**2, A[t] * al[t + 1] + a**2, 1 - A[t] * al[t + 1]), {t: 2}),
    proved("1 ≥ α_t α_k", lambda: least(1, al[t] * al[k], 1 - al[t] * al[k]), {t: 2, k: 3}),
    proved("1 ≥ ᾱ_t ᾱ_k", lambda: least(1, A[t] * A[k], 1 - A[t] * A[k]), {t: 2, k: 3}),
    proved("α_t ≥ ᾱ_t", lambda: least(al[t], A[t], al[t] - A[t]), {t: 2}),
    proved("ᾱ_2 ≥ ᾱ_3", lambda: least(A[2], A[3], A[2] - A[3])),
    proved("SNR falls", lambda: least(frac(A[t - 1], 1 - A[t - 1]), frac(A[t], 1 - A[t]), frac(A[t - 1], 1 - A[t - 1]) - frac(A[t], 1 - A[t])), {t: 2}),
    proved("√s + 1 ≥ √(s + 1)", lambda: least(sqrt(s) + 1, sqrt(s + 1), sqrt(s) + 1 - sqrt(s + 1))),
    proved("(s + 1)/2 ≥ √s", lambda: least((s + 1) / 2, sqrt(s), (s + 1) / 2 - sqrt(s))),
    refused("ᾱ_t ≥ 1", lambda: least(A[t], 1, A[t] - 1)),
    refused("ᾱ_t ≥ ᾱ_{t−1}", lambda: least(A[t], A[t - 1], A[t] - A[t - 1])),
    refused("ᾱ_t ≥ √ᾱ_t", lambda: least(A[t], sqrt(A[t]), A[t] - sqrt(A[t]))),
    refused("√ᾱ_t ≥ √ᾱ_{t−1}", lambda: least(sqrt(A[t]), sqrt(A[t - 1]), sqrt(A[t]) - sqrt(A[t - 1]))),
    refused("α_t ≥ α_{t+1}", lambda: least(al[t], al[t + 1], al[t] - al[t + 1])),
    refused("½ ≥ ᾱ_t", lambda: least(half, A[t], half - A[t])),
    refused("1 ≥ 2 √ᾱ_t", lambda: least(1, 2 * sqrt(A[t]), 1 - 2 * sqrt(A[t]))),
    refused("a ≥ a ᾱ_t", lambda: least(a, a * A[t], a - a * A[t])),
    refused("s ≥ √s", lambda: least(s, sqrt(s), s - sqrt(s))),
    refused("ᾱ_t ≥ ᾱ_k", lambda: least(A[t], A[k], A[t] - A[k])),
]  # fmt: skip

# --- integrals by parts between numbers, and to infinity

prime = lambda g, at: Subs(D(g(u), u), u, at)  # noqa: E731
PARTS = [
    proved("∫₀¹ of w L″", lambda: same(Integral(w(u) * D(L(u), (u, 2)), (u, 0, 1)),
           w(1) * prime(L, 1) - w(0) * prime(L, 0) - prime(w, 1) * L(1) + prime(w, 0) * L(0) + Integral(D(w(u), (u, 2)) * L(u), (u, 0, 1)))),
    proved("∫₀¹ of f f′", lambda: same(Integral(f(u) * D(f(u), u), (u, 0, 1)), (f(1) ** 2 - f(0) ** 2) / 2)),
    proved("∫₀¹ of f f″", lambda: same(Integral(f(u) * D(f(u), (u, 2)), (u, 0, 1)), f(1) * prime(f, 1) - f(0) * prime(f, 0) - Integral(D(f(u), u) ** 2, (u, 0, 1)))),
    proved("∫₀¹ of a product's slope", lambda: same(Integral(D(f(u) * w(u), u), (u, 0, 1)), f(1) * w(1) - f(0) * w(0))),
    proved("∫₀¹ of u² L′", lambda: same(Integral(u**2 * D(L(u), u), (u, 0, 1)), L(1) - 2 * Integral(u * L(u), (u, 0, 1)))),
    proved("∫₀¹ of (1 − u) L′", lambda: same(Integral((1 - u) * D(L(u), u), (u, 0, 1)), -L(0) + Integral(L(u), (u, 0, 1)))),
    proved("∫₀¹ of e^u L′", lambda: same(Integral(exp(u) * D(L(u), u), (u, 0, 1)), exp(1) * L(1) - L(0) - Integral(exp(u) * L(u), (u, 0, 1)))),
    proved("∫₋₁¹ of w L′", lambda: same(Integral(w(u) * D(L(u), u), (u, -1, 1)), w(1) * L(1) - w(-1) * L(-1) - Integral(D(w(u), u) * L(u), (u, -1, 1)))),
    proved("∫₋₁¹ of (1 − u²) L′", lambda: same(Integral((1 - u**2) * D(L(u), u), (u, -1, 1)), 2 * Integral(u * L(u), (u, -1, 1)))),
    proved("∫₋₁¹ of u w L′", lambda: same(Integral(u * w(u) * D(L(u), u), (u, -1, 1)),
           w(1) * L(1) + w(-1) * L(-1) - Integral((w(u) + u * D(w(u), u)) * L(u), (u, -1, 1)))),
    proved("a ∫₀¹ of w L′", lambda: same(a * Integral(w(u) * D(L(u), u), (u, 0, 1)), a * (w(1) * L(1) - w(0) * L(0)) - a * Integral(D(w(u), u) * L(u), (u, 0, 1)))),
    proved("∫₀ᶜ of u L′", lambda: same(Integral(u * D(L(u), u), (u, 0, c)), c * L(c) - Integral(L(u), (u, 0, c)))),
    proved("∫₁² of L′/u", lambda: same(Integral(D(L(u), u) / u, (u, 1, 2)), L(2) / 2 - L(1) + Integral(L(u) / u**2, (u, 1, 2)))),
    proved("∫₀¹ of √u L′", lambda: same(Integral(sqrt(u) * D(L(u), u), (u, 0, 1)), L(1) - Integral(L(u) / (2 * sqrt(u)), (u, 0, 1)))),
    proved("∫₀¹ of w L′ with w(0) = 0", lambda: same(Integral(w(u) * D(L(u), u), (u, 0, 1)), w(1) * L(1) - Integral(D(w(u), u) * L(u), (u, 0, 1)), facts=[(w(0), 0)])),
    proved("∫₁^∞ of 1/u²", lambda: same(Integral(1 / u**2, (u, 1, oo)) + a, 1 + a)),
    proved("∫_c^∞ of 1/u²", lambda: same(Integral(1 / u**2, (u, c, oo)), frac(1, c))),
    proved("∫₁^∞ of u^{−3/2}", lambda: same(Integral(u ** Rational(-3, 2), (u, 1, oo)) + a, 2 + a)),
    proved("∫₀^∞ of 1/(1 + u)²", lambda: same(Integral(1 / (1 + u) ** 2, (u, 0, oo)) + a, 1 + a)),
    proved("∫₀^∞ of u/(1 + u²)²", lambda: same(Integral(u / (1 + u**2) ** 2, (u, 0, oo)) + a, half + a)),
    proved("∫₁^∞ of 1/(u (u + 1))", lambda: same(Integral(1 / (u * (u + 1)), (u, 1, oo)) + a, log(2) + a)),
    proved("∫ of 1/u² up to −1", lambda: same(Integral(1 / u**2, (u, -oo, -1)) + a, 1 + a)),
    proved("∫ of −1/u from −2 to −1", lambda: same(Integral(-1 / u, (u, -2, -1)) + a, log(2) + a)),
    refused("∫₀¹ by parts with a sign", lambda: same(Integral(w(u) * D(L(u), u), (u, 0, 1)), w(1) * L(1) - w(0) * L(0) + Integral(D(w(u), u) * L(u), (u, 0, 1)))),
    refused("∫₀¹ by parts without its ends", lambda: same(Integral(w(u) * D(L(u), u), (u, 0, 1)), -Integral(D(w(u), u) * L(u), (u, 0, 1)))),
    refused("∫₋₁¹ of u L′ with a sign", lambda: same(Integral(u * D(L(u), u), (u, -1, 1)), L(1) - L(-1) - Integral(L(u), (u, -1, 1)))),
    refused("∫₀¹ of f′²", lambda: same(Integral(D(f(u), u) ** 2, (u, 0, 1)), (f(1) - f(0)) ** 2)),
    refused("∫₋₁¹ of L′/u across 0", lambda: same(Integral(D(L(u), u) / u, (u, -1, 1)), L(1) + L(-1) + Integral(L(u) / u**2, (u, -1, 1)))),
    refused("∫₁^∞ of 1/u² is not 2", lambda: same(Integral(1 / u**2, (u, 1, oo)) + a, 2 + a)),
    refused("∫₁^∞ of 1/u", lambda: same(Integral(1 / u, (u, 1, oo)) + a, a)),
    refused("∫₋₁^∞ of 1/u²", lambda: same(Integral(1 / u**2, (u, -1, oo)) + a, a - 1)),
    refused("∫₀^∞ of 1/u²", lambda: same(Integral(1 / u**2, (u, 0, oo)) + a, a)),
    refused("∫ of 1/u from −2 to −1 is not log 2", lambda: same(Integral(1 / u, (u, -2, -1)) + a, log(2) + a)),
]  # fmt: skip

# --- floats: the number that was meant

FLOATS = [
    proved("x (1/3) 3", lambda: same(x * (1 / 3) * 3 + a, x + a)),
    proved("x · 0.1 · 10", lambda: same(x * 0.1 * 10 + a, x + a)),
    proved("x (2/7) is x times 2/7", lambda: same(x * (2 / 7), frac(2 * x, 7))),
    proved("0.1 + 0.2 is 3/10", lambda: same(x + (0.1 + 0.2), x + Rational(3, 10))),
    proved("x^0.5 is a root", lambda: same(c**0.5 + a, sqrt(c) + a)),
    proved("a float in a fact", lambda: same(x + a, frac(1, 3) + a, facts=[(x, 1 / 3)])),
    proved("a float as a variance", lambda: same(E[N(v, 0, 0.25)](v**2) + a, frac(1, 4) + a)),
    refused("x (1/3) is not 0.333 x", lambda: same(x * (1 / 3) + a, x * 0.333 + a)),
    refused("x · 0.1 · 3 = x", lambda: same(x * 0.1 * 3 + a, x + a)),
    refused("a float that is none but √2", lambda: same(x * 2**0.5 + a, x * sqrt(2) + a)),
    refused("a float that is none but π", lambda: same(x * 3.141592653589793 + a, x * sympy.pi + a)),
    refused("a fact as text", lambda: same(x + a, 1 + a, facts=[("x", 1)])),
    refused("a fact's value as text", lambda: same(x + a, 1 + a, facts=[(x, "1")])),
]  # fmt: skip

# --- mixtures as facts

two = half * N(v, 0, 1) + half * N(v, 1, 1)
MIXTURES = [
    proved("a mixture has total one", lambda: same(E[p(v)](1) + a, 1 + a, facts=[(p(v), two)])),
    proved("the second moment of a mixture", lambda: same(E[p(v)](v**2) + a, a + Rational(3, 2), facts=[(p(v), two)])),
    proved("a mixture of two means", lambda: same(E[p(v)](v), frac(m + b, 2), facts=[(p(v), half * N(v, m, c) + half * N(v, b, c1))])),
    proved("the variance of a mixture", lambda: same(E[p(v)]((v - half) ** 2) + a, Rational(5, 4) + a, facts=[(p(v), two)])),
    proved("a mixture in thirds", lambda: same(E[p(v)](v) + a, Rational(2, 3) + a, facts=[(p(v), frac(1, 3) * N(v, 0, 1) + frac(2, 3) * N(v, 1, c))])),
    proved("the exponential of a mixture", lambda: same(E[p(v)](exp(v)) + a, frac(exp(half) + exp(1 + half), 2) + a, facts=[(p(v), two)])),
    refused("a mixture's mean is not 1", lambda: same(E[p(v)](v) + a, a + 1, facts=[(p(v), two)])),
    refused("a mixture's variance is not 1", lambda: same(E[p(v)]((v - half) ** 2) + a, 1 + a, facts=[(p(v), two)])),
    refused("a mixture with weights above one", lambda: same(E[p(v)](v) + a, a + 1, facts=[(p(v), half * N(v, 0, 1) + N(v, 1, 1))])),
    refused("a mixture with a negative weight", lambda: same(E[p(v)](v) + a, a - 1, facts=[(p(v), 2 * N(v, 0, 1) - N(v, 1, 1))])),
]  # fmt: skip

# --- one time of a chain under the law of all of it

markov, other = Law("q", Z[0:T], markov=True), Law("p", Z[0:T], markov=True)
whole, late = post(Z[1:T] | Z[0]), {t: 2, T: 3}
step = KL(post(Z[t - 1] | Z[t], Z[0]), other(Z[t - 1] | Z[t]))
recon = log(other(Z[0] | Z[1]))
CHAINS = [
    proved("a function of one time", lambda: same(E[whole](f(Z[t])), E[post(Z[t] | Z[0])](f(Z[t])), times=late), {t: 2, T: 3}, {t: 3, T: 3}),
    proved("a function of the next time", lambda: same(E[whole](f(Z[t + 1])), E[post(Z[t + 1] | Z[0])](f(Z[t + 1])), times=late), {t: 2, T: 3}),
    proved("a log of a step under the whole chain", lambda: same(E[whole](log(other(Z[t - 1] | Z[t]))),
           E[post(Z[t] | Z[0])](E[post(Z[t - 1] | Z[t], Z[0])](log(other(Z[t - 1] | Z[t])))), times=late), {t: 2, T: 3}, {t: 3, T: 3}),
    proved("a pair under the whole chain", lambda: same(E[whole](log(other(Z[t - 1] | Z[t]))), E[post(Z[t - 1], Z[t] | Z[0])](log(other(Z[t - 1] | Z[t]))), times=late),
           {t: 2, T: 3}),
    proved("the last denoising term", lambda: same(E[whole](KL(post(Z[T - 1] | Z[T], Z[0]), other(Z[T - 1] | Z[T]))),
           E[post(Z[T] | Z[0])](KL(post(Z[T - 1] | Z[T], Z[0]), other(Z[T - 1] | Z[T]))), times={T: 3})),
    proved("the second denoising term", lambda: same(E[whole](KL(post(Z[1] | Z[2], Z[0]), other(Z[1] | Z[2]))),
           E[post(Z[2] | Z[0])](KL(post(Z[1] | Z[2], Z[0]), other(Z[1] | Z[2]))), times={T: 2})),
    proved("the bound's terms under the whole chain", lambda: same(E[whole](recon - Sum(step, (t, 2, T))),
           E[post(Z[1] | Z[0])](recon) - Sum(E[post(Z[t] | Z[0])](step), (t, 2, T)), times={T: 2})),
    refused("the denoising term at another time", lambda: same(E[whole](step), E[post(Z[t] | Z[0])](KL(other(Z[t - 1] | Z[t]), post(Z[t - 1] | Z[t], Z[0]))), times=late)),
    refused("the denoising terms, one too few", lambda: same(E[whole](Sum(step, (t, 2, T))), Sum(E[post(Z[t] | Z[0])](step), (t, 3, T)), times={T: 3})),
    refused("the denoising terms under another law", lambda: same(E[whole](Sum(step, (t, 2, T))), Sum(E[markov(Z[t])](step), (t, 2, T)), times={T: 2})),
    refused("a function of one time at another", lambda: same(E[whole](f(Z[t])), E[post(Z[t - 1] | Z[0])](f(Z[t - 1])), times=late)),
    only("a function of a time that may lie outside", lambda: same(E[whole](f(Z[t])) + a, E[post(Z[t] | Z[0])](f(Z[t])) + a, times=late), {t: 4, T: 3}),
]  # fmt: skip

# --- by parts on the line; exponentials and slopes under laws; roots against what has any sign

line = (u, -oo, oo)
Y, K = chain("y"), symbol("K", integer=True, positive=True)
copies, mix, p1, q1 = Law("p", Y[1:K], iid=True), Law("m", v), Law("p", v), Law("q", v)
each, whole_copies, theta = E[copies(Y[1])], E[copies(Y[1:K])], symbol("theta")
ENDS = [
    refused("∫ f′ over the line, beside a number", lambda: same(Integral(D(f(u), u), line) + a, a)),
    only("∫ f″ over the line", lambda: same(Integral(D(f(u), u, u), line) + a, a), relation="vanishes"),
    only("∫ f w′ over the line", lambda: same(Integral(f(u) * D(w(u), u), line), -Integral(w(u) * D(f(u), u), line)), relation="vanishes"),
    only("∫ f w′ over half of it", lambda: same(Integral(f(u) * D(w(u), u), (u, 0, oo)), -f(0) * w(0) - Integral(w(u) * D(f(u), u), (u, 0, oo))), relation="vanishes"),
    refused("∫ f w′ over half of it, without its end", lambda: same(Integral(f(u) * D(w(u), u), (u, 0, oo)), -Integral(w(u) * D(f(u), u), (u, 0, oo)))),
    refused("∫ f″ w is no −∫ f″ w", lambda: same(Integral(D(f(u), u, u) * w(u), line), -Integral(f(u) * D(w(u), u, u), line))),
    refused("∫ ψ″ log ψ with the wrong sign", lambda: same(Integral(D(up(u), u, u) * log(up(u)), line), Integral(D(up(u), u) ** 2 / up(u), line))),
    proved("E eᶠ squared", lambda: same(E[p1(v)](exp(f(v)) ** 2), E[p1(v)](exp(2 * f(v))))),
    refused("E e^{2f} is no (E eᶠ)²", lambda: same(E[p1(v)](exp(2 * f(v))), E[p1(v)](exp(f(v))) ** 2)),
    refused("e^{f w} is no eᶠ e^w", lambda: same(E[p1(v)](exp(f(v) * w(v))), E[p1(v)](exp(f(v)) * exp(w(v))))),
    refused("a slope by the wrong argument", lambda: same(D(E[p1(v)](f(theta, b)), theta), E[p1(v)](D(f(theta, b), b)))),
    refused("mixed slopes are not pure ones", lambda: same(D(D(E[p1(v)](L(theta, b, v)), theta), b), E[p1(v)](D(L(theta, b, v), theta, theta)))),
    proved("mixed slopes in either order", lambda: same(D(D(E[p1(v)](L(theta, b, v)), theta), b), E[p1(v)](D(D(L(theta, b, v), b), theta)))),
    refused("a mixture of weights 1 and 1", lambda: same(E[mix(v)](f(v)), E[p1(v)](f(v)) + E[q1(v)](f(v)), facts=[(mix(v), (p1(v) + q1(v)) / 1)])),
    refused("a mixture of thirds", lambda: same(E[mix(v)](f(v)) + a, (E[p1(v)](f(v)) + E[q1(v)](f(v))) / 3 + a, facts=[(mix(v), (p1(v) + q1(v)) / 3)])),
    refused("log of a mixture is no mean of logs", lambda: same(E[p1(v)](log(mix(v))), E[p1(v)](log(p1(v)) / 2 + log(q1(v)) / 2), facts=[(mix(v), (p1(v) + q1(v)) / 2)])),
    refused("weighted copies in an exponent", lambda: same(whole_copies(exp(Sum(k * f(Y[k]), (k, 1, K)))), each(exp(f(Y[1]))) ** K)),
    refused("a product over all copies but one", lambda: same(whole_copies(Product(up(Y[k]), (k, 1, K))), each(up(Y[1])) ** (K - 1))),
    refused("a product beside one of its copies", lambda: same(whole_copies(Product(up(Y[k]), (k, 1, K)) * up(Y[1])), each(up(Y[1])) ** (K + 1))),
    refused("a product beyond the copies", lambda: same(whole_copies(Product(up(Y[k]), (k, 1, K + 1))), each(up(Y[1])) ** (K + 1))),
    proved("a sum is at least its last term", lambda: least(log(Sum(up(k), (k, 1, ahead))), log(up(ahead)), log(Sum(up(k), (k, 1, ahead)) / up(ahead)))),
    refused("a sum and the term beyond it", lambda: least(log(Sum(up(k), (k, 1, ahead))), log(up(ahead + 1)), log(Sum(up(k), (k, 1, ahead)) / up(ahead + 1)))),
    refused("a sum and a term at any index", lambda: least(log(Sum(up(k), (k, 1, ahead))), log(up(j)), log(Sum(up(k), (k, 1, ahead)) / up(j)))),
    refused("a sum and twice its first term", lambda: least(log(Sum(up(k), (k, 1, ahead))), log(2 * up(1)), log(Sum(up(k), (k, 1, ahead)) / (2 * up(1))))),
    refused("a sum of any sign and a term", lambda: least(log(Sum(f(k), (k, 1, ahead))), log(f(1)), log(Sum(f(k), (k, 1, ahead)) / f(1)))),
    proved("√(a² + b²) ≥ a", lambda: least(sqrt(a**2 + b**2), a, sqrt(a**2 + b**2) - a)),
    proved("√(2a² + 2b²) ≥ a + b", lambda: least(sqrt(2 * a**2 + 2 * b**2), a + b, sqrt(2 * a**2 + 2 * b**2) - (a + b))),
    refused("√(a² + b²) ≥ a + b", lambda: least(sqrt(a**2 + b**2), a + b, sqrt(a**2 + b**2) - (a + b))),
    refused("√(a² − b²) ≥ a", lambda: least(sqrt(a**2 - b**2), a, sqrt(a**2 - b**2) - a)),
    refused("a ≥ √(a² + b²)", lambda: least(a, sqrt(a**2 + b**2), a - sqrt(a**2 + b**2))),
    refused("lim f(u) at ∞", lambda: same(Limit(f(u), u, oo) + a, f(0) + a)),
    refused("u (f(b − 1/u) − f(b)) at ∞ with the wrong sign", lambda: same(Limit(u * (f(b - 1 / u) - f(b)), u, oo) + a, D(f(b), b) + a)),
    refused("a tilt without its weight", lambda: same(E[N(v, 0, 1)](f(v) * exp(m * v)), E[N(v, m, 1)](f(v)))),
]  # fmt: skip

ALL = [*ENDS, *CASES, *LIMITS, *FACTORS, *SIZES, *DENSITIES, *SCHEDULES, *PARTS, *FLOATS, *MIXTURES, *CHAINS]
