"""Laws and chains: indices that coincide, base cases, supports. Kinds A3, A4 and A6 of the hostile reading."""

from sympy import Rational

from hostile import least, only, proved, refused, same, shown
from vdmlib.derive import CE, ELBO, KL, MI, E, H, Integrate, Law, N, Product, Schedule, Sigma, Sum
from vdmlib.derive import Derivative as D
from vdmlib.derive import chain, coordinates, exp, fact, frac, log, phi, sqrt, symbol, symbols, undefined, variables
from vdmlib.derive.show.conditions import condition_text

a, b, m = symbols("a b m")
c = symbol("c", positive=True)
f = undefined("f")
t, T, n, k, i, j, s = symbols("t T n k i j s", integer=True)
v, w, y = variables("v w y")
p, q = Law("p", v, w), Law("q", v, w)
single, other = Law("p", v), Law("q", v)
rest = Law("r", w | v)
mass = Law("m", v, discrete=True)
X, Y = chain("x"), chain("y")
qm = Law("q", X[0:T], markov=True)
fwd = Law("q", X[1:T] | X[0], markov=True)
pm, walk = Law("p", X[0:T]), Law("p", X[0:T], markov=True)
g = log(qm(X[0]))
L = lambda r: log(qm(X[r] | X[r - 1]))  # noqa: E731
al = Schedule("alpha")
mu, weight = coordinates("mu"), coordinates("w", positive=True)
half = Rational(1, 2)
draw = lambda r: N(X[r], 0, 1)  # noqa: E731


def under(d):
    """What a line asks for, conventions too, in words."""
    return [condition_text(c) for c in d.lines[-1].conditions]


# --- A3: x_t may be x_1

COINCIDING = [
    refused("x_t may be x_1", lambda: same(Sum(E[draw(t)](X[t] * X[1]), (t, 1, 3)) + a, a)),
    only("x_t and x_s", lambda: same(E[draw(t)](X[t] * X[s]) + a, a), {t: 1, s: 1}),
    only("x_t and x_1, one t", lambda: same(E[draw(t)](X[t] * X[1]) + a, a), {t: 1}),
    refused("x_t and x_{4−t}", lambda: same(Sum(E[draw(t)](X[t] * X[4 - t]), (t, 1, 3)) + a, a)),
    refused("x_t² by x_1", lambda: same(Sum(E[draw(t)]((X[t] - X[2]) ** 2), (t, 1, 3)) + a, 3 + 3 * X[2] ** 2 + a)),
    refused("a double sum over x_t x_s", lambda: same(Sum(Sum(E[draw(t)](X[t] * X[s]), (s, 1, 3)), (t, 1, 3)) + a, a)),
    only("∂μ_i/∂μ_j = 0", lambda: same(D(mu[i] ** 2, mu[j]) + a, a), {i: 1, j: 1}),
    only("∂/∂μ_j of a sum that may lack j", lambda: same(D(Sum(mu[i] ** 2, (i, 1, n)), mu[j]), 2 * mu[j]), {j: 5, n: 3}),
    refused("∂/∂μ_1 of a sum from 2 to n", lambda: same(D(Sum(mu[i] * mu[1], (i, 1, 3)), mu[1]) + a, mu[1] + mu[2] + mu[3] + a)),
    only("∂/∂μ_1 of μ_1 Σ μ_i", lambda: same(D(mu[1] * Sum(mu[i], (i, 1, n)), mu[1]), Sum(mu[i], (i, 1, n))), {n: 2}),
    refused("entries of a double sum", lambda: same(D(Sum(Sum(mu[i] * mu[k], (k, 1, 3)), (i, 1, 3)), mu[1]) + a, 2 * (mu[2] + mu[3]) + a)),
    only("two draws are one", lambda: same(E[draw(t) * draw(s)](X[t] * X[s]) + a, a), {t: 1, s: 1}),
    only("x_t under q(x_s)", lambda: same(E[qm(X[t])](log(qm(X[s]))) + a, log(qm(X[s])) + a), {t: 1, s: 1}),
    only("x_t stays free under x_1", lambda: same(E[draw(1)](X[1] * X[t]) + a, a), {t: 1}),
    only("a density of x_t integrates out x_s", lambda: same(Integrate[X[s]](qm(X[s]) * f(X[t])), f(X[t])), {t: 1, s: 1}),
    only("f(x_t) differentiated by x_s", lambda: same(D(f(X[t]), X[s]) + a, a), {t: 1, s: 1}),
    only("a block that holds x_t", lambda: same(E[fwd(X[1:T] | X[0])](f(X[t])) + a, f(X[t]) + a), {t: 1, T: 2}),
    refused("a block that starts after x_t", lambda: same(Integrate[X[t:T]](fwd(X[1:T] | X[0])), fwd(X[1:t] | X[0]), times={t: 2, T: 4})),
    refused("y_t and y_1 under coordinates", lambda: same(Sum(E[N(X[t], mu[t], 1)](X[t] * X[2]), (t, 1, 3)) + a,
            X[2] * (mu[1] + mu[2] + mu[3]) + a)),
    proved("x_t and y_1", lambda: same(Sum(E[draw(t)](X[t] * Y[1]), (t, 1, 3)) + a, a)),
    proved("x_t and x_{t+1}", lambda: same(E[draw(t)](X[t] * X[t + 1]) + a, a)),
    proved("x_t against x_0, t ≥ 1", lambda: same(Sum(E[draw(t)](X[t] * X[0]), (t, 1, 3)) + a, a)),
]  # fmt: skip

