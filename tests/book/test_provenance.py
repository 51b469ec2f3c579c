"""The provenance page: records of runs come from the cells' outputs and show nothing there."""

from __future__ import annotations

import json

CELL = """\
# A chapter

## A section

```{code-cell} ipython3
from IPython.display import publish_display_data
print("before")
publish_display_data({"application/vnd.diffusion-derived.provenance+json": RUN})
```
"""
PAGE = """\
# Provenance

```{provenance} environment
```

```{provenance} models
```

```{provenance} execution
```

```{provenance} bench
```
"""
RUN = {
    "kind": "training", "model": "VAE", "parameters": 12345, "steps": 1000, "batch_size": 64,
    "seed": 7, "seconds": 12.34, "compile_seconds": 2.5, "steps_per_second": 101.0, "loss": 88.0,
    "validation": {"loss": 90.5, "bits_per_dim": 1.9876},
    "environment": {"python": "3.11.7", "packages": {"jax": "0.10.2"}, "machine": "Linux x86_64",
                    "cores": 2, "device": "cpu", "devices": 1, "date": "2026-01-02"},
}


def test_a_run_is_listed_and_leaves_no_trace_where_it_lies(book):
    book.page("01_first", CELL.replace("RUN", repr(RUN)), notebook=True)
    book.page("provenance", PAGE)
    built = book.build()
    assert built.warnings == ""
    page = built.html("book/provenance")
    for words in ("VAE", "12,345", "1,000", "12.3", "held out 1.988 bits/dim", "jax 0.10.2",
                  "2026-01-02", "2 cores", "succeeded", "make bench has not been run"):
        assert words in page, words
    chapter = built.html("book/01_first")
    assert "before" in chapter and "bits_per_dim" not in chapter.split("</pre>")[-1]
    assert "VAE" not in json.dumps(built.ledger())


def test_a_page_that_is_read_again_drops_its_old_runs(book):
    book.page("01_first", CELL.replace("RUN", repr(RUN)), notebook=True)
    book.page("provenance", PAGE)
    book.build()
    book.page("01_first", CELL.replace("RUN", repr({**RUN, "model": "HVAE"})), notebook=True)
    page = book.build().html("book/provenance")
    assert page.count("held out") == 1 and "HVAE" in page


def test_the_benchmark_is_shown_as_tables(book):
    lines = [{"bench": "machine", "cores": 2}, {"bench": "speed", "size": 1000, "ratio": 2.125},
             {"bench": "speed", "size": 2000, "ratio": [1.5, 1.75]}]
    path = book.folder / "book" / "_data" / "bench.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)))
    book.page("provenance", PAGE)
    page = book.build().html("book/provenance")
    assert "cores: 2" in page and "2.125" in page and "1.5 to 1.75" in page
