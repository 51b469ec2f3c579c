"""LaTeX with vectors and matrices, read: what each letter is, the verdicts in any dimension, false neighbours, what is asked."""

import pytest
from sympy import pi

from vdmlib.derive import (
    E, KL, N, det, div, exp, field, frac, grad, jacobian, laplacian, log, matrix, norm, read, symbol, tex, tr, undefined, vector, eye,
)  # fmt: skip
from vdmlib.derive.errors import NotRead

d = symbol("d", integer=True, positive=True)
x, y, z, mu = vector(r"x y z \mu", d)
mu_1, mu_2 = vector(r"\mu_{1} \mu_{2}", d)
Sigma = matrix(r"\Sigma", d, positive=True)
A, B = matrix("A B", d)
f, q = field("f", d), undefined("q", positive=True)
sigma = symbol(r"\sigma", positive=True)
ALONE = "in one dimension alone"

OBJECTS = [
    (r"\mathcal{N}(\mathbf{x};\boldsymbol\mu,\sigma^2\mathbf{I}) = 1", N(x, mu, sigma**2 * eye(d))),
    (r"\mathbf{x}^\top \mathbf{A} \mathbf{x} = 1", x.T * A * x),
    (r"\mathbf x^{T}\mathbf y = \mathbf x^{\mathsf T}\mathbf y", x.T * y), (r"\mathbf{x}\cdot\mathbf{y} = 1", x.T * y),
    (r"\operatorname{tr}(\mathbf A\mathbf B) = \mathrm{Tr}(\mathbf B \mathbf A)", tr(A * B)), (r"\log\det\mathbf{A} = 1", log(det(A))),
    (r"\log|\boldsymbol{\Sigma}| = 1", log(det(Sigma))), (r"\|\mathbf{x}\|_2^2 = 1", norm(x) ** 2),
    (r"\nabla_{\mathbf{x}} \log q(\mathbf{x}) = \mathbf{y}", grad(log(q(x)), x)), (r"\nabla_{\mathbf x} \mathbf{x}^\top\mathbf{y} = \mathbf{y}", grad(x.T * y, x)),
    (r"\nabla\cdot \mathbf{f}(\mathbf{x}) = 1", div(f(x), x)), (r"\Delta_{\mathbf x} q(\mathbf x) = 1", laplacian(q(x), x)),
    (r"\operatorname{tr}\left(\frac{\partial \mathbf{f}(\mathbf x)}{\partial\mathbf x}\right) = 1", tr(jacobian(f(x), x))),
    (r"\mathbb{E}_{x\sim\mathcal{N}(\mu,\Sigma)}[x^\top A x] = 1", E[N(x, mu, Sigma)](x.T * A * x)),
    (r"D_{KL}(\mathcal N(\mu_1,\Sigma)\|\mathcal N(\mu_2,\Sigma)) = 1", KL(N(z, mu_1, Sigma), N(z, mu_2, Sigma))),
    (r"\|x\|^2 = 1", norm(x) ** 2), (r"\mathcal{N}(x;0,I) = 1", N(x, 0, eye(d))), (r"x^\top A x = 1", x.T * A * x), (r"\mathbf I_d\mathbf x = \mathbf x", eye(d) * x),
    (r"\langle \mathbf{x}, \mathbf{y}\rangle = 1", x.T * y), (r"\mathbf x^{\mathrm T}\mathbf y = 1", x.T * y),
    (r"\det\frac{\partial f(x)}{\partial x^T} = 1", det(jacobian(f(x), x))),
    (r"c\cdot\mathbf{x} = \mathbf{x}", symbol("c") * x), (r"x \cdot \nabla_x q(x) = 1", x.T * grad(q(x), x)),
]  # fmt: skip


@pytest.mark.parametrize("latex, left", OBJECTS, ids=[row[0][:40] for row in OBJECTS])
def test_bold_letters_and_signs_of_vectors_are_the_objects_that_one_would_type(latex, left):
    ((got, *_),) = read(latex).lines
    assert tex(got) == tex(left)
    assert got == left


