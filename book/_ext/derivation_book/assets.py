"""Keeps the site self-contained: its own styles, no request to another host."""

from __future__ import annotations

import re
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging

logger = logging.getLogger(__name__)

#: What makes an element, for the other scripts of a page: it is loaded before them.
DOM = "dom.js"
#: The extension's own styles and script lie beside it, in ``book/_static``.
STATIC = Path(__file__).resolve().parents[2] / "_static"

#: Tags that make a browser fetch something as soon as the page is shown.
FETCH = re.compile(
    r"<(?:script|img|iframe|source|video|audio|embed)\b[^>]*?\ssrc\s*=\s*[\"']?"
    r"(?P<src>(?:https?:)?//[^\"'\s>]+)"
    r"|<link\b(?=[^>]*\brel\s*=\s*[\"']?(?:stylesheet|preload|prefetch|preconnect|dns-prefetch"
    r"|modulepreload|icon|shortcut icon))[^>]*?\shref\s*=\s*[\"']?"
    r"(?P<href>(?:https?:)?//[^\"'\s>]+)",
    re.IGNORECASE,
)
STYLE = re.compile(r"(?:@import\s+|url\()\s*[\"']?(?P<url>(?:https?:)?//[^\"')\s]+)")


def _resolved(app: Sphinx):
    return lambda entry: str((Path(app.confdir) / entry).resolve())


def configure(app: Sphinx, config: Config) -> None:
    """A theme setting whose default logs an error, and the extension's own files."""
    config.html_context.setdefault("default_mode", "auto")
    for name, words in (("show", "Show the code"), ("hide", "Hide the code")):
        if "{type}" in config[f"nb_code_prompt_{name}"]:
            config[f"nb_code_prompt_{name}"] = words
    folder = str(STATIC)
    if folder not in map(_resolved(app), config.html_static_path):
        config.html_static_path.append(folder)
    for listed, name in ((config.html_css_files, "derivation.css"),
                         (config.html_js_files, "derivation.js")):
        if name not in listed:
            listed.append(name)


def drop_thebe(app: Sphinx, pagename, templatename, context, doctree) -> None:
    """Jupyter Book puts scripts of a live-code service on every page; take them off."""
    def wanted(script: object) -> bool:
        body = getattr(script, "attributes", {}).get("body") or ""
        return "thebe" not in str(getattr(script, "filename", script)).lower() \
            and "thebe" not in str(body).lower()

    context["script_files"] = [s for s in context.get("script_files", []) if wanted(s)]


def external(folder: Path) -> list[tuple[str, str]]:
    """Pairs of a built file and an address on another host that it fetches."""
    found = []
    for path in sorted(folder.rglob("*.html")):
        for match in FETCH.finditer(path.read_text(encoding="utf-8", errors="replace")):
            found.append((str(path.relative_to(folder)), match["src"] or match["href"]))
    for path in sorted(folder.rglob("*.css")):
        for match in STYLE.finditer(path.read_text(encoding="utf-8", errors="replace")):
            found.append((str(path.relative_to(folder)), match["url"]))
    return found


def finish(app: Sphinx, error: Exception | None) -> None:
    """Let file hosts serve ``_static``, and report what would be fetched elsewhere."""
    if error or app.builder.format != "html":
        return
    site = Path(app.outdir)
    (site / ".nojekyll").touch()
    for page, address in external(site):
        logger.warning("%s fetches %s: the site must serve it itself", page, address,
                       type="derivation", subtype="external")


def setup(app: Sphinx) -> None:
    """Connect to the build."""
    app.connect("config-inited", configure)
    app.connect("html-page-context", drop_thebe, priority=900)
    app.connect("build-finished", finish)
