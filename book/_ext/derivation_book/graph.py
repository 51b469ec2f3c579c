"""The small graph of what a statement rests on, drawn as SVG with links in it.

The statement stands on the left, what it uses to the right of it, what those use further right.
After ``DEPTH`` columns the rest is counted, not drawn.
"""

from __future__ import annotations

from html import escape

from docutils import nodes
from sphinx.application import Sphinx

from . import ledger, records
from .domain import ledger_of
from .nodes import heard

DEPTH = 3
ROWS = 12
WIDTH, HEIGHT, GAP = 178, 26, 42


def place(label: str) -> str:
    """The id of a statement's graph on the verification map."""
    return nodes.make_id(f"rests-{label}")


def columns(label: str, book: dict[str, dict]) -> list[list[str]]:
    """Labels by their distance from ``label``, each in the nearest column; the first is its own."""
    found, seen = [[label]], {label}
    while len(found) <= DEPTH:
        after = [use for name in found[-1] if name in book for use in records.parents(book[name])]
        fresh = [use for use in dict.fromkeys(after) if use not in seen and use in book]
        if not fresh:
            break
        found.append(fresh)
        seen |= set(fresh)
    return found


def draw(app: Sphinx, docname: str, label: str, book: dict[str, dict]) -> nodes.raw:
    """The graph of one statement as an ``<svg>`` for the page ``docname``."""
    domain = ledger_of(app.env)
    layers = columns(label, book)
    below = ledger.ancestors(label, book) & set(book)
    shown = [layer[:ROWS] for layer in layers]
    left_out = len(below | {label}) - sum(map(len, shown))
    place = {
        name: (x * (WIDTH + GAP) + 1, y * (HEIGHT + 8) + 1)
        for x, layer in enumerate(shown) for y, name in enumerate(layer)
    }
    tall = max(map(len, shown)) * (HEIGHT + 8)
    wide = len(shown) * (WIDTH + GAP) - GAP + 2
    lines = [
        f'<path d="M{place[name][0] + WIDTH} {place[name][1] + HEIGHT / 2:g} '
        f'C{place[name][0] + WIDTH + GAP / 2:g} {place[name][1] + HEIGHT / 2:g} '
        f'{place[use][0] - GAP / 2:g} {place[use][1] + HEIGHT / 2:g} '
        f'{place[use][0]} {place[use][1] + HEIGHT / 2:g}"/>'
        for name in place for use in records.parents(book[name])
        if use in place and place[use][0] > place[name][0]
    ]
    boxes = [_node(app, docname, domain, name, book[name], *spot) for name, spot in place.items()]
    words = f"What {label} rests on: {len(below)} statements"
    more = f'<p class="graph-more">and {left_out} further back</p>' if left_out else ""
    svg = (f'<div class="rests-graph"><svg viewBox="0 0 {wide} {tall}" width="{wide}" height="{tall}" '
           f'role="group" aria-label="{escape(words)}"><g class="edges">{"".join(lines)}</g>'
           f'{"".join(boxes)}</svg>{more}</div>')
    return nodes.raw("", svg, format="html")


def _node(app, docname, domain, name: str, record: dict, x: float, y: float) -> str:
    page, _ = domain.find(name)
    address = app.builder.get_relative_uri(docname, page) + "#" + records.anchor(record)
    number = domain.number(page, record)
    look = records.STATUSES[record["status"]]
    text = f"{look.glyph} " + (f"({number}) " if number else "") + name
    short = text if len(text) <= 25 else text[:24] + "…"
    status = record["status"].replace(" ", "-")
    return (f'<a href="{escape(address)}" class="status-{status}"><title>{escape(name)}: '
            f'{escape(look.word)}. {escape(heard(record["title"]))}</title>'
            f'<rect x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="5"/>'
            f'<text x="{x + 8}" y="{y + 17.5}">{escape(short)}</text></a>')
