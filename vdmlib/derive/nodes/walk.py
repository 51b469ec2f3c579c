"""Walks through an expression: what it holds, and which random variables are free in it."""

import sympy

from .functionals import Expectation, Functional, Over
from .laws import At, Block, Density, Law, Variable

__all__ = ["walk", "has", "atoms", "free", "drawn_by", "bound_in", "ordered_terms", "without_open_numbers"]


def walk(e):
    """Every part of an expression, itself first."""
    stack = [e]
    while stack:
        a = stack.pop()
        yield a
        stack.extend(getattr(a, "args", ()))


def has(e, kinds):
    """Whether some part of an expression is of these kinds."""
    return any(isinstance(a, kinds) for a in walk(e))


def atoms(e, kinds):
    """The parts of an expression that are of these kinds."""
    return {a for a in walk(e) if isinstance(a, kinds)}


def ordered_terms(e):
    """The terms of a sum of SymPy's in its order. SymPy would evaluate every number in it, an integral too, to find it."""
    e, held = without_open_numbers(e)
    return [t.xreplace(held) for t in e.as_ordered_terms()]


def without_open_numbers(e):
    """(the expression, {symbol: what it stands for}), with symbols for integrals, sums and limits that are numbers."""
    numbers = [a for a in e.atoms(sympy.Integral, sympy.Sum, sympy.Product, sympy.Limit) if a.is_number] if isinstance(e, sympy.Basic) else ()
    held = {a: sympy.Dummy(type(a).__name__, real=True) for a in sorted(numbers, key=sympy.srepr)}
    return (e.xreplace(held), {s: a for a, s in held.items()}) if held else (e, {})


def drawn_by(e):
    """The random variables that an expectation, a sum over outcomes, an integral or a functional binds."""
    if isinstance(e, (Expectation, Over)):
        return e.bound
    law = e.args[0]
    return law.left if isinstance(law, Density) else (law.args[0],)


def free(e):
    """The random variables of an expression that nothing in it binds; a block counts as one."""
    if isinstance(e, Law):
        return set()
    if isinstance(e, (Variable, At, Block)):
        return {e}
    out = set().union(*[free(a) for a in getattr(e, "args", ())])
    return out - set(drawn_by(e)) if isinstance(e, (Expectation, Over, Functional)) else out


def bound_in(e, s):
    """Whether a sum, product, integral, limit or substitution somewhere in an expression binds this symbol."""
    for a in walk(e):
        if isinstance(a, (sympy.Integral, sympy.Sum, sympy.Product)) and s in [limit[0] for limit in a.limits]:
            return True
        if isinstance(a, sympy.Limit) and a.args[1] == s or isinstance(a, sympy.Subs) and s in a.variables:
            return True
    return False
