"""The registry of symbols: one meaning for each, and the page that shows it."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import yaml
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode

from . import placeholders, records, settings
from .domain import ledger_of
from .nodes import inline_tex, placeholder
from .tables import table


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> tuple[dict, ...]:
    return tuple(yaml.safe_load(path.read_text(encoding="utf-8")) or ())


def registry(app: Sphinx) -> tuple[dict, ...]:
    """The entries of ``notation.yml``: symbol, meaning, kind, also, section."""
    path = settings.notation(app)
    return _read(path, path.stat().st_mtime_ns) if path.is_file() else ()


def spelling(symbol: str) -> str:
    """One spelling for one symbol: spaces and single-character braces dropped."""
    text = re.sub(r"([_^])\{(\\[A-Za-z]+|[^\\{}])\}", r"\1\2", symbol.strip())
    return re.sub(r"\s+(?![A-Za-z])|(?<![A-Za-z])\s+", "", text)


def spellings(entry: dict) -> list[str]:
    """The symbol itself and its other forms; ``*`` in one stands for any index."""
    return [spelling(symbol) for symbol in [entry["symbol"], *entry.get("also", [])]]


def kinds(entry: dict) -> list[str]:
    """What sorts of thing the engine may report the symbol as."""
    kind = entry["kind"]
    return [kind] if isinstance(kind, str) else list(kind)


def lookup(entries: tuple[dict, ...], symbol: str) -> dict | None:
    """The entry that gives a symbol its meaning: by its own spelling, else by a pattern."""
    name = spelling(symbol)
    for entry in entries:
        if name in spellings(entry):
            return entry
    for entry in entries:
        for pattern in spellings(entry):
            if "*" in pattern and re.fullmatch(
                ".+".join(map(re.escape, pattern.split("*"))), name
            ):
                return entry
    return None


def clashes(entries: tuple[dict, ...]) -> list[str]:
    """Symbols that two entries give a meaning to."""
    meanings: dict[str, list[str]] = {}
    for entry in entries:
        # An entry may list its own symbol again; that is no second meaning.
        for symbol in set(spellings(entry)):
            meanings.setdefault(symbol, []).append(entry["meaning"])
    return [
        f"the symbol {symbol} means two things: {'; '.join(found)}"
        for symbol, found in sorted(meanings.items())
        if len(found) > 1
    ]


def first_uses(app: Sphinx) -> dict[str, tuple[str, dict]]:
    """For each entry's symbol, the first record of the book that it occurs in."""
    entries = registry(app)
    found: dict[str, tuple[str, dict]] = {}
    for page, record in ledger_of(app.env).all():
        for symbol in record["symbols"]:
            entry = lookup(entries, symbol)
            if entry:
                found.setdefault(entry["symbol"], (page, record))
    # What the engine writes by itself, such as an expectation, is in no list of symbols; it is found in the formula.
    for entry in entries:
        if entry["symbol"] not in found:
            spelt = written(entry["symbol"])
            for page, record in ledger_of(app.env).all():
                if records.is_equation(record) and spelt.search(records.formula(record)):
                    found[entry["symbol"]] = (page, record)
                    break
    return found


def written(symbol: str) -> re.Pattern[str]:
    """How a formula has a symbol, whatever its index: not within a longer name, and under no accent of its own."""
    bare = re.escape(re.sub(r"_\w$", "", symbol))
    return re.compile(rf"(?<![A-Za-z\\])(?<!\\bar\{{)(?<!\\hat\{{)(?<!\\tilde\{{)(?<!\\mathbf\{{){bare}(?![A-Za-z])")


class NotationTable(SphinxDirective):
    """``{notation-table}``: the registry, in its own order and sections."""

    def run(self) -> list[nodes.Node]:
        node = placeholder(what="notation")
        return [node]


def render(app: Sphinx, docname: str, node: nodes.Element) -> list[nodes.Node]:
    """The table of symbols, a part for each section of the registry."""
    used = first_uses(app)
    domain = ledger_of(app.env)
    parts: dict[str, list[dict]] = {}
    for entry in registry(app):
        parts.setdefault(entry.get("section", ""), []).append(entry)
    found: list[nodes.Node] = []
    for section, entries in parts.items():
        if section:
            found.append(nodes.rubric(section, section))
        rows = []
        for entry in entries:
            place: list[nodes.Node] = []
            if entry["symbol"] in used:
                page, record = used[entry["symbol"]]
                number = domain.number(page, record)
                text = settings.page_name(app, page)
                text += f", ({number})" if number else ""
                place = [make_refnode(app.builder, docname, page, records.anchor(record),
                                      [nodes.Text(text)])]
            rows.append([
                [nodes.math(entry["symbol"], entry["symbol"], ledger=True)],
                inline_tex(entry["meaning"]),
                place,
            ])
        found.append(table(["Symbol", "Meaning", "First used in"], rows, ["notation"]))
    return found


def setup(app: Sphinx) -> None:
    """Register the directive and what fills it."""
    app.add_directive("notation-table", NotationTable)
    placeholders.register("notation", render)
