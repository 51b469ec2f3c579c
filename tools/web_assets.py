"""Copies what the site serves itself out of ``node_modules`` into ``build/static``.

The whole of MathJax that a page can ask for is taken: its fonts, the TeX extensions that it loads
on first use, and what its accessibility menu loads. Then a reader offline sees the same page.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import node
import pyodide_bundle

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "node_modules" / "mathjax" / "es5"
TARGET = ROOT / "build" / "static"

#: Files and folders below MathJax's ``es5``.
MATHJAX = (
    "tex-mml-chtml.js",
    "output/chtml/fonts/woff-v2",
    "input/tex/extensions",
    "output/svg.js",
    "output/svg/fonts/tex.js",
    "a11y",
    "sre/mathmaps/base.json",
    "sre/mathmaps/en.json",
)


def copy(source: Path, target: Path, names: tuple[str, ...]) -> int:
    """Copy files and folders, return their size in bytes.

    Raises FileNotFoundError where one is missing: the package changed its layout.
    """
    size = 0
    for name in names:
        origin = source / name
        if not origin.exists():
            raise FileNotFoundError(
                f"{origin} is missing: has 'npm ci' run, and is MathJax at version 3.2.2?"
            )
        for path in [origin] if origin.is_file() else sorted(origin.rglob("*")):
            if path.is_file():
                copied = target / path.relative_to(source)
                copied.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, copied)
                size += copied.stat().st_size
    return size


def main() -> int:
    """Make ``build/static`` anew and leave the stamp that the Makefile looks at."""
    shutil.rmtree(TARGET, ignore_errors=True)
    try:
        size = copy(SOURCE, TARGET / "mathjax", MATHJAX)
        python = pyodide_bundle.bundle(TARGET / "pyodide")
    except (FileNotFoundError, node.NodeError, pyodide_bundle.BundleError) as error:
        print(error, file=sys.stderr)
        return 1
    (TARGET / ".made").touch()
    print(f"==> MathJax is in {TARGET.relative_to(ROOT)} ({size / 1e6:.1f} MB)")
    print(f"==> Python for the page is beside it ({python / 1e6:.1f} MB)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
