"""Writes the notebook beside each chapter that opens in Colab and in Jupyter.

The chapter's MyST file is the source; its twin holds the same cells as plain Markdown and code,
with the book's own equation numbers, a first cell that installs only what is missing, and links
to the built book. The repository's address comes from ``_config.yml`` and from nowhere else. What is asked of a reader
is not answered by *Run all*: the answers are text.

    python tools/twins.py            write all twins
    python tools/twins.py --check    fail when a twin is stale
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path

import nbformat
from myst_nb.core.read import read_myst_markdown_notebook
from myst_parser.config.main import MdParserConfig
from pybtex.database import parse_file

sys.path.insert(0, str(Path(__file__).resolve().parent))
import address as addresses
import extras
from address import Address
from plain_markdown import Book, Converter, NotPlain

ROOT = Path(__file__).resolve().parents[1]
CELL = re.compile(r"^`{3,}\{code-cell\}", re.M)
HIDING = ("hide-input", "hide-cell", "remove-input", "remove-cell")
BADGE = "https://colab.research.google.com/assets/colab-badge.svg"

INSTALL = '''\
# @title Set-up: installs what is missing, and nothing else
import importlib.metadata
import importlib.util
import os
import pathlib
import subprocess
import sys
import tempfile

needed = {needed}
missing = {{source for name, source in needed.items() if importlib.util.find_spec(name) is None}}
if "VDMLIB_WHEEL" in os.environ:
    wheel = pathlib.Path(os.environ["VDMLIB_WHEEL"]).resolve().as_uri()
    missing = {{source.partition("@")[0] + f"@ {{wheel}}" if source.startswith("vdmlib") else source for source in missing}}
if missing:
    missing = sorted(missing)
    print("Installing", *missing, flush=True)
    # What the machine has already stays as it is: its own JAX above all.
    present = {{d.metadata["Name"]: d.version for d in importlib.metadata.distributions() if d.metadata["Name"]}}
    keep = [f"{{name}}=={{version}}" for name, version in sorted(present.items())
            if name.lower().startswith(("jax", "libtpu", "numpy", "scipy", "torch"))]
    with tempfile.TemporaryDirectory() as folder:
        constraints = pathlib.Path(folder, "constraints.txt")
        constraints.write_text("\\n".join(keep))
        pip = [sys.executable, "-m", "pip", "install", "--progress-bar", "off", "--constraint", str(constraints)]
        done = subprocess.run([*pip, *missing], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        print(done.stdout[-4000:])
        raise RuntimeError("This could not be installed beside what the runtime has; pip says why above. "
                           "A newer runtime may do (Runtime > Change runtime type), or an environment of your own.")
    importlib.invalidate_caches()
    print("Installed. If you are asked to restart the runtime, do so (Runtime > Restart session), "
          "then run this cell again: it finds everything in place and goes on.")
'''


def install_cell(where: Address, cells: Iterable[str], root: Path = ROOT) -> dict:
    """The cell that installs what these cells need: the engine alone, or the library with all that trains, and what else."""
    cells = list(cells)
    training = extras.trains(cells, root)
    library = where.requirement(extras.TRAIN if training else "")
    listed = json.dumps({"vdmlib": library, **({"flax": library} if training else {}), **extras.needed(cells, root)}, indent=4)
    return code_cell(INSTALL.format(needed=listed).rstrip("\n"), ["hide-input"])


def citations(path: Path) -> dict[str, tuple[str, str]]:
    """Authors and year of every entry of the bibliography."""
    if not path.is_file():
        return {}
    found = {}
    for key, entry in parse_file(str(path)).entries.items():
        names = [" ".join(map(str, p.rich_prelast_names + p.rich_last_names))
                 for p in entry.persons["author"]]
        if len(names) > 2:
            authors = f"{names[0]} et al."
        else:
            authors = " and ".join(names)
        found[key] = (authors, entry.fields.get("year", ""))
    return found


def title_of(text: str) -> str:
    """The first heading of a page."""
    found = re.search(r"^# +(.+?)\s*#*$", text, re.M)
    return found.group(1) if found else ""


def the_book(root: Path, where: Address) -> Book:
    """What the conversion needs to know of the book."""
    numbers = root / "vdmlib" / "derive" / "equation_numbers.json"
    known = json.loads(numbers.read_text(encoding="utf-8")) if numbers.is_file() else {}
    pages = sorted((root / "book").glob("*.md"))
    return Book(
        where=where,
        equations=known.get("equations", {}),
        references=known.get("references", {}),
        citations=citations(root / "book" / "references.bib"),
        titles={f"book/{p.stem}": title_of(p.read_text(encoding="utf-8")) for p in pages},
    )


def chapters(root: Path) -> list[Path]:
    """The sources of the chapters, in order, and of the other pages with cells."""
    return [path for path in sorted((root / "book").glob("*.md")) if CELL.search(path.read_text(encoding="utf-8"))]


def code_cell(source: str, tags: list[str]) -> dict:
    """A code cell; one that the book hides is folded under a title here."""
    metadata: dict = {}
    hidden, note = any(tag in HIDING for tag in tags), "source-note" in tags
    if hidden or note:
        if not source.startswith("# @title"):
            source = f"# @title {'Source note: ' * note}{code_title(source)}\n{source}"
        metadata = {"cellView": "form", "jupyter": {"source_hidden": True, **({"outputs_hidden": True} if note else {})}}
    kept = [tag for tag in tags if tag == "raises-exception"]
    if kept:
        metadata["tags"] = kept
    return {"cell_type": "code", "execution_count": None, "metadata": metadata, "outputs": [],
            "source": source}


def code_title(source: str) -> str:
    """What to call a folded cell: the title of the derivation it makes, if it makes one."""
    found = re.search(r"\b(?:Derivation|Identity|Inequality)\(\s*[\"'][^\"']+[\"'],\s*[\"']([^\"'$\\]+)[\"']", source)
    if found:
        return f"Derivation: {found.group(1)}"
    if "code_exercise(" in source:
        return "How the answer is judged"
    named = re.search(r"\b(Definition|Refutation|Identity|Inequality|Assumption|Numerical|Cited|Remark)\(", source)
    return named.group(1) if named else "Code"


def markdown_cell(source: str) -> dict:
    """A Markdown cell."""
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def fold(source: str, before: dict) -> list[dict]:
    """The answer to an exercise as text, folded away: at the end of the folded text before it, or on its own."""
    text = f"\n```python\n{source}\n```\n\n</details>"
    if before["cell_type"] == "markdown" and before["source"].endswith("</details>"):
        before["source"] = before["source"].removesuffix("</details>") + text.lstrip("\n")
        return []
    return [markdown_cell(f"<details>\n<summary>Answer</summary>\n{text}")]


def is_answer(tags: list[str]) -> bool:
    """Whether a code cell holds the answer to an exercise: the book hides it, with its output."""
    return {"exercise", "hide-cell"} <= set(tags)


def opening(path: Path, title: str, where: Address) -> str:
    """The twin's first cell: the page's title, the badge, where the page can be read."""
    page = f"book/{path.stem}"
    heading, what, hint = f"# {title}", "A page", "Change a line, run it, and see."
    if chapter := re.match(r"(\d\d)([a-z]?)_", path.stem):
        number, further = int(chapter[1]), chapter[2]  # 01b_more: the book numbers it as a section of its chapter
        heading = heading if further else f"# {number}. {title}"
        what = f"A further page of chapter {number}" if further else f"Chapter {number}"
        hint = "Every derivation below is checked when its cell runs: change a line, run it, and see."
    return "\n".join([
        heading, "",
        f"[![Open in Colab]({BADGE})]({where.colab(page + '.ipynb')})", "",
        f"{what} of *Diffusion, Derived*. [Read it in the book]({where.page(page)}). {hint}",
    ])


def notebook_of(path: Path) -> nbformat.NotebookNode:
    """A chapter's source as the notebook of its cells, its text still MyST."""
    config = MdParserConfig(enable_extensions={"dollarmath", "colon_fence", "amsmath", "deflist"})
    return read_myst_markdown_notebook(path.read_text(encoding="utf-8"), config, path=path)


