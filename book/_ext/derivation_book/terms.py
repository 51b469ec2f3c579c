"""The glossary as the search reads it: what each headword means, and which statements its entry refers to."""

from __future__ import annotations

import json
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx

from .domain import ledger_of

FILE = "terms.json"


def entries(app: Sphinx) -> list[dict]:
    """Each headword: its other names, its place, its meaning with formulas between dollar signs, the labels in it."""
    pages = {page for _, _, kind, page, *_ in app.env.get_domain("std").get_objects() if kind == "term"}
    return [
        entry(app, page, item)
        for page in sorted(pages)
        for glossary in app.env.get_doctree(page).findall(addnodes.glossary)
        for item in glossary.findall(nodes.definition_list_item)
    ]


def entry(app: Sphinx, page: str, item: nodes.definition_list_item) -> dict:
    """What one item of the glossary says; its other names stand in parentheses after the first."""
    term, ledger = item.next_node(nodes.term), ledger_of(app.env)
    name, _, others = term.astext().partition(" (")
    words, labels = [], []
    for part in item.next_node(nodes.definition).findall(
            lambda node: isinstance(node, (nodes.Text, nodes.math)) and not isinstance(node.parent, nodes.math)):
        target = getattr(part.parent.parent, "attributes", {}).get("reftarget") or part.parent.attributes.get("reftarget")
        known = target and ledger.find(target)
        if known:
            labels.append(target)
        number = known and ledger.number(*known)
        words.append(f"({number})" if number else f"${part.astext()}$" if isinstance(part, nodes.math) else str(part))
    return {"term": name, "others": [other.strip() for other in others.rstrip(")").split(",") if other],
            "page": page, "anchor": term["ids"][0], "meaning": " ".join("".join(words).split()), "labels": labels}


def write(app: Sphinx) -> None:
    """Leave the entries on the site, one a line."""
    found = ",\n".join(json.dumps(one, ensure_ascii=False) for one in entries(app))
    Path(app.outdir, FILE).write_text(f"[\n{found}\n]\n", encoding="utf-8")
