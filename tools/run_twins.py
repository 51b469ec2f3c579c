"""Runs the Colab notebooks with the Python that runs this script, outside of the repository.

Meant for Colab's own image, where it shows that a reader's click works. The notebooks install the
library from a wheel of this folder, and must leave the JAX that they found alone.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

#: The variable that names a wheel to the notebooks' first cell, in place of the repository.
WHEEL = "VDMLIB_WHEEL"
#: What a runtime has already and must keep.
KEPT = ("jax", "jaxlib", "numpy")
CELL_SECONDS = 900


def make_wheel(folder: Path) -> Path:
    """A wheel of the library as it stands in this folder."""
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder),
         str(ROOT)],
        check=True,
    )
    return next(folder.glob("vdmlib-*.whl"))


def installed() -> dict[str, str | None]:
    """The version of each package that must be kept, None where it is not installed."""
    found = {}
    for name in KEPT:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = None
    return found


def run(notebook: Path, folder: Path) -> None:
    """Execute one notebook in ``folder``; raises CellExecutionError where a cell fails."""
    import nbformat
    from nbclient import NotebookClient

    copied = folder / notebook.name
    shutil.copyfile(notebook, copied)
    content = nbformat.read(copied, as_version=4)
    NotebookClient(
        content, timeout=CELL_SECONDS, kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
    ).execute()


def passes(notebook: Path, folder: Path) -> bool:
    """Run one notebook and say how it went; the others are run whatever becomes of it."""
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    print(f"==> {notebook.name}", flush=True)
    begun = time.monotonic()
    try:
        run(notebook.resolve(), folder)
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        print(f"    failed after {time.monotonic() - begun:.0f} s\n{error}", flush=True)
        return False
    print(f"    passed in {time.monotonic() - begun:.0f} s", flush=True)
    return True


def main() -> int:
    """Run the notebooks named, or all of them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", nargs="*", type=Path, help="all in book/, where none is named")
    notebooks = parser.parse_args().notebooks or sorted((ROOT / "book").glob("*.ipynb"))
    if not notebooks:
        print("There is no notebook in book/: run 'make twins'", file=sys.stderr)
        return 1
    before = installed()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ[WHEEL] = str(make_wheel(folder))
        # The folder's own copy of the library must not stand in for the installed one.
        os.environ.pop("PYTHONPATH", None)
        failed = [notebook.name for notebook in notebooks if not passes(notebook, folder)]
    if failed:
        print(f"{len(failed)} of {len(notebooks)} notebooks failed: {', '.join(failed)}", file=sys.stderr)
        return 1
    after = installed()
    for package, had in before.items():
        if had is not None and after[package] != had:
            print(f"The notebooks replaced {package} {had} by {after[package]}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
