"""Every operator in every place of every other: the printed line is read back as the object that was printed."""

import random
import re

import pytest
import sympy
from sympy import Abs, Integer, Pow, Rational, factorial, oo

from latex_reader import TwoReadings, meaning, read
from vdmlib.derive import (
    Derivative, E, Integral, Integrate, Law, Limit, N, Product, Schedule, Sigma, Subs, Sum, Total, chain, exp, frac, log,
    phi, plain, sqrt, symbols, tex, undefined, variables,
)  # fmt: skip
from vdmlib.derive.nodes.expressions import Factors, Frac, Power, Terms
from vdmlib.derive.nodes.functionals import Over
from vdmlib.derive.nodes.walk import has
from vdmlib.derive.show.text import text

a, b, c, u, t = symbols("a b c u t")
k, n = symbols("k n", integer=True, positive=True)
x, z = variables("x z")
p, q = Law("p", x, z), Law("q", x, z)
f, g = undefined("f g")
Y = chain("y")
al = Schedule("alpha")

ATOMS = {
    "symbol": a, "index": n, "2": Integer(2), "-2": Integer(-2), "1/2": Rational(1, 2), "-1/2": Rational(-1, 2),
    "variable": x, "chain": Y[k], "density": p(x | z), "schedule": al.bar[k], "function": f(a), "prime": Derivative(f(a), a),
    "normal": N(x, a, 2), "frac 1/2": frac(1, 2), "plain sum": plain(a + b), "plain product": -2 * n, "plain power": n**2,
}  # fmt: skip

NODES = {
    "sum": lambda e: [Terms(e, b, c), Terms(b, e, c), Terms(b, c, e)],
    "difference": lambda e: [Terms(Factors(-1, e), b), Terms(b, Factors(-1, e), c), Terms(b, Factors(-1, e))],
    "product": lambda e: [Factors(e, b, c), Factors(b, e, c), Factors(b, c, e)],
    "minus": lambda e: [Factors(-1, e, b), Factors(-1, b, e), Factors(-2, e)],
    "2 times": lambda e: [Factors(2, e)],
    "frac": lambda e: [Frac(e, b), Frac(b, e)],
    "power": lambda e: [Power(e, 2), Power(e, c), Power(b, e), Power(2, e)],
    "sqrt": lambda e: [sqrt(e)],
    "log": lambda e: [log(e)] if not e.is_number else [],
    "exp": lambda e: [exp(e)] if not e.is_number else [],
    "derivative": lambda e: [Derivative(e, a), Derivative(e, b)],
    "second": lambda e: [Derivative(e, (a, 2))],
    "total": lambda e: [Total(e, t)],
    "integral": lambda e: [Integral(e, (u, 0, 1))],
    "double": lambda e: [Integral(e, (u, 0, t), (t, 0, 1))],
    "sum over": lambda e: [Sum(e, (k, 1, n))],
    "product over": lambda e: [Product(e, (k, 2, n))],
    "limit": lambda e: [Limit(e, u, 0), Limit(e, u, oo), Limit(e, u, a + b)],
    "subs": lambda e: [] if isinstance(e, Subs) else [Subs(e, u, 0)],
    "sigma": lambda e: [Sigma[z](e)],
    "integrate": lambda e: [Integrate[x](e)],
    "expectation": lambda e: [E[q(z | x)](e)],
    "phi": lambda e: [phi(e)],
    "function": lambda e: [f(e), g(a, e)],
    "absolute": lambda e: [] if e.is_number or e.has(exp, Pow) else [Abs(e)],  # SymPy takes them apart
    "factorial": lambda e: [factorial(e)] if not e.is_number else [],
    "normal": lambda e: [N(z, e, 2)] if not e.has(z) else [],
}  # fmt: skip


def made(parents, children):
    for name, node in parents.items():
        for inner, child in children.items():
            try:
                out = node(child)
            except (ValueError, TypeError, AttributeError):
                continue  # no derivative by a bound symbol, no limit at a bound one
            for place, e in enumerate(out):
                yield f"{name} {place} of {inner}", e


ONE = {**ATOMS, **dict(made(NODES, ATOMS))}
PLAIN = {name: plain(e) for name, e in ONE.items() if not has(e, Over)}  # as in what is left over of a line
FEW = dict(made(NODES, {name: ATOMS[name] for name in ("symbol", "-2", "density", "plain sum", "prime")}))
TWO = dict(random.Random(13).sample(sorted(made(NODES, FEW), key=lambda pair: pair[0]), 1500))

TYPED = {"Σ[": "Sigma[", "∫[": "Integrate[", "φ(": "phi("}
NAMES = {**{v.__name__: v for v in (Derivative, Integral, Limit, N, Product, Subs, Sum, Total, exp, log, phi, sqrt, factorial)},
         "E": E, "Sigma": Sigma, "Integrate": Integrate, "Integer": Integer, "oo": oo, "I": sympy.I, "alpha": al, "y": Y, "p": p, "q": q,
         **{str(s): s for s in (a, b, c, u, t, k, n, x, z)}, "f": f, "g": g}  # fmt: skip


def typed_back(shown):
    """What Python makes of the plain text, whole numbers exact."""
    for short, long in TYPED.items():
        shown = shown.replace(short, long)
    return eval(re.sub(r"(?<![\w.])(\d+)", r"Integer(\1)", shown), {"__builtins__": {}}, NAMES)


def same(one, two):
    return one == two or sympy.expand(one - two) == 0


@pytest.mark.parametrize("every", [ONE, TWO, PLAIN], ids=["one in another", "two in another", "plain"])
def test_the_formula_is_read_as_what_was_printed(every):
    wrong = []
    for name, e in every.items():
        try:
            if not same(read(tex(e)), meaning(e)):
                wrong.append((name, tex(e)))
        except (TwoReadings, AssertionError) as why:
            wrong.append((name, tex(e), why))
    assert not wrong, f"{len(wrong)} of {len(every)}: {wrong[:10]}"


@pytest.mark.parametrize("every", [ONE, TWO, PLAIN], ids=["one in another", "two in another", "plain"])
def test_the_plain_text_can_be_typed_back(every):
    wrong = []
    for name, e in every.items():
        if not e.has(Abs) and not same(meaning(sympy.sympify(typed_back(text(e)))), meaning(e)):
            wrong.append((name, text(e)))
    assert not wrong, f"{len(wrong)} of {len(every)}: {wrong[:10]}"
