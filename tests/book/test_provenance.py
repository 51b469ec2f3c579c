"""The provenance page: records of runs come from the cells' outputs and show nothing there."""

from __future__ import annotations

import json

import numpy as np
import pytest
from derivation_book.care import wilson
from scipy.stats import binomtest
from small_books import derivation, record

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

```{provenance} accelerator
```

```{provenance} networks
```

```{provenance} presets
```

```{provenance} engine
```

```{provenance} mutants
```

```{provenance} faults
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
                  "2026-01-02", "2 cores", "succeeded", "make bench has not been run",
                  "make bench-accelerator has not been run", "bench networks has not been run", "bench presets has not been run", "make bench BENCH=engine has not been run",
                  "make mutants has not been run", "faults.py has not been run"):
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


def test_the_run_on_an_accelerator_is_a_table_and_says_what_failed(book):
    ratio = {"ratio": 2.5, "quartiles": [2.25, 2.75]}
    line = {
        "model": "VDM, U-Net", "precision": "tf32", "parameters": 1234567, "batch": 128, "peak_mib": 512.0,
        "train": {"images_per_second": {"jax": 12345.6, "eager": 4938.2}, "steps_per_second": 96.4,
                  "share_of_peak": 0.4321, "over_eager": ratio},
        "evaluate": {"images_per_second": {"jax": 99.5}},
        "bits": {"jax": {"bits": 1.2345, "half_width": 0.01}, "compiled": None},
    }
    found = {
        "machine": {"jax": {"device": "A card", "jax": "0.11", "peak_tflops_tf32": 400.0, "error_tf32": 3e-4},
                    "torch": None, "driver": "580"},
        "precisions": {"tf32": "as it comes"}, "data": "MNIST", "lines": [line],
        "failures": [{"part": "VAE", "error": "no <memory>"}], "skipped": ["float32: no time"],
    }
    (book.folder / "book" / "_data" / "accelerator.json").write_text(json.dumps(found))
    book.page("provenance", PAGE)
    built = book.build()
    assert built.warnings == ""
    page = built.html("book/provenance")
    for words in ("A card", "580", "400 in tf32", "3.0e-04 in tf32", "1,234,567", "12,346", "43.2 %", "2.5 (2.25 to 2.75)",
                  "1.234 ± 0.010", "no &lt;memory&gt;", "float32: no time"):
        assert words in page, words


def test_the_curves_of_networks_are_drawn_and_listed(book):
    lines = [{"bench": "machine", "machine": "Linux", "cores": 2, "device": "cpu", "jax": "0.10", "date": "2026-01-02"}]
    for name, bits in (("perceptron", [3.0, 2.0, 1.5]), ("a <U-Net>", [4.0, 2.5])):
        lines += [{"bench": "networks", "network": name, "bits": bits[-1], "ratio_eager": 2.125},
                  {"bench": "network curve", "network": name, "marks": [5, 10, 60][:len(bits)], "steps": [1, 2, 3], "bits": bits}]
    (book.folder / "book" / "_data" / "networks.jsonl").write_text("\n".join(map(json.dumps, lines)))
    book.page("provenance", PAGE)
    built = book.build()
    assert built.warnings == ""
    page = built.html("book/provenance")
    assert page.count("<polyline") == 2 and "a &lt;U-Net&gt;" in page and "2.125" in page and "1.500" in page


def test_what_a_preset_takes_is_listed(book):
    lines = [{"bench": "machine", "machine": "Linux", "cores": 2, "device": "cpu", "jax": "0.10", "date": "2026-01-02"},
             {"bench": "presets", "task": "mnist-x", "parameters": 12345, "batch": 64, "steps": 3000, "memory_mib": 1234,
              "ms_a_step": 50.25, "seconds": 151}]
    (book.folder / "book" / "_data" / "presets.jsonl").write_text("\n".join(map(json.dumps, lines)))
    book.page("provenance", PAGE)
    built = book.build()
    assert built.warnings == ""
    page = built.html("book/provenance")
    for words in ("mnist-x", "12,345", "3,000", "50.2", "2.52", "1,234", "Linux, 2 cores"):
        assert words in page, words


@pytest.mark.parametrize("killed, count", [(0, 5), (38, 40), (7, 7), (1, 1)])
def test_the_interval_of_a_share_is_scipys(killed, count):
    wanted = binomtest(killed, count).proportion_ci(method="wilson")
    np.testing.assert_allclose(wilson(killed, count), wanted, atol=2e-5)


def test_mutants_and_kills_are_shown(book):
    line = {"group": "samplers", "files": ["a"], "mutants": 1234, "seed": 0, "tried": 42, "first": 38, "killed": 39, "equal": 2, "left": ["x"]}
    data = book.folder / "book" / "_data"
    (data / "mutants.jsonl").write_text(json.dumps(line) + "\n")
    (data / "faults.json").write_text(json.dumps(dict(seed=3, killed=50, checkpoint=41, same=50, run=2.5, seconds=1234)))
    book.page("provenance", PAGE)
    built = book.build()
    assert built.warnings == ""
    page = built.html("book/provenance")
    for words in ("samplers", "1,234", "42", "95 % (83 to 99 %)", "50 runs (seed 3), 41 of them", "all of it 1,234 s"):
        assert words in page, words


def test_the_engine_stands_beside_sympy_with_what_is_wrong(book):
    row = {"bench": "engine", "count": 50, "settled": 40, "wrong": 0, "no answer": 7, "late": 3, "median_seconds": 0.0251, "total_seconds": 61.2, "wrong at": []}
    lines = [
        {"bench": "machine", "machine": "Linux", "sympy": "1.14", "date": "2026-01-02"},
        {"bench": "engine", "lines": "all", "count": 900, "equalities": 800, "stated": 300, "limit_seconds": 10, "not stated": {"a law": 500}},
        {**row, "lines": "true", "by": "engine"}, {**row, "lines": "true", "by": "equals", "wrong": 1, "wrong at": ["sure", "gone.1"]},
        {**row, "lines": "false", "by": "simplify", "count": 44},
    ]
    (book.folder / "book" / "_data" / "engine.jsonl").write_text("\n".join(map(json.dumps, lines)))
    book.page("01_first", "# A chapter\n\n" + derivation(record("sure", "a = b")))
    book.page("provenance", PAGE)
    built = book.build()
    assert built.warnings == ""
    page = built.html("book/provenance")
    for words in ("Of 900 lines of the book 800 are equalities, and 300", "(a law 500)", "50 of them, drawn with a seed, and of 44", "40 of 50",
                  "80 % (67 to 89)", "0.0251", "calls false, though it is true", 'href="01_first.html#equation-sure"', "gone.1"):
        assert words in page, words
    assert "calls true" not in page and "Nobody" not in page
