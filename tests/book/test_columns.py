"""Opened, the code of a cell does not scroll sideways."""

from __future__ import annotations

import pytest
from small_books import ROOT

from derivation_book.depends import cells

COLUMNS = 100
PAGES = sorted((ROOT / "book").glob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_no_line_of_a_cell_is_too_long(page):
    text = page.read_text(encoding="utf-8")
    assert [line for cell in cells(text) for line in cell.splitlines() if len(line) > COLUMNS] == []


@pytest.mark.parametrize("module", sorted((ROOT / "vdmlib").rglob("*.py")), ids=lambda path: path.stem)
def test_no_line_of_an_example_in_the_reference_is_too_long(module):
    examples = [line.strip() for line in module.read_text(encoding="utf-8").splitlines() if line.lstrip().startswith((">>> ", "... "))]
    assert [line for line in examples if len(line) > COLUMNS + len(">>> ")] == []
