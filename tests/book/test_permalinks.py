"""Each label has an address of its own, which leads to where its statement stands."""

from __future__ import annotations

import json
import re

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


def test_a_page_that_was_divided_knows_where_its_parts_are(book):
    book.page("01_first", CHAPTER + derivation(record("kl.one", "a = b")))
    book.page("01b_more", "# More\n\n## What has gone\n\n" + derivation(record("dirac.delta", "e = f"), record("kl.old", "= g")))
    book.moved({"dirac.old.2": "dirac.delta"}, {"book/01_first": ["book/01b_more"]})
    built = book.build()
    assert built.warnings == ""
    left = re.search(r'<script type="application/json" id="moved-ends">(.*?)</script>', built.html("book/01_first"))
    ends = json.loads(left[1])
    assert list(ends) == ["01b_more.html"]
    assert {"equation-dirac-delta", "equation-dirac-old-2", "what-has-gone"} <= set(ends["01b_more.html"])
    assert "equation-kl-one" not in ends["01b_more.html"]
    assert "moved-ends" not in built.html("book/01b_more")
