"""Puts what the site serves itself into ``build/static``: Python for the page, out of ``node_modules``.

What sets formulas comes from ``node_modules`` too; the book's extension puts the part that pages need on the site.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import node
import pyodide_bundle

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "build" / "static"


def main() -> int:
    """Make ``build/static`` anew and leave the stamp that the Makefile looks at."""
    shutil.rmtree(TARGET, ignore_errors=True)
    try:
        size = pyodide_bundle.bundle(TARGET / "pyodide")
    except (FileNotFoundError, node.NodeError, pyodide_bundle.BundleError) as error:
        print(error, file=sys.stderr)
        return 1
    (TARGET / ".made").touch()
    print(f"==> Python for the page is in {TARGET.relative_to(ROOT)} ({size / 1e6:.1f} MB)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
