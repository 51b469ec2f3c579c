"""The front page links to what lies on the site, with its size, and to nothing else."""

import os

import downloads
import pytest


@pytest.fixture
def site(tmp_path):
    """A site with a front page and its archive."""
    folder = tmp_path / "html"
    (folder / "book").mkdir(parents=True)
    (folder / "book" / "index.html").write_text('<p>Take <span class="downloads"><a href="x">old</a></span>.</p>')
    os.utime(folder / "book" / "index.html", (1000, 1000))
    (folder / "diffusion-derived.zip").write_bytes(b"z" * 2_400_000)
    return folder


def front(site):
    return (site / "book" / "index.html").read_text()


def test_only_what_is_there_is_linked(site):
    downloads.write(site)
    assert front(site) == ('<p>Take <span class="downloads"><a href="../diffusion-derived.zip" download>the whole site as one file</a> (2 MB)'
                           "</span>.</p>")
    assert (site / "book" / "index.html").stat().st_mtime == 1000


def test_what_is_made_of_the_site_comes_to_lie_on_it(site, tmp_path):
    (tmp_path / "diffusion-derived.epub").write_bytes(b"e")
    (tmp_path / "mine.pdf").write_bytes(b"p")
    downloads.bring(site, tmp_path / "diffusion-derived.epub")
    downloads.bring(site, tmp_path / "mine.pdf")
    assert "(2 MB) or <a href=\"../diffusion-derived.epub\" download>as an EPUB</a> (1 MB)" in front(site) and "pdf" not in front(site)
    assert not (site / "mine.pdf").exists()


@pytest.mark.parametrize("age, kept", [(2000, True), (500, False)])
def test_what_is_older_than_a_page_is_not_kept(site, tmp_path, age, kept):
    (tmp_path / "diffusion-derived.pdf").write_bytes(b"p")
    os.utime(tmp_path / "diffusion-derived.pdf", (age, age))
    downloads.keep(site, tmp_path)
    assert (site / "diffusion-derived.pdf").exists() == kept == ("as a PDF" in front(site))
