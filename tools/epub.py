"""Writes the whole book as an EPUB: a file for each page, formulas as MathML, drawings as SVG, no scripts.

    python tools/epub.py [--site _build/html] [--to _build/diffusion-derived.epub]

Where epubcheck is installed it looks the file over, and what it finds is an error.
"""

from __future__ import annotations

import datetime
import html
import mimetypes
import re
import sys
import uuid
import zipfile
from collections.abc import Iterator
from pathlib import Path

from bs4 import Tag

sys.path.insert(0, str(Path(__file__).resolve().parent))
from epub_check import look_over
from whole_book import CONTENTS, article, command, order, whole

#: Names that HTML writes small and XML as they are.
AS_THEY_ARE = {name.lower(): name for name in (
    "viewBox", "preserveAspectRatio", "clipPath", "clipPathUnits", "gradientUnits", "gradientTransform", "linearGradient",
    "radialGradient", "patternUnits", "patternTransform", "markerWidth", "markerHeight", "refX", "refY", "textPath", "textLength",
)}
SPACES = {"svg": "http://www.w3.org/2000/svg", "math": "http://www.w3.org/1998/Math/MathML"}
#: Attributes that only the site's scripts and its theme read, or that EPUB does not know.
DROPPED = re.compile(r"^(data-.*|on.*|align|valign|border|width|sd_.*)$")
#: Rules for what is moved by a reader, in selectors that EPUB's CSS does not have; within and outside of ``@media``.
MOVING = re.compile(r"[^{}]*:has\([^{}]*\{[^{}]*\}")
#: What EPUB's SVG lets a drawing as a whole be.
ROLES = ("application", "document", "img")
PAGE = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="en" xml:lang="en">
<head><title>{title}</title><link rel="stylesheet" type="text/css" href="book.css"/>{styles}</head>
<body>{body}</body></html>
"""
CONTAINER = """<?xml version="1.0"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>
"""
PACKAGE = """<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="en">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="id">urn:uuid:{identifier}</dc:identifier>
<dc:title>{title}</dc:title><dc:language>en</dc:language><dc:creator>{author}</dc:creator>
<meta property="dcterms:modified">{modified}</meta></metadata>
<manifest>{manifest}</manifest><spine>{spine}</spine></package>
"""
STYLE = """
body { line-height: 1.45; }
pre { white-space: pre-wrap; font-size: 0.8em; }
.derivation, .sd-card { border: 1px solid #bbb; border-radius: 0.4em; padding: 0.5em 0.8em; margin: 1em 0; }
.derivation-head { margin: 0 0 0.4em; }
.derivation-word, .refuted-word { font-size: 0.7em; letter-spacing: 0.08em; text-transform: uppercase; margin-right: 0.8em; }
.derivation-title { font-weight: bold; }
.eqno { float: right; margin-left: 1em; }
div.math, .formula { overflow-x: auto; }
.step-why, .step-when, .skip, figcaption { font-size: 0.85em; margin: 0.2em 0; }
.verdict summary, .badge-status { font-size: 0.8em; }
del.struck { text-decoration: line-through; }
svg { max-width: 100%; height: auto; }
.sr-only { display: none; }
math { font-family: "STIX Two Math", math; }
"""


def name_of(page: str) -> str:
    """The file of a page: ``book/02_elbo`` is ``02_elbo.xhtml``."""
    return page.rpartition("/")[2] + ".xhtml"


def address(page: str, anchor: str) -> str:
    """Where an anchor of a page is in the EPUB."""
    return name_of(page) + (f"#{anchor}" if anchor else "")


def as_xml(found: Tag) -> tuple[str, str]:
    """A page's text and the styles of its drawings, as XHTML wants them."""
    styles, seen = [], set()
    for paragraph in found.select("summary p.expanded"):
        paragraph.decompose()  # the word for what is open: a reader's own sign tells
    for paragraph in found.select("summary p"):
        paragraph.unwrap()
    for element in [found, *found.find_all(True)]:
        drawn = element.name in SPACES or element.find_parent(["svg", "math"]) is not None
        element.name = AS_THEY_ARE.get(element.name, element.name)
        for name in list(element.attrs):
            if name.lower() in AS_THEY_ARE:
                element[AS_THEY_ARE[name.lower()]] = element.attrs.pop(name)
            elif not drawn and DROPPED.match(name):
                del element[name]
        if element.name != "mstyle":
            element.attrs.pop("scriptlevel", None)  # MathML Core has it everywhere, EPUB's MathML 3 not yet
        if element.get("role") == "doc-biblioentry":
            del element["role"]
        if element.name == "svg" and element.get("role", "img") not in ROLES:
            del element["role"]
        if element.name == "path" and drawn and "d" not in element.attrs:
            element["d"] = ""  # a space, drawn by matplotlib
        if element.name in SPACES:
            element["xmlns"] = SPACES[element.name]
        if element.name == "style" and element.find_parent("svg") is None:
            styles.append(MOVING.sub("", element.get_text()))
        end = element.get("id")
        if end is not None:
            if end in seen or not end:
                del element["id"]
            seen.add(end)
    for element in found.find_all("style"):
        if element.find_parent("svg") is None:
            element.decompose()
    return found.decode(formatter="minimal"), "".join(f"<style>{html.escape(text, quote=False)}</style>" for text in styles)


def pages(site: Path, contents: Path) -> Iterator[tuple[str, str, str, list[str]]]:
    """File, title, XHTML and pictures of each page."""
    names = [page for _, part in order(contents) for page in part]
    for page in names:
        found = article(site, page, set(names), address)
        title = found.find("h1").get_text(" ", strip=True) if found.find("h1") else page
        pictures = [image["src"] for image in found.find_all("img") if ":" not in image.get("src", ":")]
        body, styles = as_xml(found)
        yield name_of(page), title, PAGE.format(title=html.escape(title), styles=styles, body=body), pictures


def with_ends(files: dict[str, str]) -> dict[str, str]:
    """The pages with links that lead to a page where what they led to is on the site alone, made there by a script."""
    ends = {name: set(re.findall(r'\bid="([^"]+)"', text)) for name, text in files.items()}

    def lead(found: re.Match[str]) -> str:
        name, anchor = found["name"], html.unescape(found["anchor"])
        return found[0] if name not in ends or anchor in ends[name] else f'href="{name}"'

    return {name: re.sub(r'href="(?P<name>[^"#:]+\.xhtml)#(?P<anchor>[^"]*)"', lead, text) for name, text in files.items()}


def navigation(parts: list[tuple[str, list[str]]], titles: dict[str, str], title: str) -> str:
    """The contents."""
    listed = []
    for caption, names in parts:
        entries = "".join(f'<li><a href="{name_of(page)}">{html.escape(titles[name_of(page)])}</a></li>' for page in names)
        listed.append(f"<li><span>{html.escape(caption)}</span><ol>{entries}</ol></li>" if caption else entries)
    body = f'<nav epub:type="toc" id="toc"><h1>Contents</h1><ol>{"".join(listed)}</ol></nav>'
    return PAGE.format(title=html.escape(title), styles="", body=body)


def write(site: Path, contents: Path, to: Path, title: str, author: str) -> None:
    """Write the EPUB; it appears whole or not at all.

    Raises:
      FileNotFoundError: a page of the contents, or a picture, is not on the site.
    """
    parts, titles, files, pictures = order(contents), {}, {}, []
    for name, heading, text, found in pages(site, contents):
        titles[name], files[name] = heading, text
        pictures += [picture for picture in found if picture not in pictures]
    files = with_ends(files) | {"nav.xhtml": navigation(parts, titles, title)}
    manifest = ['<item id="style" href="book.css" media-type="text/css"/>']
    for name, text in files.items():
        properties = [word for word, mark in (("mathml", "<math"), ("svg", "<svg")) if mark in text]
        properties += ["nav"] * (name == "nav.xhtml")
        told = f' properties="{" ".join(properties)}"' if properties else ""
        manifest.append(f'<item id="p-{name.removesuffix(".xhtml")}" href="{name}" media-type="application/xhtml+xml"{told}/>')
    for k, picture in enumerate(pictures):
        manifest.append(f'<item id="i-{k}" href="{picture}" media-type="{mimetypes.guess_type(picture)[0]}"/>')
    made = datetime.datetime.fromtimestamp((site / "book" / "index.html").stat().st_mtime, datetime.UTC)
    package = PACKAGE.format(
        identifier=uuid.uuid5(uuid.NAMESPACE_URL, title), title=html.escape(title), author=html.escape(author),
        modified=made.strftime("%Y-%m-%dT%H:%M:%SZ"), manifest="\n".join(manifest),
        spine="".join(f'<itemref idref="p-{name.removesuffix(".xhtml")}"/>' for name in files),
    )
    with whole(to) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("mimetype", "application/epub+zip", compress_type=zipfile.ZIP_STORED)
        out.writestr("META-INF/container.xml", CONTAINER)
        out.writestr("book.opf", package)
        out.writestr("book.css", STYLE)
        for name, text in files.items():
            out.writestr(name, text)
        for picture in pictures:
            out.write(site / picture, picture)


def make(site: Path, to: Path, settings: dict) -> None:
    """Write the book of a site, and have it looked over."""
    write(site, CONTENTS, to, settings["title"], settings["author"])
    try:
        print(f"{to.name}: {look_over(to)}", flush=True)
    except ValueError as found:
        sys.exit(str(found))


if __name__ == "__main__":
    sys.exit(command(__doc__.splitlines()[0], ".epub", make))
