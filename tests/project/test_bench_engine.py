"""The engine beside plain SymPy: a line is written for SymPy as it stands, and an answer counts as what it is."""

import json

import pytest
import sympy
from sympy import Integral, Product, Symbol, oo

from bench import engine
from bench.plainly import NotStated, difference, ordinary
from vdmlib.derive import (
    KL,
    E,
    Integrate,
    Law,
    N,
    Schedule,
    Sum,
    chain,
    coordinates,
    fact,
    frac,
    log,
    norm,
    sqrt,
    symbol,
    symbols,
    undefined,
    variables,
    vector,
)
from vdmlib.derive.book.facts import read_facts
from vdmlib.derive.book.line import Line
from vdmlib.derive.nodes.walk import has

x, z = variables("x z")
mu, a = symbols("mu a")
v = symbol("v", positive=True)
t, i, d = symbols("t i d", integer=True, positive=True)
alpha, X = Schedule("alpha"), chain("x")
q = Law("q", z | x)


def test_a_normal_mean_is_an_integral_that_sympy_can_do():
    left, right = difference(E[N(x, mu, v)](x**2), mu**2 + v)
    assert isinstance(left, Integral) and left.limits[0][1:] == (-oo, oo)
    assert sympy.simplify(left.doit() - right) == 0


def test_a_divergence_is_its_definition():
    left, right = difference(KL(N(x, mu, 1), N(x, 0, 1)), frac(1, 2) * mu**2)
    assert left.subs(Symbol("mu", real=True), 1).evalf() == pytest.approx(0.5) and right == Symbol("mu", real=True) ** 2 / 2


def test_schedules_are_multiplied_out_where_the_index_stands_and_products_where_it_runs():
    left, right = difference(alpha.bar[t], alpha[t] * alpha.bar[t - 1])
    assert left == right and left.is_positive
    left, right = difference(alpha.bar[2], alpha[1] * alpha[2])
    assert left == right
    left, _ = difference(Sum(alpha.bar[t], (t, 1, d)), 0)
    assert left.atoms(Product)


@pytest.mark.parametrize("given, left, right", [
    ([(a, v + 1)], a**2, (v + 1) ** 2),
    ([fact(undefined("f")(t), t + 1, forall=t)], undefined("f")(3), 4),
    ([(a, v + 1), (symbol("b"), a + 1)], symbol("b"), v + 2),
    ([fact(coordinates("m")[i], i + v, forall=i)], Sum(coordinates("m")[i], (i, 1, 2)), 3 + 2 * v),
])
def test_a_fact_is_put_in(given, left, right):
    one, other = difference(left, right, read_facts(given))
    assert sympy.simplify((one - other).doit()) == 0


@pytest.mark.parametrize("e", [q(z | x), E[q(z | x)](z), KL(q(z | x), N(z, 0, 1)), Integrate[z](q(z | x))])
def test_what_has_no_formula_is_not_stated(e):
    with pytest.raises(NotStated, match="without a formula"):
        ordinary(e)


def test_a_vector_of_any_length_is_not_stated():
    with pytest.raises(NotStated, match="a vector or a matrix"):
        difference(norm(2 * vector("u", d)) ** 2, 4 * norm(vector("u", d)) ** 2)


def test_lines_that_are_there_to_fail_are_none_of_the_books():
    labels = engine.lines_of_the_book().keys()
    assert {"kl.definition", "vdm.weights"} & labels and not {"tutorial.slip", "tutorial.root"} & labels


def test_a_fact_that_is_no_value_is_not_stated():
    with pytest.raises(NotStated, match="no value"):
        difference(a, a, read_facts([fact(a >= v)]))


def test_nothing_of_the_engine_is_left():
    e = Integrate[x](N(x, mu, v) * log(frac(1, sqrt(v)))) + X[t] * alpha[t]
    from vdmlib.derive.nodes.expressions import Ordered

    assert has(e, Ordered) and not has(ordinary(e), Ordered)


def test_a_question_is_answered_left_open_or_ended():
    assert engine.ask(lambda: True, 5)[0] is True
    assert engine.ask(lambda: None, 5)[0] is None
    assert engine.ask(lambda: 1 / 0, 5)[0] == "failed"

    def endless():
        while True:
            pass

    answer, seconds = engine.ask(endless, 1)
    assert answer == "late" and 0.5 < seconds < 3


def test_a_row_counts_what_is_right_wrong_and_open():
    row = engine._row("false", "equals", {"a": (False, 1.0), "b": (True, 2.0), "c": (None, 3.0), "d": ("late", 9.0), "e": ("failed", 1.0)}, False)
    assert [row[k] for k in ("settled", "wrong", "no answer", "late")] == [1, 1, 2, 1]
    assert row["wrong at"] == ["b"] and row["median_seconds"] == 2 and row["total_seconds"] == 16
    json.dumps(row)


def test_false_lines_have_a_counterexample_and_true_ones_are_accepted():
    line = Line("square", (a + v) ** 2, "=", a**2 + 2 * a * v + v**2)
    ((label, wrong, sides),) = engine.false_lines({"square": line})
    assert label == "square" and sympy.expand(sides[0] - sides[1]) != 0
    assert engine.ask_the_engine(line, wrong)[0] is False
    assert engine.ask_the_engine(line)[0] is True


def test_a_form_that_is_nowhere_defined_is_not_called_false():
    line = Line("log", log(v**2), "=", 2 * log(v))
    assert engine.differs(line, 3 * log(v)) and not engine.differs(line, 2 * log(-v)) and not engine.differs(line, log(v) + log(v))
