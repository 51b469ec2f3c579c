r"""Nothing that is written is lost: what stands alone, dots, full stops within a line; what a line is given beside it."""

import pytest

from vdmlib.derive import read
from vdmlib.derive.errors import NotRead

ASKED = [
    (r"a + b ... = a + b", "dots"),
    (r"a + b = b + a ...", "dots"),
    (r"a b . c = a b c", "stands alone"),
    (r"a + b = a . b + a", "stands alone"),
    (r"a = a . + c", "none ends"),
    (r"f(x) . = f(x)", "none ends"),
    (r".5 x = 5 x", "Write 0.5"),
    (r"x = x.5", "Write 0.5"),
    (r"x^0.5 = x", "Put braces"),
    (r"a, b = b", "stands alone"),
    (r"a = a, b", "stands alone"),
    (r"a + b ; c + a = a + c", "stands alone"),
    (r"a + b \quad c + a = a + c", "stands alone"),
    (r"a + b \\ c + a = a + c", "stands alone"),
    (r"a + b = b + a \text{ and } c", "stands alone"),
    (r"a + b = b + a =: L", "as a line of its own"),
    (r"a + b = b + a \text{ by the product rule}", "a remark"),
    (r"a + b = b + a \text{ holds}", "a remark"),
    (r"|a| = a \text{ then } a = a", "follows from no"),
    (r"(a-b)(a+b) = 0 \implies a = b \text{ or } a = -b", "behind “or”"),
    (r"\begin{align} a b &= b & a \end{align}", "stands alone"),
    (r"|a| &= |-a| & \text{if } a \ge 0 \\ &= a & \text{if } a \ge 0", "which column"),
    (r"x + y &= y + x & a b &= b a \\ &= x + y & &= a b", "which column"),
    (r"2 \text{ if } = 2", "a term is wanted between"),
    # draws that may be copies
    (r"\mathbb{E}_{z_1,z_2\sim q}[w(z_1)+w(z_2)] = 2\mathbb{E}_{z\sim q}[w(z)]", "one joint law"),
    (r"\mathbb{E}_{x,y\sim p}[(x-y)^2] = 2\mathbb{E}_{x\sim p}[x^2] - 2(\mathbb{E}_{x\sim p}[x])^2", "one joint law"),
    (r"\mathbb{E}_{z_1\sim q(z)}[w(z_1)] = w(z_1)", "a copy of z"),
    (r"\mathbb{E}_{z_{1:K}\sim q(z|x)}[\sum_{k=1}^K w(z_k)] = K\mathbb{E}_{q(z|x)}[w(z)]", "a copy of z"),
    # a logarithm of a mean is not the product of a logarithm and a sum
    (r"\log\frac1K\sum_{k=1}^K w_k = \log\left(\sum_{k=1}^K w_k\right) - \log K", "take the"),
    (r"\log\frac12\sum_{k=1}^K a^k = \left(\log\frac12\right)\sum_{k=1}^K a^k", "take the"),
    (r"\log 2 \int_0^1 x\,dx = 0", "take the"),
    (r"\log 2\,\mathbb{E}_{p(x)}[f(x)] = \log 2 + \log\mathbb{E}_{p(x)}[f(x)]", "take the"),
    # a condition that may be of more letters, or is on what is drawn
    (r"\sqrt{a^2b^2} = ab, 0 < a, b < 1", "range of a as well"),
    (r"\mathbb{E}_{p(x)}[|x|] = \mathbb{E}_{p(x)}[x], x > 0", "has a law"),
    (r"\mathbb{E}[|X|] = \mathbb{E}[X] \text{ where } X > 0", "has a law"),
    (r"\int_0^1 |t|\,dt = \frac12, 0 < t < 1", "runs over t"),
    (r"\|\mathbf{x}\|^2 \ge 0, \mathbf{x} > 0", "numbers alone"),
    (r"i \cdot i = -1 \text{ where } i > 0", "numbers alone"),
    (r"\sum_{i=1}^n i = \frac{n(n+1)}{2}, i \ge 1", "runs over i"),
]

