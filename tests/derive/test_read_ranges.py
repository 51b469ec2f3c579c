"""What a sum runs over, and a mean over a uniform letter: the ends are as written, and nothing is taken of the letter's sign."""

import pytest

from vdmlib.derive import read
from vdmlib.derive.errors import NotRead

LINES = [
    # a letter that starts below 1 has no sign
    (r"\sum_{k=-2}^{2} |k| = 0", "false"),
    (r"\sum_{k=-2}^{2} |k| = 6", "proved"),
    (r"\sum_{k=-n}^{n} |k| = 0", "false"),
    (r"\sum_{k=n-5}^{n} |k| = \sum_{k=n-5}^{n} k", "false"),
    (r"\sum_{s=-2}^{2}\sum_{t=s}^{2} |t| = \sum_{s=-2}^{2}\sum_{t=s}^{2} t", "false"),
    (r"\sum_{t=2}^{T}\sum_{s=t-1}^{T} |s| = \sum_{t=2}^{T}\sum_{s=t-1}^{T} s", "proved"),
    # neither has one that is integrated over, or tends somewhere, where it may be negative
    (r"\int_{-1}^{1} |\sigma|\,d\sigma = 0", "false"),
    (r"\int_{-c}^{c} |\sigma|\,d\sigma = 0", "false"),
    (r"\int_{-\infty}^{\infty} |\tau| e^{-\tau^2}\,d\tau = 0", "false"),
    (r"\int_{-1}^{1} |n|\,dn + \sum_{k=1}^n k = \sum_{k=1}^n k", "false"),
    (r"\int_0^c |\sigma|\,d\sigma = \frac{c^2}2", "false"),
    (r"\int_0^\tau |\sigma|\,d\sigma = \frac{\tau^2}2", "proved"),
    (r"\lim_{\sigma\to-1} |\sigma| = -1", "false"),
    # a uniform law has both of its ends
    (r"\mathbb{E}_{s\sim U\{0,T\}}[s] = \frac{T}{2}", "proved"),
    (r"\mathbb{E}_{s\sim U\{0,T\}}[s] = \frac{T+1}{2}", "false"),
    (r"\mathbb{E}_{s\sim U\{2,T\}}[s] = \frac{T+2}{2}", "proved"),
    (r"\mathbb{E}_{s\sim U\{2,T\}}[s] = \frac{T+1}{2}", "false"),
    (r"\mathbb{E}_{s\sim U\{0,\ldots,T-1\}}[s] = \frac{T-1}{2}", "proved"),
    (r"\mathbb{E}_{s\sim U\{1,2,\ldots,T\}}[s] = \frac{T+1}{2}", "proved"),
    (r"\mathbb{E}_{s\sim U\{-1,\ldots,1\}}[s^2] = \frac23", "proved"),
    (r"\mathbb{E}_{s\sim U\{-1,\ldots,1\}}[s] = 1", "false"),
    (r"\mathbb{E}_{s\sim U\{-1,\ldots,1\}}[|s|] = 0", "false"),
]

ASKED = [
    (r"\mathbb{E}_{s\sim U\{-1,1\}}[s] = 1", "these two values"),
    (r"\mathbb{E}_{s\sim U\{-T,T\}}[s] = 0", "these two values"),
    (r"\mathbb{E}_{s\sim U\{1,3,\ldots,T\}}[s] = 1", "over which whole numbers"),
    (r"\mathbb{E}_{s\sim U\{a,b\}}[s] = \frac{a+b}{2}", "over which whole numbers|of whole numbers"),
    (r"\mathbb{E}_{t\sim U(T)}[t] = \frac12", "both ends"),
    # an end that may lie between whole numbers
    (r"\sum_{k \le \log n} k = n", "between whole numbers"),
    (r"\sum_{k \le e^n} k = n", "between whole numbers"),
    (r"\sum_{k \le f(n)} 1 = n", "between whole numbers"),
]


@pytest.mark.parametrize("line, status", LINES)
def test_a_range_is_as_it_is_written(line, status):
    assert read(line).check().status == status


@pytest.mark.parametrize("line, asked", ASKED)
def test_a_range_that_is_not_seen_is_asked(line, asked):
    with pytest.raises(NotRead, match=asked):
        read(line)
