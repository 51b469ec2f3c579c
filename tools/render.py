"""Runs Jupyter Book, or Sphinx alone, for ``build_book.py``, and ends with it: neither a page nor a kernel outlives the build.

    python tools/render.py SITE DOCTREES LIFELINE [--strict] [--plain]

LIFELINE is the reading end of a pipe that the starter holds open at its other end and never writes to.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from pathlib import Path

import address
import psutil
import sphinx_settings
import yaml

ROOT = Path(__file__).resolve().parents[1]
CONTENTS = ROOT / "_toc.yml"


def end_with(lifeline: int) -> None:
    """Wait until the pipe closes, then end this process, its group, and the kernels, which have groups of their own."""
    os.read(lifeline, 1)
    for process in psutil.Process().children(recursive=True):
        process.kill()
    os.killpg(0, signal.SIGKILL)


def overrides() -> dict:
    """Settings that Jupyter Book takes from its command line, and the address as everything else reads it."""
    found = {"external_toc_path": CONTENTS.as_posix(), "latex_individualpages": False, "nitpicky": True}
    if "repository" in yaml.safe_load((ROOT / address.CONFIG).read_text(encoding="utf-8")):
        found["html_theme_options"] = {"repository_url": address.read(ROOT).repository}
    return found


def with_jupyter_book(site: Path, doctrees: Path, strict: bool) -> int:
    """Render by Jupyter Book, which translates ``_config.yml``; return the exit status."""
    from jupyter_book.sphinx import build_sphinx

    result = build_sphinx(
        ROOT, site, doctreedir=doctrees, noconfig=True, path_config=ROOT / address.CONFIG, confoverrides=overrides(),
        warningiserror=strict, keep_going=True,
    )
    return int(bool(result))  # an exception, which Sphinx has told, or a status


def with_sphinx_alone(site: Path, doctrees: Path, strict: bool) -> int:
    """Render by Sphinx, with the translation of ``sphinx_settings.py``; return the exit status."""
    from sphinx.application import Sphinx
    from sphinx.errors import SphinxError
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    settings, folders = sphinx_settings.make_settings(ROOT)
    options = overrides()
    settings["html_theme_options"] |= options.pop("html_theme_options", {})
    options.pop("latex_individualpages")
    sys.path += folders
    try:
        with patch_docutils(), docutils_namespace():
            app = Sphinx(
                ROOT, None, site, doctrees, "html", settings | options, warningiserror=strict, keep_going=True,
            )
            app.build()
    except SphinxError as error:
        print(f"{error.category}: {error}", file=sys.stderr)
        return 1
    return app.statuscode


def main() -> int:
    """Render the book into SITE; warnings are errors with ``--strict``, and Jupyter Book is not used with ``--plain``."""
    parser = argparse.ArgumentParser()
    parser.add_argument("site", type=Path)
    parser.add_argument("doctrees", type=Path)
    parser.add_argument("lifeline", type=int)
    parser.add_argument("--strict", action="store_true")
    parser.add_argument("--plain", action="store_true")
    asked = parser.parse_args()
    threading.Thread(target=end_with, args=(asked.lifeline,), daemon=True).start()
    render = with_sphinx_alone if asked.plain else with_jupyter_book
    try:
        return render(asked.site, asked.doctrees, asked.strict)
    except (address.AddressError, sphinx_settings.UnknownEntry) as error:
        print(f"ERROR: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
