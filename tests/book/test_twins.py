"""The notebooks for Colab: plain, numbered as in the book, never stale."""

from __future__ import annotations

import json
import re

import nbformat
import pytest
from small_books import NOTEBOOK, ROOT

import extras
import plain_markdown
import twins
from address import Address

HERE = Address("someone", "book", "main", "", "https://someone.github.io/book/")
CONFIG = """\
repository: {{url: "{url}", branch: main}}
sphinx: {{config: {{derivation_release: "{release}"}}}}
"""
CHAPTER = NOTEBOOK + """
# The *bound*

Words {eq}`elbo.1`, {line}`elbo.1`, {let}`a=b`, {cite}`kingma2014`, ``{eq}`raw` ``.

(here)=
## A section

:::{definition} Latent
:label: latent
A variable $z$.
:::

```{code-cell} ipython3
:tags: [hide-input]
elbo = Derivation("elbo", "The evidence")
elbo
```

```{code-cell} ipython3
print(1)
```

```{code-cell} ipython3
:tags: [exercise]
attempt.check(1)
```

```{code-cell} ipython3
:tags: [hide-cell, exercise]
attempt.check(2)
```

```{code-cell} ipython3
:tags: [exercise]
attempt.check(3)
```

::::{admonition} Answer
:class: dropdown
Four.
::::

```{code-cell} ipython3
:tags: [hide-cell, exercise]
attempt.check(4)
```
"""
PYPROJECT = """\
[project.optional-dependencies]
train = ["vdmlib-parts", "scikit-learn>=1.5", "jax"]
ode = ["vdmlib[train]", "diffrax>=0.7"]
book = ["sphinx"]
"""


@pytest.fixture
def repository(tmp_path):
    def make(url="https://github.com/someone/book", release=""):
        (tmp_path / "_config.yml").write_text(CONFIG.format(url=url, release=release))
        (tmp_path / "book").mkdir(exist_ok=True)
        (tmp_path / "book" / "02_elbo.md").write_text(CHAPTER)
        (tmp_path / "book" / "references.bib").write_text(
            "@misc{kingma2014, author={Kingma, D. and Welling, M.}, title={A}, year={2014}}")
        (tmp_path / "pyproject.toml").write_text(PYPROJECT)
        folder = tmp_path / "vdmlib" / "derive"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "equation_numbers.json").write_text(json.dumps({"equations": {"elbo.1": {
            "number": "2.1", "latex": "a = b", "title": "T", "page": "book/02_elbo",
            "anchor": "equation-elbo-1"}}}))
        return tmp_path
    return make


def cells(root):
    notebook = nbformat.read(root / "book" / "02_elbo.ipynb", as_version=4)
    nbformat.validate(notebook)
    return notebook.cells


def test_a_twin_is_plain_and_numbered(repository):
    root = repository()
    assert twins.run(root, check=False) == 0
    first, install, words, derivation, plain, *_ = cells(root)
    assert first.source.startswith("# 2. The *bound*")
    assert "colab.research.google.com/github/someone/book/blob/main/book/02_elbo.ipynb" in first.source
    assert "https://someone.github.io/book/book/02_elbo.html" in first.source
    assert "git+https://github.com/someone/book@main" in install.source
    compile(install.source, "install", "exec")
    assert "[(2.1)](https://someone.github.io/book/at/elbo.1.html)" in words.source
    assert "$a = b$ [(2.1)]" in words.source and "$a=b$" in words.source
    assert "[Kingma and Welling, 2014]" in words.source and "``{eq}`raw` ``" in words.source
    assert "## 2.1. A section" in words.source and "(here)=" not in words.source
    assert "> **Definition (Latent).**" in words.source
    assert derivation.source.startswith("# @title Derivation: The evidence\n")
    assert derivation.metadata == {"cellView": "form", "jupyter": {"source_hidden": True}}
    assert plain.source == "print(1)" and plain.metadata == {}


def test_a_twin_is_the_same_each_time_and_goes_stale(repository, capsys):
    root = repository()
    assert twins.run(root, check=True) == 1
    assert "02_elbo.ipynb is stale: run 'make twins'" in capsys.readouterr().err
    twins.run(root, check=False)
    text = (root / "book" / "02_elbo.ipynb").read_text()
    assert twins.run(root, check=True) == 0
    (root / "book" / "02_elbo.ipynb").unlink()
    twins.run(root, check=False)
    assert (root / "book" / "02_elbo.ipynb").read_text() == text
    source = root / "book" / "02_elbo.md"
    source.write_text(source.read_text() + "\nMore.\n")
    assert twins.run(root, check=True) == 1
    (root / "book" / "03_gone.ipynb").write_text("{}")
    twins.run(root, check=False)
    assert not (root / "book" / "03_gone.ipynb").exists()


def test_links_go_to_the_release_when_there_is_one(repository):
    root = repository(release="v1.0")
    twins.run(root, check=False)
    first, install, *_ = cells(root)
    assert "/blob/v1.0/book/02_elbo.ipynb" in first.source and "@v1.0" in install.source


