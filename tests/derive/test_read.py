"""LaTeX of papers, read: the objects, the verdicts, what is asked, where it fails; and false neighbours of what is proved."""

import pytest
from sympy import Integer, pi

from vdmlib.derive import (
    CE, ELBO, KL, MI, Derivative, DerivationError, E, H, Integral, Integrate, Law, Limit, N, Product, Schedule, Sigma, Sum, chain,
    exp, frac, log, plain, read, sqrt, symbol, symbols, tex, undefined, variables,
)  # fmt: skip
from vdmlib.derive.command.main import main
from vdmlib.derive.errors import NotRead
from vdmlib.derive.read.checking import in_words

x, z, y = variables("x z y")
X, Y, Z = variables("X Y Z")
a, b, mu = symbols(r"a b \mu")
sigma = symbol(r"\sigma", positive=True)
t, T, n, i = symbols("t T n i", integer=True, positive=True)
p, q = Law("p", x, z), Law("q", z | x)
px, qx = Law("p", x), Law("q", x)
P = Law("p", X, Y)
c = chain("x")
qc = Law("q", c[1:T] | c[0], markov=True)
alpha = Schedule("alpha")
f = undefined("f")

OBJECTS = [
    (r"\log p(x) = \log p(x,z) - \log p(z\mid x)", log(p(x)), log(p(x, z)) - log(p(z | x))),
    (r"\mathbb E_{z\sim q(z|x)}\Big[ \log \tfrac{p(x,z)}{q(z|x)} \Big] = \mathrm{ELBO}", E[q(z | x)](log(frac(p(x, z), q(z | x)))), ELBO(q(z | x), p(x, z))),
    (r"D_{\mathrm{KL}}\left(p(x) \,\|\, q(x)\right) = \mathrm{KL}(p(x)||q(x))", KL(px(x), qx(x)), KL(px(x), qx(x))),
    (r"\mathbb{D}_{\text{KL}}[p(x)\parallel q(x)] = H(p(x), q(x)) - H(p(x))", KL(px(x), qx(x)), CE(px(x), qx(x)) - H(px(x))),
    (r"I(X;Y) = H(X) + H(Y) - H(X,Y)", MI(P(X, Y), X), H(P(X)) + H(P(Y)) - H(P(X, Y))),
    (r"\sum_x p(x) = \int q(x)\,dx", Sigma[x](px(x)), Integrate[x](qx(x))),
    (r"\mathcal N(a;\mu,\sigma^2) = \frac{1}{\sqrt{2\pi\sigma^2}} e^{-(a-\mu)^2/(2\sigma^2)}", N(a, mu, sigma**2),
     frac(1, sqrt(2 * pi * sigma**2)) * exp(-frac((a - mu) ** 2, 2 * sigma**2))),
    (r"\sum_{i=1}^{n} i = \frac{n(n+1)}{2}", Sum(i, (i, 1, n)), frac(n * (n + 1), 2)),
    (r"\bar\alpha_t = \prod_{i=1}^t \alpha_i", alpha.bar[t], Product(alpha[i], (i, 1, t))),
    (r"\sqrt{1-\bar{\alpha}_{t-1}} = (1-\bar\alpha_{t-1})^{1/2}", sqrt(1 - alpha.bar[t - 1]), (1 - alpha.bar[t - 1]) ** frac(1, 2)),
    (r"\frac{d}{da} f(a)^2 = 2 f(a) f'(a)", Derivative(f(a) ** 2, a), 2 * f(a) * Derivative(f(a), a)),
    (r"\int_0^1 a^2\, da = \frac13", Integral(a**2, (a, 0, 1)), frac(1, 3)),
    (r"\lim_{a \to 0^+} \frac{e^a - 1}{a} = 1", Limit(frac(exp(a) - 1, a), a, 0, "+"), Integer(1)),
    (r"\exp\{a\} = \mathrm{e}^{a}", exp(a), exp(a)),
    (r"q(x_{1:T}|x_0) = \prod_{t=1}^T q(x_t|x_{t-1})", qc(c[1:T] | c[0]), Product(qc(c[t] | c[t - 1]), (t, 1, T))),
    (r"q(x_1,\ldots,x_T\mid x_0) = \prod_{t=1}^{T} q(x_t | x_{t-1})", qc(c[1:T] | c[0]), Product(qc(c[t] | c[t - 1]), (t, 1, T))),
    (r"\underbrace{a+b}_{\text{the sum}} = b + a", a + b, b + a),
]


