"""The engine beside plain SymPy: what ``make bench BENCH=engine`` found last, in sentences and a table."""

from __future__ import annotations

import json
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.nodes import make_refnode

from . import records, settings
from .care import wilson
from .domain import ledger_of
from .nodes import paragraph
from .tables import table

#: How the page calls those that were asked.
ASKED = {"engine": "the engine", "simplify": "simplify(left - right)", "equals": "left.equals(right)"}


def file(app: Sphinx) -> Path:
    """The committed results."""
    return settings.root(app) / app.config.derivation_data / "engine.jsonl"


def engine(app: Sphinx, docname: str, node: nodes.Element) -> list[nodes.Node]:
    """How many lines SymPy can state, what each settles and how soon, and where SymPy is wrong."""
    if not file(app).is_file():
        return [paragraph(nodes.Text("make bench BENCH=engine has not been run."))]
    found = [json.loads(line) for line in file(app).read_text(encoding="utf-8").splitlines() if line]
    machine, whole = found[0], next(line for line in found if line.get("lines") == "all")
    rows = [line for line in found if line.get("by")]
    true, false = (next(r["count"] for r in rows if r["lines"] == kind) for kind in ("true", "false"))
    why = ", ".join(f"{reason} {count}" for reason, count in whole["not stated"].items())
    drawn = "all of them" if true == whole["stated"] else f"{true} of them, drawn with a seed"
    said = (
        f"Of {whole['count']} lines of the book {whole['equalities']} are equalities, and {whole['stated']} of these can be written in "
        f"plain SymPy. The others have what it has no word for ({why}). Asked were {drawn}, and of {false} an altered form that is "
        f"false. SymPy had {whole['limit_seconds']} s of the processor for each question; the engine's time has its second check by "
        f"random instances in it. SymPy {machine['sympy']}, {machine['machine']}, {machine['date']}."
    )
    head = ["Lines", "Asked", "Settled", "Share, 95 % interval", "Wrong", "No answer", "Out of time", "Median s", "All, s"]
    body = []
    for row in rows:
        low, high = wilson(row["settled"], row["count"])
        share = f"{100 * row['settled'] / row['count']:.0f} % ({100 * low:.0f} to {100 * high:.0f})"
        cells = [row["lines"], ASKED[row["by"]], f"{row['settled']} of {row['count']}", share, str(row["wrong"]), str(row["no answer"]),
                 str(row["late"]), f"{row['median_seconds']:.3g}", f"{row['total_seconds']:.4g}"]
        body.append([[nodes.Text(cell)] for cell in cells])
    mistakes = [_wrong(app, docname, *mistake) for mistake in _mistakes(rows)]
    mistakes = mistakes or [paragraph(nodes.Text("Nobody gave a wrong answer."))]
    return [paragraph(nodes.Text(said)), table(head, body, ["provenance", "engine"]), *mistakes]


def _mistakes(rows: list[dict]) -> list[tuple[str, list[str]]]:
    """For each kind of mistake, a sentence and the labels of the lines."""
    kinds = {"true": "calls false, though it is true", "false": "calls true, with the right side altered so that it is false"}
    return [(f"{ASKED[row['by']]} {kinds[row['lines']]}: ", row["wrong at"]) for row in rows if row["wrong at"]]


def _wrong(app: Sphinx, docname: str, sentence: str, labels: list[str]) -> nodes.paragraph:
    found = paragraph(nodes.Text(sentence))
    for k, label in enumerate(labels):
        place = ledger_of(app.env).find(label)
        name = nodes.literal(label, label)
        found += nodes.Text(", " if k else "")
        found += make_refnode(app.builder, docname, place[0], records.anchor(place[1]), name) if place else name
    found += nodes.Text(".")
    return found
