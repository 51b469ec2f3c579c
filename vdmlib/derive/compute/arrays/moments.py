"""Expectations of polynomials in a normal vector z with mean 0 and covariance S.

By parts: E[(aᵀz) F(z)] is the sum over the other z's of F of what it comes to with that z replaced by S a.
"""

import sympy
from sympy import Add, Mul

from ...budget import spend
from ...errors import NotDecided
from .algebra import added, scaled
from .words import joined, transposed

__all__ = ["expected_number", "expected_sum"]


def expected_number(e, z, cov, algebra, d):
    """E[e] of a number."""
    out = []
    for c, atoms in monomials(e, z, algebra):
        out.append(c * _number(atoms, z, cov, algebra, d))
    return Add(*out)


def expected_sum(a, z, cov, algebra, d):
    """E[a] of a sum of words."""
    out = {}
    for key, c in a.items():
        if any(part != z and algebra.holds(part, z) for part in key[1:]):
            raise NotDecided("the expectation of something that is no polynomial in a normal vector")
        for factor, atoms in monomials(c, z, algebra):
            out = added(out, scaled(_keyed(key, atoms, z, cov, algebra, d), factor))
    return out


def monomials(e, z, algebra):
    """(coefficient without z, atoms with z) of a number that is a polynomial in z."""
    holding = [s for s in e.free_symbols if s in algebra.data and algebra.holds(algebra.data[s], z)]
    if not holding:
        return [(e, ())]
    for s in holding:
        if algebra.data[s][0] != "q" or any(part != z and algebra.holds(part, z) for part in algebra.data[s][1:]):
            raise NotDecided(f"the expectation of {s} of a normal vector")
    holding = sorted(holding, key=str)
    try:
        p = sympy.Poly(sympy.expand(e), *holding)
    except sympy.PolynomialError:
        raise NotDecided("the expectation of something that is no polynomial in a normal vector") from None
    if set(holding) & p.free_symbols_in_domain:
        raise NotDecided("the expectation of something that is no polynomial in a normal vector")
    out = []
    for powers, c in p.terms():
        atoms = tuple(algebra.data[s][1:] for s, n in zip(holding, powers) for _ in range(n))
        out.append((c, atoms))
    return out


def _number(atoms, z, cov, algebra, d):
    """E of a product of numbers uᵀ W v, given as (u, W, v)."""
    spend()
    k = next((k for k, (u, _, v) in enumerate(atoms) if z in (u, v)), None)
    if k is None:
        return Mul(*[algebra.quadratic(*a) for a in atoms])
    u, word, v = atoms[k]
    if v != z:
        u, word, v = v, transposed(word), u
    others = atoms[:k] + atoms[k + 1 :]
    out = []
    for w, c in cov.items():
        if u == z:
            out.append(c * algebra.trace(algebra.times({("w", word): 1}, {w: 1})[0], d) * _number(others, z, cov, algebra, d))
        path, end, more = _moved(w, transposed(word), u)  # z becomes S Wᵀ u
        for rest, made in _replaced(others, z, path, end):
            out.append(c * _number((*rest, made, *more), z, cov, algebra, d))
    return Add(*out)


def _moved(w, word, u):
    """(path, end, numbers): S W u is path · end times the numbers, for a term S of the covariance."""
    if w[0] == "w":
        return joined(w[1], word), u, ()
    _, first, v, other, last = w
    return first, v, ((other, joined(last, word), u),)


def _replaced(atoms, z, path, u):
    """(the other atoms, the atom made) for each z among atoms, replaced by path · u."""
    for k, (a, word, b) in enumerate(atoms):
        rest = atoms[:k] + atoms[k + 1 :]
        if b == z:
            yield rest, (a, joined(word, path), u)
        if a == z:
            yield rest, (b, joined(transposed(word), path), u)


def _keyed(key, atoms, z, cov, algebra, d):
    """E of a word with atoms as factors, a sum of words."""
    spend()
    kind = key[0]
    if kind == "w" or z not in key:
        return {key: _number(atoms, z, cov, algebra, d)}
    if kind == "r":
        out = _keyed(("c", transposed(key[2]), key[1]), atoms, z, cov, algebra, d)
        return {("r", m[2], transposed(m[1])): c for m, c in out.items()}
    out = {}
    if kind == "o" and key[2] != z:  # v uᵀ is the transpose of u vᵀ
        _, word, v, u, end = key
        turned = _keyed(("o", transposed(end), u, v, transposed(word)), atoms, z, cov, algebra, d)
        return {("o", transposed(m[4]), m[3], m[2], transposed(m[1])) if m[0] == "o" else ("w", transposed(m[1])): c for m, c in turned.items()}
    word = key[1]
    for w, c in cov.items():
        if kind == "o" and key[3] == z:
            turned_in = algebra.times(algebra.times({("w", word): 1}, {w: 1})[0], {("w", key[4]): 1})[0]
            for m, e in turned_in.items():
                out = added(out, scaled({m: _number(atoms, z, cov, algebra, d)}, c * e))
        for k, (a, inner, b) in enumerate(atoms):
            rest = atoms[:k] + atoms[k + 1 :]
            for here, through, other in ((b, transposed(inner), a), (a, inner, b)):
                if here == z:
                    path, end, more = _moved(w, through, other)
                    made = ("c", joined(word, path), end) if kind == "c" else ("o", joined(word, path), end, *key[3:])  # W z becomes W S …
                    out = added(out, scaled(_keyed(made, (*rest, *more), z, cov, algebra, d), c))
    return out


