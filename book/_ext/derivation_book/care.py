"""What ``make mutants`` and ``tools/faults.py`` found last: how well the tests watch the library, and what killing does to it."""

from __future__ import annotations

import json
import math
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx

from . import settings
from .nodes import paragraph
from .tables import table


def files(app: Sphinx) -> list[Path]:
    """What the two parts are made from."""
    folder = settings.root(app) / app.config.derivation_data
    return [folder / "mutants.jsonl", folder / "faults.json"]


def mutants(app: Sphinx, docname: str, node: nodes.Element) -> list[nodes.Node]:
    """One row a group of the library's files."""
    path, _ = files(app)
    if not path.is_file():
        return [paragraph(nodes.Text("make mutants has not been run."))]
    rows = []
    for line in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
        count = line["tried"] - line["equal"]
        low, high = wilson(line["first"], count)
        share = f"{100 * line['first'] / count:.0f} % ({100 * low:.0f} to {100 * high:.0f} %)" if count else ""
        rows.append([
            [nodes.Text(text)] for text in (
                line["group"], f"{line['mutants']:,}", str(line["tried"]), str(line["first"]), share, str(line["equal"]),
                str(line["killed"]), str(len(line["left"])),
            )
        ])
    head = ["Group", "Mutants", "Tried", "Killed at first", "of those that differ", "Equal", "Killed now", "Left"]
    return [table(head, rows, ["provenance"])]


def faults(app: Sphinx, docname: str, node: nodes.Element) -> list[nodes.Node]:
    """What became of the runs that were killed."""
    _, path = files(app)
    if not path.is_file():
        return [paragraph(nodes.Text("tools/faults.py has not been run."))]
    found = json.loads(path.read_text(encoding="utf-8"))
    return [paragraph(nodes.Text(
        f"Killed: {found['killed']} runs (seed {found['seed']}), {found['checkpoint']} of them with a checkpoint on the disk. "
        f"Ended with the same weights, losses and best step, to the last bit, as the run that nobody killed: {found['same']}. "
        f"A whole run took {found['run']:.1f} s, all of it {found['seconds']:,} s."
    ))]


def wilson(killed: int, count: int) -> tuple[float, float]:
    """The 95 % interval of Wilson for a share."""
    if not count:
        return 0.0, 1.0
    z, share = 1.96, killed / count
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return middle - half, middle + half
