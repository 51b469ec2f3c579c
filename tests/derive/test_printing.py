"""The page shows what was typed: order, brackets, fractions, signs."""

import mpmath
import pytest
from sympy import Integer, factorial, pi

from vdmlib.derive import (
    ELBO, KL, Derivation, Derivative, E, FalseStep, H, Integral, Integrate, Law, Limit, N, Product, Sigma, Subs, Sum, Total,
    chain, exercise, exp, frac, log, phi, plain, sqrt, symbol, symbols, tex, undefined, variables,
)  # fmt: skip
from vdmlib.derive.nodes.expressions import Factors, Power
from vdmlib.derive.show.decimals import decimal, decimal_tex
from vdmlib.derive.show.readable import readable
from vdmlib.derive.show.text import text

x, z = variables("x z")
p, q = Law("p", x, z), Law(r"q_\phi", z | x)
a, b = symbols("a b", positive=True)
f = undefined("f")
X = chain("x")
u = symbol("u")
T, t, i = symbols("T t i", integer=True, positive=True)
Q = Law("q", X[1:T] | X[0], markov=True)

SHOWN = [
    (b + a, "b + a"),
    (b - a, "b - a"),
    (b - (a + b), r"b - \left(a + b\right)"),
    (a + (b - a), r"a + \left(b - a\right)"),
    (-b + a, "-b + a"),
    (-(b + a), r"-\left(b + a\right)"),
    (-2 * b, r"-2\, b"),
    (2 * b * a, r"2\, b\, a"),
    (b * (a + b), r"b\, \left(a + b\right)"),
    (a - frac(1, 2) * b, r"a - \frac{1}{2}\, b"),
    (frac(p(x, z) * q(z | x), q(z | x)), r"\frac{p(x, z)\, q_\phi(z \mid x)}{q_\phi(z \mid x)}"),
    (sqrt(a + b), r"\sqrt{a + b}"),
    ((a + b) ** 2, r"{\left(a + b\right)}^{2}"),
    (f(a) ** 2, r"f(a)^{2}"),
    (log(a), r"\log a"),
    (log(a * b), r"\log\left(a\, b\right)"),
    (log(frac(a, b)), r"\log \frac{a}{b}"),
    (log(p(x)) * a, r"\left(\log p(x)\right)\, a"),
    (a * log(p(x)), r"a\, \log p(x)"),
    (exp(-a), "e^{-a}"),
    (Sigma[x](p(x) * log(p(x))), r"\sum_{x} p(x)\, \log p(x)"),
    (Sigma[x](log(p(x)) + a), r"\sum_{x} \left(\log p(x) + a\right)"),
    (Integrate[z](p(x, z)), r"\int p(x, z)\,\mathrm{d}z"),
    (E[q(z | x)](log(p(x))), r"\mathbb{E}_{q_\phi(z \mid x)}\!\left[\log p(x)\right]"),
    (KL(q(z | x), p(z)), r"D_{\mathrm{KL}}\!\left(q_\phi(z \mid x) \,\middle\Vert\, p(z)\right)"),
    (H(p(x)), r"H\!\left(p(x)\right)"),
    (ELBO(q(z | x), p(x, z)), r"\mathrm{ELBO}(q_\phi, p)"),
    (Q(X[t - 1] | X[t], X[0]), r"q(x_{t - 1} \mid x_{t}, x_{0})"),
    (log(Q(X[1:T] | X[0])), r"\log q(x_{1:T} \mid x_{0})"),
    (Product(Q(X[t] | X[t - 1]), (t, 1, T)), r"\prod_{t=1}^{T} q(x_{t} \mid x_{t - 1})"),
    (Sum(f(t) - a, (t, 2, T)), r"\sum_{t=2}^{T} \left(f(t) - a\right)"),
    (N(x, a, b), r"\mathcal{N}\!\left(x;\, a,\, b\right)"),
    (Derivative(f(a), a), "f'(a)"),
    (Derivative(f(a), a, 2), "f''(a)"),
    (Derivative(f(a) * f(b), a), r"\frac{\partial}{\partial a} \left(f(a)\, f(b)\right)"),
    (Integral(f(a) + b, (a, 0, 1)), r"\int_{0}^{1} \left(f(a) + b\right)\,\mathrm{d}a"),
    (Limit(f(a), a, 0), r"\lim_{a \to 0^{+}} f(a)"),
    (phi(frac(a, b)), r"\varphi\left(\frac{a}{b}\right)"),
    (1 - p(x), "1 - p(x)"),
    (Limit(u**2, u, 0) * frac(1, u**2), r"\left(\lim_{u \to 0^{+}} {u}^{2}\right)\, \frac{1}{{u}^{2}}"),
    (Limit(u**2, u, 0) + a, r"\left(\lim_{u \to 0^{+}} {u}^{2}\right) + a"),
    (a + Limit(u**2, u, 0), r"a + \lim_{u \to 0^{+}} {u}^{2}"),
    (Derivative(a**2, a) * a, r"\left(\frac{d}{d a} {a}^{2}\right)\, a"),
    (a * Derivative(a**2, a) + b, r"a\, \frac{d}{d a} {a}^{2} + b"),
    (Derivative(f(a), a) * a, r"f'(a)\, a"),
    (Total(f(a) * f(b), t), r"\frac{d}{d t} \left(f(a)\, f(b)\right)"),
    (Derivative(Integrate[z](f(x, z) * q(z | x)), x), r"\frac{d}{d x} \int f(x, z)\, q_\phi(z \mid x)\,\mathrm{d}z"),
    (Derivative(Sigma[z](f(a, b, z)), a), r"\frac{\partial}{\partial a} \sum_{z} f(a, b, z)"),
    (Sum(f(t), (t, 1, T)) * a, r"\left(\sum_{t=1}^{T} f(t)\right)\, a"),
    (Sum(f(t), (t, 1, T)) + a, r"\sum_{t=1}^{T} f(t) + a"),
    (Sum(f(t, i), (i, 1, t), (t, 1, T)), r"\sum_{t=1}^{T} \sum_{i=1}^{t} f(t, i)"),
    (Integral(f(a), (a, 0, 1)) * b, r"\left(\int_{0}^{1} f(a)\,\mathrm{d}a\right)\, b"),
    (b * Subs(f(a), a, 0), r"b\, \left(\left. f(a) \right|_{\substack{ a=0 }}\right)"),
    (log(Integer(1) - frac(1, 4) ** 2), r"\log\left(1 - {\left(\frac{1}{4}\right)}^{2}\right)"),
    (log(2 * pi), r"\log\left(2 \pi\right)"),
    (log(a) ** 2, r"{\left(\log a\right)}^{2}"),
    ((-1) ** a, r"{\left(-1\right)}^{a}"),
    (a - Factors(-2, 2 * T), r"a - \left(-2 \cdot 2 T\right)"),
    (2 * frac(1, 2) * a, r"2 \cdot \frac{1}{2}\, a"),
    (3 * Power(2, T), r"3 \cdot {2}^{T}"),
    (factorial(a + b), r"\left(a + b\right)!"),
    (symbol(r"\sigma^2") ** 2, r"{\left(\sigma^{2}\right)}^{2}"),
]