LINES = [
    (r"a + b = b + a.", "proved"),
    # columns: marks that align, lines beside each other, remarks
    (r"\begin{align} x + y &= y + x & a b &= b a \end{align}", "proved"),
    (r"\begin{align} x + y &= y + x & a - b &= b - a \end{align}", "false"),
    (r"\begin{align} (x+y)^2 &= x^2+2xy+y^2 && \text{(expand)} \\ &= y^2+2xy+x^2 && \text{(sort)} \end{align}", "proved"),
    (r"\begin{align} (x+y)^2 &= x^2+2xy+y^2 && \text{(expand)} \\ &= y^2-2xy+x^2 && \text{(sort)} \end{align}", "false"),
    (r"\begin{eqnarray} (x+y)^2 &=& x^2+2xy+y^2 \\ &=& y^2+2xy+x^2 \end{eqnarray}", "proved"),
    (r"\begin{align} & (x+y)^2 &= x^2 & + 2xy+y^2 \end{align}", "proved"),
    (r"\sqrt{a^2} &= a & \text{if } a > 0", "proved"),
    (r"\sqrt{a^2} &= -a & \text{if } a > 0", "false"),
    (r"\begin{align} x &= x+y-y & ab &= ba \\ a+b &= b+a & xy &= -yx \end{align}", "false"),
    (r"ax + bx &= x & a + b &= 1", "not checked"),
    (r"a + b = b + a,", "proved"),
    (r"a + b = b + a. \quad c + a = a + c.", "proved"),
    (r"a + b = b + a \text{ for all } a, b", "proved"),
    (r"x^\top y = y^\top x, x, y \in \mathbb{R}^d", "proved"),
    (r"\log f(x) \int_0^1 2t\,dt = \log f(x)", "proved"),
    # a condition that sums over the letter itself is none on it
    (r"\sum_{k=1}^K ((1-\beta) q_k + \frac{\beta}{K}) = 1 \text{ where } \sum_{k=1}^K q_k = 1", "proved"),
    (r"\sum_{k=1}^K ((1-\beta) q_k + \frac{2\beta}{K}) = 1 \text{ where } \sum_{k=1}^K q_k = 1", "false"),
    # a letter that the text defines is so in what the line is given
    (r"ax = x \text{ where } a+b=1, b=0", "proved"),
    (r"ax = x \text{ where } a+b=1, b=1", "false"),
    (r"b = 0, ax = x \text{ where } a+b=1", "proved"),
    # if and then; what is said to be used is given
    (r"\text{if } a + b = 1 \text{ then } ax + bx = x", "proved"),
    (r"\text{if } a + b = 1 \text{ then } ax - bx = x", "false"),
    (r"\text{If } a = 1 \text{ and } b = 0, \text{ then } ax - bx = x", "proved"),
    (r"\text{If } a = 1 \text{ and } b = 1, \text{ then } ax - bx = x", "false"),
    (r"\text{if } a - b = 1 \text{ then } a \ge b", "proved"),
    (r"\text{if } a, b > 0 \text{ then } |ab| = ab", "proved"),
    (r"\text{if } a, b > 0, \text{ then } |ab| = -ab", "false"),
    (r"\text{if } a = b \text{ then } b = 2a", "false"),
    (r"\text{if } a > 0 \text{ then } |a| = a \text{ and } a \le 1", "false"),
    (r"ax + bx = x \text{ since } a+b=1", "proved"),
    (r"ax - bx = x \text{ using } a+b=1", "false"),
    # an equation that is given says by how much
    (r"a \ge b \text{ where } a - b = 1", "proved"),
    (r"a + c \le b + c \text{ where } b = a + 2, a - c = 1", "proved"),
    (r"a \ge b \text{ where } a - b = -1", "false"),
    (r"a \ge b \text{ where } a - b = c", "false"),
    # of two equations that both fail, one that holds nowhere is no condition
    (r"x+1=x, \quad y+1=y", "false"),
    (r"a+b=1, \quad x+1=x+2", "false"),
    # comparisons are what a line is given
    (r"\sqrt{S^2} = S", "false"),
    (r"\sqrt{S^2} = S, S>0", "proved"),
    (r"\sqrt{S^2} = S, \quad S<0", "false"),
    (r"S>0, \sqrt{S^2} = -S", "false"),
    (r"\sqrt{a^2} = a \text{ where } a>0", "proved"),
    (r"|x| = x, x \ge 0", "proved"),
    (r"|x| = x, x \ne 0", "false"),
    (r"|t-1| = 1-t, \text{for } 0<t<1", "proved"),
    (r"|t-1| = 1-t, \text{for } 0<t<2", "false"),
    (r"\sqrt{a^2b^2} = ab, \quad a, b > 0", "proved"),
    (r"\sqrt{a^2b^2} = ab, \quad a > 0, b > 0", "proved"),
    (r"|ab| = ab, \quad a > 0, b < 0", "false"),
    (r"|ab| = -ab, \quad a > 0, b < 0", "proved"),
    (r"\sqrt{a^2} = a, a>1, a<0", "not checked"),
    (r"\sqrt{a^2} = a, a^2 > 4", "not checked"),
    (r"L = a - b^2, L \le a", "not proved"),
    (r"L = a - b^2, L \ge a", "false"),
    (r"S = \sqrt{S^2}, S > 0", "proved"),
    (r"a > 1 \implies a \ge 0, b + c = c + b", "proved"),
    (r"a > 1 \implies a \le 0, b + c = c + b", "false"),
    # an equation behind a comma may be one
    (r"(a+b)^2 = 1, \quad a+b=1", "not checked"),
    (r"a+b=1; (a+b)^2 = 1", "not checked"),
    (r"(a+b)^2 = 1 \text{ where } a+b=1", "proved"),
    (r"(a+b)^2 \ge 1, a+b=1", "not checked"),
    (r"(a+b)^2 \ge 1, a+b \ge 1", "not checked"),
    (r"(a+b)^2 \ge 2, a+b=1", "false"),
    (r"(a+b)^2 = 2, \quad a+b=1", "false"),
    (r"(a+b)^2 = 1 \text{ and } a+b=1", "false"),
    (r"(a+b)^2 = a^2 + b^2, \quad a+b=b+a", "false"),
    (r"\log(ab) = \log a + \log b, \quad \log(a+b) = \log a + \log b", "false"),
    # comparisons alone: what no word makes a condition is claimed
    (r"a \ge b \text{ where } a - b > 0", "proved"),
    (r"a \ge b \text{ where } b - a = 1", "false"),
    (r"a \ge 1 \text{ for } a > 2", "proved"),
    (r"a \ge 3 \text{ for } a > 2", "false"),
    (r"\text{for } a>0, \; a \ge 0", "proved"),
    (r"a \ge b \text{ for all } a, b", "false"),
    # what is said once holds for more conditions than one
    (r"(a+b)(c+d) = 1 \text{ where } a+b=1 \text{ and } c+d=1", "proved"),
    (r"(a+b)(c+d) = 1 \text{ where } a+b=1, c+d=1", "proved"),
    (r"(a+b)(c+d) = 2 \text{ where } a+b=1 \text{ and } c+d=1", "false"),
    (r"(a+b)(c+d) = 1 \text{ where } a+b=1 \\ c+d=1", "false"),
    (r"a = b \text{ where } a+b=1 \text{ and } a+b=2", "not checked"),
    (r"\text{SNR} = a \text{SNR} / a", "proved"),
]


