"""The probe's worlds against sums done by hand, so that it stands on its own."""

import mpmath
import pytest

from vdmlib.derive import CE, ELBO, KL, MI, E, H, Integrate, Law, Sigma, Sum, chain, log, symbols, variables
from vdmlib.derive.probe.agreement import probe
from vdmlib.derive.probe.tables import NoValue, World, free_variables

x, z = variables("x z")
p, q = Law("p", x, z), Law("q", z | x)
TABLE = {(0, 0): 3, (0, 1): 1, (1, 0): 2, (1, 1): 4}
ENCODER = {(0, 0): 1, (0, 1): 1, (1, 0): 1, (1, 1): 3}


def world():
    return World(
        values={x: [0, 1], z: [0, 1]},
        tables={
            p: lambda at: TABLE[at[x], at[z]],
            q: lambda at: ENCODER[at[x], at[z]],
        },
    )


def near(a, b):
    return abs(a - b) < mpmath.mpf(10) ** -25


@pytest.fixture(autouse=True)
def precision():
    with mpmath.mp.workdps(40):
        yield


def test_densities_are_read_off_the_table():
    w = world()
    assert near(w.value(p(x, z), {x: 1, z: 1}), mpmath.mpf(4) / 10)
    assert near(w.value(p(x), {x: 0}), mpmath.mpf(4) / 10)
    assert near(w.value(p(z | x), {x: 1, z: 0}), mpmath.mpf(1) / 3)
    assert near(w.value(q(z | x), {x: 1, z: 1}), mpmath.mpf(3) / 4)


def test_functionals_by_hand():
    w, L = world(), mpmath.log
    h = -(L(0.4) * mpmath.mpf(4) / 10 + L(0.6) * mpmath.mpf(6) / 10)
    assert abs(w.value(H(p(x)), {}) - h) < 1e-15
    kl = mpmath.mpf(1) / 4 * L(mpmath.mpf(1) / 4 / (mpmath.mpf(1) / 3)) + mpmath.mpf(3) / 4 * L(mpmath.mpf(3) / 4 / (mpmath.mpf(2) / 3))
    assert near(w.value(KL(q(z | x), p(z | x)), {x: 1}), kl)
    elbo = mpmath.mpf(1) / 4 * L(mpmath.mpf(2) / 10 / (mpmath.mpf(1) / 4)) + mpmath.mpf(3) / 4 * L(mpmath.mpf(4) / 10 / (mpmath.mpf(3) / 4))
    assert near(w.value(ELBO(q(z | x), p(x, z)), {x: 1}), elbo)
    assert near(elbo + kl, L(mpmath.mpf(6) / 10))
    ce = -(mpmath.mpf(1) / 4 * L(mpmath.mpf(1) / 3) + mpmath.mpf(3) / 4 * L(mpmath.mpf(2) / 3))
    assert near(w.value(CE(q(z | x), p(z | x)), {x: 1}), ce)
    mi = sum(
        mpmath.mpf(n) / 10 * L(mpmath.mpf(n) / 10 / (mpmath.mpf([4, 6][i]) / 10 * mpmath.mpf([5, 5][j]) / 10))
        for (i, j), n in TABLE.items()
    )
    assert near(w.value(MI(p(x, z), x), {}), mi)


def test_sums_and_expectations():
    w = world()
    assert near(w.value(E[q(z | x)](z), {x: 1}), mpmath.mpf(3) / 4)
    assert near(w.value(Integrate[z](p(x, z)), {x: 0}), mpmath.mpf(4) / 10)
    assert near(w.value(Sigma[x](p(x)), {}), 1)


def test_random_laws_are_normalised_and_chains_are_markov():
    X = chain("x")
    law = Law("s", X[0:3], markov=True)
    for seed in range(4):
        w = World(seed=seed)
        names, table = w.table(law)
        assert near(sum(table.values()), 1)
        env = dict.fromkeys(names, 0)
        for last in range(len(w.alphabet(X[2]))):
            env[X[2]] = last
            assert near(w.value(law(X[2] | X[0], X[1]), env), w.value(law(X[2] | X[1]), env))


def test_blocks_and_sums_take_the_length_of_the_world():
    X = chain("x")
    T, t = symbols("T t", integer=True, positive=True)
    f = Law("q", X[1:T] | X[0], markov=True)
    w = World(seed=1, index={T: 3})
    env = {X[i]: 0 for i in range(4)}
    env = {next(v for v in w.flat((X[0:3],)) if v == k): i for k, i in env.items()}
    assert near(w.value(log(f(X[1:T] | X[0])), env), w.value(Sum(log(f(X[t] | X[t - 1])), (t, 1, T)), env))


def test_free_variables_need_a_value():
    w = world()
    assert free_variables(E[q(z | x)](log(p(x, z))), w) == {x}
    with pytest.raises(NoValue, match="z has no value"):
        w.value(log(p(z)), {})


def test_a_false_line_comes_with_a_counterexample_that_can_be_redone():
    found = probe(log(p(x)), log(p(x, z)))
    assert found.agrees is False
    for word in ("p(x, z) = {", "x = ", "left", "right"):
        assert word in found.counterexample


def test_relations():
    gap = KL(q(z | x), p(z | x))
    assert probe(log(p(x)), log(p(x)) - gap, relation=">=").agrees
    assert probe(log(p(x)), log(p(x)) + gap, relation=">=").agrees is False
    assert probe(log(p(x)), log(p(x)) + gap, relation="<=").agrees
