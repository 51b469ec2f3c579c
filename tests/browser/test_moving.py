"""A picture that the reader moves, in a browser: by keyboard, without a jump, as the still drew it, and heard."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
for folder in (ROOT / "tests" / "book", ROOT / "book" / "_ext", ROOT / "tools"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

from pictures import page_with, picture, race  # noqa: E402
from small_books import Book, derivation, record  # noqa: E402

PLACES = "[...document.querySelectorAll('.dd-moving [id*=-dd-thing-]')].map(g => g.querySelector('path').getAttribute('d'))"
POINT = "(use => [use.getAttribute('x'), use.getAttribute('y')].map(Number))(document.querySelector('.dd-moving g[id$=-thing-1] use'))"
BOXES = "[...document.querySelectorAll('.dd-moving, .dd-moving > *, figcaption')].map(e => JSON.stringify(e.getBoundingClientRect()))"


@pytest.fixture(scope="module")
def site(tmp_path_factory, serve):
    """The address of a small book with one picture."""
    book = Book(tmp_path_factory.mktemp("small"))
    book.settings |= {
        "extensions": ["myst_nb", "sphinx_design", "derivation_book"], "html_theme": "sphinx_book_theme",
    }
    book.page("01_first", page_with(picture()) + derivation(record("dirac.wave.value", "a=b")))
    book.page("02_race", page_with(race()).replace("fig-wave", "fig-race"))
    built = book.build()
    with serve(built.site) as found:
        yield found


@pytest.fixture
def opened(chromium, site):
    """The page, in a context of its own."""
    made = []

    def visit(width=1280, name="01_first", **how):
        context = chromium.new_context(viewport={"width": width, "height": 900}, **how)
        made.append(context)
        page = context.new_page()
        page.errors = []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.goto(f"{site}/book/{name}.html", wait_until="load")
        return page

    yield visit
    for context in made:
        context.close()


def numbers(text):
    return [float(n) for n in re.findall(r"-?\d+\.?\d*", text)]


def test_keys_move_it_and_the_two_numbers_stay_equal(opened):
    page = opened()
    readings = page.locator(".dd-readings .dd-value")
    assert readings.all_inner_texts() == ["0.7261", "0.7261"]
    slider = page.get_by_role("slider", name="frequency a")
    slider.focus()
    seen = set()
    for key in ["ArrowRight"] * 5 + ["End", "Home", "PageUp"]:
        page.keyboard.press(key)
        page.wait_for_timeout(60)
        area, formula = readings.all_inner_texts()
        assert area == formula
        seen.add(area)
    assert len(seen) > 6
    assert slider.get_attribute("aria-valuetext") == page.locator(".dd-controls .dd-value").nth(1).inner_text()
    page.wait_for_timeout(600)
    assert re.fullmatch(r"area [\d.]+; by the line [\d.]+", page.get_by_role("status").inner_text().strip())
    assert page.errors == []


def test_the_page_draws_as_the_still_did_and_nothing_shifts(opened):
    page = opened()
    still, point, boxes = page.evaluate(PLACES), page.evaluate(POINT), page.evaluate(BOXES)
    slider = page.get_by_role("slider", name="width")
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(60)
    assert page.evaluate(PLACES) != still
    page.keyboard.press("ArrowLeft")
    page.wait_for_timeout(60)
    assert page.evaluate(BOXES) == boxes
    for before, after in zip(still, page.evaluate(PLACES), strict=True):
        (*_, x0, y0), (*_, x1, y1) = numbers(before)[:2], numbers(after)[:2]
        assert abs(x0 - x1) < 0.02 and abs(y0 - y1) < 0.02
    assert point == pytest.approx(page.evaluate(POINT), abs=0.02)


def test_no_move_holds_the_page_up(opened):
    page = opened()
    slowest = page.evaluate("""async () => {
        const slider = document.querySelector('[data-control="0"]');
        let slowest = 0;
        for (let k = 0; k <= 100; k += 4) {
          slider.value = k;
          const from = performance.now();
          slider.dispatchEvent(new Event('input'));
          await new Promise(done => requestAnimationFrame(() => done()));
          slowest = Math.max(slowest, performance.now() - from);
        }
        return slowest;
      }""")
    assert slowest < 250  # two frames and the drawing, on a busy machine


@pytest.mark.parametrize("width", [320, 1280])
def test_it_fits_and_in_print_and_without_scripts_the_sliders_are_gone(opened, width):
    page = opened(width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator(".dd-moving input").first.is_visible()
    page.emulate_media(media="print")
    assert not page.locator(".dd-moving input").first.is_visible()
    assert page.locator(".dd-moving .dd-value").first.is_visible()
    bare = opened(width, java_script_enabled=False)
    assert not bare.locator(".dd-moving input").first.is_visible()
    assert bare.locator(".dd-moving svg").first.is_visible()


def test_a_density_is_drawn_by_keys_and_by_mouse_and_the_samplers_race_on_it(opened):
    page = opened(name="02_race")
    said, canvas = page.locator(".dd-said"), page.locator(".dd-race canvas")
    page.get_by_role("button", name="Clear").click()
    canvas.focus()
    for key in ["ArrowLeft"] * 9 + ["Enter"] + ["ArrowUp"] * 12 + ["Enter"]:
        page.keyboard.press(key)
    assert said.inner_text() == "2 blots"
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 0.8 * box["width"], box["y"] + 0.3 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.8 * box["width"], box["y"] + 0.7 * box["height"], steps=12)
    page.mouse.up()
    assert int(said.inner_text().split()[0]) > 6
    page.get_by_role("button", name="Race").click()
    page.wait_for_function("document.querySelector('.dd-said').textContent.includes('is over')", timeout=60_000)
    cells = page.locator(".dd-results td").all_inner_texts()
    assert len(cells) == 30 and all(re.fullmatch(r"[\d.]+|∞", cell) for cell in cells)
    assert page.get_by_label("points of").input_value() == "DDIM, 16"
    assert page.errors == []


@pytest.mark.parametrize("width", [320, 1280])
def test_the_race_fits_and_stands_still_on_paper_and_without_scripts(opened, width):
    page = opened(width, name="02_race")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    place = page.locator(".dd-race").bounding_box()
    assert page.locator(".dd-race canvas").is_visible() and not page.locator(".dd-still").is_visible()
    page.get_by_role("button", name="Race").click()
    page.wait_for_function("document.querySelector('.dd-said').textContent.includes('is over')", timeout=60_000)
    assert page.locator(".dd-race").bounding_box()["height"] == pytest.approx(place["height"], abs=1)
    assert page.locator(".dd-results").bounding_box()["x"] + page.locator(".dd-results").bounding_box()["width"] <= width
    page.emulate_media(media="print")
    assert page.locator(".dd-still").is_visible() and not page.locator(".dd-race canvas").is_visible()
    bare = opened(width, name="02_race", java_script_enabled=False)
    assert bare.locator(".dd-still").is_visible() and not bare.locator(".dd-race canvas").is_visible()
