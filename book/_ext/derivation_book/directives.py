"""The ``derivation`` directive: records as JSON in, numbered mathematics out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from vdmlib.derive.book.record import refuted, under
from vdmlib.derive.show.breaking import LIMIT, broken, width

from . import labels, records, variants
from .domain import ledger_of
from .nodes import box, heard, paragraph, span
from .verdict import reference, verdict

logger = logging.getLogger(__name__)


class RecordDirective(SphinxDirective):
    """What every directive that leaves records has in common."""

    def words(self, text: str) -> list[nodes.Node]:
        """Parse one line of MyST: text, ``$mathematics$`` and roles."""
        if not text:
            return []
        found, messages = self.state.inline_text(str(text), self.lineno)
        return found + messages

    def keep(self, record: dict) -> None:
        """Put a record into the ledger of this page."""
        ledger_of(self.env).note(self.env.docname, record, self.lineno)

    def old_anchors(self, record: dict) -> list[str]:
        """The ids that the statement had under its old labels."""
        moved = labels.moved(self.env.app)
        return [records.anchor({**record, "label": old}) for old in moved if moved[old] == record["label"]]

    def problem(self, message: str) -> list[nodes.Node]:
        """Report a wrong directive as a build warning and render nothing."""
        logger.warning(message, location=self.get_location(), type="derivation", subtype="record")
        return []


class Derivation(RecordDirective):
    """``{derivation} label`` with a JSON body: title, label, records."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        label = self.arguments[0].strip()
        try:
            payload = json.loads("\n".join(self.content))
            found = [records.normalise(raw) for raw in payload["records"]]
        except (ValueError, KeyError, TypeError) as error:
            return self.problem(f"derivation {label}: its records cannot be read: {error}")
        if not found:
            return self.problem(f"derivation {label}: it has no records")
        for record in found:
            variants.note(self.env, self.env.docname, record["label"], payload.get("variants", {}).get(record["label"], []), record["gap"])
        return [self.block(label, payload.get("title", ""), found)]

    def block(self, label: str, title: str, found: list[dict]) -> nodes.Node:
        """The whole derivation: a heading and one row for each record."""
        kinds = {record["kind"] for record in found if records.is_statement(record)}
        word = records.KINDS[min(kinds)] if len(kinds) == 1 else "Derivation"
        kind = min(kinds) if len(kinds) == 1 else "derivation"
        outer = box(
            ledger=True,
            classes=["derivation", f"kind-{kind}"],
            attrs={"role": "group", "aria-label": heard(f"{word}: {title or label}")},
        )
        heading = paragraph(classes=("derivation-head",))
        heading += span(word, word, classes=["derivation-word"])
        heading += span("", "", *self.words(title), classes=["derivation-title"])
        outer += heading
        for record in found:
            self.keep(record)
            outer += self.row(record)
        return outer

    def row(self, record: dict) -> nodes.Node:
        """One record: its mathematics and number, its reason, its conditions, its verdict."""
        row = box(classes=["step", f"kind-{record['kind']}", f"status-{slug(record['status'])}"], statement=record["label"])
        if record["kind"] == "refutation":
            row += self.refuted(record)
        elif record["latex"]:
            row += self.mathematics(record)
        if not records.is_equation(record):
            row["ids"].append(records.anchor(record))
        row["ids"] += self.old_anchors(record)
        foot = box(classes=["step-foot"])
        why = self.words(record["because"] or ("" if record["latex"] else record["statement"]))
        if why:
            foot += paragraph(*why, classes=("step-why",))
        for word, said in under(record):
            named = span(word, word, classes=["step-when-word"])
            foot += paragraph(named, *self.words(" " + "; ".join(said)), classes=("step-when",))
        if records.is_statement(record):
            foot += verdict(record, self.words)
        if foot.children:
            row += foot
        return row

    def mathematics(self, record: dict) -> nodes.Node:
        """A display equation, registered with Sphinx so that ``{eq}`` finds it."""
        tex = broken(record["latex"])
        node = nodes.math_block(tex, tex, nowrap=False, number=None, label=None)
        self.set_source_info(node)
        holder = box(classes=["step-math"])
        holder += node
        if not records.is_equation(record):
            return holder
        label = record["label"]
        node["docname"] = self.env.docname
        node["label"] = label
        node["ids"] = [records.anchor(record)]
        domain = self.env.get_domain("math")
        if domain.get_equation_number_for(label) is None:
            # A second use of a label is reported by the ledger's own checks.
            domain.note_equation(self.env.docname, label, location=node)
        node["number"] = domain.get_equation_number_for(label)
        return holder

    def refuted(self, record: dict) -> nodes.Node:
        """The false form, struck; why it is false; what is true instead."""
        holder = box(classes=["refuted"])
        for name, said, struck in refuted(record):
            part = box(classes=["refuted-part"])
            part += paragraph(span("", name), classes=("refuted-word",))
            words = paragraph(*self.formula(said))
            if struck:
                line = box(tag="del", classes=["struck"])
                line += words
                words = line
            part += words
            holder += part
        if record["instead"]:
            instead = box(classes=["refuted-part", "refuted-instead"])
            instead += paragraph(span("", "What holds"), classes=("refuted-word",))
            held = reference(record["instead"], "line")
            held["display"] = True
            instead += paragraph(held, nodes.Text(" "), reference(record["instead"]))
            holder += instead
        return holder

    def formula(self, text: str) -> list[nodes.Node]:
        """Words with ``$…$`` in them, or bare TeX."""
        return formula(text, self.words)


class Restate(RecordDirective):
    """``{restate} label``: a statement of the ledger again, as a display; with ``:verdict:``, its status too."""

    required_arguments = 1
    option_spec = {"class": directives.class_option, "verdict": directives.flag}

    def run(self) -> list[nodes.Node]:
        outer = box(ledger=True, classes=["restated", *self.options.get("class", [])])
        outer += quoted(self.arguments[0], verdict="verdict" in self.options)
        self.set_source_info(outer.next_node(addnodes.pending_xref))
        return [outer]


def quoted(label: str, verdict: bool) -> nodes.paragraph:
    """A statement as a display that leads to its place, with its number and on demand its status."""
    line = reference(label, "line")
    line["quoted"] = line["display"] = True
    number = span("", "", reference(label), classes=["restated-number"])
    if verdict:
        number.insert(0, reference(label, "verdict"))
    return paragraph(line, number)


def formula(text: str, words: Callable[[str], list[nodes.Node]]) -> list[nodes.Node]:
    """Bare TeX as mathematics, anything else as ``words`` reads it."""
    alone = re.fullmatch(r"\$([^$]+)\$", text)
    if alone and width(alone[1]) > LIMIT:
        text = rf"\displaystyle {broken(alone[1])}"
    elif "$" in text or not looks_like_tex(text):
        return words(text)
    return [nodes.math(text, text, ledger=True)]


def looks_like_tex(text: str) -> bool:
    """Whether a text without dollar signs is a formula rather than words."""
    return any(sign in text for sign in ("\\", "=", "^", "_", "<", ">"))


def slug(status: str) -> str:
    """A status as a class name."""
    return status.replace(" ", "-")


def setup(app: Sphinx) -> None:
    """Register the directives."""
    app.add_directive("derivation", Derivation)
    app.add_directive("restate", Restate)
