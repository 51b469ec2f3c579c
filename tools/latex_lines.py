"""Reads the lines of other texts again, and writes into the list what came: how each is read, what was taken, the verdict.

The list is ``book/_data/latex_lines.json``. A row is added with ``from``, ``where`` and ``latex`` alone, typed as it is
printed, and ``said`` where the text around it says more: the keywords of ``read``. Whether a reading is what its author
meant nobody can compute: ``right`` is a person's answer. Where a reading has changed it becomes null, the row is
printed, and the tests fail until it is true or false again.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from vdmlib.derive import read
from vdmlib.derive.errors import NotRead
from vdmlib.derive.show.text import text

ROOT = Path(__file__).resolve().parents[1]
LINES = ROOT / "book" / "_data" / "latex_lines.json"


def reading(row: dict, check: bool = True) -> dict:
    """How a row's line is read: ``reads``, ``taken`` and ``verdict``; of a refused one the message, ``why``."""
    try:
        found = read(row["latex"], **row.get("said", {}))
    except NotRead as refused:
        return {"verdict": "refused", "right": False, "why": refused.wanted}
    lines = [f"{text(a)} {relation} {text(b)}" for a, relation, b in found.lines] or found.declared
    return {"reads": lines, "taken": list(found.taken), "verdict": found.check().status if check else row["verdict"]}


def renewed(row: dict) -> dict:
    """A row as it is now; ``right`` is kept where the reading is."""
    now = reading(row)
    kept = {key: row[key] for key in ("from", "where", "latex", "said") if key in row}
    if now["verdict"] != "refused":
        same = all(row.get(key) == now[key] for key in ("reads", "taken"))
        now["right"] = row.get("right") if same else None
        if same and now["right"] is False:
            now["why"] = row["why"]
    return kept | now


def main() -> int:
    """Renew the rows whose number is given, or all; print those whose reading or verdict changed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("numbers", nargs="*", type=int, help="which rows, from 0; all where none is named")
    numbers = parser.parse_args().numbers
    rows = json.loads(LINES.read_text(encoding="utf-8"))
    if unknown := [n for n in numbers if not 0 <= n < len(rows)]:
        parser.error(f"there are rows 0 to {len(rows) - 1}, given {unknown}")
    for number in numbers or range(len(rows)):
        before, rows[number] = rows[number], renewed(rows[number])
        if rows[number] != before:
            print(number, json.dumps(rows[number], ensure_ascii=False, indent=1))
    part = LINES.with_suffix(".part")
    part.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    os.replace(part, LINES)
    return 0


if __name__ == "__main__":
    sys.exit(main())
