"""Puts Python for the page into ``build/static/pyodide``: Pyodide's files, and SymPy in one zip.

SymPy and mpmath are those of the project's own ``.venv``. They are compiled by Pyodide's Python
under Node, because bytecode fits one version of Python only. Compiling takes half a minute, so the
zip is kept in ``build/cache`` under a hash of all that it is made from.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import node

ROOT = Path(__file__).resolve().parents[1]
PYODIDE = ROOT / "node_modules" / "pyodide"
TARGET = ROOT / "build" / "static" / "pyodide"
CACHE = ROOT / "build" / "cache"
COMPILER = (ROOT / "tools" / "pyodide_compile.mjs", ROOT / "tools" / "pyodide_compile.py")

#: What a browser fetches to start Python, from the ``pyodide`` package.
RUNTIME = (
    "pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json",
)
#: The zip that is made here, beside the runtime.
LIBRARIES = "sympy.zip"
PACKAGES = ("sympy", "mpmath")
#: Folders left out: tests, and parts of SymPy that nothing else of it imports at the start.
LEFT_OUT = {"tests", "benchmarks", "__pycache__"}
UNUSED = ("sympy/physics/", "sympy/parsing/autolev/", "sympy/parsing/latex/")


class BundleError(RuntimeError):
    """Something that the bundle is made from is missing, or does not compile."""


def sources(site: Path) -> Iterator[tuple[str, Path]]:
    """Name in the zip and path of every file that goes in: modules and licences, sorted by name.

    Raises BundleError where a package is not installed in ``site``.
    """
    found = {}
    for package in PACKAGES:
        if not (site / package / "__init__.py").is_file():
            raise BundleError(f"{package} is not installed in {site}: has 'make setup' run?")
        licences = [path for path in site.glob(f"{package}-*.dist-info/**/LICENSE*") if path.is_file()]
        for path in [*(site / package).rglob("*.py"), *licences]:
            name = path.relative_to(site).as_posix()
            if not LEFT_OUT & set(name.split("/")) and not name.startswith(UNUSED):
                found[name] = path
    yield from sorted(found.items())


def key(files: list[tuple[str, Path]], pyodide: Path) -> str:
    """A hash of everything that the zip of bytecode depends on."""
    digest = hashlib.sha256()
    # Pyodide's package.json holds its version, and with it that of its Python.
    for name, path in [*files, *((p.name, p) for p in (pyodide / "package.json", *COMPILER))]:
        content = path.read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:20]


def compile_sources(files: list[tuple[str, Path]], pyodide: Path, target: Path) -> None:
    """Write a zip of bytecode; two runs with the same sources write the same bytes.

    Raises BundleError with Node's words where that fails.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as plain:
        for name, path in files:
            plain.writestr(name, path.read_bytes())
    given = target.with_suffix(".sources")
    given.write_bytes(data.getvalue())
    try:
        by_node(COMPILER[0], pyodide, given, target, "Pyodide could not compile SymPy")
    finally:
        given.unlink(missing_ok=True)


def by_node(script: Path, pyodide: Path, given: Path, target: Path, failing: str) -> None:
    """Let a script under Node make ``target`` of what is given.

    Raises BundleError, in the words of ``failing`` and of Node, where that fails.
    """
    made = target.with_suffix(".new")
    command = [*node.command("node"), *map(str, (script, pyodide, given, made))]
    try:
        done = subprocess.run(command, env={**os.environ, "NODE_NO_WARNINGS": "1"}, capture_output=True, text=True)
        if done.returncode or not made.is_file():
            raise BundleError(f"{failing}:\n{done.stderr or done.stdout}")
        made.replace(target)  # only a whole file gets the name that counts as made
    finally:
        made.unlink(missing_ok=True)


def cached(cache: Path, name: str, key: str, words: str, make: Callable[[Path], None]) -> Path:
    """``name`` as it was made under this key; else it is made, with a word, and takes the place of older ones."""
    stem, _, suffix = name.rpartition(".")
    kept = cache / f"{stem}-{key}.{suffix}"
    if not kept.is_file():
        print(f"==> {words}", flush=True)
        make(kept)
        for old in cache.glob(f"{stem}-*.{suffix}"):
            if old != kept:
                old.unlink()
    return kept


def libraries(site: Path, pyodide: Path, cache: Path) -> Path:
    """The zip with SymPy and mpmath, taken from the cache where nothing changed."""
    files = list(sources(site))
    words = "Compiling SymPy for the page: half a minute, the first time"
    return cached(cache, LIBRARIES, key(files, pyodide), words, lambda kept: compile_sources(files, pyodide, kept))


def bundle(target: Path = TARGET, site: Path | None = None) -> int:
    """Fill ``target`` with all that starts Python in a page, and return its size in bytes.

    Raises BundleError where a file is missing or SymPy does not compile.
    """
    site = site or Path(sysconfig.get_paths()["purelib"])
    missing = [name for name in RUNTIME if not (PYODIDE / name).is_file()]
    if missing:
        raise BundleError(f"{', '.join(missing)} missing in {PYODIDE}: has 'npm ci' run?")
    made = libraries(site, PYODIDE, CACHE)
    target.mkdir(parents=True, exist_ok=True)
    for name in RUNTIME:
        shutil.copyfile(PYODIDE / name, target / name)
    shutil.copyfile(made, target / LIBRARIES)
    return sum(path.stat().st_size for path in target.iterdir())


def main() -> int:
    """Make the bundle alone."""
    try:
        size = bundle()
    except (node.NodeError, BundleError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"==> Python for the page is in {TARGET.relative_to(ROOT)} ({size / 1e6:.1f} MB)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
