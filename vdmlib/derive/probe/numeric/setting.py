"""What all instances of a line have in common: its hypotheses, and of what kind its laws and functions are."""

from collections import Counter

import sympy
from sympy import Symbol
from sympy.core.function import AppliedUndef

from ...nodes.expressions import Sized, plain
from ...nodes.fields import FieldValue
from ...nodes.functionals import Expectation, Over, law_factors
from ...nodes.laws import At, Block, Density, Variable
from ...nodes.normal import N
from ...nodes.subject import about_laws
from ...nodes.walk import atoms, has
from ..indices import Lengths
from ..sizes import sizes_of

__all__ = ["Setting", "base", "is_complex", "leads_back"]

NEAR = 9  # what is drawn by chance lies mostly below this
TINY = sympy.Rational(1, 9)  # and above this
BENT = (sympy.Abs, sympy.Max, sympy.Min, sympy.sign, sympy.Heaviside, sympy.Piecewise, sympy.floor, sympy.ceiling, sympy.Limit)  # where a line that holds on one side of a number says nothing of the other


class Setting:
    """What instances of a line depend on: its hypotheses, its integer symbols, and which of its laws are finite tables."""

    def __init__(self, lhs, rhs, hypotheses, times=None, formulas=True):
        exprs = [lhs, rhs, *hypotheses.expressions()]
        self.hypotheses = hypotheses
        self.sizes, arrays = sizes_of(exprs), any(has(e, Sized) for e in exprs)
        self.field_facts = tuple(f for f in hypotheses.facts if isinstance(f.left, (AppliedUndef, FieldValue, sympy.Derivative)) and has(f.left, Sized))
        self.number_facts = tuple(f for f in hypotheses.facts if f not in self.field_facts)
        self.averaged = any(isinstance(f, N) and f.of_vectors for e in exprs for a in atoms(e, Expectation) for f in law_factors(a.law))
        self.endless = any(map(_reaches_infinity, exprs))
        self.complex = any(map(_holds_complex, exprs))
        symbols = {s for e in exprs for s in e.free_symbols if isinstance(s, Symbol) and not s.is_integer}
        self.numbers = tuple(sorted({plain(s) for e in (lhs, rhs) for s in e.free_symbols if isinstance(s, Symbol) and not isinstance(s, Variable) and not s.is_integer}, key=str))
        self.wide = 2 if len(symbols) < 2 else 0.7 if len(symbols) == 2 else 0.4  # how many numbers are large or small
        solved = any(isinstance(f.left, sympy.Derivative) for f in hypotheses.facts)  # near one point
        drawn = any(has(e, AppliedUndef) for e in exprs)  # they grow exponentially
        self.large = (2, 5) if solved else (6, 12) if drawn else (10, 50)
        slopes = {f.left.expr.func for f in hypotheses.facts if isinstance(f.left, sympy.Derivative) and isinstance(f.left.expr, AppliedUndef)
                  and not has(f.left, Sized)}  # fmt: skip
        self.starts = {f.__name__: _place(f, lhs, rhs) for f in slopes}
        functions = {(f.func.__name__, len(f.args), frozenset(f.func._kwargs.items())) for e in exprs for f in atoms(e, AppliedUndef)}
        self.ambiguous = sorted(n for n, count in Counter(name for name, *_ in functions).items() if count > 1)
        densities = set().union(*[atoms(e, Density) for e in exprs])
        self.by_formula = _by_formula(hypotheses.facts) if formulas else frozenset()
        self.continuous = _continuous(densities, exprs, hypotheses.facts, self.by_formula)
        self.laws = frozenset(d.law for d in densities) - self.continuous
        self.weighed = _weighed(exprs)
        counted = any(o.kind == "sum" for e in (lhs, rhs) for o in atoms(e, Over))  # an integral of what is no law is one over the line
        self.finite = bool(self.laws) or counted and about_laws(lhs, rhs) and not self.continuous and not arrays
        free = self.numbers or drawn or any(s.is_integer for e in (lhs, rhs) for s in e.free_symbols)
        self.bent = bool(free) and any(has(e, BENT) for e in (lhs, rhs))
        sizes = {n for e in (lhs, rhs) for q in e.atoms(sympy.Rational) for n in (abs(q), abs(q.p), q.q)}
        self.largest = max(map(int, sizes), default=1)  # number that stands in the line, a fraction's above and below too
        self.written = sorted((q for q in sizes if q > NEAR), reverse=True)[:3]  # the largest, which no number that is drawn comes up to
        self.written += sorted(q for q in sizes if 0 < q < TINY)[:2]  # the least, which none comes down to
        self.steep = any(has(e, (sympy.exp, sympy.sinh, sympy.cosh, sympy.tanh)) for e in (lhs, rhs))
        self.ordered = bool(free) and not self.finite  # an order in numbers, which may hold on one side alone
        self.lengths = Lengths(exprs, times, most=9 if self.finite else 14)

    def rank(self, key):
        """The place of a symbol among those of its line."""
        return self.numbers.index(key) if key in self.numbers else len(self.numbers)

    @property
    def key(self):
        return self.hypotheses, self.sizes, self.numbers, self.lengths.key, frozenset(self.starts.items()), self.endless, self.complex, self.large, self.wide, self.laws, self.finite, self.by_formula


