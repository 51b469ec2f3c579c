"""The Gaussian density as an expression: `N(x, mean, variance)`."""

from sympy import Expr, I, exp, log, pi, sqrt, sympify

from ..calls import call
from ..errors import DerivationError
from .expressions import Ordered, Sized, plain

__all__ = ["N"]


class N(Ordered, Expr):
    """N(x; mean, variance), one coordinate; as a law it draws x.

    The variance is the variance, not the standard deviation. d isotropic dimensions are d copies; or x is a vector, the
    mean one too, and in the place of the variance stands the covariance, a matrix such as `sigma**2*eye(d)`.

    Example: Bayes' rule for a normal prior and a normal observation, every constant included
    >>> x, y, m = symbols("x y mu")
    >>> s, v = symbols("s v", positive=True)
    >>> mean, variance = frac(s * y + v * m, s + v), frac(s * v, s + v)
    >>> Identity("ex.n.bayes", frac(N(x, m, s) * N(y, x, v), N(y, m, s + v)), N(x, mean, variance))

    Example: its log-density
    >>> Identity("ex.n.log", log(N(x, m, v)), -frac((x - m)**2, 2 * v) - frac(log(2 * pi * v), 2))

    Refused: the weights of the mean exchanged
    >>> Identity("ex.n.weights", frac(N(x, m, s) * N(y, x, v), N(y, m, s + v)),
    ...     N(x, frac(v * y + s * m, s + v), variance))

    Refused: a variance is positive
    >>> N(x, m, -1)

    Refused: what is drawn cannot be its own mean
    >>> N(x, 2 * x, v)
    """

    is_commutative = True
    is_positive = True
    is_real = True

    @call("N(x, mean, variance): the variable that is drawn comes first")
    def __new__(cls, x, mean, variance):
        mean, variance = sympify(mean), sympify(variance)
        if any(isinstance(e, Sized) for e in (x, mean, variance)):
            return Expr.__new__(cls, *_of_vectors(x, mean, variance))
        for what, e in (("mean", mean), ("variance", variance)):
            if e.is_real is False or e.has(I) or any(s.is_real is None and s.is_complex for s in e.free_symbols):
                raise DerivationError(f"N({x}, {mean}, {variance}): the {what} must be real")
        if variance.is_nonpositive:
            raise DerivationError(f"N({x}, {mean}, {variance}): the variance must be positive")
        if getattr(mean, "has", lambda *_: False)(x) or variance.has(x):
            raise DerivationError(f"N({x}, {mean}, {variance}): {x} is drawn and cannot stand in its own parameters")
        return Expr.__new__(cls, sympify(x), mean, variance)

    @property
    def of_vectors(self):
        """Whether a vector is drawn."""
        return isinstance(self.args[0], Sized)

    def density(self):
        """The density written out, as ordinary SymPy.

        Example
        >>> x, m, v = symbol("x"), symbol("mu"), symbol("v", positive=True)
        >>> N(x, m, v).density()

        Refused: it is no longer a law that can be drawn from
        >>> E[N(x, m, v).density()](x)
        """
        x, m, v = map(plain, self.args)
        return exp(-((x - m) ** 2) / (2 * v)) / sqrt(2 * pi * v)

    def log_density(self):
        """Its logarithm, as ordinary SymPy.

        Example
        >>> x, m, v = symbol("x"), symbol("mu"), symbol("v", positive=True)
        >>> Identity("ex.log.density", log(N(x, m, v)), N(x, m, v).log_density())

        Refused: twice the square
        >>> Identity("ex.log.density.twice", log(N(x, m, v)), N(x, m, v).log_density() - (x - m)**2 / (2 * v))
        """
        x, m, v = map(plain, self.args)
        return -log(2 * pi) / 2 - log(v) / 2 - (x - m) ** 2 / (2 * v)

    def doit(self, **hints):
        return self


def _of_vectors(x, mean, covariance):
    """(x, mean, covariance), sizes looked at."""
    what = f"N({x}, {mean}, {covariance})"
    if not isinstance(x, Sized) or x.shape[1] != 1:
        raise DerivationError(f"{what}: mean or covariance have rows and columns, so a vector is drawn, not {x}")
    if mean != 0 and (not isinstance(mean, Sized) or mean.shape != x.shape):
        raise DerivationError(f"{what}: the mean is a vector with as many coordinates as {x}, {x.shape[0]}, or 0")
    if not isinstance(covariance, Sized):
        raise DerivationError(f"{what}: the covariance of a vector is a matrix; write {covariance}*eye({x.shape[0]})")
    if covariance.shape != (x.shape[0], x.shape[0]):
        rows, columns = covariance.shape
        raise DerivationError(f"{what}: the covariance is {rows}×{columns}, and {x} has {x.shape[0]} coordinates")
    if mean.has(x) or covariance.has(x):
        raise DerivationError(f"{what}: {x} is drawn and cannot stand in its own parameters")
    return x, mean, covariance
