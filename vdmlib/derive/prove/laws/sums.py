"""Sums over an index: their ends written out, what is left of them one generator a monomial."""

import sympy
from sympy import Integer, S

from ...errors import NotDecided
from ...nodes.expressions import plain
from ...nodes.times import fresh_index
from .chains import at_time, latest
from .integrate import Integrals
from .polynomials import add, const, gen, mul, scale

__all__ = ["Sums", "FIRST", "LAST"]

FIRST, LAST = 3, -2  # sums up to T are kept as Σ from 3 to T − 2, their ends written out


class Sums(Integrals):
    """Sums and products over an index in normal form."""

    def summation(self, e):
        *inner, (index, lo, hi) = e.limits
        body = sympy.Sum(e.function, *inner) if inner else e.function
        return self.ranged(lo, hi, lambda t, normaliser: normaliser.poly(body.subs(index, t)))

    def product(self, e):
        *inner, (index, lo, hi) = e.limits
        if plain(hi - lo).is_Integer:
            body = sympy.Product(e.function, *inner) if inner else e.function
            out = const(S.One)
            for k in range(int(plain(hi - lo)) + 1):
                out = mul(out, self.poly(body.subs(index, lo + k)))
            return out
        raise NotDecided(f"a product with a symbolic number of factors can stand in a log: {e}")

    def ranged(self, lo, hi, make):
        """Σ_{t=lo}^{hi} make(t, normaliser), with the terms near either end written out.

        What is left of a sum up to T runs from 3 to T − 2, well inside the chain, so that every order of
        times in it is settled and equal sums look equal. Right for T ≥ 4, by 1 + 2 + (3 … T−2) + (T−1) + T.
        """
        lo, hi = plain(lo), plain(hi)
        if (hi - lo).is_Integer:
            return add(*[make(lo + k, self) for k in range(int(hi - lo) + 1)])
        tops = hi.free_symbols & set(self.times.least)
        if not lo.is_Integer or len(tops) != 1 or not (hi - (top := next(iter(tops)))).is_Integer:
            undeclared = sorted(str(s) for s in hi.free_symbols - set(self.times.least))
            how = f"give the least value of {undeclared[0]}, as in times={{{undeclared[0]}: 1}}" if undeclared else "write it so"
            raise NotDecided(f"a sum from {lo} to {hi} must start at a number and end at a length plus a number: {how}")
        out = [make(Integer(k), self) for k in range(int(lo), FIRST)]
        out += [scale(make(Integer(k), self), S.NegativeOne) for k in range(FIRST, int(lo))]
        above = int(hi - top)
        out += [make(top + k, self) for k in range(LAST + 1, above + 1)]
        out += [scale(make(top + k, self), S.NegativeOne) for k in range(above + 1, LAST + 1)]
        t = fresh_index(self.depth)
        out.append(self.sum_of(make(t, self.inside(t, FIRST, top + LAST)), t, top))
        return add(*out)

    def sum_of(self, body, t, top):
        """The inner part of a sum, one generator a monomial, each moved so that its latest time is t."""
        out = []
        for mono, c in body.items():
            late = latest(mono, t)
            moved, factor = (at_time(mono, t, t - late), at_time(c, t, t - late)) if late else (mono, c)
            fixed, factor = sympy.sympify(factor).as_independent(t, as_Add=False)
            out.append(scale(gen(("sum", t, Integer(FIRST), top + LAST, frozenset({(moved, factor)}))), fixed))
            for k in range(min(late, 0), max(late, 0)):  # Σ from 3 + late to T − 2 + late, against Σ from 3 to T − 2
                for start, sign in ((FIRST, 1), (top + LAST + 1, -1)):
                    time = start + k - late
                    out.append({at_time(mono, t, time): (sign if late < 0 else -sign) * at_time(c, t, time)})
        return add(*out)