def is_complex(facts):
    return bool(facts.get("complex")) and not facts.get("extended_real", facts.get("real"))


def _holds_complex(e):
    for a in sympy.preorder_traversal(e):
        if a is sympy.I or (isinstance(a, Symbol) and is_complex(a.assumptions0)):
            return True
        if isinstance(a, AppliedUndef) and is_complex(a.func._kwargs):
            return True
    return False


def _weighed(exprs):
    """The variables over which an average or integral is taken of what holds a density of them: ∫ η log q, E_q[η/q]."""
    out = set()
    for e in exprs:
        for a in atoms(e, (Expectation, Over)):
            spoken = {base(v) for d in atoms(a.body, Density) for v in (*d.left, *d.right)}
            out |= spoken & {base(v) for v in a.bound}
    return frozenset(out)


def _by_formula(facts):
    """The laws of which facts give every density by a formula in numbers, such as exp(−|z|)/2 or ρ/∫ρ: of what takes all real values, unless it is said to be discrete."""
    rights = {}
    for f in facts:
        if isinstance(f.left, Density):
            rights.setdefault(f.left.law, []).append(f)
    return frozenset(law for law, given in rights.items() if not law.discrete and all(_is_formula(f) for f in given))


def _is_formula(f):
    own = {plain(v) for v in f.left.left}
    return (not any(getattr(v, "is_integer", False) or isinstance(v, Block) for v in f.left.left) and own <= {plain(s) for s in sympy.sympify(f.right).free_symbols}
            and not has(f.right, (Density, Expectation)) and (not has(f.right, AppliedUndef) or has(f.right, (Over, sympy.Integral))))


def _continuous(densities, exprs, facts, by_formula):
    """The laws that facts give a continuous density for: by a formula, with a normal density in it, or of variables drawn by such a one."""
    given = {}
    for f in facts:
        if isinstance(f.left, Density):
            given.setdefault(f.left.law, []).append(sympy.sympify(f.right))
    drawn = {base(n.args[0]) for e in exprs for n in atoms(e, N)}
    out, grown = set(), True
    while grown:
        grown = False
        for law, rights in given.items():
            own = {base(v) for v in law.order}
            if law not in out and (law in by_formula or any(has(e, N) or any(d.law in out for d in atoms(e, Density)) for e in rights) or own & drawn):
                out.add(law)
                drawn |= own
                grown = True
    return frozenset(out)


def _place(f, lhs, rhs):
    """An argument, of symbols that are free in a line, at which a function of one argument stands in it; None without one."""
    free = lhs.free_symbols | rhs.free_symbols
    for e in (lhs, rhs):
        for a in sympy.preorder_traversal(e):
            if isinstance(a, AppliedUndef) and a.func.__name__ == f.__name__ and len(a.args) == 1 and a.args[0].free_symbols <= free:
                return a.args[0]
    return None


def base(v):
    return v.args[0] if isinstance(v, Block) else v.base if isinstance(v, At) else v


def _reaches_infinity(e):
    """Whether an undefined function stands under an integral over an endless range."""
    endless = isinstance(e, Over) or (
        isinstance(e, sympy.Integral) and any(b.is_infinite for limit in e.limits for b in limit[1:])
    )
    if endless and any(isinstance(a, AppliedUndef) for a in sympy.preorder_traversal(e)):
        return True
    return any(_reaches_infinity(a) for a in getattr(e, "args", ()))


def leads_back(symbol, right, facts):
    """Whether the definition of a symbol leads back to it."""
    values = {plain(f.left): f.right for f in facts if isinstance(f.left, (Symbol, At))}
    seen, stack = set(), [sympy.sympify(right)]
    while stack:
        for s in map(plain, stack.pop().free_symbols):
            if s == plain(symbol):
                return True
            if s in values and s not in seen:
                seen.add(s)
                stack.append(sympy.sympify(values[s]))
    return False
