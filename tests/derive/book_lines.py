"""Every line that the chapters state, as objects: their cells are executed with the check taken out, which takes seconds."""

import contextlib
import io
import re
import sys
from pathlib import Path

import pytest

from vdmlib.derive.book import derivation, line, record, refutation, statements, watch

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "book" / "_ext")] if str(ROOT / "book" / "_ext") not in sys.path else []

from derivation_book.cells import read_page  # noqa: E402

__all__ = ["book_lines"]

CELL = re.compile(r"^```\{code-cell\}.*?\n(.*?)^```$", re.S | re.M)


class _Taken:
    """Stands for what was proved."""

    proved, status, reach, method, conditions = True, "proved", "", "", ()


def book_lines():
    """[(label, left, relation, right)] of lines, definitions, assumptions, citations and refuted claims, in the book's order."""
    found, labels = [], watch.known()

    def taken(self):
        self.proof, self.new_facts, self.facts, self.conditions = _Taken(), self.given, self.given, ()
        found.append((self.label, self.first, self.relation, self.expression))

    define = statements.Definition.__init__

    def defined(self, *args, **more):
        define(self, *args, **more)
        found.append((self.label, self.left, self.relation, self.right))

    def refuted(self, label, claim, *args, **more):
        self.label, self.claim = label, claim
        found.append((label, *claim))

    cite = statements.Cited.__init__

    def cited(self, *args, **more):
        cite(self, *args, **more)
        found.append((self.label, self.left, self.relation, self.right))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(line.Line, "check", taken)
        patch.setattr(derivation, "line_record", lambda li, *more: record.record(li.label, "identity", "proved", "", ""))
        patch.setattr(statements, "prove", lambda *sides, **how: _Taken())
        patch.setattr(statements.Definition, "__init__", defined)
        patch.setattr(refutation.Refutation, "__init__", refuted)
        patch.setattr(statements.Cited, "__init__", cited)
        for page in (*sorted((ROOT / "book").glob("0*.md")), ROOT / "book" / "rosetta.md"):
            execute(page)
    watch._labels.intersection_update(labels)
    return found


def execute(page):
    names = {"display": lambda *shown: None, "__name__": "__main__"}
    sources = [re.sub(r"\A(?::.*\n)*", "", source) for source in CELL.findall(page.read_text(encoding="utf-8"))]
    for cell in read_page(sources, ROOT / "vdmlib"):
        with contextlib.suppress(Exception), contextlib.redirect_stdout(io.StringIO()):  # exercises and pictures ask for what was checked
            exec(cell.part, names)
