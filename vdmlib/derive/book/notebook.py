r"""Records as Markdown, for notebooks: each line with its number and verdict, its reason and what it is true under below.

JupyterLab, Colab and VS Code all set mathematics in Markdown, by MathJax 3, MathJax 2 and KaTeX; none of the last two does
in HTML, and a reason inside of LaTeX does not wrap. So a statement is a table of Markdown, and its TeX keeps to what all
three know: `\cancel` is not among it, nor is `\require`.
"""

import re

from ..show.breaking import rows_of
from .equation_numbers import equation_number, formula_of, numbered
from .record import refuted, under

__all__ = ["in_notebook"]

LIMIT = 36.0  # the widest formula, in em, that leaves room for its number in an output of 900 pixels
MARKS = {"proved": "✓", "exact on finite model": "✓ finite model"}
ROLE = re.compile(r"\{[\w:-]+\}`([^`<]+?)(?:\s*<[^>]*>)?`")
TEX = re.compile(r"[\\=^_<>]")


def in_notebook(records, title):
    """The records under their title."""
    lines = [f"| {words(f'**{title}**') if title else ''} | |", "| :--- | ---: |"]
    for r in records:
        body = shown_false(r) if r["kind"] == "refutation" else [formula(r["latex"])] if r["latex"] else []
        why = r["because"] or ("" if r["latex"] else r["statement"])
        body += [words(why)] if why else []
        body += [f"*{word}* {words('; '.join(said))}" for word, said in under(r)]
        lines.append(f"| {'<br>'.join(body)} | {verdict(r)} |")
    return "\n".join(lines)


def verdict(r):
    """How the line is known, and its number."""
    if r["kind"] == "start":
        return ""
    number = equation_number(r["label"])
    mark = MARKS.get(r["status"], r["status"])
    return f"{mark} ({number})" if number else mark


def shown_false(r):
    """What is false, struck; why; what is true instead."""
    body = []
    for name, said, is_struck in refuted(r):
        body += [f"✗ *{name}*", struck(said)] if is_struck else [f"*{name}:* {words(said)}"]
    if r["instead"]:
        body.append(f"*What holds:* {formula(formula_of(r['instead']))} {words('{eq}`' + r['instead'] + '`')}")
    return body


def formula(tex):
    """A formula on its own, in rows where it is too wide."""
    return f"${displayed(rows_of(tex, LIMIT))}$" if tex else ""


def struck(text):
    """Words and formulas with a line through them."""
    alone = re.fullmatch(r"\$([^$]+)\$", text)
    if alone:
        text = alone[1]
    if alone or "$" not in text and TEX.search(text):
        return f"${displayed([line_through(row) for row in rows_of(text, LIMIT)])}$"
    parts = text.split("$")
    parts[::2] = [re.sub(r"\S(?:.*\S)?", r"~~\g<0>~~", words(part)) for part in parts[::2]]
    parts[1::2] = [barless(line_through(part)) for part in parts[1::2]]
    return "$".join(parts)


def line_through(tex):
    """TeX with a line through it: the bar of an empty fraction as wide as the formula, laid over it."""
    empty = rf"\hphantom{{\displaystyle {tex}}}"
    return rf"\rlap{{\text{{\(\displaystyle \frac{{{empty}}}{{{empty}}}\)}}}} \displaystyle {tex}"


def displayed(rows):
    """Rows of TeX in display size."""
    if len(rows) == 1:
        return barless(rf"\displaystyle {rows[0]}")
    return barless(r"\begin{aligned} & \displaystyle " + r" \\ & \displaystyle \quad ".join(rows) + r" \end{aligned}")


def words(text):
    """MyST as the Markdown of a table's cell: references as the book's numbers, bars told from the table's."""
    plain = ROLE.sub(r"\1", numbered(text)).replace("\n", " ")
    parts = plain.split("$")
    parts[::2] = [part.replace("|", r"\|") for part in parts[::2]]
    parts[1::2] = [barless(part) for part in parts[1::2]]
    return "$".join(parts)


def barless(tex):
    """TeX without the sign that ends a table's cell."""
    return tex.replace(r"\|", r"\Vert ").replace("|", r"\vert ")
