"""Derivations become numbered mathematics, and their records the ledger."""

from __future__ import annotations

import json
from types import SimpleNamespace

import jsonschema
import pytest
from derivation_book import settings
from small_books import ROOT, derivation, record

CHAPTER = "# A chapter\n\n## A section\n\n"


def two_chapters(book):
    book.page("01_first", CHAPTER + derivation(
        record("kl.0", r"\log a", kind="start", status="start", because=""),
        record("kl.one", "= b"), record("kl.two", r"\ge c", kind="inequality", uses=["kl.one"]),
    ))
    book.page("02_second", CHAPTER + derivation(record("elbo", "d = e", uses=["kl.two"]))
              + "\nSee {eq}`kl.two` and {line}`kl.one`, {let}`x=y`.\n")
    return book


def test_lines_are_numbered_by_chapter_and_resolve_from_any_page(book):
    built = two_chapters(book).build()
    assert built.warnings == ""
    numbers = {s["label"]: s["number"] for s in built.ledger()["statements"]}
    assert numbers == {"kl.0": None, "kl.one": "1.1", "kl.two": "1.2", "elbo": "2.1"}
    page = built.html("book/02_second")
    assert '<a class="reference internal" href="01_first.html#equation-kl-two">(1.2)</a>' in page
    assert 'href="01_first.html#equation-kl-one"' in page
    assert 'id="equation-kl-two"' in built.html("book/01_first")


def test_a_verdict_opens_and_says_how_it_was_checked(book):
    page = two_chapters(book).build().html("book/01_first")
    start = page.index('<details class="verdict status-proved">')
    verdict = page[start:page.index("</details>", start)]
    assert "<summary>" in verdict and "proved" in verdict and 'aria-hidden="true"' in verdict
    for words in ("algebra", "everything", "3 random instances", "30 digits",
                  "2 of 2 altered variants rejected; 1 more turned out to be true"):
        assert words in verdict


