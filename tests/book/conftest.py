"""The ``book`` fixture, and the folders that the tests of the book import from."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
for folder in (HERE, ROOT / "book" / "_ext", ROOT / "tools"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

from small_books import Book  # noqa: E402


@pytest.fixture
def book(tmp_path: Path) -> Book:
    """An empty book in a temporary folder."""
    return Book(tmp_path)