# --- A4: too few base cases; empty sums

BASES = [
    refused("false from T = 6 on", lambda: same(g + Sum(L(t), (t, 5, T - 2)), g + Sum(L(t), (t, 4, T - 2)), times={T: 3})),
    refused("false from T = 8 on", lambda: same(g + Sum(L(t), (t, 7, T - 2)), g + Sum(L(t), (t, 6, T - 2)), times={T: 3})),
    refused("false from T = 11 on", lambda: same(g + Sum(L(t), (t, 1, T - 11)), g + Sum(L(t), (t, 2, T - 11)), times={T: 1})),
    only("false at T = 1 only", lambda: same(g + Sum(L(t), (t, 1, T)), g + L(1) + L(2) + Sum(L(t), (t, 3, T)), times={T: 1}), {T: 1}),
    only("the first term of an empty sum", lambda: same(g + Sum(L(t), (t, 3, T)), g + L(3) + Sum(L(t), (t, 4, T)), times={T: 2}), {T: 2}),
    only("the last term of an empty sum", lambda: same(g + Sum(L(t), (t, 6, T)), g + L(T) + Sum(L(t), (t, 6, T - 1)), times={T: 4}), {T: 4}),
    only("a telescope that has not begun", lambda: same(g + Sum(log(qm(X[t])) - log(qm(X[t - 1])), (t, 6, T)), g + log(qm(X[T])) - log(qm(X[5])), times={T: 3}), {T: 3}),
    only("a product that has not begun", lambda: same(g + log(Product(frac(qm(X[t]), qm(X[t - 1])), (t, 5, T))), g + log(frac(qm(X[T]), qm(X[4]))), times={T: 3}), {T: 3}),
    only("a block that is shorter", lambda: same(log(qm(X[0:T])), log(qm(X[0:3])) + Sum(L(t), (t, 4, T)), times={T: 2}), {T: 2}),
    only("a block from 5", lambda: same(g + log(qm(X[5:T])), g + log(qm(X[5])) + Sum(L(t), (t, 6, T)), times={T: 3}), {T: 3}),
    only("expected terms, an empty sum", lambda: same(g + Sum(E[qm(X[t])](log(qm(X[t]))), (t, 5, T - 1)),
            g + E[qm(X[5])](log(qm(X[5]))) + Sum(E[qm(X[t])](log(qm(X[t]))), (t, 6, T - 1)), times={T: 3}), {T: 3}),
    refused("entropies, false from T = 7 on", lambda: same(H(qm(X[0])) + Sum(H(qm(X[t])), (t, 6, T - 1)), H(qm(X[0])) + Sum(H(qm(X[t])), (t, 7, T - 1)), times={T: 3})),
    refused("a constant beyond the last case", lambda: same(g + Sum(log(c), (t, 9, T)), g, times={T: 3})),
    refused("two sums that agree while both are empty", lambda: same(g + Sum(L(t), (t, 8, T)), g + Sum(log(qm(X[t - 1] | X[t])), (t, 8, T)), times={T: 3})),
    refused("two different sums, of shifted ends", lambda: same(g + Sum(L(t), (t, 2, T - 6)), g + Sum(L(t), (t, 2, T - 7)), times={T: 3})),
    only("a schedule's product, empty", lambda: same(Product(al[t], (t, 5, T)), frac(al.bar[T], al.bar[4]), times={T: 2}), {T: 2}),
    only("a schedule's logs, empty", lambda: same(Sum(log(al[t]), (t, 5, T)), log(al.bar[T]) - log(al.bar[4]), times={T: 2}), {T: 2}),
    refused("Σ up to T − 2 against the long way", lambda: same(Sum(f(t), (t, 5, T - 2)) + a, Sum(f(t), (t, 4, T - 2)) + a, times={T: 3})),
    proved("peeled where there is a term", lambda: same(g + Sum(L(t), (t, 3, T)), g + L(3) + Sum(L(t), (t, 4, T)), times={T: 3})),
    proved("a telescope from 6 where it has begun", lambda: same(g + Sum(log(qm(X[t])) - log(qm(X[t - 1])), (t, 6, T)), g + log(qm(X[T])) - log(qm(X[5])), times={T: 6})),
    proved("a block and its pairs", lambda: same(log(qm(X[0:T])), g + Sum(L(t), (t, 1, T)), times={T: 1})),
    only("a sum of quotients, its last term apart", lambda: same(Sum(frac(pm(X[t]), qm(X[t])), (t, 1, T)),
         frac(pm(X[T]), qm(X[T])) + Sum(frac(pm(X[t]), qm(X[t])), (t, 1, T - 1)), times={T: 1}), convention="densities"),
    only("Bayes in a sum of products", lambda: same(Sum(qm(X[t - 1] | X[t]) * qm(X[t]), (t, 1, T)), Sum(qm(X[t] | X[t - 1]) * qm(X[t - 1]), (t, 1, T)),
         times={T: 1}), convention="densities"),
    only("importance weights at every time", lambda: same(Sum(E[qm(X[t])](frac(pm(X[t]), qm(X[t]))), (t, 1, T)), T, times={T: 1}), relation="dominated"),
    only("a density that is divided out at every time", lambda: same(Sum(E[qm(X[t], X[t - 1])](frac(pm(X[t]), pm(X[t]))), (t, 1, T)), T, times={T: 1}),
         relation="dominated"),
    refused("importance weights at every time, one too few", lambda: same(Sum(E[qm(X[t])](frac(pm(X[t]), qm(X[t]))), (t, 1, T)), T - 1, times={T: 1})),
    shown("what is divided by is positive at every time of the chain, said once", lambda: under(
        same(Sum(qm(X[t - 1] | X[t]) * qm(X[t]), (t, 1, T)), Sum(qm(X[t] | X[t - 1]) * qm(X[t - 1]), (t, 1, T)), times={T: 1})) == ["q(x[t]) > 0 for t = 0, …, T"]),
    shown("a domination at every time, said once", lambda: under(same(Sum(E[qm(X[t])](frac(pm(X[t]), qm(X[t]))), (t, 2, T)), T - 1, times={T: 2}))
          == ["q(x[t]) > 0 wherever p(x[t]) > 0 for t = 2, …, T"]),
    shown("a domination beside x_0", lambda: under(same(Sum(E[qm(X[t] | X[0])](frac(walk(X[t] | X[0]), qm(X[t] | X[0]))), (t, 1, T)), T, times={T: 1}))
          == ["q(x[0], x[t]) > 0 wherever p(x[0], x[t]) > 0 for t = 1, …, T", "q(x[0]) > 0", "p(x[0]) > 0"]),
    shown("a domination of two neighbours, in one order", lambda: under(same(
        Sum(E[qm(X[t], X[t - 1])](frac(walk(X[t] | X[t - 1]), qm(X[t] | X[t - 1]))), (t, 1, T)), T, times={T: 1}))
          == ["p(x[t]) > 0 wherever q(x[t]) > 0 for t = 0, …, T - 1", "q(x[t - 1], x[t]) > 0 wherever p(x[t - 1], x[t]) > 0 for t = 1, …, T"]),
    shown("a domination at the same times in every length", lambda: under(same(Sum(t * E[qm(X[t])](frac(pm(X[t]), qm(X[t]))), (t, 1, 3)), 6, times={T: 3}))
          == ["q(x[t]) > 0 wherever p(x[t]) > 0 for t = 1, 2, 3"]),
]  # fmt: skip

