"""Finite laws by hand: alphabets, tables and numbers that are given, the rest drawn.

Refutations evaluate a claim in such a world, with the article's own numbers in it.
"""

import sympy

from ..errors import DerivationError
from ..nodes.expressions import plain
from ..nodes.laws import At, Block, Density, Variable
from ..nodes.walk import atoms, walk
from .hypotheses import Hypotheses
from .numeric import functionals, integrals, limits, named  # noqa: F401 (their rules enter the table)
from .numeric.instance import Instance
from .numeric.setting import Setting
from .numeric.settle import settle
from .result import Infinite, Outside, Unable, Undefined, Unmet

__all__ = ["World", "NoValue", "free_variables"]


class NoValue(DerivationError):
    """The expression has no value in this world."""


class World:
    """Finite laws, numbers for symbols and for undefined functions; drawn at random or given.

    Parameters
    ----------
    seed: draws everything that is not given.
    values: values that a variable takes, by variable.
    tables: by law, a function from an assignment {variable: index} to a weight (normalised here).
    numbers: by symbol. functions: by name of an undefined function, a Python function of numbers.
    index: value of the integer symbols in indices. facts: equations that hold in the world.
    """

    def __init__(self, seed=0, values=None, tables=None, numbers=None, functions=None, index=None, facts=(), size=None):
        setting = Setting(sympy.Integer(0), sympy.Integer(0), Hypotheses.read(facts), None)
        setting.laws |= set(tables or {})
        setting.finite = True
        w = self.instance = Instance(setting, seed)
        w.points = size
        w.whole_numbers.update({plain(k): int(n) for k, n in (index or {}).items()})
        for v, given in (values or {}).items():
            w.laws.values[w.place(v, {})] = [w.number(a) for a in map(_exact, given)]
        w.laws.weights.update({law: lambda at, weight=weight: _exact(weight(at)) for law, weight in (tables or {}).items()})
        for s, n in (numbers or {}).items():
            w.keep(plain(s), str(s), _exact(n))
        for name, f in (functions or {}).items():
            w.functions.concrete[name] = _Given(w, f)
        self.values = {v: w.laws.alphabet(w.place(v, {}), v) for v in values or {}}
        try:
            settle(w)
        except Unmet as why:
            raise NoValue(f"this world does not meet a fact: {why}") from None

    def alphabet(self, v):
        """The values a variable can take."""
        return self.instance.laws.alphabet(self.instance.place(v, {}), v)

    def table(self, law):
        """(its variables, {values' indices of them: probability of the scope given the given})"""
        self.know(law)
        names, table = self.instance.laws.table(law)
        return tuple(names.values()), table

    def know(self, *laws):
        self.instance.setting.laws |= set(laws)

    def flat(self, vs):
        """Variables and blocks as variables whose indices are numbers."""
        return tuple(self.instance.laws.variables(vs, {}).values())

    def value(self, e, env):
        """The number that an expression is, with the free random variables at the outcomes in `env`."""
        w, e = self.instance, sympy.sympify(e)
        self.know(*[d.law for d in atoms(e, Density)])
        at = {w.place(v, {}): w.laws.alphabet(w.place(v, {}), v)[k] for v, k in env.items()}
        missing = [v for v in free_variables(e, self) if w.place(v, {}) not in at]
        if missing:
            raise NoValue(f"{missing[0]} has no value")
        try:
            return w.run(e, at)
        except (Unable, Undefined, Outside, Infinite, ZeroDivisionError) as why:
            raise NoValue(str(why) or "division by zero") from None


class _Given:
    """A Python function in the place of an undefined one."""

    def __init__(self, w, f):
        self.w, self.f = w, f

    def partial(self, orders, at):
        if any(orders):
            raise Unable("a function that is given by its values has no derivative")
        return self.w.number(_exact(self.f(*at)))


def free_variables(e, world):
    """The random variables of an expression that nothing in it binds, chain indices made numbers."""
    w, names, chains = world.instance, {}, {}
    for a in walk(sympy.sympify(e)):
        if isinstance(a, Variable):
            names[plain(a)] = a
        elif isinstance(a, (At, Block)):
            chains[str(a.args[0].label)] = a.args[0]
    return {names[k] if k in names else At(chains[k[1]], sympy.Integer(k[2])) for k in w.free(sympy.sympify(e), {})}


def _exact(a):
    return a if isinstance(a, sympy.Basic) else sympy.nsimplify(str(a), rational=True)
