"""Derivations: what a line shows, what a false one raises, what stays in the ledger."""

import json
import re

import pytest
import sympy

from vdmlib.derive import (
    ELBO,
    KL,
    CE,
    Assumption,
    Definition,
    Derivation,
    DerivationError,
    Derivative,
    E,
    FalseStep,
    H,
    Identity,
    Inequality,
    Integrate,
    Law,
    N,
    Numerical,
    UnprovedStep,
    exercise,
    exp,
    find_the_slip,
    frac,
    log,
    symbol,
    Schedule,
    symbols,
    Sum,
    chain,
    undefined,
    see,
    variables,
)
from vdmlib.derive.errors import EngineError
from vdmlib.derive.nodes.hypotheses import fact
from vdmlib.derive.book.line import reason
from vdmlib.derive.book.record import MIME
from vdmlib.derive.book.mutate import mutants
from vdmlib.derive.prove.laws.method import ExpectedLogDensities
from vdmlib.derive.prove.method import Settled

x, z = variables("x z")
p, q = Law("p", x, z), Law(r"q_\phi", z | x)
P, Q = Law("p", x), Law("q", x)
Eq = E[q(z | x)]


def exact():
    d = Derivation("elbo.exact", "The evidence is the ELBO plus a gap").start(log(p(x)))
    d.equals(Eq(log(p(x))), because="$q_\\phi$ integrates to one", answers="elbo.exact.3")
    d.equals(Eq(log(frac(p(x, z), p(z | x)))), because="product rule", when="p(z|x) > 0 where q > 0")
    return d.equals(ELBO(q(z | x), p(x, z)) + KL(q(z | x), p(z | x)), because=["definitions of", d[1]])


def test_lines_keep_what_was_typed():
    d = Derivation("test.order", "order").start(log(p(x)))
    d.equals(Eq(log(frac(p(x, z) * q(z | x), p(z | x) * q(z | x)))))
    r = d.records()[1]
    assert r["latex"].startswith(r"= \mathbb{E}_{q_\phi(z \mid x)}")
    assert r"\frac{p(x, z)\, q_\phi(z \mid x)}{p(z \mid x)\, q_\phi(z \mid x)}" in r["latex"]
    assert r["statement"].startswith(r"\log p(x) = ")


def test_a_false_line_raises_with_line_residual_and_counterexample():
    d = exact()
    with pytest.raises(FalseStep) as caught:
        d.equals(ELBO(q(z | x), p(x, z)) - KL(q(z | x), p(z | x)))
    message = str(caught.value)
    assert caught.value.label == "elbo.exact.4"
    for word in ("line elbo.exact.4 is false", "ELBO", "left over:", "counterexample:", "left ", "right "):
        assert word in message
    assert len(d.lines) == 3  # the false line did not get in


def test_records_say_what_was_checked():
    head, first, second, third = exact().records()
    assert head["kind"] == "start"
    assert first["label"] == "elbo.exact.1" and first["answers"] == ["elbo.exact.3"]
    assert second["when"] == ["p(z|x) > 0 where q > 0"] and second["follows"] == "elbo.exact.1"
    assert third["status"] == "proved" and third["method"] == "expected log-densities"
    assert "every law" in third["reach"] and third["probe"] == {"instances": 3, "digits": 30}
    assert set(third["uses"]) == {"elbo.exact.1", "elbo.def", "kl.def.ratio"}  # from the code, not typed
    m = third["mutants"]
    assert m["made"] >= 8 and m["made"] == m["killed"] + m["equal"]
    assert third["symbols"]["p"] == "law" and third["symbols"]["x"] == "variable"


def test_the_same_cell_in_the_book_and_in_a_notebook(monkeypatch):
    d = exact()
    monkeypatch.delenv("DIFFUSION_DERIVED_BOOK", raising=False)
    notebook = d._repr_mimebundle_()
    monkeypatch.setenv("DIFFUSION_DERIVED_BOOK", "1")
    book = d._repr_mimebundle_()
    assert book["text/markdown"].startswith("``````{derivation} elbo.exact\n{")
    payload = json.loads(book["text/markdown"].split("\n", 1)[1].rsplit("``````", 1)[0])
    assert payload["records"] == book[MIME]["records"] == notebook[MIME]["records"]
    title, _, *lines = notebook["text/markdown"].splitlines()
    assert title == "| **The evidence is the ELBO plus a gap** | |" and len(lines) == len(payload["records"])
    for line, r in zip(lines, payload["records"]):
        assert r["latex"] in line
    assert notebook["text/markdown"].count("*provided* ") == 1


