"""What compares the book with its source is folded away, and still answers for its rows."""

import re

from small_books import derivation, record

NOTES = """# A chapter

:::{source-note} A *sign*
It has $-a$.
:::

:::{source-note} A row
:label: row.one
:answers: row.one
Words.
:::

:::{correction} Not a set
:label: row.two
:answers: row.two
:article: a set of $M$
A vector.
:::
"""
REFUTED = record("no", "a = 2b", kind="refutation", status="refuted", instead="yes", article="$a=2b$", title="Twice as much")
CELL = """
```{code-cell} ipython3
:tags: [source-note, hide-input]
from IPython.display import display
display({"text/markdown": %r}, raw=True)
```
"""


def test_notes_and_corrections_are_closed_and_keep_their_records(book):
    book.page("01_first", NOTES)
    built = book.build()
    assert [line for line in built.warnings.splitlines() if "the article has no such row" not in line] == []
    plain, row, fixed = re.split(r'(?=<details class="source-note)', built.html("book/01_first"))[1:]
    for part in (plain, row, fixed):
        assert "Source note" in part.partition("</summary>")[0] and not part.startswith("<details open")
    assert "A <em>sign</em></span></summary>" in plain and "It has" in plain and "badge-status" not in plain.partition("</details>")[0]
    assert 'id="statement-row-one"' in row and 'class="word">remark<' in row.partition("</summary>")[0]
    assert 'class="word">corrected<' in fixed.partition("</summary>")[0] and "a set of" in fixed and "A vector." in fixed
    found = {entry["label"]: entry for entry in built.ledger()["statements"]}
    assert found["row.one"]["answers"] == ["row.one"] and found["row.two"]["status"] == "corrected"


def test_a_note_that_answers_rows_needs_a_name(book):
    book.page("01_first", "# A\n\n:::{source-note} A row\n:answers: row.one\nWords.\n:::\n\n:::{source-note}\nWords.\n:::\n")
    warnings = book.build().warnings
    assert "it answers row.one; give it a name" in warnings and "say in a line what it is about" in warnings


def test_a_tagged_cell_is_folded_under_the_title_of_what_it_derives(book):
    book.page("01_first", "# A chapter\n\n" + derivation(record("yes", "a = b")) + CELL % derivation(REFUTED)
              + CELL.replace("display({", "print(1); ({") % "words", notebook=True)
    built = book.build()
    page = built.html("book/01_first")
    note = page[page.index('<details class="source-note'):]
    summary, _, rest = note.partition("</summary>")
    assert "A title" in summary and 'class="word">refuted<' in summary
    assert 'class="cell' in rest and "statement-no" in rest.partition("</details>")[0] + rest
    assert "It is not so that" in rest and "In the article’s words" in rest and note.count('<details class="source-note') == 1
    assert "shows no derivation that could name it" in built.warnings
