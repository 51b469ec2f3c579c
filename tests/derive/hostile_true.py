"""Right lines with a wrong face, and true lines that were refused. Kinds B and C of the hostile reading."""

from sympy import Abs, Max, Min, Piecewise, Rational, oo, pi

from hostile import Assumption, fact, least, proved, same, shown
from vdmlib.derive import KL, MI, DerivationError, E, FalseStep, H, Integral, Integrate, Law, Limit, Product, Schedule, Sigma, Sum
from vdmlib.derive import Derivative as D
from vdmlib.derive import chain, coordinates, exp, frac, log, phi, sqrt, symbol, symbols, tex, undefined, variables
from vdmlib.derive.show.text import text

a, b, m, x, u, y, s0 = symbols("a b m x u y s")
c = symbol("c", positive=True)
t1 = symbol("t_1", positive=True)
f, w, L, loss = undefined("f w L l")
bump = undefined("rho", positive=True)
t, T, n, k, i, j = symbols("t T n k i j", integer=True)
ahead = symbol("n", integer=True, positive=True)
X, Z = chain("X"), chain("z")
v, z = variables("v z")
p, q = Law("p", v, z), Law("q", v, z)
mass, one = Law("m", v, z), Law("o", v)
al = Schedule("alpha")
part = coordinates("u", positive=True)
half = Rational(1, 2)


def typed(e, *wanted):
    """Whether the text form, blanks aside, is one of those wanted."""
    return text(e).replace(" ", "") in {v.replace(" ", "") for v in wanted}


def shows(make):
    tex(make()), text(make())
    return True


def apart(e, merged):
    """Whether (operator) · factor is displayed in brackets, and otherwise than the operator of the product."""
    return tex(e).startswith(r"\left(") and tex(e) != tex(merged) and text(e) != text(merged)


