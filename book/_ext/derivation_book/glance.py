"""The front page's parts that come from the chapters: their counts, and a picture of one of them."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode

from . import exercises, placeholders, records, settings
from .domain import ledger_of
from .nodes import box, paragraph, placeholder, span

logger = logging.getLogger(__name__)


class Glance(SphinxDirective):
    """``{chapters}``: each chapter with what it proves, refutes, measures and asks.

    The body says what a chapter is about, a line each: ``01_entropy: Entropy, cross-entropy, divergence.``
    """

    has_content = True

    def run(self) -> list[nodes.Node]:
        node = placeholder(what="chapters", about={})
        for offset, line in enumerate(self.content):
            name, colon, words = line.partition(":")
            if not colon:
                if line.strip():
                    logger.warning("chapters: a line is 'page: what it is about', given %r", line,
                                   location=(self.env.docname, self.content_offset + offset))
                continue
            found, messages = self.state.inline_text(words.strip(), self.lineno)
            node["about"][name.strip()] = found + messages
        return [node]


class Borrowed(SphinxDirective):
    """``{cell-output} 05_vdm front-page``: what the cell of that tag shows, on another page."""

    required_arguments = 2

    def run(self) -> list[nodes.Node]:
        folder = self.env.docname.rpartition("/")[0]
        page = f"{folder}/{self.arguments[0]}" if folder else self.arguments[0]
        node = placeholder(what="cell-output", page=page, tag_name=self.arguments[1])
        self.set_source_info(node)
        return [node]


def chapters(app: Sphinx, docname: str, node: nodes.Element) -> list[nodes.Node]:
    """One entry for each chapter that the body names."""
    folder = docname.rpartition("/")[0]
    domain = ledger_of(app.env)
    outer, counted = box(tag="ol", classes=["glance"]), set()
    for name, about in node["about"].items():
        page = f"{folder}/{name}" if folder else name
        if page not in app.env.found_docs:
            logger.warning("chapters: there is no page %s", page, location=docname)
            continue
        found = [r for r in domain.data["pages"].get(page, []) if records.is_statement(r)]
        asked = exercises.read(page, 0, app.env.get_doctree(page))
        trained = [r for r in domain.data["runs"].get(page, []) if r["kind"] == "training"]
        chapter = settings.chapter_of(app.config, page)
        further = ["glance-further"] if chapter in counted else []  # a chapter's second page shows no number
        counted.add(chapter)
        item = box(tag="li", classes=further, attrs={"value": str(chapter or "")})
        title = make_refnode(app.builder, docname, page, "", [nodes.Text(app.env.titles[page].astext())])
        item += paragraph(title, classes=("glance-title",))
        if about:
            item += paragraph(*(part.deepcopy() for part in about), classes=("glance-about",))
        item += paragraph(*counts(found, len(asked), len(trained)), classes=("glance-counts",))
        outer += item
    return [outer]


def counts(found: list[dict], asked: int, trained: int) -> list[nodes.Node]:
    """What a chapter holds, in a few figures; nought is not mentioned."""
    parts = []
    for status in ("proved", "refuted", "numerical"):
        many = sum(record["status"] == status for record in found)
        if many:
            parts.append((records.STATUSES[status].glyph, f"{many} {records.STATUSES[status].word}"))
    if trained:
        parts.append(("", f"{trained} model{'s' * (trained > 1)} trained"))
    if asked:
        parts.append(("", f"{asked} exercise{'s' * (asked > 1)}"))
    shown: list[nodes.Node] = []
    for glyph, words in parts:
        part = span("", classes=["glance-count"])
        if glyph:
            part += span(glyph, glyph, classes=["glyph"], attrs={"aria-hidden": "true"})
        part += nodes.Text((" " if glyph else "") + words)
        shown += [nodes.Text(" ")] * bool(shown) + [part]
    return shown


def borrowed(app: Sphinx, docname: str, node: nodes.Element) -> list[nodes.Node]:
    """Copies of the outputs of the tagged cell."""
    page, tag = node["page"], node["tag_name"]
    cells = [] if page not in app.env.found_docs else [
        part for part in app.env.get_doctree(page).findall(nodes.container)
        if f"tag_{tag}" in part["classes"]
    ]
    outputs = [
        part for cell in cells for part in cell.findall(nodes.container)
        if "cell_output" in part["classes"]
    ]
    if not outputs:
        logger.warning("cell-output: %s has no cell tagged %s that shows something", page, tag,
                       location=node)
    return exercises.copies(app, docname, outputs)


def setup(app: Sphinx) -> None:
    """Register the directives and what fills them."""
    app.add_directive("chapters", Glance)
    app.add_directive("cell-output", Borrowed)
    placeholders.register("chapters", chapters)
    placeholders.register("cell-output", borrowed)
