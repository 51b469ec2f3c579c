"""What is committed: the workflows, the citation, the licences, the links, and no trace of a machine."""

import os
import re
import subprocess
import sys

import pytest
import yaml

WORKFLOWS = ("test", "publish", "weekly")


def load_workflow(root, name):
    content = yaml.safe_load((root / ".github" / "workflows" / f"{name}.yml").read_text())
    content["on"] = content.pop(True)  # YAML 1.1 reads the key `on` as true
    return content


def commands(workflow):
    return [step["run"] for job in workflow["jobs"].values() for step in job["steps"]
            if "run" in step]


def text_of(path):
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def test_no_machine_path_and_no_registry_host(root, tracked):
    """Written in pieces here, so that this file does not find itself."""
    folders = "|".join(["work", "root", "home", "Users"])
    hosts = "|".join(["pypi" + r"\.org", "pythonhosted" + r"\.org", "registry" + r"\.npmjs",
                      "deb" + r"\.debian", "conda" + r"\.anaconda"])
    trace = re.compile(rf"(?<![\w.~/\]}}-])/(?:{folders})/\w|{hosts}")
    found = [
        f"{path.relative_to(root)}:{number}: {line.strip()[:100]}"
        for path in tracked if path.suffix not in {".ipynb", ".json"}
        for number, line in enumerate(text_of(path).splitlines(), 1) if trace.search(line)
    ]
    assert found == []


def test_nothing_built_is_committed(root, tracked):
    for path in tracked:
        parts = path.relative_to(root).parts
        assert not {"_build", "build", "node_modules", ".venv", "__pycache__"} & set(parts), path
        most = 8_000_000 if path.suffix == ".safetensors" else 3_000_000
        assert path.stat().st_size < most, f"{path} is large: does it belong here?"


@pytest.mark.parametrize("name", WORKFLOWS)
def test_workflows_stop_at_the_first_failure(root, name):
    workflow = load_workflow(root, name)
    assert workflow["defaults"]["run"]["shell"] == "bash -eo pipefail {0}"
    assert workflow["permissions"] == {"contents": "read"}
    for job in workflow["jobs"].values():
        assert job["timeout-minutes"] <= 120


def test_workflows_go_through_make(root):
    assert commands(load_workflow(root, "test")) == ["make quick", ".ci/run", "make test"]
    published = commands(load_workflow(root, "publish"))
    assert published[0] == "make publish-check" and "make book pdf epub" in published
    assert any(".nojekyll" in command for command in published)
    weekly = load_workflow(root, "weekly")
    assert weekly["on"]["schedule"]
    told = " ".join(commands(weekly))
    for command in ("make types", "make audit", "make test TESTS=tests/library ARGS=--weekly", "make test TESTS=tests/book/test_scale.py ARGS=--weekly", "make colab", "make notebooks LOWEST=", "make test TESTS=tests/book/test_any_cell_again.py ARGS=--weekly",
                    ".venv/bin/python tools/install.py --quiet -r tests/peers.txt", "make test TESTS=tests/library/test_peers.py ARGS=--weekly"):
        assert command in told


@pytest.mark.parametrize("name", WORKFLOWS)
def test_actions_are_pinned_by_what_they_are(root, name):
    """A tag can be moved to other code, a commit cannot; the tag stands beside it for the reader."""
    text = (root / ".github" / "workflows" / f"{name}.yml").read_text()
    for used in re.findall(r"uses: (.*)", text):
        assert re.fullmatch(r"[\w.-]+/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", used), used


def test_the_long_jobs_wait_for_the_quick_one(root):
    jobs = load_workflow(root, "test")["jobs"]
    assert jobs["quick"]["timeout-minutes"] <= 5
    assert all(job["needs"] == "quick" for name, job in jobs.items() if name != "quick")


def test_the_hook_lints_what_the_workflow_lints(root):
    hooks = yaml.safe_load((root / ".pre-commit-config.yaml").read_text())["repos"]
    assert [(repo["repo"], hook["entry"]) for repo in hooks for hook in repo["hooks"]] == [("local", "make lint")]


def test_every_notebook_runs_once_a_week_with_the_newest_and_the_lowest_packages(root):
    runs = load_workflow(root, "weekly")["jobs"]["notebooks"]["strategy"]["matrix"]["include"]
    assert {(run["python"], run["lowest"]) for run in runs} == {("3.12", ""), ("3.11", "1")}


def test_workflows_test_every_python(root):
    matrix = load_workflow(root, "test")["jobs"]["linux"]["strategy"]["matrix"]
    assert matrix["python"] == ["3.11", "3.12", "3.13"]


def test_the_build_machine_runs_the_readmes_command(root):
    path = root / ".ci" / "run"
    assert os.access(path, os.X_OK)
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    assert lines[0] == "set -eo pipefail"
    assert lines[-1] == "CI=true make test"
    subprocess.run(["bash", "-n", str(path)], check=True)


