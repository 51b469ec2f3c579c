"""Facts, gaps and chains: what enters by a side door. Kinds A1, A2, A7, A8, A9 and A12 of the hostile reading."""

import itertools

import sympy
from sympy import Abs, I, Max, Rational, oo

from hostile import Assumption, fact, least, only, proved, refused, same, shown
from vdmlib.derive import CE, KL, Derivation, DerivationError, E, H, Integral, Law, Limit, N, Product, Refutation, Schedule, Sum
from vdmlib.derive import Derivative as D
from vdmlib.derive import coordinates, exercise, exp, find_the_slip, frac, log, phi, plain, sqrt, symbol, symbols, undefined, variables
from vdmlib.derive import euler_lagrange, variation

a, b, m, x, u, y, K, end = symbols("a b m x u y K e")
c, c1, d = symbol("c", positive=True), symbol("c_1", positive=True), symbol("d", nonnegative=True)
low = symbol("l", negative=True)
f, h, chi = undefined("f h chi")
up, pos = undefined("rho", nonnegative=True), undefined("psi", positive=True)
t, T, n, k, i, j = symbols("t T n k i j", integer=True)
v, w, rv = variables("v w r")
s = variables("s", positive=True)
p, q = Law("p", v, w), Law("q", v, w)
mass = Law("m", v, discrete=True)
al = Schedule("alpha")
weight, height = coordinates("w", positive=True), coordinates("a")
half = Rational(1, 2)


def chained(*lines, start=None, **how):
    """A derivation from (expression, facts) pairs."""
    out = Derivation("r", "A chain", **how).start(start)
    for expression, facts in lines:
        out.equals(expression, facts=facts)
    return out


# --- A1: a fact need not have the declared properties of what it defines

PROPERTIES = [
    only("a ≥ b by a gap that is declared positive", lambda: least(a, b, c, facts=[(c, a - b)]), {a: 0, b: 1}),
    refused("a ≥ a + 1", lambda: Derivation("r", "").start(a).at_least(b, gap=c, facts=[(c, a - b)]).at_least(a + 1, gap=c, facts=[(c, b - a - 1)])),
    only("every function is monotone", lambda: least(f(T), f(1), Sum(up(t), (t, 2, T)), facts=[fact(up(t), f(t) - f(t - 1), forall=t)], times={T: 2})),
    only("every function is monotone, bare pair", lambda: least(f(T), f(1), Sum(up(t), (t, 2, T)), facts=[(up(t), f(t) - f(t - 1))])),
    only("a gap declared non-negative", lambda: least(a, b, d, facts=[(d, a - b)]), {a: -1, b: 0}),
    only("twice a gap", lambda: least(2 * a, a + b, 3 * d, facts=[(d, (a - b) / 3)]), {a: 0, b: 1}),
    only("a negative symbol is a square's negative", lambda: least(b, a, -1 * low, facts=[(low, a - b)]), {a: 1, b: 0}),
    only("a positive function under an integral",
         lambda: least(f(1), f(0), Integral(pos(u), (u, 0, 1)), facts=[fact(pos(u), D(f(u), u), forall=u)])),
    only("positive entries", lambda: least(Sum(height[i], (i, 1, 3)), 0, Sum(weight[i], (i, 1, 3)), facts=[fact(weight[i], height[i], forall=i)])),
    only("a positive symbol's root", lambda: same(sqrt(c**2) + a, x + a, facts=[(c, x)]), {x: -1}),
    only("a positive symbol's log", lambda: same(log(c * c1) + a, log(c) + log(c1) + a, facts=[(c, x), (c1, y)]), {x: -1, y: -1}),
    only("α_t given a number above 1", lambda: least(1, 2 - a**2, 1 - al[t] + a**2, facts=[(al[t], 2)])),
    only("α_t given as a real", lambda: least(1, a, 1 - al[t], facts=[(al[t], a)]), {a: 2}),
    only("ᾱ_t given as a real", lambda: least(1, a, 1 - al.bar[t], facts=[(al.bar[t], a)]), {a: 2}),
    refused("a time that is a half", lambda: same(al.bar[n] + a, al[n] * al.bar[n - 1] + a, facts=[(n, half)])),
    refused("a sum up to a half", lambda: same(Sum(f(k), (k, 1, n)) + a, Sum(f(k), (k, 1, n - 1)) + f(n) + a, facts=[(n, half)])),
    refused("a real symbol that is i", lambda: least(0, -1 + a**2 - a**2, x**2, facts=[(x, I)])),
    refused("a positive symbol that is −1", lambda: same(sqrt(c**2) + a, a - 1, facts=[(c, -1)])),
    refused("a positive symbol that is 0", lambda: same(frac(c, c) + a, 1 + a, facts=[(c, 0)])),
    only("an entropy by a fact", lambda: least(a, 0, d + H(mass(v)), facts=[(d, a - H(mass(v)))])),
    only("a positive random variable's symbol", lambda: same(E[p(v)](log(c * exp(v))), log(c) + E[p(v)](v), facts=[(c, a)]), {a: -1}),
    only("φ of a symbol that a fact makes", lambda: least(a - 1, log(a), phi(c), facts=[(c, a)]), {a: -1}),
    only("sign of a product of two facts", lambda: least(a * b, 0, c * c1, facts=[(c, a), (c1, b)]), {a: -1, b: 1}),
    only("a gap divided by a fact's symbol", lambda: least(frac(1, x), 0, frac(1, c), facts=[(c, x)]), {x: -1}),
    proved("a fact that keeps its property", lambda: least(a**2 + 1 + b, b, c, facts=[(c, a**2 + 1)])),
    proved("a fact that keeps its property, a function", lambda: least(a**2 + 1 + b, b, Sum(up(t), (t, 1, 3)) + up(0),
           facts=[fact(up(t), frac(a**2 + 1, 4), forall=t)])),
]  # fmt: skip

