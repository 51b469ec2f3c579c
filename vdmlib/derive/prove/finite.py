"""The finite model: statements checked exactly on generic laws with a few points.

    p = table("p", 3)            # p[1], p[2], p[3] > 0, adding up to 1
    r = table("r", 2, 3)         # a joint law; r[i, j], r.marginal(0)[i], r.conditional(1, given=0)[j, i]

Every probability is a symbol, so a proof holds for every law with that many points, all of positive
probability; it says nothing about more points. The verdict is shown as the lesser one that it is.
"""

import itertools

import sympy
from sympy import Add, Expr, Mul, S, Symbol, Tuple, sympify
from sympy.core.function import AppliedUndef
from sympy.core.symbol import Str

from .log_densities import NotDecided
from ..nodes.laws import At, Block, Density, Law, random_variables
from ..errors import DerivationError
from ..compute.carry_out import Evaluator, split_log
from ..nodes.functionals import Expectation, Functional, Over, law_factors, phi
from ..nodes.expressions import Factors, Frac, Ordered, Power, Terms, plain
from ..compute.zero import simplify_zero

__all__ = ["table", "Table"]

METHOD = "finite model"
POINTS = 3  # points of each variable, in a law of at most two variables; two points in larger ones


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
    """A generic law: `table("p", 3)` on three points, `table("p", 2, 3)` joint on two and three."""
    return Table(name, *shape)


# --- the method

def applies(lhs, rhs, facts=()):
    exprs = [sympify(e) for e in (lhs, rhs)]
    if any(_holds(e, Entry) for e in exprs):
        return True
    return any(_holds(e, Density) for e in exprs) and not any(_holds(e, Block) for e in exprs)


def difference(lhs, rhs, facts=()):
    """Left minus right on the generic finite model: 0 if it vanishes, else what is left over at the first point."""
    lhs, rhs = sympify(lhs), sympify(rhs)
    model = _Model(lhs, rhs, facts)
    for env in model.assignments(lhs, rhs):
        value = model.value(lhs, env) - model.value(rhs, env)
        left = simplify_zero(value)
        if left != 0:
            return left
    return S.Zero


def reach(lhs, rhs):
    shapes = {e.shape for side in (lhs, rhs) for e in _atoms(sympify(side), Entry)}
    if shapes:
        return "every law with all probabilities positive on " + ", ".join(
            " × ".join(map(str, s)) + " points" for s in sorted(shapes))  # fmt: skip
    n = _points(_atoms(sympify(lhs), Density) | _atoms(sympify(rhs), Density))
    return f"every law with all probabilities positive on {n} points for each variable"


def _points(densities):
    most = max((len(d.law.order) for d in densities), default=1)
    return POINTS if most <= 2 else 2


def _holds(e, cls):
    return isinstance(e, cls) or any(_holds(a, cls) for a in getattr(e, "args", ()))


def _atoms(e, cls):
    found = {e} if isinstance(e, cls) else set()
    return found.union(*[_atoms(a, cls) for a in getattr(e, "args", ())])


