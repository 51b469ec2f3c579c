"""Leaves a picture of Python's memory with SymPy and the engine imported on the site: ``_static/pyodide/snapshot.bin``.

A page starts from it in a fraction of the time that the imports take. It is taken under Node, from the very files that the
site serves, and kept in ``build/cache`` under a hash of them, as taking it needs some ten seconds.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pyodide_bundle

NAME = "snapshot.bin"
FOLDER = "_static/pyodide"
TOOLS = pyodide_bundle.ROOT / "tools"
#: What it is taken with, beside the files of the site.
MAKERS = (
    TOOLS / "pyodide_snapshot.mjs", TOOLS / "pyodide_warm.py", pyodide_bundle.ROOT / "book" / "_static" / "python-start.mjs",
)
SOURCES = (*pyodide_bundle.RUNTIME, pyodide_bundle.LIBRARIES, "engine.zip")


def key(folder: Path) -> str:
    """A hash of everything that the picture depends on."""
    digest = hashlib.sha256()
    for path in (*(folder / name for name in SOURCES), *MAKERS):
        digest.update(f"{path.name}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:20]


def take(folder: Path, target: Path) -> None:
    """Take the picture from the files in ``folder``; two runs write the same bytes.

    Raises BundleError with Node's words where that fails.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    pyodide_bundle.by_node(MAKERS[0], pyodide_bundle.PYODIDE, folder, target, "Python's memory could not be kept")


def put(site: Path, cache: Path = pyodide_bundle.CACHE) -> Path | None:
    """Leave the picture on a built site, from the cache where nothing changed; None where the site has no Python."""
    folder = site / FOLDER
    if not all((folder / name).is_file() for name in SOURCES):
        return None
    words = "Keeping Python's memory with the engine imported, for the page: some ten seconds"
    kept = pyodide_bundle.cached(cache, NAME, key(folder), words, lambda made: take(folder, made))
    shutil.copyfile(kept, folder / NAME)
    return folder / NAME
