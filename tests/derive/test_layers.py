"""The engine in layers: which file may import which, no circle, no import inside a function, no file that grows too long."""

import ast
import re
from pathlib import Path

import vdmlib.derive

ROOT = Path(vdmlib.derive.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))

BELOW = {  # what each layer may import, itself included
    "errors": {"errors"},
    "budget": {"errors", "budget"},
    "calls": {"errors", "calls"},
    "nodes": {"errors", "calls", "nodes"},
    "show": {"errors", "calls", "nodes", "show"},
    "compute": {"errors", "calls", "budget", "nodes", "show", "compute"},
    "prove": {"errors", "calls", "budget", "nodes", "show", "compute", "prove"},
    "probe": {"errors", "calls", "budget", "nodes", "show", "probe"},
    "book": {"errors", "calls", "budget", "nodes", "show", "compute", "prove", "probe", "book"},
    "read": {"errors", "calls", "nodes", "show", "probe", "book", "read"},
    "command": {"__init__", "errors", "budget", "show", "book", "read", "command"},
    "__main__": {"command"},
}
MOST = 400  # lines; a longer file says why at its top


def name(path):
    return path.relative_to(ROOT).as_posix()


def target(path, node):
    """The files of the engine that one import reads."""
    if isinstance(node, ast.Import) or not node.level:
        return []
    base = path.parents[node.level - 1]
    for part in (node.module or "").split("."):
        base = base / part if part else base
    found = []
    for alias in node.names:
        for candidate in (base / f"{alias.name}.py", base / alias.name / "__init__.py", base.with_suffix(".py"), base / "__init__.py"):
            if candidate.exists():
                found.append(candidate)
                break
    return found


def imports(path):
    """(file that is imported, whether the import stands inside a function or class) for a file of the engine."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for found in target(path, node) or [None]:
                yield found, node not in tree.body


def layer(path):
    return name(path).split("/")[0].removesuffix(".py")


def test_every_file_is_in_a_layer():
    assert {layer(f) for f in FILES} == {*BELOW, "__init__"}


def test_a_layer_imports_what_is_below_it():
    wrong = {(name(f), name(g)) for f in FILES if layer(f) != "__init__" for g, _ in imports(f) if g and layer(g) not in BELOW[layer(f)]}
    assert not wrong


def test_no_import_stands_inside_a_function():
    assert not {name(f) for f in FILES if any(late for _, late in imports(f))}


def test_no_circle():
    graph = {f: {g for g, _ in imports(f) if g} for f in FILES}

    def reached(start):
        seen, todo = set(), list(graph[start])
        while todo:
            g = todo.pop()
            if g not in seen:
                seen.add(g)
                todo += graph[g]
        return seen

    assert not {name(f) for f in FILES if f in reached(f)}


def test_the_probe_reaches_no_prover():
    """Whatever the probe imports, and whatever that imports: nothing computes or proves."""
    seen, todo = set(), [f for f in FILES if layer(f) == "probe"]
    while todo:
        f = todo.pop()
        if f not in seen:
            seen.add(f)
            todo += [g for g, _ in imports(f) if g]
    assert {layer(f) for f in seen} <= BELOW["probe"]


def test_no_file_grows_too_long():
    """The examples in docstrings do not count."""
    example = re.compile(r"(\n\s*)?\n\s*(>>>|\.\.\. |(Example|Refused)\b).*")
    long = {name(f) for f in FILES if len(example.sub("", f.read_text(encoding="utf-8")).splitlines()) > MOST}
    unreasoned = {f for f in long if f"over {MOST} lines" not in ast.get_docstring(ast.parse((ROOT / f).read_text(encoding="utf-8")))}
    assert not unreasoned
