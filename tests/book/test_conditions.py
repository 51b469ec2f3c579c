"""What a line assumes stands beside its reason, for all to see."""

from small_books import derivation, record


def test_conditions_are_seen_without_opening_the_verdict(book):
    book.page("01_first", "# A chapter\n\n" + derivation(
        record("bound", "a = b", conditions=["$t\\ge2$", "both sums converge"]), record("free", "b = c")))
    built = book.build()
    assert built.warnings == ""
    page = built.html("book/01_first")
    assert page.count('class="step-when"') == 1
    shown = page[page.index('class="step-when"'):]
    shown = shown[:shown.index("</p>")]
    assert ">provided<" in shown and "t\\ge2" in shown and "both sums converge" in shown
    assert page.index('class="step-when"') < page.index("<details")
