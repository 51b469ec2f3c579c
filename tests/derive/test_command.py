"""The command: what it reads, what it reports, and that no false line passes it."""

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest

from vdmlib.derive.book.watch import watched
from vdmlib.derive.command import derive_check, main, sources
from vdmlib.derive.command.execute import File, missing
from vdmlib.derive.command.formats import FORMATS
from vdmlib.derive.command.report import report
from vdmlib.derive.command.rows import FAILS, FIELDS, VERDICTS, schema

START = "from vdmlib.derive import *\nx, y = symbols('x y')\n"
TRUE = "Identity('a.true', (x + y)**2, x**2 + 2*x*y + y**2)\n"
FALSE = "Identity('a.false', (x + y)**2, x**2 + x*y + y**2)\n"


def executed(path, text=None):
    """What is told of a file, executed in this process: rows, notes."""
    if text is not None:
        path.write_text(text, encoding="utf-8")
    rows, notes = [], []
    file = File(path, lambda **what: rows.append(what["row"]) if "row" in what else notes.append(what["note"]))
    with watched(file.watcher):
        file.execute()
    return rows, notes


def seen(rows):
    return [(row["label"], row["verdict"], row["line"]) for row in rows]


def fails(rows, notes):
    """Whether what was told fails the file."""
    return any(row["verdict"] in FAILS and not row["expected"] for row in rows) or any(note["kind"] == "error" for note in notes)


# --- lines

def test_a_false_line_does_not_stop_those_after_it(tmp_path):
    rows, notes = executed(tmp_path / "a.py", START + """\
d = Derivation("square", "A square", facts=[])
d.start((x + y)**2)
d.equals(x**2 + 2*x*y + y**2, because="expand")
d.equals(
    x**2 + x*y + y**2, because="a slip")
d.equals(x*(x + y) + y**2, because="factor")
d.equals(x**2 + 2*x*y + y**2, because="a slip back")
after = d["square.3"]
""")
    assert seen(rows) == [("square.1", "proved", 5), ("square.2", "false", 6), ("square.3", "proved", 8), ("square.4", "false", 9)]
    first, second, third, _ = rows
    assert first["before"] == "(x + y)**2" and first["relation"] == "=" and first["derivation"] == "square" and first["follows"] == ""
    assert second["counterexample"] and second["failure"]["residual"] == "x*y" and set(second["failure"]["values"]) == {"left", "right"} and "is false" in second["message"] and not second["reach"]
    assert third["follows"] == "" and third["statement"] == "x**2 + x*y + y**2 = x*(x + y) + y**2"
    assert notes == [] and all(set(row) == set(FIELDS) - {"file"} or set(row) == set(FIELDS) for row in rows)


def test_a_line_after_a_refused_one_has_its_own_conditions(tmp_path):
    rows, _ = executed(tmp_path / "a.py", """\
from vdmlib.derive import *
a = symbol("a", real=True)
d = Derivation("logs", "")
d.start(log(a**2))
d.equals(3*log(a), because="a slip")
d.equals(log(a**3), because="a power")
""")
    assert [row["verdict"] for row in rows] == ["false", "proved"]
    assert rows[1]["conditions"] == ["a > 0"]


def test_a_derivation_with_a_refused_line_is_not_shown_as_checked(tmp_path):
    rows, notes = executed(tmp_path / "a.py", START + "d = Derivation('a', 't').start(x + y).equals(x - y).equals(x - y + 0*x)\nprint(d)\nd.records()\ns = str(d)\n")
    assert [row["verdict"] for row in rows] == ["false", "proved"]
    assert [(note["line"], note["message"]) for note in notes] == [(5, "passed over: it asks for line a.1, which is refused")]
    file = File(tmp_path / "a.py", lambda **what: None)
    with watched(file.watcher):
        file.execute()
    shown = file.names["s"].splitlines()
    assert "✗" in shown[2] and "✓" not in shown[2]


