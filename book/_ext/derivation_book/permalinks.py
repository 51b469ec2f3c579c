"""An address for each statement that no move of the text changes: ``at/elbo.exact.8.html``.

Each is a small page that sends the browser on to where the statement stands in this version of the book.
"""

from __future__ import annotations

import shutil
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx

from . import placeholders, records
from .domain import ledger_of

FOLDER = "at"
PAGE = """\
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{label}</title>
<meta http-equiv="Refresh" content="0; url={address}"><link rel="canonical" href="{address}">
</head><body><p><a href="{address}">{label}</a></p></body></html>
"""


def address(label: str) -> str:
    """The permanent address of a statement, from the root of the site."""
    return f"{FOLDER}/{label}.html"


def write(app: Sphinx, error: Exception | None) -> None:
    """Write one page for each label, and drop those of labels that are gone."""
    if error or app.builder.format != "html":
        return
    folder = Path(app.outdir) / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for page, record in ledger_of(app.env).all():
        target = f"../{app.builder.get_target_uri(page)}#{records.anchor(record)}"
        text = PAGE.format(label=escape(record["label"]), address=escape(target))
        (folder / f"{record['label']}.html").write_text(text, encoding="utf-8")


def link(app: Sphinx, docname: str, node: nodes.Element) -> list[nodes.Node]:
    """A statement's label, linked to its permanent address."""
    up = "../" * docname.count("/")
    label = node["label"]
    return [nodes.reference("", "", nodes.literal(label, label), refuri=up + address(label),
                            internal=True, reftitle="permanent link")]


def setup(app: Sphinx) -> None:
    """Connect to the build."""
    placeholders.register("permalink", link)
    app.connect("build-finished", write)
