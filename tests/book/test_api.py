"""The library's reference: docstrings, linked both ways with the statements they come from."""

from __future__ import annotations

import importlib
import inspect
import re
import sys

import pytest
from derivation_book import api
from small_books import ROOT, derivation, record

CHAPTER = "# A chapter\n\n## A section\n\n"
MODULE = '''\
"""Losses, one a line.

More about them.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy


class Any(type):
    def __call__(cls, *args, **kwargs):
        return super().__call__(*args, **kwargs)


class Terms(NamedTuple):
    """The terms of a loss.

    Attributes:
      kept: what stays.
    """

    kept: float
    lost: float = 0.0


class Made(metaclass=Any):
    """Made by a metaclass that takes anything."""

    def __init__(self, size: int, *, depth=3):
        """Nothing."""


@dataclass
class Model:
    """A model. Source: the book's ``x.kl.two``."""

    seen: list = field(default_factory=list)
    times: Any = field(default_factory=lambda: numpy.zeros(0, int))

    def loss(self, x):
        """The loss of ``x``, from ``x.kl.one`` and the derivation ``x.kl``."""

    @property
    def spread(self):
        """How far it lies apart: at least 0.

        Never more than one.
        """

    @classmethod
    def eval(cls, x):
        """Called by SymPy, not by a reader."""


def plain():
    pass


def other(loss=plain):
    """Calls ``os.path`` and names no statement."""
'''


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package with a flat public namespace."""
    folder = tmp_path / "packages" / "smalllib"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text('_PUBLIC = {"losses": ("Model", "other", "Terms", "Made")}\n')
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
    for words in ("smalllib.losses.Model", "The loss of", "os.path"):
        assert words in page, words
    assert 'href="01_first.html#equation-x-kl-one"' in page
    assert page.count('href="01_first.html#equation-x-kl-two"') == 2  # by label, and as what kl comes to


def words(page, name):
    """The text of one entry's signature."""
    start = page.index(f'id="smalllib.losses.{name}"')
    return re.sub(r"<[^>]+>", "", page[start:page.index("</dt>", start)].partition(">")[2]).replace("¶", "").strip()


def test_a_field_is_described_without_the_type_that_its_module_is_known_by(book, package):
    page = build(book).html("book/api")
    assert "what stays" in page and "float" not in re.sub(r"<[^>]+>", "", page)


def test_signatures_are_the_classes_own_and_fields_that_nobody_described_are_left_out(book, package):
    page = build(book).html("book/api")
    assert words(page, "Made") == "class Made(size, *, depth=3)"
    assert words(page, "Terms") == "class Terms(kept, lost=0.0)"
    assert words(page, "Model") == "class Model(seen=[], times=[])" and words(page, "other") == "other(loss=plain)"
    assert "<p>How far it lies apart: at least 0.</p>\n<p>Never more than one.</p>" in page
    assert "Alias for field number" not in page and "*args" not in page and "Called by SymPy" not in page


SPLIT = {
    "api": "# API\n\n```{api-tasks} smalllib\n```\n",
    "api_one": "# One\n\n## Train it\n\n```{api} smalllib\nModel Made\n```\n",
    "api_two": "# Two\n\n## Count it\n\n```{api} smalllib\nother Terms\n```\n\nSee {py:func}`smalllib.other`, {py:mod}`smalllib.losses`.\n",
}


def test_the_reference_is_split_by_task_and_the_table_leads_to_each(book, package):
    book.settings["nitpicky"] = True
    book.page("01_first", CHAPTER + derivation(record("x.kl.one", "a = b"), record("x.kl.two", "= c")))
    for name, text in SPLIT.items():
        book.page(name, text)
    built = book.build()
    assert built.warnings == ""
    rows = re.findall(r"<tr class=\"row-.*?</tr>", built.html("book/api"), re.S)[1:]
    assert [re.findall(r'href="([^"]+)"', row) for row in rows] == [
        ["api_one.html#train-it", "api_one.html#smalllib.losses.Model", "api_one.html#smalllib.losses.Made"],
        ["api_two.html#count-it", "api_two.html#smalllib.losses.other", "api_two.html#smalllib.losses.Terms"],
    ]
    assert 'href="#smalllib.losses.other"' in built.html("book/api_two")
    assert 'href="api_one.html#train-it"' in built.html("book/api_two")  # a module, to the first of its names


def test_a_public_name_that_is_shown_never_or_twice_or_does_not_exist_is_reported(book, package):
    book.page("01_first", CHAPTER + derivation(record("x.kl.one", "a = b"), record("x.kl.two", "= c")))
    book.page("api_one", SPLIT["api_one"].replace("Model Made", "Model nobody"))
    book.page("api_two", SPLIT["api_two"].replace("other Terms", "other Terms Model"))
    found = book.build().warnings
    assert "api: smalllib has no public name nobody" in found
    assert "api: smalllib.Made is shown in no place" in found
    assert "api: smalllib.Model is shown in book/api_one, Train it and book/api_two, Count it" in found


def test_every_public_name_of_the_library_has_its_place_and_its_own_arguments():
    """What the build would report of the book itself, without a build."""
    shown = {}
    for path in (ROOT / "book").glob("api*.md"):
        for package, names in re.findall(r"^```\{api\} (\S+)\n(.*?)^```", path.read_text(encoding="utf-8"), re.S | re.M):
            shown.setdefault(package, []).extend(names.split())
    for package in ("vdmlib", "vdmlib.derive"):
        assert sorted(shown[package]) == sorted(api.homes(package))
        for name, module in api.homes(package).items():
            value = getattr(importlib.import_module(module), name)
            if inspect.isclass(value):
                told = api.arguments(None, "class", name, value, {}, "(*args, **kwargs)", None)
                assert issubclass(value, Exception) or told and "*args" not in told[0], name


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
