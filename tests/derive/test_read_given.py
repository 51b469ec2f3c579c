"""What a pasted line is given, and what its letters depend on: premises, facts of their own relation, indices that are arguments."""

import pytest

from vdmlib.derive import read
from vdmlib.derive.errors import NotRead

LINES = [
    # a premise
    (r"a = b + c \implies a^2 = b^2 + 2bc + c^2", "proved"),
    (r"a = b + c \implies a^2 = b^2 - 2bc + c^2", "false"),
    (r"\begin{align} a &= b + c \\ \implies a^2 &= b^2 + 2bc + c^2 \end{align}", "proved"),
    (r"\alpha_t^2+\sigma_t^2=1 \implies \alpha_t(\alpha_tx+\sigma_t\epsilon)-\sigma_t(\alpha_t\epsilon-\sigma_tx) = x", "proved"),
    (r"X\to Y\to Z \implies I(X;Y) \ge I(X;Z)", "proved"),
    (r"X\to Y\to Z \implies I(X;Z) \ge I(X;Y)", "false"),
    (r"X\to Y\to Z \Rightarrow I(X;Z|Y) = 0", "proved"),
    (r"X\to Y\to Z \Rightarrow I(X;Y|Z) = 0", "false"),
    # all that commas and "and" join before an arrow is given, and to what follows from it alone
    (r"a + b = 1, a - b = 1 \implies a = 1", "proved"),
    (r"a + b = 1 \text{ and } a - b = 1 \implies a = 1", "proved"),
    (r"a + b = 1, a - b = 1 \implies a = 2", "false"),
    (r"x_0 \le x_1, x_1 \le x_0 \implies x_0 = x_1", "not proved"),
    (r"a > 0, x \in \mathbb{R}, b > 0 \implies a + b \ge 0", "proved"),
    (r"a, b > 0 \implies a + b \ge 0", "proved"),
    (r"a, b > 0 \implies a - b \ge 0", "false"),
    (r"a + c = c + b \\ a = b \implies a = b", "false"),
    (r"a = 1 \implies ca = c, ba = b", "proved"),
    (r"a = 1 \implies ca = c. ba = b", "false"),
    (r"a = 1, b = 2 \implies a + b = 3, a = 2", "false"),
    # a function that is defined in what is given is that at every value of its letters
    (r"c_{skip}(t) = \frac{\sigma^2}{(t-\epsilon)^2+\sigma^2} \implies c_{skip}(\epsilon) = 1", "proved"),
    (r"c_{skip}(t) = \frac{\sigma^2}{(t-\epsilon)^2+\sigma^2} \implies c_{skip}(\epsilon) = 2", "false"),
    (r"f(t) = t^2 \implies \int_0^1 f(t)\,dt = \frac13", "proved"),
    (r"f(t) = t^2 \implies f'(1) = 3", "false"),
    (r"x(t) = (1-t)x_0 + t x_1 \implies x'(t) = x_1 - x_0", "proved"),
    (r"f(x) = x^2 \implies \mathbb{E}_{p(x)}[f(x)] = \mathbb{E}_{p(x)}[x^2]", "proved"),
    (r"f(x) = x^2, g(x) = f(x) + 1 \implies g(2) = 5", "proved"),
    (r"f_\theta(x,t) = c(t)x + d(t)F(x,t), c(t) = 1 - t, d(t) = t \implies f_\theta(x, 0) = x", "proved"),
    (r"f_\theta(x,t) = c(t)x + d(t)F(x,t), c(t) = 1 - t, d(t) = t \implies f_\theta(x, 1) = x", "false"),
    (r"f(t) = g(t), g(t) = f(t) \implies f(1) = g(2)", "not proved"),
    (r"f(t) = t^2 \implies f(2) = 4 \text{ where } t = 3", "not checked"),
    (r"f(t) = t + 1 \text{ for } t > 0 \implies f(-1) = 0", "not checked"),
    (r"f(x) = c \implies f(y) = c", "not checked"),
    # what is given at one letter may be meant at every
    (r"f(t) = f(t-1) + 1 \implies f(2) = f(0) + 2", "not checked"),
    (r"x_t = x_{t-1} + 1 \implies x_2 = x_0 + 2", "not checked"),
    (r"f(x) = f(-x) \implies f(2) = f(-2)", "not checked"),
    (r"f(2) \ge 0 \text{ where } f(x) \ge 0", "not checked"),
    (r"f'(t) = 0 \implies f(1) = f(0)", "not checked"),
    (r"\sigma_t = \sqrt{t} \implies \sigma_4 = 2", "not checked"),
    (r"x_t = x_{t-1} + 1 \implies x_{t-1} = x_t", "false"),
    (r"f(x) = f(-x) \implies f(x) = 2f(-x)", "false"),
    (r"\sum_{i=1}^n a_i \ge 0 \text{ where } a_i \ge 0", "not checked"),
    (r"\sum_{i=1}^n a_i b = 2b \text{ where } \sum_{i=1}^n a_i = 1", "false"),
    (r"f(t) \ge 0 \implies \int_0^1 f(t)\,dt \ge 0", "not checked"),
    (r"x_1 = x_0 + 1 \implies x_2 = x_1 + 1", "false"),
    (r"x_{t-1} = a x_t + b, x_{t-2} = a x_{t-1} + b \implies x_{t-2} = a^2x_t + ab", "false"),
    (r"f(x) = f(-x), f(2) = 1 \implies f(-2) = 1", "not checked"),
    (r"f(x) = x, x = 2 \implies f(3) = 3", "not checked"),
    (r"x > 0, f(x) = x \implies f(-3) = -3", "not checked"),
    (r"f(a, a) = a^2 \implies f(2, 3) = 6", "not checked"),
    (r"f(t) = \frac{t}{t} \implies f(0) = 1", "not proved"),
    (r"f(t) = t^2 \implies f(2) = 4. f(3) = 8", "not checked"),
    # a condition behind a word
    (r"ax + bx = x \text{ with } a+b=1", "proved"),
    (r"ax - bx = x \text{ with } a+b=1", "false"),
    (r"ax + bx = x, \text{ if } a+b=2", "false"),
    (r"\alpha_t(\alpha_tx+\sigma_t\epsilon)-\sigma_t(\alpha_t\epsilon-\sigma_tx) = x \quad\text{where } \alpha_t^2+\sigma_t^2=1", "proved"),
    (r"\alpha_t(\alpha_tx+\sigma_t\epsilon)+\sigma_t(\alpha_t\epsilon-\sigma_tx) = x \quad\text{where } \alpha_t^2+\sigma_t^2=1", "false"),
    (r"\text{If } a+b=1, ax + bx = x", "proved"),
    (r"\text{If } a+b=1, ax - bx = x", "false"),
    (r"\text{where } a+b=1", "false"),
    (r"a = b \text{ where } 2a + 1 = 2a", "not checked"),
    (r"ax + bx = x \text{ and } a+b=1", "false"),
    # what has the letter of an integral or a mean in its index depends on it
    (r"\int_0^1 \beta_t\,dt = \beta_t", "false"),
    (r"\int_0^t \beta_s\,ds + \int_t^1 \beta_s\,ds = \int_0^1 \beta_s\,ds", "proved"),
    (r"\mathbb{E}_{t\sim U(0,1)}[\beta_t] = \beta_t", "false"),
    (r"\mathbb{E}_{t\sim U\{1,T\}}[\beta_t] = \beta_t", "false"),
    (r"\mathbb{E}_{t\sim U\{1,T\}}[\beta_t] = \frac1T\sum_{s=1}^T\beta_s", "proved"),
    # a law and a function with a parameter
    (r"\nabla_\theta p_\theta(x) = p_\theta(x)\nabla_\theta\log p_\theta(x)", "proved"),
    (r"\nabla_\theta\mathbb{E}_{p_\theta(x)}[f(x)] = \mathbb{E}_{p_\theta(x)}[f(x)\nabla_\theta p_\theta(x)]", "false"),
    (r"\nabla_\theta\mathbb{E}_{p(x;\theta)}[f_\theta(x)] = \mathbb{E}_{p(x;\theta)}[f_\theta(x)\nabla_\theta\log p(x;\theta)]", "false"),
    # a law that is named alone is of what stands below its mean
    (r"\mathbb{E}_p[f(x)] - \mathbb{E}_q\left[\frac{p(x)}{q(x)}f(x)\right] = 0", "proved"),
    (r"\log\mathbb{E}_q[e^{f(x)}] \ge \mathbb{E}_p[f(x)] - D_{KL}(p\|q)", "proved"),
    (r"\log\mathbb{E}_q[e^{f(x)}] \ge \mathbb{E}_p[f(x)] + D_{KL}(p\|q)", "false"),
    # letters
    (r"\cos(\phi-\delta) = \cos(\phi)\cos(\delta) + \sin(\phi)\sin(\delta)", "proved"),
    (r"\int_{t=0}^{t=1} 2t\,dt = 1", "proved"),
    (r"\nabla_\sigma\log\mathcal{N}(x;\mu,\sigma^2) = \frac{(x-\mu)^2}{\sigma^3}-\frac{1}{\sigma}", "proved"),
    (r"\nabla_x\log p(x|y) = \nabla_x\log p(x) + \nabla_x\log p(y|x) - \nabla_x\log p(y)", "proved"),
    (r"0 = \frac{d}{dc}\left[(1-c)^2 a^2 + c^2 b^2\right]", "not checked"),
]

