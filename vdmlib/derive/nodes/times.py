"""Which of two symbolic times comes first: 0 < 1 ≤ t ≤ T, decided for affine indices."""

from sympy import Symbol

from ..errors import DerivationError
from .expressions import plain


class Times:
    """What is known of the symbols in indices: integer lower bounds, and ranges of summation indices.

    A symbol without a bound of its own is as large as its declaration says: at least 1 if it is positive.
    In a line it is enough to write `times={T: 2}`.

    least: {symbol: its least value}.
    ranges: {index: (first, last)}, of the sums that a line stands in.

    Example: a chain of every length from 2 on
    >>> X, t = chain("x"), symbol("t", integer=True)
    >>> T = symbol("T", integer=True, positive=True)
    >>> q = Law("q", X[0:T], markov=True)
    >>> first, rest = log(q(X[1]|X[0])), Sum(log(q(X[t]|X[t-1])), (t, 2, T))
    >>> Identity("ex.times", log(q(X[1:T]|X[0])), first + rest, times={T: 2})

    Example: by name
    >>> Identity("ex.times.least", log(q(X[1:T]|X[0])), first + rest, times=Times(least={T: 3}))

    Example: `ranges`, of an index that is no index of a sum
    >>> s = symbol("s", integer=True)
    >>> alpha = Schedule("alpha")
    >>> Identity("ex.times.range", alpha.bar[s], alpha[s] * alpha.bar[s-1],
    ...     times=Times({s: 1}, ranges={s: (1, T)}))

    Refused: at length 1 there is no second step
    >>> Identity("ex.times.one", log(q(X[1:T]|X[0])),
    ...     first + log(q(X[2]|X[1])) + Sum(log(q(X[t]|X[t-1])), (t, 3, T)), times=Times(least={T: 1}))

    Refused: the range belongs to a sum from 2 on
    >>> Identity("ex.times.past", alpha.bar[s], alpha.bar[s-1], times=Times(ranges={s: (2, T)}))
    """

    def __init__(self, least=None, ranges=None):
        if least is not None and not isinstance(least, dict):
            raise DerivationError(f"times gives the least value of each length, as in times={{T: 1}}, not {least!r}")
        for k, v in (least or {}).items():
            if not isinstance(k, Symbol) or not k.is_integer:
                hint = "without quotes" if isinstance(k, str) else "with T = symbol(\"T\", integer=True)"
                raise DerivationError(f"times gives the least value of a length that is a whole number, as in times={{T: 1}} {hint}, not of {k!r}")
            if not isinstance(v, int) and not getattr(v, "is_Integer", False):
                raise DerivationError(f"times gives the least value of {k} as a whole number, as in times={{{k}: 1}}, not {v!r}")
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
        return None

    def nonnegative(self, difference):
        """Whether a difference of times is settled to be at least 0."""
        low = self._extreme(plain(difference).expand(), -1)
        return low is not None and low >= 0

    def differ(self, difference):
        """Whether a difference of times is settled not to be 0."""
        return self.sign(difference) in (1, -1) or plain(difference).expand().is_zero is False

    def _extreme(self, d, way):
        """Smallest (way −1) or largest (+1) value over the ranges; None where it is unbounded or not affine."""
        for index, (lo, hi) in reversed(list(self.ranges.items())):
            c = d.coeff(index)
            if c.is_Integer and c != 0:
                d = d.subs(index, hi if (c > 0) == (way > 0) else lo).expand()
        for s in list(d.free_symbols):
            c, least = d.coeff(s), self.least_of(s)
            if least is None or not c.is_Integer or c * way > 0 or (d - c * s).has(s):
                return None
            d = (d - c * s + c * least).expand()
        return d if d.is_Integer else None

    def least_of(self, s):
        """The least value of a symbol, as given or as declared; None where there is none."""
        if s in self.least:
            return self.least[s]
        if not s.is_integer:
            return None
        return 1 if s.is_positive else 0 if s.is_nonnegative else None


def fresh_index(depth):
    """The canonical name of the summation index at a nesting depth."""
    return Symbol(f"_t{depth}", integer=True)


__all__ = ["Times", "fresh_index"]
