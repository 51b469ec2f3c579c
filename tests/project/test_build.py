"""What the build leaves: a site that passed, or none."""

import shutil
import subprocess
import sys

import pytest

CONFIG = """\
title: A small book
author: Nobody
execute:
  execute_notebooks: "off"
"""
CONTENTS = """\
format: jb-book
root: book/index
"""


@pytest.fixture
def small_book(root, tmp_path):
    (tmp_path / "tools").mkdir()
    for name in ("build_book.py", "site_zip.py"):
        shutil.copyfile(root / "tools" / name, tmp_path / "tools" / name)
    (tmp_path / "_config.yml").write_text(CONFIG)
    (tmp_path / "_toc.yml").write_text(CONTENTS)
    (tmp_path / "book").mkdir()
    return tmp_path


def build(folder, text):
    (folder / "book" / "index.md").write_text(text)
    return again(folder)


def again(folder, *arguments):
    return subprocess.run([sys.executable, "tools/build_book.py", *arguments], cwd=folder,
                          capture_output=True, text=True)


def test_a_warning_leaves_no_site_however_often(small_book):
    """Sphinx by itself passes the second time: it reads no unchanged page, and warns of none."""
    assert build(small_book, "# Title\n\nA word.\n").returncode == 0
    broken = build(small_book, "# Title\n\n{ref}`nowhere`\n")
    for result in (broken, again(small_book)):
        assert result.returncode != 0
        assert "undefined label" in result.stderr
        told = result.stderr.partition("The book did not pass:")[2]
        assert "index.md:3: WARNING: undefined label: 'nowhere'" in told
        assert not (small_book / "_build" / "html").exists()
        assert (small_book / "_build" / "failed" / "book" / "index.html").is_file()

    mended = build(small_book, "# Title\n\nA word.\n")
    assert mended.returncode == 0, mended.stderr
    site = small_book / "_build" / "html" / "index.html"
    assert site.is_file()
    assert str(site) in mended.stdout
    assert "make serve" in mended.stdout
    assert not (small_book / "_build" / "failed").exists()


def test_numbers_are_written_in_spite_of_warnings_and_leave_no_front_page(small_book):
    """The numbers' own staleness is a warning, so that build cannot be strict."""
    (small_book / "book" / "index.md").write_text("# Title\n\n{ref}`nowhere`\n")
    result = again(small_book, "--update-numbers")
    assert result.returncode == 0, result.stderr
    assert not (small_book / "_build" / "html" / "index.html").exists()
    assert again(small_book).returncode != 0
