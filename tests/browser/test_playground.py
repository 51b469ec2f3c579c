"""Python in the page: a reader changes a derivation and sees it checked.

Starting Python takes some seconds, so one page is shared by most of these tests; each writes
the code it needs into the editor.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest

SITE = Path(__file__).resolve().parents[2] / "_build" / "html"
MINUTE = 60_000
SET_UP = """\
from vdmlib.derive import *
x, z = variables("x z")
p, q = Law("p", x, z), Law("q", z | x)
"""
TRUE = SET_UP + """\
d = Derivation("page.try", "The evidence under $q$")
d.start(log(p(x)))
d.equals(E[q(z|x)](log(p(x))), because="$q$ integrates to one")
d.equals(E[q(z|x)](log(frac(p(x, z), p(z|x)))), because="Bayes' rule")
d
"""
FALSE = TRUE.replace("frac(p(x, z), p(z|x))", "frac(p(x, z), q(z|x))")
EXERCISE = SET_UP + """\
ex = exercise("page.gap", "Write it as an expectation", KL(q(z|x), p(z|x)))
ex.check(ANSWER)
"""


def chapter() -> str:
    """The first chapter with a derivation that can be changed."""
    for path in sorted((SITE / "book").glob("[0-9]*.html")):
        text = path.read_text(encoding="utf-8")
        if "playground-data" in text and "Change it" in text:
            return path.relative_to(SITE).as_posix()
    pytest.fail("no chapter of the built book has a derivation with a button")


class Editor:
    """The first derivation's editor, and what the page asked for meanwhile."""

    def __init__(self, page):
        self.page = page
        self.requests: list[str] = []
        self.errors: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda m: m.type == "error" and self.errors.append(m.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def open(self, address: str) -> Editor:
        self.page.goto(address, wait_until="load")
        first = self.page.locator(".cell:has(.verdict.status-proved) .playground:has-text('Change it')").first
        self.holder = first.element_handle()
        self.number = self.holder.get_attribute("data-cell")
        self.box = self.page.locator(f".playground[data-cell='{self.number}']")
        self.button = self.box.locator(".playground-open")
        self.code = self.box.locator("textarea")
        self.status = self.box.locator(".playground-status")
        self.result = self.box.locator(".playground-result")
        return self

    def run(self, code: str | None = None) -> str:
        """Run the code, wait for its result, and return what the status line says."""
        if code is not None:
            self.code.fill(code)
        self.code.press("Control+Enter")
        self.box.locator(".playground-stop").wait_for(state="hidden", timeout=MINUTE)
        return self.status.inner_text()

    def typeset(self) -> None:
        """Wait until no mathematics of the result is raw, and see that none is in error."""
        self.page.wait_for_function(
            "box => [...box.querySelectorAll('.math')].every(e => e.querySelector('math'))",
            arg=self.result.element_handle(),
        )
        assert self.result.locator(".temml-error, merror").count() == 0


@pytest.fixture(scope="module")
def editor(contexts, address):
    """The editor of a chapter's first derivation, opened with the keyboard alone."""
    page = contexts(1280, "light").new_page()
    page.clock.install()
    opened = Editor(page).open(f"{address}/{chapter()}")
    opened.button.focus()
    page.keyboard.press("Enter")
    yield opened
    page.close()


def test_the_book_s_own_derivation_is_checked_within_a_minute(editor):
    begun = time.monotonic()
    assert editor.page.evaluate("document.activeElement.tagName") == "TEXTAREA"
    assert editor.button.get_attribute("aria-expanded") == "true"
    assert editor.run().startswith("✓")
    assert time.monotonic() - begun < 60
    built = editor.page.locator(".cell", has=editor.box).locator(".cell_output .step").count()
    assert editor.result.locator(".step").count() == built > 0
    editor.typeset()


def test_a_derivation_of_the_reader_s_own_is_proved(editor):
    assert editor.run(TRUE).startswith("✓ 2 lines proved")
    assert editor.result.locator(".step .verdict.status-proved").count() == 2
    editor.typeset()
    editor.result.locator(".verdict summary").first.click()
    assert "30 digits" in editor.result.locator(".evidence").first.inner_text()


def test_a_false_line_is_shown_with_what_is_left_over_and_a_counterexample(editor):
    assert editor.run(FALSE).startswith("✗ line page.try.2 is false")
    box = editor.result.locator(".playground-box.bad")
    words = box.inner_text()
    assert "✗" in words and "Left over" in words and "Counterexample" in words
    assert "your code, line 7" in words and box.locator(".math").count() == 1
    assert editor.result.locator(".step .verdict.status-proved").count() == 1
    editor.typeset()
    assert editor.run(TRUE).startswith("✓ 2 lines proved")
    assert editor.result.locator(".playground-box").count() == 0


def test_a_wrong_answer_to_an_exercise_and_a_right_one(editor):
    assert editor.run(EXERCISE.replace("ANSWER", "KL(p(z|x), q(z|x))")).startswith("✗ not right")
    words = editor.result.locator(".playground-box.bad").inner_text()
    assert "Left over" in words and "Counterexample" in words
    answer = "E[q(z|x)](log(q(z|x)) - log(p(z|x)))"
    assert editor.run(EXERCISE.replace("ANSWER", answer)).startswith("✓ right")
    assert editor.result.locator(".playground-box.good").count() == 1
    editor.typeset()


LOGS = """\
from vdmlib.derive import *
a, b, c = symbols("a b c")
"""


@pytest.mark.parametrize("width", [1280, 390])
def test_what_a_result_is_true_under_stands_in_sight(editor, width):
    editor.page.set_viewport_size({"width": width, "height": 900})
    assert editor.run(LOGS + """\
d = Derivation("page.logs", "Logarithms", facts=[(c, a)])
d.start(log(a * b)).equals(log(a) + log(b), because="a product").equals(log(a) + log(b) + c - a, because="as given")
d
""").startswith("✓ 2 lines proved")
    editor.typeset()
    provided, given = editor.result.locator(".step-foot > .step-when").all()
    assert provided.is_visible() and provided.inner_text().startswith("provided")
    assert given.is_visible() and given.inner_text().startswith("given")
    assert provided.locator("math").count() == 2
    assert editor.run(LOGS + 'exercise("page.sum", "Split it", log(a * b)).check(log(a) + log(b))\n').startswith("✓ right")
    editor.typeset()
    (answered,) = editor.result.locator(".playground-box.good > .step-when").all()
    assert answered.is_visible() and answered.inner_text().startswith("provided")
    wide = editor.box.evaluate("box => [...box.querySelectorAll('.step-when')].filter(e => e.scrollWidth > e.clientWidth).length")
    assert wide == 0
    editor.page.set_viewport_size({"width": 1280, "height": 900})


def test_an_error_is_shown_and_the_code_stays(editor):
    code = SET_UP + 'print("<b>hello</b>")\n1 / 0\n'
    assert "ZeroDivisionError" in editor.run(code)
    assert "your code, line 5" in editor.result.locator(".playground-box.warn").inner_text()
    assert editor.result.locator(".playground-printed").inner_text().strip() == "<b>hello</b>"
    assert editor.code.input_value() == code


def test_the_page_fits_a_phone_with_a_result_in_it(editor):
    editor.run(FALSE)
    editor.typeset()
    editor.page.set_viewport_size({"width": 390, "height": 800})
    assert editor.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    wide = editor.box.evaluate("""box => [...box.querySelectorAll('button, textarea, .playground-box')]
        .filter(e => e.getBoundingClientRect().right > innerWidth).map(e => e.className)""")
    assert wide == []
    editor.page.set_viewport_size({"width": 1280, "height": 900})


def test_the_keyboard_reaches_everything_and_results_are_announced(editor):
    editor.code.focus()
    editor.page.keyboard.press("Tab")
    assert editor.page.evaluate("document.activeElement.textContent") == "Run"
    editor.page.keyboard.press("Tab")
    assert editor.page.evaluate("document.activeElement.textContent") == "Restore the book’s"
    editor.page.keyboard.press("Enter")
    assert "page.try" not in editor.code.input_value()
    assert editor.result.inner_text() == ""
    assert editor.status.get_attribute("role") == "status"
    assert editor.box.locator("label").get_attribute("for") == editor.code.get_attribute("id")


def test_a_long_run_offers_to_stop_and_python_starts_again(editor):
    editor.code.fill("while True:\n    pass\n")
    editor.box.locator(".playground-run").click()
    stop = editor.box.locator(".playground-stop")
    stop.wait_for(state="visible")
    editor.page.clock.fast_forward(25_000)
    editor.box.locator(".playground-status:has-text('Still running')").wait_for()
    stop.click()
    assert editor.status.inner_text().startswith("Stopped")
    assert editor.code.input_value().startswith("while True")
    assert editor.run(TRUE).startswith("✓")


def test_no_other_host_is_asked_and_nothing_is_amiss(editor, address):
    assert editor.requests
    assert [url for url in editor.requests if not url.startswith((address, "data:", "blob:"))] == []
    fetched = {url.split("?")[0].rpartition("/")[2] for url in editor.requests}
    assert {"playground-worker.js", "pyodide.mjs", "snapshot.bin"} <= fetched
    assert editor.errors == []


def test_what_the_picture_of_memory_lacks_is_fetched_when_it_is_asked_for(editor):
    """The first checks come without SymPy's own files; a part that nothing has loaded yet still imports, and chance is fresh."""
    assert not any(url.endswith(("sympy.zip", "python_stdlib.zip")) for url in editor.requests)
    code = "import sched, random, sympy\nfrom sympy.stats import Normal, E\nprint(E(Normal('X', 2, 1)), random.random())\n"
    assert editor.run(code).startswith("Done"), editor.result.inner_text()
    first = editor.result.locator(".playground-printed").inner_text().split()
    assert first[0] == "2"
    assert editor.run("import random\nrandom.seed(7)\nprint(random.random())") and first[1] != editor.result.inner_text().strip()


@pytest.mark.parametrize("spoilt", ["missing", "broken"])
def test_without_the_picture_of_memory_python_starts_from_the_beginning(chromium, address, spoilt):
    page = chromium.new_page()
    answer = {"status": 404} if spoilt == "missing" else {"status": 200, "body": b"no picture"}
    page.route("**/snapshot.bin", lambda route: route.fulfill(**answer))
    editor = Editor(page).open(f"{address}/{chapter()}")
    editor.button.click()
    assert editor.run(TRUE).startswith("✓ 2 lines proved")
    assert any(url.endswith("sympy.zip") for url in editor.requests)
    page.close()


@pytest.mark.parametrize("saving", [False, True])
def test_python_starts_ahead_of_the_click_but_not_where_data_are_saved(chromium, address, saving):
    context = chromium.new_context()
    page = context.new_page()
    page.add_init_script(f"Object.defineProperty(navigator, 'connection', {{value: {{saveData: {str(saving).lower()}}}}})")
    workers = []
    page.on("worker", lambda worker: workers.append(worker.url))
    editor = Editor(page).open(f"{address}/{chapter()}")
    page.wait_for_timeout(500)
    assert workers == []
    editor.button.scroll_into_view_if_needed()
    editor.button.hover()
    page.wait_for_timeout(1000)
    assert len(workers) == (not saving)
    editor.button.click()
    assert editor.run(TRUE).startswith("✓")
    # On the next page of the session it starts by itself, once that has nothing else to do.
    workers.clear()
    editor.open(f"{address}/{chapter()}")
    page.wait_for_timeout(3000)
    assert len(workers) == (not saving)
    context.close()


def test_a_page_opened_as_a_file_says_why_nothing_runs(chromium):
    page = chromium.new_page()
    editor = Editor(page).open((SITE / chapter()).as_uri())
    editor.button.click()
    assert "opened as a file" in editor.status.inner_text()
    editor.code.press("Control+Enter")
    assert editor.result.inner_text() == ""
    page.close()


def test_without_scripts_there_is_no_button(chromium, address):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/{chapter()}")
    assert page.locator(".playground").count() > 0
    assert page.locator(".playground:visible").count() == 0
    context.close()
