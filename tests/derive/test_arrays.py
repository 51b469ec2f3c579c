"""Vectors and matrices of any dimension: what is proved for all of them, what is refused, and what the library computes."""

import numpy as np
import pytest
import sympy

from vdmlib.derive import (
    KL,
    Derivation,
    DerivationError,
    E,
    FalseStep,
    H,
    Identity,
    Inequality,
    Integral,
    N,
    Schedule,
    Sum,
    UnprovedStep,
    det,
    exp,
    eye,
    frac,
    log,
    matrix,
    norm,
    sqrt,
    symbol,
    symbols,
    tex,
    tr,
    undefined,
    vector,
)
from vdmlib.derive.compute.arrays.evaluate import Reader
from vdmlib.derive.prove.dispatch import residual

d, n = (symbol(name, integer=True, positive=True) for name in "dn")
t = symbol("t", integer=True, positive=True)
x, y, mu, m1, m2, b = vector("x y mu m_1 m_2 b", d)
w, nu = vector("w nu", n)
A = matrix("A", d, n)
B, C = matrix("B C", d)
S, S1, S2 = matrix("Sigma S_1 S_2", d, positive=True)
P = matrix("P", n, positive=True)
R = matrix("R", d, symmetric=True)
Q = matrix("Q", d, orthogonal=True)
G = matrix("G", d, invertible=True)
a, c = symbols("a c")
s = symbol("sigma", positive=True)
T, i, u = symbol("T", integer=True, positive=True), symbol("i", integer=True), symbol("u")
two_pi = 2 * sympy.pi

precision = P**-1 + A.T * S**-1 * A
low = eye(d) + y * y.T
gain = 1 + x.T * (S1 + S2) ** -1 * x

