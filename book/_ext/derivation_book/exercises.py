"""Exercise sheets and solutions, both taken from the chapters and typed nowhere else.

An exercise is an admonition of class ``exercise``. To it belong the cells tagged ``exercise`` that follow: the
first poses it, the hidden ones solve it. Between them stands the answer, a closed admonition.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from docutils import nodes, utils
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode

from . import placeholders, settings
from .nodes import box, hidden_math, paragraph, placeholder


@dataclass
class Exercise:
    """One exercise of a page: its number in the chapter, and the nodes of its parts."""

    docname: str
    number: str
    title: str
    anchor: str
    text: list[nodes.Node]
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
        node += hidden_math()
        return [node]


def anchors(app: Sphinx, doctree: nodes.document) -> None:
    """Give every exercise of a chapter an id of its own, so that the sheets can link to it."""
    for count, node in enumerate(doctree.findall(_is_exercise), 1):
        node["ids"].insert(0, f"exercise-{count}")


def _is_exercise(node: nodes.Node) -> bool:
    return isinstance(node, nodes.admonition) and "exercise" in node["classes"]


def _is_cell(node: nodes.Node) -> bool:
    return isinstance(node, nodes.container) and "cell" in node["classes"]


def _is_answer(node: nodes.Node) -> bool:
    return isinstance(node, nodes.admonition) and "dropdown" in node["classes"]


def read(docname: str, chapter: int, doctree: nodes.document, before: int = 0) -> list[Exercise]:
    """The exercises of one page, in its order; ``before`` of them stand on earlier pages of the chapter."""
    found: list[Exercise] = []
    current: Exercise | None = None
    for node in doctree.findall(lambda n: _is_exercise(n) or _is_cell(n) or _is_answer(n)):
        if _is_exercise(node):
            count = len(found) + 1
            title = node.next_node(nodes.title).astext().removeprefix("Exercise").lstrip(": ")
            text = [child for child in node.children if not isinstance(child, nodes.title)]
            current = Exercise(docname, f"{chapter}.{before + count}", title, f"exercise-{count}", text)
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


def inputs(cells: list[nodes.Node]) -> list[nodes.Node]:
    """The code of cells, without what they show."""
    return [
        part for cell in cells for part in cell.findall(nodes.container)
        if "cell_input" in part["classes"]
    ]


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
    outer = box(classes=["sheet-exercise"])
    head = paragraph(classes=("sheet-head",))
    head += nodes.strong("", f"Exercise {exercise.number}")
    stop = "" if exercise.title.endswith(("?", "!")) else "."
    head += nodes.Text(f": {exercise.title}{stop} " if exercise.title else ". ")
    head += make_refnode(app.builder, docname, exercise.docname, exercise.anchor,
                         [nodes.Text("In the chapter")])
    outer += head
    outer += copies(app, docname, exercise.text + inputs(exercise.task))
    if solved and exercise.answer + exercise.solution:
        outer += paragraph(nodes.strong("", "Answer"), classes=("sheet-answer",))
        outer += copies(app, docname, exercise.answer + exercise.solution)
    return outer


def setup(app: Sphinx) -> None:
    """Register the directive and what fills it."""
    app.add_directive("exercise-sheet", Sheet)
    app.connect("doctree-read", anchors)
    for part, solved in (("exercises", False), ("solutions", True)):
        placeholders.register(
            f"sheet-{part}",
            lambda app, docname, node, solved=solved: render(app, docname, node["chapter"], solved),
        )
