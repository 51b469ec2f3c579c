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


def test_the_sheet_shows_what_is_to_be_looked_at_and_not_what_a_check_says(book):
    book.page("01_first", STARRED, notebook=True)
    book.page("sheet", "# Sheet\n\n```{exercise-sheet} exercises\n```\n")
    page = book.build().html("book/sheet")
    assert "lines to choose 1001" in page and "judge.check" in re.sub("<[^>]+>", "", page) and "✗ wrong" not in re.sub("<[^>]+>", "", page).split("judge.check(1)")[1]


def test_the_solutions_have_both(built):
    page = built.html("book/solved")
    for words in ("attempt", "Halve the sum.", "settled", "123123"):
        assert words in page, words
    assert "not part of it" not in page


STARRED = """\
# Sums

::::{admonition} Exercise ★★: one more
:class: exercise
Add one.
::::

```{code-cell} ipython3
:tags: [hide-input, exercise]
class Judge:
    def check(self, answer):
        print("✓ right" if answer == 2 else "✗ wrong")

judge = Judge()
print("lines to choose", 7 * 11 * 13)
```

```{code-cell} ipython3
:tags: [exercise]
judge.check(1)
```

::::{admonition} Hint
:class: dropdown hint
Count on.
::::

::::{admonition} Answer
:class: dropdown
It is two.
::::

```{code-cell} ipython3
:tags: [hide-cell, exercise]
judge.check(2)
```
"""


def test_stars_and_hints(book):
    book.page("01_first", STARRED, notebook=True)
    for page, part in (("sheet", "exercises"), ("solved", "solutions")):
        book.page(page, f"# {page}\n\n```{{exercise-sheet}} {part}\n```\n")
    built = book.build()
    assert "exercise" not in built.warnings
    chapter, sheet, solved = (built.html(f"book/{page}") for page in ("01_first", "sheet", "solved"))
    assert 'id="exercise-1"' in chapter and 'id="ex-one-more"' in chapter
    assert "Exercise 1.1 ★★" in sheet and ": one more." in sheet and "class Judge" in sheet.replace("</span>", "").replace(
        '<span class="nc">', "").replace('<span class="k">', "").replace('<span class="w">', "")
    assert "Count on" not in sheet and "It is two" not in sheet
    assert "It is two" in solved and "Count on" not in solved


@pytest.mark.parametrize("old, new, said", [
    ("judge.check(2)", "judge.check(3)", "the attempt got ✗ and the answer ✗"),
    ("judge.check(1)", "judge.check(2)", "the attempt got ✓ and the answer ✓"),
])
def test_the_build_says_which_exercise_is_at_fault(book, old, new, said):
    book.page("01_first", STARRED.replace(old, new), notebook=True)
    assert f"exercise 'one more': {said}" in book.build().warnings


def test_two_exercises_of_one_name(book):
    again = STARRED[STARRED.index("::::"):]
    book.page("01_first", STARRED + "\n" + again, notebook=True)
    assert "two exercises of this page are named 'one more'" in book.build().warnings


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
