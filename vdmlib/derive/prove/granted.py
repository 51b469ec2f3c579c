"""What a line takes for granted of improper integrals and endless sums."""

import sympy

from ..nodes.expressions import plain
from ..nodes.functionals import Over
from ..nodes.total import Total
from .convergence import improper, surely_small
from .domain import presupposed

__all__ = ["convergence"]


def convergence(sides, functions):
    """In words, what a line takes for granted of its improper integrals and endless sums: that they exist, and the rules for them.

    functions: whether the line speaks of functions that are not given.
    """
    integrals, sums, slopes = False, False, False
    for e in (a for side in sides for a in sympy.preorder_traversal(side)):
        if isinstance(e, (sympy.Integral, Over)):
            integrals = integrals or not settled(e, functions)
        elif isinstance(e, (sympy.Sum, sympy.Product)):
            sums = sums or not settled(e, functions)
        elif isinstance(e, (sympy.Derivative, Total)):
            by = set(e.variables) if isinstance(e, sympy.Derivative) else set(e.args[1:])
            slopes = slopes or any(a.free_symbols & by and not settled(a, True) for a in e.args[0].atoms(sympy.Integral, sympy.Sum, Over))
    what = [w for w, there in (("integrals", integrals), ("sums", sums)) if there]
    what = what or ["integrals"] * slopes
    out = [f"{' and '.join(what)} that converge"] if what else []
    out += ["each term of them spread out by itself"] if out and functions else []
    return out + [f"and may be differentiated under the {'sum' if what == ['sums'] else 'integral'}"] if slopes else out


def settled(e, functions):
    """Whether nothing is taken for granted of an integral or a sum: its ends are ordinary, or it speaks of nothing that is open."""
    if isinstance(e, Over):
        return not functions
    if not functions and not e.free_symbols:
        return True
    if not functions:
        ends = improper(e, list(presupposed(e.function)) if isinstance(e, sympy.Integral) else ())
        return all(end.is_infinite and surely_small(e.function, x, way) for x, end, way in ends)
    if isinstance(e, sympy.Integral):
        return not improper(e, list(presupposed(e.function)))
    return not any(plain(end).is_infinite for limit in e.limits for end in limit[1:])
