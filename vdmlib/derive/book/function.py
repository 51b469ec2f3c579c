"""A displayed expression as a numerical function: the object that the library is tested against."""

import sympy
from sympy import Dummy

from ..compute.evaluator import carried_out
from ..errors import DerivationError
from ..nodes.expressions import plain
from ..nodes.subject import about_gaussians, about_laws
from ..show.text import text

__all__ = ["function_of"]


def function_of(e, args, modules):
    """An expression as a numerical function of scalars and arrays, with the shape that all arguments have together.

    modules: "numpy" or "jax".
    """
    if about_laws(e):
        raise DerivationError(f"{text(e)} speaks of undetermined laws and has no numerical value; take a line without densities")
    if about_gaussians(e):
        e = carried_out(e)
    args = [plain(a) for a in args]
    own = {a: Dummy(f"a{k}") for k, a in enumerate(args)}  # an argument may be α_t or ᾱ_t
    e, args = plain(e).doit().xreplace(own), list(own.values())
    missing = e.free_symbols - set(args)
    if missing:
        raise DerivationError(f"{e} also depends on {', '.join(sorted(map(str, missing)))}; name them as arguments")
    f = sympy.lambdify(args, e, modules=modules)
    numpy = f.__globals__["jax"].numpy if modules == "jax" else f.__globals__["numpy"]

    def spread(*given):
        value, shape = f(*given), numpy.broadcast_shapes(*map(numpy.shape, given))
        # Where an argument does not stand in the expression, the value lacks its shape.
        return value if numpy.shape(value) == shape else numpy.array(numpy.broadcast_to(value, shape))

    return spread