def test_the_answer_to_an_exercise_is_text(repository):
    """What runs with the rest must not answer what the reader is asked."""
    root = repository()
    twins.run(root, check=False)
    *_, first, answer, second, both = cells(root)
    assert [cell.cell_type for cell in (first, answer, second, both)] == ["code", "markdown", "code", "markdown"]
    assert (first.source, second.source) == ("attempt.check(1)", "attempt.check(3)")
    assert answer.source == "<details>\n<summary>Answer</summary>\n\n```python\nattempt.check(2)\n```\n\n</details>"
    assert both.source == "<details>\n<summary>Answer</summary>\n\nFour.\n\n```python\nattempt.check(4)\n```\n\n</details>"


def test_what_a_chapter_needs_is_read_from_the_code(repository):
    root = repository()
    library = root / "vdmlib"
    (library / "solvers.py").write_text("def need():\n    import diffrax\n")
    (library / "flow.py").write_text("from .solvers import need\n\ndef flow():\n    need()\n")
    (library / "plain.py").write_text("def plain():\n    pass\n")
    for cell in ("from vdmlib import flow", "import vdmlib\nvdmlib.flow()", "draw(sampler='flow')", "import diffrax"):
        assert extras.needed([cell, "%matplotlib inline"], root) == {"diffrax": "diffrax>=0.7"}, cell
    assert extras.needed(["from vdmlib import plain", "import sphinx", "flowing = 1"], root) == {}


@pytest.mark.parametrize("cell, wanted", [
    ("from vdmlib.derive import *", False), ("import vdmlib.derive", False), ("from vdmlib import derive", False),
    ("import sympy, vdmlib.derive.book", False), ("%matplotlib inline", False), ("from vdmlibrary import x", False),
    ("import vdmlib", True), ("from vdmlib import VAE", True), ("from vdmlib import derive, VAE", True),
    ("import vdmlib.models", True), ("from vdmlib.models import VAE", True), ("import jax.numpy as jnp", True),
    ("def late():\n    from sklearn import datasets", True),
])
def test_all_but_the_engine_asks_for_the_training_side(repository, cell, wanted):
    root = repository()
    assert extras.trains(["print(1)", cell], root) is wanted
    installed = twins.install_cell(HERE, [cell], root)["source"]
    assert ('"vdmlib[train] @ git+https' in installed) is wanted and ('"vdmlib @ git+https' in installed) is not wanted


def test_the_first_cell_installs_the_training_side_where_the_engine_is_there_alone(repository):
    source = twins.install_cell(HERE, ["from vdmlib import VAE"], repository())["source"]
    assert source.count('"vdmlib[train] @ git+https://github.com/someone/book@main"') == 2 and '"flax": ' in source


def test_the_first_cell_installs_what_the_chapter_needs(repository):
    root = repository()
    library = root / "vdmlib"
    (library / "flow.py").write_text("def flow():\n    import diffrax\n")
    source = root / "book" / "02_elbo.md"
    source.write_text(source.read_text().replace("print(1)", "from vdmlib import flow"))
    twins.run(root, check=False)
    _, install, *_ = cells(root)
    assert '"diffrax": "diffrax>=0.7"' in install.source


@pytest.mark.parametrize("text, message", [
    ("```{tab-set}\nx\n```", "tab-set"), ("{bold}`x`", "bold"), ("{eq}`lost`", "make numbers"),
    ("{cite}`nobody`", "nobody"), (":::{note}\nx", "not closed"), ("{ref}`lost`", "lost"),
    ("```{restate} measured\n```", "measured is measured"),
])
def test_what_has_no_plain_form_is_an_error(text, message):
    book = plain_markdown.Book(HERE, equations={"measured": {"number": "2.8", "latex": ""}})
    with pytest.raises(plain_markdown.NotPlain, match=message):
        plain_markdown.Converter(book, "book/02_elbo").convert(text)