def twin(path: Path, book: Book, root: Path = ROOT) -> str:
    """The twin's text for a chapter's source; ``root`` is where the library lies whose extras it may need.

    Raises:
        NotPlain: the chapter uses MyST that has no plain form.
    """
    converter = Converter(book, f"book/{path.stem}")
    title = converter._inline(title_of(path.read_text(encoding="utf-8")))
    given = notebook_of(path).cells
    code = [cell.source for cell in given if cell.cell_type == "code"]
    cells = [markdown_cell(opening(path, title, book.where)), install_cell(book.where, code, root)]
    for cell in given:
        source, tags = cell.source, list(cell.metadata.get("tags", []))
        if cell.cell_type == "markdown":
            source = re.sub(r"^# +.+\n?", "", source, count=1, flags=re.M) \
                if title_of(source) and len(cells) == 2 else source
            plain = converter.convert(source)
            if plain:
                cells.append(markdown_cell(plain))
        elif cell.cell_type == "code" and is_answer(tags):
            cells += fold(source.strip("\n"), cells[-1])
        elif cell.cell_type == "code":
            cells.append(code_cell(source.strip("\n"), tags))
    return dump(cells)


def dump(cells: list[dict]) -> str:
    """The notebook as JSON; a cell's id follows from its content, so equal input gives equal text."""
    seen: dict[str, int] = {}
    for cell in cells:
        digest = hashlib.sha256(f"{cell['cell_type']}\0{cell['source']}".encode()).hexdigest()[:12]
        seen[digest] = seen.get(digest, 0) + 1
        cell["id"] = digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"
        cell["source"] = cell["source"].splitlines(keepends=True)
    notebook = {
        "cells": cells,
        "metadata": {
            "colab": {"provenance": [], "toc_visible": True},
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def run(root: Path, check: bool) -> int:
    """Write the twins, or compare them; return an exit status."""
    book = the_book(root, addresses.read(root))
    sources = chapters(root)
    wanted = {}
    for path in sources:
        try:
            wanted[path.with_suffix(".ipynb")] = twin(path, book, root)
        except NotPlain as error:
            print(error, file=sys.stderr)
            return 1
    extra = sorted(set((root / "book").glob("*.ipynb")) - set(wanted))
    stale = [path for path, text in wanted.items()
             if not path.is_file() or path.read_text(encoding="utf-8") != text]
    for path in stale + extra:
        name = path.relative_to(root)
        if check:
            print(f"{name} is {'stale' if path in wanted else 'the twin of no chapter'}: "
                  "run 'make twins'", file=sys.stderr)
        elif path in wanted:
            path.write_text(wanted[path], encoding="utf-8")
            print(f"wrote {name}")
        else:
            path.unlink()
            print(f"removed {name}")
    return 1 if check and stale + extra else 0


def main(arguments: list[str] | None = None) -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="fail when a twin is stale")
    parser.add_argument("--root", type=Path, default=ROOT, help="the repository's folder")
    options = parser.parse_args(arguments)
    return run(options.root.resolve(), options.check)


if __name__ == "__main__":
    sys.exit(main())
