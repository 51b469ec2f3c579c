"""Different things that are shown alike in one statement are found, and things that are read apart are left alone."""

import pytest
import sympy
from sympy import Symbol

from vdmlib.derive import (
    ELBO, KL, Derivative, E, FalseStep, H, Identity, Inequality, Integral, Integrate, Law, Limit, N, Schedule, Sigma, Subs, Sum, chain,
    coordinates, exp, frac, log, plain, symbol, symbols, table, undefined, variables,
)  # fmt: skip
from vdmlib.derive.nodes.expressions import Factors
from vdmlib.derive.show.ambiguity import ambiguous, said

a, b = symbols("a b")
x, y, z = variables("x y z")
xs, xp = symbol("x"), symbol("x", positive=True)
k, n = symbols("k n", integer=True)
kr = symbol("k")
f, fp = undefined("f"), undefined("f", positive=True)
p = Law("p", x, z)
pa = Law("p", x)
pf = undefined("p")
X = chain("x")
al = Schedule("alpha")

TWO_READINGS = {
    "a random variable and a symbol": ([E[p(x)](xs)], "x stands for a random variable and for a symbol"),
    "a symbol on the other side": ([x + a, xs + a], "x stands for a random variable and for a symbol"),
    "symbols of different properties": ([log(xp), xs + a], "x stands for a symbol (positive) and for a symbol (real)"),
    "an index that is whole and one that is not": ([k + kr], "k stands for"),
    "two laws of one name": ([log(frac(p(x), pa(x)))],
                             "p(x) stands for a density of the law p of x, z and for a density of the law p of x"),
    "a mass and a density": ([p(x) + Law("p", x, z, discrete=True)(x)],
                             "p(x) stands for a density of the law p of x, z and for a density of the discrete law p of x, z"),
    "two conditional laws": ([Law("p", z | x)(z | x) + p(z | x)], "p(z | x) stands for a density of the law p of z given x and for"),
    "two variables": ([x + variables("x", positive=True)],
                      "x stands for a random variable (real) and for a random variable (positive)"),
    "a law and a function": ([p(x) + pf(x)], "p(x) stands for a density of the law p of x, z and for a function"),
    "a law and a function elsewhere": ([p(x) + pf(a)], "p stands for"),
    "two functions": ([f(a), fp(a)], "f(a) stands for a function (real) and for a function (positive)"),
    "a symbol of a chain's variable": ([X[0] + symbol("x_0")], "x_0 stands for a variable of a chain and for a symbol"),
    "a variable of a chain's variable": ([p(x), X[k] * variables("x_k")], "x_k stands for"),
    "a coordinate and a chain's variable": ([coordinates("x")[k] + X[k]],
                                            "x_k stands for a coordinate and for a variable of a chain"),
    "a symbol for ᾱ": ([al.bar[k] + symbol(r"\bar{\alpha}_k")], "ᾱ_k stands for a value of a schedule and for a symbol"),
    "a symbol for α": ([al[k] - symbol("alpha_k")], "α_k stands for"),
    "a symbol for an entry": ([table("p", 2)[1] + symbol("p_1")], "p_1 stands for an entry of a table and for a symbol"),
    "e": ([exp(a) + symbol("e")], "e stands for the number e and for a symbol"),
    "π": ([sympy.pi * symbol("pi")], "π stands for"),
    "bound by Σ, another inside": ([Sum(f(k) * kr, (k, 1, n))], "k stands for a symbol (integer) and for a symbol (real)"),
    "bound by ∫, another inside": ([Integral(f(xs) * x, (xs, 0, 1))], "x stands for a symbol and for a random variable"),
    "bound by Σ[x], another inside": ([Sigma[x](p(x) * xs)], "x stands for"),
    "bound by ∫[x], another inside": ([Integrate[x](p(x) * xs)], "x stands for"),
    "bound by a limit, another inside": ([Limit(f(xs) / xp, xs, 0)], "x stands for"),
    "bound by a value at a point": ([Subs(f(xs) * x, xs, 0)], "x stands for"),
    "bound by N": ([E[N(x, xs, 1)](x)], "x stands for"),
    "drawn, and another thing elsewhere": ([E[p(x)](x**2) + xs], "x stands for a random variable and for a symbol"),
    "drawn on the left, another thing on the right": ([KL(pa(x), p(x)), xs], "p(x) stands for"),
    "drawn by a Gaussian": ([E[N(X[0], 0, 1)](X[0]), symbol("x_0")], "x_0 stands for a variable of a chain and for a symbol"),
    "in a fact": ([f(xs), a, f(xp)], "x stands for"),
    "a factor before a bracket": ([symbol("f") * (a + b) + f(a)], "f stands for"),
    "a prime in a name": ([Derivative(f(a), a) + undefined("f'")(a)],
                          "f'(a) stands for the derivative of a function and for a function"),
    "two ELBOs": ([ELBO(Law("q", z)(z), p(x, z)) - ELBO(Law("q", z)(z), Law("p", x, y, z)(x, y, z))], "ELBO(q, p) stands for"),
}


@pytest.mark.parametrize("expressions, words", TWO_READINGS.values(), ids=TWO_READINGS)
def test_two_readings(expressions, words):
    pairs = ambiguous(*expressions)
    assert pairs and said(pairs[0]).startswith(words), list(map(said, pairs))


ONE_READING = {
    "nothing twice": [x + a, p(x) * f(a)],
    "plain symbols are the engine's": [a + b, Symbol("a", real=True) * plain(b)],
    "plain forms": [f(a) + plain(f(a)), plain(al.bar[k]) - al.bar[k], plain(table("p", 2)[1]) + table("p", 2)[1]],
    "∫ f(x) dx + x": [Integral(f(xs), (xs, 0, 1)) + xs],
    "bound here, another thing there": [Sum(f(k), (k, 1, n)) + kr],
    "two kinds of k, each bound": [Sum(f(k), (k, 1, n)) + Integral(f(kr), (kr, 0, 1))],
    "an end of the range": [Sum(f(k), (k, 1, n)) - Sum(f(n), (n, 1, k))],
    "KL binds": [KL(pa(x), Law("q", x)(x)) + z, H(pa(x))],
    "densities of laws of one name": [pa(x) * Law("p", z | x)(z | x), Law("p", y)(y)],
    "a symbol and a function at it": [symbol("f") * a + f(a), symbol("r") + undefined("r")(a)],
    "a chain and a variable": [X[k] + x, Sum(X[k], (k, 1, n))],
    "a product and a bracket": [Factors(symbol("g"), a + b) + f(a)],
    "the marginal and the joint": [log(p(x)) + log(p(x, z)) - log(p(z | x))],
    "e to a power twice": [exp(a) * exp(b)],
    "d/dx": [Derivative(f(xs, a), xs) + Derivative(f(xs), xs)],
}


@pytest.mark.parametrize("expressions", ONE_READING.values(), ids=ONE_READING)
def test_one_reading(expressions):
    assert ambiguous(*expressions) == []


@pytest.mark.parametrize("made", [
    lambda: sympy.Function("alpha", positive=True), lambda: sympy.Function("alpha", positive=True, real=True),
    lambda: undefined("alpha", positive=True), lambda: undefined("alpha", positive=True, real=True),
])  # fmt: skip
def test_a_function_is_no_schedule_of_the_same_name(made):
    """They are told apart on the page, α(t) and α_t; a schedule is at most one, a function need not be."""
    value, other = Schedule("alpha")[k], made()(k)
    with pytest.raises(FalseStep):
        Identity("r", value + a, other + a)
    with pytest.raises(FalseStep):
        Inequality("r", 1, other, gap=1 - other)
