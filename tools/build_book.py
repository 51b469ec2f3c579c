"""Builds the site with Jupyter Book, warnings being errors.

A site that failed is moved to ``_build/failed``: what lies in ``_build/html`` has passed.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from sphinx.util.console import strip_colors

import site_zip

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "_build"
SITE = BUILD / "html"
FAILED = BUILD / "failed"
PAGES = BUILD / ".doctrees" / "environment.pickle"
IPYTHON = BUILD / ".ipython"
#: The kernel warns of unencrypted sockets at each start; they do not leave this machine.
KERNEL_SETTINGS = "c = get_config()\nc.IPKernelApp.log_level = 40\n"

WARNING = re.compile(r"\b(WARNING|ERROR|CRITICAL): ")


def isolate_kernels() -> None:
    """Give the kernels a profile of their own: the user's start-up files stay out of the book."""
    profile = IPYTHON / "profile_default"
    profile.mkdir(parents=True, exist_ok=True)
    (profile / "ipython_kernel_config.py").write_text(KERNEL_SETTINGS, encoding="utf-8")


def build(strict: bool, update_numbers: bool) -> tuple[int, list[str]]:
    """Run Jupyter Book, showing all that it prints; return its exit status and its warnings."""
    program = Path(sys.executable).with_name("jupyter-book")
    command = [str(program), "build", ".", "-n", "--keep-going"]
    if strict:
        command.append("-W")
    environment = {
        **os.environ,
        "DIFFUSION_DERIVED_BOOK": "1",
        "IPYTHONDIR": str(IPYTHON),
        "PYTHONUTF8": "1",
        "TF_CPP_MIN_LOG_LEVEL": os.environ.get("TF_CPP_MIN_LOG_LEVEL", "2"),
    }
    if update_numbers:
        environment["UPDATE_EQUATION_NUMBERS"] = "1"
    warnings = []
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, encoding="utf-8", errors="replace"
    ) as running:
        try:
            for line in running.stderr:
                sys.stderr.write(line)
                if WARNING.search(line):
                    warnings.append(strip_colors(line).strip())
        except KeyboardInterrupt:
            running.kill()
            return 130, warnings
    return running.returncode, warnings


def set_aside() -> None:
    """Move a failed site away, and make Sphinx read every page again the next time.

    Sphinx would else warn only about the pages that changed since, and pass.
    """
    PAGES.unlink(missing_ok=True)
    if SITE.exists():
        shutil.rmtree(FAILED, ignore_errors=True)
        SITE.rename(FAILED)


def tell_failure(warnings: list[str]) -> None:
    """Repeat the warnings, which stand pages above by now, and say where a failed cell's traceback lies."""
    ending = ":" if warnings else "; what went wrong stands above."
    print(f"\nThe book did not pass{ending}", file=sys.stderr)
    for warning in warnings:
        print(f"  {warning}", file=sys.stderr)
    reports = sorted((FAILED / "reports").rglob("*.log"))
    for report in reports:
        print(f"A cell failed; its traceback: {report.relative_to(ROOT)}", file=sys.stderr)
    if FAILED.exists():
        print(f"The failed site, to look at: {FAILED.relative_to(ROOT)}", file=sys.stderr)


def main() -> int:
    """Build, then print where the site is, or why there is none."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--update-numbers", action="store_true",
        help="rewrite vdmlib/derive/equation_numbers.json from the book",
    )
    update_numbers = parser.parse_args().update_numbers
    print("==> Building the book: chapters that changed are executed, which takes a while", flush=True)
    shutil.rmtree(FAILED, ignore_errors=True)
    # Without its front page an interrupted build cannot be taken for a finished one.
    (SITE / "index.html").unlink(missing_ok=True)
    isolate_kernels()
    begun = time.monotonic()
    status, warnings = build(strict=not update_numbers, update_numbers=update_numbers)
    if status or not (SITE / "index.html").is_file():
        set_aside()
        tell_failure(warnings)
        return status or 1
    if update_numbers:
        # Warnings did not stop this build: what it left is no site to show, nor to build upon.
        (SITE / "index.html").unlink()
        PAGES.unlink(missing_ok=True)
        print("\n==> vdmlib/derive/equation_numbers.json agrees with the book; now run 'make book'")
        return 0
    archive = site_zip.pack(SITE)
    pages = sum(1 for _ in (SITE / "book").rglob("*.html"))
    print(f"\n==> The book is built: {pages} pages in {time.monotonic() - begun:.0f} s")
    print(f"    open  {SITE / 'index.html'}")
    print(f"    take  {archive.relative_to(ROOT)}, the same in one file of {archive.stat().st_size / 1e6:.0f} MB")
    print("    or    make serve, then http://localhost:8000")
    return 0


if __name__ == "__main__":
    sys.exit(main())
