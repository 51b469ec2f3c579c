"""What a ledger record is: its kinds, its statuses, and how each status is shown.

A record is a plain dictionary, so that it travels through a notebook's output
as JSON. Its keys come from the engine's table; this module knows how each status is shown.
"""

from __future__ import annotations

from dataclasses import dataclass

from docutils.nodes import make_id
from vdmlib.derive.book.record import FIELDS


class BadRecord(ValueError):
    """A record lacks a key or carries a value that the ledger does not know."""


@dataclass(frozen=True)
class Look:
    """How a status is shown: a glyph, the word beside it, and what it means."""

    glyph: str
    word: str
    meaning: str


#: Every status, strongest first, with the way it is shown.
STATUSES: dict[str, Look] = {
    "proved": Look("✓", "proved", "a proof for every object that the statement speaks of, under all that is given and provided"),
    "exact on finite model": Look(
        "◫", "finite model", "exact for every law on a few points, not a general proof"
    ),
    "numerical": Look("≈", "numerical", "measured by running code, within a tolerance"),
    "definition": Look("≔", "definition", "chosen, so there is nothing to prove"),
    "assumption": Look("◇", "assumption", "taken for granted from here on"),
    "cited": Look("❝", "cited", "taken from the literature, not proved here"),
    "corrected": Look("✎", "corrected", "the source article's wording put right"),
    "refuted": Look("✗", "refuted", "false: a counterexample is given"),
    "remark": Look("¶", "remark", "a comment that claims nothing to be checked"),
    "start": Look("", "start", "the expression that a derivation starts from"),
}

#: The word over a box that holds one statement of this kind.
KINDS: dict[str, str] = {
    "identity": "Derivation",
    "inequality": "Derivation",
    "start": "Derivation",
    "definition": "Definition",
    "assumption": "Assumption",
    "refutation": "Refutation",
    "correction": "Correction",
    "remark": "Remark",
    "numerical": "Numerical result",
    "cited": "Cited result",
}

#: Statuses of what is said about a claim or beside it: on nothing of the kind can a statement be built.
COMMENTS = ("corrected", "refuted", "remark")

#: Statuses that end in a ✓ of some strength: such a record needs a probe.
PROBED = ("proved", "exact on finite model")

#: Every key of a record with the value that stands for "nothing", as the engine writes them.
DEFAULTS: dict[str, object] = {name: default for name, (default, _, _) in FIELDS.items()}


def normalise(raw: object) -> dict:
    """Return a full record with every key, or say what is wrong with ``raw``.

    Raises:
        BadRecord: no label, an unknown kind or status, or an unknown key.
    """
    if not isinstance(raw, dict):
        raise BadRecord(f"a record is a mapping, not {type(raw).__name__}")
    record = {key: raw.get(key) if raw.get(key) is not None else value
              for key, value in DEFAULTS.items()}
    name = record["label"] or "(no label)"
    if not record["label"]:
        raise BadRecord("a record has no label")
    if isinstance(record["answers"], str):
        record["answers"] = [record["answers"]]
    if record["kind"] not in KINDS:
        raise BadRecord(f"{name}: kind {record['kind']!r} is none of {', '.join(KINDS)}")
    if record["status"] not in STATUSES:
        raise BadRecord(
            f"{name}: status {record['status']!r} is none of {', '.join(STATUSES)}"
        )
    unknown = sorted(set(raw) - set(DEFAULTS))
    if unknown:
        raise BadRecord(f"{name}: unknown keys {', '.join(unknown)}")
    if record["added"] is None:
        record["added"] = {key: list(record[key]) for key in ("facts", "conditions", "when")}
    return {**record, "answers": list(record["answers"]), "uses": list(record["uses"])}


def is_statement(record: dict) -> bool:
    """A derivation's first expression is displayed but states nothing."""
    return record["kind"] != "start"


def is_equation(record: dict) -> bool:
    """Whether the record is displayed as a numbered equation."""
    return bool(record["latex"]) and record["kind"] not in ("start", "refutation")


def formula(record: dict) -> str:
    """LaTeX of the statement whole: a line of a chain is displayed without its left side."""
    return record["statement"] or record["latex"]


def anchor(record: dict) -> str:
    """The id of the record's place on its page; it never depends on a number."""
    prefix = "equation" if is_equation(record) else "statement"
    return make_id(f"{prefix}-{record['label']}")


def surviving(record: dict) -> int:
    """How many false variants of the statement the checker did not reject."""
    mutants = record["mutants"] or {}
    return mutants.get("made", 0) - mutants.get("equal", 0) - mutants.get("killed", 0)


def parents(record: dict) -> list[str]:
    """Labels of what a statement rests on: what it uses, and the line above it in its chain."""
    return list(dict.fromkeys([*record["uses"], *([record["follows"]] if record["follows"] else [])]))
