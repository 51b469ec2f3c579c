"""The ledger of the whole book, as data: ``ledger.json`` on the site.

It holds no times and no versions, so two builds of one commit are equal and
two commits give a readable difference.
"""

from __future__ import annotations

import json
from pathlib import Path

from sphinx.application import Sphinx
from vdmlib.derive.book.record import FIELDS

from . import coverage, records, settings
from .domain import ledger_of

SCHEMA_VERSION = 2
SCHEMA = "ledger.schema.json"

#: Statuses that do not carry a full check on to what is built upon them: all but what is proved or only names something.
WEAK = tuple(status for status in records.STATUSES if status not in ("proved", "definition", "start"))


def ancestors(label: str, found: dict[str, dict]) -> set[str]:
    """Every statement that ``label`` rests on: the lines above it, what they use, and what those rest on."""
    seen: set[str] = set()
    waiting = records.parents(found[label]) if label in found else []
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += records.parents(found[name]) if name in found else []
    return seen


def fully_checked(label: str, found: dict[str, dict]) -> bool:
    """Whether the statement and everything it rests on is proved or a definition."""
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


def schema() -> dict:
    """The JSON schema of the ledger, from the engine's table of a record's fields."""
    text, labels = {"type": "string"}, {"type": "array", "items": {"type": "string", "minLength": 1}}

    def table(optional: tuple[str, ...] = (), **properties: dict) -> dict:
        required = [name for name in properties if name not in optional]
        return {"type": "object", "required": required, "additionalProperties": False, "properties": properties}

    fields = {name: {**kind, "description": words} for name, (_, kind, words) in FIELDS.items()}
    statement = table(
        ("fully_checked", "rests_on"), **fields, chapter={"type": ["integer", "null"]}, page=text, anchor=text,
        number={"type": ["string", "null"]}, fully_checked={"type": "boolean"}, rests_on=labels,
    )
    row = table(id=text, chapter={"type": "integer"}, need=text, answered_by=labels, satisfied={"type": "boolean"})
    unmarked = table(page=text, tex=text, line={"type": ["integer", "null"]})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Ledger of the statements of Diffusion, Derived",
        **table(schema={"const": SCHEMA_VERSION}, statements={"type": "array", "items": statement},
                article={"type": "array", "items": row}, unmarked={"type": "array", "items": unmarked}),
    }


def dump(ledger: object) -> str:
    """JSON text that is the same for the same ledger."""
    return json.dumps(ledger, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def write(app: Sphinx) -> None:
    """Write the ledger and its schema to the root of the site."""
    site = Path(app.outdir)
    (site / "ledger.json").write_text(dump(assemble(app)), encoding="utf-8")
    (site / SCHEMA).write_text(dump(schema()), encoding="utf-8")


