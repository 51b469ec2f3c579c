"""Vectors and matrices of any dimension, as expressions.

    d = symbol("d", integer=True, positive=True)
    x, mu = vector("x mu", d)
    S = matrix("Sigma", d, positive=True)
    (x - mu).T * S**-1 * (x - mu)

A vector is a column. The size of every sum and product is looked at when it is written. The file is over 400 lines long:
the nodes, how they are made and how they are said refer to one another.
"""

from sympy import Expr, Integer, Symbol, Tuple, prod, sympify
from sympy.printing.precedence import PRECEDENCE
from sympy.printing.str import StrPrinter

from ..errors import DerivationError
from .expressions import Factors, Frac, Ordered, Power, Sized, Terms, negative
from .functionals import Expectation, IntegralOver

__all__ = [
    "Letter", "Eye", "Transpose", "Inverse", "ArrayTerms", "ArrayFactors",
    "ArrayFrac", "ArrayExpectation", "ArrayIntegral", "Inner", "Trace", "Det", "Norm", "ScalarOfArrays", "shape", "size", "said", "is_dimension",
]  # fmt: skip

SCALAR = Integer(1), Integer(1)


def shape(e):
    """(rows, columns) of an expression; (1, 1) of a number."""
    return e.shape if isinstance(e, Sized) else SCALAR


def size(e):
    """The shape in words, "d×1"."""
    return "×".join(map(str, shape(e)))


class Array(Sized):
    """A vector or matrix."""

    __slots__ = ()

    @property
    def T(self):
        return self.args[0] if isinstance(self, Transpose) else Transpose(self)

    def __pow__(self, other):
        if sympify(other) != -1:
            raise DerivationError(f"{self}**{other}: the only power of a matrix is its inverse, A**-1. For a square write A*A, for a length norm(x)**2")
        return Inverse(self)

    def __rpow__(self, other):
        raise DerivationError(f"{other}**({self}): an exponent is a number")

    def __rtruediv__(self, other):
        raise DerivationError(f"{other}/({self}): divide by a number; the inverse of a matrix is A**-1")

    def doit(self, **hints):
        return self

    def slips(self):
        return ()

    def __repr__(self):
        return said(self)

    __str__ = __repr__


class Letter(Array, Symbol):
    """A vector or matrix by its name."""

    __slots__ = ("shape", "traits")

    def __new__(cls, name, rows, columns=1, traits=()):
        out = Symbol.__xnew__(cls, name, commutative=False)
        out.shape = tuple(map(sympify, (rows, columns)))
        out.traits = frozenset(traits)
        return out

    def __getnewargs_ex__(self):
        return (self.name, *self.shape, tuple(sorted(self.traits))), {}

    def __setstate__(self, state):
        pass

    def _hashable_content(self):
        return (self.name, self.shape, tuple(sorted(self.traits)))

    def slips(self):
        if self.shape[0] != self.shape[1]:
            return
        if "positive" in self.traits:
            yield "precision for covariance", Inverse(self)
        elif not {"symmetric", "orthogonal"} & self.traits:
            yield "transposed", Transpose(self)


class _Made(Array):
    """A node that is made anew, sizes looked at, whenever its parts change."""

    __slots__ = ()
    kind = None

    def __new__(cls, *args):
        return made(cls.kind, tuple(map(sympify, args)))


class Eye(Array):
    """The identity matrix."""

    __slots__ = ()

    def __new__(cls, d):
        return Expr.__new__(cls, is_dimension(d))

    @property
    def shape(self):
        return self.args[0], self.args[0]


class Transpose(Array):
    __slots__ = ()

    def __new__(cls, a):
        return Expr.__new__(cls, _array(a, "the transpose"))

    @property
    def shape(self):
        return self.args[0].shape[::-1]

    def slips(self):
        if self.shape[0] == self.shape[1]:
            yield "transposition lost", self.args[0]


class Inverse(Array):
    __slots__ = ()

    def __new__(cls, a):
        return Expr.__new__(cls, _square(a, "the inverse"))

    @property
    def shape(self):
        return self.args[0].shape

    def slips(self):
        yield "inverse lost", self.args[0]


class ArrayTerms(_Made, Terms):
    __slots__ = ()
    kind = Terms

    @property
    def shape(self):
        return next(a.shape for a in self.args if isinstance(a, Sized))


class ArrayFactors(_Made, Factors):
    __slots__ = ()
    kind = Factors

    @property
    def shape(self):
        return _product_shape(self.args)

    def slips(self):
        yield from _slips_of_a_product(self.args)


class ArrayFrac(_Made, Frac):
    __slots__ = ()
    kind = Frac

    @property
    def shape(self):
        return self.args[0].shape

    def slips(self):
        num, den = self.args
        if den != 1:
            yield "constant lost", num
            yield "divisor for factor", Factors.of(den, num)


