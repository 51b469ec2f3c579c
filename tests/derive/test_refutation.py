"""Refutations: the instance, the slip that ties the claim to what is true, and the control."""

import math
from types import SimpleNamespace

import pytest
import sympy

from vdmlib.derive import (
    KL,
    Assumption,
    Definition,
    Derivation,
    DerivationError,
    E,
    H,
    Identity,
    Inequality,
    Integrate,
    Law,
    N,
    Product,
    Refutation,
    Schedule,
    chain,
    fact,
    frac,
    det,
    log,
    matrix,
    sqrt,
    symbol,
    symbols,
    tr,
    undefined,
    variables,
)

x, y, z = variables("x y z")
p = Law("p", x, z)
X = chain("x")
a, b = symbols("a b")
c = symbol("c", positive=True)
half = sympy.Rational(1, 2)
TABLE = {(0, 0): "1/2", (0, 1): "1/4", (1, 0): "1/8", (1, 1): "1/8"}
AT = {"values": {x: [0, 1], z: [0, 1]}, "tables": {p: TABLE}, "free": {x: 0, z: 0}}
JOINT = (p(x), "=", p(x | z) * p(z))
SLIP = {"slip": (p(x), p(x, z)), "instead": "test.marginal"}


def refused(why, claim, at, **how):
    with pytest.raises(DerivationError, match=why):
        Refutation("test.claim", claim, at, **{"instead": "test.instead", **how})


def test_a_counterexample_writes_its_tables_out_each_as_its_law_is_written():
    joint = {(0, 0): "1/2", (0, 1): "1/4", (1, 0): "1/4", (1, 1): 0}
    kernel = {(0, 0): "4/5", (0, 1): "1/5", (1, 0): "2/3", (1, 1): "1/3"}
    shown = Refutation.point(SimpleNamespace(at={"free": {x: 0}, "tables": {p: joint, Law("p", y | z): kernel}}))
    assert shown.startswith(r"$x = 0$, $p(0, 0) = \frac{1}{2}$") and "p(1, 1)" not in shown
    assert shown.endswith(r"$p(0 \mid 0) = \frac{4}{5}$, $p(1 \mid 0) = \frac{1}{5}$, $p(0 \mid 1) = \frac{2}{3}$, $p(1 \mid 1) = \frac{1}{3}$")
    walk = {(i, j, k): sympy.Rational(1 + 2 * (i == j), 4) * sympy.Rational(1 + 2 * (j == k), 4) for i in (0, 1) for j in (0, 1) for k in (0, 1)}
    shown = Refutation.point(SimpleNamespace(at={"tables": {Law("q", X[1], X[2] | X[0], markov=True): walk}}))
    assert r"$q(1, 1 \mid 0) = \frac{3}{16}$" in shown and "tabled" not in shown


def test_a_counterexample_names_the_functions_that_were_chosen():
    """Without them nobody can compute the two sides."""
    def chosen(function):
        return Refutation.point(SimpleNamespace(at={"numbers": {a: 2}, "functions": {"f": function}}))

    assert chosen(lambda v: v * v) == "$a = 2$, $f(v) = v^{2}$"
    assert chosen(lambda v: 7) == "$a = 2$, $f(v) = 7$"
    assert chosen(lambda v: math.exp(v)) == r"$a = 2$, $f \text{ as given}$"


def test_the_counterexample_is_computed():
    (r,) = Refutation("test.joint", JOINT, AT, **SLIP).records()
    assert r["status"] == "refuted" and "0.75" in r["counterexample"] and "0.5" in r["counterexample"]
    assert r["slip"] == "$p(x)$ stands where $p(x, z)$ should"
    refused("holds at this point", (p(x), "=", Integrate[z](p(x, z))), AT, **SLIP)


def test_the_article_is_quoted_where_it_is_refuted():
    assert Refutation("test.joint", JOINT, AT, **SLIP).records()[0]["article"] == ""  # nobody's claim
    refused("the article's own words", JOINT, AT, answers="gen.joint", **SLIP)
    r = Refutation("test.joint", JOINT, AT, answers="gen.joint", article="$P(X)=P(X|Z)P(Z)$", **SLIP)
    assert r.records()[0]["article"] == "$P(X)=P(X|Z)P(Z)$"


