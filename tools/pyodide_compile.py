"""Compiles Python sources to bytecode inside Pyodide, so that the bytecode fits its Python.

Runs in ``pyodide_compile.mjs`` under Node, never in the project's own Python. The zip that it
writes depends on the sources alone: fixed dates, sorted names, bytecode that holds no time stamp.
"""

import ast
import io
import marshal
import zipfile

# What opens a bytecode file: the version's number, then flags: hash-based, not to be checked.
from importlib.util import MAGIC_NUMBER, source_hash

UNCHECKED_HASH = (0b01).to_bytes(4, "little")
DATE = (1980, 1, 1, 0, 0, 0)
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def without_docstrings(tree):
    """Empty every docstring: ``__doc__`` stays a string, as some modules expect, and takes no room."""
    for node in ast.walk(tree):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            node.body[0].value.value = ""
    return tree


def bytecode(source, name):
    """The content of a ``.pyc`` file that is used without a look at its source."""
    code = compile(without_docstrings(ast.parse(source, name)), name, "exec", dont_inherit=True)
    return MAGIC_NUMBER + UNCHECKED_HASH + source_hash(source) + marshal.dumps(code)


def entry(name):
    """A zip entry that is the same on every day and every system."""
    info = zipfile.ZipInfo(name, DATE)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    info.create_system = 3
    return info


def translate(data):
    """A zip of sources in, a zip with bytecode in their place out; other files stay as they are."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as sources, zipfile.ZipFile(out, "w") as target:
        for name in sorted(sources.namelist()):
            content = sources.read(name)
            if name.endswith(".py"):
                name, content = name + "c", bytecode(content, name)
            target.writestr(entry(name), content, compresslevel=9)
    return out.getvalue()
