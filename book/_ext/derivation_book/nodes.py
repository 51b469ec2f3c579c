"""Document nodes that become plain HTML elements with classes of their own.

Docutils' ``container`` would bring the theme's Bootstrap ``.container`` rules
with it, and has no ``<details>``; these two nodes carry their tag themselves.
"""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx

from vdmlib.derive.show.readable import readable


class box(nodes.General, nodes.Element):
    """A block element: ``box(tag="details", classes=[…], attrs={…})``."""


class span(nodes.Inline, nodes.TextElement):
    """An inline element: ``span("text", "text", tag="span", classes=[…])``."""


class placeholder(nodes.General, nodes.Element):
    """Stands where content goes that needs the whole book: ``what`` names it."""


def _tag(node: nodes.Element) -> str:
    return node.get("tag") or ("span" if isinstance(node, span) else "div")


def _visit(translator, node: nodes.Element) -> None:
    attributes = dict(node.get("attrs", {}))
    translator.body.append(translator.starttag(node, _tag(node), "", **attributes))


def _depart(translator, node: nodes.Element) -> None:
    translator.body.append(f"</{_tag(node)}>")


def _pass(translator, node: nodes.Element) -> None:
    """Other formats keep the content and drop the element."""


def _math_of(tex: str) -> list[nodes.Node]:
    return [nodes.math(tex, tex, ledger=True)]


def inline_tex(text: str) -> list[nodes.Node]:
    """Split ``words $tex$ words`` into text and mathematics, with no Markdown read."""
    found: list[nodes.Node] = []
    for index, part in enumerate(text.split("$")):
        if part:
            found += _math_of(part) if index % 2 else [nodes.Text(part)]
    return found


def heard(text: str) -> str:
    """``words $tex$ words`` without markup, for what holds text alone: a name that is read aloud, a tooltip."""
    return readable(text.replace("$", ""))


def paragraph(*children: nodes.Node, classes: tuple[str, ...] = ()) -> nodes.paragraph:
    """A paragraph of ready nodes; without a class docutils would drop its tag at times."""
    node = nodes.paragraph(classes=list(classes) or ["plain"])
    node += list(children)
    return node


def setup(app: Sphinx) -> None:
    """Register the nodes with every builder."""
    for node in (box, span):
        app.add_node(node, html=(_visit, _depart), latex=(_pass, _pass), text=(_pass, _pass))
    app.add_node(placeholder, html=(_pass, _pass), latex=(_pass, _pass), text=(_pass, _pass))
