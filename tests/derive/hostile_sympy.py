"""What SymPy's own heads make of the symbols of a line, and lines in which SymPy does not know how to go on: each has a verdict."""

from sympy import Abs, Max, Min, Piecewise, floor, oo

from hostile import proved, same, shown
from vdmlib.derive import DerivationError, FalseStep, Integral, Limit, Product, Sum, exp, plain, sqrt, symbols, undefined
from vdmlib.derive.show.text import text

a, b, u, x, y = symbols("a b u x y")
k = symbols("k", integer=True)
L = undefined("L")


def refuted(make):
    """Whether a false line is called false."""
    try:
        make()
    except FalseStep:
        return True


def said(make):
    """What is said of a line that is refused."""
    try:
        make()
    except DerivationError as error:
        return str(error)
    raise AssertionError("a false line is taken")


OF_SYMPY = [  # what SymPy makes of the symbols of a line when it is written, and where it does not know how to go on
    shown("a definition by cases in one letter", lambda: Piecewise((1, u < x), (0, True)).args[0][1] == (u < x)),
    shown("a definition by cases, false", lambda: refuted(lambda: same(Integral(Piecewise((1, u < x), (0, True)), (u, 0, 1)) + a, 3 + a))),
    proved("the larger of an integral and 0", lambda: same(Max(Integral(u**2, (u, 0, 1)), 0) + a, a + Max(0, Integral(u**2, (u, 0, 1))))),
    proved("the smaller of a sum and a product", lambda: same(2 * Min(Sum(k, (k, 1, 3)), Product(k, (k, 1, 3))) + a, a + 12)),
    shown("the sign of an integral in a definition by cases", lambda: Piecewise((1, Integral(u**2, (u, 0, 1)) > 0), (0, True)).is_Piecewise),
    shown("a floor in an integral, false", lambda: refuted(lambda: same(Integral(floor(u), (u, 0, 3)) + a, a + y))),
    proved("a floor in an integral", lambda: same(Integral(2 * floor(u), (u, 0, 3)) + a, a + 2 * Integral(floor(u), (u, 0, 3)))),
    shown("nothing is added within", lambda: str(floor(u)) == "floor(u)" and u + 0 is u and u / 1 is u),
    shown("no integral is evaluated to be printed", lambda: "Integral" in text(plain(Integral(Min(u, 1) * exp(-(u**2)), (u, -oo, oo)) * sqrt(2) - y))),
    shown("nor to be sorted", lambda: "Integral" in said(lambda: same(Integral(Abs(u - 2) * exp(-u), (u, 0, oo)) + a, 1 + 3 * exp(-2) + a))),
    shown("∞ from one side, −∞ from the other", lambda: refuted(lambda: same(Limit(1 / u, u, 0, "+-"), oo))),
    proved("∞ from both sides", lambda: same(Limit(1 / u**2, u, 0, "+-"), oo)),
    shown("∞ − ∞ is not ∞", lambda: "∞" not in said(lambda: same(Integral(L(u) / u, (u, 0, 1)) - Integral(L(u) / u, (u, 0, 1)) + a, a))),
    shown("no expression under a limit", lambda: "an expression is wanted, not None" in said(lambda: same(Limit(None, u, 0) + a, a))),
    shown("text under an integral", lambda: "is text" in said(lambda: same(Integral("u", (u, 0, 1)) + a, a))),
    shown("∞ times u, near 0", lambda: "" != said(lambda: same(Limit(u * oo, u, 0) + a, a + b))),
]  # fmt: skip

ALL = OF_SYMPY