def test_a_refutation_cannot_rest_on_a_refused_line(tmp_path):
    rows, notes = executed(tmp_path / "a.py", START + "d = Identity('a', x**2, 3*x)\nRefutation('r', (x**2, '=', 2*x), {x: 5}, instead=d, slip=(2*x, 3*x))\n")
    assert seen(rows) == [("a", "false", 3)] and [note["line"] for note in notes] == [4]


@pytest.mark.parametrize("code, verdict", [
    (TRUE, "proved"), (FALSE, "false"),
    ("Definition('a.def', x, y)", "definition"), ("Assumption('a.as', x, y)", "assumption"), ("Remark('a.re', 'words')", "remark"),
    ("Cited('a.ci', x, '=', y, source='someone')", "cited"),
    ("Numerical('a.nu', 'words', 1.0, 1.0, 0.1)", "numerical"), ("Numerical('a.nu', 'words', 2.0, 1.0, 0.1)", "false"),
    ("Refutation('a.rf', (x**2, '=', 2*x), {x: 3}, instead='nothing', slip=(2*x, x*x))", "refuted"),
    ("z = variables('z'); p = Law('p', z); Definition('a.h', H(p(z)), E[p(z)](log(p(z))))", "false"),
    ("f = undefined('f'); Identity('a.open', Sum(f(x), (x, 1, y)), f(y))", FAILS),
    ("import vdmlib.derive.budget as b; b.SECONDS = 1e-9; Identity('a.late', sqrt(x**2 + y), exp(x*y)*log(3))", FAILS),
])
def test_each_verdict(tmp_path, monkeypatch, code, verdict):
    monkeypatch.setattr("vdmlib.derive.budget.SECONDS", 60)
    rows, notes = executed(tmp_path / "a.py", START + code)
    assert notes == [] and len(rows) == 1 and rows[0]["line"] == 3
    assert rows[0]["verdict"] in (verdict if isinstance(verdict, tuple) else (verdict,)) and rows[0]["verdict"] in VERDICTS
    assert rows[0]["label"].startswith("a.")
    assert bool(rows[0]["message"]) is (rows[0]["verdict"] in FAILS)


# --- what a file may do to hide a false line: it is seen, or the file fails

@pytest.mark.parametrize("code", [
    FALSE,
    "def make():\n    " + FALSE + "make()",
    "class Lines:\n    " + FALSE,
    "if x:\n    " + FALSE,
    "print([" + FALSE.strip() + " for _ in range(1)])",
    "lines = (" + FALSE.strip() + " for _ in range(1))\nlist(lines)",
    "import threading\nt = threading.Thread(target=lambda: " + FALSE.strip() + ")\nt.start(); t.join()",
    "exec(" + repr(FALSE) + ")",
    "import no_such_package\n" + FALSE,
    "from no_such_package import *\nthing(x)\n" + FALSE,
    "x = no_such_name\n" + TRUE,
    "import no_such_package as q\nDerivation('d', '').start(x).equals(q.f(x))\n" + TRUE,
    "import no_such_package as q\ndef f(a):\n    return q.g(a)\nDerivation('d', '').start(x).equals(f(x))\n" + TRUE,
    "y = x\nimport no_such_package as q\ny = q.y\nDerivation('d', '').start(x).equals(y)\n" + TRUE,
    "a = [x]\nimport no_such_package as q\na[0] = q.y\nDerivation('d', '').start(x).equals(a[0])\n" + TRUE,
    "a = [x]\nimport no_such_package as q\nq.change(a)\nDerivation('d', '').start(x).equals(a[0])\n" + TRUE,
    "from no_such_package import *\nDerivation('d', '').start(x).equals(x)\n",
    "y = x\nfor k in range(3):\n    y = no_such_name\nDerivation('d', '').start(x).equals(y)\n",
    "try:\n    pass\nexcept FalseStep:\n    pass\n" + FALSE,
    "try:\n    " + FALSE + "finally:\n    pass",
    "try:\n    pass\nexcept Exception:\n    pass\nelse:\n    " + FALSE,
    "try:\n    " + FALSE + "except KeyError:\n    pass",
    "try:\n    " + FALSE + "except FalseStep:\n    raise",
    "Derivation('a', '').start(x).equals('x')\n" + TRUE,
    "d = Derivation('a b', '')\nd.start(x).equals(x + 0)\n" + TRUE,
    TRUE + "1/0",
    TRUE + "raise SystemExit(3)",
    TRUE + "def f(:",
    FALSE + "raise SystemExit(0)",
    "Derivation('a', '', facts=[(x, 1), (x, 2)])\n" + TRUE,
    "assert not " + TRUE,
])
def test_a_false_line_or_a_part_that_is_not_checked_fails_the_file(tmp_path, code):
    try:
        rows, notes = executed(tmp_path / "a.py", START + code)
    except SystemExit:
        assert main(["check", str(tmp_path / "a.py")]) == 1
        return
    assert fails(rows, notes)