def test_values_are_shown_to_as_many_digits_as_tell_them_apart():
    tiny = symbol("u")
    r = Refutation("test.near", (a + tiny, "=", a + 2 * tiny), {a: 1, tiny: "1/1000000000"}, instead="test.it", slip=(a + 2 * tiny, tiny + a))
    assert "1.000000001$" in r.records()[0]["counterexample"] and "1.000000002$" in r.records()[0]["counterexample"]


# --- the slip

def test_what_is_refuted_is_tied_to_what_is_true_by_its_slip():
    refused("say what is wrong", JOINT, AT)
    refused("does not hold the slip", JOINT, AT, slip=(p(z | x), p(x, z)))
    refused("does not stand at the instance", JOINT, AT, slip=(p(z), p(x)))
    refused("says nothing", (a, "=", b), {a: 1, b: 2}, slip=(b, a))
    refused("is not proved", (a, "=", b), {a: 1, b: 2}, slip=(b, b - 1))
    m = Refutation("test.joint", JOINT, AT, **SLIP).records()[0]["mutants"]
    assert m["made"] > 5 and m["killed"] == m["made"] - m["equal"] and m["equal"] <= 1


def test_the_slip_may_be_the_relation():
    free = {**AT, "free": {x: 0}}
    assert Refutation("test.unequal", (p(x), "!=", Integrate[z](p(x, z))), free, instead="test.marginal", slip=("!=", "=")).records()
    squares = (2 * a * b, ">=", a**2 + b**2), {a: 1, b: 2}
    assert Refutation("test.squares", *squares, instead="test.square", slip=(">=", "<="), gap=(a - b) ** 2).records()
    refused("give the gap", *squares, slip=(">=", "<="))
    refused("which is not proved", *squares, slip=(">=", "<="), gap=a**2)


def test_several_slips_are_put_in_together():
    u, v = symbols("u v", positive=True)
    claim, swapped = (log(frac(u, v)), "=", log(v) - log(u)), [(log(v), log(u)), (log(u), log(v))]
    assert Refutation("test.turned", claim, {u: 2, v: 3}, instead="test.log", slip=swapped).records()
    refused("does not hold the slip", claim, {u: 2, v: 3}, slip=[*swapped, (a, b)])


def test_the_claim_without_its_slip_may_be_the_line_instead():
    T, t = sympy.symbols("T t", integer=True, positive=True)
    q, flips = Law("q", X[1:T] | X[0], markov=True), {}
    for o in sympy.utilities.iterables.cartes(*[(0, 1)] * 4):
        flips[o] = sympy.prod(sympy.Rational(3 if u == v else 1, 4) for u, v in zip(o, o[1:]))
    factors = log(Product(frac(q(X[t] | X[0]), q(X[t - 1] | X[0])), (t, 2, T)))
    ends = log(frac(q(X[T] | X[0]), q(X[1] | X[0])))
    true = Identity("test.telescope", factors, ends, times={T: 2})
    at = {"numbers": {T: 3}, "values": {X[k]: [0, 1] for k in range(4)}, "tables": {q: flips}, "free": {X[k]: 0 for k in range(4)}}
    r = Refutation("test.cancel", (factors, "!=", ends), at, instead=true, slip=("!=", "="), times={T: 2})
    assert r.truth.label == "test.telescope"
    assert "both sides are" in r.records()[0]["counterexample"]


def test_a_definition_among_the_facts_is_true():
    f = undefined("f")
    meant = Definition("test.meaning", f(a), a**2)
    how = {"facts": [meant], "slip": (a**3, a**2), "instead": "test.meaning"}
    at = {"numbers": {a: 2}, "functions": {"f": lambda u: u * u}}
    assert Refutation("test.defined", (f(a), "=", a**3), at, **how).records()
    refused("does not meet", (f(a), "=", a**3), {**at, "functions": {"f": lambda u: 7}}, **how)
    assumed = Assumption("test.assumed", f(a), a**2)
    assert Refutation("test.assumed_too", (f(a) + b, "=", a**3 + b), {**at, "numbers": {a: 2, b: 1}}, **{**how, "facts": [assumed]})  # proved from it


