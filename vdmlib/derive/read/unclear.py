r"""What print says in one way and authors mean in two: it is asked, not guessed."""

from ..errors import NotRead
from .times import by
from .tree import Name, names_in, nodes, walk
from .vocabulary import LAW_LETTERS, bare_letter

__all__ = ["refuse_unclear", "widths"]


def refuse_unclear(statements, source):
    """Raise NotRead where a derivative may hold arguments fixed or not, or an integral may have all values or none for limits."""
    for s in statements:
        sides = [side for side in s.sides if side is not None]
        for node in walk(sides):
            if node.kind == "integral":
                must_have_limits(node, sides, source)
            elif r"\partial" in node.parts:
                must_be_whole(node, source)
            elif node.kind == "big" and node.parts[1][0] == "range" and ("compared", node.parts[1][1].at) in s.notes:
                must_run_over_one(node, sides, source)


def must_run_over_one(node, sides, source):
    r"""`\sum_{i < j} a_i a_j`: whether it runs over j as well, which stands nowhere outside of it."""
    _, (_, index, *ends), body = node.parts
    for letter in {name.key for name in names_in(ends)} & letters(body) - free_letters(sides, node):
        if letter.islower():  # T and N are ends
            raise NotRead(f"does this sum run over {letter} as well? Write a sum over {letter} around the one over {index.parts[0].key}, each with its ends", source, node.at)


def letters(part):
    """The names that a part is called by and holds, and the letters of their indices."""
    return {text for node in walk(part) for text in own_letters(node)}


def own_letters(node):
    return {text for name in node.parts if isinstance(name, Name) for text in (name.key, *(t.text for t in name.sub))}


def free_letters(part, but):
    """The letters that stand in a part outside of one node and are bound by no sum, or by one around that node."""
    found = set()
    for node in nodes(part):
        if node is not but:
            inside = own_letters(node) | free_letters(node.parts, but)
            bound = node.kind == "big" and not any(inner is but for inner in walk(node))
            found |= inside - letters(node.parts[1][1]) if bound else inside
    return found


def must_be_whole(node, source):
    r"""`\partial_t f(x(t), t)`: whether x is held fixed."""
    for inner in walk(node.parts):
        args = inner.parts[1] if inner.kind == "apply" else ()
        for clock in by(node):
            moved = [a for a in args if a.kind != "name" and clock in {name.key for name in names_in(a)}]
            if moved and any(a.kind == "name" and a.parts[0].key == clock for a in args):
                raise NotRead(f"does this derivative by {clock} hold the other arguments fixed? Name them by letters that do not depend on {clock}, or write d/d{clock}", source, node.at)


def must_have_limits(node, sides, source):
    r"""`\int x\,dx = x^2/2`: an integral without limits of what is no density, by a letter that stands outside of it."""
    variables, limits, body = node.parts
    for v, pair in zip(variables, limits):
        bound = {id(inner) for other in walk(sides) if other.kind == "integral" and v in other.parts[0] for inner in walk(other)}
        free = any(inner == v and id(inner) not in bound for inner in walk(sides))
        if v.kind == "name" and free and pair == (None, None) and not any(map(is_density, walk(body))):
            raise NotRead(f"is this an antiderivative, or the integral over all {v.parts[0].key}? Write its limits; the letter that it runs over is another than those outside", source, node.at)


def is_density(node):
    return node.kind == "normal" or node.kind == "apply" and bare_letter(node.parts[0].base) in LAW_LETTERS


def widths(trees):
    r"""Names in the place of a variance that elsewhere are widths: σ in `\mathcal{N}(\mu, \sigma)`."""
    return list(dict.fromkeys(
        node.parts[2].parts[0].key for node in walk(trees)
        if node.kind == "normal" and node.parts[2].kind == "name" and node.parts[2].parts[0].base == r"\sigma"
    ))  # fmt: skip
