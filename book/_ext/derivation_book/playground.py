"""Puts a button below each cell that the reader can change and run in the page itself.

The page carries the sources of its cells as JSON. A script of the site starts Python in the
browser, from files of the site alone: Pyodide and SymPy, which the book's set-up brings, and the
engine, which the build takes from the very library whose verdicts the book shows.
"""

from __future__ import annotations

import json
import zipfile
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

from . import conventions, examples, records, settings
from .assets import DOM
from .cells import Cell, read_page
from .nodes import box
from .page_runner import CONVENTION

logger = logging.getLogger(__name__)

FOLDER = "_static/pyodide"
RUNNER = Path(__file__).with_name("page_runner.py")
DATE = (1980, 1, 1, 0, 0, 0)
STYLE = "playground.css"
#: A page with one of these has something for the scripts.
MARKS = ('id="playground-data"', 'class="variants"')
#: In the order in which they build on each other.
SCRIPTS = ("playground-draw.js", "variants.js", "playground-python.js", "playground-drafts.js", "playground-editor.js", "playground.js")


def code_cells(doctree: nodes.document) -> list[nodes.container]:
    """The page's code cells in order."""
    return [n for n in doctree.findall(nodes.container) if n.get("nb_element") == "cell_code"]


def source_of(cell: nodes.container) -> str:
    """The code of a cell; empty where its author took it off the page."""
    for part in cell.findall(nodes.container):
        if part.get("nb_element") == "cell_code_source":
            return "\n".join(block.astext() for block in part.findall(nodes.literal_block))
    return ""


def shows_something(cell: nodes.container) -> bool:
    """Whether the built page shows an output of the cell."""
    return any(
        part.get("nb_element") == "cell_code_output" and part.children
        for part in cell.findall(nodes.container)
    )


def title_of(cell: nodes.container) -> str:
    """What the cell's derivation is called, for those who hear the page."""
    for found in cell.findall(box):
        label = found.get("attrs", {}).get("aria-label")
        if label:
            return label
    return ""


def button(index: int, cell: Cell, title: str) -> nodes.raw:
    """The button below a cell. It is hidden until the script, without which it does nothing, runs."""
    word = "Try it" if cell.exercise else "Change it"
    hint = f'<span class="sr-only">: {escape(title)}</span>' if title else ""
    return nodes.raw(
        "",
        f'<div class="playground" data-cell="{index}" hidden><button type="button" '
        f'class="playground-open" aria-expanded="false">{word}{hint}</button></div>\n',
        format="html",
    )


def data(docname: str, cells: list[Cell], offered: list[int], conventions: str, others: dict[str, dict] | None = None,
         **more: object) -> nodes.raw:
    """The sources that the offered cells need, how a page shows kinds and statuses, where the conventions are.

    others: sources that are no cells, by a name of their own.
    """
    wanted = set(offered).union(*(cells[index].needs for index in offered))
    payload = {
        "name": docname,
        "cells": {str(index): {"source": cells[index].part, "needs": cells[index].needs}
                  for index in sorted(wanted)} | (others or {}),
        "statuses": {name: {"glyph": look.glyph, "word": look.word}
                     for name, look in records.STATUSES.items()},
        "kinds": records.KINDS,
        "conventions": {"name": CONVENTION, "address": conventions},
        **more,
    }
    # "</script>" in a cell must not end the element.
    text = json.dumps(payload, ensure_ascii=False).replace("<", "\\u003c")
    return nodes.raw(
        "", f'<script type="application/json" id="playground-data">{text}</script>\n', format="html"
    )


def add_buttons(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Offer each cell that can run in the page and shows something there."""
    if not app.config.derivation_playground or app.builder.format != "html":
        return
    containers = code_cells(doctree)
    cells = read_page(map(source_of, containers), settings.library(app))
    offered = []
    for index, (container, cell) in enumerate(zip(containers, cells, strict=True)):
        if cell.runs and cell.source and (cell.exercise or shows_something(container)):
            container += button(index, cell, title_of(container))
            container["classes"].append("playable")
            offered.append(index)
        elif cell.obstacle and title_of(container):
            logger.verbose("%s: no button below %r: the cell %s", docname, title_of(container),
                           cell.obstacle)
    others = examples.add_buttons(doctree)
    if offered or others:
        doctree += data(docname, cells, offered, conventions.address(app, docname), others)


def add_script(app: Sphinx, pagename: str, templatename: str, context: dict, doctree) -> None:
    """Load the scripts on the pages that have something for them, on no other."""
    if doctree is not None and any(mark in context.get("body", "") for mark in MARKS):
        app.add_css_file(STYLE)
        app.add_js_file(DOM, loading_method="defer", priority=400)
        for script in SCRIPTS:
            app.add_js_file(script, loading_method="defer")


def engine_files(library: Path) -> list[tuple[str, Path]]:
    """What the page imports beside SymPy: the engine, and the runner of this extension."""
    found = [library / "__init__.py", *(library / "derive").rglob("*.py"),
             *(library / "derive").glob("*.json")]
    named = {f"{library.name}/{path.relative_to(library).as_posix()}": path
             for path in found if path.is_file()}
    return sorted({**named, RUNNER.name: RUNNER}.items())


def write_engine(library: Path, target: Path) -> None:
    """Zip the engine, with fixed dates: the same library gives the same bytes."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w") as out:
        for name, path in engine_files(library):
            info = zipfile.ZipInfo(name, DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr, info.create_system = 0o644 << 16, 3
            out.writestr(info, path.read_bytes(), compresslevel=9)


def finish(app: Sphinx, error: Exception | None) -> None:
    """Put the engine on the site, and say so if Python itself is missing there."""
    if error or not app.config.derivation_playground or app.builder.format != "html":
        return
    folder = Path(app.outdir) / FOLDER
    write_engine(settings.library(app), folder / "engine.zip")
    missing = [n for n in ("pyodide.mjs", "sympy.zip") if not (folder / n).is_file()]
    if missing:
        logger.warning("%s lacks %s: the buttons below the derivations would lead nowhere; "
                       "run 'make setup'", FOLDER, " and ".join(missing),
                       type="derivation", subtype="playground")


def setup(app: Sphinx) -> None:
    """Connect to the build. ``derivation_playground: true`` switches the buttons on."""
    app.add_config_value("derivation_playground", False, "env", (bool,))
    app.connect("doctree-resolved", add_buttons)
    app.connect("html-page-context", add_script)
    # After the map of equation numbers, which the engine reads, has been written.
    app.connect("build-finished", finish, priority=600)
