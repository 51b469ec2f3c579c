"""Signs of expressions, settled for all admitted values of their symbols."""

import threading
from contextlib import contextmanager

import sympy
from sympy import Add, Dummy, I, S
from sympy.core.function import AppliedUndef
from sympy.polys.polyerrors import PolynomialError
from sympy.tensor.indexed import Indexed

from .jet import Jet

__all__ = ["positive", "real", "factor_list", "sign_by_root", "supposed", "supposed_of", "supposing"]

_FACTORED = 300  # terms; a larger polynomial is not factored to settle its sign


class _Supposed(threading.local):
    ways, symbols, given = (), frozenset(), ()


_supposed = _Supposed()
_BINDERS = (sympy.Integral, sympy.Sum, sympy.Product, sympy.Limit, sympy.Derivative, sympy.Subs)


@contextmanager
def supposing(expressions):
    """Inside, these expressions in free symbols are known to be > 0: 1 − t, σ_t² − α²σ_s².

    Each is solved for a symbol, or the square of one: t = r/(1 + r), σ_t² = d + α²σ_s², with r and d > 0.
    """
    before = _supposed.ways, _supposed.symbols, _supposed.given
    _supposed.ways, _supposed.symbols = _ways(expressions), frozenset().union(*[e.free_symbols for e in expressions])
    _supposed.given = tuple(expressions)
    try:
        yield
    finally:
        _supposed.ways, _supposed.symbols, _supposed.given = before


def supposed():
    """What is supposed here: an answer that is kept holds where the same is."""
    return _supposed.given


def supposed_of(symbol):
    """Whether something is supposed of a symbol beyond its declaration."""
    return symbol in _supposed.symbols


def _ways(expressions):
    """Substitutions, one after the other in each way, that put what is supposed into the signs of fresh symbols."""
    ends, others = {}, []
    for e in map(sympy.expand, expressions):
        s = next(iter(e.free_symbols), None)
        if len(e.free_symbols) == 1 and s.is_Symbol and not s.is_integer and e.is_polynomial(s) and sympy.degree(e, s) == 1:
            c, at = e.coeff(s), sympy.cancel(-e.subs(s, 0) / e.coeff(s))
            ends.setdefault(s, ([], []))[0 if c.is_positive else 1].append(at)
        elif not e.is_number:
            others.append(e)
    first = []
    for s, (low, high) in ends.items():
        lo, hi = max([*low, *[S.Zero] * bool(s.is_positive)], default=None), min(high, default=None)
        r = Dummy(s.name, positive=True)
        if lo is not None and hi is not None:
            if hi <= lo:
                continue
            first.append((s, lo + (hi - lo) * r / (1 + r)))
        elif lo != 0 or hi is not None:
            first.append((s, lo + r if hi is None else hi - r))
        elif not s.is_positive:
            first.append((s, r))
    out = [tuple(first)] if first else []
    for e in others:
        for s in sorted(e.free_symbols, key=lambda s: s.name):
            for n in (2, 1):
                c = e.coeff(s, n)
                rest = sympy.expand(e - c * s**n)
                if n == 2 and not s.is_positive or c == 0 or c.has(s) or rest.has(s) or not (c.is_positive or c.is_negative):
                    continue
                out.append((((s, n), (Dummy("d", positive=True) - rest) / c), *first))
    return tuple(out)


def _put(e, way):
    for what, value in way:
        if isinstance(what, tuple) and what[1] == 2:
            s = what[0]
            e = e.replace(lambda a: a.is_Pow and a.base == s and a.exp.is_Integer and a.exp.is_even, lambda a: value ** (a.exp / 2))
        else:
            e = e.xreplace({what[0] if isinstance(what, tuple) else what: value})
    return e


def positive(e, unit=()):
    """True where e > 0 is proved for all admitted values of its symbols; `unit` symbols lie in (0, 1)."""
    e = sympy.sympify(e)
    if _positive(e, unit):
        return True
    if not _supposed.symbols & e.free_symbols or e.has(*_BINDERS):  # what is bound there may have the same name
        return False
    return any(_positive(_put(e, way), unit) for way in _supposed.ways)


