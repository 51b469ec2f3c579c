"""Kills fifty training runs, and keeps what became of them in ``book/_data/faults.json`` for the provenance page.

It runs the weekly test of ``tests/library/test_faults.py``, which says what is done; the exit status is that test's.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "book" / "_data" / "faults.json"
TEST = "tests/library/test_faults.py::test_killed_at_any_time_a_run_comes_to_the_same_weights[50]"


def main() -> int:
    """Run the test and keep the line that it prints."""
    command = [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", "--weekly", TEST]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    print(done.stdout)
    if done.returncode == 0:
        line = next(line[line.index("{"):] for line in done.stdout.splitlines() if '"killed"' in line)
        RESULTS.write_text(line + "\n", encoding="utf-8")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
