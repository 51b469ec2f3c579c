"""Independent copies of one draw: lines for every number of them, and their false neighbours."""

import pytest

from vdmlib.derive import CE, KL, E, H, Identity, Inequality, Law, N, Product, Sum, chain, exp, fact, frac, log, phi, symbol, undefined, variables
from vdmlib.derive import Derivative as D
from vdmlib.derive import DerivationError

X, Z, x = chain("X"), chain("Z"), variables("x")
i, j = symbol("i", integer=True), symbol("j", integer=True)
K, K0 = symbol("K", integer=True, positive=True), symbol("K", integer=True, nonnegative=True)
p, r, none = Law("p", X[1:K], iid=True), Law("r", X[1:K], iid=True), Law("s", X[1:K0], iid=True)
q, post, more = Law("q", Z[1:K] | x, iid=True), Law("p", Z[1:K] | x, iid=True), Law("q", Z[1 : K + 1] | x, iid=True)
data, alike = Law("p", x), Law("d", X[1:K])
f, g = undefined("f g")
w = undefined("w", positive=True)
m, v = symbol("m"), symbol("v", positive=True)
one, every = E[p(X[1])], E[p(X[1:K])]
qs, more_qs = E[q(Z[1:K] | x)], E[more(Z[1 : K + 1] | x)]
mean = Sum(f(X[i]), (i, 1, K)) / K
weights = Sum(w(X[i]), (i, 1, K))
named = [(m, one(f(X[1])))]
ratio = frac(data(x) * post(Z[i] | x), q(Z[i] | x))
step, next_step = Sum(w(x, Z[i]), (i, 1, K)) / K, Sum(w(x, Z[i]), (i, 1, K + 1)) / (K + 1)