@pytest.mark.parametrize("code", [
    "try:\n    " + FALSE + "except FalseStep as why:\n    said = str(why)",
    "from contextlib import suppress\nwith suppress(FalseStep):\n    " + FALSE,
    "def make():\n    " + FALSE + "try:\n    make()\nexcept DerivationError:\n    pass",
])
def test_what_the_file_catches_is_shown_and_does_not_fail_it(tmp_path, code):
    rows, notes = executed(tmp_path / "a.py", START + code + "\n" + TRUE)
    assert [(row["verdict"], row["expected"]) for row in rows] == [("false", True), ("proved", False)] and not fails(rows, notes)


def test_the_sum_says_why_a_false_line_does_not_fail_it(tmp_path):
    caught, path = "try:\n    " + FALSE + "except FalseStep:\n    pass\n", tmp_path / "a.py"

    def said(code, **how):
        path.write_text(START + code)
        return FORMATS["text"](report([str(path)], "0", **how)).splitlines()[-1]

    assert said(caught + TRUE) == "1 file, 2 statements: 1 proved, 1 false (as the file says). Passed."
    assert said(caught + FALSE.replace("a.false", "b.false")) == "1 file, 2 statements: 2 false (1 of them as the file says). Failed."
    assert said(FALSE, allow=["false"]) == "1 file, 1 statement: 1 false (allowed). Passed."


def test_a_package_that_is_missing_is_passed_over_with_what_needs_it(tmp_path):
    rows, notes = executed(tmp_path / "a.py", START + "import no_such_package as n\nfrom no_such_package.plots import draw\ndraw(n.figure)\n" + TRUE)
    assert seen(rows) == [("a.true", "proved", 6)]
    assert [(note["kind"], note["line"]) for note in notes] == [("skipped", 3), ("skipped", 4), ("skipped", 5)]
    assert notes[0]["message"] == "passed over: no_such_package is not installed" and "line 4" in notes[2]["message"]


def test_what_shows_things_is_there_without_ipython(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "IPython.display", None)
    rows, notes = executed(notebook(tmp_path / "a.ipynb", "display(1)\nfrom IPython.display import Markdown as m\n" + START + "d = " + TRUE + "display(m('x'), d)"))
    assert seen(rows) == [("a.true", "proved", rows[0]["line"])] and [note["kind"] for note in notes] == ["skipped"]


def test_which_import_errors_say_that_a_package_is_missing():
    assert missing(ModuleNotFoundError("No module named 'q'", name="q.r")) == "q is not installed"
    assert missing(ImportError("Cannot import 'numpy' with 'import numpy; from numpy import *' command")) == "numpy is not installed"
    for other in (ImportError("cannot import name 'y'", name="sympy"), ModuleNotFoundError("", name="vdmlib.lost"), ImportError("")):
        assert missing(other) == ""


