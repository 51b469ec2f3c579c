"""What a statement looks like in a notebook: Markdown that JupyterLab, Colab and VS Code all set, and that wraps."""

import pytest
from vdmlib.derive.book.notebook import in_notebook, line_through, struck, words
from vdmlib.derive.book.record import QUOTED, record


def cells(records, title=""):
    """The two columns of each row below the head."""
    return [tuple(part.strip() for part in line[1:-1].split(" | ")) for line in in_notebook(records, title).splitlines()[2:]]


def line(**more):
    return record("test.line", "identity", "proved", "= b", "a = b", **more)


def test_a_line_has_its_reason_and_what_it_is_true_under_below():
    added = {"facts": ["$a = 1$ {eq}`kl.range`"], "conditions": ["$b > 0$"], "when": ["$c$ is finite"]}
    ((left, right),) = cells([line(because="as {eq}`kl.range` says", added=added)])
    number = words("{eq}`kl.range`")
    assert number[0] == "(" and number[1].isdigit()
    assert left == rf"$\displaystyle = b$<br>as {number} says<br>*given* $a = 1$ {number}<br>*provided* $b > 0$; $c$ is finite"
    assert right == "✓"


def test_the_first_expression_has_no_verdict_and_a_weaker_one_its_name():
    start = record("test.0", "start", "start", "a", "a")
    measured = record("test.m", "numerical", "numerical", r"\text{measured } 1", "", because="a run")
    finite = {**line(), "status": "exact on finite model"}
    assert [right for _, right in cells([start, line(), finite, measured])] == ["", "✓", "✓ finite model", "numerical"]


def test_bars_do_not_end_the_cell():
    """VS Code splits a table's cells before it looks for mathematics."""
    bars = record("test.b", "identity", "proved", r"\left|p(z|x)\right| \| q", "", because="p(a|b), $|a|$")
    for row in in_notebook([bars], "of $|a|$").splitlines():
        assert row.replace(r"\|", "").count("|") == 3
    assert r"\left\vert p(z\vert x)\right\vert  \Vert  q" in in_notebook([bars], "")


def test_a_wide_line_is_set_in_rows():
    long = " + ".join(rf"\mathbb{{E}}_{{q(z_{{{k}}} \mid x)}}\!\left[\log p(x)\right]" for k in range(12))
    ((left, _),) = cells([record("test.w", "identity", "proved", f"= {long}", "")])
    assert left.startswith(r"$\begin{aligned} & \displaystyle = ") and left.count(r"\\ & \displaystyle \quad {} + ") >= 1


def test_a_refuted_claim_is_struck_out_with_its_counterexample_and_what_holds():
    wrong = record("test.wrong", "refutation", "refuted", r"\sqrt{c^{2}} = c", r"\sqrt{c^{2}} = c", because="Take minus one.",
                   counterexample="left side $1$, right side $-1$", instead="phi.nonneg")
    ((left, right),) = cells([wrong])
    said, claim, against, holds, why = left.split("<br>")
    assert said == "✗ *It is not so that*" and claim == rf"$\displaystyle {line_through(wrong['latex'])}$" and right == "refuted"
    assert against == "*Counterexample:* left side $1$, right side $-1$" and why == "Take minus one."
    assert holds.startswith("*What holds:* $") and holds.endswith(words("{eq}`phi.nonneg`"))
    ((quoted, _),) = cells([{**wrong, "article": "roots are $c$"}])
    assert quoted.startswith(f"✗ *It is not so that*<br>{claim}<br>") and f"<br>✗ *{QUOTED}*<br>{struck('roots are $c$')}" in quoted
    ((slipped, _),) = cells([{**wrong, "slip": "$c$ stands for $a$"}])
    assert "<br>*What is wrong:* $c$ stands for $a$<br>" in slipped


def test_words_are_struck_out_too():
    assert struck("a law of $x$, always") == f"~~a law of~~ ${line_through('x')}$~~, always~~"
    assert struck("nothing but words") == "~~nothing but words~~"
    assert struck("$a=b$") == struck("a=b") == rf"$\displaystyle {line_through('a=b')}$"


@pytest.mark.parametrize("command", [r"\cancel", r"\require", r"\tag", r"\begin{align}", r"\begin{align*}"])
def test_no_tex_that_one_of_the_three_does_not_know(command):
    """Colab's MathJax 2 has no `cancel`, VS Code's KaTeX no `require`, and none numbers equations inside of a line."""
    shown = in_notebook([line(), record("test.r", "refutation", "refuted", "a = b", "a = b", counterexample="left $1$")], "t")
    assert command not in shown


def test_what_is_shown_is_no_raw_myst():
    cited = record("test.c", "cited", "cited", "a = b", "", because="see {cite}`kingma2014` and {eq}`kl.range`")
    assert "{" not in cells([cited])[0][0].split("<br>")[1] and "kingma2014" in cells([cited])[0][0]
