"""Fields over vectors of any dimension: ∇, div, Δ, matrices of derivatives, integrals over a vector, and facts about densities."""

import pytest
import sympy

from vdmlib.derive import (
    DerivationError,
    Derivative,
    E,
    FalseStep,
    Identity,
    Integrate,
    N,
    UnprovedStep,
    div,
    eye,
    fact,
    field,
    frac,
    grad,
    jacobian,
    laplacian,
    log,
    matrix,
    norm,
    symbol,
    tex,
    tr,
    undefined,
    vector,
)

d, n = (symbol(name, integer=True, positive=True) for name in "dn")
x, y, m, mu = vector("x y m mu", d)
w = vector("w", n)
s, c = symbol("s"), symbol("c")
v = symbol("v", positive=True)
A, B = matrix("A", d), matrix("B", d, n)
S = matrix("Sigma", d, positive=True)
f, net = field("f", d), field("s", d)
q, p = undefined("q p", positive=True)
g, nu = undefined("g nu")
now = q(x, s)
bell = N(x, m, v * eye(d))
half = sympy.Rational(1, 2)

marginal = fact(q(x), Integrate[m](bell * p(m)), forall=x)
noising = fact(Derivative(now, s), half * nu(s) * div(x * now, x) + half * nu(s) * laplacian(now, x), forall=(x, s))
carried = fact(Derivative(now, s), -div(f(x, s) * now, x), forall=(x, s))
bell_of, wide, moving = E[N(x, mu, S)], E[N(x, mu, v * eye(d))], E[N(x, s * y, v * eye(d))]
nu_w, P = vector("nu", n), matrix("P", n, positive=True)
chained = E[N(x, B * w, S) * N(w, nu_w, P)]
posterior_mean = frac(Integrate[m](m * bell * p(m)), q(x))
matching = Integrate[m](norm(net(x) - grad(log(bell), x)) ** 2 * bell * p(m))


def drift(share):
    return half * nu(s) * x + half * nu(s) * (1 + share) * grad(log(now), x)


