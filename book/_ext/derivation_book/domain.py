"""The Sphinx domain that holds the ledger while the book is read.

For each page it keeps the records in the order of the page, the display
equations and inline claims that are no record's, and what failed to run.
Sphinx purges and merges it page by page, so a page that is read again leaves
nothing of its old self behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docutils import nodes
from sphinx import addnodes
from sphinx.domains import Domain
from sphinx.util.nodes import make_refnode
from vdmlib.derive.show.breaking import broken

from . import inline, labels, records, settings
from .nodes import heard, inline_tex
from .verdict import badge

FAILURE = re.compile(r"^(?P<name>[\w.]*(?:Error|Step|Exception|Warning))\b:?\s*(?P<text>.*)", re.M)
#: The source of a failed cell, as nbclient quotes it, and the first label in it.
CELL = re.compile(r"^-{10,}\n(.*?)^-{10,}$", re.M | re.S)
LABEL = re.compile(r"[A-Z]\w*\(\s*[\"']([a-z][a-z0-9_.]*)[\"']")

#: What is kept for each page.
TABLES = ("pages", "stray", "unmarked", "failed", "quoted", "named", "runs", "api", "sources", "shown", "variants", "printed", "times", "stops")
ANSI = re.compile(r"\x1b\[[0-9;]*m")


class LedgerDomain(Domain):
    """Records by page; resolves references to them by label."""

    name = "ledger"
    label = "Ledger of statements"
    data_version = 8
    initial_data = {name: {} for name in TABLES}

    # -- filling ------------------------------------------------------------

    def note(self, docname: str, record: dict, line: int | None) -> None:
        """Add a record to the end of its page."""
        self.data["pages"].setdefault(docname, []).append({**record, "line": line})

    def process_doc(self, env, docname: str, document: nodes.document) -> None:
        """Look for mathematics outside of the ledger, and for a cell that failed."""
        if settings.chapter_of(env.config, docname) is not None:
            self.data["stray"][docname] = inline.stray_displays(document)
            self.data["unmarked"][docname] = inline.unmarked(document)
        self.data["quoted"][docname] = [
            {"label": node["reftarget"], "line": inline.line_of(node)}
            for node in document.findall(addnodes.pending_xref)
            if node.get("quoted")
        ]
        self.data["named"][docname] = labels.references(document)
        executed = getattr(env, "nb_metadata", {}).get(docname, {}).get("exec_data") or {}
        if executed.get("traceback"):
            self.data["failed"][docname] = last_error(executed["traceback"])

    def clear_doc(self, docname: str) -> None:
        for table in TABLES:
            self.data[table].pop(docname, None)

    def merge_domaindata(self, docnames: list[str], otherdata: dict) -> None:
        for table in TABLES:
            for docname in docnames:
                if docname in otherdata[table]:
                    self.data[table][docname] = otherdata[table][docname]

    # -- reading ------------------------------------------------------------

    def pages(self) -> list[str]:
        """The pages that hold records: chapters by number, then the others by name."""
        return sorted(self.data["pages"], key=lambda p: settings.page_order(self.env.config, p))

    def all(self) -> Iterator[tuple[str, dict]]:
        """Every record with its page, in the order of the book."""
        for docname in self.pages():
            for record in self.data["pages"][docname]:
                yield docname, record

    def find(self, label: str) -> tuple[str, dict] | None:
        """The page and the record of a label."""
        return next(((page, r) for page, r in self.all() if r["label"] == label), None)

    def last_of(self, group: str) -> tuple[str, dict] | None:
        """The page and the last record of a derivation: what it comes to."""
        return next(((p, r) for p, r in reversed(list(self.all())) if r["group"] == group), None)

    def number(self, docname: str, record: dict) -> str | None:
        """The equation number that the book shows, such as ``2.3``."""
        if not records.is_equation(record):
            return None
        figures = self.env.toc_fignumbers.get(docname, {}).get("displaymath", {})
        parts = figures.get(records.anchor(record))
        if not parts:
            return None
        *head, last = map(str, parts)
        return self.env.config.math_numsep.join([".".join(head), last]) if head else last

    # -- references ---------------------------------------------------------

    def resolve_xref(self, env, fromdocname, builder, typ, target, node, contnode):
        """``line`` sets the statement itself, ``ref`` its number or its title, ``verdict`` its status."""
        found = self.find(target) or (typ == "ref" and self.last_of(target))
        if not found:
            # The checks of the whole book report it, with the record that names it.
            return nodes.literal(target, target)
        docname, record = found
        number = self.number(docname, record)
        title = f"{heard(record['title'] or target)} — {records.STATUSES[record['status']].word}"
        if typ == "line" and records.is_equation(record):
            tex = records.formula(record)
            if node.get("display"):
                tex = rf"\displaystyle {broken(tex)}"
            inner = [nodes.math(tex, tex, ledger=True)]
            classes = ["ledger-line"]
        elif typ == "verdict":
            inner = [badge(record["status"])]
            classes = ["ledger-verdict"]
        else:
            text = f"({number})" if number else (record["title"] or target)
            inner = inline_tex(text)
            classes = ["ledger-ref"]
        if number:
            title = f"({number}) {title}"
        reference = make_refnode(
            builder, fromdocname, docname, records.anchor(record), inner, title
        )
        reference["classes"] += classes
        return reference

    def resolve_any_xref(self, env, fromdocname, builder, target, node, contnode):
        return []

    def get_objects(self):
        return []


def last_error(traceback: str) -> str:
    """The last error of a notebook's traceback, without colours, and what the cell was making."""
    text = ANSI.sub("", traceback)
    errors = list(FAILURE.finditer(text))
    if errors:
        error = text[errors[-1].start():].strip()
    else:
        error = text.strip().splitlines()[-1] if text.strip() else "no traceback"
    cell = CELL.search(text)
    label = LABEL.search(cell.group(1)) if cell else None
    return f"at {label.group(1)}: {error}" if label and label.group(1) not in error else error


def ledger_of(env) -> LedgerDomain:
    """The ledger of an environment."""
    return env.get_domain("ledger")
