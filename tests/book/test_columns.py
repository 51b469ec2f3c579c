"""Opened, the code of a cell does not scroll sideways."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_books import ROOT

from derivation_book.depends import cells

COLUMNS = 100
PAGES = ["01_entropy", "01b_functionals", "02_elbo", "03_vae", "04_hvae", "09_closing"]


@pytest.mark.parametrize("page", PAGES)
def test_no_line_of_a_cell_is_too_long(page):
    text = Path(ROOT / "book" / f"{page}.md").read_text(encoding="utf-8")
    assert [line for cell in cells(text) for line in cell.splitlines() if len(line) > COLUMNS] == []
