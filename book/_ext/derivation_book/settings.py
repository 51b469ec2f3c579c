"""The extension's configuration values and the paths that follow from them."""

from __future__ import annotations

import re
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

#: name -> (default, rebuild, types). Paths are relative to ``_config.yml``.
VALUES: dict[str, tuple[object, str, tuple[type, ...]]] = {
    "derivation_library": ("vdmlib", "env", (str,)),
    "derivation_lock": ("requirements.txt", "env", (str,)),
    "derivation_data": ("book/_data", "env", (str,)),
    "derivation_numbers": ("vdmlib/derive/equation_numbers.json", "env", (str,)),
    "derivation_chapter_pattern": (r"(?:^|.*/)(\d\d)[a-z]?_[^/]+", "env", (str,)),
    # The tag that notebooks install from and link to; the branch while it is empty.
    "derivation_release": ("", "", (str,)),
    "derivation_chapters_complete": ([], "env", (list,)),
}


def add_values(app: Sphinx) -> None:
    """Declare every configuration value of the extension."""
    for name, (default, rebuild, types) in VALUES.items():
        app.add_config_value(name, default, rebuild, types)


def root(app: Sphinx) -> Path:
    """The folder that holds ``_config.yml``."""
    return Path(app.confdir or app.srcdir)


def library(app: Sphinx) -> Path:
    """The folder of the library whose verdicts the book shows."""
    return root(app) / app.config.derivation_library


def lock(app: Sphinx) -> Path:
    """The file that pins what the book is built with."""
    return root(app) / app.config.derivation_lock


def numbers(app: Sphinx) -> Path:
    """The committed map from labels to equation numbers."""
    return root(app) / app.config.derivation_numbers


def article(app: Sphinx) -> Path:
    """The source article's rows."""
    return root(app) / app.config.derivation_data / "article.json"


def notation(app: Sphinx) -> Path:
    """The registry of symbols."""
    return root(app) / app.config.derivation_data / "notation.yml"


def moved_labels(app: Sphinx) -> Path:
    """The labels that statements once had."""
    return root(app) / app.config.derivation_data / "moved_labels.json"


def chapter_of(config: Config, docname: str) -> int | None:
    """The chapter number that a page's file name carries, ``None`` elsewhere; ``01b_more`` is a further page of chapter 1."""
    match = re.fullmatch(config.derivation_chapter_pattern, docname)
    return int(match.group(1)) if match else None


def chapter_name(config: Config, docname: str) -> str:
    """What readers call a chapter: ``5``, a further page of chapter 1 ``1b``; empty elsewhere."""
    chapter = chapter_of(config, docname)
    further = re.match(r"\d+([a-z]?)_", docname.rpartition("/")[2])
    return "" if chapter is None else f"{chapter}{further[1] if further else ''}"


def page_name(app: Sphinx, docname: str) -> str:
    """How the build's own pages call a page: ``Chapter 3``, ``Chapter 1b``, or its title."""
    chapter = chapter_name(app.config, docname)
    return f"Chapter {chapter}" if chapter else app.env.titles[docname].astext()


def page_order(config: Config, docname: str) -> tuple[int, str]:
    """Sorts pages: the chapters by number, then the others by name."""
    chapter = chapter_of(config, docname)
    return (10**6 if chapter is None else chapter, docname)
