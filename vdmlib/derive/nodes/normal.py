"""The Gaussian density as an expression: `N(x, mean, variance)`."""

from sympy import Expr, I, exp, log, pi, sqrt, sympify

from ..calls import call
from ..errors import DerivationError
from .expressions import Ordered, plain

__all__ = ["N"]


class N(Ordered, Expr):
    """N(x; mean, variance), one coordinate; as a law it draws x.

    The variance is the variance, not the standard deviation. d isotropic dimensions are d copies.
    """

    is_commutative = True
    is_positive = True
    is_real = True

    @call("N(x, mean, variance): the variable that is drawn comes first")
    def __new__(cls, x, mean, variance):
        mean, variance = sympify(mean), sympify(variance)
        for what, e in (("mean", mean), ("variance", variance)):
            if e.is_real is False or e.has(I) or any(s.is_real is None and s.is_complex for s in e.free_symbols):
                raise DerivationError(f"N({x}, {mean}, {variance}): the {what} must be real")
        if variance.is_nonpositive:
            raise DerivationError(f"N({x}, {mean}, {variance}): the variance must be positive")
        if getattr(mean, "has", lambda *_: False)(x) or variance.has(x):
            raise DerivationError(f"N({x}, {mean}, {variance}): {x} is drawn and cannot stand in its own parameters")
        return Expr.__new__(cls, sympify(x), mean, variance)

    def density(self):
        """The density written out, as ordinary SymPy."""
        x, m, v = map(plain, self.args)
        return exp(-((x - m) ** 2) / (2 * v)) / sqrt(2 * pi * v)

    def log_density(self):
        """Its logarithm, as ordinary SymPy."""
        x, m, v = map(plain, self.args)
        return -log(2 * pi) / 2 - log(v) / 2 - (x - m) ** 2 / (2 * v)

    def doit(self, **hints):
        return self
