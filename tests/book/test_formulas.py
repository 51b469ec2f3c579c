"""Formulas are MathML when the page is built: nothing is left to typeset in the browser."""

from __future__ import annotations

import re
from pathlib import Path

import psutil
import pytest
from derivation_book import formulas, formulas_files
from fontTools.ttLib import TTFont
from small_books import Book, derivation, record

PACKAGES = Path(__file__).resolve().parents[2] / "node_modules"
KL = r"D_{\mathrm{KL}}\left(q(z|x)\,\middle\Vert\,p(z)\right)"
TEX = re.compile(r'<annotation encoding="application/x-tex">(.*?)</annotation>', re.S)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A page with formulas of every kind."""
    book = Book(tmp_path_factory.mktemp("formulas"))
    book.page("notes", rf"""# A chapter

## Of ${KL}$

A short one, $a < b$, and a long one, ${KL}+{KL}$.

$$
a &= b \\
  &= c
$$

$$
a
$$ (named)

\begin{{align}}
x &= y
\end{{align}}

{{eq}}`named`

""" + derivation(record("kl", KL + r"\ge 0", because=r"for $\alpha>0$")))
    return book.build()


def test_a_page_holds_mathml_and_no_script_that_sets_mathematics(built):
    page = built.html("book/notes")
    assert built.warnings == ""
    assert "MathJax" not in page and r"\(" not in page and r"\[" not in page
    assert page.count("notranslate nohighlight") == len(TEX.findall(page)) >= 8
    assert page.count('<math display="block"') == page.count('<div class="formula">') == 4


def test_the_tex_is_kept_for_whoever_copies_it(built):
    kept = TEX.findall(built.html("book/notes"))
    assert KL in kept and "a &lt; b" in kept and r"\alpha&gt;0" in kept


def test_a_display_keeps_its_number_and_its_anchor(built):
    page = built.html("book/notes")
    named = re.search(r'<div class="math[^>]* id="equation-named".*?</div></div>', page, re.S)[0]
    assert re.search(r'<span class="eqno">\(1\.1\)<a class="headerlink"', named)
    assert re.search(r'<div class="math[^>]* id="equation-kl".*?\(1\.3\)<', page)
    assert r"\begin{align*}" in page and page.count('class="eqno"') == 3 and "tml-eqn" not in page
    assert 'href="#equation-named">(1.1)</a>' in page


def test_lines_below_one_another_are_aligned(built):
    assert built.html("book/notes").count("<mtable") == 2


def test_only_what_may_not_fit_in_a_line_of_a_phone_scrolls_by_itself(built):
    page = built.html("book/notes")
    (long,) = re.findall(r'<span class="math notranslate nohighlight long" style="--em:([\d.]+)">', page)
    assert float(long) > formulas.LONG > formulas.em(KL)


def test_the_widest_row_counts():
    assert formulas.em(r"\begin{aligned} &a + b + c \\ &a \end{aligned}") == formulas.em("a + b + c") > formulas.em("a + b")


@pytest.mark.parametrize("tex, said", [(r"\frac{a}{b", "Unexpected end of input"), (r"\nosuchthing x", "nosuchthing")])
@pytest.mark.parametrize("mark", ["$", "$$"])
def test_a_formula_that_cannot_be_set_fails_the_build_with_its_page(tmp_path, tex, said, mark):
    book = Book(tmp_path)
    book.page("01_first", f"# A chapter\n\nWords.\n\n{mark}{tex}{mark}\n")
    built = book.build(strict=True)
    assert book.exit and "book/01_first.md" in built.warnings
    assert "a formula cannot be set" in built.warnings and said in built.warnings and tex in built.warnings


def test_a_sign_that_the_font_lacks_fails_the_build(tmp_path):
    book = Book(tmp_path)
    book.page("01_first", "# A chapter\n\n$a 漢 b$\n")
    built = book.build(strict=True)
    assert book.exit and "the font of formulas has no 漢: a 漢 b" in built.warnings


def test_the_font_has_the_signs_that_it_is_said_to_have():
    shown = TTFont(PACKAGES / formulas_files.FONT)
    assert "MATH" in shown
    wanted = formulas_files.SIGNS & shown.getBestCmap().keys()
    assert len(wanted) > 0.95 * len(formulas_files.SIGNS)
    for tex in (r"\log\theta'\,\mathcal{N}\mathbb{E}\mathbf{x}\mathsf{T}\varnothing", r"\sum_{i=1}^n\sqrt{\bar\alpha_t}\dots\|\cdot\|"):
        found = formulas.Formulas(PACKAGES / "temml/dist/temml.cjs")
        assert formulas.signs(found(tex, True)["html"]) <= wanted
        found.end()


def test_the_font_stands_in_the_style_sheet_and_nothing_is_fetched(built):
    style = (built.site / "_static" / formulas_files.STYLE).read_text(encoding="utf-8")
    assert style.count("@font-face") == 1
    assert {address.partition(",")[0][:10] for address in re.findall(r'url\("?([^")]*)', style)} <= {"data:font/", "data:image"}
    assert len(style) < 140_000 and "Open Font License" in style and "MIT" in style
    assert (built.site / "_static" / formulas_files.CONVERTER).is_file()


def test_the_same_font_gives_the_same_bytes():
    assert formulas_files.font(PACKAGES / formulas_files.FONT) == formulas_files.font(PACKAGES / formulas_files.FONT)


def test_a_formula_is_converted_once_and_the_process_ends():
    found = formulas.Formulas(PACKAGES / "temml/dist/temml.cjs")
    assert found("a=b", False) is found("a=b", False) and found("a=b", True) is not found("a=b", False)
    (converter,) = found.converters.values()
    assert psutil.pid_exists(converter.process.pid)
    found.end()
    assert converter.process.returncode == 0


def test_without_the_converter_the_build_says_what_to_do(tmp_path):
    found = formulas.Formulas(tmp_path / "temml.cjs")
    with pytest.raises(Exception, match="'make setup' brings what sets formulas"):
        found("a", False)
