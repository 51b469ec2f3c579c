"""What a proof makes of facts: those for every value are rules, any other speaks of one point."""

import pytest
import sympy

from vdmlib.derive import Derivative as D
from vdmlib.derive import E, Integral, Law, Limit, N, Schedule, Subs, Sum, chain, coordinates, exp, fact, symbol, symbols, undefined, variables
from vdmlib.derive.errors import DerivationError
from vdmlib.derive.prove.dispatch import settle
from vdmlib.derive.prove.method import Claim

a, b, u, x, t = symbols("a b u x t")
c, y = symbol("c", positive=True), symbol("y", positive=True)
n, k, m = symbols("n k m", integer=True)
ahead = symbol("N", integer=True, positive=True)
f, g, h = undefined("f g h")
mu = coordinates("mu")
al = Schedule("alpha")
v, w, s = variables("v w s")
X = chain("x")
p, q, law = Law("p", v, w), Law("q", v), Law("q", X[0:9], markov=True)


def left_over(left, right, *facts):
    try:
        return settle(Claim(left, right, facts)).left_over
    except DerivationError as why:
        return why


def conditions(left, right, *facts):
    out = settle(Claim(left, right, facts))
    assert out.left_over == 0
    return {(str(c.left), c.relation) for c in out.conditions}


PROVED = [
    (f(b), b**2, fact(f(u), u**2, forall=u)),
    (f(b + 1), b**2, fact(f(u + 1), u**2, forall=u)),
    (f(3), 1, fact(f(n), 1, forall=n)),
    (f(2 * k + 1), k, fact(f(2 * n + 1), n, forall=n)),
    (f(b, a), b + a**2, fact(f(u, a), u + a**2, forall=u)),
    (D(f(x), (x, 3)), 2 * D(g(x), x), fact(D(f(u), (u, 2)), 2 * g(u), forall=u)),
    (D(Integral(f(x, u), (u, 0, 1)), x), Integral(g(x, u), (u, 0, 1)), fact(D(f(x, u), x), g(x, u), forall=(x, u))),
    (D(f(x, t), x, t), D(f(x, t), (x, 3)), fact(D(f(x, t), t), D(f(x, t), (x, 2)), forall=(x, t))),
    (Limit(f(x), x, 0), 1, fact(f(u), u + 1, forall=u)),
    (Sum(mu[k], (k, 1, ahead)), ahead, fact(mu[n], 1, forall=n)),
    (Sum(al.bar[k] * 2, (k, 1, 3)), 6 * c, fact(al.bar[n], c, forall=n)),
    (D(x**2, x), 2 * a, (x, a)),
    (f(a) + b, 3, (f(a), 1), (b, 2)),
    (a, 2, (a, b + 1), (b, 1)),
    (D(a * x, x), 3, (a, 3)),
    (Integral(exp(b * u), (u, 0, 1)) * x, 2 * x, (Integral(exp(b * u), (u, 0, 1)), 2)),
    (D(Integral(f(u, x), (u, 0, 1)), x), 0, fact(Integral(f(u, x), (u, 0, 1)), 1, forall=x)),
    (E[q(v)](v**2), 1 + a**2, (q(v), N(v, a, 1))),
    (E[law(X[3] | X[2])](X[3]), X[2] / 2, fact(law(X[n] | X[n - 1]), N(X[n], X[n - 1] / 2, 1), forall=n)),
    (Sum(E[law(X[k] | X[k - 1])](X[k]), (k, 1, 3)), (X[0] + X[1] + X[2]) / 2, fact(law(X[n] | X[n - 1]), N(X[n], X[n - 1] / 2, 1), forall=n)),
]  # fmt: skip

