"""The search: statements by number, label, title and symbol, and of the pages first the one that says what a word means."""

from __future__ import annotations

import json
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

from . import formulas, formulas_files, terms
from .api import pages_in_order
from .assets import STATIC
from .domain import ledger_of

SCORER, SCRIPT, PLACES = "search-scorer.js", "search-statements.js", "search-places.js"


def configure(app: Sphinx, config: Config) -> None:
    """Sphinx ranks by what this script says."""
    config.html_search_scorer = str(STATIC / SCORER)


def add_script(app: Sphinx, pagename: str, templatename: str, context: dict, doctree) -> None:
    """On the page of the search alone."""
    if pagename == "search":
        app.add_css_file(formulas_files.STYLE, priority=400)
        app.add_js_file(formulas.SCRIPT, loading_method="defer")
        app.add_js_file(SCRIPT, loading_method="defer")
        app.add_js_file(PLACES)


def places(app: Sphinx) -> dict:
    """The pages in the order of the book, the front page last, and for each headword the page of the first statement that its entry refers to."""
    ledger, homes, entries = ledger_of(app.env), {}, terms.entries(app)
    for one in entries:
        pages = [found[0] for found in map(ledger.find, one["labels"]) if found]
        homes |= {name.lower(): pages[0] if pages else one["page"] for name in (one["term"], *one["others"])}
    front, *order = pages_in_order(app.env)
    return {"order": [*order, front], "homes": homes, "glossary": entries[0]["page"] if entries else None}


def write(app: Sphinx, error: Exception | None) -> None:
    """Leave the places on the site, as a script: the search asks for them in the midst of its work."""
    if error is None and app.builder.format == "html":
        text = json.dumps(places(app), ensure_ascii=False)
        Path(app.outdir, "_static", PLACES).write_text(f"window.searchPlaces = {text};\n", encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Connect to the build."""
    app.connect("config-inited", configure)
    app.connect("html-page-context", add_script)
    app.connect("build-finished", write)
