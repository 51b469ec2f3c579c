"""A small book with the page *Check your own* and a chapter whose cells can be changed, in the book's own theme."""

from __future__ import annotations

from pathlib import Path

import pyodide_snapshot
import pytest
from small_books import ROOT, Book, derivation, record

CHAPTER = """\
# A chapter

## A section

```{code-cell} ipython3
from vdmlib.derive import *
x, z = variables("x z")
p, q = Law("p", x, z), Law("q", z | x)
```

```{code-cell} ipython3
gap = exercise("gap", "As an expectation?", KL(q(z|x), p(z|x)))
gap.check(KL(p(z|x), q(z|x)))
```

"""

ALTERED = [
    {"rule": "sign flipped", "latex": "a=-b", "left_over": "2 b", "counterexample": "a = 1, b = 1: left 1, right -1"},
    {"rule": "factor doubled", "latex": "a=2b" + r"+ c + d" * 30, "left_over": "- b", "counterexample": "p(x, z) = {1,2: 1/3; 1,3: 2/3}, x = 1: left 1, right 2"},
    {"rule": "term dropped", "latex": "a=0", "left_over": "", "counterexample": "a = 1: left 1, right 0"},
]


def made(folder: Path) -> Path:
    """Build it in ``folder`` and return its site."""
    if not (ROOT / "build" / "static" / "pyodide").is_dir():
        pytest.skip("Pyodide is not there: 'make setup' brings it")
    book = Book(folder)
    book.settings |= {
        "extensions": ["myst_nb", "sphinx_design", "derivation_book"], "html_theme": "sphinx_book_theme",
        "html_static_path": [str(ROOT / "build" / "static")],
        "derivation_playground": True, "nb_execution_mode": "off", "derivation_library": str(ROOT / "vdmlib"),
    }
    book.page("01_try", CHAPTER + derivation(record("kl", "a=b"), variants={"kl": ALTERED}), notebook=True)
    lines = "book/_data/latex_lines.json"
    (folder / lines).write_text((ROOT / lines).read_text(encoding="utf-8"), encoding="utf-8")
    book.page("check_your_own", (ROOT / "book" / "check_your_own.md").read_text())
    for name in ("checkmark", "api_derive", "say", "tutorial"):
        book.page(name, f"# {name}\n")
    built = book.build()
    assert "own-names" not in built.warnings and "Unknown directive" not in built.warnings, built.warnings
    pyodide_snapshot.put(built.site)
    return built.site
