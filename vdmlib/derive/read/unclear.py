r"""What print says in one way and authors mean in two: it is asked, not guessed."""

from ..errors import NotRead
from .times import by
from .tree import names_in, walk
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
