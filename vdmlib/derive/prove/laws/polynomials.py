"""Polynomials whose monomials are products of densities and of generators.

{(D, G): coefficient}: D is a frozenset of (ℓ-key, power), an ℓ-key being (law, set of variables); G is a frozenset of
(generator, power). A generator is a tuple whose first entry is its kind: "log" of a density, "var" a variable,
"int" an integral over bound variables, "sum" over an index, "fun" a function, "pow", "logpoly", "loggen".
"""

import sympy
from sympy import S

from ...budget import spend
from ...compute.zero import simplify_zero

__all__ = [
    "ONE", "const", "content", "gen", "in_common", "add", "scale", "merge", "mul", "power_product", "freeze", "clean",
    "generator_variables", "generator_positive", "frozen_variables", "monomial_variables",
]  # fmt: skip

ONE = (frozenset(), frozenset())


def const(c):
    return {ONE: c} if c != 0 else {}


def gen(g, n=1):
    return {(frozenset(), frozenset({(g, n)})): S.One}


def add(*polys):
    out = {}
    for p in polys:
        for m, c in p.items():
            c = out.get(m, S.Zero) + c
            if c == 0:
                out.pop(m, None)
            else:
                out[m] = c
    return out


def scale(p, c):
    return {m: c * k for m, k in p.items()} if c != 0 else {}


def merge(a, b):
    """Multiply two power products."""
    out = dict(a)
    for k, n in b:
        n = sympy.expand(out.get(k, 0) + n)
        if n == 0:
            out.pop(k, None)
        else:
            out[k] = n
    return frozenset(out.items())


def power_product(a, n):
    """A power product to a power."""
    return frozenset((k, sympy.expand(m * n)) for k, m in a if sympy.expand(m * n) != 0)


def mul(p, q):
    out = {}
    for (d1, g1), c1 in p.items():
        spend()
        for (d2, g2), c2 in q.items():
            m = (merge(d1, d2), merge(g1, g2))
            c = out.get(m, S.Zero) + c1 * c2
            if c == 0:
                out.pop(m, None)
            else:
                out[m] = c
    return out


def freeze(p):
    return frozenset((m, sympy.expand(c)) for m, c in clean(p).items())


def clean(poly):
    out = {}
    for mono, c in poly.items():
        c = simplify_zero(c)
        if c != 0:
            out[mono] = c
    return out


def in_common(p):
    """The densities, positive in a log, and the positive generators that can be taken out of a sum: no power is left below 0, and one is 0."""
    out = []
    for k in (0, 1):
        parts = {part for mono in p for part, _ in mono[k] if k == 0 or generator_positive(part)}
        powers = {part: [sympy.sympify(dict(mono[k]).get(part, 0)) for mono in p] for part in parts}
        out.append(frozenset((part, min(ns)) for part, ns in powers.items() if all(n.is_Rational for n in ns) and min(ns) != 0))
    return tuple(out)


def content(p):
    """(c, p/c), c being the positive number that the coefficients have in common, where they are numbers."""
    if not all(c.is_Rational for c in p.values()):
        return S.One, p
    c = sympy.gcd_list([abs(c) for c in p.values()])
    return c, scale(p, 1 / c)


def generator_variables(g):
    """The free random variables of a generator."""
    kind = g[0]
    if kind == "log":
        return g[1][1]
    if kind == "var":
        return frozenset({g[1]})
    if kind == "int":
        _, bound, dens, gens = g
        return monomial_variables((dens, gens)) - bound
    if kind == "sum":
        _, index, lo, hi, poly = g
        return frozenset(v for v in frozen_variables(poly) if not v.has(index))
    if kind == "loggen":
        return generator_variables(g[1])
    if kind == "fun":
        return frozenset().union(*[frozen_variables(a) for a in g[2]])
    return frozen_variables(g[1])  # logpoly, pow


def generator_positive(g):
    """Whether a generator is known to be positive."""
    kind = g[0]
    if kind == "var":
        return bool(g[1].is_positive)
    if kind == "fun":
        return g[3]
    if kind == "int":
        return all(generator_positive(h) for h, _ in g[3])
    return False


def frozen_variables(frozen):
    return frozenset().union(*[monomial_variables(m) for m, _ in frozen])


def monomial_variables(mono):
    dens, gens = mono
    out = frozenset().union(*[key[1] for key, _ in dens])
    return out.union(*[generator_variables(g) for g, _ in gens])
