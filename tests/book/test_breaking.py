"""Display lines that are too wide are set in rows; what they say stays as it is."""

import re

import pytest
from vdmlib.derive.show.breaking import LIMIT, broken, outer, width

A, B, C = (rf"\mathbb{{E}}_{{q(z_{k} \mid x)}}\!\left[\log \frac{{q(z_{k} \mid x) + p(z_{k})}}{{p(z_{k}) - r(z_{k})}}\right]" for k in "123")


def joined(tex):
    """The rows put back into one line."""
    for dress in (r"\begin{aligned} ", r" \end{aligned}", r"&\quad ", "{} ", "&"):
        tex = tex.replace(dress, "")
    return tex.replace(r" \\ ", " ")


def test_a_line_that_fits_stays():
    assert broken(f"= {A} - b") == f"= {A} - b"


def test_a_wide_line_is_broken_at_its_outer_signs_alone():
    wide = f"= {A} - {B} + {C} - {A}"
    assert width(wide) > LIMIT
    found = broken(wide)
    rows = found.removeprefix(r"\begin{aligned} ").removesuffix(r" \end{aligned}").split(r" \\ ")
    assert len(rows) > 1 and joined(found) == wide
    for row in rows:
        assert width(row) <= LIMIT
        assert row.count(r"\left") == row.count(r"\right") and row.count("{") == row.count("}")


def test_an_equation_is_broken_before_its_relation():
    found = broken(rf"{A} - {B} - {B} \ge {C}")
    assert rf"\\ &\quad \ge {C}" in found and joined(found) == rf"{A} - {B} - {B} \ge {C}"


@pytest.mark.parametrize("inside", [r"\left[a + b\right]", r"\left(a - \left(b + c\right)\right)", "f(a + b)", r"\frac{a + b}{c - d}", "x_{t - 1}"])
def test_signs_in_brackets_are_no_place_to_break(inside):
    assert outer(f"{inside} - b") == [inside, " - b"]


def rows_of(tex):
    return tex.removeprefix(r"\begin{aligned} ").removesuffix(r" \end{aligned}").split(r" \\ ")


def whole(tex):
    """The rows put back into one line, also where a bracket was cut."""
    tex = re.sub(r"(?: (?:\\right\.)+)(?= \\\\)|(?<= )(?:\\left\. ?)+", "", re.sub(r" ?\\vphantom\{⟨.*?⟩\}", "", marked(tex)))
    return re.sub(r"\s+", " ", joined(tex)).strip()


def marked(tex):
    """Each phantom's argument between ⟨ and ⟩, so that braces inside of it need no counting."""
    out, position = "", 0
    while (start := tex.find(r"\vphantom{", position)) >= 0:
        depth, end = 1, start + len(r"\vphantom{")
        while depth:
            depth += {"{": 1, "}": -1}.get(tex[end], 0)
            end += 1
        out += tex[position:start] + r"\vphantom{⟨" + tex[start + len(r"\vphantom{") : end - 1] + "⟩}"
        position = end
    return out + tex[position:]


INSIDE = {
    "sign": rf"\left[{A} - {B} + c\right]",
    "divergence": rf"D_{{\mathrm{{KL}}}}\!\left({A}\, b \,\middle\Vert\, {B}\, c\right)",
    "two brackets deep": rf"\left[a\, \left({A} - {B}\right)\right]",
    "outer before inner": rf"\left[\left({A} - a\right) + {B}\right]",
}


@pytest.mark.parametrize("wide", INSIDE.values(), ids=INSIDE)
def test_a_line_without_an_outer_sign_is_cut_in_its_brackets(wide):
    assert width(wide) > LIMIT
    found = broken(wide)
    rows = rows_of(found)
    assert len(rows) == 2 and whole(found) == wide
    for row in rows:
        assert width(row) <= LIMIT
        assert row.count(r"\left") == row.count(r"\right") and row.count("{") == row.count("}")
        assert r"\vphantom{" in row


def test_the_outermost_bracket_is_cut_first():
    first, _ = rows_of(broken(INSIDE["outer before inner"]))
    assert first.removesuffix(r" \right.").endswith("}") and r"- a\right)" in first


def test_an_expectation_is_cut_before_its_bracket_and_a_normal_law_never():
    law = r"\mathcal{N}\!\left(x_{t - 1};\, a + b + c + d + e + f,\, 1 - a - b - c - d - e\right)"
    assert rows_of(broken(rf"\mathbb{{E}}_{{{law}}}\!\left[{law}\right]")) == [
        rf"&\mathbb{{E}}_{{{law}}}", rf"&\quad \left[{law}\right]"]
    assert broken(law + r"\, " + law) == law + r"\, " + law


def test_fractions_are_as_wide_as_their_wider_half():
    assert width(r"\frac{aaaa}{b}") == pytest.approx(width(r"\frac{aaaa}{bbbb}"))
    assert width("x_{aaaa}") < width("xaaaa")
