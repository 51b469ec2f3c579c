"""Which files of the library a page's results can come from, read from its imports alone.

A page that imports the engine depends on the whole engine. Of the rest of the library it depends on the modules
that its names live in and on what those import, inside functions too. Whatever cannot be read this way, such as a
bare ``import vdmlib`` or an import by a computed name, makes the page depend on every file.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache
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
    found, asked = set[Path](), {"", *modules}
    waiting = list(asked)
    while waiting:
        for path in set(_files(waiting.pop(), library)) - found:
            found.add(path)
            if path == library / "__init__.py":
                continue  # it imports by name, and the names are what was asked for
            further = _relative(path, library) - asked
            asked |= further
            waiting += further
    return found


def _relative(path: Path, library: Path) -> set[str]:
    """Dotted modules of the library that a file of it imports."""
    asked = _asked_for(path.read_text(encoding="utf-8"), _parts(path, library)[:-1], library.name)
    homes = {} if all(base for base, _ in asked) else _public(library)
    return {base for base, _ in asked} | {
        homes[name] if not base and name in homes else ".".join(filter(None, [base, name])) for base, name in asked
    }


@lru_cache(maxsize=1024)  # every page asks it of nearly every file
def _asked_for(text: str, folders: tuple[str, ...], package: str) -> frozenset[tuple[str, str]]:
    """What a file in these folders of the package imports from it: pairs of a dotted module and a name."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in (
            "import_module", "__import__"
        ):
            raise Unreadable
        if isinstance(node, ast.ImportFrom) and (node.level or (node.module or "").startswith(package)):
            if node.level:
                above = folders[: len(folders) - node.level + 1]
                base = ".".join([*above, *([node.module] if node.module else [])])
            else:
                base = node.module.removeprefix(package).lstrip(".")
            found |= {(base, alias.name) for alias in node.names}
        elif isinstance(node, ast.Import) and any(a.name.split(".")[0] == package for a in node.names):
            raise Unreadable
    return frozenset(found)
