"""A file as cells of Python, with the place of each line in the file: Python, Jupyter notebooks, Markdown.

Of a Markdown page those blocks are code that its own tool executes: `{code-cell}` of MyST if there is one, else `{python}`
of Quarto and R Markdown, else plain ```python fences.
"""

import ast
import json
import re
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Cell", "Unreadable", "SUFFIXES", "kind_of", "read"]

SUFFIXES = {".py": "python", ".ipynb": "notebook", ".md": "markdown", ".markdown": "markdown", ".qmd": "markdown", ".rmd": "markdown"}
FENCE = re.compile(r"^(?P<indent>[ \t]*)(?P<fence>`{3,}|~{3,}|:{3,})[ \t]*(?P<info>.*?)[ \t]*$")
OPTION = re.compile(r"^:[\w-]+:|^#\|")
MAGIC = re.compile(r"^(?P<indent>\s*)(?:%|!|\?|[\w.]+\?{1,2}\s*$|\w+\s*=\s*[!%])")
SAME_CODE = ("%%time", "%%timeit", "%%capture", "%%prun")  # a cell under one of these is Python still


class Unreadable(Exception):
    """A file that holds no cells that could be read, and why."""


@dataclass
class Cell:
    """Code, the line of the file at which it begins (0 if that is not known), and what is said of it."""

    source: str
    first: int
    number: int | None = None  # counted from 1 among the code cells; None for a Python file, which is one cell
    tags: tuple = ()
    notes: list = field(default_factory=list)  # (line in the cell, words)

    def line(self, inside):
        """The line of the file for a line of the cell."""
        return self.first + inside - 1 if self.first else 0

    @property
    def expected_to_fail(self):
        return "raises-exception" in self.tags

    @property
    def executed(self):
        return not {"skip-execution", "eval: false"} & set(self.tags)


def kind_of(path):
    """"python", "notebook" or "markdown", by the file's name."""
    try:
        return SUFFIXES[Path(path).suffix.lower()]
    except KeyError:
        raise Unreadable(f"its name ends in none of {', '.join(SUFFIXES)}") from None


def read(path):
    """The cells of a file."""
    kind, path = kind_of(path), Path(path)
    if path.is_dir():
        raise Unreadable("it is a folder; name its files")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise Unreadable("there is no such file") from None
    except UnicodeDecodeError:
        raise Unreadable("it is not UTF-8") from None
    except OSError as why:
        raise Unreadable(why.strerror or str(why)) from None
    if kind == "python":
        return [Cell(text, 1)]
    cells = notebook(text) if kind == "notebook" else markdown(text)
    return [without_magics(cell) if cell.executed else passed_over(cell) for cell in cells]


# --- notebooks

def notebook(text):
    """The code cells of a notebook's JSON."""
    try:
        found = json.loads(text)
        # The first form of notebooks had their cells in sheets.
        given = [c for c in found["cells"] if c["cell_type"] == "code"]
        sources = ["".join(c["source"]) for c in given]
    except (ValueError, KeyError, TypeError) as why:
        raise Unreadable(f"it is no notebook of form 4 ({type(why).__name__}: {why})") from None
    cells, at = [], 0
    for number, (cell, source) in enumerate(zip(given, sources), 1):
        first, at = where(text, source, at)
        cells.append(Cell(source, first, number, tuple(cell.get("metadata", {}).get("tags", ()))))
    return cells


def where(text, source, at):
    """(line of the file at which a cell's source begins, place to look for the next from); line 0 if its lines do not follow one another."""
    lines = source.split("\n")
    if not source:
        return 0, at
    for form in ({"ensure_ascii": False}, {"ensure_ascii": True}):
        written = [json.dumps(line + "\n" * (k < len(lines) - 1), **form) for k, line in enumerate(lines) if line or k < len(lines) - 1]
        found = re.compile(r",\s*\n\s*".join(map(re.escape, written))).search(text, at)
        if found:
            return text.count("\n", 0, found.start()) + 1, found.end()
    return 0, at


