"""The library's reference: docstrings, linked both ways with the statements they come from."""

from __future__ import annotations

import sys

import pytest
from small_books import derivation, record

CHAPTER = "# A chapter\n\n## A section\n\n"
MODULE = '''\
"""Losses, one a line.

More about them.
"""

class Model:
    """A model. Source: the book's ``x.kl.two``."""

    def loss(self, x):
        """The loss of ``x``, from ``x.kl.one`` and the derivation ``x.kl``."""

def other():
    """Calls ``os.path`` and names no statement."""
'''


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package with a flat public namespace."""
    folder = tmp_path / "packages" / "smalllib"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text('_PUBLIC = {"losses": ("Model", "other")}\n')
    (folder / "losses.py").write_text(MODULE)
    monkeypatch.syspath_prepend(folder.parent)
    yield folder
    for name in [n for n in sys.modules if n.startswith("smalllib")]:
        del sys.modules[name]


def build(book):
    book.settings["nitpicky"] = True
    book.page("01_first", CHAPTER + derivation(record("x.kl.one", "a = b"), record("x.kl.two", "= c")))
    book.page("api", "# API\n\n```{api} smalllib\n```\n")
    return book.build()


def test_docstrings_are_shown_and_labels_lead_to_their_equations(book, package):
    built = build(book)
    assert built.warnings == ""
    page = built.html("book/api")
    for words in ("Losses, one a line.", "smalllib.losses.Model", "The loss of", "os.path"):
        assert words in page, words
    assert 'href="01_first.html#equation-x-kl-one"' in page
    assert page.count('href="01_first.html#equation-x-kl-two"') == 2  # by label, and as what kl comes to


def test_an_equation_leads_to_what_names_it(book, package):
    page = build(book).html("book/01_first")
    one, two = page.index("equation-x-kl-one"), page.index("equation-x-kl-two")
    assert "api.html#smalllib.losses.Model.loss" in page[one:two]
    assert 'href="api.html#smalllib.losses.Model"' in page[two:]
    assert page.count("In the library") == 2


def test_a_source_that_the_book_lacks_is_reported(book, package):
    text = (package / "losses.py").read_text().replace("x.kl.two", "x.kl.three")
    (package / "losses.py").write_text(text)
    assert "smalllib.losses.Model gives ``x.kl.three`` as its source" in build(book).warnings


def test_a_docstring_that_names_a_place_or_an_old_label_is_reported(book, package):
    path = package / "losses.py"
    path.write_text(path.read_text().replace("``x.kl.one``", "``x.kl.3``").replace("``os.path``", "``x.old``"))
    book.moved({"x.old": "x.kl.one"})
    book.page("02_second", CHAPTER + derivation(record("x.kl.3", "= d")))
    found = build(book).warnings
    assert "the docstring of smalllib.losses.Model.loss: it refers to x.kl.3, which ends in a number" in found
    assert "the docstring of smalllib.losses.other: x.old is x.kl.one now" in found
