"""The site is the same whether one process reads and writes the pages or two."""

from __future__ import annotations

import pytest
from derivation_book import ahead
from small_books import Book, derivation, record

#: Sphinx shares out no fewer than six pages.
PAGES = 8


def site(folder, cores: int):
    """A book of pages that show one another's statements, built with so many cores: its files, and what the build told."""
    book = Book(folder)
    for n in range(1, PAGES + 1):
        other = n % PAGES + 1
        book.page(
            f"{n:02}_page",
            f"# Page {n}\n\n## A section\n\n{derivation(record(f'page{n}.one', f'x_{n} = y'))}\n"
            f"By {{eq}}`page{other}.one`, {{line}}`page{other}.one`.\n",
        )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ahead, "cores", lambda: cores)
        book.build()
        built = book.build(numbers=False)
    files = {path.relative_to(built.site): path.read_bytes() for path in built.site.rglob("*") if path.suffix in (".html", ".json")}
    return files, built


def test_two_processes_make_the_same_site(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    alone, told_alone = site(tmp_path / "one", 1)
    shared, told_shared = site(tmp_path / "two", 2)
    assert " .. " not in told_alone.status and " .. " in told_shared.status, "Sphinx names the first and last page of each share"
    assert told_alone.warnings == told_shared.warnings == ""
    assert len(alone) > PAGES
    assert alone == shared
