"""Roots, sizes, logarithms and exponentials as generators.

Roots and logs of real expressions are read on the common domain where all of them are real: each asks for the
sign of a product, one row of a system over GF(2). If the rows contradict each other there is no such domain.
"""

import sympy
from sympy import Abs, Add, I, Integer, Mul, Pow, S, ilcm

from ...nodes.walk import ordered_terms
from ..positivity import factor_list, positive
from .generators import Generators, Undecided
from .prepare import exponent_levels

__all__ = ["RootsAndLogs"]


class RootsAndLogs(Generators):
    """Generators for powers, exponentials and logarithms."""

    # --- roots and sizes

    def radical(self, r, exponent):
        """r**exponent for a rational exponent, on the domain where it is real."""
        if r == 0:
            return S.Zero
        if self.is_complex(r):
            return self.whole_root(r, exponent)
        c, fs = self.factors(r)
        out, sign, odd = S.One, 1, []
        if c < 0:
            sign, c = -1, -c
        out *= self.rational_power(c, exponent)
        for f, n in fs:
            s = self.sign_of(f)
            if s:
                sign *= s**n
                out *= self.power_of(s * f, n * exponent)
            elif n % 2 == 0:
                out *= self.power_of(self.size(f), n * exponent)
            else:
                odd.append((f, n))
        if not odd:
            if sign > 0:
                return out
            if exponent.q == 2:
                return out * self.convert(I) ** exponent.p
            return self.whole_root(r, exponent)
        g = sympy.expand(sign * Mul(*[f for f, _ in odd]))
        self.constrain(g)
        if len(odd) == 1:
            return out * self.power_of(g, odd[0][1] * exponent)
        return out * self.power_of(g, exponent) * Mul(*[self.power_of(self.size(f), (n - 1) * exponent) for f, n in odd if n != 1])

    def whole_root(self, r, exponent):
        r = self.rational(r)
        num, den = self.fraction(r)
        root = self.keys.get(("root", r))
        if root is None:
            root = self.new(("root", r), sympy.root(self.write(r), self.root))
            self.depend(root, r)
            if den != 1:  # keep the relation polynomial: root^Q = num·den^(Q−1)/den^Q
                scaled = self.new(("scaled root", r), sympy.root(self.write(r), self.root) * self.write(den))
                self.depend(scaled, r)
                self.relations.append((scaled, self.root, sympy.expand(num * den ** (self.root - 1))))
                self.keys[("root", r)] = scaled / den
                root = scaled / den
            else:
                self.relations.append((root, self.root, num))
        return root ** (exponent * self.root)

    def rational_power(self, c, exponent):
        out = S.One
        for part, sign in ((c.p, 1), (c.q, -1)):
            for prime, n in sympy.factorint(part).items():
                out *= self.power_of(Integer(prime), sign * n * exponent)
        return out

    def power_of(self, f, exponent):
        """f**exponent for f > 0 an irreducible polynomial, a prime, or a generator."""
        if exponent.is_Integer:
            return f**exponent
        if f in self.exponentials:
            return f**exponent
        if f in self.roots:
            return self.power_of(self.roots[f], exponent / self.root)
        if not (exponent * self.root).is_Integer:
            raise Undecided
        g = self.keys.get(("root", f))
        if g is None:
            g = self.new(("root", f), sympy.root(self.write(f), self.root), positive=True)
            self.roots[g] = f
            self.relations.append((g, self.root, f))
            self.depend(g, f)
            if f in self.unit or f.is_Add and positive(1 - f, self.unit):
                self.unit.add(g)
            if f in self.may_be_one:
                self.may_be_one.add(g)
            elif f.is_Add and f.free_symbols & (self.may_be_one | self.may_be_zero):
                self.may_be_zero.add(g)
        return g ** (exponent * self.root)

    def abs(self, r):
        """|r|, the product of the sizes of its irreducible factors."""
        if self.is_complex(r):
            return self.size(sympy.expand(r) if r.is_polynomial() else r)
        if r == 0:
            return S.Zero
        c, fs = self.factors(r)
        return abs(c) * Mul(*[f**n if n % 2 == 0 else f ** (n - 1) * self.size(f) for f, n in fs])

    def size(self, f):
        """|f| of one factor, as a generator unless its sign is settled."""
        s = self.sign_of(f)
        if s:
            return s * f
        for sign in (1, -1):
            g = self.keys.get(("abs", sympy.expand(sign * f)))
            if g is not None:
                return g
        g = self.new(("abs", f), Abs(self.write(f)), nonnegative=True)
        self.relations.append((g, 2, sympy.expand(f**2)))
        self.sizes[g] = f
        self.depend(g, f)
        return g

    # --- logs

    def log(self, arg):
        r = self.convert(arg)
        if r == 0:
            raise ZeroDivisionError
        if self.is_complex(r):
            return self.atom(("log",), (arg,), sympy.log(arg))
        c, fs = self.factors(r)
        out, sign, odd = S.Zero, 1, []
        if c < 0:
            sign, c = -1, -c
        for part, way in ((c.p, 1), (c.q, -1)):
            for prime, n in sympy.factorint(part).items():
                out += way * n * self.log_of(Integer(prime))
        for f, n in fs:
            s = self.sign_of(f)
            if s:
                sign *= s**n
                out += n * self.log_of(s * f)
            else:
                out += n * self.log_of(f)
                if n % 2:
                    odd.append(f)
        self.constrain_product(sign, odd)
        return out

    def log_of(self, f):
        """log|f| of an irreducible polynomial, a prime, or a generator."""
        if f in self.exponentials:
            return self.exponentials[f]
        if f in self.roots:
            return self.log_of(self.roots[f]) / self.root
        if f in self.sizes:
            return self.log_of(self.sizes[f])
        key = ("log", f)
        g = self.keys.get(key)
        if g is None:
            if ("log", sympy.expand(-f)) in self.keys:
                return self.keys[("log", sympy.expand(-f))]
            g = self.new(key, sympy.log(self.write(f)), real=True)
            self.keys[("is log", g)] = f
            self.depend(g, f)
        return g

    # --- the domain

    def constrain(self, g):
        """g > 0 on the domain: a row of the sign system."""
        c, fs = factor_list(g)
        sign, odd = (1 if c > 0 else -1), []
        for f, n in fs:
            s = self.sign_of(f)
            if s:
                sign *= s**n
            elif n % 2:
                odd.append(f)
        self.constrain_product(sign, odd)

    def constrain_product(self, sign, odd):
        """The product of the polynomials has this sign: one more row over GF(2), checked for consistency."""
        row, value = self.row(sign, odd)
        if not row:
            if value:
                self.consistent = False
            return
        self.parity.append((min(row, key=str), frozenset(row), value))

    def row(self, sign, odd):
        """(polynomials, whether their product is negative), less what the rows so far say of them."""
        row = set()
        for f in odd:
            f = sympy.expand(f)
            if ordered_terms(f)[0].as_coeff_Mul()[0] < 0:
                f, sign = sympy.expand(-f), -sign
            row ^= {f}
        value = sign < 0
        for pivot, other, bit in self.parity:
            if pivot in row:
                row, value = row ^ other, value ^ bit
        return row, value

    def without_sizes(self, e):
        """A converted expression with ±f for |f| where the domain settles the sign of f."""
        known = {}
        for g, f in self.sizes.items() if self.parity else ():
            row, negative = self.row(1, [f])
            if not row:
                known[g] = -f if negative else f
        return e.xreplace(known) if known else e

    # --- exponentials

    def scan(self, exprs):
        for e in exprs:
            for a in e.atoms(Pow):
                if a.exp.is_Rational:
                    self.root = ilcm(self.root, a.exp.q)
        levels = {}
        for e in exprs:
            exponent_levels(e, levels, {})
        for level in sorted(levels):
            args = [self.reduced(self.convert(u)) for u in levels[level]]
            whole = S.One
            for _, den in args:
                if not den.is_Number:
                    whole = sympy.lcm(whole, den)
            parts = [self.monomials(num, den, whole) for num, den in args]
            for c, mono, den in (m for p in parts for m in p):
                self.fineness[mono, den] = ilcm(self.fineness.get((mono, den), 1), c.q)
            for u, part in zip(levels[level], parts):
                self.memo[sympy.exp(u, evaluate=False)] = Mul(*[self.exp_monomial(*m) for m in part])

    def monomials(self, num, den, whole):
        """num/den as a list of (rational, monomial, whole)."""
        poly = sympy.expand(num * sympy.cancel(whole / den))
        if whole.is_Number:
            poly, whole = sympy.expand(poly / whole), S.One
        terms = [t.as_coeff_Mul() for t in Add.make_args(poly)]
        if any(not c.is_Rational for c, _ in terms):
            raise Undecided
        return [(c, mono, whole) for c, mono in terms if c != 0]

    def exp_monomial(self, c, mono, den):
        """exp(c·mono/den) as a power of a generator."""
        if den == 1:
            log = self.keys.get(("is log", mono))
            if log is not None:
                return self.power_of(log, c)
            i, pi = self.keys.get("I"), self.keys.get("pi")
            if i is not None and pi is not None and mono == i * pi:
                return self.convert(sympy.expand_complex(sympy.exp(I * sympy.pi * c)))
        n = self.fineness.get((mono, den), 1)
        key = ("exp", mono, den, n)
        g = self.keys.get(key)
        if g is None:
            exponent = mono / den / n
            real = all(s.is_real for s in exponent.free_symbols)
            g = self.new(key, sympy.exp(self.write(exponent)), positive=True if real else None)
            self.exponentials[g] = exponent
            self.depend(g, exponent)
        return g ** (c * n)
