"""Answers come: within a budget of time, as errors that say what is wanted, and the same whatever was asked before."""

import threading

import pytest
import sympy

from vdmlib.derive import Derivative, DerivationError, E, Identity, Inequality, Integral, N, budget, log, sqrt, symbol, symbols, undefined, variables
from vdmlib.derive.errors import EngineError, OutOfTime
from vdmlib.derive.nodes.hypotheses import fact

a, b, x, y, m, u = symbols("a b x y m u")
low = symbol("l", negative=True)
f = undefined("f")
v = variables("v")


def test_a_line_ends_within_its_budget(monkeypatch):
    monkeypatch.setattr(budget, "SECONDS", 0.05)
    with pytest.raises(OutOfTime, match=r"line r: no answer within 0.05 s. Split the line .*SECONDS"):
        Identity("r", E[N(v, 0, 1)](sympy.cos(v) * sympy.Abs(v - a)), a)


def test_the_budget_holds_in_a_thread(monkeypatch):
    monkeypatch.setattr(budget, "SECONDS", 0.05)
    found = []

    def run():
        try:
            Identity("r", E[N(v, 0, 1)](sympy.cos(v) * sympy.Abs(v - a)), a)
        except OutOfTime as error:
            found.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert found


def test_an_inner_budget_is_no_longer_than_the_outer_one():
    with pytest.raises(OutOfTime, match="outer: no answer within 0 s"), budget.budget("outer", 0), budget.budget("inner", 10):
        budget.spend()
    budget.spend()  # and none is left behind


def test_no_line_is_refused_for_want_of_time():
    with budget.budget("all of it", 60):
        Identity("r", a + b, b + a)


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda: Derivative(f(x), 2 * x), "a derivative is by a symbol"),
        (lambda: Derivative(f(x), -a), "a derivative is by a symbol"),
        (lambda: Identity("r", f(x) + a, a + f(x), facts=[(Derivative(f(x), 2 * x), 1)]), "a derivative is by a symbol"),
        (lambda: Inequality("r", m + sqrt(b), m, gap=sqrt(low), facts=[(low, b)]), "a root of l"),
        (lambda: Inequality("r", m + sqrt(y**2 + 1), m, gap=sqrt(low), facts=[(low, y**2 + 1)]), "a root of l"),
        (lambda: Identity("r", f(x, y) + f(x) + a, f(x) + f(x, y) + a), "two functions are called f"),
    ],
)  # fmt: skip
def test_what_is_wanted_is_said(make, words):
    with pytest.raises(DerivationError, match=words) as error:
        make()
    assert not isinstance(error.value, EngineError)


def test_a_fault_of_sympy_is_told_as_one():
    with pytest.raises(EngineError, match="by a fault of the engine or of SymPy") as error:
        Identity("r", Integral(sympy.floor(u), (u, 0, 3)) + a, 3 + a)
    assert error.value.__cause__ is not None


def counterexample(make):
    with pytest.raises(DerivationError) as error:
        make()
    return str(error.value)


def test_what_is_found_does_not_depend_on_what_was_asked_before():
    line = lambda: Identity("r", Integral(f(u, x), (u, 0, 1)) + a, f(0, x) + a)  # noqa: E731
    alone = counterexample(line)
    for other in (lambda: Identity("r", f(x) + a, a), lambda: Identity("r", log(x**2), 2 * log(x) + a, facts=[fact(x > 0)])):
        counterexample(other)
        assert counterexample(line) == alone
