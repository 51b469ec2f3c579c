"""What the page “Scale” says of its own tables stays true: its cells are run, and their figures read."""

import re

import pytest
from small_books import ROOT

from derivation_book.depends import cells


def figures(out):
    """The numbers of each line of a table, by the line's name."""
    lines = (re.split(r"  +", line.strip()) for line in out.splitlines())
    return {name: [float(cell) for cell in rest] for name, *rest in lines if rest and re.fullmatch(r"[\d.e+]+", rest[0])}


@pytest.mark.weekly
def test_the_formulas_hold_and_the_sentences_say_what_the_tables_do(capsys):
    names, tables = {}, []
    for cell in cells((ROOT / "book" / "scale.md").read_text(encoding="utf-8")):
        exec(compile(cell, "scale", "exec"), names)
        if out := capsys.readouterr().out:
            tables.append(figures(out))
    arithmetic, memory, runs, times = tables
    assert all(1 - 1 / 6 < row[-1] < 1 + 1 / 6 for row in arithmetic.values())  # "within a sixth"
    for state, state_found, step, step_found in memory.values():
        assert abs(state_found - state) < 0.15  # "exact" but for the batch
        assert step_found < step  # "an upper bound here"
    assert runs["CIFAR-10"][3] == pytest.approx(2e20, rel=0.05)
    days = {device: (row[2], row[5]) for device, row in times.items()}
    assert 6 < days["1 H100"][0] < 9 and 25 < days["1 H100"][1] < 35  # a week, a month
    assert 100 < days["1 T4"][0] < 140  # four months
    assert 7 < days["1 H100"][0] / days["8 H100, one host"][0] < 8  # "by almost eight"
    two = "16 H100, two hosts, 100 Gbit/s"
    assert times[two][1] > times[two][0] and days[two][0] > days["8 H100, one host"][0]
