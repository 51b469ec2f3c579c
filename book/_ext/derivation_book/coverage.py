"""Which of the source article's rows the book answers, and how well.

Each row says what it needs. The rules below are the whole meaning of those
words; a record with a weaker status counts only if it carries a written
reason, its ``concession``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from sphinx.application import Sphinx

from . import settings
from .domain import ledger_of

Records = list[dict]
Book = dict[str, dict]


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> tuple[dict, ...]:
    return tuple(json.loads(path.read_text(encoding="utf-8"))["rows"])


def article_rows(app: Sphinx) -> tuple[dict, ...]:
    """The rows of ``article.json``; none if the book has no such file."""
    path = settings.article(app)
    if not path.is_file():
        return ()
    return _read(path, path.stat().st_mtime_ns)


def _is_proved(label: str, book: Book) -> bool:
    return label in book and book[label]["status"] == "proved"


def _has(found: Records, *statuses: str) -> bool:
    return any(record["status"] in statuses for record in found)


def proved(found: Records, book: Book) -> bool:
    """A record with status *proved* answers the row."""
    return _has(found, "proved")


def refuted(found: Records, book: Book) -> bool:
    """A refutation answers the row, and names a corrected form that is proved."""
    return any(
        record["status"] == "refuted" and _is_proved(record["instead"], book) for record in found
    )


def definition(found: Records, book: Book) -> bool:
    """A definition, or more, answers the row."""
    return _has(found, "definition", "assumption", "corrected", "proved")


def definition_corrected(found: Records, book: Book) -> bool:
    """A definition or correction answers the row and shows what the article has."""
    return any(
        record["status"] in ("definition", "corrected", "proved") and record["article"]
        for record in found
    ) or (_has(found, "definition", "proved") and _has(found, "corrected", "refuted"))


def corrected(found: Records, book: Book) -> bool:
    """A correction, or a definition that shows what the article has, answers the row."""
    return _has(found, "corrected", "refuted") or definition_corrected(found, book)


def corrected_and_proved(found: Records, book: Book) -> bool:
    """A correction answers the row, and all that it gives as true is proved."""
    return refuted(found, book) or any(
        record["status"] == "corrected"
        and record["proof"]
        and all(_is_proved(label, book) for label in record["proof"])
        for record in found
    )


def numerical(found: Records, book: Book) -> bool:
    """A measurement, or more, answers the row."""
    return _has(found, "numerical", "exact on finite model", "proved")


def remark(found: Records, book: Book) -> bool:
    """Any record answers the row."""
    return bool(found)


#: What a row may need, word for word as in ``article.json``, and the rule for it.
NEEDS: dict[str, Callable[[Records, Book], bool]] = {
    "proved": proved,
    "proved in the corrected form": proved,
    "refuted, and the corrected form proved": refuted,
    "definition": definition,
    "definition, corrected": definition_corrected,
    "corrected": corrected,
    "corrected, and what is true instead proved": corrected_and_proved,
    "numerical": numerical,
    "remark": remark,
}


def satisfied(need: str, found: Records, book: Book) -> bool:
    """Whether the records that answer a row give what the row needs.

    Raises:
        KeyError: ``need`` is not one of ``NEEDS``.
    """
    rule = NEEDS[need]
    return rule(found, book) or any(record["concession"] for record in found)


def rows(app: Sphinx) -> list[dict]:
    """Each row of the article with the labels that answer it and whether they suffice."""
    domain = ledger_of(app.env)
    book = {record["label"]: record for _, record in domain.all()}
    answers: dict[str, Records] = {}
    for _, record in domain.all():
        for row in record["answers"]:
            answers.setdefault(row, []).append(record)
    return [
        {
            "id": row["id"],
            "chapter": row["chapter"],
            "need": row["need"],
            "answered_by": [record["label"] for record in answers.get(row["id"], [])],
            "satisfied": satisfied(row["need"], answers.get(row["id"], []), book),
        }
        for row in article_rows(app)
    ]
