"""The verification map: what the book states, how it is known, what is missing."""

from __future__ import annotations

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode

from . import coverage, graph, ledger, placeholders, records, settings
from .domain import ledger_of
from .nodes import box, inline_tex, paragraph, placeholder
from .tables import table
from .verdict import badge

PARTS = ("ledger", "counts", "graph", "statements", "coverage", "unmarked")


class VerificationMap(SphinxDirective):
    """``{verification-map}``: all of it, or the one part that ``:show:`` names."""

    option_spec = {"show": lambda argument: directives.choice(argument, PARTS)}

    def run(self) -> list[nodes.Node]:
        show = self.options.get("show")
        found = []
        for part in [show] if show else PARTS:
            node = placeholder(what=part)
            found.append(node)
        return found


def _statements(app: Sphinx) -> list[tuple[str, dict]]:
    return [(page, r) for page, r in ledger_of(app.env).all() if records.is_statement(r)]


def _link(app: Sphinx, docname: str, page: str, record: dict, text: str) -> nodes.Node:
    return make_refnode(app.builder, docname, page, records.anchor(record), inline_tex(text))


def files(app: Sphinx, docname: str) -> list[nodes.Node]:
    """Links to the ledger as data, which lies at the root of the site."""
    up = "../" * docname.count("/")
    def link(name: str) -> nodes.Node:
        return nodes.reference("", "", nodes.literal(name, name), refuri=up + name, internal=True)

    return [paragraph(
        nodes.Text("The ledger itself is a file of this site, "), link("ledger.json"),
        nodes.Text("; its format is described by "), link("ledger.schema.json"), nodes.Text("."),
    )]


def counts(app: Sphinx, docname: str) -> list[nodes.Node]:
    """How many statements of each status each chapter has."""
    found = _statements(app)
    statuses = [s for s in records.STATUSES if any(r["status"] == s for _, r in found)]
    pages = list(dict.fromkeys(page for page, _ in found))
    rows = []
    for page in [*pages, None]:
        these = [r for p, r in found if page in (p, None)]
        name = "The book" if page is None else settings.page_name(app, page)
        numbers = [sum(r["status"] == s for r in these) for s in statuses]
        rows.append([[nodes.Text(name)]]
                    + [[nodes.Text(str(n) if n else "·")] for n in numbers]
                    + [[nodes.Text(str(len(these)))]])
    head = ["", *(records.STATUSES[s].word for s in statuses), "all"]
    mutants = [r["mutants"] for _, r in found if r["mutants"] and r["status"] in records.PROBED]
    wrong = sum(m["made"] - m["equal"] for m in mutants)
    killed = sum(m["killed"] for m in mutants)
    return [
        table(head, rows, ["counts"]),
        paragraph(nodes.Text(
            f"{killed} of {wrong} altered variants, made by rule and false, are rejected by the check "
            "that accepts the statement."
        )),
    ]


def statements(app: Sphinx, docname: str) -> list[nodes.Node]:
    """Every statement of the book, chapter by chapter."""
    domain = ledger_of(app.env)
    by_label = {record["label"]: record for _, record in domain.all()}
    found: list[nodes.Node] = []
    for page in domain.pages():
        rows = []
        for record in domain.data["pages"][page]:
            if not records.is_statement(record):
                continue
            number = domain.number(page, record)
            mutants = record["mutants"]
            wrong = mutants["made"] - mutants["equal"] if mutants else 0
            checked = ledger.fully_checked(record["label"], by_label)
            rows.append([
                [nodes.Text(f"({number})" if number else "")],
                [_link(app, docname, page, record, record["label"])],
                [badge(record["status"])],
                inline_tex(record["method"]),
                [nodes.Text(f"{mutants['killed']}/{wrong}" if wrong else "")],
                [nodes.Text("·" if record["status"] in records.COMMENTS else "yes" if checked else "no")],
                _graph(app, docname, record["label"], by_label),
            ])
        if rows:
            part = box(tag="details", classes=["map-part"])
            summary = box(tag="summary")
            summary += nodes.Text(f"{settings.page_name(app, page)}: {len(rows)} statements")
            part += summary
            part += table(
                ["No.", "Statement", "Status", "Method", "Mutants", "Proved from definitions alone", "Rests on"],
                rows, ["statements"],
            )
            found.append(part)
    return [box("", *found, classes=["map-search"])]


def _graph(app: Sphinx, docname: str, label: str, by_label: dict[str, dict]) -> list[nodes.Node]:
    """How many statements this one rests on; opened, the graph of them."""
    below = ledger.ancestors(label, by_label) & set(by_label)
    if not below:
        return [nodes.Text("·")]
    part, summary = box(tag="details", classes=["rests"], ids=[graph.place(label)]), box(tag="summary")
    summary += nodes.Text(str(len(below)))
    part += [summary, graph.draw(app, docname, label, by_label)]
    return [part]


