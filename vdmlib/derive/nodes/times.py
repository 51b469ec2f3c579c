"""Which of two symbolic times comes first: 0 < 1 ≤ t ≤ T, decided for affine indices."""

from sympy import Symbol

from .expressions import plain


class Times:
    """What is known of the symbols in indices: integer lower bounds, and ranges of summation indices."""

    def __init__(self, least=None, ranges=None):
        self.least = {plain(k): v for k, v in (least or {}).items()}
        self.ranges = dict(ranges or {})

    def within(self, index, lo, hi):
        """The same knowledge with one more summation index, lo ≤ index ≤ hi."""
        return Times(self.least, {**self.ranges, plain(index): (plain(lo), plain(hi))})

    def sign(self, difference):
        """−1, 0 or 1 where the sign holds for all admitted values; None where it is not settled."""
        d = plain(difference).expand()
        if d.is_Integer:
            return int(bool(d > 0)) - int(bool(d < 0))
        low, high = self._extreme(d, -1), self._extreme(d, +1)
        if low is not None and low > 0:
            return 1
        if high is not None and high < 0:
            return -1
        return 0 if d == 0 else None

    def _extreme(self, d, way):
        """Smallest (way −1) or largest (+1) value over the ranges; None where it is unbounded."""
        for index, (lo, hi) in reversed(list(self.ranges.items())):
            c = d.coeff(index)
            if c.is_Integer and c != 0:
                d = d.subs(index, hi if (c > 0) == (way > 0) else lo).expand()
        for s in list(d.free_symbols):
            c = d.coeff(s)
            if s not in self.least or not c.is_Integer or c * way > 0:
                return None
            d = d.subs(s, self.least[s]).expand()
        return d if d.is_Integer else None


def fresh_index(depth):
    """The canonical name of the summation index at a nesting depth."""
    return Symbol(f"_t{depth}", integer=True)


__all__ = ["Times", "fresh_index"]
