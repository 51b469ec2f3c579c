"""Takes the built site's pages out of the site, in the order of the contents, and puts them into one document to be printed."""

from __future__ import annotations

import argparse
import contextlib
import html
import os
import posixpath
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import downloads
import yaml
from bs4 import BeautifulSoup, Tag

ROOT = Path(__file__).resolve().parents[1]
CONTENTS = ROOT / "_toc.yml"

#: What belongs to a page that is read in a browser, and not to a book.
NOT_PRINTED = (
    "script, noscript, button, nav, .headerlink, .playground, .own-box, .cell_input > .highlight button, "
    ".dd-figure > label, .dd-narrow, .dd-piece, .sphinx-bs-hidden, .prev-next-area, input"
)
STYLES = re.compile(r'<link[^>]+rel="(?:preload )?stylesheet"[^>]*>|<link[^>]+href="[^"]+\.css[^"]*"[^>]*>')


@contextlib.contextmanager
def whole(to: Path) -> Iterator[Path]:
    """A path to write to; what was written gets the name ``to`` when it is complete, and is gone if it is not."""
    part = to.with_suffix(".part")
    try:
        yield part
        os.replace(part, to)
    finally:
        part.unlink(missing_ok=True)


def command(words: str, suffix: str, make: Callable[[Path, Path, dict], None]) -> int:
    """The command line of what is made of a built site, ``make(site, to, settings)``; the exit status."""
    parser = argparse.ArgumentParser(description=words)
    parser.add_argument("--site", type=Path, default=ROOT / "_build" / "html")
    parser.add_argument("--to", type=Path, default=ROOT / "_build" / f"diffusion-derived{suffix}")
    told = parser.parse_args()
    if not (told.site / "book" / "index.html").is_file():
        print(f"{told.site} holds no book: run 'make book' first.", file=sys.stderr)
        return 1
    make(told.site.resolve(), told.to.resolve(), yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8")))
    downloads.bring(told.site.resolve(), told.to.resolve())
    print(f"{told.to}: {told.to.stat().st_size / 1e6:.1f} MB")
    return 0


def order(contents: Path) -> list[tuple[str, list[str]]]:
    """The pages by part, front page first: ``[("", ["book/index"]), ("Chapters", ["book/01_entropy", …]), …]``."""
    toc = yaml.safe_load(contents.read_text(encoding="utf-8"))

    def files(entries: list[dict]) -> list[str]:
        return [name for entry in entries for name in (entry["file"], *files(entry.get("sections", [])))]

    return [("", [toc["root"]]), *((part.get("caption", ""), files(part["chapters"])) for part in toc["parts"])]


def slug(page: str) -> str:
    """What begins the ids of a page: ``book/02_elbo`` is ``p-02_elbo``."""
    return "p-" + page.rpartition("/")[2]


def target(href: str, page: str, known: set[str]) -> tuple[str, str] | None:
    """The page and the anchor that a link of a page leads to; ``None`` if out of the book."""
    if re.match(r"[a-z][a-z0-9+.-]*:", href):
        return None
    path, _, anchor = href.partition("#")
    there = posixpath.normpath(posixpath.join(posixpath.dirname(page), path)) if path else page + ".html"
    name = there.removesuffix(".html")
    return (name, anchor) if name in known else None


def article(site: Path, page: str, known: set[str], address: Callable[[str, str], str], prefix: str = "") -> Tag:
    """A page's text without what belongs to a screen.

    Args:
      address: the new address of an anchor on a page, from both.
      prefix: is put before the page's own ids.
    """
    soup = BeautifulSoup((site / f"{page}.html").read_text(encoding="utf-8"), "html.parser")
    found = soup.select_one("article.bd-article")
    if found is None:
        raise ValueError(f"{page}.html holds no article: is it a page of the book?")
    for element in found.select(NOT_PRINTED):
        element.decompose()
    for element in found.find_all(True):
        if element.find_parent("svg") is not None or element.name == "svg":
            continue  # a drawing's ids are its own, and refer to each other
        for name in ("id", "for", "aria-labelledby", "aria-describedby"):
            if element.get(name):
                element[name] = " ".join(prefix + part for part in str(element[name]).split())
        if element.name == "img" and element.get("src") and ":" not in element["src"]:
            element["src"] = posixpath.normpath(posixpath.join(posixpath.dirname(page), element["src"]))
        if element.name == "a" and element.get("href"):
            there = target(element["href"], page, known)
            if there:
                element["href"] = address(*there)
            elif not element["href"].startswith(("http:", "https:", "mailto:")):
                element.unwrap()  # it leads to a file of the site that is no page of the book
    found.name, found["class"], found["id"] = "section", ["whole-page"], slug(page)
    return found


def within(page: str, anchor: str) -> str:
    """The address of an anchor in the one document."""
    return f"#{slug(page)}--{anchor}" if anchor else f"#{slug(page)}"


def assemble(site: Path, contents: Path, title: str) -> str:
    """The one document; its styles and pictures are found from the site's folder.

    Raises:
        FileNotFoundError: a page of the contents is not on the site.
    """
    parts = order(contents)
    known = {page for _, pages in parts for page in pages}
    head = (site / f"{parts[0][1][0]}.html").read_text(encoding="utf-8")
    folder = posixpath.dirname(parts[0][1][0])
    styles = [re.sub(r'href="([^":]+)"', lambda m: f'href="{posixpath.normpath(posixpath.join(folder, m[1]))}"', style)
              for style in STYLES.findall(head)]
    body = []
    for caption, pages in parts:
        if caption:
            body.append(f'<h1 class="whole-part">{html.escape(caption)}</h1>')
        body += [str(article(site, page, known, within, f"{slug(page)}--")) for page in pages]
    return "\n".join([
        "<!DOCTYPE html>", '<html lang="en" data-theme="light" data-mode="light"><head><meta charset="utf-8">',
        f"<title>{html.escape(title)}</title>", *styles, f"<style>{STYLE}</style>", "</head>",
        '<body><main class="bd-main bd-content"><div class="bd-article">', *body, "</div></main></body></html>",
    ])


STYLE = """
@page { size: A4; margin: 18mm 17mm 20mm; }
html, body { background: #fff; color: #000; font-size: 10.5pt; }
.bd-content, .bd-article { display: block; max-width: none; padding: 0; margin: 0; overflow: visible; }
.whole-part, .whole-page { break-before: page; padding-top: 8mm; }
.whole-part + .whole-page { break-before: auto; padding-top: 0; }
/* A heading that begins a page without any room above stands twice in Chromium's bookmarks. */
h1, h2, h3, h4 { padding-top: 1pt; break-after: avoid; }
pre { white-space: pre-wrap; }
pre, figure, .step { break-inside: avoid-page; }
.derivation-head { break-after: avoid; }
"""
