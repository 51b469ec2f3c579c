"""The slides of the built site: nothing sticks out, keys and fingers turn them, printed each is a page."""

from __future__ import annotations

import re

import pytest

SESSIONS = range(1, 9)
#: After a change of the window: the fonts are there, and two frames have been drawn.
LAID_OUT = """async () => {
    await document.fonts.ready;
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  }"""
#: Turns all slides, and says what sticks out of one or of the window.
OUT = """() => [...document.querySelectorAll('.slide')].flatMap((_, k) => {
    if (k) dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowRight'}));
    const slide = document.querySelector('.slide.current'), body = slide.querySelector('.slide-body'), found = [];
    if (slide.id !== String(k + 1)) found.push('not turned');
    if (slide.scrollHeight > slide.clientHeight + 1 || body.scrollHeight > body.clientHeight + 1) found.push('too tall');
    if (document.documentElement.scrollWidth > innerWidth) found.push('too wide');
    for (const part of slide.querySelectorAll('h1, h2, p, li, svg, .said'))
      if (part.getBoundingClientRect().right > innerWidth + 1) found.push(part.textContent.slice(0, 40));
    if (innerWidth > 800)
      for (const part of slide.querySelectorAll('.said')) if (part.scrollWidth > part.clientWidth + 1) found.push('formula: ' + part.textContent.slice(0, 40));
    return found.map((what) => `${k + 1}: ${what}`);
  })"""


@pytest.fixture
def opened(visit):
    """Open a session."""
    def open_it(name, width=1280, height=720, scheme="light"):
        found = visit(f"slides/{name}.html", width=width, scheme=scheme)
        found.page.set_viewport_size({"width": width, "height": height})
        return found

    return open_it


@pytest.mark.parametrize("session", SESSIONS)
def test_nothing_sticks_out_and_nothing_comes_from_elsewhere(opened, session):
    visit = opened(session)
    for width, height in ((1280, 720), (1024, 768), (375, 700), (320, 600)):
        visit.page.set_viewport_size({"width": width, "height": height})
        visit.page.evaluate(LAID_OUT)
        visit.page.keyboard.press("Home")
        assert visit.page.evaluate(OUT) == [], width
    assert visit.elsewhere == [] and visit.errors == []


def test_keys_turn_the_slides_and_the_heading_is_read(opened):
    page = opened(3).page
    shown = lambda: page.evaluate("[document.querySelector('.slide.current').id, location.hash, document.activeElement.tagName]")  # noqa: E731
    many = page.locator(".slide").count()
    assert shown() == ["1", "#1", "BODY"]
    for key, there in (("ArrowRight", 2), (" ", 3), ("ArrowLeft", 2), ("End", many), ("ArrowRight", many), ("Home", 1)):
        page.keyboard.press(key)
        assert shown()[:2] == [str(there), f"#{there}"] and shown()[2] in ("H1", "H2"), key
    assert page.locator(".deck-keys [role=status]").inner_text() == f"Slide 1 of {many}"
    page.keyboard.press("o")
    assert page.locator(".slide:visible").count() == many
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert shown()[0] == "2" and page.locator(".slide:visible").count() == 1
    page.keyboard.press("n")
    assert page.locator(".slide.current .notes").get_attribute("open") is not None
    page.keyboard.press("d")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_a_picture_moves_and_its_arrow_keys_do_not_turn_the_slide(opened):
    page = opened(1).page
    page.evaluate("location.hash = '#7'")
    slider = page.locator(".slide.current .dd-moving[data-moves] input[type=range]").first
    before = page.locator(".slide.current .dd-readings").inner_text()
    slider.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("text => document.querySelector('.slide.current .dd-readings').innerText !== text", arg=before)
    assert page.evaluate("document.querySelector('.slide.current').id") == "7"


SWIPE = """by => {
    const at = x => [new Touch({identifier: 1, target: document.querySelector('.slide.current h1, .slide.current h2'), clientX: x, clientY: 200})];
    const told = (name, x) => at(x)[0].target.dispatchEvent(new TouchEvent(name, {bubbles: true, touches: name === 'touchend' ? [] : at(x), changedTouches: at(x)}));
    told('touchstart', 200); told('touchend', 200 + by);
    return document.querySelector('.slide.current').id;
  }"""


def test_a_swipe_turns(opened):
    page = opened(2, 375, 700).page
    assert [page.evaluate(SWIPE, by) for by in (-120, -120, 20, 120)] == ["2", "3", "3", "2"]


def test_printed_each_slide_is_a_page(opened):
    page = opened(4, scheme="dark").page
    data = page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", data)) == page.locator(".slide").count()


def test_without_scripts_all_slides_are_there_in_order(chromium, address):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/slides/5.html")
    assert page.locator(".slide:visible").count() == page.locator(".slide").count() > 8
    context.close()
