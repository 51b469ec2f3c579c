"""Answers come: within a budget of time, as errors that say what is wanted, and the same whatever was asked before."""

import gc
import os
import subprocess
import sys
import threading
import time

import pytest
import sympy

import vdmlib.derive.book.verdict
from vdmlib.derive import Derivative, DerivationError, E, Identity, Inequality, Integral, N, Sum, budget, log, sqrt, symbol, symbols, undefined, variables
from vdmlib.derive.errors import EngineError, OutOfTime
from vdmlib.derive.nodes.hypotheses import fact

a, b, x, y, m, u = symbols("a b x y m u")
low = symbol("l", negative=True)
f = undefined("f")
v = variables("v")
k = symbol("k", integer=True, positive=True)


def test_a_line_ends_within_its_budget(monkeypatch):
    monkeypatch.setattr(budget, "SECONDS", 0.05)
    with pytest.raises(OutOfTime, match=r"line r: no answer within 0.05 s; the time went into (the proof|the probe|reading the line)(.|\n)*SECONDS"):
        Identity("r", E[N(v, 0, 1)](sympy.cos(v) * sympy.Abs(v - a)), a)


SLOW = {  # one call of SymPy takes minutes
    "expand": lambda **more: Identity("r", (a + b + x + y + m + 1) ** 60, (a + b + x + y + m + 1) ** 59 * (a + b + x + y + m + 2), **more),
    "summation": lambda **more: Identity(
        "r", Sum(sympy.binomial(k, u) ** 3 * a**u * sympy.gamma(u + a) / sympy.factorial(u) ** 2, (u, 0, k)), b, **more
    ),
}  # fmt: skip


def minutes(call, seconds=0.3):
    """What a line that would take minutes raises, and after how long."""
    begun = time.monotonic()
    with pytest.raises(OutOfTime) as error:
        SLOW[call](seconds=seconds)
    return str(error.value), time.monotonic() - begun


@pytest.mark.parametrize("call", SLOW)
def test_one_call_of_sympy_that_takes_minutes_is_ended_too(call):
    for seconds in (0.3, 3, 15):  # a slow machine is still on its way to the call after the first
        message, took = minutes(call, seconds)
        assert took < 30 + 2 * seconds  # and not minutes
        assert "in the line, or DIFFUSION_DERIVED_SECONDS=" in message
        assert sys.gettrace() is None and not [f for f in gc.callbacks if f.__module__ == budget.__name__]
        if f"no answer within {seconds:g} s; the time went into the proof, in SymPy's {call} of " in message:
            break
    else:
        pytest.fail(message)


def test_the_hint_asks_for_more_time_than_was_given():
    assert "seconds=300 in the line, or DIFFUSION_DERIVED_SECONDS=300" in minutes("expand")[0]


def test_such_a_call_is_ended_in_a_thread():
    found = []
    thread = threading.Thread(target=lambda: found.append(minutes("expand")))
    thread.start()
    thread.join()
    assert found and found[0][1] < 30


def test_another_tracer_is_there_again_afterwards():
    def tracer(frame, event, argument):
        return None

    before = sys.gettrace()
    sys.settrace(tracer)
    try:
        minutes("expand")
        assert sys.gettrace() is tracer
    finally:
        sys.settrace(before)


def test_the_environment_sets_the_budget():
    code = "from vdmlib.derive import budget; print(budget.SECONDS)"
    for said, seconds in (("7", "7.0"), ("", "60.0"), ("soon", "60.0"), ("-1", "60.0")):
        environment = {**os.environ, budget.VARIABLE: said}
        assert subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True).stdout.strip() == seconds


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


def test_a_fault_of_sympy_is_told_as_one(monkeypatch):
    def probe(*args, **how):
        raise AttributeError("'mpf' object has no attribute 'as_real_imag'")

    monkeypatch.setattr(vdmlib.derive.book.verdict, "probe", probe)
    with pytest.raises(EngineError, match="by a fault of the engine or of SymPy") as error:
        Identity("r", Integral(a * u, (u, 0, 2)) + a, 3 * a)
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
