"""The library's reference, from its docstrings, linked both ways with the equations.

A docstring names the statements that its code comes from: ``Source: the book's ``vae.split.terms```` .
On the reference page such a label becomes a link to the equation. In the equation's opened verdict
stand links to everything in the library that names it.
"""

from __future__ import annotations

import importlib
import inspect
import re
import sys

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.roles import XRefRole
from sphinx.util import logging
from sphinx.pycode import ModuleAnalyzer
from sphinx.util.docutils import SphinxDirective
from sphinx.util.inspect import stringify_signature
from sphinx.util.nodes import make_refnode

from . import placeholders
from .domain import ledger_of
from .nodes import box, paragraph, placeholder
from .tables import table

logger = logging.getLogger(__name__)

LABEL = re.compile(r"(?<!`)``([a-z]\w*(?:\.\w+)+)``(?!`)")
#: What napoleon makes of the words before the first colon of a property's docstring.
TYPE = ":type: "
#: What follows these words is a statement's label and nothing else.
BOOK = re.compile(r"the book's\s+((?:``[\w.]+``(?:,| and|\s)*)+)")


def public(package: str) -> dict[str, list[str]]:
    """Module -> the public names that live in it, for a package with a flat namespace."""
    found = importlib.import_module(package)
    listed = getattr(found, "_PUBLIC", None)
    if listed:
        return {f"{package}.{module}": list(names) for module, names in listed.items()}
    homes: dict[str, list[str]] = {}
    for name in found.__all__:
        value = getattr(found, name)
        home = value if inspect.isclass(value) or inspect.isfunction(value) else type(value)  # E and its like are used with brackets
        if (home.__module__ or "").startswith(package) and inspect.getdoc(value):
            homes.setdefault(home.__module__, []).append(name)
    return homes


def homes(package: str) -> dict[str, str]:
    """Public name -> the module that it lives in."""
    return {name: module for module, names in public(package).items() for name in names}


class Api(SphinxDirective):
    """``{api} vdmlib`` with names of the package in its body: their reference; without, every public name of it.

    The section that it stands in is the task that the names are for, in the table that ``{api-tasks}`` makes.
    """

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        package, where = self.arguments[0], homes(self.arguments[0])
        names = " ".join(self.content).split() or list(where)
        part = box(classes=["api-part"], api={"package": package, "names": names})
        for name in names:
            if name in where:
                self.state.nested_parse(self.entry(where[name], name), self.content_offset, part)
            else:
                logger.warning("api: %s has no public name %s", package, name, location=self.get_location(),
                               type="derivation", subtype="api")
        return [part]

    def entry(self, module: str, name: str) -> StringList:
        """MyST that documents one name."""
        value = getattr(importlib.import_module(module), name)
        if inspect.isclass(value):
            what, members = "autoclass", ["   :members:", "   :exclude-members: eval"]  # of SymPy's own, what it calls
        elif callable(value) and type(value).__module__ != module:  # E and its like are called only to say that they take brackets
            what, members = "autofunction", []
        else:
            what, members = "py:data", [f"   :module: {module}", "", *(f"   {line}" for line in self.said(module, name, value))]
        where = name if what == "py:data" else f"{module}.{name}"
        lines = ["```{eval-rst}", f".. {what}:: {where}", *members, "```", ""]
        return StringList(lines, source=f"{module}.{name}")


    def said(self, module: str, name: str, value: object) -> list[str]:
        """What stands about a piece of data: the comment on it, or the docstring of a class made for it alone."""
        found = comment_on(module, name)
        if not found and type(value).__module__ == module:
            found = [*(inspect.getdoc(value) or "").splitlines(), ""]
            self.env.app.emit("autodoc-process-docstring", "class", f"{module}.{name}", value, {}, found)
        return found


def comment_on(module: str, name: str) -> list[str]:
    """The ``#:`` comment on a piece of data, in the module or in the file of the package that it comes from."""
    rooms = [module, *sorted(room for room in sys.modules if room.startswith(f"{module}."))]
    for room in rooms:
        found = ModuleAnalyzer.for_module(room).find_attr_docs().get(("", name))
        if found:
            return found
    return []


