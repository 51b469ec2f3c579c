"""Executes one file in this process, and tells of each line and statement as it is made.

A statement of the file that raises is told of and the next one is executed, if it was the engine that refused it or a package
that is missing; any other error ends the cell, or the file.
"""

import ast
import codeop
import json
import os
import re
import sys
import time
import types
from pathlib import Path

from .. import budget as clock
from ..book.derivation import line_record
from ..book.watch import Watcher, remember, watched
from ..errors import DerivationError
from ..read.checking import in_words
from .rows import FAILS, of_error, of_line, of_reading, of_statement
from .sources import kind_of, read

__all__ = ["execute", "main"]

#: What makes a statement: where a part of a file with one of these is not executed, something is left unchecked.
MAKES = {"Derivation", "Identity", "Inequality", "Definition", "Assumption", "Refutation", "Numerical", "Cited",
         "equals", "at_least", "at_most"}  # fmt: skip
#: A `with` whose body is meant to raise.
MEANT = ("raises", "suppress", "assertRaises")


class Collector(Watcher):
    """Sends a row for each statement that is made, with its place in the file."""

    def __init__(self, send, mutants=False):
        self.send, self.mutants = send, mutants
        self.cells, self.caught, self.told = {}, {}, []  # told: the errors of lines that are kept
        self.begun = time.perf_counter()

    def enter(self, name, cell, tree):
        """A cell is to be executed, compiled under this name."""
        self.cells[name], self.caught[name] = cell, list(meant_to_raise(tree))

    def begin(self):
        self.begun = time.perf_counter()

    def made(self, statement, of=None, when=()):
        if of is None:
            self.tell(of_statement(statement))
            return
        found = of_line(statement, of)
        found["when"] += when
        if self.mutants:
            try:
                found["mutants"] = line_record(statement, of.label, of.title, "")["mutants"]
            except DerivationError as why:
                found |= dict(verdict="not proved", message=str(why))
        self.tell(found)

    def keeps(self, line, of):
        """A refused line stays, but where the file itself sees to its error."""
        caught = self.sees_to_it()
        if not caught:
            self.told.append(line.refused)
        self.tell(of_line(line, of), caught=caught)
        return not caught

    def judged(self, verdict):
        """A reading raises nothing: its lines are told of with its verdict."""
        if verdict.status != "proved":
            self.tell(of_reading(verdict), caught=self.sees_to_it())
        said = [*filter(None, [verdict.words]), *map(in_words, verdict.provided)]
        for of in verdict.derivations if verdict else ():
            for line in of.lines:
                self.made(line, of, said)

    def sees_to_it(self):
        """Whether the code which is being executed stands where the file itself sees to errors."""
        return any(first <= k <= last for name, k in frames(self.cells) for first, last in self.caught[name])

    def tell(self, found, place=None, caught=False):
        """Send a row, with where in the file it stands: `place`, or that of the code which is being executed."""
        name, inside = place or next(frames(self.cells), (None, 0))
        cell = self.cells.get(name)
        if cell:
            found |= dict(line=cell.line(inside), cell=cell.number, cell_line=inside)
            found["expected"] = found["verdict"] in FAILS and (caught or cell.expected_to_fail)
        now = time.perf_counter()
        found["seconds"], self.begun = round(now - self.begun, 4), now
        self.send(row=found)


def frames(names):
    """(name, line) of every call under way of code that was compiled under one of the names, the innermost first."""
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_filename in names:
            yield frame.f_code.co_filename, frame.f_lineno
        frame = frame.f_back


