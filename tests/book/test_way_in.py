"""A chapter's way in: its text stands without the source article, its spine carries it, each section says what may be skipped."""

from __future__ import annotations

import json
import re

import pytest
from small_books import ROOT

CHAPTERS = sorted(path.stem for path in (ROOT / "book").glob("0*.md"))
#: Where the article may be named.
NOTES = ("source-note", "correction")
ARTICLE = re.compile(r"\b(?:[Tt]he|[Aa]n?|[Ss]ource|[Oo]riginal) (?:source )?article\b|\b[Aa]rticle['’]s\b|\b[Tt]he source\b")
FENCE = re.compile(r"^(`{3,}|:{3,})(\{([\w-]+)\})?")
OPTION = re.compile(r"^:[\w-]+:(?: |$)")


def text(chapter: str) -> str:
    return (ROOT / f"book/{chapter}.md").read_text(encoding="utf-8")


def running(page: str) -> list[tuple[int, str]]:
    """The numbered lines that a reader meets: no front matter, code, source notes, corrections and option lines."""
    lines, open_fences, kept = page.split("\n"), [], []
    start = lines.index("---", 1) + 1 if lines[0] == "---" else 0
    for number, line in enumerate(lines[start:], start + 1):
        fence = FENCE.match(line)
        if fence and open_fences and not fence[2] and fence[1] == open_fences[-1][0]:
            open_fences.pop()
        elif fence:
            open_fences.append((fence[1], fence[3] or "code"))
            if fence[3] not in (*NOTES, "code-cell", None):
                kept.append((number, line))
        elif not any(kind in (*NOTES, "code-cell", "code") for _, kind in open_fences) and not OPTION.match(line):
            kept.append((number, line))
    assert open_fences == []
    return kept


def sections(page: str) -> list[tuple[str, str]]:
    """Each section's heading, and the first line below it that is not empty; the summary at the end needs no word."""
    lines = [line for _, line in running(page) if line.strip()]
    return [(line[3:], below) for line, below in zip(lines, [*lines[1:], ""]) if line.startswith("## ") and line != "## What to take along"]


def spine(page: str) -> list[str]:
    """The statements that carry a chapter, from the part before its first section."""
    found = re.findall(r"^`{3,}\{spine\}.*\n((?::[\w-]+:.*\n)*)((?:.+\n)+?)`{3,}$", page.split("\n## ")[0], re.M)
    assert len(found) <= 1
    return [line.split(":")[0] for _, body in found for line in body.splitlines()]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_has_its_way_in(chapter):
    page = text(chapter)
    assert [(n, line) for n, line in running(page) if ARTICLE.search(line)] == []
    known = json.loads((ROOT / "vdmlib/derive/equation_numbers.json").read_text(encoding="utf-8"))["equations"]
    labels = spine(page)
    assert 8 <= len(labels) <= 12 and len(set(labels)) == len(labels)
    assert [label for label in labels if label not in known] == []
    assert all(known[label]["page"] == f"book/{chapter}" or chapter == "09_closing" for label in labels)
    assert [heading for heading, below in sections(page) if not re.match(r"(?:`{3,}|:{3,})\{skip\} \S", below)] == []


PAGE = """---
a: 1
---

# A page

```{{spine}}
one: why
two: why
```

{above}

## A section

{skip}

Words. {here}

:::{{correction}} {inside}
:article: {inside}
{inside}
:::

```{{code-cell}} ipython3
Refutation(article="{inside}")
```

## What to take along

- Something.
"""


@pytest.mark.parametrize("said", ["The article says it.", "unlike the source", "as the source article has it", "the article's form"])
def test_the_article_is_found_in_the_text_and_nowhere_else(said):
    clean = PAGE.format(above="", skip="", here="", inside=said)
    assert not any(ARTICLE.search(line) for _, line in running(clean))
    for where in ("above", "here"):
        page = PAGE.format(**{"above": "", "skip": "", "here": "", "inside": "", where: said})
        assert [line for _, line in running(page) if ARTICLE.search(line)] == [f"Words. {said}" if where == "here" else said]


def test_a_section_without_its_line_and_a_spine_are_seen():
    page = PAGE.format(above="", skip=":::{skip} Needed: all.\n:::", here="", inside="x")
    assert sections(page) == [("A section", ":::{skip} Needed: all.")] and spine(page) == ["one", "two"]
    assert sections(PAGE.format(above="", skip="", here="", inside="x")) == [("A section", "Words. ")]
