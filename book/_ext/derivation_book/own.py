"""The page *Check your own*: an empty box, lines to start from, and the names that there are, from the engine's own docstrings."""

from __future__ import annotations

import importlib
import inspect
import re
from html import escape

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

VERDICTS = ("proved", "false", "not proved")
SCRIPT = "playground-own.js"
#: Names that nobody needs in order to write a line.
LEFT_OUT = {"DerivationError", "FalseStep", "UnprovedStep"}


class Box(SphinxDirective):
    """``{own-box}``: the empty box, or with a body a box that begins with this text."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        return [placeholder(what="own-box", start="\n".join(self.content))]


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


def add_script(app: Sphinx, pagename: str, templatename: str, context: dict, doctree) -> None:
    """Load the box's script on its page."""
    if doctree is not None and 'class="own-box' in context.get("body", ""):
        app.add_js_file(SCRIPT, loading_method="defer")


def setup(app: Sphinx) -> None:
    """Connect to the build."""
    app.add_directive("own-box", Box)
    app.add_directive("own-example", Example)
    app.add_directive("own-names", Names)
    placeholders.register("own-box", render)
    app.connect("html-page-context", add_script, priority=600)
