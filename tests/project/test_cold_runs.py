"""What counts as a difference between two runs of a page, and that a page is run as the build runs it."""

from __future__ import annotations

import copy

import cold_runs
import pytest
from small_books import NOTEBOOK

PAGE = NOTEBOOK + """\
# A page

```{code-cell} ipython3
import os
from vdmlib.runtime.provenance import leave
leave("training", seconds=3)
os.environ["DIFFUSION_DERIVED_BOOK"], os.environ["XLA_FLAGS"]
```
"""


def cells():
    """A cell that shows a number, and one that leaves two records, one of them of a measured number."""
    proved = {"label": "a.one", "status": "proved", "latex": "x", "statement": "x", "reach": "everything"}
    measured = {"label": "a.two", "status": "numerical", "latex": "1.25 x", "statement": "1.25", "reach": "this run"}
    return [
        {"code": "1.25", "shown": [{"text/plain": "1.25"}]},
        {"code": "show", "shown": [{"text/plain": "two", cold_runs.LEDGER: {"records": [proved, measured]}}]},
    ]


def records(of):
    return of[1]["shown"][0][cold_runs.LEDGER]["records"]


def test_two_equal_runs_differ_in_nothing():
    assert not cold_runs.differences(cells(), cells())
    assert not cold_runs.differences(cells(), cells(), numbers_may_move=True)


def test_how_a_text_is_cut_tells_nothing():
    whole = [{"stdout": "a\nb\nc\n"}, {"text/plain": "1"}, {"stdout": "d\n"}, {"stderr": "e\n"}]
    assert cold_runs.joined([{"stdout": "a\n"}, {"stdout": "b\nc\n"}, *whole[1:]]) == cold_runs.joined(whole) == whole


def test_any_text_is_a_difference_on_the_same_machine():
    other = cells()
    other[0]["shown"][0]["text/plain"] = "1.26"
    (told,) = cold_runs.differences(cells(), other)
    assert told.startswith("cell 1: ") and "1.25" in told and "1.26" in told
    assert not cold_runs.differences(cells(), other, numbers_may_move=True)


def test_a_measured_number_may_move_with_the_instructions():
    other = cells()
    records(other)[1] |= {"latex": "1.26 x", "statement": "1.26"}
    assert cold_runs.differences(cells(), other)
    assert not cold_runs.differences(cells(), other, numbers_may_move=True)
    assert cold_runs.moved(cells(), other).startswith("1 of 1 ")


@pytest.mark.parametrize("number, field", [(0, "latex"), (0, "status"), (0, "reach"), (1, "reach"), (1, "status")])
def test_nothing_else_of_a_record_may_move(number, field):
    other = copy.deepcopy(cells())
    records(other)[number][field] = "another"
    (told,) = cold_runs.differences(cells(), other, numbers_may_move=True)
    assert told.startswith(f"cell 2: {'a.two' if number else 'a.one'}: {field} ") and "another" in told


def test_a_statement_that_is_missing_is_told():
    other = cells()
    records(other).pop()
    assert cold_runs.differences(cells(), other, numbers_may_move=True) == ["cell 2: other statements"]


def test_a_page_runs_as_in_the_build_under_the_flags_and_its_times_are_left_out(tmp_path, monkeypatch):
    """It starts a kernel: five seconds."""
    monkeypatch.delenv("XLA_FLAGS", raising=False)
    page = tmp_path / "page.md"
    page.write_text(PAGE, encoding="utf-8")
    (cell,) = cold_runs.execute(page, "--xla_cpu_max_isa=AVX2")
    assert cell["shown"] == [{"text/plain": "('1', '--xla_cpu_max_isa=AVX2')"}]
