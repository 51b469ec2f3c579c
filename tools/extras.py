"""What a chapter's notebook needs beyond the library's own dependencies, read from the code of both.

The library imports an optional package only where it is used. A chapter that names something from such a file, or
imports the package itself, needs what the package's extra in ``pyproject.toml`` lists.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

LIBRARY = "vdmlib"
#: The extras that a notebook may need; the others are for building and testing the book.
FOR_READERS = ("data", "ode")


def requirements(root: Path) -> dict[str, str]:
    """Each optional package that a notebook may need -> its requirement, as ``diffrax>=0.7``."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project.get("optional-dependencies", {})
    listed = [line for extra in FOR_READERS for line in extras.get(extra, ())]
    return {re.match(r"[\w.-]+", line)[0]: line for line in listed}


def imports(tree: ast.AST) -> Iterable[tuple[int, str, str]]:
    """Level, module and name of all that the code imports, at its top or within."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((0, alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.level, node.module or "", alias.name) for alias in node.names)


def needs_of_names(root: Path) -> dict[str, set[str]]:
    """Each function or class of the library -> the optional packages that its file imports, itself or through another."""
    optional = requirements(root)
    files = {path: ast.parse(path.read_text(encoding="utf-8"))
             for path in (root / LIBRARY).rglob("*.py") if path.name != "__init__.py"}
    needs = {path: {module.split(".")[0] for level, module, _ in imports(tree) if not level} & optional.keys()
             for path, tree in files.items()}
    grown = True
    while grown:
        grown = False
        for path, tree in files.items():
            for level, module, name in imports(tree):
                if level:
                    folder = path.parents[level - 1]
                    for other in (folder.joinpath(*module.split(".")), folder.joinpath(*module.split("."), name)):
                        more = needs.get(other.with_suffix(".py"), set()) - needs[path]
                        needs[path] |= more
                        grown = grown or bool(more)
    return {node.name: needs[path] for path, tree in files.items() for node in tree.body
            if needs[path] and isinstance(node, (ast.FunctionDef, ast.ClassDef))}


def needed(cells: Iterable[str], root: Path) -> dict[str, str]:
    """What a notebook of these cells must install besides the library: package -> requirement."""
    names, optional, found = needs_of_names(root), requirements(root), set()
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