TYPED = [
    (a ** (t + 1), "a**(t + 1)"),
    (frac(frac(a, t), frac(t, a)), "(a/t)/(t/a)"),
    (frac(a, b * t), "a/(b*t)"),
    (frac(a * b, b), "(a*b)/b"),
    (frac(a, b) * t, "(a/b)*t"),
    (a * frac(1, b), "a*1/b"),
    (-(a**2), "-a**2"),
    ((-a) ** 2, "(-a)**2"),
    (a ** (-b), "a**(-b)"),
    (frac(1, 2) ** a, "(1/2)**a"),
    (a ** (b**t), "a**(b**t)"),
    ((a**b) ** t, "(a**b)**t"),
    (b - (-2 * t), "b - (-2*t)"),
    (Sigma[x](p(x)) * a, "Σ[x](p(x))*a"),
    (symbol(r"\sigma^2") ** 2, "(σ^2)**2"),
    (Total(f(t), t), "Total(f(t), t)"),
]


@pytest.mark.parametrize("expression, typed", TYPED)
def test_text(expression, typed):
    assert text(expression) == typed


@pytest.mark.parametrize("expression, shown", SHOWN)
def test_latex(expression, shown):
    assert tex(expression) == shown


@pytest.mark.parametrize("expression, _", SHOWN)
def test_brackets_balance(expression, _):
    shown = tex(expression)
    assert shown.count(r"\left") == shown.count(r"\right")
    assert shown.count("{") == shown.count("}")
    assert "Terms(" not in text(expression) and "Factors(" not in text(expression)


def test_plain_loses_order_and_nothing_else():
    assert plain(b + a - b) == plain(a + 0 * b)
    assert plain(frac(a * b, b)) == plain(a)
    s = symbol("s")
    assert plain(Derivative(s**2, s)).doit() == plain(2 * s)
    assert plain((a + b) ** 2).expand() == plain(a**2 + 2 * a * b + b**2)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (r"E[q_\Phi(z | x)](p_{\theta'}(x)) - \hat p(x)", "E[q_Φ(z | x)](p_θ'(x)) - p̂(x)"),
        (r"\hat{x}_\theta + \tilde q(x) + \hat{\epsilon}_y", "x̂_θ + q̃(x) + ϵ̂_y"),
        (r"\mathrm{SNR}_{\max} \lambda \mathrm{d}x \ell", "SNR_max λ dx ℓ"),
        (r"p_{\mathbf{\theta}}(\boldsymbol{x}) \boldsymbol{\Sigma} \mathbf{\epsilon} \mathbf{\varepsilon} \mathbf{\ell}", "p_𝛉(𝐱) 𝚺 𝛜 𝛆 𝓵"),
        ("p(x) = {2: 1/3; 3: 2/3}", "p(x) = {2: 1/3; 3: 2/3}"),
    ],
)
def test_names_are_read_in_plain_text(typed, read):
    assert readable(typed) == read


def test_no_answer_and_no_error_speaks_latex():
    x, z = variables("x z")
    p, q = Law(r"\hat p", x, z), Law(r"q_\Phi", z | x)
    answer = exercise("plain.words", "", p(x, z)).check(q(z | x))
    assert not answer and "\\" not in answer.text and "q_Φ(z | x) = {-2,-1: " in answer.text
    with pytest.raises(FalseStep) as caught:
        Derivation("plain.step", "").start(p(x, z)).equals(q(z | x), because="no reason")
    assert "\\" not in str(caught.value) and "p̂(x, z)" in str(caught.value)


@pytest.mark.parametrize(("value", "plainly", "latex"), [
    ("0", "0", "0"), ("2", "2", "2"), ("10.05", "10.05", "10.05"), ("1e-8", "1e-8", "10^{-8}"), ("-1e-8", "-1e-8", "-10^{-8}"),
    ("-2.5e30", "-2.5e+30", r"-2.5 \cdot 10^{30}"), ("inf", "+inf", r"\infty"), ("-inf", "-inf", r"-\infty"),
])  # fmt: skip
def test_decimals_have_no_tail_that_says_nothing(value, plainly, latex):
    assert decimal(mpmath.mpf(value), 6) == plainly and decimal_tex(mpmath.mpf(value), 6) == latex
