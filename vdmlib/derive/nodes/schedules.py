"""Noise schedules with a symbolic time: α_t, and ᾱ_t = α_1 ⋯ α_t.

    alpha = Schedule("alpha")
    alpha[t], alpha.bar[t]

0 < α_t < 1 for every t, and ᾱ_0 = 1. All ᾱ's whose times differ by a number are written through the
earliest of them, ᾱ_t = α_t ᾱ_{t−1}. Sums and products up to a symbolic T are settled by induction on T.
"""

import sympy
from sympy import Expr, Mul, S, sympify
from sympy.core.function import AppliedUndef, UndefinedFunction
from sympy.core.symbol import Str

from ..errors import DerivationError
from .expressions import Ordered

__all__ = ["Schedule"]

METHOD = "schedule algebra"


class _Scheduled(AppliedUndef):
    """α(t) or ᾱ(t) in ordinary SymPy."""

    is_unit = True


def _function(name, bar):
    return UndefinedFunction(f"{name}.bar" if bar else name, bases=(_Scheduled,), positive=True, real=True)


class ScheduleValue(Ordered, Expr):
    """α_t or ᾱ_t as it stands on the page."""

    is_commutative = True
    is_positive = True
    is_real = True

    def __new__(cls, name, bar, index):
        return Expr.__new__(cls, name, sympify(bool(bar)), sympify(index))

    @property
    def name(self):
        return self.args[0].name

    @property
    def bar(self):
        return bool(self.args[1])

    @property
    def index(self):
        return self.args[2]

    def _plain(self, name, bar, index):
        if bar and index == 0:
            return S.One
        return _function(name.name, bool(bar))(index)

    def doit(self, **hints):
        return self

    def slips(self):
        """What is easily written in its place."""
        yield "α for ᾱ" if self.bar else "ᾱ for α", ScheduleValue(self.args[0], not self.bar, self.index)
        if not self.index.is_Integer:
            yield "t for t − 1", ScheduleValue(self.args[0], self.bar, self.index + 1)
            yield "t − 1 for t", ScheduleValue(self.args[0], self.bar, self.index - 1)

    def _sympystr(self, printer):
        return f"{self.name}{'.bar' if self.bar else ''}[{printer._print(self.index)}]"

    def _latex(self, printer, exp=None):
        letter = self.name if len(self.name) == 1 or "\\" in self.name else f"\\{self.name}"
        out = f"\\bar{{{letter}}}" if self.bar else letter
        out = f"{out}_{{{printer._print(self.index)}}}"
        return out if exp is None else f"{out}^{{{exp}}}"


class _Indexed:
    def __init__(self, name, bar):
        self.name, self.bar_ = Str(name), bar

    def __getitem__(self, index):
        index = sympify(index)
        if index.is_Integer and index < (0 if self.bar_ else 1):
            raise DerivationError(
                f"{self.name.name}{'.bar' if self.bar_ else ''}[{index}] does not exist: "
                f"a schedule starts at α_1 and ᾱ_0 = 1"
            )
        return ScheduleValue(self.name, self.bar_, index)


class Schedule(_Indexed):
    """The factors α_1, α_2, … of a schedule, each in (0, 1); `.bar` holds their products.

    name: the letter, such as "alpha" or "a".
    """

    def __init__(self, name):
        super().__init__(name, False)
        self.bar = _Indexed(name, True)


# --- reduction

class Reducer:
    """Writes every ᾱ through the earliest one met whose time differs from its own by a number."""

    def __init__(self, exprs):
        self.first = {}
        for e in exprs:
            for a in e.atoms(_Scheduled):
                if _is_bar(a):
                    k, rest = _split_index(a)
                    key = (a.func.__name__, rest)
                    self.first[key] = 0 if rest == 0 else min(k, self.first.get(key, k))

    def __call__(self, a):
        k, rest = _split_index(a)
        lo = self.first.get((a.func.__name__, rest))
        if not _is_bar(a) or lo is None or k < lo:
            return a
        alpha = _function(a.func.__name__[: -len(".bar")], False)
        start = S.One if rest == 0 and lo == 0 else a.func(rest + lo)
        return Mul(start, *[alpha(rest + j) for j in range(lo + 1, k + 1)])


def _is_bar(a):
    return isinstance(a, _Scheduled) and a.func.__name__.endswith(".bar")


def _split_index(a):
    """A time as (whole number, the rest)."""
    k, rest = sympy.expand(a.args[0]).as_coeff_Add()
    return (int(k), rest) if k.is_Integer else (0, a.args[0])


def reduce_schedules(exprs):
    """Ordinary expressions in which every ᾱ is written through the earliest one of its kind."""
    exprs = [_products(e) for e in exprs]
    reducer = Reducer(exprs)
    return [e.replace(_is_bar, reducer) for e in exprs] if reducer.first else exprs


def _products(e):
    """∏ α_i over a range, as a quotient of ᾱ's."""
    if not e.has(sympy.Product):
        return e

    def replaced(node):
        if len(node.limits) != 1:
            return node
        i, lo, hi = node.limits[0]
        out, rest = S.One, []
        for f in Mul.make_args(sympy.factor(node.function)):
            base, n = f.as_base_exp()
            shift = sympy.expand(base.args[0] - i) if isinstance(base, _Scheduled) else None
            if shift is None or base.func.__name__.endswith(".bar") or shift.has(i) or n.has(i):
                rest.append(f)
                continue
            bar = _function(base.func.__name__, True)
            top, bottom = hi + shift, lo + shift - 1
            out *= (bar(top) if top != 0 else S.One) ** n / (bar(bottom) if bottom != 0 else S.One) ** n
        return out * sympy.Product(Mul(*rest), node.limits[0]) if rest else out

    return e.replace(lambda a: isinstance(a, sympy.Product), replaced)


# --- the method

def applies(lhs, rhs):
    return any(e.has(ScheduleValue, _Scheduled) for e in map(sympify, (lhs, rhs)))


def difference(lhs, rhs, facts=()):
    """Left minus right, reduced; induction where a sum or product runs to a symbolic limit."""
    from ..compute.carry_out import difference as carried_out

    return carried_out(lhs, rhs, facts)


def reach(lhs, rhs):
    out = "all schedules with 0 < α_t < 1 and every time t"
    tops = {}
    for e in map(sympify, (lhs, rhs)):
        for a in sympy.preorder_traversal(e):
            if isinstance(a, (sympy.Sum, sympy.Product)):
                for _, lo, hi in a.limits:
                    for s in hi.free_symbols:
                        tops.setdefault(str(s), []).append(lo)
    for name, los in sorted(tops.items()):
        whole = [int(lo) for lo in los if lo.is_Integer]
        out += f", every {name}" + (f" ≥ {max(whole)}" if whole else "") + " by induction"
    return out
