"""The library's reference, from its docstrings, linked both ways with the equations.

A docstring names the statements that its code comes from: ``Source: the book's ``vae.split.terms```` .
On the reference page such a label becomes a link to the equation. In the equation's opened verdict
stand links to everything in the library that names it.
"""

from __future__ import annotations

import importlib
import inspect
import re

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.roles import XRefRole
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode

from . import placeholders
from .domain import ledger_of
from .nodes import box, paragraph

logger = logging.getLogger(__name__)

LABEL = re.compile(r"(?<!`)``([a-z]\w*(?:\.\w+)+)``(?!`)")
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
        if inspect.isclass(value) or inspect.isfunction(value):
            if (value.__module__ or "").startswith(package) and inspect.getdoc(value):
                homes.setdefault(value.__module__, []).append(name)
    return homes


class Api(SphinxDirective):
    """``{api} vdmlib``: every public name of a package, under the file it lives in."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        found: list[nodes.Node] = []
        ledger_of(self.env).data["packages"][self.arguments[0]] = self.env.docname
        for module, names in public(self.arguments[0]).items():
            about = (inspect.getdoc(importlib.import_module(module)) or "").split("\n\n")[0]
            part = box(classes=["api-module"], ids=[nodes.make_id("api-" + module)])
            part += nodes.rubric(module, module)
            part += paragraph(nodes.Text(" ".join(about.split())))
            for name in names:
                self.state.nested_parse(self.entry(module, name), self.content_offset, part)
            found.append(part)
        return found

    def entry(self, module: str, name: str) -> StringList:
        """MyST that documents one name."""
        value = getattr(importlib.import_module(module), name)
        if inspect.isclass(value):
            what, members = "autoclass", ["   :members:"]
        else:
            what, members = ("autofunction" if callable(value) else "autodata"), []
        lines = ["```{eval-rst}", f".. {what}:: {module}.{name}", *members, "```", ""]
        return StringList(lines, source=f"{module}.{name}")


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
    """Resolve ``vdmlib.fit``, as the library is used, to where ``fit`` is documented."""
    if node.get("refdomain") != "py":
        return None
    package, _, rest = node.get("reftarget", "").partition(".")
    name, _, member = rest.partition(".")
    if not name or package not in env.get_domain("ledger").data["packages"]:
        return None
    homes = {public_name: module for module, names in public(package).items() for public_name in names}
    if name in homes:
        target = ".".join(filter(None, [homes[name], name, member]))
    else:
        target = f"{package}.{rest}"  # a module: its part of the reference
    found = env.get_domain("py").objects.get(target)
    if found:
        return make_refnode(app.builder, node["refdoc"], found.docname, found.node_id, contnode)
    page = env.get_domain("ledger").data["packages"][package]
    if target in public(package):
        return make_refnode(app.builder, node["refdoc"], page, nodes.make_id("api-" + target), contnode)
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
    """Warn of a docstring that names a statement which the book does not have."""
    domain = ledger_of(env)
    known = {record["label"] for _, record in domain.all()} | {r["group"] for _, r in domain.all()}
    for entries in domain.data["sources"].values():
        for entry in entries:
            if entry["label"] not in known:
                logger.warning(
                    "%s gives ``%s`` as its source, and the book has no such statement",
                    entry["name"], entry["label"], type="derivation", subtype="api",
                )
    return []


def configure(app: Sphinx, config: Config) -> None:
    """Signatures without annotations and module names: the docstrings give shapes."""
    config.autodoc_typehints = "none"
    config.autodoc_member_order = "bysource"
    config.add_module_names = False
    config.napoleon_use_rtype = False
    config.napoleon_use_ivar = True
    # Other packages have no inventory here: this site asks nothing of another host.
    config.nitpick_ignore_regex = [*config.nitpick_ignore_regex, (r"py:.*", r"(?!vdmlib).*")]


def setup(app: Sphinx) -> None:
    """Register the directive, the role for labels, and what fills the verdicts."""
    app.setup_extension("sphinx.ext.autodoc")
    app.setup_extension("sphinx.ext.napoleon")
    app.add_directive("api", Api)
    app.add_role_to_domain("ledger", "ref", XRefRole())
    placeholders.register("library", named_by)
    app.connect("config-inited", configure, priority=200)
    app.connect("autodoc-process-docstring", link_labels, priority=400)
    app.connect("missing-reference", from_the_top)
    app.connect("env-updated", check)
