"""A label that ends in a number is a place: nothing refers to it. An old label leads to the new one."""

from __future__ import annotations

import json
import re

import pytest
from small_books import ROOT, derivation, record

from derivation_book import labels

CHAPTER = "# A chapter\n\n## A section\n\n"
CHAIN = derivation(
    record("kl.way.0", "a", kind="start", status="start"), record("kl.way.1", "= b"), record("kl.way.2", "= c"),
    record("kl.way.end", "= d"), label="kl.way")


def warned(book, text: str) -> str:
    book.page("01_first", CHAPTER + CHAIN)
    book.page("02_elbo", CHAPTER + text)
    return book.build().warnings


def statement(label="later", **more) -> str:
    return derivation(record(label, "e = f", **more))


@pytest.mark.parametrize("text, by", [
    ("By {eq}`kl.way.2` it holds.", ""),
    ("{line}`kl.way.2` holds.", ""),
    ("```{restate} kl.way.2\n```", ""),
    ("[so](https://example.org/book/01_first.html#equation-kl-way-2)", ""),
    ("[so](https://example.org/book/01_first.html#kl.way.2)", ""),
    ("[so](https://example.org/at/kl.way.2.html)", ""),
    (statement(uses=["kl.way.2"]), ", later"),
    (statement(because="by {eq}`kl.way.2`"), ", later"),
    (statement(conditions=["$a>0$, as in {eq}`kl.way.2`"]), ", later"),
    (statement(status="refuted", kind="refutation", instead="kl.way.2"), ", later"),
    (":::{correction} C\n:label: fix\n:article: x\n:proof: kl.way.2\nText.\n:::", ", fix"),
    (":::{remark} R\n:label: note\n:uses: kl.way.2\nText.\n:::", ", note"),
    (":::{remark} R\n:label: note\nText with {eq}`kl.way.2`.\n:::", ", note"),
])
def test_a_reference_to_a_place_is_refused(book, text, by):
    found = [line for line in warned(book, text + "\n").splitlines() if "it refers to" in line]
    assert len(found) == 1, found
    assert f"chapter 2{by}: it refers to kl.way.2, which ends in a number" in found[0]
    assert 'give the line a name where it is made, label="kl.way.<word>", and refer to that' in found[0]
    assert "02_elbo.md" in found[0]


@pytest.mark.parametrize("text", [
    "By {eq}`kl.way.end`, {line}`kl.way.end` and [here](https://example.org/at/kl.way.end.html).",
    statement(uses=["kl.way.end"], because="{eq}`kl.way.end`"),
    statement("other.1"),
])
def test_a_reference_to_a_name_and_a_place_without_one_are_fine(book, text):
    assert warned(book, text + "\n") == ""


def test_a_statement_that_its_author_numbered_is_asked_for_a_word(book):
    found = warned(book, derivation(record("bayes.3", "e = f", group="bayes.3")) + "\nBy {eq}`bayes.3`.\n")
    assert 'it refers to bayes.3, which ends in a number' in found and 'call it "bayes.<word>" and refer to that' in found


@pytest.mark.parametrize("code, refused", [
    ("Identity('b', c, d, because=way[2])", "way[2]"),
    ("exercise('b', 'Which?', way[1])", "way[1]"),
    ("f = way.function(\n    2, x)", "way.function(2, x)"),
    ("f = way.printed(2, x)", "way.printed(2, x)"),
    ("way['kl.way.end'], way.function('kl.way.end', x), rows[2], rows.function(1, x)", ""),
])
def test_a_line_taken_by_its_number_in_a_cell_is_refused(code, refused):
    text = "# Title\n\n```{code-cell} ipython3\n:tags: [hide-input]\n" \
           "way = Derivation('kl.way', 'A way').start(a)\n```\n\nWords.\n\n" \
           f"```{{code-cell}} ipython3\n:tags: [hide-input]\nrows = [1, 2, 3]\n{code}\n```\n"
    assert list(labels.by_number(text)) == ([(13, refused)] if refused else [])


def test_a_line_taken_by_its_number_stops_the_build(book):
    book.settings["nb_execution_mode"] = "off"
    book.page("02_elbo", CHAPTER + "```{code-cell} ipython3\nway = Derivation('kl.way', 'A way')\nway[2]\n```\n", notebook=True)
    found = book.build().warnings
    assert "chapter 2: way[2] takes a line by its number" in found and 'label="…"' in found


