"""Checks files, each in a process of its own, and gathers one report."""

import json
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import sympy

from .rows import FAILS, FORM, VERDICTS
from .sources import Unreadable, read

__all__ = ["check", "failed", "notes_of", "report"]

#: What the process does: the paths of this one before anything is imported, so that both have the same engine, and none of the file's folder.
START = ("import sys; sys.path[:] = sys.argv[1].split(chr(10)); import json; "
         "from vdmlib.derive.command.execute import main; main(**json.loads(sys.argv[2]))")  # fmt: skip


def report(paths, version, seconds=None, file_seconds=None, mutants=False, allow=(), forbid=()):
    """The report on these files, as the JSON has it."""
    files, labels = [], []
    for path in paths:
        files.append(check(path, seconds, file_seconds, mutants, labels))
        labels += [row["label"] for row in files[-1]["lines"] if row["verdict"] not in FAILS]
    say_where(files)
    fails = (set(FAILS) - set(allow)) | set(forbid)
    for file in files:
        file["passed"] = not file["unreadable"] and not any(failed(row, fails) for row in file["lines"]) \
            and all(note["kind"] != "error" for note in file["notes"])  # fmt: skip
    counts = Counter(row["verdict"] for file in files for row in file["lines"])
    return {
        "form": FORM, "engine": version, "sympy": sympy.__version__, "files": files,
        "counts": {verdict: counts[verdict] for verdict in VERDICTS if counts[verdict]},
        "fails": [verdict for verdict in VERDICTS if verdict in fails],
        "passed": bool(counts) and all(file["passed"] for file in files),
    }  # fmt: skip


def say_where(files):
    """Where a file refers to a line of a file that is given after it, which of the two to give first."""
    for k, file in enumerate(files):
        for note in notes_of(file, "error"):
            asked = re.search(r"no statement is labelled '(.+?)'", note["message"])
            where = next((later["path"] for later in files[k + 1 :] for row in later["lines"] if asked and row["label"] == asked[1]), "")
            if where:
                note["message"] = f"{note['message'][: asked.end()]}; one is in {where}: give that file before {file['path']}"


def failed(row, fails):
    """Whether a row fails its file."""
    return row["verdict"] in fails and not row["expected"]


def check(path, seconds=None, file_seconds=None, mutants=False, labels=()):
    """One file of the report. labels: of the files before it, for `see`."""
    begun = time.monotonic()
    file = {"path": Path(path).as_posix(), "lines": [], "notes": [], "unreadable": "", "seconds": 0.0, "passed": False}
    try:
        read(path)
    except Unreadable as why:
        return file | {"unreadable": str(why)}
    with tempfile.TemporaryDirectory() as folder:
        told, said, before = Path(folder, "told.jsonl"), Path(folder, "said.txt"), Path(folder, "labels.json")
        told.touch()
        before.write_text(json.dumps(list(labels)), encoding="utf-8")
        asked = {"path": str(path), "told": str(told), "seconds": seconds, "mutants": mutants, "labels": str(before)}
        with said.open("wb") as out:
            try:
                code = subprocess.run([sys.executable, "-P", "-c", START, "\n".join(sys.path), json.dumps(asked)], stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                      timeout=file_seconds).returncode  # fmt: skip
                ended = f"its process ended with {code}"
            except subprocess.TimeoutExpired:
                ended = f"no answer within {file_seconds:g} s"
        whole = gather(file, told.read_text(encoding="utf-8", errors="replace"))
        if not whole:
            last = said.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-8:]
            file["notes"].append({"kind": "error", "line": 0, "cell": None, "cell_line": 0, "message": "\n".join([ended, *last])})
    file["seconds"] = round(time.monotonic() - begun, 3)
    return file


def gather(file, told):
    """Put what a process told into its file; whether it came to its end."""
    for line in told.splitlines():
        try:
            what = json.loads(line)
        except ValueError:  # it was stopped while it wrote
            return False
        if "row" in what:
            file["lines"].append(what["row"] | {"file": file["path"]})
        elif "note" in what:
            file["notes"].append(what["note"])
        else:
            return True
    return False


def notes_of(file, *kinds):
    return [note for note in file["notes"] if note["kind"] in kinds]