# --- A2: a fact at a point becomes a fact everywhere

POINTS = [
    refused("a root at a is a root at b", lambda: same(f(b) + x, x, facts=[Assumption("root", f(a), 0)])),
    refused("every clock is equally good", lambda: same(Integral(K**2 * D(chi(u), u) ** 2, (u, 0, end)), K**2 * end, facts=[(chi(end), end), (chi(0), 0)])),
    refused("at a, so at a + 1", lambda: same(f(a + 1) + x, (a + 1) ** 2 + x, facts=[(f(a), a**2)])),
    refused("at a, so the slope at a", lambda: same(D(f(a), a) + x, 2 * a + x, facts=[(f(a), a**2)])),
    refused("at a, so under ∫", lambda: same(Integral(f(u), (u, 0, 1)) + x, frac(1, 3) + x, facts=[(f(u), u**2)])),
    refused("at a, so under Σ", lambda: same(Sum(f(k), (k, 1, 3)) + x, 14 + x, facts=[(f(k), k**2)])),
    proved("√(b − a)² where b ≥ a", lambda: same(sqrt((b - a) ** 2) + x, b - a + x, facts=[fact(b >= a)])),
    proved("|f(a)| where f(a) ≥ 0", lambda: same(Abs(f(a)) + x, f(a) + x, facts=[fact(f(a) >= 0)])),
    proved("Max(a, b) where b > a", lambda: same(Max(a, b) + x, b + x, facts=[fact(b > a)])),
    proved("b² ≥ a² where b ≥ a ≥ 0", lambda: least(b**2, a**2, (b - a) * (b + a), facts=[fact(b >= a), fact(a >= 0)])),
    proved("∫ 1/u between positive ends", lambda: same(Integral(1 / u, (u, a, b)) + x, log(b) - log(a) + x, facts=[fact(a > 0), fact(b > a)])),
    refused("|a − b| the wrong way round", lambda: same(Abs(a - b) + x, a - b + x, facts=[fact(b > a)])),
    refused("|f(b)| where f(a) > 0", lambda: same(Abs(f(b)) + x, f(b) + x, facts=[fact(f(a) > 0)])),
    refused("an integral's own a is not the a of a fact", lambda: same(Integral(Abs(a), (a, 0, b)) + x, Integral(a, (a, 0, b)) + x, facts=[fact(a > 0)])),
    refused("nor is a limit's", lambda: same(Limit(Abs(a) / a, a, 0, "-") + x, 1 + x, facts=[fact(a > 0)])),
    refused("a value that eᵘ takes nowhere", lambda: same(f(f(x)), exp(exp(x)), facts=[fact(f(u), exp(u), forall=u), (f(a), 0)])),
    refused("at a, so in a limit", lambda: same(Limit(f(u), u, 0) + x, x + 1, facts=[(f(u), u + 1)])),
    refused("one slope for all slopes", lambda: same(D(f(x), (x, 2)) + a, a, facts=[(D(f(x), x), 1)])),
    refused("one entry for another", lambda: same(weight[j] + x, 1 + x, facts=[(weight[i], 1)])),
    refused("one entry for all", lambda: same(Sum(weight[i], (i, 1, 3)) + x, 3 + x, facts=[(weight[i], 1)])),
    refused("one time for the next", lambda: same(al[t + 1] + x, half + x, facts=[(al[t], half)])),
    refused("α_1 for α_2", lambda: same(al.bar[2] + x, Rational(1, 4) + x, facts=[(al[1], half)])),
    refused("one time for a product", lambda: same(Product(al[t], (t, 1, 3)) + x, Rational(1, 8) + x, facts=[(al[t], half)])),
    refused("f(0) for f(1)", lambda: same(f(1) + x, x, facts=[(f(0), 0)])),
    refused("f(a) = 0 for f(2a) = 0", lambda: same(f(2 * a) + x, x, facts=[(f(a), 0)])),
    refused("f(a, b) for f(b, a)", lambda: same(f(b, a) + x, a - b + x, facts=[(f(a, b), a - b)])),
    refused("a value that varies, differentiated", lambda: same(D(a * x, x) + b, 3 * x**2 + b, facts=[(a, x**2)])),
    refused("a value that varies, integrated", lambda: same(Integral(a, (u, 0, 1)) + b, half + b, facts=[(a, u)])),
    refused("a bound variable with a fact", lambda: same(Integral(u, (u, 0, 1)) + b, 1 + b, facts=[(u, 1)])),
    refused("a summation index with a fact", lambda: same(Sum(k, (k, 1, 3)) + b, 3 + b, facts=[(k, 1)])),
    refused("a symbol differentiated by has a value", lambda: same(D(x**2, x) + b, b, facts=[(x, 1)])),
    refused("stationary on one path", lambda: same(euler_lagrange(f(t) ** 2, f(t), t), 0, facts=[(f(1), 0)])),
    refused("a direction at its ends is nothing",
            lambda: same(variation(Integral(f(u) ** 2, (u, a, b)), f(u), h(u), symbol("e_1")), 0, facts=[(h(a), 0), (h(b), 0)])),
    proved("at a, at a", lambda: same(f(a) + x, x, facts=[(f(a), 0)])),
    proved("for all, at b", lambda: same(f(b) + x, b**2 + x, facts=[fact(f(u), u**2, forall=u)])),
    proved("for all, the slope", lambda: same(D(f(a), a) + x, 2 * a + x, facts=[fact(f(u), u**2, forall=u)])),
    proved("for all, under ∫", lambda: same(Integral(f(u), (u, 0, 1)) + x, frac(1, 3) + x, facts=[fact(f(y), y**2, forall=y)])),
    proved("for all, under Σ", lambda: same(Sum(f(k), (k, 1, 3)) + x, 14 + x, facts=[fact(f(k), k**2, forall=k)])),
    proved("all entries", lambda: same(Sum(weight[i], (i, 1, 3)) + x, 3 + x, facts=[fact(weight[i], 1, forall=i)])),
    proved("a density's own variables are meant for all", lambda: same(E[p(v)](v) + a, m + a, facts=[(p(v), N(v, m, c))])),
]  # fmt: skip