@pytest.mark.parametrize("latex, left, right", OBJECTS, ids=[row[0][:40] for row in OBJECTS])
def test_a_line_is_the_objects_that_one_would_type(latex, left, right):
    ((got_left, relation, got_right),) = read(latex).lines
    assert relation == "="
    assert tex(got_left) == tex(left)
    assert tex(got_right) == tex(right) or plain(got_right) == plain(right)


ONE_DIMENSION = "read in one dimension"
#: LaTeX, what is said with it, the verdict, and false neighbours: a piece of it and what stands in its place.
VERDICTS = [
    (r"\log p(x) \ge \mathbb{E}_{q(z|x)}[\log \frac{p(x,z)}{q(z|x)}]", {}, "proved", [(r"\ge", r"\le"), (r"\frac{p(x,z)}{q(z|x)}", r"\frac{q(z|x)}{p(x,z)}")]),
    (r"\log p_\theta(x) = D_{KL}(q_\phi(z|x) \| p_\theta(z|x)) + \mathcal{L}(\theta,\phi; x)", {}, "proved", [("+", "-"), (r"q_\phi(z|x) \| p_\theta(z|x)", r"p_\theta(z|x) \| q_\phi(z|x)")]),
    (r"D_{KL}(\mathcal{N}(\mu,\sigma^2)\|\mathcal N(0,1)) = \frac12(\mu^2+\sigma^2-1-\log\sigma^2)", {}, "proved", [("-1", "+1"), (r"\frac12", "2"), (r"\sigma^2-1", r"\sigma-1")]),
    (r"q(x_{1:T}|x_0) = \prod_{t=1}^T q(x_t|x_{t-1})", {}, "proved", [("t=1", "t=2")]),
    (r"q(x_{t-1}|x_t,x_0) = q(x_t|x_{t-1}) \frac{q(x_{t-1}|x_0)}{q(x_t|x_0)}", {}, "proved", [("q(x_t|x_{t-1})", "q(x_t|x_0)")]),
    (r"I(X;Y|Z) \ge 0", {}, "proved", [(r"\ge", r"\le")]),
    (r"H(X|Y) \le H(X)", {}, "proved", [(r"\le", r"\ge")]),
    (r"\mathbb{E}[X^2] \ge \mathbb{E}[X]^2", {}, "proved", [(r"\ge", r"\le")]),
    (r"\log x \le x - 1", {}, "proved", [("- 1", "- 2"), (r"\le", r"\ge")]),
    (r"\nabla_x \log p(x|y) = \nabla_x \log p(x) + \nabla_x \log p(y|x)", {}, "proved", [("+", "-")]),
    (r"-D_{KL}(q(z)\|p(z)) = \frac{1}{2}(1+\log(\sigma^2) - \mu^2-\sigma^2)", {"facts": [r"q(z)=\mathcal N(z;\mu,\sigma^2)", r"p(z)=\mathcal{N}(z;0,1)"]}, "proved", [("1+", "2+")]),
    (r"\log p(x) = \log \int p(x,z) dz = \log \mathbb{E}_{q(z|x)}\left[\frac{p(x,z)}{q(z|x)}\right] \ge \mathbb{E}_{q(z|x)}\left[\log\frac{p(x,z)}{q(z|x)}\right]", {}, "proved",
     [(r"p(x,z) dz", r"p(x|z) dz"), (r"\ge", r"\le")]),
    (r"\log \mathcal{N}(x;0,I) = -\frac{d}{2}\log 2\pi - \frac12\|x\|^2", {}, "proved", [("- ", "+ ")]),
    (r"p(z|x) \propto p(x|z) p(z)", {}, "not checked", []),
    (r"\log p(x) \approx \mathbb{E}_{q(z|x)}[\log p(x|z)]", {}, "not checked", []),
    (r"\mathcal{L} = \mathbb{E}_{q(z|x)}[\log p(x|z)]", {}, "not checked", []),
    (r"x_t = \sqrt{\bar\alpha_t}x_0 + \sqrt{1-\bar\alpha_t}\epsilon, \quad \epsilon\sim\mathcal N(0,I)", {}, "not checked", []),
    (r"H(X) \ge 0", {}, "not proved", []),
    (r"H(X) \ge 0", {"assume": {"X": "discrete"}}, "proved", [(r"\ge", r"\le")]),
]  # fmt: skip


