"""The page for an address that the site does not have: file hosts show ``404.html`` at whatever was asked for.

It may come up in any folder, so its links are made absolute by a script that knows the folders of the site.
"""

from __future__ import annotations

from html import escape
from pathlib import Path

from sphinx.application import Sphinx

NAME = "404.html"
PAGE = """\
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>Not here – {book}</title>
<style>
:root {{ color-scheme: light dark }}
body {{ font: 1.1rem/1.6 system-ui, sans-serif; max-width: 34rem; margin: 4rem auto; padding: 0 1rem }}
</style></head><body><main><h1>This page is not in the book</h1>
<p>It may have been renamed since the link was made. Where a statement's label is known, its address stays:
<code>at/elbo.exact.split.html</code>.</p>
<p><a data-to="index.html" href="/">The front page</a> · <a data-to="search.html" href="/search.html">Search</a></p>
</main><script>
const root = location.pathname.replace(/\\/(book|at|slides|statements|variants|_[a-z]+)\\/.*$|\\/[^\\/]*$/, "/");
for (const link of document.querySelectorAll("a[data-to]")) link.href = root + link.dataset.to;
</script></body></html>
"""


def write(app: Sphinx, error: Exception | None) -> None:
    """Leave the page at the root of the site."""
    if error is None and app.builder.format == "html":
        (Path(app.outdir) / NAME).write_text(PAGE.format(book=escape(app.config.project)), encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Connect to the build, after what belongs to no page has been removed."""
    app.connect("build-finished", write)