# --- A7: a chain forgets; contradictions

CHAINS = [
    refused("1 + b = 2 + b", lambda: chained((a + b, [(a, 1)]), (2 + b, [(a, 2)]), start=1 + b)),
    shown("a line's own fact stands in its record", lambda: "x = 1" in str(same(x**2 + a, x + a, facts=[(x, 1)]).records())),
    shown("the facts of earlier lines stand in the last record",
          lambda: "b = 7" in str(chained((a + 7, [(b, 7)]), (sympy.Integer(8), [(a, 1)]), start=a + b).records()[-1])),
    shown("an assumption's equation stands in the record",
          lambda: "x = 1" in str(same(x**2 + a, x + a, facts=[Assumption("r.one", x, 1)]).records())),
    refused("two values in one line", lambda: same(a + b, 3 + b, facts=[(a, 1), (a, 3)])),
    refused("two values of a function at a point", lambda: chained((f(x) + b, [(f(x), 0)]), (1 + b, [(f(x), 1)]), start=b)),
    refused("two laws in one name", lambda: chained((E[p(v)](v) + b, [(p(v), N(v, 0, 1))]), (1 + b, [(p(v), N(v, 1, 1))]), start=b)),
    refused("a value and a law against it", lambda: same(a + b, b, facts=[(a, E[p(v)](v)), (p(v), N(v, 1, 1)), (a, 0)])),
    refused("a circle of facts", lambda: same(a + x, x + 1, facts=[(a, b + 1), (b, a), (b, 0), (a, 2)])),
    refused("a is b + 1 and b is a", lambda: same(x, x + 1, facts=[(a, b + 1), (b, a)])),
    refused("1 = 0 as a fact", lambda: same(a, b, facts=[(sympy.Integer(1), 0)])),
    refused("a function for all, and otherwise at a point", lambda: same(f(0) + x, 1 + x, facts=[fact(f(u), u, forall=u), (f(0), 1)])),
    refused("an inequality and a value against it", lambda: same(f(1) + x, f(0) - 1 + x, facts=[fact(f(1) >= f(0)), (f(1), f(0) - 1)])),
    refused("a > b and b > a", lambda: least(a, b + x**2 - x**2, c, facts=[(c, a - b), fact(b > a)])),
    refused("conditions that contradict along a chain", lambda: chained((log(x) + log(-x) + a, []), (2 * log(-x) + a, []), start=log(-(x**2)) + a)),
    refused("positive weights of sum 1, one of them 2", lambda: same(Sum(weight[i] * x, (i, 1, 3)), x, facts=[(Sum(weight[i], (i, 1, 3)), 1), (weight[1], 2)])),
    refused("positive weights of sum −1", lambda: same(Sum(weight[i] * x, (i, 1, 3)), -x, facts=[(Sum(weight[i], (i, 1, 3)), -1)])),
    refused("ᾱ_t = 1 − t c for every t", lambda: same(1 - al.bar[t] + a, t * c + a, facts=[fact(al.bar[t], 1 - t * c, forall=t)])),
    refused("ᾱ_t = cos² t/100 for every t", lambda: same(al.bar[t] + a, sympy.cos(t / 100) ** 2 + a, facts=[fact(al.bar[t], sympy.cos(t / 100) ** 2, forall=t)])),
    refused("k c < 1 for every k", lambda: same(Abs(1 - c * n) + a, 1 - c * n + a, facts=[fact(c * k < 1, forall=k)])),
    refused("u c < 100 for every u", lambda: same(Abs(1 - c * y) + a, 1 - c * y + a, facts=[fact(c * u < 100, forall=u), fact(c * y < 1)])),
    proved("weights of any sign, of sum 1, one of them 2", lambda: same(Sum(height[i] * x, (i, 1, 3)), x, facts=[(Sum(height[i], (i, 1, 3)), 1), (height[1], 2)])),
    refused("a fact of line 1, its opposite in the derivation", lambda: chained((a + b, [(a, 1)]), start=1 + b, facts=[(a, 0)])),
    refused("entries with two values", lambda: same(weight[i] + x, 2 + x, facts=[fact(weight[i], 1, forall=i), (weight[i], 2)])),
    only("the second line's condition", lambda: chained((log(x) + log(y), []), (log(y) + log(x), []), start=log(x * y)), {x: -1, y: -1}),
]  # fmt: skip

