"""Declared ranges: `between=(0, 1)` for what lies between the ends, `between=[0, 1]` for what may reach them.

A range is part of what a symbol or a function is: SymPy keeps it as one more property, under a name that holds the ends.
"""

from dataclasses import dataclass

import sympy
from sympy import Symbol

from ..errors import DerivationError

__all__ = ["Range", "properties", "range_in", "range_of"]

_PREFIX = "between "
_RANGES = {}  # name of the property: the range


@dataclass(frozen=True)
class Range:
    """What lies between lo and hi; closed: or is one of them."""

    lo: object
    hi: object
    closed: bool

    def __str__(self):
        return f"[{self.lo}, {self.hi}]" if self.closed else f"({self.lo}, {self.hi})"


def properties(between, name):
    """What `between=` says of a symbol or a function, as SymPy's properties; the ends are plain expressions."""
    if not isinstance(between, (tuple, list)) or len(between) != 2:
        raise DerivationError(f"between= gives two ends, as in between=(0, 1), or between=[0, 1] with both ends included, not {between!r}")
    lo, hi = map(sympy.sympify, between)
    for end in (lo, hi):
        if not isinstance(end, sympy.Expr) or end.is_infinite or end.is_real is not True:
            raise DerivationError(f"an end of a range is a real number, and that of {name} is {end}: for one end alone there are positive=True and facts")
        if any(s.name == name for s in end.free_symbols):
            raise DerivationError(f"the range of {name} holds {name} itself")
    if (hi - lo).is_positive is not True and ((hi - lo).is_number or (hi - lo).is_nonpositive):
        raise DerivationError(f"nothing lies between {lo} and {hi}: the lower end comes first")
    found = Range(lo, hi, isinstance(between, list))
    key = f"{_PREFIX}{'closed' if found.closed else 'open'} {sympy.srepr(lo)}, {sympy.srepr(hi)}"
    _RANGES[key] = found
    if lo.is_positive or lo.is_nonnegative and not found.closed:
        sign = "positive"
    elif hi.is_negative or hi.is_nonpositive and not found.closed:
        sign = "negative"
    else:
        sign = "nonnegative" if lo.is_nonnegative else "nonpositive" if hi.is_nonpositive else "real"
    return {sign: True, key: True}


def range_in(assumptions):
    """The range among properties; None if there is none."""
    key = next((k for k in assumptions if k.startswith(_PREFIX)), None)
    return None if key is None else _RANGES[key]


def range_of(e):
    """The range that is declared of a symbol, or of the values of an applied function; None if none is."""
    if isinstance(e, Symbol):
        return range_in(e._assumptions_orig)
    return range_in(e.func._kwargs) if isinstance(e, sympy.core.function.AppliedUndef) else None
