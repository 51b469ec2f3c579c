"""The conditions that a proof returns: indices that differ, supports, lengths."""

import pytest
from sympy import S

from vdmlib.derive import (
    KL,
    E,
    Integrate,
    Law,
    N,
    Product,
    Schedule,
    Sigma,
    Sum,
    Times,
    chain,
    coordinates,
    exp,
    frac,
    log,
    symbols,
    undefined,
    variables,
)
from vdmlib.derive import Derivative as D
from vdmlib.derive.errors import NotDecided
from vdmlib.derive.nodes.hypotheses import Condition, Fact
from vdmlib.derive.prove.dispatch import FINITE, settle
from vdmlib.derive.prove.method import Claim

a = symbols("a")
t, s, n, i, j, T = symbols("t s n i j T", integer=True)
ahead = symbols("N", integer=True, positive=True)
X = chain("x")
law, pair = Law("p", X[0:T], markov=True), Law("r", X[0:T])
mu = coordinates("mu")
f = undefined("f")


def proof(left, right, facts=(), times=None):
    out = settle(Claim(left, right, facts, times and Times(times)))
    assert out.left_over == 0
    return {(c.left, c.relation) for c in out.conditions}


def test_variables_of_one_process_are_two_where_their_times_differ():
    draw = N(X[t], 0, 1)
    assert proof(E[draw](X[t] * X[s]), 0) == {(s - t, "!=")}
    assert proof(E[draw * N(X[s], 0, 1)](X[t] * X[s]), 0) == {(s - t, "!=")}
    assert proof(E[draw](X[t] * X[1]), 0) == {(t - 1, "!=")}
    assert proof(E[draw](X[t] * X[1]), 0, times={t: 2}) == set()
    assert proof(E[draw](X[t] * X[t + 1]), 0) == set()
    assert proof(E[draw](X[t] * a), 0) == set()
    assert proof(X[t] * X[s], X[s] * X[t]) == set()


def test_under_a_sum_the_times_must_be_settled():
    assert proof(Sum(E[N(X[t], 0, 1)](X[t] * X[1]), (t, 1, 3)), 1) == set()
    assert proof(Sum(E[N(X[t], 0, 1)](X[t] * X[0]), (t, 1, ahead)), 0) == set()
    with pytest.raises(NotDecided, match="under a sum"):
        proof(Sum(E[N(X[t], 0, 1)](X[t] * X[2]), (t, 1, ahead)), 0)


def test_laws_of_one_process():
    apart = {(s - t, "!=")}
    assert proof(E[law(X[t])](log(law(X[s]))), log(law(X[s]))) == apart
    assert proof(Integrate[X[s]](law(X[s]) * f(X[t])), f(X[t])) == apart
    assert apart <= proof(log(pair(X[t] | X[s])), log(pair(X[t], X[s])) - log(pair(X[s])))
    left, right = Sum(E[law(X[5])](f(X[t])), (t, 1, T)) + log(law(X[0])), Sum(f(X[t]), (t, 1, T)) + log(law(X[0]))
    assert settle(Claim(left, right, (), Times({T: 9}))).left_over != 0


def test_the_derivative_of_a_sum_by_one_entry():
    assert proof(D(Sum(mu[i] ** 2, (i, 1, n)), mu[j]), 2 * mu[j]) == {(j - 1, ">="), (n - j, ">="), (n, ">=")}
    assert proof(D(Sum(mu[i] ** 2, (i, 1, ahead)), mu[1]), 2 * mu[1]) == set()
    assert proof(D(Sum(mu[i] ** 2, (i, 1, n)), mu[4]), 2 * mu[4]) == {(n - 4, ">="), (n, ">=")}
    assert settle(Claim(D(Sum(mu[i] * mu[1], (i, 1, 3)), mu[1]), mu[1] + mu[2] + mu[3])).left_over != 0


def test_conditions_are_compared_without_their_reason():
    assert Condition(t - s, "!=", why="x") == Condition(t - s, "!=", why="y")


x, z = variables("x z")
p, q, r = Law("p", x, z), Law("q", x, z), Law("r", z | x)


def supports(left, right, facts=(), method=None):
    out = settle(Claim(left, right, facts), method)
    assert out.left_over == 0
    assert all(c.over for c in out.conditions if c.relation == "dominated")
    return {f"{c.left} {c.relation} {c.right}" + "".join(f" for all {v}" for v, _, _ in c.over if c.relation != "dominated") for c in out.conditions}


