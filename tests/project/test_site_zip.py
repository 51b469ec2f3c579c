"""The site in one file: complete, the same each time, never half-written."""

from __future__ import annotations

import zipfile

import pytest
import site_zip


@pytest.fixture
def site(tmp_path):
    for name, text in {"index.html": "<p>front</p>", "book/a.html": "<p>a</p>", "_static/x.css": "p {}",
                       "_sources/a.md": "a", "objects.inv": "x"}.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return tmp_path


def test_it_holds_what_a_reader_needs(site):
    with zipfile.ZipFile(site_zip.pack(site)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [f"diffusion-derived/{name}" for name in
                                      ("_static/x.css", "book/a.html", "index.html")]
        assert archive.read("diffusion-derived/index.html") == b"<p>front</p>"


def test_the_same_site_gives_the_same_bytes_and_does_not_pack_itself(site):
    first = site_zip.pack(site).read_bytes()
    assert site_zip.pack(site).read_bytes() == first


def test_a_packing_that_breaks_off_leaves_the_old_archive(site, monkeypatch):
    before = site_zip.pack(site).read_bytes()
    monkeypatch.setattr(zipfile.ZipFile, "writestr", lambda *a, **k: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(OSError, match="full"):
        site_zip.pack(site)
    assert (site / site_zip.NAME).read_bytes() == before
