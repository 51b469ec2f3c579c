"""What a reader sees whose link leads nowhere."""

import re

import pytest


def test_the_site_has_a_page_for_addresses_that_it_has_not(book):
    book.page("01_first", "# A chapter\n")
    page = (book.build().site / "404.html").read_text()
    assert "<title>Not here – Book</title>" in page and "http" not in page


@pytest.mark.parametrize("asked", ["/nowhere", "/book/nowhere.html", "/diffusion-derived/book/nowhere.html",
                                   "/diffusion-derived/at/no.label.html", "/diffusion-derived/nowhere.html"])
def test_its_links_begin_at_the_root_of_the_site(asked):
    from derivation_book.missing import PAGE

    pattern = re.search(r'replace\(/(.*)/, "/"\)', PAGE.format(book="")).group(1)
    root = "/diffusion-derived/" if "derived" in asked else "/"
    assert re.sub(pattern, "/", asked, count=1) == root
