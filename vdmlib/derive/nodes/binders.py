"""Derivatives, integrals, limits, sums and products as typed: they are carried out when a line is checked."""

import sympy
from sympy import sympify

from ..calls import operand
from ..errors import DerivationError
from .expressions import Ordered, plain

__all__ = ["Derivative", "Integral", "Limit", "Product", "Subs", "Sum"]


class _Open(Ordered):
    """What is not carried out yet. SymPy asks numbers for their value, and takes any time to find one: to it this is no number."""

    __slots__ = ()
    is_number = is_comparable = False


class Derivative(_Open, sympy.Derivative):
    """A derivative as a displayed object; it is carried out when the line is checked.

    Example: the score of a normal law
    >>> x, m, v = symbol("x"), symbol("mu"), symbol("v", positive=True)
    >>> Identity("ex.derivative", Derivative(log(N(x, m, v)), x), -frac(x - m, v))

    Example: the second derivative
    >>> Identity("ex.derivative.second", Derivative(x**3, x, 2), 6 * x)

    Refused: its sign
    >>> Identity("ex.derivative.sign", Derivative(log(N(x, m, v)), x), frac(x - m, v))

    Refused: by what is no variable
    >>> Derivative(x**2, x + m)
    """

    _plain = sympy.Derivative

    def __new__(cls, expr, *variables, **hints):
        for k, v in enumerate(variables):
            v = sympify(v[0] if isinstance(v, (tuple, sympy.Tuple)) else v)
            if not (v._diff_wrt or k and v.is_integer and not isinstance(variables[k], tuple)):
                raise DerivationError(f"a derivative is by a symbol, a variable or a function such as f(x), not by {plain(v)}")
        return super().__new__(cls, expr, *variables, **hints)


class Integral(_Open, sympy.Integral):
    """An integral over a real variable, as a displayed object; over a random variable it is `Integrate[x](…)`.

    Example: by parts, for all smooth functions
    >>> f, g = undefined("f g")
    >>> s, end = symbol("s"), symbol("T", positive=True)
    >>> inside = Integral(f(s) * Derivative(g(s), s), (s, 0, end))
    >>> Identity("ex.integral", inside, f(end) * g(end) - f(0) * g(0)
    ...     - Integral(Derivative(f(s), s) * g(s), (s, 0, end)))

    Example: over the whole line
    >>> v = symbol("v", positive=True)
    >>> Identity("ex.integral.line", Integral(exp(-s**2 / (2 * v)), (s, -oo, oo)), sqrt(2 * pi * v))

    Refused: the ends forgotten
    >>> Identity("ex.integral.ends", inside, -Integral(Derivative(f(s), s) * g(s), (s, 0, end)))

    Refused: no ends at all
    >>> Identity("ex.integral.indefinite", Integral(2 * s, s), s**2)
    """

    _plain = sympy.Integral

    def __new__(cls, function, *how, **hints):
        return super().__new__(cls, operand(function), *how, **hints)


class Limit(_Open, sympy.Limit):
    """A limit, as a displayed object.

    `Limit(f, s, at)`, or with the side from which it is approached, `Limit(f, s, at, "-")`; "+" unless said.

    Example: many small factors
    >>> a, n = symbol("a"), symbol("n", positive=True)
    >>> Identity("ex.limit", Limit((1 + a / n)**n, n, oo), exp(a))

    Example: from below
    >>> s = symbol("s")
    >>> Identity("ex.limit.side", Limit(sqrt(s**2) / s, s, 0, "-"), -1)

    Refused: the limit from above is another
    >>> Identity("ex.limit.above", Limit(sqrt(s**2) / s, s, 0), -1)

    Refused: n is declared positive
    >>> Identity("ex.limit.negative", Limit((1 + a / n)**n, n, -oo), exp(a))
    """

    _plain = sympy.Limit

    def __new__(cls, function, *how, **hints):
        return super().__new__(cls, operand(function), *how, **hints)


class Subs(_Open, sympy.Subs):
    """An expression at a value of a variable, as a displayed object: `Subs(Derivative(F, eps), eps, 0)`.

    Example: the slope at nought
    >>> a, s = symbols("a s")
    >>> Identity("ex.subs", Subs(Derivative(exp(a * s), s), s, 0), a)

    Refused: the value there, not the slope
    >>> Identity("ex.subs.value", Subs(Derivative(exp(a * s), s), s, 0), 1)
    """

    _plain = sympy.Subs


class Sum(_Open, sympy.Sum):
    """A sum over an index, as a displayed object; over the values of random variables it is `Sigma[z](…)`.

    Example: every n
    >>> k, n = symbol("k", integer=True), symbol("n", integer=True, positive=True)
    >>> r = symbol("r", positive=True)
    >>> Identity("ex.sum", Sum(k**2, (k, 1, n)), frac(n * (n + 1) * (2 * n + 1), 6))

    Example: what telescopes, for all functions
    >>> f = undefined("f")
    >>> Identity("ex.sum.telescope", Sum(f(k) - f(k - 1), (k, 1, n)), f(n) - f(0))

    Refused: one term too many
    >>> Identity("ex.sum.ends", Sum(f(k) - f(k - 1), (k, 0, n)), f(n) - f(0))

    Refused: a random variable is no index
    >>> x = variables("x")
    >>> p = Law("p", x)
    >>> Identity("ex.sum.variable", Sum(p(x), (x, 1, n)), 1)
    """

    _plain = sympy.Sum

    def __new__(cls, function, *limits, **hints):
        return super().__new__(cls, operand(function), *_ranges("Sum", function, limits), **hints)


class Product(_Open, sympy.Product):
    """A product over an index, as a displayed object.

    Example: all steps of a schedule together
    >>> k, t = symbol("k", integer=True), symbol("t", integer=True, positive=True)
    >>> alpha = Schedule("alpha")
    >>> Identity("ex.product", Product(alpha[k], (k, 1, t)), alpha.bar[t])

    Refused: one factor too few
    >>> Identity("ex.product.short", Product(alpha[k], (k, 2, t)), alpha.bar[t])
    """

    _plain = sympy.Product

    def __new__(cls, function, *limits, **hints):
        return super().__new__(cls, operand(function), *_ranges("Product", function, limits), **hints)


def _ranges(kind, function, limits):
    """The ranges of a sum or product; an error where one has no ends."""
    if not limits:
        raise DerivationError(f"{kind} needs an index with its range: {kind}({plain(operand(function))}, (k, 1, n))")
    for limit in limits:
        if not isinstance(limit, (tuple, list, sympy.Tuple)) or len(limit) != 3:
            v = limit[0] if isinstance(limit, (tuple, list, sympy.Tuple)) and limit else limit
            if getattr(v, "is_random_variable", False):
                raise DerivationError(f"{v} is a random variable: write Sigma[{v}]({plain(operand(function))}) for the sum over all of its values")
            raise DerivationError(f"{kind} needs the range of its index: {kind}(…, ({v}, 1, n)), both ends included")
    return limits
