"""What authors write of vectors and matrices: names, and functions of them."""

from .arrays import Det, Eye, Letter, Norm, Trace, is_dimension
from ..errors import DerivationError

__all__ = ["vector", "matrix", "eye", "tr", "det", "norm"]

TRAITS = ("positive", "symmetric", "orthogonal", "invertible")


def vector(names, d):
    """Vectors (columns) of dimension d from a string of names.

    d: a symbol, `symbol("d", integer=True, positive=True)`, or a whole number from 2 on.

    >>> from vdmlib.derive import eye, symbol
    >>> d = symbol("d", integer=True, positive=True)
    >>> x, y = vector("x y", d)
    >>> x.T*y, eye(d)*x
    (x.T*y, eye(d)*x)

    Refused: a column times a column
    >>> x * y
    """
    out = tuple(Letter(name, is_dimension(d)) for name in names.split())
    return out[0] if len(out) == 1 else out


def matrix(names, rows, columns=None, *, positive=False, symmetric=False, orthogonal=False, invertible=False):
    """Matrices from a string of names; square if one size is given.

    positive: symmetric and positive definite, as a covariance. symmetric, orthogonal, invertible: as they say.

    >>> from vdmlib.derive import det, symbol, tr
    >>> d, n = symbol("d", integer=True, positive=True), symbol("n", integer=True, positive=True)
    >>> S = matrix("Sigma", d, positive=True)
    >>> A = matrix("A", d, n)
    >>> tr(A.T*S**-1*A), det(S)
    (tr(A.T*Sigma**-1*A), det(Sigma))

    Example: `symmetric`, `orthogonal`, `invertible`
    >>> B, Q = matrix("B", d, symmetric=True), matrix("Q", d, orthogonal=True)
    >>> C = matrix("C", d, invertible=True)
    >>> Identity("ex.matrix", tr(Q.T * B * Q), tr(B.T) + tr(C**-1 * C) - d)

    Refused: only a square matrix has an inverse, an orthogonal or a symmetric form
    >>> matrix("A", d, n, invertible=True, orthogonal=True, symmetric=True, positive=True)

    Refused: sizes that do not fit
    >>> A * A
    """
    rows = is_dimension(rows)
    columns = rows if columns is None else is_dimension(columns)
    traits = {name for name, so in zip(TRAITS, (positive, symmetric, orthogonal, invertible)) if so}
    if traits and rows != columns:
        raise DerivationError(f"matrix({names!r}, {rows}, {columns}): only a square matrix is {' and '.join(sorted(traits))}")
    if positive:
        traits |= {"symmetric", "invertible"}
    if orthogonal:
        traits |= {"invertible"}
    out = tuple(Letter(name, rows, columns, traits) for name in names.split())
    return out[0] if len(out) == 1 else out


def eye(d):
    """The identity matrix of dimension d.

    >>> from vdmlib.derive import Identity, symbol, tr
    >>> d = symbol("d", integer=True, positive=True)
    >>> print(Identity("eye", tr(2*eye(d)), 2*d)[1])
    tr(2*eye(d)) = 2*d

    Refused: its trace is the dimension
    >>> Identity("ex.eye", tr(2 * eye(d)), 2)
    """
    return Eye(d)


def tr(a):
    """The trace of a square matrix.

    >>> from vdmlib.derive import Identity, symbol, matrix
    >>> d, n = symbol("d", integer=True, positive=True), symbol("n", integer=True, positive=True)
    >>> A, B = matrix("A", d, n), matrix("B", n, d)
    >>> print(Identity("cyclic", tr(A*B), tr(B*A))[1])
    tr(A*B) = tr(B*A)

    Refused: of a square matrix alone
    >>> tr(A)
    """
    return Trace(a)


def det(a):
    """The determinant of a square matrix.

    >>> from vdmlib.derive import Identity, symbol, matrix
    >>> d = symbol("d", integer=True, positive=True)
    >>> A = matrix("A", d)
    >>> print(Identity("scaled", det(2*A), 2**d*det(A))[1])
    det(2*A) = 2**d*det(A)

    Refused: the factor comes out once for each dimension
    >>> Identity("ex.det", det(2 * A), 2 * det(A))
    """
    return Det(a)


def norm(x):
    """The Euclidean length of a vector.

    >>> from vdmlib.derive import Identity, symbol, vector
    >>> d = symbol("d", integer=True, positive=True)
    >>> x, y = vector("x y", d)
    >>> print(Identity("cosines", norm(x - y)**2, norm(x)**2 - 2*x.T*y + norm(y)**2)[1])
    norm(x - y)**2 = norm(x)**2 - 2*x.T*y + norm(y)**2

    Refused: the inner product forgotten
    >>> Identity("ex.norm", norm(x - y)**2, norm(x)**2 + norm(y)**2)
    """
    return Norm(x)
