"""Which integrals and sums are improper, and which of them surely diverge."""

import mpmath
import sympy
from sympy.core.function import AppliedUndef

from ..errors import DerivationError
from ..nodes.expressions import plain
from ..nodes.functionals import Over
from ..nodes.laws import At, Block, Density
from ..nodes.walk import has
from ..show.text import text

__all__ = ["improper", "must_converge", "surely_small"]

_NEARER = range(6, 30, 3)  # powers of ten: how close to the end, or how far out


def improper(e, needs=()):
    """The ends (variable, end, way in) at which an integral is improper: infinite ones, and those where its integrand need not exist.

    needs: the conditions under which the integrand exists (see `presupposed`).
    """
    out = []
    for limit in e.limits:
        if len(limit) != 3:
            continue
        x, lo, hi = (plain(a) for a in limit)
        for end, other in ((lo, hi), (hi, lo)):
            if end.is_infinite or any(_fails_at(c, x, end) for c in needs):
                out.append((x, end, -1 if end == sympy.oo or end.is_finite and (end - other).is_positive else 1))
    return out


def _fails_at(c, x, end):
    """Whether a condition of the inside is broken at an end."""
    if c.relation not in (">", "!=") or not isinstance(c.left, sympy.Basic) or has(c.left, (At, Block, Density, Over)):
        return False
    e = plain(c.left) - plain(c.right)
    return e.has(x) and e.subs(x, end) == 0


def must_converge(e, needs):
    """An error where an integrand without other symbols is so large at an end that its integral is surely infinite.

    Where u·f(u) keeps its sign and does not fall as u goes to the end, f is not below c/u there.
    """
    if len(e.limits) != 1 or len(e.free_symbols) or has(e.function, (At, Block, Density, Over, AppliedUndef, sympy.Integral, sympy.Sum, sympy.Product)):
        return
    for x, end, way in improper(e, needs):
        f = plain(e.function)
        if f.free_symbols != {x} or f.has(sympy.DiracDelta) or any(a.args[0].has(sympy.exp) for a in f.atoms(sympy.exp)):
            continue  # e^(−e^x) far out takes forever
        try:
            run = sympy.lambdify(x, f, "mpmath")
            with mpmath.workdps(50):
                at = mpmath.mpf(0) if end.is_infinite else mpmath.mpf(str(end.evalf(60)))
                steps = [-way * mpmath.mpf(10) ** k if end.is_infinite else way * mpmath.mpf(10) ** -k for k in _NEARER]
                sizes = [run(at + h) * abs(h) for h in steps]
                same = all(isinstance(s, mpmath.mpf) and mpmath.isfinite(s) and s * sizes[0] > 0 for s in sizes)
                lasting = same and all(abs(b) > 0.9 * abs(a) for a, b in zip(sizes, sizes[1:]))
        except (TypeError, ValueError, ArithmeticError, NameError, AttributeError, NotImplementedError):
            continue
        if lasting:
            raise DerivationError(f"the integral {text(e)} does not converge at {text(x)} = {text(end)}")


def surely_small(f, x, way):
    """Whether terms fall fast enough towards infinity, whatever values their symbols have: e^(−c x²), e^(−c x), x^(−2), times polynomials.

    way: from that end inwards, −1 from +∞.
    """
    x, y = plain(x), sympy.Dummy("y", positive=True)
    out = sympy.powsimp(plain(f).subs(x, -way * y))
    exponent, degree = sympy.S.Zero, sympy.S.Zero
    for g in sympy.Mul.make_args(out):
        if g.has(y) and isinstance(g, (sympy.exp, sympy.Pow)) and g.as_base_exp()[1].has(y):
            base, n = g.as_base_exp()
            exponent += n * sympy.log(base)
        elif g.has(y):
            g = sympy.together(g)
            if not g.is_rational_function(y):
                return False
            above, below = (sympy.Poly(side, y) for side in sympy.fraction(g))
            if not below.LC().is_nonzero:
                return False
            degree += above.degree() - below.degree()
    exponent = sympy.expand(exponent)
    if exponent.has(y):
        return exponent.is_polynomial(y) and sympy.Poly(exponent, y).LC().is_negative is True
    return degree < -1
