"""A small book in the book's own theme and styles, in a browser: on a phone, on paper, in a search."""

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
PAGE = rf"""# A chapter

## A section

Some words, and a formula that no phone holds, ${LONG}$, in a line. A short one, $a=b$, stays as it is.

- In a list: ${LONG}$.

:::{{dropdown}} More
What is closed is measured when it opens: ${LONG}$.
:::

```python
said = evidence_of(only_in_code)
```

The evidence is what the search looks for.

"""

# How many formulas in a line scroll in themselves.
SCROLLED = "[...document.querySelectorAll('.math.long')].filter(e => e.scrollWidth > e.clientWidth + 1).length"

COLOURS = """() => {
    const of = selector => getComputedStyle(document.querySelector(selector));
    return {theme: document.documentElement.dataset.theme, text: of('.bd-article p').color, ground: of('body').backgroundColor,
            formula: of('.bd-article math').color, verdict: of('details.verdict').display};
  }"""


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The small book."""
    book = Book(tmp_path_factory.mktemp("small"))
    book.settings |= {
        "extensions": ["myst_nb", "sphinx_design", "derivation_book"], "html_theme": "sphinx_book_theme",
        "html_theme_options": {"repository_url": "https://github.com/someone/a-fork", "use_repository_button": True},
    }
    book.rows([{"id": "row", "chapter": 1, "need": "refuted, and the corrected form proved", "form": f"${LONG}$",
                "verdict": "wrong", "display": "", "corrected": f"It is ${LONG}$."}])
    book.page("01_first", PAGE + derivation(
        record("kl", LONG, because=f"for ${LONG}$"),
        record("no", "a=2b", kind="refutation", status="refuted", article=LONG, counterexample=f"${LONG}$", instead="kl",
               answers=["row"])))
    book.page("01b_more", "# More\n\n## What has gone\n\n" + derivation(record("dirac.delta", "e = f")))
    book.moved({"dirac.old": "dirac.delta"}, {"book/01_first": ["book/01b_more"]})
    book.page("api_first", "# The evidence\n\nThe evidence, evidence and evidence.\n")
    book.page("errata", "# Errata\n\n```{errata}\n```\n")
    return book.build()


@pytest.fixture(scope="module")
def small_site(built, serve):
    """Its address."""
    with serve(built.site) as found:
        yield found


@pytest.fixture
def opened(contexts, small_site):
    """Open a page of the small book and wait until its fonts are there."""
    pages = []

    def visit(name: str, width: int = 1280, scheme: str = "light"):
        page = contexts(width, scheme).new_page()
        pages.append(page)
        page.goto(f"{small_site}/{name}", wait_until="load")
        page.evaluate("document.fonts.ready.then(() => true)")
        return page

    yield visit
    for page in pages:
        page.close()


@pytest.mark.parametrize("width", [320, 390])
@pytest.mark.parametrize("which", ["book/01_first.html", "book/errata.html"])
def test_no_formula_is_cut_on_a_phone(opened, cut, which, width):
    page = opened(which, width=width)
    assert cut(page) == []
    page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
    page.wait_for_timeout(300)
    assert cut(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate(SCROLLED) >= 2
    page.set_viewport_size({"width": 1280, "height": 900})
    assert page.evaluate(SCROLLED) == 0


def test_a_dark_page_is_printed_black_on_white_and_dark_again_after(opened):
    page = opened("book/01_first.html", scheme="dark")
    before = page.evaluate(COLOURS)
    assert before["theme"] == "dark" and before["ground"] != "rgb(255, 255, 255)"
    page.emulate_media(media="print")
    page.wait_for_function("document.documentElement.dataset.theme === 'light'")
    assert page.evaluate(COLOURS) == {"theme": "light", "text": "rgb(0, 0, 0)", "ground": "rgb(255, 255, 255)",
                                      "formula": "rgb(0, 0, 0)", "verdict": "block"}
    page.emulate_media(media="screen")
    page.wait_for_function("document.documentElement.dataset.theme === 'dark'")
    assert page.evaluate(COLOURS) == before


def test_an_excerpt_of_a_search_holds_no_buttons(opened):
    page = opened("search.html?q=evidence")
    page.locator("#search-results li p.context").first.wait_for()
    excerpt = page.locator("#search-results li p.context").first.inner_text()
    assert "The evidence is what the search looks for" in excerpt and "evidence_of" not in excerpt
    code = opened("search.html?q=only_in_code").locator("#search-results li p.context")
    code.first.wait_for()
    assert "evidence_of(only_in_code)" in code.first.inner_text()
    page.goto(page.url.replace("evidence", "words"))
    page.locator("#search-results li p.context").first.wait_for()
    (excerpt,) = page.locator("#search-results li p.context").all_inner_texts()
    assert excerpt.startswith("1. A chapter 1.1. A section Some words") and ".md" not in excerpt and "Repository" not in excerpt


COPIED = """() => {
    const part = document.querySelector('.bd-article section section p');
    getSelection().selectAllChildren(part);
    const event = new ClipboardEvent('copy', {clipboardData: new DataTransfer(), bubbles: true, cancelable: true});
    document.dispatchEvent(event);
    return ['text/plain', 'text/html'].map(kind => event.clipboardData.getData(kind));
  }"""


def test_what_is_copied_holds_the_tex_of_its_formulas(opened):
    text, html = opened("book/01_first.html").evaluate(COPIED)
    assert text == f"Some words, and a formula that no phone holds, ${LONG}$, in a line. A short one, $a=b$, stays as it is."
    assert html.count("<math") == 2


def test_formulas_are_there_without_scripts_and_from_a_file(chromium, built):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((built.site / "book" / "01_first.html").as_uri())
    assert page.locator(".bd-article .formula > math").first.bounding_box()["width"] > 100
    context.close()


UNSCRIPTED = """() => [getComputedStyle(document.body).backgroundColor, getComputedStyle(document.querySelector('.bd-article p')).color,
    getComputedStyle(document.querySelector('.derivation')).backgroundColor]"""


def test_a_page_without_scripts_is_dark_where_the_system_is(chromium, opened, small_site):
    for scheme in ("light", "dark"):
        context = chromium.new_context(java_script_enabled=False, color_scheme=scheme)
        page = context.new_page()
        page.goto(f"{small_site}/book/01_first.html")
        assert page.evaluate(UNSCRIPTED) == opened("book/01_first.html", scheme=scheme).evaluate(UNSCRIPTED)
        context.close()


@pytest.mark.parametrize("query, labels", [
    ("1.1", ["kl"]), ("dirac.delta", ["dirac.delta"]), ("DIRAC", ["dirac.delta"]), ("a title", ["dirac.delta", "kl", "no"]),
    ("mathcal_E", []), ("mathrm", ["kl"]), ("nothing of the kind", [])])
def test_a_search_finds_statements_by_number_label_title_and_sign(opened, query, labels):
    page = opened(f"search.html?q={query.replace(' ', '+')}")
    page.wait_for_function("Search.output?.lastChild || document.querySelector('#search-results p')")
    page.wait_for_load_state("networkidle")
    assert sorted(page.locator(".search-statements li > code").all_inner_texts()) == labels
    if labels:
        link = page.locator(".search-statements li > a").first
        assert "book/" in link.get_attribute("href") and "$" not in link.inner_text()
        page.wait_for_function("document.querySelector('.search-statements math')")


def test_where_a_statement_is_found_and_no_page_nothing_says_that_nothing_was_found(opened):
    page = opened("search.html?q=1.1")
    page.locator(".search-statements li").first.wait_for()
    page.wait_for_function("document.querySelector('#search-results .search-summary').textContent.includes('age')")
    assert page.locator("#search-results > ul.search > li").count() == 0
    assert page.locator("#search-results .search-summary").inner_text() == "No page holds all of these words."


def test_a_page_of_the_reference_stands_below_the_book(opened):
    page = opened("search.html?q=evidence")
    page.locator("#search-results li a").first.wait_for()
    links = [link.get_attribute("href") for link in page.locator("#search-results li > a").all()]
    assert len(links) >= 2 and [("api" in link) for link in links] == sorted("api" in link for link in links)
    for excerpt in page.locator("#search-results li p.context").all_inner_texts():
        assert "\\" not in excerpt


@pytest.mark.parametrize("end, there", [
    ("equation-dirac-delta", "equation-dirac-delta"), ("dirac.delta", "equation-dirac-delta"),
    ("equation-dirac-old", "equation-dirac-old"), ("what-has-gone", "what-has-gone")])
def test_an_address_within_a_page_that_was_divided_leads_to_where_its_end_is(opened, end, there):
    page = opened(f"book/01_first.html#{end}")
    page.wait_for_url(f"**/book/01b_more.html#{there}")
    assert page.locator(f"[id='{there}']").count() == 1
