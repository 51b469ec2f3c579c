"""Expressions that keep the order in which they were typed.

SymPy sorts and cancels: `b + a` becomes `a + b`, `q/q` becomes 1. A reader wants the line as it was
written, with the factor that was multiplied and divided by still to be seen. `Ordered` nodes keep it;
`plain` turns them into ordinary SymPy, which is what the provers work on.
"""

import sympy
from sympy import Add, Expr, Integer, Mul, Pow, Rational, Symbol, sympify
from sympy.core.function import AppliedUndef, UndefinedFunction
from sympy.printing.precedence import PRECEDENCE

from ..calls import NoNumber, known, operand
from ..errors import DerivationError
from .bounds import properties
from .floats import exact, meant

__all__ = [
    "Ordered", "Sized", "Terms", "Factors", "Frac", "Power", "frac", "symbols", "symbol", "undefined", "plain", "exact", "meant",
    "log", "exp", "sqrt",
]  # fmt: skip


class Ordered(Expr):
    """Arithmetic that builds display nodes instead of sorting.

    Nothing is added or taken away, and nothing is divided by one: SymPy does so within, and must get back what it had.
    """

    __slots__ = ()
    _op_priority = 20.0

    def __add__(self, other):
        return self if _is(other, 0) else Terms.of(self, other)

    def __radd__(self, other):
        return self if _is(other, 0) else Terms.of(other, self)

    def __sub__(self, other):
        return self if _is(other, 0) else Terms.of(self, negative(other))

    def __rsub__(self, other):
        return negative(self) if _is(other, 0) else Terms.of(other, negative(self))

    def __neg__(self):
        return negative(self)

    def __mul__(self, other):
        return Factors.of(self, other)

    def __rmul__(self, other):
        return Factors.of(other, self)

    def __truediv__(self, other):
        return self if _is(other, 1) else Frac(self, other)

    def __rtruediv__(self, other):
        return Frac(other, self)

    def __pow__(self, other):
        return Power(self, other)

    def __rpow__(self, other):
        return Power(other, self)

    def __ge__(self, other):
        return _ordered(self, other, super().__ge__, "__ge__")

    def __gt__(self, other):
        return _ordered(self, other, super().__gt__, "__gt__")

    def __le__(self, other):
        return _ordered(self, other, super().__le__, "__le__")

    def __lt__(self, other):
        return _ordered(self, other, super().__lt__, "__lt__")

    def __xor__(self, other):
        raise DerivationError(f"^ is no power in Python: write {plain(self)}**{other}")


def _is(e, n):
    """Whether what stands in a sum or quotient is the whole number n itself."""
    return isinstance(e, (int, Integer)) and not isinstance(e, bool) and e == n


def _ordered(a, b, typed, name):
    """Two numbers are compared at once, as in Max(sqrt(2), 1); all else makes an inequality."""
    b = sympify(b)
    if not (a.is_comparable and getattr(b, "is_comparable", False)):
        return typed(b)
    return getattr(plain(a), name)(plain(b))


class Sized(Ordered):
    """What has rows and columns. Sums, products and quotients of such things are made by `made`, which looks at the sizes."""

    __slots__ = ()
    is_commutative = False
    made = None  # of a kind of node and its arguments; arrays.py says how


class _Node(Ordered):
    """A node with Expr arguments; it commutes, as numbers do."""

    __slots__ = ()
    is_commutative = True

    def __new__(cls, *args):
        args = tuple(map(operand, args))
        if any(isinstance(a, Sized) for a in args):
            return Sized.made(cls, args)
        return Expr.__new__(cls, *args)

    def _eval_derivative(self, s):
        return plain(self).diff(plain(s))

    @property
    def is_comparable(self):
        return self.is_number and bool(plain(self).is_comparable)  # Max and Min ask


class Terms(_Node):
    """A sum in the order typed."""

    __slots__ = ()
    precedence = PRECEDENCE["Add"]

    @classmethod
    def of(cls, *args):
        first, *rest = map(operand, args)  # a sum further right was typed in brackets and keeps them
        return cls(*(first.args if isinstance(first, Terms) else (first,)), *rest)

    def doit(self, **hints):
        return Add(*[a.doit(**hints) for a in self.args])


class Factors(_Node):
    """A product in the order typed."""

    __slots__ = ()
    precedence = PRECEDENCE["Mul"]

    @classmethod
    def of(cls, *args):
        flat = []
        for a in map(operand, args):
            flat.extend(a.args if isinstance(a, Factors) else (a,))
        flat = [a for a in flat if a != 1] or [Integer(1)]
        return flat[0] if len(flat) == 1 else cls(*flat)

    def doit(self, **hints):
        return Mul(*[a.doit(**hints) for a in self.args])


class Frac(_Node):
    """A fraction that does not cancel."""

    __slots__ = ()
    precedence = PRECEDENCE["Mul"]

    def doit(self, **hints):
        num, den = (a.doit(**hints) for a in self.args)
        return num / den


