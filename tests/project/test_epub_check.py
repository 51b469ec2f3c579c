"""The EPUB before epubcheck, where it is installed, and how it is found."""

import io
import zipfile

import epub
import epub_check
import pytest
from PIL import Image
from test_epub import MORE
from three_pages import CONTENTS, FIRST, PAGE


@pytest.fixture
def sound(tmp_path):
    """An EPUB of a site of three pages, with a picture."""
    (tmp_path / "_toc.yml").write_text(CONTENTS)
    for name in ("book", "_images"):
        (tmp_path / "html" / name).mkdir(parents=True)
    picture = io.BytesIO()
    Image.new("L", (1, 1)).save(picture, "PNG")
    (tmp_path / "html" / "_images" / "a.png").write_bytes(picture.getvalue())
    for name, body in (("index", "Front"), ("01_first", FIRST), ("01b_more", MORE)):
        (tmp_path / "html" / "book" / f"{name}.html").write_text(PAGE % (name, body))
    epub.write(tmp_path / "html", tmp_path / "_toc.yml", tmp_path / "book.epub", "A title", "Someone")
    return tmp_path / "book.epub"


@pytest.mark.skipif(epub_check.program() is None, reason="epubcheck, or the Java that it needs, is not installed")
def test_epubcheck_has_nothing_to_say_and_of_a_broken_one_it_has(sound, tmp_path):
    assert epub_check.look_over(sound) == "epubcheck finds no error and no warning"
    broken = tmp_path / "broken.epub"
    with zipfile.ZipFile(sound) as old, zipfile.ZipFile(broken, "w") as new:
        for entry in old.infolist():
            new.writestr(entry, old.read(entry).replace(b"<p", b"<pp", 1) if entry.filename == "01_first.xhtml" else old.read(entry))
    with pytest.raises(ValueError, match="01_first.xhtml"):
        epub_check.look_over(broken)


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """``installed(name, content)``: a program that is the only one on the path beside the others so installed."""
    monkeypatch.setenv("PATH", str(tmp_path))

    def put(name, content):
        (tmp_path / name).write_bytes(content)
        (tmp_path / name).chmod(0o755)
        return str(tmp_path / name)
    return put


def test_a_program_is_run_as_it_is_and_an_archive_by_java(installed, tmp_path):
    assert epub_check.program() is None and "not installed" in epub_check.look_over(tmp_path / "book.epub")
    script = installed("epubcheck", b"#!/bin/sh\n")
    assert epub_check.program() == [script]
    archive = installed("epubcheck", b"PK\3\4")
    assert epub_check.program() is None
    java = installed("java", b"#!/bin/sh\n")
    assert epub_check.program() == [java, "-jar", archive]
