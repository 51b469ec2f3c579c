"""Examples of the engine, from its docstrings and from pages: run by the build, shown with what comes of them, changed in the page.

A docstring has them below headings of their own, in one list, and a test wants both kinds of every public name:

    Example: what it shows
    >>> x, z = variables("x z")
    >>> p = Law("p", x, z)

    Refused: why it is
    >>> p(z, z)

Names that an example makes are known in those below it. What is shown of a refused one is the message that it gets, never typed.
"""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from vdmlib import derive
from vdmlib.derive.book.equation_numbers import IN_THE_BOOK

from . import records
from .cells import ENGINE, read_page, statements
from .nodes import box, inline_tex, paragraph, span
from .page_runner import Page

logger = logging.getLogger(__name__)

#: The folder of the library, the engine in it.
LIBRARY = Path(derive.__file__).parents[1]
#: What runs before an example, and before a reader's own code.
SCOPE = f"from {ENGINE} import *\nfrom sympy import Rational, oo, pi"
HEAD = re.compile(r"(Example|Refused)(?:: (.+?))?\.?")
ARGUMENT = re.compile(r"([a-z]\w*(?:, [a-z]\w*)*): (.*)")
PROMPT = re.compile(r"(?:>>>|\.\.\.)(?: |$)")
#: Docstrings' examples by the full name of what they belong to, between autodoc's reading and the directive that shows them.
_read: dict[str, list[Example]] = {}


@dataclass(frozen=True)
class Example:
    """One example: whether the engine takes it, what it shows, its code, what runs before it, and whether that runs in the page."""

    refused: bool
    caption: str
    code: str
    earlier: str = ""
    in_page: bool = True


def split(docstring: str) -> tuple[str, list[Example]]:
    """A docstring without its examples, and these."""
    kept: list[str] = []
    found: list[Example] = []
    head, code, fails = None, [], False

    def close() -> None:
        nonlocal head, code, fails
        if code:
            found.append(Example(bool(head) and head[1] == "Refused" or fails, (head and head[2]) or "", "\n".join(code)))
        elif head:
            kept.append(head[0])
        head, code, fails = None, [], False

    for line in docstring.splitlines():
        new = HEAD.fullmatch(line)
        if new:
            close()
            head = new
        elif PROMPT.match(line):
            code.append(line[4:])
        elif not code and head and not line:
            continue
        else:
            if not line:
                close()
            fails = fails or bool(code) and line.startswith("Traceback ")
            if not code:  # what doctest would compare stands below the code, and goes with it
                close()
                kept.append(line)
    close()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).rstrip(), linked(found)


def linked(found: Iterable[Example]) -> list[Example]:
    """Each example with what it needs of the earlier ones: the statements that make the names which it reads."""
    sources, out = [SCOPE], []
    for example in found:
        cell = read_page([*sources, example.code], LIBRARY)[-1]
        needs = cell.needs if cell.runs else range(len(sources))
        out.append(replace(example, earlier="\n".join(sources[k] for k in needs if k), in_page=cell.runs))
        sources += [] if example.refused else [statement.source for statement in statements(example.code, LIBRARY)]
    return out


def examples_of(value: object) -> list[Example]:
    """The examples in a thing's own docstring."""
    return split(inspect.getdoc(value) or "")[1]


def on_page(text: str) -> list[Example]:
    """The examples in a page's Markdown."""
    out: list[Example] = []
    above: list[Example] = []
    for caption, options, code in re.findall(r"^```\{engine-example\}(.*)\n((?::\w+:.*\n)*)((?:.*\n)*?)```", text, re.M):
        new = Example(":refused:" in options, caption.strip(), code.rstrip("\n"))
        out.append(placed(new, above, ":continues:" in options))
    return out


def placed(new: Example, above: list[Example], continues: bool) -> Example:
    """An example with what it needs of those above it on its page, which it joins if others may need it."""
    if not new.refused and not continues:
        above.clear()
    new = linked([*above, new])[-1]
    above += [] if new.refused else [new]
    return new


def run(example: Example, page: Page | None = None) -> dict:
    """What comes of it (see ``Page.run``), as a reader sees it, who is not the build of the book."""
    before = os.environ.pop(IN_THE_BOOK, None)
    try:
        return (page or Page()).run([SCOPE, example.earlier], example.code, lambda words: None)
    finally:
        if before is not None:
            os.environ[IN_THE_BOOK] = before


