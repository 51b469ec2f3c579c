"""Prints the whole book as one PDF: with page numbers, bookmarks, links between its pages, and verdicts.

    python tools/pdf.py [--site _build/html] [--to _build/diffusion-derived.pdf]

The browser that the tests use prints it.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Error, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent))
from whole_book import CONTENTS, assemble, command, whole

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--allow-file-access-from-files"]
FOOTER = (
    '<div style="width:100%;font:8pt sans-serif;color:#444;text-align:center">'
    '<span class="pageNumber"></span> / <span class="totalPages"></span></div>'
)
LONG = 20 * 60 * 1000  # milliseconds


def printed(document: Path, to: Path) -> None:
    """Print a document; the file appears whole or not at all."""
    with whole(to) as part, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page(color_scheme="light", java_script_enabled=False)
        page.set_default_timeout(LONG)
        page.goto(document.as_uri(), wait_until="load", timeout=LONG)
        page.pdf(
            path=part, prefer_css_page_size=True, print_background=True, display_header_footer=True,
            header_template="<span></span>", footer_template=FOOTER, outline=True, tagged=True,
        )
        browser.close()


def make(site: Path, to: Path, settings: dict) -> None:
    """Print the book of a site; for that its one document lies among the site's files."""
    document = site / "whole-book.html"
    try:
        document.write_text(assemble(site, CONTENTS, settings["title"]), encoding="utf-8")
        printed(document, to)
    finally:
        document.unlink(missing_ok=True)


def main() -> int:
    """Print, or say what the browser says against it."""
    try:
        return command(__doc__.splitlines()[0], ".pdf", make)
    except Error as error:
        print(f"The browser did not print the book: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
