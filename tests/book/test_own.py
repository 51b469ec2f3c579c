"""The page *Check your own*: its examples hold what they say, its names are the engine's."""

from __future__ import annotations

import json
import re

import pytest
from derivation_book import own, page_runner
from small_books import ROOT

PAGE = (ROOT / "book" / "check_your_own.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```\{own-example\} (.*)\n:verdict: (.*)\n((?:.*\n)*?)```", PAGE)
LATEX = re.findall(r"```\{latex-example\} (.*)\n((?:.*\n)*?)```", PAGE)
NAMES = re.search(r"```\{own-names\}\n(.*?)```", PAGE, re.DOTALL)[1]


@pytest.fixture(scope="module")
def page():
    return page_runner.Page()


@pytest.mark.parametrize("title, verdict, code", EXAMPLES, ids=[title for title, *_ in EXAMPLES])
def test_an_example_has_the_verdict_that_it_is_listed_under(page, title, verdict, code):
    result = page.run([own.SCOPE], code, lambda words: None)
    if verdict == "proved":
        assert result["error"] is None, result["error"]
        (output,) = result["outputs"]
        assert {record["status"] for record in output["records"]} <= {"start", "proved"}
    else:
        assert result["error"]["kind"] == "false" and result["error"]["counterexample"]


def test_there_are_ten_examples_and_false_ones_among_them():
    assert len(EXAMPLES) == 10 and {verdict for _, verdict, _ in EXAMPLES} == {"proved", "false"}
    # Labels of the book's own statements stay the book's.
    assert all(label.startswith("own.") for label in re.findall(r'(?:Identity|Derivation)\(\s*"([\w.]+)"', PAGE))


def built(book, text):
    book.settings |= {"derivation_playground": True, "derivation_library": str(ROOT / "vdmlib")}
    book.page("check_your_own", f"# Own\n\n{text}\n")
    made = book.build()
    return made, made.html("book/check_your_own")


def test_the_box_comes_with_the_names_that_run_before_it(book):
    _, html = built(book, "```{own-box}\n```")
    assert '<div class="own-box playground" hidden>' in html and "<noscript>" in html
    found = json.loads(re.search(r'id="playground-data">(.*?)</script>', html)[1])
    assert found["scope"] == own.SCOPE and found["cells"] == {} and found["statuses"]["proved"]["glyph"] == "✓"
    scripts = re.findall(r'src="[^"]*/(playground[\w-]*)\.js', html)
    assert scripts.index("playground-own") > scripts.index("playground-editor") > scripts.index("playground-draw")


def test_a_box_may_begin_with_a_line(book, page):
    _, html = built(book, "```{own-box}\nx = symbol('x')\nIdentity('a.b', x, x)\n```")
    found = json.loads(re.search(r'id="playground-data">(.*?)</script>', html)[1])
    assert found["start"] == "x = symbol('x')\nIdentity('a.b', x, x)"


def test_the_line_of_the_front_page_is_proved_and_its_slips_are_not(page):
    front = (ROOT / "book" / "index.md").read_text(encoding="utf-8")
    line = re.search(r"```\{own-box\}\n(.*?)```", front, re.DOTALL)[1]
    (output,) = page.run([own.SCOPE], line, lambda words: None)["outputs"]
    assert [record["status"] for record in output["records"]] == ["proved"]
    for slip in (line.replace(" + KL", " - KL"), line.replace(" + KL(q(z|x), p(z|x))", ""), line.replace("KL(q(z|x), p(z|x))", "KL(p(z|x), q(z|x))")):
        assert page.run([own.SCOPE], slip, lambda words: None)["error"]["kind"] == "false", slip


def test_without_python_in_the_page_there_is_no_box(book):
    book.settings["derivation_playground"] = False
    book.page("check_your_own", "# Own\n\n```{own-box}\n```\n")
    html = book.build().html("book/check_your_own")
    assert "own-box" not in html and "playground" not in html


def test_an_example_is_there_without_scripts(book):
    made, html = built(book, "```{own-example} A <b>title</b>\n:verdict: false\nIdentity('a.b', x,\n\n         2 * x)\n```")
    assert "A &lt;b&gt;title&lt;/b&gt;" in html and "<details" in html
    assert re.search(r"<pre>.*Identity.*</pre>", html, re.DOTALL) and '<button type="button" class="own-take" hidden>' in html
    assert "own-example" not in made.warnings


def test_every_public_name_stands_in_the_list_with_what_it_means(book):
    made, html = built(book, f"```{{own-names}}\n{NAMES}```")
    assert "own-names" not in made.warnings
    assert html.count("<dt>") == html.count("<dd>") > 40
    made, _ = built(book, f"```{{own-names}}\n{NAMES.replace('KL ', '').replace('plain', 'plane')}```")
    assert "has no plane" in made.warnings and "KL, plain of vdmlib.derive stand nowhere" in made.warnings


@pytest.mark.parametrize("status, latex", LATEX, ids=[latex[:40] for _, latex in LATEX])
def test_a_line_of_latex_has_the_verdict_that_it_is_listed_under(page, status, latex):
    result = page.run([own.SCOPE], f"read({latex.strip()!r})", lambda words: None)
    (output,) = result["outputs"]
    assert output["kind"] == "reading" and output["verdict"]["status"] == status, output["text"]
    assert output["lines"] and output["understood"] and "Identity(" in output["code"]


def test_a_question_is_answered_and_what_is_not_read_says_where(page):
    latex = r"\mathbb{E}_{p(x)}[D_{KL}(q(z|x) \| p(z))] = I_q(x;z) + D_{KL}(q(z) \| p(z))"
    (output,) = page.run([own.SCOPE], f"read({latex!r})", lambda words: None)["outputs"]
    (asked,) = output["questions"]
    assert output["verdict"]["status"] == "not checked" and [answer for answer, _ in asked["choices"]] == ["yes", "no"]
    (output,) = page.run([own.SCOPE], f"read({latex!r}, assume={{{asked['key']!r}: 'no'}})", lambda words: None)["outputs"]
    assert output["questions"] == [] and output["verdict"]["status"] == "false"
    error = page.run([own.SCOPE], r"read(r'\log p(x')", lambda words: None)["error"]
    assert error["name"] == "NotRead" and error["words"].splitlines()[-1].strip() == "^"


def test_the_box_for_latex_and_the_lines_of_other_texts(book):
    (book.folder / own.LINES).write_text((ROOT / own.LINES).read_text(encoding="utf-8"), encoding="utf-8")
    made, html = built(book, "```{own-box}\n```\n\n```{latex-box}\n\\log p(x) < \"1\"\n```\n\n```{latex-example} proved\nx < 1\n```\n\n```{latex-lines}\n```")
    assert 'data-start="\\log p(x) &lt; &quot;1&quot;"' in html and 'data-latex="x &lt; 1"' in html
    scripts = re.findall(r'src="[^"]*/(playground[\w-]*)\.js', html)
    assert scripts.index("playground-latex") > scripts.index("playground-own")
    rows = json.loads((ROOT / own.LINES).read_text(encoding="utf-8"))
    assert f"Of {len(rows)} lines of papers and textbooks" in html.replace("&#13;", "") and html.count("Refused: ") == sum(row["verdict"] == "refused" for row in rows)
    assert "own-" not in made.warnings and "latex" not in made.warnings
