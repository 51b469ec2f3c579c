"""Expressions with sizes |u| in them, by the sign of u: what holds in every case holds."""

import sympy
from sympy import Dummy

from ..compute.kinks import by_size

__all__ = ["cases"]

MOST = 3  # sizes that are looked at: twice as many cases each


def cases(e):
    """An expression without |u|, max and min of two, once for each way in which the signs of their arguments can be; [e] where it has none."""
    if not e.has(sympy.Abs, sympy.Max, sympy.Min):
        return [e]
    e = e.replace(lambda a: isinstance(a, (sympy.Max, sympy.Min)) and len(a.args) == 2, by_size)
    return _cases(e, MOST)


def _cases(e, most):
    within = _bound(e)
    sizes = [a for a in e.atoms(sympy.Abs) if a.args[0].is_extended_real and not a.free_symbols & within]
    sizes.sort(key=lambda a: (a.count_ops(), sympy.default_sort_key(a)))
    if not sizes or not most:
        return [e]
    u = sizes[0].args[0]
    return [c for sign in (1, -1) for c in _cases(_put(e, u, sign), most - 1)]


def _bound(e):
    """The symbols that an integral, a sum or a limit binds: they have no sign of their own."""
    return set().union(*[set().union(*[b.free_symbols for b in a.args]) - a.free_symbols for a in sympy.preorder_traversal(e) if a.args])


def _put(e, u, sign):
    """The expression where u has this sign: u = ±d with d ≥ 0, for itself or by one of its symbols."""
    d = Dummy("d", nonnegative=True)
    if not u.args or u.is_Function:
        return e.xreplace({u: sign * d})
    for s in sorted((s for s in u.free_symbols if not s.is_integer and s.is_real), key=sympy.default_sort_key):
        k = sympy.expand(u).coeff(s, 1)
        rest = sympy.expand(u - k * s)
        if not k.is_Rational or k == 0 or rest.has(s):
            continue
        value = sympy.expand((sign * d - rest) / k)
        if value.is_nonnegative if s.is_nonnegative else not s.is_nonpositive:
            return e.subs(s, value)
    return e.xreplace({sympy.Abs(u): sign * u})