NOT_PROVED = [
    (f(b), b**2, (f(u), u**2)),
    (f(3), 1, fact(f(2 * n), 1, forall=n)),  # 3 is no 2n
    (f(-1), 1, fact(f(c), c**2, forall=c)),  # −1 is not positive
    (f(x), 1, fact(f(n), 1, forall=n)),  # x is no whole number
    (D(f(n), n), 0, fact(f(n), 1, forall=n)),
    (f(a, b), 0, fact(f(u, u), 0, forall=u)),
    (f(b, t), b, fact(f(u, a), u, forall=u)),
    (D(f(x, a), a), 0, fact(f(u, a), u, forall=u)),  # said at one a alone
    (D(f(a), a), 2 * a, (f(a), a**2)),
    (D(f(x), (x, 2)), 0, (D(f(x), x), 1)),
    (Integral(f(u), (u, 0, 1)), 1, (f(u), 1)),
    (Sum(mu[k], (k, 1, 3)), 3, (mu[k], 1)),
    (Sum(al[k], (k, 1, 3)), 3 * c, (al[k], c)),
    (Integral(D(f(u), u) * u, (u, 0, y)), 0, (f(y), 0)),  # not for the ends before y
    (Sum(f(k), (k, 1, ahead)), 0, (f(ahead), 0)),  # nor for the lengths before N
    (Sum(f(k) - f(k - 1), (k, 1, ahead)), 0, (Sum(f(k) - f(k - 1), (k, 1, ahead + 1)), 0)),
    (D(Integral(f(u, x), (u, 0, 1)), x), 0, (Integral(f(u, x), (u, 0, 1)), 1)),
    (Sum(E[law(X[k] | X[k - 1])](X[k]), (k, 1, 3)), (X[0] + X[1] + X[2]) / 2, (law(X[k] | X[k - 1]), N(X[k], X[k - 1] / 2, 1))),
    (Subs(f(x), x, b), b, (f(x), x)),
]  # fmt: skip


@pytest.mark.parametrize("left, right, facts", [(left, right, facts) for left, right, *facts in PROVED])
def test_proved(left, right, facts):
    assert left_over(left, right, *facts) == 0


@pytest.mark.parametrize("left, right, facts", [(left, right, facts) for left, right, *facts in NOT_PROVED])
def test_not_proved(left, right, facts):
    assert left_over(left, right, *facts) != 0


def test_a_rule_for_positive_values_needs_a_positive_one():
    assert conditions(f(b), b**2, fact(f(c), c**2, forall=c)) == {("b", ">")}
    assert conditions(f(b), f(b), fact(f(c), c**2, forall=c)) == set()
    assert conditions(f(y), y**2, fact(f(c), c**2, forall=c)) == set()


@pytest.mark.parametrize(
    "left, facts",
    [
        (D(a * x, x), [(a, x**2)]),
        (Integral(a, (u, 0, 1)), [(a, u)]),
        (Sum(a, (k, 1, 3)), [(a, k)]),
        (Limit(a * x, x, 0), [(a, 1 / x)]),
        (Integral(a, (u, 0, 1)), [(a, b), (b, u)]),
        (E[N(v, 0, 1)](a), [(a, v)]),
        (E[q(v)](a), [(a, v)]),
        (Integral(E[q(v)](v), (t, 0, 1)), [(q(v), N(v, t, 1))]),
    ],
)
def test_a_symbol_that_varies_is_refused_with_what_to_write(left, facts):
    with pytest.raises(DerivationError, match="forall="):
        settle(Claim(left, 0, facts))


def test_a_symbol_may_stand_for_an_expression_of_a_variable():
    assert left_over(E[N(v, 0, 1)](a), 3, fact(a, v**2 + 2, forall=v)) == 0
    assert left_over(E[q(v)](a), E[q(v)](v**2), fact(a, v**2, forall=v)) == 0


def test_definitions_that_run_in_a_circle_are_errors():
    for facts in ([(a, b), (b, a + 1)], [fact(f(u), g(u) + 1, forall=u), fact(g(u), f(u), forall=u)], [fact(f(u), f(u) + 1, forall=u)]):
        with pytest.raises(DerivationError, match="itself"):
            settle(Claim(a + f(x), b, facts))


def test_a_law_in_its_own_marginals():
    independent = (p(v, w), p(v) * p(w))
    assert left_over(p(v, w), p(v) * p(w), independent) == 0
    assert left_over(p(v | w), p(v), independent) == 0
    assert left_over(p(v), p(w), independent) != 0
    assert left_over(E[p(v, w)](v * w), E[p(v)](v) * E[p(w)](w), independent) == 0


def test_an_inequality_is_no_value():
    assert left_over(a, b, fact(a >= b)) != 0
    assert left_over(sympy.Abs(x), x, fact(sympy.Ge(x, 0))) != 0