# --- A6: supports. A zero of q under p.

SUPPORTS = [
    only("E_q[p/q] = 1", lambda: same(E[other(v)](frac(single(v), other(v))) + a, 1 + a), relation="dominated"),
    only("E_q[f p/q] = E_p[f]", lambda: same(E[other(v)](f(v) * frac(single(v), other(v))) + a, E[single(v)](f(v)) + a), relation="dominated"),
    only("E_q[(p/q)²] as an integral", lambda: same(E[other(v)](frac(single(v), other(v)) ** 2) + a, Sigma[v](frac(single(v) ** 2, other(v))) + a)),
    only("q p/q under Σ", lambda: same(Sigma[v](other(v) * frac(single(v), other(v))) + a, 1 + a), relation="dominated"),
    only("q p/q under ∫", lambda: same(Integrate[v](other(v) * frac(single(v), other(v)) * v) + a, E[single(v)](v) + a), relation="dominated"),
    only("importance weights of a joint", lambda: same(E[rest(w | v)](frac(p(v, w), rest(w | v))), p(v)), relation="dominated"),
    only("KL ≥ 0 by φ(q/p)", lambda: least(KL(single(v), other(v)) + a, a, E[single(v)](phi(frac(other(v), single(v))))), relation="dominated"),
    only("chi-square as a mean square", lambda: same(E[other(v)]((frac(single(v), other(v)) - 1) ** 2) + a, E[other(v)](frac(single(v), other(v)) ** 2) - 1 + a), relation="dominated"),
    only("Bayes with p(v) = 0", lambda: same(frac(p(v, w), p(v)) * p(v) + a, p(v, w) + a), convention="densities"),
    only("log p − log p = 0", lambda: same(log(p(v)) - log(p(v)) + a, a), convention="densities"),
    only("log p² = 2 log p", lambda: same(log(p(v) ** 2) + a, 2 * log(p(v)) + a), convention="densities"),
    only("the logarithm of a product of densities", lambda: same(log(p(v, w) * q(v)) + a, log(p(v, w)) + log(q(v)) + a), convention="densities"),
    refused("a density of a chain too short, divided by", lambda: same(frac(qm(X[3] | X[2]), qm(X[3] | X[2])) + a, 1 + a)),
    refused("a density of a chain too short, under Σ log", lambda: same(Sum(log(qm(X[t] | X[t - 1])), (t, 1, 3)) + a,
            Sum(log(qm(X[t] | X[t - 1])), (t, 1, 2)) + log(qm(X[3] | X[2])) + a)),
    only("a density of a chain long enough, under Σ log", lambda: same(Sum(log(qm(X[t] | X[t - 1])), (t, 1, 3)) + a,
         Sum(log(qm(X[t] | X[t - 1])), (t, 1, 2)) + log(qm(X[3] | X[2])) + a, times={T: 3}), convention="densities"),
    only("p/p = 1", lambda: same(frac(p(v), p(v)) + a, 1 + a), convention="densities"),

    only("E_p[1/p · q]", lambda: same(E[single(v)](frac(other(v), single(v))) + a, 1 + a), relation="dominated"),
    only("importance weights of a chain", lambda: same(E[fwd(X[1] | X[0])](frac(qm(X[1] | X[0]), fwd(X[1] | X[0]))) + a, 1 + a)),
    only("a weight with a power", lambda: same(E[other(v)](sqrt(frac(single(v), other(v)) ** 2)) + a, 1 + a)),
    only("weights by exp and log", lambda: same(E[other(v)](exp(log(single(v)) - log(other(v)))) + a, 1 + a)),
    only("an expectation turned round", lambda: same(E[single(v)](frac(other(v), single(v)) * frac(single(v), other(v))) + a, 1 + a)),
    refused("E_p[1/p] = 1", lambda: same(E[single(v)](frac(1, single(v))) + a, 1 + a)),
    refused("KL both ways", lambda: same(KL(single(v), other(v)), KL(other(v), single(v)))),
    proved("KL = CE − H", lambda: same(KL(single(v), other(v)) + a, CE(single(v), other(v)) - H(single(v)) + a)),
    proved("E_p[p/p] = 1", lambda: same(E[single(v)](frac(single(v), single(v))) + a, 1 + a)),
    proved("MI = KL", lambda: same(MI(p(v, w), v) + a, KL(p(v, w), p(v, w)) + MI(p(v, w), w) + a)),
    proved("ELBO + KL = log p", lambda: same(ELBO(rest(w | v), p(v, w)) + KL(rest(w | v), p(w | v)), log(p(v)))),
]  # fmt: skip

