"""Small books built in a temporary folder with the book's own extension."""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]

NOTEBOOK = """\
---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  name: python3
  display_name: Python 3
  language: python
---
"""
ANSI = re.compile(r"\x1b\[[0-9;]*m")


def record(label: str, latex: str = "", **more) -> dict:
    """A record as the engine writes it; proved, unless told otherwise."""
    found = {
        "label": label, "group": label.rpartition(".")[0] or label, "title": "A title",
        "kind": "identity", "status": "proved", "latex": latex, "statement": latex,
        "because": "a reason with $x$", "method": "algebra", "reach": "everything",
        "conditions": [], "probe": {"instances": 3, "digits": 30},
        "mutants": {"made": 3, "equal": 1, "killed": 2}, "uses": [], "answers": [],
        "symbols": {}, "article": "", "counterexample": "", "instead": "",
    }
    if more.get("status", "proved") not in ("proved", "exact on finite model"):
        found |= {"probe": None, "mutants": None}
    return {**found, **more}


def derivation(*records: dict, label: str = "", variants: dict | None = None) -> str:
    """The directive that a cell's output carries; ``variants``: each line's altered forms that were rejected."""
    label = label or records[0]["group"]
    payload = {"label": label, "title": "A title", "records": list(records)} | ({"variants": variants} if variants else {})
    return f"``````{{derivation}} {label}\n{json.dumps(payload)}\n``````\n"


@dataclass
class Built:
    """A book that has been built: its folder, its site, and what the build warned of."""

    folder: Path
    warnings: str
    status: str

    @property
    def site(self) -> Path:
        return self.folder / "_build" / "html"

    def html(self, page: str) -> str:
        """A page of the site."""
        return (self.site / f"{page}.html").read_text(encoding="utf-8")

    def ledger(self) -> dict:
        """The ledger on the site."""
        return json.loads((self.site / "ledger.json").read_text(encoding="utf-8"))


class Book:
    """A book in the making: write pages, then build, as often as wanted."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.settings: dict = {}
        (folder / "book" / "_data").mkdir(parents=True)
        (folder / "vdmlib" / "derive").mkdir(parents=True)
        (folder / "requirements.txt").write_text("")
        self.rows([])
        self.symbols([])
        self.pages: list[str] = []

    def rows(self, rows: list[dict]) -> None:
        """The source article's rows."""
        whole = [{"form": "", "verdict": "", "corrected": "", **row} for row in rows]
        path = self.folder / "book" / "_data" / "article.json"
        path.write_text(json.dumps({"rows": whole}))

    def symbols(self, entries: list[dict]) -> None:
        """The registry of symbols."""
        (self.folder / "book" / "_data" / "notation.yml").write_text(yaml.safe_dump(entries))

    def moved(self, labels: dict[str, str], parts: dict[str, list[str]] | None = None) -> None:
        """The labels that statements once had, and the pages that parts of a page went to."""
        path = self.folder / "book" / "_data" / "moved_labels.json"
        path.write_text(json.dumps({"moved": labels, "parts": parts or {}}))

    def page(self, name: str, text: str, notebook: bool = False) -> None:
        """Write a page; it is listed in the order of the first writing."""
        path = self.folder / "book" / f"{name}.md"
        path.write_text((NOTEBOOK if notebook else "") + text, encoding="utf-8")
        if name not in self.pages:
            self.pages.append(name)

    def build(self, numbers: bool = True, strict: bool = False) -> Built:
        """Build the site. ``numbers``: rewrite the map of equation numbers on the way.

        strict: as ``-W --keep-going`` does; a failure shows in the exit status.
        """
        from sphinx.application import Sphinx
        from sphinx.util.docutils import docutils_namespace, patch_docutils

        listed = "\n".join(f"book/{name}" for name in self.pages)
        (self.folder / "index.md").write_text(f"# Book\n\n```{{toctree}}\n:numbered:\n{listed}\n```\n")
        status, warnings = io.StringIO(), io.StringIO()
        settings = {
            "extensions": ["myst_nb", "derivation_book"],
            "master_doc": "index", "project": "Book", "html_theme": "basic",
            "exclude_patterns": ["_build", "vdmlib", "**/*.ipynb"],
            "numfig": True, "math_numfig": True, "numfig_secnum_depth": 1,
            "nb_execution_mode": "cache", "nb_render_markdown_format": "myst",
            "myst_enable_extensions": ["dollarmath", "amsmath", "colon_fence"],
            **self.settings,
        }
        with pytest.MonkeyPatch.context() as patch:
            for name in ("DIFFUSION_DERIVED_BOOK", "PYTHONPATH"):
                patch.delenv(name, raising=False)
            patch.setenv("UPDATE_EQUATION_NUMBERS", "1" if numbers else "")
            with patch_docutils(), docutils_namespace():
                app = Sphinx(
                    self.folder, None, self.folder / "_build" / "html",
                    self.folder / "_build" / ".doctrees", "html", settings, status, warnings,
                    warningiserror=strict, keep_going=strict,
                )
                app.build()
        self.exit = app.statuscode
        return Built(self.folder, ANSI.sub("", warnings.getvalue()), ANSI.sub("", status.getvalue()))
