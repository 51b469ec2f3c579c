"""Reads the exercises of a chapter's MyST file, and the code of the chapter that each of them needs.

An exercise is an admonition of class ``exercise`` at the end of a text, the cells tagged ``exercise`` that follow, its
hints and its answer (folded admonitions), and the hidden cells that solve it.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
for folder in (ROOT / "tools", ROOT / "book" / "_ext"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

from derivation_book.cells import statements  # noqa: E402
from twins import notebook_of  # noqa: E402

FOLDED = re.compile(r"^(:{3,})\{admonition\} *([^\n]*)\n((?::[\w-]+:[^\n]*\n)*)(.*?)\n\1$", re.M | re.S)
HEAD = re.compile(r"^Exercise *(★{0,3}):? *(.*)$")


@dataclass
class Exercise:
    """One exercise of a page, as written: texts are MyST, cells are Python."""

    page: str
    title: str
    stars: int
    text: str
    task: list[str] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    answer: str = ""
    solution: list[str] = field(default_factory=list)
    #: The statements of the page before it that its cells build on, in order.
    needs: list[str] = field(default_factory=list)


def read(path: Path) -> list[Exercise]:
    """The exercises of a page, in its order."""
    found: list[Exercise] = []
    page: list = []  # the statements of the page so far that are no exercise's
    current: Exercise | None = None
    for cell in notebook_of(path).cells:
        tags = cell.metadata.get("tags", [])
        if cell.cell_type == "markdown":
            for _, title, options, body in FOLDED.findall(cell.source):
                kinds = options.split()
                if "exercise" in kinds:
                    head = HEAD.match(title)
                    current = Exercise(path.stem, head[2], len(head[1]), body)
                    found.append(current)
                elif current and "hint" in kinds:
                    current.hints.append(body)
                elif current and "dropdown" in kinds:
                    current.answer = body
            continue
        if cell.cell_type != "code":
            continue
        if "exercise" in tags and current:
            if not current.task:
                earlier = [*page]
            own = current.solution if "hide-cell" in tags else current.task
            own.append(cell.source)
            code = "\n".join(current.task + current.solution)
            current.needs = [part.source for part in needed(earlier, code)]
        else:
            current = None
            page.extend(statements(cell.source, ROOT / "vdmlib"))
    return found


def needed(before: list, code: str) -> list:
    """The statements among ``before`` that the code builds on: backwards, from the names that it reads."""
    parts = statements(code, ROOT / "vdmlib")
    wanted, bound = set(), set()
    for part in parts:
        wanted |= part.reads - bound
        bound |= part.binds
    kept = []
    for part in reversed(before):
        # An import brings names that nothing replaces; what binds a wanted name ends the search for it.
        if part.binds & wanted:
            kept.append(part)
            if not part.imports:
                wanted -= part.binds
            wanted |= part.reads
        elif part.changes & wanted:
            kept.append(part)
            wanted |= part.reads
    return kept[::-1]
