"""Lines of other texts, typed as printed: each is read as the data file says, and those that are not read right are counted."""

import json
from pathlib import Path

import pytest

from vdmlib.derive import read
from vdmlib.derive.errors import NotRead
from vdmlib.derive.show.text import text

LINES = json.loads((Path(__file__).parents[2] / "book" / "_data" / "latex_lines.json").read_text(encoding="utf-8"))
NAMES = [f"{k} {row['from'].split(',')[0]}" for k, row in enumerate(LINES)]


@pytest.mark.parametrize("row", LINES, ids=NAMES)
def test_a_line_is_read_as_the_list_says(row):
    if row["verdict"] == "refused":
        with pytest.raises(NotRead) as found:
            read(row["latex"], **row.get("said", {}))
        assert found.value.wanted == row["why"]
        return
    reading = read(row["latex"], **row.get("said", {}))
    assert ([f"{text(a)} {relation} {text(b)}" for a, relation, b in reading.lines] or reading.declared) == row["reads"]
    assert list(reading.taken) == row["taken"]


@pytest.mark.weekly
@pytest.mark.parametrize("row", [row for row in LINES if row["verdict"] != "refused"], ids=[n for n, row in zip(NAMES, LINES, strict=True) if row["verdict"] != "refused"])
def test_a_line_has_the_verdict_that_the_list_says(row):
    assert read(row["latex"], **row.get("said", {})).check().status == row["verdict"]


def test_the_list_is_of_a_hundred_lines_and_more_and_says_why_a_line_is_not_read_right():
    assert len(LINES) >= 100 and len({row["latex"] for row in LINES}) == len(LINES)
    assert all(row["right"] or row["why"] for row in LINES)
    assert not any(row["right"] for row in LINES if row["verdict"] == "refused")
    assert sum(row["right"] for row in LINES) >= 0.7 * len(LINES)