TRUE = {
    "a square of a difference": (norm(x - y) ** 2, norm(x) ** 2 - 2 * x.T * y + norm(y) ** 2),
    "a number is its transpose": (x.T * B * y, y.T * B.T * x),
    "traces turn round": (tr(A * A.T), tr(A.T * A)),
    "traces turn round, three": (tr(B * C * S), tr(S * B * C)),
    "traces of transposes": (tr(B.T * C.T), tr(B * C)),
    "a trace of an outer product": (tr(x * y.T * B), y.T * B * x),
    "determinants multiply": (det(B * C), det(C * B)),
    "determinants and numbers": (det(2 * B), 2**d * det(B)),
    "log-determinants": (log(det(s * S**-1)), d * log(s) - log(det(S))),
    "an inverse of a product": ((S * G) ** -1, G**-1 * S**-1),
    "an orthogonal matrix": (norm(Q * x) ** 2, norm(x) ** 2),
    "the inverse of a sum of inverses": ((S1**-1 + S2**-1) ** -1, S1 * (S1 + S2) ** -1 * S2),
    "Woodbury": (precision**-1, P - P * A.T * (S + A * P * A.T) ** -1 * A * P),
    "Woodbury in a square": (w.T * precision**-1 * w, w.T * P * w - w.T * P * A.T * (S + A * P * A.T) ** -1 * A * P * w),
    "the determinant lemma": (log(det(S + A * P * A.T)), log(det(S)) + log(det(P)) + log(det(precision))),
    "push through": (P * A.T * (S + A * P * A.T) ** -1, precision**-1 * A.T * S**-1),
    "a mean": (E[N(x, mu, S)](B * x + b), B * mu + b),
    "a mean of a quadratic form": (E[N(x, mu, S)](x.T * B * x), tr(B * S) + mu.T * B * mu),
    "second moments": (E[N(x, mu, S)](x * x.T), S + mu * mu.T),
    "third moments": (E[N(x, mu, S)](x * (x.T * x)), 2 * S * mu + (tr(S) + mu.T * mu) * mu),
    "fourth moments": (E[N(x, mu, S)](norm(x) ** 4), 2 * tr(S * S) + 4 * mu.T * S * mu + (tr(S) + norm(mu) ** 2) ** 2),
    "Mahalanobis": (E[N(x, mu, S)]((x - mu).T * S**-1 * (x - mu)), d),
    "an average of an average": (E[N(x, A * w, S) * N(w, nu, P)](x * x.T), S + A * (P + nu * nu.T) * A.T),
    "an entropy": (H(N(x, mu, S)), d * log(two_pi * sympy.E) / 2 + log(det(S)) / 2),
    "a divergence": (
        KL(N(x, m1, S1), N(x, m2, S2)),
        (tr(S2**-1 * S1) + (m2 - m1).T * S2**-1 * (m2 - m1) - d + log(det(S2)) - log(det(S1))) / 2,
    ),
    "a log-density": (
        log(N(x, c * y, s**2 * eye(d))), -d * log(two_pi * s**2) / 2 - frac(norm(x - c * y) ** 2, 2 * s**2),
    ),
    "a density": (N(x, 0, eye(d)), two_pi ** (-d / 2) * exp(-x.T * x / 2)),
    "conditioning": (
        N(b, A * w, S) * N(w, nu, P),
        N(b, A * nu, S + A * P * A.T) * N(w, precision**-1 * (P**-1 * nu + A.T * S**-1 * b), precision**-1),
    ),
    "a product of two densities": (
        N(x, m1, S1) * N(x, m2, S2),
        N(m1, m2, S1 + S2) * N(x, (S1**-1 + S2**-1) ** -1 * (S1**-1 * m1 + S2**-1 * m2), (S1**-1 + S2**-1) ** -1),
    ),
    "Sherman and Morrison": ((eye(d) + x * x.T) ** -1, eye(d) - x * x.T / (1 + x.T * x)),
    "Sherman and Morrison beside a sum": ((S1 + S2 + x * x.T) ** -1, (S1 + S2) ** -1 - (S1 + S2) ** -1 * x * x.T * (S1 + S2) ** -1 / gain),
    "two outer products": ((eye(d) + x * x.T + y * y.T) ** -1 * (eye(d) + x * x.T + y * y.T), eye(d)),
    "a determinant and an outer product": (det(S + x * y.T), det(S) * (1 + y.T * S**-1 * x)),
    "a determinant and two": (det(eye(d) + x * x.T + y * y.T), (1 + x.T * x) * (1 + y.T * y) - (x.T * y) ** 2),
    "a log-determinant and an outer product": (log(det(s * eye(d) + x * x.T)), (d - 1) * log(s) + log(s + x.T * x)),
    "a log-density of low rank": (
        log(N(x, 0, low)), -d * log(two_pi) / 2 - log(1 + norm(y) ** 2) / 2 - norm(x) ** 2 / 2 + frac((x.T * y) ** 2, 2 * (1 + norm(y) ** 2)),
    ),
    "a divergence of low rank": (KL(N(x, 0, low), N(x, 0, eye(d))), (y.T * y - log(1 + y.T * y)) / 2),
    "fourth moments of low rank": (E[N(x, 0, low)](x * x.T * B * x * x.T), low * B * low + low * B.T * low + tr(B * low) * low),
    "third moments of low rank": (E[N(x, mu, low)](x * norm(x) ** 2), 2 * low * mu + (tr(low) + norm(mu) ** 2) * mu),
    "a sum of forms": (Sum(norm(x - i * y) ** 2, (i, 1, T)), T * norm(x) ** 2 - T * (T + 1) * (x.T * y) + T * (T + 1) * (2 * T + 1) * norm(y) ** 2 / 6),
    "a sum of means": (Sum(E[N(x, mu, S)](i * norm(x) ** 2), (i, 1, T)), T * (T + 1) / 2 * (tr(S) + norm(mu) ** 2)),
    "an integral of forms": (Integral(norm(x + u * y) ** 2, (u, 0, 1)), norm(x) ** 2 + x.T * y + norm(y) ** 2 / 3),
}  # fmt: skip

