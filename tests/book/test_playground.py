"""Which cells can run in the page, what the page carries for them, and what its Python answers."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile

import pyodide_bundle
import pyodide_snapshot
import pytest
from derivation_book import page_runner, playground
from derivation_book.cells import read_page
from small_books import ROOT

LIBRARY = ROOT / "vdmlib"
SET_UP = """\
import jax
import numpy as np
from vdmlib.derive import *

x, z = variables("x z")          # the data and its latent
p, q = Law("p", x, z), Law("q", z | x)
draws = np.arange(3)
"""
ELBO = """\
elbo = Derivation("elbo", "A title with $q$")
elbo.start(log(p(x)))
elbo.equals(E[q(z|x)](log(p(x))), because="$q$ integrates to one, {eq}`a.b`")
elbo
"""


def cells(*sources):
    return read_page(sources, LIBRARY)


# -- which cells can run -------------------------------------------------------


def test_a_cell_of_the_engine_runs_and_names_what_it_builds_on():
    set_up, elbo, more = cells(SET_UP, ELBO, "elbo[1]")
    assert not set_up.runs and set_up.obstacle == "imports jax"
    assert elbo.runs and elbo.needs == [0]
    assert more.runs and more.needs == [0, 1]


def test_of_a_mixed_cell_the_part_that_can_run_is_kept():
    set_up, *_ = cells(SET_UP, ELBO)
    assert set_up.part.splitlines() == [
        "from vdmlib.derive import *",
        'x, z = variables("x z")          # the data and its latent',
        'p, q = Law("p", x, z), Law("q", z | x)',
    ]


@pytest.mark.parametrize("cell, why", [
    ("import jax.numpy as jnp\nlog(p(x))", "imports jax.numpy"),
    ("from vdmlib import VAE\nVAE", "imports vdmlib"),
    ("from vdmlib.models import VAE", "imports vdmlib.models"),
    ("draws + 1", "uses draws"),
    ("[f for f in (1, 2) if f > draws[0]]", "uses draws"),
    ("def g():\n    return draws\ng()", "uses draws"),
    ("unheard_of", "uses unheard_of"),
    ("elbo.function(1, x)", "function(…) needs NumPy"),
    ("from sympy import lambdify\nlambdify(x, x)", "lambdify(…) needs NumPy"),
    ("%timeit log(p(x))", "is not plain Python: invalid syntax"),
    ("draws += 1", "uses draws"),
])
def test_a_cell_that_needs_more_than_the_page_has_does_not_run(cell, why):
    *_, last = cells(SET_UP, ELBO, cell)
    assert not last.runs and last.obstacle == why


@pytest.mark.parametrize("cell", [
    "import sympy\nfrom math import pi\nsympy.sin(pi)",
    "from vdmlib import derive\nderive.KL",
    "from IPython.display import display\ndisplay(p(x))",
    "def g(n):\n    return h(n)\ndef h(n):\n    return n\ng(1)",
    "for k in range(3):\n    print(k)",
    "{name: len(name) for name in ('a', 'b')}",
    "(lambda a: a + 1)(2)",
    "draws = 2\ndraws + 1",
])
def test_what_the_page_has_is_no_obstacle(cell):
    *_, last = cells(SET_UP, ELBO, cell)
    assert last.runs, last.obstacle


def test_a_name_taken_over_by_numpy_is_out_of_reach_until_it_is_taken_back():
    _, before, _, after, again = cells(
        SET_UP, "log(p(x))", "x = draws[0]", "log(p(x))", "x, z = variables('x z')\nx",
    )
    assert before.runs and again.runs
    assert not after.runs and after.obstacle == "uses x"


def test_a_line_added_later_belongs_to_the_derivation():
    _, _, added, last = cells(SET_UP, ELBO, "elbo.equals(log(p(x)))", "elbo")
    assert added.needs == [0, 1] and last.needs == [0, 1, 2]


def test_a_derivation_that_numpy_had_a_hand_in_is_out_of_reach():
    *_, last = cells(SET_UP, ELBO, "elbo.equals(draws[0])", "elbo")
    assert last.obstacle == "uses elbo"


def test_a_cell_builds_on_no_more_than_it_uses():
    *_, last = cells(SET_UP, ELBO, "other = Derivation('other', 'Other')", "elbo")
    assert last.needs == [0, 1]


# -- what the page carries -----------------------------------------------------


def page_with(book, *code):
    book.settings |= {"derivation_playground": True, "nb_execution_mode": "off",
                      "derivation_library": str(LIBRARY)}
    blocks = "".join(f"\n```{{code-cell}} ipython3\n{cell}\n```\n" for cell in code)
    book.page("01_try", f"# A chapter\n\n## A section\n{blocks}", notebook=True)
    built = book.build()
    return built, built.html("book/01_try")


def carried(page):
    text = re.search(r'<script type="application/json" id="playground-data">(.*?)</script>', page)
    return json.loads(text[1])


def test_an_exercise_gets_a_button_and_the_page_the_sources(book):
    exercise = 'ex = exercise("ex", "What? </script>", p(x))\nex.check(p(x))'
    built, page = page_with(book, SET_UP, ELBO.replace("\nelbo\n", ""), exercise, "draws")
    buttons = re.findall(r'<div class="playground" data-cell="(\d)" hidden>', page)
    assert buttons == ["2"] and "Try it" in page
    found = carried(page)
    assert found["cells"]["2"] == {"source": exercise, "needs": [0]}
    assert sorted(found["cells"]) == ["0", "2"]
    assert found["statuses"]["proved"] == {"glyph": "✓", "word": "proved"}
    assert "playground.js" in page and "playground.css" in page
    assert "playground.js" not in built.html("index")


def test_a_book_without_pyodide_says_so_and_without_the_setting_has_no_buttons(book):
    built, _ = page_with(book, SET_UP, 'exercise("ex", "What?", p(x))')
    assert "lacks pyodide.mjs and sympy.zip" in built.warnings
    book.settings["derivation_playground"] = False
    built = book.build()
    assert built.warnings == "" and "playground-data" not in built.html("book/01_try")


# -- the engine and SymPy, as the page gets them ---------------------------------


def test_the_engine_of_the_page_is_the_library_and_always_the_same_bytes(tmp_path):
    first, second = tmp_path / "one" / "engine.zip", tmp_path / "two" / "engine.zip"
    for target in (first, second):
        playground.write_engine(LIBRARY, target)
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as found:
        assert found.read("vdmlib/derive/book/derivation.py") == (LIBRARY / "derive" / "book" / "derivation.py").read_bytes()
        assert {name.split("/")[1] for name in found.namelist() if "/" in name} == {"__init__.py", "derive"}
    program = (
        f"import sys; sys.path.insert(0, {str(first)!r}); import page_runner\n"
        "page = page_runner.Page()\n"
        "code = 'from IPython.display import display; display(variables(\"x\"))'\n"
        "result = page.run(['from vdmlib.derive import *'], code, print)\n"
        "assert result['error'] is None and len(result['outputs']) == 1, result\n"
        "import vdmlib; assert '.zip' in vdmlib.__file__\n"
        "print('heavy:', sorted({'jax', 'numpy', 'matplotlib', 'docutils'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "heavy: []"


def packages(folder):
    for name in pyodide_bundle.PACKAGES:
        (folder / name / "tests").mkdir(parents=True)
        (folder / name / "__init__.py").write_text(
            '"""Words."""\nNAMES = frozenset({"a", "b", "c"})\n\n\ndef f():\n    """More."""\n    return {1, 2}\n')
        (folder / name / "tests" / "test_it.py").write_text("")
    (folder / "sympy" / "physics").mkdir()
    (folder / "sympy" / "physics" / "__init__.py").write_text("")
    licence = folder / "sympy-1.0.dist-info" / "licenses" / "LICENSE"
    licence.parent.mkdir(parents=True)
    licence.write_text("Terms")
    (folder / "numpy").mkdir()
    (folder / "numpy" / "__init__.py").write_text("")
    return folder


def test_the_bundle_takes_modules_and_licences_without_tests(tmp_path):
    names = [name for name, _ in pyodide_bundle.sources(packages(tmp_path))]
    assert names == ["mpmath/__init__.py", "sympy-1.0.dist-info/licenses/LICENSE", "sympy/__init__.py"]


def test_the_bundle_names_a_package_that_is_missing(tmp_path):
    with pytest.raises(pyodide_bundle.BundleError, match="sympy is not installed in .*make setup"):
        list(pyodide_bundle.sources(tmp_path))


def test_two_compilations_give_the_same_bytes(tmp_path):
    if not (pyodide_bundle.PYODIDE / "package.json").is_file():
        pytest.skip("Pyodide is not there: 'make setup' brings it")
    files = list(pyodide_bundle.sources(packages(tmp_path)))
    made = [tmp_path / name for name in ("one.zip", "two.zip")]
    for target in made:
        pyodide_bundle.compile_sources(files, pyodide_bundle.PYODIDE, target)
    assert made[0].read_bytes() == made[1].read_bytes()
    with zipfile.ZipFile(made[0]) as found:
        assert found.namelist() == [
            "mpmath/__init__.pyc", "sympy-1.0.dist-info/licenses/LICENSE", "sympy/__init__.pyc"]
        code = found.read("sympy/__init__.pyc")
        # Hash-based and not to be checked: no time stamp, no look at a source.
        assert code[4:8] == b"\x01\0\0\0" and b"Words" not in code and b"More" not in code


def test_the_cache_notices_what_the_bundle_is_made_from(tmp_path):
    files = list(pyodide_bundle.sources(packages(tmp_path / "site")))
    (tmp_path / "package.json").write_text('{"version": "1"}')
    first = pyodide_bundle.key(files, tmp_path)
    assert pyodide_bundle.key(files, tmp_path) == first
    (tmp_path / "package.json").write_text('{"version": "2"}')
    second = pyodide_bundle.key(files, tmp_path)
    files[0][1].write_text("changed = True\n")
    assert len({first, second, pyodide_bundle.key(files, tmp_path)}) == 3


def test_the_site_s_own_bundle_holds_sympy_and_no_numpy():
    made = pyodide_bundle.TARGET / pyodide_bundle.LIBRARIES
    if not made.is_file():
        pytest.skip("the bundle is not there: 'make setup' brings it")
    with zipfile.ZipFile(made) as found:
        names = found.namelist()
        dates = {info.date_time for info in found.infolist()}
    assert {name.split("/")[0] for name in names if name.endswith(".pyc")} == {"sympy", "mpmath"}
    assert not [name for name in names if "/tests/" in name or name.endswith(".py")]
    assert len([name for name in names if "LICENSE" in name]) >= 2
    assert dates == {(1980, 1, 1, 0, 0, 0)}
    assert made.stat().st_size < 8e6


def a_site(folder, engine=b"engine"):
    """A site with files of the names that the picture of Python's memory is taken from."""
    target = folder / pyodide_snapshot.FOLDER
    target.mkdir(parents=True, exist_ok=True)
    for name in pyodide_snapshot.SOURCES:
        (target / name).write_bytes(engine if name == "engine.zip" else name.encode())
    return folder


