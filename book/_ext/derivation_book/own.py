"""The page *Check your own*: an empty box, lines to start from, and the names that there are, from the engine's own docstrings."""

from __future__ import annotations

import importlib
import inspect
import json
import re
from html import escape
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from . import api, conventions, placeholders, playground
from .cells import ENGINE
from .examples import SCOPE, split
from .nodes import box, paragraph, placeholder, span

logger = logging.getLogger(__name__)

#: Lines of other texts, below the source folder.
LINES = "book/_data/latex_lines.json"
VERDICTS = ("proved", "false", "not proved")
SCRIPT, LATEX = "playground-own.js", "playground-latex.js"
#: Names that nobody needs in order to write a line.
LEFT_OUT = {"DerivationError", "FalseStep", "UnprovedStep"}


class Box(SphinxDirective):
    """``{own-box}``: the empty box, or with a body a box that begins with this text."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        return [placeholder(what="own-box", start="\n".join(self.content))]


class LatexBox(SphinxDirective):
    """``{latex-box}`` below an ``{own-box}``: a box that LaTeX is pasted into; its body is the line that it begins with."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        return [placeholder(what="latex-box", start="\n".join(self.content))]


class LatexExample(SphinxDirective):
    """``{latex-example} verdict`` with a line of LaTeX: shown, with a button that reads it. A test holds the verdict."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        latex = "\n".join(self.content)
        take = nodes.raw("", f'<button type="button" class="own-take latex-take" data-latex="{escape(latex, quote=True)}" hidden>'
                             "Read this line</button>\n", format="html")
        return [nodes.literal_block(latex, latex, language="latex"), take]


class LatexLines(SphinxDirective):
    """``{latex-lines}``: how the lines of other texts are read, each with its source; from ``_data/latex_lines.json``."""

    def run(self) -> list[nodes.Node]:
        rows = json.loads((Path(self.env.srcdir) / LINES).read_text(encoding="utf-8"))
        self.env.note_dependency(str(Path(self.env.srcdir) / LINES))
        right, refused = sum(row["right"] for row in rows), sum(row["verdict"] == "refused" for row in rows)
        said = (f"Of {len(rows)} lines of papers and textbooks, typed as they are printed, {right} are read as they are meant, {refused} are refused "
                f"with a message, and {len(rows) - right - refused} are misread. They are all here, with the reading of each.")
        outer = box(tag="details", classes=["latex-list"])
        summary = box(tag="summary")
        summary += span("The lines", "The lines")
        table = box(tag="dl", classes=["latex-lines"])
        for row in rows:
            source = ", ".join(filter(None, (row["from"], row["where"])))
            table += span("", source, tag="dt")
            found = box(tag="dd")
            found += nodes.literal_block(row["latex"], row["latex"], language="latex")
            if row["verdict"] == "refused":
                found += paragraph(nodes.Text(f"Refused: {row['why']}"))
            else:
                found += paragraph(nodes.Text("Read: " if row["right"] else "Misread: "),
                                   *[nodes.literal(text, text) for text in row["reads"]], nodes.Text(f" — {row['verdict']}"))
                if row.get("why"):
                    found += paragraph(nodes.Text(row["why"][0].upper() + row["why"][1:] + "."))
            table += found
        outer += [summary, table]
        return [paragraph(nodes.Text(said)), outer]


class Example(SphinxDirective):
    """``{own-example} title`` with code: a text to start from. ``:verdict:`` says what must come of it; a test runs it."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec = {"verdict": lambda text: directives.choice(text, VERDICTS)}

    def run(self) -> list[nodes.Node]:
        outer = box(tag="details", classes=["own-example"])
        summary = box(tag="summary")
        summary += span(self.arguments[0], self.arguments[0], classes=["own-example-title"])
        code = "\n".join(self.content)
        take = nodes.raw("", '<button type="button" class="own-take" hidden>Put it in the box<span class="sr-only">: '
                             f'{escape(self.arguments[0])}</span></button>\n', format="html")
        outer += [summary, nodes.literal_block(code, code, language="python"), take]
        return [outer]


