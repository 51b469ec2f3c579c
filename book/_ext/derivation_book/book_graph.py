"""The graph of the whole book: what every statement rests on and what rests on it, drawn by a script on the verification map.

Here its data are written, as a script, so that it is there for a page that was opened as a file too. A derivation's first
expression states nothing: what stands on it stands on what it uses.
"""

from __future__ import annotations

import json
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx

from . import cards, placeholders, records, settings
from .assets import DOM
from .domain import ledger_of
from .nodes import heard

SCRIPT, DATA = "book-graph.js", f"{cards.FOLDER}/graph.js"
MARK = 'class="book-graph-place"'
WITHOUT = "Where scripts run, the graph of the whole book is drawn here. The graph of a single statement is in the last column of the table below."


def parents(label: str, book: dict[str, dict]) -> list[str]:
    """The statements that a statement rests on directly; through a derivation's first expression."""
    found: list[str] = []
    waiting = records.parents(book[label])
    while waiting:
        name = waiting.pop(0)
        if name not in book:
            continue
        if records.is_statement(book[name]):
            found += [name] * (name not in found)
        else:
            waiting += records.parents(book[name])
    return found


def name(app: Sphinx, page: str) -> str:
    """What stands over a page's statements: ``5``, for a chapter's further page ``1b``, else the page's title."""
    return settings.chapter_name(app.config, page) or app.env.titles[page].astext()


def data(app: Sphinx) -> dict:
    """Pages, statuses, and the statements in the order of the book: label, number, title, status, page, anchor, parents."""
    domain = ledger_of(app.env)
    book = {record["label"]: record for _, record in domain.all()}
    listed = [(page, record) for page, record in domain.all() if records.is_statement(record)]
    place = {record["label"]: k for k, (_, record) in enumerate(listed)}
    pages = list(dict.fromkeys(page for page, _ in listed))
    statuses = [status for status in records.STATUSES if any(r["status"] == status for _, r in listed)]
    return {
        "pages": [[app.builder.get_target_uri(page), name(app, page), app.env.titles[page].astext()] for page in pages],
        "statuses": [[status, records.STATUSES[status].glyph, records.STATUSES[status].word] for status in statuses],
        "statements": [
            [record["label"], domain.number(page, record) or "", heard(record["title"]), statuses.index(record["status"]),
             pages.index(page), records.anchor(record), [place[name] for name in parents(record["label"], book)]]
            for page, record in listed
        ],
    }


def render(app: Sphinx, docname: str) -> list[nodes.Node]:
    """Where the script draws."""
    return [nodes.raw("", f'<div {MARK}><p class="book-graph-without">{WITHOUT}</p></div>\n', format="html")]


def write(app: Sphinx, error: Exception | None) -> None:
    """Write the data; after the cards, whose folder is made anew."""
    if error is None and app.builder.format == "html":
        path = Path(app.outdir) / DATA
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"window.bookGraph = {json.dumps(data(app), ensure_ascii=False, separators=(',', ':'))};\n", encoding="utf-8")


def add_script(app: Sphinx, pagename: str, templatename: str, context: dict, doctree) -> None:
    """The data and the script, on the page that has the graph."""
    if MARK in context.get("body", ""):
        up = "../" * pagename.count("/")
        context["body"] += f'<script src="{up}{DATA}" defer></script>\n'
        app.add_js_file(DOM, loading_method="defer", priority=400)
        app.add_js_file(SCRIPT, loading_method="defer")


def setup(app: Sphinx) -> None:
    """Register what fills the place, and connect to the build."""
    placeholders.register("graph", lambda app, docname, node: render(app, docname))
    app.connect("html-page-context", add_script)
    app.connect("build-finished", write, priority=410)