def article_coverage(app: Sphinx, docname: str) -> list[nodes.Node]:
    """The source article's rows, and what in the book answers each."""
    domain = ledger_of(app.env)
    form = {row["id"]: row for row in coverage.article_rows(app)}
    rows = coverage.rows(app)
    chapters = sorted({row["chapter"] for row in rows})
    summary = []
    for chapter in [*chapters, None]:
        these = [row for row in rows if chapter in (row["chapter"], None)]
        numbers = [len(these), sum(bool(row["answered_by"]) for row in these),
                   sum(bool(row["satisfied"]) for row in these)]
        name = "The article" if chapter is None else f"Chapter {chapter}"
        summary.append([[nodes.Text(name)], *([nodes.Text(str(n))] for n in numbers)])
    found: list[nodes.Node] = [
        table(["", "rows", "answered", "as the row needs"], summary, ["counts"])
    ]
    for chapter in chapters:
        here = [row for row in rows if row["chapter"] == chapter]
        if not any(row["answered_by"] for row in here):
            continue
        body = []
        for row in here:
            links: list[nodes.Node] = []
            for label in dict.fromkeys(row["answered_by"]):
                page, record = domain.find(label)
                links += ([nodes.Text(", ")] if links else [])
                links.append(_link(app, docname, page, record, label))
            mark = "✓ yes" if row["satisfied"] else "✗ no"
            body.append([
                [nodes.literal(row["id"], row["id"])],
                inline_tex(form[row["id"]]["form"]),
                [nodes.Text(row["need"])],
                links or [nodes.Text("nothing yet")],
                [nodes.Text(mark)],
            ])
        part = box(tag="details", classes=["map-part"])
        line = box(tag="summary")
        done = sum(row["satisfied"] for row in here)
        line += nodes.Text(f"Chapter {chapter}: {done} of {len(here)} rows")
        part += line
        part += table(["Row", "The article’s form", "Needs", "Answered by", "Enough"],
                      body, ["coverage"])
        found.append(part)
    return found


def unmarked(app: Sphinx, docname: str) -> list[nodes.Node]:
    """Inline formulas that claim something and come from no record."""
    found = ledger_of(app.env).data["unmarked"]
    total = sum(map(len, found.values()))
    if not total:
        return [paragraph(nodes.Text("There is none."))]
    intro = paragraph(nodes.Text(
        f"{total} formula{'s' if total != 1 else ''} in the running text state"
        f"{'s' if total == 1 else ''} something that no record of the ledger stands behind."
    ))
    rows = [
        [
            [make_refnode(app.builder, docname, page, "", [nodes.Text(settings.page_name(app, page))])],
            [nodes.math(claim["tex"], claim["tex"], ledger=True)],
        ]
        for page in sorted(found)
        for claim in found[page]
    ]
    return [intro, table(["Where", "Formula"], rows, ["unmarked"])]


def rests(app: Sphinx, docname: str, label: str) -> list[nodes.Node]:
    """One line for an opened verdict: what the statement stands on, all the way down."""
    domain = ledger_of(app.env)
    by_label = {record["label"]: record for _, record in domain.all()}
    below = ledger.ancestors(label, by_label)
    if not below:
        return [nodes.Text("no other statement")]
    kinds: dict[str, int] = {}
    for name in below:
        status = by_label[name]["status"] if name in by_label else "unknown"
        kinds[status] = kinds.get(status, 0) + 1
    listed = ", ".join(f"{kinds[s]} {s}" for s in [*records.STATUSES, "unknown"] if s in kinds)
    many = "statements" if len(below) != 1 else "statement"
    words, page = nodes.Text(f"{len(below)} {many} in all: {listed}"), app.config.derivation_map
    if page not in app.env.found_docs:
        return [words]
    drawn = make_refnode(app.builder, docname, page, graph.place(label), [nodes.Text("drawn")], f"What {label} rests on, drawn")
    whole = make_refnode(app.builder, docname, page, label, [nodes.Text("in the whole book")], f"The graph of the book at {label}")
    return [words, nodes.Text("; "), drawn, nodes.Text(", "), whole]


def used_by(app: Sphinx, docname: str, label: str) -> list[nodes.Node]:
    """For an opened verdict: the statements of the book that name this one as a reason."""
    domain = ledger_of(app.env)
    found = [(page, record) for page, record in domain.all() if label in record["uses"]]
    if not found:
        return []
    term, meaning = box(tag="dt"), box(tag="dd")
    term += nodes.Text("Used by")
    links: list[nodes.Node] = []
    for page, record in found:
        number = domain.number(page, record)
        text = f"({number})" if number else record["title"] or record["label"]
        links += [nodes.Text(", ")] * bool(links) + [_link(app, docname, page, record, text)]
    meaning += paragraph(*links)
    return [term, meaning]


def setup(app: Sphinx) -> None:
    """Register the directive and what fills it."""
    app.add_directive("verification-map", VerificationMap)
    for what, render in {
        "ledger": files, "counts": counts, "statements": statements,
        "coverage": article_coverage, "unmarked": unmarked,
    }.items():
        placeholders.register(what, lambda app, docname, node, render=render: render(app, docname))
    app.add_config_value("derivation_map", "book/verification", "env", (str,))
    placeholders.register("used", lambda app, docname, node: used_by(app, docname, node["label"]))
    placeholders.register("rests", lambda app, docname, node: rests(app, docname, node["label"]))