# --- A8: a fact about a density need not be a law

DENSITIES = [
    refused("the normaliser forgotten", lambda: least(a - log(2 * sympy.pi) / 2, a, KL(q(v), p(v)), facts=[(q(v), N(v, 0, 1)), (p(v), exp(-(v**2) / 2))])),
    refused("a total of 2", lambda: least(a, a + log(2), KL(q(v), p(v)), facts=[(p(v), 2 * q(v))])),
    refused("a total of 2, equal", lambda: same(KL(q(v), p(v)) + a, a - log(2), facts=[(p(v), 2 * q(v))])),
    refused("a density that is negative somewhere", lambda: same(E[p(v)](1) + a, a + 1, facts=[(p(v), N(v, 0, 1) * v)])),
    refused("a signed law of total one", lambda: least(a, a + 1, KL(q(v), p(v)) + 1, facts=[(p(v), 2 * N(v, 0, 1) - N(v, 1, 1)), (q(v), N(v, 0, 1))])),
    refused("a variable that is not its own", lambda: same(E[p(v)](v) + a, w + a, facts=[(p(v), N(v, w, 1))])),
    only("a law of one over n values that are not n", lambda: same(H(p(v)) + a, log(n) + a, facts=[(p(v), frac(1, n))])),
    refused("two different laws for one", lambda: same(KL(p(v), q(v)) + a, a, facts=[(p(v), q(v)), (p(v), N(v, 0, 1)), (q(v), N(v, 1, 1))])),
    refused("a joint that its own marginals contradict", lambda: same(E[p(v)](v) + a, a + 1,
            facts=[(p(v, w), N(v, 0, 1) * N(w, 0, 1)), (p(v), N(v, 1, 1))])),
    refused("a conditional that its joint contradicts", lambda: same(E[p(v | w)](v) + a, a + w,
            facts=[(p(v, w), N(v, 0, 1) * N(w, 0, 1)), (p(v | w), N(v, w, 1))])),
    refused("a cross-entropy below the entropy", lambda: least(CE(q(v), p(v)), H(q(v)) - 1, KL(q(v), p(v)) + 1, facts=[(p(v), exp(1) * q(v))])),
    refused("a uniform density whose length is forgotten", lambda: same(E[p(v)](1) + a, c + a, facts=[(p(v), c)])),
    proved("a law of two Gaussians", lambda: same(E[p(v)](v) + a, a + half, facts=[(p(v), half * N(v, 0, 1) + half * N(v, 1, 1))])),
    proved("the normaliser is there", lambda: least(a + half, a, KL(q(v), p(v)), facts=[(q(v), N(v, 0, 1)), (p(v), exp(-((v - 1) ** 2) / 2) / sqrt(2 * sympy.pi))])),
]  # fmt: skip

# --- A9: bound names keep their declared signs; complex is ignored

ipos, iplus = symbol("i_1", integer=True, positive=True), symbol("i_2", integer=True, nonnegative=True)
z = symbol("z", complex=True)
free = symbol("g", complex=True)

