"""When an expression cannot be negative: sums, products and expectations of things that cannot be."""

import sympy

from ..compute.whole import nonnegative_at_whole_numbers
from ..nodes.binders import Integral
from ..nodes.expressions import Factors, Frac, Power, Terms, exp, plain, symbol
from ..nodes.functionals import Expectation, Functional, Over, phi
from ..nodes.laws import Density
from ..nodes.normal import N

__all__ = ["nonnegative", "positive"]


def nonnegative(e):
    """Whether the form of the expression shows that it is ≥ 0.

    Blocks it knows: KL, mutual information, entropy of a mass; φ(u) = u − 1 − log u of a positive u; densities;
    even powers; absolute values; the largest of some less one of them; 1 − m for a mass m; polynomials in a whole number that are ≥ 0 at each; integrals from 0 to 1 of rational functions that are ≥ 0 there, and integrals
    upwards of such forms; numbers and symbols declared positive; and their sums, products, quotients, expectations and sums over outcomes.
    """
    if isinstance(e, Functional):
        return bool(e.nonnegative)
    if isinstance(e, phi):
        return positive(e.args[0])
    if isinstance(e, Terms):
        if len(e.args) == 2 and e.args[0] == 1:
            mass = _minus(e.args[1])
            if isinstance(mass, Density) and mass.law.discrete:
                return True
        if len(e.args) == 2 and any(_at_least(a, _minus(b)) for a, b in (e.args, e.args[::-1])):
            return True
        return all(nonnegative(a) for a in e.args) or nonnegative_at_whole_numbers(plain(e))
    if isinstance(e, Factors):
        return _factors_nonnegative(e)
    if isinstance(e, Frac):
        return nonnegative(e.args[0]) and positive(e.args[1])
    if isinstance(e, Power) and plain(e.args[1]).is_even:
        return _is_real(e.args[0])
    if isinstance(e, sympy.Abs):
        return _is_real(e.args[0])
    if isinstance(e, sympy.Max):
        return any(map(nonnegative, e.args))
    if isinstance(e, (Expectation, Over)):
        return nonnegative(e.body)
    if isinstance(e, Integral):
        return _integrand_nonnegative(e) or _upwards(e)
    if isinstance(e, sympy.Sum):
        return nonnegative(e.function) and all(plain(hi - lo + 1).is_nonnegative for _, lo, hi in e.limits)
    return positive(e) or bool(plain(e).is_nonnegative)


def positive(e):
    """Whether the form of the expression shows that it is > 0."""
    if isinstance(e, (Density, N, exp)):
        return True
    if isinstance(e, (Factors, Frac)):
        return all(positive(a) for a in e.args)
    if isinstance(e, Power):
        return positive(e.args[0])
    if isinstance(e, Terms):
        return all(nonnegative(a) for a in e.args) and any(positive(a) for a in e.args)
    if isinstance(e, Expectation):
        return positive(e.body)
    if isinstance(e, (Over, Functional, phi)):
        return isinstance(e, Over) and positive(e.body)
    if isinstance(e, sympy.Sum):  # of at least one term
        return positive(e.function) and all(plain(hi - lo).is_nonnegative for _, lo, hi in e.limits)
    if isinstance(e, Integral):
        return _upwards(e, positive)
    return bool(plain(e).is_positive)


def _factors_nonnegative(e):
    """Each factor, or together those that hold one whole number alone: n(n − 1)."""
    left = [a for a in e.args if not nonnegative(a)]
    for n in {s for a in left for s in a.free_symbols if s.is_integer}:
        own = [a for a in left if a.free_symbols == {n}]
        if own and nonnegative_at_whole_numbers(plain(Factors(*own))):
            left = [a for a in left if a not in own]
    numbers = [a for a in left if a.is_number]
    return not left or len(numbers) == len(left) and bool(plain(Factors(*left)).is_nonnegative)


def _integrand_nonnegative(e):
    """∫₀¹ f(s) ds with a rational f: s = r/(1 + r) with r > 0 runs over (0, 1)."""
    if len(e.limits) != 1 or len(e.limits[0]) != 3:
        return False
    s, lo, hi = map(plain, e.limits[0])
    if (lo, hi) != (0, 1):
        return False
    r = sympy.Dummy("r", positive=True)
    return bool(sympy.factor(sympy.together(plain(e.function).subs(s, r / (1 + r)))).is_nonnegative)


def _upwards(e, sign=None):
    """∫ f du from a to b ≥ a with an f whose form shows that it is ≥ 0 for every u in the range; or > 0, from a to b > a."""
    if len(e.limits) != 1 or len(e.limits[0]) != 3:
        return False
    u, lo, hi = e.limits[0]
    low = plain(lo)
    within = symbol("u", positive=True) if low.is_nonnegative else symbol("u", real=True)
    length = plain(hi) - low
    up = length.is_extended_nonnegative if sign is None else length.is_extended_positive
    return bool(up) and (sign or nonnegative)(e.function.xreplace({u: within}))


def _at_least(e, other):
    """Whether e is the largest of some, of which the other is one."""
    return other is not None and isinstance(e, sympy.Max) and other in e.args


def _minus(e):
    if isinstance(e, Factors) and e.args[0] == -1 and len(e.args) == 2:
        return e.args[1]
    return None


def _is_real(e):
    """Real as far as its parts are: everything the engine builds from real parts is."""
    return all(s.is_real for s in plain(e).free_symbols) if not isinstance(e, (Expectation, Over)) else True
