"""The exercises as notebooks for a course: what nbgrader asks of the metadata, and that the cells run."""

from __future__ import annotations

import json
import re
from functools import cache

import address
import nbformat
import page_exercises
import pytest
import sheets
import twins
from small_books import ROOT

PAGES = sorted(path.stem for path in (ROOT / "book").glob("0*.md"))
#: The cell schema of nbgrader, version 3: the keys that must be there, and their types.
SCHEMA = {"schema_version": int, "grade_id": str, "grade": bool, "solution": bool, "locked": bool, "task": bool, "cell_type": str}


@cache
def book():
    return twins.the_book(ROOT, address.read(ROOT))


@cache
def exercises(page):
    return page_exercises.read(ROOT / "book" / f"{page}.md")


def notebook(page, solved, number=0):
    return nbformat.reads(sheets.notebook(page, exercises(page), book(), solved, number), as_version=4)


@pytest.mark.parametrize("solved", [True, False], ids=["source", "release"])
@pytest.mark.parametrize("page", PAGES)
def test_the_metadata_is_nbgraders(page, solved):
    found = notebook(page, solved)
    nbformat.validate(found)
    rules = [cell.metadata.nbgrader for cell in found.cells]
    for cell, rule in zip(found.cells, rules, strict=True):
        assert set(rule) - {"points"} == set(SCHEMA) and all(type(rule[key]) is SCHEMA[key] for key in SCHEMA)
        assert rule.schema_version == 3 and rule.cell_type == cell.cell_type and not rule.task
        assert re.fullmatch(r"[a-zA-Z0-9_\-]+", rule.grade_id)
        assert ("points" in rule) == rule.grade and rule.locked != rule.solution and not (rule.grade and rule.solution)
        if cell.cell_type == "code":
            compile(cell.source, rule.grade_id, "exec")
    assert len({rule.grade_id for rule in rules}) == len(rules)
    assert [rule.points for rule in rules if rule.grade] == [exercise.stars for exercise in exercises(page)]
    answers = [cell.source for cell, rule in zip(found.cells, rules, strict=True) if rule.solution]
    assert all(("### BEGIN SOLUTION" in answer) == ("### END SOLUTION" in answer) == solved for answer in answers)


def run(page, solved, number=0):
    """grade_id of each graded cell -> whether it passed; each exercise in a namespace of its own."""
    marks, names = {}, {}
    for cell in notebook(page, solved, number).cells:
        name = cell.metadata.nbgrader.grade_id
        if cell.cell_type == "markdown":
            names = {"number": number}
        elif name == "sheet-install":
            continue
        elif cell.metadata.nbgrader.grade:
            try:
                exec(cell.source, names)
                marks[name] = True
            except AssertionError:
                marks[name] = False
        else:
            exec(cell.source, names)
    return marks


@pytest.mark.parametrize("page", ["09_closing", *(pytest.param(page, marks=pytest.mark.weekly) for page in ("02_elbo", "06_snr"))])
def test_solutions_pass_and_attempts_do_not(page):
    assert set(run(page, True).values()) == {True}
    assert set(run(page, False).values()) == {False}
    assert set(run(page, True, 12).values()) == {True}  # another student, another slip


def test_each_student_has_a_number(tmp_path, monkeypatch):
    monkeypatch.setattr(sheets.page_exercises, "read", lambda path: exercises("02_elbo") if path.stem == "02_elbo" else [])
    written = sheets.write(ROOT, tmp_path, students=2)
    names = [path.relative_to(tmp_path).as_posix() for path in written]
    assert names == [f"{folder}/02_elbo/02_elbo.ipynb" for folder in ("source", "release", "students/1", "students/2")]
    first, second = (json.loads(path.read_text(encoding="utf-8")) for path in written[2:])
    texts = ["".join(cell["source"]) for cell in second["cells"]]
    assert "number = 2  # the student's: another number, other slips" in texts
    assert any("find_the_slip(exact_split, number)" in text for text in texts)
    assert [a for a, b in zip(first["cells"], second["cells"], strict=True) if a["source"] != b["source"]] == [
        cell for cell in first["cells"] if cell["metadata"]["nbgrader"]["grade_id"] == "sheet-number"]
