"""Equation numbers of the book, by label: a map that the book's build writes (equation_numbers.json)."""

import difflib
import json
import os
import re
from functools import lru_cache
from pathlib import Path

from ..errors import DerivationError
from .watch import known

__all__ = ["equation_number", "Reference", "see"]

IN_THE_BOOK = "DIFFUSION_DERIVED_BOOK"


@lru_cache
def _map():
    path = Path(__file__).parents[1] / "equation_numbers.json"
    return json.loads(path.read_text(encoding="utf-8")).get("equations", {}) if path.exists() else {}


def equation_number(label):
    """'2.3' for a label of the book; None for a label that is not (yet) in it."""
    entry = _map().get(label)
    return entry["number"] if entry else None


def formula_of(label):
    """The LaTeX of a line of the book; "" where it has none, or is not (yet) in the book."""
    return _map().get(label, {}).get("latex", "")


class Reference:
    """A reference to a statement of the book by its label."""

    def __init__(self, label):
        self.label = label

    def __str__(self):
        return f"{{eq}}`{self.label}`"


def see(label):
    """Refer to a statement: `because=see("bayes.theorem")`. The label is one of the book's, or of a line made before.

    Example
    >>> x, z = variables("x z")
    >>> p = Law("p", x, z)
    >>> Identity("ex.see", log(p(x, z)), log(p(x)) + log(p(z|x)), because=see("bayes.theorem"))

    Example: a line of one's own
    >>> Identity("ex.own", log(p(x)), log(p(x, z)) - log(p(z|x)))
    >>> Identity("ex.other", log(p(z|x)), log(p(x, z)) - log(p(x)), because=["turn round ", see("ex.own")])

    Refused: no such label
    >>> see("bayes.theorme")
    """
    labels = set(_map()) | known()
    if labels and label not in labels and not os.environ.get(IN_THE_BOOK):
        near = difflib.get_close_matches(label, labels, n=3)
        hint = f"did you mean {', '.join(near)}?" if near else "the book has none like it, nor a line made before this one"
        raise DerivationError(f"no statement is labelled {label!r}; {hint}")
    return Reference(label)


def numbered(text):
    """Reasons outside of the book: `{eq}` roles become the book's numbers."""
    return re.sub(r"\{eq\}`([^`]+)`", lambda m: f"({equation_number(m[1]) or m[1]})", text)
