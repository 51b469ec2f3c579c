"""Pictures that the reader moves: what the page computes is what the statement says."""

from __future__ import annotations

import json
import re

import pytest
from matplotlib.axes import Axes
from pictures import disagreements, page_with, picture
from small_books import ROOT, derivation, record
from sympy import cos, sin

from vdmlib import Moving
from vdmlib.derive import Identity, symbol

SITE = ROOT / "_build" / "html"
SCRIPTS = sorted((SITE / "_static" / "moving").glob("*.js"))


@pytest.fixture(scope="module")
def drawn():
    return picture()


def test_the_functions_go_to_a_script_of_the_site_and_the_picture_says_where_they_come_from(book, drawn):
    book.page("01_first", page_with(drawn))
    book.page("01b_more", "# More\n\n## A section\n\n" + derivation(record("dirac.wave.value", "a=b")))
    built = book.build()
    assert built.warnings == ""
    html = built.html("book/01_first")
    spec = json.loads(re.search(r'class="dd-moving-spec">(.*?)</script>', html, re.S)[1])
    script = (built.site / "_static" / "moving" / "01_first.js").read_text()
    assert "functions" not in spec and f'"{spec["name"]}"' in script and "=>" not in html
    assert html.index("moving/01_first.js") < html.index("moving.js") and "moving.css" in html
    assert "moving.js" not in built.html("book/01b_more")
    source = re.search(r'class="printed-from">(.*?)</div>', html, re.S)[1]
    assert "equation-dirac-wave-value" in source and "proved" in source and 'class="dd-source"' not in html
    assert re.search(r'<figure class="drawn[^>]*id="fig-wave"', html)
    assert "eval(" not in script and "new Function" not in (ROOT / "book" / "_static" / "moving.js").read_text()
    book.page("01_first", "# A chapter\n\n## A section\n\nNo picture.\n")
    assert not list((book.build().site / "_static" / "moving").iterdir())


def test_the_page_computes_what_numpy_computes_and_a_wrong_line_is_seen(book, drawn):
    book.page("01_first", page_with(drawn))
    folder = book.build().site / "_static" / "moving"
    script, checks = folder / "01_first.js", folder / "01_first.json"
    assert disagreements(script, checks) == []
    right = script.read_text()
    for said, instead in (("-1/2", "1/2"), ("Math.pow(a1, 2)", "Math.pow(a1, 3)"), ("Math.cos", "Math.sin")):
        assert said in right
        script.write_text(right.replace(said, instead, 1))
        assert disagreements(script, checks), said


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_each_page_of_the_book_computes_what_numpy_computes(script):
    assert disagreements(script, script.with_suffix(".json")) == []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_each_picture_of_the_book_names_statements_of_the_ledger(script):
    html = (SITE / "book" / f"{script.stem}.html").read_text(encoding="utf-8")
    sources = re.findall(r'class="printed-from">(.*?)</div>', html, re.S)
    assert len(sources) == html.count("dd-moving-spec")
    for source in sources:
        assert "badge-status" in source and "<code" not in source, source


def test_what_is_measured_is_what_the_formula_says(drawn):
    for width in (0.1, 0.4, 1.6):
        for rise in (0.0, 2.0, 6.0):
            (_, area, x, _), (_, formula, _, _) = drawn.readings
            assert drawn.area(area, [width, rise], x) == pytest.approx(drawn.value(formula, [width, rise]), abs=1e-9)


def test_an_area_without_an_edge_has_no_dashes_and_one_beside_another_has_its_own(monkeypatch):
    """Dashes of no width matplotlib 3.9 cannot draw; those of an edge tell areas apart without colour."""
    drawn, seen, fill = picture(), [], Axes.fill
    bell = drawn.panels[0].things[0]["calls"]["y"]
    monkeypatch.setattr(Axes, "fill", lambda *given, **told: seen.extend(made := fill(*given, **told)) or made)
    drawn._repr_html_()
    assert [(area.get_linestyle(), area.get_linewidth()) for area in seen] == [("-", 0)]
    drawn.panels[0].things.append(drawn.panels[0].things[1] | {"calls": {"y": bell}})
    drawn._repr_html_()
    assert [(area.get_linestyle(), area.get_linewidth()) for area in seen[1:]] == [("-", 1.2), ("--", 1.2)]


def test_a_notebook_has_the_still_and_says_where_it_stands(drawn):
    html = drawn._repr_html_()
    assert html.startswith('<figure class="dd-figure dd-moving">') and html.count("<svg") == 2
    assert 'role="img" aria-label="A bell curve and a wave."' in html and html.count('<svg aria-hidden="true"') == 2
    assert 'Printed from (dirac.wave.value)' in html and ".dd-controls input{display:none}" in html
    assert re.search(r'width σ <input type="range" [^>]*aria-valuetext="0.40"> <span class="dd-value" aria-hidden="true">0.40</span>', html)
    names = re.findall(r'\bid="([^"]+)"', html)
    assert len(names) == len(set(names))


def test_bad_use_says_what_is_wanted(drawn):
    x, a = (thing.args[0] for thing in (drawn.functions["f0"][1], drawn.functions["f1"][1]))
    with pytest.raises(ValueError, match="dirac.wave.value: no control and no axis sets"):
        drawn.reading("a density", drawn.functions["f0"][1])
    with pytest.raises(ValueError, match="low ≤ start ≤ high"):
        drawn.control(a, "a", 0, 1, start=2)
    with pytest.raises(ValueError, match="printed from a statement"):
        drawn.panels[0].curve(abs)


@pytest.mark.parametrize("low, high", [(-0.5, 1.5), (-7, 7), (0, 1), (-9.5, 7.5)])
def test_numbers_below_an_axis_have_room_between_them(low, high):
    moving = Moving(alt="A wave.", caption="A wave that goes on.")
    x = symbol("x")
    wave = Identity("test.wave", cos(x) ** 2, 1 - sin(x) ** 2).printed(1, x)
    drawn = moving.panel(x, (low, high), y=(0, 1)).curve(wave).draw([])
    assert 3 <= len(set(re.findall(r"-xtick_\d+", drawn))) <= 8
