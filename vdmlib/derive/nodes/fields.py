"""Fields over vectors: vector fields, and the operators ∇, div, Δ and the matrix of derivatives.

    q = undefined("q", positive=True)      # a number field: q(x, s)
    f = field("f", d)                      # a vector field: f(x, s)
    grad(log(q(x, s)), x), div(f(x, s)*q(x, s), x), laplacian(q(x, s), x), jacobian(f(x, s), x)
"""

from sympy import Expr, sympify
from sympy.core.symbol import Str

from ..errors import DerivationError
from .arrays import Array, Letter, ScalarOfArrays, is_dimension, size
from .expressions import Sized, negative

__all__ = ["field", "grad", "div", "laplacian", "jacobian", "FieldValue", "Grad", "Div", "Laplacian", "Jacobian", "Operator"]


class FieldValue(Array):
    """f(x, s), a vector."""

    __slots__ = ()

    def __new__(cls, name, d, *args):
        return Expr.__new__(cls, name, d, *map(sympify, args))

    @property
    def name(self):
        return self.args[0].name

    @property
    def places(self):
        return self.args[2:]

    @property
    def shape(self):
        return self.args[1], sympify(1)

    def slips(self):
        return ()


class Operator:
    """∇ and its like, of something by a vector."""

    __slots__ = ()

    @property
    def body(self):
        return self.args[0]

    @property
    def by(self):
        return self.args[1]


def _by(what, x):
    x = sympify(x)
    if not isinstance(x, Letter) or x.shape[1] != 1:
        raise DerivationError(f"{what} is by a vector such as x, not by {x}")
    return x


def _number(what, e, hint):
    e = sympify(e)
    if isinstance(e, Sized):
        raise DerivationError(f"{what} is of a number; {e} is {size(e)}. {hint}")
    return e


def _vector(what, v, x, hint, same=False):
    v = sympify(v)
    if not isinstance(v, Sized) or v.shape[1] != 1:
        raise DerivationError(f"{what} is of a vector; {v} is {size(v)}. {hint}")
    if same and v.shape != x.shape:
        raise DerivationError(f"{what} is of a vector with as many coordinates as {x}, {x.shape[0]}; {v} has {v.shape[0]}")
    return v


class Grad(Operator, Array):
    __slots__ = ()

    def __new__(cls, e, x):
        x = _by("a gradient", x)
        return Expr.__new__(cls, _number("a gradient", e, "The matrix of its derivatives is jacobian(…)"), x)

    @property
    def shape(self):
        return self.args[1].shape


class Jacobian(Operator, Array):
    __slots__ = ()

    def __new__(cls, v, x):
        x = _by("a Jacobian", x)
        return Expr.__new__(cls, _vector("a Jacobian", v, x, "Of a number there is a gradient, grad(…)"), x)

    @property
    def shape(self):
        return self.args[0].shape[0], self.args[1].shape[0]


class Div(Operator, ScalarOfArrays):
    __slots__ = ()

    def __new__(cls, v, x):
        x = _by("a divergence", x)
        return Expr.__new__(cls, _vector("a divergence", v, x, "Of a number there is a gradient, grad(…)", same=True), x)


class Laplacian(Operator, ScalarOfArrays):
    __slots__ = ()

    def __new__(cls, e, x):
        x = _by("a Laplacian", x)
        return Expr.__new__(cls, _number("a Laplacian", e, "Write it for a number"), x)


def _say(name):
    def rule(e, printer):
        return f"{name}({printer._print(e.body)}, {printer._print(e.by)})"

    return rule


for _kind, _name in ((Grad, "grad"), (Jacobian, "jacobian"), (Div, "div"), (Laplacian, "laplacian")):
    _kind._sympystr = _say(_name)
FieldValue._sympystr = lambda e, printer: f"{e.name}({', '.join(map(printer._print, e.places))})"
Grad.slips = lambda self: iter([("sign flipped", negative(self))])


# --- what authors write

class _Field:
    def __init__(self, name, d):
        self.name, self.d = name, is_dimension(d)

    def __call__(self, *args):
        if not args:
            raise DerivationError(f"{self.name}() has no arguments; write {self.name}(x)")
        return FieldValue(Str(self.name), self.d, *args)


def field(name, d):
    """A vector field of d coordinates that is not known: `f = field("f", d)`, then f(x) or f(x, s). A number field is `undefined("q")`.

    >>> from vdmlib.derive import div, grad, Identity, symbol, undefined, vector
    >>> d = symbol("d", integer=True, positive=True)
    >>> x, f, q = vector("x", d), field("f", d), undefined("q")
    >>> print(Identity("product", div(q(x)*f(x), x), q(x)*div(f(x), x) + grad(q(x), x).T*f(x))[1])
    div(q(x)*f(x), x) = q(x)*div(f(x), x) + grad(q(x), x).T*f(x)

    Example: Stein's lemma, for every smooth field for which the averages exist
    >>> mu, S = vector("mu", d), matrix("Sigma", d, positive=True)
    >>> Identity("ex.field.stein", E[N(x, mu, S)](q(x) * (x - mu)), S * E[N(x, mu, S)](grad(q(x), x)))

    Refused: the slope of the factor forgotten
    >>> Identity("ex.field", div(q(x)*f(x), x), q(x)*div(f(x), x))
    """
    return _Field(name, d)


def grad(e, x):
    """The gradient of a number by a vector, a column.

    >>> from vdmlib.derive import Identity, matrix, symbol, vector
    >>> d = symbol("d", integer=True, positive=True)
    >>> x, A = vector("x", d), matrix("A", d)
    >>> print(Identity("form", grad(x.T*A*x, x), (A + A.T)*x)[1])
    grad(x.T*A*x, x) = (A + A.T)*x

    Refused: twice A only where A is symmetric
    >>> Identity("ex.grad", grad(x.T*A*x, x), 2*A*x)
    """
    return Grad(e, x)


def div(v, x):
    """The divergence of a vector by a vector, a number: the trace of its matrix of derivatives.

    >>> from vdmlib.derive import Identity, matrix, symbol, tr, vector
    >>> d = symbol("d", integer=True, positive=True)
    >>> x, A = vector("x", d), matrix("A", d)
    >>> print(Identity("linear", div(A*x, x), tr(A))[1])
    div(A*x, x) = tr(A)

    Refused: its sign
    >>> Identity("ex.div", div(A*x, x), -tr(A))
    """
    return Div(v, x)


def laplacian(e, x):
    """The Laplacian of a number by a vector: the divergence of its gradient.

    >>> from vdmlib.derive import Identity, norm, symbol, vector
    >>> d = symbol("d", integer=True, positive=True)
    >>> x = vector("x", d)
    >>> print(Identity("square", laplacian(norm(x)**2, x), 2*d)[1])
    laplacian(norm(x)**2, x) = 2*d

    Refused: once for each dimension
    >>> Identity("ex.laplacian", laplacian(norm(x)**2, x), 2)
    """
    return Laplacian(e, x)


def jacobian(v, x):
    """The matrix of derivatives of a vector by a vector: row i holds the gradient of coordinate i.

    >>> from vdmlib.derive import Identity, matrix, symbol, vector
    >>> d = symbol("d", integer=True, positive=True)
    >>> x, A = vector("x", d), matrix("A", d)
    >>> print(Identity("linear", jacobian(A*x, x), A)[1])
    jacobian(A*x, x) = A

    Refused: rows and columns exchanged
    >>> Identity("ex.jacobian", jacobian(A*x, x), A.T)
    """
    return Jacobian(v, x)