class Tasks(SphinxDirective):
    """``{api-tasks} vdmlib``: each section with an ``{api}``, and the names that are shown there."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        return [placeholder(what="api-tasks", package=self.arguments[0])]


def note_parts(app: Sphinx, doctree: nodes.document) -> None:
    """Remember what each part of the reference shows, and the section it stands in."""
    for node in doctree.findall(lambda n: isinstance(n, box) and "api" in n):
        section = node.parent
        while section is not None and not isinstance(section, nodes.section):
            section = section.parent
        ledger_of(app.env).data["shown"].setdefault(app.env.docname, []).append({
            **node["api"], "title": section.next_node(nodes.title).astext(), "anchor": section["ids"][0],
        })


def parts(env, package: str) -> list[tuple[str, dict]]:
    """The parts of a package's reference with their pages, in the order of the book."""
    shown = ledger_of(env).data["shown"]
    order = {page: place for place, page in enumerate(pages_in_order(env))}
    return [(page, part) for page in sorted(shown, key=lambda p: order.get(p, len(order)))
            for part in shown[page] if part["package"] == package]


def pages_in_order(env) -> list[str]:
    """Every page, as the table of contents has them."""
    found, waiting = [], [env.config.root_doc]
    while waiting:
        page = waiting.pop(0)
        if page not in found:
            found.append(page)
            waiting = env.toctree_includes.get(page, []) + waiting
    return found


def tasks(app: Sphinx, docname: str, node: nodes.Element) -> list[nodes.Node]:
    """The table from tasks to names."""
    package = node["package"]
    where, rows = homes(package), []
    for page, part in parts(app.env, package):
        links: list[nodes.Node] = []
        for name in [name for name in part["names"] if name in where]:
            links += [nodes.Text(", ")] if links else []
            links.append(make_refnode(app.builder, docname, page, f"{where[name]}.{name}", [nodes.literal(name, name)]))
        rows.append([[make_refnode(app.builder, docname, page, part["anchor"], [nodes.Text(part["title"])])], links])
    return [table(["What for", "Names"], rows, ["api-tasks"])]


def arguments(app: Sphinx, what: str, name: str, obj, options, signature: str | None, returns: str | None):
    """A class's own arguments, where its metaclass or its base takes any; every default as a reader would type it."""
    if what != "class" or signature not in ("(*args, **kwargs)", "(*args)"):
        return _typed(signature, obj), returns
    for method in ("__init__", "__new__", "eval"):
        try:
            first, *own = inspect.signature(getattr(obj, method)).parameters.values()
        except (AttributeError, TypeError, ValueError):
            continue
        if inspect.ismethod(getattr(obj, method)):
            own = [first, *own]  # it is bound to the class
        if own and any(p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in own):
            return _typed(stringify_signature(inspect.Signature(own), show_annotation=False), obj), returns
    made_by_none = obj.__init__ is object.__init__ or inspect.isabstract(obj) or getattr(obj, "_is_protocol", False)
    return ("", returns) if made_by_none else None


def _typed(signature: str | None, obj) -> str | None:
    """A signature whose functions stand by name, and what a dataclass makes anew each time by what it makes."""
    fields = getattr(obj, "__dataclass_fields__", {})
    named = re.sub(r"=<function ([\w.]+)>", r"=\1", signature or "")

    def made(found: re.Match[str]) -> str:
        value = fields[found[1]].default_factory()
        return f"{found[1]}={value.tolist() if hasattr(value, 'tolist') else value!r}"

    return re.sub(r"(\w+)=<factory>", made, named) or signature


def whole(app: Sphinx, what: str, name: str, obj, options, lines: list[str]) -> None:
    """Put the sentence of a property together again: the part before its colon has been taken for a type."""
    for k, line in enumerate(lines if what == "property" else ()):
        if line.startswith(TYPE):
            lines[:] = [f"{line.removeprefix(TYPE)}: {lines[0]}", *lines[1:k], *lines[k + 1:]]
            return


def skip(app: Sphinx, what: str, name: str, obj, skipped: bool, options) -> bool | None:
    """Leave out the fields of a named tuple that nobody described: its signature names them; and the engine's methods that have no example."""
    if what == "class" and inspect.isfunction(obj) and obj.__module__.startswith("vdmlib.derive.") and ">>>" not in (obj.__doc__ or ""):
        return True
    return True if (inspect.getdoc(obj) or "").startswith("Alias for field number") else None


def link_labels(app: Sphinx, what, name, obj, options, lines: list[str]) -> None:
    """Turn the labels in a docstring into links, and remember who names them."""
    text = "\n".join(lines)
    domain = ledger_of(app.env)
    for label in LABEL.findall(text):
        domain.data["api"].setdefault(app.env.docname, []).append({"label": label, "name": name})
    for labels in BOOK.findall(text):
        for label in re.findall(r"``([\w.]+)``", labels):
            domain.data["sources"].setdefault(app.env.docname, []).append(
                {"label": label, "name": name}
            )
    lines[:] = [_plain(line) for line in LABEL.sub(r":ledger:ref:`\1`", text).split("\n")]


