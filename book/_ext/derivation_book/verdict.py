"""The badge beside a statement, and what opens when it is clicked."""

from __future__ import annotations

from collections.abc import Callable

from docutils import nodes
from sphinx import addnodes

from . import records
from .nodes import box, paragraph, placeholder, span
from .page_runner import CONVENTION
from .page_runner import evidence as checked


def reference(label: str, how: str = "ref") -> addnodes.pending_xref:
    """A link to a statement, resolved when the whole book has been read."""
    pending = addnodes.pending_xref(
        label, refdomain="ledger", reftype=how, reftarget=label, refwarn=False, ledger=True
    )
    pending += nodes.literal(label, label)
    return pending


def references(labels: list[str]) -> list[nodes.Node]:
    """Links to several statements, with commas."""
    found: list[nodes.Node] = []
    for label in labels:
        found += ([nodes.Text(", ")] if found else []) + [reference(label)]
    return found


def convention(name: str) -> placeholder:
    """The name of what a statement rests on by convention, linked to the book's page of conventions once that is read."""
    return placeholder(what="conventions", name=name)


def badge(status: str, tag: str = "span") -> nodes.Element:
    """Glyph and word of a status; never told by colour alone."""
    look = records.STATUSES[status]
    node = span("", "", tag=tag, classes=["badge-status", "status-" + status.replace(" ", "-")])
    node += span(look.glyph, look.glyph, classes=["glyph"], attrs={"aria-hidden": "true"})
    node += span(look.word, look.word, classes=["word"])
    return node


def verdict(record: dict, words: Callable[[str], list[nodes.Node]]) -> nodes.Element:
    """A closed ``<details>``: the badge outside, the evidence inside."""
    details = box(tag="details", classes=["verdict", "status-" + record["status"].replace(" ", "-")])
    summary = box(tag="summary")
    look = records.STATUSES[record["status"]]
    summary += span(look.glyph, look.glyph, classes=["glyph"], attrs={"aria-hidden": "true"})
    summary += span(look.word, look.word, classes=["word"])
    hint = ": how it was checked" if record["status"] in records.PROBED else ": details"
    summary += span(hint, hint, classes=["sr-only"])
    details += summary
    body = box(tag="dl", classes=["evidence"])
    for name, content in evidence(record, words):
        if name == "Label":
            body += placeholder(what="used", label=record["label"])
        term = span("", "", convention(name) if name == CONVENTION else nodes.Text(name), tag="dt")
        meaning = box(tag="dd")
        meaning += content
        body += [term, meaning]
    body += placeholder(what="library", label=record["label"])
    details += [body, placeholder(what="variants", label=record["label"])]
    return details


def evidence(record: dict, words: Callable[[str], list[nodes.Node]]):
    """Pairs of a name and what stands beside it in an opened verdict."""
    def line(*content: nodes.Node) -> nodes.paragraph:
        return paragraph(*content)

    yield "Verdict", line(nodes.Text(records.STATUSES[record["status"]].meaning))
    for name, said in checked(record):
        yield name, line(*words(said))
    if record["uses"]:
        yield "Uses", line(*references(record["uses"]))
    if record["proof"]:
        yield "What is true", line(*references(record["proof"]))
    if record["article"] and record["kind"] != "refutation":
        yield "The article says", line(*article_words(record["article"], words))
    if record["concession"]:
        yield "Why no more", line(*words(record["concession"]))
    if record["uses"] or record["status"] in records.PROBED:
        yield "Rests on", line(placeholder(what="rests", label=record["label"]))
    if record["answers"]:
        found: list[nodes.Node] = []
        for row in record["answers"]:
            found += ([nodes.Text(", ")] if found else []) + [nodes.literal(row, row)]
        yield "Article’s rows", line(*found)
    yield "Label", line(placeholder(what="permalink", label=record["label"]))


def article_words(text: str, words: Callable[[str], list[nodes.Node]]) -> list[nodes.Node]:
    """The article's form: words with ``$…$``, or bare TeX."""
    if "$" not in text and "\\" in text:
        return [nodes.math(text, text, ledger=True)]
    return words(text)
