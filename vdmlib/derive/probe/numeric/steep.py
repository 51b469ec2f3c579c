"""Integrands that grow without bound at an end of their range, or far out: some of them too fast for an integral to exist."""

import sympy

from ...nodes.expressions import Frac, Power, plain
from ..result import Infinite
from .peaks import NO_VALUE

__all__ = ["may_be_steep", "must_be_finite", "must_not_grow", "narrow_at_an_end"]

POLES = sympy.tan, sympy.cot, sympy.sec, sympy.csc, sympy.coth, sympy.csch, sympy.gamma


def must_be_finite(w, f, a, b):
    """Infinite, where f is as large as c/u at a distance u from an end, however near."""
    for end, way in ((a, b - a), (b, a - b)):
        try:
            sizes = [abs(f(end + way * w.ctx.mpf(10) ** -k)) * w.ctx.mpf(10) ** -k for k in (8, 14, 20, 26)]
        except NO_VALUE:
            continue
        if sizes[0] > 0 and all(s > sizes[0] * w.ctx.mpf("0.99") for s in sizes):
            raise Infinite("an integral does not converge")


def narrow_at_an_end(w, f, a, b, value):
    """Whether f is so large close to an end that more lies there than the value found: a rule with few points has missed it."""
    for end, way in ((a, b - a), (b, a - b)):
        for k in (3, 5, 8, 12, 17, 24, 36):
            part = w.ctx.mpf(10) ** -k
            try:
                if abs(f(end + way * part)) * abs(way) * part > abs(value):
                    return True
            except NO_VALUE:
                break
    return False


def may_be_steep(e):
    """Whether there is a quotient in an expression, a power that is no fixed one, or a function with poles."""
    powers = (a for a in sympy.preorder_traversal(e) if isinstance(a, (sympy.Pow, Power)) and a.args[0] is not sympy.S.Exp1)
    exponents = (plain(a.args[1]) for a in powers)
    return e.has(Frac, *POLES) or any(not (n.is_number and n.is_nonnegative and n < 40) for n in exponents)


def must_not_grow(w, f, found, ways):
    """Infinite, where f grows beyond its outermost centre, on and on."""
    far = max(abs(c) + 8 * s for c, s in found)
    for way in ways:
        try:
            sizes = [abs(f(way * far * 2**k)) for k in range(10)]
        except NO_VALUE:
            continue
        if all(b > a for a, b in zip(sizes[-6:], sizes[-5:])) and sizes[-1] > 1:
            raise Infinite("an integral does not converge")
