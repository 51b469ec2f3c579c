"""What a pasted line claims: laws that are products, letters that the line itself gives."""

import pytest

from vdmlib.derive import read
from vdmlib.derive.errors import NotRead


@pytest.mark.parametrize("line, status", [
    (r"I(X;Y) = D_{KL}(p(X,Y)\|p(X)p(Y))", "proved"),
    (r"D_{KL}(p(x,y)\|q(x)q(y)) = I_p(x;y) + D_{KL}(p(x)\|q(x)) + D_{KL}(p(y)\|q(y))", "proved"),
    (r"D_{KL}(p(x,y|z)\|p(x|z)p(y|z)) = I_p(x;y|z)", "proved"),
    (r"D_{KL}(p(x,y)\|q(x)q(y)) = D_{KL}(p(x)\|q(x)) + D_{KL}(p(y)\|q(y))", "false"),
    (r"D_{KL}(p(x,y)\|p(x)p(y)) = 0", "false"),
])  # fmt: skip
def test_a_divergence_from_a_product_of_laws(line, status):
    assert read(line).check().status == status


@pytest.mark.parametrize("line", [r"D_{KL}(p(x,y)\|p(x)p(x)) \ge 0", r"D_{KL}(p(x)\| 2 q(x)) \ge 0", r"D_{KL}(p(x,y)\|p(x)) \ge 0", r"D_{KL}(p(x,y)\|p(x)p(y|x)) \ge 0"])
def test_a_product_that_is_no_law_of_the_same_variables_is_refused(line):
    try:
        found = read(line).check()
    except NotRead as refused:
        assert "law" in refused.wanted
    else:
        assert found.status != "proved", found


@pytest.mark.parametrize("line", [r"\mathbb{E}[x] = \mu", r"\mathrm{Var}[x] = \sigma^2", r"\mathbb{E}[xx^\top] = \Sigma + \mu\mu^\top", r"\mathbb{E}_{\mathcal{N}(x;m,v)}[x^2] = w"])
def test_a_letter_that_a_line_may_say_what_it_is_is_no_false_claim(line):
    found = read(line).check()
    assert found.status == "not checked" and "on one side alone" in found.words


@pytest.mark.parametrize("line", [r"\mathbb{E}_{\mathcal{N}(x;m,v)}[x^2] = v", r"\mathbb{E}_{\mathcal{N}(x;m,v)}[x^2] = m + v", r"\mathbb{E}_{\mathcal{N}(x;m,v)}[x^2] = 2"])
def test_a_letter_that_stands_on_both_sides_is_held_to(line):
    assert read(line).check().status == "false"