SIGNS = [
    refused("a positive index from −3", lambda: least(a - 6, a, Sum(ipos, (ipos, -3, 0)))),
    refused("a positive variable below 0", lambda: least(a - half, a, Integral(c, (c, -1, 0)))),
    refused("a positive variable below 0, its root", lambda: same(Integral(sqrt(c**2), (c, -1, 0)) + a, a - half)),
    refused("a positive variable on the whole line", lambda: same(Integral(sqrt(c**2) * N(c, 0, 1), (c, -oo, oo)) + a, a)),
    refused("an index that is not negative, from −2", lambda: same(Sum(sqrt(iplus**2), (iplus, -2, 0)) + a, a - 3)),
    refused("a positive variable in a limit at −∞", lambda: same(Limit(sqrt(c**2) / c, c, -oo) + a, 1 + a)),
    refused("a positive variable in a limit at 0 from below", lambda: same(Limit(frac(sqrt(c**2), c), c, 0, "-") + a, 1 + a)),
    refused("a positive variable under a Gaussian", lambda: same(E[N(s, 0, 1)](sqrt(s**2)) + a, a)),
    refused("a positive variable of a Gaussian, its log", lambda: same(E[N(s, 0, 1)](log(s**2) - 2 * log(s)) + a, a)),
    refused("a positive index in a product", lambda: same(Product(sqrt(ipos**2), (ipos, -2, -1)) + a, a + 2 * sympy.Integer(-1) ** 1)),
    refused("a complex square is not negative", lambda: least(z**2 + a**2, a**2, z**2)),
    refused("a complex logarithm of a square", lambda: same(log(z**2) + a, 2 * log(z) + a)),
    refused("a complex logarithm of a product", lambda: same(log(z * free), log(z) + log(free))),
    refused("the root of a complex square", lambda: same(sqrt(z**2) + a, z + a)),
    refused("the size of a complex number", lambda: same(sympy.Abs(z) ** 2 + a, z**2 + a)),
    refused("a complex exponential's logarithm", lambda: same(log(exp(z)) + a, z + a)),
    refused("exp of a complex number is not positive", lambda: least(exp(z) + a**2, a**2, exp(z))),
    refused("roots of a complex product", lambda: same(sqrt(z * free) + a, sqrt(z) * sqrt(free) + a)),
]  # fmt: skip

# --- A12: exercises, refutations

squares = lambda: Derivation("r", "").start(a**2 + b**2).at_least(2 * a * b, gap=(a - b) ** 2)  # noqa: E731
fewer = lambda: Derivation("r", "").start(a**2).at_most(a**2 + b**2, gap=b**2)  # noqa: E731
shifted = lambda: Derivation("r", "").start(a**2 + 1).at_least(sympy.Integer(1), gap=a**2)  # noqa: E731
cubes = lambda: Derivation("r", "").start(c + c1).at_least(c, gap=c1)  # noqa: E731
longer = lambda: Derivation("r", "").start(a**2 + b**2 + c).at_least(a**2 + b**2, gap=c).at_least(a**2, gap=b**2)  # noqa: E731


def slips_are_false(make):
    """Whether no line that `find_the_slip` shows as wrong is true at every point of a grid that its symbols admit."""
    for number in range(12):
        try:
            slip = find_the_slip(make(), number)
        except DerivationError:
            return True  # there is no slip to find, and it says so
        line = slip.derivation[slip.line]
        gap = plain(line.before - slip.mutant.expression) * (1 if line.relation == ">=" else -1)
        free = sorted(gap.free_symbols, key=str)
        grids = [[v for v in (-2, -half, half / 4, half, 1, 3) if v > 0 or not s.is_positive] for s in free]
        if all(gap.subs(dict(zip(free, at))) >= 0 for at in itertools.product(*grids)):
            return False
    return True


def refutes(claim, at, **how):
    return lambda: Refutation("r", claim, at, instead="r.instead", **how)


def answered(target, answer, **how):
    return exercise("r", "?", target, **how).check(answer)


EXERCISES = [
    shown("a² + b² ≥ −2ab is no slip", lambda: slips_are_false(squares)),
    shown("a² ≤ a² + b² + … is no slip", lambda: slips_are_false(fewer)),
    shown("a² + 1 ≥ −1 is no slip", lambda: slips_are_false(shifted)),
    shown("c + c₁ ≥ −c is no slip", lambda: slips_are_false(cubes)),
    shown("no true line among the slips of two lines", lambda: slips_are_false(longer)),
    refused("c ≥ 0 refuted at c = −1", refutes((c, ">=", 0), {c: -1})),
    refused("d ≥ 0 refuted at d = −1", refutes((d, ">=", 0), {d: -1})),
    refused("a whole number refuted at a half", refutes((sympy.cos(2 * sympy.pi * n), "=", 1), {n: half})),
    refused("a real square refuted at i", refutes((a**2, ">=", 0), {a: I})),
    refused("a claim refuted where it is not defined", refutes((log(a) - log(a), "=", 0), {a: -1})),
    refused("a claim refuted at its pole", refutes((frac(a, a), "=", 1), {a: 0})),
    refused("a claim refuted against its own fact", refutes((a, "=", 1), {a: 2}, facts=[(a, 1)])),
    refused("a claim refuted with a negative mass", refutes((p(v), ">=", 0), {"values": {v: [0, 1], w: [0, 1]}, "free": {v: 0},
            "tables": {p: {(0, 0): -half, (0, 1): 0, (1, 0): 1, (1, 1): half}}})),
    refused("a positive function refuted at a negative value", refutes((pos(a), ">=", 0), {a: 1, pos(1): -1})),
    shown("lim √x²/x at −∞ is −1: the right answer", lambda: bool(answered(Limit(sqrt(x**2) / x, x, -oo), -1))),
    shown("lim √x²/x at −∞ is not 1", lambda: not answered(Limit(sqrt(x**2) / x, x, -oo), 1)),
    shown("√x² is |x|: the right answer", lambda: bool(answered(sqrt(x**2), sympy.Abs(x)))),
    shown("x/x for 1 says that x ≠ 0", lambda: not (r := answered(sympy.Integer(1), frac(x, x))) or "0" in r.text.split("reach")[-1]),
    shown("x for √x² is not simply right", lambda: not (r := answered(sqrt(x**2), x)) or "0" in r.text.split("reach")[-1]),
    shown("log x + log y for log xy is not simply right",
          lambda: not (r := answered(log(x * y), log(x) + log(y))) or "0" in r.text.split("reach")[-1]),
    shown("a fact at one point answers nothing elsewhere", lambda: not answered(f(b) + x, x, facts=[(f(a), 0)])),
]  # fmt: skip