def test_inequality_needs_a_gap_that_cannot_be_negative():
    lower = Eq(log(frac(p(x, z), q(z | x))))
    d = Derivation("test.jensen", "Jensen").start(log(p(x))).at_least(lower, gap=KL(q(z | x), p(z | x)))
    assert d.records()[1]["kind"] == "inequality"
    with pytest.raises(FalseStep, match="the inequality fails"):
        Derivation("test.sign", "sign").start(lower).at_least(log(p(x)), gap=-KL(q(z | x), p(z | x)))
    with pytest.raises(FalseStep, match="not the gap given"):
        Derivation("test.gap", "gap").start(log(p(x))).at_least(lower, gap=KL(q(z | x), p(z)))
    entropy = Law("m", x, discrete=True)
    Inequality("test.entropy", H(entropy(x)), 0, gap=H(entropy(x)))
    with pytest.raises(DerivationError, match="form that shows"):
        Inequality("test.differential", H(P(x)), 0, gap=H(P(x)))  # a density's entropy may be negative


def test_relations_compose():
    d = Derivation("test.mix", "mix").start(log(p(x)))
    d.at_least(ELBO(q(z | x), p(x, z)), gap=KL(q(z | x), p(z | x)))
    d.equals(Eq(log(p(x, z))) + H(q(z | x)))
    assert r"\ge" in d.records()[2]["statement"]
    assert d.records()[2]["latex"].startswith("=")
    d.at_most(log(p(x)), gap=KL(q(z | x), p(z | x)))
    with pytest.raises(DerivationError, match="mixes"):
        d.records()


def test_what_cannot_be_proved_is_not_called_false():
    f = undefined("f")
    law = Law("r", x)
    with pytest.raises((UnprovedStep, FalseStep)):
        Identity("test.unproved", E[law(x)](f(x)), f(E[law(x)](x)))


def test_mutants_that_survive_stop_the_display(monkeypatch):
    from vdmlib.derive.book import line as module

    monkeypatch.setattr(module, "residual", lambda *a, **k: (0, "blind", "everything"))
    with pytest.raises(UnprovedStep, match="does not tell the line from a false one"):
        exact().records()


def test_a_prover_that_accepts_a_false_line_is_caught_by_the_probe(monkeypatch):
    monkeypatch.setattr(ExpectedLogDensities, "difference", lambda *a: Settled(0))
    with pytest.raises(EngineError, match="prover and probe disagree"):
        Identity("test.broken", log(p(x)), log(p(x, z)))


def test_mutation_rules():
    rules = {m.rule for m in mutants(ELBO(q(z | x), p(x, z)) + KL(q(z | x), p(z | x)) - frac(1, 2) * Eq(log(frac(p(x, z), q(z | x)))), most=1000)}
    assert rules >= {"sign flipped", "factor doubled", "term dropped", "arguments swapped", "log argument inverted",
                     "condition lost", "fraction inverted"}  # fmt: skip


def test_definitions_mean_what_the_engine_means():
    d = Definition("kl.def.1", KL(P(x), Q(x)), E[P(x)](log(P(x)) - log(Q(x))), "relative entropy", answers="kl.def.1")
    (r,) = d.records()
    assert r["status"] == "definition" and r["mutants"] is None and r"\mathrel{:=}" in r["latex"]
    with pytest.raises(FalseStep, match="the engine's KL means"):
        Definition("kl.def.1", KL(P(x), Q(x)), E[Q(x)](log(P(x)) - log(Q(x))))


def test_definitions_are_facts_and_uses():
    n = symbol("n", positive=True)
    u = Law("u", x)
    uniform = Definition("test.uniform", u(x), 1 / n)
    line = Identity("test.max", log(n) - H(P(x)), KL(P(x), u(x)), facts=[uniform])
    assert set(line.records()[0]["uses"]) == {"test.uniform", "entropy.shannon", "kl.def.ratio"}
    assert Assumption("test.assume", u(x), 1 / n).records()[0]["status"] == "assumption"


def test_a_reach_names_the_kind_of_law_that_was_declared():
    mass = Law("m", x, discrete=True)

    lines = [
        Inequality("test.mass", 1, mass(x), gap=1 - mass(x)),
        Identity("test.both", log(mass(x) * P(x)), log(mass(x)) + log(P(x))),
        Identity("test.any", log(Q(x) * P(x)), log(Q(x)) + log(P(x))),
    ]
    assert [line.records()[0]["reach"].partition(", for which")[0] for line in lines] == [
        "every law that is discrete", "every law, discrete where it is declared so", "every law, discrete or with densities"]


