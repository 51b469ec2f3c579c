"""Without scripts a page is light or dark as the reader's system is."""

import pytest
from derivation_book.unscripted import of_theme

SHEET = """/* html[data-theme=dark] {a: b} */ @charset "utf-8"; @font-face{font-family:"a{b"}
html[data-theme="dark"], p { color: url(data:x;y) } html[data-theme=light] .a, html[data-theme=dark] .b:is(i, b) { content: "}"; }
@media print { html[data-theme=dark] .c { d: e } .f { g: h } } @keyframes k { from { l: 0 } } .m { n: o }"""


@pytest.mark.parametrize("theme, rules", [
    ("dark", '%s{color: url(data:x;y)}\n%s .b:is(i, b){content: "}";}\n@media print{%s .c{d: e}\n}\n'),
    ("light", '%s .a{content: "}";}\n'),
])  # fmt: skip
def test_what_is_said_of_a_theme_is_said_of_a_page_that_has_none(theme, rules):
    assert of_theme(SHEET, theme) == rules.replace("%s", 'html[data-theme="auto"]')


def test_every_page_names_the_styles_and_they_follow_the_system(book):
    book.page("one", "# One\n")
    built = book.build()
    assert '<noscript><link rel="stylesheet" href="../_static/unscripted.css"></noscript>' in built.html("book/one")
    styles = (built.site / "_static" / "unscripted.css").read_text()
    light, dark = styles.split("@media (prefers-color-scheme: dark) {")
    assert "--dd-accent: #0f766e" in light and "--dd-accent: #5fd3c4" in dark
    assert styles.count("{") == styles.count("}") and "data-theme=dark" not in styles and 'data-theme="dark"' not in styles
