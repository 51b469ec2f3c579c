"""The front page: chapters with their counts, and a picture borrowed from one of them."""

from __future__ import annotations

from small_books import derivation, record

CHAPTER = "# Averages\n\n## A section\n\n" + derivation(
    record("kl.one", "a = b"), record("kl.two", "= c"),
    record("no", "a = 2b", kind="refutation", status="refuted", instead="kl.one", article="$a=2b$"),
)
CELL = """
```{code-cell} ipython3
:tags: [front-page]
from IPython.display import HTML, display
print("a line before")
HTML('<svg id="moving"></svg>')
```

```{code-cell} ipython3
print("another cell")
```

::::{admonition} Exercise: one
:class: exercise
Do it.
::::
"""
FRONT = """\
# Front

```{cell-output} 01_first front-page
```

```{chapters}
01_first: What *averages* are, $a$ and $b$.
```
"""


def test_the_front_page_takes_from_the_chapters(book):
    book.page("01_first", CHAPTER + CELL, notebook=True)
    book.page("front", FRONT)
    built = book.build()
    page = built.html("book/front")
    assert 'href="01_first.html"' in page and "Averages" in page and "<em>averages</em>" in page
    for words in ("2 proved", "1 refuted", "1 exercise"):
        assert words in page, words
    assert "numerical" not in page and "trained" not in page
    assert '<svg id="moving"></svg>' in page and "a line before" in page
    assert "another cell" not in page and "import HTML" not in page


def test_what_is_not_there_is_reported(book):
    book.page("01_first", CHAPTER)
    book.page("front", FRONT.replace("01_first: What", "07_score: What"))
    warnings = book.build().warnings
    assert "there is no page book/07_score" in warnings
    assert "book/01_first has no cell tagged front-page" in warnings