TRUE = {
    "a form": (grad(x.T * A * x, x), (A + A.T) * x, ()),
    "a score of a normal law": (grad(log(N(x, mu, S)), x), -(S**-1) * (x - mu), ()),
    "a linear field": (div(A * x, x), tr(A), ()),
    "of other variables": (jacobian(B.T * x, x), B.T, ()),
    "a square": (laplacian(norm(x) ** 2, x), 2 * d, ()),
    "a length": (grad(norm(x), x), x / norm(x), ()),
    "the product rule": (div(now * f(x, s), x), now * div(f(x, s), x) + grad(now, x).T * f(x, s), ()),
    "the product rule, matrices": (jacobian(f(x, s) * now, x), now * jacobian(f(x, s), x) + f(x, s) * grad(now, x).T, ()),
    "the slope of a logarithm": (grad(log(now), x), frac(grad(now, x), now), ()),
    "the Laplacian of a product": (
        laplacian(now * g(x), x), now * laplacian(g(x), x) + 2 * grad(now, x).T * grad(g(x), x) + g(x) * laplacian(now, x), (),
    ),
    "a Laplacian is a trace": (tr(jacobian(grad(g(x), x), x)), laplacian(g(x), x), ()),
    "a score is a gradient": (jacobian(grad(log(now), x), x), jacobian(grad(log(now), x), x).T, ()),
    "one derivative changes places": (g(x) * div(f(x, s) * now, x), div(g(x) * now * f(x, s), x) - now * grad(g(x), x).T * f(x, s), ()),
    "two derivatives change places": (now * laplacian(g(x), x), g(x) * laplacian(now, x) + div(now * grad(g(x), x) - g(x) * grad(now, x), x), ()),
    "spreading is a drift": (laplacian(now, x), div(now * grad(log(now), x), x), ()),
    "an anisotropic spreading": (div(S * grad(now, x), x), tr(S * jacobian(grad(now, x), x)), ()),
    "a divergence of a moving matrix": (
        div(jacobian(f(x, s), x) * y, x), grad(div(f(x, s), x), x).T * y, (),
    ),
    "the density backwards": (
        -Derivative(now, s), -div(drift(c) * now, x) + half * c * nu(s) * laplacian(now, x), (noising,),
    ),
    "along the flow": (Derivative(log(now), s) + f(x, s).T * grad(log(now), x), -div(f(x, s), x), (carried,)),
    "a mean becomes a slope": (m * bell, x * bell + v * grad(bell, x), ()),
    "Tweedie": (posterior_mean, x + v * grad(log(q(x)), x), (marginal,)),
    "score matching": (
        matching, q(x) * norm(net(x) - grad(log(q(x)), x)) ** 2 + q(x) * (frac(d, v) + laplacian(log(q(x)), x)), (marginal,),
    ),
    "a mean of scores": (
        grad(log(q(x)), x), frac(Integrate[m](grad(log(bell), x) * bell * p(m)), q(x)), (marginal,),
    ),
    "a field that is given": (div(f(x), x), c * d, (fact(f(x), c * x, forall=x),)),
    "Stein's lemma": (bell_of(g(x) * (x - mu)), S * bell_of(grad(g(x), x)), ()),
    "Stein's lemma, a field": (bell_of((x - mu).T * f(x)), tr(S * bell_of(jacobian(f(x), x))), ()),
    "Stein's lemma, a matrix": (bell_of((x - mu) * f(x).T), S * bell_of(jacobian(f(x), x)).T, ()),
    "Stein's lemma twice": (bell_of((x - mu) * (x - mu).T * g(x)), S * bell_of(g(x)) + S * bell_of(jacobian(grad(g(x), x), x)) * S, ()),
    "Stein's lemma, a product": (bell_of(g(x) * f(x).T * (x - mu)), bell_of(grad(g(x), x).T * S * f(x) + g(x) * tr(S * jacobian(f(x), x))), ()),
    "Stein's lemma down a chain": (chained(x * g(x)), chained(B * w * g(x)) + S * chained(grad(g(x), x)), ()),
    "an unbiased risk": (wide(norm(f(x) - mu) ** 2), wide(norm(f(x) - x) ** 2 + 2 * v * div(f(x), x)) - d * v, ()),
    "a mean of a slope": (bell_of(grad(norm(x) ** 2, x)), 2 * mu, ()),
    "the information of a normal law": (bell_of(norm(grad(log(N(x, mu, S)), x)) ** 2), tr(S**-1), ()),
    "a slope of the other vector alone": (E[N(x, A * y, S) * N(y, mu, S)](grad(x.T * y, y)), A * mu, ()),
    "a slope by the mean": (grad(E[N(x, A * y, S)](g(x)), y), A.T * E[N(x, A * y, S)](grad(g(x), x)), ()),
    "a slope by the mean as a score": (grad(bell_of(g(x)), mu), bell_of(g(x) * S**-1 * (x - mu)), ()),
    "a slope by the mean inside too": (grad(E[N(x, y, S)](g(x, y)), y), E[N(x, y, S)](grad(g(x, y), x) + grad(g(x, y), y)), ()),
    "a matrix of slopes by the mean": (jacobian(bell_of(f(x)), mu), bell_of(jacobian(f(x), x)), ()),
    "a slope by the width": (Derivative(wide(g(x)), v), wide(laplacian(g(x), x)) / 2, ()),
    "a slope by a time": (Derivative(moving(g(x, s)), s), moving(y.T * grad(g(x, s), x) + Derivative(g(x, s), s)), ()),
    "Hutchinson's trace": (E[N(y, 0, eye(d))](y.T * jacobian(f(x), x) * y), div(f(x), x), ()),
    "Hutchinson's trace as it is computed": (E[N(y, 0, eye(d))](y.T * grad(y.T * f(x), x)), div(f(x), x), ()),
}  # fmt: skip

