"""An address for each statement that no move of the text changes: ``at/elbo.exact.split.html``.

Each is a small page that sends the browser on to where the statement stands in this version of the book. A label that a
statement once had leads to it too, and a derivation's own label, ``at/elbo.exact.html``, to where that begins.
Of a page that was divided the parts' ends of addresses are left on it, for the script that sends the browser on.
"""

from __future__ import annotations

import json
import re
import shutil
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx

from . import labels, placeholders, records
from .domain import ledger_of

FOLDER = "at"
PAGE = """\
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{label}</title>
<meta http-equiv="Refresh" content="0; url={address}"><link rel="canonical" href="{address}">
</head><body><p><a href="{address}">{label}</a></p></body></html>
"""


def places(app: Sphinx) -> dict[str, tuple[str, dict]]:
    """Every label that has an address -> the page and the record that it leads to."""
    found: dict[str, tuple[str, dict]] = {}
    for page, record in ledger_of(app.env).all():
        found.setdefault(record["group"], (page, record))
    found |= {record["label"]: (page, record) for page, record in ledger_of(app.env).all()}
    return found | {old: found[new] for old, new in labels.moved(app).items() if new in found}


def address(label: str) -> str:
    """The permanent address of a statement, from the root of the site."""
    return f"{FOLDER}/{label}.html"


def write(app: Sphinx, error: Exception | None) -> None:
    """Write one page for each label, new or old, and drop those that lead nowhere."""
    if error or app.builder.format != "html":
        return
    folder = Path(app.outdir) / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for label, (page, record) in places(app).items():
        target = f"../{app.builder.get_target_uri(page)}#{records.anchor(record)}"
        text = PAGE.format(label=escape(label), address=escape(target))
        (folder / f"{label}.html").write_text(text, encoding="utf-8")


def lead_on(app: Sphinx, pagename: str, templatename: str, context: dict, doctree) -> None:
    """Leave on a page that was divided which ends of addresses are on its parts now: ``{page: [id, …]}``."""
    known = app.env.found_docs
    pages = [page for page in labels.parts(app).get(pagename, []) if page in known]
    if not pages or app.builder.format != "html":
        return
    here = _ends(app, pagename)
    ends = {app.builder.get_relative_uri(pagename, page): sorted(_ends(app, page) - here) for page in pages}
    context["body"] += f'\n<script type="application/json" id="moved-ends">{json.dumps(ends)}</script>'


def _ends(app: Sphinx, page: str) -> set[str]:
    """The ids on a page that an address may end in; those that Sphinx counts off are none."""
    found = {name for node in app.env.get_doctree(page).findall(nodes.Element) for name in node.get("ids", ())}
    return {name for name in found if not re.fullmatch(r"id\d+", name)}


def link(app: Sphinx, docname: str, node: nodes.Element) -> list[nodes.Node]:
    """A statement's label, linked to its permanent address; of a line without a name, its derivation's too."""
    label = node["label"]
    _, record = ledger_of(app.env).find(label)
    if not labels.is_place(label) or record["group"] == label:
        return [_link(docname, label, "permanent link")]
    return [_link(docname, label, "where this line stands in this version"), nodes.Text(", a place in "),
            _link(docname, record["group"], "permanent link")]


def _link(docname: str, label: str, title: str) -> nodes.Node:
    up = "../" * docname.count("/")
    return nodes.reference("", "", nodes.literal(label, label), refuri=up + address(label), internal=True, reftitle=title)


def setup(app: Sphinx) -> None:
    """Connect to the build."""
    app.connect("html-page-context", lead_on)
    placeholders.register("permalink", link)
    app.connect("build-finished", write)
