"""The engine imports SymPy and the standard library alone, so that it runs in a browser."""

import subprocess
import sys

SCRIPT = """
import sys

class Forbidden:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"jax", "jaxlib", "flax", "optax", "numpy", "scipy", "matplotlib", "sklearn", "IPython"}:
            raise ImportError(f"the engine must not import {name}")

sys.meta_path.insert(0, Forbidden())
from vdmlib.derive import *

x, z = variables("x z")
p, q = Law("p", x, z), Law("q", z | x)
d = Derivation("elbo.exact", "The evidence is the ELBO plus a gap")
d.start(log(p(x)))
d.equals(ELBO(q(z | x), p(x, z)) + KL(q(z | x), p(z | x)), because="chain rule")
bundle = d._repr_mimebundle_()
assert "✓" in bundle["text/markdown"], bundle
v = symbol("v", positive=True)
Identity("gauss.second", E[N(x, 0, v)](x**2), v, because="second moment").records()
third_party = {m.split(".")[0] for m in sys.modules} - set(sys.stdlib_module_names) - {"vdmlib", "sympy", "mpmath", "__main__"}
third_party = {m for m in third_party if not m.startswith(("_", "sitecustomize", "distutils", "gmpy2"))}
assert not third_party, third_party
print("used")
"""


def test_the_engine_needs_sympy_alone():
    out = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=120)
    assert out.stdout.strip() == "used", out.stderr
