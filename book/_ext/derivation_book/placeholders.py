"""What needs the whole book is written last: placeholders, and who fills each kind."""

from __future__ import annotations

from collections.abc import Callable

from docutils import nodes
from sphinx.application import Sphinx

from .nodes import placeholder

Renderer = Callable[[Sphinx, str, placeholder], list[nodes.Node]]

#: The word in a placeholder's ``what`` -> what makes its content.
RENDERERS: dict[str, Renderer] = {}


def register(what: str, renderer: Renderer) -> None:
    """Let ``renderer(app, docname, node)`` fill the placeholders of this name."""
    RENDERERS[what] = renderer


def fill(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the content of the whole book where the placeholders stand."""
    for node in list(doctree.findall(placeholder)):
        node.replace_self(RENDERERS[node["what"]](app, docname, node))


def setup(app: Sphinx) -> None:
    """Fill once every page has been read."""
    app.connect("doctree-resolved", fill)
