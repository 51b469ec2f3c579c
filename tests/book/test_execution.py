"""A cached page cannot keep a verdict that its library no longer gives."""

from __future__ import annotations

import shutil

import pytest
from small_books import ROOT

CELL = """
# A chapter

## A section

```{{code-cell}} ipython3
from vdmlib.derive import *

x, z = variables("x z")
p = Law("p", x, z)
d = Derivation("bayes", "Bayes' rule, in logarithms")
d.start(log(p(x, z)))
d.equals(log(p(z | x)) + {right}, because="the chain rule")
d
```
"""
BROKEN = """

_sound = settle


def settle(claim, method=None):
    return _sound(Claim(claim.lhs, 2 * claim.rhs, claim.facts, claim.times), method)
"""


@pytest.fixture
def library(book):
    """A copy of the engine that the book may break."""
    target = book.folder / "vdmlib"
    shutil.rmtree(target)
    shutil.copytree(ROOT / "vdmlib" / "derive", target / "derive",
                    ignore=shutil.ignore_patterns("__pycache__", "equation_numbers.json"))
    (target / "__init__.py").write_text("")
    book.symbols([{"symbol": name, "meaning": name, "kind": ["law", "variable", "symbol"]}
                  for name in "pxz"])
    return target


def test_a_broken_prover_fails_the_cached_book(book, library):
    book.page("02_elbo", CELL.format(right="log(p(x))"), notebook=True)
    first = book.build(strict=True)
    assert (first.warnings, book.exit) == ("", 0)
    assert first.ledger()["statements"][-1]["status"] == "proved"
    caches = first.folder / "_build" / ".jupyter_cache"
    assert len(list(caches.iterdir())) == 1

    again = book.build(strict=True)
    assert "Executing notebook" not in again.status and book.exit == 0

    prover = library / "derive" / "prove" / "dispatch.py"
    prover.write_text(prover.read_text() + BROKEN)
    broken = book.build(strict=True)
    assert book.exit == 1, "the old verdict stayed on the page"
    assert "chapter 2: a cell failed" in broken.warnings and "bayes.1" in broken.warnings


def test_a_false_line_fails_the_build_and_names_chapter_and_step(book, library):
    book.page("02_elbo", CELL.format(right="log(p(z))"), notebook=True)
    built = book.build(strict=True)
    assert book.exit == 1
    assert "chapter 2: a cell failed" in built.warnings
    assert "FalseStep" in built.warnings and "line bayes.1 is false" in built.warnings


def test_a_page_is_executed_again_only_for_what_it_uses(book, library):
    (library / "__init__.py").write_text('_PUBLIC = {"used": ("shout",), "idle": ("rest",)}\n'
                                         "from .used import shout\n")
    (library / "used.py").write_text("def shout():\n    return WORD\n\nWORD = 'first'\n")
    (library / "idle.py").write_text("rest = 1\n")
    cell = "# A chapter\n\n```{code-cell} ipython3\nfrom vdmlib import shout\nprint(shout())\n```\n"
    book.page("01_first", cell, notebook=True)
    assert "first" in book.build().html("book/01_first")
    (library / "idle.py").write_text("rest = 2\n")
    (library / "derive" / "prove" / "dispatch.py").write_text("# no longer a prover\n")
    assert "Executing notebook" not in book.build().status
    (library / "used.py").write_text("def shout():\n    return WORD\n\nWORD = 'second'\n")
    assert "second" in book.build().html("book/01_first")


def test_the_key_follows_the_lock(book):
    from types import SimpleNamespace

    from derivation_book import execution

    config = SimpleNamespace(derivation_lock="requirements.txt")
    app = SimpleNamespace(confdir=str(book.folder), srcdir=str(book.folder), config=config)
    before = execution.key(app)
    (book.folder / "README.md").write_text("x")
    assert execution.key(app) == before
    (book.folder / "requirements.txt").write_text("sympy==1")
    assert execution.key(app) != before


def test_only_the_newest_caches_stay(tmp_path):
    import os

    from derivation_book import execution

    for age in range(4):
        folder = tmp_path / f"{age:020d}"
        folder.mkdir()
        os.utime(folder, (1000 - age, 1000 - age))
    (tmp_path / "other").mkdir()
    execution.prune(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == [f"{0:020d}", f"{1:020d}", "other"]


def test_a_failed_cell_is_named_by_what_it_was_making():
    from derivation_book.domain import last_error

    text = ("An error occurred while executing the following cell:\n" + "-" * 18
            + '\nRefutation(\n    "elbo.claim", 1)\n' + "-" * 18
            + "\n\x1b[31mKeyError\x1b[39m: '!='\n")
    assert last_error(text) == "at elbo.claim: KeyError: '!='"
    named = text.replace("KeyError", "FalseStep").replace("'!='", "line elbo.claim is false")
    assert last_error(named) == "FalseStep: line elbo.claim is false"
