"""|u|, √u², max and min, written as what they are where the sign of what they turn on is known."""

import sympy

from ..nodes.expressions import Factors, Power, Terms, plain
from ..nodes.laws import At, Block, Density, Law, Variable
from ..nodes.normal import N
from .signs import speaks_of_laws

__all__ = ["by_sign"]

_BINDERS = (sympy.Integral, sympy.Sum, sympy.Product, sympy.Derivative, sympy.Limit, sympy.Subs)


def by_sign(e, premises):
    """The expression with every |u|, (u²)^(n/2), max and min resolved that what is known of the signs settles.

    What stands under a binder is left: there a symbol of the facts may be another one.
    """
    if not e.has(sympy.Abs, sympy.Max, sympy.Min, Power, sympy.Pow):
        return e

    def sign(u):
        if speaks_of_laws(u):
            return 0
        return 1 if premises.nonnegative(u) else -1 if premises.holds(Factors(-1, u), ">=") else 0

    def times(k, u):
        return u if k == 1 else Factors(-1, u)

    def walk(e):
        if isinstance(e, (Law, Variable, At, Block, Density, N, *_BINDERS)) or hasattr(e, "bound") or not e.args:
            return e
        args = [walk(a) if isinstance(a, sympy.Basic) else a for a in e.args]
        if isinstance(e, sympy.Abs):
            k = sign(args[0])
            return times(k, args[0]) if k else e.func(*args)
        if isinstance(e, (Power, sympy.Pow)):
            base, n = args
            if plain(n).is_Rational and plain(n).q == 2 and isinstance(base, (Power, sympy.Pow)) and plain(base.args[1]).is_even:
                k = sign(base.args[0])
                if k:
                    return Power(times(k, base.args[0]), plain(n) * plain(base.args[1]))
        if isinstance(e, (sympy.Max, sympy.Min)):
            return _extreme(e.func, args, sign)
        return e.func(*args) if tuple(args) != e.args else e

    return walk(e)


def _extreme(kind, args, sign):
    """Max or Min without the arguments that are known to be beaten by another."""
    left = list(args)
    for u in args:
        others = [v for v in left if v is not u]
        better = (lambda v: Terms(v, Factors(-1, u))) if kind is sympy.Max else (lambda v: Terms(u, Factors(-1, v)))
        if u in left and any(sign(better(v)) == 1 for v in others):
            left.remove(u)
    return left[0] if len(left) == 1 else kind(*left) if len(left) < len(args) else kind(*args)
