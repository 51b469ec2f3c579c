"""JAX told to be strict: the library trains and draws as it does without."""

from contextlib import contextmanager

import jax
import numpy as np
import pytest

from vdmlib import VAE, VDM, Classifier, fit
from vdmlib.training import fitting

GREY = np.random.default_rng(0).integers(0, 4, (8, 2, 2)).astype(np.uint8)
PLANE = np.random.default_rng(1).normal(size=(8, 2)).astype(np.float32)
LABELS = np.arange(8) % 3
MODELS = {
    "VAE": (lambda: VAE((2, 2), 4, latent=1, width=4, depth=0), GREY),
    "points": (lambda: VDM((2,), None, classes=3, width=4, depth=1), (PLANE, LABELS)),
    "classifier": (lambda: Classifier((2, 2), 4, 3, width=4), (GREY, LABELS)),
}


@pytest.mark.parametrize("name", MODELS)
def test_whole_numbers_and_floats_that_do_not_meet(name, tmp_path):
    make, data = MODELS[name]
    with jax.numpy_dtype_promotion("strict"):
        model, history = fit(make(), data, steps=2, batch_size=4, checkpoint=tmp_path, devices=1, progress=False)
        if name != "classifier":
            assert np.isfinite(model.generate(0, 2, **({"steps": 2} if name == "points" else {}))).all()
    assert np.isfinite(history.loss).all()


def test_the_steps_move_nothing_that_was_not_to_be_moved(monkeypatch):
    """Between two calls the data stays on the device: an implicit transfer each step is what makes training slow."""
    @contextmanager
    def guarded():
        with jax.transfer_guard("disallow"):
            yield lambda: False

    monkeypatch.setattr(fitting, "interrupts", guarded)
    make, data = MODELS["classifier"]
    for scan in (True, False):
        fit(make(), data, steps=4, chunk=2, scan=scan, batch_size=4, validation=data, evaluate_every=2, devices=1, progress=False)
