"""Expectations of fields of a normal vector x, by parts: E[xᵀv(x)] = μᵀE[v] + E[div Σv], until no x stands beside the fields.

What is left, a product of fields and their derivatives, is a letter (`averages`). The rule is Stein's lemma: it holds for smooth
fields for which the expectations of their slopes exist.
"""

import sympy
from sympy import Add, Mul, S

from ...budget import spend
from ...errors import NotDecided
from .algebra import added, scaled, turned
from .words import order, transposed

__all__ = ["Stein"]


class Stein:
    """The normal law of x, a letter, and the algebra that its averages are taken in."""

    def __init__(self, x, mean, cov, algebra):
        self.x, self.mean, self.cov, self.algebra = x, mean, cov, algebra
        self.measure = ("E", _frozen(mean), _frozen(cov))

    def number(self, e):
        """E[e] of a number."""
        out = []
        for term in Add.make_args(sympy.expand(e)):
            spend()
            free, forms, kernel = self.parted(term)
            if not forms:
                out.append(free * self.algebra.average_of_number(kernel, self.x, self.measure))
                continue
            column, rest = self.first(forms)
            out.append(free * self.number(self.by_parts(scaled(column, kernel * rest))))
        return Add(*out)

    def by_parts(self, column):
        """What xᵀv has the expectation of: μᵀv + div Σv."""
        return self.algebra.times(turned(self.mean), column)[1] + self.algebra.divergence(self.algebra.times(self.cov, column)[0], self.x)

    def sum(self, a):
        """E[a] of a sum of words."""
        out = {}
        for key, c in a.items():
            for term in Add.make_args(sympy.expand(c)):
                spend()
                free, forms, kernel = self.parted(term)
                out = added(out, scaled(self.of_key(key, forms, kernel), free))
        return out

    def of_key(self, key, forms, kernel):
        holds, x = self.algebra.holds, self.x
        if not any(holds(part, x) for part in key[1:]):
            return scaled({key: S.One}, self.number(Mul(kernel, *[self.algebra.quadratic(*f) for f in forms])))
        if key[0] == "r":
            return turned(self.of_key(("c", transposed(key[2]), key[1]), forms, kernel))
        if key[0] == "o" and not holds(key[1:3], x):
            return self.algebra.times({("c", *key[1:3]): S.One}, self.of_key(("r", *key[3:]), forms, kernel))[0]
        if key[0] == "o" and not holds(key[3:], x):
            return self.algebra.times(self.of_key(("c", *key[1:3]), forms, kernel), {("r", *key[3:]): S.One})[0]
        if forms:
            return self.beside_a_form(key, forms, kernel)
        if not any(part == x for part in key[1:]):
            return self.algebra.average_of_key(key, kernel, x, self.measure)
        if key[0] == "c" and not holds(key[1], x):
            moved = added(scaled(self.mean, kernel), self.algebra.times(self.cov, self.algebra.gradient(kernel, x))[0])
            return self.sum(self.algebra.times({("w", key[1]): S.One}, moved)[0])
        if key[0] == "o" and key[2] != x:
            return turned(self.of_key(("o", transposed(key[4]), key[3], key[2], transposed(key[1])), forms, kernel))
        if key[0] == "o" and not holds(key[1], x):
            r = {("c", transposed(key[4]), key[3]): kernel}
            moved = added(self.algebra.times(self.mean, turned(r))[0], self.algebra.times(self.cov, turned(self.algebra.jacobian(r, x)))[0])
            return self.sum(self.algebra.times({("w", key[1]): S.One}, moved)[0])
        raise NotDecided("an expectation of a normal vector beside a matrix that varies with it")

    def beside_a_form(self, key, forms, kernel):
        """E[xᵀa V] = E[V (μᵀa + div Σa) + (DV) Σa] of a column V."""
        if key[0] != "c":
            raise NotDecided("an expectation of a form beside a matrix that varies with it")
        a, rest = self.first(forms)
        column = {key: kernel * rest}
        moved = self.algebra.times(self.algebra.jacobian(column, self.x), self.algebra.times(self.cov, a)[0])[0]
        return self.sum(added(scaled(column, self.by_parts(a)), moved))

    def first(self, forms):
        """(the column a of the first form xᵀa, the product of the other forms)"""
        u, word, v = forms[0]
        a = {("c", word, v) if u == self.x else ("c", transposed(word), u): S.One}
        return a, Mul(*[self.algebra.quadratic(*f) for f in forms[1:]])

    def parted(self, term):
        """(what does not hold x, the forms xᵀWv, the fields) of a product."""
        algebra, x = self.algebra, self.x
        free, forms, kernel = [], [], []
        for f in Mul.make_args(term):
            base, n = f.as_base_exp()
            data = algebra.data.get(base, ("",))
            whole = bool(n.is_Integer and n > 0)
            if not algebra.holds(f, x):
                free.append(f)
            elif whole and data[0] == "q" and x in data[1::2]:
                forms += [data[1:]] * int(n)
            elif data[0] in ("q", "tr", "field", "E", "∫") and whole or self.is_positive(base) and not algebra.holds(n, x) or f.func is sympy.log and self.is_positive(f.args[0]):
                kernel.append(f)
            else:
                raise NotDecided(f"the expectation of {f} of a normal vector")
        if forms and any(algebra.data.get(s, ("",))[0] == "∫" for f in kernel for s in f.free_symbols):
            raise NotDecided("the expectation of an integral beside a normal vector")  # its slope brings the vector back
        return Mul(*free), forms, Mul(*kernel)

    def is_positive(self, s):
        return self.algebra.data.get(s, ("",))[0] == "field" and bool(s.is_positive)


def _frozen(a):
    return tuple(sorted(a.items(), key=lambda item: order(item[0])))

