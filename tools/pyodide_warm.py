"""Runs in ``pyodide_snapshot.mjs`` before Python's memory is kept: loads what the first checks would have to load.

SymPy and the engine import much of themselves only when it is used. Here is a line for each method, and of each a false one.
"""

import gc
import linecache
import sys

SET_UP = """\
from vdmlib.derive import *
from sympy import oo
x, z = variables("x z")
p, q = Law("p", x, z), Law("q", z | x)
a, b, c = symbols("a b c")
u, m, n = symbols("u m n", real=True)
v, w = symbols("v w", positive=True)
al = Schedule("alpha")
t = symbol("t", integer=True, positive=True)
f = undefined("f")
"""
LINES = (
    "Identity('warm.laws', log(p(x)), E[q(z|x)](log(frac(p(x, z), p(z|x)))))",
    "Inequality('warm.gap', log(p(x)), ELBO(q(z|x), p(x, z)), KL(q(z|x), p(z|x)))",
    "Identity('warm.false', log(p(x)), E[q(z|x)](log(frac(p(x, z), q(z|x)))))",
    "Identity('warm.gaussian', Integrate[z](N(z, m, v) * N(x, z, w)), N(x, m, v + w))",
    "Identity('warm.normal', KL(N(z, m, v), N(z, n, v)), frac((m - n)**2, 2 * v))",
    "Identity('warm.schedule', al.bar[t], al[t] * al.bar[t - 1])",
    "Identity('warm.algebra', log(v * w), log(v) + log(w))",
    "Identity('warm.calculus', Derivative(u**2 * exp(-u**2), u), (2 * u - 2 * u**3) * exp(-u**2))",
    "Identity('warm.integral', Integral(u * exp(-u), (u, 0, oo)), 1)",
    "exercise('warm.answer', '?', KL(q(z|x), p(z|x))).check(KL(p(z|x), q(z|x)))",
    "display(p(x)); print(1 / 0)",
)
for line in LINES:
    page.run([SET_UP], line, lambda words: None)  # noqa: F821 - the page's own Python, made by what ran before this
page.kept.clear()  # noqa: F821

for name in ("LINES", "SET_UP", "line"):
    del globals()[name]
linecache.clearcache()
sys.last_exc = sys.last_value = sys.last_traceback = None
gc.collect()
