"""What is easily written wrong, by kind: each with the message that it gets when the book is built, and what was meant."""

from __future__ import annotations

import tomllib
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from .examples import LIBRARY, Example, literals, message, printed, run
from .nodes import box, paragraph, span

logger = logging.getLogger(__name__)

#: The corpus, below the source folder; a test of the engine holds it too.
FILE = "book/_data/mistakes.toml"


def said(code: str, setup: str) -> str:
    """The message that a piece of code gets; empty where it gets none."""
    error = run(Example(True, "", code.strip("\n"), setup))["error"]
    return message(error) if error else ""


class Mistakes(SphinxDirective):
    """``{mistakes}``: the corpus, folded by kind."""

    def run(self) -> list[nodes.Node]:
        path = Path(self.env.srcdir) / FILE
        for source in (path, *sorted(LIBRARY.rglob("derive/**/*.py"))):
            self.env.note_dependency(str(source))
        corpus = tomllib.loads(path.read_text(encoding="utf-8"))
        lost = {m["kind"] for m in corpus["mistake"]} - set(corpus["kinds"])
        if lost:
            self.warn(f"mistakes: the kinds {', '.join(sorted(lost))} have no heading in {FILE}")
        setup = corpus["setup"].strip("\n")
        out: list[nodes.Node] = [folded("The names in all of them", [code(setup)])]
        for kind, title in corpus["kinds"].items():
            of_kind = [m for m in corpus["mistake"] if m["kind"] == kind] if title else []
            out += [folded(f"{title} ({len(of_kind)})", [self.entry(m, setup) for m in of_kind])] if of_kind else []
        return out

    def entry(self, mistake: dict, setup: str) -> nodes.Element:
        """The code, its message and what was meant."""
        words = said(mistake["code"], setup)
        if not words or any(name not in words for name in mistake["names"]):
            self.warn(f"mistakes: {mistake['code']!r} gets {words or 'no message'!r}")
        outer = box(classes=["mistake"])
        outer += [code(mistake["code"]), printed(words, "engine-example-message")]
        if "right" in mistake:
            outer += [paragraph(nodes.Text("What was meant:"), classes=("mistake-meant",)), code(mistake["right"])]
        return outer

    def warn(self, words: str) -> None:
        """A warning of the build at this directive."""
        logger.warning(words, location=self.get_location(), type="derivation", subtype="mistakes")


def code(text: str) -> nodes.literal_block:
    """Python as it is written."""
    text = text.strip("\n")
    return nodes.literal_block(text, text, language="python")


def folded(title: str, content: list[nodes.Node]) -> nodes.Element:
    """One kind, closed."""
    outer = box(tag="details", classes=["mistakes"])
    outer += [span("", "", *literals(title), tag="summary"), *content]
    return outer


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("mistakes", Mistakes)
