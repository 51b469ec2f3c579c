"""The tutorial says what the engine does: its cells run with the engine alone, and its refused lines name what the text says they name."""

import re
import shutil

import pytest
from small_books import ROOT
from vdmlib.derive.command.report import report

PAGE = ROOT / "book" / "tutorial.md"


@pytest.fixture(scope="module")
def checked(tmp_path_factory):
    """The report of the command on the page itself, which writes the two files that it speaks of."""
    folder = tmp_path_factory.mktemp("tutorial")
    shutil.copy(PAGE, folder)
    return folder, report([str(folder / "tutorial.md")], "0")


def test_every_line_is_what_the_page_says_it_is(checked):
    folder, found = checked
    assert found["counts"] == {"proved": 9, "false": 5, "not proved": 1} and [n["kind"] for n in found["files"][0]["notes"]] == []
    rows = {row["label"]: row for row in found["files"][0]["lines"]}
    # all that fail are caught on the page, but for the reading of the slip, which raises nothing
    assert [label for label, row in rows.items() if row["verdict"] != "proved" and not row["expected"]] == ["own.line.1"]
    for label, words in {"tutorial.slip": "left over:      a*b\n", "tutorial.root": "what helps:", "tutorial.chain.open": "times={T: 1}",
                         "tutorial.bound.2": "hint:           left = right + KL(q(z | x), p(z | x))"}.items():  # fmt: skip
        assert words in rows[label]["message"]
    assert rows["tutorial.quotient"]["conditions"] and rows["tutorial.variance"]["facts"]
    assert (folder / "ddpm.py").is_file() and (folder / "slip.py").is_file()


def test_what_is_printed_in_several_pieces_is_not_on_the_page():
    """The build joins the pieces of what a cell prints, and a blank line can come between them: each print makes one."""
    assert not re.search(r"print\([^()]*,", PAGE.read_text(encoding="utf-8"))
