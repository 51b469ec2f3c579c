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
}  # fmt: skip

FALSE = {
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