TRUE = {
    "the mean of a mean": lambda: (every(mean), one(f(X[1]))),
    "a mean that is named for every copy": lambda: (every(mean), m, [fact(E[p(X[i])](f(X[i])), m, forall=i)]),
    "the variance of a mean": lambda: (every((mean - m) ** 2), one((f(X[1]) - m) ** 2) / K, named),
    "the variance of a mean, all named": lambda: (every((mean - m) ** 2), v / K, [(one(f(X[1])), m), (one((f(X[1]) - m) ** 2), v)]),
    "the variance of a sum": lambda: (every((K * mean - K * m) ** 2), K * one((f(X[1]) - m) ** 2), named),
    "the sample variance": lambda: (every(Sum((f(X[i]) - Sum(f(X[j]), (j, 1, K)) / K) ** 2, (i, 1, K))), (K - 1) * one((f(X[1]) - m) ** 2), named),
    "entropies add": lambda: (H(p(X[1:K])), K * H(p(X[1]))),
    "divergences add": lambda: (KL(p(X[1:K]), r(X[1:K])), K * KL(p(X[1]), r(X[1]))),
    "weighted copies": lambda: (every(Sum(i * f(X[i]), (i, 1, K))), frac(K * (K + 1), 2) * one(f(X[1]))),
    "a likelihood of all": lambda: (every(log(Product(r(X[i]), (i, 1, K)))), -K * CE(p(X[1]), r(X[1]))),
    "a reciprocal": lambda: (every(Sum(frac(1, f(X[i])), (i, 1, K))), K * one(frac(1, f(X[1])))),
    "the slope of a mean square": lambda: (D(every((mean - m) ** 2), m), 2 * m - 2 * one(f(X[1]))),
    "a copy's share": lambda: (every(w(X[1]) / weights), frac(1, K)),
    "self-normalised weights": lambda: (every(Sum(w(X[i]) * f(X[i]), (i, 1, K)) / weights), K * every(w(X[K]) * f(X[K]) / weights)),
    "under a law of what is given": lambda: (E[data(x)](qs(Sum(f(x, Z[i]), (i, 1, K)) / K)), E[data(x), q(Z[1] | x)](f(x, Z[1]))),
    "an average that goes with what is given": lambda: (E[data(x)](f(x) * qs(log(step))), E[data(x)](qs(f(x) * log(step)))),
    "the mean of log weights": lambda: (qs(Sum(log(ratio), (i, 1, K)) / K), log(data(x)) - KL(q(Z[1] | x), post(Z[1] | x))),
}
BOUNDS = {
    "importance weights": lambda: (log(one(w(X[1]))), every(log(weights / K)), every(phi(weights / K / one(w(X[1]))))),
    "IWAE": lambda: (log(data(x)), qs(log(Sum(ratio, (i, 1, K)) / K)), qs(phi(Sum(frac(post(Z[i] | x), q(Z[i] | x)), (i, 1, K)) / K))),
    "one more copy": lambda: (more_qs(log(next_step)), E[more(Z[1:K] | x)](log(step)), more_qs(phi(step / next_step))),
}
FALSE = {
    "the variance of one": lambda: (every((mean - m) ** 2), one((f(X[1]) - m) ** 2), named),
    "a square too many": lambda: (every((mean - m) ** 2), one((f(X[1]) - m) ** 2) / K**2, named),
    "about a number that is not the mean": lambda: (every((mean - m) ** 2), one((f(X[1]) - m) ** 2) / K),
    "the sample variance without Bessel": lambda: (every(Sum((f(X[i]) - mean) ** 2, (i, 1, K))), K * one((f(X[1]) - m) ** 2), named),
    "one entropy": lambda: (H(p(X[1:K])), H(p(X[1]))),
    "the other divergence": lambda: (KL(p(X[1:K]), r(X[1:K])), K * KL(r(X[1]), p(X[1]))),
    "the last may be the first": lambda: (every(f(X[1]) * g(X[K])), one(f(X[1])) * one(g(X[1]))),
    "one copy twice": lambda: (every(f(X[1]) * g(X[1])), one(f(X[1])) * one(g(X[1]))),
    "beyond the last": lambda: (every(Sum(f(X[i]), (i, 1, K + 1))), (K + 1) * one(f(X[1]))),
    "from before the first": lambda: (every(Sum(f(X[i]), (i, 0, K - 1))), K * one(f(X[1]))),
    "self-normalised weights are unbiased": lambda: (every(Sum(w(X[i]) * f(X[i]), (i, 1, K)) / weights), one(w(X[1]) * f(X[1])) / one(w(X[1]))),
    "shares of weighed copies": lambda: (every(w(X[1]) / Sum(i * w(X[i]), (i, 1, K))), frac(2, K * (K + 1))),
    "log of a mean": lambda: (every(log(weights / K)), one(log(w(X[1])))),
    "the exponential of a sum": lambda: (every(exp(K * mean)), K * one(exp(f(X[1])))),
    "another law": lambda: (every(mean), E[r(X[1])](f(X[1]))),
    "the log of a sum under two laws": lambda: (every(log(weights)), E[r(X[1:K])](log(weights))),
    "the log of a sum of more": lambda: (E[more(Z[1:K] | x)](log(step)), more_qs(log(next_step))),
    "a function that has the name of an average": lambda: (every(log(weights)), undefined("E_1")(K)),
    "a law of the name of one copy": lambda: (every(mean), E[Law("p", variables("X_1"))(variables("X_1"))](f(variables("X_1")))),
    "no copies": lambda: (E[none(X[1:K0])](Sum(f(X[i]), (i, 1, K0)) / K0), E[none(X[1])](f(X[1]))),
    "a share of nothing": lambda: (E[none(X[1:K0])](Sum(w(X[i]), (i, 1, K0)) / Sum(w(X[i]), (i, 1, K0))), 1),
    "equal means without independence": lambda: (E[alike(X[1:K])]((mean - m) ** 2), v / K, [
        fact(E[alike(X[i])](f(X[i])), m, forall=i), fact(E[alike(X[i])]((f(X[i]) - m) ** 2), v, forall=i)]),
    "a mean that goes with the copy": lambda: (every(K * mean), frac(K * (K + 1), 2), [fact(E[p(X[i])](f(X[i])), i, forall=i)]),
    "a draw around one copy, under it": lambda: (E[p(X[1:K]), N(x, X[1], 1)](x * f(X[1])), E[N(x, 0, 1)](x) * one(f(X[1]))),
    "a number of copies that varies": lambda: (Sum(E[p(X[1:j])](log(Sum(w(X[i]), (i, 1, j)))), (j, 1, K)), K * every(log(weights))),
    "a square of an average for the average of a square": lambda: (E[data(x)](qs(log(step)) ** 2), E[data(x)](qs(log(step))) ** 2),
    "a density of a copy as a fact": lambda: (every(mean), 0, [(p(X[1]), exp(-X[1]))]),
}  # fmt: skip
FALSE_BOUNDS = {
    "the bound upside down": lambda: (every(log(weights / K)), log(one(w(X[1]))), every(phi(weights / K / one(w(X[1]))))),
    "the sum for the mean": lambda: (log(one(w(X[1]))), every(log(weights)), every(phi(weights / one(w(X[1]))))),
    "fewer are better": lambda: (E[more(Z[1:K] | x)](log(step)), more_qs(log(next_step)), more_qs(phi(step / next_step))),
    "one more copy, the gap upside down": lambda: (more_qs(log(next_step)), E[more(Z[1:K] | x)](log(step)), more_qs(phi(next_step / step))),
}


