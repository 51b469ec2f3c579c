"""Removes from the site what belongs to no page of the book any more: Sphinx itself only adds and rewrites."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sphinx.application import Sphinx

#: Folders of the site whose files belong to no page, or that are written anew by what they come from.
OTHERS = ("_static", "_sphinx_design_static", "at", "reports")


def stale(app: Sphinx) -> Iterator[Path]:
    """Every file on the site that comes from a page which the book no longer has."""
    site, docs, builder = Path(app.outdir), set(app.env.found_docs), app.builder
    indices = {name for name, *_ in builder.domain_indices}
    pages = docs | indices | {"index", "genindex", "search", *app.config.html_additional_pages}
    current = {Path(builder.get_outfilename(page)) for page in pages}
    for path in site.rglob("*.html"):
        if path not in current and path.relative_to(site).parts[0] not in OTHERS:
            yield path
    sources = site / "_sources"
    for path in sources.rglob("*"):
        name = path.relative_to(sources).as_posix()
        # book/01_first.md and, where a link's suffix is set, book/01_first.md.txt
        if path.is_file() and not any(name.rsplit(".", k)[0] in docs for k in (1, 2)):
            yield path
    images = {name for _, name in app.env.images.values()}
    for path in (site / builder.imagedir).glob("*"):
        if path.name not in images:
            yield path
    downloads = {name for _, name in app.env.dlfiles.values()}
    for path in (site / "_downloads").rglob("*"):
        if path.is_file() and path.relative_to(site / "_downloads").as_posix() not in downloads:
            yield path


def remove(app: Sphinx, error: Exception | None) -> None:
    """Remove them, and the folders that this leaves empty."""
    if error or app.builder.format != "html":
        return
    for path in list(stale(app)):
        path.unlink()
        for folder in path.parents:
            if folder == Path(app.outdir) or any(folder.iterdir()):
                break
            folder.rmdir()


def setup(app: Sphinx) -> None:
    """Connect to the build, before anything counts or packs the pages."""
    app.connect("build-finished", remove, priority=200)
