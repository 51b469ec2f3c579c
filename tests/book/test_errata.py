"""The errata of the source, and the graphs of what a statement rests on."""

from __future__ import annotations

import re

from small_books import derivation, record

CHAPTER = "# A chapter\n\n## A section\n\n"
ROWS = [
    {"id": "row.wrong", "chapter": 1, "need": "refuted, and the corrected form proved",
     "form": "$a=2b$", "verdict": "wrong", "corrected": "the factor is $1$", "display": "3.1"},
    {"id": "row.loose", "chapter": 1, "need": "proved in the corrected form", "form": "$c=d$",
     "verdict": "sloppy", "corrected": "only for $d>0$", "display": ""},
    {"id": "row.right", "chapter": 1, "need": "proved", "form": "$e=f$", "verdict": "correct",
     "corrected": "", "display": ""},
]


def three_rows(book):
    book.rows(ROWS)
    book.page("01_first", CHAPTER + derivation(
        record("true", "a = b", answers=["row.right"]),
        record("no", "a = 2b", kind="refutation", status="refuted", counterexample="b=1: $1≠2$",
               instead="true", answers=["row.wrong"], article="$a=2b$", slip="$2$ {eq}`true` stands for $1$"),
        record("mended", "c = d", answers=["row.loose"], uses=["true"]),
    ))
    book.page("errata", "# Errata\n\n```{errata}\n```\n")
    return book


def entry(page: str, row: str) -> str:
    start = page.index(f'id="erratum-{row.replace(".", "-")}"')
    return page[start:page.index("</dl>", start)]


def test_wrong_and_loose_rows_are_listed_and_right_ones_are_not(book):
    built = three_rows(book).build()
    assert built.warnings == ""
    page = built.html("book/errata")
    assert "1 rows are wrong and 1 are loose, of 3 in all." in page
    assert "erratum-row-right" not in page
    wrong = entry(page, "row.wrong")
    assert "{eq}" not in wrong
    for words in ("The article says", "a=2b", "It is not so that", "Counterexample", "1≠2", "What is wrong", "What holds", "display 3.1",
                  'href="01_first.html#equation-true"'):
        assert words in wrong, words
    loose = entry(page, "row.loose")
    assert "Counterexample" not in loose
    assert 'href="01_first.html#equation-mended"' in loose and "only for" in loose


def test_what_holds_and_what_does_not_are_shown_with_all_that_is_given(book):
    book.rows(ROWS[:2])
    book.page("01_first", CHAPTER + derivation(
        record("above", "a = b"),
        record("no", "a = 2e", kind="refutation", status="refuted", counterexample="$b=1$: $1≠2$", answers=["row.wrong"],
               facts=["$e = b$"]),
        record("mended", "= d", statement="a = d", answers=["row.loose"], follows="above",
               facts=["$b = d$ {eq}`above`"], conditions=["$d>0$"], when=["it is finite"],
               added={"facts": [], "conditions": [], "when": ["it is finite"]})))
    book.page("errata", "# Errata\n\n```{errata}\n```\n")
    page = book.build().html("book/errata")
    assert ", given " in entry(page, "row.wrong")
    said = re.sub(r"<[^>]+>", "", entry(page, "row.loose"))
    assert "given b" in said and "; it is finite" in said and "{eq}" not in said


def test_a_row_that_nothing_answers_says_so(book):
    book.rows(ROWS[:1])
    book.page("errata", "# Errata\n\n```{errata}\n```\n")
    assert "nothing yet" in entry(book.build().html("book/errata"), "row.wrong")


def test_a_statement_shows_the_graph_of_what_it_rests_on(book):
    book.page("01_first", CHAPTER + derivation(
        record("base", "a = b"), record("other", "b = c"),
        record("middle", "c = d", uses=["base"]), record("top", "d = e", uses=["middle", "other"]),
    ))
    book.page("map", "# Map\n\n```{verification-map}\n:show: statements\n```\n")
    page = book.build().html("book/map")
    graph = re.search(r'<svg[^>]*aria-label="What top rests on: 3 statements".*?</svg>', page, re.S)
    assert graph
    boxes = dict(re.findall(r'href="01_first\.html#equation-(\w+)".*?<rect x="([\d.]+)"', graph[0]))
    column = {name: float(x) for name, x in boxes.items()}
    assert column["top"] < column["middle"] == column["other"] < column["base"]
    assert len(re.findall("<path ", graph[0])) == 3
    assert "What base rests on" not in page


def test_a_verdict_leads_to_the_graph_and_says_what_uses_its_statement(book):
    book.page("01_first", CHAPTER + derivation(record("base", "a = b"), record("middle", "c = d", uses=["base"]), record("top", "d = e", uses=["base"])))
    assert "drawn" not in book.build().html("book/01_first")  # in a book without the map
    book.page("verification", "# Map\n\n```{verification-map}\n:show: statements\n```\n")
    built = book.build()
    page = built.html("book/01_first")
    base, middle, top = re.split(r'(?=<div class="step )', page)[-3:]
    assert re.search(r"<dt>Used by</dt><dd><p.*?>\(1\.2\)</a>, <a .*?>\(1\.3\)</a>", base, re.S) and "Used by" not in middle + top
    assert 'href="verification.html#rests-middle"' in middle and "verification.html#rests" not in base
    assert re.search(r'<details class="rests" id="rests-middle">', built.html("book/verification"))


def test_the_graph_shows_the_lines_above(book):
    book.page("01_first", CHAPTER + derivation(
        record("one", "a = b"), record("two", "= c", follows="one"), record("three", "= d", follows="two"),
    ))
    book.page("map", "# Map\n\n```{verification-map}\n:show: statements\n```\n")
    page = book.build().html("book/map")
    (graph,) = re.findall(r'<svg[^>]*aria-label="What three rests on: 2 statements".*?</svg>', page, re.S)
    assert all(f"#equation-{name}" in graph for name in ("one", "two", "three")) and len(re.findall("<path ", graph)) == 2


def test_what_lies_too_far_back_is_counted(book):
    chain = [record("s0", "a = b")]
    chain += [record(f"s{k}", "a = b", uses=[f"s{k - 1}"]) for k in range(1, 7)]
    book.page("01_first", CHAPTER + derivation(*chain))
    book.page("map", "# Map\n\n```{verification-map}\n:show: statements\n```\n")
    page = book.build().html("book/map")
    whole = page[page.index("What s6 rests on: 6 statements"):]
    assert "and 3 further back" in whole[:whole.index("</details>")]