class ArrayExpectation(_Made, Expectation):
    __slots__ = ()
    kind = Expectation

    @property
    def shape(self):
        return self.args[1].shape


class ArrayIntegral(Array, IntegralOver):
    """An integral of a vector or matrix over all values of a vector."""

    __slots__ = ()

    def __new__(cls, bound, body):
        body = sympify(body)
        if not isinstance(body, Sized):
            return IntegralOver(bound, body)
        IntegralOver(bound, Integer(1))  # looks at what it runs over
        return Expr.__new__(cls, Tuple(*bound), body)

    @property
    def shape(self):
        return self.args[1].shape


class ScalarOfArrays(Ordered, Expr):
    """A number that is made of vectors and matrices."""

    __slots__ = ()
    is_commutative = True
    is_real = True

    def doit(self, **hints):
        return self

    def slips(self):
        return ()

    def __repr__(self):
        return said(self)

    __str__ = __repr__


class Inner(ScalarOfArrays):
    """A product of vectors and matrices that is a number, as xᵀAx."""

    __slots__ = ()
    precedence = PRECEDENCE["Mul"]  # for SymPy's printers

    def __new__(cls, *args):
        return made(Factors, tuple(map(sympify, args)))

    def _eval_is_nonnegative(self):
        if len(self.args) in (2, 3) and _is_square(self.args):
            return True
        return None

    def slips(self):
        yield from _slips_of_a_product(self.args)


class Trace(ScalarOfArrays):
    __slots__ = ()

    def __new__(cls, a):
        return Expr.__new__(cls, _square(a, "the trace"))

    def slips(self):
        yield "determinant for trace", Det(self.args[0])


class Det(ScalarOfArrays):
    __slots__ = ()

    def __new__(cls, a):
        return Expr.__new__(cls, _square(a, "the determinant"))

    def _eval_is_positive(self):
        a = self.args[0]
        return True if isinstance(a, Eye) or isinstance(a, Letter) and "positive" in a.traits else None

    def slips(self):
        yield "trace for determinant", Trace(self.args[0])


class Norm(ScalarOfArrays):
    """The Euclidean length of a vector."""

    __slots__ = ()
    is_nonnegative = True

    def __new__(cls, x):
        x = sympify(x)
        if not isinstance(x, Sized) or x.shape[1] != 1:
            raise DerivationError(f"norm(…) takes a vector, not {x} ({size(x)})")
        return Expr.__new__(cls, x)


def _is_square(args):
    """Whether a product is xᵀx or xᵀSx with a positive definite letter S."""
    first, *middle, last = args
    if not isinstance(first, Transpose) or first.args[0] != last:
        return False
    return not middle or isinstance(middle[0], Letter) and "positive" in middle[0].traits


def said(e):
    """An expression in plain text, for errors and terminals that no printer is asked in."""
    return StrPrinter().doprint(e)


def _held(printer, a, loose=(Terms, Factors, Frac)):
    text = printer._print(a)
    return f"({text})" if isinstance(a, loose) or text.startswith("-") else text


def _print_sum(e, printer):
    out = ""
    for k, a in enumerate(e.args):
        text = _held(printer, a, Terms) if k else printer._print(a)
        minus = isinstance(a, Factors) and a.args[0].is_Number and a.args[0].is_negative
        out += text if not k else f" - {_held(printer, negative(a), Terms)}" if minus else f" + {text}"
    return out


def _print_product(e, printer):
    if e.args[0] == -1:
        rest = e.args[1:]
        return "-" + "*".join(_held(printer, a, (Terms, Frac)) for a in rest)
    return "*".join(_held(printer, a, (Terms, Frac, *([Inner] if isinstance(e, ArrayFactors) else []))) for a in e.args)


for _kind, _rule in (
    (Eye, lambda e, p: f"eye({p._print(e.args[0])})"),
    (Transpose, lambda e, p: f"{_held(p, e.args[0], (Terms, Factors, Frac, Inverse))}.T"),
    (Inverse, lambda e, p: f"{_held(p, e.args[0])}**-1"),
    (ArrayTerms, _print_sum), (ArrayFactors, _print_product), (Inner, _print_product),
    (ArrayFrac, lambda e, p: f"{_held(p, e.args[0], Terms)}/{_held(p, e.args[1])}"),
    (Trace, lambda e, p: f"tr({p._print(e.args[0])})"), (Det, lambda e, p: f"det({p._print(e.args[0])})"),
    (Norm, lambda e, p: f"norm({p._print(e.args[0])})"),
):  # fmt: skip
    _kind._sympystr = _rule


# --- how they are made

