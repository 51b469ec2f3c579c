"""Runs Jupyter Book for ``build_book.py``, and ends with it: neither a page nor a kernel outlives the build.

    python tools/render.py SITE DOCTREES LIFELINE [--strict]

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
import yaml
from jupyter_book.sphinx import build_sphinx

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


def main() -> int:
    """Render the book into SITE; warnings are errors with ``--strict``."""
    parser = argparse.ArgumentParser()
    parser.add_argument("site", type=Path)
    parser.add_argument("doctrees", type=Path)
    parser.add_argument("lifeline", type=int)
    parser.add_argument("--strict", action="store_true")
    asked = parser.parse_args()
    threading.Thread(target=end_with, args=(asked.lifeline,), daemon=True).start()
    try:
        settings = overrides()
    except address.AddressError as error:
        print(f"ERROR: {error}", file=sys.stderr)
        return 1
    result = build_sphinx(
        ROOT, asked.site, doctreedir=asked.doctrees, noconfig=True, path_config=ROOT / address.CONFIG,
        confoverrides=settings, warningiserror=asked.strict, keep_going=True,
    )
    return int(bool(result))  # an exception, which Sphinx has told, or a status


if __name__ == "__main__":
    sys.exit(main())
