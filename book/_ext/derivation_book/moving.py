"""Pictures that the reader moves: their functions become a script of the site, and they say what they are printed from.

A cell's output carries the functions as text. Here they are taken out of the page and written to a file of its own, as
plain functions: so the site needs neither ``eval`` nor scripts within its pages, and a policy that forbids both can stand.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

from .domain import ledger_of
from .nodes import box, paragraph
from .verdict import reference

SPEC = re.compile(r'(?P<open><script type="application/json" class="dd-moving-spec">)(?P<spec>.*?)</script>', re.S)
SOURCE = re.compile(r'<p class="dd-source">.*?</p>', re.S)
FOLDER = "moving"
STYLE, SCRIPT = "moving.css", "moving.js"
#: Larger pieces, by what the page calls them, and the scripts that draw them.
PIECES = {"race": ("race-samplers.js", "race.js")}


class Moved(SphinxTransform):
    """Takes the functions out of each picture of a page, after the picture has become a figure."""

    default_priority = 710

    def apply(self, **_) -> None:
        functions: dict[str, dict[str, dict]] = {}
        for raw in list(self.document.findall(nodes.raw)):
            found = SPEC.search(raw.astext()) if raw.get("format") == "html" else None
            if found:
                spec = json.loads(found["spec"])
                printed, labels = spec.pop("functions"), spec.pop("labels")
                spec["name"] = "p" + hashlib.sha256(json.dumps(printed).encode()).hexdigest()[:10]
                functions[spec["name"]] = printed
                shown = found["open"] + json.dumps(spec, ensure_ascii=False).replace("<", "\\u003c") + "</script>"
                html = SOURCE.sub("", SPEC.sub(lambda _, shown=shown: shown, raw.astext()))
                parent, place = raw.parent, raw.parent.index(raw)
                parent[place] = nodes.raw("", html, format="html")
                parent.insert(len(parent) if isinstance(parent, nodes.figure) else place + 1, printed_from(labels))
        if functions:
            table(self.env)[self.env.docname] = functions


def printed_from(labels: list[str]) -> box:
    """A line that names the statements, each with its verdict."""
    words: list[nodes.Node] = [nodes.Text("Printed from ")]
    for k, label in enumerate(labels):
        words += ([nodes.Text(" ")] if k else []) + [reference(label), nodes.Text(" "), reference(label, "verdict")]
    line = box(classes=["printed-from"])
    line += paragraph(*words)
    return line


def table(env) -> dict[str, dict[str, dict[str, dict]]]:
    """Page -> picture -> name of a function -> its text in JavaScript, and its values in NumPy."""
    return ledger_of(env).data["printed"]


def script_of(functions: dict[str, dict[str, dict]]) -> str:
    """The script of a page: one function a line."""
    pictures = [
        f"  {json.dumps(picture)}: {{\n"
        + "".join(f"    {name}: {function['javascript']},\n" for name, function in printed.items()) + "  },\n"
        for picture, printed in functions.items()
    ]
    return "// Printed by the build from statements of the book.\nwindow.printedFunctions = Object.assign(window.printedFunctions ?? {}, {\n" + "".join(pictures) + "});\n"


def checks_of(functions: dict[str, dict[str, dict]]) -> str:
    """What the functions of a page must give, for the tests: arguments, and NumPy's value."""
    return json.dumps({picture: {name: function["checks"] for name, function in printed.items()}
                       for picture, printed in functions.items()}) + "\n"


def add_script(app: Sphinx, pagename: str, templatename: str, context: dict, doctree) -> None:
    """Write the page's functions, and load them and what draws on that page alone."""
    functions = table(app.env).get(pagename)
    if doctree is None or not functions or app.builder.format != "html":
        return
    name = Path(pagename).name
    folder = Path(app.outdir) / "_static" / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.js").write_text(script_of(functions), encoding="utf-8")
    (folder / f"{name}.json").write_text(checks_of(functions), encoding="utf-8")
    app.add_css_file(STYLE)
    app.add_js_file(f"{FOLDER}/{name}.js", loading_method="defer")
    scripts = [SCRIPT, *(script for piece, own in PIECES.items() if f'data-piece="{piece}"' in context["body"] for script in own)]
    for k, script in enumerate(scripts):
        app.add_js_file(script, loading_method="defer", priority=600 + k)


def remove_stale(app: Sphinx, error: Exception | None) -> None:
    """No file of a page that has no such picture any more."""
    if error is None and app.builder.format == "html":
        current = {Path(page).name for page in table(app.env)}
        for path in (Path(app.outdir) / "_static" / FOLDER).glob("*"):
            if path.stem not in current:
                path.unlink()


def setup(app: Sphinx) -> None:
    """Connect to the build."""
    app.add_transform(Moved)
    app.connect("html-page-context", add_script)
    app.connect("build-finished", remove_stale)