def fault(example: Example, result: dict) -> str:
    """What is wrong with an example that does not do what it says; empty if it does."""
    error, outputs = result["error"], result["outputs"]
    answers = [output["right"] for output in outputs if output["kind"] == "answer"]
    if not example.refused:
        if error:
            return f"it fails: {message(error)}"
        return "its answer is not right" if answers and not answers[-1] else "" if outputs or result["printed"] else "its last line shows nothing"
    if not error:
        return "" if answers and not answers[-1] else "it is not refused"
    ours = error["name"] in engine_errors()
    return "" if ours else f"it is no error of the engine's: {message(error)}"


def engine_errors() -> set[str]:
    """The names of the errors that say what is wrong with a line."""
    from vdmlib.derive import errors

    return {name for name, value in vars(errors).items() if isinstance(value, type)} - {"EngineError"}


def message(error: dict) -> str:
    """An error as Python prints it, the file and line left out."""
    return f"{error['name']}: {error.get('text') or error['words']}"


# -- on a page ---------------------------------------------------------------


class Shown(SphinxDirective):
    """What the two directives have in common."""

    def show(self, example: Example) -> nodes.Element:
        """An example, its code and what comes of it."""
        result = run(example)
        wrong = fault(example, result)
        if wrong:
            logger.warning("the example %r: %s", example.caption or example.code, wrong,
                           location=self.get_location(), type="derivation", subtype="example")
        for path in sorted(LIBRARY.rglob("derive/**/*.py")):
            self.env.note_dependency(str(path))
        kind, tag, head_tag = ("refused", "details", "summary") if example.refused else ("taken", "div", "p")
        outer = box(tag=tag, classes=["engine-example", f"engine-example-{kind}"], example=example)
        mark, word = ("✗", "Refused") if example.refused else ("✓", "Example")
        head = span("", "", tag=head_tag, classes=["engine-example-head"])
        head += [span(mark, mark, classes=["glyph"], attrs={"aria-hidden": "true"}), nodes.Text(" "), span(word, word, classes=["engine-example-word"])]
        head += [nodes.Text(": "), *literals(example.caption)] if example.caption else []
        outer += [head, nodes.literal_block(example.code, example.code, language="python"), *drawn(result)]
        return outer


class OfPage(Shown):
    """``{engine-example} what it shows`` with code. ``:refused:`` says that the engine refuses it.

    A refused one, and one with ``:continues:``, knows the names of those above it, back to the last that does not continue.
    """

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec = {"refused": directives.flag, "continues": directives.flag}

    def run(self) -> list[nodes.Node]:
        new = Example("refused" in self.options, " ".join(self.arguments), "\n".join(self.content))
        return [self.show(placed(new, self.env.temp_data.setdefault("engine-examples", []), "continues" in self.options))]


class OfDocstring(Shown):
    """``engine-examples name``: the examples that the docstring of this name was found to have."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        return [self.show(example) for example in _read[self.arguments[0]]]


def take_out(app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]) -> None:
    """In a docstring of the engine, the directive in place of the examples; what stands between single backticks is code."""
    if not name.startswith(f"{ENGINE}."):
        return
    words, found = split("\n".join(lines))
    lines[:] = listed(re.sub(r"(?<![`:\w])`([^`\n]+)`(?![`_])", r"``\1``", words))
    if found:
        _read[name] = found
        lines += ["", f".. engine-examples:: {name}", ""]


def listed(text: str) -> list[str]:
    """A docstring in which lines such as ``times: {T: least value}`` that say what an argument is are the items of a list."""
    out: list[str] = []
    inside = False
    for line in re.sub(r"^Parameters\n-+\n", "", text, flags=re.M).split("\n"):
        item = ARGUMENT.match(line)
        if item:
            out += [] if inside or not out or not out[-1] else [""]
            line = f"- {', '.join(f'``{name}``' for name in item[1].split(', '))}: {item[2]}"
        elif inside and line.startswith("    "):
            line = "  " + line.strip()
        elif inside and line:
            out.append("")
        inside = bool(item) or inside and line.startswith("  ")
        out.append(line)
    return out


def literals(text: str) -> list[nodes.Node]:
    """Words with `code` and $mathematics$ in them."""
    found: list[nodes.Node] = []
    for k, part in enumerate(re.split(r"`+", text)):
        found += [nodes.literal(part, part)] if k % 2 else inline_tex(part)
    return found


# -- what comes of it --------------------------------------------------------


def drawn(result: dict) -> list[nodes.Node]:
    """Everything that a run showed, as the page's own scripts draw it."""
    found: list[nodes.Node] = [printed(result["printed"])] if result["printed"] else []
    found += [draw(output) for output in result["outputs"]]
    if result["error"]:
        found.append(printed(message(result["error"]), "engine-example-message"))
    return found


def printed(text: str, *classes: str) -> nodes.literal_block:
    """Text as it is."""
    text = text.rstrip("\n")
    return nodes.literal_block(text, text, language="text", classes=["engine-example-printed", *classes])


