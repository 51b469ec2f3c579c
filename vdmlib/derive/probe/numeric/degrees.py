"""Degrees of expressions as polynomials of vectors, by which a rule of integration is chosen."""

import sympy
from sympy.core.function import AppliedUndef

from ...nodes.arrays import Inner, Norm, Trace, Transpose
from ...nodes.expressions import Factors, Frac, Power, Terms
from ...nodes.fields import FieldValue, Operator
from ...nodes.functionals import Expectation, Functional, law_factors
from ...nodes.normal import N
from ...nodes.walk import walk

__all__ = ["degree", "log_degree"]

DRAWN = 3  # the degree of a field that is drawn, in each of its arguments


def degree(e, of):
    """A degree that an expression has at most as a polynomial, where letters have the degrees given; None for no polynomial."""
    e = sympy.sympify(e)
    if e in of:
        return of[e]
    if not any(a in of for a in walk(e)):
        return 0
    if isinstance(e, (Terms, sympy.Add)):
        return _most([degree(a, of) for a in e.args])
    if isinstance(e, (Factors, sympy.Mul, Inner)):
        return _total([degree(a, of) for a in e.args])
    if isinstance(e, Frac):
        return degree(e.args[0], of) if degree(e.args[1], of) == 0 else None
    if isinstance(e, (Transpose, Trace, Operator, sympy.Derivative)):  # a derivative lowers it
        return degree(e.args[0], of)
    if isinstance(e, (AppliedUndef, FieldValue)):  # drawn of the third degree, of the fourth where it is positive
        inner = _most([degree(a, of) for a in (e.places if isinstance(e, FieldValue) else e.args)])
        return None if inner is None else (DRAWN + bool(e.is_positive)) * inner
    if isinstance(e, (Power, sympy.Pow)) and e.args[1].is_Integer and e.args[1] > 0:
        base, n = e.args
        if isinstance(base, Norm):
            base, n = base.args[0], n if n % 2 == 0 else None
        return None if n is None else _total([degree(base, of)] * int(n))
    if isinstance(e, sympy.log):
        return log_degree(e.args[0], of)
    if isinstance(e, Expectation):
        inner = {f.args[0]: degree(f.args[1], of) for f in law_factors(e.law)}
        return None if None in inner.values() or any(degree(f.args[2], of) for f in law_factors(e.law)) else degree(e.body, {**of, **inner})
    if isinstance(e, Functional) and all(isinstance(a, N) for a in e.args):
        return _most([log_degree(a, of) for a in e.args])
    return None


def log_degree(u, of):
    if isinstance(u, N):
        x, mean, cov = (degree(a, of) for a in u.args)
        return None if cov or None in (x, mean, cov) else 2 * max(x, mean)
    if isinstance(u, (Factors, sympy.Mul, Frac)):
        return _most([log_degree(a, of) for a in u.args])
    if isinstance(u, sympy.exp):
        return degree(u.args[0], of)
    return 0 if degree(u, of) == 0 else None


def _most(degrees):
    return None if None in degrees else max(degrees)


def _total(degrees):
    return None if None in degrees else sum(degrees)
