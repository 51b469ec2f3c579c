"""The clinic's table: where a formula was asked about, and the verdict, which comes from the ledger."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode

from . import placeholders, records, settings
from .domain import ledger_of
from .nodes import inline_tex, paragraph, placeholder
from .tables import table
from .verdict import badge


@lru_cache(maxsize=2)
def _read(path: Path, changed: int) -> tuple[dict, ...]:
    return tuple(yaml.safe_load(path.read_text(encoding="utf-8")) or ())


def questions(app: Sphinx) -> tuple[dict, ...]:
    """The entries of ``clinic.yml``: thread, address, group, asked, label, seen."""
    path = settings.root(app) / app.config.derivation_data / "clinic.yml"
    return _read(path, path.stat().st_mtime_ns) if path.is_file() else ()


class Clinic(SphinxDirective):
    """``{clinic}``: a row for each question, with its verdict and how many there are of each."""

    def run(self) -> list[nodes.Node]:
        node = placeholder(what="clinic")
        return [node]


def render(app: Sphinx, docname: str, node: nodes.Element) -> list[nodes.Node]:
    """How many of each verdict, and the table."""
    domain = ledger_of(app.env)
    rows, refuted, proved = [], 0, 0
    for number, entry in enumerate(questions(app), 1):
        page, record = domain.find(entry["label"]) or (docname, None)
        status = record["status"] if record else "remark"
        refuted, proved = refuted + (status == "refuted"), proved + (status in records.PROBED)
        verdict: list[nodes.Node] = [nodes.Text("nothing yet")]
        if record:
            verdict = [make_refnode(app.builder, docname, page, records.anchor(record), badge(status), entry["label"])]
        rows.append([
            [nodes.reference("", str(number), refid=f"clinic-{number}", internal=True)],
            inline_tex(entry["asked"]),
            verdict,
            [nodes.reference("", entry["thread"], refuri=entry["address"], internal=False)],
        ])
    said = f"Of {len(rows)} formulas {refuted} are refuted as they were asked about, and {proved} are proved."
    return [paragraph(nodes.Text(said)), table(["", "What", "Verdict", "Asked in"], rows, ["clinic"])]


def setup(app: Sphinx) -> None:
    """Register the directive and what fills it."""
    app.add_directive("clinic", Clinic)
    placeholders.register("clinic", render)