def test_lines_are_where_they_stand_whoever_makes_them(tmp_path, monkeypatch):
    """In a helper of another file, in a loop, in a function called later: the line of this file that asked for it."""
    (tmp_path / "helper_of_lines.py").write_text(START + "def make(label):\n    " + TRUE.replace("'a.true'", "label"))
    monkeypatch.syspath_prepend(tmp_path)
    rows, _ = executed(tmp_path / "a.py", "from helper_of_lines import make\nfor k in 'ab':\n    make('x.' + k)\n" + START
                       + "def own():\n\n    " + TRUE + "own()\n")
    assert seen(rows) == [("x.a", "proved", 3), ("x.b", "proved", 3), ("a.true", "proved", 8)]


def test_mutants_are_tried_where_they_are_asked_for(tmp_path):
    (tmp_path / "a.py").write_text(START + TRUE + FALSE)
    rows = []
    file = File(tmp_path / "a.py", lambda **what: rows.append(what["row"]), mutants=True)
    with watched(file.watcher):
        file.execute()
    assert rows[0]["mutants"]["killed"] > 2 and rows[0]["verdict"] == "proved" and rows[1]["mutants"] is None


# --- a line that refers to another

def test_a_line_refers_to_one_above_it_and_to_those_of_the_files_before(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("one.py").write_text(START + TRUE + FALSE + "Definition('a.def', symbol('c'), x)\nd = Derivation('d', '').start(x).equals(x + 0, label='d.named')\n"
                              + "".join(f"Identity('a.{k}', x + y, y + x, because=['as ', see('{label}')])\n" for k, label in enumerate(("a.true", "a.def", "d.named"))))
    Path("two.py").write_text(START + "Identity('b.ok', x + y, y + x, because=see('d.named'))\nIdentity('b.late', x, x + 0, because=see('c.late'))\n"
                              "Identity('b.false', x, x + 0, because=see('a.false'))\n")
    Path("three.py").write_text(START + "Identity('c.late', x, x + 0)\n")
    one, two, three = report(["one.py", "two.py", "three.py"], "0")["files"]
    assert [row["verdict"] for row in one["lines"]] == ["proved", "false", "definition", *["proved"] * 4] and not one["notes"]
    assert [row["label"] for row in two["lines"]] == ["b.ok"] and three["passed"]
    late, false = [note["message"] for note in two["notes"]]
    assert late == "DerivationError: no statement is labelled 'c.late'; one is in three.py: give that file before two.py"
    assert false.startswith("DerivationError: no statement is labelled 'a.false'")


# --- LaTeX that a file reads

READ = [
    (r"\log p(x) \ge \mathbb{E}_{q(z|x)}\left[\log \frac{p(x,z)}{q(z|x)}\right]", "proved"),  # more than one gap is tried
    (r"D_{KL}(q(z|x) \| p(z)) = D_{KL}(p(z) \| q(z|x))", "false"),
    (r"\log p(x) \ge \mathbb{E}_{q(z|x)}\left[\log \frac{q(z|x)}{p(x,z)}\right]", "false"),
    (r"\mathbb{E}[\|X_1-X_0\|^2] \ge \|\mathbb{E}[X_1-X_0]\|^2", "proved"),
    (r"a \approx b", "misuse"),
]


@pytest.mark.parametrize("latex, verdict", READ)
def test_a_reading_has_the_verdict_that_it_has_elsewhere_and_its_trials_are_no_lines(tmp_path, latex, verdict):
    check = f"found = read(r'{latex}').check()\n"
    rows, notes = executed(tmp_path / "a.py", START + check + f"assert found.status == {dict(misuse='not checked').get(verdict, verdict)!r}, found\n")
    assert [row["verdict"] for row in rows] == [verdict] and rows[0]["line"] == 3 and notes == []
    assert rows[0]["message"] == ("" if verdict == "proved" else rows[0]["message"]) and fails(rows, notes) is (verdict != "proved")


def test_what_a_reading_took_for_granted_is_told_with_its_verdict(tmp_path):
    rows, _ = executed(tmp_path / "a.py", START + f"read(r'{READ[3][0]}').check()\nread(r'\\bar\\alpha_t = \\bar\\alpha_{{t-1}} (1-\\beta_t)').check()\n")
    assert [row["verdict"] for row in rows] == ["proved"] * 2
    assert rows[0]["when"][0] == "in one dimension alone" and "β_t = 1-α_t" in rows[1]["when"]


def test_the_text_says_where_a_chain_goes_on_anew_and_nowhere_else(tmp_path):
    (tmp_path / "a.py").write_text(START + "d = Derivation('d', 'D').start(x)\nd.equals(x + 0)\nd.equals(y)\nd.equals(y + 0)\n"
                                   "for _ in range(2):\n    Derivation('e', 'E').start(x).equals(x + 0)\n")
    text = FORMATS["text"](report([str(tmp_path / "a.py")], "0"))
    assert text.count("from here on anew") == 1 and "y    (from here on anew" in text and text.count("e: E") == 2


# --- notebooks and pages

def notebook(path, *cells, indent=1, **metadata):
    made = [{"cell_type": "code", "metadata": metadata, "outputs": [], "execution_count": None, "source": cell.splitlines(keepends=True)} for cell in cells]
    made.insert(1, {"cell_type": "markdown", "metadata": {}, "source": ["Words\n", "x = 1"]})
    path.write_text(json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=indent), encoding="utf-8")
    return path


