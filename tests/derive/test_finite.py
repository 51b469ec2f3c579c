"""The finite model: exact on every law with a few points, and no more than that."""

import pytest
import sympy
from asked import asked

from vdmlib.derive import ELBO, KL, DerivationError, E, H, Law, Sigma, frac, log, symbols, table, undefined, variables
from vdmlib.derive.probe.numeric import probe
from vdmlib.derive.prove.finite import FiniteModel

applies, difference, reach = asked(FiniteModel())

p, q, joint = table("p", 3), table("q", 3), table("r", 2, 3)
x, z = variables("x z")
P, Q = Law("p", x, z), Law("q", z | x)
a = symbols("a_1 a_2 a_3")


def phi(u):
    return u - 1 - log(u)


TRUE = [
    ("adds up to one", p.total(lambda k: p[k]), 1),
    ("cross-entropy splits", -p.expect(lambda k: log(q[k])), -p.expect(lambda k: log(p[k])) + p.expect(lambda k: log(p[k] / q[k]))),
    ("kl is a mean of phi", p.expect(lambda k: log(p[k] / q[k])), p.expect(lambda k: phi(q[k] / p[k]))),
    ("log n less the entropy", log(3) + p.expect(lambda k: log(p[k])), p.expect(lambda k: log(p[k] / frac(1, 3)))),
    ("variance by pairs", p.expect(lambda k: a[k - 1] ** 2) - p.expect(lambda k: a[k - 1]) ** 2,
     sum(p[i] * p[j] * (a[i - 1] - a[j - 1]) ** 2 for i, j in ((1, 2), (1, 3), (2, 3)))),
    ("marginal", joint.marginal(0)[1], joint[1, 1] + joint[1, 2] + joint[1, 3]),
    ("bayes", joint.conditional(1, given=0)[2, 1], joint.conditional(0, given=1)[1, 2] * joint.marginal(1)[2] / joint.marginal(0)[1]),
]  # fmt: skip

FALSE = [
    ("cross-entropy with the wrong sign", -p.expect(lambda k: log(q[k])), -p.expect(lambda k: log(p[k])) - p.expect(lambda k: log(p[k] / q[k]))),
    ("kl is symmetric", p.expect(lambda k: log(p[k] / q[k])), q.expect(lambda k: log(q[k] / p[k]))),
    ("the other conditional", joint.conditional(1, given=0)[2, 1], joint.conditional(0, given=1)[1, 2]),
    ("joint for conditional", joint.conditional(1, given=0)[2, 1], joint[1, 2]),
    ("independence", joint[1, 2], joint.marginal(0)[1] * joint.marginal(1)[2]),
    ("two points enough", p[1] + p[2], 1),
]


@pytest.mark.parametrize("left, right", [line[1:] for line in TRUE], ids=[line[0] for line in TRUE])
def test_true_lines(left, right):
    assert applies(left, right)
    assert difference(left, right) == 0
    assert probe(left, right).agrees


@pytest.mark.parametrize("left, right", [line[1:] for line in FALSE], ids=[line[0] for line in FALSE])
def test_false_lines(left, right):
    assert difference(left, right) != 0
    assert probe(left, right).agrees is False


def test_law_of_the_unconscious_statistician():
    omega, f = table("P", 5), undefined("f")
    u, v, w = symbols("u v w")
    X = {1: u, 2: v, 3: u, 4: w, 5: v}
    law = omega.pushforward(X)
    assert set(law) == {u, v, w}
    over_range = sum((prob * f(value) for value, prob in law.items()), sympy.Integer(0))
    assert difference(omega.expect(lambda k: f(X[k])), over_range) == 0
    assert probe(omega.expect(lambda k: f(X[k])), over_range).agrees


def test_densities_on_generic_tables():
    assert difference(log(P(x)), ELBO(Q(z | x), P(x, z)) + KL(Q(z | x), P(z | x))) == 0
    assert difference(log(P(x)), ELBO(Q(z | x), P(x, z)) - KL(Q(z | x), P(z | x))) != 0
    assert difference(P(x), Sigma[z](P(x | z) * P(z))) == 0
    assert difference(P(x), P(x | z) * P(z)) != 0
    assert difference(H(P(x, z)), H(P(x)) + E[P(x)](H(P(z | x)))) == 0


def test_what_is_not_linear_in_the_laws():
    mean = E[P(z | x)](z)
    assert difference(E[P(z | x)](z**2) - mean**2, E[P(z | x)]((z - mean) ** 2)) == 0
    assert difference(E[P(z | x)](z**2), mean**2) != 0


def test_definitions_of_densities():
    r = Law("r", z | x)
    given = [(r(z | x), frac(Q(z | x) * P(x | z), Sigma[z](Q(z | x) * P(x | z))))]
    assert difference(Sigma[z](r(z | x)), 1, given) == 0
    assert difference(Sigma[z](r(z | x)), 2, given) != 0


def test_errors_and_reach():
    with pytest.raises(DerivationError, match="does not exist"):
        p[4]
    with pytest.raises(DerivationError, match="numbers of points"):
        table("p")
    assert reach(p[1], 0) == "every law with all probabilities positive on 3 points"
    assert "2 × 3 points" in reach(joint[1, 2], 0)
    assert "3 points for each variable" in reach(P(x), 0)