FALSE = {
    "a sum of forms, each alike": (Sum(i * x.T * y, (i, 1, T)), T * (x.T * y)),
    "an integral of forms without a third": (Integral(norm(x + u * y) ** 2, (u, 0, 1)), norm(x) ** 2 + x.T * y + norm(y) ** 2),
    "Sherman and Morrison with another sign": ((eye(d) + x * x.T) ** -1, eye(d) - x * x.T / (1 - x.T * x)),
    "Sherman and Morrison with d": ((eye(d) + x * x.T) ** -1, eye(d) - x * x.T / (1 + d * x.T * x)),
    "Sherman and Morrison turned": ((S + x * y.T) ** -1, S**-1 - S**-1 * y * x.T * S**-1 / (1 + y.T * S**-1 * x)),
    "Sherman and Morrison with the covariance": ((S + x * y.T) ** -1, S**-1 - S**-1 * x * y.T * S**-1 / (1 + y.T * S * x)),
    "a determinant of two outer products": (det(eye(d) + x * x.T + y * y.T), (1 + x.T * x) * (1 + y.T * y)),
    "a determinant and an outer product, added": (det(S + x * y.T), det(S) + y.T * S**-1 * x),
    "a log-determinant with d": (log(det(s * eye(d) + x * x.T)), d * log(s) + log(s + x.T * x)),
    "a log-determinant of a difference": (log(det(eye(d) - x * x.T)), log(1 + x.T * x)),
    "a divergence of low rank with another sign": (KL(N(x, 0, low), N(x, 0, eye(d))), (y.T * y + log(1 + y.T * y)) / 2),
    "second moments without what is added": (E[N(x, mu, low)](x * x.T), eye(d) + mu * mu.T),
    "fourth moments of low rank, symmetric": (E[N(x, 0, low)](x * x.T * B * x * x.T), 2 * low * B * low + tr(B * low) * low),
    "a form of a matrix that is not symmetric": (x.T * B * y, x.T * B.T * y),
    "a trace of a product": (tr(B * C), tr(B) * tr(C)),
    "a trace in another order": (tr(B * C * S), tr(C * B * S)),
    "matrices commute": (B * C, C * B),
    "a determinant of a multiple": (det(2 * B), 2 * det(B)),
    "a determinant of a sum": (det(B + C), det(B) + det(C)),
    "true for one dimension": (det(B), tr(B)),
    "true for one dimension, vectors": (x * x.T, (x.T * x) * eye(d)),
    "an orthogonal matrix is its inverse": (Q * Q, eye(d)),
    "an inverse of a sum": ((S1 + S2) ** -1, S1**-1 + S2**-1),
    "an inverse of a product in the wrong order": ((S * G) ** -1, S**-1 * G**-1),
    "a transpose of a product in the wrong order": ((B * C).T, B.T * C.T),
    "a matrix beside its transpose": (B.T * B, B * B.T),
    "precision for covariance": (E[N(x, mu, S)](x.T * B * x), tr(B * S**-1) + mu.T * B * mu),
    "a mean forgotten": (E[N(x, mu, S)](x * x.T), S),
    "fourth moments of one coordinate": (E[N(x, 0, S)](norm(x) ** 4), 3 * tr(S) ** 2),
    "a divergence without −d": (
        KL(N(x, m1, S1), N(x, m2, S2)), (tr(S2**-1 * S1) + (m2 - m1).T * S2**-1 * (m2 - m1) + log(det(S2)) - log(det(S1))) / 2,
    ),
    "a divergence with −1": (
        KL(N(x, m1, S1), N(x, m2, S2)),
        (tr(S2**-1 * S1) + (m2 - m1).T * S2**-1 * (m2 - m1) - 1 + log(det(S2)) - log(det(S1))) / 2,
    ),
    "a divergence the other way round": (
        KL(N(x, m1, S1), N(x, m2, S2)),
        (tr(S1**-1 * S2) + (m2 - m1).T * S1**-1 * (m2 - m1) - d + log(det(S1)) - log(det(S2))) / 2,
    ),
    "isotropic only": (log(det(S)), d * log(tr(S) / d)),
    "a log-density with the width for its square": (
        log(N(x, 0, s * eye(d))), -d * log(two_pi * s**2) / 2 - frac(norm(x) ** 2, 2 * s**2),
    ),
    "a product of densities without its constant": (
        N(x, m1, S1) * N(x, m2, S2), N(x, (S1**-1 + S2**-1) ** -1 * (S1**-1 * m1 + S2**-1 * m2), (S1**-1 + S2**-1) ** -1),
    ),
    "an average of a product": (E[N(x, mu, S)]((x.T * x) * x), (tr(S) + mu.T * mu) * mu),
}  # fmt: skip


