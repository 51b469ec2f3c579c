"""Inline roles: ``{line}`` quotes the ledger, ``{let}`` chooses or defines."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxRole

from .verdict import reference


class LineRole(SphinxRole):
    """``{line}`label```: the statement itself, inline, linked to its place."""

    def run(self):
        node = reference(self.text.strip(), "line")
        self.set_source_info(node)
        node["quoted"] = True
        return [node], []


class LetRole(SphinxRole):
    """``{let}`tex```: mathematics that chooses or defines, and so claims nothing."""

    def run(self):
        text = self.text.strip().strip("$")
        node = nodes.math(text, text, ledger=True, classes=["let"])
        self.set_source_info(node)
        return [node], []


def setup(app: Sphinx) -> None:
    """Register the roles."""
    app.add_role("line", LineRole())
    app.add_role("let", LetRole())