GAUSS = r"\frac12\left[\log\frac{|\boldsymbol\Sigma_2|}{|\boldsymbol\Sigma_1|} - d + \operatorname{tr}(\boldsymbol\Sigma_2^{-1}\boldsymbol\Sigma_1) + (\boldsymbol\mu_2-\boldsymbol\mu_1)^T\boldsymbol\Sigma_2^{-1}(\boldsymbol\mu_2-\boldsymbol\mu_1)\right]"
#: LaTeX that is proved in any dimension, and false neighbours: a piece of it and what stands in its place.
PROVED = [
    (r"D_{KL}(\mathcal N(\boldsymbol\mu_1,\boldsymbol\Sigma_1)\|\mathcal N(\boldsymbol\mu_2,\boldsymbol\Sigma_2)) = " + GAUSS,
     [("- d", "- 1"), ("- d", "+ d"), (r"\boldsymbol\Sigma_2^{-1}\boldsymbol\Sigma_1", r"\boldsymbol\Sigma_1^{-1}\boldsymbol\Sigma_2")]),
    (r"\mathcal{N}(x; \mu, \Sigma) = \frac{1}{\sqrt{(2\pi)^d |\Sigma|}} \exp\left(-\frac12 (x-\mu)^\top \Sigma^{-1}(x-\mu)\right)",
     [("^d", ""), (r"\Sigma^{-1}", r"\Sigma"), (r"|\Sigma|", r"|\Sigma|^2")]),
    (r"\log \mathcal{N}(x;0,I) = -\frac{d}{2}\log 2\pi - \frac12\|x\|^2", [(r"\frac{d}{2}", r"\frac{1}{2}"), (r"\|x\|^2", r"\|x\|")]),
    (r"\mathbf{x}^\top \mathbf{A} \mathbf{y} = \mathbf{y}^T \mathbf{A}^T \mathbf{x}", [(r"\mathbf{A}^T", r"\mathbf{A}")]),
    (r"\nabla_{\mathbf{x}} \mathbf{x}^\top\mathbf{A}\mathbf{x} = (\mathbf{A}+\mathbf{A}^\top)\mathbf{x}", [(r"(\mathbf{A}+\mathbf{A}^\top)", r"2\mathbf{A}")]),
    (r"\operatorname{tr}(\mathbf{A}\mathbf{B}\mathbf{C}) = \operatorname{tr}(\mathbf{C}\mathbf{A}\mathbf{B})", [(r"\mathbf{C}\mathbf{A}", r"\mathbf{A}\mathbf{C}")]),
    (r"\det(c\mathbf{A}) = c^d\det\mathbf{A}", [("c^d", "c")]),
    (r"\nabla_x \cdot (x p(x)) = d\, p(x) + x \cdot \nabla_x p(x)", [(r"d\, p", "p"), ("+", "-")]),
    (r"\Delta_x \log p(x) = \frac{\Delta_x p(x)}{p(x)} - \|\nabla_x\log p(x)\|^2", [("- ", "+ "), ("^2", "")]),
    (r"\mathbb{E}_{x\sim\mathcal{N}(\mu,\Sigma)}[x^\top A x] = \operatorname{tr}(A\Sigma) + \mu^\top A\mu", [("+ ", "- "), (r"A\Sigma", "A")]),
    (r"|\mathbf{x}+\mathbf{y}|^2 = |\mathbf x|^2 + 2\mathbf{x}\cdot\mathbf{y} + |\mathbf y|^2", [("2", "")]),
    (r"\mathbf{x}\in\mathbb{R}^d,\quad \Delta_x \|x\|^2 = 2d", [("2d", "2")]),
    (r"(\mathbf{A}\mathbf{B})^{-1} = \mathbf{B}^{-1}\mathbf{A}^{-1}", [(r"\mathbf{B}^{-1}\mathbf{A}^{-1}", r"\mathbf{A}^{-1}\mathbf{B}^{-1}")]),
    (r"\mathbf x, \mathbf y\in\mathbb{R}^n, A\in\mathbb{R}^{d\times n}, \quad (A\mathbf x)^\top(A\mathbf y) = \mathbf x^\top A^\top A\mathbf y", [(r"A^\top A", r"A A^\top")]),
    (r"(\mathbf{A}^{-1})^\top\mathbf{x} = \mathbf{A}^{-\top}\mathbf{x}", [(r"{-\top}", "{-1}")]), (r"(\mathbf{A}^{-1})^T\mathbf{x} = \mathbf{A}^{-T}\mathbf{x}", [("{-T}", "{-1}")]),
    (r"\|\mathbf{x}\|^2 \ge 0", [(r"\ge", r"\le")]),
]  # fmt: skip