@pytest.mark.parametrize("name", TRUE)
def test_true(name):
    line = Identity("r", *TRUE[name])[1]
    assert line.status == "proved" and line.proof.method == "matrix algebra"
    assert "every dimension" in line.reach
    assert line.proof.probe.instances >= 3 and line.proof.probe.digits == 30
    assert not line.conditions


@pytest.mark.parametrize("name", FALSE)
def test_false(name):
    assert residual(*FALSE[name])[0] != 0
    with pytest.raises(FalseStep) as found:
        Identity("r", *FALSE[name])
    assert "d = " in found.value.counterexample


@pytest.mark.parametrize("name", ["a square of a difference", "a mean of a quadratic form", "second moments", "an entropy", "a log-density",
                                  "the inverse of a sum of inverses"])  # fmt: skip
def test_mutants_are_rejected(name):
    (r,) = Identity("r", *TRUE[name]).records()
    assert r["mutants"]["killed"] >= 5
    assert r["mutants"]["killed"] + r["mutants"]["equal"] == r["mutants"]["made"]


@pytest.mark.parametrize(
    "make, said",
    [
        (lambda: x * y, r"x is d×1 and y is d×1: they have no product. Write \(x\).T\*\(y\) for the number"),
        (lambda: A * A, "A is d×n and A is d×n: they have no product"),
        (lambda: B * w, "B is d×d and w is n×1"),
        (lambda: x + w, "x is d×1 and w is n×1: they have no sum"),
        (lambda: S + 1, r"1 is 1×1: they have no sum. For 1 times the identity write 1\*eye\(d\)"),
        (lambda: tr(A), "the trace is of a square matrix; A is d×n"),
        (lambda: A**-1, "the inverse is of a square matrix; A is d×n"),
        (lambda: det(x), "square"),
        (lambda: S**2, "the only power of a matrix is its inverse"),
        (lambda: 1 / S, "the inverse of a matrix is"),
        (lambda: frac(x, S), "divide by a number"),
        (lambda: log(S), r"log\(…\) is of a number, and Sigma is a d×d array"),
        (lambda: N(x, mu, c), r"the covariance of a vector is a matrix; write c\*eye\(d\)"),
        (lambda: N(x, nu, S), "as many coordinates as x"),
        (lambda: N(x, mu, P), "the covariance is n×n, and x has d"),
        (lambda: N(x, x, S), "x is drawn and cannot stand in its own parameters"),
        (lambda: N(c, 0, S), "a vector is drawn"),
        (lambda: matrix("A", d, n, symmetric=True), "only a square matrix"),
        (lambda: vector("v", 1), "from 2 on"),
        (lambda: vector("v", symbol("u")), "a dimension is a symbol such as"),
        (lambda: Identity("r", x, c), "x is d×1 and c is 1×1"),
        (lambda: Inequality("r", S, S1, S2), "compares numbers"),
        (lambda: E[x](c), "law"),
        (lambda: KL(N(x, 0, S), N(y, 0, S)), "same variables"),
    ],
)
def test_what_cannot_be_written(make, said):
    with pytest.raises(DerivationError, match=said):
        make()