FALSE = {
    "Stein's lemma without the covariance": (bell_of(g(x) * (x - mu)), bell_of(grad(g(x), x)), ()),
    "Stein's lemma with the precision": (bell_of(g(x) * (x - mu)), S**-1 * bell_of(grad(g(x), x)), ()),
    "Stein's lemma off the centre": (bell_of(g(x) * x), S * bell_of(grad(g(x), x)), ()),
    "Stein's lemma with another sign": (bell_of(g(x) * (x - mu)), -S * bell_of(grad(g(x), x)), ()),
    "Stein's lemma turned": (bell_of((x - mu) * f(x).T), S * bell_of(jacobian(f(x), x)), ()),
    "Stein's lemma in all directions alike": (bell_of((x - mu).T * f(x)), tr(S) * bell_of(div(f(x), x)) / d, ()),
    "Stein's lemma twice without the first": (bell_of((x - mu) * (x - mu).T * g(x)), S * bell_of(jacobian(grad(g(x), x), x)) * S, ()),
    "Stein's lemma of a field of another": (bell_of(g(y) * (x - mu)), S * bell_of(grad(g(y), y)), ()),
    "down a chain with the mean": (chained(x * g(x)), B * nu_w * chained(g(x)) + S * chained(grad(g(x), x)), ()),
    "a risk of one dimension": (wide(norm(f(x) - mu) ** 2), wide(norm(f(x) - x) ** 2 + 2 * v * div(f(x), x)) - v, ()),
    "a risk with half of the slope": (wide(norm(f(x) - mu) ** 2), wide(norm(f(x) - x) ** 2 + v * div(f(x), x)) - d * v, ()),
    "a field of the mean": (bell_of(g(x)), g(mu), ()),
    "a mean of a square": (bell_of(g(x) ** 2), bell_of(g(x)) ** 2, ()),
    "a mean of a product": (bell_of(g(x) * f(x)), bell_of(g(x)) * bell_of(f(x)), ()),
    "means under two widths": (bell_of(g(x)), E[N(x, mu, A * A.T + S)](g(x)), ()),
    "means under two laws": (bell_of(g(x)), E[N(x, y, S)](g(x)), ()),
    "a slope of all that depends": (E[N(x, A * y, S) * N(y, mu, S)](grad(x.T * y, y)), (A + A.T) * mu, ()),
    "a slope by the mean turned": (grad(E[N(x, A * y, S)](g(x)), y), A * E[N(x, A * y, S)](grad(g(x), x)), ()),
    "a slope by the mean outside alone": (grad(E[N(x, y, S)](g(x, y)), y), E[N(x, y, S)](grad(g(x, y), y)), ()),
    "a slope by the width twice": (Derivative(wide(g(x)), v), wide(laplacian(g(x), x)), ()),
    "a slope by a time inside alone": (Derivative(moving(g(x, s)), s), moving(Derivative(g(x, s), s)), ()),
    "Hutchinson's trace with a width": (E[N(y, 0, S)](y.T * jacobian(f(x), x) * y), div(f(x), x), ()),
    "half of a form": (grad(x.T * A * x, x), 2 * A * x, ()),
    "a divergence without the slope": (div(now * f(x, s), x), now * div(f(x, s), x), ()),
    "a field is a gradient": (jacobian(f(x, s), x), jacobian(f(x, s), x).T, ()),
    "the Laplacian of a logarithm": (laplacian(log(now), x), frac(laplacian(now, x), now), ()),
    "a square in one dimension": (laplacian(norm(x) ** 2, x), 2, ()),
    "the divergence of an outer product": (div(x * (x.T * y), x), x.T * y, ()),
    "the score twice": (
        -Derivative(now, s), -div((half * nu(s) * x + nu(s) * (1 + c) * grad(log(now), x)) * now, x) + half * c * nu(s) * laplacian(now, x),
        (noising,),
    ),
    "the other sign along the flow": (Derivative(log(now), s) + f(x, s).T * grad(log(now), x), div(f(x, s), x), (carried,)),
    "along the flow, without the motion": (Derivative(log(now), s), -div(f(x, s), x), (carried,)),
    "along the flow, without the fact": (Derivative(log(now), s) + f(x, s).T * grad(log(now), x), -div(f(x, s), x), ()),
    "Tweedie with a width": (posterior_mean, x + v**2 * grad(log(q(x)), x), (marginal,)),
    "Tweedie without the fact": (posterior_mean, x + v * grad(log(q(x)), x), ()),
    "score matching with 1 for d": (
        matching, q(x) * norm(net(x) - grad(log(q(x)), x)) ** 2 + q(x) * (frac(1, v) + laplacian(log(q(x)), x)), (marginal,),
    ),
    "score matching without a constant": (matching, q(x) * norm(net(x) - grad(log(q(x)), x)) ** 2, (marginal,)),
}  # fmt: skip


