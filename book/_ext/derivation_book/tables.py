"""Plain tables from ready nodes, for pages that the build writes itself."""

from __future__ import annotations

from docutils import nodes

from .nodes import box, paragraph

Cell = list[nodes.Node]


def table(head: list[str], rows: list[list[Cell]], classes: list[str]) -> nodes.table:
    """A table with one header row; each cell is a list of inline nodes, or of boxes."""
    group = nodes.tgroup(cols=len(head))
    group += [nodes.colspec(colwidth=1) for _ in head]
    top = nodes.thead()
    top += _row([[nodes.Text(text)] for text in head])
    group += top
    body = nodes.tbody()
    body += [_row(cells) for cells in rows]
    group += body
    return nodes.table("", group, classes=["ledger-table", *classes])


def _row(cells: list[Cell]) -> nodes.row:
    row = nodes.row()
    for cell in cells:
        blocks = bool(cell) and all(isinstance(node, box) for node in cell)
        row += nodes.entry("", *(cell if blocks else [paragraph(*cell)]))
    return row
