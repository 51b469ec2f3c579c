"""Reading times are counted from what stands open, and a route adds those of its stops."""

import re

import pytest
from derivation_book import reading
from docutils import nodes
from small_books import derivation, record

WORDS = " ".join(["word"] * 1000)  # five minutes
CHAPTER = f"""# A chapter

(sec-long)=
## Long

{WORDS}

(sec-lines)=
## Lines

{derivation(*(record(f"line.{name}", "a = b") for name in "abcdef"))}

:::{{source-note}} Folded
{WORDS}
:::

::::{{admonition}} Exercise: one
:class: exercise
{WORDS}
::::
"""


@pytest.mark.parametrize("time, words", [(0.2, "1 min"), (7.4, "7 min"), (33, "35 min"), (58, "1 hour"), (95, "1½ hours"), (122, "2 hours"), (700, "11½ hours")])
def test_a_time_claims_no_more_than_it_knows(time, words):
    assert reading.said(time) == words


def test_what_is_open_is_counted():
    words = nodes.section("", nodes.paragraph("", WORDS))
    assert reading.minutes(words) == pytest.approx(1000 / reading.WORDS)
    words += [nodes.figure(), nodes.literal_block("", "a\nb\nc"), nodes.math_block("", "a = b")]
    more = reading.FIGURE + 3 * reading.CODE_LINE + reading.STATEMENT
    assert reading.minutes(words) == pytest.approx(5 + more / 60)


def test_a_route_lists_its_stops_with_times_and_the_sum(book):
    book.page("01_first", CHAPTER)
    book.page("way", "# A way\n\nIt takes {minutes}`way`, a chapter {minutes}`01_first`, all {minutes}`chapters`.\n\n"
                     "```{route}\nsec-long: *look* for {eq}`line.a`\nsec-lines: the lines\n```\n")
    built = book.build()
    assert built.warnings == ""
    page = built.html("book/way")
    first, second = re.findall(r'<p class="route-stop">(.*?)</p>', page)
    assert 'href="01_first.html#sec-long"' in first and "chapter 1, 5 min" in first
    # six lines of twenty seconds, with their reasons; neither the folded words nor the exercise
    assert "chapter 1, 2 min" in second
    assert "<em>look</em>" in page and "Together: 7 min." in page
    assert re.search(r"It takes 7 min, a chapter 7 min, all 7 min", page)


@pytest.mark.parametrize("body, message", [
    ("sec-long", "'section: what to look for', given 'sec-long'"), ("sec-lost: why", "there is no section and no page sec-lost"),
])
def test_a_stop_that_is_not_there_is_reported(book, body, message):
    book.page("01_first", CHAPTER)
    book.page("way", f"# A way\n\n```{{route}}\n{body}\n```\n")
    assert message in book.build().warnings
