"""What a reader may take along from the front page: only what lies on the site, each with its size."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

#: File at the root of the site -> how the front page calls it.
NAMES = {
    "diffusion-derived.zip": "the whole site as one file",
    "diffusion-derived.pdf": "the book as a PDF",
    "diffusion-derived.epub": "as an EPUB",
}
PLACE = re.compile(r'(<span class="downloads">).*?(</span>)', re.S)


def links(site: Path) -> str:
    """Links to what is there, as a part of a sentence."""
    found = [
        f'<a href="../{name}" download>{words}</a> ({max(1, round((site / name).stat().st_size / 1e6))} MB)'
        for name, words in NAMES.items() if (site / name).is_file()
    ]
    return ", ".join(found[:-1]) + (" or " if len(found) > 1 else "") + found[-1] if found else ""


def write(site: Path) -> None:
    """Put the links on the front page, which keeps its date: its text is as old as it was."""
    page = site / "book" / "index.html"
    text, told = page.read_text(encoding="utf-8"), page.stat()
    changed = PLACE.sub(lambda place: place[1] + links(site) + place[2], text)
    if changed != text:
        part = page.with_suffix(".part")
        part.write_text(changed, encoding="utf-8")
        os.utime(part, ns=(told.st_atime_ns, told.st_mtime_ns))
        os.replace(part, page)


def bring(site: Path, made: Path) -> None:
    """Let a file that was made of the site lie on it, and be found."""
    if made.name in NAMES and made.parent != site:
        part = site / (made.name + ".part")
        shutil.copy2(made, part)
        os.replace(part, site / made.name)
    write(site)


def keep(site: Path, folder: Path) -> None:
    """Bring what was made before, if every page of the site is older."""
    newest = max((page.stat().st_mtime_ns for page in (site / "book").glob("*.html")), default=0)
    for name in NAMES:
        if (folder / name).is_file() and (folder / name).stat().st_mtime_ns > newest:
            bring(site, folder / name)
    write(site)