FACES = [
    shown("(lim u²) · 1/u²", lambda: apart(Limit(u**2, u, 0) * frac(1, u**2), Limit(u**2 * frac(1, u**2), u, 0))),
    shown("(d/da a²) a", lambda: apart(D(a**2, a) * a, D(a**2 * a, a))),
    shown("(∫ u) a", lambda: tex(Integral(u, (u, 0, 1)) * a) != tex(Integral(u * a, (u, 0, 1)))),
    shown("(Σ f) g", lambda: apart(Sum(f(k), (k, 1, n)) * f(n), Sum(f(k) * f(n), (k, 1, n)))),
    shown("(∏ f) g", lambda: apart(Product(f(k), (k, 1, n)) * f(n), Product(f(k) * f(n), (k, 1, n)))),
    shown("(lim f) g", lambda: apart(Limit(f(u), u, 0) * w(a), Limit(f(u) * w(a), u, 0))),
    shown("(d f) g", lambda: tex(D(f(u), u) * w(u)) != tex(D(f(u) * w(u), u))),
    shown("(d² f) g", lambda: apart(D(f(u) ** 2, (u, 2)) * w(u), D(f(u) ** 2 * w(u), (u, 2)))),
    shown("(Σ_v p) g", lambda: apart(Sigma[v](p(v)) * f(a), Sigma[v](p(v) * f(a)))),
    shown("(∫_v p) g", lambda: tex(Integrate[v](p(v)) * f(a)) != tex(Integrate[v](p(v) * f(a)))),
    shown("(lim f)(lim g)", lambda: apart(Limit(f(u), u, 0) * Limit(w(u), u, 0), Limit(f(u) * Limit(w(u), u, 0), u, 0))),
    shown("(Σ f)/g", lambda: apart(Sum(f(k), (k, 1, n)) * frac(1, w(a)), Sum(f(k) * frac(1, w(a)), (k, 1, n)))),
    shown("(Σ f) + a inside", lambda: tex(Sum(f(k) + a, (k, 1, n))) != tex(Sum(f(k), (k, 1, n)) + a)),
    shown("(lim f) + a inside", lambda: tex(Limit(f(u) + a, u, 0)) != tex(Limit(f(u), u, 0) + a)),
    shown("(d f) + a inside", lambda: tex(D(f(u) + a, u)) != tex(D(f(u), u) + a)),
    shown("(Σ f)² and Σ f²", lambda: tex(Sum(f(k), (k, 1, n)) ** 2) != tex(Sum(f(k) ** 2, (k, 1, n)))),
    shown("(lim f)² and lim f²", lambda: tex(Limit(f(u), u, 0) ** 2) != tex(Limit(f(u) ** 2, u, 0))),
    shown("(d f)² and d f²", lambda: tex(D(f(u), u) ** 2) != tex(D(f(u) ** 2, u))),
    shown("d/dX of an Integrate", lambda: shows(lambda: D(Integrate[v](f(a, v) * mass(v)), a))),
    shown("d/dX of a Sigma", lambda: shows(lambda: D(Sigma[v](f(a, v) * mass(v)), a))),
    shown("d/dX of an expectation", lambda: shows(lambda: D(E[mass(v)](f(a, v)), a))),
    shown("∫ of a Sigma", lambda: shows(lambda: Integral(Sigma[v](f(a, v) * mass(v)), (a, 0, 1)))),
    shown("lim of an Integrate", lambda: shows(lambda: Limit(Integrate[v](f(a, v) * mass(v)), a, 0))),
    shown("Σ of an Integrate", lambda: shows(lambda: Sum(Integrate[v](f(k, v) * mass(v)), (k, 1, 3)))),
    shown("s^(t₁+1)", lambda: typed(s0 ** (t1 + 1), "s^(t_1 + 1)", "s**(t_1 + 1)")),
    shown("s^(−a)", lambda: typed(s0 ** (-a), "s^(-a)", "s**(-a)", "s^-a")),
    shown("s^(a b)", lambda: typed(s0 ** (a * b), "s^(a b)", "s^(a*b)", "s**(a*b)")),
    shown("s^(a/b)", lambda: typed(s0 ** frac(a, b), "s^(a/b)", "s**(a/b)")),
    shown("s^(a^b)", lambda: typed(s0 ** (a**b), "s^(a^b)", "s**(a**b)", "s^a^b")),
    shown("(s^a)^b", lambda: typed((s0**a) ** b, "(s^a)^b", "(s**a)**b")),
    shown("(s/t₁)/(t₁/s)", lambda: typed(frac(frac(s0, t1), frac(t1, s0)), "(s/t_1)/(t_1/s)")),
    shown("a/(b c)", lambda: typed(frac(a, b * c), "a/(b c)", "a/(b*c)")),
    shown("a/(b/c)", lambda: typed(frac(a, frac(b, c)), "a/(b/c)")),
    shown("(a/b)/c", lambda: typed(frac(frac(a, b), c), "(a/b)/c", "a/b/c")),
    shown("a (b + c)", lambda: typed(a * (b + c), "a (b + c)", "a*(b + c)")),
    shown("(a/b)^2", lambda: typed(frac(a, b) ** 2, "(a/b)^2", "(a/b)**2")),
    shown("(a + b)/c", lambda: typed(frac(a + b, c), "(a + b)/c")),
    shown("a − (b − c)", lambda: typed(a - (b - c), "a - (b - c)")),
    shown("(−a)^2", lambda: typed((-a) ** 2, "(-a)^2", "(-a)**2")),
    shown("a^2 under a minus", lambda: typed(-(a**2), "-a^2", "-a**2")),
    shown("√(a + b)", lambda: typed(sqrt(a + b), "sqrt(a + b)")),
    shown("√a / b", lambda: typed(frac(sqrt(a), b), "sqrt(a)/b")),
    proved("d log|a| = 1/a", lambda: same(D(log(Abs(a)), a), frac(1, a)), {a: 2}),
    proved("d a|a| = 2|a|", lambda: same(D(a * Abs(a), a), 2 * Abs(a)), {a: 2}, {a: -2}),
    proved("d |a|³ = 3a|a|", lambda: same(D(Abs(a) ** 3, a), 3 * a * Abs(a)), {a: 2}, {a: -2}),
    proved("d |a| = |a|/a", lambda: same(D(Abs(a), a), frac(Abs(a), a)), {a: 2}, {a: -2}),
    proved("d (|a| + a)²", lambda: same(D((Abs(a) + a) ** 2, a) + b, 4 * (Abs(a) + a) + b), {a: 2}, {a: -2}),
    proved("d √(a²) at c", lambda: same(D(Abs(c), c) + b, 1 + b)),
    proved("d Max(c, −c)", lambda: same(D(Max(c, -c), c) + b, 1 + b)),
    proved("d Max(a, 0)²", lambda: same(D(Max(a, 0) ** 2, a) + b, 2 * Max(a, 0) + b), {a: 2}, {a: -2}),
    proved("d Min(a, 0)²", lambda: same(D(Min(a, 0) ** 2, a) + b, 2 * Min(a, 0) + b), {a: 2}, {a: -2}),
]  # fmt: skip

# --- C

