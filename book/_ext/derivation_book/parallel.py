"""Sphinx reads and writes the pages in two processes, where there are two cores.

What a page leaves behind is in the environment, which Sphinx merges, and in the domain's tables, which it merges as well.
"""

from __future__ import annotations

from sphinx.application import Sphinx

from .ahead import workers

#: Jupyter Book's own, which say nothing of parallel reading and are safe: one numbers sections when all pages have been
#: read and merged, the other changes pages for LaTeX alone, each by itself.
SILENT = ("sphinx_multitoc_numbering", "sphinx_jupyterbook_latex")


def share(app: Sphinx) -> None:
    """As many processes as pages that are executed at a time, if no more were asked for."""
    app.parallel = max(app.parallel, workers())
    for name in SILENT:
        if name in app.extensions:
            app.extensions[name].parallel_read_safe = True


def setup(app: Sphinx) -> None:
    """Connect to the build, before it asks what may be done in parallel."""
    app.connect("builder-inited", share)
