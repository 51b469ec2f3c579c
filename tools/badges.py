"""Writes the repository's address into the README, the citation file and what tells how to install, from ``_config.yml``."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

import address as addresses
import extras
from address import Address

ROOT = Path(__file__).resolve().parents[1]
CHAPTER = re.compile(r"(\d\d[a-z]?)_\w+\.md")
REQUIREMENT = re.compile(r"vdmlib(?:\[(\w+)\])? @ git\+[^\s\"']+")
HEADING = re.compile(r"^# (.+)$", re.MULTILINE)


def chapters(root: Path) -> list[tuple[str, str]]:
    """Path and title of each chapter, in the book's order."""
    found = []
    for path in sorted((root / "book").glob("*.md")):
        if CHAPTER.fullmatch(path.name):
            heading = HEADING.search(path.read_text(encoding="utf-8"))
            if heading is None:
                raise ValueError(f"book/{path.name} has no title: a line '# Title' is missing")
            found.append((f"book/{path.name}", heading[1].strip()))
    return found


def badges(where: Address, root: Path) -> str:
    """The line of links under the README's title."""
    tests = f"{where.repository}/actions/workflows/test.yml"
    return f"[![tests]({tests}/badge.svg)]({tests}) · [Read the book]({where.site})"


def table(where: Address, root: Path) -> str:
    """The README's table of chapters: where to read each, where to run it."""
    rows = ["| | Chapter | Run it |", "| --- | --- | --- |"]
    for path, title in chapters(root):
        notebook = str(Path(path).with_suffix(".ipynb").as_posix())
        number = CHAPTER.fullmatch(Path(path).name)[1].lstrip("0")
        rows.append(
            f"| {number} | [{title}]({where.page(path)}) | [Open in Colab]({where.colab(notebook)}) |"
        )
    return "\n".join(rows)


def clone(where: Address, root: Path) -> str:
    """What to type to have the book."""
    return f"```sh\ngit clone {where.repository}.git\ncd {where.name}\nmake book\nmake serve\n```"


def install(where: Address, root: Path) -> str:
    """What to type to have the library, and the engine alone."""
    lines = [f'pip install "{where.requirement(extra)}"' for extra in (extras.TRAIN, "")]
    width = max(map(len, lines))
    return f"```sh\n{lines[0]:{width}}  # all of it\n{lines[1]:{width}}  # vdmlib.derive alone: it needs SymPy\n```"


BLOCKS = {"badges": badges, "chapters": table, "clone": clone, "install": install}


def readme(text: str, where: Address, root: Path) -> str:
    """``text`` with what stands between its ``<!-- NAME -->`` and ``<!-- /NAME -->`` made anew."""
    for name, make in BLOCKS.items():
        block = re.compile(rf"(<!-- {name}\b[^>]*-->\n).*?(\n<!-- /{name} -->)", re.DOTALL)
        if not block.search(text):
            raise ValueError(f"README.md has no <!-- {name} --> … <!-- /{name} -->")
        body = make(where, root)
        text = block.sub(lambda match, body=body: match[1] + body + match[2], text)
    return text


def citation(text: str, where: Address, root: Path) -> str:
    """``text`` with the address of the repository and of the site."""
    for key, value in (("repository-code", where.repository), ("url", where.site)):
        text, changed = re.subn(rf'(?m)^{key}: .*$', f'{key}: "{value}"', text)
        if changed != 1:
            raise ValueError(f"CITATION.cff wants one line '{key}: …' at its left margin")
    return text


def installs(text: str, where: Address, root: Path) -> str:
    """``text`` with the address in what pip is told of the library."""
    text, changed = REQUIREMENT.subn(lambda found: where.requirement(found[1] or ""), text)
    if not changed:
        raise ValueError("nothing here installs the library: a line 'vdmlib @ git+…' is missing")
    return text


INSTALLS = ("examples/check.yml", "examples/page/requirements.txt", "book/tutorial.md", "book/use_elsewhere.md")
FILES = {"README.md": readme, "CITATION.cff": citation, **dict.fromkeys(INSTALLS, installs)}


def stale(root: Path = ROOT) -> dict[str, str]:
    """Each file that does not agree with ``_config.yml``, with the text it should have."""
    where = addresses.read(root)
    wanted = {}
    for name, make in FILES.items():
        before = (root / name).read_text(encoding="utf-8")
        after = make(before, where, root)
        if after != before:
            wanted[name] = after
    return wanted


def main() -> int:
    """Rewrite what is stale, or with ``--check`` only name it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, fail where stale")
    check = parser.parse_args().check
    try:
        wanted = stale()
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    for name, text in wanted.items():
        if check:
            print(f"{name} is stale: run 'make twins'", file=sys.stderr)
        else:
            (ROOT / name).write_text(text, encoding="utf-8")
            print(f"==> {name} rewritten")
    return int(check and bool(wanted))


if __name__ == "__main__":
    sys.exit(main())