@pytest.mark.parametrize("latex, slips", PROVED, ids=[row[0][:40] for row in PROVED])
def test_a_line_of_vectors_is_proved_in_any_dimension_and_its_slips_are_not(latex, slips):
    found = read(latex).check()
    assert found.status == "proved" and ALONE not in str(found) and "read in one dimension" not in str(found), found
    for piece, other in slips:
        assert piece in latex
        try:
            slip = read(latex.replace(piece, other, 1)).check()
        except NotRead:
            continue
        assert slip.status != "proved", (piece, other, slip)


#: Lines of which only one dimension is read: a ✓ says so in its first line; or the line is no ✓.
ONE = [
    r"\mathbf{x}\mathbf{y} = \mathbf{y}\mathbf{x}", r"\vec{x}\vec{y} = \vec{y}\vec{x}", r"\|x-y\|^2 = \|x\|^2 - 2 x y + \|y\|^2",
    r"\mathbf{x}\odot\mathbf{y} = \mathbf{y}\odot\mathbf{x}",
    r"\Sigma_\theta(x_t) a = a \Sigma_\theta(x_t)", r"\mathbf{f}(x)\mathbf{g}(x) = \mathbf{g}(x)\mathbf{f}(x)", r"\nabla x \cdot y = y",
    r"\mathbf{x}\times\mathbf{y} = \mathbf{y}\times\mathbf{x}", r"I_d x y = y x",
]  # fmt: skip


@pytest.mark.parametrize("latex", ONE)
def test_no_line_is_proved_in_one_dimension_without_saying_so(latex):
    try:
        found = read(latex).check()
    except NotRead:
        return
    assert found.status != "proved" or ALONE in str(found).splitlines()[0], found


def test_capital_letters_beside_each_other_are_said_to_be_numbers():
    found = read(r"(AB)^{-1} = A^{-1}B^{-1}").check()
    assert "numbers, not matrices" in str(found)
    assert "A is a number, no matrix" in str(read(r"A x = x A").check())
    matrices = {"A": "invertible", "B": "invertible"}
    assert read(r"(AB)^{-1} = A^{-1}B^{-1}", assume=matrices).check().status == "false"
    assert read(r"(AB)^{-1} = B^{-1}A^{-1}", assume=matrices).check().status == "proved"


def test_what_is_understood_of_vectors_is_said():
    said = read(r"\mathcal{N}(\mathbf{x};\boldsymbol\mu,\boldsymbol\Sigma) = \mathcal{N}(\boldsymbol\mu;\mathbf{x},\boldsymbol\Sigma)").understood
    assert any("are vectors of any dimension $d$" in s for s in said) and any("positive definite" in s for s in said)
    assert any("any vector field" in s for s in read(r"\nabla\cdot\mathbf{f}(\mathbf x) = 0").understood)
    assert any("vector of dimension $n$" in s for s in read(r"\mathbf{x}\in\mathbb{R}^n,\quad \|\mathbf{x}\|^2 = \mathbf{x}^\top\mathbf{x}").understood)


def test_a_number_for_a_covariance_is_that_times_the_identity_and_the_verdict_says_so():
    found = read(r"\nabla_{\mathbf{x}}\log\mathcal{N}(\mathbf x; \mathbf y, \sigma^2) = -\frac{\mathbf x-\mathbf y}{\sigma^2}").check()
    assert found.status == "proved" and any("times $I$" in s for s in found.provided)
    assert read(r"\log\mathcal{N}(\mathbf x; \mathbf 0, \sigma^2) = -\frac12\log(2\pi\sigma^2)-\frac{\|\mathbf x\|^2}{2\sigma^2}").check().status == "false"
    assert "𝐱" not in str(read(r"-\frac{1}{2}(x-\mu)^2/\Sigma = -\frac12(\mu-x)^2/\Sigma").lines)


def test_a_matrix_is_what_it_is_said_to_be():
    line = r"\mathbf{x}^\top\mathbf A\mathbf{y} = \mathbf{y}^\top\mathbf A\mathbf{x}"
    assert read(line).check().status == "false"
    assert read(line, assume={r"\mathbf{A}": "symmetric"}).check().status == "proved"


def test_another_letter_may_be_the_number_of_dimensions_and_is_asked_for():
    line = r"\frac{k}{2} = \frac{1}{2}\operatorname{tr}(\Sigma^{-1}\Sigma)"
    assert read(line).check().status == "not checked"
    assert read(line, assume={"k": "dimension"}).check().status == "proved"
    assert read(line, assume={"k": "number"}).check().status == "false"


