"""The page *Check your own*, and drafts of changed cells: in a small book, in a browser."""

from __future__ import annotations

import pytest
from own_site import made

MINUTE = 60_000
OWN, CHAPTER = "book/check_your_own.html", "book/01_try.html"
TEXT = 'x = symbol("x")  # α, ∑ and "quotes"\nIdentity("own.test", (x + 1)**2, x**2 + 2 * x + 1)\n'


@pytest.fixture(scope="module")
def own_site(tmp_path_factory, serve):
    with serve(made(tmp_path_factory.mktemp("own"))) as found:
        yield found


@pytest.fixture
def open_page(chromium, own_site):
    """Open a page in a profile of its own; the page keeps what went wrong in ``.errors`` and elsewhere in ``.elsewhere``."""
    contexts = []

    def opened(name: str, width: int = 1280, context=None):
        if context is None:
            context = chromium.new_context(viewport={"width": width, "height": 900})
            contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(MINUTE)
        page.errors, page.elsewhere = [], []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.on("request", lambda r: r.url.startswith((own_site, "data:", "blob:")) or page.elsewhere.append(r.url))
        page.goto(f"{own_site}/{name}", wait_until="load")
        return page

    yield opened
    for context in contexts:
        context.close()


def status(page) -> str:
    return page.locator(".playground-status").first.inner_text()


def run(page) -> str:
    page.locator("#own-code").press("Control+Enter")
    page.locator(".playground-stop").wait_for(state="hidden")
    return status(page)


def test_what_is_written_is_checked_and_examples_take_its_place_and_give_it_back(open_page):
    page = open_page(OWN)
    assert page.locator("#own-code").input_value() == ""
    page.locator("#own-code").fill(TEXT)
    assert run(page).startswith("✓ 1 line proved")
    example = page.locator(".own-example").nth(8)
    example.locator("summary").click()
    example.get_by_role("button", name="Put it in the box").click()
    assert page.evaluate("document.activeElement.id") == "own-code"
    assert run(page).startswith("✗ line own.swapped is false")
    assert "Counterexample" in page.locator(".playground-result").inner_text()
    page.get_by_role("button", name="Undo").click()
    assert page.locator("#own-code").input_value() == TEXT
    assert page.errors == page.elsewhere == []


def test_a_link_carries_the_text_and_a_damaged_one_says_so(open_page):
    page = open_page(OWN)
    page.locator("#own-code").fill(TEXT)
    page.get_by_role("button", name="Keep as a link").click()
    page.wait_for_function("location.hash.startsWith('#code=')")
    fragment = page.evaluate("location.hash")
    other = open_page(OWN + fragment)
    other.wait_for_function("document.querySelector('#own-code').value")
    assert other.locator("#own-code").input_value() == TEXT
    assert "read it before you run it" in other.locator("label[for=own-code]").inner_text()
    assert other.locator(".playground-result").inner_text() == ""
    broken = open_page(OWN + fragment[:40])
    broken.locator(".playground-status:has-text('damaged')").wait_for()
    assert broken.locator("#own-code").input_value() == "" and broken.errors == []


def test_a_browser_without_compression_makes_a_link_all_the_same(open_page):
    page = open_page(OWN)
    page.evaluate("delete window.CompressionStream")
    page.locator("#own-code").fill(TEXT)
    page.get_by_role("button", name="Keep as a link").click()
    page.wait_for_function("location.hash.startsWith('#text=')")
    other = open_page(OWN + page.evaluate("location.hash"))
    other.wait_for_function("document.querySelector('#own-code').value")
    assert other.locator("#own-code").input_value() == TEXT


def test_a_draft_stays_until_it_is_thrown_away(open_page):
    page = open_page(OWN)
    assert page.locator(".own-drafts").is_hidden()
    page.locator("#own-code").fill(TEXT)
    page.locator(".own-drafts").wait_for()
    page.reload()
    assert page.locator("#own-code").input_value() == TEXT and "draft" in page.locator("label[for=own-code]").inner_text()
    page.get_by_role("button", name="Empty the box").click()
    assert page.locator(".own-drafts").is_hidden()
    page.reload()
    assert page.locator("#own-code").input_value() == ""
    page.locator("#own-code").fill("x")
    page.get_by_role("button", name="forget the one draft").click()
    page.reload()
    assert page.locator("#own-code").input_value() == ""


def test_a_link_does_not_destroy_a_draft(open_page):
    page = open_page(OWN)
    page.locator("#own-code").fill("# mine\n")
    page.locator(".own-drafts").wait_for()
    other = open_page(OWN + "#text=eA", context=page.context)
    other.wait_for_function("document.querySelector('#own-code').value === 'x'")
    other.get_by_role("button", name="Undo").click()
    assert other.locator("#own-code").input_value() == "# mine\n"


