"""Each label has an address of its own, which leads to where its statement stands."""

from __future__ import annotations

from small_books import derivation, record

CHAPTER = "# A chapter\n\n## A section\n\n"


def test_a_label_has_a_page_that_leads_to_its_statement(book):
    book.page("01_first", CHAPTER + derivation(record("kl.one", "a = b")))
    built = book.build()
    page = (built.site / "at" / "kl.one.html").read_text()
    assert 'content="0; url=../book/01_first.html#equation-kl-one"' in page
    assert 'href="../at/kl.one.html"' in built.html("book/01_first")


def test_pages_of_labels_that_are_gone_go_too(book):
    book.page("01_first", CHAPTER + derivation(record("kl.one", "a = b")))
    book.build()
    book.page("01_first", CHAPTER + derivation(record("kl.two", "a = b")))
    site = book.build().site
    assert sorted(path.name for path in (site / "at").iterdir()) == ["kl.html", "kl.two.html"]
