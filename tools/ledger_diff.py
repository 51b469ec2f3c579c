"""What became of the book's statements between two builds: ``python tools/ledger_diff.py A B``.

A and B are each a commit, a built site's folder, or its ``ledger.json``. A commit is checked out beside, built
as ``make book`` builds it, and its ledger is kept in ``build/ledgers`` for the next time.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / "build" / "ledgers"

#: What is said of a statement, in the order of its weight.
VERDICT = ("status", "fully_checked", "method", "reach")
STATEMENT = ("latex", "kind", "gap", "when", "facts", "conditions", "conventions", "counterexample")
TOLD = ("title", "because", "uses", "answers", "mutants", "probe", "article", "slip", "concession")
PLACE = ("chapter", "page", "number")


class NoLedger(ValueError):
    """There is no ledger to be had."""


def statements(ledger: dict) -> dict[str, dict]:
    """Label to statement."""
    return {entry["label"]: entry for entry in ledger["statements"]}


def of(name: str) -> dict:
    """The ledger of a file, a folder or a commit.

    Raises:
      NoLedger: none of these, or one without a ledger.
    """
    path = Path(name)
    for file in (path / "ledger.json", path / "_build" / "html" / "ledger.json", path):
        if file.is_file():
            return _read(file)
    found = subprocess.run(
        ["git", "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}"], cwd=ROOT, capture_output=True, text=True
    )
    if found.returncode:
        raise NoLedger(f"{name} is no commit, no ledger.json and no folder of a built site")
    return _of_commit(found.stdout.strip())


def _read(file: Path) -> dict:
    try:
        ledger = json.loads(file.read_text(encoding="utf-8"))
        statements(ledger)
    except (ValueError, KeyError, TypeError) as error:
        raise NoLedger(f"{file} is no ledger: {error}") from error
    return ledger


def _of_commit(commit: str) -> dict:
    """The ledger that this commit's own tools make."""
    kept = KEPT / f"{commit}.json"
    if not kept.is_file():
        print(f"==> Building the book of {commit[:12]}", file=sys.stderr)
        KEPT.mkdir(parents=True, exist_ok=True)
        tree = KEPT / commit
        subprocess.run(["git", "worktree", "add", "--detach", "--force", str(tree), commit], cwd=ROOT, check=True)
        try:
            subprocess.run(["make", "book"], cwd=tree, check=True, stdout=sys.stderr)
            shutil.copyfile(tree / "_build" / "html" / "ledger.json", kept)
        except subprocess.CalledProcessError as error:
            raise NoLedger(f"the book of {commit[:12]} does not build") from error
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", str(tree)], cwd=ROOT, check=True)
    return _read(kept)


def difference(before: dict, after: dict) -> dict[str, list[str]]:
    """Heading to lines; a heading without lines is left out."""
    one, two = statements(before), statements(after)
    found: dict[str, list[str]] = {
        "Removed": [_line(one[label]) for label in one if label not in two],
        "Added": [_line(two[label]) for label in two if label not in one],
    }
    both = [label for label in two if label in one]
    for heading, fields in (
        ("Another verdict", VERDICT), ("Another statement", STATEMENT), ("Told in another way", TOLD), ("Moved", PLACE),
    ):
        found[heading] = [
            f"{label}: {field} {_short(one[label].get(field))} → {_short(two[label].get(field))}"
            for label in both
            for field in fields
            if one[label].get(field) != two[label].get(field)
        ]
    return {heading: lines for heading, lines in found.items() if lines}


def _line(entry: dict) -> str:
    full = ", fully checked" if entry.get("fully_checked") else ""
    return f"{entry['label']} ({entry['status']}{full}): {_short(entry['latex'])}"


def _short(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    text = " ".join(text.split()) or "nothing"
    return text if len(text) <= 100 else text[:97] + "…"


def main(arguments: list[str] | None = None) -> int:
    """Print the difference; 1 if there is one and ``--exit-code`` is given, 2 if there is no ledger."""
    parser = argparse.ArgumentParser(description="What became of the book's statements between two builds.")
    parser.add_argument("before", help="a commit, a built site's folder, or its ledger.json")
    parser.add_argument("after", nargs="?", default=str(ROOT), help="likewise; by default the site built here")
    parser.add_argument("--exit-code", action="store_true", help="leave with 1 where anything differs")
    told = parser.parse_args(arguments)
    try:
        found = difference(of(told.before), of(told.after))
    except NoLedger as error:
        print(error, file=sys.stderr)
        return 2
    for heading, lines in found.items():
        print(f"{heading}: {len(lines)}", *lines, sep="\n  ", end="\n\n")
    if not found:
        print("The two ledgers say the same.")
    return int(bool(found) and told.exit_code)


if __name__ == "__main__":
    sys.exit(main())
