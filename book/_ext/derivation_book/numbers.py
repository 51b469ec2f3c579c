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
            "latex": _tex(record),
            "title": record["title"],
            "page": docname,
            "anchor": records.anchor(record),
        }
        for docname, record in domain.all()
        if records.is_statement(record)
    }


def _tex(record: dict) -> str:
    # a measured number stays out: another machine measures another in its last digits
    if not records.is_equation(record) or record["kind"] == "numerical":
        return ""
    return records.formula(record)


def references(app: Sphinx) -> dict[str, dict]:
    """Label to text, number and place, for what has a label and is no equation."""
    env = app.env
    found = {}
    exercises = getattr(env, "sphinx_exercise_registry", {})
    for label, (page, anchor, text) in env.get_domain("std").labels.items():
        if page in env.found_docs and text and label not in exercises:
            found[label] = _reference(env, page, anchor, text)
    for label, entry in exercises.items():
        if entry.get("type") == "exercise":
            found[label] = _reference(env, entry["docname"], label, "Exercise")
    return found


def _reference(env, page: str, anchor: str, text: str) -> dict:
    words = {"figure": "Fig.", "table": "Table", "code-block": "Listing", "exercise": "Exercise"}
    for kind, numbers in env.toc_fignumbers.get(page, {}).items():
        if anchor in numbers and kind in words:
            bare = ".".join(map(str, numbers[anchor]))
            named = f"{words[kind]} {bare}"
            return {"text": named if kind == "exercise" else text, "number": named, "bare": bare,
                    "page": page, "anchor": anchor}
    sections = env.toc_secnumbers.get(page, {})
    bare = ".".join(map(str, sections.get(f"#{anchor}") or ()))
    return {"text": text, "number": f"Section {bare}" if bare else text, "bare": bare,
            "page": page, "anchor": anchor}


def everything(app: Sphinx) -> dict[str, dict[str, dict]]:
    """Both maps, as the committed file has them."""
    return {"equations": current(app), "references": references(app)}


def dump(found: dict[str, dict[str, dict]]) -> str:
    """One line for each label, sorted: a readable difference."""
    parts = []
    for name in sorted(found):
        lines = [
            f"  {json.dumps(label)}: {json.dumps(entry, ensure_ascii=False)}"
            for label, entry in sorted(found[name].items())
        ]
        body = "\n" + ",\n".join(lines) + "\n " if lines else ""
        parts.append(f" {json.dumps(name)}: {{{body}}}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def read(path: Path) -> dict[str, dict[str, dict]]:
    """The committed maps; empty where there are none."""
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def stale(app: Sphinx) -> list[str]:
    """Labels whose entry in the committed map differs from the book's."""
    committed, found = read(settings.numbers(app)), everything(app)
    return sorted({
        label
        for name in found
        for label in {*committed.get(name, {}), *found[name]}
        if committed.get(name, {}).get(label) != found[name].get(label)
    })


def update(app: Sphinx) -> bool:
    """Rewrite the committed map when the environment asks for it."""
    if not os.environ.get(UPDATE):
        return False
    path = settings.numbers(app)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dump(everything(app)), encoding="utf-8")
    logger.info("equation numbers written to %s", path)
    return True


def write(app: Sphinx) -> None:
    """Leave the map on the site too, so that a script can copy it from there."""
    target = Path(app.outdir) / "equation_numbers.json"
    target.write_text(dump(everything(app)), encoding="utf-8")
