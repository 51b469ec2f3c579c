r"""What is given of one t where the line speaks of others: `f(t) = f(t-1) + 1 \implies f(2) = f(0) + 2` may mean every t."""

from .tree import Name, mapped, names_in, walk

__all__ = ["said_of_one"]

#: Letters that count, where they stand in an index.
COUNTING = {"t", "s", "i", "j", "k", "l", "m", "n", r"\tau"}


def said_of_one(given, claims, laws):
    """(a name, its letter) that is given at a letter, while the claims hold it at something else; None where there is none."""
    claimed = places(claims, laws)
    for s in given:
        for (kind, name), found in places([s], laws).items():
            letters = sorted({letter for there in found.values() for letter in there})
            if letters and claimed.get((kind, name), {}).keys() - found.keys():
                return name, letters[0]
    return None


def places(statements, laws):
    """{("apply", a function) or ("name", a letter with an index): {what it stands at: the letters of that}}."""
    out = {}
    for s in statements:
        for node in walk([side for side in s.sides if side is not None]):
            if node.kind == "apply" and node.parts[0].key not in laws:
                name = Name(node.parts[0].base, node.parts[0].sub, node.parts[0].mark)
                found = out.setdefault(("apply", name.key), {})
                found[mapped(node.parts[1], lambda n: n.key, Name)] = {n.key for n in names_in(node.parts[1])}
            elif node.kind == "name" and node.parts[0].sub:
                name = node.parts[0]
                found = out.setdefault(("name", Name(name.base, (), name.mark, name.primes).key), {})
                found[name.index] = {t.text for t in name.sub} & COUNTING
    return out
