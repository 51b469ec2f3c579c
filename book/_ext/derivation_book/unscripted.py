"""Light and dark for readers without scripts: the theme's rules wait for a script to say which, and nobody does.

What the site's styles say of ``html[data-theme=dark]`` is said once more of a page whose theme nobody set, where the
reader's system is dark; what they say of light, where it is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from sphinx.application import Sphinx

FILE = "unscripted.css"
TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|url\([^)"\']*\)|[{};]|[^{};"\'u]+|u', re.S)
UNSET = 'html[data-theme="auto"]'


def of_theme(css: str, theme: str) -> str:
    """The rules of a style sheet that are about a theme, each about a page whose theme is not set."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    return "".join(_about(TOKEN.findall(css), re.compile(rf"""html\[data-theme=["']?{theme}["']?\]""")))


def _about(tokens: list[str], named: re.Pattern) -> Iterator[str]:
    for head, body in _blocks(tokens):
        if head.startswith(("@media", "@supports", "@layer")):
            inner = "".join(_about(body, named))
            if inner:
                yield f"{head}{{{inner}}}\n"
        elif not head.startswith("@"):
            meant = [named.sub(UNSET, part.strip()) for part in re.split(r",(?![^(\[]*[)\]])", head) if named.search(part)]
            if meant:
                yield f"{','.join(meant)}{{{''.join(body).strip()}}}\n"


def _blocks(tokens: list[str]) -> Iterator[tuple[str, list[str]]]:
    """What stands before each outer brace, and what within."""
    head, body, depth = [], [], 0
    for token in tokens:
        depth -= token == "}"
        if depth:
            body.append(token)
        elif token == "}":
            yield "".join(head).strip(), body
            head, body = [], []
        elif token == ";":
            head = []
        elif token != "{":
            head.append(token)
        depth += token == "{"


def add(app: Sphinx, pagename: str, templatename: str, context: dict, doctree) -> None:
    """Name the styles where there are no scripts."""
    address = context["pathto"](f"_static/{FILE}", 1)
    context["metatags"] = context.get("metatags", "") + f'\n<noscript><link rel="stylesheet" href="{address}"></noscript>'


def write(app: Sphinx, error: Exception | None) -> None:
    """Leave the styles on the site, made of all its others."""
    if error is not None or app.builder.format != "html":
        return
    static = Path(app.outdir, "_static")
    sheets = [path.read_text(encoding="utf-8") for path in sorted(static.rglob("*.css")) if path.name not in (FILE, "slides.css")]
    light, dark = ("".join(of_theme(css, theme) for css in sheets) for theme in ("light", "dark"))
    (static / FILE).write_text(f"{light}@media (prefers-color-scheme: dark) {{\n{dark}}}\n", encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Connect to the build."""
    app.connect("html-page-context", add)
    app.connect("build-finished", write)