def meant_to_raise(tree):
    """(first, last line) of code whose errors the file itself sees to: in a try with handlers, or under `pytest.raises` and its like."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Try) and node.handlers or isinstance(node, ast.With) and any(
            isinstance(a, (ast.Name, ast.Attribute)) and getattr(a, "id", getattr(a, "attr", "")) in MEANT
            for item in node.items for a in ast.walk(item.context_expr)
        ):  # fmt: skip
            yield node.body[0].lineno, node.body[-1].end_lineno


class File:
    """One file on its way: its names, and what it did not get to make."""

    def __init__(self, path, send, mutants=False):
        self.path, self.send = path, send
        self.kind = kind_of(path)
        self.watcher = Collector(send, mutants)
        self.compile = codeop.Compile()
        self.module = types.ModuleType("__main__")
        self.names = self.module.__dict__
        self.names["__file__"] = str(path)
        if self.kind != "python":
            self.names["display"] = shows_nothing
        self.lost = {}  # name -> the line whose code would have made it; "*" for names that nobody knows

    def execute(self):
        for cell in read(self.path):
            for inside, words in cell.notes:
                self.note("note", cell, inside, words)
            if not self.cell(cell) and self.kind == "python":
                break

    def note(self, kind, cell, inside, words):
        if kind == "error" and cell.expected_to_fail:
            kind, words = "note", f"fails, as its tag says: {words}"
        self.send(note=dict(kind=kind, line=cell.line(inside), cell=cell.number, cell_line=inside, message=words))

    def cell(self, cell):
        """Execute a cell; whether it came to its end."""
        name = str(self.path) if cell.number is None else f"{self.path}, cell {cell.number}"
        try:
            tree = ast.parse(cell.source, name)
        except (SyntaxError, ValueError) as why:
            inside = getattr(why, "lineno", None) or 1
            self.note("error", cell, inside, f"{type(why).__name__}: {getattr(why, 'msg', why)}")
            return False
        self.watcher.enter(name, cell, tree)
        return all(self.statement(node, name, cell) for node in tree.body)

    def statement(self, node, name, cell):
        """Execute one statement at the top of a cell; whether the next one can be."""
        self.watcher.begin()
        if "*" in self.lost and makes(node):
            self.note("error", cell, node.lineno, f"not checked: any of its names may come from line {self.lost['*']}, which was passed over")
            self.lose(node, cell)
            return True
        try:
            exec(self.compile(ast.Module([node], []), name, "exec"), self.names)  # noqa: S102 the author's own file is what is asked for
            return True
        except SystemExit as why:
            self.note("note" if why.code in (None, 0) else "error", cell, node.lineno, f"the file ends itself here, with exit({why.code or 0})")
            raise
        except DerivationError as why:
            self.refused(why, node, name, cell)
        except ImportError as why:
            words = missing(why)
            if not words:
                return self.fails(why, node, name, cell)
            self.pass_over(node, cell, words)
        except NameError as why:
            lost = self.lost.get(getattr(why, "name", None), self.lost.get("*"))
            if lost is None:
                return self.fails(why, node, name, cell)
            self.pass_over(node, cell, f"{why.name} was to come from line {lost}")
        except Exception as why:  # noqa: BLE001 whatever the author's file raises is told of
            return self.fails(why, node, name, cell)
        self.lose(node, cell)
        return True

    def refused(self, why, node, name, cell):
        """The engine refuses a statement: a row if it is a verdict that was not told of yet, else an error."""
        if any(why is told for told in self.watcher.told):
            self.note("skipped", cell, node.lineno, f"passed over: it asks for line {why.failure.label}, which is refused")
            return
        inside = innermost(why, name) or node.lineno
        found = of_error(why)
        if found:
            self.watcher.tell(found, (name, inside))
        else:
            self.note("error", cell, inside, f"{type(why).__name__}: {why}")

    def fails(self, why, node, name, cell):
        self.note("error", cell, innermost(why, name) or node.lineno, f"{type(why).__name__}: {why}")
        self.lose(node, cell)
        return False

    def pass_over(self, node, cell, words):
        """A statement cannot be executed here: an error if something in it was to be checked."""
        if makes(node):
            self.note("error", cell, node.lineno, f"not checked: {words}")
        else:
            self.note("skipped", cell, node.lineno, f"passed over: {words}")

    def lose(self, node, cell):
        """What a statement would have bound or changed is lost to those after it: they must not go on with what was there before."""
        used = {a.id for a in ast.walk(node) if isinstance(a, ast.Name)}
        changed = {name for name in used if isinstance(self.names.get(name), (list, dict, set))}
        if isinstance(node, ast.ImportFrom) and node.module == "IPython.display":
            self.names |= {a.asname or a.name: shows_nothing for a in node.names}
            return
        for name in bound(node) | changed:
            self.names.pop(name, None)
            self.lost[name] = cell.line(node.lineno) or node.lineno


def shows_nothing(*shown, **how):
    """Stands for what of IPython shows things: nobody looks."""


def missing(why):
    """What to say of an ImportError of a package that is not installed, as that of `vdmlib.VAE` is too; empty for another."""
    named = re.match(r"Cannot import '(\w+)' with ", str(why))  # SymPy's, of what `lambdify` needs
    package = named[1] if named else (why.name or "").split(".")[0]
    if type(why) is ModuleNotFoundError or named:
        return "" if package in ("", "vdmlib") else f"{package} is not installed"
    return str(why) if isinstance(why.__cause__, ModuleNotFoundError) and package not in ("", "vdmlib") else ""


def makes(node):
    return any(getattr(a, "id", getattr(a, "attr", "")) in MAKES for a in ast.walk(node) if isinstance(a, (ast.Name, ast.Attribute)))


def bound(node):
    """The names that a statement binds; "*" among them if it takes all that a module has."""
    found = set()
    for a in ast.walk(node):
        if isinstance(a, ast.Name) and isinstance(a.ctx, ast.Store):
            found.add(a.id)
        elif isinstance(a, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(a.name)
        elif isinstance(a, ast.alias):
            found.add((a.asname or a.name).split(".")[0])
    return found


def innermost(why, name):
    """The line of a cell at which an error came out of it."""
    found, at = None, why.__traceback__
    while at is not None:
        if at.tb_frame.f_code.co_filename == name:
            found = at.tb_lineno
        at = at.tb_next
    return found


def execute(path, send, seconds=None, mutants=False):
    """Execute a file; `send(row=…)`, `send(note=…)` and at the end `send(end=True)` are called with what there is to tell."""
    if seconds:
        clock.SECONDS = seconds
    try:
        file = File(path, send, mutants)
        sys.modules["__main__"], sys.argv = file.module, [str(path)]
        folder = str(Path(path).resolve().parent)
        sys.path.insert(0, folder)
        if file.kind != "python":
            file.path = Path(path).resolve()
            os.chdir(folder)
        with watched(file.watcher):
            file.execute()
    except SystemExit:
        pass
    send(end=True)


def main(path, told, seconds, mutants, labels):
    """Execute a file in this process and write what there is to tell into the file `told`, one JSON object a line.

    labels: a JSON file of the labels in the files before this one, which it may refer to.
    """
    remember(*json.loads(Path(labels).read_text(encoding="utf-8")))
    with open(told, "a", encoding="utf-8") as out:
        def send(**what):
            out.write(json.dumps(what, ensure_ascii=False) + "\n")
            out.flush()

        execute(path, send, seconds, mutants)
