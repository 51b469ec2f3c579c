"""The errata of the source: what the article has wrong or loose, and what stands in its place.

Nothing here is typed twice. The article's form and what is to be said of it come from
``article.json``; the counterexample, the form that holds and its proof come from the ledger.
"""

from __future__ import annotations

import re

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode
from vdmlib.derive.book.record import QUOTED, refuted, whole
from vdmlib.derive.show.breaking import broken

from . import coverage, placeholders, records, settings
from .directives import formula
from .domain import ledger_of
from .nodes import box, inline_tex, paragraph, placeholder, span

#: What the registry of rows calls them, and how the page does.
VERDICTS = {"wrong": ("✗", "wrong"), "sloppy": ("✎", "loose")}


SAYS = "The article says"
#: A reference behind a fact: this page is no MyST, and links what holds.
REFERENCE = re.compile(r" \{eq\}`[^`]+`")


class Errata(SphinxDirective):
    """``{errata}``: the wrong and the loose rows; ``:chapter: 5`` for one chapter alone."""

    option_spec = {"chapter": directives.nonnegative_int}

    def run(self) -> list[nodes.Node]:
        node = placeholder(what="errata", chapter=self.options.get("chapter"))
        return [node]


def listed(app: Sphinx, chapter: int | None = None) -> list[dict]:
    """The article's rows that are wrong or loose, in its order."""
    return [
        row for row in coverage.article_rows(app)
        if row["verdict"] in VERDICTS and chapter in (None, row["chapter"])
    ]


def answers(app: Sphinx) -> dict[str, list[tuple[str, dict]]]:
    """For each row of the article the statements that answer it, with their pages."""
    found: dict[str, list[tuple[str, dict]]] = {}
    for page, record in ledger_of(app.env).all():
        for row in record["answers"]:
            found.setdefault(row, []).append((page, record))
    return found


def proofs(app: Sphinx, row: dict, given: list[tuple[str, dict]]) -> list[str]:
    """Labels of what is proved in a row's place: named by its answers, or the answers themselves."""
    named = [label for _, r in given for label in [r["instead"], *r["proof"]] if label]
    own = [r["label"] for _, r in given if r["status"] in records.PROBED]
    return list(dict.fromkeys(named + own))


def render(app: Sphinx, docname: str, node: nodes.Element) -> list[nodes.Node]:
    """Counts, then one entry for each row, chapter by chapter."""
    rows = listed(app, node["chapter"])
    given = answers(app)
    wrong = sum(row["verdict"] == "wrong" for row in rows)
    found: list[nodes.Node] = [paragraph(nodes.Text(
        f"{wrong} rows are wrong and {len(rows) - wrong} are loose, of "
        f"{len(coverage.article_rows(app))} in all."
    ))]
    for chapter in sorted({row["chapter"] for row in rows}):
        part = box(tag="section", classes=["errata-chapter"])
        part += paragraph(span("", f"Chapter {chapter}"), classes=("errata-head",))
        for row in rows:
            if row["chapter"] == chapter:
                part += entry(app, docname, row, given.get(row["id"], []))
        found.append(part)
    return found


def entry(app: Sphinx, docname: str, row: dict, given: list[tuple[str, dict]]) -> nodes.Element:
    """One row: what the article says, what is wrong with it, what holds, where it is shown."""
    glyph, word = VERDICTS[row["verdict"]]
    outer = box(classes=["erratum", f"erratum-{word}"], ids=[nodes.make_id(f"erratum-{row['id']}")])
    head = paragraph(classes=("erratum-head",))
    head += span("", "", span(glyph, glyph, classes=["glyph"], attrs={"aria-hidden": "true"}),
                 span(word, word, classes=["word"]), classes=["badge-status", f"erratum-{word}"])
    head += [nodes.Text(" "), nodes.literal(row["id"], row["id"])]
    if row["display"]:
        head += nodes.Text(f" display {row['display']}")
    outer += head
    body = box(tag="dl", classes=["evidence"])
    for name, content in parts(app, docname, row, given):
        term, meaning = box(tag="dt"), box(tag="dd")
        term += nodes.Text(name)
        meaning += paragraph(*content)
        body += [term, meaning]
    outer += body
    return outer


def parts(app: Sphinx, docname: str, row: dict, given: list[tuple[str, dict]]):
    """Pairs of a name and what stands beside it in an entry."""
    yield SAYS, inline_tex(row["form"])
    if row["corrected"]:
        yield "What to say of it", inline_tex(row["corrected"])
    for _, record in given:
        if record["kind"] == "refutation":
            for name, said, struck in refuted(record):
                if name != QUOTED:
                    yield name, [*formula(REFERENCE.sub("", said), inline_tex), *(under(record) if struck else [])]
    domain = ledger_of(app.env)
    for label in proofs(app, row, given):
        place = domain.find(label)
        if place:
            yield "What holds", statement(app, docname, *place)
    where: list[nodes.Node] = []
    for page, record in given:
        where += [nodes.Text(", ")] if where else []
        where.append(_link(app, docname, page, record))
    yield "In the book", where or [nodes.Text("nothing yet")]


def statement(app: Sphinx, docname: str, page: str, record: dict) -> list[nodes.Node]:
    """The statement itself, if it is an equation, a link to its proof, and under what it holds."""
    tex = records.formula(record)
    shown: list[nodes.Node] = []
    if records.is_equation(record):
        tex = rf"\displaystyle {broken(tex)}"
        shown = [nodes.math(tex, tex, ledger=True), nodes.Text(" ")]
    return [*shown, _link(app, docname, page, record), *under(record)]


def under(record: dict) -> list[nodes.Node]:
    """What a line is given and under what it holds, behind it."""
    said = (f", {word} " + REFERENCE.sub("", "; ".join(texts)) for word, texts in whole(record))
    return [node for words in said for node in inline_tex(words)]


def _link(app: Sphinx, docname: str, page: str, record: dict) -> nodes.Node:
    number = ledger_of(app.env).number(page, record)
    chapter = settings.chapter_of(app.config, page)
    place = f"({number})" if number else f"{record['title'] or record['label']} (chapter {chapter})"
    title = f"{record['label']}: {records.STATUSES[record['status']].word}"
    return make_refnode(app.builder, docname, page, records.anchor(record), inline_tex(place), title)


def setup(app: Sphinx) -> None:
    """Register the directive and what fills it."""
    app.add_directive("errata", Errata)
    placeholders.register("errata", render)
