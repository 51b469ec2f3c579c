"""Limits of ordinary SymPy; an undefined function near a point is its Taylor polynomial there."""

import sympy
from sympy import Add, Dummy, S, oo

from ..errors import NotDecided
from . import gaussian_integrals as gaussian
from .jet import Jet
from .positivity import positive
from .zero import simplify_zero

__all__ = ["limit"]

_JUMPS = (sympy.sign, sympy.Heaviside, sympy.floor, sympy.ceiling, sympy.frac, sympy.Mod, sympy.Piecewise, sympy.KroneckerDelta, sympy.atan2)


def limit(f, x, at, side):
    """lim f as x → at; an undefined function near a point is replaced by its Taylor polynomial there."""
    if not f.has(x):
        return f
    if at == -oo:  # SymPy reads √(x²) as x at either end
        h = Dummy("h", positive=True)
        return limit(f.xreplace({x: -h}), h, oo, side)
    if f.has(sympy.Integral, sympy.Sum):
        return _mean_limit(f, x, at, side)
    if any(j.has(x) for j in f.atoms(Jet)):
        _no_jump(f, x, at)
        return _jet_limit(f, x, at, side)
    _no_jump(f, x, at)
    squares = {s: Dummy(s.name, positive=True) for s in f.free_symbols
               if s != x and s.is_Symbol and s.is_nonzero and not s.is_positive and not s.is_negative
               and simplify_zero(f.subs(s, -s) - f) == 0}  # fmt: skip
    rates, f = _rates(f.xreplace(squares), x)  # even in s ≠ 0: s > 0 is no restriction
    try:
        out = sympy.limit(f, x, at, side)
    except (NotImplementedError, ValueError, TypeError) as error:
        raise NotDecided(f"lim {f} as {x} → {at}: SymPy does not settle it ({error})") from None
    if out.has(sympy.Limit, sympy.AccumBounds, sympy.nan):
        raise NotDecided(f"lim {f} as {x} → {at} does not exist or is not settled")
    return out.xreplace(rates).xreplace({d: s for s, d in squares.items()})


def _rates(f, x):
    """({λ > 0: ±log c}, f with e^(±λx) for c^x) for the c > 0 of which it is known on which side of 1 they lie."""
    found = {a.base for a in f.atoms(sympy.Pow) if a.exp.has(x) and not a.base.has(x) and a.base.free_symbols and positive(a.base)}
    ways = {c: 1 if positive(c - 1) else -1 if positive(1 - c) else 0 for c in sorted(found, key=sympy.default_sort_key)}
    rates = {c: Dummy("lambda", positive=True) for c, way in ways.items() if way}
    f = f.replace(lambda a: a.is_Pow and a.base in rates and a.exp.has(x), lambda a: sympy.exp(ways[a.base] * rates[a.base] * a.exp))
    return {rate: ways[c] * sympy.log(c) for c, rate in rates.items()}, f


def _no_jump(f, x, at):
    """NotDecided where a jump may lie at the point, for some values of the symbols: SymPy takes the value at the point there."""
    for a in f.atoms(*_JUMPS):
        if a.has(x) and (at.free_symbols or (a.free_symbols - {x}) or a.has(Jet)):
            raise NotDecided(f"lim {f} as {x} → {at}: whether {a} jumps there is not settled")


def _mean_limit(f, x, at, side):
    """The limit of Gaussian means of smooth functions as the noise goes to zero: Taylor's polynomial, term by term."""
    if at.is_infinite or side != "+" or f.has(sympy.Sum):
        raise NotDecided(f"a limit of an integral or sum that is not carried out: {f}")
    root = Dummy("h", positive=True)  # noise of variance h has the size √h
    moved = f.subs(x, at + root**2)

    def mean(node):
        (z, *ends), *more = node.limits
        if more or ends != [-oo, oo]:
            raise NotDecided(f"a limit of an integral that is not over the whole line: {node}")
        inside = node.function.replace(lambda a: isinstance(a, Jet) and a.has(root), lambda a: _taylor(a, root, 4))
        out = gaussian.integral(inside, z)
        if out is None or out.has(sympy.Integral):
            raise NotDecided(f"a limit of an integral that is no Gaussian mean: {node}")
        return out + Dummy("R", real=True) * root**5

    return _without_remainders(moved.replace(lambda a: isinstance(a, sympy.Integral), mean), root, f)


def _without_remainders(f, h, shown):
    """lim f as h ↓ 0 where f holds remainders R h⁵ with bounded R, which must not matter."""
    f = f.replace(lambda a: isinstance(a, Jet) and a.has(h), lambda a: _taylor(a, h, 4) + Dummy("R", real=True) * h**5)
    f = sympy.expand(f)
    out = Add(*[sympy.limit(t, h, 0, "+") for t in Add.make_args(f)]) if f.is_rational_function(h) else sympy.limit(f, h, 0, "+")
    if out.has(sympy.Limit, sympy.AccumBounds, sympy.nan) or any(s.name == "R" and s.is_Dummy for s in out.free_symbols if isinstance(s, Dummy)):
        raise NotDecided(f"lim {shown} needs more derivatives than are tried")
    return out


def _jet_limit(f, x, at, side):
    if at == oo:
        return _from_afar(f, x)
    if side != "+":
        raise NotDecided(f"lim {f} as {x} → {at} from the left: take it from the right")
    h = Dummy("h", positive=True)
    return _without_remainders(f.subs(x, at + h), h, f)


def _from_afar(f, x):
    """lim f as x → ∞ by h = 1/x, where undefined functions are taken near finite points: f(a − 1/x)."""
    h = Dummy("h", positive=True)
    near = f.xreplace({x: 1 / h})
    near = near.replace(lambda a: isinstance(a, Jet) and a.has(h), lambda a: Jet(a.args[0], a.orders, [sympy.cancel(b) for b in a.at]))
    if not all(b.is_rational_function(h) and sympy.denom(sympy.together(b)).subs(h, 0) != 0 for j in near.atoms(Jet) for b in j.at if b.has(h)):
        raise NotDecided(f"lim {f} as {x} → oo: the behaviour of an undefined function at infinity is not known")
    return _jet_limit(near, h, S.Zero, "+")


def _taylor(j, h, order):
    """A Jet around h = 0 as a polynomial in h."""
    out, term = S.Zero, j
    for k in range(order + 1):
        out += term.subs(h, 0) * h**k / sympy.factorial(k)
        term = term.diff(h)
    return out
