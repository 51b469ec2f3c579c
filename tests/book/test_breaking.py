"""Display lines that are too wide are set in rows; what they say stays as it is."""

import pytest
from derivation_book.breaking import LIMIT, broken, outer, width

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


def test_a_line_without_an_outer_sign_stays():
    wide = r"\left[" + f"{A} - {B} + {C}" + r"\right]"
    assert broken(wide) == wide


def test_fractions_are_as_wide_as_their_wider_half():
    assert width(r"\frac{aaaa}{b}") == pytest.approx(width(r"\frac{aaaa}{bbbb}"))
    assert width("x_{aaaa}") < width("xaaaa")
