"""Whether a number or a sum of words is 0 for all sizes, all vectors and all matrices."""

import sympy
from sympy import Add, Mul, S

from ...budget import spend
from .algebra import added, cleared, scaled, side, turned

__all__ = ["open_numbers", "vanishes"]

DEPTH = 2  # how often a sum of words is multiplied by what stands inverted in it


def vanishes(algebra, a, depth=DEPTH):
    """Whether a sum of words is 0: by its form, or once it is multiplied by invertible matrices that stand inverted in it."""
    a = algebra.normal(a)
    if a and all(key[0] == "w" for key in a):
        a = algebra.normal(cleared(a)[1])
    if not a:
        return True
    if depth == 0 or len(a) > 60:
        return False
    sums = sorted({base for key in a for part in key[1:] if isinstance(part, tuple) for base, _, _ in part if base.what[:1] == ("sum",)})
    for base in sums[:3]:
        spend()
        whole = dict(base.what[1])
        if all(key[0] in "wco" for key in a) and _end(a, 1, 0) == base.rows and vanishes(algebra, algebra.times(whole, a)[0], depth - 1):
            return True
        if all(key[0] == "w" for key in a) and _end(a, 1, -1) == base.rows and vanishes(algebra, algebra.times(a, whole)[0], depth - 1):
            return True
    return False


def _end(a, part, k):
    """The number of rows (k = 0) or columns (k = −1) of a sum, by its words in this part of the key; None if they are all empty."""
    return next((side(key[part][k], -k) for key in a if key[part]), None)


def open_numbers(algebra, e):
    """Numbers that must be 0 for e to be 0, those left out that are by rules of matrices: the coefficients of its atoms.

    A number that is linear in atoms uᵀWv and tr W with inverses of sums is compared by its matrices.
    """
    if e == 0:
        return []
    if e.has(sympy.exp):
        parts = by_exponents(algebra, sympy.expand(e))
        return [f for part in parts for f in ([part] if part.has(sympy.exp) else open_numbers(algebra, part))]  # an exponential in a logarithm stays
    atoms = sorted((s for s in e.free_symbols if algebra.data.get(s, ("",))[0] in ("q", "tr")), key=str)
    if not atoms:
        return [e]
    parts, rest = {s: e.diff(s) for s in atoms}, e.xreplace(dict.fromkeys(atoms, S.Zero))
    if rest.has(sympy.nan, sympy.zoo) or any(c.has(*atoms) for c in parts.values()):
        return _by_monomials(e, atoms)
    groups, left = {}, [] if rest == 0 else [rest]
    for s, c in parts.items():
        data = algebra.data[s]
        ends, word = ((data[1], data[3]), data[2]) if data[0] == "q" else (None, data[1])
        groups.setdefault(ends, []).append((word, c, s))
    for ends, those in groups.items():
        if not any(_holds_a_sum(algebra.data[s]) for _, _, s in those) or not vanishes(algebra, _middle(ends, those)):
            left += [c * s for _, c, s in those if c != 0]
    return left


def _by_monomials(e, atoms):
    try:
        p = sympy.Poly(sympy.expand(e), *atoms, domain="EX")
    except sympy.PolynomialError:
        return [e]
    return [c.as_expr() * Mul(*[s**n for s, n in zip(atoms, powers)]) for powers, c in p.terms()]


def _middle(ends, parts):
    """The matrix between two vectors, made symmetric if they are one; that under a trace."""
    a = added(*[{("w", word): c} for word, c, _ in parts])
    if ends is not None and ends[0] == ends[1]:
        a = scaled(added(a, turned(a)), S.Half)
    return a


def _holds_a_sum(data):
    if data is None or data[0] not in ("q", "tr"):
        return False
    return any(base.what[:1] == ("sum",) for part in data[1:] if isinstance(part, tuple) for base, _, _ in part)


def by_exponents(algebra, e):
    """The coefficients of the different exponentials in e: each must be 0 for e to be. An exponent that is another one's is put with it."""
    groups = []
    for term in Add.make_args(sympy.powdenest(e)):
        c, u = S.One, S.Zero
        for f in sympy.Mul.make_args(term):
            if isinstance(f, sympy.exp):
                u += f.args[0]
            else:
                c *= f
        for group in groups:
            if not open_numbers(algebra, group[0] - u):
                group[1].append(c)
                break
        else:
            groups.append((u, [c]))
    return [Add(*cs) for _, cs in groups]