def test_conditions_are_found_and_tested():
    line = Identity("r", B * B**-1, eye(d))[1]
    assert "det(B) ≠ 0" in line.under()
    assert not Identity("r", G * G**-1, eye(d))[1].under()
    line = Identity("r", E[N(x, mu, A * A.T)](x.T * x), tr(A * A.T) + mu.T * mu)[1]
    assert "A*A.T is symmetric and positive definite" in line.under()
    line = Identity("r", E[N(x, mu, c * eye(d))](x.T * x), d * c + mu.T * mu)[1]
    assert "c > 0" in line.under()
    line = Identity("r", E[N(x, mu, c**2 * S)](x.T * x), c**2 * tr(S) + mu.T * mu)[1]
    assert "c ≠ 0" in line.under()
    line = Identity("r", H(N(x, mu, R)), d * log(two_pi * sympy.E) / 2 + log(det(R)) / 2)[1]
    assert "R is symmetric and positive definite" in line.under()


def test_what_an_outer_product_in_an_inverse_asks():
    line = Identity("r", (S + x * y.T) ** -1, S**-1 - S**-1 * x * y.T * S**-1 / (1 + y.T * S**-1 * x))[1]
    assert "det(Sigma + x*y.T) ≠ 0" in line.under()
    line = Identity("r", log(det(eye(d) - x * x.T)), log(1 - x.T * x))[1]
    assert "x.T*x < 1" in line.under()
    for singular in (x * x.T, A * A.T + x * x.T, B + x * x.T):  # no rule where the rest may have no inverse
        assert residual(singular**-1 * x, x / (x.T * x))[0] != 0


def test_facts():
    line = Identity("r", tr(S), tr(B * B.T), facts=[(S, B * B.T)])[1]
    assert "B*B.T is symmetric and positive definite" in line.under()
    line = Identity("r", tr(S), a * d, facts=[(S, a * eye(d))])[1]
    assert "a > 0" in line.under()
    assert not Identity("r", tr(S), s * d, facts=[(S, s * eye(d))])[1].conditions
    assert Identity("r", norm(x) ** 2, c**2 * norm(y) ** 2, facts=[(x, c * y)])[1].status == "proved"
    with pytest.raises(DerivationError, match="d×d"):
        Identity("r", norm(x) ** 2, tr(S), facts=[(x, S)])
    with pytest.raises(DerivationError, match="not looked into"):
        Identity("r", Q * Q.T, eye(d), facts=[(Q, B)])
    with pytest.raises(DerivationError):  # no matrix is so
        Identity("r", tr(S), -d, facts=[(S, -eye(d))])
    with pytest.raises(DerivationError, match="by its name"):  # a fact that is no definition may not be used
        Identity("r", B * C, C * B, facts=[(B * C, C * B)])


def test_gaps_and_lengths():
    assert Inequality("r", norm(x) ** 2 + norm(y) ** 2, 2 * x.T * y, norm(x - y) ** 2)[1].status == "proved"
    assert Inequality("r", a + x.T * S * x, a, x.T * S * x)[1].status == "proved"
    assert Inequality("r", a, a - KL(N(x, mu, S), N(x, 0, S1)), KL(N(x, mu, S), N(x, 0, S1)))[1].status == "proved"
    for gap in (x.T * B * x, tr(B), x.T * R * x):
        with pytest.raises(DerivationError):
            Inequality("r", a, a - gap, gap)
    assert "norm(x) ≠ 0" in Identity("r", frac(norm(x) ** 2, norm(x)), norm(x))[1].under()
    with pytest.raises(FalseStep):
        Identity("r", norm(c * x), c * norm(x))
    with pytest.raises(DerivationError):
        Identity("r", tr(S), 0, facts=[(S, 0 * B)])
    with pytest.raises(DerivationError):
        Identity("r", (x * x.T) ** -1 * (x * x.T), eye(d))