def test_the_cells_of_a_notebook_and_their_lines(tmp_path):
    path = notebook(tmp_path / "a.ipynb", "%matplotlib inline\n!pip install é\n" + START, "\n" + TRUE, "%%bash\nls", "%%time\n" + FALSE, "x = !ls\nx?\n5 %\\\n3", "")
    rows, notes = executed(path)
    text = path.read_text().splitlines()
    assert [(row["verdict"], row["cell"], row["cell_line"]) for row in rows] == [("proved", 2, 2), ("false", 4, 2)]
    assert "a.true" in text[rows[0]["line"] - 1] and "a.false" in text[rows[1]["line"] - 1]
    assert [note["message"] for note in notes] == ["%matplotlib inline is passed over", "!pip install é is passed over", "a cell of %%bash is passed over",
                                                   "%%time is passed over", "x = !ls is passed over", "x? is passed over"]
    assert {note["kind"] for note in notes} == {"note"}
    rows, _ = executed(notebook(tmp_path / "b.ipynb", START, "\n" + TRUE, indent=None))
    assert [(row["line"], row["cell"], row["cell_line"]) for row in rows] == [(0, 2, 2)]


def test_a_cell_that_raises_does_not_stop_the_next_ones_and_a_tag_says_that_it_is_meant(tmp_path):
    rows, notes = executed(notebook(tmp_path / "a.ipynb", START, "1/0\n" + FALSE, TRUE))
    assert [row["label"] for row in rows] == ["a.true"] and [note["kind"] for note in notes] == ["error"]
    rows, notes = executed(notebook(tmp_path / "b.ipynb", START, FALSE + "1/0", TRUE, tags=["raises-exception"]))
    assert [row["expected"] for row in rows] == [True, False] and [note["kind"] for note in notes] == ["note"]
    rows, notes = executed(notebook(tmp_path / "c.ipynb", FALSE, tags=["skip-execution"]))
    assert rows == [] and [note["message"] for note in notes] == ["is not executed, as its tag says"]


