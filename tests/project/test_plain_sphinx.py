"""The way off Jupyter Book 1: Sphinx alone, with the book's own extension, builds the book's pages."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest
import sphinx_settings
from jupyter_book.config import get_final_config
from small_books import NOTEBOOK

CONFIG = """\
title: A small book
author: Nobody
copyright: "2020"
only_build_toc_files: true
execute:
  execute_notebooks: cache
  timeout: -1
parse:
  myst_enable_extensions: [colon_fence, dollarmath]
html:
  use_multitoc_numbering: true
sphinx:
  recursive_update: true
  local_extensions:
    derivation_book: book/_ext
  config:
    derivation_playground: true
    math_numfig: true
    nb_render_markdown_format: myst
    numfig_secnum_depth: 1
"""
CONTENTS = """\
format: jb-book
root: book/index
chapters:
  - file: book/01_square
"""
CHAPTER = NOTEBOOK + """\
# A square

```{code-cell} ipython3
from sympy import symbols
from vdmlib.derive import Derivation

x, y = symbols("x y", real=True)
square = Derivation("square", "The square of a sum")
square.start((x + y)**2)
square.equals(x**2 + 2*x*y + y**2, because="multiply out", label="square.expanded")
square
```
"""
#: What only Jupyter Book wants: here none of it can be imported.
GONE = ("jupyter_book", "sphinx_thebe", "sphinx_comments", "sphinx_jupyterbook_latex")


@pytest.fixture(scope="module")
def site(root, tmp_path_factory):
    """The site of a book of two pages, made in a folder of its own without Jupyter Book."""
    folder = tmp_path_factory.mktemp("plain")
    for name in ("tools", "book/_data"):
        (folder / name).mkdir(parents=True)
    for name in ("build_book.py", "render.py", "sphinx_settings.py", "site_zip.py", "downloads.py", "address.py", "node.py", "pyodide_bundle.py",
                 "pyodide_snapshot.py"):
        shutil.copyfile(root / "tools" / name, folder / "tools" / name)
    for name in ("book/_ext", "book/_static", "vdmlib"):
        shutil.copytree(root / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "node_modules").symlink_to(root / "node_modules")
    (folder / "vdmlib" / "derive" / "equation_numbers.json").write_text("{}")
    (folder / "requirements.txt").touch()
    (folder / "book" / "_data" / "article.json").write_text('{"rows": []}')
    (folder / "book" / "_data" / "notation.yml").write_text("[]")
    (folder / "book" / "index.md").write_text("# A small book\n\nA page.\n")
    (folder / "book" / "01_square.md").write_text(CHAPTER)
    (folder / "_config.yml").write_text(CONFIG)
    (folder / "_toc.yml").write_text(CONTENTS)
    for name in GONE:  # the build puts this folder first on the path
        (folder / f"{name}.py").write_text("raise ImportError(__name__)\n")
    built = subprocess.run(
        [sys.executable, "tools/build_book.py", "--plain", "--update-numbers"], cwd=folder, capture_output=True, text=True,
    )
    assert built.returncode == 0, built.stderr
    return folder / "_build" / "next"


def test_a_line_stands_on_its_page_with_its_number_and_its_verdict(site):
    page = (site / "book" / "01_square.html").read_text(encoding="utf-8")
    assert 'id="equation-square-expanded"' in page
    assert '<details class="verdict status-proved">' in page and "✓" in page
    assert '<annotation encoding="application/x-tex">' in page and "MathJax" not in page


def test_the_ledger_holds_it(site):
    statements = json.loads((site / "ledger.json").read_text(encoding="utf-8"))["statements"]
    assert {entry["label"]: entry["status"] for entry in statements}["square.expanded"] == "proved"


def test_its_cell_can_be_run_in_the_page(site):
    page = (site / "book" / "01_square.html").read_text(encoding="utf-8")
    assert '<div class="playground" data-cell="0" hidden>' in page and 'id="playground-data"' in page


def test_sphinx_is_told_what_jupyter_book_tells_it(root):
    """All but the settings of what is left out, and defaults that Jupyter Book repeats."""
    theirs, _ = get_final_config(
        user_yaml=root / "_config.yml", sourcedir=root,
        cli_config={"external_toc_path": (root / "_toc.yml").as_posix(), "latex_individualpages": False},
    )
    ours, folders = sphinx_settings.make_settings(root)
    assert folders == [str(root / "book" / "_ext")]
    left_out = set(theirs.pop("extensions")) - set(ours.pop("extensions"))
    assert left_out == {*GONE, "sphinx.ext.intersphinx"}
    options, own_options = theirs.pop("html_theme_options"), ours.pop("html_theme_options")
    buttons, own_buttons = options.pop("launch_buttons"), own_options.pop("launch_buttons")
    for told, by_us in ((theirs, ours), (options, own_options), (buttons, own_buttons)):
        assert by_us == {name: told[name] for name in by_us}
        more = {name: value for name, value in told.items() if name not in by_us and value not in ("", False, [])}
        assert more.keys() <= {
            "analytics", "comments_config", "latex_engine", "myst_url_schemes", "use_jupyterbook_latex", "use_multitoc_numbering",
        }


def test_an_entry_without_a_translation_is_refused(root, tmp_path):
    text = (root / "_config.yml").read_text(encoding="utf-8")
    (tmp_path / "_config.yml").write_text(text.replace("html:\n", "html:\n  extra_footer: Made by hand\n"), encoding="utf-8")
    with pytest.raises(sphinx_settings.UnknownEntry, match=r"_config.yml: .*html.extra_footer"):
        sphinx_settings.make_settings(tmp_path)
