"""Results of the benchmarks with a file of their own: an accelerator, which network suits a CPU, the table of presets."""

from __future__ import annotations

import json
import math
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx

from . import settings
from .nodes import paragraph
from .tables import table

TASKS = ("train", "sample", "evaluate")
MODES = ("eager", "compiled", "reduce-overhead")
#: Colours and dashes of the library's figures, in their order.
STROKES = (("#0072b2", "none"), ("#d55e00", "6 3"), ("#009270", "6 2 1 2"), ("#b8628f", "2 2"))
WIDE, TALL, LEFT, RIGHT, TOP, BOTTOM = 640, 300, 58, 130, 12, 44


def files(app: Sphinx) -> list[Path]:
    """What the three parts are made from."""
    folder = settings.root(app) / app.config.derivation_data
    return [folder / name for name in ("accelerator.json", "networks.jsonl", "presets.jsonl")]


def accelerator(app: Sphinx, docname: str, node: nodes.Element) -> list[nodes.Node]:
    """What ``make bench-accelerator`` measured last."""
    path, *_ = files(app)
    if not path.is_file():
        return [paragraph(nodes.Text("make bench-accelerator has not been run on an accelerator."))]
    found = json.loads(path.read_text(encoding="utf-8"))
    ours, theirs = (found["machine"].get(side) or {} for side in ("jax", "torch"))
    peaks = ", ".join(f"{_number(ours.get(f'peak_tflops_{p}'))} in {p}" for p in found["precisions"])
    errors = ", ".join(f"{ours[f'error_{p}']:.1e} in {p}" for p in found["precisions"] if f"error_{p}" in ours)
    about = (
        f"{ours.get('device')}, driver {found['machine'].get('driver')}; JAX {ours.get('jax')}, Flax {ours.get('flax')}, "
        f"PyTorch {theirs.get('torch')}; {ours.get('date')}. Images: {found['data']}. Matrix products at best, TFLOP/s: "
        f"{peaks}. Their relative error: {errors}."
    )
    told = [f"{name}: {text}." for name, text in found["precisions"].items()]
    head = ["Model", "Parameters", "Products", "Task", "Images/s", "Steps/s", "Share of peak", "Peak MiB",
            "× eager", "× compiled", "× reduce-overhead", "Bits/dim", "PyTorch's"]
    rows = []
    for line in found["lines"]:
        for task in (task for task in TASKS if task in line):
            part, bits = line[task], line.get("bits", {}) if task == "evaluate" else {}
            share = part.get("share_of_peak")
            rows.append(_words(
                line["model"], f"{line['parameters']:,}", line["precision"], task,
                _number(part["images_per_second"].get("jax")), _number(part.get("steps_per_second")),
                "" if share is None else f"{100 * share:.1f} %", _number(line["peak_mib"]) if task == "train" else "",
                *(_ratio(part.get(f"over_{mode}")) for mode in MODES),
                *(_bits(bits.get(side)) for side in ("jax", "compiled")),
            ))
    failed = [f"Failed: {one['part']}: {one['error']}" for one in found["failures"]]
    words = [about, *told, *failed, *found["skipped"]]
    shown: list[nodes.Node] = [paragraph(nodes.Text(text)) for text in words]
    return [*shown, table(head, rows, ["provenance", "bench"])] if rows else shown


def networks(app: Sphinx, docname: str, node: nodes.Element) -> list[nodes.Node]:
    """What ``python -m bench networks`` measured last: the curves, and a table."""
    _, path, _ = files(app)
    if not path.is_file():
        return [paragraph(nodes.Text("python -m bench networks has not been run."))]
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    curves = [line for line in lines if line["bench"] == "network curve"]
    about = next(line for line in lines if line["bench"] == "machine")
    shown: list[nodes.Node] = [_machine(about)]
    if not curves:
        shown.append(paragraph(nodes.Text("The curves have not been measured: that wants a quiet machine for three quarters of an hour.")))
    else:
        shown.append(curve_figure(curves))
        marks = sorted({mark for line in curves for mark in line["marks"]})
        at = [dict(zip(line["marks"], line["bits"], strict=True)) for line in curves]
        rows = [_words(_number(mark), *(f"{bits[mark]:.3f}" if mark in bits else "" for bits in at)) for mark in marks]
        shown.append(table(["Seconds", *(line["network"] for line in curves)], rows, ["provenance", "bench"]))
    rest = [line for line in lines if line["bench"] == "networks"]
    head = list(dict.fromkeys(key for line in rest for key in line if key != "bench"))
    shown.append(table(head, [_words(*(_short(line.get(key, "")) for key in head)) for line in rest], ["provenance", "bench"]))
    return shown


