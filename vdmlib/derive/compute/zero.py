"""Zero tests for ordinary SymPy expressions.

An expression is rewritten as a rational function of generators: its symbols, roots of irreducible
polynomials (reduced modulo their powers), exponentials of monomials, logarithms of irreducible polynomials,
undefined functions at their arguments, integrals and sums of monomials. It vanishes identically where its
numerator does. Logs and roots of real expressions are read on the common domain where all of them are
real; if there is none, nothing is proved.
"""

from contextlib import contextmanager

import sympy
from sympy import Abs, Add, Dummy, I, Integer, Mul, Pow, Rational, S, ilcm
from sympy.core.function import AppliedUndef
from sympy.polys.polyerrors import PolynomialError
from sympy.polys.rings import ring
from sympy.tensor.indexed import Indexed

from .jet import Jet
from .positivity import factor_list, positive
from .prepare import BOUND, exponent_levels, peeled_alike, prepared, with_letters

__all__ = ["simplify_zero", "Normal", "unread"]

_READABLE = 60  # terms; a longer residual is returned as it was given


def simplify_zero(e, given=()):
    """0 if the expression is identically zero, else the expression in a readable form.

    given: expressions that are zero by assumption; each is solved for a generator that it holds linearly.
    """
    e = sympy.sympify(e)
    if e.is_Rational:
        return e
    if e.has(sympy.nan, sympy.zoo, sympy.oo, -sympy.oo) and not e.has(*BOUND):
        return e
    quick = e.expand() if len(e.args) < 40 else e
    if quick == 0:
        return S.Zero
    try:
        return Normal(given).residual(e)
    except (PolynomialError, ZeroDivisionError, _Undecided):
        return quick


@contextmanager
def unread():
    """Inside, what is left over is returned as it was given: it is asked for no more than whether it is 0."""
    global _READABLE
    before, _READABLE = _READABLE, 0
    try:
        yield
    finally:
        _READABLE = before


class _Undecided(Exception):
    """The expression is outside of what the zero test can bring to normal form."""


