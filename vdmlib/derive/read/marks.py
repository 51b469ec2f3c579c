"""Raised signs in brackets: x^{(t)} under a sum over t is x_t; whether x^{(i)} beside x is x is asked."""

import re

from ..errors import NotRead
from .tokens import tokens
from .tree import Name, mapped, walk

__all__ = ["as_indices", "one_point"]

_MARK = re.compile(r"\^\{\((.*)\)\}")


def as_indices(statements, source):
    r"""The statements with x^{(t)}, x^{(1 \dots T)} as x_t, x_{1:T}, where a sum or product runs over t or dots stand in a raised sign."""
    trees = [side for s in statements for side in s.sides]
    summed = {node.parts[1][1].parts[0].key for node in walk(trees) if node.kind == "big" and node.parts[1][0] == "range" and node.parts[1][1].kind == "name"}
    marked = {name.base: set() for name in names(trees) if _MARK.fullmatch(name.mark)}
    for name in names(trees):
        if name.base in marked and _MARK.fullmatch(name.mark):
            marked[name.base] |= {t.text for t in inside(name)}
    indexed = {base for base, signs in marked.items() if signs & (summed | {r"\dots"})}
    if not indexed:
        return

    def by(name):
        if name.base not in indexed or not _MARK.fullmatch(name.mark):
            return name
        if name.sub:
            raise NotRead(f"{name.key} has an index below and one above, over which a sum runs; write one of them", source, 0)
        found = inside(name)
        colon = next((t for t in tokens(":")), None)
        signs = tuple(t for k, t in enumerate(found) if not (t.text == "," and any(u.text == r"\dots" for u in found[max(k - 1, 0) : k + 2])))
        return Name(name.base, tuple(colon if t.text == r"\dots" else t for t in signs), "", name.primes)

    for s in statements:
        s.sides = [side if side is None else mapped(side, by, Name) for side in s.sides]


def one_point(statements, assume):
    """(key, question) of names with and without a raised sign, which may be one; they are made one where that is answered."""
    keys = {name.key: name for name in names([side for s in statements for side in s.sides])}
    asked = {}
    for key, name in keys.items():
        plain = Name(name.base, name.sub, "", name.primes).key
        if not _MARK.fullmatch(name.mark) or plain not in keys:
            continue
        answer = assume.get(f"{key} = {plain}")
        if answer == "one":
            for s in statements:
                s.sides = [side if side is None else mapped(side, lambda n, key=key: Name(n.base, n.sub, "", n.primes) if n.key == key else n, Name) for side in s.sides]
        elif answer != "different":
            asked[f"{key} = {plain}"] = (f"Are ${key}$ and ${plain}$ one?", {"one": "yes", "different": "no"}, None)
    return asked


def inside(name):
    """The signs in the brackets of a raised sign."""
    return tokens(_MARK.fullmatch(name.mark)[1].replace(r"\dots", r"\dots "))


def names(trees):
    """The names in trees."""
    return [part for node in walk(trees) for part in node.parts if isinstance(part, Name)]