@pytest.mark.parametrize("name", TRUE)
def test_true(name):
    left, right, facts = TRUE[name]
    line = Identity("r", left, right, facts=facts)[1]
    assert line.status == "proved" and line.proof.method == "matrix algebra"
    assert "every dimension" in line.reach and line.proof.probe.instances >= 3
    assert line.proof.probe.digits == 30
    assert [c for c in line.under().split("; ") if c and not c.startswith("given")] == (["norm(x) ≠ 0"] if name == "a length" else [])


@pytest.mark.parametrize("name", FALSE)
def test_false(name):
    left, right, facts = FALSE[name]
    with pytest.raises(FalseStep):
        Identity("r", left, right, facts=facts)


@pytest.mark.parametrize("name", ["the product rule", "along the flow", "Tweedie", "spreading is a drift"])
def test_mutants_are_rejected(name):
    left, right, facts = TRUE[name]
    (r,) = Identity("r", left, right, facts=facts).records()
    assert r["mutants"]["killed"] >= 3 and r["mutants"]["killed"] + r["mutants"]["equal"] == r["mutants"]["made"]
    assert "all smooth fields" in r["reach"]


@pytest.mark.parametrize(
    "make, said",
    [
        (lambda: grad(f(x), x), r"a gradient is of a number; f\(x\) is d×1. The matrix of its derivatives is jacobian"),
        (lambda: div(q(x), x), r"a divergence is of a vector; q\(x\) is 1×1. Of a number there is a gradient"),
        (lambda: div(w, x), "as many coordinates as x, d; w has n"),
        (lambda: laplacian(f(x), x), "a Laplacian is of a number"),
        (lambda: jacobian(q(x), x), "a Jacobian is of a vector"),
        (lambda: grad(q(x), s), "by a vector such as x, not by s"),
        (lambda: grad(q(x), A), "by a vector such as x, not by A"),
        (lambda: grad(q(x), x) + div(f(x), x), "they have no sum"),
        (lambda: field("f", d)(), "has no arguments"),
    ],
)
def test_what_cannot_be_written(make, said):
    with pytest.raises(DerivationError, match=said):
        make()


def test_a_fact_at_one_point_is_no_fact_everywhere():
    for given in (fact(Derivative(now, s), -div(f(x, s) * now, x)), fact(Derivative(now, s), -div(f(x, s) * now, x), forall=s)):
        with pytest.raises(DerivationError, match="forall"):
            Identity("r", *TRUE["along the flow"][:2], facts=[given])
    with pytest.raises(DerivationError, match="forall"):
        Identity("r", grad(q(x), x), 0 * x + grad(norm(x) ** 2, x), facts=[(q(x), norm(x) ** 2 + 1)])
    with pytest.raises(DerivationError, match="speaks of one x"):
        Identity("r", grad(c * norm(x) ** 2, x), 4 * norm(x) ** 2 * x, facts=[(c, norm(x) ** 2)])
    with pytest.raises(DerivationError):
        Identity("r", grad(c * norm(x) ** 2, x), 2 * c * x, facts=[(c, norm(x) ** 2)])


def test_a_field_of_something_that_depends_on_the_vector():
    """Its gradient is no letter of its own: not decided, and never 0."""
    for other in (A * x, x + y, 2 * x):
        with pytest.raises((UnprovedStep, FalseStep)):
            Identity("r", grad(g(other) + norm(x) ** 2, x), 2 * x)
    with pytest.raises(DerivationError, match="speaks of one y"):
        Identity("r", grad(g(x) + norm(y) ** 2, y), 2 * y, facts=[(x, 2 * y)])
    with pytest.raises((UnprovedStep, FalseStep)):
        Identity("r", Derivative(g(x, s**2) + s, s), 1)