# --- polynomials that are 0

k1, k2, k3, k4 = symbols("k_1 k_2 k_3 k_4")
circle = [(k1**2 + k2**2, 1)]
COMBINED = [
    proved("a multiple of what is 0", lambda: same(k1 * (k1 * k3 + k2 * k4) - k2 * (k1 * k4 - k2 * k3), k3, facts=circle)),
    proved("a multiple with a function in it", lambda: same(f(k3) * (k1**2 + k2**2), f(k3), facts=circle)),
    refused("no multiple of it", lambda: same(k1 * (k1 * k3 + k2 * k4) + k2 * (k1 * k4 - k2 * k3), k3, facts=circle)),
    refused("a root of what is 0", lambda: same(k1 + k3, k2 + k3, facts=[(k1**2, k2**2)])),
    refused("a factor of what is 0", lambda: same(k1 + k4, k2 + k4, facts=[(k1 * k3, k2 * k3)])),
    refused("nothing follows from what cannot be", lambda: same(k1 + k3, k2 + k3, facts=[(k1**2, -1)])),
]  # fmt: skip

# --- facts that no function meets: slopes against values, and against a sign

bent, later = undefined("g", between=(0, 1)), symbol("s_1", positive=True)
under = undefined("eta", negative=True)


def sloped(g, slope, order=1, at=x, of=u, **how):
    """The line that says of g′ what its fact says."""
    return lambda: same(D(g(at), (at, order)) + a, slope.xreplace({of: at}) + a, facts=[fact(D(g(of), (of, order)), slope, forall=of), *how.get("more", ())])


def between_values(slope, *values):
    """f(1) by its value, where facts speak of the slope of f everywhere and of its values at points."""
    return lambda: same(f(1) + a, dict(values)[f(1)] + a, facts=[fact(slope, forall=u), *values])


one = sympy.Integer(1)
SLOPES = [
    refused("a positive function of slope −1 on the whole line", sloped(pos, -one)),
    refused("a positive function of slope 1 on the whole line", sloped(pos, one)),
    refused("a positive function of slope −c", sloped(pos, -c)),
    refused("a non-negative function of slope −1", sloped(up, -one)),
    refused("a negative function of slope 1", sloped(under, one)),
    refused("a positive function of second derivative −1", sloped(pos, -one, 2)),
    refused("a negative function of second derivative 1", sloped(under, one, 2)),
    refused("a function between 0 and 1 of slope c", sloped(bent, c)),
    refused("a function between 0 and 1 of second derivative c", sloped(bent, c, 2)),
    refused("a positive function of slope −u", sloped(pos, -u)),
    refused("a positive function of slope u²", sloped(pos, u**2)),
    refused("a positive function of slope −1 − ψ²", lambda: same(D(pos(x), x) + a, a - 1 - pos(x) ** 2, facts=[fact(D(pos(u), u), -1 - pos(u) ** 2, forall=u)])),
    refused("a function that a fact says is positive, of slope −1", sloped(f, -one, more=[fact(f(u) > 0, forall=u)])),
    refused("a positive function that bends downwards", lambda: same(Abs(D(pos(x), x, x)) + a, a - D(pos(x), x, x), facts=[fact(D(pos(u), u, u) < 0, forall=u)])),
    refused("a positive function of slope −1 on a half-line", sloped(pos, -one, at=c, of=later)),
    proved("a positive function of slope 1 on a half-line", sloped(pos, one, at=c, of=later)),
    proved("a positive function of slope u", sloped(pos, u)),
    proved("a positive function of second derivative 2", sloped(pos, 2 * one, 2)),
    proved("a positive function of slope −e⁻ᵘ", sloped(pos, -exp(-u))),
    proved("a positive function that decays", lambda: same(D(pos(x), x) + a, a - pos(x), facts=[fact(D(pos(u), u), -pos(u), forall=u)])),
    proved("a function of slope −1", sloped(f, -one)),
    refused("a rising function with one value twice", between_values(D(f(u), u) > 0, (f(0), 1), (f(1), 1))),
    refused("a rising function, ∫ f′ = 0", lambda: same(Integral(D(f(u), u), (u, 0, 3)) + a, a, facts=[fact(D(f(u), u) > 0, forall=u), (f(0), 1), (f(3), 1)])),
    refused("a rising function that falls", lambda: same(Abs(f(3) - f(0)) + a, f(0) - f(3) + a, facts=[fact(D(f(u), u) > 0, forall=u), fact(f(0) > f(3))])),
    refused("a rising function, f(a + c) = f(a)", lambda: same(f(a + c) + b, f(a) + b, facts=[fact(D(f(u), u) > 0, forall=u), (f(a + c), f(a))])),
    refused("a strictly convex function on a straight line", between_values(D(f(u), u, u) > 0, (f(0), 0), (f(1), 1), (f(2), 2))),
    refused("a convex function above its chord", between_values(D(f(u), u, u) >= 0, (f(0), 0), (f(1), 1), (f(2), 0))),
    refused("a slope of 2 or more, over a slope of 1", between_values(D(f(u), u) >= 2, (f(0), 0), (f(1), 1))),
    refused("a slope of 1 or less, over a slope of 2", between_values(D(f(u), u) <= 1, (f(0), 0), (f(1), 2))),
    proved("a rising function that rises", between_values(D(f(u), u) > 0, (f(0), 0), (f(1), 3))),
    proved("a convex function below its chord", between_values(D(f(u), u, u) > 0, (f(0), 0), (f(1), 0), (f(2), 1))),
    proved("a slope of 2 or more, over a slope of 3", between_values(D(f(u), u) >= 2, (f(0), 0), (f(1), 3))),
    proved("∫ ψ = 3 where ψ ≥ 2", lambda: same(Integral(pos(u), (u, 0, 1)) + a, a + 3, facts=[(Integral(pos(u), (u, 0, 1)), 3), fact(pos(u) >= 2, forall=u)])),
]  # fmt: skip

