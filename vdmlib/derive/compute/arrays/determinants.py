"""Determinants of sums of words, and their logarithms: det(1 + AB) is det(1 + BA)."""

import sympy
from sympy import Add, S, exp, log

from .algebra import Algebra, side, turned
from .words import congruence, cyclic, inverted, is_square_word, joined, key_text, order, transposed, word_order, word_text

__all__ = ["Determinants"]


class Determinants(Algebra):
    """The algebra with determinants, each a symbol of its own."""

    def det(self, a, d):
        """The determinant of a sum of words of size d×d."""
        a = self.normal(a)
        positive = self.positive_when(a)
        if positive == []:
            return exp(self.log_det(a, d))
        if not a:
            return S.Zero
        outer = self.without_an_outer(a)
        if outer is not None:
            return self.det(outer[0], d) * self.one_plus(outer, d)
        if len(a) == 1:
            ((key, c),) = a.items()
            if key[0] == "w":
                return c**d * self.det_of_word(key[1])
            return S.Zero if d != 1 and not d.is_Symbol else self.atom(("det", key), f"det({key_text(key)})") * c**d
        if len(a) == 2 and a.get(("w", ()), S.Zero).is_nonzero:
            ((word, c),) = ((key[1], c) for key, c in a.items() if key != ("w", ()))
            first = a["w", ()]
            return first**d * self._det_one_plus(c / first, word)
        base, _, _ = self.opaque(a, d, 1)
        other = self.opaque(turned(a), d, 1)[0]
        base = min(base, other)
        return self.atom(("det", base), f"det{base.name}")

    def _det_one_plus(self, c, word):
        """det(1 + c W), which is that of 1 + c times any rotation of W or of its transpose."""
        c, least = sympy.cancel(c), cyclic(word)
        return self.atom(("det 1 +", c, least), f"det(1 + {'' if c == 1 else f'({c})*'}{word_text(least)})", real=True)

    def det_of_word(self, word):
        out, block = S.One, ()
        for x in word:
            block = (*block, x)
            if side(block[0], 0) == side(x, 1):
                out *= self._det_of_block(block)
                block = ()
        return out

    def _det_of_block(self, block):
        if len(block) == 1:
            base, _, power = block[0]
            if "positive" in base.traits:
                return exp(power * self.atom(("log det", base), f"log|det({base.name})|"))
            if base.what[:1] == ("sum",):
                return self.det(dict(base.what[1]), base.rows) ** power
            return self.atom(("det", base), f"det({base.name})") ** power
        block = min(block, transposed(block), key=word_order)
        return self.atom(("det", block), f"det({word_text(block)})")

    def log_det(self, a, d):
        """log|det a| of a sum of words: the logarithm of the determinant where that is positive."""
        a = self.as_word(a)
        if len(a) == 1:
            ((key, c),) = a.items()
            if key[0] == "w" and is_square_word(key[1]):
                sure = c.is_positive or congruence(key[1]) == "definite"  # of a positive definite matrix, so c > 0
                return d * log(c if sure else sympy.Abs(c)) + self._log_det_of_word(key[1])
        outer = self.without_an_outer(a)
        if outer is not None:
            factor = self.one_plus(outer, d)
            return self.log_det(outer[0], d) + log(factor if self.positive_when(a) == [] else sympy.Abs(factor))
        plain = [key for key in a if key[0] == "w" and (not key[1] or len(key[1]) == 1 and "positive" in key[1][0][0].traits)]
        if len(a) == 2 and plain and all(key[0] == "w" for key in a):
            first = min(plain, key=order)
            (other,) = [key for key in a if key != first]
            if a[first].is_positive:
                w = joined(inverted(first[1]), other[1])
                return d * log(a[first]) + self._log_det_of_word(first[1]) + self._one_plus(a[other] / a[first], w, d)
        base = min(self.opaque(a, d, 1)[0], self.opaque(turned(a), d, 1)[0])
        return self.atom(("log det", base), f"log|det{base.name}|")

    def _log_det_of_word(self, word):
        """log|det W| of a word of square letters."""
        out = []
        for base, _, power in word:
            if base.what[:1] == ("sum",):
                out.append(power * self.log_det(dict(base.what[1]), base.rows))
            else:
                out.append(power * self.atom(("log det", base), f"log|det({base.name})|"))
        return Add(*out)

    def _one_plus(self, c, word, d):
        """log|det(1 + c W)|, which is that of 1 + c times any rotation of W or of its transpose, and related to 1 + (cW)⁻¹."""
        least = cyclic(word)
        c = sympy.cancel(c)
        letters = all(base.square and "positive" in base.traits for base, _, _ in word)
        if letters and c.is_positive:
            back = cyclic(inverted(word))
            if word_order(back) < word_order(least):
                return d * log(c) + self._log_det_of_word(word) + self._one_plus(1 / c, back, d)
        return self.atom(("log det 1 +", c, least), f"log|det(1 + {'' if c == 1 else f'({c})*'}{word_text(least)})|")
