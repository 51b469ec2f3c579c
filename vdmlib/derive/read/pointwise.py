r"""What is given of one t where the line speaks of others: `f(t) = f(t-1) + 1 \implies f(2) = f(0) + 2` may mean every t."""

from ..show.readable import readable
from ..show.text import text
from .given import runs_over
from .tree import Name, mapped, names_in, walk

__all__ = ["said_of_one", "unsaid"]

#: Letters that count, where they stand in an index.
COUNTING = {"t", "s", "i", "j", "k", "l", "m", "n", r"\tau"}


def said_of_one(given, claims, laws):
    """(a name, its letter) that is given at a letter, while the claims hold it at something else, or run over that letter; None where there is none."""
    claimed = places(claims, laws)
    bound = {letter for s in claims for letter in taken(s)}
    for (kind, name), found in places(given, laws, free=True).items():
        at_letters = {place: letters for place, letters in found.items() if letters}
        elsewhere = [place for place, letters in claimed.get((kind, name), {}).items() if place not in at_letters or letters & bound]
        if at_letters and elsewhere:
            return name, min(letter for letters in at_letters.values() for letter in letters)
    return None


def taken(s):
    """The letters that a statement runs over."""
    return {name.key for node in walk([side for side in s.sides if side is not None]) for part in runs_over(node) for name in names_in(part)}


def places(statements, laws, free=False):
    """{("apply", a function) or ("name", a letter with an index): {what it stands at: the letters of that}}; free: but for those that the statement runs over."""
    out = {}
    for s in statements:
        own = taken(s) if free else set()
        for node in walk([side for side in s.sides if side is not None]):
            if node.kind == "apply" and node.parts[0].key not in laws:
                name = node.parts[0].unprimed
                found = out.setdefault(("apply", name.key), {})
                found.setdefault(mapped(node.parts[1], lambda n: n.key, Name), set()).update({n.key for n in names_in(node.parts[1])} - own)
            elif node.kind == "name" and node.parts[0].sub:
                name = node.parts[0]
                found = out.setdefault(("name", Name(name.base, (), name.mark, name.primes).key), {})
                found.setdefault(name.index, set()).update(({t.text for t in name.sub} & COUNTING) - own)
    return out


def unsaid(of_one, beyond):
    """What the text leaves open of what it gives, in words; empty where that is nothing."""
    if of_one:
        name, letter = map(readable, of_one)
        return f"is what is given of {name} meant for every {letter}? It is read as said of one; give it where the line needs it"
    if beyond:
        name, place, letter = beyond
        return f"what is {readable(name)} at {text(place)}? It is given for {'whole ' if letter.is_integer else ''}{text(letter)} > 0"
    return ""
