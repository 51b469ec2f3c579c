"""Any cell of a chapter, run again after all of them, gives the same text.

A reader of a notebook runs it all, then goes back to a cell. What the cell takes from others must still be what it
was: a name that one cell takes from another means one thing in the chapter, and no cell changes another's object.
The first tests read that from the code of every cell; the last one runs the cells that need no training.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import random
from collections import defaultdict
from pathlib import Path

import pytest
from small_books import ROOT

import twins
from derivation_book.cells import read_page, statements
from derivation_book.page_runner import execute

FUNCTIONS = (ast.FunctionDef, ast.ClassDef, ast.Lambda)
LIBRARY = ROOT / "vdmlib"
CHAPTERS = twins.chapters(ROOT)
#: Run cell by cell in every `make test`: the quickest two. The rest takes minutes, and runs once a week.
QUICK = ("04", "09")


def meaning(name: str, source: str) -> str:
    """What a statement makes of a name: two statements with the same meaning may both bind it."""
    (node,) = ast.parse(source).body
    if isinstance(node, ast.Import):
        return next(a.name for a in node.names if name == (a.asname or a.name.split(".")[0]))
    if isinstance(node, ast.ImportFrom):
        whole = {a.asname or a.name: a.name for a in node.names}
        return f"{node.module}.{whole.get(name, name)}"
    if isinstance(node, ast.Assign):
        target, value = node.targets[0], node.value
        if isinstance(target, ast.Name):
            return ast.unparse(value)
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            return next((ast.unparse(v) for t, v in zip(target.elts, value.elts) if getattr(t, "id", "") == name), source)
    return ast.unparse(node)


def faults(cells: list[str]) -> list[str]:
    """Why some cell, run again after all of them, might not find what it found the first time."""
    bound: dict[str, dict[int, list[str]]] = defaultdict(dict)
    taken, changed, modules = defaultdict(set), defaultdict(set), set()
    later: dict[str, set[str]] = {}  # a function, and what it reads of its cell when it is called
    for number, source in enumerate(cells):
        own: set[str] = set()
        for part in statements(source, LIBRARY):
            if any(isinstance(node, FUNCTIONS) for node in ast.walk(ast.parse(part.source))):
                later |= dict.fromkeys(part.binds, part.reads)
            for name in part.reads - own:
                taken[name].add(number)
            for name in part.changes - own - part.binds:
                changed[name].add(number)
            for name in part.binds:
                bound[name].setdefault(number, []).append(meaning(name, part.source))
            own |= part.binds
            modules |= part.binds if part.imports else set()
    called = {name for name in later if taken[name]}
    while called:
        name = called.pop()
        for read in later.pop(name):
            taken[read] |= taken[name]
            called |= {read} & later.keys()
    found = [
        f"{name} means different things: cells {sorted(where)} bind it, cells {sorted(taken[name])} take it from there"
        for name, where in bound.items() if taken[name] and len(set(map(tuple, where.values()))) > 1
    ]
    return found + [
        f"{name} of cell {min(bound[name])} is changed by cells {sorted(changed[name])}"
        for name in bound.keys() - modules if changed[name]
    ]


def sources(chapter: Path) -> list[str]:
    """The code of a chapter's cells."""
    return [cell.source for cell in twins.notebook_of(chapter).cells if cell.cell_type == "code"]


@pytest.mark.parametrize("cells, told", [
    (["a = 1", "a + 1", "a = 2"], "a means different things: cells [0, 2] bind it, cells [1] take it"),
    (["a = 1", "a = a + 1"], "a means different things"),
    (["def f():\n    return a\na = 1", "a = 2\nf()"], "a means different things"),
    (["a = 1\ndef f():\n    return a", "f()\na = 2"], "a means different things"),
    (["a = 1\nf = lambda: a\ng = lambda: f()", "g()\na = 2"], "a means different things"),
    (["d = []", "d.append(1)"], "d of cell 0 is changed by cells [1]"),
    (["d = {}", "d['x'] = 1"], "d of cell 0 is changed by cells [1]"),
    (["d = {}", "d |= {1: 2}"], "d means different things"),
])
def test_what_a_second_run_would_change_is_found(cells, told):
    (found,) = faults(cells)
    assert found.startswith(told)


def test_what_a_second_run_leaves_alone_passes():
    assert not faults([
        "import numpy as np, os\nfrom vdmlib.derive import *",
        "from vdmlib.derive import Subs\nfor k in range(3):\n    np.append([], k)",
        "import numpy as np\na = [1]\na.append(2)\na = a[1:]",
        "[a for k in range(3)]\nSubs",
    ])


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_names_of_a_chapter_mean_one_thing(chapter):
    found = faults(sources(chapter))
    assert not found, "\n".join(found)


def text_of(value: object) -> object:
    """What a cell shows of a value: its text, and the records in it."""
    bundle = value._repr_mimebundle_() if hasattr(value, "_repr_mimebundle_") else {"text/plain": repr(value)}
    return json.loads(json.dumps(bundle))


def run(source: str, names: dict) -> list:
    """Run a cell; what it printed and showed, an error it ends with last."""
    shown: list = []
    printed = io.StringIO()
    names["display"] = lambda *values: shown.extend(map(text_of, values))
    with contextlib.redirect_stdout(printed):
        try:
            value = execute(source, "a cell", names)
            shown += [] if value is None else [text_of(value)]
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what the cell shows
            shown.append({"error": f"{type(error).__name__}: {error}"})
    return [printed.getvalue(), *shown]


@pytest.mark.parametrize("chapter", [
    pytest.param(path, marks=() if path.stem[:2] in QUICK else pytest.mark.weekly) for path in CHAPTERS
], ids=lambda path: path.stem)
def test_any_cell_again_gives_the_same_text(chapter):
    """The cells that need SymPy alone, all in order, then each again in an order drawn by chance."""
    names: dict = {"__name__": "__main__"}
    first: dict[str, list] = {}
    for cell in read_page(sources(chapter), LIBRARY):
        if cell.runs:
            first[cell.source] = run(cell.source, names)
        elif cell.part:
            run(cell.part, names)
    again = list(first)
    random.Random(chapter.stem).shuffle(again)
    differ = [source for source in again if run(source, names) != first[source]]
    assert not differ, "\n\n".join(differ)
    failed = {source: shown[-1]["error"] for source, shown in first.items() if shown[1:] and "error" in shown[-1]}
    assert not failed, "\n\n".join(f"{error}\n{source}" for source, error in failed.items())
    wrong = [source for source, mark in marks(chapter).items()
             if source in first and not first[source][-1]["text/plain"].startswith(mark)]
    assert not wrong, "\n\n".join(wrong)


def marks(chapter: Path) -> dict[str, str]:
    """What each attempt at an exercise, and each answer, must come out as: ✗ or ✓."""
    cells = [cell for cell in twins.notebook_of(chapter).cells
             if "exercise" in cell.metadata.get("tags", []) and ".check(" in cell.source]
    return {cell.source: "✓" if twins.is_answer(cell.metadata["tags"]) else "✗" for cell in cells}