def test_a_hypothesis_may_be_left_out():
    m = symbol("m")
    held = Inequality("test.held", m, b, gap=a - b, facts=[fact(a >= b), (m, a)])
    first, second = held[1].facts
    claim, at = (m, ">=", b), {a: 1, b: 2}
    (r,) = Refutation("test.without", claim, at, instead=held, slip=first).records()
    assert r["slip"] == r"it holds given $a \ge b$, which is left out" and "left side $1$, right side $2$, apart by $1$" in r["counterexample"]
    refused("given by a fact", claim, {**at, m: 1}, slip=first, instead=held)  # the other hypothesis stays
    refused("given by a fact|a is not given", claim, {m: 1, b: 2}, slip=first, instead=held)
    refused("without a hypothesis", (m, ">=", 2 * b), at, slip=first, instead=held)
    refused("does not rest on", claim, at, slip=fact(a >= 0), instead=held)
    refused("not its label", claim, at, facts=[second], slip=first)


def test_altered_claims_do_not_pass():
    q, v = Law("q", z | x), KL(Law("q", z | x)(z | x), p(z | x))
    claims = [
        Refutation("test.ce", (-E[q(z | x)](log(p(x | z))), ">=", H(q(z | x))), {
            "values": AT["values"], "free": {x: 0}, "tables": {
                p: {(0, 0): "9/20", (0, 1): "9/20", (1, 0): "1/20", (1, 1): "1/20"}, q: {(i, j): half for i in (0, 1) for j in (0, 1)}}},
            instead="test.ce_min", slip=(p(x | z), p(z | x)), gap=v),
        Refutation("test.spread", (E[N(x, a, 1)](x**2), "=", a**2), {a: 2}, instead="test.moment", slip=(a**2, a**2 + 1)),
    ]  # fmt: skip
    for r in claims:
        m = r.records()[0]["mutants"]
        assert m["killed"] >= 4 and m["equal"] <= 1, r.label  # the mean of x² does not see the sign of the mean


def test_the_same_claim_in_another_form_is_no_altered_claim():
    r = Refutation("test.one", (sqrt(a**2) + 1, "=", a), {a: 2}, instead="test.it", slip=(sqrt(a**2) + 1, sqrt(a**2)), facts=[fact(a > 0)])
    assert all(other.plainly != r.claim.plainly for other in r.altered())


# --- the instance

def test_nothing_is_drawn():
    f, alpha, t, s = undefined("f"), Schedule("alpha"), *sympy.symbols("t s", integer=True, positive=True)
    slip = {"slip": (b, 2 * b)}
    refused("b is not given", (a, "=", b), {a: 1}, **slip)
    refused("the function f is not given", (f(a), "=", b), {a: 1, b: 2}, **slip)
    refused("a number is given for a symbol", (f(a), "=", b), {a: 1, b: 2, f(1): 3}, **slip)
    refused(r"alpha\[6\] is not given", (alpha[t], "=", b), {b: 2}, **slip)
    refused("t is not given", (alpha[t] * t, "=", b), {b: 2, alpha[t]: half}, **slip)
    refused("s, t is not given", (alpha[t] * alpha[s], "=", b), {b: 2, alpha[t]: half, alpha[s]: half}, **slip)
    refused("the values of z are not given", JOINT, {**AT, "values": {x: [0, 1]}}, **SLIP)
    refused("the law p is not given|has no value", JOINT, {**AT, "tables": {}}, **SLIP)
    refused("z has no value", JOINT, {**AT, "free": {x: 0}}, **SLIP)
    refused("does not take the value 2", JOINT, {**AT, "free": {x: 0, z: 2}}, **SLIP)