def identity(left, right, facts=()):
    return Identity("copies", left, right, facts=list(facts)).lines[-1]


@pytest.mark.parametrize("name", TRUE)
def test_line_about_copies_is_proved(name):
    line = identity(*TRUE[name]())
    assert line.proof.status == "proved" and line.proof.probe.agrees and "any number of independent copies" in line.reach


@pytest.mark.parametrize("name", BOUNDS)
def test_bound_with_copies_is_proved(name):
    left, right, gap = BOUNDS[name]()
    line = Inequality("copies", left, right, gap=gap).lines[-1]
    assert line.proof.status == "proved" and line.proof.probe.agrees


@pytest.mark.parametrize("name", FALSE)
def test_false_line_about_copies_is_refused(name):
    with pytest.raises(DerivationError):
        identity(*FALSE[name]())


@pytest.mark.parametrize("name", FALSE_BOUNDS)
def test_false_bound_with_copies_is_refused(name):
    left, right, gap = FALSE_BOUNDS[name]()
    with pytest.raises(DerivationError):
        Inequality("copies", left, right, gap=gap)


def test_two_copies_are_two_where_there_are_two():
    made = Identity("copies", every(f(X[1]) * g(X[K])), one(f(X[1])) * one(g(X[1])), times={K: 2})
    assert made.lines[-1].proof.status == "proved"


def test_a_ratio_of_weights_needs_its_support():
    made = Inequality("copies", log(data(x)), qs(log(Sum(ratio, (i, 1, K)) / K)), gap=qs(phi(Sum(frac(post(Z[i] | x), q(Z[i] | x)), (i, 1, K)) / K)))
    assert "dominated" in {c.relation for c in made.lines[-1].conditions}


@pytest.mark.parametrize("make", [
    lambda: Law("p", x, variables("y"), iid=True),
    lambda: Law("p", X[1:K], iid=True, markov=True),
    lambda: Law("p", X[1:K] | X[0], iid=True),
])  # fmt: skip
def test_copies_are_of_one_chain_without_a_past(make):
    with pytest.raises(DerivationError, match="iid|copies"):
        make()


def test_the_declaration_is_shown():
    assert any("independent copies" in s for s in Identity("copies", H(p(X[1:K])), K * H(p(X[1]))).records()[0]["declared"])