def made(kind, args):
    """A sum, product, quotient or expectation of arguments of which some may be arrays."""
    if kind not in _MAKE and any(isinstance(a, Sized) for a in args):
        if kind is Power:
            return args[0].__pow__(args[1]) if isinstance(args[0], Array) else args[1].__rpow__(args[0])
        raise DerivationError(f"{kind.__name__}(…) takes numbers, not the {size(next(a for a in args if isinstance(a, Sized)))} array {args[0]}")
    return _MAKE[kind](args)


def _terms(args):
    if not any(isinstance(a, Sized) for a in args):
        return Terms(*args)
    first = next(a for a in args if isinstance(a, Sized))
    for a in args:
        if a != 0 and shape(a) != first.shape:
            raise DerivationError(f"{first} is {size(first)} and {a} is {size(a)}: they have no sum" + _eye_hint(a))
    args = [a for a in args if a != 0]
    return args[0] if len(args) == 1 else Expr.__new__(ArrayTerms, *args)


def _eye_hint(a):
    return "" if isinstance(a, Sized) else f". For {a} times the identity write {a}*eye(d)"


def _factors(args):
    flat = []
    for a in args:
        flat.extend(a.args if isinstance(a, Factors) else (a,))
    if not any(isinstance(a, Sized) for a in flat):
        return Factors(*flat)
    flat = [a for a in flat if a != 1]
    if any(a == 0 for a in flat):
        return Integer(0)
    number = prod(a for a in flat if a.is_Number)
    flat = [a for a in flat if not a.is_Number]
    flat = flat if number == 1 else [number, *flat]
    if len(flat) == 1:
        return flat[0]
    if _product_shape(flat) != SCALAR:
        return Expr.__new__(ArrayFactors, *flat)
    start = next(k for k, a in enumerate(flat) if isinstance(a, Sized))
    return Factors.of(*flat[:start], Expr.__new__(Inner, *flat[start:]))


def _product_shape(args):
    before = None
    for a in args:
        if not isinstance(a, Sized):
            continue
        if before is None:
            rows = a.shape[0]
        elif before.shape[1] != a.shape[0]:
            hint = ""
            if before.shape[1] == a.shape[1] == 1:
                hint = f". Write ({before}).T*({a}) for the number, ({before})*({a}).T for the matrix"
            raise DerivationError(f"{before} is {size(before)} and {a} is {size(a)}: they have no product{hint}")
        before = a
    return rows, before.shape[1]


def _frac(args):
    num, den = args
    if isinstance(den, Sized):
        raise DerivationError(f"{num}/({den}): divide by a number; the inverse of a matrix is A**-1")
    return Expr.__new__(ArrayFrac, num, den) if isinstance(num, Sized) else Frac(num, den)


def _expectation(args):
    law, body = args
    if isinstance(law, Sized):
        raise DerivationError(f"an expectation needs a law, not the array {law}")
    return Expr.__new__(ArrayExpectation if isinstance(body, Sized) else Expectation, law, body)


_MAKE = {Terms: _terms, Factors: _factors, Frac: _frac, Expectation: _expectation, IntegralOver: lambda args: ArrayIntegral(*args)}
Sized.made = staticmethod(made)


def _array(a, what):
    a = sympify(a)
    if not isinstance(a, Sized):
        raise DerivationError(f"{what} is of a vector or matrix, not of {a}")
    return a


def _square(a, what):
    a = _array(a, what)
    if a.shape[0] != a.shape[1]:
        raise DerivationError(f"{what} is of a square matrix; {a} is {size(a)}")
    return a


def is_dimension(d):
    """The dimension, looked at."""
    d = sympify(d)
    if not (d.is_integer and d.is_positive) or d == 1:
        raise DerivationError(f"a dimension is a symbol such as symbol('d', integer=True, positive=True), or a whole number from 2 on, not {d!r}")
    if not (d.is_Symbol or d.is_Integer):
        raise DerivationError(f"a dimension is one symbol or one number, not {d}")
    return d


def _slips_of_a_product(args):
    """What is easily written in the place of a product: a factor lost, two in the wrong order."""
    for k, a in enumerate(args):
        rest = args[:k] + args[k + 1 :]
        if a.is_Number and abs(a) != 1:
            yield "constant lost", Factors.of(*rest)
        elif not isinstance(a, Sized) or a.shape[0] == a.shape[1]:
            if rest and not a.is_Number and any(isinstance(b, Sized) for b in rest):
                yield "factor dropped", Factors.of(*rest)
        if k + 1 < len(args) and isinstance(a, Sized) and isinstance(args[k + 1], Sized) and a.shape == args[k + 1].shape[::-1] == args[k + 1].shape:
            yield "order turned round", Factors.of(*args[:k], args[k + 1], a, *args[k + 2 :])
