"""What makes a build fail, and that it says where."""

from __future__ import annotations

import pytest
from small_books import derivation, record

CHAPTER = "# A chapter\n\n## A section\n\n"


def warned(book, text: str, page: str = "02_elbo", **settings) -> str:
    book.settings.update(settings)
    book.page(page, CHAPTER + text)
    return book.build().warnings


def test_a_display_equation_outside_of_the_ledger(book):
    found = warned(book, "$$\na = b\n$$\n")
    assert "chapter 2: the display equation 'a = b' is not in the ledger" in found
    assert "02_elbo.md:5" in found


def test_an_ams_environment_is_a_display_equation(book):
    assert "is not in the ledger" in warned(book, "\\begin{align}\na &= b\n\\end{align}\n")


def test_a_display_elsewhere_than_in_a_chapter_is_free(book):
    assert warned(book, "$$\na = b\n$$\n", page="appendix") == ""


def test_a_label_used_twice(book):
    text = derivation(record("kl", "a = b")) + derivation(record("kl", "b = c"), label="again")
    assert "chapter 2: the label kl is used twice" in warned(book, text)


def test_two_labels_with_one_address(book):
    text = derivation(record("kl.one", "a = b"), record("kl_one", "b = c"))
    assert "kl_one has the same address as kl.one" in warned(book, text)


@pytest.mark.parametrize("field, value", [
    ("uses", ["nowhere"]), ("instead", "nowhere"),
])
def test_an_unknown_label_in_a_record(book, field, value):
    found = warned(book, derivation(record("kl", "a = b", **{field: value})))
    assert f"chapter 2, kl: '{field}' names nowhere" in found


def test_an_unknown_label_in_a_correction_and_in_a_role(book):
    found = warned(book, ":::{correction} C\n:label: fix\n:article: x\n:proof: nowhere\nText.\n:::\n"
                         "\nSee {line}`lost`.\n")
    assert "chapter 2, fix: 'proof' names nowhere" in found
    assert "{line}`lost` quotes a statement" in found


def test_a_correction_may_lean_on_proofs_alone(book):
    found = warned(book, derivation(record("m", "a = b", kind="numerical", status="numerical"))
                   + ":::{correction} C\n:label: fix\n:article: x\n:proof: m\nText.\n:::\n")
    assert "chapter 2, fix: it leans on m, which is numerical, not proved" in found


def test_a_surviving_mutant(book):
    found = warned(book, derivation(
        record("kl", "a = b", mutants={"made": 5, "equal": 1, "killed": 3})))
    assert "chapter 2, kl: 1 altered variant of the statement passed" in found


def test_a_proof_without_a_probe(book):
    assert "chapter 2, kl: status 'proved' without a probe" in warned(
        book, derivation(record("kl", "a = b", probe=None)))


def test_a_record_that_cannot_be_read(book):
    assert "kind 'guess' is none of" in warned(book, derivation(record("kl", "a", kind="guess")))
    assert "its records cannot be read" in warned(book, "```{derivation} kl\n{\n```\n")


def test_an_answer_to_no_row(book):
    assert "chapter 2, kl: it answers row.x, and the article has no such row" in warned(
        book, derivation(record("kl", "a = b", answers=["row.x"])))


def test_a_finished_chapter_answers_every_row(book):
    book.rows([{"id": "one", "chapter": 2, "need": "proved"},
               {"id": "two", "chapter": 3, "need": "proved"}])
    text = derivation(record("kl", "a = b", kind="definition", status="definition", answers=["one"]))
    assert warned(book, text) == ""
    found = warned(book, text, derivation_chapters_complete=[2])
    assert "chapter 2: the article's row one needs 'proved' and is answered by kl" in found
    assert "row two" not in found


def test_a_symbol_that_is_not_in_the_registry(book):
    assert "chapter 2, kl: the symbol q (law) is not in notation.yml" in warned(
        book, derivation(record("kl", "a = b", symbols={"q": "law"})))


def test_a_symbol_with_two_meanings(book):
    book.symbols([{"symbol": "T", "meaning": "temperature", "kind": "symbol"},
                  {"symbol": "S", "meaning": "number of steps", "kind": "symbol", "also": ["T"]}])
    assert "the symbol T means two things: temperature; number of steps" in warned(
        book, derivation(record("kl", "a = b")))