class Power(_Node):
    """A power as typed."""

    __slots__ = ()
    precedence = PRECEDENCE["Pow"]

    def doit(self, **hints):
        base, exponent = (a.doit(**hints) for a in self.args)
        return Pow(base, exponent)


class _OfNumbers(Ordered):
    __slots__ = ()

    def __new__(cls, *args, **hints):
        if any(isinstance(a, Sized) for a in args):
            raise DerivationError(f"{cls.__name__}(…) is of a number, and {args[0]} is a {'×'.join(map(str, args[0].shape))} array")
        return super().__new__(cls, *args, **hints)


class log(_OfNumbers, sympy.log):
    """Natural logarithm; logs in this book are natural, so entropies come in nats.

    Example: under the condition that both sides exist
    >>> x = symbol("x")
    >>> Identity("ex.log", log(x**2), 2 * log(x))

    Example: of a positive number
    >>> a = symbol("a", positive=True)
    >>> Identity("ex.log.exp", exp(log(a)), a)

    Refused: a logarithm of a sum
    >>> b = symbol("b", positive=True)
    >>> Identity("ex.log.sum", log(a + b), log(a) + log(b))
    """

    _plain = sympy.log

    @classmethod
    def eval(cls, *args):
        return super().eval(*map(operand, args))


class exp(_OfNumbers, sympy.exp):
    """The exponential, as typed.

    Example
    >>> a, b = symbols("a b")
    >>> Identity("ex.exp", exp(a) * exp(b), exp(a + b))

    Refused: it turns sums into products, not products into products
    >>> Identity("ex.exp.product", exp(a * b), exp(a) * exp(b))
    """

    _plain = sympy.exp

    @classmethod
    def eval(cls, arg):
        return super().eval(operand(arg))


def sqrt(e):
    """Square root, as typed.

    Example
    >>> a, b = symbols("a b", positive=True)
    >>> Identity("ex.sqrt", frac(1, sqrt(a) + sqrt(b)), frac(sqrt(a) - sqrt(b), a - b))

    Refused: the root of a sum
    >>> Identity("ex.sqrt.sum", sqrt(a**2 + b**2), a + b)
    """
    return Power(e, Rational(1, 2))


def negative(e):
    """−e, shown as a leading minus."""
    e = sympify(e)
    if e.is_Number:
        return -e
    if isinstance(e, Factors) and e.args[0] == -1:
        rest = e.args[1:]
        return rest[0] if len(rest) == 1 else Factors(*rest)
    return Factors.of(Integer(-1), e)


def frac(num, den):
    """num / den, displayed as a fraction and never cancelled on the page.

    Example: what is multiplied and divided by stays to be seen
    >>> a, b = symbols("a b", positive=True)
    >>> frac(a * b, b)

    Example: with a condition where the denominator may vanish
    >>> x, y = symbols("x y")
    >>> Identity("ex.frac", frac(x**2 - y**2, x - y), x + y)

    Refused: the fraction upside down
    >>> Identity("ex.frac.down", frac(a, b), frac(b, a))

    Refused: nothing is divided by nought
    >>> Identity("ex.frac.zero", frac(a, b - b), a)
    """
    return Frac(num, den)


class Sym(Ordered, Symbol):
    """A symbol whose arithmetic keeps the order typed."""

    __slots__ = ()


class _TypedFunction(NoNumber, UndefinedFunction):
    """The class of an undefined function as typed. It differs from SymPy's own of the same name: SymPy's cache, which
    looks up by equality, would give back one for the other."""

    def how_to_write(cls):
        return f"{cls.__name__} is a function. Write its value, such as {cls.__name__}(x)"

    def __eq__(self, other):
        return isinstance(other, _TypedFunction) and super().__eq__(other)

    def __ne__(self, other):
        return not self == other

    def __hash__(self):
        return hash((_TypedFunction, super().__hash__()))


class OrderedUndef(Ordered, AppliedUndef):
    """An undefined function, applied; its arithmetic keeps the order typed."""


def symbol(name, *, between=None, **assumptions):
    """One symbol; real unless said otherwise. Integers (times, sizes, indices) are ordinary SymPy symbols.

    assumptions: SymPy's, of which the engine uses positive, nonnegative, negative, nonzero, integer, real and complex.
    between: a range, as in between=(0, 1); between=[0, 1] includes the ends. For one end alone there are signs and facts.

    Example: a positive one
    >>> v = symbol("v", positive=True)
    >>> Identity("ex.symbol", sqrt(v**2), v)

    Example: in a range
    >>> t = symbol("t", between=(0, 1))
    >>> Identity("ex.symbol.between", log(t**2 * (1 - t)), 2 * log(t) + log(1 - t))

    Example: an index, and an end
    >>> k, n = symbol("k", integer=True), symbol("n", integer=True, positive=True)
    >>> Identity("ex.symbol.integer", Sum(k, (k, 1, n)), frac(n * (n + 1), 2))

    Refused: of either sign
    >>> a = symbol("a")
    >>> Identity("ex.symbol.real", sqrt(a**2), a)

    Refused: with its ends, at one of which the gap has no value
    >>> s = symbol("s", between=[0, 1])
    >>> Inequality("ex.symbol.ends", 1, s, gap=frac((1 - s)**2, 1 - s))

    Refused: beyond the range
    >>> Identity("ex.symbol.beyond", sqrt((2 * t - 1)**2), 2 * t - 1)

    Refused: no derivative by a whole number
    >>> Identity("ex.symbol.whole", Derivative(n**2, n), 2 * n)
    """
    known(assumptions)
    if between is not None:
        return Sym(name, **_in_range(name, between, assumptions))
    if assumptions.get("integer"):
        return Symbol(name, **assumptions)
    if not {"real", "positive", "nonnegative", "negative", "integer", "complex", "nonzero"} & set(assumptions):
        assumptions["real"] = True
    return Sym(name, **assumptions)