# --- a normal density's value, means that are given, totals, laws in an index

u, free, theta = symbols("u z theta")
vv, Z = symbols("V Z", positive=True)
part = E[single(v)](N(u, v, vv))
indexed, tilted = Law("p_theta", v), Law("g", v)
NORMAL = [
    proved("Tweedie for any law", lambda: same(u + vv * D(log(part), u), E[single(v)](v * N(u, v, vv)) / part)),
    refused("Tweedie with the wrong sign", lambda: same(u - vv * D(log(part), u), E[single(v)](v * N(u, v, vv)) / part)),
    only("a variance without a sign", lambda: same(D(E[single(v)](N(u, v, free)), u) * free, E[single(v)](N(u, v, free) * (v - u))), {free: -1}),
    refused("N by its variance for its width", lambda: same(D(E[single(v)](N(u, v, vv)), vv), D(E[single(v)](N(u, v, vv)), u, u))),
    refused("N of other points", lambda: same(E[single(v)](N(u, v, vv)), E[single(v)](N(-u, v, vv)))),
    refused("N with its variable's law", lambda: same(E[single(v)](N(v, u, vv)), N(u, u, vv))),
    proved("E[vw] = 0 from E[v|w] = 0", lambda: same(E[p(v, w)](v * w) + a, a, facts=[fact(E[p(v | w)](v), 0, forall=w)])),
    refused("E[vw] = 0 from E[v] = 0", lambda: same(E[p(v, w)](v * w) + a, a, facts=[fact(E[p(v)](v), 0)])),
    refused("E[vw] = 0 from E[v|w] = 0 at one w", lambda: same(E[p(v, w)](v * w) + a, a, facts=[fact(E[p(v | w)](v), 0)])),
    refused("E[v²] from E[v|w] = 0", lambda: same(E[p(v)](v**2) + a, a, facts=[fact(E[p(v | w)](v), 0, forall=w)])),
    refused("a mean square below 0", lambda: same(E[single(v)](v) + a, a, facts=[fact(E[single(v)](v**2), -1)])),
    refused("a law with θ in its name has no slope", lambda: same(D(E[indexed(v)](v), theta) + a, a)),
    refused("a law given θ has no slope in it", lambda: same(D(E[p(v | w)](v), w) + a, a)),
    proved("a tilted law", lambda: least(log(Z), E[other(v)](v) - KL(other(v), single(v)), KL(other(v), tilted(v)),
                                         facts=[(tilted(v), single(v) * exp(v) / Z), (Z, E[single(v)](exp(v)))])),
    refused("a tilted law, its total under another law", lambda: least(log(Z), E[other(v)](v) - KL(other(v), single(v)), KL(other(v), tilted(v)),
                                                                        facts=[(tilted(v), single(v) * exp(v) / Z), (Z, E[other(v)](exp(v)))])),
    refused("a tilted law, its total open", lambda: least(log(Z), E[other(v)](v) - KL(other(v), single(v)), KL(other(v), tilted(v)),
                                                           facts=[(tilted(v), single(v) * exp(v) / Z)])),
]  # fmt: skip

