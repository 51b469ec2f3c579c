"""Numbers of vectors and matrices at a value of a symbol in them."""

import sympy
from sympy import S

from ...errors import NotDecided
from .algebra import added, scaled, side, turned
from .rates import Rates

__all__ = ["Points"]


class Points(Rates):
    """The algebra with values put in for a symbol, inside of inverses and determinants too."""

    def put(self, e, s, value):
        """A number with a value in the place of a symbol."""
        found = {a: self._put_in_atom(self.data[a], s, value) for a in e.free_symbols if a in self.data and self._holds_number(self.data[a], s)}
        out = e.xreplace(found).subs(s, value)
        if out.has(sympy.nan, sympy.zoo, sympy.oo):
            raise NotDecided(f"a number at {s} = {value}, where it is divided by zero")
        return out

    def _put_in_atom(self, data, s, value):
        if data[0] == "tr":
            return self.trace(self._put_in_word(data[1], s, value), side(data[1][0], 0))
        if data[0] == "q" and not self._holds_number(data[1::2], s):
            _, u, word, v = data
            row = self.times({("r", u, ()): S.One}, self._put_in_word(word, s, value))[0]
            return self.times(row, {("c", (), v): S.One})[1]
        if data[0] in ("log det", "log det 1 +", "det", "det 1 +") and not isinstance(data[1], tuple):
            whole, d = self._whole(data)
            whole = self._put_in_sum(whole, s, value)
            return self.log_det(whole, d) if data[0].startswith("log") else self.det(whole, d)
        raise NotDecided(f"{self.atoms[data]} at {s} = {value}")

    def _put_in_sum(self, a, s, value):
        out = {}
        for key, c in a.items():
            c = self.put(c, s, value)
            if not self._holds_number(key, s):
                out = added(out, {key: c})
                continue
            if key[0] != "w":
                raise NotDecided(f"an outer product at {s} = {value}")
            out = added(out, scaled(self._put_in_word(key[1], s, value), c))
        return {key: c for key, c in out.items() if c != 0}

    def _put_in_word(self, word, s, value):
        out = {("w", ()): S.One}
        for x in word:
            base, is_turned, power = x
            here = {("w", (x,)): S.One}
            if self._holds_number(base, s):
                if base.what[:1] != ("sum",):
                    raise NotDecided(f"{base.name} at {s} = {value}")
                here = self._put_in_sum(dict(base.what[1]), s, value)
                here = turned(here) if is_turned else here
                here = self.inverse(here, base.rows) if power < 0 else here
            out = self.times(out, here)[0]
        return out