SURE, a, t = symbol("c", positive=True), symbol("a"), symbol("t", integer=True, positive=True)
LEVEL, f = Schedule("alpha"), undefined("f")


@pytest.mark.parametrize(("made", "why"), [
    (lambda: Definition("test.circle", f(a), f(a) + 1), "the definition of f.a. refers to itself"),
    (lambda: Definition("test.circle", a, exp(a), "a name"), "the definition of a refers to itself"),
    (lambda: Definition("test.sign", SURE, -1), "c = -1 needs"),
    (lambda: Definition("test.sign", SURE, -1 - a**2), "which does not hold"),
    (lambda: Definition("test.whole", symbol("n", integer=True), sympy.Rational(1, 2)), "1/2 is not"),
    (lambda: Definition("test.level", LEVEL.bar[t], 2, forall=t), "for every t needs"),
    (lambda: Definition("test.total", Q(x), exp(-x**2)), "its total is"),
    (lambda: Assumption("test.sign", SURE, -1), "c = -1 needs"),
    (lambda: Assumption("test.sign", -SURE, 1, relation=">="), "-c ≥ 1 needs"),
    (lambda: Assumption("test.real", a**2, -1), "which does not hold"),
])  # fmt: skip
def test_what_cannot_hold_is_neither_defined_nor_assumed(made, why):
    with pytest.raises(DerivationError, match=why):
        made()


def test_what_can_hold_may_be_defined_and_assumed():
    made = [
        Definition("test.free", SURE, a), Definition("test.next", f(t), f(t - 1) + 1, forall=t), Assumption("test.above", SURE, -1, relation=">="),
        Assumption("test.one", SURE, SURE**2), Definition("test.level", LEVEL.bar[t], exp(-t), forall=t),
    ]  # fmt: skip
    assert [s.records()[0]["status"] for s in made] == ["definition", "definition", "assumption", "assumption", "definition"]


def test_numerical_statements_fail_when_the_number_does():
    assert Numerical("test.pi", "measured", 3.14, 3.1416, 0.01).records()[0]["status"] == "numerical"
    with pytest.raises(FalseStep, match="measured 3.5"):
        Numerical("test.pi", "measured", 3.5, 3.1416, 0.01)
    nan = float("nan")
    with pytest.raises(FalseStep):
        Numerical("test.pi", "measured", nan, 3.1416, 0.01)


def test_a_measured_number_has_the_digits_that_its_tolerance_speaks_of():
    assert Numerical("test.time", "seconds", 1.00324, 1.00321, 0.0002).statement() == (
        r"\text{measured } 1.0032,\quad \text{expected } 1.0032 \pm 0.0002")
    assert Numerical("test.sum", "nats", 983.8004, 983.8003, 0.001).statement().startswith(r"\text{measured } 983.8,")
    assert Numerical("test.sum", "nats", 983.8214, 983.8211, 0.001).statement().startswith(r"\text{measured } 983.821,")
    assert Numerical("test.spread", "of the clusters", 0.40412, 0.4, 0.03).statement().startswith(r"\text{measured } 0.4041,")
    assert r"\text{measured } 3.2 \times 10^{-7}" in Numerical("test.nought", "apart", 3.2e-7, 0, 0.0001).statement()


def test_what_a_line_reaches_is_said_in_letters():
    E_, eta, t = undefined(r"\mathcal{E}"), undefined(r"\eta"), symbol("t")
    chain = Derivation("test.letters", "the product rule").start(Derivative(E_(t) * eta(t), t))
    chain.equals(E_(t) * Derivative(eta(t), t) + eta(t) * Derivative(E_(t), t), because="product rule")
    assert "all continuously differentiable functions η, ℰ," in chain.records()[-1]["reach"]


def test_numerical_statements_may_claim_bounds():
    lower = Numerical("test.gain", "measured", 1.5, at_least=0.2)
    assert r"\text{claimed at least } 0.2" in lower.statement()
    assert "at most" in Numerical("test.gain", "measured", 1.5, at_least=0.2, at_most=2).statement()
    for claim in ({"at_least": 1.6}, {"at_most": 1.4}, {"at_least": 1.6, "at_most": 2}):
        with pytest.raises(FalseStep, match="measured 1.5, claimed at"):
            Numerical("test.gain", "measured", 1.5, **claim)
    with pytest.raises(FalseStep):
        Numerical("test.gain", "measured", float("nan"), at_least=0)
    for given in ({}, {"expected": 1}, {"tolerance": 1}, {"expected": 1, "tolerance": 1, "at_least": 0}):
        with pytest.raises(DerivationError, match="give expected and tolerance"):
            Numerical("test.gain", "measured", 1.5, **given)