def test_the_picture_of_memory_is_taken_once_for_an_engine_and_anew_for_another(tmp_path, monkeypatch):
    taken = []

    def take(folder, target):
        taken.append((folder / "engine.zip").read_bytes())
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(b"memory with " + taken[-1])

    monkeypatch.setattr(pyodide_snapshot, "take", take)
    cache = tmp_path / "cache"
    for engine in (b"one", b"one", b"two"):
        put = pyodide_snapshot.put(a_site(tmp_path / "site", engine), cache)
        assert put.read_bytes() == b"memory with " + engine
    assert taken == [b"one", b"two"] and len(list(cache.iterdir())) == 1


def test_a_site_without_python_gets_no_picture_of_it(tmp_path):
    assert pyodide_snapshot.put(tmp_path, tmp_path / "cache") is None
    assert list(tmp_path.iterdir()) == []


def test_a_picture_that_cannot_be_taken_leaves_nothing_and_says_why(tmp_path):
    site = a_site(tmp_path / "site")
    with pytest.raises(pyodide_bundle.BundleError, match="could not be kept"):
        pyodide_snapshot.put(site, tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


@pytest.mark.weekly
def test_two_pictures_of_memory_are_the_same_bytes(tmp_path):
    folder = tmp_path / "site"
    folder.mkdir()
    for name in (*pyodide_bundle.RUNTIME, pyodide_bundle.LIBRARIES):
        (folder / name).write_bytes((pyodide_bundle.TARGET / name).read_bytes())
    playground.write_engine(LIBRARY, folder / "engine.zip")
    made = [tmp_path / name for name in ("one.bin", "two.bin")]
    for target in made:
        pyodide_snapshot.take(folder, target)
    assert made[0].read_bytes() == made[1].read_bytes() and made[0].stat().st_size < 20e6


# -- what Python answers in the page ----------------------------------------------


def run(page, source, *earlier):
    return page.run(["from vdmlib.derive import *\nx, z = variables('x z')\n"
                     "p, q = Law('p', x, z), Law('q', z | x)", *earlier], source, lambda words: None)


@pytest.fixture(scope="module")
def page():
    return page_runner.Page()


def test_a_derivation_comes_back_as_rows(page):
    result = run(page, ELBO)
    assert result["error"] is None
    (output,) = result["outputs"]
    assert output["title"] == [["text", "A title with "], ["math", "q"]]
    start, line = output["records"]
    assert start["kind"] == "start" and line["status"] == "proved"
    assert line["why"] == [["math", "q"], ["text", " integrates to one, (a.b)"]]
    assert [name for name, _ in line["evidence"]] == ["Method", "Reach", "By convention", "Probe", "Mutants"]


def test_a_false_line_comes_back_with_the_rows_before_it(page):
    result = run(page, ELBO.replace("\nelbo\n", "\nelbo.equals(2 * log(p(x)))\nelbo\n"))
    error = result["error"]
    assert error["kind"] == "false" and error["label"] == "elbo.2"
    assert error["latex"] and error["residual"] and error["counterexample"]
    assert error["place"] == "your code, line 4" and error["why"]
    (before,) = result["outputs"]
    assert [record["label"] for record in before["records"]] == ["elbo.0", "elbo.1"]


@pytest.mark.parametrize("source, name, words, where", [
    ("1 +", "SyntaxError", "invalid syntax", "your code, line 1"),
    ("x\n1 / 0", "ZeroDivisionError", "division by zero", "your code, line 2"),
    ("import numpy_", "ModuleNotFoundError", "nothing else", "your code, line 1"),
    ("p('y')", "DerivationError", "takes random variables", "your code, line 1"),
    ("raise SystemExit", "SystemExit", "", "your code, line 1"),
])
def test_errors_of_the_reader_s_code_come_back_as_words(page, source, name, words, where):
    error = run(page, source)["error"]
    assert (error["kind"], error["name"], error["place"]) == ("error", name, where)
    assert words in error["words"]


def test_an_error_in_an_earlier_cell_is_told_as_such(page):
    assert run(page, "x", "1 / 0")["error"]["place"] == "an earlier cell, line 1"


def test_earlier_cells_run_once_and_are_not_changed_by_the_reader(page):
    earlier = ELBO + "print('made')"
    for _ in range(2):
        result = run(page, "elbo.equals(log(p(x)), because='back')\nx = 3\nelbo", earlier)
        assert len(result["outputs"][0]["records"]) == 3
    result = run(page, "print(x)\nelbo", earlier)
    assert len(result["outputs"][0]["records"]) == 2 and result["printed"] == "x\n"


def test_cells_that_begin_alike_run_their_beginning_once(monkeypatch):
    page, ran, execute = page_runner.Page(), [], page_runner.execute
    monkeypatch.setattr(page_runner, "execute", lambda source, *more, **options: ran.append(source) or execute(source, *more, **options))
    for earlier in (["a = 1"], ["a = 1", "b = a + 1"], ["a = 1", "c = a + 2"], ["a = 1", "b = a + 1", "c = b"]):
        page.prepare(earlier, lambda words: None)
    assert ran == ["a = 1", "b = a + 1", "c = a + 2", "c = b"]
    assert page.prepare(["a = 1", "c = a + 2"], lambda words: None)["c"] == 3


def test_what_a_later_cell_changes_is_there_for_those_alone_that_build_on_it():
    page = page_runner.Page()
    make, grow, show = "made = [1]", "made.append(2)", "tuple(made)"
    for earlier, seen in (([make], "(1,)"), ([make, grow], "(1, 2)"), ([make], "(1,)"), ([make, "x = 0", grow, "y = 0"], "(1, 2)"), ([make, "x = 0"], "(1,)")):
        for _ in range(2):
            assert page.run(earlier, show, lambda words: None)["outputs"][0]["text"] == seen, earlier


def test_a_function_of_an_earlier_cell_sees_what_the_ones_after_it_make():
    page = page_runner.Page()
    define = "def twice():\n    return 2 * number"
    page.prepare([define], lambda words: None)
    for number in (3, 4):
        assert page.run([define, f"number = {number}"], "twice()", lambda words: None)["outputs"][0]["text"] == str(2 * number)


def test_answers_expressions_and_text_come_back(page):
    wrong, right = (run(page, f"exercise('e', '?', KL(q(z|x), p(z|x))).check({answer})")["outputs"][0]
                    for answer in ("KL(p(z|x), q(z|x))", "E[q(z|x)](log(q(z|x)/p(z|x)))"))
    assert right["right"] and right["latex"] and not wrong["right"]
    assert [name for name, _ in wrong["parts"]] == ["left over (target − answer)", "counterexample"]
    result = run(page, "display(p(x))\nprint('hello')\n'text'")
    assert result["outputs"] == [{"kind": "latex", "latex": "p(x)"}, {"kind": "text", "text": "'text'"}]
    assert result["printed"] == "hello\n"


def test_what_a_line_is_true_under_stands_beside_its_reason(page):
    source = """a, b, c = symbols("a b c")
d = Derivation("logs", "Logs", facts=[(c, a)])
d.start(log(a * b)).equals(log(a) + log(b), because="a product").equals(log(a) + log(b) + c - a, because="as given")
d"""
    (output,) = run(page, source)["outputs"]
    _, first, second = output["records"]
    assert first["under"] == [["provided", [["math", "a > 0"], ["text", "; "], ["math", "b > 0"]]]]
    assert second["under"] == [["given", [["math", "c = a"]]]]  # what the line above needs is not said again
    evidence = dict(second["evidence"])
    assert evidence["Given"] == [["math", "c = a"]] and evidence["Provided"] == first["under"][0][1]


def test_a_right_answer_says_what_it_is_true_under(page):
    source = "a, b = symbols('a b')\nexercise('e', '?', log(a * b)).check(log(a) + log(b))"
    (answer,) = run(page, source)["outputs"]
    assert answer["right"] and answer["under"] == [["provided", [["math", "a > 0"], ["text", "; "], ["math", "b > 0"]]]]
    (answer,) = run(page, "exercise('e', '?', E[q(z|x)](2 * x)).check(2 * x)")["outputs"]
    assert answer["right"] and answer["under"] == []


def test_a_refutation_comes_back_struck_with_what_is_wrong(page):
    source = """a, b = symbols("a b")
Refutation("squares", (2 * a * b, ">=", a**2 + b**2), {a: 1, b: 2}, instead="square", slip=(">=", "<="), gap=(a - b) ** 2)"""
    result = run(page, source)
    (record,) = result["outputs"][0]["records"]
    claim, against, slip = record["refuted"]
    assert claim[0] == "It is not so that" and claim[2] and against[0] == "Counterexample" and not against[2]
    assert slip == ["What is wrong", [["math", "\\ge"], ["text", " stands where "], ["math", "\\le"], ["text", " should"]], False]
    assert dict(record["evidence"])["Put right"] and "Method" not in dict(record["evidence"])


def test_conventions_are_named_and_lead_to_their_page(page, book):
    (output,) = run(page, "al = Schedule('alpha')\nIdentity('first', al.bar[1], al[1])")["outputs"]
    assert page_runner.CONVENTION in [name for name, _ in output["records"][0]["evidence"]]
    built, html = page_with(book, SET_UP.replace("import jax\nimport numpy as np\n", "").replace("draws = np.arange(3)\n", ""),
                            'exercise("ex", "What?", p(x))')
    assert carried(html)["conventions"] == {"name": "By convention", "address": ""}
    book.page("conventions", "# Conventions\n")
    assert carried(book.build().html("book/01_try"))["conventions"]["address"] == "conventions.html"


def test_the_words_about_a_check_say_what_was_done():
    words = page_runner.probe_words({"instances": 3, "digits": 30})
    assert words == ("agrees to 30 digits on 3 random instances that meet every fact and condition, "
                     "evaluated by code that shares no rule with the proof")
    assert "1 random instance that meets every" in page_runner.probe_words({"instances": 1, "digits": 30})
    assert "condition (of d = 1 alone), evaluated" in page_runner.probe_words({"instances": 3, "digits": 30, "alone": "d = 1"})
    assert page_runner.mutant_words({"made": 0, "equal": 0, "killed": 0}) == "no rule makes a variant of this statement"


# -- the chapters' own cells ---------------------------------------------------------

#: Runs every cell that a chapter offers, each on what it builds on, where there is no NumPy. The mutants of each line
#: are taken as rejected: the build tries them, and they are most of the time.
WITHOUT_NUMPY = """
import json, sys
sys.modules |= {"numpy": None, "jax": None, "matplotlib": None}
sys.path[:0] = json.loads(sys.argv[1])
import page_runner
from vdmlib.derive.book.line import Line
Line.control = lambda self: ({"made": 1, "equal": 0, "killed": 1}, [])
page = page_runner.Page()
for index, (earlier, source) in json.load(sys.stdin).items():
    error = page.run(earlier, source, lambda words: None)["error"]
    if error:
        print(f"cell {index}: {error}")
"""


@pytest.mark.parametrize("chapter", sorted((ROOT / "book").glob("[0-9]*.md")), ids=lambda p: p.stem)
def test_every_cell_that_a_chapter_offers_runs_in_the_page(chapter, tmp_path):
    from myst_nb.core.read import read_myst_markdown_notebook

    notebook = read_myst_markdown_notebook(chapter.read_text(encoding="utf-8"))
    found = cells(*(cell.source for cell in notebook.cells if cell.cell_type == "code"))
    jobs = {index: ([found[k].part for k in cell.needs], cell.source)
            for index, cell in enumerate(found) if cell.runs}
    playground.write_engine(LIBRARY, tmp_path / "engine.zip")
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_NUMPY, json.dumps([str(tmp_path / "engine.zip")])],
        input=json.dumps(jobs), capture_output=True, text=True, cwd=tmp_path,
        env={**os.environ, "DIFFUSION_DERIVED_BOOK": "1"},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