post = Law("q", Z[1:T] | Z[0], markov=True)
model = Law("p", Z[0:T], markov=True)
step = KL(post(Z[t - 1] | Z[t], Z[0]), model(Z[t - 1] | Z[t]))
vs = [symbol(f"v_{r}", positive=True) for r in (1, 2, 3)]
w1, w2 = variables("w_1 w_2")
pair = Law("r", w1, w2)
x1, x2 = symbols("x_1 x_2")
lw = Law("q", z | v)


def flagged(make):
    """Whether a line that ordinary Python makes of a float or a string is proved, or refused with words about that."""
    try:
        make().records()
    except DerivationError as error:
        words = str(error)
        return "fault of the engine" not in words and any(s in words for s in ("float", "Rational", "string", "text", "0.333", "'x"))
    return True


def called_false(make):
    try:
        make()
    except FalseStep:
        return True
    except DerivationError:
        return False


FORMULAS = [  # laws that are no tables, though nothing normal is in them
    lambda: same(E[one(v)](v**2), 2 * c**2, facts=[fact(one(v), exp(-Abs(v) / c) / (2 * c), forall=v)]),
    lambda: same(E[one(v)](v) + Integrate[v](bump(v)), Integrate[z](bump(z)) + E[one(v)](v)),
    lambda: same(E[one(v)](v) + Integrate[v](exp(-c * v**2)), sqrt(pi / c) + E[one(v)](v)),
    lambda: same(E[one(v)](w(v)), Integrate[z](w(z) * bump(z)) / Integrate[z](bump(z)), facts=[fact(one(v), bump(v) / Integrate[z](bump(z)), forall=v)]),
    lambda: same(E[one(v)](Abs(v)), c, facts=[fact(one(v), exp(-Abs(v) / c) / (2 * c), forall=v)]),
    lambda: same(H(one(v)), 1 + log(2 * c), facts=[fact(one(v), exp(-Abs(v) / c) / (2 * c), forall=v)]),
    lambda: same(E[one(v)](v), half, facts=[fact(one(v), Piecewise((1, (v > 0) & (v < 1)), (0, True)), forall=v)]),
    lambda: same(E[one(v)](v), 1 / c, facts=[fact(one(v), Piecewise((c * exp(-c * v), v > 0), (0, True)), forall=v)]),
]


