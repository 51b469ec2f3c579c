"""Each picture of a cell is a numbered figure with a caption, and can be referred to by its number."""

from __future__ import annotations

import ast
import re
from types import SimpleNamespace

import pytest
from small_books import ROOT

from derivation_book import figures
from derivation_book.depends import cells

DRAWN = '<figure class="dd-figure"><style>.dd-figure{{}}</style><svg role="img" aria-label="A curve."></svg>' \
        "<figcaption>{}</figcaption></figure>"
PAGE = f"""# A chapter

## A section

By {{numref}}`fig-second`, and `a`.

{DRAWN.format("The first &lt; the second. It rises.")}

(fig-second)=

{DRAWN.format("Noise comes in, and nothing is left of the image at last.")}

{DRAWN.replace("<figcaption>{}</figcaption>", "").format()}
"""
DRAWING = {"show", "movie", "slider", "digit_grid", "latent_grid", "latent_scatter", "plot_history", "Moving", "Race"}
PAGES = sorted(page for page in (ROOT / "book").glob("*.md") if "{code-cell}" in page.read_text(encoding="utf-8"))


def test_a_drawing_with_a_caption_is_a_numbered_figure(book):
    book.settings["numfig"] = True
    book.page("01_first", PAGE)
    built = book.build()
    assert built.warnings == ""
    page = built.html("book/01_first")
    first, second, _ = re.findall(r"<figure.*?</figure>", page, re.S)
    assert 'id="fig-the-first-the-second-it-rises"' in first and "The first &lt; the second. It rises." in first
    assert 'id="fig-second"' in second and '<div class="dd-figure">' in second
    numbers = re.findall(r'class="caption-number">(Fig\. [\d.]+) ', page)
    assert len(numbers) == 2 and numbers[0].endswith("1") and numbers[1].endswith("2")
    assert re.search(rf'href="#fig-second"[^>]*><span class="std std-numref">{re.escape(numbers[1])}</span>', page)
    assert page.count('class="dd-figure"') == 3


def test_a_picture_of_a_cell_is_named_by_the_label_before_its_cell(book):
    """It executes a notebook, since that is how every picture of the book comes to its page."""
    cell = "```{code-cell} ipython3\nfrom IPython.display import HTML\nHTML(" + repr(DRAWN.format("One. Two.")) + ")\n```\n"
    book.settings["numfig"] = True
    tagged = cell.replace("ipython3\n", "ipython3\n:tags: [borrowed]\n", 1)
    book.page("front", "# Front\n\n```{cell-output} 01_first borrowed\n```\n")
    book.page("01_first", f"# A chapter\n\n## A section\n\n(fig-named)=\n{tagged}\nSee {{numref}}`fig-named`.\n\n{cell}\n{cell}", notebook=True)
    built = book.build()
    assert built.warnings == ""
    page = built.html("book/01_first")
    assert re.findall(r'<figure class="drawn[^>]*id="([^"]*)"', page) == ["fig-named", "fig-one-two", "fig-one-two-2"]
    assert re.search(r'href="#fig-named"[^>]*><span class="std std-numref">Fig', page)
    front = built.html("book/front")
    assert front.count('class="dd-figure"') == 1 and "One. Two." in front and "caption-number" not in front


def test_each_page_outside_the_chapters_counts_its_figures_and_equations_from_one():
    counted = SimpleNamespace(toc_fignumbers={
        "chapter": {"figure": {"a": (3, 1), "b": (3, 2)}}, "aside": {"figure": {"c": (1,)}},
        "next": {"figure": {"d": (2,), "e": (3,)}, "displaymath": {"f": (7,), "g": (8,)}},
        "last": {"table": {"h": (2,)}, "displaymath": {"i": (9,)}},
    })
    assert figures.from_one(None, counted) == ["next", "last"]
    assert counted.toc_fignumbers == {
        "chapter": {"figure": {"a": (3, 1), "b": (3, 2)}}, "aside": {"figure": {"c": (1,)}},
        "next": {"figure": {"d": (1,), "e": (2,)}, "displaymath": {"f": (1,), "g": (2,)}},
        "last": {"table": {"h": (2,)}, "displaymath": {"i": (1,)}},
    }
    assert figures.from_one(None, counted) == []


def drawings(page) -> list[tuple[str, dict[str, ast.expr]]]:
    """Each call that draws a picture for the page: its name and its keywords."""
    return [(call.func.id, {word.arg: word.value for word in call.keywords})
            for cell in cells(page.read_text(encoding="utf-8")) for call in ast.walk(ast.parse(cell))
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in DRAWING]


def words_of(value: ast.expr) -> str:
    """The text of a caption; what an f-string fills in counts as a number."""
    if isinstance(value, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "0" for part in value.values)
    return ast.literal_eval(value)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_picture_says_what_is_seen_and_what_to_conclude(page):
    for name, given in drawings(page):
        assert {"alt", "caption"} <= set(given), f"{name} without {set(given) ^ {'alt', 'caption'}}"
        caption, alt = words_of(given["caption"]), words_of(given["alt"])
        sentences = re.findall(r"[.!?](?=\s|$)", re.sub(r"\b(Eq|Fig)\. ", r"\1 ", caption))
        assert caption.endswith(".") and 1 <= len(sentences) <= 3 and len(caption.split()) >= 10, caption
        assert "$" not in caption and alt.endswith("."), caption