@pytest.mark.parametrize("latex, said, status, slips", VERDICTS, ids=[row[0][:40] for row in VERDICTS])
def test_a_line_has_the_verdict_of_the_engine_and_its_slips_have_none(latex, said, status, slips):
    found = read(latex, **said).check()
    assert found.status == status, found
    for piece, other in slips:
        assert piece in latex
        slip = read(latex.replace(piece, other, 1), **said).check()
        assert slip.status in ("false", "not proved"), (piece, other, slip)


def test_what_is_guessed_is_named_by_the_verdict():
    said = read(r"q(x_{t-1}|x_t,x_0) = q(x_t|x_{t-1}) \frac{q(x_{t-1}|x_0)}{q(x_t|x_0)}").check()
    assert any("Markov chain" in s for s in said.provided)
    assert any(ONE_DIMENSION in s for s in read(r"\Sigma_\theta(x_t) a = a \Sigma_\theta(x_t)").check().provided)
    assert any(r"\beta_t = 1-\alpha_t" in s for s in read(r"1 - \beta_t = \frac{\bar\alpha_t}{\bar\alpha_{t-1}}").check().provided)
    assert any("one law" in s for s in read(r"\log p_\theta(x,z) = \log p_\theta(x|z) + \log p(z)").check().provided)
    assert any("logarithm" in s for s in read(r"\log p(x|z)p(z) = \log p(x,z)").check().provided)
    assert any("> 0" in s for s in read(r"\log \sigma^2 = 2\log\sigma").check().conditions)


def test_what_a_function_without_brackets_takes_is_said_of_that_function():
    assert "sin without brackets takes the whole product to its right" in str(read(r"\sin x y = y \sin x"))
    assert "a logarithm without brackets" in str(read(r"\ln x y = \ln x + \ln y"))


def test_a_markov_chain_is_assumed_only_where_it_is_needed():
    free = read(r"q(x_t|x_{t-1},x_0) = \frac{q(x_{t-1}|x_t,x_0)q(x_t|x_0)}{q(x_{t-1}|x_0)}").check()
    assert free.status == "proved" and not any("Markov" in s for s in free.provided)


def test_questions_without_a_safe_answer_stop_the_check():
    with pytest.raises(NotRead, match="const"):
        read(r"\log p(x) = \log p(x|z) + \text{const}")
    assert read(r"\log p(x) = \log p(x,z) + \text{const}", assume={"const": r"-\log p(z|x)"}).check().status == "proved"
    with pytest.raises(NotRead, match="over what is the mean taken"):
        read(r"\mathbb{E}[\log p(x,z)] = \log p(x)")
    assert read(r"\mathbb{E}[\log p(x,z)] = \log p(x)", assume={"E": "p(z|x)"}).check().status == "false"
    (question,) = read(r"k(a + b) = ka + kb").questions or [None]
    assert question is None or question.default == "number"


ERRORS = [
    (r"\log p(x", 9, ") is wanted"), (r"\log p(x) + = 2", 13, "a term is wanted, not ="), (r"\frac{a}{b", 9, "} is wanted"),
    (r"\log p(x) = \foo", 13, r"the command \foo is not known"), (r"\sum p(x) = 1", 1, r"what does \sum run over?"),
    (r"\int p(x) = 1", 1, "over what is it integrated"), (r"D_{KL}(q) = 0", 1, "KL is of two laws"), (r"a^b^c = 1", 4, "power"),
    (r"\argmax_\theta p(x|\theta) = 1", 1, "optimum"), (r"a = \begin{cases} 1 \end{cases}", 5, "cases is not read"),
    (r"D_\alpha(p\|q) = 1", 1, "KL alone"), (r"dx = f(x)dt + dw", 1, "differentials"), (r"p(x|y|z) = 1", 7, "bar"),
    (r"\mathbb{1}[x>0] = 1", 1, "is not read"), ("", 1, "no formula"), (r"a \pm b = c", 3, "±"), (r"\log(x)^2 = 1", 8, "power"),
]  # fmt: skip


