"""The ledger of the whole book, as data: ``ledger.json`` on the site.

It holds no times and no versions, so two builds of one commit are equal and
two commits give a readable difference.
"""

from __future__ import annotations

import json
from pathlib import Path

from sphinx.application import Sphinx

from . import coverage, records, settings
from .domain import ledger_of

SCHEMA_VERSION = 1
SCHEMA = Path(__file__).with_name("ledger.schema.json")

#: Statuses that do not carry a full check on to what is built upon them.
WEAK = ("exact on finite model", "numerical", "cited", "refuted")


def ancestors(label: str, found: dict[str, dict]) -> set[str]:
    """Every statement that ``label`` rests on, its own uses' uses included."""
    seen: set[str] = set()
    waiting = list(found.get(label, {}).get("uses", []))
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += found.get(name, {}).get("uses", [])
    return seen


def fully_checked(label: str, found: dict[str, dict]) -> bool:
    """Whether the statement and everything it rests on is proved or chosen."""
    names = {label} | ancestors(label, found)
    return all(name in found and found[name]["status"] not in WEAK for name in names)


def assemble(app: Sphinx) -> dict:
    """The ledger as one plain mapping, in the order of the book."""
    domain = ledger_of(app.env)
    by_label = {record["label"]: record for _, record in domain.all()}
    statements = []
    for docname, record in domain.all():
        entry = {key: record[key] for key in records.DEFAULTS if key != "line"}
        entry |= {
            "chapter": settings.chapter_of(app.config, docname),
            "page": docname,
            "anchor": records.anchor(record),
            "number": domain.number(docname, record),
        }
        if records.is_statement(record):
            entry["fully_checked"] = fully_checked(record["label"], by_label)
            entry["rests_on"] = sorted(ancestors(record["label"], by_label))
        statements.append(entry)
    unmarked = [
        {"page": docname, **claim}
        for docname in sorted(domain.data["unmarked"])
        for claim in domain.data["unmarked"][docname]
    ]
    return {
        "schema": SCHEMA_VERSION,
        "statements": statements,
        "article": coverage.rows(app),
        "unmarked": unmarked,
    }


def dump(ledger: object) -> str:
    """JSON text that is the same for the same ledger."""
    return json.dumps(ledger, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def write(app: Sphinx) -> None:
    """Write the ledger and its schema to the root of the site."""
    site = Path(app.outdir)
    (site / "ledger.json").write_text(dump(assemble(app)), encoding="utf-8")
    (site / SCHEMA.name).write_text(SCHEMA.read_text(encoding="utf-8"), encoding="utf-8")


