"""The value of an expression at a point: one rule for each operation, entered by `evaluate` and `calculus`."""

import mpmath

from .points import Undefined, Unsettled

__all__ = ["RULES", "value", "close_to_zero", "whole"]

RULES = {}


def value(e, p, env):
    """The number that e is at the point p, with bound names as in env; raises where there is none."""
    return RULES[e.op](e.args, p, env)


def close_to_zero(v, p):
    """Whether a number is 0; raises where rounding leaves that open."""
    if v == 0:
        return True
    if abs(v) < (1e-11 if p.m is mpmath.fp else p.m.mpf(10) ** (8 - p.m.dps)):
        raise Unsettled("too near to zero")
    return False


def whole(v):
    """A value as a whole number."""
    v = v.real if hasattr(v, "imag") else v
    if not abs(v) < 1e9:
        raise Unsettled("an index without bound")
    k = round(float(v))
    if abs(v - k) > 1e-9:
        raise Undefined("an index that is no whole number")
    return k
