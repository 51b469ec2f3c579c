"""The calculus of variations, as displayed objects: Euler and Lagrange's expression, Beltrami's, the first variation."""

from sympy.core.function import AppliedUndef

from .expressions import Derivative, Subs, Terms, negative
from .total import Total

__all__ = ["euler_lagrange", "beltrami", "variation"]


def euler_lagrange(L, q, t):
    """∂L/∂q − d/dt ∂L/∂q′ for a Lagrangian L in q(t), q′(t) and t, as a display node.

    q: the function applied, such as q(t).
    """
    velocity = Derivative(q, t)
    return Terms(Derivative(L, q), negative(Total(Derivative(L, velocity), t)))


def beltrami(L, y, x):
    """L − y′ ∂L/∂y′, which is constant along solutions if L does not hold x itself."""
    slope = Derivative(y, x)
    return L - slope * Derivative(L, slope)


def variation(F, q, eta, eps):
    """d/dε F[q + εη] at ε = 0 as a display node; F holds q (applied, such as q(t)), eta is a function of the same."""
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