def test_two_things_of_one_name():
    with pytest.raises(DerivationError, match="stands for"):
        Identity("r", tr(matrix("S", d) + matrix("S", d, positive=True)), 2 * tr(matrix("S", d)))


def test_different_open_numbers_do_not_cancel():
    """What is left of different densities is 1 and −1; their sum is no proof."""
    assert residual(N(x, m1, S1) + N(x, m2, S2), N(x, m1, S2) + N(x, m2, S1))[0] != 0
    assert residual(N(x, m1, S1) * N(y, m2, S2) + 1, N(x, m2, S1) * N(y, m1, S2) + 1)[0] != 0


def test_inverses_of_inverses():
    reader = Reader()
    both = reader.array(((S1 + S2) ** -1) ** -1, {})
    assert reader.normal(both) == reader.normal(reader.array(S1 + S2, {}))


def test_of_a_number_of_dimensions():
    z, M = vector("z", 3), matrix("M", 3)
    assert "dimension" not in Identity("r", E[N(z, 0, 2 * eye(3))](z.T * M * z), 2 * tr(M))[1].reach
    with pytest.raises(FalseStep):
        Identity("r", det(2 * M), 4 * det(M))
    Identity("r", det(2 * M), 8 * det(M))


def test_a_chain_with_a_schedule():
    al = Schedule("alpha")
    before, now, start = vector("x_{t-1} x_t x_0", d)
    line = Identity(
        "r", N(now, sqrt(al[t]) * before, (1 - al[t]) * eye(d)) * N(before, sqrt(al.bar[t - 1]) * start, (1 - al.bar[t - 1]) * eye(d)),
        N(now, sqrt(al.bar[t]) * start, (1 - al.bar[t]) * eye(d))
        * N(before, frac(sqrt(al[t]) * (1 - al.bar[t - 1]) * now + sqrt(al.bar[t - 1]) * (1 - al[t]) * start, 1 - al.bar[t]),
            frac((1 - al[t]) * (1 - al.bar[t - 1]), 1 - al.bar[t]) * eye(d)),
    )[1]  # fmt: skip
    assert "all schedules" in line.reach and "t" in line.under()


def test_a_sum_over_times_of_divergences():
    al = Schedule("alpha")

    def reverse(start):
        return N(x, sqrt(al.bar[i]) * start, (1 - al.bar[i]) * eye(d))

    total = Sum(KL(reverse(y), reverse(b)), (i, 1, T))
    line = Identity("r", total, norm(y - b) ** 2 / 2 * Sum(frac(al.bar[i], 1 - al.bar[i]), (i, 1, T)))[1]
    assert "all schedules" in line.reach
    with pytest.raises(FalseStep):
        Identity("r", total, norm(y - b) ** 2 * Sum(frac(al.bar[i], 1 - al.bar[i]), (i, 1, T)))
    g = undefined("g")
    with pytest.raises(FalseStep):  # a field that moves does not leave its integral
        Identity("r", Integral(u * g(x, u), (u, 0, 1)), g(x, u) / 2)
    with pytest.raises(UnprovedStep):
        Identity("r", Sum(norm(x) ** 2 / i - norm(x) ** 2 / (i + 1), (i, 1, sympy.oo)), norm(x) ** 2)


