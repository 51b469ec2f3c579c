"""Which files of the library a page's results can come from, read from its imports alone.

A page that imports the engine depends on the whole engine. Of the rest of the library it depends on the modules
that its names live in and on what those import, inside functions too. Whatever cannot be read this way, such as a
bare ``import vdmlib`` or an import by a computed name, makes the page depend on every file.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

CELL = re.compile(r"^(?P<fence>`{3,})\{code-cell\}[^\n]*\n(?P<code>.*?)^(?P=fence)[ ]*$", re.S | re.M)
#: What no cell's result can come from; the last two are the engine's command and what is written of its versions.
SKIPPED = {"__pycache__", ".pytest_cache", ".ipynb_checkpoints", "command", "CHANGELOG.md"}
#: A folder that is one thing: its verdicts come from all of it.
ENGINE = "derive"


def every_file(library: Path, without: Path | None = None) -> set[Path]:
    """All files of the library, but for bytecode and ``without``."""
    return {
        path for path in library.rglob("*")
        if path.is_file() and path.suffix != ".pyc" and path != without
        and not set(path.relative_to(library).parts) & SKIPPED
    }


def of_page(text: str, library: Path, without: Path | None = None) -> set[Path]:
    """The files that the results of a page with this MyST text can come from."""
    everything = every_file(library, without)
    data = {path for path in everything if path.suffix != ".py" and ENGINE not in _parts(path, library)}
    try:
        modules = set().union(*(_imported(code, library) for code in cells(text)))
        found = _closure(modules, library)
    except (SyntaxError, Unreadable):
        return everything
    folder = library / ENGINE
    if any(folder in path.parents for path in found):
        found |= {path for path in everything if folder in path.parents}
    return (found | data) & everything


class Unreadable(Exception):
    """The imports do not tell what is used."""


def cells(text: str) -> list[str]:
    """The code of a page's cells, with the lines of their options dropped."""
    return [
        "\n".join(line for line in match["code"].splitlines() if not re.match(r":\w+:", line))
        for match in CELL.finditer(text)
    ]


def _parts(path: Path, library: Path) -> tuple[str, ...]:
    return path.relative_to(library).parts


def _public(library: Path) -> dict[str, str]:
    """Public name -> the module it lives in, from ``_PUBLIC`` in the package's own file."""
    tree = ast.parse((library / "__init__.py").read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "_PUBLIC":
            return {name: module for module, names in ast.literal_eval(node.value).items() for name in names}
    return {}


def _imported(code: str, library: Path) -> set[str]:
    """Dotted modules below the library that one cell imports."""
    package, found = library.name, set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name == package:
                    raise Unreadable
                if alias.name.startswith(package + "."):
                    found.add(alias.name.removeprefix(package + "."))
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module == package:
                homes = _public(library)
                for alias in node.names:
                    if alias.name == "*":
                        raise Unreadable
                    found.add(homes.get(alias.name, alias.name))
            elif node.module.startswith(package + "."):
                base = node.module.removeprefix(package + ".")
                found |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
    return found


def _files(module: str, library: Path) -> Iterator[Path]:
    """The file of a module, and the ``__init__`` of every package above it."""
    parts = module.split(".") if module else []
    for depth in range(len(parts) + 1):
        folder = library.joinpath(*parts[:depth])
        if (folder / "__init__.py").is_file():
            yield folder / "__init__.py"
    plain = library.joinpath(*parts).with_suffix(".py") if parts else None
    if plain and plain.is_file():
        yield plain


def _closure(modules: set[str], library: Path) -> set[Path]:
    """The files of the modules, and of all that these import from the library."""
    found: set[Path] = set()
    waiting = [path for module in ["", *modules] for path in _files(module, library)]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found.add(path)
        if path == library / "__init__.py":
            continue  # it imports by name, and the names are what was asked for
        waiting += [file for module in _relative(path, library) for file in _files(module, library)]
    return found


def _relative(path: Path, library: Path) -> set[str]:
    """Dotted modules of the library that a file of it imports."""
    parts = list(_parts(path, library))[:-1]
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in (
            "import_module", "__import__"
        ):
            raise Unreadable
        if isinstance(node, ast.ImportFrom) and (node.level or (node.module or "").startswith(library.name)):
            if node.level:
                above = parts[: len(parts) - node.level + 1]
                base = ".".join([*above, *([node.module] if node.module else [])])
            else:
                base = node.module.removeprefix(library.name).lstrip(".")
            homes = _public(library) if not base else {}
            for alias in node.names:
                found.add(homes.get(alias.name) or ".".join(filter(None, [base, alias.name])))
            found.add(base)
        elif isinstance(node, ast.Import) and any(a.name.split(".")[0] == library.name for a in node.names):
            raise Unreadable
    return found