@pytest.mark.parametrize("width", [1280, 375, 320])
def test_the_keyboard_is_not_trapped_and_the_page_fits(open_page, width):
    page = open_page(OWN, width)
    page.locator("#own-code").focus()
    reached = []
    for _ in range(3):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.textContent"))
    assert [word for word in reached if word != "Stop"][:2] == ["Run", "Empty the box"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("label[for=own-code]").count() == 1 and page.locator("[role=status]").count() >= 1


def test_without_scripts_the_examples_and_the_names_are_there(chromium, own_site):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{own_site}/{OWN}")
    assert page.locator(".own-example").count() == 10 and page.locator(".own-take:visible").count() == 0
    assert page.locator(".own-box:visible").count() == 0
    assert "The box needs JavaScript" in page.content()
    context.close()


def test_a_changed_cell_of_a_chapter_is_kept_and_the_book_s_restored(open_page):
    page = open_page(CHAPTER)
    button, code = page.locator(".playground-open"), page.locator(".playground textarea")
    assert button.inner_text().startswith("Try it")
    button.click()
    book = code.input_value()
    changed = book.replace("check(KL(p(z|x), q(z|x)))", "check(E[q(z|x)](log(q(z|x)) - log(p(z|x))))")
    assert changed != book
    code.fill(changed)
    page.reload()
    assert "your draft is kept" in button.inner_text()
    button.click()
    assert code.input_value() == changed and "your draft" in page.locator(".playground-panel > label").inner_text()
    code.press("Control+Enter")
    page.locator(".playground-stop").wait_for(state="hidden")
    assert status(page).startswith("✓ right")
    page.get_by_role("button", name="Restore the book’s").click()
    assert code.input_value() == book
    page.reload()
    assert "draft" not in button.inner_text()
    assert page.errors == []


def test_a_checked_cell_is_told_to_other_scripts(open_page):
    page = open_page(CHAPTER)
    page.evaluate("window.heard = []; document.addEventListener('dd:checked', (event) => heard.push(event.detail))")
    page.locator(".playground-open").click()
    page.locator(".playground-run").click()
    page.wait_for_function("heard.length")
    assert page.evaluate("heard") == [{"cell": "1", "ok": False}]


# -- try to break it -----------------------------------------------------------------


def test_a_line_s_altered_forms_are_shown_one_by_one_without_python(open_page):
    page = open_page(CHAPTER)
    workers = []
    page.on("worker", lambda worker: workers.append(worker.url))
    page.locator("details.verdict summary").first.click()
    button = page.locator(".variants-open")
    assert button.inner_text() == "Try to break it: 3 altered lines"
    button.focus()
    page.keyboard.press("Enter")
    where = page.locator(".variants-where")
    page.locator(".variants-where:has-text('1 of 3: sign flipped')").wait_for()
    assert "✗ the two sides differ" in where.inner_text() and button.get_attribute("aria-expanded") == "true"
    page.wait_for_function("document.querySelector('.variants-line math')")
    assert page.locator(".variants-line").inner_text().endswith("a = 1, b = 1: left 1, right -1")
    page.get_by_role("button", name="Next").click()
    page.keyboard.press("Enter")
    assert where.inner_text().startswith("3 of 3: term dropped")
    assert page.locator(".variants-line dt").all_inner_texts() == ["Counterexample"]
    page.keyboard.press("Enter")
    assert where.inner_text().startswith("1 of 3")
    page.get_by_role("button", name="Previous").click()
    assert where.inner_text().startswith("3 of 3")
    button.click()
    assert page.locator(".variants-panel").is_hidden()
    assert workers == [] and page.errors == page.elsewhere == []


@pytest.mark.parametrize("width", [1280, 375, 320])
def test_a_wide_altered_line_stays_within_its_place(open_page, width):
    page = open_page(CHAPTER, width)
    page.locator("details.verdict summary").first.click()
    page.locator(".variants-open").click()
    page.locator(".variants-where:has-text('1 of 3')").wait_for()
    page.get_by_role("button", name="Next").click()
    page.wait_for_function("document.querySelector('.variants-line math')")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("""[...document.querySelectorAll('.variants-panel, .variants button')]
        .filter(e => e.getBoundingClientRect().right > innerWidth).length""") == 0


def test_what_was_checked_in_the_page_can_be_broken_too(open_page):
    page = open_page(OWN)
    page.locator("#own-code").fill(TEXT)
    assert run(page).startswith("✓")
    page.locator(".playground-result .verdict summary").click()
    page.locator(".playground-result .variants-open").click()
    page.locator(".playground-result .variants-where:has-text('1 of ')").wait_for()
    assert "left" in page.locator(".playground-result .variants-line").inner_text()
    assert page.errors == []


# -- LaTeX that is pasted: read, asked about, checked

def latex_box(open_page, width=1280):
    page = open_page(OWN, width)
    page.get_by_role("button", name="Paste LaTeX").press("Enter")
    return page


def read(page):
    page.get_by_role("button", name="Read it").press("Enter")
    page.locator(".latex-box .playground-result:not(.old) :is(.playground-box)").first.wait_for(timeout=120_000)
    return page.locator(".latex-box .playground-status").inner_text()


def test_a_line_is_read_and_its_python_goes_into_the_box_above(open_page):
    page = latex_box(open_page)
    assert read(page).startswith("✓ proved")
    said = page.locator(".latex-reading").inner_text()
    assert "is one joint law of" in said and "no law of" in said
    page.locator(".latex-reading summary", has_text="The same in Python").click()
    page.get_by_role("button", name="Put it in the box above").click()
    assert "line.at_least(E[q(z | x)]" in page.locator("#own-code").input_value()
    assert page.errors == page.elsewhere == []


@pytest.mark.parametrize("width", [1280, 375])
def test_a_question_is_answered_by_the_keyboard_and_the_page_fits(open_page, width):
    page = latex_box(open_page, width)
    page.locator(".latex-take").last.click()
    page.locator(".latex-question").wait_for(timeout=120_000)
    page.get_by_role("button", name="they differ").press("Enter")
    page.locator(".latex-box .playground-box.bad").wait_for(timeout=60_000)
    assert page.evaluate("document.activeElement.textContent") == "they differ"
    assert page.get_by_role("button", name="they differ").get_attribute("aria-pressed") == "true"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.errors == page.elsewhere == []


def test_what_is_not_read_is_pointed_to(open_page):
    page = latex_box(open_page)
    page.locator("#latex-code").fill(r"\log p(x = 1")
    assert read(page) == "Not read: the place is marked below"
    assert page.locator(".latex-box .playground-box pre").inner_text().rstrip().endswith("^")