def _plain(line: str) -> str:
    """A line in which bars are bars, a role at its beginning is no field, and a sentence no argument."""
    if line.lstrip().startswith((">>>", "...")):
        return line
    parts = line.split("``")
    parts[::2] = [re.sub(r"(?<!\\)\|", r"\|", part) for part in parts[::2]]
    line = re.sub(r"^(\s*)(?=:[a-z:]+:`)", r"\1\\ ", "``".join(parts))
    return re.sub(r"^(\s*)The others are (those of .*)$", r"\1others: \2", line)


def from_the_top(app: Sphinx, env, node: nodes.Element, contnode: nodes.Element):
    """Resolve ``vdmlib.fit``, as the library is used, to where ``fit`` is documented; a module, to the first of its names."""
    package, _, rest = node.get("reftarget", "").partition(".")
    if node.get("refdomain") != "py" or not rest or not parts(env, package):
        return None
    name, _, member = rest.partition(".")
    target = ".".join(filter(None, [homes(package).get(name), name, member])) if name in homes(package) else f"{package}.{rest}"
    found = env.get_domain("py").objects.get(target)
    if found:
        return make_refnode(app.builder, node["refdoc"], found.docname, found.node_id, contnode)
    for page, part in parts(env, package):
        if set(part["names"]) & set(public(package).get(target, ())):
            return make_refnode(app.builder, node["refdoc"], page, part["anchor"], contnode)
    return None


def named_by(app: Sphinx, docname: str, node: nodes.Element) -> list[nodes.Node]:
    """For an opened verdict: what in the library names this statement as its source."""
    found = [
        (page, entry["name"])
        for page, entries in sorted(ledger_of(app.env).data["api"].items())
        for entry in entries if entry["label"] == node["label"]
    ]
    if not found:
        return []
    links: list[nodes.Node] = []
    for page, name in dict.fromkeys(found):
        short = name.split(".")
        short = ".".join(part for i, part in enumerate(short) if i == 0 or i > 1)
        links += [nodes.Text(", ")] if links else []
        links.append(make_refnode(app.builder, docname, page, name, [nodes.literal(short, short)]))
    term, meaning = box(tag="dt"), box(tag="dd")
    term += nodes.Text("In the library")
    meaning += paragraph(*links)
    return [term, meaning]


def check(app: Sphinx, env) -> list[str]:
    """Warn of a source that the book does not have, and of a public name that its reference shows never or twice."""
    domain = ledger_of(env)
    known = {record["label"] for _, record in domain.all()} | {r["group"] for _, r in domain.all()}
    for entries in domain.data["sources"].values():
        for entry in entries:
            if entry["label"] not in known:
                logger.warning(
                    "%s gives ``%s`` as its source, and the book has no such statement",
                    entry["name"], entry["label"], type="derivation", subtype="api",
                )
    for package in sorted({part["package"] for found in domain.data["shown"].values() for part in found}):
        for name in homes(package):
            places = [f"{page}, {part['title']}" for page, part in parts(env, package) if name in part["names"]]
            if len(places) != 1:
                logger.warning(
                    "api: %s.%s is shown in %s; name it in one section's {api} %s", package, name,
                    " and ".join(places) or "no place", package, type="derivation", subtype="api",
                )
    return []


def configure(app: Sphinx, config: Config) -> None:
    """Signatures without annotations and module names: the docstrings give shapes."""
    config.autodoc_typehints = "none"
    config.autodoc_member_order = "bysource"
    config.add_module_names = False
    config.napoleon_use_rtype = False
    config.napoleon_use_ivar = True
    config.napoleon_attr_annotations = False  # jax.jaxlib._jax.Array is no word for a reader
    # Other packages have no inventory here: this site asks nothing of another host.
    config.nitpick_ignore_regex = [*config.nitpick_ignore_regex, (r"py:.*", r"(?!vdmlib).*")]


def setup(app: Sphinx) -> None:
    """Register the directive, the role for labels, and what fills the verdicts."""
    app.setup_extension("sphinx.ext.autodoc")
    app.setup_extension("sphinx.ext.napoleon")
    app.add_directive("api", Api)
    app.add_directive("api-tasks", Tasks)
    app.add_role_to_domain("ledger", "ref", XRefRole())
    placeholders.register("library", named_by)
    placeholders.register("api-tasks", tasks)
    app.connect("config-inited", configure, priority=200)
    app.connect("autodoc-process-docstring", link_labels, priority=400)
    app.connect("autodoc-process-docstring", whole, priority=600)  # after napoleon
    app.connect("autodoc-process-signature", arguments)
    app.connect("autodoc-skip-member", skip)
    app.connect("doctree-read", note_parts)
    app.connect("missing-reference", from_the_top)
    app.connect("env-updated", check)
