"""Statements made in words: definition, assumption, remark."""

from __future__ import annotations

import re

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx

from . import records
from .directives import RecordDirective
from .nodes import box, heard, paragraph, span
from .verdict import verdict


def split_list(text: str | None) -> list[str]:
    """``a, b c`` as three labels."""
    return [part for part in re.split(r"[,\s]+", text or "") if part]


class Prose(RecordDirective):
    """A statement in words that leaves a record of the directive's own kind."""

    kind = "remark"
    status = "remark"
    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec = {
        "label": directives.unchanged_required,
        "answers": directives.unchanged,
        "article": directives.unchanged,
        "proof": directives.unchanged,
        "uses": directives.unchanged,
        "concession": directives.unchanged,
        "class": directives.class_option,
    }

    def run(self) -> list[nodes.Node]:
        title = self.arguments[0] if self.arguments else ""
        label = self.options.get("label", "").strip()
        if not label:
            return self.problem(f"{self.name} {title!r}: give it a name with ':label: some.label'")
        if self.kind == "correction" and not self.options.get("article"):
            return self.problem(
                f"correction {label}: say what is put right with ':article: what the article says'"
            )
        record = records.normalise({
            "label": label,
            "title": title,
            "kind": self.kind,
            "status": self.status,
            "statement": "\n".join(self.content).strip(),
            "answers": split_list(self.options.get("answers")),
            "article": " ".join(self.options.get("article", "").split()),
            "proof": split_list(self.options.get("proof")),
            "uses": split_list(self.options.get("uses")),
            "concession": self.options.get("concession", ""),
        })
        self.keep(record)
        return [self.block(record)]

    def block(self, record: dict) -> nodes.Node:
        """The box: word and title, what the article says, the text, the badge."""
        word = records.KINDS[self.kind]
        outer = box(
            # A remark's formulas claim nothing the ledger checks, so they stay visible to it.
            ledger=self.kind != "remark",
            ids=[records.anchor(record), *self.old_anchors(record)],
            statement=record["label"],
            classes=["derivation", "prose", f"kind-{self.kind}", *self.options.get("class", [])],
            attrs={"role": "group", "aria-label": heard(f"{word}: {record['title'] or record['label']}")},
        )
        heading = paragraph(classes=("derivation-head",))
        heading += span(word, word, classes=["derivation-word"])
        heading += span("", "", *self.words(record["title"]), classes=["derivation-title"])
        outer += heading
        if self.kind == "correction":
            said = box(classes=["refuted-claim"])
            said += paragraph(span("", "The article says"), classes=("refuted-word",))
            said += paragraph(*self.words(record["article"]), classes=("said",))
            outer += said
        body = box(classes=["prose-body"])
        self.state.nested_parse(self.content, self.content_offset, body)
        outer += body
        foot = box(classes=["step-foot"])
        foot += verdict(record, self.words)
        outer += foot
        return outer


class Definition(Prose):
    """Says what a word or a symbol means."""

    kind = status = "definition"


class Assumption(Prose):
    """Says what is taken for granted from here on."""

    kind = status = "assumption"


class Remark(Prose):
    """A comment; it claims nothing that could be checked."""


def setup(app: Sphinx) -> None:
    """Register the directives."""
    app.add_directive("definition", Definition, override=True)
    app.add_directive("assumption", Assumption, override=True)
    app.add_directive("remark", Remark, override=True)
