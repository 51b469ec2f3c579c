"""The table of chapter 4 that no cell of it makes: chains trained for longer, with warm-up and without."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CHAPTER = Path(__file__).parents[2] / "book" / "04_hvae.md"
ROW = re.compile(r"^\| ([\d,]+) \| (one|two|three) \| (−[\d.]+) ± ([\d.]+) \| (−[\d.]+) ± ([\d.]+) \|$", re.M)
LATENTS = {"one": (16,), "two": (16, 8), "three": (16, 8, 4)}


def number(text: str) -> float:
    """A number as the table prints it."""
    return float(text.replace("−", "-").replace(",", ""))


def table() -> dict[tuple[int, str], dict[bool, tuple[float, float]]]:
    """(steps, levels) -> with warm-up or without -> mean and standard deviation of the bound."""
    return {(int(number(steps)), levels): {True: (number(a), number(b)), False: (number(c), number(d))}
            for steps, levels, a, b, c, d in ROW.findall(CHAPTER.read_text(encoding="utf-8"))}


def test_the_sentences_below_the_table_follow_from_it():
    found = table()
    assert len(found) == 5
    best_one = max(found[2000, "one"].values())[0]
    assert best_one == found[2000, "one"][False][0]  # with more steps one level is better off without warm-up
    assert round(found[2000, "two"][True][0] - best_one, 1) == 1.3
    assert round(found[2000, "two"][False][0] - found[2000, "one"][False][0], 1) == 0.2
    assert round(found[600, "two"][True][0] - found[600, "one"][True][0], 1) == 1.8


@pytest.mark.weekly
@pytest.mark.parametrize("levels", ["one", "two"])
@pytest.mark.parametrize("warm", [True, False])
def test_the_table_is_what_training_gives(levels, warm):
    import jax
    from vdmlib import HVAE, digits, fit

    data, steps = digits(), 2000
    model = HVAE.for_data(data, latents=LATENTS[levels], width=256, seed=0, warm_up=steps // 2 if warm else 0)
    model, _ = fit(model, data.train.images, steps=steps, seed=0, weight_decay=1.0, validation=data.validation.images,
                   progress=False)
    bound = float(model.elbo(data.test.images, jax.random.key(1), samples=16).elbo.mean())
    mean, spread = table()[steps, levels][warm]
    assert bound == pytest.approx(mean, abs=4 * max(spread, 0.15))
