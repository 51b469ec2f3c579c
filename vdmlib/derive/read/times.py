r"""An index by which a text differentiates, or over which it integrates, is an argument: `\partial_t p_t(x)` is ∂_t p(x, t), `\dot\sigma_t` is σ′(t)."""

import re
from dataclasses import dataclass

from .tree import Name, Node, mapped, walk
from .uses import BARS, UNIFORM
from .vocabulary import LAW_LETTERS, bare_letter

__all__ = ["CLOCKS", "in_time", "by", "over"]

_DOTTED = re.compile(r"\\(d+)ot\{(.+)\}")
#: Letters of time.
CLOCKS = ("t", "s", r"\tau")


def in_time(statements, assume):
    """The statements with such names as functions of time, in place; what each was taken for, in sentences.

    A name keeps its index where it has another index elsewhere, is a law that is drawn from, or is answered for.
    """
    trees = [side for s in statements for side in s.sides if side is not None]
    found = _Found(trees)
    clocks = {base: clock for base in dict.fromkeys(name.base for name in map(without_dots, found.names)) if (clock := found.clock(base, assume))}
    dotted = {without_dots(name).base for name in found.names if name.base != without_dots(name).base}
    if not clocks and not dotted:
        return []
    said = {}

    def seen(node):
        if node.kind not in ("name", "apply"):
            return node
        name, *rest = node.parts
        plain = without_dots(name)
        clock = clocks.get(plain.base)
        if clock and plain.sub:
            args, between = (rest[0], rest[1]) if node.kind == "apply" and plain.base not in found.factors else ((), ())
            time = Node("name", (Name(clock),), node.at)
            said.setdefault(name.base, f"${shown(name, args)}$ is ${Name(plain.base, primes=plain.primes).key}({', '.join([*map(letter, args), clock])})$, a function of ${clock}$")
            between = (*between, ",") if args else ()
            made = Node("apply", (Name(plain.base, (), "", plain.primes), (*args, time), between, "("), node.at)
            return made if args or node.kind == "name" else Node("product", (made, Node("group", (rest[0][0],), node.at)), node.at)
        if name.base != plain.base and node.kind == "apply" and plain.unprimed.key in found.of_one:
            return Node("apply", (plain, *rest), node.at)
        return node

    for s in statements:
        s.sides = [side if side is None else mapped(side, seen) for side in s.sides]
    return list(said.values())


@dataclass
class _Found:
    """Where the names of a text stand."""

    trees: list

    def __post_init__(self):
        nodes = list(walk(self.trees))
        derived = [node for node in nodes if by(node)]
        self.nodes = [node for node in nodes if node.kind in ("name", "apply")]
        self.names = list(dict.fromkeys(node.parts[0] for node in self.nodes))
        self.by = {clock for node in derived for clock in by(node)} | {clock for node in nodes for clock in over(node) if clock in CLOCKS}
        self.in_space = any(node.kind == "gradient" and not by(node) for node in nodes)
        self.differentiated = {name.base for node in nodes if node.kind in ("derivative", "gradient") for inner in walk(node.parts) for name in inner.parts if isinstance(name, Name)}
        self.drawn = {name for node in nodes if node.kind == "expectation" for inner in walk(node.parts[0]) for name in inner.parts if isinstance(name, Name)}
        every = {part for node in nodes for part in node.parts if isinstance(part, Name)}
        self.elsewhere = every - set(self.names)
        self.factors = set()
        self.of_one = {node.parts[0].key for node in self.nodes if node.kind == "apply" and len(node.parts[1]) == 1 and without_dots(node.parts[0]) == node.parts[0]}

    def clock(self, base, assume):
        """The time of which all names with this letter are functions; None where they are not."""
        nodes = [node for node in self.nodes if without_dots(node.parts[0]).base == base]
        indices = {tuple(t.text for t in node.parts[0].sub) for node in nodes}
        if len(indices) != 1 or len(*indices) != 1:
            return None
        ((clock,),) = indices
        names = {node.parts[0] for node in nodes}
        dotted = any(without_dots(name) != name for name in names)
        if clock not in CLOCKS or clock not in self.by and not dotted or clock == base:
            return None
        if names & (self.drawn | self.elsewhere) or any(name.mark or name.key in assume for name in names):
            return None
        bare, applied = ([node for node in nodes if node.kind == kind] for kind in ("name", "apply"))
        if bare and applied and all(len(node.parts[1]) == 1 and node.parts[1][0].kind != "name" for node in applied):
            self.factors.add(base)  # α_t(x + y) where α_t stands alone too
        elif bare and applied:
            return None
        if bare and self.in_space or any(b in BARS for node in applied for b in node.parts[2]):
            return None
        law = bare_letter(base) in LAW_LETTERS
        return None if law and (bare or base not in self.differentiated) else clock


def by(node):
    """The letters of time by which a node differentiates."""
    names = [v for v, _ in node.parts[0]] if node.kind == "derivative" else [node.parts[0]] if node.kind == "gradient" and node.parts[0] is not None else []
    return {v.parts[0].key for v in names if v.kind == "name" and v.parts[0].key in CLOCKS}


def over(node):
    """The letters over which a node is an integral, or a mean with the same weight for each; of U{1, T} they are whole numbers."""
    if node.kind == "integral":
        names = node.parts[0]
    elif node.kind == "expectation":
        names = [v for item in node.parts[0] if item[0] == "drawn" and item[2].kind in ("apply", "name") and item[2].parts[0].base in UNIFORM and item[2].parts[-1] != r"\{" for v in item[1]]
    else:
        return set()
    return {v.parts[0].key for v in names if v.kind == "name" and not v.parts[0].sub}


def without_dots(name):
    r"""A name without dots for time: `\dot{\sigma}` is σ with a prime."""
    dots = _DOTTED.fullmatch(name.base)
    return Name(dots[2], name.sub, name.mark, name.primes + len(dots[1])) if dots else name


def shown(name, args):
    return name.key + (f"({', '.join(map(letter, args))})" if args else "")


def letter(node):
    return node.parts[0].key if node.kind == "name" else r"\cdot"
