"""Exercises in the page: what is solved is kept in the browser, hints open one by one, slips go by the student's number."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
for folder in (ROOT / "tests" / "book", ROOT / "book" / "_ext"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

from small_books import Book  # noqa: E402

ENGINE = """\
```{code-cell} ipython3
class Judge:
    def check(self, answer):
        print("✓ right" if answer == 2 else "✗ wrong")

def find_the_slip(derivation, number):
    print("version", number)
    return Judge()
```

"""
EXERCISE = """\
::::{admonition} Exercise ★: NAME
:class: exercise
Add one.
::::

```{code-cell} ipython3
:tags: [exercise]
judge = Judge()
judge.check(1)
```

::::{admonition} Hint 1
:class: dropdown hint
Count on.
::::

::::{admonition} Hint 2
:class: dropdown hint
From one.
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
SLIP = """\
::::{admonition} Exercise ★★: find the slip
:class: exercise
Which line?
::::

```{code-cell} ipython3
:tags: [exercise]
slip = find_the_slip(2, 11)
slip
```

```{code-cell} ipython3
:tags: [exercise]
slip.check(1)
```

::::{admonition} Answer
:class: dropdown
The second.
::::

```{code-cell} ipython3
:tags: [hide-cell, exercise]
slip.check(2)
```
"""
CHECKED = "([cell, ok]) => document.dispatchEvent(new CustomEvent('dd:checked', {detail: {cell, ok}}))"


@pytest.fixture(scope="module")
def small_site(tmp_path_factory, serve):
    """The address of a small book with three exercises, on two pages, and their sheet."""
    book = Book(tmp_path_factory.mktemp("exercises"))
    book.settings |= {
        "extensions": ["myst_nb", "sphinx_togglebutton", "derivation_book"], "html_theme": "sphinx_book_theme",
        "derivation_playground": True,
    }
    book.page("01_first", "# Sums\n\n" + ENGINE + EXERCISE.replace("NAME", "one more") + "And:\n\n" + SLIP, notebook=True)
    book.page("02_second", "# More\n\n" + ENGINE + EXERCISE.replace("NAME", "again"), notebook=True)
    book.page("sheet", "# Sheet\n\n```{exercise-sheet} exercises\n```\n")
    book.page("none", "# Without\n\nNothing is asked here.\n")
    with serve(book.build().site) as found:
        yield found


@pytest.fixture
def page(chromium, small_site):
    """A fresh browser, nothing kept in it, at the first page."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    opened.errors = []
    opened.on("pageerror", lambda error: opened.errors.append(str(error)))
    opened.goto(f"{small_site}/book/01_first.html", wait_until="load")
    yield opened
    assert opened.errors == []
    context.close()


def counted(page):
    found = page.locator(".exercise-count [role=status]")
    assert found.is_visible()
    return found.inner_text()


def cell_of(page, text):
    """The number of the cell whose code holds a text."""
    return page.locator(f".cell:has(.cell_input:has-text('{text}')) .playground").first.get_attribute("data-cell")


def test_a_right_answer_is_ticked_and_kept_and_can_be_cleared(page, small_site):
    assert counted(page) == "Exercises solved here: 0 of 2"
    attempt, given = cell_of(page, "judge.check(1)"), cell_of(page, "judge.check(2)")
    page.evaluate(CHECKED, [attempt, False])
    page.evaluate(CHECKED, [given, True])  # the solution that was there
    assert counted(page) == "Exercises solved here: 0 of 2"
    page.evaluate(CHECKED, [attempt, True])
    assert counted(page) == "Exercises solved here: 1 of 2"
    assert page.locator("#exercise-1 .exercise-tick").is_visible() and not page.locator("#exercise-2 .exercise-tick").is_visible()
    page.reload(wait_until="load")
    assert counted(page) == "Exercises solved here: 1 of 2"
    page.goto(f"{small_site}/book/sheet.html", wait_until="load")
    assert counted(page) == "Exercises solved here: 1 of 3"
    assert page.locator(".exercise-tick:visible").count() == 1
    clear = page.locator(".exercise-count button")
    clear.click()
    assert counted(page) == "Exercises solved here: 0 of 3" and clear.inner_text() == "Have them back"
    clear.click()
    assert counted(page) == "Exercises solved here: 1 of 3"
    clear.click()
    page.reload(wait_until="load")
    assert counted(page) == "Exercises solved here: 0 of 3" and not clear.is_visible()


def test_what_was_solved_elsewhere_is_marked_by_hand_and_by_the_keyboard(page):
    button = page.locator("#exercise-1 .exercise-mark")
    button.focus()
    page.keyboard.press("Enter")
    assert counted(page) == "Exercises solved here: 1 of 2" and button.get_attribute("aria-pressed") == "true"
    page.keyboard.press("Enter")
    assert counted(page) == "Exercises solved here: 0 of 2"


def test_the_second_hint_waits_for_the_first(page):
    first, second = page.locator(".hint").nth(0), page.locator(".hint").nth(1)
    page.wait_for_selector(".hint.toggle-hidden")
    assert first.is_visible() and not second.is_visible()
    first.locator(".admonition-title").click()
    second.wait_for(state="visible")
    assert "From one" not in page.locator("body").inner_text()


def test_the_number_of_a_student_goes_into_the_code(page):
    slip, check = cell_of(page, "find_the_slip(2, 11)"), cell_of(page, "slip.check(1)")
    field = page.locator(".exercise-number input")
    assert field.count() == 1 and field.input_value() == ""
    field.fill("7")
    with page.expect_navigation(wait_until="load"):
        field.press("Enter")
    # The editor has been opened, with the number in it, and what builds on it runs with it too.
    editor = page.locator(f".playground[data-cell='{slip}'] textarea")
    editor.wait_for(state="visible")
    assert "find_the_slip(2, 7)" in editor.input_value() and field.input_value() == "7"
    assert "those of number 11" in page.locator(".exercise-number").inner_text()
    page.locator(f".playground[data-cell='{check}'] .playground-open").click()
    assert "find_the_slip(2, 7)" in page.locator(f".playground[data-cell='{check}'] .playground-earlier").text_content()
    page.reload(wait_until="load")
    assert field.input_value() == "7" and not editor.is_visible()


def test_without_a_place_to_keep_things_the_page_still_counts(chromium, small_site):
    context = chromium.new_context()
    context.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new Error('none'); }})")
    page = context.new_page()
    page.goto(f"{small_site}/book/01_first.html", wait_until="load")
    page.locator("#exercise-1 .exercise-mark").click()
    assert counted(page) == "Exercises solved here: 1 of 2"
    context.close()


def test_a_page_without_exercises_has_no_script(page, small_site):
    page.goto(f"{small_site}/book/none.html", wait_until="load")
    assert page.locator("script[src*='exercises.js']").count() == 0 and page.locator(".exercise-count").count() == 0
