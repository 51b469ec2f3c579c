"""The whole book as one document, and as a PDF."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import whole_book
from three_pages import CONTENTS, FIRST, PAGE

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def site(tmp_path):
    """A folder with a contents file and a site of three pages."""
    (tmp_path / "_toc.yml").write_text(CONTENTS)
    (tmp_path / "html" / "book").mkdir(parents=True)
    for name, body in (("index", "Front"), ("01_first", FIRST), ("01b_more", '<p id="there">end</p>')):
        (tmp_path / "html" / "book" / f"{name}.html").write_text(PAGE % (name, body))
    return tmp_path


def assembled(site):
    return whole_book.assemble(site / "html", site / "_toc.yml", "A <title>")


def test_the_pages_stand_in_the_order_of_the_contents(site):
    text = assembled(site)
    assert re.findall(r'<section class="whole-page" id="(.*?)"', text) == ["p-index", "p-01_first", "p-01b_more"]
    assert '<h1 class="whole-part">Chapters &amp; more</h1>' in text and "<title>A &lt;title&gt;</title>" in text


def test_links_between_pages_become_links_within(site):
    text = assembled(site)
    for link in ('<a href="#p-01b_more--there">on</a>', '<a href="#p-01_first--here">back</a>', '<a href="#p-index">front</a>',
                 '<a href="https://example.org/">web</a>', ' out ', 'id="p-01_first--here"', 'id="p-01b_more--there"'):
        assert link in text.replace("\n", " "), link
    ends = set(re.findall(r'href="#(.*?)"', text))
    assert ends <= set(re.findall(r'id="(.*?)"', text))


def test_what_belongs_to_a_screen_is_left_out_and_drawings_stay_whole(site):
    text = assembled(site)
    assert "<button" not in text and "headerlink" not in text
    assert 'id="clip"' in text and "url(#clip)" in text and 'src="_images/a.png"' in text
    assert 'href="_static/a.css?v=1"' in text and "f.woff2" not in text


def test_a_page_that_is_not_there_is_an_error(site):
    (site / "html" / "book" / "01b_more.html").unlink()
    with pytest.raises(FileNotFoundError, match="01b_more"):
        assembled(site)


@pytest.mark.skipif(shutil.which("chromium") is None, reason="there is no Chromium to print with")
def test_it_is_printed_with_bookmarks_and_numbers(site):
    document, to = site / "html" / "whole.html", site / "book.pdf"
    document.write_text(assembled(site))
    # in a process of its own: a browser of another test may be running in this one
    command = f"import sys; sys.path.insert(0, {str(ROOT / 'tools')!r}); import pdf, pathlib; pdf.printed(*map(pathlib.Path, sys.argv[1:]))"
    subprocess.run([sys.executable, "-c", command, document, to], check=True)
    data = to.read_bytes()
    assert data.startswith(b"%PDF-") and b"/Outlines" in data and not to.with_suffix(".part").exists()
    assert len(re.findall(rb"/Type\s*/Page\b", data)) == 3