MYST = f"""---
kernelspec: {{name: python3}}
---
# A page

```python
this is not executed
```

````{{note}}
```{{code-cell}} ipython3
:tags: [hide-input]

{START}```
````

:::{{admonition}} Words
```{{code-cell}}
{TRUE}```
:::

```{{code-cell}} python
---
tags: [raises-exception]
---
{FALSE}```

~~~text
```{{code-cell}}
1/0
```
~~~
"""
QUARTO = f"""# A page
```{{python}}
#| echo: false
{START}```
```{{python}}
#| eval: false
1/0
```
```{{python, eval=FALSE}}
1/0
```
```{{r}}
x <- 1
```
```{{.python .cell}}
{TRUE}```
"""
PLAIN = f"""# A page
```python
{START}```
- a list
  ```py
  {TRUE}  ```
```pycon
>>> x
```
```python
>>> 1/0
```
```python noeval
1/0
```
```
1/0
"""


@pytest.mark.parametrize("text, verdicts", [(MYST, ["proved", "false"]), (QUARTO, ["proved"]), (PLAIN, ["proved"]), ("# Words\n", [])])
def test_the_cells_of_a_page_and_their_lines(tmp_path, text, verdicts):
    rows, notes = executed(tmp_path / "a.md", text)
    assert all("as its tag says" in note["message"] for note in notes) and [row["verdict"] for row in rows] == verdicts
    lines = text.splitlines()
    assert all(row["label"] in lines[row["line"] - 1] for row in rows)
    assert [row["expected"] for row in rows] == [verdict == "false" for verdict in verdicts]


@pytest.mark.parametrize("name, content, words", [
    ("a.txt", b"", "its name ends in none of"), ("lost.py", None, "there is no such file"), ("a.ipynb", b"{}", "no notebook"),
    ("a.ipynb", b"x", "no notebook"), ("a.md", b"\xff\xfe\x00", "not UTF-8"), ("folder.md", "folder", "it is a folder"),
])
def test_what_cannot_be_read_is_said_and_is_status_2(tmp_path, capsys, name, content, words):
    path = tmp_path / name
    if content == "folder":
        path.mkdir()
    elif content is not None:
        path.write_bytes(content)
    with pytest.raises(sources.Unreadable, match=words):
        sources.read(path)
    assert main(["check", str(path)]) == 2 and words in capsys.readouterr().out


# --- the command as it is typed

