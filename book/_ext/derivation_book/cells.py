"""Decides which code cells of a page can run in the reader's browser, and what each builds on.

There is SymPy in the browser and no NumPy, so a cell runs there if all that it imports and all that
it names is to be had there. This is read from the code alone; nothing is executed. Of a cell that
mixes both worlds, such as a chapter's set-up cell, the statements that can run are kept for the
cells that build on them.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import symtable
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from .page_runner import changed_names

ENGINE = "vdmlib.derive"
#: Modules that a cell in the page may import, with all that lies below them.
IMPORTABLE = (
    ENGINE, "sympy", "mpmath", "collections", "dataclasses", "fractions", "functools", "itertools",
    "math", "operator", "random", "string", "textwrap",
)
#: Names that the page has of modules that it lacks otherwise.
PROVIDED = {"vdmlib": {"derive"}, "IPython.display": {"display"}}
#: Methods and functions that need NumPy when they are called.
NEEDS_NUMPY = {"function", "lambdify"}
#: What makes or checks an exercise: readers use it most.
EXERCISES = {"exercise", "find_the_slip", "check"}
KNOWN = {*dir(builtins), "display", "__name__"}


@dataclass
class Statement:
    """One statement at the top of a cell: its lines, and the names that it reads, binds, changes."""

    source: str
    reads: set[str]
    binds: set[str]
    changes: set[str]
    imports: bool
    obstacle: str = ""


@dataclass
class Cell:
    """One code cell: what runs of it in the page, and the cells before it that this needs."""

    source: str
    #: The source that runs when a later cell needs this one; empty if nothing of it can.
    part: str = ""
    #: Indices of the cells to run first, in order.
    needs: list[int] = field(default_factory=list)
    #: Why the whole cell cannot run in the page; empty if it can.
    obstacle: str = ""
    exercise: bool = False

    @property
    def runs(self) -> bool:
        """Whether the whole cell runs in the page."""
        return not self.obstacle


def public_names(module: str, library: Path) -> set[str]:
    """What ``from module import *`` brings; the engine's list is read from its file."""
    if module == ENGINE:
        path = library / "derive" / "__init__.py"
        tree = ast.parse(path.read_text(encoding="utf-8")) if path.is_file() else ast.Module([], [])
        for node in tree.body:
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__":
                return set(ast.literal_eval(node.value))
        return set()
    found = importlib.import_module(module)
    return set(getattr(found, "__all__", None) or (n for n in dir(found) if not n.startswith("_")))


def importable(module: str) -> bool:
    """Whether the page has a module."""
    return any(module == name or module.startswith(name + ".") for name in IMPORTABLE)


def foreign_import(node: ast.AST) -> str:
    """The name of a module that the page lacks, empty if the statement imports none."""
    if isinstance(node, ast.Import):
        return next((alias.name for alias in node.names if not importable(alias.name)), "")
    if isinstance(node, ast.ImportFrom):
        module = "." * node.level + (node.module or "")
        if PROVIDED.get(module, set()) >= {alias.name for alias in node.names}:
            return ""
        return "" if importable(module) else module
    return ""


def obstacle_in(node: ast.stmt) -> str:
    """Why a statement cannot run in the page, as far as it alone tells; empty if it can."""
    for inner in ast.walk(node):
        module = foreign_import(inner)
        if module:
            return f"imports {module}"
        if isinstance(inner, ast.Call):
            name = getattr(inner.func, "attr", getattr(inner.func, "id", ""))
            if name in NEEDS_NUMPY:
                return f"{name}(…) needs NumPy"
    return ""


