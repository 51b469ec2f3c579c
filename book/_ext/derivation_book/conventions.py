"""The page that says once what every line may rest on; "By convention" in a verdict leads to it."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.nodes import make_refnode

from . import placeholders


def address(app: Sphinx, docname: str) -> str:
    """The address of the conventions, seen from a page; empty in a book without them."""
    page = app.config.derivation_conventions
    return app.builder.get_relative_uri(docname, page) if page in app.env.found_docs else ""


def link(app: Sphinx, docname: str, node: nodes.Element) -> list[nodes.Node]:
    """The placeholder's words, linked to the page if the book has it."""
    words, page = nodes.Text(node["name"]), app.config.derivation_conventions
    return [make_refnode(app.builder, docname, page, "", [words])] if page in app.env.found_docs else [words]


def setup(app: Sphinx) -> None:
    """Declare which page it is, and fill the links to it."""
    app.add_config_value("derivation_conventions", "book/conventions", "env", (str,))
    placeholders.register("conventions", link)
