r"""Functions that a text defines beside its claims: `f(t) = 2t \\ f(t+1) = f(t) + 2` speaks of that f."""

import pytest

from vdmlib.derive import read

TRUE = [
    r"f(t) = 2t \\ f(t+1) = f(t) + 2",
    r"f(t+1) = f(t) + 2 \text{ where } f(t) = 2t",
    r"f(t) := 2t+1 \\ f(1) = 3",
    r"f(0) = 1 \\ f(t) = 2t + 1 \\ f(1) = 3",
    r"f(x) = x^3 \\ g(x) = f(x) + 1 \\ g(2) = 9",
    r"\sigma(x) = \frac{1}{1+e^{-x}} \\ \sigma(-x) = 1 - \sigma(x)",
    r"\sigma'(x) = \sigma(x)(1-\sigma(x)) \text{ where } \sigma(x) = \frac{1}{1+e^{-x}}",
    r"f'(x) = 2x \text{ where } f(x) = x^2",
    r"f(t) = t^2 \\ \frac{d}{dt} f(t) = 2t",
    r"v(x,t) = x t \\ \frac{\partial}{\partial x} v(x,t) = t",
    r"f(x) = x^2, \quad \int_0^1 f(x)\,dx = \frac13",
    r"f(x) = x^2 \\ \mathbb{E}_{\mathcal N(x;0,1)}[f(x)] = 1",
    r"\lambda(t) = \log\frac{\alpha(t)^2}{\sigma(t)^2} \\ e^{\lambda(t)} = \frac{\alpha(t)^2}{\sigma(t)^2}",
    r"L(\theta) = \theta^2 \\ L(\theta) \ge 0",
    r"\phi(u) = u - 1 - \log u \\ \phi(u) \ge 0",
]

FALSE = [
    r"f(t) = 2t \\ f(t+1) = f(t) + 3",
    r"f(t+1) = f(t) + 3 \text{ where } f(t) = 2t",
    r"f(0) = 1 \\ f(t) = 2t + 1 \\ f(1) = 4",
    r"f(x) = x^3 \\ g(x) = f(x) + 1 \\ g(2) = 8",
    r"\sigma(x) = \frac{1}{1+e^{-x}} \\ \sigma(-x) = -\sigma(x)",
    r"\sigma'(x) = \sigma(x)(1+\sigma(x)) \text{ where } \sigma(x) = \frac{1}{1+e^{-x}}",
    r"f'(x) = 3x \text{ where } f(x) = x^2",
    r"f(t) = t^2 \\ \frac{d}{dt} f(t) = 3t",
    r"v(x,t) = x t \\ \frac{\partial}{\partial x} v(x,t) = x",
    r"f(x) = x^2, \quad \int_0^1 f(x)\,dx = \frac12",
    r"f(x) = x^2 \\ \mathbb{E}_{\mathcal N(x;0,1)}[f(x)] = 2",
    r"\phi(u) = u - 1 - \log u \\ \phi(u) \le 0",
]

OPEN = [  # which f is meant, or at which values, is not said
    (r"f(t) = 2t \\ f(t) = 3t \\ f(1) = 7", "claims nothing"),
    (r"f(x) = g(x) \\ g(x) = f(x) \\ f(1) = g(2)", "claims nothing"),
    (r"x = 3 \\ f(x) = x^2 \\ f(3) = 4", "claims nothing"),
    (r"f(t) = 2t", "claims nothing"),
    (r"\text{SNR}(t) = \frac{\bar\alpha_t}{1-\bar\alpha_t}, \quad \text{SNR}(t) \le \text{SNR}(t-1)", "what is SNR at t - 1?"),
]


@pytest.mark.parametrize("text", TRUE)
def test_a_function_is_what_another_line_says(text):
    verdict = read(text).check()
    assert verdict.status == "proved", verdict.words


@pytest.mark.parametrize("text", FALSE)
def test_what_is_false_of_that_function_is_refused(text):
    verdict = read(text).check()
    assert verdict.status == "false", verdict.words


@pytest.mark.parametrize(("text", "said"), OPEN)
def test_what_is_not_known_of_a_function_is_no_verdict(text, said):
    verdict = read(text).check()
    assert (verdict.status, said in verdict.words) == ("not checked", True), verdict.words


def test_what_is_taken_is_said_and_stands_in_the_code():
    reading = read(r"f(t) = 2t \\ f(t+1) = f(t) + 2")
    assert any("holds for every $t$" in sentence for sentence in reading.check().provided)
    assert "forall=t" in reading.code
