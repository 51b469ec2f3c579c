"""Labels that last: what refers to a label, which labels are only places, and where an old label has gone.

A label that ends in a number is a place: line 3 of a derivation is another line as soon as a step is put in before it.
Nothing may refer to one; a line that is referred to has a name. What once had another label stands in
``moved_labels.json``, old label to new, and the old addresses lead on.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx

from . import settings
from .depends import CELL
from .inline import line_of

#: The end of an address that leads to a statement.
ADDRESS = re.compile(r"(?:^|/)at/(?P<at>[\w.]+)\.html$|#(?:equation-|statement-)?(?P<anchor>[\w.-]+)$")
#: The domains whose references name statements by label.
DOMAINS = ("math", "ledger")


def is_place(label: str) -> bool:
    """Whether a label says where a line stands, not which it is."""
    stem, _, last = label.rpartition(".")
    return bool(stem) and last.isdigit()


def moved(app: Sphinx) -> dict[str, str]:
    """Old label -> the label that its statement has now; nothing if the book has no such file."""
    return _kept(app).get("moved", {})


def parts(app: Sphinx) -> dict[str, list[str]]:
    """A page that was divided -> the pages that parts of it went to."""
    return _kept(app).get("parts", {})


def _kept(app: Sphinx) -> dict[str, dict]:
    path = settings.moved_labels(app)
    return _read(path, path.stat().st_mtime_ns) if path.is_file() else {}


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> dict[str, dict]:
    return json.loads(path.read_text(encoding="utf-8"))


def references(document: nodes.document) -> list[dict]:
    """What a page refers to: label (or what stands for it in an address), line, and the statement that does so, if any."""
    found = []
    for node in document.findall(nodes.Element):
        target = _target(node)
        # A docstring's labels are noted where the docstring is read.
        if target and not any(isinstance(above, addnodes.desc) for above in _above(node)):
            by = next((above["statement"] for above in _above(node) if above.get("statement")), "")
            entry = {"target": target, "line": line_of(node), "by": by}
            if entry not in found:
                found.append(entry)
    return found


def _target(node: nodes.Element) -> str:
    if isinstance(node, addnodes.pending_xref) and node.get("refdomain") in DOMAINS:
        return node["reftarget"]
    address = ADDRESS.search(node.get("refuri", ""))
    return (address["at"] or address["anchor"]) if address else ""


def _above(node: nodes.Node) -> Iterator[nodes.Element]:
    while node.parent is not None:
        node = node.parent
        yield node


def by_number(text: str) -> Iterator[tuple[int, str]]:
    """Where the code of a page's cells takes a derivation's line by its number: (line of the page, the code).

    An exercise's or a refutation's line too would be another one after the next step that is put in.
    """
    derivations: set[str] = set()
    for cell in CELL.finditer(text):
        # Lines of options become comments, so that the others keep their numbers.
        code = re.sub(r"^:(?=\w+:)", "#", cell["code"], flags=re.M)
        before = text.count("\n", 0, cell.start("code"))
        try:
            tree = ast.parse(code)
        except SyntaxError:
            continue  # what cannot be read fails when it is executed
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and _makes_derivation(node.value):
                derivations |= {name.id for name in node.targets if isinstance(name, ast.Name)}
        for node in ast.walk(tree):
            if _takes_line(node, derivations):
                yield before + node.lineno, ast.unparse(node)


def _makes_derivation(value: ast.expr) -> bool:
    """Whether it is ``Derivation(…)``, or that with ``.start(…)`` and lines after it."""
    while isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
        value = value.func.value
    return isinstance(value, ast.Call) and getattr(value.func, "id", "") == "Derivation"


def _takes_line(node: ast.AST, derivations: set[str]) -> bool:
    if isinstance(node, ast.Subscript):
        derivation, which = node.value, node.slice
    elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("function", "printed") and node.args:
        derivation, which = node.func.value, node.args[0]
    else:
        return False
    number = isinstance(which, ast.Constant) and isinstance(which.value, int)
    return number and isinstance(derivation, ast.Name) and derivation.id in derivations
