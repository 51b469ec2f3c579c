"""The comparison with the source article, folded away where it belongs.

A reader who does not know the article loses nothing by leaving these closed: what is right stands in the text. Four things
are folded so: a ``{source-note}``, a ``{correction}``, a cell with the tag ``source-note``, and in a refutation that stands
in the open the article's words.
"""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from vdmlib.derive.book.record import QUOTED

from . import records
from .directives import RecordDirective, slug
from .nodes import box, span
from .prose import Prose
from .verdict import badge

logger = logging.getLogger(__name__)

WORD = "Source note"
TAG = "tag_source-note"


def folded(title: list[nodes.Node], status: str = "", **more) -> nodes.Element:
    """An empty closed box; its summary says what is inside, and with which status."""
    details = box(tag="details", **{**more, "classes": ["source-note", *more.get("classes", [])]})
    summary = box(tag="summary")
    summary += span(WORD, WORD, classes=["source-note-word"])
    summary += span("", "", *title, classes=["source-note-title"])
    if status:
        summary += badge(status)
    details += summary
    return details


class SourceNote(Prose):
    """``{source-note} title``: what the article has here. With a label it is a remark of the ledger, and may answer rows."""

    def run(self) -> list[nodes.Node]:
        if self.options.get("label", "").strip():
            return super().run()
        if not self.arguments:
            return self.problem("source-note: say in a line what it is about, after the name")
        if answers := self.options.get("answers"):
            return self.problem(f"source-note {self.arguments[0]!r}: it answers {answers}; give it a name with ':label: some.label'")
        outer = folded(self.words(self.arguments[0]), ledger=False)
        self.state.nested_parse(self.content, self.content_offset, outer)
        return [outer]

    def block(self, record: dict) -> nodes.Node:
        """The remark's box, folded."""
        return fold(self, record, super().block(record))


class Correction(Prose):
    """Puts the source article's words right."""

    kind, status = "correction", "corrected"

    def block(self, record: dict) -> nodes.Node:
        """The correction's box, folded."""
        return fold(self, record, super().block(record))


def fold(directive: RecordDirective, record: dict, block: nodes.Element) -> nodes.Element:
    """The box of a statement in words as a folded one: what stood in its heading stands in the summary."""
    outer = folded(
        directive.words(record["title"]), record["status"], statement=record["label"], ledger=block["ledger"],
        ids=block["ids"], classes=block["classes"],
    )
    outer += block.children[1:]
    return outer


def fold_cells(app: Sphinx, doctree: nodes.document) -> None:
    """Fold the cells that have the tag; the summary has the title of what the cell derives."""
    for cell in list(doctree.findall(lambda node: isinstance(node, nodes.container) and TAG in node["classes"])):
        titles = [part for part in cell.findall(span) if "derivation-title" in part["classes"]]
        if not titles:
            logger.warning("a cell with the tag source-note shows no derivation that could name it", location=cell)
            continue
        statuses = {name for name in records.STATUSES for step in cell.findall(box) if f"status-{slug(name)}" in step["classes"]}
        outer = folded([part.deepcopy() for part in titles[0].children], min(statuses) if len(statuses) == 1 else "")
        cell.replace_self(outer)
        outer += cell


def fold_quotations(app: Sphinx, doctree: nodes.document) -> None:
    """What a refutation in the open quotes from the article is folded; the formula stands for itself."""
    for card in list(doctree.findall(lambda node: isinstance(node, box) and "refuted" in node["classes"])):
        for part in list(card.children):
            if part.children[0].astext() == QUOTED and not within_note(card):
                card.remove(part)
                card += folded([nodes.Text(QUOTED[0].lower() + QUOTED[1:])])
                card.children[-1] += part.children[1:]


def within_note(node: nodes.Node) -> bool:
    """Whether a node lies in something that is folded."""
    while node := node.parent:
        if "source-note" in node.get("classes", []):
            return True
    return False


def setup(app: Sphinx) -> None:
    """Register the directives, and fold the cells."""
    app.add_directive("source-note", SourceNote)
    app.add_directive("correction", Correction, override=True)
    app.connect("doctree-read", fold_cells)
    app.connect("doctree-read", fold_quotations)
