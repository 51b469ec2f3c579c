"""Functions with kinks: |u|, Max and Min."""

from sympy import Abs, DiracDelta, Heaviside, Max, S, sign

__all__ = ["slope", "by_size"]


def slope(e, v):
    """The derivative by v where nothing that depends on v is at its kink: sgn u is |u|/u there, and does not change."""
    out = e.diff(v)
    if not out.has(sign, Heaviside, DiracDelta):
        return out
    if not e.has(DiracDelta):
        out = out.replace(lambda a: isinstance(a, DiracDelta) and a.has(v), lambda a: S.Zero)
    out = out.replace(lambda a: isinstance(a, Heaviside) and a.has(v), lambda a: (1 + _sgn(a.args[0])) / 2)
    return out.replace(lambda a: isinstance(a, sign) and a.has(v), lambda a: _sgn(a.args[0]))


def _sgn(u):
    return Abs(u) / u


def by_size(e):
    """Max(a, b) as (a + b + |a − b|)/2, Min(a, b) as (a + b − |a − b|)/2; of several, one after the other."""
    way = 1 if isinstance(e, Max) else -1
    out, *rest = e.args
    for b in rest:
        out = (out + b + way * Abs(out - b)) / 2
    return out
