"""Generic laws on finitely many points, whose probabilities are symbols.

    p = table("p", 3)            # p[1], p[2], p[3] > 0, adding up to 1
    r = table("r", 2, 3)         # a joint law; r[i, j], r.marginal(0)[i], r.conditional(1, given=0)[j, i]
"""

import itertools

from sympy import Expr, Symbol, Tuple, sympify
from sympy.core.symbol import Str

from ..errors import DerivationError
from .expressions import Factors, Frac, Ordered, Terms

__all__ = ["table", "Table", "Entry"]


class Entry(Ordered, Expr):
    """One probability of a table."""

    is_commutative = True
    is_positive = True
    is_real = True

    def __new__(cls, name, shape, index):
        return Expr.__new__(cls, name, Tuple(*shape), Tuple(*index))

    @property
    def name(self):
        return self.args[0].name

    @property
    def shape(self):
        return tuple(int(n) for n in self.args[1])

    @property
    def index(self):
        return tuple(int(k) for k in self.args[2])

    def _plain(self, name, shape, index):
        return Symbol(f"{name.name}_{','.join(map(str, index))}", positive=True)

    def doit(self, **hints):
        return self

    def _sympystr(self, printer):
        return f"{self.name}[{', '.join(map(str, self.index))}]"

    def _latex(self, printer, exp=None):
        out = f"{self.name}_{{{','.join(map(str, self.index))}}}"
        return out if exp is None else f"{out}^{{{exp}}}"


class Table:
    """A generic law on finitely many points, or a joint law of several such variables. Points count from 1."""

    def __init__(self, name, *shape):
        if not shape or any(not isinstance(n, int) or n < 1 for n in shape):
            raise DerivationError(f"table({name!r}, …) takes the numbers of points, such as table('p', 3) or table('p', 2, 3)")
        self.name, self.shape = Str(name), shape

    def __getitem__(self, index):
        index = index if isinstance(index, tuple) else (index,)
        if len(index) != len(self.shape) or any(not 1 <= int(k) <= n for k, n in zip(index, self.shape)):
            raise DerivationError(f"{self.name.name}{list(index)} does not exist: the table has shape {self.shape}, points count from 1")
        return Entry(self.name, self.shape, index)

    @property
    def points(self):
        """All points, as indices: numbers, or tuples for a joint law."""
        every = itertools.product(*[range(1, n + 1) for n in self.shape])
        return [k[0] if len(self.shape) == 1 else k for k in every]

    def expect(self, f):
        """Σ p_k f(k) over the points, as a display node; f takes a point."""
        return Terms.of(*[Factors.of(self[k], sympify(f(k))) for k in self.points])

    def total(self, f=lambda k: 1):
        """Σ f(k) over the points."""
        return Terms.of(*[sympify(f(k)) for k in self.points])

    def marginal(self, *axes):
        """The marginal of the named variables (counted from 0): a function of their point(s) by [ ]."""
        return _Marginal(self, axes)

    def conditional(self, *axes, given):
        """The law of some variables given others: `[points of axes + points of given]` is a fraction."""
        given = given if isinstance(given, tuple) else (given,)
        return _Conditional(self, axes, given)

    def pushforward(self, X):
        """The law of X(ω): a dictionary from value to probability. X: a dictionary or function on the points."""
        value = X.__getitem__ if isinstance(X, dict) else X
        out = {}
        for k in self.points:
            out.setdefault(sympify(value(k)), []).append(self[k])
        return {v: ps[0] if len(ps) == 1 else Terms(*ps) for v, ps in out.items()}


class _Marginal:
    def __init__(self, table, axes):
        self.table, self.axes = table, axes

    def __getitem__(self, index):
        index = index if isinstance(index, tuple) else (index,)
        ps = [self.table[k] for k in self.table.points
              if all((k if isinstance(k, tuple) else (k,))[a] == i for a, i in zip(self.axes, index))]  # fmt: skip
        return ps[0] if len(ps) == 1 else Terms(*ps)


class _Conditional:
    def __init__(self, table, axes, given):
        self.joint, self.below = table.marginal(*axes, *given), table.marginal(*given)
        self.left = len(axes)

    def __getitem__(self, index):
        index = index if isinstance(index, tuple) else (index,)
        return Frac(self.joint[index], self.below[index[self.left :]])


def table(name, *shape):
    """A generic law: `table("p", 3)` on three points, `table("p", 2, 3)` joint on two and three.

    Points count from 1. `p[k]` is a probability, `p.expect(f)` a mean, `p.total(f)` a sum over the points, `p.points` the points.
    Of a joint law, `p.marginal(0)[i]` and `p.conditional(1, given=0)[j, i]` count the variables from 0; `p.pushforward(X)` is the law of X.

    Example: the variance, for every law on two points
    >>> p = table("p", 2)
    >>> value = {1: -1, 2: 2}.__getitem__
    >>> mean = p.expect(value)
    >>> Identity("ex.table", p.expect(lambda k: (value(k) - mean)**2),
    ...     p.expect(lambda k: value(k)**2) - mean**2)

    Example: a joint law
    >>> r = table("r", 2, 3)
    >>> Identity("ex.table.joint", r.marginal(0)[1] * r.conditional(1, given=0)[3, 1], r[1, 3])

    Refused: the mean's square forgotten
    >>> Identity("ex.table.mean", p.expect(lambda k: (value(k) - mean)**2), p.expect(lambda k: value(k)**2))

    Refused: no such point
    >>> p[4]
    """
    return Table(name, *shape)
