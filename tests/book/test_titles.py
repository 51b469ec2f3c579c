"""A title stands in the search and on a card without the text around it: each means one statement."""

from __future__ import annotations

import ast
import re
from collections import defaultdict

from small_books import ROOT

from derivation_book.depends import cells

#: A statement in words has its title beside its kind.
IN_WORDS = re.compile(r"^:::+\{(?:definition|assumption|remark|correction|cited)\} (?P<title>.+)\n:label: (?P<label>\S+)", re.M)
IN_CELLS = {"Derivation", "Definition", "Identity", "Inequality", "Refutation", "Numerical", "Assumption", "Cited", "Remark"}


def text_of(node) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def made(code: str):
    """The label and title of each statement that a cell makes; a derivation may have its title in the second place."""
    for call in ast.walk(ast.parse(code)):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in IN_CELLS and call.args:
            named = [text_of(word.value) for word in call.keywords if word.arg == "title"]
            title = named[0] if named else text_of(call.args[1]) if call.func.id == "Derivation" and call.args[1:] else ""
            if title:
                yield text_of(call.args[0]), title


def test_no_two_statements_have_one_title():
    titles: dict[str, set[str]] = defaultdict(set)
    for page in sorted((ROOT / "book").glob("*.md")):
        text = page.read_text(encoding="utf-8")
        found = [(match["label"], match["title"]) for match in IN_WORDS.finditer(text)]
        if "{code-cell}" in text:
            found += [statement for cell in cells(text) for statement in made(cell)]
        for label, title in found:
            titles[title.lower()].add(label)
    assert len(titles) > 500
    assert {title: labels for title, labels in titles.items() if len(labels) > 1} == {}