def test_an_old_label_leads_to_the_new_one_from_everywhere(book):
    book.moved({"kl.way.3": "kl.way.end", "old": "note"})
    assert warned(book, ":::{remark} R\n:label: note\nText.\n:::\n") == ""
    site = book.folder / "_build" / "html"
    assert "url=../book/01_first.html#equation-kl-way-end" in (site / "at" / "kl.way.3.html").read_text()
    assert "url=../book/02_elbo.html#statement-note" in (site / "at" / "old.html").read_text()
    assert 'id="equation-kl-way-3"' in (site / "book" / "01_first.html").read_text()
    assert 'id="statement-old"' in (site / "book" / "02_elbo.html").read_text()


@pytest.mark.parametrize("moved, text, message", [
    ({"gone": "nowhere"}, "", "gone leads to nowhere, and no statement has that label"),
    ({"kl.way.2": "kl.way.end"}, "", "another statement has the label kl.way.2; give that one a name"),
    ({"kl.way.3": "kl.way.end"}, statement(uses=["kl.way.3"]), "kl.way.3 is kl.way.end now; refer to that"),
])
def test_an_old_label_that_does_not_lead_on_is_reported(book, moved, text, message):
    book.moved(moved)
    assert message in warned(book, text)


def test_a_change_of_old_labels_is_noticed(book):
    assert warned(book, "") == ""
    book.moved({"kl.way.3": "kl.way.end"})
    built = book.build()
    assert built.warnings == "" and 'id="equation-kl-way-3"' in built.html("book/01_first")


def test_a_place_is_shown_as_one_and_its_derivation_has_an_address(book):
    warned(book, "")
    site = book.folder / "_build" / "html"
    page = (site / "book" / "01_first.html").read_text()
    assert re.search(r'href="\.\./at/kl\.way\.1\.html" title="where this line stands in this version">.*?a place in '
                     r'.*?href="\.\./at/kl\.way\.html" title="permanent link"', page)
    assert 'href="../at/kl.way.end.html" title="permanent link"' in page
    assert "url=../book/01_first.html#statement-kl-way-0" in (site / "at" / "kl.way.html").read_text()


def committed() -> tuple[dict, dict]:
    """The book's own labels, and those that it had."""
    numbers = json.loads((ROOT / "vdmlib/derive/equation_numbers.json").read_text())["equations"]
    return numbers, json.loads((ROOT / "book/_data/moved_labels.json").read_text())["moved"]


VERSIONS = sorted(path.stem for path in (ROOT / "tests/book/published").glob("*.txt"))


def stood(version: str) -> dict[str, str]:
    """Label -> the page that it stood on in a published version."""
    return dict(line.split() for line in (ROOT / f"tests/book/published/{version}.txt").read_text().splitlines())


@pytest.mark.parametrize("version", VERSIONS)
def test_every_label_of_a_published_version_still_leads_somewhere(version):
    now, moved = committed()
    published = stood(version)
    assert len(published) > 700
    assert [label for label in published if label not in now and label not in moved] == []


@pytest.mark.parametrize("version", VERSIONS)
def test_every_address_of_a_published_version_leads_to_its_statement(version):
    now, moved = committed()
    parts = json.loads((ROOT / "book/_data/moved_labels.json").read_text())["parts"]
    astray = {}
    for label, page in stood(version).items():
        there = now[moved.get(label, label)]["page"]
        if there != page and there not in parts.get(page, []):
            astray[label] = (page, there)
    assert astray == {}


def test_old_labels_lead_to_labels_of_the_book_and_mean_one_thing():
    now, moved = committed()
    assert {old: new for old, new in moved.items() if new not in now or labels.is_place(new)} == {}
    assert sorted(set(moved) & set(now)) == []
    assert list(moved) == sorted(moved)


def test_no_file_of_the_library_names_a_place_or_an_old_label():
    now, moved = committed()
    wrong = {label for label in now if labels.is_place(label)} | set(moved)
    found = {
        (str(path.relative_to(ROOT)), label)
        for path in (ROOT / "vdmlib").rglob("*.py")
        for label in re.findall(r"[`\"']([a-z]\w*(?:\.\w+)+)[`\"']", path.read_text(encoding="utf-8")) if label in wrong
    }
    assert found == set()


def test_no_chapter_takes_a_line_by_its_number():
    found = {(page.name, *hit) for page in (ROOT / "book").glob("*.md")
             for hit in labels.by_number(page.read_text(encoding="utf-8"))}
    assert found == set()
