"""Executes pages of the book from nothing, more than once, and compares all that their cells show.

    python tools/cold_runs.py [PAGE ...] [--flags FLAGS] [--keep FOLDER]

Two runs on this machine must show the same, letter for letter: texts, records and pictures. Each ``--flags`` is one more run
under these ``XLA_FLAGS``. Other instructions round in another way, so measured numbers may differ there; a number that leaves
its statement's tolerance raises an error in its cell, and all else in the records must be the same.
"""

from __future__ import annotations

import argparse
import difflib
import json
import re
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import build_book
import twins

from vdmlib.derive.book.record import MIME as LEDGER
from vdmlib.runtime.provenance import MIME as PROVENANCE

ROOT = Path(__file__).resolve().parents[1]
#: Of a measured statement: what holds its numbers.
MEASURED = ("latex", "statement")


def pages(names: list[str]) -> list[Path]:
    """The pages with these beginnings, or all that have cells."""
    return [path for path in twins.chapters(ROOT) if not names or path.stem.startswith(tuple(names))]


def execute(page: Path, flags: str = "") -> list[dict]:
    """Run a page in a kernel of its own, as the build does: of each cell its code, and what it showed but for times.

    Raises:
      nbclient.exceptions.CellExecutionError: a cell failed.
    """
    from myst_nb.core.read import myst_nb_reader_plugin
    from nbclient import NotebookClient

    surroundings = build_book.environment(update_numbers=False)
    if flags:
        surroundings["XLA_FLAGS"] = f"{surroundings.get('XLA_FLAGS', '')} {flags}".strip()
    notebook = myst_nb_reader_plugin(str(page))
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(notebook, timeout=None, kernel_name="python3", resources={"metadata": {"path": folder}})
        client.execute(env=surroundings)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [{"code": cell.source, "shown": joined(filter(None, map(shown, cell.outputs)))} for cell in cells]


def joined(outputs: Iterable[dict]) -> list[dict]:
    """The same with what was printed in one piece: how it is cut comes of the time at which the kernel sends it."""
    found: list[dict] = []
    for output in outputs:
        stream = next(iter(output))
        if stream in ("stdout", "stderr") and found and stream in found[-1]:
            found[-1] = {stream: found[-1][stream] + output[stream]}
        else:
            found.append(output)
    return found


def shown(output: dict) -> dict:
    """What an output shows, by its type; nothing of the record of a training, which holds times."""
    if output["output_type"] == "stream":
        return {output["name"]: output["text"]}
    return {kind: value for kind, value in output["data"].items() if PROVENANCE not in output["data"]}


def differences(one: list[dict], two: list[dict], numbers_may_move: bool = False) -> list[str]:
    """What two runs of a page show differently, a line each.

    numbers_may_move: the numbers of measured statements, and all that is shown beside the records, may differ.
    """
    found = []
    for number, (first, second) in enumerate(zip(one, two, strict=True), 1):
        if first["code"] != second["code"]:
            found.append(f"cell {number} is not the same cell")
        elif numbers_may_move:
            found += [f"cell {number}: {told}" for told in of_records(records(first), records(second))]
        elif first["shown"] != second["shown"]:
            found.append(f"cell {number}: {of_outputs(first['shown'], second['shown'])}")
    return found


def records(cell: dict) -> list[dict]:
    """The records that a cell left."""
    return [record for output in cell["shown"] for record in output.get(LEDGER, {}).get("records", ())]


def of_records(one: list[dict], two: list[dict]) -> list[str]:
    """In which fields two lists of records differ, but for the numbers of what was measured."""
    if [record["label"] for record in one] != [record["label"] for record in two]:
        return ["other statements"]
    return [
        f"{first['label']}: {field} {first.get(field)!r} → {second.get(field)!r}"
        for first, second in zip(one, two, strict=True)
        for field in sorted(first.keys() | second.keys())
        if first.get(field) != second.get(field) and not (first["status"] == "numerical" and field in MEASURED)
    ]


def of_outputs(one: list[dict], two: list[dict]) -> str:
    """The first line in which two lists of outputs differ."""
    texts = [json.dumps(outputs, indent=1, sort_keys=True, ensure_ascii=False).splitlines() for outputs in (one, two)]
    lines = [line for line in difflib.unified_diff(*texts, n=0, lineterm="") if not line.startswith(("---", "+++", "@@"))]
    return " → ".join(line[1:].strip()[:120] for line in lines[:2])


def moved(one: list[dict], two: list[dict]) -> str:
    """How many measured statements show another number in the second run."""
    pairs = [
        (first, second)
        for a, b in zip(one, two, strict=True)
        for first, second in zip(records(a), records(b), strict=True)
        if first["status"] == "numerical"
    ]
    others = [first["label"] for first, second in pairs if first != second]
    return f"{len(others)} of {len(pairs)} measured numbers differ in the digits that are shown"


def main(arguments: list[str] | None = None) -> int:
    """Run and compare; 1 where something differs that must not."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pages", nargs="*", help="the beginnings of their names, such as 03; all, where none is given")
    parser.add_argument("--flags", action="append", default=[], help="a further run under these XLA_FLAGS; may be repeated")
    parser.add_argument("--once", action="store_true", help="no second run under the same flags")
    parser.add_argument("--keep", type=Path, help="a folder for what the cells showed")
    asked = parser.parse_args(arguments)
    runs = [("first", ""), *([] if asked.once else [("second", "")]), *((flags, flags) for flags in asked.flags)]
    failures = 0
    for page in pages(asked.pages):
        of_page = {}
        for name, flags in runs:
            begun = time.monotonic()
            print(f"==> {page.stem}, {name}", flush=True)
            of_page[name] = execute(page, flags)
            print(f"    {time.monotonic() - begun:.0f} s", flush=True)
            if asked.keep:
                asked.keep.mkdir(parents=True, exist_ok=True)
                file = asked.keep / f"{page.stem}.{re.sub('[^a-z0-9]+', '-', name.lower()).strip('-')}.json"
                file.write_text(json.dumps(of_page[name], indent=1, ensure_ascii=False), encoding="utf-8")
            if name == "first":
                continue
            found = differences(of_page["first"], of_page[name], numbers_may_move=bool(flags))
            failures += bool(found)
            print(*(f"    {told}" for told in found or ["the same, but for measured numbers" if flags else "the same"]), sep="\n")
            if flags and not found:
                print(f"    {moved(of_page['first'], of_page[name])}")
    return int(bool(failures))


if __name__ == "__main__":
    sys.exit(main())