def test_the_ledger_fits_its_schema_and_is_the_same_each_time(book):
    two_chapters(book)
    first = book.build()
    schema = json.loads((first.site / "ledger.schema.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(first.ledger())
    text = (first.site / "ledger.json").read_text()
    page = book.folder / "book" / "01_first.md"
    page.write_text(page.read_text() + "\nMore words.\n")
    again = book.build()
    assert (again.site / "ledger.json").read_text() == text


def test_a_page_that_is_read_again_leaves_nothing_of_its_old_self(book):
    two_chapters(book).build()
    book.page("02_second", CHAPTER + derivation(record("other", "d = e")))
    built = book.build()
    labels = [s["label"] for s in built.ledger()["statements"]]
    assert labels == ["kl.0", "kl.one", "kl.two", "other"]
    assert built.warnings == ""


def test_pages_that_quote_a_statement_follow_its_change(book):
    two_chapters(book).build()
    first = book.folder / "book" / "01_first.md"
    first.write_text(first.read_text().replace("= b", "= bbb"))
    assert "= bbb" in book.build().html("book/02_second")


def test_a_statement_is_fully_checked_only_if_all_it_rests_on_is(book):
    book.page("01_first", CHAPTER + derivation(
        record("weak", "a = b", status="numerical", kind="numerical"),
        record("middle", "b = c", uses=["weak"]), record("end", "c = d", uses=["middle"]),
        record("free", "d = e"), record("granted", "e = f", status="assumption", kind="assumption"),
        record("named", "g = h", status="definition", kind="definition"), record("sure", "h = i", uses=["named", "free"]),
        record("first", "i = j", uses=["granted"]), record("next", "j = k", follows="first"),
    ))
    found = {s["label"]: s["fully_checked"] for s in book.build().ledger()["statements"]}
    assert found == {"weak": False, "middle": False, "end": False, "free": True, "granted": False, "named": True,
                     "sure": True, "first": False, "next": False}


def test_words_leave_records_of_their_kind(book):
    book.page("01_first", CHAPTER + derivation(record("kl", "a = b")) + """
:::{definition} Latent variable
:label: latent
:answers: row.one, row.two
A variable that is not observed, $z=f(x)$.
:::

:::{correction} Not a set
:label: fix
:article: a variable is a set
:proof: kl
It is a function.
:::

:::{remark} On units
:label: units
Logarithms to base two give bits.
:::

:::{assumption} Finite
:label: finite
Expectations are finite.
:::
""")
    book.rows([{"id": f"row.{n}", "chapter": 1, "need": "definition"} for n in ("one", "two")])
    built = book.build()
    assert built.warnings == ""
    found = {s["label"]: s for s in built.ledger()["statements"]}
    assert {label: s["status"] for label, s in found.items()} == {
        "kl": "proved", "latent": "definition", "fix": "corrected", "units": "remark",
        "finite": "assumption",
    }
    assert found["latent"]["answers"] == ["row.one", "row.two"]
    assert found["fix"]["proof"] == ["kl"] and found["fix"]["article"] == "a variable is a set"
    assert built.ledger()["unmarked"] == []
    assert 'id="statement-latent"' in built.html("book/01_first")


def test_a_refuted_claim_that_is_not_the_articles_is_not_laid_at_its_door(book):
    book.page("01_first", CHAPTER + derivation(record("right", "p = q r")) + derivation(record(
        "wrong", "p = q", kind="refutation", status="refuted", counterexample="left side $1$, right side $2$", instead="right",
    )))
    page = book.build().html("book/01_first")
    assert '<del class="struck">' in page and "It is not so that" in page and "The article says" not in page


def test_a_refutation_strikes_the_claim_links_what_holds_and_folds_the_articles_words(book):
    book.page("01_first", CHAPTER + derivation(record("right", "p = q r")) + derivation(record(
        "wrong", "p = q", kind="refutation", status="refuted", article="$p=q$, always",
        counterexample="left side $1$, right side $2$", instead="right", slip="$p$ stands for $q$",
        mutants={"made": 3, "equal": 1, "killed": 2},
    )))
    built = book.build()
    page = built.html("book/01_first")
    shown, note = page.split('<details class="source-note"', 1)
    assert shown.index("It is not so that") < shown.index("Counterexample") < shown.index("What holds")
    assert shown.count('<del class="struck">') == note.count('<del class="struck">') == 1 and "article says" not in shown
    assert "Source note" in note and "article’s words" in note.partition("</summary>")[0] and ", always" in note.partition("</details>")[0]
    assert "What is wrong" in page and "stands for" in page
    assert "2 of 2 altered variants not taken for the claim; 1 more turned out to be as false" in page
    assert "right side" in page and 'href="#equation-right"' in page
    assert {s["label"]: s["number"] for s in built.ledger()["statements"]} == {
        "right": "1.1", "wrong": None,
    }


def test_inline_claims_are_counted_and_names_are_not(book):
    book.page("01_first", CHAPTER + r"""
Here $a=b$ claims, $\sum_{i=1}^n p(X=x_i)$ names, {let}`c=d` chooses, $x\ge0$ claims,
$\mathbb P(X=1)$ names, $\left(a\right)$ names, $p(X=x)=1$ claims.
""" + derivation(record("kl", "a = b", because="for $a=c$")))
    found = [claim["tex"] for claim in book.build().ledger()["unmarked"]]
    assert found == ["a=b", r"x\ge0", "p(X=x)=1"]


def test_maps_and_notation_are_written_by_the_build(book):
    book.symbols([{"symbol": "q", "meaning": "a law, $q$", "kind": "law", "section": "Laws"},
                  {"symbol": r"\alpha_t", "meaning": "a share", "kind": "functional", "section": "Laws"}])
    book.rows([{"id": "row", "chapter": 1, "need": "proved", "form": "$a=b$"}])
    book.page("01_first", CHAPTER + derivation(
        record("kl", "a = b", answers=["row"], symbols={"q": "law"})) + derivation(
        record("share.all", r"\bar{\alpha}_{t} = b")) + derivation(record("share.one", r"b = \alpha_{t}")))
    book.page("map", "# Map\n\n```{verification-map}\n```\n")
    book.page("symbols", "# Symbols\n\n```{notation-table}\n```\n")
    built = book.build()
    assert built.warnings == ""
    page = built.html("book/map")
    assert "Chapter 1: 3 statements" in page and "1 of 1 rows" in page and "✓ yes" in page
    assert "6 of 6 altered variants" in page and "There is none." in page
    assert 'href="../ledger.json"' in page
    assert all(f"Chapter 1, ({number})" in built.html("book/symbols") for number in ("1.1", "1.3"))


def test_the_site_asks_no_other_host(book):
    two_chapters(book)
    built = book.build()
    assert (built.site / ".nojekyll").exists() and built.warnings == ""
    book.page("03_third", "# Third\n\n<img src='https://example.org/a.png'>\n")
    assert "fetches https://example.org/a.png" in book.build().warnings


def test_the_projects_own_data_can_be_read():
    from derivation_book import coverage, notation

    rows = json.loads((ROOT / "book/_data/article.json").read_text())["rows"]
    assert len(rows) == 208 and len({row["id"] for row in rows}) == 208
    assert {row["need"] for row in rows} <= set(coverage.NEEDS)
    import yaml

    entries = tuple(yaml.safe_load((ROOT / "book/_data/notation.yml").read_text()))
    assert notation.clashes(entries) == []
    assert all(notation.kinds(entry) for entry in entries)


def test_a_chapter_of_two_pages_counts_on(book):
    """``01b_more``, a page below that of its chapter: its equations are the chapter's, and so is its place in the ledger."""
    book.page("01_first", CHAPTER + derivation(record("kl", "a = b")) + "\n```{toctree}\n01b_more\n```\n")
    book.page("01b_more", CHAPTER + derivation(record("more", "c = d", uses=["kl"])))
    book.page("02_second", CHAPTER + derivation(record("elbo", "d = e")))
    book.pages.remove("01b_more")
    built = book.build()
    assert [line for line in built.warnings.splitlines() if "ledger" in line] == []
    committed = json.loads((book.folder / "vdmlib/derive/equation_numbers.json").read_text())["equations"]
    assert {label: entry["number"] for label, entry in committed.items()} == {"kl": "1.1", "more": "1.2", "elbo": "2.1"}
    assert [(r["label"], r["chapter"]) for r in built.ledger()["statements"]] == [("kl", 1), ("more", 1), ("elbo", 2)]


@pytest.mark.parametrize("page, name", [("book/01_first", "Chapter 1"), ("01b_more", "Chapter 1b"), ("book/clinic", "The clinic")])
def test_a_page_has_a_name_of_its_own(page, name):
    config = SimpleNamespace(derivation_chapter_pattern=settings.VALUES["derivation_chapter_pattern"][0])
    titles = {"book/clinic": SimpleNamespace(astext=lambda: "The clinic")}
    assert settings.page_name(SimpleNamespace(config=config, env=SimpleNamespace(titles=titles)), page) == name
