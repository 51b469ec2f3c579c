"""What must hold of the whole book, checked when all pages have been read.

Each problem is a Sphinx warning that names the chapter and the label, so that
a build with ``-W`` fails on it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util import logging

from . import coverage, labels, notation, numbers, records, settings
from .domain import ledger_of

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Problem:
    """Something wrong with the book, and the page and line it is wrong at."""

    kind: str
    message: str
    page: str | None = None
    line: int | None = None


def where(app: Sphinx, page: str) -> str:
    """``chapter 2`` for a chapter, else the page's name."""
    chapter = settings.chapter_of(app.config, page)
    return f"chapter {chapter}" if chapter is not None else page


def failed_cells(app: Sphinx) -> Iterator[Problem]:
    """A cell that raised: a false step above all."""
    for page, error in sorted(ledger_of(app.env).data["failed"].items()):
        yield Problem("failed", f"{where(app, page)}: a cell failed: {error}", page)


def stray_displays(app: Sphinx) -> Iterator[Problem]:
    """A display equation in a chapter that no record stands behind."""
    for page, found in sorted(ledger_of(app.env).data["stray"].items()):
        for display in found:
            tex = " ".join(display["tex"].split())
            yield Problem(
                "display",
                f"{where(app, page)}: the display equation {tex!r} is not in the ledger; "
                "make it with a Derivation or a Definition, or repeat a statement with {restate}",
                page,
                display["line"],
            )


def duplicate_labels(app: Sphinx) -> Iterator[Problem]:
    """A label that two records carry, or two labels that give one address."""
    places: dict[str, tuple[str, str]] = {}
    for page, record in ledger_of(app.env).all():
        label = record["label"]
        address = records.make_id(label)
        if address in places:
            other, other_page = places[address]
            same = "is used twice" if other == label else f"has the same address as {other}"
            yield Problem(
                "label",
                f"{where(app, page)}: the label {label} {same}; "
                f"the other is in {where(app, other_page)}",
                page,
                record["line"],
            )
        else:
            places[address] = (label, page)


def unknown_labels(app: Sphinx) -> Iterator[Problem]:
    """A reference to a statement that the book does not have."""
    domain = ledger_of(app.env)
    known = {record["label"] for _, record in domain.all()}
    for page, record in domain.all():
        instead = [record["instead"]] if record["instead"] else []
        for field, named in (
            ("uses", record["uses"]), ("proof", record["proof"]), ("instead", instead)
        ):
            for label in named:
                if label not in known:
                    yield Problem(
                        "label",
                        f"{where(app, page)}, {record['label']}: '{field}' names {label}, "
                        "and no statement has that label",
                        page,
                        record["line"],
                    )
    for page, found in sorted(domain.data["quoted"].items()):
        for quoted in found:
            if quoted["label"] not in known:
                yield Problem(
                    "label",
                    f"{where(app, page)}: {{line}}`{quoted['label']}` quotes a statement, "
                    "and none has that label",
                    page,
                    quoted["line"],
                )


def references(app: Sphinx) -> Iterator[tuple[str, str, str, int | None]]:
    """Everything that refers to a label: (who does, the label, page, line)."""
    domain = ledger_of(app.env)
    for page, found in sorted(domain.data["named"].items()):
        for entry in found:
            by = f", {entry['by']}" if entry["by"] else ""
            yield where(app, page) + by, entry["target"], page, entry["line"]
    for page, found in sorted(domain.data["api"].items()):
        for entry in found:
            yield f"the docstring of {entry['name']}", entry["label"], page, None


def references_to_places(app: Sphinx) -> Iterator[Problem]:
    """A reference to a line by where it stands: the next step put in before it makes that another line."""
    places = {records.make_id(r["label"]): r for _, r in ledger_of(app.env).all() if labels.is_place(r["label"])}
    for who, label, page, line in references(app):
        record = places.get(records.make_id(label))
        if record:
            yield Problem("place", f"{who}: {_place(record)}", page, line)
    for page in sorted(app.env.found_docs):
        path = Path(app.env.doc2path(page))
        for line, code in labels.by_number(path.read_text(encoding="utf-8")) if path.suffix == ".md" else ():
            yield Problem(
                "place",
                f"{where(app, page)}: {code} takes a line by its number, and the next step put in before it makes that "
                "another line; give the line a name, label=\"…\", and take it by that",
                page, line,
            )


def _place(record: dict) -> str:
    label = record["label"]
    name = f'"{label.rpartition(".")[0]}.<word>"'
    give = f"call it {name}" if record["group"] == label else f"give the line a name where it is made, label={name},"
    return (f"it refers to {label}, which ends in a number and so says where a line stands, not which it is; "
            f"{give} and refer to that")