@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A report on files of every sort, one of them ended by force."""
    folder = tmp_path_factory.mktemp("a folder é")
    (folder / "a page.md").write_text(MYST.replace("tags: [raises-exception]", "tags: []"), encoding="utf-8")
    (folder / "file.py").write_text(START + TRUE + "import no_such_package\nprint('out')\n", encoding="utf-8")
    (folder / "killed.py").write_text(START + TRUE + "import os, sys\nprint('last words', file=sys.stderr, flush=True)\nos._exit(7)\n", encoding="utf-8")
    notebook(folder / "cells.ipynb", START, FALSE.replace("a.false", "cells.false"))
    (folder / "empty.md").write_text("# Words\n", encoding="utf-8")
    with contextlib.chdir(folder):
        return report(["a page.md", "file.py", "killed.py", "cells.ipynb", "empty.md", "lost.py"], "0")


def test_the_report_as_json(whole):
    read = json.loads(FORMATS["json"](whole))
    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema.validate(read, schema())
    assert read["form"] == 1 and read["passed"] is False and read["counts"] == {"proved": 3, "false": 2}
    assert [file["passed"] for file in read["files"]] == [False, True, False, False, True, False]
    assert all(set(row) == set(FIELDS) and row["file"] == file["path"] for file in read["files"] for row in file["lines"])
    killed = read["files"][2]
    assert seen(killed["lines"]) == [("a.true", "proved", 3)] and killed["notes"][0]["message"] == "its process ended with 7\nlast words"
    assert read["files"][-1]["unreadable"] == "there is no such file"


def test_the_report_as_text(whole):
    text = FORMATS["text"](whole)
    assert "✗ a.false: (x + y)**2 = x**2 + x*y + y**2" in text and "left over" in text
    assert text.splitlines()[-1] == "6 files, 5 statements: 3 proved, 2 false, 1 passed over, 1 in error, 1 unreadable. Failed."
    plain = FORMATS["text"](whole, plain=True)
    assert "X a.false" in plain and "✗" not in plain and "✓" not in plain
    assert "\033[31m✗\033[0m" in FORMATS["text"](whole, colours=True) and "\033" not in text


def test_the_report_as_junit(whole):
    suites = ElementTree.fromstring(FORMATS["junit"](whole).encode())
    counts = {suite.get("name"): tuple(int(suite.get(name)) for name in ("tests", "failures", "errors", "skipped")) for suite in suites}
    assert counts == {"a page.md": (2, 1, 0, 0), "file.py": (2, 0, 0, 1), "killed.py": (2, 0, 1, 0), "cells.ipynb": (1, 1, 0, 0),
                      "empty.md": (1, 0, 0, 0), "lost.py": (1, 0, 1, 0)}  # fmt: skip
    failure = suites.find(".//failure")
    assert failure.get("type") == "false" and "counterexample" in failure.text


def test_the_report_for_github(whole):
    first, *_ = lines = FORMATS["github"](whole).splitlines()
    place = MYST.splitlines().index(FALSE.strip()) + 1
    assert first.startswith(f"::error file=a page.md,line={place},title=a.false%3A false::line a.false is false") and "%0A" in first
    assert "::notice file=file.py,line=4,title=vdmlib.derive::passed over: no_such_package is not installed" in lines
    assert lines[-1].endswith("Failed.")


def test_a_character_that_xml_cannot_hold_is_left_out(whole):
    changed = json.loads(json.dumps(whole))
    changed["files"][0]["lines"][1]["message"] = "a\x00b\x1b"
    assert "ab" in [e.text for e in ElementTree.fromstring(FORMATS["junit"](changed).encode()).iter("failure")]


def test_status_output_allow_forbid_and_limits(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("true.py").write_text(START + TRUE + "Cited('a.ci', x, '=', y, source='s')\n")
    Path("slow.py").write_text("import time\ntime.sleep(60)\n")
    for name in ("json", "sympy", "mpmath"):  # names of a file's neighbours are not taken for the engine's own
        Path(f"{name}.py").write_text("1/0\n")
    assert derive_check(["true.py", "--format", "junit", "--output", "out.xml"]) == 0
    assert "Passed." in capsys.readouterr().out and ElementTree.parse("out.xml").getroot().tag == "testsuites"
    assert main(["check", "t*.py", "--forbid", "cited", "--format", "json"]) == 1
    assert json.loads(capsys.readouterr().out)["fails"] == ["cited", *FAILS]
    assert main(["check", "slow.py", "--file-seconds", "0.5"]) == 1
    assert "no answer within 0.5 s" in capsys.readouterr().out
    Path("empty.md").write_text("# Words\n")
    assert main(["check", "empty.md"]) == 2
    said = capsys.readouterr()
    assert "0 statements: nothing. Failed." in said.out and "Nothing was checked" in said.err
    for wrong in (["check"], ["check", "true.py", "--seconds", "0"], ["check", "true.py", "--allow", "proved"], []):
        with pytest.raises(SystemExit) as ended:
            main(wrong)
        assert ended.value.code == 2


def test_the_schema_is_printed(capsys):
    assert main(["schema"]) == 0 and json.loads(capsys.readouterr().out) == schema()


def test_a_pipe_gets_utf_8_whatever_the_terminal_is(tmp_path):
    (tmp_path / "lost é.txt").write_text("")
    done = subprocess.run([sys.executable, "-m", "vdmlib.derive", "check", "lost é.txt"], cwd=tmp_path, capture_output=True,
                          env={**os.environ, "PYTHONIOENCODING": "latin-1", "PYTHONPATH": str(Path(__file__).parents[2])})
    assert done.returncode == 2 and "lost é.txt" in done.stdout.decode("utf-8")
