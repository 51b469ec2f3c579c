"""A page that leaves the book leaves the site too."""

from __future__ import annotations

import shutil

import pytest
from small_books import derivation, record

CHAPTER = "# A chapter\n\n## A section\n\n"
PICTURE = """
```{image} dot.png
```
"""
DOT = (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU\x00\x00\x00\nIDATx\x9cc`"
       b"\x00\x00\x00\x02\x00\x01H\xaf\xa4q\x00\x00\x00\x00IEND\xaeB`\x82")


def files(site):
    return {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}


@pytest.mark.parametrize("forgotten", [False, True], ids=["known", "after a failed build"])
def test_a_removed_page_is_nowhere(book, forgotten):
    book.page("01_first", CHAPTER + derivation(record("kept", "a = b")))
    book.build()
    before = files(book.folder / "_build" / "html")
    book.page("02_second", CHAPTER + derivation(record("gone", "b = c")) + PICTURE)
    (book.folder / "book" / "dot.png").write_bytes(DOT)
    more = files(book.build().site)
    assert {"book/02_second.html", "at/gone.html", "_images/dot.png", "_sources/book/02_second.md.txt"} <= more - before
    (book.folder / "book" / "02_second.md").unlink()
    book.pages.remove("02_second")
    if forgotten:
        shutil.rmtree(book.folder / "_build" / ".doctrees")
    assert files(book.build().site) == before


def test_a_renamed_page_is_at_its_new_place_alone(book):
    book.page("01_first", CHAPTER + derivation(record("kept", "a = b")))
    book.build()
    (book.folder / "book" / "01_first.md").rename(book.folder / "book" / "01_other.md")
    book.pages = ["01_other"]
    site = book.build().site
    assert [path.name for path in (site / "book").iterdir()] == ["01_other.html"]
    assert "01_other" in (site / "at" / "kept.html").read_text()