class Normal:
    """One expression's generators and the relations between them."""

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
        self.sizes = {}  # generator of |f| -> the factors of f
        self.deps = {}  # generator -> bound symbols that it depends on
        self.unit = set()
        self.parity = []  # rows of the sign system over GF(2)
        self.consistent = True
        self.memo = {}
        self.root = 1
        self.complex = False

    # --- the decision

    def residual(self, e):
        original = e
        exprs = self.prepare([e, *self.given])
        e, given = exprs[0], exprs[1:]
        self.scan(exprs)
        E = self.convert(e)
        facts = [self.convert(g) for g in given]
        num, den = self.fraction(E)
        gens = self.generators(num, den, *facts)
        R, *_ = ring(gens, sympy.QQ) if gens else (None,)
        if R is None:
            if den == 0:
                raise ZeroDivisionError
            value = num / den
            return value if value != 0 or self.consistent else original
        p, q = self.reduce(R, R.from_expr(num)), self.reduce(R, R.from_expr(den))
        p, q = self.use_facts(R, p, q, facts)
        if q == 0:
            raise ZeroDivisionError
        if p == 0 and self.consistent:
            return S.Zero
        return self.readable(original, R, p, q)

    def use_facts(self, R, p, q, facts):
        for f in facts:
            num, _ = self.fraction(f)
            rel = self.reduce(R, R.from_expr(num))
            solved = self.solve(R, rel, p)
            if solved is None:
                continue
            k, a, b = solved  # a·g + b = 0
            p, q = _eliminate(R, p, k, a, b), _eliminate(R, q, k, a, b)
            p, q = self.reduce(R, p), self.reduce(R, q)
        return p, q

    def solve(self, R, rel, p):
        """A generator that a relation holds linearly, as (index, coefficient, rest); None if there is none.

        Its coefficient must be known not to vanish: from (d − 1)·c = 0 it does not follow that c = 0.
        """
        order = {g: n for n, g in enumerate(self.back)}
        best = None
        for k, g in enumerate(R.symbols):
            if any(m[k] > 1 for m in rel.monoms()) or not any(m[k] for m in rel.monoms()):
                continue
            if not any(m[k] for m in p.monoms()):
                continue
            coefficient = R.zero
            for m, c in rel.terms():
                if m[k]:
                    coefficient += R({_without(m, k): c})
            if not self.sign_of(coefficient.as_expr()):
                continue
            rank = (isinstance(self.back.get(g), BOUND), g in self.back, order.get(g, -1))
            if best is None or rank > best[0]:
                best = (rank, k)
        if best is None:
            return None
        k = best[1]
        a, b = R.zero, R.zero
        for m, c in rel.terms():
            if m[k]:
                a += R({_without(m, k): c})
            else:
                b += R({m: c})
        return k, a, b

    def readable(self, original, R, p, q):
        if not _READABLE:
            return original
        waves = sum(g in self.exponentials for g in R.symbols)
        if self.complex or waves > 4 or len(p) > _READABLE or len(q) > _READABLE:
            return original
        if p == 0:
            return original
        p, q = p.cancel(q)
        out = sympy.factor_terms(self.write(p.as_expr() / q.as_expr()))
        # a generator stands for log|f|: the size must be seen where f may be negative
        out = out.replace(
            lambda e: isinstance(e, sympy.log) and not e.args[0].is_positive, lambda e: sympy.log(sympy.Abs(e.args[0]))
        )
        return with_letters(sympy.powsimp(out, combine="exp"))

    def write(self, e):
        for _ in range(12):
            new = e.xreplace({g: v for g, v in self.back.items() if v is not None})
            if new == e:
                break
            e = new
        return e

    # --- preparation: one form for trigonometry, bound names, sums

    def prepare(self, exprs):
        from ..nodes.schedules import reduce_schedules

        return reduce_schedules(peeled_alike([prepared(e) for e in exprs]))

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
            raise _Undecided
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

    # --- generators

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
        return g

    # --- conversion to a rational expression of generators

    def convert(self, e):
        out = self.memo.get(e)
        if out is None:
            out = self.memo[e] = self._convert(e)
        return out

    def _convert(self, e):
        if e.is_Rational or e.is_Symbol:
            return e
        if e.is_Float:
            return Rational(str(e))
        if e.is_Add or e.is_Mul:
            return e.func(*[self.convert(a) for a in e.args])
        if e is I:
            self.complex = True
            g = self.new("I", I)
            self.relations.append((g, 2, S.NegativeOne))
            return g
        if isinstance(e, sympy.exp) or e is S.Exp1:
            u = e.args[0] if e.args else S.One
            key = sympy.exp(u, evaluate=False)
            if key in self.memo:
                return self.memo[key]
            num, den = self.reduced(self.convert(u))
            return Mul(*[self.exp_monomial(*m) for m in self.monomials(num, den, den)])
        if e.is_NumberSymbol:
            return self.new(str(e), e, positive=True)
        if isinstance(e, Pow):
            return self.pow(e)
        if isinstance(e, sympy.log):
            return self.log(e.args[0])
        if isinstance(e, Abs):
            return self.abs(self.convert(e.args[0]))
        if isinstance(e, Jet):
            return self.atom(("jet", e.function, e.orders), e.at, e)
        if isinstance(e, BOUND):
            return self.bound(e)
        if isinstance(e, Indexed):
            return self.atom(("indexed", e.base), e.indices, e)
        if isinstance(e, AppliedUndef):
            return self.atom(("undefined", e.func), e.args, e)
        if e.is_Function and e.args and not e.has(sympy.Piecewise):
            return self.atom(("function", e.func), e.args, e)
        return self.atom(("as it is", e), (), e)

    def pow(self, e):
        base, exponent = e.args
        if exponent.is_Integer:
            b = self.convert(base)
            if b == 0 and exponent < 0:
                raise ZeroDivisionError
            return b**exponent
        if exponent.is_Rational:
            return self.radical(self.convert(base), exponent)
        key = sympy.exp(exponent * sympy.log(base), evaluate=False)
        if key in self.memo:
            return self.memo[key]
        return self.atom(("pow",), (base, exponent), e)

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

    def is_complex(self, r):
        return any(not s.is_real for s in r.free_symbols)

    def radical(self, r, exponent):
        """r**exponent for a rational exponent, on the domain where it is real."""
        if r == 0:
            return S.Zero
        if self.is_complex(r):
            return self.whole_root(r, exponent)
        c, fs = self.factors(r)
        out, sign, odd = S.One, 1, S.One
        if c < 0:
            sign, c = -1, -c
        out *= self.rational_power(c, exponent)
        for f, n in fs:
            s = self.sign_of(f)
            if s:
                sign *= s**n
                out *= self.power_of(s * f, n * exponent)
            elif n % 2 == 0:
                out *= self.power_of(self.abs(f), n * exponent)
            else:
                odd *= f
                out *= self.power_of(self.abs(f), (n - 1) * exponent) if n != 1 else S.One
        if odd == 1:
            if sign > 0:
                return out
            if exponent.q == 2:
                return out * self.convert(I) ** exponent.p
            return self.whole_root(r, exponent)
        g = sympy.expand(sign * odd)
        self.constrain(g)
        return out * self.power_of(g, exponent)

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
            raise _Undecided
        g = self.keys.get(("root", f))
        if g is None:
            g = self.new(("root", f), sympy.root(self.write(f), self.root), positive=True)
            self.roots[g] = f
            self.relations.append((g, self.root, f))
            self.depend(g, f)
            if f in self.unit or f.is_Add and positive(1 - f, self.unit):
                self.unit.add(g)
        return g ** (exponent * self.root)

    def sign_of(self, f):
        """The sign of a polynomial of generators if it is settled, else 0."""
        if positive(f, self.unit):
            return 1
        return -1 if positive(-f, self.unit) else 0

    def abs(self, r):
        s = self.sign_of(r)
        if s:
            return s * r
        r = sympy.expand(r) if r.is_polynomial() else r
        for sign in (1, -1):
            g = self.keys.get(("abs", sign * r))
            if g is not None:
                return g
        num, den = self.fraction(r)
        if den != 1:
            return self.abs(num) / self.abs(den)
        g = self.new(("abs", r), Abs(self.write(r)), nonnegative=True)
        self.relations.append((g, 2, sympy.expand(r**2)))
        c, factors = factor_list(r)
        if abs(c) == 1:
            self.sizes[g] = factors
        self.depend(g, r)
        return g

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
            return sum((n * self.log_of(h) for h, n in self.sizes[f]), S.Zero)
        key = ("log", f)
        g = self.keys.get(key)
        if g is None:
            if ("log", sympy.expand(-f)) in self.keys:
                return self.keys[("log", sympy.expand(-f))]
            g = self.new(key, sympy.log(self.write(f)), real=True)
            self.keys[("is log", g)] = f
            self.depend(g, f)
        return g

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
        row = set()
        for f in odd:
            f = sympy.expand(f)
            if f.as_ordered_terms()[0].as_coeff_Mul()[0] < 0:
                f, sign = sympy.expand(-f), -sign
            row ^= {f}
        value = sign < 0
        for pivot, other, bit in self.parity:
            if pivot in row:
                row, value = row ^ other, value ^ bit
        if not row:
            if value:
                self.consistent = False
            return
        self.parity.append((min(row, key=str), frozenset(row), value))

    # --- integrals, sums, products: linear in their monomials

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

    def depends(self, f, x):
        return any(s == x or x in self.deps.get(s, ()) for s in f.free_symbols)

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

    def integral_powers(self, e):
        """exp generators to rational powers: each replaced by a root of it, so that all powers are whole."""
        need = {}
        for a in e.atoms(Pow):
            if a.exp.is_Rational and not a.exp.is_Integer:
                need[a.base] = ilcm(need.get(a.base, 1), a.exp.q)
        for g, n in need.items():
            if g not in self.exponentials:
                raise _Undecided
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
            poly = R.from_expr(sympy.expand(f))
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


def _like(g):
    return {"positive": True} if g.is_positive else {}


def _without(m, k):
    return m[:k] + (0,) + m[k + 1 :]


def _eliminate(R, p, k, a, b):
    """p with g replaced by −b/a, times a power of a."""
    top = max((m[k] for m in p.monoms()), default=0)
    out = R.zero
    for m, c in p.terms():
        n = m[k]
        out += R({_without(m, k): c}) * (-b) ** n * a ** (top - n)
    return out
