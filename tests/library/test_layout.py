"""The rooms of the library: imports go one way, none is hidden in a function, no file is long."""

import ast
import importlib
from pathlib import Path

import pytest

import vdmlib

LIBRARY = Path(vdmlib.__file__).parent
#: Each room imports from itself and from those before it. The engine, ``derive``, has tests of its own.
ROOMS = (
    "runtime", "data", "inputs", "plotting", "diffusion", "networks", "laws", "exact", "samplers", "models",
    "training", "pretrained", "evaluation",
)
FILES = [path for room in ROOMS for path in sorted((LIBRARY / room).rglob("*.py"))]


def name_of(path):
    return ".".join(path.relative_to(LIBRARY).with_suffix("").parts).removesuffix(".__init__")


def imports(path):
    """(node, dotted module below the library) of every relative import of a file."""
    package = list(path.relative_to(LIBRARY).parent.parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = package[: len(package) - node.level + 1] + (node.module.split(".") if node.module else [])
            for alias in node.names:
                inner = ".".join([*base, alias.name])
                whole = (LIBRARY / Path(*inner.split("."))).with_suffix("")
                yield node, inner if whole.is_dir() or whole.with_suffix(".py").is_file() else ".".join(base)


def test_every_folder_is_a_room_and_there_are_no_files_beside_them():
    folders = {path.name for path in LIBRARY.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders == {*ROOMS, "derive"}
    assert [path.name for path in LIBRARY.glob("*.py")] == ["__init__.py"]
    for room in ROOMS:
        assert f"    {room} " in vdmlib.__doc__


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_imports_lead_to_rooms_that_stand_before(path):
    here = path.relative_to(LIBRARY).parts[0]
    for _, module in imports(path):
        assert ROOMS.index(module.split(".")[0]) <= ROOMS.index(here), f"{name_of(path)} imports {module}"


def test_no_circle():
    arrows = {name_of(path): {module for _, module in imports(path)} for path in FILES}
    # a room's own list of names imports all of the room; who is inside does not ask it
    done, open_ = set(), []

    def visit(name):
        assert name not in open_, f"a circle: {' → '.join([*open_[open_.index(name):], name])}"
        if name in done or name not in arrows:
            return
        open_.append(name)
        for other in sorted(arrows[name]):
            visit(other)
        open_.pop()
        done.add(name)

    for name in arrows:
        visit(name)


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_imports_stand_at_the_top_or_say_why_not(path):
    """In a function only what is heavy or may be missing: the line, or the one above, says which."""
    lines = path.read_text(encoding="utf-8").splitlines()
    for function in ast.walk(ast.parse("\n".join(lines))):
        if not isinstance(function, ast.FunctionDef):
            continue
        for node in ast.walk(function):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                assert not getattr(node, "level", 0), f"{name_of(path)}:{node.lineno} hides an arrow between rooms"
                near = lines[node.lineno - 2 : node.lineno]
                assert any("#" in line for line in near), f"{name_of(path)}:{node.lineno} imports without a reason"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_files_are_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("room", vdmlib._PUBLIC)
def test_a_room_has_the_names_of_the_table(room):
    found = importlib.import_module(f"vdmlib.{room}")
    assert set(vdmlib._PUBLIC[room]) <= set(found.__all__)
    for name in vdmlib._PUBLIC[room]:
        assert getattr(found, name) is getattr(vdmlib, name)
