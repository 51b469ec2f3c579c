"""A training leaves its record in a cell of the book, and nowhere else."""

import json

import numpy as np
import pytest

from vdmlib import VAE, fit
from vdmlib.runtime import provenance

IMAGES = np.random.default_rng(0).integers(0, 17, (40, 8, 8)).astype(np.uint8)


@pytest.fixture
def left(monkeypatch):
    """What is published; the notebook is feigned, the record is not."""
    import IPython
    import IPython.display

    found = []
    monkeypatch.setattr(IPython, "get_ipython", lambda: object())
    monkeypatch.setattr(IPython.display, "publish_display_data", found.append)
    return found


def train():
    model = VAE((8, 8), 17, latent=2, width=16, depth=0)
    return fit(model, IMAGES, steps=20, batch_size=8, seed=3, validation=IMAGES[:8])


def test_the_record_says_what_happened_and_the_line_of_progress_no_times(left, monkeypatch, capsys):
    monkeypatch.setenv(provenance.IN_THE_BOOK, "1")
    model, history = train()
    (data,) = left
    run = json.loads(json.dumps(data[provenance.MIME]))
    assert (run["kind"], run["model"], run["steps"], run["batch_size"], run["seed"]) == ("training", "VAE", 20, 8, 3)
    assert run["parameters"] == 64 * 16 + 16 + 32 + 16 * 4 + 4 + 2 * 16 + 16 + 32 + 16 * 128 + 128
    assert run["validation"]["loss"] == min(history.validation["loss"])
    assert run["seconds"] == history.seconds and run["environment"]["packages"]["jax"]
    told = capsys.readouterr().err
    assert "step 20/20 · loss" in told and "steps/s" not in told and " s" not in told.replace(" step", "")


def test_outside_of_the_book_nothing_is_left(left, monkeypatch, capsys):
    monkeypatch.delenv(provenance.IN_THE_BOOK, raising=False)
    train()
    assert left == []
    assert "steps/s" in capsys.readouterr().err
