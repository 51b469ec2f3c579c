"""The provenance page: what ran, when, on what, with which seeds, for how long, with what result.

Records of runs lie in the cells' outputs, put there by ``vdmlib.runtime.provenance``. They are kept apart
from the ledger, which holds no times and no versions.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode

from . import beside, care, measured, placeholders, settings
from .domain import ledger_of
from .nodes import paragraph, placeholder
from .tables import table

MIME = "application/vnd.diffusion-derived.provenance+json"
PARTS = ("environment", "models", "execution", "bench", "accelerator", "networks", "presets", "engine", "mutants", "faults")


class ProvenanceMime:
    """The record of a run shows nothing where it lies; it goes to the provenance page."""

    mime_priority_overrides = [("*", MIME, 1)]

    @staticmethod
    def handle_mime(renderer, data, inline: bool):
        """Keep the record for its page; leave other types alone."""
        if data.mime_type != MIME:
            return None
        env = renderer.renderer.document.settings.env
        if not inline:
            content = data.content
            run = json.loads(content) if isinstance(content, str) else dict(content)
            ledger_of(env).data["runs"].setdefault(env.docname, []).append(run)
        return []


class Provenance(SphinxDirective):
    """``{provenance} models``: one part of the page."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        part = directives.choice(self.arguments[0], PARTS)
        return [placeholder(what=f"provenance-{part}")]


def runs(app: Sphinx) -> list[tuple[str, dict]]:
    """Every recorded run with its page, in the order of the book."""
    found = ledger_of(app.env).data["runs"]
    pages = sorted(found, key=lambda p: settings.page_order(app.config, p))
    return [(page, run) for page in pages for run in found[page]]


def environment(app: Sphinx, docname: str, node: nodes.Element) -> list[nodes.Node]:
    """What the cells ran with: one line for each machine or set of versions."""
    found: dict[str, list[str]] = {}
    for _, run in runs(app):
        there = {k: v for k, v in run["environment"].items() if k != "date"}
        found.setdefault(json.dumps(there, sort_keys=True), []).append(run["environment"]["date"])
    rows = []
    for text, dates in found.items():
        there = json.loads(text)
        versions = ", ".join(f"{name} {v}" for name, v in there["packages"].items())
        days = min(dates) if min(dates) == max(dates) else f"{min(dates)} to {max(dates)}"
        machine = f"{there['machine']}, {there['cores']} cores"
        device = there["device"] + (f" × {there['devices']}" if there["devices"] > 1 else "")
        rows.append(_words(days, machine, device, f"Python {there['python']}, {versions}"))
    if not rows:
        return [paragraph(nodes.Text("No run has left a record."))]
    return [table(["Date", "Machine", "Device", "Versions"], rows, ["provenance"])]


def models(app: Sphinx, docname: str, node: nodes.Element) -> list[nodes.Node]:
    """Each training of the book with its size, seed, time and result."""
    rows = []
    for page, run in runs(app):
        if run["kind"] == "training":
            rows.append([
                [_page(app, docname, page)],
                *_words(
                    run["model"], f"{run['parameters']:,}", f"{run['steps']:,}",
                    str(run["batch_size"]), str(run["seed"]), f"{run['seconds']:.1f}",
                    f"{run['compile_seconds']:.1f}", f"{run['steps_per_second']:.0f}",
                    result(run),
                ),
            ])
    if not rows:
        return [paragraph(nodes.Text("No model has been trained."))]
    head = ["Where", "Model", "Parameters", "Steps", "Batch", "Seed", "Seconds", "of which compiling",
            "Steps/s", "Result"]
    return [table(head, rows, ["provenance", "models"])]


def result(run: dict) -> str:
    """The held-out result if there is one, else the last loss."""
    held = run.get("validation") or {}
    if "bits_per_dim" in held:
        return f"held out {held['bits_per_dim']:.3f} bits/dim"
    if "loss" in held:
        return f"held out {held['loss']:.4g}"
    return f"last loss {run['loss']:.4g}"


def execution(app: Sphinx, docname: str, node: nodes.Element) -> list[nodes.Node]:
    """Each notebook of the book: when it was executed and for how long."""
    kept = getattr(app.env, "nb_metadata", {})
    rows = []
    for page in sorted(kept, key=lambda p: settings.page_order(app.config, p)):
        data = kept[page].get("exec_data")
        if data:
            when = datetime.fromtimestamp(data["mtime"], UTC).strftime("%Y-%m-%d %H:%M UTC")
            seconds = "from the cache" if data["runtime"] is None else f"{data['runtime']:.0f}"
            outcome = "succeeded" if data["succeeded"] else "failed"
            rows.append([[_page(app, docname, page)], *_words(when, seconds, outcome)])
    if not rows:
        return [paragraph(nodes.Text("Nothing has been executed."))]
    return [table(["Notebook", "Executed", "Seconds", "Outcome"], rows, ["provenance"])]


def bench(app: Sphinx, docname: str, node: nodes.Element) -> list[nodes.Node]:
    """What ``make bench`` measured last: its lines of JSON as tables."""
    path = bench_file(app)
    if not path.is_file():
        return [paragraph(nodes.Text("make bench has not been run."))]
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    about = [line for line in lines if line["bench"] == "machine"]
    found: list[nodes.Node] = [
        paragraph(nodes.Text("; ".join(f"{k}: {v}" for k, v in line.items() if k != "bench")))
        for line in about
    ]
    for name in dict.fromkeys(line["bench"] for line in lines if line["bench"] != "machine"):
        these = [line for line in lines if line["bench"] == name]
        head = list(dict.fromkeys(key for line in these for key in line if key != "bench"))
        rows = [_words(*(_short(line.get(key, "")) for key in head)) for line in these]
        found += [nodes.rubric(name, name), table(head, rows, ["provenance", "bench"])]
    return found


def bench_file(app: Sphinx) -> Path:
    """The committed results of the benchmark."""
    return settings.root(app) / app.config.derivation_data / "bench.jsonl"


def _short(value: object) -> str:
    if isinstance(value, list):
        return (" to " if len(value) == 2 else ", ").join(_short(v) for v in value)
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _words(*texts: str) -> list[list[nodes.Node]]:
    return [[nodes.Text(text)] for text in texts]


def _page(app: Sphinx, docname: str, page: str) -> nodes.Node:
    return make_refnode(app.builder, docname, page, "", [nodes.Text(settings.page_name(app, page))])


def outdated(app: Sphinx, env, added, changed, removed) -> set[str]:
    """Read the pages with placeholders again when the benchmarks' results changed."""
    paths = [bench_file(app), *measured.files(app), beside.file(app), *care.files(app)]
    now = [path.read_bytes() if path.is_file() else b"" for path in paths]
    before, env.derivation_bench = getattr(env, "derivation_bench", None), now
    return set(env.found_docs) & {"book/provenance", "book/checkmark"} if before != now else set()


def setup(app: Sphinx) -> None:
    """Register the directive and what fills it."""
    app.add_directive("provenance", Provenance)
    renderers = (
        environment, models, execution, bench, measured.accelerator, measured.networks, measured.presets, beside.engine, care.mutants, care.faults,
    )
    for part, render in zip(PARTS, renderers, strict=True):
        placeholders.register(f"provenance-{part}", render)
    app.connect("env-get-outdated", outdated)
