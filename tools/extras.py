"""What a chapter's notebook needs beyond the engine's own dependencies, read from the code of both.

All of the library but the engine needs the extra ``train``. Of the other extras the library imports a package only where
it is used: a chapter that names something from such a file, or imports the package itself, needs what its extra in
``pyproject.toml`` lists.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

LIBRARY = "vdmlib"
#: The engine, which needs no extra.
ENGINE = "derive"
#: The extra that all of the library but the engine needs.
TRAIN = "train"
#: The extras that a notebook may need besides; the others are for building and testing the book.
FOR_READERS = ("data", "ode")
#: Where a package is imported by another name than it is installed by.
IMPORTED_AS = {"orbax-checkpoint": "orbax", "scikit-learn": "sklearn"}


def requirements(root: Path, *extras: str) -> dict[str, str]:
    """Each package of these extras -> its requirement, as ``diffrax>=0.7``; of other extras of the library nothing."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    given = project.get("optional-dependencies", {})
    listed = [line for extra in extras for line in given.get(extra, ()) if not line.startswith(f"{LIBRARY}[")]
    return {re.match(r"[\w.-]+", line)[0]: line for line in listed}


def trains(cells: Iterable[str], root: Path) -> bool:
    """Whether a notebook of these cells needs more than the engine: another part of the library, or a package of the extra."""
    packages = {IMPORTED_AS.get(name, name) for name in requirements(root, TRAIN)}
    for source in cells:
        try:
            tree = ast.parse(source)
        except SyntaxError:  # a magic
            continue
        for level, module, name in imports(tree):
            top, _, below = module.partition(".")
            if top in packages or top == LIBRARY and (below or name).split(".")[0] != ENGINE and not level:
                return True
    return False


def imports(tree: ast.AST) -> Iterable[tuple[int, str, str]]:
    """Level, module and name of all that the code imports, at its top or within."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((0, alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.level, node.module or "", alias.name) for alias in node.names)


@cache  # the same for every notebook
def of_file(source: str) -> tuple[list[tuple[int, str, str]], list[str]]:
    """What the code of a file imports, and the functions and classes that it has."""
    tree = ast.parse(source)
    return list(imports(tree)), [node.name for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))]


def needs_of_names(root: Path) -> dict[str, set[str]]:
    """Each function or class of the library -> the optional packages that its file imports, itself or through another."""
    optional = requirements(root, *FOR_READERS)
    files = {path: of_file(path.read_text(encoding="utf-8"))
             for path in (root / LIBRARY).rglob("*.py") if path.name != "__init__.py"}
    needs = {path: {module.split(".")[0] for level, module, _ in imported if not level} & optional.keys()
             for path, (imported, _) in files.items()}
    grown = True
    while grown:
        grown = False
        for path, (imported, _) in files.items():
            for level, module, name in imported:
                if level:
                    folder = path.parents[level - 1]
                    for other in (folder.joinpath(*module.split(".")), folder.joinpath(*module.split("."), name)):
                        more = needs.get(other.with_suffix(".py"), set()) - needs[path]
                        needs[path] |= more
                        grown = grown or bool(more)
    return {name: needs[path] for path, (_, defined) in files.items() if needs[path] for name in defined}


def needed(cells: Iterable[str], root: Path) -> dict[str, str]:
    """What a notebook of these cells must install besides the library: package -> requirement."""
    names, optional, found = needs_of_names(root), requirements(root, *FOR_READERS), set()
    for source in cells:
        try:
            tree = ast.parse(source)
        except SyntaxError:  # a magic
            continue
        for _, module, name in imports(tree):
            top = module.split(".")[0]
            if top == LIBRARY:
                found |= names.get(name, set())
            elif top in optional:
                found.add(top)
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == LIBRARY:
                found |= names.get(node.attr, set())
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):  # sampler="probability_flow"
                found |= names.get(node.value, set())
    return {name: optional[name] for name in sorted(found)}