# --- Markdown

def markdown(text):
    """The cells of a page: of the kind of block that its tool executes."""
    blocks = list(fences(text.splitlines()))
    for kind in ("code-cell", "executed", "plain"):
        cells = [(first, options(lines), lines) for found, first, lines in blocks if found == kind]
        if cells:
            return [Cell("\n".join(lines), first, number, tags) for number, (first, tags, lines) in enumerate(cells, 1)]
    return []


def fences(lines, above=0):
    """(kind, line of the file at which it begins, its lines) of each block that may be code to execute; `above`: lines before these."""
    k = 0
    while k < len(lines):
        opening = FENCE.match(lines[k])
        k += 1
        if not opening:
            continue
        kind, fence, directive = kind_of_block(opening["info"]), opening["fence"], opening["info"].startswith("{")
        if fence[0] == ":" and kind != "code-cell":
            continue  # of a directive or its end: what is in it is read on
        first, body = above + k + 1, []
        while k < len(lines) and not closes(lines[k], fence):
            body.append(lines[k].removeprefix(opening["indent"]))
            k += 1
        k += 1
        if kind == "plain" and next((line for line in body if line.strip()), "").lstrip().startswith(">>>"):
            continue  # a session, with its prompts
        if kind:
            yield kind, first, body
        elif directive:
            yield from fences(body, first - 1)


def closes(line, fence):
    found = FENCE.match(line)
    return bool(found) and not found["info"] and found["fence"][0] == fence[0] and len(found["fence"]) >= len(fence)


def kind_of_block(info):
    """Which sort of code a fence's info string announces: None for what is not Python."""
    if re.match(r"\{code-cell\}(\s+(i?python3?|py))?\s*$", info):
        return "code-cell"
    if re.match(r"\{\.?python\b[^}]*\}", info):
        return "executed" if not re.search(r"\beval\s*=\s*(FALSE|F)\b", info) else None
    if re.match(r"(python3?|py)\b", info) and "noeval" not in info:
        return "plain"
    return None


def options(lines):
    """The tags among the options at a block's head, whose lines are made empty so that the others keep their numbers."""
    head, k = [], 0
    if lines and lines[0].strip() == "---" and "---" in [line.strip() for line in lines[1:]]:
        k = 1 + [line.strip() for line in lines[1:]].index("---")
        head = lines[1:k]
        k += 1
    while k < len(lines) and OPTION.match(lines[k]):
        head.append(lines[k])
        k += 1
    lines[:k] = [""] * k
    said = " ".join(head)
    return tuple(re.findall(r"raises-exception|skip-execution|eval: false", said))


# --- what is not executed, and what only IPython understands

def passed_over(cell):
    """A cell whose tag or option says that it is not executed."""
    cell.notes.append((1, "is not executed, as its tag says"))
    cell.source = ""
    return cell


def without_magics(cell):
    """A cell without its magics and commands of a shell, which are noted; plain Python is left as it is."""
    try:
        ast.parse(cell.source)
        return cell
    except (SyntaxError, ValueError):
        pass
    lines = cell.source.split("\n")
    filled = [k for k, line in enumerate(lines) if line.strip()]
    if filled and lines[filled[0]].startswith("%%"):
        magic = lines[filled[0]].split()[0]
        cell.notes.append((filled[0] + 1, f"{magic} is passed over" if magic in SAME_CODE else f"a cell of {magic} is passed over"))
        lines[filled[0]:] = ["", *lines[filled[0] + 1:]] if magic in SAME_CODE else []
    for k, line in enumerate(lines):
        found = MAGIC.match(line)
        if found:
            cell.notes.append((k + 1, f"{line.strip()} is passed over"))
            lines[k] = found["indent"] + "pass"
    cell.source = "\n".join(lines)
    return cell
