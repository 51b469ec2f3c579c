"""Finds mathematics on a page that claims something outside of the ledger."""

from __future__ import annotations

import re

from docutils import nodes

from .nodes import box

#: A formula that holds one of these at its top level states something.
RELATION = re.compile(
    r"[=<>≤≥≠≈]"
    r"|\\(?:leq?|geq?|neq?|lt|gt|approx|propto|to|rightarrow|longrightarrow|equiv|iff"
    r"|implies|Rightarrow|Leftrightarrow|ll|gg|coloneqq|triangleq|preceq|succeq)(?![A-Za-z])"
)


def _closing(tex: str, start: int, left: str, right: str) -> int:
    """Index just after the bracket that closes the one at ``start``."""
    depth = 0
    for index in range(start, len(tex)):
        if tex[index] == left:
            depth += 1
        elif tex[index] == right:
            depth -= 1
            if depth == 0:
                return index + 1
    return len(tex)


def top_level(tex: str) -> str:
    """Drop what only names: indices, words, and the argument of a function.

    ``\\sum_{i=1}^n p(X=x_i)`` states nothing, ``p(X=x)=1`` does.
    """
    tex = tex.replace(r"\left(", "(").replace(r"\right)", ")")
    kept: list[str] = []
    index = 0
    while index < len(tex):
        char = tex[index]
        rest = tex[index:]
        words = re.match(r"\\(?:text|mathrm|operatorname|label|tag)\s*\{", rest)
        if words:
            index = _closing(tex, index + words.end() - 1, "{", "}")
        elif char in "_^" and tex[index + 1 : index + 2] == "{":
            index = _closing(tex, index + 1, "{", "}")
        elif char == "(" and kept and re.search(r"[A-Za-z}\]]\s*$", "".join(kept)):
            index = _closing(tex, index, "(", ")")
            kept.append("·")
        else:
            kept.append(char)
            index += 1
    return "".join(kept)


def claims(tex: str) -> bool:
    """Whether an inline formula states something."""
    return bool(RELATION.search(top_level(tex)))


def _ancestors(node: nodes.Node):
    while node.parent is not None:
        node = node.parent
        yield node


def in_ledger(node: nodes.Node) -> bool:
    """Whether the formula is part of a record, or was set by one of the roles."""
    if node.get("ledger"):
        return True
    return any(isinstance(above, box) and above.get("ledger") for above in _ancestors(node))


def in_exercise(node: nodes.Node) -> bool:
    """Whether a cell tagged ``exercise`` shows it: there a line may be false on purpose."""
    return any("tag_exercise" in above.get("classes", ()) for above in _ancestors(node)
               if isinstance(above, nodes.Element))


def _beside_a_derivation(node: nodes.Node) -> bool:
    """Whether this is another form of a notebook output that shows a derivation."""
    return any(
        above.get("nb_element") == "mime_bundle"
        and any(found.get("ledger") for found in above.findall(box))
        for above in _ancestors(node)
        if isinstance(above, nodes.Element)
    )


def unmarked(document: nodes.document) -> list[dict]:
    """Inline formulas that state something and are no record's: tex and line."""
    found = []
    for node in document.findall(nodes.math):
        tex = node.astext()
        if not in_ledger(node) and claims(tex) and not _beside_a_derivation(node):
            found.append({"tex": tex, "line": line_of(node)})
    return found


def stray_displays(document: nodes.document) -> list[dict]:
    """Display equations that are no record's: tex and line."""
    return [
        {"tex": node.astext(), "line": line_of(node)}
        for node in document.findall(nodes.math_block)
        if not (in_ledger(node) or in_exercise(node) or _beside_a_derivation(node))
    ]


def line_of(node: nodes.Node) -> int | None:
    """The nearest known line number, looking outwards."""
    while node is not None:
        if getattr(node, "line", None):
            return node.line
        node = node.parent
    return None
