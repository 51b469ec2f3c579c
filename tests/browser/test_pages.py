"""Every page of the built site, in a browser."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from urllib.parse import urlparse

import pytest

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "_build" / "html"
CHAPTER = re.compile(r"book/\d\d[a-z]?_\w+\.html")

UNTYPESET = """() => [...document.querySelectorAll('.bd-main .math, .sidebar .math')]
    .filter(e => !e.querySelector('math annotation') || e.querySelector('.temml-error, merror'))
    .map(e => e.textContent.slice(0, 120))"""

# The ratio of luminances of a text and of what lies behind it, as accessibility rules count it.
CONTRAST = """selectors => {
  const parse = c => c.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = e => {
    for (; e; e = e.parentElement) {
      const c = parse(getComputedStyle(e).backgroundColor);
      if (c.length < 4 || c[3] === 1) return c;
    }
    return [255, 255, 255];
  };
  const low = [];
  for (const selector of selectors)
    for (const e of document.querySelectorAll(selector)) {
      const [a, b] = [light(parse(getComputedStyle(e).color)), light(behind(e))];
      const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      if (ratio < 4.5) low.push(`${selector}: ${ratio.toFixed(2)}`);
    }
  return [...new Set(low)];
}"""


BROKEN_LINKS = """() => [...document.querySelectorAll('.derivation a[href^="#"]')]
    .map(a => a.getAttribute('href').slice(1)).filter(id => !document.getElementById(id))"""

# Of each display: its width over that of its place, and its size over that of the text around it.
DISPLAYS = """() => [...document.querySelectorAll('.bd-article .formula')].filter(e => e.clientWidth)
    .map(e => [e, e.querySelector('math')])
    .map(([e, math]) => [math.getBoundingClientRect().width / e.clientWidth,
                         parseFloat(getComputedStyle(math).fontSize) / parseFloat(getComputedStyle(e).fontSize)])"""

# Of displays that are set smaller to fit: in small print too none is below 12 of the browser's pixels.
SMALL = """() => [...document.querySelectorAll('.bd-article .formula > math')].filter(e => e.getBoundingClientRect().width)
    .map(e => parseFloat(getComputedStyle(e).fontSize)).filter(size => size < 11.99)"""

# Equation numbers that lie over their formula.
COVERED = """() => [...document.querySelectorAll('.derivation .eqno')].filter(number => {
    const [a, b] = [number, number.parentElement.querySelector('math')].map(e => e.getBoundingClientRect());
    return a.width && a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  }).map(number => number.textContent)"""

SHOWN = [".step-why", ".verdict > summary", ".evidence dt", ".evidence dd", ".derivation-word",
         ".derivation-title", ".derivation .eqno", ".badge-status", ".refuted-word"]


FETCHED = """() => [location.href, ...performance.getEntriesByType('resource').map(entry => entry.name)]"""

# How far what is read moved of itself, from the first paint to the end of the page; the list of contents beside it unfolds.
SHIFTS = """async () => {
    let sum = 0;
    const read = entry => entry.sources.some(({node}) => (node?.nodeType === 1 ? node : node?.parentElement)?.closest('.bd-article'));
    new PerformanceObserver(list => list.getEntries().forEach(entry => { sum += read(entry) ? entry.value : 0; }))
      .observe({type: 'layout-shift', buffered: true});
    for (let y = 0; y < document.documentElement.scrollHeight; y += 800) {
      scrollTo({top: y, behavior: 'instant'});
      await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    }
    return sum;
  }"""


def weight(address: str) -> int:
    """Bytes of a file of the site as a static host sends it: text as gzip at its usual level, what is packed as it is."""
    path = SITE / urlparse(address).path.lstrip("/")
    content = path.read_bytes()
    packed = path.suffix in (".woff", ".woff2", ".png", ".zip", ".gz")
    return len(content if packed else gzip.compress(content, 6))


def looks_light_and_still(name: str, page) -> None:
    """All that a chapter fetches by itself is under 1.5 MB, and nothing moves while it is read."""
    sizes = {address: weight(address) for address in page.evaluate(FETCHED) if address.startswith("http")}
    assert name in "".join(sizes) and sum(sizes.values()) < 1_500_000, sorted(sizes.items(), key=lambda each: -each[1])[:5]
    assert page.evaluate(SHIFTS) < 0.02


# First of those on one visit: what is done to the page afterwards moves it.
def test_a_chapter_is_light_and_stays_where_it_is(seen, name):
    if not CHAPTER.fullmatch(name):
        pytest.skip("no chapter")
    looks_light_and_still(name, seen.page)


def test_a_page_is_whole(seen):
    """No request elsewhere, no error, all mathematics typeset and within its place, all text legible, in light and in dark."""
    for scheme in ("light", "dark"):
        # The page follows the reader's system while it is open.
        seen.page.emulate_media(color_scheme=scheme)
        seen.page.wait_for_function("scheme => document.documentElement.dataset.theme === scheme", arg=scheme)
        assert seen.page.evaluate(CONTRAST, SHOWN) == [], scheme
    assert seen.page.evaluate(UNTYPESET) == []
    assert [wide for wide, _ in seen.page.evaluate(DISPLAYS) if wide > 1.003] == []
    assert seen.elsewhere == []
    assert seen.errors == []


def test_a_chapter_on_a_phone_is_light_and_stays_where_it_is(visit, name):
    if not CHAPTER.fullmatch(name):
        pytest.skip("no chapter")
    looks_light_and_still(name, visit(name, width=390).page)


def test_a_page_opened_in_the_dark_is_dark(visit):
    seen = visit("book/05_vdm.html", scheme="dark")
    assert seen.page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert seen.page.evaluate(CONTRAST, SHOWN) == []
    assert seen.elsewhere == [] and seen.errors == []


def test_a_page_fits_a_phone(visit, cut, name):
    """Nothing is wider than the screen, with every verdict closed or open; no formula is cut, covered or too small to read."""
    seen = visit(name, width=320)
    whole = "document.documentElement.scrollWidth"
    shut = seen.page.evaluate_handle("[...document.querySelectorAll('details:not([open])')]")
    for width in (320, 360, 390):
        seen.page.set_viewport_size({"width": width, "height": seen.page.viewport_size["height"]})
        assert seen.page.evaluate(whole) <= width and cut(seen.page) == [], width
        assert [size for _, size in seen.page.evaluate(DISPLAYS) if not 0.79 <= size <= 1.09] == [], width
        assert seen.page.evaluate(COVERED) == [], width
        seen.page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
        assert seen.page.evaluate(whole) <= width and cut(seen.page) == [] and seen.page.evaluate(SMALL) == [], width
        seen.page.evaluate("folded => folded.forEach(d => { d.open = false })", shut)
    assert seen.errors == [] and seen.elsewhere == []


def test_code_that_goes_on_to_the_right_fades_there_until_it_is_moved(visit):
    page = visit("book/05_vdm.html", width=390).page
    fades = """wide => [...document.querySelectorAll('.bd-article div.highlight > pre')]
        .filter(e => e.checkVisibility() && (e.scrollWidth > e.clientWidth + 2) === wide).map(e => parseFloat(getComputedStyle(e).getPropertyValue('--more')))"""
    wide, narrow = page.evaluate(fades, True), page.evaluate(fades, False)
    assert wide and min(wide) > 0 and narrow and max(narrow) == 0
    page.evaluate("for (const e of document.querySelectorAll('.bd-article div.highlight > pre')) e.scrollLeft = e.scrollWidth")
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert max(page.evaluate(fades, True)) == 0


def test_a_page_answers_the_reader(seen, name):
    """A verdict opens, links lead somewhere, a label is an address, Colab gets a notebook."""
    page = seen.page
    chapter = CHAPTER.fullmatch(name)
    assert page.evaluate(BROKEN_LINKS) == []

    links = page.evaluate(
        "[...document.querySelectorAll('a[href*=\"colab.research.google.com\"]')].map(a => a.href)"
    )
    assert links or not chapter, "a chapter without a Colab link"
    for link in links:
        path = Path(urlparse(link).path)
        assert path.suffix == ".ipynb" and (ROOT / "book" / path.name).is_file(), link

    # Of statements, in nothing that is folded; lines in examples of the language have no label.
    verdicts = page.locator("details.verdict:not(details:not(.verdict) *)", has=page.locator("dt:text-is('Label')"))
    if verdicts.count() == 0:
        assert not chapter, "a chapter without a statement"
        return
    first = verdicts.first
    evidence = first.locator(".evidence")
    assert not evidence.is_visible()
    first.locator("summary").click()
    assert evidence.is_visible() and "Verdict" in evidence.inner_text()
    first.locator("summary").press("Enter")
    assert not evidence.is_visible()

    label = evidence.locator("dt:text-is('Label') + dd code").first.text_content().strip()
    page.evaluate("label => { location.hash = label }", label)
    page.wait_for_function("document.querySelector(':target') !== null")
    assert re.match(r".*#(equation|statement)-", page.url)


def test_the_front_door_leads_into_the_book(visit):
    """The site's root sends the reader on to the first page."""
    page = visit("").page
    assert page.url.endswith("/book/index.html")
    assert page.locator(".bd-article h1").count() == 1


def test_the_ledger_lies_at_the_root(address):
    """No altered form of a statement survives, on the site as published."""
    ledger = json.loads((SITE / "ledger.json").read_text(encoding="utf-8"))
    assert ledger["schema"] == 2
    for statement in ledger["statements"]:
        mutants = statement["mutants"]
        if mutants:
            assert mutants["killed"] == mutants["made"] - mutants["equal"], statement["label"]


def test_a_small_laptop_shows_the_verification_map_whole(visit):
    page = visit("book/verification.html", width=1280).page
    page.evaluate("for (const details of document.querySelectorAll('details.map-part')) details.open = true")
    assert page.evaluate("""() => [...document.querySelectorAll('table.statements')]
        .map(t => t.offsetWidth - t.parentElement.clientWidth).filter(over => over > 1)""") == []
