"""A reference shows its statement, and the graph of the whole book what rests on what: by pointer, keyboard and address."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
for folder in (ROOT / "tests" / "book", ROOT / "book" / "_ext"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

from small_books import Book, derivation, record  # noqa: E402

LONG = r"\log p(x)=\mathbb{E}_{q(z|x)}\left[\log p(x|z)\right]-D_{\mathrm{KL}}\left(q(z|x)\,\Vert\,p(z)\right)+D_{\mathrm{KL}}(q(z|x)\Vert p(z|x))"
CARD = ".statement-card"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A small book whose second page refers to the first, and a map."""
    book = Book(tmp_path_factory.mktemp("references"))
    book.settings |= {"extensions": ["myst_nb", "sphinx_design", "derivation_book"], "html_theme": "sphinx_book_theme"}
    book.page("01_first", "# A chapter\n\n" + derivation(
        record("base", LONG), record("middle", "c = d", uses=["base"]), record("no", "a=2b", kind="refutation", status="refuted", statement="a=2b",
                                                                                instead="base")))
    book.page("02_second", "# Another\n\nSee {eq}`base`, and further on {eq}`middle`.\n\n```{restate} base\n```\n\n" + "Words.\n\n" * 30
              + derivation(record("top", "d = e", uses=["middle"])))
    book.page("verification", "# Map\n\n```{verification-map}\n:show: graph\n```\n\n```{verification-map}\n:show: statements\n```\n")
    return book.build()


@pytest.fixture
def opened(built, serve, contexts):
    """Open a page of it."""
    with serve(built.site) as address:
        pages = []

        def visit(name, width=1280):
            page = contexts(width, "light").new_page()
            pages.append(page)
            page.errors = []
            page.on("pageerror", lambda error: page.errors.append(str(error)))
            page.goto(f"{address}/{name}", wait_until="load")
            return page

        yield visit
        for page in pages:
            page.close()


def up(page):
    """Wait until a card is up, and give its text."""
    page.locator(CARD).wait_for(state="visible")
    return page.locator(CARD).inner_text()


def test_a_pointer_on_a_reference_shows_the_statement_and_nothing_moves(opened):
    page = opened("book/02_second.html")
    link = page.locator(".bd-article p a").first
    shape = "[document.documentElement.scrollHeight, document.documentElement.scrollWidth, document.querySelector('.restated').getBoundingClientRect().top]"
    before = page.evaluate(shape)
    link.hover()
    text = up(page)
    assert "(1.1)" in text and "A title" in text and "proved" in text and "Chapter 1: A chapter" in text
    assert page.locator(f"{CARD} math").count() == 1 and page.evaluate(shape) == before
    assert link.get_attribute("aria-describedby") == "statement-card" and link.get_attribute("title") is None
    page.locator(CARD).hover()  # the pointer may go there
    page.wait_for_timeout(400)
    assert page.locator(CARD).is_visible()
    page.mouse.move(5, 600)
    page.locator(CARD).wait_for(state="hidden")
    assert link.get_attribute("aria-describedby") is None


def test_the_focus_shows_it_and_escape_takes_it_away(opened):
    page = opened("book/02_second.html")
    links = page.locator(".bd-article p a")
    links.nth(0).focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    assert "(1.1)" in up(page)
    page.keyboard.press("Escape")
    assert page.locator(CARD).is_hidden() and page.evaluate("document.activeElement.getAttribute('href')") == "01_first.html#equation-base"
    page.keyboard.press("Tab")
    assert "(1.2)" in up(page)
    page.keyboard.press("Tab")  # to the statement that is quoted: it is seen already
    page.locator(CARD).wait_for(state="hidden")
    assert page.errors == []


def test_a_finger_gets_the_link_alone(opened):
    page = opened("book/02_second.html")
    page.evaluate("document.querySelector('.bd-article p a').dispatchEvent(new PointerEvent('pointerover', {bubbles: true, pointerType: 'touch'}))")
    page.wait_for_timeout(500)
    assert page.locator(CARD).is_hidden()
    assert page.evaluate("document.querySelectorAll('script[src*=statements]').length") == 0  # nothing was fetched


@pytest.mark.parametrize("width", [320, 1280])
def test_a_card_stays_within_the_window(opened, width):
    page = opened("book/02_second.html", width)
    page.locator(".bd-article p a").nth(1).hover()
    up(page)
    page.locator(".bd-article p a").first.hover()
    page.wait_for_function("document.querySelector('.statement-card').innerText.includes('(1.1)')")
    box = page.locator(CARD).bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= width
    assert page.evaluate("(() => { const f = document.querySelector('.statement-card .formula'); return f.scrollWidth - f.clientWidth; })()") <= (1 if width > 700 else 400)