def test_function_of_a_line():
    s, m = symbol("s", positive=True), symbol("m")
    line = Identity("test.f", log(s) + m, m + log(s))
    import numpy as np

    assert np.allclose(line.function(1, m, s)(1.0, np.array([1.0, np.e])), [1.0, 2.0])
    with pytest.raises(DerivationError, match=r"^m \+ log\(s\) also depends on s"):
        line.function(1, m)
    with pytest.raises(DerivationError, match="undetermined laws"):
        exact().function(1, x)


@pytest.mark.parametrize("modules", ["numpy", "jax"])
def test_the_function_of_a_line_has_the_shape_of_its_arguments(modules):
    import numpy as np

    a, b = symbols("a b")
    constant, partial = Identity("test.constant", a - a + 2, sympy.Integer(2)), Identity("test.partial", a + b - b, a)
    grid = np.arange(3.0)
    assert np.array_equal(constant.function(1, a, modules=modules)(grid), [2, 2, 2])
    assert np.array_equal(partial.function(1, a, b, modules=modules)(5.0, grid), [5, 5, 5])
    assert np.array_equal(partial.function(1, a, b, modules=modules)(grid[:, None], grid), np.broadcast_to(grid[:, None], (3, 3)))
    assert f"{constant.function(1, a, modules=modules)(1.0):.1f}" == "2.0"
    made = constant.function(1, a, modules=modules)(grid)
    made += 1  # an array of its own


def test_exercises():
    ex = exercise("test.ex", "Split the bound.", ELBO(q(z | x), p(x, z)))
    good = ex.check(Eq(log(p(x | z))) - KL(q(z | x), p(z)))
    bad = ex.check(Eq(log(p(x | z))) - KL(p(z), p(z)))
    assert good and "✓" in str(good) and "reach" in str(good)
    assert not bad and "✗" in str(bad) and "left over" in str(bad) and "counterexample" in str(bad)
    with pytest.raises(DerivationError, match="another name"):
        exercise("test.ex", "q", log(p(x)) + log(p(z))).check(Eq(log(p(x))) + log(p(z)))


def test_a_wrong_answer_that_is_foreseen_is_told_what_it_has_done():
    ex = exercise("test.ex", "Split the bound.", ELBO(q(z | x), p(x, z)),
                  slips=[(Eq(log(p(x | z))) + KL(q(z | x), p(z)), "the price is to be paid")])
    # In whatever form it is written: here with the divergence written out.
    assert "hint: the price is to be paid" in str(ex.check(Eq(log(p(x | z))) + Eq(log(frac(q(z | x), p(z))))))
    assert "hint" not in str(ex.check(Eq(log(p(x | z))))) and not ex.check(Eq(log(p(x | z))))
    assert "the question itself" in str(ex.check(ELBO(q(z | x), p(x, z)))) and not ex.check(ELBO(q(z | x), p(x, z)))


def test_a_wrong_answer_is_told_what_a_line_is_told():
    a, m = symbols("a m")
    v = symbol("v", positive=True)
    assert 'what helps: it is proved if a ≥ 0: a = symbol("a", nonnegative=True)' in str(exercise("test.ex", "?", sympy.sqrt(a**2)).check(a))
    second = exercise("test.ex", "?", E[N(x, m, v)](x**2), slips=[(m**2 / 2 + v / 2, "by half")])
    assert "hint: left = 1/2·right" in str(second.check(2 * m**2 + 2 * v)) and "hint: left = -right: a sign is lost" in str(second.check(-(m**2) - v))
    said = str(second.check(m**2 / 2 + v / 2))
    assert said.count("hint:") == 1 and "hint: by half" in said  # the author's own words come first
    # a gap is the answer itself
    assert "gap" not in str(exercise("test.ex", "?", log(p(x))).check(ELBO(q(z | x), p(x, z))))
    k, n, X = symbol("k", integer=True), symbol("n", integer=True, positive=True), chain("x")
    law = Law("q", X[0:n], markov=True)
    steps = log(law(X[0])) + Sum(log(law(X[k] | X[k - 1])), (k, 1, n))
    told = str(exercise("test.ex", "?", log(law(X[0:n]))).check(steps))
    assert "what helps: it is proved if n ≥ 1: times={n: 1}" in told and "equal in every random instance tried" in told