def moved_labels(app: Sphinx) -> Iterator[Problem]:
    """An old label that leads nowhere, or that means two statements now; a reference to one."""
    known = {record["label"] for _, record in ledger_of(app.env).all()}
    moved = labels.moved(app)
    for old, new in moved.items():
        if new not in known:
            yield Problem("moved", f"moved_labels.json: {old} leads to {new}, and no statement has that label")
        if old in known:
            yield Problem(
                "moved",
                f"moved_labels.json: {old} leads to {new}, and another statement has the label {old}; give that one a name",
            )
    for who, label, page, line in references(app):
        if label in moved:
            yield Problem("moved", f"{who}: {label} is {moved[label]} now; refer to that", page, line)


def verdicts(app: Sphinx) -> Iterator[Problem]:
    """A verdict that claims more than was done for it."""
    domain = ledger_of(app.env)
    known = {record["label"]: record for _, record in domain.all()}
    for page, record in domain.all():
        name = f"{where(app, page)}, {record['label']}"
        alive = records.surviving(record)
        if alive > 0:
            yield Problem(
                "mutant",
                f"{name}: {alive} altered variant{'s' if alive != 1 else ''} of the statement "
                "passed the check, so the check proves nothing",
                page, record["line"],
            )
        if record["status"] in records.PROBED and not record["probe"]:
            yield Problem(
                "probe", f"{name}: status {record['status']!r} without a probe",
                page, record["line"],
            )
        if record["status"] == "corrected":
            for label in record["proof"]:
                if label in known and known[label]["status"] != "proved":
                    yield Problem(
                        "proof",
                        f"{name}: it leans on {label}, which is {known[label]['status']}, "
                        "not proved",
                        page, record["line"],
                    )


def answers(app: Sphinx) -> Iterator[Problem]:
    """A row that does not exist, or that a finished chapter leaves open."""
    rows = {row["id"]: row for row in coverage.article_rows(app)}
    for page, record in ledger_of(app.env).all():
        for row in record["answers"]:
            if row not in rows:
                yield Problem(
                    "answers",
                    f"{where(app, page)}, {record['label']}: it answers {row}, "
                    "and the article has no such row",
                    page, record["line"],
                )
    unknown = sorted({row["need"] for row in rows.values()} - set(coverage.NEEDS))
    if unknown:
        yield Problem("answers", f"article.json needs {unknown}, for which there is no rule")
        return
    for row in coverage.rows(app):
        if row["chapter"] in app.config.derivation_chapters_complete and not row["satisfied"]:
            found = ", ".join(row["answered_by"]) or "nothing"
            yield Problem(
                "answers",
                f"chapter {row['chapter']}: the article's row {row['id']} needs "
                f"'{row['need']}' and is answered by {found}",
            )


def symbols(app: Sphinx) -> Iterator[Problem]:
    """A symbol without an entry in the registry, or with two meanings."""
    registry = notation.registry(app)
    for message in notation.clashes(registry):
        yield Problem("symbol", f"notation.yml: {message}")
    missing: set[str] = set()
    for page, record in ledger_of(app.env).all():
        for symbol, kind in sorted(record["symbols"].items()):
            at = f"{where(app, page)}, {record['label']}"
            entry = notation.lookup(registry, symbol)
            if entry is None and symbol not in missing:
                missing.add(symbol)
                yield Problem(
                    "symbol",
                    f"{at}: the symbol {symbol} ({kind}) is not in notation.yml",
                    page, record["line"],
                )
            elif entry is not None and kind not in notation.kinds(entry):
                yield Problem(
                    "symbol",
                    f"{at}: the symbol {symbol} is a {kind} here; notation.yml says: "
                    f"{' or '.join(notation.kinds(entry))}, {entry['meaning']}",
                    page, record["line"],
                )


def stale_numbers(app: Sphinx) -> Iterator[Problem]:
    """The committed map of equation numbers no longer agrees with the pages."""
    if os.environ.get(numbers.UPDATE):
        return
    found = numbers.stale(app)
    if found:
        more = f" and {len(found) - 5} more" if len(found) > 5 else ""
        yield Problem(
            "numbers",
            f"{app.config.derivation_numbers} is stale for {', '.join(found[:5])}{more}; "
            "run 'make numbers'",
        )


#: Checks that need every page to have run to its end.
WHOLE = (
    stray_displays, duplicate_labels, unknown_labels, references_to_places, moved_labels, verdicts, answers, symbols,
    stale_numbers,
)


def problems(app: Sphinx) -> list[Problem]:
    """Everything wrong with the book; what a failed cell alone explains is left out."""
    failed = list(failed_cells(app))
    return failed or [problem for check in WHOLE for problem in check(app)]


def report(app: Sphinx, env) -> None:
    """Warn of each problem."""
    for problem in problems(app):
        location = (problem.page, problem.line) if problem.page else None
        logger.warning(
            problem.message, location=location, type="derivation", subtype=problem.kind
        )


def setup(app: Sphinx) -> None:
    """Run the checks once all pages are numbered."""
    app.connect("env-check-consistency", report)


