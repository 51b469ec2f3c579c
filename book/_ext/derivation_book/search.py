"""The search: statements by number, label, title and symbol, and the book's own pages before the library's reference."""

from __future__ import annotations

from sphinx.application import Sphinx
from sphinx.config import Config

from . import formulas, formulas_files
from .assets import STATIC

SCORER, SCRIPT = "search-scorer.js", "search-statements.js"


def configure(app: Sphinx, config: Config) -> None:
    """Sphinx ranks by what this script says."""
    config.html_search_scorer = str(STATIC / SCORER)


def add_script(app: Sphinx, pagename: str, templatename: str, context: dict, doctree) -> None:
    """On the page of the search alone."""
    if pagename == "search":
        app.add_css_file(formulas_files.STYLE, priority=400)
        app.add_js_file(formulas.SCRIPT, loading_method="defer")
        app.add_js_file(SCRIPT, loading_method="defer")


def setup(app: Sphinx) -> None:
    """Connect to the build."""
    app.connect("config-inited", configure)
    app.connect("html-page-context", add_script)
