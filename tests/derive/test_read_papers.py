"""Lines of other texts, typed as printed: each is read as the data file says, and those that are not read right are counted."""

import json

import pytest
from latex_lines import LINES as FILE
from latex_lines import reading, renewed

LINES = json.loads(FILE.read_text(encoding="utf-8"))
NAMES = [f"{k} {row['from'].split(',')[0]}" for k, row in enumerate(LINES)]


@pytest.mark.parametrize("row", LINES, ids=NAMES)
def test_a_line_is_read_as_the_list_says(row):
    found = reading(row, check=False)
    assert found == {key: row[key] for key in found}


@pytest.mark.weekly
@pytest.mark.parametrize("row", [row for row in LINES if row["verdict"] != "refused"], ids=[n for n, row in zip(NAMES, LINES, strict=True) if row["verdict"] != "refused"])
def test_a_line_has_the_verdict_that_the_list_says(row):
    assert reading(row)["verdict"] == row["verdict"]


def test_a_person_says_again_whether_a_line_is_read_right_when_its_reading_has_changed():
    row = next(row for row in LINES if row["right"])
    assert renewed(row) == row
    assert renewed(row | {"reads": ["another"]})["right"] is None
    assert renewed({"from": "", "where": "", "latex": r"\log p(x = 1"})["right"] is False  # refused


def test_the_list_is_of_a_hundred_lines_and_more_and_says_why_a_line_is_not_read_right():
    assert len(LINES) >= 100 and len({row["latex"] for row in LINES}) == len(LINES)
    assert all(row["right"] in (True, False) for row in LINES), "whether these are read right: true or false"
    assert all(row["right"] or row["why"] for row in LINES)
    assert not any(row["right"] for row in LINES if row["verdict"] == "refused")
    assert sum(row["right"] for row in LINES) >= 0.7 * len(LINES)
