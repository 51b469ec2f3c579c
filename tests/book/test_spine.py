"""Spines and what may be skipped."""

import re

import pytest
from small_books import ROOT, derivation, record

CHAPTER = "# A chapter\n\n" + derivation(record("sure", "a = b"), record("loose", "b < c", status="numerical"))


def test_a_spine_quotes_its_statements_in_order_with_verdicts(book):
    book.page("01_first", CHAPTER)
    book.page("way", "# A way in\n\n```{spine}\n:title: Two lines of $a$\n:start: 4\n"
                     "loose: measured *first*\nsure: since $a$ is: needed\n```\n")
    built = book.build()
    assert built.warnings == ""
    page = built.html("book/way")
    spine = page[page.index('class="spine"'):]
    assert '<ol start="4">' in spine and 'aria-label="Two lines of a"' in page
    first, second = re.split(r"<li>", spine)[1:3]
    assert "<em>first</em>" in first and 'class="word">numerical<' in first and "(1.2)" in first
    assert "is: needed" in second and r"\displaystyle a = b" in second and 'href="01_first.html#equation-sure"' in second


@pytest.mark.parametrize("body, message", [
    ("sure", "'label: why it is there', given 'sure'"), ("sure: ", "given 'sure:'"), ("", "it has no lines"),
    ("nowhere: why", "nowhere"),
])
def test_a_spine_that_leads_nowhere_is_reported(book, body, message):
    book.page("01_first", CHAPTER + f"\n```{{spine}}\n{body}\n```\n")
    assert message in book.build().warnings


@pytest.mark.parametrize("text", [":::{skip} May wait; only {eq}`sure` is used.\n:::", "```{skip}\nMay wait;\nonly {eq}`sure` is used.\n```"])
def test_what_may_be_skipped_is_a_line(book, text):
    book.page("01_first", CHAPTER)
    book.page("02_second", f"# Second\n\n{text}\n")
    built = book.build()
    assert built.warnings == ""
    line = re.search(r'<p class="skip">(.*?)</p>', built.html("book/02_second"), re.S)[1]
    assert "May wait; only" in line and "(1.1)" in line and "used." in line


def test_a_page_and_its_notebook_call_a_spine_alike():
    words = [re.search(r'f"(The spine: .*?)"', (ROOT / name).read_text())[1] for name in
             ("book/_ext/derivation_book/spine.py", "tools/plain_markdown.py")]
    assert [re.sub(r"\{.*?\}", "{}", text) for text in words] == ["The spine: {} lines that carry this chapter"] * 2
