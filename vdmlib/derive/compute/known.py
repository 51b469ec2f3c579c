"""What the facts of a line say, by the kind of thing that they speak of, put in where it occurs."""

import sympy
from sympy import Dummy, Symbol
from sympy.core.function import AppliedUndef, UndefinedFunction
from sympy.tensor.indexed import Indexed, IndexedBase

from ..errors import DerivationError, NotDecided
from ..nodes.expressions import plain
from ..nodes.laws import At, Density
from ..nodes.schedules import Scheduled
from .jet import Jet

__all__ = ["Known", "plain_symbol", "plain_function"]


class Known:
    """Facts, sorted; `value(e, env)` of the class that carries expressions out is used on their right sides.

    facts: pairs (what, value). A symbol, an undefined function at symbols, an indexed symbol at a symbol, a
    density, a derivative of an undefined function, or the function's value at one point is replaced wherever
    it occurs; any other pair is an equation that may be used linearly (`equations`).
    """

    def __init__(self, facts=()):
        self.symbols, self.functions, self.indexed, self.orders, self.densities = {}, {}, {}, {}, {}
        self.points, self.busy = {}, set()
        self.schedules, self.schedule_values = (lambda a: a), {}
        self.equations = []
        for lhs, rhs in facts:
            self.learn(sympy.sympify(lhs) if not isinstance(lhs, sympy.Basic) else lhs, rhs)

    def learn(self, lhs, rhs):
        if isinstance(lhs, Density):
            self.densities[density_key(lhs)] = rhs
        elif isinstance(lhs, At) or isinstance(lhs, Symbol):
            self.symbols[plain_symbol(lhs)] = rhs
        elif isinstance(lhs, AppliedUndef) and all(a.is_Symbol for a in lhs.args):
            self.functions[Jet.of(plain(lhs)).function] = (tuple(map(plain, lhs.args)), rhs)
        elif isinstance(lhs, Indexed) and all(a.is_Symbol for a in lhs.indices):
            self.indexed[plain(lhs).base] = (tuple(map(plain, lhs.indices)), rhs)
        elif isinstance(lhs, sympy.Derivative) and isinstance(lhs.expr, AppliedUndef) and len(lhs.expr.args) == 1:
            f = Jet.of(plain(lhs.expr))
            self.orders[f.function] = (sum(int(n) for _, n in lhs.variable_count), plain(lhs.expr.args[0]), rhs)
        elif isinstance(plain(lhs), Scheduled):
            a = plain(lhs)
            self.schedule_values[a.func if a.args[0].is_Symbol else a] = (a.args[0], rhs)
        elif isinstance(lhs, AppliedUndef):
            self.points[self.at_a_point(Jet.of(plain(lhs)))] = rhs
        else:
            self.equations.append((lhs, rhs))

    def once(self, key, make):
        """A fact's value; a definition that runs in a circle is an error."""
        if key in self.busy:
            raise DerivationError(f"the given definition of {key} refers to itself")
        self.busy.add(key)
        try:
            return make()
        finally:
            self.busy.discard(key)

    def scheduled(self, a):
        """α_t or ᾱ_t: a given value at this time or at every time, else reduced."""
        known = self.schedule_values.get(a)
        if known is None:
            known = self.schedule_values.get(a.func)
        if known is None:
            return self.schedules(a)
        place, rhs = known
        return self.once(a, lambda: self.value(rhs, {place: a.args[0]} if place.is_Symbol else {}))

    def settle(self, j):
        """A Jet with the facts about its function put in."""
        if j.function in self.functions:
            places, rhs = self.functions[j.function]
            fresh = [Dummy(p.name, **p.assumptions0) for p in places]
            out = self.once(j.function, lambda: self.value(rhs, dict(zip(places, fresh))))
            for p, n in zip(fresh, j.orders):
                out = out.diff((p, n)) if n else out
            return out.xreplace(dict(zip(fresh, j.at))) if not out.has(Dummy) else out.subs(list(zip(fresh, j.at)))
        if self.points and self.at_a_point(j) in self.points:
            key = self.at_a_point(j)
            return self.once(key, lambda: self.value(self.points[key], {}))
        known = self.orders.get(j.function)
        if known and j.orders[0] >= known[0]:
            n, t, rhs = known
            out = self.value(rhs, {})
            for _ in range(j.orders[0] - n):
                out = self.resettle(out.diff(t))
            return out.subs(t, j.at[0])
        return j

    @staticmethod
    def at_a_point(j):
        return Jet(j.args[0], j.orders, [sympy.expand(a) for a in j.at])

    def resettle(self, e):
        if not (self.orders or self.functions or self.points):
            return e
        return e.replace(lambda a: isinstance(a, Jet), self.settle)

    def entry(self, e, env):
        e = e if not hasattr(e, "_plain") else plain(e)
        base, indices = e.base, [self.value(i, env) for i in e.indices]
        if base in self.indexed:
            places, rhs = self.indexed[base]
            return self.once(base, lambda: self.value(rhs, {**env, **dict(zip(places, indices))}))
        return Indexed(base, *indices)

    def density(self, e):
        rhs = self.densities.get(density_key(e))
        if rhs is None:
            raise NotDecided(f"nothing is given about the density {e}: name its Gaussian in `given`")
        return rhs


def plain_symbol(e):
    """The key of a variable: an ordinary symbol, or an ordinary indexed one for x[t]."""
    if isinstance(e, At):
        base = IndexedBase(Symbol(str(e.base.label), real=True))
        return Indexed(base, *[sympy.expand(plain(i)) for i in e.indices])
    return plain(e)


def plain_function(e, args):
    """An undefined function at other arguments, as ordinary SymPy."""
    return UndefinedFunction(e.func.__name__, **e.func._kwargs)(*args)


def density_key(d):
    return (d.law, frozenset(d.left), frozenset(d.right))
