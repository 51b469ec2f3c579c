"""Exercise sheets without solutions, and solutions, both from the chapters."""

from __future__ import annotations

import re

import pytest

CHAPTER = """\
# Averages

## A section

::::{admonition} Exercise: the mean
:class: exercise
Add $a$ and $b$, see {ref}`below <sec-end>`, and {eq}`known`.
::::

```{code-cell} ipython3
:tags: [exercise]
print("attempt", 1 + 1)
```

::::{admonition} Answer
:class: dropdown
Halve the sum.
::::

```{code-cell} ipython3
:tags: [hide-cell, exercise]
print("settled", 123 * 1001)
```

Text goes on.

```{code-cell} ipython3
print("not part of it")
```

(sec-end)=
## The end

```{math}
:label: known
a = b
```
"""


@pytest.fixture
def built(book):
    book.page("01_first", CHAPTER, notebook=True)
    book.page("02_second", CHAPTER.replace("the mean", "the other").replace("known", "known2")
              .replace("sec-end", "sec-end2"), notebook=True)
    for page, part in (("sheet", "exercises"), ("solved", "solutions"), ("one", "exercises\n:chapter: 2")):
        book.page(page, f"# {page}\n\n```{{exercise-sheet}} {part}\n```\n")
    return book.build()


def test_the_sheet_has_the_tasks_and_no_answer(built):
    assert [line for line in built.warnings.splitlines() if "ledger" not in line] == []
    page = built.html("book/sheet")
    for words in ("Exercise 1.1", ": the mean.", "Exercise 2.1", "attempt", 'href="01_first.html#exercise-1"',
                  'href="01_first.html#sec-end"', 'href="01_first.html#equation-known"'):
        assert words in page, words
    for words in ("Halve", "settled", "123123", "not part of it"):
        assert words not in page, words
    assert 'id="exercise-1"' in built.html("book/01_first")


def test_the_solutions_have_both(built):
    page = built.html("book/solved")
    for words in ("attempt", "Halve the sum.", "settled", "123123"):
        assert words in page, words
    assert "not part of it" not in page


def test_one_chapter_alone(built):
    page = built.html("book/one")
    assert "Exercise 2.1" in page and "Exercise 1.1" not in page


def test_a_second_page_of_a_chapter_counts_on(book):
    book.page("01_first", CHAPTER, notebook=True)
    book.page("01b_more", CHAPTER.replace("the mean", "the other").replace("known", "known2").replace("sec-end", "sec-end2"),
              notebook=True)
    book.page("sheet", "# Sheet\n\n```{exercise-sheet} exercises\n```\n")
    page = book.build().html("book/sheet")
    for words in ("Exercise 1.1", ": the mean.", 'href="01b_more.html#exercise-1"', ": the other."):
        assert words in page, words
    found = [int(number) for number in re.findall(r"Exercise 1\.(\d+)", page)]
    assert found == list(range(1, len(found) + 1)) and len(found) % 2 == 0
