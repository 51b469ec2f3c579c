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


UNCLEAR = [
    (r"\sin^{-1}(x) = \frac{1}{\sin(x)}", "inverse function"),
    (r"\int 2x\,dx = x^2 + C", "antiderivative"),
    (r"\int x f(x)\,dx = \frac{x^2}{2} f(x)", "antiderivative"),
    (r"\frac{\partial}{\partial t} f(x(t),t) = \frac{d}{dt} f(x(t),t)", "hold the other arguments fixed"),
]


@pytest.mark.parametrize("line, asked", UNCLEAR)
def test_what_print_leaves_open_is_asked(line, asked):
    with pytest.raises(NotRead) as found:
        read(line)
    assert asked in found.value.wanted


def test_an_integral_whose_letter_another_integral_binds_is_over_all_values():
    assert read(r"\int f(x) \mathcal{N}(x;0,1) dx = \int f(-x) \mathcal{N}(x;0,1) dx").check().status == "proved"
    assert read(r"\int f(x) dx = \int f(x) dx").check()


def test_a_width_in_the_place_of_a_variance_is_named_in_the_verdict():
    found = read(r"\mathbb{E}_{\mathcal{N}(x;0,\sigma)}[x^2] = \sigma").check()
    assert found.status == "proved" and any("is a variance" in said for said in found.provided)
    assert not any("is a variance" in said for said in read(r"\mathbb{E}_{\mathcal{N}(x;0,\sigma^2)}[x^2] = \sigma^2").check().provided)


def test_a_prime_before_a_composite_argument_is_the_derivative_there():
    assert read(r"\frac{d}{dx}f(2x) = 2f'(2x)").check().status == "proved"
    assert read(r"\frac{d}{dx}f(2x) = f'(2x)").check().status == "false"


@pytest.mark.parametrize("line, status", [
    (r"\log \mathbb{E}_{q(z)}[w(z)] \ge \mathbb{E}_{q(z)}[\log w(z)]", "proved"),  # w stands in a log: it is positive
    (r"\log \mathbb{E}_{q(z)}[w(z)] \le \mathbb{E}_{q(z)}[\log w(z)]", "false"),
    (r"\mathrm{CE}(p(x), q(x)) = H(p(x)) + D_{KL}(p(x)\|q(x))", "proved"),
    (r"H(p) - D_{KL}(p\|q) = \mathrm{CE}(p,q)", "false"),
    (r"\nabla_\theta \mathbb{E}_{p(x)}[f_\theta(x)] = \mathbb{E}_{p(x)}[\nabla_\theta f_\theta(x)]", "proved"),
    (r"\nabla_\theta \mathbb{E}_{p(x)}[f_\theta(x)] = \mathbb{E}_{p(x)}[f_\theta(x)]", "false"),
])  # fmt: skip
def test_means_logs_and_cross_entropies_of_papers(line, status):
    assert read(line).check().status == status
