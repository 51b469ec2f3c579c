"""Integrals, sums and products as generators: linear in the monomials of what stands under them."""

import sympy
from sympy import Add, Dummy, Mul, S

from ..positivity import factor_list
from .roots_and_logs import RootsAndLogs

__all__ = ["BoundNodes"]


class BoundNodes(RootsAndLogs):
    """Generators for integrals, sums and products over a range."""

    def bound(self, e):
        if any(len(limit) != 3 for limit in e.limits) or isinstance(e, sympy.Product) and len(e.limits) > 1:
            return self.atom(("as it is", e), (), e)
        if isinstance(e, sympy.Product):
            return self.product(e, *e.limits[0])
        out = self.convert(e.function)
        for x, lo, hi in e.limits:
            out = self.linear(e.func, out, x, lo, hi)
        return out

    def linear(self, cls, body, x, lo, hi):
        """The integral or sum of a converted expression, monomial by monomial."""
        num, den = self.fraction(self.rational(body))
        num = sympy.expand(self.tidy(num))
        outer, inner = S.One, S.One
        if not den.is_Number:
            c, fs = factor_list(den)
            for f, n in fs:
                if self.depends(f, x):
                    inner *= f**n
                else:
                    outer *= f**n
            num = num / c
        else:
            num = num / den
        out = S.Zero
        for term in Add.make_args(sympy.expand(num)):
            coefficient, mono = S.One, S.One
            for f in Mul.make_args(term):
                if self.depends(f, x):
                    mono *= f
                else:
                    coefficient *= f
            out += coefficient * self.monomial(cls, x, lo, hi, mono / inner)
        return out / outer

    def monomial(self, cls, x, lo, hi, mono):
        a, b = self.convert(lo), self.convert(hi)
        if mono == 1 and not (lo.is_infinite or hi.is_infinite):
            return b - a if cls is sympy.Integral else b - a + 1
        sign = 1
        if cls is sympy.Integral and self.same(a, b):
            return S.Zero
        g = self.matching(("bound", cls, mono), (a, b))
        if g is None and cls is sympy.Integral:
            g = self.matching(("bound", cls, mono), (b, a))
            sign = -1
        if g is None:
            sign = 1
            g = Dummy("g")
            if all(s.is_real for s in mono.free_symbols):
                g = Dummy("g", real=True)
            self.back[g] = cls(self.write(mono), (x, lo, hi))
            self.opaque[("bound", cls, mono)].append(((a, b), g))
            self.depend(g, a, b, mono)
            self.deps[g].discard(x)
        return sign * g

    def product(self, e, x, lo, hi):
        c, fs = self.factors(self.convert(e.function))
        length = self.convert(hi - lo + 1)
        out = S.One
        if c != 1:
            if not length.is_Integer:
                return self.atom(("as it is", e), (), e)
            out *= c**length
        a, b = self.convert(lo), self.convert(hi)
        for f, n in fs:
            if not self.depends(f, x):
                if not length.is_Integer:
                    return self.atom(("as it is", e), (), e)
                out *= f ** (n * length)
                continue
            g = self.matching(("bound", sympy.Product, f), (a, b))
            if g is None:
                g = Dummy("g", positive=True if self.sign_of(f) == 1 else None)
                self.back[g] = sympy.Product(self.write(f), (x, lo, hi))
                self.opaque[("bound", sympy.Product, f)].append(((a, b), g))
                self.depend(g, a, b, f)
                self.deps[g].discard(x)
            out *= g**n
        return out