def test_what_steins_lemma_asks():
    line = Identity("r", *TRUE["Stein's lemma"][:2])[1]
    assert "expectations of fields and of their slopes that exist" in line.reach
    line = Identity("r", E[N(x, mu, c * eye(d))](g(x) * (x - mu)), c * E[N(x, mu, c * eye(d))](grad(g(x), x)))[1]
    assert line.under() == "c > 0"
    for rough in (sympy.Abs(g(x)), 1 / norm(x) ** 2, sympy.Max(g(x), 0), p(x) ** norm(x) ** 2):  # slopes everywhere, and an end of the rule
        with pytest.raises(UnprovedStep):
            Identity("r", bell_of((x - mu) * rough), S * bell_of(grad(rough, x)))
    with pytest.raises(UnprovedStep):  # a field that a fact gives is no polynomial for the probe
        Identity("r", bell_of(g(x) * (x - mu)), 2 * S * mu, facts=[fact(g(x), norm(x) ** 2, forall=x)])


def test_under_an_expectation_a_field_is_no_number():
    with pytest.raises((UnprovedStep, FalseStep)):
        Identity("r", E[N(x, mu, S)](g(x)), g(x))
    with pytest.raises((UnprovedStep, FalseStep)):
        Identity("r", E[N(x, mu, S)](norm(x) ** 2 * Integrate[m](bell * p(m))), (tr(S) + norm(mu) ** 2) * Integrate[m](bell * p(m)))


def test_integrals_with_two_densities_are_not_probed_as_one():
    with pytest.raises((UnprovedStep, FalseStep)):
        Identity("r", Integrate[m](p(m) * p(m)), Integrate[m](p(m)))


def test_how_it_is_written():
    assert tex(div(f(x, s) * now, x)) == r"\nabla_{\mathbf{x}} \cdot\left(\mathbf{f}(\mathbf{x}, s)\, q(\mathbf{x}, s)\right)"
    assert tex(grad(log(q(x)), x)) == r"\nabla_{\mathbf{x}} \log\left(q(\mathbf{x})\right)"
    assert tex(laplacian(q(x), x)) == r"\Delta_{\mathbf{x}} q(\mathbf{x})"
    assert tex(jacobian(f(x), x)) == r"\mathrm{D}_{\mathbf{x}} \mathbf{f}(\mathbf{x})"
    assert tex(Integrate[m](m * p(m))) == r"\int \mathbf{m}\, p(\mathbf{m})\,\mathrm{d}\mathbf{m}"
    assert str(grad(q(x), x).T * f(x)) == "grad(q(x), x).T*f(x)"


def test_a_density_that_may_be_zero_is_none():
    with pytest.raises(DerivationError):
        Identity("r", q(x), norm(x) ** 2, facts=[fact(q(x), norm(x) ** 2, forall=x)])
    assert Identity("r", q(x), norm(x) ** 2 + 1, facts=[fact(q(x), norm(x) ** 2 + 1, forall=x)])[1].status == "proved"


mass = undefined("mass", positive=True)
normal = E[N(x, mu, S)]


@pytest.mark.parametrize("left, right", [
    (normal(mass(x) * (x - mu)), S * normal(grad(mass(x), x))),
    (grad(normal(mass(x)), mu), normal(grad(mass(x), x))),
])  # fmt: skip
def test_a_positive_field_under_a_normal_law(left, right):
    line = Identity("r", left, right).lines[-1]
    assert line.proof.status == "proved" and line.proof.probe.agrees


@pytest.mark.parametrize("left, right", [
    (normal(mass(x) * (x - mu)), normal(grad(mass(x), x))),
    (grad(normal(mass(x)), mu), normal(grad(mass(x), x)) / 2),
    (normal(mass(x)) + norm(mu), normal(mass(x) ** 2) + norm(mu)),
])  # fmt: skip
def test_a_false_line_of_a_positive_field_is_refuted(left, right):
    with pytest.raises(FalseStep):
        Identity("r", left, right)
