"""The map from labels to equation numbers, committed beside the engine.

Notebooks outside of the book show the book's own numbers; they read them from
this file, and the build fails when it no longer agrees with the pages.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util import logging

from . import records, settings
from .domain import ledger_of

logger = logging.getLogger(__name__)

UPDATE = "UPDATE_EQUATION_NUMBERS"


def current(app: Sphinx) -> dict[str, dict]:
    """Label to number, statement and place, for every statement of the book."""
    domain = ledger_of(app.env)
    return {
        record["label"]: {
            "number": domain.number(docname, record),
            "latex": record["statement"] or record["latex"] if records.is_equation(record) else "",
            "title": record["title"],
            "page": docname,
            "anchor": records.anchor(record),
        }
        for docname, record in domain.all()
        if records.is_statement(record)
    }


def dump(found: dict[str, dict]) -> str:
    """One line for each label, sorted: a readable difference."""
    lines = [
        f"  {json.dumps(label)}: {json.dumps(found[label], ensure_ascii=False)}"
        for label in sorted(found)
    ]
    body = "\n" + ",\n".join(lines) + "\n " if lines else ""
    return '{\n "equations": {' + body + "}\n}\n"


def read(path: Path) -> dict[str, dict]:
    """The committed map; empty where there is none."""
    if not path.is_file():
        return {}
    return json.loads(path.read_text(encoding="utf-8")).get("equations", {})


def stale(app: Sphinx) -> list[str]:
    """Labels whose entry in the committed map differs from the book's."""
    committed = read(settings.numbers(app))
    found = current(app)
    return sorted(
        label for label in {*committed, *found} if committed.get(label) != found.get(label)
    )


def update(app: Sphinx) -> bool:
    """Rewrite the committed map when the environment asks for it."""
    if not os.environ.get(UPDATE):
        return False
    path = settings.numbers(app)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dump(current(app)), encoding="utf-8")
    logger.info("equation numbers written to %s", path)
    return True


def write(app: Sphinx) -> None:
    """Leave the map on the site too, so that a script can copy it from there."""
    target = Path(app.outdir) / "equation_numbers.json"
    target.write_text(dump(current(app)), encoding="utf-8")
