"""The race of the samplers: its score is the mixture's, its points come to the law, and more evaluations bring them nearer."""

from __future__ import annotations

import json
import subprocess

import node
import numpy as np
import pytest
from pictures import disagreements, page_with, race
from small_books import ROOT

from vdmlib import GaussianMixture

STATIC = ROOT / "book" / "_static"
BLOTS = [{"x": -1.0, "y": 0.5, "width": 0.3}, {"x": 1.2, "y": -0.4, "width": 0.2}, {"x": 0.3, "y": 1.1, "width": 0.4}]

RUN = """
globalThis.window = globalThis;
require(process.argv[1]);
require(process.argv[2]);
const { race, field, shareOf, distance, draw, random, carry, NAMES } = globalThis.samplerRace;
const f = Object.values(window.printedFunctions)[0];
const { blots, places } = JSON.parse(process.argv[3]);
const fields = places.map(([x, y, share]) => { const at = field(f, blots, share); return [at.log(x, y), ...at.score(x, y)]; });
const results = {};
for (const result of race(f, blots)) if (result) (results[result.name] ??= []).push(result.distance);
const one = [blots[0]];
const chance = random(5);
const single = {};
for (const name of NAMES) {
  const move = carry(f, one, name, 64);
  single[name] = Array.from({ length: 400 }, () => move([chance.normal(), chance.normal()], chance));
}
console.log(JSON.stringify({ fields, results, single }));
"""


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """What Node found on a page with the race, and the places that it was asked for."""
    folder = tmp_path_factory.mktemp("race")
    from small_books import Book

    book = Book(folder)
    book.page("01_first", page_with(race()).replace("fig-wave", "fig-race"))
    built = book.build()
    assert built.warnings == ""
    html = built.html("book/01_first")
    assert html.index("moving/01_first.js") < html.index("race-samplers.js") < html.index("race.js")
    script = built.site / "_static" / "moving" / "01_first.js"
    assert disagreements(script, script.with_suffix(".json")) == []
    rng = np.random.default_rng(0)
    places = [[*rng.uniform(-2.5, 2.5, 2), rng.uniform(0.05, 0.99)] for _ in range(20)]
    given = json.dumps({"blots": BLOTS, "places": places})
    done = subprocess.run([*node.command("node"), "-e", RUN, str(script), str(STATIC / "race-samplers.js"), given],
                          capture_output=True, text=True, check=True, timeout=120)  # fmt: skip
    return json.loads(done.stdout), places


def test_log_density_and_score_are_the_mixtures(ran):
    found, places = ran
    for (x, y, share), (log, right, up) in zip(places, found["fields"], strict=True):
        centres = np.array([[b["x"], b["y"]] for b in BLOTS]) * np.sqrt(share)
        spread = np.array([b["width"] ** 2 for b in BLOTS]) * share + 1 - share
        law = GaussianMixture(np.full(3, 1 / 3), centres, spread)
        at = np.array([[x, y]])
        assert log == pytest.approx(float(law.log_prob(at)[0]), rel=1e-4, abs=1e-4)
        assert [right, up] == pytest.approx([float(v) for v in law.score(at)[0]], rel=1e-3, abs=1e-3)


def test_more_evaluations_bring_the_points_nearer_to_the_law(ran):
    results = ran[0]["results"]
    (floor,) = results["exact"]
    for name in ("ancestral", "DDIM", "Euler", "Heun"):
        distances = results[name]
        assert distances[-1] < 2.5 * floor and distances[0] > 3 * distances[-1], name


def test_a_single_blot_is_reached_by_all_but_langevin(ran):
    for name, points in ran[0]["single"].items():
        mean, spread = np.mean(points, axis=0), np.std(points, axis=0)
        if name != "Langevin":
            assert mean == pytest.approx([-1.0, 0.5], abs=0.07) and spread == pytest.approx([0.3, 0.3], rel=0.2), name
