"""Zero tests for ordinary SymPy expressions.

An expression is rewritten as a rational function of generators: its symbols, roots of irreducible
polynomials (reduced modulo their powers), exponentials of monomials, logarithms of irreducible polynomials,
undefined functions at their arguments, integrals and sums of monomials. It vanishes identically where its
numerator does. Logs and roots of real expressions are read on the common domain where all of them are
real; if there is none, nothing is proved.
"""

from contextlib import contextmanager

import sympy
from sympy import Abs, I, Mul, Pow, S
from sympy.core.function import AppliedUndef
from sympy.polys.polyerrors import PolynomialError
from sympy.polys.rings import ring
from sympy.tensor.indexed import Indexed

from ...budget import spend
from ...nodes.expressions import meant
from ..jet import Jet
from ..reduce_schedules import reduce_schedules
from .bound import BoundNodes
from .generators import Undecided
from .prepare import BOUND, peeled_alike, prepared, with_letters

__all__ = ["simplify_zero", "Normal", "unread"]

_LONGEST = 60  # terms; a longer residual is returned as it was given


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
    except (PolynomialError, ZeroDivisionError, Undecided):
        return quick


@contextmanager
def unread():
    """Inside, what is left over is returned as it was given: it is asked for no more than whether it is 0."""
    global _LONGEST
    before, _LONGEST = _LONGEST, 0
    try:
        yield
    finally:
        _LONGEST = before


class Normal(BoundNodes):
    """An expression in normal form: a rational function of generators."""

    # --- the decision

    def residual(self, e):
        original = e
        exprs = self.prepare([e, *self.given])
        e, given = exprs[0], exprs[1:]
        self.scan(exprs)
        E = self.convert(e)
        facts = [self.convert(g) for g in given]
        E, *facts = map(self.without_sizes, (E, *facts))
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
        return self.shown(original, R, p, q)

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
            if not self.never_zero(coefficient.as_expr()):
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

    def shown(self, original, R, p, q):
        if not _LONGEST:
            return original
        waves = sum(g in self.exponentials for g in R.symbols)
        if self.complex or waves > 4 or len(p) > _LONGEST or len(q) > _LONGEST:
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

    # --- preparation: one form for trigonometry, bound names, sums

    def prepare(self, exprs):
        return reduce_schedules(peeled_alike([prepared(e) for e in exprs]))

    # --- conversion to a rational expression of generators

    def convert(self, e):
        out = self.memo.get(e)
        if out is None:
            spend()
            out = self.memo[e] = self._convert(e)
        return out

    def _convert(self, e):
        if e.is_Rational or e.is_Symbol:
            return e
        if e.is_Float:
            return meant(e)
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
        if exponent.is_integer:  # x^(2n + 1) is x (x^n)²
            k, rest = sympy.expand(exponent).as_coeff_Add()
            times, rest = rest.as_coeff_Mul()
            if k.is_Integer and times.is_Integer and rest.is_integer and (k, times) != (0, 1):
                return self.convert(base) ** k * self.atom(("pow",), (base, rest), Pow(base, rest)) ** times
        return self.atom(("pow",), (base, exponent), e)


def _without(m, k):
    return m[:k] + (0,) + m[k + 1 :]


def _eliminate(R, p, k, a, b):
    """p with g replaced by −b/a, times a power of a."""
    top = max((m[k] for m in p.monoms()), default=0)
    out = R.zero
    for m, c in p.terms():
        n = m[k]
        out += R({_without(m, k): c}) * ((-b) ** n if n else R.one) * a ** (top - n)
    return out
