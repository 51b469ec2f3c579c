"""What is read aloud, or holds text alone, has letters where the page has formulas."""

import re

from small_books import derivation, record


def test_a_title_with_a_formula_is_heard_in_letters_and_set_where_it_is_read(book):
    line = derivation(record("range.low", "a = b")).replace("A title", r"For each $\\theta$, so $\\tilde\\epsilon$")
    note = record("note", kind="remark", status="remark", title=r"The range of $\mathcal{E}$", uses=["range.low"])
    book.page("01_first", f"# One\n\n{line}\n\n{derivation(note)}")
    page = book.build().html("book/01_first")
    assert 'aria-label="Derivation: For each θ, so ϵ̃"' in page or 'aria-label="Identity: For each θ, so ϵ̃"' in page
    assert not re.search(r'(aria-label|title)="[^"]*(\$|\\[a-z])', page)
    used = page[page.index("<dt>Used by</dt>"):]
    assert "$" not in used[: used.index("</dd>")] and "<math" in used[: used.index("</dd>")]
