"""What a reference shows when a pointer rests on it, and the data of the graph of the whole book."""

from __future__ import annotations

import json
import re

import pytest
from derivation_book import cards
from small_books import derivation, record

GIVEN = {"facts": ["$a > 0$"], "conditions": [], "when": []}
RECORDS = (
    record("base", "a<b"), record("start", "c", kind="start", status="start", uses=["base"]),
    record("next.line", "= d", statement="c = d", follows="start", added=GIVEN, facts=["$a > 0$"]),
    record("no", "a=2b", kind="refutation", status="refuted", counterexample="$a = 1$", instead="base", statement="a=2b"),
)
WORDS = """```{definition} A thing
:label: thing
In *words*, with $x$, {eq}`base` & a {doc}`page <01_first>` {cite}`nobody`.
```
"""


@pytest.fixture
def built(book):
    """A book of two pages, one of which refers to the other."""
    book.page("01_first", "# A chapter\n\n" + derivation(*RECORDS, label="all") + WORDS)
    book.page("02_second", "# Another\n\nSee {eq}`next.line`.\n\n" + derivation(record("top", "d = e", uses=["next.line"])))
    book.page("map", "# Map\n\n```{verification-map}\n:show: graph\n```\n")
    book.page("plain", "# Plain\n\nNo reference.\n")
    return book.build()


def kept(built, name):
    text = (built.site / "statements" / name).read_text()
    return json.loads(re.search(r"(?:\]|bookGraph) = (.*);\n$", text, re.S)[1])


def test_each_statement_has_a_card_with_formula_number_verdict_and_place(built):
    found = kept(built, "book/01_first.js")
    assert list(found) == ["equation-base", "equation-next-line", "statement-no", "statement-thing"]
    line = found["equation-next-line"]
    assert '<span class="card-number">(1.2)</span>' in line and "<mi>c</mi><mo>=</mo><mi>d</mi>" in line  # with its left side
    assert "✓" in line and "proved" in line and "Chapter 1: A chapter" in line and 'given</span> <span class="math">' in line
    assert "&lt;" in found["equation-base"] and 'class="struck"' in found["statement-no"] and "✗" in found["statement-no"]
    assert "In <em>words</em>, with <span" in found["statement-thing"] and "(1.1) &amp; a page ." in found["statement-thing"].replace("  ", " ")


def test_the_script_is_on_pages_that_refer_to_statements_and_on_no_other(built):
    assert [("cards.js" in built.html(f"book/{name}")) for name in ("02_second", "plain")] == [True, False]


def test_the_graph_knows_what_each_statement_rests_on_through_a_first_expression(built):
    data = kept(built, "graph.js")
    labels = [entry[0] for entry in data["statements"]]
    assert labels == ["base", "next.line", "no", "thing", "top"]
    assert {entry[0]: [labels[k] for k in entry[6]] for entry in data["statements"]} == {
        "base": [], "next.line": ["base"], "no": [], "thing": [], "top": ["next.line"]}
    assert [page[1:] for page in data["pages"]] == [["1", "A chapter"], ["2", "Another"]]
    assert data["pages"][0][0] == "book/01_first.html" and data["statements"][1][1:3] == ["1.2", "A title"]
    page = built.html("book/map")
    assert "../statements/graph.js" in page and "book-graph.js" in page and "Where scripts run" in page
    assert "book-graph.js" not in built.html("book/01_first")


def test_a_page_that_is_gone_leaves_no_cards(book, built):
    assert (built.site / "statements" / "book" / "02_second.js").is_file()
    book.page("02_second", "# Another\n\nNothing.\n")
    assert not (book.build().site / "statements" / "book" / "02_second.js").exists()


@pytest.mark.parametrize("text, html", [
    ("a < b & c", "a &lt; b &amp; c"), ("`x<y`", "<code>x&lt;y</code>"), ("**so** *it* is", "<strong>so</strong> <em>it</em> is"),
    ("2 * 3 * 4", "2 * 3 * 4"), ("see [this](x.md)", "see <span>this</span>"), ("$q$ by {eq}`k`", '<span class="math">[q]</span> by (k)')])
def test_words_of_a_statement_become_html(text, html):
    assert cards.words(text, lambda tex, display: f"[{tex}]", lambda label: f"({label})") == html