def _in_range(name, between, assumptions):
    """The properties that a range gives; it says the sign itself."""
    if set(assumptions) - {"real"}:
        raise DerivationError(f"between= says the sign of {name}, and {', '.join(sorted(set(assumptions) - {'real'}))}= beside it is one declaration too many")
    between = type(between)(plain(exact(operand(end))) for end in between) if isinstance(between, (tuple, list)) else between
    return properties(between, name)


def symbols(names, *, between=None, **assumptions):
    """Several symbols from a string of names; a single name gives a single symbol.

    assumptions, between: of each of them, as in `symbol`.

    Example
    >>> a, b = symbols("a b", positive=True)
    >>> Identity("ex.symbols", log(a * b), log(a) + log(b))

    Example: in a range
    >>> s, t = symbols("s t", between=(0, 1))
    >>> Inequality("ex.symbols.between", 1, s * t, gap=1 - s * t)

    Refused: a range is given by two ends
    >>> symbols("s t", between=1)

    Refused: of any sign, the root is the absolute value
    >>> x, y = symbols("x y")
    >>> Identity("ex.symbols.real", sqrt(x**2 * y**2), x * y)
    """
    return _several(tuple(symbol(n, between=between, **assumptions) for n in names.split()))


def undefined(names, *, between=None, **assumptions):
    """Undefined functions from a string of names; real unless said otherwise.

    assumptions: of their values, as in `undefined("rate", positive=True)`; real unless said otherwise.
    between: a range of their values, at every argument: between=(0, 1), or between=[0, 1] with its ends.

    Example: for all smooth functions
    >>> f, g = undefined("f g")
    >>> x = symbol("x")
    >>> product = f(x) * Derivative(g(x), x) + Derivative(f(x), x) * g(x)
    >>> Identity("ex.undefined", Derivative(f(x) * g(x), x), product)

    Example: one that is never negative, as a gap
    >>> w = undefined("w", nonnegative=True)
    >>> Inequality("ex.undefined.sign", x + w(x), x, gap=w(x))

    Example: a schedule between nought and one
    >>> b = undefined("b", between=(0, 1))
    >>> Identity("ex.undefined.between", Derivative(log(1 - b(x)), x), -frac(Derivative(b(x), x), 1 - b(x)))

    Refused: it may reach its ends
    >>> c = undefined("c", between=[0, 1])
    >>> Inequality("ex.undefined.ends", 1, c(x), gap=frac((1 - c(x))**2, 1 - c(x)))

    Refused: the derivative of a product is no product
    >>> Identity("ex.undefined.wrong", Derivative(f(x) * g(x), x),
    ...     Derivative(f(x), x) * Derivative(g(x), x))

    Refused: of any sign
    >>> Inequality("ex.undefined.any", x + f(x), x, gap=f(x))
    """
    known(assumptions)
    if between is not None:
        return _several(tuple(_TypedFunction(n, bases=(OrderedUndef,), **_in_range(n, between, assumptions)) for n in names.split()))
    assumptions = assumptions or {"real": True}
    return _several(tuple(_TypedFunction(n, bases=(OrderedUndef,), **assumptions) for n in names.split()))


def _several(made):
    return made[0] if len(made) == 1 else made


def plain(e):
    """The same mathematics as ordinary SymPy: display nodes gone, ordered symbols made plain symbols.

    SymPy's own code computes with `+` and `*`, so a symbol that builds display nodes must not get there.

    Example: SymPy sorts and cancels
    >>> a, b = symbols("a b", positive=True)
    >>> plain(frac(b * a, b))

    Refused: ordinary SymPy as well is checked
    >>> Identity("ex.plain", plain(b - a), plain(a - b))
    """
    if isinstance(e, Sym):
        return Symbol(e.name, **e.assumptions0)
    if not getattr(e, "args", ()):
        return e
    args = [plain(a) for a in e.args]
    if isinstance(e, Sized):
        return e.func(*args)
    if isinstance(e, Terms):
        return Add(*args)
    if isinstance(e, Factors):
        return Mul(*args)
    if isinstance(e, Frac):
        return Mul(args[0], Pow(args[1], -1))
    if isinstance(e, Power):
        return Pow(*args)
    if isinstance(e, OrderedUndef):
        return UndefinedFunction(e.func.__name__, **e.func._kwargs)(*args)
    return getattr(e, "_plain", e.func)(*args)
