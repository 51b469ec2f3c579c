"""Slides: what their sources name is in the book, and what is made of a small site."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import slides
from derivation_book.exercises import kept_as

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "book" / "slides").glob("*.md"))
PARTS = [(path.stem, slide.title, kind, words) for path in SOURCES
         for slide in slides.read(path.read_text(encoding="utf-8"))[1] for kind, words in slide.parts]


def chapter(page: str) -> str:
    return (ROOT / "book" / f"{page}.md").read_text(encoding="utf-8")


def test_there_are_slides_for_each_session_of_the_plan():
    rows = re.findall(r"^\| (\d) \|", (ROOT / "book" / "teaching.md").read_text(encoding="utf-8"), re.M)
    assert [path.stem for path in SOURCES] == rows == list("12345678")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_every_statement_picture_and_exercise_of_a_session_is_in_the_book(path):
    labels = json.loads((ROOT / "vdmlib" / "derive" / "equation_numbers.json").read_text(encoding="utf-8"))["equations"]
    for session, title, kind, words in PARTS:
        if session != path.stem:
            continue
        if kind == "statement":
            assert words.partition(":")[0] in labels, (title, words)
        elif kind == "exercise":
            page, name = words.split()
            assert name in map(kept_as, re.findall(r"^:+\{admonition\} Exercise ★*: (.*)$", chapter(page), re.M)), (title, words)
        elif kind == "picture":
            page, name = words.split()
            text = chapter(page)
            assert f"({name})=" in text or re.search(rf"^:tags: \[.*\b{name}\b", text, re.M), (title, words)


def test_a_session_shows_pictures_notes_and_an_exercise():
    for path in SOURCES:
        kinds = {kind for session, _, kind, _ in PARTS if session == path.stem}
        assert {"statement", "exercise"} <= kinds, path.name
        assert any(slide.notes for slide in slides.read(path.read_text(encoding="utf-8"))[1]), path.name
    assert len({session for session, _, kind, _ in PARTS if kind == "picture"}) >= 7


@pytest.mark.parametrize("text, words", [
    ("", "a session has a title"), ("# A\n- early", "before the first slide"), ("# A\n## B\nsome words", "no line of a slide"),
    ("# A\n## B\npicture: alone", "no line of a slide"), ("# A", "a session has a title")])
def test_what_is_no_line_of_a_slide_is_told(text, words):
    with pytest.raises(slides.SlideError, match=words):
        slides.read(text)


SHEETS = """<div class="sheet-exercise" data-exercise="01_first#ex-one"><p>Try <a href="01_first.html#exercise-1">it</a>.</p>
<div class="cell_input"><pre>code</pre></div></div>"""
FIRST = """<figure class="drawn" id="fig-one"><div class="dd-figure"><svg viewBox="0 0 1 1"></svg></div>
<figcaption>One <a class="headerlink" href="#fig-one">#</a> <a href="#equation-a-b">(1.1)</a> <a href="02_more.html">more</a></figcaption></figure>
<div class="cell tag_hide-input tag_drawn docutils"><div><figure class="drawn" id="fig-two"><svg></svg></figure></div></div>"""
TEACHING = "<table><tr><td><p>1</p></td><td><p><a href=\"01_first.html\">One</a></p></td><td><p>Two</p></td><td>Three</td><td>Four</td></tr></table>"
ENTRY = {"page": "book/01_first", "anchor": "equation-a-b", "number": "1.1", "title": "A title", "status": "proved", "kind": "identity",
         "latex": "= b", "statement": "a<b", "article": "", "counterexample": "", "slip": "", "instead": ""}


@pytest.fixture
def site(tmp_path):
    """A site of a page, a sheet and a plan; and sources."""
    (tmp_path / "site" / "book").mkdir(parents=True)
    for name, text in (("01_first", FIRST), ("sheets", SHEETS), ("teaching", TEACHING)):
        (tmp_path / "site" / "book" / f"{name}.html").write_text(text)
    false = {**ENTRY, "kind": "refutation", "status": "refuted", "number": None, "statement": "a=c", "anchor": "statement-a-c"}
    (tmp_path / "site" / "ledger.json").write_text(json.dumps({"statements": [{**ENTRY, "label": "a.b"}, {**false, "label": "a.c"}]}))
    (tmp_path / "book" / "slides").mkdir(parents=True)
    (tmp_path / "book" / "01_first.md").write_text("```{spine}\na.b: Because of $x$.\n```\n")
    return tmp_path


def made(site, text):
    (site / "book" / "slides" / "1.md").write_text("# The *title*\n" + text)
    slides.make(site / "site", site / "site" / "slides", site / "book" / "slides", ROOT / "node_modules", "Book")
    return (site / "site" / "slides" / "1.html").read_text()


def test_a_slide_has_formula_number_verdict_and_the_sentence_of_the_spine(site):
    text = made(site, "## One\na.b\n## Two\na.b: An own sentence, see {eq}`a.b` & `code`.\na.c: No.\n> Say $y$.\n")
    first, second = re.findall(r'<section class="slide .*?</section>', text, re.S)[1:3]
    assert "Because of <span" in first and "<mo>&lt;</mo>" in first and "✓" in first and "notes" not in first
    assert '<a class="number" href="../book/01_first.html#equation-a-b">(1.1)</a>' in first
    assert "An own sentence" in second and "&amp; <code>code</code>" in second and 'class="struck"' in second and "✗" in second
    assert '<details class="notes">' in second and "<em>title</em>" in text


def test_pictures_and_exercises_are_taken_with_their_links(site):
    text = made(site, "## One\npicture: 01_first fig-one\n- point\n## Two\npicture: 01_first drawn\n## Three\nexercise: 01_first ex-one\n")
    assert 'href="../book/01_first.html#equation-a-b"' in text and 'href="../book/02_more.html"' in text and "headerlink" not in text
    assert text.count('id="fig-two"') == 1 and "slide-body beside" in text
    assert 'Try <a href="../book/01_first.html#exercise-1">it</a>' in text and "code" not in text
    assert '<dd><a href="../book/01_first.html">One</a></dd>' in text and "<p>Four</p>" in text


@pytest.mark.parametrize("line, words", [
    ("no.such", "no statement has the label no.such"), ("picture: 01_first fig-none", "has no picture fig-none"), ("exercise: 01_first ex-none", "no exercise"),
    ("picture: 07_none fig-one", "no page 07_none"), (r"- $\frac{1$", "cannot be set")])
def test_what_the_book_does_not_have_is_told_with_the_file_and_nothing_is_written(site, line, words):
    with pytest.raises(slides.SlideError, match=rf"1\.md: .*{words}"):
        made(site, f"## One\n{line}\n")
    assert not (site / "site" / "slides").exists()
