"""What monomials over copies are made of, and polynomials {monomial: coefficient} of them.

An atom is ("at", expression), of at most one copy, or ("sum", lo, hi, monomial, coefficient) over the copies from lo to hi,
the index being INDEX; ("prod", lo, hi, monomial) is a product over them, of what is positive; ("log", polynomial), ("pow",
polynomial, power), ("fun", function, polynomials) hold sums. A monomial is a frozenset of (atom, power).
"""

import sympy
from sympy import S, Symbol, Tuple
from sympy.core.symbol import Str

from ...errors import NotDecided
from ...nodes.expressions import Factors, Power, plain
from ...nodes.functionals import Expectation, Functional, Over
from ...nodes.laws import At, Block, Density, Law, Variable
from ...nodes.normal import N
from ...nodes.walk import has, walk

__all__ = ["AVERAGE", "INDEX", "Names", "added", "base_of", "chain_of", "counted", "ends", "exp_of", "freeze", "holds", "is_random", "multiplies", "node", "one_of", "parts_of", "scaled", "shown"]

INDEX = Symbol("_i", integer=True)  # runs over the copies in every sum
AVERAGE = "⟨"  # begins the names of averages that are no polynomials


class Names:
    """Names that nothing in a claim has: of one copy, and of averages that are no polynomials, by what they are."""

    def __init__(self, claim):
        parts = [a for e in (*claim.sides, *[side for f in claim.facts for side in f]) for a in walk(e)]
        self.taken = {str(a) for a in parts if isinstance(a, Symbol)} | {a.func.__name__ for a in parts if isinstance(a, sympy.Function)}
        self.numbers = {}
        laws = {a for a in parts if isinstance(a, Law) and a.iid}
        if len({(law.name, chain_of(law)) for law in laws}) < len(laws):
            raise NotDecided("two laws of copies have one letter: declare one law, of all the copies that the line speaks of")
        if any(name.startswith("_i") for name in self.taken):
            raise NotDecided("names that begin with _i are taken by the sums over copies")

    def of_one(self, label):
        name = f"{label}_1"
        while name in self.taken:
            name += "'"
        return Variable(name, real=True)

    def of_number(self, key):
        return self.numbers.setdefault(key, f"{AVERAGE}{len(self.numbers) + 1}⟩")


def one_of(law, v):
    """The law of one copy."""
    return law.func_from(Str(law.name), Tuple(v), Tuple(*law.given), S.false, law.args[4], S.false)


def chain_of(law):
    return law.scope[0].args[0] if law.iid else None


def base_of(v):
    return v.args[0] if isinstance(v, (At, Block)) else None


def ends(v):
    return (plain(v.args[1]),) * 2 if isinstance(v, At) else (plain(v.args[1]), plain(v.args[2]))


def is_random(e):
    return has(e, (Variable, At, Block, Density, Functional, Expectation, Over, N))


def node(a):
    if a[0] == "at":
        return a[1]
    if a[0] == "sum":
        _, lo, hi, mono, c = a
        return sympy.Sum(Factors.of(c, *[Power(node(b), n) if n != 1 else node(b) for b, n in mono]), (INDEX, lo, hi))
    if a[0] == "prod":
        _, lo, hi, mono = a
        return sympy.Product(Factors.of(*[Power(node(b), n) if n != 1 else node(b) for b, n in mono]), (INDEX, lo, hi))
    raise NotDecided("a function of all copies stands free")


def added(*polys):
    out = {}
    for p in polys:
        for m, c in p.items():
            out[m] = sympy.expand(out.get(m, S.Zero) + c)
    return {m: c for m, c in out.items() if c != 0}


def scaled(p, c):
    return {m: sympy.expand(c * k) for m, k in p.items()}


def freeze(p):
    return frozenset(p.items())


def holds(part, s):
    if isinstance(part, (tuple, frozenset)):
        return any(holds(a, s) for a in part)
    return isinstance(part, sympy.Basic) and part.has(s)


def parts_of(part):
    """Every expression in an atom."""
    if isinstance(part, (tuple, frozenset)):
        for a in part:
            yield from parts_of(a)
    elif isinstance(part, sympy.Basic):
        yield part


def exp_of(c, mono):
    """exp(c · monomial of one copy); the log of what is positive goes out."""
    if len(mono) == 1 and c == 1:
        ((a, n),) = mono
        if isinstance(a[1], sympy.log) and n == 1:
            return a[1].args[0]
    return sympy.exp(Factors.of(c, *[Power(a[1], n) if n != 1 else a[1] for a, n in mono]))


def multiplies(part):
    """Whether a product over the copies stands in an atom or polynomial."""
    return isinstance(part, tuple) and part[:1] == ("prod",) or isinstance(part, (tuple, frozenset)) and any(map(multiplies, part))


def counted(part, size):
    """The same with sums over the copies from 1 on."""
    if isinstance(part, tuple):
        if part and part[0] == "sum":
            return ("sum", S.One, size, *part[3:])
        return tuple(counted(a, size) for a in part)
    return frozenset(counted(a, size) for a in part) if isinstance(part, frozenset) else part


def shown(r):
    return f"{r[0]}" if r[0] == r[1] else f"{r[0]} to {r[1]}"