@pytest.mark.parametrize("latex, column, words", ERRORS, ids=[row[0] or "nothing" for row in ERRORS])
def test_an_error_points_to_the_place_and_says_what_was_wanted(latex, column, words):
    with pytest.raises(NotRead) as found:
        read(latex)
    message = str(found.value)
    assert isinstance(found.value, DerivationError) and words in message
    assert f"column {column}:" in message, message
    assert message.splitlines()[-1] == " " * (2 + column - 1) + "^"


@pytest.mark.parametrize("latex, said, status, slips", [row for row in VERDICTS if row[2] == "proved"], ids=[row[0][:40] for row in VERDICTS if row[2] == "proved"])
def test_the_python_that_it_would_be_states_the_same_line(latex, said, status, slips):
    reading = read(latex, **said)
    reading.check()
    names = {}
    exec("from vdmlib.derive import *\nfrom sympy import Rational, oo, pi", names)
    body, _, last = reading.code.rpartition("\n")
    exec(reading.code if last != "line" else body, names)
    made = [v for v in names.values() if type(v).__name__ == "Derivation"]
    if made:
        assert [tex(li.expression) for li in made[0].lines] == [tex(right) for *_, right in reading.settled.lines]


def test_layout_says_nothing():
    plainly = read(r"\log p(x) = \log p(x,z) - \log p(z|x)").lines
    for dressed in (
        r"$$\log\!\left(p\left(x\right)\right) = \log\bigl(p(x,z)\bigr) - \log p(z\,|\,x).$$",
        r"\begin{align} \log p(x) &= \log p(x,z) - {} \nonumber \\ &\quad \log p(z \mid x) \label{eq:bayes} \end{align}",
    ):
        ((left, _, right),) = read(dressed).lines
        assert (tex(left), tex(right)) == (tex(plainly[0][0]), tex(plainly[0][2]))


def test_macros_stand_for_what_they_are_said_to():
    ((left, *_),) = read(r"\KLD{q(x)}{p(x)} = 0".replace("{q(x)}{p(x)}", r"(q(x)\|p(x))"), macros={r"\KLD": r"D_{KL}"}).lines
    assert isinstance(left, KL)


@pytest.mark.parametrize(
    "arguments, status, words",
    [
        ([r"\log p(x) = \log p(x,z) - \log p(z|x)", "--code"], 0, "stand in a logarithm\n\nx, z = variables("),
        ([r"\log p(x) = \log p(x,z) - \log p(z|x)"], 0, "✓ proved\n  under: densities are positive"),
        ([r"\log p(x) = \log p(x,z) + \log p(z|x)"], 1, "✗ false"),
        ([r"\log p(x) = \log p(x,z) + \text{const}", "--assume", r"const=-\log p(z|x)"], 0, "✓ proved"),
        ([r"1 - \beta = a", "--fact", r"a = 1 - \beta"], 0, "✓ proved"),
        ([r"p(z|x) \propto p(x,z)"], 2, "not checked"), ([r"\log p(x"], 2, ""), (["a = a", "--assume", "nothing"], 2, ""),
    ],
)  # fmt: skip
def test_the_command_reads_a_line(arguments, status, words, capsys):
    assert main(["read", *arguments]) == status
    assert words in capsys.readouterr().out


def test_what_a_verdict_rests_on_is_plain_text():
    assert in_words(r"$\beta_t,\ t > 0$") == "β_t, t > 0"
    said = read(r"\sqrt{\bar\alpha_t} = \sqrt{\alpha_t} \sqrt{\bar\alpha_{t-1}}").check()
    assert said and "\\" not in str(said)
