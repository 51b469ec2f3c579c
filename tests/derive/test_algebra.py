"""The algebra of expected log-densities: what it decides, in every order, and what it must not decide."""

import itertools

import pytest
from asked import asked

from vdmlib.derive import (
    CE,
    ELBO,
    KL,
    MI,
    DerivationError,
    E,
    H,
    Identity,
    Integrate,
    Law,
    Product,
    Sigma,
    Sum,
    Times,
    chain,
    exp,
    frac,
    log,
    phi,
    symbol,
    symbols,
    undefined,
    variables,
)
from vdmlib.derive.book.verdict import prove
from vdmlib.derive.errors import NotDecided
from vdmlib.derive.nodes.laws import Given
from vdmlib.derive.prove.dispatch import residual
from vdmlib.derive.prove.laws.method import ExpectedLogDensities

_, difference, _ = asked(ExpectedLogDensities())

a, b, c, x, z = variables("a b c x z")
abc = Law("p", a, b, c)
p, q = Law("p", x, z), Law("q", z | x)
X = chain("x")
T, t = symbols("T t", integer=True, positive=True)
f, rev = Law("q", X[1:T] | X[0], markov=True), Law("p", X[0:T], markov=True)


def equal(left, right, **how):
    return prove(left, right, **how).proved


@pytest.mark.parametrize("order", list(itertools.permutations((a, b, c))))
def test_chain_rule_in_every_order(order):
    u, v, w = order
    assert equal(log(abc(a, b, c)), log(abc(u)) + log(abc(v | u)) + log(abc(w | u, v)))
    assert not equal(log(abc(a, b, c)), log(abc(u)) + log(abc(v | u)) + log(abc(w | v)))


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_markov_chain_in_every_order(order):
    law = Law("s", X[0:3], markov=True)
    right = log(law(X[order[0]]))
    for k in range(1, 4):
        right = right + log(law(Given((X[order[k]],), tuple(X[j] for j in order[:k]))))
    assert equal(log(law(*[X[i] for i in range(4)])), right)


def test_markov_property_drops_the_past_and_never_the_future():
    law = Law("s", X[0:3], markov=True)
    assert equal(law(X[2] | X[0], X[1]), law(X[2] | X[1]))
    assert equal(law(X[1] | X[2], X[3]), law(X[1] | X[2]))
    assert not equal(law(X[1] | X[0], X[2]), law(X[1] | X[0]))
    assert not equal(law(X[1] | X[0], X[2]), law(X[1] | X[2]))


def test_nested_expectations_multiply_their_laws():
    inner = E[p(x)](E[p(z | x)](log(q(z | x))))
    assert equal(inner, E[p(x, z)](log(q(z | x))))
    assert equal(inner, E[p(z)](E[p(x | z)](log(q(z | x)))))
    assert equal(E[p(x) * p(z | x)](log(p(x))), -H(p(x)))


def test_a_variable_on_the_left_alone_integrates_out():
    assert equal(Integrate[z](q(z | x) * p(x)), p(x))
    assert not equal(Integrate[x](q(z | x)), 1 + 0 * p(z))
    assert equal(Integrate[x](Integrate[z](p(x, z))), 1 + 0 * symbol("k"))


def test_reweighting():
    assert equal(E[q(z | x)](frac(p(x, z), q(z | x))), p(x))
    assert equal(E[p(z | x)](frac(q(z | x), p(z | x))), 1 + 0 * symbol("k"))


def test_facts_about_a_law_hold_in_its_logs():
    n, Z, beta = symbol("n", positive=True), symbol("Z", positive=True), symbol("beta")
    eps = undefined("eps")
    P, u, g = Law("P", x), Law("u", x), Law("g", x)
    assert equal(log(n) - H(P(x)), KL(P(x), u(x)), facts=[(u(x), 1 / n)])
    boltzmann = [(g(x), exp(-beta * eps(x)) / Z)]
    gap = KL(P(x), g(x)) - beta * (E[P(x)](eps(x)) - E[g(x)](eps(x)))
    assert equal(H(g(x)) - H(P(x)), gap, facts=boltzmann)
    assert not equal(H(g(x)) - H(P(x)), KL(P(x), g(x)), facts=boltzmann)


def test_a_law_equal_to_another_everywhere():
    assert equal(ELBO(q(z | x), p(x, z)), log(p(x)), facts=[(q(z | x), p(z | x))])


def test_logs_split_only_where_a_factor_is_positive():
    w = variables("w", positive=True)
    m = symbol("m", positive=True)
    law = Law("r", w)
    assert equal(E[law(w)](log(w / m)), E[law(w)](log(w)) - log(m))
    real = symbol("s")  # of unknown sign
    law = Law("r", x)
    assert residual(E[law(x)](log(x * real)), E[law(x)](log(x)) + log(real))[0] != 0


