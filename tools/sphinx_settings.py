"""What Sphinx is told to build the book without Jupyter Book: ``_config.yml`` in Sphinx's own words.

Jupyter Book 1 is a translation of ``_config.yml`` and ``_toc.yml`` for Sphinx, and a choice of extensions. Here is that
translation for the entries that this book has; an entry that it does not know is refused, not passed over.
"""

from __future__ import annotations

from pathlib import Path

import yaml

#: Jupyter Book's choice, less what this book takes off its pages (live code, comments) or does not make (LaTeX).
EXTENSIONS = (
    "sphinx_togglebutton", "sphinx_copybutton", "myst_nb", "sphinx_external_toc", "sphinx_design", "sphinx_book_theme",
    "sphinx_multitoc_numbering",
)
FIXED = {
    "html_theme": "sphinx_book_theme",
    "html_sourcelink_suffix": "",
    "pygments_style": "sphinx",
    "numfig": True,
    "nb_output_stderr": "show",
    "suppress_warnings": ["myst.domains"],
}
EXCLUDED = ("_build", "Thumbs.db", ".DS_Store", "**.ipynb_checkpoints")

#: An entry of ``_config.yml``, as ``section.entry``, and where Sphinx has it; after a colon: within the theme's options.
ENTRIES = {
    "title": "html_title",
    "author": "author",
    "copyright": "copyright",
    "only_build_toc_files": "external_toc_exclude_missing",
    "bibtex_bibfiles": "bibtex_bibfiles",
    "launch_buttons": "html_theme_options:launch_buttons",
    "repository.url": "html_theme_options:repository_url",
    "repository.branch": "html_theme_options:repository_branch",
    "repository.path_to_book": "html_theme_options:path_to_docs",
    "html.favicon": "html_favicon",
    "html.baseurl": "html_baseurl",
    "html.use_repository_button": "html_theme_options:use_repository_button",
    "html.use_issues_button": "html_theme_options:use_issues_button",
    "html.home_page_in_navbar": "html_theme_options:home_page_in_toc",
    "execute.execute_notebooks": "nb_execution_mode",
    "execute.timeout": "nb_execution_timeout",
    "execute.run_in_temp": "nb_execution_in_temp",
    "parse.myst_enable_extensions": "myst_enable_extensions",
}
#: What ``make_settings`` reads in a way of its own; numbers run through all parts, which is what multitoc is for.
READ_APART = {
    "exclude_patterns", "html.use_multitoc_numbering", "sphinx.config", "sphinx.extra_extensions", "sphinx.local_extensions",
    "sphinx.recursive_update",
}
SECTIONS = ("execute", "html", "parse", "repository", "sphinx")


class UnknownEntry(ValueError):
    """``_config.yml`` has an entry that has no translation here."""


def entries(config: dict) -> dict[str, object]:
    """The entries of ``_config.yml`` by their names, those of a section as ``section.entry``."""
    found = {}
    for name, value in config.items():
        found |= {f"{name}.{entry}": each for entry, each in value.items()} if name in SECTIONS else {name: value}
    return found


def make_settings(root: Path, config_name: str = "_config.yml", contents_name: str = "_toc.yml") -> tuple[dict, list[str]]:
    """Sphinx's settings for the book below ``root``, and the folders of its own extensions.

    Raises:
      UnknownEntry: ``_config.yml`` has an entry that has no translation.
    """
    given = entries(yaml.safe_load((root / config_name).read_text(encoding="utf-8")))
    unknown = sorted(given.keys() - ENTRIES.keys() - READ_APART)
    if unknown:
        raise UnknownEntry(f"{config_name}: Sphinx's name for {', '.join(unknown)} does not stand in tools/sphinx_settings.py")
    options: dict[str, object] = {"search_bar_text": "Search this book..."}
    found = FIXED | {
        "extensions": list(EXTENSIONS),
        "exclude_patterns": sorted({*EXCLUDED, *(given.get("exclude_patterns") or ())}),
        "external_toc_path": (root / contents_name).as_posix(),
        "html_theme_options": options,
    }
    for name in given.keys() & ENTRIES.keys():
        where, _, option = ENTRIES[name].partition(":")
        if option:
            options[option] = given[name]
        else:
            found[where] = given[name]
    local = given.get("sphinx.local_extensions") or {}
    found["extensions"] += [*(given.get("sphinx.extra_extensions") or ()), *local]
    if "bibtex_bibfiles" in given:
        found["extensions"].append("sphinxcontrib.bibtex")
    for name, value in (given.get("sphinx.config") or {}).items():
        found[name] = found[name] | value if isinstance(value, dict) and isinstance(found.get(name), dict) else value
    return found, [(root / folder).resolve().as_posix() for folder in local.values()]
