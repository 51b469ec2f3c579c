"""Prover and probe each reject false lines that no mutation rule makes, and accept the true line beside them."""

import pytest

from planted_densities import PLANTED
from vdmlib.derive.errors import NotDecided
from vdmlib.derive.book.mutate import mutants
from vdmlib.derive.probe.agreement import probe
from vdmlib.derive.book.verdict import prove
from vdmlib.derive.prove.dispatch import residual


@pytest.mark.parametrize("name", PLANTED)
def test_true_line_is_proved(name):
    left, true, _, how = PLANTED[name]
    proof = prove(left, true, **how)
    assert proof.proved, str(proof.left_over)
    assert proof.probe.agrees is True


@pytest.mark.parametrize("name", PLANTED)
def test_false_line_is_rejected_by_the_prover(name):
    left, _, false, how = PLANTED[name]
    try:
        left_over = residual(left, false, **how)[0]
    except NotDecided as e:
        left_over = e
    assert left_over != 0


@pytest.mark.parametrize("name", PLANTED)
def test_false_line_is_rejected_by_the_probe(name):
    left, _, false, how = PLANTED[name]
    found = probe(left, false, facts=how.get("facts", ()), times=how.get("times"))
    assert found.agrees is False
    assert found.counterexample


def test_at_least_forty_are_made_by_no_rule():
    by_rule = 0
    for _, true, false, _ in PLANTED.values():
        by_rule += false in {m.expression for m in mutants(true, most=10_000)}
    assert len(PLANTED) - by_rule >= 40
