"""The badge beside a statement, and what opens when it is clicked."""

from __future__ import annotations

from collections.abc import Callable

from docutils import nodes
from sphinx import addnodes

from . import records
from .nodes import box, paragraph, placeholder, span
from .page_runner import mutant_words, probe_words


def reference(label: str, how: str = "ref") -> addnodes.pending_xref:
    """A link to a statement, resolved when the whole book has been read."""
    pending = addnodes.pending_xref(
        label, refdomain="ledger", reftype=how, reftarget=label, refwarn=False, ledger=True
    )
    # A formula stands in until then, so that the page is known to need MathJax.
    pending += nodes.math(label, r"\cdot", ledger=True)
    return pending


def references(labels: list[str]) -> list[nodes.Node]:
    """Links to several statements, with commas."""
    found: list[nodes.Node] = []
    for label in labels:
        found += ([nodes.Text(", ")] if found else []) + [reference(label)]
    return found


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
        term = box(tag="dt")
        term += nodes.Text(name)
        meaning = box(tag="dd")
        meaning += content
        body += [term, meaning]
    body += placeholder(what="library", label=record["label"])
    details += body
    return details


def evidence(record: dict, words: Callable[[str], list[nodes.Node]]):
    """Pairs of a name and what stands beside it in an opened verdict."""
    def line(*content: nodes.Node) -> nodes.paragraph:
        return paragraph(*content)

    yield "Verdict", line(nodes.Text(records.STATUSES[record["status"]].meaning))
    if record["gap"]:
        yield "The difference", line(nodes.math(record["gap"], record["gap"], ledger=True))
    if record["method"]:
        yield "Method", line(*words(record["method"]))
    if record["reach"]:
        yield "Reach", line(*words(record["reach"]))
    if record["facts"]:
        yield "Given", line(*words("; ".join(record["facts"])))
    if record["conditions"] or record["when"]:
        yield "Provided", line(*words("; ".join(record["conditions"] + record["when"])))
    if record["conventions"]:
        yield "By convention", line(*words("; ".join(records.CONVENTIONS[name] for name in record["conventions"])))
    if record["probe"]:
        yield "Probe", line(nodes.Text(probe_words(record["probe"])))
    if record["mutants"]:
        yield "Mutants", line(nodes.Text(mutant_words(record["mutants"])))
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