@pytest.mark.parametrize("line, asked", ASKED)
def test_what_would_be_lost_is_refused(line, asked):
    with pytest.raises(NotRead) as found:
        read(line)
    assert asked in found.value.wanted


@pytest.mark.parametrize("line, status", LINES)
def test_a_line_with_what_stands_beside_it(line, status):
    assert read(line).check().status == status


def test_what_is_given_is_told_and_how_to_say_it():
    assert "given S > 0" in read(r"\sqrt{S^2} = S, S>0").check().conditions
    for line in (r"(a+b)^2 = 1, a+b=1", r"\sqrt{a^2} = a, a^2 > 4"):
        assert r"\text{where}" in read(line).check().words


COPIES = [
    r"\mathbb{E}_{q(z_1)q(z_2)}\left[\frac{z_1+z_2}{2}\right] = \mathbb{E}_{q(z)}[z]",
    r"\mathbb{E}_{p(x)p(x')}[(x-x')^2] = 2\mathbb{E}_{p(x)}[x^2] - 2(\mathbb{E}_{p(x)}[x])^2",
    r"\mathbb{E}_{q(z_1)}\mathbb{E}_{q(z_2)}[(z_1-z_2)^2] = 2\mathbb{E}_{q(z_1)}[z_1^2] - 2(\mathbb{E}_{q(z_1)}[z_1])^2",
    r"\int\int q(z_1)q(z_2)(z_1-z_2)^2\,dz_1\,dz_2 = 2\mathbb{E}_{q(z_1)}[z_1^2] - 2(\mathbb{E}_{q(z_1)}[z_1])^2",
    r"\mathbb{E}_{q(z_1|x)q(z_2|x)}[\log\frac{1}{2}(w(z_1)+w(z_2))] \ge \mathbb{E}_{q(z|x)}[\log w(z)]",
]


@pytest.mark.parametrize("line", COPIES)
def test_what_may_be_copies_is_not_called_false(line):
    verdict = read(line).check()
    assert verdict.status == "not checked" and "copies" in verdict.words


def test_a_joint_law_that_is_said_is_no_law_of_copies():
    assert read(COPIES[1], assume={"p": "p(x, x')"}).check().status == "false"
    for line in (r"\mathbb{E}_{q(x_0)}[x_0] = \mathbb{E}_{q(x_1)}[x_1]", r"\mathbb{E}_{q(x_t)}[x_t] = \mathbb{E}_{q(x_0)}[x_0]"):
        assert read(line).check().status == "false"