ASKED = [
    (r"\nabla^2 \log p(\mathbf{x}) = 0", "Laplacian"), (r"|\mathbf{A}| = \det\mathbf{A}", "determinant"), (r"\|\mathbf{A}\|^2 = 1", "norm of a matrix"),
    (r"\nabla_{\mathbf x}\mathbf{f}(\mathbf x) = \mathbf{A}", "rows or columns"), (r"x + \mathbf{x} = \vec{x}+x", "one vector"),
    (r"\mathbf{x}\mathbf{y} = \mathbf{y}\mathbf{x}", "no product"), (r"\mathbf{x} + 1 = \mathbf{x}+1", "no sum"),
    (r"\exp(\mathbf{x}) = 1", "number"),
    (r"\|\mathbf{x}\|_1 \ge 0", "norm with index 1"), (r"\|x\|_3^2 = \|x\|^2", "norm with index 3"), (r"\|\mathbf{x}\|_{\infty} = 1", "norm with index"),
]  # fmt: skip


@pytest.mark.parametrize("latex, words", ASKED)
def test_what_has_two_readings_is_refused_in_one_dimension_too(latex, words):
    with pytest.raises(NotRead, match=words):
        read(latex)


def test_a_letter_behind_a_row_or_a_matrix_is_asked_for_where_it_may_be_a_number_or_a_vector():
    for line, key in ((r"x^\top y\, x = x^\top x\, y", "y"), (r"\Sigma^{-1}\mu = \mu\Sigma^{-1}", r"\mu")):
        with pytest.raises(NotRead, match="a number or a vector"):
            read(line)
        assert read(line, assume={key: "number"}).check().status == "proved"
        try:
            assert read(line, assume={key: "vector"}).check().status == "false"
        except NotRead as why:
            assert "no product" in why.wanted
    assert read(r"x^\top \lambda x = \lambda \|x\|^2").check().status == "proved"


def test_laws_of_vectors_are_never_refuted_for_what_their_integrals_would_say():
    for line in (r"\int p(\mathbf x)d\mathbf x + \mathbf{x}^\top\mathbf{y} = 1 + \mathbf{x}^\top\mathbf{y}", r"\mathbb{E}_{p(\mathbf x)}[\mathbf y] = \mathbf y"):
        assert read(line).check().status != "false"


def test_the_python_of_a_line_of_vectors_states_the_same_line():
    for latex in (r"\nabla_x \cdot (x p(x)) = d\, p(x) + x \cdot \nabla_x p(x)", r"\mathbb{E}_{x\sim\mathcal{N}(\mu,\Sigma)}[x^\top A x] = \operatorname{tr}(A\Sigma) + \mu^\top A\mu"):
        reading, names = read(latex), {}
        reading.check()
        exec("from vdmlib.derive import *\n" + reading.code.replace("Identity(", "made = Identity(", 1), names)
        assert [tex(side) for side in (names["made"].lines[0].expression, names["made"].lines[-1].expression)][-1] == tex(reading.lines[0][2])


def test_a_density_is_compared_by_logarithms_where_powers_of_the_dimension_stand():
    assert exp(0) == 1 and frac(1, 2) * pi != 0
    line = r"\mathcal{N}(\mathbf{x};\boldsymbol\mu,\sigma^2\mathbf I) = \frac{1}{(2\pi\sigma^2)^{d/2}}\exp\left(-\frac{\|\mathbf x-\boldsymbol\mu\|^2}{2\sigma^2}\right)"
    assert read(line).check().status == "proved"
    assert read(line.replace("^2)^{d/2}", ")^{d/2}")).check().status == "false"


def test_a_mean_over_an_open_law_in_a_line_of_vectors_is_an_integral():
    line = r"\mathbb{E}_{q(x_1)}\|v - u(x_1)\|^2 = \mathbb{E}_{q(x_1)}[\|v\|^2 - 2\langle v, u(x_1)\rangle + \|u(x_1)\|^2]"
    found = read(line).check()
    assert found.status == "proved" and ALONE not in str(found)
    assert read(line.replace("- 2", "+ 2")).check().status == "false"


def test_sizes_that_are_no_dimension_are_refused():
    for line in (r"A\in\mathbb{R}^{1\times n}, \quad A = A", r"\mathbf{x}\in\mathbb{R}^0, \quad \mathbf x = \mathbf x"):
        try:
            assert read(line).check().status != "proved"
        except NotRead:
            continue