TRUE = [
    proved("1 ≥ ᾱ_t", lambda: least(1, al.bar[t], 1 - al.bar[t]), {t: 2}),
    proved("1 ≥ α_t", lambda: least(1, al[t], 1 - al[t]), {t: 2}),
    proved("1 ≥ ᾱ_t α_{t+1}", lambda: least(1, al.bar[t] * al[t + 1], 1 - al.bar[t] * al[t + 1]), {t: 2}),
    proved("1 + a² ≥ ᾱ_T + a²", lambda: least(1 + a**2, al.bar[T] + a**2, 1 - al.bar[T]), {T: 2}),
    proved("ᾱ_{t−1} ≥ ᾱ_t", lambda: least(al.bar[t - 1], al.bar[t], al.bar[t - 1] - al.bar[t]), {t: 2}),
    proved("ᾱ_{t−1} ≥ ᾱ_t, factored", lambda: least(al.bar[t - 1], al.bar[t], al.bar[t - 1] * (1 - al[t])), {t: 2}),
    proved("ᾱ_t ≥ ᾱ_{t+2}", lambda: least(al.bar[t], al.bar[t + 2], al.bar[t] - al.bar[t + 2]), {t: 2}),
    proved("1 ≥ √ᾱ_t", lambda: least(1, sqrt(al.bar[t]), 1 - sqrt(al.bar[t])), {t: 2}),
    proved("log p(z|v)^a", lambda: same(log(p(z | v) ** a), a * log(p(z | v)))),
    proved("log (p(z|v)/p(z))^a", lambda: same(log(frac(p(z | v), p(z)) ** a), a * (log(p(z | v)) - log(p(z))))),
    proved("log p^a p^b", lambda: same(log(p(v) ** a * q(v) ** b), a * log(p(v)) + b * log(q(v)))),
    proved("E log p^a", lambda: same(E[p(v)](log(p(v) ** a)), -a * H(p(v)))),
    proved("m Σ log α", lambda: same(m * Sum(log(al[i]), (i, 1, T)), m * log(al.bar[T])), {T: 3}),
    proved("−a Σ log α", lambda: same(-a * Sum(log(al[i]), (i, 1, T)) + b, -a * log(al.bar[T]) + b), {T: 3}),
    proved("m times a telescope", lambda: same(m * Sum(f(i) - f(i - 1), (i, 1, ahead)), m * (f(ahead) - f(0)))),
    proved("m times a telescope of m f", lambda: same(Sum(m * f(i) - m * f(i - 1), (i, 1, ahead)), m * f(ahead) - m * f(0))),
    proved("m times a telescope of schedules", lambda: same(m * Sum(al.bar[i] - al.bar[i - 1], (i, 1, T)), m * (al.bar[T] - 1)), {T: 3}),
    proved("f(a) times a telescope", lambda: same(f(a) * Sum(w(i) - w(i - 1), (i, 1, ahead)), f(a) * w(ahead) - f(a) * w(0))),
    proved("lim |x|/x at −∞", lambda: same(Limit(Abs(x) / x, x, -oo) + a, a - 1)),
    proved("lim |x|/x at +∞", lambda: same(Limit(Abs(x) / x, x, oo) + a, a + 1)),
    proved("lim |x|/x at 0 from the left", lambda: same(Limit(Abs(x) / x, x, 0, "-") + a, a - 1)),
    proved("lim √(x²)/x at −∞", lambda: same(Limit(sqrt(x**2) / x, x, -oo) + a, a - 1)),
    proved("lim √(x² + x) + x at −∞", lambda: same(Limit(sqrt(x**2 + x) + x, x, -oo) + a, a - half)),
    proved("lim x e^x at −∞", lambda: same(Limit(x * exp(x), x, -oo) + a, a)),
    shown("an assumption that KL is 0", lambda: bool(Assumption("r.kl", KL(p(v), q(v)), 0).records())),
    shown("an assumption that MI is 0", lambda: bool(Assumption("r.mi", MI(p(v, z), v), 0).records())),
    shown("an assumption that H is 1", lambda: bool(Assumption("r.h", H(p(v)), 1).records())),
    proved("KL = 0 as a fact", lambda: same(KL(p(v), q(v)) + a, a, facts=[Assumption("r.kl", KL(p(v), q(v)), 0)])),
    proved("the denoising term under the whole chain", lambda: same(E[post(Z[1:T] | Z[0])](step), E[post(Z[t] | Z[0])](step), times={t: 2, T: 3}), {t: 2, T: 3}, {t: 3, T: 3}),
    proved("the denoising terms under the whole chain",
           lambda: same(E[post(Z[1:T] | Z[0])](Sum(step, (t, 2, T))), Sum(E[post(Z[t] | Z[0])](step), (t, 2, T)), times={T: 2})),
    proved("∫₀¹ by parts", lambda: same(Integral(w(u) * D(L(u), u), (u, 0, 1)), w(1) * L(1) - w(0) * L(0) - Integral(D(w(u), u) * L(u), (u, 0, 1)))),
    proved("∫₀² by parts", lambda: same(Integral(w(u) * D(L(u), u), (u, 0, 2)), w(2) * L(2) - w(0) * L(0) - Integral(D(w(u), u) * L(u), (u, 0, 2)))),
    proved("∫₋₁¹ by parts with a weight", lambda: same(Integral(u * D(L(u), u), (u, -1, 1)), L(1) + L(-1) - Integral(L(u), (u, -1, 1)))),
    proved("∫ by parts, symbolic ends", lambda: same(Integral(w(u) * D(L(u), u), (u, a, b)), w(b) * L(b) - w(a) * L(a) - Integral(D(w(u), u) * L(u), (u, a, b)))),
    proved("a slope known for all u, under ∫", lambda: same(Integral(D(f(u), u), (u, 0, 1)), f(1) - f(0))),
    proved("a slope given under ∫", lambda: same(Integral(D(f(u), u) * u, (u, 0, 1)) + a, Integral(w(u) * u, (u, 0, 1)) + a, facts=[fact(D(f(u), u), w(u), forall=u)])),
    proved("a total of one under a double ∫", lambda: same(Integral(loss(u), (u, 0, 1)) * y + a, y + a, facts=[(Integral(loss(u), (u, 0, 1)), 1)])),
    proved("a named conditional mean", lambda: same(E[p(v, z)](f(v) * z), E[p(v)](f(v) * w(v)), facts=[fact(w(v), E[p(z | v)](z), forall=v)])),
    proved("a named conditional mean, at its point", lambda: same(E[p(z | v)](z) + a, w(v) + a, facts=[fact(w(v), E[p(z | v)](z), forall=v)])),
    proved("independence", lambda: same(MI(p(v, z), v) + a, a, facts=[(p(v, z), p(v) * p(z))])),
    proved("independence, entropies", lambda: same(H(p(v, z)), H(p(v)) + H(p(z)), facts=[(p(v, z), p(v) * p(z))])),
    proved("independence, means", lambda: same(E[p(v, z)](v * z) + a, E[p(v)](v) * E[p(z)](z) + a, facts=[(p(v, z), p(v) * p(z))])),
    proved("independence, conditional", lambda: same(log(p(v | z)) + a, log(p(v)) + a, facts=[(p(v, z), p(v) * p(z))])),
    proved("a law given through itself, conditional", lambda: same(KL(p(z | v), q(z | v)) + a, a, facts=[(p(z | v), q(z | v))])),
    proved("IWAE: L₂ ≥ L₁ with real weights", lambda: least(log((exp(x1) + exp(x2)) / 2), (x1 + x2) / 2,
           half * phi(frac(2 * exp(x1), exp(x1) + exp(x2))) + half * phi(frac(2 * exp(x2), exp(x1) + exp(x2))))),
    proved("the log of a mean of three", lambda: least(log(frac(vs[0] + vs[1] + vs[2], 3)), frac(log(vs[0]) + log(vs[1]) + log(vs[2]), 3),
           frac(1, 3) * sum((phi(frac(3 * v_, vs[0] + vs[1] + vs[2])) for v_ in vs[1:]), phi(frac(3 * vs[0], vs[0] + vs[1] + vs[2]))))),
    proved("Σ (1/k − 1/(k + 1)) to infinity", lambda: same(Sum(1 / i - 1 / (i + 1), (i, 1, oo)) + a, 1 + a)),
    proved("Σ of quotients that tend to 1", lambda: same(Sum((i + 1) / (i + 2) - i / (i + 1), (i, 1, oo)) + a, half + a)),
    proved("|a| + |b| ≥ a + b", lambda: least(Abs(a) + Abs(b), a + b, Abs(a) - a + Abs(b) - b)),
    proved("|a| ≥ −a", lambda: least(Abs(a), -a, Abs(a) + a)),
    proved("|a| |b| ≥ a b", lambda: least(Abs(a) * Abs(b), a * b, Abs(a) * Abs(b) - a * b)),
    proved("the triangle inequality", lambda: least(Abs(a) + Abs(b), Abs(a + b), Abs(a) + Abs(b) - Abs(a + b))),
    proved("the triangle inequality, from below", lambda: least(Abs(a - b), Abs(a) - Abs(b), Abs(a - b) - Abs(a) + Abs(b))),
    proved("a maximum is no less than a mean", lambda: least(Max(a, b), (a + b) / 2, Max(a, b) - (a + b) / 2)),
    proved("eˣ ≥ 1 + x", lambda: least(exp(x), 1 + x, exp(x) - 1 - x)),
    proved("c − 1 ≥ log c", lambda: least(c - 1, log(c), c - 1 - log(c))),
    proved("1/b ≥ 1/a", lambda: least(1 / b, 1 / a, 1 / b - 1 / a, facts=[fact(a >= b), fact(b > 0)])),
    proved("f(u) ≥ f(u − 2)", lambda: least(f(u), f(u - 2), f(u) - f(u - 2), facts=[fact(f(u) >= f(u - 1), forall=u)])),
    proved("f(t) ≥ f(t − 3)", lambda: least(f(t), f(t - 3), f(t) - f(t - 3), facts=[fact(f(t) >= f(t - 1), forall=t)])),
    proved("∫ of what is large close to an end alone", lambda: same(Integral(20000 * u**19999, (u, 0, 1)) + a, 1 + a)),
    proved("∫ of such, with a letter", lambda: same(Integral((c + 9999) * u ** (c + 9998), (u, 0, 1)) + a, 1 + a)),
    proved("weights divided by their total", lambda: same(E[one(v)](w(v)), Integrate[v](w(v) * bump(v)) / Integrate[v](bump(v)), facts=[fact(one(v), bump(v) / Integrate[v](bump(v)), forall=v)])),
    *[shown(f"the mean of an explicit law is not called false, {k}", lambda make=make: not called_false(make)) for k, make in enumerate(FORMULAS, 1)],
    shown("x (1/3) 3 = x", lambda: flagged(lambda: same(x * (1 / 3) * 3 + a, x + a))),
    shown("0.5 x + 0.5 x = x", lambda: flagged(lambda: same(0.5 * x + 0.5 * x, x))),
    shown("x + 1 = 'x+1'", lambda: flagged(lambda: same(x + 1, "x+1"))),
    shown("a string for a gap", lambda: flagged(lambda: least(x**2 + a, a, "x**2"))),
    shown("a string for a fact", lambda: flagged(lambda: same(x**2 + a, 1 + a, facts=[("x", 1)]))),
]  # fmt: skip

ALL = [*FACES, *TRUE]
