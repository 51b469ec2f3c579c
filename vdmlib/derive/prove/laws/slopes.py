"""Derivatives, substitutions and limits of expressions with expectations in them: carried out under the expectations.

That a derivative or a limit may be taken under them is part of the reach of the method; the laws themselves depend on
no symbol.
"""

import re

import sympy
from sympy import Add, Integer, Mul, Pow, S, Symbol
from sympy.core.function import AppliedUndef

from ...errors import NotDecided
from ...nodes.expressions import Factors, Frac, Power, Terms, log, plain, symbol, undefined
from ...nodes.functionals import Expectation, Functional, Over, law_factors, phi
from ...nodes.laws import At, Block, Density, Law, Variable
from ...nodes.normal import N
from ...nodes.walk import bound_in, walk
from .given import is_random
from .polynomials import ONE, clean

__all__ = ["of_laws"]

PARTIAL = re.compile(r"(.*?)(?:⟨([\d,]+)⟩)?")  # a function that is differentiated, and how often by each of its arguments
LIMITS = 5  # how often numerator and denominator are differentiated
KINKED = (sympy.Abs, sympy.Max, sympy.Min, sympy.sign, sympy.Heaviside, sympy.Piecewise)

_SMOOTH = {"exp": lambda u, e: e, "sin": lambda u, e: sympy.cos(u), "cos": lambda u, e: Factors(-1, sympy.sin(u)),
           "sinh": lambda u, e: sympy.cosh(u), "cosh": lambda u, e: sympy.sinh(u), "tanh": lambda u, e: Terms(1, Factors(-1, Power(e, 2)))}  # fmt: skip


def varies(e, s):
    """Whether a symbol stands in an expression itself, and not only in the scope of its laws."""
    if isinstance(e, (Law, Variable, At, Block)):
        return False
    return plain(e) == plain(s) if isinstance(e, Symbol) else any(varies(a, s) for a in getattr(e, "args", ()))


def slope(e, s, given):
    """∂e/∂s as an expression. given: the facts, by which a symbol or a function stands for an expression."""
    value = given.symbol(e) if isinstance(e, Symbol) else given.function(e) if isinstance(e, AppliedUndef) else None
    if value is not None:
        return slope(value, s, given)
    _require_free_laws(e, s, given)
    if not has_value(e, given) and not any(varies(a, s) for a in walk(e)):
        return S.Zero
    if isinstance(e, Symbol):
        return S.One

    def inside(a):
        return slope(a, s, given)

    if isinstance(e, (Terms, Add)):
        return _sum([inside(a) for a in e.args])
    if isinstance(e, (Factors, Mul)):
        return _sum([_product([*e.args[:k], inside(a), *e.args[k + 1 :]]) for k, a in enumerate(e.args)])
    if isinstance(e, Frac):
        top, below = e.args
        return _sum([Frac(inside(top), below), _product([S.NegativeOne, Frac(_product([top, inside(below)]), Power(below, Integer(2)))])])
    if isinstance(e, (Power, Pow)):
        base, n = e.args
        first = _product([n, Power(base, Terms(n, S.NegativeOne)), inside(base)])
        return _sum([first, _product([e, log(base), inside(n)])])
    if isinstance(e, sympy.log):
        return Frac(inside(e.args[0]), e.args[0])
    if isinstance(e, Expectation):
        if any(varies(f, s) for f in law_factors(e.law)):
            raise NotDecided(f"the law {e.law} depends on {s}: the derivative of its expectation is outside of this method")
        return Expectation(e.law, inside(e.body))
    if isinstance(e, Over):
        return type(e)(e.bound, inside(e.body))
    if isinstance(e, N):
        return _product([e, _log_slope(e, inside)])
    if isinstance(e, (Functional, phi)):
        return inside(e.definition())
    if isinstance(e, sympy.Derivative):
        return inside(carried_out(e, given)) if is_random(e) or has_value(e, given) else sympy.Derivative(plain(e), plain(s))
    if isinstance(e, AppliedUndef):
        if not is_random(e):
            return sympy.Derivative(plain(e), plain(s))
        return _sum([_product([partial(e, k), inside(a)]) for k, a in enumerate(e.args)])
    name = getattr(e, "_plain", e.func).__name__
    if name in _SMOOTH and len(e.args) == 1:
        return _product([_SMOOTH[name](e.args[0], e), inside(e.args[0])])
    raise NotDecided(f"the derivative of {e} by {s} under an expectation is outside of this method")


def has_value(e, given):
    return any(given.symbol(a) is not None or isinstance(a, AppliedUndef) and given.function(a) is not None for a in walk(e))


def partial(e, k):
    """The derivative of an undefined function by its k-th argument, as a function of a name that no text can have."""
    name, orders = PARTIAL.fullmatch(e.func.__name__).groups()
    orders = [int(n) for n in orders.split(",")] if orders else [0] * len(e.args)
    orders[k] += 1
    return undefined(f"{name}⟨{','.join(map(str, orders))}⟩")(*e.args)


