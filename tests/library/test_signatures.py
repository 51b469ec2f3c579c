"""Every public function of the library says what it takes and what it gives."""

from __future__ import annotations

import ast
import inspect
import itertools
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = [path for path in sorted((ROOT / "vdmlib").rglob("*.py")) if "derive" not in path.relative_to(ROOT).parts]
#: Of what begins with an underscore, this is called by everybody.
CALLED = ("__init__", "__call__")


def public(body: list[ast.stmt], owner: str = ""):
    """The functions and methods without an underscore, by name."""
    for node in body:
        name = getattr(node, "name", "_")
        if name.startswith("_") and name not in CALLED:
            continue
        if isinstance(node, ast.ClassDef):
            yield from public(node.body, f"{name}.")
        elif isinstance(node, ast.FunctionDef):
            yield owner + name, node


def bare(node: ast.FunctionDef) -> list[str]:
    """What of a function is not annotated."""
    given = node.args
    every = [*given.posonlyargs, *given.args, given.vararg, *given.kwonlyargs, given.kwarg]
    own = [argument for argument in every if argument is not None and argument.arg not in ("self", "cls")]
    return [argument.arg for argument in own if argument.annotation is None] + ["return"] * (node.returns is None)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT / "vdmlib")))
def test_public_functions_are_annotated(path):
    found = {name: missing for name, node in public(ast.parse(path.read_text("utf-8")).body) if (missing := bare(node))}
    assert not found


def entries(doc: str, title: str) -> list[str]:
    """The entries of a docstring's section, one string each."""
    lines = iter(inspect.cleandoc(doc).splitlines())
    if not any(line == f"{title}:" for line in lines):
        return []
    section = itertools.takewhile(lambda line: not line or line.startswith(" "), lines)
    return re.split(r"\n(?=\S)", "\n".join(line[2:] for line in section).strip())


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT / "vdmlib")))
def test_what_is_described_is_described_one_by_one(path):
    """Else the reference takes a second name for prose, or the first one of several for a type."""
    owners = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, (ast.ClassDef, ast.FunctionDef))]
    docs = [ast.get_docstring(node) or "" for node in owners if not node.name.startswith("_")]
    arguments, fields = ([each for doc in docs for each in entries(doc, title)] for title in ("Args", "Attributes"))
    assert [each for each in arguments if not re.match(r"[\w*]+(, [\w*]+)*: ", each) or re.search(r"\. [a-z_]+: ", each)] == []
    assert [each for each in fields if not re.match(r"\w+: ", each)] == []
