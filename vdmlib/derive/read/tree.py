"""What the grammar makes of signs, before anything is known of the names: nodes with their place in the text."""

from dataclasses import dataclass, field

from .tokens import Token

__all__ = ["Node", "Name", "nodes", "walk", "names_in", "mapped"]


@dataclass(frozen=True)
class Node:
    """A part of a formula: its kind, what it is made of, where it starts in the text."""

    kind: str
    parts: tuple = ()
    at: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Name:
    r"""A letter with all that hangs on it: `\hat{x}_{t-1}'` is base ``\hat{x}``, sub ``t-1`` (as signs), one prime."""

    base: str
    sub: tuple = ()
    mark: str = ""
    primes: int = 0

    @property
    def index(self):
        """The index as it is written, in one way for all."""
        return written(self.sub)

    def sub_of_law(self, at):
        """Its signs, where it is a parameter in the name of a law."""
        return (Token("letter", self.base, at, at), *[t for t in self.sub if t.text not in "{}_"])

    @property
    def unprimed(self):
        """The name without its primes: of a function, that of which they are the slopes."""
        return Name(self.base, self.sub, self.mark)

    @property
    def key(self):
        """The whole name, in one way for all; `mark` is a raised sign as in x^*."""
        return self.base + (f"_{{{self.index}}}" if self.sub else "") + self.mark + "'" * self.primes


def written(signs):
    """Signs as one text: a letter after a command keeps its distance, braces around one sign go."""
    out = ""
    for t in _unbraced([s.text for s in signs]):
        apart = out[-1:].isalpha() and t[0].isalpha() and _ends_in_command(out)
        out += f"{{{t}}}" if apart and len(t) == 1 else f"{{}}{t}" if apart else t
    return out


def _ends_in_command(text):
    return text.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz").endswith("\\")


def _unbraced(texts):
    out, k = [], 0
    while k < len(texts):
        if texts[k] == "{" and k + 2 < len(texts) and texts[k + 2] == "}":
            out.append(texts[k + 1])
            k += 3
        else:
            out.append(texts[k])
            k += 1
    return out


def nodes(part):
    """The outermost nodes of a part: the part itself, or those in a tuple however deep."""
    if isinstance(part, Node):
        yield part
    elif isinstance(part, (tuple, list)):
        for inner in part:
            yield from nodes(inner)


def walk(part):
    """Every node in a part, itself first."""
    for node in nodes(part):
        yield node
        yield from walk(node.parts)


def names_in(part):
    """The names that stand by themselves in a part, not those of functions and laws."""
    return [node.parts[0] for node in walk(part) if node.kind == "name"]


def mapped(part, by, kind=Node):
    """A part with every node, or every name where that is the kind, as `by` has it; from within."""
    if isinstance(part, tuple):
        return tuple(mapped(a, by, kind) for a in part)
    if isinstance(part, Node):
        part = Node(part.kind, mapped(part.parts, by, kind), part.at)
    return by(part) if isinstance(part, kind) else part
