"""Under each verdict the altered lines that were rejected: made by the engine, carried in a file of each line's own."""

from __future__ import annotations

import json

import pytest
from own_site import ALTERED
from small_books import derivation, record
from vdmlib.derive import KL, Derivation, DerivationError, E, Identity, Inequality, Law, frac, log, variables
from vdmlib.derive.book import mutate
from vdmlib.derive.book.record import MIME

x, z = variables("x z")
p, q = Law("p", x, z), Law("q", z | x)


def test_the_engine_hands_on_each_line_that_it_rejected_and_why(monkeypatch):
    monkeypatch.setenv("DIFFUSION_DERIVED_BOOK", "1")
    d = Derivation("a.bound", "A bound").start(log(p(x)))
    d.equals(E[q(z | x)](log(frac(p(x, z), p(z | x)))), because="Bayes' rule")
    d.at_least(E[q(z | x)](log(frac(p(x, z), q(z | x)))), KL(q(z | x), p(z | x)), because="a divergence is left out")
    output = d._repr_mimebundle_()[MIME]
    for made in output["records"][1:]:
        lines = output["variants"][made["label"]]
        assert len(lines) == made["mutants"]["killed"] > 5
        assert len({line["latex"] for line in lines}) == len(lines)
        for line in lines:
            assert line["rule"] and "left " in line["counterexample"] and "right " in line["counterexample"]
            assert (r" \ge " if made["gap"] else " = ") in line["latex"] and len(line["left_over"]) < 250
    inverted = next(line for line in output["variants"]["a.bound.1"] if line["rule"] == "log argument inverted")
    assert r"\frac{p(z \mid x)}{p(x, z)}" in inverted["latex"] and inverted["left_over"] == "2 log p(x)"
    assert all("variants" not in made for made in output["records"])


def test_a_variant_that_cannot_be_printed_is_left_out(monkeypatch):
    def refused(expression):
        raise DerivationError("no print")

    monkeypatch.setenv("DIFFUSION_DERIVED_BOOK", "1")
    line = Identity("a.print", KL(q(z | x), p(z | x)), E[q(z | x)](log(frac(q(z | x), p(z | x)))))
    monkeypatch.setattr(mutate, "tex", refused)
    output = line._repr_mimebundle_()[MIME]
    assert output["variants"] == {"a.print": []} and output["records"][0]["mutants"]["killed"] > 5


def test_outside_of_the_book_they_are_left_out(monkeypatch):
    monkeypatch.delenv("DIFFUSION_DERIVED_BOOK", raising=False)
    line = Inequality("a.gap", KL(q(z | x), p(z | x)), 0, KL(q(z | x), p(z | x)))
    assert set(line._repr_mimebundle_()[MIME]) == {"records"}


@pytest.fixture
def page(book):
    def built(**lines):
        made = [record(label, f"{label} = 1", gap="k^2" if label == "least" else "") for label in ("kl", "least", "none")]
        book.page("01_first", "# A chapter\n\n" + derivation(*made, label="all", variants=lines))
        return book.build()

    return built


def test_a_page_says_where_they_are_and_the_ledger_has_none(page):
    built = page(kl=ALTERED, least=ALTERED[:1])
    html = built.html("book/01_first")
    assert 'data-source="../variants/kl.json" data-many="3" hidden' in html and html.count('class="variants"') == 2
    found = json.loads((built.site / "variants" / "kl.json").read_text(encoding="utf-8"))
    assert found["gap"] == "" and [line["rule"] for line in found["lines"]] == ["sign flipped", "factor doubled", "term dropped"]
    assert r"\\" in found["lines"][1]["latex"]  # set in rows, as on the page
    assert json.loads((built.site / "variants" / "least.json").read_text(encoding="utf-8"))["gap"] == "k^2"
    assert "sign flipped" not in json.dumps(built.ledger()) and "sign flipped" not in html


def test_a_line_that_is_gone_leaves_no_file(page):
    assert (page(kl=ALTERED, least=ALTERED).site / "variants" / "least.json").is_file()
    built = page(kl=ALTERED)
    assert [path.name for path in (built.site / "variants").iterdir()] == ["kl.json"]
    assert not (page().site / "variants").exists()
