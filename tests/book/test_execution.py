"""A cached page cannot keep a verdict that its library no longer gives."""

from __future__ import annotations

import re
import shutil

import pytest
from derivation_book import ahead, execution
from small_books import ROOT

EXTENSION = execution.extension
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


MEETING = """
# A chapter

```{{code-cell}} ipython3
import pathlib, time
here, there = pathlib.Path({folder!r}, "{own}"), pathlib.Path({folder!r}, "{other}")
here.touch()
begun = time.monotonic()
while not there.exists():
    assert time.monotonic() - begun < 30, "the other page is not running"
    time.sleep(0.1)
print("met", "{own}")
```
"""


@pytest.mark.skipif(ahead.cores() < 2, reason="one core")
def test_two_pages_are_executed_at_a_time(book):
    for own, other in (("one", "two"), ("two", "one")):
        book.page(f"0{1 + (own == 'two')}_{own}", MEETING.format(folder=str(book.folder), own=own, other=other), notebook=True)
    built = book.build(strict=True)
    assert (built.warnings, book.exit) == ("", 0)
    assert "met one" in built.html("book/01_one") and "met two" in built.html("book/02_two")
    again = book.build(strict=True)
    assert "executing" not in again.status.lower() and book.exit == 0


def test_a_page_that_fails_beside_another_is_reported_and_the_other_kept(book):
    cell = "# A chapter\n\n```{{code-cell}} ipython3\n{}\n```\n"
    book.page("01_good", cell.format("print('good')"), notebook=True)
    book.page("02_bad", cell.format("1 / 0"), notebook=True)
    built = book.build(strict=True)
    assert book.exit == 1 and "ZeroDivisionError" in built.warnings and "chapter 2: a cell failed" in built.warnings
    book.page("02_bad", cell.format("1 / 1"), notebook=True)
    built = book.build(strict=True)
    assert book.exit == 0 and built.status.count("Executing notebook") == 1


def test_a_cache_that_was_cut_off_while_written_is_mended(book):
    cell = "# A chapter\n\n```{code-cell} ipython3\nprint('good')\n```\n"
    book.page("01_good", cell, notebook=True)
    book.build(strict=True)
    (kept,) = (book.folder / "_build" / ".jupyter_cache").glob("*/executed/*/base.ipynb")
    for damage in (lambda: kept.write_text(kept.read_text()[:40]), kept.unlink, lambda: shutil.rmtree(kept.parent)):
        damage()
        shutil.rmtree(book.folder / "_build" / ".doctrees")
        built = book.build(strict=True)
        assert (built.warnings, book.exit) == ("", 0), damage
        assert kept.is_file() and "good" in built.html("book/01_good")


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


def test_a_changed_extension_reads_every_page_again(book, monkeypatch, tmp_path):
    book.page("01_first", "# A chapter\n")
    book.build()
    own = tmp_path / "module.py"
    own.write_text("1")
    monkeypatch.setattr(execution, "extension", lambda: [own])
    book.build()
    assert not re.search("reading sources.*book/01_first", book.build().status)
    own.write_text("2")
    assert re.search("reading sources.*book/01_first", book.build().status)
    assert all(path.suffix in (".py", ".cjs") for path in EXTENSION()) and len(EXTENSION()) > 40