def test_how_it_is_written():
    assert tex((x - mu).T * S**-1 * (x - mu)) == (
        r"{\left(\mathbf{x} - \boldsymbol{\mu}\right)}^{\top}\, {\boldsymbol{\Sigma}}^{-1}\, \left(\mathbf{x} - \boldsymbol{\mu}\right)"
    )
    assert tex(vector(r"\hat{x}_0", d)) == r"\hat{\mathbf{x}}_{0}"
    assert tex(vector("x_{t-1}", d)) == r"\mathbf{x}_{t-1}"
    assert tex(B * (x.T * y)) == r"\mathbf{B}\, \left({\mathbf{x}}^{\top}\, \mathbf{y}\right)"
    assert tex(tr(A * A.T)) == r"\operatorname{tr}\left(\mathbf{A}\, {\mathbf{A}}^{\top}\right)"
    assert "⊤" not in str(B * x - x / 2) and str(B * x - x / 2) == "B*x - x/2"
    (r,) = Identity("r", *TRUE["a mean of a quadratic form"]).records()
    assert r"$\boldsymbol{\Sigma} \in \mathbb{R}^{d \times d}$ symmetric positive definite" in r["declared"]
    assert r"\mathbb{E}" in r["latex"]


def test_a_derivation_shows_itself():
    chain = Derivation("norms", "A square of a sum")
    chain.start(norm(x + y) ** 2).equals((x + y).T * (x + y), because="a square").equals(norm(x) ** 2 + 2 * x.T * y + norm(y) ** 2, because="symmetry")
    assert [r["status"] for r in chain.records()] == ["start", "proved", "proved"]
    assert "norm(x)**2 + 2*x.T*y" in str(chain)


def test_the_library_computes_what_is_proved():
    from vdmlib.laws.full_gaussians import gaussian_entropy, gaussian_kl, gaussian_log_prob
    from vdmlib.laws.gaussians import kl_diagonal

    rng = np.random.default_rng(0)
    for size in (3,):
        mean, other, value = rng.normal(size=(3, size))
        roots = rng.normal(size=(2, size, size))
        cov, other_cov = roots @ roots.transpose(0, 2, 1) + np.eye(size)
        line = Identity("r", *TRUE["a divergence"])[1]
        for modules in ("numpy", "jax"):
            f = line.function(m1, S1, m2, S2, modules=modules)
            np.testing.assert_allclose(f(mean, cov, other, other_cov), gaussian_kl(mean, cov, other, other_cov), rtol=2e-4)
        wide, narrow = np.diag(cov), np.diag(other_cov)
        np.testing.assert_allclose(f(mean, np.diag(wide), other, np.diag(narrow)), kl_diagonal(mean, np.log(wide) / 2, other, np.log(narrow) / 2), rtol=2e-4)
        f = Identity("r", *TRUE["an entropy"])[1].function(S)
        np.testing.assert_allclose(f(cov), gaussian_entropy(cov), rtol=1e-4)
        density = -d * log(two_pi) / 2 - log(det(S)) / 2 - (x - mu).T * S**-1 * (x - mu) / 2
        f = Identity("r", log(N(x, mu, S)), density)[1].function(x, mu, S)
        np.testing.assert_allclose(f(value, mean, cov), gaussian_log_prob(value, mean, cov), rtol=1e-4)
    moved = Identity("r", B * (x + y), B * x + B * y)[1].function(B, x, y)
    assert moved(np.eye(2), np.ones(2), np.ones(2)).tolist() == [2, 2]
    with pytest.raises(DerivationError, match="also depends on y"):
        Identity("r", B * (x + y), B * x + B * y)[1].function(B, x)
    with pytest.raises(DerivationError, match="averages over a law"):
        Identity("r", B * mu, E[N(x, mu, S)](B * x))[1].function(B, mu, S)
    with pytest.raises(DerivationError, match="d is 2 elsewhere"):
        moved(np.eye(2), np.ones(3), np.ones(2))


def test_a_covariance_whose_form_does_not_show_it_is_a_condition():
    d = symbol("d", integer=True, positive=True)
    x, (one, two) = vector("x", d), matrix("S_1 S_2", d, positive=True)
    line = Identity("r", E[N(x, 0, one - two)](x.T * x), tr(one - two)).lines[-1]
    assert [c.relation for c in line.conditions] == ["definite"]
