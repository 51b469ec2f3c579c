"""Kinds of lines that were misread once: raised signs, a law that a formula names, powers of functions, functions that are not said."""

import pytest

from vdmlib.derive import Derivative, Product, Sum, chain, log, read, symbol, tex, undefined
from vdmlib.derive.errors import NotRead


def test_a_raised_sign_over_which_a_sum_runs_is_an_index():
    false = read(r"\sum_{i=1}^N \log p(x^{(i)}) = N \log p(x^{(i)})")
    assert false.check().status == "false" and isinstance(false.lines[0][0], Sum)
    assert tex(read(r"\sum_{i=1}^N \log p(x^{(i)}) = 1").lines[0][0]) == tex(read(r"\sum_{i=1}^N \log p(x_i) = 1").lines[0][0])
    (joint, *_), *_ = read(r"p(x^{(0\cdots T)}) = p(x^{(T)})\prod_{t=1}^{T} p(x^{(t-1)}|x^{(t)})").lines
    assert str(chain("x")[0 : symbol("T", integer=True, positive=True)]) in str(joint)
    right = read(r"p(x^{(0\cdots T)}) = p(x^{(T)})\prod_{t=1}^{T} p(x^{(t-1)}|x^{(t)})").lines[0][2]
    assert right.has(Product) and "x^" not in tex(right)


def test_a_point_with_and_without_a_raised_sign_is_asked_for():
    line = r"\log p(x^{(i)}) = \log p(x, z) - \log p(z|x)"
    key = "x^{(i)} = x"
    assert [q.key for q in read(line).questions] == [key] and read(line).check().status == "not checked"
    assert read(line, assume={key: "one"}).check().status == "proved"
    assert read(line, assume={key: "different"}).check().status == "false"


def test_whether_a_law_is_the_normal_law_on_the_other_side_is_asked():
    line = r"\int q(z) z\, dz = \int \mathcal{N}(z; \mu, \sigma^2) z\, dz = \mu"
    assert read(line).check().status == "not checked"
    assert read(line, assume={"q(z)": "yes"}).check().status == "proved"
    assert read(line, assume={"q(z)": "no"}).check().status == "false"
    assert read(line.replace("= \\mu", "= 2\\mu"), assume={"q(z)": "yes"}).check().status == "false"


def test_a_time_below_a_mean_without_a_law_is_refused():
    with pytest.raises(NotRead, match="from which law is t drawn"):
        read(r"L = \mathbb{E}_{t, x_0}[f(x_0, t)]")
    assert read(r"L = \mathbb{E}_{t\sim U(0,1)}[f(t)]")


def test_a_power_before_the_bracket_of_a_function_is_a_power_of_its_value():
    t, g = symbol("t"), undefined("g")
    ((left, *_),) = read(r"g^2(t) - 1 = 0").lines
    assert left == g(t) ** 2 - 1 and Derivative(left, t) != 0
    assert read(r"\frac{1}{2}\frac{d}{dt}[g^2(t)] = g(t) g'(t)").check().status == "proved"
    a, b = symbol("a"), symbol("b")
    assert read(r"a^2(b) - a = a (a b - 1)", assume={"a": "number"}).lines[0][0] == a**2 * b - a


def test_a_function_that_stands_on_one_side_alone_is_not_refuted():
    assert read(r"f(x) + 1 = f(x) + g(x)").check().status == "not checked"
    assert read(r"f(x) + g(x) = f(x) - g(x)").check().status == "false"
    assert log(1) == 0


def test_a_letter_whose_derivative_by_another_stands_in_a_claim_is_asked_about():
    for line in (r"2\frac{dx}{dt} = 0", r"x + \frac{d\mathbf{y}}{dt} = x", r"\frac{dx}{dt} + y = y"):
        with pytest.raises(NotRead, match="on what does"):
            read(line)
    for line in (r"\frac{dx}{dt} = f(x,t)", r"\frac{d\mathbf{x}}{dt} = \mathbf{v}(\mathbf{x},t)"):
        assert read(line).check().status == "not checked"


def test_a_delta_before_a_function_is_the_laplacian_and_before_a_letter_a_step():
    assert read(r"\Delta f(\mathbf{x}) = \nabla\cdot\nabla f(\mathbf x)").check().status == "proved"
    assert read(r"\Delta f(\mathbf{x}) = 2\nabla\cdot\nabla f(\mathbf x)").check().status == "false"
    assert read(r"\Delta t\, f(x) = f(x) \Delta t").check().status == "proved"


@pytest.mark.parametrize(
    "line",
    [
        r"\frac{d}{dx} f(x) g(x) = f'(x) g(x)",
        r"\frac{d}{dx} x \cdot e^x = e^x",
        r"\frac{\partial}{\partial x} x^2 f(x) = 2 x f(x)",
        r"\nabla_x f(x) g(x) = g(x) \nabla_x f(x)",
        r"\lim_{x\to 0} x + x = x",
    ],
)
def test_where_an_operator_ends_is_asked_if_what_follows_holds_its_variable(line):
    with pytest.raises(NotRead, match="Put brackets"):
        read(line)


def test_an_operator_ends_before_what_does_not_hold_its_variable():
    assert read(r"\frac{\partial}{\partial x} x^2 y = 2 x y").check().status == "proved"
    assert read(r"\frac{d}{dx} [x f(x)] = f(x) + x f'(x)").check().status == "proved"
    assert read(r"\frac{d}{dx} [f(x)] g(x) = f'(x) g(x)").check().status == "proved"
    assert read(r"\lim_{x \to 0} x + 1 = 1").check().status == "proved"


def test_two_bars_where_one_is_open_end_a_size_and_start_the_next():
    for line in ("|x||y| = |xy|", "|x| |y| = |xy|", r"|x|\,|y| = |xy|", "2|x||y| + 1 = 1 + 2|xy|", "|x||y||z| = |xyz|"):
        assert read(line).check().status == "proved", line
    for line in ("|x||y| = xy", "|x| |y| = |x + y|", "|x||y||z| = |xy|"):
        assert read(line).check().status == "false", line
    assert read(r"D(q||p) = D(q | | p)").check().status == "proved"
    with pytest.raises(NotRead):
        read("|x|y|| = |xy|")


def test_capitals_where_matrices_would_stand_are_said_to_be_numbers():
    for line in (r"|2A| = 2|A|", r"\log|2A| = \log 2 + \log|A|", r"A^2 - B^2 = (A-B)(A+B)", r"A B = B A"):
        assert any("number" in said for said in read(line).check().provided), line
    assert not read(r"|x - y| = |y - x|").check().provided
