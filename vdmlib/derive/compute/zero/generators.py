"""Generators: the symbols that stand for roots, exponentials, logs, functions and integrals, and their relations."""

import sympy
from sympy import Dummy, Pow, S, ilcm
from sympy.polys.rings import ring

from ..positivity import factor_list, positive

__all__ = ["Generators", "Undecided"]


class Undecided(Exception):
    """The expression is outside of what the zero test can bring to normal form."""


class Generators:
    """One expression's generators, the relations between them, and polynomials modulo these."""

    def __init__(self, given=()):
        self.given = given
        self.keys = {}  # key -> generator
        self.opaque = {}  # kind -> [(arguments, generator)]
        self.back = {}  # generator -> what it stands for
        self.relations = []  # (generator, power, polynomial expression), in order of creation
        self.exponentials = {}  # generator -> exponent as an expression of generators
        self.roots = {}  # generator -> its irreducible polynomial
        self.fineness = {}  # exp monomial -> n such that exp(monomial/n) is the generator
        self.whole_powers = {}  # exp generator -> (a root of it, which one)
        self.sizes = {}  # generator of |f| -> f, irreducible
        self.deps = {}  # generator -> bound symbols that it depends on
        self.unit = set()
        self.may_be_one = set()  # of these: ᾱ's whose index may be 0, and their roots
        self.may_be_zero = set()  # roots of what vanishes where such an ᾱ is 1
        self.parity = []  # rows of the sign system over GF(2)
        self.consistent = True
        self.memo = {}
        self.root = 1
        self.complex = False

    # --- new ones

    def new(self, key, stands_for, **assumptions):
        if assumptions.get("positive") is None:
            assumptions.pop("positive", None)
        g = Dummy("g", **assumptions)
        self.keys[key] = g
        self.back[g] = stands_for
        return g

    def depend(self, g, *parts):
        out = set()
        for e in parts:
            for s in e.free_symbols:
                out |= self.deps.get(s, set())
                if s.name.startswith("_b"):
                    out.add(s)
        self.deps[g] = out

    def depends(self, f, x):
        return any(s == x or x in self.deps.get(s, ()) for s in f.free_symbols)

    def matching(self, kind, args):
        """The generator of this kind whose arguments are equal to these, and whether it is new."""
        known = self.opaque.setdefault(kind, [])
        for old, g in known:
            if len(old) == len(args) and all(self.same(a, b) for a, b in zip(old, args)):
                return g
        return None

    def same(self, a, b):
        if a == b:
            return True
        if a.is_Rational and b.is_Rational or a.is_Symbol and b.is_Symbol:
            return False
        num, _ = self.fraction(a - b)
        gens = self.generators(num)
        if not gens:
            return num == 0
        R, *_ = ring(gens, sympy.QQ)
        return self.reduce(R, R.from_expr(num)) == 0

    def atom(self, kind, args, stands_for):
        """An opaque generator keyed by its kind and its converted arguments."""
        args = tuple(self.convert(a) for a in args)
        g = self.matching(kind, args)
        if g is None:
            facts = {}
            if stands_for.is_positive:
                facts["positive"] = True
            elif stands_for.is_real:
                facts["real"] = True
            if stands_for.is_integer:
                facts["integer"] = True
            g = Dummy("g", **facts)
            self.back[g] = stands_for
            self.opaque[kind].append((args, g))
            self.depend(g, *args)
            if getattr(stands_for, "is_unit", False):
                self.unit.add(g)
                if stands_for.func.__name__.endswith(".bar") and not (stands_for.args[0] - 1).is_nonnegative:
                    self.may_be_one.add(g)
        return g

    def write(self, e):
        for _ in range(12):
            new = e.xreplace({g: v for g, v in self.back.items() if v is not None})
            if new == e:
                break
            e = new
        return e

    # --- polynomials

    def fraction(self, e):
        return sympy.fraction(sympy.together(self.integral_powers(e)))

    def rational(self, e):
        """The expression of generators as a reduced fraction."""
        return sympy.cancel(self.integral_powers(e))

    def reduced(self, e):
        """Numerator and denominator of a reduced fraction, both modulo the relations."""
        num, den = self.fraction(self.rational(e))
        num, den = self.tidy(num), self.tidy(den)
        return self.fraction(sympy.cancel(num / den))

    def factors(self, r):
        """A converted expression as (rational constant, [(irreducible polynomial, power)])."""
        num, den = self.fraction(self.rational(r))
        c, out = S.One, []
        for part, sign in ((num, 1), (den, -1)):
            k, fs = factor_list(self.tidy(part))
            if k == 0:
                raise ZeroDivisionError
            c *= k**sign
            out += [(f, sign * n) for f, n in fs]
        return c, out

    def tidy(self, poly):
        """A polynomial reduced modulo the relations."""
        gens = self.generators(poly)
        if not gens or not any(g in gens for g, _, _ in self.relations):
            return poly
        R, *_ = ring(gens, sympy.QQ)
        return self.reduce(R, R.from_expr(poly)).as_expr()

    def integral_powers(self, e):
        """exp generators to rational powers: each replaced by a root of it, so that all powers are whole."""
        need = {}
        for a in e.atoms(Pow):
            if a.exp.is_Rational and not a.exp.is_Integer:
                need[a.base] = ilcm(need.get(a.base, 1), a.exp.q)
        for g, n in need.items():
            if g not in self.exponentials:
                raise Undecided
            exponent = self.exponentials[g] / n
            r = self.keys.get(("exp root", g, n))
            if r is None:
                r = self.new(("exp root", g, n), sympy.exp(self.write(exponent)), **_like(g))
                self.exponentials[r] = exponent
                self.deps[r] = self.deps.get(g, set())
                self.whole_powers[g] = (r, n)
        known = self.whole_powers
        if not known:
            return e
        for _ in range(4):
            out = e.replace(lambda a: isinstance(a, Pow) and a.base in known and a.exp.is_Rational,
                            lambda a: known[a.base][0] ** (a.exp * known[a.base][1]))  # fmt: skip
            out = out.xreplace({g: r**n for g, (r, n) in known.items()})
            if out == e:
                return out
            e = out
        return e

    def generators(self, *polys):
        """All generators that these hold, or that the relations between them bring in."""
        found, todo = set(), set().union(*[p.free_symbols for p in polys]) if polys else set()
        rel = {g: f for g, _, f in self.relations}
        while todo:
            s = todo.pop()
            if s not in found:
                found.add(s)
                if s in rel:
                    todo |= rel[s].free_symbols
        order = {g: n for n, g in enumerate(self.back)}
        return sorted(found, key=lambda s: (order.get(s, -1), s.name, str(s)))

    def reduce(self, R, p):
        symbols = list(R.symbols)
        for g, power, f in reversed(self.relations):
            if g not in symbols:
                continue
            k = symbols.index(g)
            if not any(m[k] >= power for m in p.monoms()):
                continue
            try:
                poly = R.from_expr(sympy.expand(f))
            except ValueError:
                raise Undecided from None  # a relation with a quotient in it
            by_power = {}
            for m, c in p.terms():
                times, left = divmod(m[k], power)
                m = m[:k] + (left,) + m[k + 1 :]
                by_power.setdefault(times, R.zero)
                by_power[times] += R({m: c})
            p = R.zero
            for times, part in by_power.items():
                p += part * poly**times
        return p

    # --- what is known of one

    def is_complex(self, r):
        return any(not s.is_real for s in r.free_symbols)

    def sign_of(self, f):
        """The sign of a polynomial of generators if it is settled, else 0."""
        if positive(f, self.unit):
            return 1
        return -1 if positive(-f, self.unit) else 0

    def never_zero(self, f):
        """Whether a polynomial of generators is known not to vanish, not even where an ᾱ_t is ᾱ_0 = 1."""
        if f.free_symbols & self.may_be_zero:
            return False
        f = f.xreplace({g: 1 / (1 + Dummy("d", nonnegative=True)) for g in self.may_be_one & f.free_symbols})
        return self.sign_of(f) != 0


def _like(g):
    return {"positive": True} if g.is_positive else {}