def test_it_is_there_in_a_page_that_was_opened_as_a_file(chromium, built):
    page = chromium.new_page()
    page.goto((built.site / "book" / "02_second.html").as_uri())
    page.locator(".bd-article p a").first.hover()
    assert "(1.1)" in up(page)
    page.goto((built.site / "book" / "verification.html").as_uri() + "#middle")
    page.locator(".book-graph a").first.wait_for()
    page.close()


NODES = "[...document.querySelectorAll('.book-graph a')].map(a => a.querySelector('text').textContent)"


def test_a_box_of_the_graph_shows_its_statement(opened):
    page = opened("book/verification.html#top")
    page.locator(".book-graph a.chosen").wait_for()
    page.locator(".book-graph a").first.hover()
    assert "(1.1)" in up(page) and page.errors == []


def test_the_graph_opens_by_address_and_goes_back(opened):
    page = opened("book/verification.html")
    page.locator(".book-graph").wait_for()
    assert page.locator(".book-graph a").count() == 4 and "4 of 4" in page.locator(".book-graph-panel").inner_text()
    page.evaluate("location.hash = '#top'")
    page.wait_for_function("document.querySelector('.book-graph a.chosen')")
    assert page.evaluate(NODES) == ["✓ (1.1) base", "✓ (1.2) middle", "✓ (2.1) top"]
    assert "It rests on 2, directly on 1; 0 rest on it" in page.locator(".book-graph-panel").inner_text()
    assert page.locator(".book-graph .own").count() == 1
    page.locator("#book-graph-steps").select_option("1")
    assert page.evaluate(NODES) == ["✓ (1.2) middle", "✓ (2.1) top"]
    page.locator(".book-graph-place summary").click()
    assert page.locator(".book-graph-list li").all_inner_texts() == ["✓ (1.2) middle A title", "✓ (1.1) base A title"]
    page.locator(".book-graph-list a").last.click()
    page.wait_for_function("document.querySelector('.book-graph-panel strong').textContent.includes('base')")
    page.go_back()
    page.wait_for_function("document.querySelector('.book-graph-panel strong').textContent.includes('top')")
    page.get_by_role("button", name="The whole book").click()
    assert page.locator(".book-graph a").count() == 4 and page.errors == []


def test_the_graph_is_gone_through_by_keyboard(opened):
    page = opened("book/verification.html#middle")
    page.locator(".book-graph a.chosen").wait_for()
    assert page.locator(".book-graph a[tabindex='0']").count() == 1
    page.locator(".book-graph a[tabindex='0']").focus()
    on = lambda: page.evaluate("document.activeElement.getAttribute('aria-label').split(',')[0]")  # noqa: E731
    seen = []
    for key in ("ArrowLeft", "ArrowRight", "ArrowRight", "ArrowRight", "Home", "End", "ArrowUp"):
        page.keyboard.press(key)
        seen.append(on())
    assert seen == ["base", "middle", "top", "top", "base", "top", "middle"]
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.url.endswith("#top") and "top" in page.locator(".book-graph-panel strong").inner_text() and on() == "top"
    page.keyboard.press("Escape")
    if "#top" in page.url:  # the first one took the card away
        page.keyboard.press("Escape")
    assert page.locator(".book-graph a").count() == 4


def test_verdicts_and_chapters_are_filtered_and_a_statement_is_found_by_its_number(opened):
    page = opened("book/verification.html")
    page.locator(".book-graph").wait_for()
    page.get_by_label("✗ refuted").uncheck()
    assert len(page.evaluate(NODES)) == 3
    page.locator("#book-graph-chapter").select_option("1")
    assert page.evaluate(NODES) == ["✓ (2.1) top"]
    page.get_by_label("Statement", exact=True).fill("(1.2)")
    page.keyboard.press("Enter")
    assert len(page.evaluate(NODES)) == 3 and page.url.endswith("#middle")
    page.get_by_label("Statement", exact=True).fill("nothing")
    page.keyboard.press("Enter")
    assert "no such label" in page.locator(".book-graph-bar [role=status]").inner_text()


def test_a_verdict_leads_to_the_graph(opened):
    page = opened("book/02_second.html")
    page.locator("details.verdict summary").last.click()
    page.get_by_role("link", name="in the whole book").click()
    page.locator(".book-graph a.chosen").wait_for()
    assert page.url.endswith("verification.html#top")
