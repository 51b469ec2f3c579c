"""Sums of words: what is left of an expression of vectors and matrices once it is multiplied out.

A word is a tuple of letters (base, transposed, power), power 1 or −1; the empty word is the identity. A sum is
{key: coefficient}, its coefficients ordinary SymPy. A key is one of

    ("w", W)            the matrix W
    ("c", W, v)         the column W v
    ("r", v, W)         the row vᵀ W
    ("o", W, v, u, U)   the matrix W v uᵀ U

so that every number uᵀ W v has gone into the coefficients.
"""

from dataclasses import dataclass

__all__ = ["Base", "letter", "inverse_letter", "transposed", "joined", "inverted", "key_text", "word_text", "is_square_word", "turned_key", "rotations", "cyclic", "congruence",
           "word_order", "order"]  # fmt: skip


@dataclass(frozen=True)
class Base:
    """A letter: a matrix or vector by name, a derivative of a field, or the inverse of a sum.

    what: what it is, with everything that tells it from others. traits: "symmetric", "positive", "orthogonal", "invertible".
    """

    name: str
    rows: object
    columns: object
    traits: frozenset = frozenset()
    what: tuple = ()

    def __lt__(self, other):
        return self.order < other.order

    @property
    def order(self):
        return (self.name, str(self.rows), str(self.columns), tuple(sorted(self.traits)), str(self.what))

    @property
    def square(self):
        return self.rows == self.columns

    @property
    def invertible(self):
        return "invertible" in self.traits


def letter(base, turned=False, power=1):
    """A letter of a word in its one form: Sᵀ is S, Qᵀ is Q⁻¹."""
    if "symmetric" in base.traits:
        turned = False
        if "orthogonal" in base.traits:
            power = 1
    elif "orthogonal" in base.traits and turned:
        turned, power = False, -power
    return base, turned, power


def inverse_letter(x):
    base, turned, power = x
    return letter(base, turned, -power)


def transposed(word):
    return tuple(letter(base, not turned, power) for base, turned, power in reversed(word))


def inverted(word):
    return tuple(inverse_letter(x) for x in reversed(word))


def joined(a, b):
    """The product of two words: a letter beside its inverse is gone."""
    a, b = list(a), list(b)
    while a and b and inverse_letter(a[-1]) == b[0]:
        a.pop()
        b.pop(0)
    return (*a, *b)


def is_square_word(word):
    return all(base.square for base, _, _ in word)


def rotations(word):
    """A word and its rotations, a letter beside its inverse gone: all have one trace."""
    word = list(word)
    while len(word) > 1 and inverse_letter(word[-1]) == word[0]:
        word = word[1:-1]
    return [tuple(word[k:] + word[:k]) for k in range(max(1, len(word)))]


def cyclic(word):
    """The least of the rotations of a word and of its transpose."""
    return min((*rotations(word), *rotations(transposed(word))), key=word_order)


def congruence(word):
    """Whether a word is X P Xᵀ with P positive definite: "definite" if X is invertible, "semidefinite" if not; None for other words."""
    n = len(word)
    middle, half = word[n // 2 : (n + 1) // 2], word[: n // 2]
    if word[(n + 1) // 2 :] != transposed(half):
        return None
    if middle and "positive" not in middle[0][0].traits:
        return None
    return "definite" if all(base.invertible for base, _, _ in half) else "semidefinite"


def turned_key(key):
    """The key of the transpose."""
    if key[0] == "w":
        return "w", transposed(key[1])
    if key[0] == "c":
        return "r", key[2], transposed(key[1])
    if key[0] == "r":
        return "c", transposed(key[2]), key[1]
    return "o", transposed(key[4]), key[3], key[2], transposed(key[1])


# --- to be read

def word_text(word):
    return "*".join(f"{base.name}{'**-1' if power < 0 else ''}{'.T' if turned else ''}" for base, turned, power in word) or "I"


def key_text(key):
    if key[0] == "w":
        return word_text(key[1])
    if key[0] == "c":
        return "*".join([*([word_text(key[1])] if key[1] else []), key[2].name])
    if key[0] == "r":
        return "*".join([f"{key[1].name}.T", *([word_text(key[2])] if key[2] else [])])
    return "*".join([key_text(("c", key[1], key[2])), key_text(("r", key[3], key[4]))])


def word_order(word):
    return (len(word), tuple((base.order, turned, power) for base, turned, power in word))


def order(key):
    """What keys are sorted by: no two are alike."""
    return (key[0], tuple(word_order(part) if isinstance(part, tuple) else part.order for part in key[1:]))
