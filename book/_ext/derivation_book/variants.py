"""Under a line's verdict, *try to break it*: its altered forms that the check rejected, one by one, each with why it fails.

They were made and tried when the cell ran, so a page shows them without Python. They are no part of the ledger; each line's lie in
a file of its own, ``variants/<label>.json``, which the page fetches when somebody asks for them.
"""

from __future__ import annotations

import json
import shutil
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from vdmlib.derive.show.breaking import broken

from . import placeholders
from .domain import ledger_of
from .nodes import placeholder

FOLDER = "variants"
#: What one altered line carries.
KEYS = ("rule", "latex", "left_over", "counterexample")


def note(env, docname: str, label: str, found: list[dict], gap: str) -> None:
    """Keep the altered lines of a statement; ``gap``: the LaTeX of the difference that an inequality's two sides must have."""
    lines = [{**{key: line[key] for key in KEYS}, "latex": broken(line["latex"])} for line in found]
    if lines:
        ledger_of(env).data["variants"].setdefault(docname, {})[label] = {"gap": gap, "lines": lines}


def of(env) -> dict[str, dict]:
    """Label -> the altered lines, of the whole book."""
    return {label: found for page in ledger_of(env).data["variants"].values() for label, found in page.items()}


def render(app: Sphinx, docname: str, node: placeholder) -> list[nodes.Node]:
    """Where the script puts its button; it says where the lines are and how many."""
    found = of(app.env).get(node["label"])
    if not found or app.builder.format != "html":
        return []
    address = escape("../" * docname.count("/") + f"{FOLDER}/{node['label']}.json")
    return [nodes.raw("", f'<div class="variants" data-source="{address}" data-many="{len(found["lines"])}" hidden></div>\n', format="html")]


def write(app: Sphinx, error: Exception | None) -> None:
    """Write one file for each line, and drop those of lines that are gone."""
    if error or app.builder.format != "html":
        return
    folder = Path(app.outdir) / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    for label, found in sorted(of(app.env).items()):
        folder.mkdir(exist_ok=True)
        (folder / f"{label}.json").write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Connect to the build."""
    placeholders.register("variants", render)
    app.connect("build-finished", write)