def test_products_of_expectations_stay_products():
    law = Law("r", x)
    square = E[law(x)](x) ** 2
    assert not equal(E[law(x)](x**2), square)
    m = symbol("m")
    variance = E[law(x)]((x - m) ** 2)
    assert equal(variance, E[law(x)](x**2) - m**2, facts=[(m, E[law(x)](x))])
    assert not equal(variance, E[law(x)](x**2) + m**2, facts=[(m, E[law(x)](x))])


def test_independent_variables_separate():
    u, v = Law("u", x), Law("v", z)
    assert equal(E[u(x) * v(z)](x * z), E[u(x)](x) * E[v(z)](z))
    assert not equal(E[p(x, z)](x * z), E[p(x)](x) * E[p(z)](z))


def test_mutual_information_three_ways():
    joint = p(x, z)
    assert equal(MI(joint, x), H(p(x)) + H(p(z)) - H(joint))
    assert equal(MI(joint, x), E[p(z)](KL(p(x | z), p(x))))
    assert equal(MI(joint, x), MI(joint, z))


def test_cross_entropy_with_sums_and_integrals():
    P, Q = Law("P", x), Law("Q", x)
    assert equal(CE(P(x), Q(x)), -Sigma[x](P(x) * log(Q(x))))
    assert equal(KL(P(x), Q(x)), E[P(x)](phi(frac(Q(x), P(x)))))


# --- chains of symbolic length

PATH = E[f(X[1:T] | X[0])]
LONG = PATH(log(frac(rev(X[0:T]), f(X[1:T] | X[0]))))
DENOISE = E[f(X[t] | X[0])](KL(f(X[t - 1] | X[t], X[0]), rev(X[t - 1] | X[t])))
RECON = E[f(X[1] | X[0])](log(rev(X[0] | X[1])))
PRIOR = KL(f(X[T] | X[0]), rev(X[T]))


def test_one_variable_a_term_for_every_length():
    proof = prove(LONG, RECON - PRIOR - Sum(DENOISE, (t, 2, T)), times=Times({T: 1}))
    assert proof.proved and "every T ≥ 1" in proof.reach and "induction" in proof.method


@pytest.mark.parametrize(
    "wrong",
    [
        RECON - PRIOR - Sum(DENOISE, (t, 2, T - 1)),
        RECON - PRIOR - Sum(DENOISE, (t, 3, T)),
        RECON - PRIOR + Sum(DENOISE, (t, 2, T)),
        RECON - Sum(DENOISE, (t, 2, T)),
    ],
)
def test_induction_fails_on_a_wrong_sum(wrong):
    assert not prove(LONG, wrong, times=Times({T: 2})).proved


def test_induction_sees_what_only_long_chains_show():
    # equal for T ≤ 5, wrong from T = 6 on: the base cases pass, the step must not
    late = Sum(DENOISE, (t, 2, T)) + Sum(DENOISE, (t, 6, T))
    left_over, _, _ = residual(LONG, RECON - PRIOR - late, times=Times({T: 1}))
    assert left_over != 0


def test_path_entropy():
    assert equal(log(f(X[1:T] | X[0])), Sum(log(f(X[t] | X[t - 1])), (t, 1, T)), times=Times({T: 1}))
    backwards = log(f(X[T] | X[0])) + Sum(log(f(X[t - 1] | X[t], X[0])), (t, 2, T))
    assert equal(log(f(X[1:T] | X[0])), backwards, times=Times({T: 1}))
    assert equal(log(f(X[1:T] | X[0])), log(Product(f(X[t] | X[t - 1]), (t, 1, T))), times=Times({T: 1}))


def test_what_it_cannot_read_it_says():
    with pytest.raises(NotDecided, match="symbolic number"):
        difference(f(X[1:T] | X[0]), rev(X[0:T]))
    plainlaw = Law("s", X[0:T])
    with pytest.raises(NotDecided, match="needs a Markov law"):
        difference(PATH(log(plainlaw(X[0:T]))), PATH(log(rev(X[0:T]))), times=Times({T: 6}))


# --- chains that are not Markov, and chains that start from an ordinary variable

every, given = Law("s", x, X[1:T]), Law("r", X[1:T] | x)
short, onward = Law("p", x, X[1:T], markov=True), Law("q", X[1:T] | x, markov=True)


@pytest.mark.parametrize(
    "left, right",
    [
        (every(x, X[1:T]), every(X[T]) * Product(every(X[t - 1] | X[t:T]), (t, 2, T)) * every(x | X[1:T])),
        (given(X[1:T] | x), Product(given(X[t] | X[1 : t - 1], x), (t, 1, T))),
        (short(x, X[1:T]), short(X[T]) * Product(short(X[t - 1] | X[t]), (t, 2, T)) * short(x | X[1])),
        (onward(X[1:T] | x), onward(X[1] | x) * Product(onward(X[t] | X[t - 1]), (t, 2, T))),
    ],
)
def test_chain_rule_of_symbolic_length(left, right):
    proof = prove(log(left), log(right), times=Times({T: 1}))
    assert proof.proved and "every T ≥ 1" in proof.reach


