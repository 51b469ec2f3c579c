"""When the form of an expression shows that it cannot be negative, and when it does not."""

import pytest
import sympy

from vdmlib.derive import KL, MI, Derivative, E, H, Integral, Law, Sigma, Sum, coordinates, exp, frac, log, phi, plain, symbol, symbols
from vdmlib.derive import FalseStep, Inequality, UnprovedStep, fact, sqrt, undefined, variables
from vdmlib.derive.prove.nonnegative import nonnegative, positive

x, z = variables("x z")
w = variables("w", positive=True)
p, q = Law("p", x, z), Law("q", x, z)
mass = Law("m", x, discrete=True)
a, c = symbol("a", positive=True), symbol("c")
f = undefined("f")
b, u = symbol("b"), symbol("u", positive=True)
n, k = symbols("n k", integer=True, positive=True)
each = coordinates("w", positive=True)


@pytest.mark.parametrize(
    "e",
    [
        KL(p(x), q(x)),
        2 * KL(p(x), q(x)) + a * E[p(x)](KL(p(z | x), q(z | x))),
        MI(p(x, z), x),
        H(mass(x)),
        E[mass(x)](1 - mass(x)),
        E[p(x)](phi(frac(q(x), p(x)))),
        E[p(x)]((x - c) ** 2),
        Sigma[x](p(x) * f(x) ** 2),
        frac(phi(a), a),
        exp(c),
        n - 1,
        Sum(phi(frac(each[k], Sum(each[k], (k, 1, n)))), (k, 1, n)),
        Sum(each[k], (k, 2, n)),
        Integral((Derivative(f(u), u) - 1) ** 2, (u, 0, 1)),
        Integral(f(c) ** 2 * exp(c), (c, b, b + a)),
        Integral(a * f(c) ** 2, (c, -sympy.oo, sympy.oo)),
        Integral(c, (c, a, a + 1)),  # c > 0 in this range
    ],
)
def test_shown(e):
    assert nonnegative(e)


@pytest.mark.parametrize(
    "e",
    [
        -KL(p(x), q(x)),
        KL(p(x), q(x)) - KL(q(x), p(x)),
        H(p(x)),  # of a density
        1 - p(x),  # a density may exceed 1
        c * KL(p(x), q(x)),
        E[p(x)](f(x)),
        phi(c),  # defined for positive arguments alone
        log(a),
        a - 1,
        Integral(f(u), (u, 0, 1)),
        Integral(f(u) ** 2, (u, 1, 0)),  # downwards
        Integral(f(u) ** 2, (u, 0, b)),  # b may be negative
        Integral(u, (u, -1, 0)),  # u > 0 says nothing in a range below 0
        Integral(a * c, (c, -1, 1)),
        E[p(x)](log(frac(p(x), q(x)))),  # true, but not by form: write the KL
    ],
)
def test_not_shown(e):
    assert not nonnegative(e)


def test_sums():
    assert positive(Sum(each[k], (k, 1, n)))
    assert not positive(Sum(each[k], (k, 2, n)))  # empty at n = 1
    assert not nonnegative(Sum(each[k] - 1, (k, 1, n)))
    assert not nonnegative(Sum(each[k], (k, 4, n)))  # by SymPy's convention a negative one at n = 1
    assert not nonnegative(Sum(phi(each[k] - 1), (k, 1, n)))


def test_positive():
    assert positive(p(x) * a) and positive(a + exp(c)) and not positive(c) and not positive(KL(p(x), q(x)))


def test_phi_deserves_its_rule():
    # φ(1) = 0 and (u − 1) φ'(u) = (u − 1)²/u ≥ 0: φ falls to 0 at u = 1 and rises from there
    u = symbol("u", positive=True)
    form = plain(phi(u).definition())
    v = plain(u)
    assert form.subs(v, 1) == 0
    assert sympy.simplify((v - 1) * form.diff(v) - (v - 1) ** 2 / v) == 0
    assert nonnegative(frac((u - 1) ** 2, u))


R, S = symbols("r s")


@pytest.mark.parametrize("left, right, gap, said", [
    (R**2, 2 * R - 1, R - 1, "must be ≥ 0, and is negative"),
    (R**2 + 1, 2 * R, R**3, "must be ≥ 0, and is negative"),
    (R**2, R, R**2 - R, "the inequality fails"),
    (R**2 + 1, 2 * R, R**4 - R + 1, "is not the gap given"),
    (log(a), 0, log(a), "the inequality fails"),
    ((R + S) / 2, sqrt(R * S), (R + S) / 2 - sqrt(R * S), "the inequality fails"),
    (E[p(x)](log(q(x))), E[p(x)](log(p(x))), E[p(x)](log(q(x)) - log(p(x))), "the inequality fails"),
])  # fmt: skip
def test_a_gap_whose_sign_no_form_shows_is_refused_with_the_numbers_that_contradict_it(left, right, gap, said):
    with pytest.raises(FalseStep, match=said) as refused:
        Inequality("r", left, right, gap=gap)
    assert refused.value.counterexample


@pytest.mark.parametrize("left, right, gap, facts", [
    (R**4 + 1, R, R**4 - R + 1, ()),
    (R**3, S**3, R**3 - S**3, [fact(R >= S)]),
    (a**2, 2 * a - 2, a**2 - 2 * a + 2, ()),
    (E[p(x)](log(p(x))), E[p(x)](log(q(x))), E[p(x)](log(p(x)) - log(q(x))), ()),
])  # fmt: skip
def test_a_true_inequality_whose_gap_has_no_form_is_not_called_false(left, right, gap, facts):
    with pytest.raises(UnprovedStep, match="not of a form"):
        Inequality("r", left, right, gap=gap, facts=facts)
