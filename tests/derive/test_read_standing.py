r"""A law that stands where a number would, q in `\mathbb{E}_q[\log q]`: its density, or asked."""

import pytest

from vdmlib.derive import read
from vdmlib.derive.errors import NotRead

TRUE = [
    r"\mathrm{KL}(q\|p) = \mathbb{E}_q[\log q/p]",
    r"\mathrm{KL}(q\|p) = \mathbb{E}_{x\sim q}[\log q - \log p]",
    r"\mathrm{KL}(q\|p) = \int q \log \frac{q}{p} dx",
    r"\mathrm{KL}(q\|p) = \sum_x q \log \frac{q}{p}",
    r"\mathrm{KL}(q_\phi\|p_\theta) = \mathbb{E}_{q_\phi}[\log \frac{q_\phi}{p_\theta}]",
    r"\mathrm{KL}(q\|p) = H(q,p) + \mathbb{E}_q[\log q]",
    r"H(q) = -\mathbb{E}_q[\log q]",
    r"H(q) = -\mathbb{E}_q[\log q], \quad \mathrm{KL}(q\|p) = \mathbb{E}_q[\log q - \log p]",
    r"\mathbb{E}_q[p/q] = 1, \quad \mathrm{KL}(q\|p) \ge 0",
    r"\mathrm{KL}(q(x)‖p(x)) = E_{q(x)}[\log q − \log p]",
    r"\mathrm{KL}(q(x)\|p(x)) = \int q(x) \log \frac{q}{p(x)} dx",
    r"\mathrm{KL}(q(z|x)\|p(z)) = \mathbb{E}_{q(z|x)}[\log q/p]",
]
FALSE = [
    r"\mathrm{KL}(q\|p) = \mathbb{E}_q[\log p/q]",
    r"\mathrm{KL}(q\|p) = \mathbb{E}_p[\log q/p]",
    r"\mathrm{KL}(q\|p) = \mathbb{E}_p[\log p - \log q]",
    r"\mathrm{KL}(q\|p) = 2\int q \log \frac{q}{p} dx",
    r"\mathrm{KL}(q\|p) = \sum_x p \log \frac{q}{p}",
    r"\mathrm{KL}(q\|p) = \mathbb{E}_q[q/p]",
    r"\mathrm{KL}(q\|p) = H(q,p) - \mathbb{E}_q[\log q]",
    r"H(q) = \mathbb{E}_q[\log q]",
    r"H(q) = -\mathbb{E}_q[\log q], \quad \mathrm{KL}(q\|p) = \mathbb{E}_q[\log p - \log q]",
    r"\mathbb{E}_q[q/p] = 1, \quad \mathrm{KL}(q\|p) \ge 0",
    r"\mathrm{KL}(q(x)‖p(x)) = E_{p(x)}[\log q − \log p]",
    r"\mathrm{KL}(q(x)\|p(x)) = \int q(x) \log \frac{p}{q(x)} dx",
    r"\mathrm{KL}(q(z|x)\|p(z)) = \mathbb{E}_{q(z|x)}[\log p/q]",
]
ASKED = [
    r"H(q) + 1 = q",
    r"H(p) = -p\log p - (1-p)\log(1-p)",
    r"\mathrm{KL}(q\|p) = \int q \log \frac{q}{p} dz",
    r"\mathrm{KL}(q(x)\|p(x)) = \mathbb{E}_{q(x)}[q \log q - \log p]",
    r"\mathrm{KL}(q(x)\|p(x)) = \log q - \log p",
    r"\mathrm{KL}(q(x)\|p(z)) = \mathbb{E}_{q(x)}[\log q - \log p]",
    r"\mathbb{E}_{q(x)}[\log q - \log p] \ge 0",
    r"\mathbb{E}_{p(x)}[x \log p + (1-x)\log(1-p)] = -H(p(x))",
    r"p(x) = p^x (1-p)^{1-x}",
    r"\mathbb{E}_{p(x)}[x] = p",
]


@pytest.mark.parametrize("latex", TRUE)
def test_a_law_whose_variable_is_drawn_is_its_density(latex):
    found = read(latex)
    assert found.check().status == "proved"
    assert any("stands for" in said for said in found.understood)


@pytest.mark.parametrize("latex", FALSE)
def test_a_false_neighbour_of_it_is_false(latex):
    assert read(latex).check().status == "false"


@pytest.mark.parametrize("latex", ASKED)
def test_a_law_that_may_be_a_number_is_asked(latex):
    with pytest.raises(NotRead, match=r"the density .\([^)]*\) here, or a number"):
        read(latex)


def test_the_number_pi_beside_a_law_of_its_letter_is_no_claim():
    assert read(r"\pi(x) = \frac{1}{\sqrt{2\pi}} e^{-x^2/2}").check().status == "not checked"


def test_signs_that_are_typed_are_read():
    assert read("a·b × c − ∫_0^∞ e^{−β t} dt ≠ α").latex == read(r"a\cdot b * c - \int_0^\infty e^{-\beta t} dt \ne \alpha").latex