def names_of(node: ast.stmt) -> tuple[set[str], set[str]]:
    """The names of the cell's own level that a statement reads, and those that it binds.

    What a loop or a function binds for its own use is not among those it reads.
    """
    top = symtable.symtable(ast.unparse(node), "cell", "exec")
    reads = {s.get_name() for s in top.get_symbols() if s.is_referenced()}
    binds = {s.get_name() for s in top.get_symbols() if s.is_assigned() or s.is_imported()}

    def inside(table: symtable.SymbolTable) -> None:
        for symbol in table.get_symbols():
            if symbol.is_global() and symbol.is_referenced():
                reads.add(symbol.get_name())
            if symbol.is_declared_global() and symbol.is_assigned():
                binds.add(symbol.get_name())
        for child in table.get_children():
            inside(child)

    for child in top.get_children():
        inside(child)
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        reads.add(node.target.id)
    elif not isinstance(node, (ast.Assign, ast.AnnAssign, ast.Expr)):
        # A loop's variable, a function's own name: bound before it is read.
        reads -= binds
    return reads, binds


def source_of(node: ast.stmt, cell: str) -> str:
    """The lines of a statement, its comment with them."""
    first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
    return "\n".join(cell.splitlines()[first - 1:node.end_lineno])


def statements(cell: str, library: Path) -> list[Statement]:
    """A cell's statements. Raises SyntaxError where it is not plain Python, as with ``%magic``."""
    tree = ast.parse(cell)
    lines = [line for node in tree.body for line in (node.lineno, node.end_lineno)]
    found = []
    for node in tree.body:
        reads, binds = names_of(node)
        obstacle = obstacle_in(node)
        if isinstance(node, ast.ImportFrom) and node.names[0].name == "*" and not obstacle:
            binds = public_names(node.module or "", library)
        shared = lines.count(node.lineno) > 1 + (node.lineno == node.end_lineno) \
            or lines.count(node.end_lineno) > 1 + (node.lineno == node.end_lineno)
        found.append(Statement(
            ast.unparse(node) if shared else source_of(node, cell), reads, binds,
            changed_names(node), isinstance(node, (ast.Import, ast.ImportFrom)), obstacle,
        ))
    return found


def calls_exercise(cell: str) -> bool:
    """Whether the cell makes an exercise or checks an answer."""
    return any(
        isinstance(node, ast.Call)
        and getattr(node.func, "attr", getattr(node.func, "id", "")) in EXERCISES
        for node in ast.walk(ast.parse(cell))
    )


def read_page(sources: Iterable[str], library: Path) -> list[Cell]:
    """What runs in the browser of a page's code cells, in order.

    sources: the code of every cell. library: the folder ``vdmlib``, for the engine's names.
    """
    #: name -> the cells that make it what it is; None if it comes from outside of the page's reach.
    origin: dict[str, set[int] | None] = {}
    cells: list[Cell] = []
    for index, source in enumerate(sources):
        cell = Cell(source)
        cells.append(cell)
        try:
            parts = statements(source, library)
        except SyntaxError as error:
            cell.obstacle = f"is not plain Python: {error.msg}"
            continue
        cell.exercise = calls_exercise(source)
        bound_here = set().union(*(part.binds for part in parts)) if parts else set()
        kept, needed, imported = [], set(), False
        for part in parts:
            functions = part.source.lstrip().startswith(("def ", "class ", "@"))
            reads = part.reads - (bound_here if functions else set())
            unknown = sorted(n for n in reads if origin.get(n) is None and n not in KNOWN
                             or n in origin and origin[n] is None)
            why = part.obstacle or (f"uses {unknown[0]}" if unknown else "")
            if why:
                cell.obstacle = cell.obstacle or why
                for name in part.binds | (part.changes & set(origin)):
                    origin[name] = None
                continue
            kept.append(part)
            imported = imported or part.imports
            needed |= set().union(*(origin[n] or set() for n in reads if n in origin)) - {index}
            for name in part.binds:
                origin[name] = {index}
            for name in part.changes & set(origin):
                origin[name] = (origin[name] or set()) | {index}
        for earlier in sorted(needed):
            needed |= set(cells[earlier].needs)
        cell.needs = sorted(needed)
        cell.part = source if cell.runs else "\n".join(
            part.source for part in kept if part.imports or part.binds or part.changes
        )
    return cells