@pytest.mark.parametrize(
    "left, right, needed",
    [
        (E[q(x)](frac(p(x), q(x))), 1, {"p(x) dominated q(x)"}),
        (E[q(x)](x * frac(p(x), q(x))), E[p(x)](x), {"p(x) dominated q(x)"}),
        (Sigma[x](q(x) * frac(p(x), q(x))), 1, {"p(x) dominated q(x)"}),
        (E[r(z | x)](frac(p(x, z), r(z | x))), p(x), {"p(x, z) dominated r(z | x)"}),
        (E[p(x) * q(z)](frac(p(x, z), p(x) * q(z))), 1, {"p(z) dominated q(z)"}),
        (E[p(x)](E[q(z | x)](1)), 1, {"p(x) dominated q(x)"}),
        (E[p(x)](frac(q(x) * p(x), q(x))), E[p(x)](p(x)), {"p(x) dominated q(x)"}),
        (E[p(x)](frac(1, p(x)) * x), Integrate[x](x), {"p(x) > 0 for all x"}),
        (frac(p(x, z), p(x)), p(z | x), {"p(x) > 0"}),
        (Sigma[z](p(x | z) * p(z)), p(x), set()),
        (E[p(x)](E[p(z | x)](z)), E[p(z)](z), set()),
        (E[p(x)](KL(p(z | x), q(z | x))) + KL(p(x), q(x)), KL(p(x, z), q(x, z)), set()),
        (E[p(x, z)](frac(p(x), p(x))), 1, set()),
    ],
)
def test_a_density_that_is_divided_by_dominates_what_is_left(left, right, needed):
    assert supports(left, right) == needed


def test_an_inequality_among_the_facts_settles_a_support():
    assert supports(E[q(x)](frac(p(x), q(x))), 1, [Fact(q(x), S.Zero, ">")]) == set()


def test_a_chain_is_positive_where_its_pairs_are():
    assert supports(E[law(X[1] | X[0])](E[law(X[2] | X[1])](X[2])), E[law(X[2] | X[0])](X[2])) == {"p(x[0]) > 0"}


def test_the_finite_model_speaks_of_positive_laws():
    left = E[q(x)](exp(log(p(x)) - log(q(x))))
    assert supports(left, 1, method=FINITE) == {"p(x, z) > 0 for all x for all z", "q(x, z) > 0 for all x for all z"}


al = Schedule("alpha")


@pytest.mark.parametrize(
    "left, right, needed",
    [
        (Sum(1, (i, 1, n - 2)), n - 2, {(n - 2, ">=")}),
        (Sum(1, (i, 1, ahead + 2)), ahead + 2, set()),
        (Sum(i, (i, 2, ahead)), ahead * (ahead + 1) / 2 - 1, set()),
        (Sum(f(i) - f(i - 1), (i, j, n)), f(n) - f(j - 1), None),
        (Sum(f(i) - f(i - 1), (i, 1, n)), f(n) - f(0), {(n, ">=")}),
        (Product(al[i], (i, j, n)), frac(al.bar[n], al.bar[j - 1]), {(n - j + 1, ">=")}),
        (Sum(Sum(1, (j, i, ahead)), (i, 1, ahead)), ahead * (ahead + 1) / 2, set()),
        (Sum(f(i), (i, 1, ahead)), f(1) + Sum(f(i), (i, 2, ahead)), set()),
    ],
)
def test_a_sum_in_closed_form_is_not_shorter_than_empty(left, right, needed):
    out = settle(Claim(left, right))
    assert (out.left_over != 0) if needed is None else {(c.left, c.relation) for c in out.conditions} == needed and out.left_over == 0


def test_a_length_under_a_sum_is_asked_for_at_every_index():
    (c,) = settle(Claim(Sum(Sum(1, (j, 1, n - i)), (i, 1, 3)), Sum(n - i, (i, 1, 3)))).conditions or [None]
    assert c is None or c.over


def test_induction_starts_at_the_least_length():
    """Σ from 3 to N is 0 for N = 1 and 2 too: true from N = 3 on is not true."""
    assert settle(Claim(Sum(f(i), (i, 3, ahead)) * (ahead - 1) * (ahead - 2), Sum(f(i), (i, 3, ahead)) * (ahead - 1) * (ahead - 2))).left_over == 0
    assert settle(Claim(Sum(i, (i, 3, ahead + 2)), ahead * (ahead + 5) / 2)).left_over == 0
    assert "every N ≥ 1" in settle(Claim(Sum(f(i), (i, 1, ahead)), Sum(f(i), (i, 1, ahead)))).reach
    assert "every N ≥ 4" in settle(Claim(Sum(f(i), (i, 5, ahead)), Sum(f(i), (i, 5, ahead)))).reach
    assert "every n ≥ 7" in settle(Claim(Sum(f(i), (i, 1, n - 7)), Sum(f(i), (i, 1, n - 7)))).reach
