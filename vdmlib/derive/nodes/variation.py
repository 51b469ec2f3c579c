"""The calculus of variations, as displayed objects: Euler and Lagrange's expression, Beltrami's, the first variation."""

from sympy.core.function import AppliedUndef

from .binders import Derivative, Subs
from .expressions import Terms, negative
from .total import Total

__all__ = ["euler_lagrange", "beltrami", "variation"]


def euler_lagrange(L, q, t):
    """∂L/∂q − d/dt ∂L/∂q′ for a Lagrangian L in q(t), q′(t) and t, as a display node.

    q: the function applied, such as q(t).

    Example: a spring
    >>> q = undefined("q")
    >>> t, k = symbol("t"), symbol("k", positive=True)
    >>> L = frac(Derivative(q(t), t)**2, 2) - frac(k * q(t)**2, 2)
    >>> Identity("ex.euler", euler_lagrange(L, q(t), t), -k * q(t) - Derivative(q(t), t, 2))

    Refused: the force pushes outwards
    >>> Identity("ex.euler.sign", euler_lagrange(L, q(t), t), k * q(t) - Derivative(q(t), t, 2))
    """
    velocity = Derivative(q, t)
    return Terms(Derivative(L, q), negative(Total(Derivative(L, velocity), t)))


def beltrami(L, y, x):
    """L − y′ ∂L/∂y′, which is constant along solutions if L does not hold x itself.

    Example: the length of a curve
    >>> y = undefined("y")
    >>> x = symbol("x")
    >>> slope = Derivative(y(x), x)
    >>> Identity("ex.beltrami", beltrami(sqrt(1 + slope**2), y(x), x), frac(1, sqrt(1 + slope**2)))

    Refused: the root forgotten
    >>> Identity("ex.beltrami.root", beltrami(sqrt(1 + slope**2), y(x), x), frac(1, 1 + slope**2))
    """
    slope = Derivative(y, x)
    return L - slope * Derivative(L, slope)


def variation(F, q, eta, eps):
    """d/dε F[q + εη] at ε = 0 as a display node; F holds q (applied, such as q(t)), eta is a function of the same.

    Example: of the mean square
    >>> f, eta = undefined("f eta")
    >>> s, eps = symbols(r"s \\epsilon")
    >>> F = Integral(f(s)**2, (s, 0, 1))
    >>> Identity("ex.variation", variation(F, f(s), eta(s), eps), 2 * Integral(f(s) * eta(s), (s, 0, 1)))

    Refused: the factor of the square forgotten
    >>> Identity("ex.variation.two", variation(F, f(s), eta(s), eps), Integral(f(s) * eta(s), (s, 0, 1)))
    """
    varied = _vary(F, q, q + eps * eta)
    return Subs(Derivative(varied, eps), eps, 0)


def _vary(F, q, new):
    """F with q(u) replaced by the new function of u, inside derivatives and integrals too."""
    (t,) = q.args

    def walk(e):
        if isinstance(e, AppliedUndef) and e.func == q.func:
            return new.xreplace({t: walk(e.args[0])})
        if not getattr(e, "args", ()):
            return e
        args = [walk(a) for a in e.args]
        return e.func(*args) if any(a is not b for a, b in zip(args, e.args)) else e

    return walk(F)
