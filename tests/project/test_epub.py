"""The whole book as an EPUB: what an EPUB must hold, and XML that can be read."""

import xml.etree.ElementTree as ET
import zipfile

import epub
import pytest
from three_pages import CONTENTS, FIRST, PAGE

MORE = """<style>.a{color:red} .b:has(+.c),.d{e:f} @media print{.g:has(>h){i:j}.k{l:m}}</style><details data-x="1" open><summary><p>Show</p><p class="expanded">Hide</p></summary>
<math><mi scriptlevel="0">x</mi><mo>&lt;</mo></math></details><p id="there" align="left">a &amp; b<br></p><p id="there">twice</p>
<p><a href="01_first.html#made-by-a-script">gone</a></p><svg role="group" viewBox="0 0 1 1"><path id="space"></path></svg>
<svg class="dd-narrow" viewBox="0 0 1 1"><path id="again" d="M0 0"></path></svg>"""
XHTML, SVG, MATHML = (f"{{http://www.w3.org/{name}}}" for name in ("1999/xhtml", "2000/svg", "1998/Math/MathML"))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """An EPUB of a site of three pages."""
    folder = tmp_path_factory.mktemp("epub")
    (folder / "_toc.yml").write_text(CONTENTS)
    for name in ("book", "_images"):
        (folder / "html" / name).mkdir(parents=True)
    (folder / "html" / "_images" / "a.png").write_bytes(b"picture")
    for name, body in (("index", "Front"), ("01_first", FIRST), ("01b_more", MORE)):
        (folder / "html" / "book" / f"{name}.html").write_text(PAGE % (name, body))
    epub.write(folder / "html", folder / "_toc.yml", folder / "book.epub", "A <title>", "Some & one")
    with zipfile.ZipFile(folder / "book.epub") as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist()}, archive.infolist()


def test_it_begins_with_its_type_and_leads_to_its_package(made):
    files, entries = made
    assert entries[0].filename == "mimetype" and entries[0].compress_type == zipfile.ZIP_STORED
    assert files["mimetype"] == b"application/epub+zip" and b"book.opf" in files["META-INF/container.xml"]


def test_the_package_names_every_file_once_and_in_order(made):
    files, _ = made
    package = ET.fromstring(files["book.opf"])
    space = "{http://www.idpf.org/2007/opf}"
    items = {item.get("id"): item for item in package.iter(f"{space}item")}
    assert sorted(item.get("href") for item in items.values()) == sorted(set(files) - {"mimetype", "META-INF/container.xml", "book.opf"})
    order = [items[ref.get("idref")].get("href") for ref in package.iter(f"{space}itemref")]
    assert order == ["index.xhtml", "01_first.xhtml", "01b_more.xhtml", "nav.xhtml"]
    properties = {item.get("href"): item.get("properties") for item in items.values()}
    assert properties["01_first.xhtml"] == "svg" and properties["01b_more.xhtml"] == "mathml svg" and properties["nav.xhtml"] == "nav"
    assert "A <title>" in [part.text for part in package.iter()] and "Some & one" in [part.text for part in package.iter()]


def test_pages_are_xhtml_whose_links_lead_somewhere(made):
    files, _ = made
    ends = set()
    trees = {name: ET.fromstring(text) for name, text in files.items() if name.endswith(".xhtml")}
    for name, tree in trees.items():
        ids = [element.get("id") for element in tree.iter() if element.get("id")]
        assert len(ids) == len(set(ids)), name
        ends |= {name, *(f"{name}#{end}" for end in ids)}
    for tree in trees.values():
        for link in tree.iter(f"{XHTML}a"):
            assert link.get("href") in ends or link.get("href").startswith("https:"), link.get("href")
    assert [link.get("href") for link in trees["01b_more.xhtml"].iter(f"{XHTML}a")] == ["01_first.xhtml"]


def test_a_drawing_that_is_there_once_more_for_a_phone_is_there_once(made):
    text = made[0]["01b_more.xhtml"].decode()
    assert 'id="space"' in text and 'id="again"' not in text


def test_what_html_allows_and_xml_does_not_is_put_right(made):
    files, _ = made
    first, more = (ET.fromstring(files[name]) for name in ("01_first.xhtml", "01b_more.xhtml"))
    drawing = next(first.iter(f"{SVG}svg"))
    assert drawing.get("viewBox") == "0 0 1 1" and drawing.find(f"{SVG}clipPath").get("id") == "clip"
    assert more.find(f"{XHTML}head/{XHTML}style").text == ".a{color:red} @media print{.k{l:m}}" and not list(more.find(f"{XHTML}body").iter(f"{XHTML}style"))
    assert not list(first.iter(f"{XHTML}button")) and not list(first.iter(f"{XHTML}script"))
    summary = next(more.iter(f"{XHTML}summary"))
    assert "".join(summary.itertext()).strip() == "Show" and not list(summary.iter(f"{XHTML}p"))
    drawing = next(more.iter(f"{SVG}svg"))
    assert drawing.get("role") is None and drawing.find(f"{SVG}path").get("d") == ""
    assert next(more.iter(f"{MATHML}mi")).get("scriptlevel") is None and next(more.iter(f"{XHTML}details")).get("data-x") is None