# --- what is beyond: discreteness, blocks, plain falsehoods about laws

LAWS = [
    refused("an entropy of a density is not negative", lambda: least(H(single(v)) + a, a, H(single(v)))),
    refused("1 − p(v) for a density", lambda: least(1 + a, single(v) + a, 1 - single(v))),
    refused("H of a joint that is partly a density", lambda: least(H(p(v, w)), H(p(v)), E[p(v)](H(p(w | v))))),
    refused("E[vw] = E[v] E[w]", lambda: same(E[p(v, w)](v * w) + a, E[p(v)](v) * E[p(w)](w) + a)),
    refused("conditioning the other way", lambda: same(E[p(v)](log(p(v | w))), E[p(w)](log(p(v | w))))),
    refused("Markov where none was declared", lambda: same(log(pm(X[2] | X[0:1])) + a, log(pm(X[2] | X[1])) + a)),
    refused("log E = E log", lambda: same(log(E[p(v)](exp(v))) + a, E[p(v)](v) + a)),
    refused("an inner mean's variable outside", lambda: same(E[p(v)](E[p(w | v)](v * w)) + a, v * E[p(w)](w) + a)),
    refused("MI of a chain's ends as of neighbours", lambda: same(MI(qm(X[0], X[2]), X[0]), MI(qm(X[0], X[1]), X[0]))),
    proved("chain rule of the entropy", lambda: same(H(p(v, w)), H(p(v)) - E[p(v, w)](log(p(w | v))))),
]  # fmt: skip

ALL = [*COINCIDING, *BASES, *SUPPORTS, *NORMAL, *LAWS]
