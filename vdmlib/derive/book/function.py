"""A displayed expression as a function: NumPy's or JAX's, that the library is tested against, and the page's JavaScript."""

from functools import cached_property

import sympy
from sympy import Dummy

from ..compute.arrays.evaluate import speaks_of_arrays
from ..compute.evaluator import carried_out
from ..errors import DerivationError
from ..nodes.expressions import plain
from ..nodes.subject import about_gaussians, about_laws
from ..nodes.walk import walk
from ..show.javascript import javascript
from ..show.text import text
from .array_function import array_function
from .equation_numbers import equation_number

__all__ = ["Printed", "function_of"]


def function_of(e, args, modules):
    """An expression as a numerical function of scalars and arrays, with the shape that all arguments have together.

    Of vectors and matrices see `array_function`.

    modules: "numpy" or "jax".
    """
    if modules not in ("numpy", "jax"):
        raise DerivationError(f"a function is NumPy's or JAX's: modules='numpy' or 'jax', not {modules!r}")
    if speaks_of_arrays(e):
        return array_function(e, args, modules)
    own, e = of_arguments(e, args)
    f = sympy.lambdify(own, e, modules=modules)
    numpy = f.__globals__["jax"].numpy if modules == "jax" else f.__globals__["numpy"]

    def spread(*given):
        value, shape = f(*given), numpy.broadcast_shapes(*map(numpy.shape, given))
        # Where an argument does not stand in the expression, the value lacks its shape.
        return value if numpy.shape(value) == shape else numpy.array(numpy.broadcast_to(value, shape))

    return spread


def of_arguments(e, args, given=()):
    """Ordinary SymPy of fresh symbols, one for each argument: (symbols, expression). Expectations are carried out.

    given: {symbol or density: value} for those that get a value of their own.
    """
    given = {s: sympy.sympify(value) for s, value in dict(given).items()}
    own = {a: Dummy(f"a{k}") for k, a in enumerate(args)}
    within = [text(s) for s, value in given.items() if any(inner == s for inner in walk(value))]
    if within:
        raise DerivationError(f"given: {', '.join(within)} stands in its own value; use a symbol that the statement lacks")
    e = e.xreplace(given) if given else e  # a density is given as it is displayed
    if about_laws(e):
        raise DerivationError(f"{text(e)} speaks of undetermined laws and has no numerical value; take a line without densities")
    forms = [plain]  # in which what is given and the arguments stand in it: an argument may be α_t, ᾱ_t or x_t
    if about_gaussians(e):
        e, forms = carried_out(e), [plain, carried_out]
    e = plain(e).xreplace({form(s): plain(value) for s, value in given.items() if not about_laws(s) for form in forms}).doit()
    e = e.xreplace({form(a): symbol for a, symbol in own.items() for form in forms})
    missing = e.free_symbols - set(own.values())
    if missing:
        typed = text(e.xreplace({symbol: a for a, symbol in own.items()}))
        raise DerivationError(f"{typed} also depends on {', '.join(sorted(map(str, missing)))}; name them as arguments")
    return list(own.values()), e


class Printed:
    """An expression of a statement as a function that a page can draw from: called, it is NumPy's; `javascript` is the page's.

    labels: the statements that it is printed from. args: the symbols that it takes, in order. Both forms come from one
    SymPy expression. Sums, differences, products and quotients of such functions are such functions.
    """

    def __init__(self, label, sides, args, part=None, given=()):
        e = sides[-1] if part is None else sympy.sympify(part)
        if part is not None and not any(e == inner for side in sides for inner in walk(side)):
            raise DerivationError(f"{text(e)} does not stand in {label}, so it cannot be printed from there")
        if speaks_of_arrays(e):
            raise DerivationError(f"{text(e)} holds vectors or matrices, and a page draws from functions of numbers")
        self.labels, self.args = (label,), tuple(args)
        self.symbols, self.expression = of_arguments(e, args, given)

    def _with(self, other, rule):
        """The two under an operation, as a function of the arguments of both."""
        both = object.__new__(Printed)
        both.args = tuple(dict.fromkeys((*self.args, *other.args)))
        both.labels = tuple(dict.fromkeys((*self.labels, *other.labels)))
        both.symbols = [Dummy(f"a{k}") for k in range(len(both.args))]
        own = dict(zip(both.args, both.symbols, strict=True))
        both.expression = rule(*[f.expression.xreplace({s: own[a] for s, a in zip(f.symbols, f.args, strict=True)})
                                 for f in (self, other)])  # fmt: skip
        return both

    def __add__(self, other):
        return self._with(other, lambda e, f: e + f)

    def __sub__(self, other):
        return self._with(other, lambda e, f: e - f)

    def __neg__(self):
        return self._with(self, lambda e, _: -e)

    def __mul__(self, other):
        return self._with(other, lambda e, f: e * f)

    def __truediv__(self, other):
        return self._with(other, lambda e, f: e / f)

    def __repr__(self):
        return f"Printed({', '.join(self.labels)}: {self.expression})"

    @property
    def numbers(self):
        """The statements by their numbers in the book, and by their labels where they have none (yet)."""
        return tuple(equation_number(label) or label for label in self.labels)

    @property
    def javascript(self):
        """The text of the function in JavaScript."""
        return javascript(self.symbols, self.expression)

    @cached_property
    def numpy(self):
        """The function of NumPy."""
        return function_of(self.expression, self.symbols, "numpy")

    def __call__(self, *values):
        return self.numpy(*values)
