"""Where a field is taken: at a vector by its name, or at a sum of vectors, ("at", its words with their coefficients)."""

import sympy
from sympy import S

from .algebra import side
from .words import Base, key_text, order

__all__ = ["place", "place_text", "slot", "words_at"]

NAMED = (("letter",), ("bound",), ("drawn",))


def place(a):
    """The place that a sum of columns is, in its one form."""
    if len(a) == 1:
        ((key, c),) = a.items()
        if key[:2] == ("c", ()) and c == 1 and key[2].what in NAMED:
            return key[2]
    return "at", tuple((key, sympy.cancel(sympy.expand(a[key]))) for key in sorted(a, key=order))


def words_at(p):
    """The sum of columns that such a sum is."""
    return dict(p[1])


def slot(k, p):
    """What a derivative of a field by its k-th argument is by, where that is a sum of vectors."""
    _, word, v = p[1][0][0]
    return Base(f"argument {k + 1}", side(word[0], 0) if word else v.rows, S.One, frozenset(), ("slot", k))


def place_text(p):
    """A place, to be read."""
    if isinstance(p, tuple):
        return " + ".join(f"{'' if c == 1 else f'({c})*'}{key_text(key)}" for key, c in p[1]) or "0"
    return getattr(p, "name", None) or str(p)
