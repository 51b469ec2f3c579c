"""Bars read from LaTeX: sizes in sizes, lengths, and || that may be either."""

import pytest

from vdmlib.derive import read
from vdmlib.derive.errors import NotRead

SIZES = [
    r"||x|-|y|| \le |x-y|",
    r"| |x|-|y| | \le |x-y|",
    r"\left||x|-|y|\right| \le |x-y|",
    r"\left| |x|-|y| \right| \le |x-y|",
    r"\big||x|-|y|\big| \le |x-y|",
    r"\Bigl| |x|-|y| \Bigr| \le |x-y|",
    r"||x|-|y|| + |z| \le |x-y| + |z|",
    r"|1 - |x|| = ||x| - 1|",
]


@pytest.mark.parametrize("latex", SIZES)
def test_a_size_of_sizes_is_read(latex):
    assert str(read(latex).lines[0][0]).count("Abs") >= 2 and "norm" not in str(read(latex).lines)
    assert read(latex).check().status == "proved"


@pytest.mark.parametrize(
    "latex",
    [
        *[s.replace(r"\le |", "= |") for s in SIZES[:-1]],
        r"||x|-|y|| \ge |x-y|",
        r"|1 - |x|| = |x| - 1",
        r"||x|-|y|| = |x|-|y|",
    ],
)
def test_a_false_neighbour_of_it_is_false(latex):
    assert read(latex).check().status == "false"


@pytest.mark.parametrize(
    "latex",
    [r"||x|| \ge 0", r"\left||x\right|| \ge 0", r"\left\|x\right\| \ge 0", r"\big||x\big|| \ge 0", r"\|x\| \ge 0"],
)
def test_a_length_is_still_one(latex):
    assert "norm" in str(read(latex).lines[0][0])


@pytest.mark.parametrize("latex", [r"||x|a+b|y|| = 1", r"\big||x| y |z|\big| = 1"])
def test_what_can_be_read_as_either_is_asked(latex):
    with pytest.raises(NotRead, match="length here, or the start of two sizes"):
        read(latex)
