"""Writes the chapters' exercises as notebooks for a course, in the form that nbgrader takes.

    python tools/sheets.py                  build/sheets/source with solutions, build/sheets/release without
    python tools/sheets.py --students 30    for each number from 1 to 30 a folder besides, with slips of its own

Each exercise is: its text with folded hints; a locked cell with what it builds on; a cell to answer in, which holds the
chapter's wrong attempt; and a locked cell that is graded, whose points are the exercise's stars.
"""

from __future__ import annotations

import argparse
import ast
import re
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import address as addresses
import page_exercises
from page_exercises import ROOT, Exercise
from plain_markdown import Book, Converter
from twins import dump, install_cell, the_book

SLIP = re.compile(r"(find_the_slip\([^()]*,\s*)\d+(\s*\))")


def slug(title: str) -> str:
    """A title as a name that nbgrader takes."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def graded(name: str, part: str, *, grade: bool = False, solution: bool = False, points: int = 0, kind: str = "code") -> dict:
    """What nbgrader has to know of a cell: its schema, version 3."""
    found = {"schema_version": 3, "grade_id": f"{name}-{part}", "grade": grade, "solution": solution,
             "locked": not solution, "task": False, "cell_type": kind}
    return {**found, "points": points} if grade else found


def code(source: str, nbgrader: dict, hidden: bool = False) -> dict:
    """A code cell; a hidden one is folded."""
    metadata: dict = {"nbgrader": nbgrader}
    if nbgrader["locked"]:
        metadata |= {"deletable": False, "editable": False}
    if hidden:
        metadata |= {"jupyter": {"source_hidden": True}, "cellView": "form"}
    return {"cell_type": "code", "execution_count": None, "metadata": metadata, "outputs": [], "source": source}


def markdown(source: str, nbgrader: dict) -> dict:
    """A Markdown cell, locked."""
    return {"cell_type": "markdown", "metadata": {"nbgrader": nbgrader, "deletable": False, "editable": False}, "source": source}


def text_of(exercise: Exercise, converter: Converter) -> str:
    """The exercise as Markdown, its hints folded."""
    parts = [f"## {exercise.title[:1].upper()}{exercise.title[1:]} {'★' * exercise.stars}", converter.convert(exercise.text)]
    for count, hint in enumerate(exercise.hints, 1):
        title = f"Hint {count}" if len(exercise.hints) > 1 else "Hint"
        parts.append(f"<details>\n<summary>{title}</summary>\n\n{converter.convert(hint)}\n\n</details>")
    return "\n\n".join(parts)


def split(cell: str) -> tuple[list[str], ast.Call]:
    """The statements of a cell before its last one, and that last one, which checks an answer."""
    *before, last = ast.parse(cell).body
    lines = cell.splitlines()
    starts = [node.lineno for node in before] + [last.lineno]
    return ["\n".join(lines[a - 1:b - 1]).rstrip() for a, b in zip(starts, starts[1:])], last.value


def assigned(cell: str, call: ast.Call) -> str:
    """The answer that a check is given, under the name ``answer``."""
    source = ast.get_source_segment(cell, call.args[0])
    return f"answer = ({source})" if "\n" in source else f"answer = {source}"


def binds(statement: str) -> set[str]:
    """The names that a statement binds at its own level."""
    (node,) = ast.parse(statement).body
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return {node.name}
    return {name.id for name in ast.walk(node) if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)}


def cells_of(exercise: Exercise, converter: Converter, solved: bool) -> list[dict]:
    """The cells of one exercise, with its solution or with the attempt."""
    name = slug(exercise.title)
    *first, last = exercise.task
    posed, attempt = split(last)
    given, right = split(exercise.solution[-1])
    judge = attempt.func.value.id
    by_code = "code_exercise(" in "".join(exercise.task)
    fixed = [SLIP.sub(r"\1number\2", cell) for cell in first]
    if by_code:
        answer = ast.unparse(attempt.args[0])
        tried = "\n\n".join(posed)
        done = set().union(*map(binds, given))
        kept = "\n\n".join(part for part in posed if not binds(part) & done)
        solution = "\n\n".join(given)
    else:
        answer, kept = "answer", ""
        fixed += ["\n".join(posed)] if posed else []
        tried, solution = assigned(last, attempt), assigned(exercise.solution[-1], right)
        if any("find_the_slip(" in cell for cell in first):
            solution = f"answer = {judge}.line"
    if solved:
        own = "\n\n".join(filter(None, [kept, f"### BEGIN SOLUTION\n{solution}\n### END SOLUTION"]))
    else:
        own = tried
    found = [markdown(text_of(exercise, converter), graded(name, "text", kind="markdown"))]
    if exercise.needs:
        needed = "# @title What the exercise builds on\n" + "\n".join(exercise.needs)
        found.append(code(needed, graded(name, "needs"), hidden=True))
    found += [code(cell, graded(name, f"given-{count}"), hidden=by_code) for count, cell in enumerate(fixed, 1)]
    found.append(code(own, graded(name, "answer", solution=True)))
    test = f"verdict = {judge}.check({answer})\nprint(verdict)\nassert verdict, str(verdict)"
    found.append(code(test, graded(name, "test", grade=True, points=exercise.stars)))
    return found


def notebook(page: str, exercises: list[Exercise], book: Book, solved: bool, number: int = 0) -> str:
    """A page's exercises as a notebook; ``number``: the student's, which decides the slips."""
    converter = Converter(book, f"book/{page}")
    title = converter._inline(book.titles[f"book/{page}"])
    intro = f"# Exercises: {title}\n\nFrom *Diffusion, Derived*. [The chapter]({book.where.page(f'book/{page}')})."
    install = install_cell(book.where, [cell for e in exercises for cell in e.task + e.needs])
    cells = [markdown(intro, graded("sheet", "head", kind="markdown"))]
    cells.append(code(install["source"], graded("sheet", "install"), hidden=True))
    if any("find_the_slip(" in cell for e in exercises for cell in e.task):
        cells.append(code(f"number = {number}  # the student's: another number, other slips", graded("sheet", "number")))
    for exercise in exercises:
        cells += cells_of(exercise, converter, solved)
    return dump(cells)


def write(root: Path, target: Path, students: int = 0) -> list[Path]:
    """Write all notebooks; return their paths. A folder is an assignment, as nbgrader wants it."""
    book = the_book(root, addresses.read(root))
    shutil.rmtree(target, ignore_errors=True)
    written = []
    for path in sorted((root / "book").glob("0*.md")):
        exercises = page_exercises.read(path)
        if not exercises:
            continue
        sheets = {f"source/{path.stem}": (True, 0), f"release/{path.stem}": (False, 0)}
        sheets |= {f"students/{n}/{path.stem}": (False, n) for n in range(1, students + 1)}
        for folder, (solved, number) in sheets.items():
            place = target / folder / f"{path.stem}.ipynb"
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(notebook(path.stem, exercises, book, solved, number), encoding="utf-8")
            written.append(place)
    return written


def main(arguments: list[str] | None = None) -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=0, metavar="N", help="notebooks for the numbers 1 to N besides")
    parser.add_argument("--target", type=Path, default=ROOT / "build" / "sheets", help="the folder to write to")
    options = parser.parse_args(arguments)
    if options.students < 0:
        parser.error(f"--students takes a number from 0 on, not {options.students}")
    written = write(ROOT, options.target, options.students)
    print(f"wrote {len(written)} notebooks to {options.target}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
