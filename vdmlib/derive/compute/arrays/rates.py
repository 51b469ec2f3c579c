"""Derivatives of numbers and of sums of words by a number."""

import sympy
from sympy import Add, S

from ...errors import NotDecided
from .algebra import added, scaled, side, turned
from .determinants import Determinants
from .places import slot, words_at
from .words import Base

__all__ = ["Rates"]


class Rates(Determinants):
    """The algebra with derivatives by a symbol; fields, integrals and averages are of the classes that it is mixed with."""

    def rate(self, e, s, value_of):
        """The derivative of a number by a symbol; value_of(key): the number that a field's derivative is."""
        out = [e.diff(s)]
        for a in sorted((a for a in e.free_symbols if a in self.data), key=str):
            data = self.data[a]
            slope = e.diff(a)
            if data[0] == "field":
                key = data[1]
                if s in key[1]:
                    out.append(slope * value_of(_once_more(key, s)))
                elif any(self._holds_number(p, s) for p in key[1] if not isinstance(p, tuple)):
                    raise NotDecided(f"the derivative of {self.said(key)} by {s}")
                for k, p in enumerate(key[1]):
                    if isinstance(p, tuple) and self._holds_number(p, s):
                        moved = turned(self._rate_of_sum(words_at(p), s))
                        out.append(slope * self.times(moved, self._slope_of_number(key, slot(k, p)))[1])
            elif self._holds_number(data, s):
                out.append(slope * self._rate(data, s))
        return Add(*out)

    def _rate(self, data, s):
        if data[0] == "∫":
            return self.integral(self.rate(data[2], s, self.number_field), data[1])
        if data[0] == "E":
            return self._rate_of_average(data, s)
        if data[0] in ("log det", "log det 1 +", "det", "det 1 +") and not isinstance(data[1], tuple):
            return (self.atoms[data] if data[0].startswith("det") else S.One) * self._rate_of_log_det(data, s)
        if data[0] == "tr":
            return self.trace(self._rate_of_word(data[1], s), side(data[1][0], 0))
        if data[0] == "q" and not self._holds_number(data[1::2], s):
            _, u, word, v = data
            moved = self.times({("r", u, ()): S.One}, self._rate_of_word(word, s))[0]
            return self.times(moved, {("c", (), v): S.One})[1]
        raise NotDecided(f"the derivative of {self.atoms[data]} by {s}")

    def _rate_of_average(self, data, s):
        """d/ds E[F] = E[ṁᵀ∇F + tr(Σ̇ ∇∇F)/2 + ∂F/∂s]."""
        law, kernel = self.law_of(data), data[2]
        slope = self.gradient(kernel, law.x)
        drift = self.times(turned(self._rate_of_sum(law.mean, s)), slope)[1]
        spread = self._rate_of_sum(law.cov, s)
        spread = self.trace(self.times(spread, self.jacobian(slope, law.x))[0], law.x.rows) if spread else S.Zero
        return law.number(drift + spread / 2 + self.rate(kernel, s, self.number_field))

    def _rate_of_log_det(self, data, s):
        """d/ds log|det M| = tr(M⁻¹ dM/ds), for M = 1 + cW or the sum that a letter stands for."""
        whole, d = self._whole(data)
        return self.trace(self.times(self.inverse(whole, d), self._rate_of_sum(whole, s))[0], d)

    def _whole(self, data):
        """(the sum that a determinant is of, its size)"""
        if len(data) == 3:
            return {("w", ()): S.One, ("w", data[2]): data[1]}, side(data[2][0], 0)
        return dict(data[1].what[1]), data[1].rows

    def _rate_of_sum(self, a, s):
        out = {key: self.rate(c, s, self.number_field) for key, c in a.items()}
        for key, c in a.items():
            if not self._holds_number(key, s):
                continue
            if key[0] not in "wc" or self._holds_number(key[2:], s):
                raise NotDecided(f"the derivative of a mean or a covariance by {s}")
            moved = self._rate_of_word(key[1], s)
            out = added(out, scaled(self.times(moved, {("c", (), key[2]): S.One})[0] if key[0] == "c" else moved, c))
        return {key: c for key, c in out.items() if c != 0}

    def _rate_of_word(self, word, s):
        """The derivative of a word, letter by letter: that of an inverse M⁻¹ is −M⁻¹ dM/ds M⁻¹."""
        out = {}
        for k, (base, is_turned, power) in enumerate(word):
            if not self._holds_number(base, s):
                continue
            if base.what[:1] != ("sum",):
                raise NotDecided(f"the derivative of {base.name} by {s}")
            moved = self._rate_of_sum(dict(base.what[1]), s)
            moved = turned(moved) if is_turned else moved
            if power < 0:
                here = {("w", (word[k],)): S.One}
                moved = scaled(self.times(self.times(here, moved)[0], here)[0], -S.One)
            before, after = ({("w", part): S.One} for part in (word[:k], word[k + 1 :]))
            out = added(out, self.times(self.times(before, moved)[0], after)[0])
        return out

    def _holds_number(self, part, s):
        if isinstance(part, Base):
            return self._holds_number(part.what, s)
        if isinstance(part, tuple):
            return any(self._holds_number(p, s) for p in part)
        if isinstance(part, sympy.Expr):
            return s in part.free_symbols or any(self._holds_number(self.data[a], s) for a in part.free_symbols if a in self.data)
        return False


def _once_more(key, s):
    times = dict(key[2])
    times[s] = times.get(s, 0) + 1
    return (*key[:2], tuple(sorted(times.items(), key=str)), *key[3:])