class _Model:
    """Tables of symbols for the laws of a line; expressions are evaluated at points of the variables."""

    def __init__(self, lhs, rhs, facts):
        self.facts, others = {}, []
        for what, value in facts:
            if isinstance(what, Density):
                self.facts[what.law, frozenset(what.left), frozenset(what.right)] = sympify(value)
            else:
                others.append((what, value))
        self.evaluator = Evaluator(others)
        self.n = _points(set().union(*[_atoms(e, Density) for e in (lhs, rhs, *self.facts.values())]))
        self.joint = {}

    def assignments(self, lhs, rhs):
        free = sorted(_free(lhs) | _free(rhs), key=str)
        yield from (dict(zip(free, k)) for k in itertools.product(range(self.n), repeat=len(free)))

    def value(self, e, env):
        e = sympify(e)
        if isinstance(e, Entry):
            points = itertools.product(*[range(1, n + 1) for n in e.shape])
            return plain(e) / Add(*[plain(Entry(e.args[0], e.args[1], k)) for k in points])
        if isinstance(e, Density):
            return self.density(e, env)
        if isinstance(e, (Functional, phi)):
            return self.value(e.definition(), env)
        if isinstance(e, Expectation):
            return self.mean(e, env)
        if isinstance(e, Over):
            return Add(*[self.value(e.body, inner) for inner in self.all(e.bound, env)])
        if e in env:
            return Symbol(f"{e}_{env[e] + 1}", real=True)
        if isinstance(e, (Terms, Add)):
            return Add(*[self.value(a, env) for a in e.args])
        if isinstance(e, (Factors, Mul)):
            return Mul(*[self.value(a, env) for a in e.args])
        if isinstance(e, Frac):
            return self.value(e.args[0], env) / self.value(e.args[1], env)
        if isinstance(e, (Power, sympy.Pow)):
            return self.value(e.args[0], env) ** self.value(e.args[1], env)
        if isinstance(e, sympy.log):
            return split_log(sympy.factor(self.value(e.args[0], env)))
        if not _holds(e, (Entry, Density, At)) and not any(_holds(e, type(v)) and v in _leaves(e) for v in env):
            return self.evaluator(e)
        if e.is_Function and not isinstance(e, (AppliedUndef,)):
            return getattr(e, "_plain", e.func)(*[self.value(a, env) for a in e.args])
        if isinstance(e, AppliedUndef):
            return self.evaluator(plain(e).func(*[self.value(a, env) for a in e.args]))
        raise NotDecided(f"{type(e).__name__} of random variables is outside of the finite model: {e}")

    def all(self, bound, env):
        for v in bound:
            if isinstance(v, Block):
                raise NotDecided(f"{v} has a symbolic number of variables")
        for k in itertools.product(range(self.n), repeat=len(bound)):
            yield {**env, **dict(zip(bound, k))}

    def mean(self, e, env):
        out = []
        for inner in self.all(e.bound, env):
            weight = Mul(*[self.value(f, inner) for f in law_factors(e.law)])
            out.append(weight * self.value(e.body, inner))
        return Add(*out)

    def density(self, d, env):
        key = (d.law, frozenset(d.left), frozenset(d.right))
        if key in self.facts:
            return self.value(self.facts[key], env)
        missing = [v for v in (*d.left, *d.right) if v not in env]
        if missing:
            raise NotDecided(f"{d} has no value at {', '.join(map(str, missing))} here")
        return self.mass(d.law, d.left + d.right, env) / self.mass(d.law, d.right, env)

    def mass(self, law, vs, env):
        """The probability of the values of vs, given the values of what the law is given."""
        fixed = {v: env[v] for v in (*vs, *law.given) if v in env}
        rest = [v for v in law.scope if v not in fixed]
        if len(rest) == len(law.scope):
            return S.One
        return Add(*[self.cell(law, {**fixed, **dict(zip(rest, k))})
                     for k in itertools.product(range(self.n), repeat=len(rest))])  # fmt: skip

    def cell(self, law, at):
        """The probability of values of all of a law's variables."""
        if not law.markov:
            return self.weight(law, at, law.scope, law.given)
        out, before = S.One, law.given[-1:]
        for v in law.scope:
            out *= self.weight(law, at, (v,), before)
            before = (v,)
        return out

    def weight(self, law, at, left, right):
        """A free symbol for each point but the last, which has what is left of 1."""
        def symbol(k):
            points = ",".join(str(p + 1) for p in (*k, *[at[v] for v in right]))
            return Symbol(f"{law.name}^{''.join(map(str, left))}_{points}", positive=True)

        every = list(itertools.product(range(self.n), repeat=len(left)))
        here = tuple(at[v] for v in left)
        return symbol(here) if here != every[-1] else 1 - Add(*map(symbol, every[:-1]))


def _leaves(e):
    return set(sympy.preorder_traversal(e))


def _free(e):
    """Random variables of an expression that no expectation or sum binds."""
    if isinstance(e, Law):
        return set()
    if isinstance(e, (Functional, phi)):
        return _free(e.definition())
    if isinstance(e, (Expectation, Over)):
        inside = set().union(*[_free(a) for a in e.args]) if isinstance(e, Expectation) else _free(e.body)
        return inside - set(e.bound)
    if isinstance(e, Density):
        return set(e.left) | set(e.right)
    if not getattr(e, "args", ()) or isinstance(e, (At, Block)):
        return random_variables(e)
    return set().union(*[_free(a) for a in e.args])
