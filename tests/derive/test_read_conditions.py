r"""Ranges that stand below a sum as comparisons: `\sum_{t \le k}`, `\sum_{k \ge 2}`; and what is asked about them."""

import pytest

from vdmlib.derive import read
from vdmlib.derive.errors import NotRead

SAME = [
    (r"\sum_{t \le k} w_t", r"\sum_{t=1}^k w_t"),
    (r"\sum_{t < k} w_t", r"\sum_{t=1}^{k-1} w_t"),
    (r"\sum_{k \ge 2} 2^{-k}", r"\sum_{k=2}^\infty 2^{-k}"),
    (r"\sum_{k > 2} 2^{-k}", r"\sum_{k=3}^\infty 2^{-k}"),
    (r"\sum_{1 \le t < T} w_t", r"\sum_{t=1}^{T-1} w_t"),
    (r"\sum_{T \ge t > 1} w_t", r"\sum_{t=2}^T w_t"),
    (r"\sum_{t > 1}^T w_t", r"\sum_{t=2}^T w_t"),
    (r"\prod_{s \le t} w_s", r"\prod_{s=1}^t w_s"),
    (r"\sum_{j=1}^n \sum_{i<j} a_i a_j", r"\sum_{j=1}^n \sum_{i=1}^{j-1} a_i a_j"),
]
FALSE = [
    r"\sum_{t \le k} w_t = \sum_{t=0}^k w_t",
    r"\sum_{t < k} w_t = \sum_{t=1}^k w_t",
    r"\sum_{k > 2} 2^{-k} = \frac{1}{2}",
    r"\sum_{k \ge 2} 2^{-k} = 1",
    r"\sum_{1 \le t \le T} t = \frac{T(T-1)}{2}",
    r"\sum_{t \ge 1}^T t = \frac{T(T+1)}{2} - 1",
]
ASKED = [
    (r"\sum_{i<j} a_i a_j = 1", "run over j"),
    (r"(\sum_{i=1}^n a_i)^2 = \sum_{i=1}^n a_i^2 + 2\sum_{i<j\le n} a_i a_j", "run over i"),
    (r"\sum_{1 \le t \ge k} w_t = 1", "one direction"),
    (r"\sum_{t \le k}^T w_t = 1", "written twice"),
    (r"\sum_{t \le k/2} w_t = 1", "whole numbers"),
    (r"\sum_{t \le k, t \ne 2} w_t = 1", "two conditions"),
    (r"\sum_{t^2 \le k} w_t = 1", "over which letter"),
]


@pytest.mark.parametrize("compared, ranged", SAME)
def test_a_comparison_is_the_range(compared, ranged):
    found, wanted = (read(f"{side} = a").lines[0][0] for side in (compared, ranged))
    assert str(found) == str(wanted)


@pytest.mark.parametrize("latex", FALSE)
def test_another_range_is_false(latex):
    assert read(latex).check().status == "false"


@pytest.mark.parametrize("latex, wanted", ASKED)
def test_a_range_that_may_be_another_is_asked(latex, wanted):
    with pytest.raises(NotRead, match=wanted):
        read(latex)


def test_where_it_starts_is_told():
    assert read(r"\sum_{t \le k} w_t = \sum_{t=1}^k w_t").check().provided
