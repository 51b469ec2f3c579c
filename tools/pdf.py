"""Prints the whole book as one PDF: with page numbers, bookmarks, links between its pages, and verdicts.

    python tools/pdf.py [--site _build/html] [--to _build/diffusion-derived.pdf]

The browser that the tests use prints it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path

import yaml
from playwright.sync_api import Error, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent))
from whole_book import assemble

ROOT = Path(__file__).resolve().parents[1]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--allow-file-access-from-files"]
FOOTER = (
    '<div style="width:100%;font:8pt sans-serif;color:#444;text-align:center">'
    '<span class="pageNumber"></span> / <span class="totalPages"></span></div>'
)
LONG = 20 * 60 * 1000  # milliseconds


def printed(document: Path, to: Path) -> None:
    """Print a document; the file appears whole or not at all."""
    part = to.with_suffix(".part")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page(color_scheme="light", java_script_enabled=False)
        page.set_default_timeout(LONG)
        page.goto(document.as_uri(), wait_until="load", timeout=LONG)
        page.pdf(
            path=part, prefer_css_page_size=True, print_background=True, display_header_footer=True,
            header_template="<span></span>", footer_template=FOOTER, outline=True, tagged=True,
        )
        browser.close()
    os.replace(part, to)


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--site", type=Path, default=ROOT / "_build" / "html")
    parser.add_argument("--to", type=Path, default=ROOT / "_build" / "diffusion-derived.pdf")
    told = parser.parse_args()
    site = told.site.resolve()
    if not (site / "book" / "index.html").is_file():
        print(f"{told.site} holds no book: run 'make book' first.", file=sys.stderr)
        return 1
    title = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["title"]
    document = site / "whole-book.html"
    try:
        document.write_text(assemble(site, ROOT / "_toc.yml", title), encoding="utf-8")
        printed(document, told.to.resolve())
    except Error as error:
        print(f"The browser did not print the book: {error}", file=sys.stderr)
        return 1
    finally:
        document.unlink(missing_ok=True)
    print(f"{told.to}: {told.to.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
