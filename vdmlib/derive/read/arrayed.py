"""What the signs of vectors and matrices mean: ᵀ, ‖·‖, tr, det, ∇, ∇·, Δ; in one dimension, where what they stand at is a number."""

import sympy
from sympy import Integer, S

from ..errors import NotRead
from ..nodes import fields, vectors
from ..nodes.arrays import Eye, Letter
from ..nodes.binders import Derivative
from ..nodes.expressions import Sized
from ..nodes.walk import walk
from .tree import Name, Node, nodes

__all__ = ["Arrayed", "column"]

_TWO = Node("number", ("2",))
_T = Node("name", (Name("T"),))


def alone(node):
    """The names in a node that are no argument: f(y) says itself on what it depends."""
    if node.kind == "name":
        return [node.parts[0]]
    return [] if node.kind == "apply" else [name for part in nodes(node.parts) for name in alone(part)]


def column(e):
    """Whether an object is a vector."""
    return isinstance(e, Sized) and e.shape[1] == 1


class Arrayed:
    """Reads the signs of vectors and matrices; a part of Meaning."""

    DIMENSION = "vectors are read in one dimension: a norm is a size, an inner product a product, $\\nabla$ a derivative, $I$ is 1"

    def a_top(self, node):
        self.fail("a transpose of a number has no place here", node)

    #: Whether the derivative of a letter by another is asked about: it would be 0.
    dependence = False

    def a_reals(self, node):
        self.fail(r"\mathbb{R} is read after a name and \in alone", node)

    def vectors(self):
        """Note that a sign of vectors stands at a number."""
        if self.scope.dimension is None:
            self.say("dimension", self.DIMENSION)

    def ask(self, words, node):
        """Refuse what could be read in two ways, in one dimension too."""
        refused = NotRead(words, self.source, node.at)
        refused.asks = True
        raise refused

    # --- products

    def a_product(self, node, *factors):
        out = None
        for f in factors:
            a = self(f)
            if out is not None and f.kind == "dotted":
                out = self.dotted(f, f.parts[0], out, a)
            else:
                out = a if out is None else out * a
        return out

    def a_dotted(self, node, sign, inner):
        return self(inner)

    def dotted(self, node, sign, before, after):
        r"""What stands on both sides of `\cdot` or `\odot`."""
        both = isinstance(before, Sized) and isinstance(after, Sized)
        if sign in (r"\odot", r"\circ"):
            if isinstance(before, Sized) or isinstance(after, Sized):
                self.fail(f"{sign} of vectors is not read; write the coordinates", node)
            self.vectors()
        if sign == r"\cdot" and both and column(before) and before.shape == after.shape:
            return before.T * after
        return before * after

    def a_inner(self, node, first, second):
        a, b = self(first), self(second)
        if isinstance(a, Sized) and isinstance(b, Sized):
            if not column(a) or not column(b):
                self.ask(r"which inner product of matrices? Write \operatorname{tr}(A^\top B)", node)
            return a.T * b
        self.vectors()
        return a * b

    def a_powered(self, node, value, exponent):
        """g^2(t), the square of g(t); a²(b) with a number a is a product."""
        if self.is_product(value):
            return self.name(value.parts[0], value) ** self(exponent) * self(value.parts[1][0])
        return self(value) ** self(exponent)

    def a_transpose(self, node, inner):
        a = self(inner)
        if isinstance(a, Sized):
            return a.T
        self.vectors()
        return a

    def raised(self, base, exponent):
        """A power of a vector's size, of a matrix; None where it is one of numbers."""
        if exponent == Node("name", (Name("T"),)) and self.is_transpose(base):
            return self.a_transpose(base, base)
        if base.kind == "norm" and exponent == _TWO:
            a = self(base.parts[0])
            if not isinstance(a, Sized):
                self.vectors()
                return a**2
            return self.length(base, a) ** 2
        if exponent == Node("sum", (("-", Node("name", (Name("T"),))),)) and isinstance(self(base), Sized):
            return (self(base) ** -1).T
        return None

    # --- sizes

    def a_norm(self, node, inner):
        a = self(inner)
        if isinstance(a, Sized):
            return self.length(node, a)
        self.vectors()
        return sympy.Abs(a)

    def length(self, node, a):
        if not column(a):
            self.ask("which norm of a matrix? Write tr(AᵀA) for the square of the Frobenius norm", node)
        return vectors.norm(a)

    def a_abs(self, node, inner):
        if inner.kind == "name" and inner.parts[0].base.startswith(r"\mathcal{") and inner.parts[0].key not in self.assume:
            self.fail(f"is |{inner.parts[0].key}| the number of elements of a set? Write a letter for it; of a number, say assume={{{inner.parts[0].key!r}: 'number'}}", node)
        a = self(inner)
        if not isinstance(a, Sized):
            return sympy.Abs(a)
        if column(a):
            self.say("length", "$|\\cdot|$ of a vector is its length")
            return vectors.norm(a)
        if not all("positive" in b.traits for b in walk(a) if isinstance(b, Letter) and b.shape[1] != 1) or any(isinstance(b, fields.Operator) for b in walk(a)):
            self.ask(r"is |·| of a matrix its determinant, or the size of that? Write \det or |\det|", node)
        self.say("determinant", "$|\\cdot|$ of a covariance is its determinant")
        return vectors.det(a)

    def of_matrix(self, node, name, values):
        """tr and det."""
        if len(values) != 1 or not isinstance(values[0], Sized):
            self.fail(f"{name} is of a matrix: which letter is one? Set it in bold, or say assume={{'A': 'matrix'}}", node)
        return (vectors.tr if name == "tr" else vectors.det)(values[0])

    # --- derivatives

    def a_derivative(self, node, by, body, letter):
        inner = self(body)
        row = len(by) == 1 and by[0][1] is not None and (by[0][1].kind == "top" or by[0][1] == _T) and isinstance(self(by[0][0]), Sized)
        pairs = [(self(v), S.One if n is None or row else self(n)) for v, n in by]
        self.held(node, body, inner, [v for v, _ in pairs])
        if any(isinstance(v, Sized) for v, _ in pairs):
            if len(pairs) > 1 or pairs[0][1] != 1:
                self.fail(r"a second derivative by a vector is not read; write \Delta or the coordinates", node)
            v = pairs[0][0]
            if not column(v):
                self.fail("a derivative by a matrix is not read", node)
            if not isinstance(inner, Sized):
                return fields.grad(inner, v).T if row else fields.grad(inner, v)
            self.say("jacobian", "the derivative of a vector by a vector is the matrix with the gradient of coordinate $i$ in row $i$")
            return fields.jacobian(inner, v)
        return Derivative(inner, *pairs)

    def held(self, node, body, inner, by):
        """Ask on what letters depend, where nothing under a derivative holds what it is by: it would be 0."""
        letters = [name for name in alone(body) if not getattr(self.scope.symbols.get(name.key), "is_integer", False)] if self.dependence else ()
        if letters and not set().union(*[sympy.sympify(v).atoms(sympy.Symbol, Letter) for v in by]) & sympy.sympify(inner).atoms(sympy.Symbol, Letter):
            self.ask(f"on what does {letters[0].key} depend? Write it as a function, {letters[0].key}(…)", node)

    def a_gradient(self, node, by, order, body, letter):
        inner = self(body)
        if by is None:
            key = self.nabla()
            if not key:
                self.fail("by what is this derivative? Write ∇_x", node)
            by = Node("name", (key,), node.at)
            self.say("nabla", rf"$\nabla$ is the derivative by ${key.key}$")
        v = self(by)
        self.held(node, body, inner, [v])
        if isinstance(v, Sized):
            return self.operator(node, v, order, inner, letter)
        n = S.One if order is None else self(order)
        if letter in (r"\nabla", "div", r"\Delta"):
            self.vectors()
        if letter == r"\Delta":
            n = Integer(2)
        return Derivative(inner, (v, n))

    def operator(self, node, v, order, inner, letter):
        """∇, ∇·, Δ by a vector."""
        if order is not None:
            self.ask(r"is \nabla^2 the Laplacian or the matrix of second derivatives? Write \Delta for the Laplacian", node)
        if not column(v):
            self.fail("a derivative by a matrix is not read", node)
        if letter == "div":
            return fields.div(inner, v)
        if letter == r"\Delta":
            return fields.laplacian(inner, v)
        if isinstance(inner, Sized):
            self.ask(r"is \nabla of a vector its matrix of derivatives, with rows or columns? Write \frac{\partial f}{\partial x}, or \nabla\cdot f for the divergence", node)
        return fields.grad(inner, v)

    def identity(self):
        """The identity matrix, where the scope has a dimension; None without."""
        return None if self.scope.dimension is None else Eye(self.scope.dimension)