def test_find_the_slip():
    d = exact()
    found = set()
    for number in range(6):
        slip = find_the_slip(d, number)
        (line,) = [k for k in (1, 2, 3) if slip.check(k)]
        assert "counterexample" in str(slip.check(line))
        assert slip._repr_mimebundle_()["text/latex"].count("line ") == 3
        found.add((line, str(slip.mutant.expression)))
    assert {line for line, _ in found} == {1, 2, 3} and len(found) == 6  # every line, then others of each
    assert find_the_slip(d, 4).rows() == find_the_slip(d, 4).rows()


@pytest.mark.parametrize("given", [-1, 1.5, "2"])
def test_find_the_slip_wants_a_whole_number(given):
    with pytest.raises(DerivationError, match="whole number from 0 on"):
        find_the_slip(exact(), given)


def test_find_the_slip_wants_a_derivation_with_lines():
    for given in (log(p(x)), Derivation("test.empty", "empty").start(log(p(x)))):
        with pytest.raises(DerivationError, match="at least one line"):
            find_the_slip(given)


def test_gaussian_line():
    v, m = symbol("v", positive=True), symbol("m")
    assert Identity("test.moment", E[N(x, m, v)](x**2), m**2 + v).records()[0]["method"] == "Gaussian algebra"
    a, b = symbols("a b")
    with pytest.raises(FalseStep):
        Identity("test.moment", E[N(x, a, v)](x**2), a**2 + v**2 + 0 * b)
    assert CE(P(x), Q(x)) != CE(Q(x), P(x))


def test_what_only_the_finite_model_shows_is_called_that():
    twice = exp(2 * p(x))
    line = Identity("test.finite", sympy.tanh(Integrate[z](p(x, z))), frac(twice - 1, twice + 1))
    (r,) = line.records()
    assert r["status"] == "exact on finite model" and "on 3 points" in r["reach"]
    assert r["mutants"]["killed"] >= 5
    with pytest.raises(FalseStep):
        Identity("test.finite", sympy.tanh(Integrate[z](p(x, z))), frac(twice - 1, twice + 2))


def test_a_line_that_nothing_can_falsify_is_refused():
    f, s = undefined("L"), symbol("s")
    vacuous = Identity("test.vacuous", Derivative(f(s), s, 2), 0, facts=[fact(Derivative(f(s), s), 0, forall=s)])
    with pytest.raises(UnprovedStep, match="its check shows nothing"):
        vacuous.records()


def test_arguments_of_a_function_may_be_values_of_a_schedule():
    a = Schedule("alpha")
    k = symbols("t", integer=True, positive=True)
    line = Identity("test.schedule", a[k] * (1 - a.bar[k - 1]) + 1 - a[k], 1 - a.bar[k])
    assert abs(line.function(1, a.bar[k])(0.25) - 0.75) < 1e-12


def test_a_reason_has_no_space_before_its_stops():
    words, labels = reason(["by", see("elbo.exact.split"), ", twice;", see("vdm.split"), "."])
    assert words == "by {eq}`elbo.exact.split`, twice; {eq}`vdm.split`." and labels == ["elbo.exact.split", "vdm.split"]


def test_a_line_with_a_name_is_found_by_it_wherever_it_stands():
    a = symbol("a")
    d = Derivation("test.named", "A square").start((a + 1) ** 2)
    d.equals(a**2 + 2 * a + 1, because="multiply out", label="test.named.sum")
    assert d["test.named.sum"] is d[1] and d["test.named.sum"].label == "test.named.sum"
    assert d.function("test.named.sum", a)(2.0) == 9.0
    with pytest.raises(DerivationError, match="test.named has no line 'test.named.1'; it has test.named.sum"):
        d["test.named.1"]
    with pytest.raises(DerivationError, match="a line's label is dotted lower case such as 'elbo.exact.split', not 'The sum'"):
        d.equals((1 + a) ** 2, label="The sum")


def test_the_start_of_a_derivation_can_be_referred_to():
    a = symbol("a")
    d = Derivation("test.started", "A square").start((a + 1) ** 2)
    assert d.equals(a**2 + 2 * a + 1, because=["multiply out", see("test.started.0")]).records()[1]["uses"] == ["test.started.0"]
    Identity("test.started.identity", (a + 1) ** 2, a**2 + 2 * a + 1)
    with pytest.raises(DerivationError, match="no statement is labelled"):
        see("test.started.identity.0")


@pytest.mark.parametrize("right, told", [
    (log(3), "left 0.693147, right 1.09861, apart by 0.405"),
    (log(2) + frac(1, 10**8), "left 0.6931471806, right 0.6931471906, apart by 1e-8"),
])
def test_values_have_six_digits_and_more_only_where_those_do_not_tell_them_apart(right, told):
    with pytest.raises(FalseStep, match=re.escape(told)):
        Identity("test.digits", log(2), right)