def test_a_symbol_of_another_kind(book):
    book.symbols([{"symbol": "q", "meaning": "a law", "kind": "law"}])
    assert "the symbol q is a function here; notation.yml says: law, a law" in warned(
        book, derivation(record("kl", "a = b", symbols={"q": "function"})))


def test_an_entry_may_stand_for_all_indices(book):
    book.symbols([{"symbol": "p_i", "meaning": "a probability", "kind": "symbol",
                   "also": ["p_{*}"]}])
    assert warned(book, derivation(
        record("kl", "a = b", symbols={"p_{1}": "symbol", "p_{12}": "symbol"}))) == ""


def test_a_stale_map_of_numbers(book):
    book.page("02_elbo", CHAPTER + derivation(record("kl", "a = b")))
    assert "equation_numbers.json is stale for kl; run 'make numbers'" in book.build(numbers=False).warnings
    assert book.build(numbers=True).warnings == ""
    assert book.build(numbers=False).warnings == ""
    book.page("02_elbo", CHAPTER + derivation(record("new", "a = c"), record("kl", "a = b")))
    assert "is stale for kl, new" in book.build(numbers=False).warnings


def test_the_map_of_numbers_is_not_stale_where_another_machine_measures_another_number(book):
    def measuring(value):
        book.page("02_elbo", CHAPTER + derivation(
            record("gain", rf"\text{{measured }} {value}", kind="numerical", status="numerical")))

    measuring("3.1")
    assert book.build(numbers=True).warnings == ""
    measuring("3.2")
    built = book.build(numbers=False)
    assert built.warnings == "" and "measured } 3.2" in built.html("book/02_elbo")


def test_a_failed_build_does_not_pass_when_nothing_changes(book):
    book.page("02_elbo", CHAPTER + "$$\na = b\n$$\n")
    for _ in range(2):
        built = book.build(strict=True)
        assert "is not in the ledger" in built.warnings and book.exit == 1


def test_a_changed_data_file_is_noticed(book):
    book.page("02_elbo", CHAPTER + derivation(record("kl", "a = b", answers=["one"])))
    book.rows([{"id": "one", "chapter": 2, "need": "proved"}])
    assert book.build().warnings == ""
    book.rows([])
    assert "the article has no such row" in book.build().warnings


PROVED = record("p", "a = b")
MEASURED = record("m", "a = b", status="numerical", kind="numerical")
DEFINED = record("d", "a = b", status="definition", kind="definition")
REFUTED = record("r", "a = b", status="refuted", kind="refutation", instead="p")
FIXED = record("c", status="corrected", kind="correction", article="x")


@pytest.mark.parametrize("need, enough, too_little", [
    ("proved", [[PROVED]], [[], [MEASURED], [DEFINED]]),
    ("proved in the corrected form", [[PROVED, FIXED]], [[FIXED]]),
    ("refuted, and the corrected form proved", [[REFUTED]], [[PROVED], [{**REFUTED, "instead": "m"}]]),
    ("definition", [[DEFINED], [PROVED]], [[], [MEASURED]]),
    ("definition, corrected", [[{**DEFINED, "article": "x"}], [DEFINED, FIXED], [FIXED]], [[DEFINED]]),
    ("corrected", [[FIXED], [REFUTED]], [[DEFINED], []]),
    ("corrected, and what is true instead proved",
     [[{**FIXED, "proof": ["p"]}], [REFUTED]], [[FIXED], [{**FIXED, "proof": ["p", "m"]}]]),
    ("numerical", [[MEASURED], [PROVED]], [[DEFINED]]),
    ("remark", [[DEFINED], [FIXED]], [[]]),
])
def test_what_each_need_asks_for(need, enough, too_little):
    from derivation_book import coverage, records

    def full(found):
        return [{**records.DEFAULTS, **r} for r in found]

    known = {r["label"]: r for r in full([PROVED, MEASURED])}
    for found in enough:
        assert coverage.satisfied(need, full(found), known), found
    for found in too_little:
        assert not coverage.satisfied(need, full(found), known), found
    conceded = full([{**MEASURED, "concession": "no method decides it"}])
    assert coverage.satisfied(need, conceded, known)
