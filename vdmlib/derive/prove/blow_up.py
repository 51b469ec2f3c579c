"""Slopes that grow faster than the function: f′ = P(f) with P of degree 2 or more.

Beyond the last zero of P a solution is infinite within finite time, one way or the other along the line: a fact for every u
has no solutions there to speak of.
"""

import sympy
from sympy import S

from ..errors import DerivationError
from ..nodes.hypotheses import Condition
from .slopes_and_values import points_of, signs_of, slopes

__all__ = ["stays_finite"]


def stays_finite(premises, facts, values):
    """An error where a fact leaves no function, or constants alone; that values at points lie between its bounds is added to what must hold."""
    for s in [s for f in facts if f.relation == "=" for s in slopes(f) if s.sign == 1 and s.n == 1]:
        ends = list(_ends(s, premises))
        if not ends:
            continue
        constant = len(ends) == 2 and not (ends[1][1] - ends[0][1]).is_positive
        none = any(end.is_infinite for _, end in ends)
        if constant or none or any(premises.holds(way * (end - s.f), ">=", ((s.u, None, None),)) for way, end in ends):
            which = "" if none else " that is not constant"
            raise DerivationError(f"{s.why}, with what else is given, leaves no {s.f}{which}: each is infinite at some {s.u}")
        for value in points_of(s, facts, values, premises).values():
            for way, end in ends:
                premises.add(Condition(way * (value - end), ">=", S.Zero, (), s.why))


def _ends(s, premises):
    """(1, lowest) and (−1, highest) value of a solution, as far as there are such bounds."""
    x = sympy.Dummy(real=True)
    slope = s.bound.subs(s.f, x)
    if slope.has(s.u) or not slope.is_polynomial(x) or sympy.degree(slope, x) < 2:
        return
    p = sympy.Poly(slope, x)
    rising = 1 if premises.holds(p.LC(), ">") else -1 if premises.holds(-p.LC(), ">") else 0
    monic = p.monic().as_expr()
    if not rising or monic.free_symbols != {x}:
        return
    zeros = sorted(set(sympy.real_roots(monic, x)))
    ways = set(signs_of(s.u)) or {1, -1}  # along which the line goes on for ever
    if rising * (-1) ** (p.degree() + 1) in ways:  # along which far below the slope leads further down
        yield 1, zeros[0] if zeros else S.Infinity
    if rising in ways:
        yield -1, zeros[-1] if zeros else S.NegativeInfinity