def draw(output: dict) -> nodes.Node:
    """One value."""
    if output["kind"] == "records":
        return derivation(output)
    if output["kind"] == "latex":
        return display(output["latex"])
    if output["kind"] == "answer":
        mark = "✓ right" if output["right"] else "✗ not right"
        return printed("\n".join([mark, *(": ".join(filter(None, part)) for part in output["parts"])]))
    return printed(output["text"])


def derivation(output: dict) -> nodes.Element:
    """Records, in the classes of the book's own; they are not the book's, so its ledger does not hear of them."""
    outer = box(ledger=True, classes=["derivation", "engine-example-lines"])
    if output["title"]:
        outer += paragraph(span("", "", *segments(output["title"]), classes=["derivation-title"]), classes=("derivation-head",))
    for record in output["records"]:
        slug = record["status"].replace(" ", "-")
        row = box(classes=["step", f"kind-{record['kind']}", f"status-{slug}"])
        if record["refuted"]:
            row += refuted(record["refuted"])
        elif record["latex"]:
            row += display(record["latex"])
        foot = box(classes=["step-foot"])
        if record["why"]:
            foot += paragraph(*segments(record["why"]), classes=("step-why",))
        for word, said in record["under"]:
            foot += paragraph(span(word, word, classes=["step-when-word"]), nodes.Text(" "), *segments(said), classes=("step-when",))
        if record["kind"] != "start":
            foot += verdict(record)
        outer += row
        row += [foot] if foot.children else []
    return outer


def display(latex: str) -> nodes.Element:
    """A formula on its own, with no number."""
    return box("", nodes.math_block(latex, latex, nowrap=False, number=None, label=None), ledger=True, classes=["step-math"])


def refuted(parts: list) -> nodes.Element:
    """What is false, struck, and why."""
    holder = box(classes=["refuted"])
    for name, said, struck in parts:
        words: nodes.Element = paragraph(*segments(said))
        words = box("", words, tag="del", classes=["struck"]) if struck else words
        holder += box("", paragraph(span("", name), classes=("refuted-word",)), words, classes=["refuted-part"])
    return holder


def verdict(record: dict) -> nodes.Element:
    """The badge, and the evidence behind it."""
    look = records.STATUSES[record["status"]]
    badge = [span(look.glyph, look.glyph, classes=["glyph"], attrs={"aria-hidden": "true"}), span(look.word, look.word, classes=["word"])]
    classes = ["verdict", "status-" + record["status"].replace(" ", "-")]
    if not record["evidence"]:
        return box("", span("", "", *badge, classes=["badge-status", "summary"]), classes=classes)
    evidence = box(tag="dl", classes=["evidence"])
    for name, said in record["evidence"]:
        evidence += [span(name, name, tag="dt"), box("", paragraph(*segments(said)), tag="dd")]
    hint = ": how it was checked"
    return box("", box("", *badge, span(hint, hint, classes=["sr-only"]), tag="summary"), evidence, tag="details", classes=classes)


def segments(parts: list[list[str]]) -> list[nodes.Node]:
    """Words and mathematics, as ``page_runner`` cuts them."""
    return [nodes.math(text, text, ledger=True) if kind == "math" else nodes.Text(text) for kind, text in parts]


# -- changed in the page -----------------------------------------------------


def add_buttons(doctree: nodes.document) -> dict[str, dict]:
    """A button below each example of the page, and the sources that these run, as the page's scripts want them."""
    names: dict[tuple, str] = {}
    cells: dict[str, dict] = {}

    def cell(source: str, *needs: str) -> str:
        name = names.setdefault((source, needs), f"example-{len(names)}")
        cells[name] = {"source": source, "needs": list(needs)}
        return name

    for node in list(doctree.findall(lambda n: isinstance(n, box) and "example" in n)):
        example = node["example"]
        if not example.in_page:
            continue
        needs = [cell(source) for source in (SCOPE, example.earlier) if source]
        hint = f'<span class="sr-only">: {escape(re.sub("[`$]", "", example.caption))}</span>' if example.caption else ""
        node += nodes.raw("", f'<div class="playground" data-cell="{cell(example.code, *needs)}" hidden><button type="button" '
                              f'class="playground-open" aria-expanded="false">Change it{hint}</button></div>\n', format="html")
    return cells


def setup(app: Sphinx) -> None:
    """Register the directives; docstrings are read before napoleon and the labels' links."""
    app.add_directive("engine-example", OfPage)
    app.add_directive("engine-examples", OfDocstring)
    app.connect("autodoc-process-docstring", take_out, priority=300)