ASKED = [
    (r"a = b \iff a^2 = b^2", "which of the two lines"),
    (r"a = b \implies a^2 = 2b^2 \implies 2a^2 = 4b^2", "one arrow at a time"),
    (r"a = b \implies a^2 = 2b^2, c = d \implies 2a^2 = 4b^2", "one arrow at a time"),
    (r"\text{if } a = b \text{ then } a^2 = 2b^2 \implies 2a^2 = 4b^2", "one arrow at a time"),
    (r"\int_0^1 \beta_t\,dt = \beta_1", "depend on t"),
    (r"\int_0^1 \mathbb{E}_{q(x_t|x_0)}[f(x_t)]\,dt = c", "depend on t"),
    (r"\int_{a}^{b} e^{-\lambda}\epsilon_\lambda\,d\lambda = c", r"depend on \lambda"),
    (r"H(X) \le \log|\mathcal{X}|", "number of elements"),
    (r"x(t+\delta t) = x(t) + v\,\delta t", "a step"),
    (r"\mathbb{E}_p[f(x) + g(y)] = 1", "of what is p a law"),
    (r"\frac{d\log p}{dx} + c = c", "on what does p depend"),
    (r"\left|\det\frac{\partial f}{\partial\mathbf{z}}\right| + c = c", "on what does f depend"),
    (r"\mathbb{E}_{p_v}\mathbb{E}_{p_d}[v\,f(x)] = 1", "of what is p_{v} a law"),
    (r"\int_{t=0}^{s=1} 2t\,dt = 1", "values of what it runs over"),
]