def test_one_index_may_be_left_open():
    alpha, t = Schedule("alpha"), sympy.Symbol("t", integer=True, positive=True)
    twice = (sqrt(alpha.bar[t]) ** 2, "=", 2 * alpha.bar[t])
    assert Refutation("test.open", twice, {alpha.bar[t]: half}, instead="test.it", slip=(2 * alpha.bar[t], alpha.bar[t])).records()


@pytest.mark.parametrize("table, why", [
    ({**TABLE, (0, 0): "-1/2", (0, 1): "5/4"}, "negative"),
    ({**TABLE, (0, 0): "1/4"}, "add up to 3/4"),
    ({k: v for k, v in TABLE.items() if k != (1, 1)}, "says nothing of 1"),
    ({**TABLE, (0, 2): 0}, "do not take"),
])  # fmt: skip
def test_a_table_is_a_law(table, why):
    refused(why, JOINT, {**AT, "tables": {p: table}}, **SLIP)


def test_a_conditional_table_adds_up_to_one_for_each_condition():
    q = Law("q", z | x)
    claim, at = (q(z | x), "=", 1), {"values": AT["values"], "free": {x: 0, z: 0}}
    refused("add up to 3/2", claim, {**at, "tables": {q: {(0, 0): half, (0, 1): half, (1, 0): 1, (1, 1): half}}})
    refused("add up to 1/4", claim, {**at, "tables": {q: {(0, 0): "1/8", (0, 1): "1/8", (1, 0): 1, (1, 1): "3/4"}}})


def test_a_chain_is_a_chain():
    q = Law("q", X[0], X[1], X[2], markov=True)
    outcomes = [(i, j, k) for i in (0, 1) for j in (0, 1) for k in (0, 1)]
    claim, slip = (q(X[2] | X[1], X[0]), "=", 2 * q(X[2] | X[1])), (2 * q(X[2] | X[1]), q(X[2] | X[1]))
    at = {"values": {X[k]: [0, 1] for k in range(3)}, "free": {X[k]: 0 for k in range(3)}}
    chained = {(i, j, k): half * sympy.Rational(3 if i == j else 1, 4) * sympy.Rational(3 if j == k else 1, 4) for i, j, k in outcomes}
    assert Refutation("test.chain", claim, {**at, "tables": {q: chained}}, instead="test.forgets", slip=slip)
    refused("its table is none", claim, {**at, "tables": {q: {o: sympy.Rational(1 + (o == (0, 0, 0)), 9) for o in outcomes}}}, slip=slip)


def test_what_is_declared_holds_of_the_instance():
    n, alpha, t = symbol("n", integer=True), Schedule("alpha"), sympy.Symbol("t", integer=True, positive=True)
    up, v = undefined("f", positive=True), variables("v", positive=True)
    law = Law("r", v)
    refused("declared positive", (c, ">=", 0), {c: -1})
    refused("declared integer", (n**2, ">=", n), {n: half})
    refused("declared real", (a**2, ">=", 0), {a: sympy.I})
    refused("f is declared positive", (up(a), ">=", 0), {"numbers": {a: 1}, "functions": {"f": lambda u: -u}})
    refused("v is declared positive", (E[law(v)](v), ">=", 0), {"values": {v: [-1, 1]}, "tables": {law: {-1: half, 1: half}}})
    refused("between 0 and 1", (alpha[t], ">=", 2), {alpha[t]: 3})
    product = {alpha[2]: half, alpha.bar[1]: half, alpha.bar[2]: half}
    refused("is the product of the factors", (alpha.bar[2], "=", alpha[2] * alpha.bar[1]), product)
    refused("is the product of the factors", (alpha.bar[1], ">=", alpha.bar[2]), {alpha.bar[1]: half, alpha.bar[2]: "3/4"})


