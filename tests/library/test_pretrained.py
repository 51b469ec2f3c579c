"""The table of presets trains what it says; the weights that ship are whole, small and what their cards say."""

import json
from importlib import resources
from pathlib import Path

import jax
import numpy as np
import pytest
from flax import nnx

from vdmlib import PRESETS, TASKS, DataError, Dataset, Images, card, load_pretrained, train
from vdmlib.pretrained import HARDWARE

FILES = resources.files("vdmlib.pretrained") / "weights"
SMALL = {"steps": 2, "batch_size": 4, "chunk": 2, "evaluate_every": 2, "progress": False, "ema": 0.5}


def some(count=8, side=28):
    draw = np.random.default_rng(0)
    images = Images(draw.integers(0, 256, (count, side, side)), np.arange(count) % 10, levels=256, classes=10)
    return Dataset("drawn", images, images, images)


def parameters(model):
    return sum(leaf.size for leaf in jax.tree.leaves(nnx.state(model, nnx.Param)))


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("preset", HARDWARE)
def test_each_preset_makes_its_model(task, preset):
    row = PRESETS[task][preset]
    model = nnx.eval_shape(lambda: TASKS[task].make(**row.model))
    assert 10_000 < parameters(model) < 4_000_000
    assert {"steps", "batch_size", "learning_rate"} <= set(row.fit)


@pytest.mark.parametrize("task", ["mnist-vae", "mnist-classifier"])
def test_a_task_is_trained_by_its_preset(task):
    model, history = train(task, some(), "cpu", **SMALL)
    assert history.steps == 2 and np.isfinite(history.loss).all()
    assert parameters(model) == parameters(TASKS[task].make(**PRESETS[task]["cpu"].model))


def test_what_train_refuses():
    with pytest.raises(ValueError, match="no task 'mnist'; there are mnist-vae"):
        train("mnist", some())
    with pytest.raises(ValueError, match="no preset 'laptop'; there are cpu"):
        train("mnist-vae", some(), "laptop")
    with pytest.raises(DataError, match=r"a Dataset of images of \(28, 28\) and 256 levels, given \(8, 8\) and 256"):
        train("mnist-vae", some(side=8))
    with pytest.raises(DataError, match="given ndarray"):
        train("mnist-vae", np.zeros((4, 28, 28), np.uint8))


@pytest.mark.parametrize("name", TASKS)
def test_the_weights_are_those_of_their_card(name):
    path = FILES / f"{name}.safetensors"
    about, model = card(name), load_pretrained(name)
    assert len(path.read_bytes()) <= 8_000_000
    assert about["task"] == name and about["preset"] == "shipped" and about["seed"] == 0
    assert about["parameters"] == parameters(model)
    assert about["command"] == f"make train-{name}"
    same = nnx.eval_shape(lambda: TASKS[name].make(**PRESETS[name]["shipped"].model))
    assert nnx.graphdef(model) == nnx.graphdef(same)
    assert about["metrics"] and all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(about["metrics"]))


def test_no_other_name():
    with pytest.raises(ValueError, match="no name 'cifar'; there are mnist-vae"):
        load_pretrained("cifar")
    assert {entry.name for entry in FILES.iterdir()} == {f"{name}.safetensors" for name in TASKS}


def test_a_loaded_model_works():
    digits = np.asarray(load_pretrained("mnist-vae").generate(0, 64))
    judge = load_pretrained("mnist-classifier")
    assert digits.shape == (64, 28, 28) and 0 <= digits.min() < digits.max() <= 1
    # white digits on black: ink in the middle, none at the edge
    assert digits[:, 8:20, 8:20].mean() > 5 * digits[:, :3].mean()
    shares = np.bincount(np.asarray(judge.classify(255 * digits)), minlength=10)
    assert (shares > 0).sum() >= 7
    assert np.asarray(judge.features(255 * digits)).shape == (64, 128)


def test_the_network_for_a_cpu_is_the_one_ahead_after_ten_minutes():
    measured = Path(__file__).parents[2] / "book" / "_data" / "networks.jsonl"
    lines = [json.loads(line) for line in measured.read_text(encoding="utf-8").splitlines()]
    after = {line["network"]: dict(zip(line["marks"], line["bits"], strict=True))[600]
             for line in lines if line["bench"] == "network curve"}
    names = {"perceptron": "mlp", "patch transformer": "transformer", "U-Net": "unet"}
    assert after.keys() == names.keys()
    assert PRESETS["mnist-vdm"]["cpu"].model["network"] == names[min(after, key=after.get)]
