"""Exercise sheets and solutions, both taken from the chapters and typed nowhere else.

An exercise is an admonition of class ``exercise``, titled ``Exercise ★★: name``. To it belong the cells tagged ``exercise``
that follow: the first ones pose it, with an attempt that is wrong; the hidden ones solve it. Between them stand hints and the
answer, closed admonitions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from docutils import nodes, utils
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode

from . import placeholders, settings
from .assets import DOM
from .cells import calls_exercise
from .nodes import box, paragraph, placeholder

logger = logging.getLogger(__name__)

STYLE, SCRIPT = "exercises.css", "exercises.js"
HEAD = re.compile(r"^Exercise *(?P<stars>★{0,3})[: ]*(?P<name>.*)$", re.S)


@dataclass
class Exercise:
    """One exercise of a page: its number in the chapter, and the nodes of its parts."""

    docname: str
    number: str
    title: str
    anchor: str
    text: list[nodes.Node]
    kept: str = ""
    stars: str = ""
    task: list[nodes.Node] = field(default_factory=list)
    answer: list[nodes.Node] = field(default_factory=list)
    solution: list[nodes.Node] = field(default_factory=list)


class Sheet(SphinxDirective):
    """``{exercise-sheet} exercises`` or ``solutions``; ``:chapter: 2`` for one chapter alone."""

    required_arguments = 1
    option_spec = {"chapter": directives.nonnegative_int}

    def run(self) -> list[nodes.Node]:
        part = directives.choice(self.arguments[0], ("exercises", "solutions"))
        node = placeholder(what=f"sheet-{part}", chapter=self.options.get("chapter"))
        return [node]


def anchors(app: Sphinx, doctree: nodes.document) -> None:
    """Give every exercise of a page two ids: its place, to which sheets link, and its name, by which a browser keeps what was solved."""
    seen: set[str] = set()
    for count, node in enumerate(doctree.findall(_is_exercise), 1):
        name = HEAD.match(_title(node))["name"]
        kept = kept_as(name)
        if kept in seen:
            logger.warning("two exercises of this page are named %r", name, location=node, type="derivation", subtype="exercise")
        seen.add(kept)
        node["ids"][:0] = [f"exercise-{count}", kept]


def kept_as(name: str) -> str:
    """The name under which a browser keeps that an exercise is solved; it does not change when another one is put before it."""
    return nodes.make_id(f"ex {name}")


def _title(node: nodes.Element) -> str:
    return node.next_node(nodes.title).astext()


def marks(cells: list[nodes.Node]) -> str:
    """The first sign of what the checks of cells printed: ✓ or ✗ for each that checked an answer."""
    found = ""
    for cell in cells:
        parts = [p for p in cell.findall(nodes.container) if p.get("nb_element") in ("cell_code_source", "cell_code_output")]
        code = "\n".join(p.astext() for p in parts if p["nb_element"] == "cell_code_source")
        said = "\n".join(p.astext() for p in parts if p["nb_element"] == "cell_code_output").strip()
        if ".check(" in code and calls_exercise(code):
            found += said[:1] if said[:1] in "✓✗" else "?"
    return found


def check(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """An attempt must be rejected and an answer accepted: a build in which this is not so says which."""
    for exercise in read(docname, 0, doctree):
        posed, solved = marks(exercise.task), marks(exercise.solution)
        if posed.strip("✗") or solved.strip("✓"):
            logger.warning("exercise %r: the attempt got %s and the answer %s; wanted ✗ and ✓", exercise.title, posed or "nothing",
                           solved or "nothing", location=docname, type="derivation", subtype="exercise")


def _is_exercise(node: nodes.Node) -> bool:
    return isinstance(node, nodes.admonition) and "exercise" in node["classes"]


def _is_cell(node: nodes.Node) -> bool:
    return isinstance(node, nodes.container) and "cell" in node["classes"]


def _is_answer(node: nodes.Node) -> bool:
    return isinstance(node, nodes.admonition) and "dropdown" in node["classes"] and "hint" not in node["classes"]


def read(docname: str, chapter: int, doctree: nodes.document, before: int = 0) -> list[Exercise]:
    """The exercises of one page, in its order; ``before`` of them stand on earlier pages of the chapter."""
    found: list[Exercise] = []
    current: Exercise | None = None
    for node in doctree.findall(lambda n: _is_exercise(n) or _is_cell(n) or _is_answer(n)):
        if _is_exercise(node):
            count = len(found) + 1
            head = HEAD.match(_title(node))
            text = [child for child in node.children if not isinstance(child, nodes.title)]
            current = Exercise(docname, f"{chapter}.{before + count}", head["name"], f"exercise-{count}", text, kept_as(head["name"]), head["stars"])
            found.append(current)
        elif current is None:
            continue
        elif _is_answer(node):
            current.answer += [c for c in node.children if not isinstance(c, nodes.title)]
        elif "tag_exercise" not in node["classes"]:
            current = None  # the text has gone on
        elif "tag_hide-cell" in node["classes"]:
            current.solution.append(node)
        else:
            current.task.append(node)
    return found


def gather(app: Sphinx, chapter: int | None) -> dict[int, list[Exercise]]:
    """Chapter -> its exercises."""
    found: dict[int, list[Exercise]] = {}
    for docname in sorted(app.env.found_docs):
        number = settings.chapter_of(app.config, docname)
        if number is not None and chapter in (None, number):
            before = len(found.get(number, ()))  # those of the chapter's earlier pages
            exercises = read(docname, number, app.env.get_doctree(docname), before)
            if exercises:
                found.setdefault(number, []).extend(exercises)
    return found


def copies(app: Sphinx, docname: str, given: list[nodes.Node]) -> list[nodes.Node]:
    """Copies of nodes of another page, with their references resolved for this one."""
    page = utils.new_document(docname)
    page.settings.env = app.env
    page += [node.deepcopy() for node in given]
    for node in page.findall(nodes.Element):
        # Sphinx wants an id of every figure; on this page it has no number.
        node["ids"], node["names"] = node["ids"] if isinstance(node, nodes.figure) else [], []
        node.attributes.pop("hide_mode", None)
        if "refdoc" in node:
            node["refdoc"] = docname
    app.env.apply_post_transforms(page, docname)
    return list(page.children)


def posed(cells: list[nodes.Node]) -> list[nodes.Node]:
    """The code of cells, and what is shown by those that check nothing: the lines among which a slip is to be found."""
    found: list[nodes.Node] = []
    for cell in cells:
        parts = list(cell.findall(nodes.container))
        found += [part for part in parts if "cell_input" in part["classes"]]
        if not any(".check(" in part.astext() for part in parts if part.get("nb_element") == "cell_code_source"):
            found += [part for part in parts if part.get("nb_element") == "cell_code_output"]
    return found


def render(app: Sphinx, docname: str, chapter: int | None, solved: bool) -> list[nodes.Node]:
    """Every exercise, with its answer or without."""
    found: list[nodes.Node] = []
    for number, exercises in gather(app, chapter).items():
        part = box(tag="section", classes=["sheet"])
        title = app.env.titles[exercises[0].docname].astext()
        part += paragraph(nodes.Text(f"Chapter {number}. {title}"), classes=("errata-head",))
        for exercise in exercises:
            part += _entry(app, docname, exercise, solved)
        found.append(part)
    return found or [paragraph(nodes.Text("There are no exercises."))]


def _entry(app: Sphinx, docname: str, exercise: Exercise, solved: bool) -> nodes.Element:
    page = exercise.docname.rpartition("/")[2]
    outer = box(classes=["sheet-exercise"], attrs={"data-exercise": f"{page}#{exercise.kept}"})
    head = paragraph(classes=("sheet-head",))
    head += nodes.strong("", f"Exercise {exercise.number}{' ' * bool(exercise.stars)}{exercise.stars}")
    stop = "" if exercise.title.endswith(("?", "!")) else "."
    head += nodes.Text(f": {exercise.title}{stop} " if exercise.title else ". ")
    head += make_refnode(app.builder, docname, exercise.docname, exercise.anchor,
                         [nodes.Text("In the chapter")])
    outer += head
    outer += copies(app, docname, exercise.text + posed(exercise.task))
    if solved and exercise.answer + exercise.solution:
        outer += paragraph(nodes.strong("", "Answer"), classes=("sheet-answer",))
        outer += copies(app, docname, exercise.answer + exercise.solution)
    return outer


def add_script(app: Sphinx, pagename: str, templatename: str, context: dict, doctree) -> None:
    """The script that keeps what is solved, on pages that have exercises; before the one that runs Python, which it hears."""
    if doctree is not None and re.search(r'class="[^"]*\b(admonition exercise|exercise admonition|sheet-exercise)\b', context.get("body", "")):
        app.add_css_file(STYLE)
        app.add_js_file(DOM, loading_method="defer", priority=400)
        app.add_js_file(SCRIPT, loading_method="defer", priority=450)
        # the place of the count, so that nothing moves when the script fills it
        context["body"] = context["body"].replace("</h1>", '</h1>\n<p class="exercise-count"></p>', 1)


def setup(app: Sphinx) -> None:
    """Register the directive and what fills it."""
    app.add_directive("exercise-sheet", Sheet)
    app.connect("doctree-read", anchors)
    app.connect("doctree-resolved", check)
    app.connect("html-page-context", add_script)
    for part, solved in (("exercises", False), ("solutions", True)):
        placeholders.register(
            f"sheet-{part}",
            lambda app, docname, node, solved=solved: render(app, docname, node["chapter"], solved),
        )