@pytest.mark.parametrize("text, plain", [
    (":::{note}\nWords.\n:::", "> **Note**\n>\n> Words."),
    ("```{math}\n:label: k\na=b\n```", "$$\na=b\n\\tag{2.9}\n$$"),
    ("```python\n{eq}`x`\n```", "```python\n{eq}`x`\n```"),
    ("{doc}`01_entropy`", "[Entropy](SITE/book/01_entropy.html)"),
    ("[text](01_entropy.md)", "[text](SITE/book/01_entropy.html)"),
    ("{numref}`f`, {numref}`picture %s <f>`, {ref}`f`", "[Fig. 2.1](SITE/book/02_elbo.html#f), [picture 2.1](SITE/book/02_elbo.html#f), [A caption](SITE/book/02_elbo.html#f)"),
    ("{eq}`k` and {line}`k`", "[(2.9)](SITE/at/k.html) and $a = b$ [(2.9)](SITE/at/k.html)"),
    ("Word\n: meaning", "**Word**:\nmeaning"),
    ("::::{note}\n:::{tip}\nIn.\n:::\n::::", "> **Note**\n>\n> > **Tip**\n> >\n> > In."),
    ("A[^n].\n\n[^n]: Note.", "A<sup>n</sup>.\n\n<sup>n</sup> Note."),
    ("{term}`functional (泛函)`", "functional"),
    ("% a comment\nText", "Text"),
    ("## One\n\n### Two\n\n## Three", "## 2.1. One\n\n### 2.1.1. Two\n\n## 2.2. Three"),
    ("```{exercise} Title\n:label: e\nDo.\n```", "> **Exercise 2.3 (Title).**\n>\n> Do."),
    ("```{restate} k\n```", "$$\na = b\n\\tag{2.9}\n$$"),
    (":::{skip} May wait: {eq}`k`.\n:::", "> May wait: [(2.9)](SITE/at/k.html)."),
    ("```{spine}\n:title: Two\nk: why $a$\nk: again\n```",
     "**Two**\n\n1. why $a$<br>$a = b$ [(2.9)](SITE/at/k.html)\n2. again<br>$a = b$ [(2.9)](SITE/at/k.html)"),
    (":::{source-note} A sign\nWords.\n:::",
     "<details>\n<summary>Source note: A sign</summary>\n\nWords.\n\n</details>"),
    (":::{definition} A sign\n:label: c\n:article: $a$\nWords.\n:::", "> **Definition (A sign).**\n>\n> Words."),
    (":::{correction} A sign\n:label: c\n:article: $a$\n:proof: k\nWords.\n:::",
     "<details>\n<summary>Source note: A sign</summary>\n\n> The article says: *$a$*\n>\n> Words.\n>\n"
     "> What is true: [(2.9)](SITE/at/k.html).\n\n</details>"),
])
def test_each_construct_has_its_plain_form(text, plain):
    book = plain_markdown.Book(
        HERE, equations={"k": {"number": "2.9", "latex": "a = b", "title": "", "page": "book/02_elbo",
                         "anchor": "equation-k"}},
        references={"f": {"text": "A caption", "number": "Fig. 2.1", "bare": "2.1",
                          "page": "book/02_elbo", "anchor": "f"},
                    "e": {"text": "Exercise 2.3", "number": "Exercise 2.3", "bare": "2.3",
                          "page": "book/02_elbo", "anchor": "e"}},
        titles={"book/01_entropy": "Entropy"},
    )
    found = plain_markdown.Converter(book, "book/02_elbo").convert(text)
    assert "\n".join(line.rstrip() for line in found.splitlines()) == plain.replace("SITE/", HERE.site)


def test_the_projects_twins_are_current():
    assert twins.run(ROOT, check=True) == 0


def test_the_projects_twins_show_no_myst():
    raw = re.compile(r"^(?:`{3,}|:{3,})\{|(?<!`)\{(?:eq|line|let|cite|numref|doc|ref|term)\}`", re.M)
    for source in twins.chapters(ROOT):
        notebook = nbformat.read(source.with_suffix(".ipynb"), as_version=4)
        nbformat.validate(notebook)
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                assert not raw.search(cell.source), (source.name, cell.source[:200])


def test_the_projects_twins_link_every_number():
    number = re.compile(r"\[\(\d+\.\d+\)\]\(https://[^)]*/at/[\w.]+\.html\)|(?P<plain>\(\d+\.\d+\))")
    for source in twins.chapters(ROOT):
        for cell in nbformat.read(source.with_suffix(".ipynb"), as_version=4).cells:
            if cell.cell_type == "markdown":
                words = re.sub(r"^```.*?^```|`[^`\n]*`", "", cell.source, flags=re.M | re.S)
                assert not any(found["plain"] for found in number.finditer(words)), (source.name, cell.source)


def test_the_projects_twins_run_no_answer():
    for source in twins.chapters(ROOT):
        given = [cell for cell in twins.notebook_of(source).cells if cell.cell_type == "code"]
        hidden = [cell.source for cell in given if "hide-cell" in cell.metadata.get("tags", [])]
        answers = [cell.source for cell in given if twins.is_answer(cell.metadata.get("tags", []))]
        assert answers == hidden, f"{source.name}: tag an answer [hide-cell, exercise]"
        run = {cell.source for cell in nbformat.read(source.with_suffix(".ipynb"), as_version=4).cells
               if cell.cell_type == "code"}
        assert not run & set(answers)


@pytest.mark.filterwarnings("error")
def test_the_projects_cells_compile_without_a_warning():
    """A formula in a string that is not raw: Python 3.12 shows a warning for it under the cell."""
    for source in twins.chapters(ROOT):
        for cell in nbformat.read(source.with_suffix(".ipynb"), as_version=4).cells:
            if cell.cell_type == "code" and not cell.source.lstrip().startswith("%"):
                compile(cell.source, source.name, "exec")


def test_a_further_page_of_a_chapter_has_its_title_and_no_number():
    found = twins.opening(ROOT / "book" / "01b_more.md", "More", HERE)
    assert found.startswith("# More\n") and "A further page of chapter 1 of *Diffusion, Derived*" in found
    assert twins.opening(ROOT / "book" / "01_first.md", "First", HERE).startswith("# 1. First\n")
    assert [path.stem for path in twins.chapters(ROOT)][:3] == ["01_entropy", "01b_functionals", "02_elbo"]
