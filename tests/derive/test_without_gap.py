"""An inequality without its gap: the message names the gap that proves it, the word that a law lacks, or where the line is false."""

import pytest

from vdmlib.derive import ELBO, KL, MI, Derivation, DerivationError, E, H, Inequality, Law, exp, log, symbols, undefined, variables

x, z = variables("x z")
p, q = Law("p", x, z), Law("q", z | x)
a, b, m = symbols("a b m")
Z = symbols("Z", positive=True)
f, w = undefined("f"), undefined("w", positive=True)

LINES = {
    "the bound": (log(p(x)), ELBO(q(z | x), p(x, z)), "gap=KL(q(z | x), p(z | x))"),
    "a mean square": (E[p(x)](f(x) ** 2), E[p(x)](f(x)) ** 2, "gap=E[p(x)]((f(x) - m)**2) and facts=[(m, E[p(x)](f(x)))], m = symbol(\"m\")"),
    "Jensen for a log": (log(E[p(x)](w(x))), E[p(x)](log(w(x))), "gap=E[p(x)](phi(w(x)/Z)) and facts=[(Z, E[p(x)](w(x)))], Z = symbol(\"Z\", positive=True)"),
    "Jensen for an exponential": (E[p(x)](exp(f(x))), exp(E[p(x)](f(x))), "gap=exp(m)*E[p(x)](phi(exp(f(x) - m)))"),
    "information of a mass": (H(p(x)), MI(p(x, z), x), 'Law("p", x, z, discrete=True), with gap=E[p(z)](H(p(x | z)))'),
    "a square": (a**2 + b**2, 2 * a * b, "gap=a**2 + b**2 - 2*a*b"),
    "false": (E[p(x)](f(x)), E[p(x)](f(x) ** 2), "There is none, the line is false"),
    "not found": (KL(p(x), p(x)) + a**4 + 1, a, "None was found; it can be a sum of KLs"),
}


@pytest.mark.parametrize("name", LINES)
def test_message(name):
    left, right, wanted = LINES[name]
    with pytest.raises(DerivationError) as why:
        Inequality("r", left, right)
    assert "lacks gap=" in str(why.value) and wanted in str(why.value)


def test_in_a_chain_and_the_other_way():
    d = Derivation("ex.chain", "A chain").start(2 * a * b)
    with pytest.raises(DerivationError, match="gap=a"):
        d.at_most(a**2 + b**2)


def test_what_is_named_proves_it():
    Inequality("r", E[p(x)](f(x) ** 2), E[p(x)](f(x)) ** 2, gap=E[p(x)]((f(x) - m) ** 2), facts=[(m, E[p(x)](f(x)))])
