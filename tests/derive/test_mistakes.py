"""What is easily written wrong: each message names the missing piece, in a few lines, and nothing of SymPy's inside."""

import json
import re
from collections import Counter

import pytest
from sympy import Rational

from mistakes import KINDS, MISTAKES, SETUP, said

from vdmlib.derive import (
    ELBO,
    KL,
    Derivation,
    DerivationError,
    E,
    FalseStep,
    Identity,
    Inequality,
    Law,
    Sum,
    UnprovedStep,
    chain,
    log,
    symbol,
    symbols,
    undefined,
    variables,
)
from vdmlib.derive.book import refusal
from vdmlib.derive.errors import Failure

INSIDE = re.compile(r"\b(Block|Terms|Factors|Frac|Power|Density|Expectation|Dummy|Tuple)\(|SympifyError|<function|<class|object at 0x|\b_[a-z]")
MOST = 8  # lines
x, z = variables("x z")
p, q = Law("p", x, z), Law("q", z | x)
a, b, u = symbols("a b u")
f = undefined("f")


def test_there_are_many_kinds():
    kinds = Counter(m["kind"] for m in MISTAKES)
    assert sum(kinds.values()) >= 80 and len(kinds) >= 8 and set(kinds) == set(KINDS)
    assert len({m["code"] for m in MISTAKES}) == len(MISTAKES)


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda m: f"{m['kind']}: {m['code'].strip().splitlines()[-1][:70]}")
def test_the_message_names_the_missing_piece(mistake):
    error = said(mistake["code"])
    assert isinstance(error, DerivationError)
    message = str(error)
    assert [name for name in mistake["names"] if name not in message] == []
    assert message.count("\n") < MOST
    assert not INSIDE.search(message), message
    assert error.failure.as_dict()["message"] == message == json.loads(json.dumps(error.failure.as_dict()))["message"]


@pytest.mark.parametrize("mistake", [m for m in MISTAKES if "right" in m], ids=lambda m: m["right"].strip().splitlines()[-1][:70])
def test_what_was_meant_goes_through(mistake):
    names = {}
    exec(SETUP, names)
    exec(mistake["right"], names)


# --- what would help is true, and is looked for only when it is read


def refused(make):
    with pytest.raises(DerivationError) as caught:
        make()
    return caught.value


def test_nothing_is_looked_for_before_a_message_is_read(monkeypatch):
    asked = []
    monkeypatch.setattr(refusal, "looked_at", lambda line, failure: asked.append(line.label) or failure)
    error = refused(lambda: Identity("r", a**2, a))
    assert not asked and error.residual and error.counterexample
    str(error), str(error), error.failure
    assert asked == ["r"]


@pytest.mark.parametrize(
    "make",
    [
        lambda: Identity("r", a**2, a),  # two points only
        lambda: Identity("r", a + 1, a),  # nowhere
        lambda: Identity("r", abs(a), -abs(a)),  # at one point only
        lambda: Identity("r", f(a), f(b), facts=[(f(a), a)]),
        lambda: Identity("r", log(p(x)), log(p(z))),
        lambda: Inequality("r", a, b, gap=(a - b) ** 2),
    ],
)
def test_no_help_is_promised_where_none_was_found(make):
    assert refused(make).failure.missing == ""


def test_the_gap_of_a_bound_that_is_written_as_one_is_named():
    wanted = "left = right + KL(q(z | x), p(z | x)): gap=KL(q(z | x), p(z | x))"
    assert refused(lambda: Inequality("r", log(p(x)), ELBO(q(z | x), p(x, z)), gap=KL(q(z | x), p(z)))).failure.hint == wanted


def test_a_line_stays_refused_whatever_would_help():
    d = Derivation("s", "s").start(abs(a))
    assert refused(lambda: d.equals(a)).failure.missing and d.lines == []


def test_what_is_said_to_help_helps():
    error = refused(lambda: Inequality("r", a * b, 0, gap=a * b))
    typed = re.findall(r'(\w) = symbol\("(\w)", (nonnegative=True)\)', error.failure.missing)
    assert [name for name, *_ in typed] == ["a", "b"]
    names = {}
    exec(SETUP + 'a, b = symbol("a", nonnegative=True), symbol("b", nonnegative=True)\nInequality("r", a*b, 0, gap=a*b)', names)


# --- the values are those of the sides as printed


def test_of_an_inequality_the_two_numbers_are_the_printed_sides():
    error = refused(lambda: Inequality("r", log(p(x)), E[q(z | x)](log(p(x, z) / q(z | x))), gap=KL(q(z | x), p(z))))
    assert isinstance(error, FalseStep)
    left, right, gap = (float(v) for _, v in error.failure.values)
    assert left - right == pytest.approx(float(error.failure.apart), abs=1e-5) and abs(left - right - gap) > 1e-3
    assert [name for name, _ in error.failure.values] == ["left", "right", "the gap"]
    fails = refused(lambda: Inequality("r", a - 1, a, gap=(a - b) ** 2))
    left, right = (float(v) for _, v in fails.failure.values)
    assert right - left == pytest.approx(1) and "the inequality fails" in str(fails)


def test_two_numbers_that_are_near_are_shown_to_differ():
    error = refused(lambda: Identity("r", a, a * (1 + Rational(1, 10**13))))
    (_, left), (_, right) = error.failure.values
    assert left != right and float(error.failure.apart) > 0


def test_a_long_residual_is_cut_and_kept():
    error = refused(lambda: Identity("r", sum(((k + 1) * a + b) ** k for k in range(20)), 0))
    assert len(str(error).split("left over:")[1].splitlines()[0]) < 320
    assert error.residual.count("**") >= 18 and error.residual not in str(error)


def test_an_unproved_line_says_what_looked_at_it():
    left, right = undecided()
    error = refused(lambda: Identity("r", left, right))
    assert isinstance(error, UnprovedStep) and error.failure.kind == "unproved"
    assert error.failure.tried and "agree at" in error.failure.reason


def undecided():
    """A true line that no method settles: a sum to a length of which nothing is declared."""
    X, t, T = chain("x"), *(symbol(s, integer=True) for s in "tT")
    law = Law("r", X[0:T], markov=True)
    return log(law(X[0:T])), log(law(X[0])) + Sum(log(law(X[t] | X[t - 1])), (t, 1, T))


def test_a_derivation_keeps_what_is_left_over_of_the_line_that_was_refused():
    d = Derivation("s", "s").start(a).equals(a * 1 + 0 * b)
    error = refused(lambda: d.equals(sum(((k + 1) * a + b) ** k for k in range(20))))
    assert d.residual() == d.residual("s.2") == error.residual and d.residual(1) == "0"
    with pytest.raises(DerivationError, match="no line of t was refused"):
        Derivation("t", "t").residual()


def test_a_notebook_shows_the_author_s_own_lines_and_the_message():
    error = refused(lambda: Identity("r", a, b))
    *frames, message = error._render_traceback_()
    assert message == f"FalseStep: {error}" and 1 <= len(frames) <= 3
    assert all("test_mistakes.py, line " in frame or "python.py" in frame for frame in frames)


def test_a_failure_is_a_value():
    one = Failure("false", "the two sides differ", "r", "a = b")
    assert one == Failure("false", "the two sides differ", "r", "a = b") and hash(one)