# --- facts about slopes whose solutions are infinite somewhere

def grows(g, slope, at=x, of=u, *more):
    """The line that says of g′ what its fact says, a polynomial in g."""
    return lambda: same(D(g(at), at) + a, slope(g(at)) + a, facts=[fact(D(g(of), of), slope(g(of)), forall=of), *more])


BLOWN_UP = [
    refused("a positive function of slope −ψ²", grows(pos, lambda v: -(v**2))),
    refused("a function of slope −f², of which 0 alone is left", grows(f, lambda v: -(v**2))),
    refused("a function of slope c f³", grows(f, lambda v: c * v**3)),
    refused("a function of slope 1 + f²", grows(f, lambda v: 1 + v**2)),
    refused("a function of slope 1 + f² on a half-line", grows(f, lambda v: 1 + v**2, c, later)),
    refused("a positive function of slope ψ² on a half-line", grows(pos, lambda v: v**2, c, later)),
    refused("a positive function of slope ψ + ψ²", grows(pos, lambda v: v + v**2)),
    refused("a logistic function above 1", grows(f, lambda v: v * (1 - v), x, u, (f(0), 2))),
    refused("a logistic function below 0 on a half-line", grows(f, lambda v: v * (1 - v), c, later, (f(1), -1))),
    proved("a positive function of slope −ψ² on a half-line", grows(pos, lambda v: -(v**2), c, later)),
    proved("a function of slope f² on a half-line", grows(f, lambda v: v**2, c, later)),
    proved("a logistic function", grows(f, lambda v: v * (1 - v))),
    proved("a function of slope 1 − f²", grows(f, lambda v: 1 - v**2)),
    proved("a positive function of slope −ψ", grows(pos, lambda v: -v)),
]  # fmt: skip

# --- slopes whose sign a fact says of every point

SIGNED_SLOPES = [
    proved("|f′| of a rising function", lambda: same(Abs(D(f(x), x)) + a, a + D(f(x), x), facts=[fact(D(f(u), u) > 0, forall=u)])),
    proved("|f′| of a falling function", lambda: same(Abs(D(f(x), x)) + a, a - D(f(x), x), facts=[fact(D(f(u), u) < 0, forall=u)])),
    proved("a root of f′² of one that never falls", lambda: same(sqrt(D(f(x), x) ** 2) + a, a + D(f(x), x), facts=[fact(D(f(u), u) >= 0, forall=u)])),
    proved("log f′² of a rising function", lambda: same(log(D(f(x), x) ** 2) + a, a + 2 * log(D(f(x), x)), facts=[fact(D(f(u), u) > 0, forall=u)])),
    only("|f′| of a function that rises on a half-line", lambda: same(Abs(D(f(x), x)) + a, a + D(f(x), x), facts=[fact(D(f(later), later) > 0, forall=later)])),
    refused("|f′| of a positive function", lambda: same(Abs(D(f(x), x)) + a, a + D(f(x), x), facts=[fact(f(u) > 0, forall=u)])),
    refused("|f″| of a rising function", lambda: same(Abs(D(f(x), x, x)) + a, a + D(f(x), x, x), facts=[fact(D(f(u), u) > 0, forall=u)])),
    refused("|g′| by the slope of f", lambda: same(Abs(D(h(x), x)) + a, a + D(h(x), x), facts=[fact(D(f(u), u) > 0, forall=u)])),
    refused("|(f(−x))′| of a rising function", lambda: same(Abs(D(f(-x), x)) + a, a + D(f(-x), x), facts=[fact(D(f(u), u) > 0, forall=u)])),
    refused("|f′| where f′ ≥ g′", lambda: same(Abs(D(f(x), x)) + a, a + D(f(x), x), facts=[fact(D(f(u), u) >= D(h(u), u), forall=u)])),
]  # fmt: skip

# --- what is positive is not 0