def test_both_sides_exist_at_the_instance():
    refused("not defined", (log(a), "=", log(a) + 1), {a: -1})
    refused("not defined", (frac(a, a), "=", 2), {a: 0})
    refused("not defined", (sqrt(a), "=", 2), {a: -1})
    q, zero = Law("q", z | x), {(0, 0): 1, (0, 1): 0, (1, 0): half, (1, 1): half}
    at = {"values": AT["values"], "free": {x: 0}, "tables": {p: TABLE, q: zero}}
    refused("infinite", (KL(p(z | x), q(z | x)), "=", 1), at)
    never = {(0, 0): 0, (0, 1): 0, (1, 0): half, (1, 1): half}
    refused("no value|not defined", (p(z | x), "=", 2), {**AT, "tables": {p: never}})


def test_the_facts_hold_at_the_instance():
    refused("given by a fact", (a, "=", 1), {a: 2}, facts=[(a, 1)])
    refused("does not meet a ≥ b", (a, ">=", b), {a: 1, b: 2}, facts=[fact(a >= b)])
    refused("does not meet", (a, "=", c), {b: -1, c: 1}, facts=[(a, c * b), fact(a >= 0)])
    r, w = Law("r", x, z), undefined("w")
    spelled = [(r(x, z), p(x) * p(z))]
    refused("given by a fact", (r(x, z), "=", p(x, z)), {**AT, "tables": {p: TABLE, r: TABLE}}, facts=spelled)
    refused("whole law", (r(x), "=", 1), {**AT, "free": {x: 0}}, facts=[(r(x | z), p(x | z))])
    refused("total one", (r(x, z), "=", p(x, z)), AT, facts=[(r(x, z), p(x, z) * p(z))])
    refused("does not meet w", (w(a), "=", 3), {"numbers": {a: 1}, "functions": {"w": lambda u: 2}}, facts=[(w(a), a)])


def test_what_is_proved_is_not_refuted():
    """However it comes that the instance contradicts it: here a function that is none."""
    f, values = undefined("f"), iter(range(1000))
    at = {"numbers": {a: 1, b: 1}, "functions": {"f": lambda u: next(values)}}
    refused("proved|equal at this point|holds at this point|does not stand", (f(a) + b, "=", b + f(a)), at, slip=(f(a), f(a) + 0 * b))


def test_a_chain_of_lines_is_its_last_line():
    d = Derivation("test.chain_of_two", "Two lines").start(a + b).equals(b + a).equals(b + 2 * a - a)
    r = Refutation("test.last", (a + b, "=", b - a), {a: 1, b: 1}, instead=d, slip=(b - a, b + 2 * a - a))
    assert r.instead == "test.chain_of_two.2" and r.truth.label == r.instead


d = symbol("d", integer=True, positive=True)
A, B = matrix("A B", d)
S = matrix("S", d, positive=True)
SQUARE = [[1, 0], [0, 2]]


def of_matrices(at):
    left, right = tr(A * B), tr(A) * tr(B)
    true = Identity("r.true", left, tr(B * A))
    return Refutation("r", (left, "=", right), at, instead=true, slip=(right, tr(B * A)))


def test_an_instance_gives_matrices():
    assert of_matrices({d: 2, A: SQUARE, B: [[1, 1], [0, 1]]}).status == "refuted"


@pytest.mark.parametrize("at, why", [
    ({d: 1, A: [[1]], B: [[2]]}, "holds at this point"),
    ({d: 2, A: [[1, 0]], B: SQUARE}, "1×2"),
    ({A: SQUARE, B: SQUARE}, "d = "),
    ({d: 3, A: SQUARE, B: SQUARE}, "d = 3"),
    ({d: 2, A: [1, 2], B: SQUARE}, "2×1"),
    ({d: 2, A: 1, B: SQUARE}, "list of rows"),
    ({d: 2, A: [[B, 0], [0, 1]], B: SQUARE}, "is no real number"),
    ({d: 2, A: SQUARE}, "B is not given"),
])  # fmt: skip
def test_entries_that_do_not_fit(at, why):
    with pytest.raises(DerivationError, match=why):
        of_matrices(at)


def test_a_given_matrix_is_as_declared():
    with pytest.raises(DerivationError, match="positive definite"):
        Refutation("r", (log(det(S)), "=", tr(S) - d), {d: 2, S: [[1, 0], [0, -2]]}, instead="log det S is at most tr S − d")
