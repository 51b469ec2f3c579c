"""Undefined functions and their partial derivatives, as one kind of atom.

SymPy writes the derivative of an undefined function in three ways: `Derivative(f(x), x)`, `Subs(…)`, and,
for ∂L/∂q′ with q a function, a `Derivative` by a non-symbol whose total derivative it gets wrong. `Jet`
is the one form that the provers use: f, how often it is differentiated in each argument, the arguments.
"""

from sympy import Derivative, Dummy, Expr, Subs, Symbol, Tuple, sympify
from sympy.core.function import UndefinedFunction
from sympy.core.symbol import Str

_FUNCTIONS = {}


class Jet(Expr):
    """The partial derivative of an undefined function, of the given orders, at the given arguments."""

    is_commutative = True

    def __new__(cls, token, orders, args):
        return Expr.__new__(cls, token, Tuple(*map(sympify, orders)), Tuple(*map(sympify, args)))

    @classmethod
    def of(cls, applied):
        """f(u, …) as a Jet of order 0."""
        f = applied.func
        given = {k: v for k, v in f._kwargs.items() if v is not None}
        token = Str(f.__name__ + "|" + ",".join(f"{k}={given[k]}" for k in sorted(given)))
        _FUNCTIONS.setdefault(token, (f.__name__, given))
        return cls(token, (0,) * len(applied.args), applied.args)

    @property
    def orders(self):
        return tuple(int(n) for n in self.args[1])

    @property
    def at(self):
        return tuple(self.args[2])

    @property
    def function(self):
        """The key of the function: its name with its assumptions."""
        return self.args[0]

    @property
    def name(self):
        return _FUNCTIONS[self.args[0]][0]

    def raised(self, k, by=1):
        """The same with `by` more derivatives in argument k."""
        orders = list(self.orders)
        orders[k] += by
        return Jet(self.args[0], orders, self.at)

    def _eval_derivative(self, s):
        out = sympify(0)
        for k, a in enumerate(self.at):
            d = a.diff(s)
            if d != 0:
                out += self.raised(k) * d
        return out

    def _assumed(self, what):
        given = _FUNCTIONS[self.args[0]][1]
        if not any(self.orders):
            return given.get(what)
        return given.get("real") if what in ("real", "extended_real") else None

    def _eval_is_real(self):
        return self._assumed("real")

    def _eval_is_extended_real(self):
        return self._assumed("real")

    def _eval_is_positive(self):
        return self._assumed("positive")

    def _eval_is_extended_positive(self):
        return self._assumed("positive")

    def _eval_is_negative(self):
        return self._assumed("negative")

    def _eval_is_extended_negative(self):
        return self._assumed("negative")

    def _eval_is_nonnegative(self):
        return self._assumed("nonnegative")

    def _eval_is_zero(self):
        return False if self._assumed("positive") or self._assumed("nonzero") else None

    def _eval_is_finite(self):
        return True

    def written(self):
        """As SymPy would write it, for people to read."""
        name, given = _FUNCTIONS[self.args[0]]
        f = UndefinedFunction(name, **given)
        places, back = [], []
        for n, a in zip(self.orders, self.at):
            if n and not (isinstance(a, Symbol) and a not in places):
                place = Dummy(f"xi_{len(places) + 1}")
                back.append((place, a))
                a = place
            places.append(a)
        counts = [(a, n) for a, n in zip(places, self.orders) if n]
        out = f(*places)
        if counts:
            out = Derivative(out, *counts)
        return Subs(out, [b for b, _ in back], [a for _, a in back]) if back else out

    def _sympystr(self, printer):
        name = self.name
        if len(self.at) == 1:
            name += "'" * self.orders[0]
        elif any(self.orders):
            name += "_{" + ",".join(map(str, self.orders)) + "}"
        return f"{name}({', '.join(map(printer._print, self.at))})"

    def _latex(self, printer):
        return printer._print(self.written())


def written(e):
    """The expression with every Jet as SymPy would write it."""
    if isinstance(e, Jet):
        return Jet(e.args[0], e.orders, [written(a) for a in e.at]).written()
    if not e.args or not e.has(Jet):
        return e
    return e.func(*[written(a) for a in e.args])
