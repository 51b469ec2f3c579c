"""Runs the notebooks in a fresh environment, outside of the repository: what they do for a reader who has Python alone.

The environment holds a notebook runner and nothing of the book; with ``--lowest`` also the lowest versions of every
package that ``pyproject.toml`` allows. Each notebook's first cell installs what it needs, the library from a wheel of
this folder.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RUNNER = ("nbclient", "ipykernel")
#: What would lead the environment back to this repository, or to this machine's own settings.
LEFT_OUT = {"PYTHONPATH", "VIRTUAL_ENV", "IPYTHONDIR", "DIFFUSION_DERIVED_BOOK", "VDMLIB_WHEEL"}


def surroundings() -> dict[str, str]:
    """The variables that a command in the environment sees."""
    return {name: value for name, value in os.environ.items() if name not in LEFT_OUT}


def lowest(folder: Path) -> Path:
    """A list of the lowest versions that the library allows, for this Python."""
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if uv is None:
        raise SystemExit("--lowest needs uv, which the Makefile's own environment has: run 'make notebooks LOWEST=1'")
    found = folder / "lowest.txt"
    subprocess.run(
        [uv, "pip", "compile", str(ROOT / "pyproject.toml"), "--extra", "ode", "--extra", "data", "--resolution", "lowest-direct",
         "--python-version", "{}.{}".format(*sys.version_info), "--quiet", "--output-file", str(found)],
        check=True,
    )
    return found


def environment(folder: Path, *needed: str) -> Path:
    """The Python of a fresh environment below ``folder``, with a notebook runner and what else pip is told."""
    home = folder / "environment"
    venv.create(home, with_pip=True)
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    subprocess.run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *RUNNER, *needed],
                   cwd=folder, env=surroundings(), check=True)
    return python


def main() -> int:
    """Run the notebooks named, or all of them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lowest", action="store_true", help="with the lowest versions that are allowed")
    parser.add_argument("notebooks", nargs="*", type=Path, help="all in book/, where none is named")
    options = parser.parse_args()
    notebooks = [str(path.resolve()) for path in options.notebooks]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        python = environment(folder, *(["-r", str(lowest(folder))] if options.lowest else []))
        return subprocess.run([str(python), str(ROOT / "tools" / "run_twins.py"), *notebooks],
                              cwd=folder, env=surroundings(), check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
