"""What others are to copy works outside of this repository: with SymPy alone, and with what Sphinx needs besides."""

import json
import re
import shlex
import shutil
from importlib.metadata import distribution

import pytest
import yaml
from alone import Alone
from packaging.requirements import Requirement

from vdmlib.derive.command.rows import FIELDS, VERDICTS

NOTEBOOK = """
import sys, nbformat
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], as_version=4)
NotebookClient(notebook, kernel_name="python3").execute()
print(*[output.data["text/markdown"] for cell in notebook.cells for output in cell.get("outputs", []) if "data" in output])
"""


def closure(*packages):
    """These packages and all that they need, as they are installed here."""
    found, todo = {}, list(packages)
    while todo:
        name = todo.pop()
        if name.lower() not in found:
            found[name.lower()] = name
            wanted = [Requirement(line) for line in distribution(name).requires or ()]
            todo += [r.name for r in wanted if r.marker is None or r.marker.evaluate({"extra": ""})]
    return sorted(found.values())


@pytest.fixture(scope="module")
def alone(tmp_path_factory, root):
    made = Alone(tmp_path_factory.mktemp("elsewhere"), root, closure("sympy", "myst-nb"))
    assert made.run("-c", "import numpy").returncode == made.run("-c", "import jax").returncode == 1
    return made


@pytest.fixture
def examples(alone, root, tmp_path):
    return shutil.copytree(root / "examples", tmp_path / "examples")


def test_the_command_of_the_workflow_passes_both(alone, examples):
    (job,) = yaml.safe_load((examples / "check.yml").read_text())["jobs"].values()
    program, *arguments = shlex.split(job["steps"][-1]["run"])
    assert program == "derive-check" and arguments[:2] == ["--format", "github"]
    assert alone.says("-m", "vdmlib.derive", "check", *arguments, cwd=examples) == "2 files, 7 statements: 7 proved. Passed.\n"


def test_the_workflow_takes_the_same_actions_as_the_books(root):
    used = set(re.findall(r"uses: .*", (root / "examples" / "check.yml").read_text()))
    assert len(used) == 2 and used <= set(re.findall(r"uses: .*", (root / ".github" / "workflows" / "test.yml").read_text()))


def test_the_page_is_built_and_a_false_line_fails_it(alone, examples):
    page = examples / "page"
    build = ("-m", "sphinx", "-W", "-q", "-b", "html", ".", "_build/html")
    alone.says(*build, cwd=page)
    html = (page / "_build/html/index.html").read_text(encoding="utf-8")
    assert html.count("<p>✓</p>") == 4 and r"D_{\mathrm{KL}}" in html and "The divergence of two Gaussians" in html
    source = (page / "index.md").read_text(encoding="utf-8")
    (page / "index.md").write_text(source.replace("(a - b)**2, 2*v", "(a - b)**2, v"), encoding="utf-8")
    done = alone.run(*build, cwd=page)
    assert done.returncode != 0 and "line paper.distance is false" in done.stderr and "counterexample: a = " in done.stderr


def test_the_notebook_runs(alone, examples):
    shown = alone.says("-c", NOTEBOOK, examples / "notebook" / "lecture.ipynb")
    assert shown.count("| ✓ |") == 3 and "The error of a guess" in shown


def test_the_books_page_shows_what_the_command_says(alone, examples, root):
    text = (root / "book" / "use_elsewhere.md").read_text(encoding="utf-8")
    shown = re.search(r"```text\n\$ derive-check index\.md\n(.*?)```", text, re.S)[1]
    page = examples / "page" / "index.md"
    page.write_text(page.read_text(encoding="utf-8").replace("(a - b)**2, 2*v", "(a - b)**2, v"), encoding="utf-8")
    done = alone.run("-m", "vdmlib.derive", "check", "index.md", cwd=page.parent)
    assert done.returncode == 1 and done.stdout == shown


def test_the_books_page_lists_every_field_and_verdict(root):
    text = (root / "book" / "use_elsewhere.md").read_text(encoding="utf-8")
    tables = [re.findall(r"^\| (.*) \| (.*) \|$", table, re.M) for table in re.findall(r"(?:^\|.*\n)+", text, re.M)]
    assert [(f"`{name}`", words) for name, (_, _, words) in FIELDS.items()] in [table[1:] for table in tables]
    assert list(VERDICTS.items()) in [table[1:] for table in tables]


def test_the_line_of_the_page_is_proved(alone, root, tmp_path):
    """The page's own Python, as the command reads it."""
    done = alone.run("-m", "vdmlib.derive", "check", root / "book" / "use_elsewhere.md", "--format", "json")
    report = json.loads(done.stdout)
    assert done.returncode == 0 and report["counts"] == {"proved": 1}
