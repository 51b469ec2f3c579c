"""What a refutation, a correction or a definition says that the source article says stands in the article's rows, sign for sign."""

from __future__ import annotations

import ast
import json
import re

from small_books import ROOT

from derivation_book.depends import cells

ROWS = {row["id"]: row for row in json.loads((ROOT / "book/_data/article.json").read_text(encoding="utf-8"))["rows"]}


def signs(text: str) -> str:
    """A text without what TeX does not show: spaces, dollar signs, braces around one sign, ways to write a bar."""
    text = re.sub(r"\\mid|\\Vert|\\\||\|+", "|", text)
    text = re.sub(r"[\s$]|\\ast\b", lambda m: "*" if "ast" in m[0] else "", text)
    while (shorter := re.sub(r"\{(\\?[A-Za-z]+|.)\}", r"\1", text)) != text:
        text = shorter
    return text


def refutations() -> dict[str, tuple[str, list[str]]]:
    """Of each refutation in the chapters: the words quoted from the article, and the rows that it answers."""
    found = {}
    for chapter in sorted((ROOT / "book").glob("0*.md")):
        for code in cells(chapter.read_text(encoding="utf-8")):
            for node in ast.walk(ast.parse(code)) if "Refutation(" in code else ():
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refutation":
                    given = {k.arg: ast.literal_eval(k.value) for k in node.keywords if k.arg in ("article", "answers")}
                    answers = given.get("answers", [])
                    found[node.args[0].value] = given.get("article", ""), [answers] if isinstance(answers, str) else answers
    return found


DIRECTIVE = re.compile(r"^:::\{(?:correction|definition)\}.*\n((?::[\w-]+:.*\n)+)", re.M)
OPTION = re.compile(r"^:([\w-]+): (.*)$", re.M)


def in_words() -> dict[str, tuple[str, list[str]]]:
    """The same of each correction, and of each definition that shows what the article has."""
    found = {}
    for chapter in sorted((ROOT / "book").glob("0*.md")):
        for options in DIRECTIVE.findall(chapter.read_text(encoding="utf-8")):
            given = dict(OPTION.findall(options))
            if "article" in given:
                found[given["label"]] = given["article"], re.split(r"[,\s]+", given["answers"])
    return found


def test_each_quotation_in_words_stands_in_the_row_that_is_answered():
    quoted = in_words()
    assert len(quoted) > 40
    for label, (article, rows) in quoted.items():
        forms = "".join(signs(ROWS[row]["form"]) for row in rows)
        for part in article.split("…"):
            assert signs(part) and signs(part) in forms, f"{label}: {part!r} does not stand in {rows}"


def test_each_quotation_stands_in_the_row_that_is_answered():
    quoted = {label: (article, rows) for label, (article, rows) in refutations().items() if article or rows}
    assert len(quoted) > 10
    for label, (article, rows) in quoted.items():
        forms = "".join(signs(ROWS[row]["form"]) for row in rows)
        for part in article.split("…"):
            assert signs(part) and signs(part) in forms, f"{label}: {part!r} does not stand in {rows}"


def test_what_is_loose_is_not_refuted():
    for label, (_, rows) in refutations().items():
        assert all(ROWS[row]["verdict"] == "wrong" for row in rows), label