def _positive(e, unit):
    if e.is_positive:
        return True
    if e.is_nonpositive or e.is_Number:
        return False
    e = _without_exponentials(_with_terms_apart(e))
    if e.is_positive:
        return True
    if not unit:
        unit = _unit_atoms(e)
    odds = {a: d / (1 + d) for a, d in ((a, Dummy(positive=True)) for a in unit if e.has(a))}
    try:
        num, den = sympy.fraction(sympy.together(e.xreplace(odds)))
        sign = 1
        for part in (num, den):
            part = sympy.expand(part)
            s = _one_sign(part)
            if s:
                sign *= s
                continue
            if len(part.args) > _FACTORED:
                return False
            c, factors = factor_list(part)
            if not c.is_real or c == 0:
                return False
            sign *= 1 if c > 0 else -1
            for f, n in factors:
                if n % 2 == 0 and (f.is_real and f.is_nonzero):
                    continue
                s = _one_sign(f) or sign_by_root(f, positive)
                if s == 0 or s < 0 and n != int(n):  # a root of what is negative
                    return False
                sign *= s ** int(n)
        return sign > 0
    except PolynomialError:
        return False


def _with_terms_apart(e):
    """Powers of numbers whose exponent is a sum as products: (1/2)^(t+1) as (1/2)^t/2."""
    return e.replace(lambda a: isinstance(a, sympy.Pow) and a.base.is_number and a.exp.is_Add, lambda a: sympy.Mul(*[a.base**n for n in a.exp.args]))


def _without_exponentials(e):
    """exp(k u) with a positive u as (1 + d)^k with d > 0."""
    found = {}
    for a in e.atoms(sympy.exp):
        k, u = a.args[0].as_coeff_Mul()
        if k.is_Integer and (u.is_positive or u.is_negative):
            found[a] = (k if u.is_positive else -k), u
    if not found:
        return e
    bases = {u: Dummy("d", positive=True) for _, u in found.values()}
    return e.xreplace({a: (1 + bases[u]) ** k for a, (k, u) in found.items()})


def sign_by_root(e, decide):
    """+1 or −1 if e = A + B√w has that sign since A² and B²w compare so, as `decide` says (> 0 or ≥ 0); 0 if not settled."""
    roots = {a.base for a in e.atoms(sympy.Pow) if a.exp.is_Rational and a.exp.q == 2 and not a.is_number}
    for w in sorted(roots, key=sympy.default_sort_key):
        r = Dummy("r", positive=True)
        try:
            poly = sympy.Poly(e.replace(lambda a: isinstance(a, sympy.Pow) and a.base == w and (2 * a.exp).is_Integer, lambda a: r ** (2 * a.exp)), r)
        except PolynomialError:
            continue
        A = Add(*[c * w ** (n // 2) for (n,), c in poly.terms() if n % 2 == 0])
        B = Add(*[c * w ** (n // 2) for (n,), c in poly.terms() if n % 2])
        if A.has(r) or B.has(r):
            continue
        a, b = _weak_sign(A), _weak_sign(B)
        if not a and b and decide(sympy.expand(B**2 * w - A**2)):
            return b
        if not a or a == b:
            return a
        if b:
            d = sympy.expand(A**2 - B**2 * w)
            return a if decide(d) else b if decide(-d) else 0
    return 0


def _weak_sign(e):
    """+1 if e ≥ 0, −1 if e ≤ 0, as far as that is settled; else 0."""
    return 1 if e.is_nonnegative or positive(e) else -1 if e.is_nonpositive or positive(-e) else 0


def factor_list(poly):
    """The constant and the irreducible factors of a polynomial."""
    poly = sympy.expand(poly)
    return (poly, []) if poly.is_Number else sympy.factor_list(poly)


def _one_sign(f):
    """+1 or −1 if every term of f has that strict sign or f is known to have it; 0 if that is not settled."""
    if f.is_positive:
        return 1
    if f.is_negative:
        return -1
    terms = Add.make_args(sympy.expand(f))
    for s in (1, -1):
        if all((s * a).is_nonnegative for a in terms) and any((s * a).is_positive for a in terms):
            return s
    return 0


def _unit_atoms(e):
    return {a for a in e.atoms(AppliedUndef) if getattr(a, "is_unit", False)}


def real(e):
    """True if an expression is real wherever it is defined: everything in it is."""
    if e.has(I):
        return False
    if e.is_Symbol or isinstance(e, (Jet, Indexed, AppliedUndef)):
        return bool(e.is_real)
    return all(map(real, e.args))
