"""The clinic: every question has its thread, its entry and its verdict, and the table says what the ledger says."""

from __future__ import annotations

import re

import pytest
import yaml
from small_books import ROOT, derivation, record

QUESTIONS = yaml.safe_load((ROOT / "book" / "_data" / "clinic.yml").read_text(encoding="utf-8"))
TEXT = (ROOT / "book" / "clinic.md").read_text(encoding="utf-8")
ENTRIES = re.split(r"^\(clinic-\d+\)=\n", TEXT, flags=re.M)[1:]
ADDRESS = re.compile(r"https://[^\s)]+")


def test_there_are_twenty_five_and_they_are_numbered_in_order():
    assert len(QUESTIONS) == len(ENTRIES) == 25
    assert re.findall(r"^\(clinic-(\d+)\)=\n### (\d+)\. ", TEXT, re.M) == [(str(n), str(n)) for n in range(1, 26)]
    assert len({q["address"] for q in QUESTIONS}) == len({q["label"] for q in QUESTIONS}) == 25


@pytest.mark.parametrize("number", range(25))
def test_an_entry_cites_its_thread_and_no_other_and_makes_its_verdict(number):
    question, entry = QUESTIONS[number], ENTRIES[number]
    assert set(question) <= {"thread", "address", "more", "group", "asked", "label", "seen"} and question["seen"]
    assert set(ADDRESS.findall(entry)) == {question["address"], *question.get("more", ())}
    assert "**Asked** in [" in entry and f'"{question["label"]}"' in entry
    assert question["group"] == re.findall(r"^## (.*)$", TEXT[:TEXT.index(f"(clinic-{number + 1})=")], re.M)[-1]


def test_the_table_has_the_ledgers_verdicts(book):
    asked = [{"thread": "a/b #1", "address": "https://example.org/1", "group": "G", "asked": "a sign in $x$", "label": "no", "seen": "s"},
             {"thread": "a/b #2", "address": "https://example.org/2", "group": "G", "asked": "a root", "label": "yes", "seen": "s"},
             {"thread": "a/b #3", "address": "https://example.org/3", "group": "G", "asked": "a bar", "label": "open", "seen": "s"}]
    (book.folder / "book" / "_data" / "clinic.yml").write_text(yaml.safe_dump(asked))
    book.page("clinic", "# The clinic\n\n```{clinic}\n```\n\n" + "".join(f"(clinic-{n})=\n## {n}\n\n" for n in (1, 2, 3)) + derivation(
        record("yes", "a = b"), record("no", "a = 2b", kind="refutation", status="refuted", counterexample="$1≠2$", instead="yes")))
    built = book.build()
    assert built.warnings == ""
    page = built.html("book/clinic")
    assert "Of 3 formulas 1 are refuted as they were asked about, and 1 are proved." in page
    rows = [row for row in re.findall(r"<tr.*?</tr>", page, re.S) if "example.org" in row]
    assert ["refuted" in row for row in rows] == [True, False, False]
    assert ["proved" in row for row in rows] == [False, True, False]
    assert "nothing yet" in rows[2] and 'href="#clinic-3"' in rows[2]
