"""How long it takes to read a section, a page, or a route through the book: counted, not guessed.

Words, statements and figures are counted where they stand open; what is folded, and exercises, are not.
"""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole
from sphinx.util.nodes import make_refnode

from . import placeholders, settings
from .directives import RecordDirective
from .domain import ledger_of
from .nodes import box, paragraph, placeholder, span

logger = logging.getLogger(__name__)

WORDS = 200  # a minute
STATEMENT, FIGURE, CODE_LINE = 20.0, 20.0, 2.0  # seconds each


def minutes(part: nodes.Element) -> float:
    """Of one reading of what stands open in a part of a page."""
    words = statements = figures = lines = 0

    def count(node: nodes.Node) -> None:
        nonlocal words, statements, figures, lines
        if isinstance(node, nodes.Text):
            words += len(node.split())
            return
        if folded(node):
            return
        if isinstance(node, nodes.literal_block):
            lines += node.astext().count("\n") + 1
            return
        if isinstance(node, nodes.figure):
            figures += 1
        elif isinstance(node, nodes.math_block) or node.get("display"):  # the second is one that is quoted
            statements += 1
            return
        elif isinstance(node, (nodes.math, nodes.raw, nodes.comment)):
            return
        for child in node.children:
            count(child)

    count(part)
    return words / WORDS + (statements * STATEMENT + figures * FIGURE + lines * CODE_LINE) / 60


def folded(node: nodes.Node) -> bool:
    """Whether a node is not read with the rest: closed, hidden, or an exercise."""
    if not isinstance(node, nodes.Element):
        return False
    classes = node.get("classes", ())
    closed = isinstance(node, box) and node.get("tag") == "details"
    hidden = any(str(name).startswith(("tag_hide", "tag_remove", "tag_exercise")) for name in classes)
    if isinstance(node, nodes.container) and node.get("nb_element") == "cell_code" and hidden:
        return "tag_hide-input" not in classes
    if isinstance(node, nodes.container) and node.get("nb_element") == "cell_code_source":
        return "tag_hide-input" in node.parent["classes"]
    return closed or (isinstance(node, nodes.admonition) and bool({"exercise", "dropdown"} & set(classes)))


def said(time: float) -> str:
    """A time in words that claims no more than it knows."""
    if time < 12:
        return f"{max(1, round(time))} min"
    if time < 55:
        return f"{5 * round(time / 5)} min"
    halves = round(time / 30)
    hours = f"{halves // 2 or ''}{'½' * (halves % 2)}"
    return f"{hours} hour{'s' * (halves > 2)}"


def place_of(app: Sphinx, target: str, here: str) -> tuple[str, str, str] | None:
    """Page, anchor and title of a section's label or of a page beside this one."""
    labels = app.env.get_domain("std").labels
    if target in labels:
        page, anchor, title = labels[target]
        return page, anchor, title
    page = f"{here.rpartition('/')[0]}/{target}".lstrip("/")
    return (page, "", app.env.titles[page].astext()) if page in app.env.found_docs else None


def note(app: Sphinx, doctree: nodes.document) -> None:
    """Keep the minutes of a page as it is read, and of each of its sections by its ids; and the stops of its routes."""
    times = {end: minutes(part) for part in doctree.findall(nodes.section) for end in part["ids"]}
    stops = [stop for node in doctree.findall(placeholder) if node["what"] == "route" for stop in node["stops"]]
    ledger_of(app.env).data["times"][app.env.docname] = {"": minutes(doctree), **times}
    ledger_of(app.env).data["stops"][app.env.docname] = stops


def time_of(app: Sphinx, target: str, here: str) -> float:
    """Minutes for a section, for a page; for a page with a route those of the route; for ``chapters`` those of all chapters."""
    times, stops = (ledger_of(app.env).data[table] for table in ("times", "stops"))
    if target == "chapters":
        return sum(found[""] for page, found in times.items() if settings.chapter_of(app.config, page) is not None)
    found = place_of(app, target, here)
    if found is None:
        logger.warning("reading time: there is no section and no page %s", target, location=here)
        return 0.0
    page, anchor, _ = found
    if not anchor and stops[page]:
        return sum(time_of(app, stop, page) for stop in stops[page])
    return times[page].get(anchor, 0.0)


class Route(RecordDirective):
    """``{route}``: sections to read, in order, a line each, ``sec-snr: what to look for``. Each gets its time, and all theirs."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        lines = [line.strip() for line in self.content if line.strip()]
        node = placeholder(what="route", stops=[line.partition(":")[0].strip() for line in lines])
        for line in lines:
            if not line.partition(": ")[2].strip():
                return self.problem(f"route: a line is 'section: what to look for', given {line!r}")
            node += paragraph(*self.words(line.partition(": ")[2]), classes=("route-why",))
        return [node]


class Minutes(SphinxRole):
    """``{minutes}`sec-snr```: the time that a section, a page or a route takes."""

    def run(self):
        return [placeholder(what="minutes", target=self.text.strip())], []


def route(app: Sphinx, docname: str, node: nodes.Element) -> list[nodes.Node]:
    """The list of a route's sections, and the sum."""
    listed, total = box(tag="ol", classes=["route"]), 0.0
    for stop, why in zip(node["stops"], node.children, strict=True):
        found = place_of(app, stop, docname)
        if found is None:
            logger.warning("route: there is no section and no page %s", stop, location=docname)
            continue
        page, anchor, title = found
        chapter = settings.chapter_of(app.config, page)
        time = time_of(app, stop, docname)
        total += time
        item = box(tag="li")
        head = paragraph(make_refnode(app.builder, docname, page, anchor, [nodes.Text(title)]), classes=("route-stop",))
        where = f" chapter {chapter}, {said(time)}" if chapter else f" {said(time)}"
        head += span(where, where, classes=["route-time"])
        item += [head, why.deepcopy()]
        listed += item
    return [listed, paragraph(nodes.Text(f"Together: {said(total)}."), classes=("route-total",))]


def setup(app: Sphinx) -> None:
    """Register directive, role and what fills them."""
    app.add_directive("route", Route)
    app.add_role("minutes", Minutes())
    app.connect("doctree-read", note, priority=900)  # after what folds parts of the page
    placeholders.register("route", route)
    placeholders.register("minutes", lambda app, docname, node: [nodes.Text(said(time_of(app, node["target"], docname)))])