def of_laws(e, normal):
    """A Derivative, Subs or Limit node as an expression without it. normal: the Normaliser, which says what is zero."""
    if isinstance(e, sympy.Derivative):
        return carried_out(e, normal.given)
    if isinstance(e, sympy.Subs):
        out = carried_out(e.expr, normal.given) if isinstance(e.expr, sympy.Derivative) else e.expr
        for s, value in zip(e.variables, e.point):
            out = at_value(named_partials(out, s) if normal.random(value) else out, s, value)
        return out
    body, s, at, _ = e.args
    if at == sympy.oo:
        h = symbol(f"1/{s}", positive=True)
        body, s, at = from_afar(body, s, h), h, S.Zero
    if at.is_infinite or any(isinstance(a, (AppliedUndef, *KINKED)) and varies(a, s) for a in walk(body)):
        raise NotDecided(f"the limit {e} of an expression of laws is outside of this method")
    top, below = quotient(body, s)
    for _ in range(LIMITS):
        here = [at_value(part, s, at) for part in (top, below)]
        n, d = (clean(normal.scope(lambda part=part: normal.poly(part))[0]) for part in here)
        if d:
            if set(d) != {ONE} or not d[ONE].is_nonzero:
                break
            return Frac(*here)
        if n:
            break
        top, below = (slope(part, s, normal.given) for part in (top, below))  # 0/0
    raise NotDecided(f"the limit {e} is not settled by values and slopes at {at}")


def from_afar(e, s, h):
    """The expression with 1/h for s, which goes to infinity as h goes to 0; what is divided by s is multiplied by h."""
    if isinstance(e, (Law, Variable, At, Block)) or not getattr(e, "args", ()):
        return Frac(S.One, h) if isinstance(e, Symbol) and plain(e) == plain(s) else e
    if isinstance(e, Frac):
        below = e.args[1].args if isinstance(e.args[1], (Factors, Mul)) else (e.args[1],)
        far = [a for a in below if plain(a) == plain(s)]
        rest = [from_afar(a, s, h) for a in below if a not in far]
        top = _product([from_afar(e.args[0], s, h), *[h for _ in far]])
        return Frac(top, _product(rest)) if rest else top
    return e.func(*[from_afar(a, s, h) if isinstance(a, sympy.Basic) else a for a in e.args])


def carried_out(e, given):
    """A Derivative node carried out."""
    out = e.expr
    for v, n in e.variable_count:
        if not isinstance(v, Symbol) or isinstance(v, Variable) or v.is_integer or not n.is_Integer:
            raise NotDecided(f"a derivative by {v} of an expression of laws is outside of this method")
        for _ in range(int(n)):
            out = slope(out, v, given)
    return out


def named_partials(e, s):
    """The expression with each derivative by s of an undefined function as a function of its own, which can be taken anywhere."""
    def name(a):
        of = a.expr
        for _, n in a.variable_count:
            for _ in range(int(n)):
                of = partial(of, 0)
        return of

    return e.replace(lambda a: isinstance(a, sympy.Derivative) and isinstance(a.expr, AppliedUndef) and len(a.expr.args) == 1
                     and {*map(plain, (*a.expr.args, *a.variables))} == {plain(s)}, name)  # fmt: skip


def at_value(e, s, value):
    """The expression at a value of a symbol that nothing in it binds."""
    if bound_in(e, s) or any(bound_in(e, t) for t in sympy.sympify(value).free_symbols):
        raise NotDecided(f"{s} is bound inside of {e}: give one of the two another name")
    out = e.xreplace({a: value for a in e.atoms(Symbol) if plain(a) == plain(s)})
    if any(isinstance(a, Frac) and _is_zero(a.args[1]) or isinstance(a, (Power, Pow)) and _is_zero(a.args[0]) and plain(a.args[1]).is_negative for a in walk(out)):
        raise NotDecided(f"{e} at {s} = {value} divides by zero")
    return out


def _is_zero(e):
    return not is_random(e) and plain(e) == 0


def quotient(e, s):
    """(numerator, denominator) of an expression in which only the factors that hold a symbol are taken apart."""
    if isinstance(e, Frac):
        (a, b), (c, d) = quotient(e.args[0], s), quotient(e.args[1], s)
        return _product([a, d]), _product([b, c])
    if isinstance(e, (Factors, Mul)):
        parts = [quotient(a, s) for a in e.args]
        return _product([a for a, _ in parts]), _product([b for _, b in parts])
    if isinstance(e, (Power, Pow)) and plain(e.args[1]).is_Integer:
        n, (a, b) = plain(e.args[1]), quotient(e.args[0], s)
        a, b = (a, b) if n > 0 else (b, a)
        return tuple(x if abs(n) == 1 or x == 1 else Power(x, abs(n)) for x in (a, b)) if n != 0 else (S.One, S.One)
    return e, S.One


def _require_free_laws(e, s, given):
    for d in walk(e):
        if isinstance(d, Density) and any(f.left.law == d.law and varies(f.right, s) for f in given.densities):
            raise NotDecided(f"a fact gives {d} by {s}: its derivative is outside of this method")


def _log_slope(e, inside):
    """The slope of log N(x; μ, v): with r = x − μ it is −r r′/v + (r² − v) v′/(2v²)."""
    x, mean, v = e.args
    r, by = Terms(x, Factors(S.NegativeOne, mean)), inside(v)
    from_mean = _product([S.NegativeOne, Frac(_product([r, _sum([inside(x), _product([S.NegativeOne, inside(mean)])])]), v)])
    return _sum([from_mean, Frac(_product([Terms(Power(r, Integer(2)), Factors(S.NegativeOne, v)), by]), Factors(Integer(2), Power(v, Integer(2))))])


def _sum(terms):
    terms = [t for t in terms if t != 0]
    return S.Zero if not terms else terms[0] if len(terms) == 1 else Terms(*terms)


def _product(factors):
    if any(f == 0 for f in factors):
        return S.Zero
    factors = [f for f in factors if f != 1]
    return S.One if not factors else factors[0] if len(factors) == 1 else Factors(*factors)