NAUGHT = [
    refused("positive entries of sum 0", lambda: same(Sum(weight[i], (i, 1, 3)) + a, a, facts=[(Sum(weight[i], (i, 1, 3)), 0)])),
    refused("a product of positive symbols that is 0", lambda: same(c * c1 + a, a, facts=[(c * c1, 0)])),
    refused("values of a positive function of sum 0", lambda: same(pos(0) + pos(1) + a, a, facts=[(pos(0) + pos(1), 0)])),
    refused("∫ ψ² = 0 of a positive ψ", lambda: same(Integral(pos(u) ** 2, (u, 0, 1)) + a, a, facts=[(Integral(pos(u) ** 2, (u, 0, 1)), 0)])),
    refused("∫ e^{−u} ψ = 0 of a positive ψ", lambda: same(Integral(exp(-u) * pos(u), (u, 0, end)) + a, a, facts=[(Integral(exp(-u) * pos(u), (u, 0, 1)), 0)])),
    refused("1/c = 0", lambda: same(1 / c + a, a, facts=[(1 / c, 0)])),
    refused("log ᾱ = 0", lambda: same(log(al.bar[3]) + a, a, facts=[(log(al.bar[3]), 0)])),
    proved("entries of either sign, of sum 0", lambda: same(Sum(height[i], (i, 1, 3)) + a, a, facts=[(Sum(height[i], (i, 1, 3)), 0)])),
    proved("positive entries of sum 2", lambda: same(Sum(weight[i], (i, 1, 3)) + a, a + 2, facts=[(Sum(weight[i], (i, 1, 3)), 2)])),
    proved("∫ f = 0", lambda: same(Integral(f(u), (u, 0, 1)) + a, a, facts=[(Integral(f(u), (u, 0, 1)), 0)])),
    proved("∫ ψ = 0 over nothing", lambda: same(Integral(pos(u), (u, 1, 1)) + a, a, facts=[(Integral(pos(u), (u, 1, 1)), 0)])),
]  # fmt: skip

# --- a schedule for every t, where t has no declared sign

whole = symbol("t_1", integer=True, positive=True)
TIMES = [
    proved("ᾱ_t = 2⁻ᵗ", lambda: same(al.bar[t] + a, a + half**t, facts=[fact(al.bar[t], half**t, forall=t)]), {t: 0}),
    proved("ᾱ_t = 2⁻ᵗ, at 3", lambda: same(al.bar[3] + a, a + half**3, facts=[fact(al.bar[t], half**t, forall=t)])),
    proved("α_t = 1/2 for every t", lambda: same(al[t] + a, a + half, facts=[fact(al[t], half, forall=t)]), {t: 1}),
    proved("α_t = 1/(1 + t), at 3", lambda: same(al[3] + a, a + half**2, facts=[fact(al[t], 1 / (1 + t), forall=t)])),
    proved("ᾱ_t = 1/(2 + t) from 1 on", lambda: same(al.bar[3] + a, a + frac(1, 5), facts=[fact(al.bar[whole], 1 / (2 + whole), forall=whole)])),
    proved("ᾱ_t = 2⁻ᵗ⁻¹ from 1 on", lambda: same(al.bar[3] + a, a + half**4, facts=[fact(al.bar[whole], half ** (whole + 1), forall=whole)])),
    proved("ᾱ_t = 3¹⁻²ᵗ from 1 on", lambda: same(al.bar[3] + a, a + frac(1, 3**5), facts=[fact(al.bar[whole], frac(1, 3) ** (2 * whole - 1), forall=whole)])),
    only("ᾱ_t = 2³⁻ᵗ from 1 on", lambda: same(al.bar[3] + a, a + 1, facts=[fact(al.bar[whole], half ** (whole - 3), forall=whole)]), {whole: 1}),
    refused("ᾱ_t = 1/(2 + t) from 0 on", lambda: same(al.bar[3] + a, a + frac(1, 5), facts=[fact(al.bar[t], 1 / (2 + t), forall=t)])),
    refused("ᾱ_t = 2⁻ᵗ⁻¹ from 0 on", lambda: same(al.bar[3] + a, a + half**4, facts=[fact(al.bar[t], half ** (t + 1), forall=t)])),
    refused("ᾱ_t = 2¹⁻ᵗ", lambda: same(al.bar[3] + a, a + half**2, facts=[fact(al.bar[t], half ** (t - 1), forall=t)])),
    refused("ᾱ_t = 2ᵗ", lambda: same(al.bar[3] + a, a + 8, facts=[fact(al.bar[t], 2**t, forall=t)])),
    refused("ᾱ_t = 1/t", lambda: same(al.bar[3] + a, a + frac(1, 3), facts=[fact(al.bar[t], 1 / t, forall=t)])),
    refused("α_t = t", lambda: same(al[t] + a, a + t, facts=[fact(al[t], t, forall=t)])),
]  # fmt: skip

ALL = [*TIMES, *NAUGHT, *SLOPES, *BLOWN_UP, *SIGNED_SLOPES, *COMBINED, *PROPERTIES, *POINTS, *CHAINS, *DENSITIES, *SIGNS, *EXERCISES]
