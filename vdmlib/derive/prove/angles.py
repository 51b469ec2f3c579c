"""Signs of numbers made of lengths and inner products: uᵀWv is |u| |v| times a cosine, for every positive semidefinite W."""

from itertools import combinations, product

import sympy
from sympy import Dummy, Matrix

from ..compute.arrays.evaluate import Reader
from ..compute.arrays.words import congruence, rotations
from ..compute.positivity import positive
from ..compute.zero import simplify_zero
from ..errors import DerivationError

__all__ = ["sign_by_angles"]

MOST, LETTERS = 60, 4  # operations, vectors; the sign of a larger number is not looked into


def sign_by_angles(e):
    """Whether a number of vectors and matrices is ≥ 0 for all lengths and angles that its vectors may have.

    A cosine is (1 − s)/(1 + s) with an s ≥ 0. What is > 0 for all lengths > 0 and s > 0 is ≥ 0 at their ends, being continuous there.
    """
    reader = Reader()
    try:
        value = reader.number(e, {})
    except (DerivationError, ZeroDivisionError):
        return False
    atoms = {s: reader.data[s] for s in sorted(value.free_symbols, key=str) if s in reader.data}
    if not atoms or value.count_ops() > MOST:
        return False
    if _of_squares(sympy.expand(value), atoms):
        return True
    lengths = {}
    found = {s: _written(s, data, lengths) for s, data in atoms.items()}
    return all(_continuous(case, set(atoms)) and positive(case.xreplace(found)) for case in _by_sizes(value))


def _by_sizes(value):
    """The number with ±u for every |u| in it: what is ≥ 0 in each case is."""
    sizes = sorted(value.atoms(sympy.Abs), key=str)
    for signs in product((1, -1), repeat=len(sizes)) if len(sizes) < 3 else ():
        yield value.xreplace({a: k * a.args[0] for a, k in zip(sizes, signs)})


def _of_squares(value, atoms):
    """Whether a number is a sum of Σ c_ij u_iᵀWu_j, each with a positive semidefinite matrix c of numbers."""
    forms = {}
    for s, data in atoms.items():
        if data[0] != "q" or congruence(data[2]) is None:
            return False
        _, u, word, v = data
        c = value.coeff(s)
        value -= c * s
        if c.has(*atoms):
            return False
        forms.setdefault(word, {})[u, v] = c if u == v else c / 2
    return sympy.expand(value) == 0 and all(map(_semidefinite, forms.values()))


def _semidefinite(entries):
    """Whether a symmetric matrix {(u, v): number} is positive semidefinite, all its principal minors being ≥ 0."""
    names = sorted({x for pair in entries for x in pair})
    c = Matrix([[entries.get((u, v), entries.get((v, u), 0)) for v in names] for u in names])
    minors = (c.extract(k, k).det() for n in range(1, len(names) + 1) for k in map(list, combinations(range(len(names)), n)))
    return len(names) <= LETTERS and all(simplify_zero(m) == 0 or positive(m) or m.is_nonnegative for m in minors)


def _written(s, data, lengths):
    """A number of vectors or a trace by symbols of known sign; itself where nothing is known."""
    if data[0] == "q" and congruence(data[2]) is not None:
        _, u, word, v = data
        long, wide = (lengths.setdefault((x, word), Dummy(f"|{x.name}|", positive=True)) for x in (u, v))
        turn = Dummy("s", positive=True)
        return long**2 if u == v else long * wide * (1 - turn) / (1 + turn)
    if data[0] == "tr" and _of_two_semidefinite(data[1]):
        return Dummy(s.name, positive=True)
    return s


def _of_two_semidefinite(word):
    """Whether the trace of a word is that of a product of two positive semidefinite matrices, one of which may be the identity."""
    return any(congruence(w[:k]) is not None and congruence(w[k:]) is not None for w in rotations(word) for k in range(len(w)))


def _continuous(value, atoms):
    """Whether a number is made of its atoms by sums, products and roots alone."""
    if not value.free_symbols & atoms or value in atoms:
        return True
    if isinstance(value, sympy.Pow):
        return bool(value.exp.is_positive) and value.exp.is_Rational and _continuous(value.base, atoms)
    return isinstance(value, (sympy.Add, sympy.Mul)) and all(_continuous(a, atoms) for a in value.args)
