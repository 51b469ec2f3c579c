"""Averages of what is not known of a bound vector z, as letters: E or ∫ of a kernel times a word, a column or an outer product.

What does not hold z stands outside of the letter, so that averages are linear. A measure is ("∫",), or ("E", mean, covariance)
for the normal law, each as a sorted tuple of the pairs of a sum of words.
"""

from sympy import Mul, S

from .algebra import scaled, side, turned
from .words import Base, joined, key_text, letter, order, transposed, turned_key, word_order

__all__ = ["Averages"]


class Averages:
    """A part of the algebra."""

    def average_of_number(self, kernel, z, measure):
        """Of a product that holds z throughout, or of 1."""
        if kernel == 1 and measure[0] == "E":
            return S.One
        found = self.linear_average(kernel, z, measure)
        return self.atom((measure[0], z, kernel, *measure[1:]), f"{measure[0]}[{kernel}]", real=True) if found is None else found

    def linear_average(self, kernel, z, measure):
        """Where one factor alone is a form or a trace with something of z in one place: that with the average in this place."""
        factors = Mul.make_args(kernel)
        for k, s in enumerate(factors):
            data = self.data.get(s, ("",))
            rest = Mul(*factors[:k], *factors[k + 1 :])
            if data[0] == "q" and not self.holds(data[1], z):
                return self.times({("r", data[1], ()): S.One}, self.average_of_key(("c", *data[2:]), rest, z, measure))[1]
            if data[0] == "q" and not self.holds(data[3], z):
                return self.times({("r", data[3], ()): S.One}, self.average_of_key(("c", transposed(data[2]), data[1]), rest, z, measure))[1]
            if data[0] == "tr":
                least = data[1]
                start = next(j for j, x in enumerate(least) if self.holds(x, z))
                word = (*least[start:], *least[:start])
                return self.trace(self.average_of_key(("w", word), rest, z, measure), side(word[0], 0))
        return None

    def average_of_key(self, key, kernel, z, measure):
        """Of a kernel times a word, column, row or outer product: a sum of words."""
        if not any(self.holds(part, z) for part in key[1:]):
            return scaled({key: S.One}, self.average_of_number(kernel, z, measure))
        if key[0] == "r":
            return turned(self.average_of_key(("c", transposed(key[2]), key[1]), kernel, z, measure))
        if key[0] == "w":
            start, end = self._core(key[1], z)
            left, core, right = key[1][:start], key[1][start:end], key[1][end:]
            back = transposed(core)
            flip = word_order(back) < word_order(core)
            made = self._averaged(("w", back if flip else core), kernel, z, measure, side(core[-1 if flip else 0], 1 if flip else 0),
                                  side(core[0 if flip else -1], 0 if flip else 1), back == core)  # fmt: skip
            return {("w", joined(joined(left, (letter(made, flip),)), right)): S.One}
        if key[0] == "c":
            return self._average_of_column(key, kernel, z, measure)
        if order(turned_key(key)) < order(key):
            return turned(self.average_of_key(turned_key(key), kernel, z, measure))
        _, word, v, u, end = key
        if not self.holds((word, v), z):
            return self.times({("c", word, v): S.One}, self.average_of_key(("r", u, end), kernel, z, measure))[0]
        if not self.holds((u, end), z):
            return self.times(self.average_of_key(("c", word, v), kernel, z, measure), {("r", u, end): S.One})[0]
        start, stop = self._core(word, z)[0], self._core(end, z)[1]
        core = ("o", word[start:], v, u, end[:stop])
        rows = side(word[start], 0) if word[start:] else v.rows
        columns = side(end[stop - 1], 1) if stop else u.rows
        made = self._averaged(core, kernel, z, measure, rows, columns, False)
        return {("w", joined(joined(word[:start], (letter(made),)), end[stop:])): S.One}

    def _average_of_column(self, key, kernel, z, measure):
        _, word, v = key
        if not self.holds(v, z):
            return self.times(self.average_of_key(("w", word), kernel, z, measure), {("c", (), v): S.One})[0]
        start = self._core(word, z)[0]
        rows = side(word[start], 0) if word[start:] else v.rows
        return {("c", word[:start], self._averaged(("c", word[start:], v), kernel, z, measure, rows, S.One, False)): S.One}

    def _core(self, word, z):
        """(start, end) of the part of a word from the first letter that holds z to the last; (n, 0) if there is none."""
        held = [k for k, x in enumerate(word) if self.holds(x, z)]
        return (held[0], held[-1] + 1) if held else (len(word), 0)

    def _averaged(self, core, kernel, z, measure, rows, columns, symmetric):
        name = f"{measure[0]}[{'' if kernel == 1 else f'{kernel}*'}{key_text(core)}]"
        return Base(name, rows, columns, frozenset(["symmetric"] if symmetric else []), ("averaged", z, kernel, core, *measure))
