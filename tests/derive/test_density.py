"""Laws, densities and functionals: what may be written, and the error for what may not."""

import pytest

from vdmlib.derive import CE, ELBO, KL, MI, Derivation, DerivationError, E, Integrate, Law, N, Sigma, chain, log, see
from vdmlib.derive import symbols, variables
from vdmlib.derive.book.binding import check_binding
from vdmlib.derive.book.equation_numbers import Reference

x, y, z = variables("x y z")
p, q = Law("p", x, z), Law("q", z | x)
X = chain("x")
T, t = symbols("T t", integer=True, positive=True)
f = Law("q", X[1:T] | X[0], markov=True)


def says(*words):
    """A context that expects a DerivationError with these words."""
    return pytest.raises(DerivationError, match="(?s)" + ".*".join(words))


def test_density_reads_as_on_paper():
    d = p(z | x)
    assert (d.left, d.right) == ((z,), (x,))
    three = Law("r", x, y, z)
    assert three(y, z | x).left == (y, z)
    assert three(y | x, z).right == (x, z)


def test_undeclared_variable():
    with says("p is declared over x, z", "y is not among them", "Write Law"):
        p(y)


def test_conditional_law_has_no_marginal_of_its_condition():
    with says("declared as a law given x", "does not exist", "Declare the joint law"):
        q(x | z)
    with says("write q\\(z\\|x\\)"):
        q(z)


def test_reverse_step_of_a_forward_chain_needs_its_start():
    assert f(X[t] | X[t - 1]).right == (X[t - 1],)
    with says("given x\\[0\\]"):
        f(X[t - 1] | X[t])


def test_arguments_that_are_not_random_variables():
    with says("takes random variables", "variables\\('x z'\\)"):
        p(1)
    with says("names a variable twice"):
        p(x, x)
    with says("both sides of the bar"):
        p(x | x)
    with says("two bars"):
        Law("r", x, y, z)(x | y, z | y)


def test_expectation_needs_a_normalised_law():
    with says("needs a normalised law", "Integrate"):
        E[2 * p(x)](log(p(x)))
    with says("stands before the bar twice", "drawn once"):
        E[p(x) * p(x, z)](log(p(x)))


def test_variables_given_others_need_a_law():
    for make in (lambda: E[x | z](x), lambda: log(x | z), lambda: (x | z) + 1, lambda: p(x | z) * (x | z)):
        with says("not the law", "p = Law", "E\\[p\\(x | z\\)\\]"):
            make()
    with says("is a variable, and not the law", "E\\[p\\(x\\)\\]"):
        E[x](x)


def test_a_gaussian_law_draws_a_variable():
    a = symbols("a")
    for drawn in (2 * x, -x, X[1] + 1, x**2, a * a):
        with says("must draw a variable", "Name the variable"):
            E[N(drawn, 0, 1)](x)
        with says("must draw a variable"):
            KL(N(drawn, 0, 1), N(drawn, 1, 1))
    with says("must draw a variable"):
        E[p(x), N(2 * z, x, 1)](z)
    assert [E[N(v, 0, 1)](v**2).bound for v in (x, a, X[t])] == [(x,), (a,), (X[t],)]


def test_functionals_compare_laws_of_the_same_variables():
    with says("same variables", "p\\(z\\)"):
        KL(p(x), p(z))
    with says("For E_q\\[log p\\(x\\|z\\)\\] write the expectation"):
        CE(q(z | x), p(x | z))
    with says("joint density"):
        ELBO(q(z | x), p(x))
    with says("takes densities"):
        KL(log(p(x)), p(x))
    with says("variables of one side"):
        MI(p(x, z))


def test_sums_run_over_random_variables():
    with says("runs over random variables"):
        Sigma[T](p(x))
    assert Integrate[z](p(x, z)).bound == (z,)


def test_bound_and_free():
    with says("z is bound by the expectation over q", "another name"):
        check_binding(log(p(z)), E[q(z | x)](log(p(z))))
    with says("bound twice"):
        check_binding(log(p(x)), E[q(z | x)](E[p(z)](log(p(z)))))
    with says("z is bound by KL"):
        check_binding(KL(q(z | x), p(z)), log(p(z)))
    check_binding(log(p(x)), E[q(z | x)](log(p(x, z))))


def test_the_articles_reconstruction_marginal_binds_what_it_names():
    with says("z is bound by the integral over z"):
        check_binding(p(z), Integrate[z](p(z | x) * p(x | z)))


def test_gaussians_need_a_positive_variance_and_parameters_free_of_their_variable():
    with says("variance must be positive"):
        N(x, 0, -1)
    with says("cannot stand in its own parameters"):
        N(x, x, 1)


def test_unknown_label_and_line():
    d = Derivation("test.labels", "labels").start(log(p(x))).equals(E[q(z | x)](log(p(x))), because="constant")
    with says("no statement is labelled 'test.lables.1'", "did you mean test.labels.1"):
        d.records()
        see("test.lables.1")
    assert isinstance(see("test.labels.1"), Reference)
    with says("has lines 1 to 1, not 2"):
        d[2]
    with says("dotted lower case"):
        Derivation("Test Labels", "labels")
    with says("no first line"):
        Derivation("test.none", "none").equals(log(p(x)))
