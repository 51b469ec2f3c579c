"""What a line is true under stands beside its reason, for all to see."""

import re

from small_books import derivation, record


def beside(page: str) -> list[str]:
    """The words and formulas beside the reasons of a page, tags dropped."""
    return [re.sub(r"<[^>]+>", "", found) for found in re.findall(r'<p class="step-when">(.*?)</p>', page, re.S)]


def test_conditions_are_seen_without_opening_the_verdict(book):
    book.page("01_first", "# A chapter\n\n" + derivation(
        record("bound", "a = b", conditions=["$t\\ge2$", "both sums converge"]), record("free", "b = c")))
    built = book.build()
    assert built.warnings == ""
    page = built.html("book/01_first")
    (shown,) = beside(page)
    assert shown.startswith("provided ") and "t\\ge2" in shown and "both sums converge" in shown
    assert page.index('class="step-when"') < page.index("<details")


def test_a_line_shows_what_it_brings_in_and_its_verdict_all_of_the_chain(book):
    first = record("x.one", "a = b", facts=["$f(a)=0$"], conditions=["$a>0$"], when=["it rains"])
    second = record("x.two", "= c", facts=["$f(a)=0$"], conditions=["$a>0$", "$b\\ne0$"], when=["it rains"], follows="x.one",
                    added={"facts": [], "conditions": ["$b\\ne0$"], "when": []})
    book.page("01_first", "# A chapter\n\n" + derivation(first, second))
    page = book.build().html("book/01_first")
    given, provided, added = beside(page)
    assert "f(a)=0" in given and given.startswith("given ")
    assert "a&gt;0" in provided and "it rains" in provided
    assert "b\\ne0" in added and "a&gt;0" not in added
    opened = page[page.index('id="equation-x-two"'):]
    assert "a&gt;0" in opened[opened.index("Provided"):opened.index("Probe")]


def test_by_convention_leads_to_the_page_of_conventions(book):
    book.page("01_first", "# A chapter\n\n" + derivation(record("x.one", "a = b", conventions=["densities"])))
    page = book.build().html("book/01_first")
    assert "<dt>By convention</dt>" in page and "a density is positive" in page
    book.page("conventions", "# Conventions\n")
    book.page("01_first", "# A chapter\n\n" + derivation(record("x.one", "a = c", conventions=["densities"])))
    built = book.build()
    assert built.warnings == ""
    assert re.search(r'<dt><a [^>]*href="conventions.html"[^>]*>By convention</a></dt>', built.html("book/01_first"))