def test_citation(root):
    """The keys that version 1.2.0 of the format requires, and the licences of the two files."""
    citation = yaml.safe_load((root / "CITATION.cff").read_text())
    assert citation["cff-version"] == "1.2.0"
    assert citation["message"] and citation["title"] and citation["abstract"]
    assert citation["type"] == "software"
    assert all("name" in a or "family-names" in a for a in citation["authors"])
    assert citation["license"] == ["Apache-2.0", "CC-BY-4.0"]
    known = {"cff-version", "message", "title", "abstract", "type", "authors", "version", "license",
             "repository-code", "url", "keywords", "date-released", "doi"}
    assert set(citation) <= known
    assert len(set(citation["keywords"])) == len(citation["keywords"])


def test_one_version(root):
    import tomllib

    import vdmlib

    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    citation = yaml.safe_load((root / "CITATION.cff").read_text())
    assert project["version"] == vdmlib.__version__ == str(citation["version"])


def test_licences(root):
    code = (root / "LICENSE").read_text()
    assert "Apache License" in code and "Version 2.0, January 2004" in code
    text = (root / "LICENSE-TEXT").read_text()
    assert text.startswith("Attribution 4.0 International")
    assert "Section 8 -- Interpretation." in text


def test_readme_links_to_files_that_exist(root):
    words = re.sub(r"```.*?```", "", (root / "README.md").read_text(), flags=re.DOTALL)
    links = re.findall(r"\]\((?!https?://|#)([^)]+)\)", words)
    assert links
    for link in links:
        assert (root / link).is_file(), f"README.md links to {link}, which is missing"


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "ARCHITECTURE.md"])
def test_what_a_maintainer_is_led_to_exists(root, name):
    """Every path in backquotes, from the root or from the folder that the sentence is about."""
    text = (root / name).read_text()
    for link in re.findall(r"\]\(([^)#(]+\.md)\)", text):
        assert (root / link).is_file(), link
    named = re.findall(r"`((?:[\w.-]+/)*[\w*.-]+(?:\.(?:py|md|toml|json|yml|js|txt|in|cff)|/[\w-]+))`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    assert len(named) > 10
    for path in named:
        places = (root, root / "vdmlib" / "derive", root / "vdmlib", root / "vdmlib" / "diffusion", root / "book")
        near = "/" not in path and any(any((root / part).rglob(path)) for part in ("vdmlib", "tests"))
        assert near or any(list(place.glob(path)) for place in places), f"{name} leads to {path}, which is missing"


def test_the_picture_of_a_step_s_way_names_files_that_exist(root):
    picture = re.search(r"```\n(.*?)```", (root / "ARCHITECTURE.md").read_text(), re.DOTALL)[1]
    named = re.findall(r"[\w/]+\.(?:py|md|js)\b", picture)
    assert len(named) > 8
    for path in named:
        assert any((root / place / path).is_file() for place in (".", "vdmlib/derive", "book/_ext/derivation_book")), path


def test_the_picture_of_the_layers_is_the_one_that_the_tests_hold(root):
    text = (root / "ARCHITECTURE.md").read_text()
    rooms = re.search(r"evaluation ─► .*?runtime", text, re.DOTALL)[0]
    layout = (root / "tests" / "library" / "test_layout.py").read_text()
    order = re.findall(r'"(\w+)"', re.search(r"ROOMS = \((.*?)\)", layout, re.DOTALL)[1])
    assert re.findall(r"\w+", rooms) == order[::-1]


@pytest.mark.parametrize("number", [0, 1])
def test_readme_examples_run(root, tmp_path, number):
    found = re.findall(r"```python\n(.*?)```", (root / "README.md").read_text(), re.DOTALL)
    assert len(found) == 2
    example = re.sub(r"steps=\d+", "steps=10", found[number])  # a minute of training is not what is tested
    script = tmp_path / "example.py"
    script.write_text(example)
    done = subprocess.run([sys.executable, str(script)], cwd=tmp_path, capture_output=True,
                          text=True, env={**os.environ, "PYTHONPATH": str(root)})
    assert done.returncode == 0, done.stderr


def test_contents_lists_every_page(root):
    """A page that _toc.yml does not list would silently stay out of the book."""
    contents = yaml.safe_load((root / "_toc.yml").read_text())
    waiting = [page for part in contents["parts"] for page in part["chapters"]]
    listed = {contents["root"]}
    while waiting:
        page = waiting.pop()
        listed.add(page["file"])
        waiting += page.get("sections", [])
    present = {f"book/{path.stem}" for path in (root / "book").glob("*.md")}
    assert listed == present


def test_no_cell_of_the_book_runs_against_a_clock(root):
    """What takes a minute here takes ten on a slow machine, and is as right there."""
    settings = yaml.safe_load((root / "_config.yml").read_text())
    assert settings["execute"]["timeout"] == -1
