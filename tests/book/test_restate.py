"""A statement that is set again: the formula, its number, and on demand its verdict."""

import re

from small_books import derivation, record

PAGES = {
    "01_first": "# A chapter\n\n" + derivation(record("sure", "a = b"), record("loose", "b < c", status="numerical")),
    "more": "# More\n\n```{restate} sure\n```\n\n```{restate} sure\n:class: front\n:verdict:\n```\n\n"
            "```{restate} loose\n:verdict:\n```\n",
}


def test_a_restated_line_has_its_number_and_the_verdict_that_was_asked_for(book):
    for name, text in PAGES.items():
        book.page(name, text)
    built = book.build()
    assert built.warnings == ""
    plain, proved, measured = re.split(r'class="restated(?=[ "])', built.html("book/more"))[1:]
    assert r"\displaystyle a = b" in plain and "badge-status" not in plain and 'href="01_first.html#equation-sure"' in plain
    assert proved.startswith(' front"') and 'class="word">proved<' in proved and "(1.1)" in proved
    assert 'class="word">numerical<' in measured and "ledger-verdict" in measured
