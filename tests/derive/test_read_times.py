"""An index by which a text differentiates is an argument; an equation of derivatives is a claim where it holds for all functions."""

import pytest

from vdmlib.derive import read
from vdmlib.derive.errors import NotRead

PROVED = [
    r"\frac{\partial}{\partial t} \log p_t(x) = \frac{\partial_t p_t(x)}{p_t(x)}",
    r"\partial_t p_t(x) = p_t(x) \partial_t \log p_t(x)",
    r"\frac{d}{dt}\log\sigma_t = \frac{\dot\sigma_t}{\sigma_t}",
    r"\frac{d}{dt}\log\sigma(t)^2 = 2\frac{\dot\sigma(t)}{\sigma(t)}",
    r"\frac{d}{dt} \frac{\alpha_t^2}{\sigma_t^2} = \frac{2\alpha_t(\dot\alpha_t\sigma_t - \alpha_t\dot\sigma_t)}{\sigma_t^3}",
    r"\frac{d}{ds}\alpha_s^2 = 2\alpha_s\alpha_s'",
    r"\frac{d}{dt}\dot{x}_t = \ddot{x}_t",
    r"\frac{d}{dt} f(x(t)) = f'(x(t)) \dot{x}(t)",
    r"\frac{\partial}{\partial t} f(x,t)^2 = 2 f(x,t) \frac{\partial}{\partial t} f(x,t)",
]
EQUATIONS = [  # no claim, or false for some functions
    r"\frac{d}{dt}\phi_t(x) = v_t(\phi_t(x))",
    r"\dot{x}_t = v_t(x_t)",
    r"\frac{d}{dt}\log\sigma_t^2 = \frac{\dot\sigma_t}{\sigma_t}",
    r"\frac{d}{dt} \frac{\alpha_t^2}{\sigma_t^2} = \frac{2\alpha_t(\dot\alpha_t\sigma_t - \alpha_t\dot\sigma_t)}{\sigma_t^2}",
    r"\frac{d}{dt}\log p_t(x) = -\mathrm{div}(v_t(x))",
    r"\frac{d}{dt}\dot{x}_t = \dot{x}_t",
    r"\frac{dx}{dt} = f(x,t) - \frac{1}{2}g(t)^2\nabla_x\log p_t(x)",
]
UNREAD = [  # where the index may be part of a name
    r"\int_0^1 \frac{d}{dt}\sigma_t dt = \sigma_1 - \sigma_0",
    r"\frac{d}{dt} x_t = x_1 - x_0",
    r"\frac{\partial p_t}{\partial t} = -\nabla\cdot(p_t v_t)",
    r"\frac{d}{dt} \mathbb{E}_{p_t(x)}[f(x)] = 0",
    r"\frac{d}{dt} p_t(x|z) = 0",
    r"\frac{\partial}{\partial t} f(x(t),t) = \frac{d}{dt} f(x(t),t)",
    r"\partial_t \log p_t(x_t) = \frac{d}{dt}\log p_t(x_t)",
]


@pytest.mark.parametrize("line", PROVED)
def test_an_identity_between_derivatives_by_time_is_proved(line):
    found = read(line).check()
    assert found.status == "proved", found


@pytest.mark.parametrize("line", EQUATIONS)
def test_a_differential_equation_is_no_claim_and_never_proved(line):
    found = read(line).check()
    assert found.status == "not checked" and "differential equation" in found.words


def test_an_equation_that_fails_for_some_functions_says_for_which():
    assert "for all functions it is false: " in read(r"\frac{d}{dt}\log\sigma_t^2 = \frac{\dot\sigma_t}{\sigma_t}").check().words


@pytest.mark.parametrize("line", UNREAD)
def test_an_index_that_may_be_part_of_a_name_is_asked_about(line):
    with pytest.raises(NotRead):
        read(line)


def test_what_was_taken_for_a_function_of_time_is_said():
    assert "$p_{t}(x)$ is $p(x, t)$, a function of $t$" in read(PROVED[0]).understood


def test_a_text_without_derivatives_by_time_keeps_its_indices():
    found = read(r"(\alpha_t + \beta_t)^2 = \alpha_t^2 + 2\alpha_t\beta_t + \beta_t^2")
    assert found.check().status == "proved" and not any("function of $t$" in said for said in found.understood)


def test_a_claim_beside_a_differential_equation_is_checked():
    found = read(r"\dot{x}(t) = v(x(t), t), \quad (a+b)^2 = a^2 + 2ab + b^2").check()
    assert found.status == "proved" and "a differential equation is not checked" in found.conditions
    assert read(r"\dot{x}(t) = v(x(t), t), \quad (a+b)^2 = a^2 + b^2").check().status == "false"


def test_a_variance_in_small_letters_is_a_variance():
    assert read(r"\mathrm{var}_{q(z)}[z] = \mathbb{E}_{q(z)}[z^2] - \mathbb{E}_{q(z)}[z]^2").check().status == "proved"
    assert read(r"\mathrm{var}_{q(z)}[z] = \mathbb{E}_{q(z)}[z^2]").check().status == "false"


@pytest.mark.parametrize("line, asked", [
    (r"\sum_{i=1}^n \sum_{j=1}^i a_{ij} = \sum_{j=1}^n \sum_{i=1}^j a_{ij}", "two indices, or a product"),
    (r"\sum_{i=1}^n x_{ki} = n x_{ki}", "two indices, or a product"),
    (r"\sum_{i=1}^n a_{i,j} = n a_{i,j}", "depend on i, over which there is a sum"),
])  # fmt: skip
def test_two_indices_are_no_product_and_no_part_of_a_name(line, asked):
    with pytest.raises(NotRead, match=asked):
        read(line)


def test_an_index_with_a_factor_is_read():
    assert not read(r"\sum_{i=1}^n x_{2i} = n x_{2i}").check()