class Names(SphinxDirective):
    """``{own-names}``: what can be written; each line of the body is ``Heading: names``, and every public name must stand there."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        engine, outer, listed = importlib.import_module(ENGINE), box(classes=["own-names"]), set()
        for line in self.content:
            heading, _, names = line.partition(":")
            group, listing = box(tag="details"), box(tag="dl")
            group += [span(heading.strip(), heading.strip(), tag="summary"), listing]
            for name in names.split():
                listed.add(name)
                if not hasattr(engine, name):
                    self.warn(f"own-names: {ENGINE} has no {name}")
                    continue
                listing += [span("", "", self.link(name), tag="dt"), self.meaning(engine, name)]
            outer += group
        missing = sorted(set(engine.__all__) - listed - LEFT_OUT)
        if missing:
            self.warn(f"own-names: {', '.join(missing)} of {ENGINE} stand nowhere")
        return [outer]

    def link(self, name: str) -> nodes.Node:
        """The name, leading to its place in the reference."""
        target = f"{api.homes(ENGINE).get(name, ENGINE)}.{name}"
        found = addnodes.pending_xref("", nodes.literal(name, name), refdomain="py", reftype="obj", reftarget=target, refwarn=False)
        found["refdoc"] = self.env.docname
        return found

    def meaning(self, engine: object, name: str) -> nodes.Element:
        """The first sentence about a name."""
        found = box(tag="dd")
        said = first_sentence(split(inspect.getdoc(getattr(engine, name)) or "")[0])
        if not said:
            self.warn(f"own-names: {name} says nothing of itself")
        parts = re.split(r"`+", said)
        found += paragraph(*(nodes.literal(part, part) if k % 2 else nodes.Text(part) for k, part in enumerate(parts) if part))
        return found

    def warn(self, words: str) -> None:
        logger.warning(words, location=self.get_location(), type="derivation", subtype="own")


def first_sentence(text: str) -> str:
    """The first sentence of a docstring, without its full stop."""
    return re.split(r"\.(?= |$)", " ".join(text.split("\n\n")[0].split()))[0]


def render(app: Sphinx, docname: str, node: placeholder) -> list[nodes.Node]:
    """The box, hidden until its script runs, words for whoever has none, and the page's data."""
    if not app.config.derivation_playground or app.builder.format != "html":
        return []
    held = nodes.raw("", '<div class="own-box playground" hidden></div>\n'
                         "<noscript><p>The box needs JavaScript, which this browser does not run.</p></noscript>\n", format="html")
    return [held, playground.data(docname, [], [], conventions.address(app, docname), scope=SCOPE, start=node["start"])]


def render_latex(app: Sphinx, docname: str, node: placeholder) -> list[nodes.Node]:
    """The box for LaTeX, hidden until its script runs."""
    if not app.config.derivation_playground or app.builder.format != "html":
        return []
    start = escape(node["start"], quote=True)
    return [nodes.raw("", f'<div class="latex-box playground" data-start="{start}" hidden></div>\n', format="html")]


def add_script(app: Sphinx, pagename: str, templatename: str, context: dict, doctree) -> None:
    """Load the box's script on its page."""
    if doctree is not None and 'class="own-box' in context.get("body", ""):
        app.add_js_file(SCRIPT, loading_method="defer")
    if doctree is not None and 'class="latex-box' in context.get("body", ""):
        app.add_js_file(LATEX, loading_method="defer", priority=900)


def setup(app: Sphinx) -> None:
    """Connect to the build."""
    app.add_directive("own-box", Box)
    app.add_directive("own-example", Example)
    app.add_directive("own-names", Names)
    app.add_directive("latex-box", LatexBox)
    app.add_directive("latex-example", LatexExample)
    app.add_directive("latex-lines", LatexLines)
    placeholders.register("own-box", render)
    placeholders.register("latex-box", render_latex)
    app.connect("html-page-context", add_script, priority=600)