@pytest.mark.parametrize("line, status", LINES)
def test_a_line_with_what_it_is_given(line, status):
    assert read(line).check().status == status


@pytest.mark.parametrize("line, asked", ASKED)
def test_what_may_depend_on_something_is_asked(line, asked):
    with pytest.raises(NotRead) as found:
        read(line)
    assert asked in found.value.wanted


def test_a_fact_keeps_its_relation():
    line = r"\log(a) = \log(b)"
    assert read(line, facts=[r"a = b"]).check().status == "proved"
    assert read(line, facts=[r"a \ge b"]).check().status != "proved"
    assert "fact(a >= b)" in read(line, facts=[r"b \le a"]).code
    for fact in (r"a \approx b", r"a \propto b", r"a \to b"):
        with pytest.raises(NotRead, match="neither"):
            read(line, facts=[fact])


def test_i_beside_an_index_i_counts():
    assert not read(r"\sigma_i = \frac{i}{N-1}\sigma_N").taken
    assert "i" in read(r"e^{i\phi} = \cos\phi + i\sin\phi").taken


def test_a_function_of_every_letter_is_told_and_written():
    line = read(r"f(a, b) = a b \implies f(2, 3) = 6")
    assert "holds for every $a, b$" in line.check().provided[0]
    assert "forall=(a, b)" in line.code
