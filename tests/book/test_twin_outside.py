"""The notebooks in a fresh environment, outside of the repository: what a reader's click does.

The environment has a notebook runner and nothing of the book. A notebook's first cell installs the library, from a
wheel of this folder, with all that the chapter needs. Every run sees one whole notebook, and of the others what they
install and import; the rest trains for minutes, and runs once a week.
"""

import ast
import subprocess
import venv
import zipfile
from pathlib import Path

import nbformat
import pytest
from small_books import ROOT

import extras
import fresh_twins
import twins

CHAPTERS = twins.chapters(ROOT)
WHOLE = "your_own_data"  # the quickest that trains models, of four kinds
#: A package with nothing in it but what it depends on.
EMPTY = {
    "METADATA": "Metadata-Version: 2.1\nName: vdmlib\nVersion: 1\nProvides-Extra: train\nRequires-Dist: jax>=0.7; extra == 'train'\n",
    "WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    "RECORD": "",
}


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    """Runs a command with the Python of a fresh environment, outside of the repository."""
    folder = tmp_path_factory.mktemp("fresh")
    python = fresh_twins.environment(folder)

    def run(*command, seconds=3600):
        done = subprocess.run([str(python), *map(str, command)], cwd=folder, env=fresh_twins.surroundings(),
                              capture_output=True, text=True, timeout=seconds)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
        return done.stdout

    assert "vdmlib" not in run("-m", "pip", "list")
    return run


def imports_alone(folder: Path) -> list[Path]:
    """For each set-up cell that the chapters have, a notebook of it and of all that those chapters' cells import."""
    imported: dict[str, list[str]] = {}
    for chapter in CHAPTERS:
        notebook = nbformat.read(chapter.with_suffix(".ipynb"), as_version=4)
        set_up, *cells = (cell.source for cell in notebook.cells if cell.cell_type == "code")
        imported.setdefault(set_up, []).extend(
            [ast.unparse(node) for cell in cells for node in ast.walk(ast.parse(cell)) if isinstance(node, (ast.Import, ast.ImportFrom))]
            + [f"import {name}" for name in extras.needed([set_up, *cells], ROOT)]
        )
    paths = []
    for number, (set_up, lines) in enumerate(imported.items(), 1):
        path = folder / f"imports-{number}.ipynb"
        cells = [nbformat.v4.new_code_cell(set_up), nbformat.v4.new_code_cell("\n".join(dict.fromkeys(lines)))]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
        paths.append(path)
    return paths


def test_the_notebooks_find_all_that_they_need_in_a_fresh_environment(fresh, tmp_path):
    (whole,) = (path.with_suffix(".ipynb") for path in CHAPTERS if path.stem.startswith(WHOLE))
    notebooks = [*imports_alone(tmp_path), whole]
    told = fresh(ROOT / "tools" / "run_twins.py", *notebooks)
    assert told.count("passed in") == len(notebooks)
    assert "vdmlib" in fresh("-m", "pip", "list")
    assert str(ROOT) not in fresh("-c", "import vdmlib; print(vdmlib.__file__)")


@pytest.mark.weekly
@pytest.mark.parametrize("chapter", [path for path in CHAPTERS if not path.stem.startswith(WHOLE)], ids=lambda path: path.stem)
def test_the_other_notebooks_run_in_a_fresh_environment(fresh, chapter):
    assert "passed in" in fresh(ROOT / "tools" / "run_twins.py", chapter.with_suffix(".ipynb"))


def test_pip_says_why_where_the_library_does_not_fit(tmp_path):
    """A runtime with an old JAX keeps it; the first cell shows what pip says of the conflict."""
    home = tmp_path / "environment"
    venv.create(home, with_pip=True)
    python = next(path for path in (home / "bin/python", home / "Scripts/python.exe") if path.exists())
    (packages,) = home.rglob("site-packages")
    old = packages / "jax-0.5.3.dist-info"
    old.mkdir()
    (old / "METADATA").write_text("Metadata-Version: 2.1\nName: jax\nVersion: 0.5.3\n")
    (old / "RECORD").write_text("")
    wheel = tmp_path / "vdmlib-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as package:
        for name, text in EMPTY.items():
            package.writestr(f"vdmlib-1.dist-info/{name}", text)
    cell = nbformat.read(CHAPTERS[0].with_suffix(".ipynb"), as_version=4).cells[1].source
    done = subprocess.run([str(python), "-c", cell], cwd=tmp_path, env=fresh_twins.surroundings() | {"VDMLIB_WHEEL": str(wheel)},
                          capture_output=True, text=True, timeout=600)
    assert "pip says why above" in done.stderr
    assert "depends on jax>=0.7" in done.stdout and "jax==0.5.3" in done.stdout