@pytest.mark.parametrize(
    "left, right",
    [
        (every(x, X[1:T]), every(X[T]) * Product(every(X[t - 1] | X[t]), (t, 2, T)) * every(x | X[1])),
        (every(x, X[1:T]), every(X[T]) * Product(every(X[t - 1] | X[t + 1 : T]), (t, 2, T)) * every(x | X[1:T])),
        (every(x, X[1:T]), every(X[T]) * Product(every(X[t - 1] | X[t:T]), (t, 3, T)) * every(x | X[1:T])),
        (given(X[1:T] | x), Product(given(X[t] | X[t - 1], x), (t, 2, T)) * given(X[1] | x)),
        (given(X[1:T] | x), Product(given(X[t] | X[1 : t - 1], x), (t, 2, T))),
        (onward(X[1:T] | x), Product(onward(X[t] | X[t - 1]), (t, 2, T))),
    ],
)
def test_false_chain_rules_are_rejected(left, right):
    assert residual(log(left), log(right), times=Times({T: 1}))[0] != 0


def test_sums_are_compared_whatever_the_first_time_in_them():
    g = undefined("g")
    moved = Sum(g(X[t + 1]), (t, 1, T - 1))
    assert equal(Sum(g(X[t]), (t, 2, T)), moved, times=Times({T: 6}))
    assert not equal(Sum(g(X[t]), (t, 1, T)), moved, times=Times({T: 6}))
    assert not equal(Sum(g(X[t]), (t, 2, T - 1)), moved, times=Times({T: 6}))
    assert equal(Sum(t * g(X[t]), (t, 2, T)), Sum((t + 1) * g(X[t + 1]), (t, 1, T - 1)), times=Times({T: 6}))
    assert not equal(Sum(t * g(X[t]), (t, 2, T)), Sum(t * g(X[t + 1]), (t, 1, T - 1)), times=Times({T: 6}))


def test_a_prior_that_is_itself_a_chain():
    """The upper levels cost what their law given the first one differs from the model's."""
    long = E[onward(X[1:T] | x)](log(frac(short(x, X[1:T]), onward(X[1:T] | x))))
    one = E[onward(X[1] | x)](log(short(x | X[1]))) - KL(onward(X[1] | x), short(X[1]))
    above = E[onward(X[1] | x)](KL(onward(X[2:T] | X[1]), short(X[2:T] | X[1])))
    assert equal(long, one - above, times=Times({T: 2}))
    assert not equal(long, one, times=Times({T: 2}))
    assert not equal(long, one + above, times=Times({T: 2}))
    with pytest.raises(DerivationError, match="declared as a law given x"):
        onward(X[2:T] | X[3])


def test_a_mutant_that_leaves_the_law_is_no_line():
    """p(x_{t−2} | x_t) with t from 2 needs x_0, which this law does not have; at T = 1 the product is empty."""
    line = Identity("chain", log(short(X[1:T])), log(short(X[T]) * Product(short(X[t - 1] | X[t]), (t, 2, T))), times={T: 1})
    assert line.records()[0]["mutants"]["killed"] >= 2
    with pytest.raises(DerivationError, match="lies outside of p"):
        prove(log(short(X[1:T])), log(short(X[T]) * Product(short(X[t - 2] | X[t]), (t, 2, T))), times=Times({T: 1}))


BEGIN = log(rev(X[0]))


def pairs(lo, hi):
    return Sum(log(rev(X[t] | X[t - 1])), (t, lo, hi))


@pytest.mark.parametrize(
    "left, right, least",
    [
        (BEGIN + pairs(9, T), BEGIN, 3),
        (BEGIN + log(Product(rev(X[t] | X[t - 1]), (t, 8, T - 1))), BEGIN, 3),
        (BEGIN + log(rev(X[6 : T - 2])), BEGIN + log(rev(X[6])) + pairs(7, T - 2), 6),
        (BEGIN + Sum(H(rev(X[t])), (t, 1, T - 9)), BEGIN + Sum(H(rev(X[t])), (t, 2, T - 9)), 2),
        (BEGIN + Sum(pairs(9, T), (t, 1, T)), BEGIN, 3),
    ],
)
def test_base_cases_go_on_until_no_sum_is_empty_by_accident(left, right, least):
    assert residual(left, right, times=Times({T: least}))[0] != 0


def test_a_time_beyond_the_shortest_chain_is_not_decided():
    with pytest.raises(NotDecided, match="outside of the chain of p at T = 3"):
        residual(BEGIN + log(rev(X[7])) + pairs(1, T), BEGIN + log(rev(X[7])) + pairs(1, T), times=Times({T: 3}))
    assert residual(BEGIN + log(rev(X[7])) + pairs(1, T), BEGIN + log(rev(X[7])) + pairs(1, T), times=Times({T: 7}))[0] == 0


def test_a_fact_about_one_length_says_nothing_about_the_next():
    left, right = BEGIN + pairs(1, T), BEGIN + symbol("c", positive=True)
    assert residual(left, right, [(symbol("c", positive=True), pairs(1, T))], times=Times({T: 2}))[0] != 0