def presets(app: Sphinx, docname: str, node: nodes.Element) -> list[nodes.Node]:
    """What ``python -m bench presets`` measured last: the rows for a CPU."""
    *_, path = files(app)
    if not path.is_file():
        return [paragraph(nodes.Text("python -m bench presets has not been run."))]
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    about = next(line for line in lines if line["bench"] == "machine")
    rest = [line for line in lines if line["bench"] == "presets"]
    rows = [_words(line["task"], *(f"{line[key]:,}" for key in ("parameters", "batch", "steps")), _number(line["ms_a_step"]),
                   _number(line["seconds"] / 60), _number(line["memory_mib"])) for line in rest]
    head = ["Task", "Parameters", "Batch", "Steps", "Milliseconds a step", "Minutes in all", "Memory, MiB"]
    return [_machine(about), table(head, rows, ["provenance", "bench"])]


def _machine(about: dict) -> nodes.paragraph:
    return paragraph(nodes.Text(
        f"{about['machine']}, {about['cores']} cores, {about['device']}; JAX {about['jax']}; {about['date']}."))


def curve_figure(curves: list[dict]) -> nodes.raw:
    """Bits per dimension against seconds, these on a logarithmic axis, as an ``<svg>``."""
    seconds = [s for line in curves for s in line["marks"]]
    low, high = min(seconds), max(seconds)
    top = max(line["bits"][0] for line in curves)
    base = min(min(line["bits"]) for line in curves)
    base, top = base - 0.05 * (top - base), top + 0.05 * (top - base)

    def place(second: float, bits: float) -> tuple[float, float]:
        across = math.log(second / low) / (math.log(high / low) or 1.0)
        up = (bits - base) / ((top - base) or 1.0)
        return LEFT + across * (WIDE - LEFT - RIGHT), TALL - BOTTOM - up * (TALL - TOP - BOTTOM)

    floor, end = TALL - BOTTOM, WIDE - RIGHT
    parts = [f'<path class="axes" d="M{LEFT} {TOP}V{floor}H{end}"/>']
    named = -math.inf
    for second in sorted(set(seconds)):
        x, _ = place(second, base)
        parts.append(f'<path class="axes" d="M{x:.1f} {floor}v4"/>')
        if x - named >= 30:  # words that would stand on each other are left out
            parts.append(f'<text x="{x:.1f}" y="{floor + 17}" text-anchor="middle">{second:g}</text>')
            named = x
    for bits in _ticks(base, top):
        _, y = place(low, bits)
        parts.append(f'<path class="axes" d="M{LEFT} {y:.1f}h-4"/><text x="{LEFT - 8}" y="{y + 4:.1f}" '
                     f'text-anchor="end">{bits:g}</text>')
    parts.append(f'<text x="{(LEFT + end) / 2:.0f}" y="{TALL - 6}" text-anchor="middle">seconds of training</text>')
    parts.append(f'<text transform="translate(13 {(TOP + floor) / 2:.0f}) rotate(-90)" text-anchor="middle">'
                 "bits/dim, held out</text>")
    ends = _apart([place(line["marks"][-1], line["bits"][-1])[1] for line in curves], floor - 6)
    for line, (colour, dashes), y_end in zip(curves, STROKES, ends):
        way = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(place, line["marks"], line["bits"]))
        parts.append(f'<polyline points="{way}" stroke="{colour}" stroke-dasharray="{dashes}"/>')
        x = place(line["marks"][-1], base)[0]
        parts.append(f'<text x="{x + 8:.1f}" y="{y_end + 4:.1f}">{escape(line["network"])}</text>')
    words = "Bits per dimension of held-out images against seconds of training; the table below has the numbers"
    return nodes.raw("", f'<div class="bench-curves"><svg viewBox="0 0 {WIDE} {TALL}" role="img" '
                         f'aria-label="{words}">{"".join(parts)}</svg></div>', format="html")


def _apart(places: list[float], lowest: float, least: float = 15) -> list[float]:
    """The same heights, moved up where two words would stand on each other or below the lowest."""
    found, last = dict.fromkeys(range(len(places)), 0.0), lowest + least
    for index in sorted(found, key=lambda i: -places[i]):
        last = found[index] = min(places[index], last - least)
    return list(found.values())


def _ticks(low: float, high: float) -> list[float]:
    step = next(s for s in (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 100, 1e9) if (high - low) / s <= 6)
    return [round(k * step, 6) for k in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _number(value: float | None) -> str:
    """Three figures, and no powers of ten."""
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _ratio(found: dict | None) -> str:
    return "" if not found else f"{found['ratio']:g} ({found['quartiles'][0]:g} to {found['quartiles'][1]:g})"


def _bits(found: dict | None) -> str:
    return "" if not found else f"{found['bits']:.3f} ± {found['half_width']:.3f}"


def _short(value: object) -> str:
    if isinstance(value, list):
        return (" to " if len(value) == 2 else ", ").join(_short(v) for v in value)
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _words(*texts: str) -> list[list[nodes.Node]]:
    return [[nodes.Text(text)] for text in texts]
