"""A measured claim is held against something else than itself, or its check could not fail."""

import ast
import re
from pathlib import Path

import pytest

PAGES = sorted((Path(__file__).parents[2] / "book").glob("0*.md"))
PLACES = ("label", "words", "value", "expected", "tolerance")


def claims(page):
    """Each ``Numerical(…)`` of a page: its arguments by name, as source text."""
    for cell in re.findall(r"```\{code-cell\}[^\n]*\n(.*?)```", page.read_text(encoding="utf-8"), re.S):
        if "Numerical(" in cell:
            for node in ast.walk(ast.parse(re.sub(r"^:tags:.*$", "", cell, flags=re.M))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Numerical":
                    given = dict(zip(PLACES, map(ast.unparse, node.args), strict=False))
                    yield given | {word.arg: ast.unparse(word.value) for word in node.keywords}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_no_number_is_expected_to_be_what_it_is(page):
    found = list(claims(page))
    if page.stem[:2] != "09":  # the closing chapter measures nothing
        assert found
    for given in found:
        against = [given.get(name) for name in ("expected", "at_least", "at_most")]
        assert given["value"] not in against, f"{page.name}: {given['label']}"
