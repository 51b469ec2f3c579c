"""Products, inverses, traces and determinants of sums of words.

Numbers are ordinary SymPy: uᵀWv, tr W and log det M are symbols of their own (atoms), each in one form. Every rule
here is an identity for all sizes, so that what comes to 0 is 0; what no rule brings together stays apart.
"""

import sympy
from sympy import Add, Dummy, S

from ...budget import spend
from ...errors import NotDecided
from .words import Base, congruence, cyclic, inverse_letter, inverted, is_square_word, joined, key_text, letter, order, transposed, turned_key, word_order, word_text

__all__ = ["Algebra", "added", "cleared", "scaled", "side", "turned"]

MOST_OUTER = 3  # outer products in one sum that is inverted
MOST = 400  # rewritings of one word


def added(*sums):
    """A sum of sums of words."""
    out = {}
    for a in sums:
        for key, c in a.items():
            out[key] = out.get(key, S.Zero) + c
    return {key: c for key, c in out.items() if c != 0}


def scaled(a, c):
    return {key: c * d for key, d in a.items()} if c != 0 else {}


def turned(a):
    """The transpose."""
    return {turned_key(key): c for key, c in a.items()}


class Algebra:
    """Sums of words and the atoms that stand for numbers."""

    def __init__(self):
        self.atoms, self.data, self.rules = {}, {}, {}
        self.as_typed = False  # whether (A + B)⁻¹B stays: a value is to be put in, at which what it is rewritten to may not exist

    def atom(self, data, name, **assumptions):
        """The symbol that stands for a number, the same one each time."""
        if data not in self.atoms:
            s = Dummy(name, **(assumptions or {"real": True}))
            self.atoms[data], self.data[s] = s, data
        return self.atoms[data]

    def holds(self, part, x):
        """Whether a vector stands in a number, a word, a key, a letter or what an atom stands for, inside of inverses and integrals too."""
        if isinstance(part, Base):
            return part == x or self.holds(part.what, x)
        if isinstance(part, tuple):
            return any(self.holds(p, x) for p in part)
        return isinstance(part, sympy.Expr) and any(self.holds(self.data[s], x) for s in part.free_symbols if s in self.data)

    # --- products

    def times(self, a, b):
        """(sum of words, number) of a product, one of which is empty: the product of a row and a column is a number."""
        words, number = {}, []
        for k, c in a.items():
            for m, d in b.items():
                spend()
                q, key = self._times(k, m)
                if key is None:
                    number.append(c * d * q)
                else:
                    words[key] = words.get(key, S.Zero) + c * d * q
        return {key: c for key, c in words.items() if c != 0}, Add(*number)

    def _times(self, k, m):
        """(number, key) of the product of two keys."""
        one = S.One
        if k[0] == "w":
            if m[0] == "w":
                return one, ("w", joined(k[1], m[1]))
            return one, (m[0], joined(k[1], m[1]), *m[2:])  # a column, or an outer product
        if k[0] == "c":
            return one, ("o", *k[1:], *m[1:])
        left, (v, word) = k[:-2], k[-2:]  # vᵀ W stands at the right end
        if m[0] == "w":
            return one, (*left, v, joined(word, m[1]))
        q = self.quadratic(v, joined(word, m[1]), m[2])
        rest = (*left[1:], *m[3:])
        if not rest:
            return q, None
        return q, ("r" if k[0] == "r" else m[0], *rest)

    def quadratic(self, u, word, v):
        """uᵀ W v."""
        out = []
        for w, c in self.rewritten(word).items():
            back = transposed(w)
            if (v.order, word_order(back), u.order) < (u.order, word_order(w), v.order):
                out.append(c * self._quadratic(v, back, u))
            else:
                out.append(c * self._quadratic(u, w, v))
        return Add(*out)

    def _quadratic(self, u, word, v):
        sign = {"nonnegative": True} if u == v and (not word or len(word) == 1 and "positive" in word[0][0].traits) else {"real": True}
        return self.atom(("q", u, word, v), "*".join([f"{u.name}.T", *([word_text(word)] if word else []), v.name]), **sign)

    # --- traces

    def trace(self, a, d):
        """The trace of a sum of words of size d×d."""
        out = []
        for key, c in a.items():
            if key[0] == "o":
                _, word, v, u, end = key
                out.append(c * self.quadratic(u, joined(end, word), v))
            else:
                out.append(c * self.trace_of_word(key[1], d))
        return Add(*out)

    def trace_of_word(self, word, d):
        out = []
        for w, c in self.rewritten(word).items():
            if not w:
                out.append(c * d)
                continue
            least = cyclic(w)
            out.append(c * self.atom(("tr", least), f"tr({word_text(least)})"))
        return Add(*out)

    # --- inverses

    def inverse(self, a, d):
        """The inverse of a sum of words of size d×d."""
        a = self.as_word(a)
        if not a:
            raise NotDecided("the inverse of a matrix that is 0")
        if len(a) == 1:
            ((key, c),) = a.items()
            if key[0] == "w" and is_square_word(key[1]):
                return {("w", inverted(key[1])): 1 / c}
        outer = self.without_an_outer(a)
        if outer is not None:  # Sherman and Morrison
            rest, column, row = outer
            inside = self.inverse(rest, d)
            left, right = self.times(inside, column)[0], self.times(row, inside)[0]
            return added(inside, scaled(self.times(left, right)[0], -1 / (1 + self.times(row, left)[1])))
        if any(key[0] != "w" for key in a):
            return {("w", (self.opaque(a, d, -1),)): S.One}
        left, a, right = cleared(a)
        first = min(a, key=order)
        c = a[first]
        middle = self.opaque({key: sympy.cancel(e / c) for key, e in a.items()}, d, -1)
        return {("w", joined(joined(right, (middle,)), left)): 1 / c}

    def without_an_outer(self, a):
        """(M, p, qᵀ) of a sum M + p qᵀ of outer products and a matrix that surely has an inverse; None for other sums."""
        outer = sorted((key for key in a if key[0] == "o"), key=order)
        words = {key: c for key, c in a.items() if key[0] == "w"}
        if not outer or len(outer) > MOST_OUTER or len(outer) + len(words) != len(a):
            return None
        sure = len(words) == 1 and all(base.invertible for base, _, _ in next(iter(words))[1]) or words and self.positive_when(words) == []
        if not sure:
            return None
        _, word, v, u, end = outer[0]
        return {key: c for key, c in a.items() if key != outer[0]}, {("c", word, v): a[outer[0]]}, {("r", u, end): S.One}

    def one_plus(self, outer, d):
        """1 + qᵀM⁻¹p."""
        rest, column, row = outer
        return 1 + self.times(row, self.times(self.inverse(rest, d), column)[0])[1]

    def opaque(self, a, d, power):
        """A letter that stands for a sum as a whole."""
        frozen = tuple(sorted(a.items(), key=lambda item: order(item[0])))
        symmetric = turned(a) == a
        traits = frozenset({"invertible", *(["symmetric"] if symmetric else [])})
        name = "(" + " + ".join(f"{'' if c == 1 else f'({c})*'}{key_text(key)}" for key, c in frozen) + ")"
        return letter(Base(name, d, d, traits, ("sum", frozen)), False, power)

    def rewritten(self, word):
        """A word in which no inverse of a sum stands beside the sum's longest word: (A + B)⁻¹B is 1 − (A + B)⁻¹A."""
        if self.as_typed or not any(base.what[:1] == ("sum",) for base, _, _ in word):
            return {word: S.One}
        out, waiting = {}, [(word, S.One)]
        for _ in range(MOST):
            if not waiting:
                return {w: c for w, c in out.items() if c != 0}
            spend()
            w, c = waiting.pop()
            step = self._step(w)
            if step is None:
                out[w] = sympy.expand(out.get(w, S.Zero) + c)
            else:
                waiting += [(v, c * e) for v, e in step]
        return {word: S.One}

    def _step(self, w):
        for k, (base, is_turned, power) in enumerate(w):
            if base.what[:1] != ("sum",):
                continue
            if is_turned:  # the inverse of a transposed sum
                other = self.opaque(turned(dict(base.what[1])), base.rows, power)
                return [((*w[:k], other, *w[k + 1 :]), S.One)]
            rule = self.rule(base)
            if rule is None:
                continue
            if power > 0:  # the inverse of an inverse: the sum itself
                return [(joined(joined(w[:k], key[1]), w[k + 1 :]), c) for key, c in base.what[1]]
            lead, c, others = rule
            n, here = len(lead), (w[k],)
            if w[k - n : k] == lead and k >= n:
                start, end = w[: k - n], w[k + 1 :]
                return [(joined(start, end), 1 / c)] + [(joined(joined(start, v), joined(here, end)), -e / c) for v, e in others]
            if w[k + 1 : k + 1 + n] == lead:
                start, end = w[:k], w[k + 1 + n :]
                return [(joined(start, end), 1 / c)] + [(joined(joined(start, here), joined(v, end)), -e / c) for v, e in others]
        return None

    def rule(self, base):
        """(longest word, its coefficient, the others with theirs) of a sum; None for one that is not of words alone."""
        if base not in self.rules:
            a = dict(base.what[1])
            found = None
            if all(key[0] == "w" for key in a):
                lead = max((key[1] for key in a), key=word_order)
                found = (lead, a["w", lead], [(key[1], c) for key, c in a.items() if key[1] != lead]) if lead else None
            self.rules[base] = found
        return self.rules[base]

    def as_word(self, a):
        """The sum itself where it is one word, for that is easy to invert; else its normal form."""
        return a if len(a) == 1 else self.normal(a)

    def normal(self, a):
        """A sum of words, rewritten, with coefficients in one form."""
        out = {}
        for key, c in a.items():
            spend()
            where = [k for k, part in enumerate(key) if k and isinstance(part, tuple)]
            keys = [(key, c)]
            for k in where:
                keys = [((*m[:k], w, *m[k + 1 :]), e * f) for m, e in keys for w, f in self.rewritten(m[k]).items()]
            for m, e in keys:
                out[m] = out.get(m, S.Zero) + e
        out = {key: sympy.cancel(sympy.together(c)) if c.is_rational_function() else sympy.expand(c) for key, c in out.items()}
        return {key: c for key, c in out.items() if c != 0}

    # --- positive definite?

    def positive_when(self, a):
        """Coefficients that must be positive for a sum to be positive definite by its form, those left out that are; None if its form
        does not show it."""
        asked, definite = [], False
        for key, c in a.items():
            if key[0] != "w":
                if key[0] != "o" or key[1:3] != (transposed(key[4]), key[3]):
                    return None
                strong = False
            else:
                kind = congruence(key[1])
                if kind is None:
                    return None
                strong = kind == "definite"
            if not c.is_positive and not (c.is_nonnegative and not strong):
                asked.append(c)
            definite = definite or strong
        return asked if definite else None


def cleared(a):
    """(left, b, right): words L, R and a sum b = L a R without inverses at the ends, as far as that goes: a⁻¹ = R b⁻¹ L."""
    left, right = (), ()
    for _ in range(4):
        ends = {key[1][0] for key in a if key[1] and key[1][0][2] < 0}
        if not ends:
            break
        x = (inverse_letter(min(ends, key=lambda y: word_order((y,)))),)
        a, left = {("w", joined(x, key[1])): c for key, c in a.items()}, joined(x, left)
    for _ in range(4):
        ends = {key[1][-1] for key in a if key[1] and key[1][-1][2] < 0}
        if not ends:
            break
        x = (inverse_letter(min(ends, key=lambda y: word_order((y,)))),)
        a, right = {("w", joined(key[1], x)): c for key, c in a.items()}, joined(right, x)
    return left, a, right


def side(x, k):
    """Rows (k = 0) or columns (k = 1) of a letter."""
    base, is_turned, _ = x
    return (base.rows, base.columns)[k ^ is_turned]
