"""The probe on laws and along chains: own formulas, zeros in tables, indices that coincide, lengths beyond base cases."""

import pytest
from sympy import Rational, S

from vdmlib.derive import CE, ELBO, KL, MI, Derivative, E, H, Integrate, Law, Limit, N, Product, Sigma, Sum, Times, chain, exp
from vdmlib.derive import frac, log, phi, symbols, undefined, variables
from vdmlib.derive.nodes import functionals
from vdmlib.derive.nodes.hypotheses import Condition
from vdmlib.derive.probe.agreement import probe

a, x = symbols("a x")
t, s = symbols("t s", integer=True)
T, n, now = symbols("T n t", integer=True, positive=True)
i, d = symbols("i d", integer=True)
v, w = variables("v w")
p, q, r = Law("p", v, w), Law("q", v, w), Law("r", w | v)
X = chain("x")
whole = Law("q", X[0:T], markov=True)
f = undefined("f")


def step(k):
    return log(whole(X[k] | X[k - 1]))


start = log(whole(X[0]))

TRUE = {
    "KL": (KL(p(v), q(v)), CE(p(v), q(v)) - H(p(v))),
    "ELBO": (log(p(v)), ELBO(r(w | v), p(v, w)) + KL(r(w | v), p(w | v))),
    "information": (MI(p(v, w), v), H(p(v)) + H(p(w)) - H(p(v, w))),
    "total probability": (p(v), Sigma[w](p(v | w) * p(w))),
    "Bayes": (p(v | w), frac(p(w | v) * p(v), p(w))),
    "reweighting what is dominated": (E[q(v)](frac(p(v), q(v)) * f(v)), E[p(v)](f(v)), [Condition(p(v), "dominated", q(v))]),
    "a law and a Gaussian in one line": (E[p(v)](E[N(w, v, 1)](w**2)), E[p(v)](v**2) + 1),
    "a derivative through a law": (Derivative(E[p(v)](exp(x * v)), x), E[p(v)](v * exp(x * v))),
    "a limit through a law": (Limit(E[p(v)](exp(x * v)), x, 0), S.One),
    "a chain": (log(whole(X[0:T])), start + Sum(step(t), (t, 1, T))),
    "x_t by x_1": (Sum(E[N(X[t], 0, 1)](X[t] * X[1]), (t, 1, 3)), S.One),
    "an empty sum": (Sum(t, (t, 1, n - 1)), frac(n * (n - 1), 2)),
    "an empty product": (Product(t, (t, 1, n - 1)) * n, Product(t, (t, 1, n))),
}
FALSE = {
    "reweighting": (E[q(v)](frac(p(v), q(v))), S.One),
    "reweighting under a sum": (Sigma[v](q(v) * frac(p(v), q(v))), S.One),
    "KL by a mean of φ": (KL(p(v), q(v)), E[p(v)](phi(frac(q(v), p(v))))),
    "KL turned round": (KL(p(v), q(v)), KL(q(v), p(v))),
    "joint for conditional": (p(v | w), p(v, w)),
    "x_t is not x_1": (Sum(E[N(X[t], 0, 1)](X[t] * X[1]), (t, 1, 3)), S.Zero),
    "x_t is not x_s": (E[N(X[now], 0, 1)](X[now] * X[n]), S.Zero),
    "a double sum": (Sum(Sum(E[N(X[t], 0, 1)](X[t] * X[s]), (t, 1, 2)), (s, 1, 2)), S.Zero),
    "false from T = 6 on": (start + Sum(step(t), (t, 5, T - 2)), start + Sum(step(t), (t, 4, T - 2)), {T: 3}),
    "false from T = 8 on": (start + Sum(step(t), (t, 7, T - 2)), start + Sum(step(t), (t, 6, T - 2)), {T: 3}),
    "false at T = 1 alone": (whole(X[0:T]), whole(X[0]) * Product(whole(X[t] | X[t - 1]), (t, 2, T)), {T: 1}),
    "false at n = 1 alone": (Sum(S.One, (t, 1, n - 2)), n - 2),
    "false at n = 9": (Sum(frac(1, (t - 9) * (t - 8)), (t, 1, n)), -Rational(1, 8) - frac(1, n - 8)),
    "a sum to a negative end": (Sum(S.One, (t, 1, d)), d),
}


@pytest.mark.parametrize("name", TRUE)
def test_true(name):
    left, right, *more = TRUE[name]
    seen = probe(left, right, times=Times({T: 1}), conditions=more[0] if more else ())
    assert seen.agrees is True, seen


@pytest.mark.parametrize("name", FALSE)
def test_false(name):
    left, right, *more = FALSE[name]
    seen = probe(left, right, times=Times(more[0]) if more else None)
    assert seen.agrees is False and seen.counterexample, seen


def test_a_counterexample_differs_in_the_first_digits():
    lines = [(E[p(v, w)](v * w), E[p(v)](v) * E[p(w)](w)), (H(p(v, w)), H(p(v)) + H(p(w))), (KL(p(v), q(v)), KL(q(v), p(v))), (p(v | w), p(v))]
    for left, right in lines:
        text = probe(left, right).counterexample
        left, right = (float(word.split(" ")[-1]) for word in text.rpartition(": ")[2].replace(" right", "").split(","))
        assert abs(left - right) > 0.01 * max(abs(left), abs(right)), text


@pytest.mark.parametrize("kind", ["KL", "H", "CE", "ELBO", "MI", "phi"])
def test_the_formulas_are_the_probes_own(kind, monkeypatch):
    """A definition of the engine that is three times too large does not reach the probe."""
    cls = getattr(functionals, kind)
    real = cls.definition
    monkeypatch.setattr(cls, "definition", lambda self: 3 * real(self))
    m, c = symbols("m"), symbols("c", positive=True)
    cases = {
        "KL": (KL(N(v, m, 1), N(v, 0, 1)), m**2 / 2), "H": (H(p(v)), -E[p(v)](log(p(v)))),
        "CE": (CE(N(v, 0, 1), N(v, m, 1)), (log(2 * S.Pi) + 1 + m**2) / 2),
        "ELBO": (ELBO(r(w | v), p(v, w)), E[r(w | v)](log(frac(p(v, w), r(w | v))))),
        "MI": (MI(p(v, w), v), KL(p(v, w), p(v, w)) + H(p(v)) + H(p(w)) - H(p(v, w))), "phi": (phi(c), c - 1 - log(c)),
    }  # fmt: skip
    left, right = cases[kind]
    assert probe(left, right).agrees is True
    assert probe(left, 3 * right).agrees is False


def test_what_is_infinite_on_both_sides_shows_nothing():
    seen = probe(log(p(v)) - log(p(v)), S.One)
    assert seen.agrees is False  # where p(v) > 0
    assert probe(KL(p(v), q(v)), S.Zero, relation=">=").agrees  # ∞ ≥ 0


def test_a_density_beyond_the_chain_is_no_line():
    from_one = Law("p", X[1:T], markov=True)
    with pytest.raises(Exception, match="lies outside of p"):
        probe(log(from_one(X[1])), log(from_one(X[T - 5])), times=Times({T: 2}))


def test_a_sum_over_an_unknown_set_of_a_gaussian_says_so():
    assert "Sigma" in str(probe(Sigma[v](N(v, 0, 1)), 1).reason) or probe(Sigma[v](N(v, 0, 1)), 1).agrees is None
    assert probe(Integrate[v](N(v, 0, 1)), 1).agrees
