"""Checkpoints: a run that was stopped, killed or damaged ends as if nothing had happened."""

import json
import os
import shutil
import signal
import subprocess
import sys
import warnings
from pathlib import Path
from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from flax import nnx

from vdmlib import CheckpointError, Checkpoints, ProgressLine, TrainingDiverged, evaluate, fit, restore
from vdmlib.training import checkpoints

# The model and the run stand in a text so that a process of their own can have them too.
RUN = '''
import jax, jax.numpy as jnp, numpy as np
from flax import nnx
import vdmlib
from vdmlib import Checkpoints, fit

class Line(nnx.Module):
    """y = w·x with noise from the key: what is drawn matters too."""
    def __init__(self, seed=0, scale=0.1):
        self.w = nnx.Param(jax.random.normal(jax.random.key(seed), (3,)))
        self.scale = scale
    def loss(self, batch, key):
        x, y = batch
        x = x + self.scale * jax.random.normal(key, x.shape)
        return jnp.mean(jnp.square(y - x @ self.w[...])), {"w0": self.w[0]}

def data(count=64, seed=0):
    x = np.random.default_rng(seed).normal(size=(count, 3)).astype(np.float32)
    return x, x @ np.array([1, -2, 3], np.float32)

def train(folder=None, every=10, model=None, **more):
    options = dict(steps=60, batch_size=16, learning_rate=0.1, validation=data(16, 1),
                   evaluate_every=15, chunk=8, devices=1, progress=False)
    if folder is not None:
        options["checkpoint"] = Checkpoints(folder, every=every)
    options.update(more)
    return fit(Line() if model is None else model, options.pop("data", data()), **options)
'''
exec(RUN)

KILLED = RUN + '''
import os, signal, sys
import orbax.checkpoint    # before the fork, which then costs little
folder, out, *moments = sys.argv[1:]

def kill_at(moment):
    """SIGKILL oneself at the given file operation on the folder."""
    seen = 0
    def hook(event, arguments):
        nonlocal seen
        if event in ("open", "os.mkdir", "os.rename", "os.rmdir", "os.remove"):
            if any(str(a).startswith(folder) for a in arguments):
                seen += 1
                if seen == moment:
                    os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(hook)

for moment in map(int, [*moments, 0]):
    child = os.fork()
    if child == 0:
        kill_at(moment)
        model, history = train(folder)
        np.savez(out, w=model.w[...], loss=history.loss, w0=history.metrics["w0"],
                 held_out=history.validation["loss"], best=history.best_step, resumed=history.resumed_at or 0)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    print(os.waitstatus_to_exitcode(status), *sorted(os.listdir(folder)), flush=True)
'''


def equal(a, b):
    """The same to the last bit: weights and what happened."""
    for x, y in zip(jax.tree.leaves(nnx.state(a[0])), jax.tree.leaves(nnx.state(b[0])), strict=True):
        np.testing.assert_array_equal(x, y)
    a, b = a[1], b[1]
    for x, y in ((a.metrics, b.metrics), (a.validation, b.validation)):
        assert set(x) == set(y)
        for name in x:
            np.testing.assert_array_equal(x[name], y[name])
    np.testing.assert_array_equal(a.loss, b.loss)
    np.testing.assert_array_equal(a.validation_steps, b.validation_steps)
    assert a.best_step == b.best_step
    return True


@pytest.fixture(scope="module")
def unbroken():
    return train()


@pytest.fixture
def stop_at(monkeypatch):
    """Have Ctrl-C come after so many steps."""

    def at(step):
        def update(self, text):
            if f" {step}/" in text:
                os.kill(os.getpid(), signal.SIGINT)

        monkeypatch.setattr(ProgressLine, "update", update)

    yield at


def steps(folder):
    return sorted(int(path.name[5:]) for path in Path(folder).glob("step_*"))


def test_writing_checkpoints_changes_nothing_and_the_last_few_are_kept(tmp_path, unbroken):
    assert equal(train(tmp_path), unbroken)
    assert steps(tmp_path) == [40, 50, 60]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["run.json", "step_40", "step_50", "step_60"]
    files = [p for p in tmp_path.rglob("*") if p.is_file()]
    assert not any(p.suffix in (".pkl", ".pickle") or p.read_bytes()[:1] == b"\x80" for p in files)


def test_ctrl_c_writes_a_checkpoint_and_the_run_goes_on_to_the_same_end(tmp_path, unbroken, stop_at):
    for step in (8, 30, 45):   # between checkpoints, at a checkpoint and evaluation, at an evaluation
        stop_at(step)
        _, history = train(tmp_path)
        assert history.stopped == "interrupted"
        assert steps(tmp_path)[-1] == history.steps
    stop_at(10**9)
    model, history = train(tmp_path)
    assert history.resumed_at == 45 and history.stopped == "finished"
    assert equal((model, history), unbroken)


def test_a_finished_run_is_handed_back_without_a_step(tmp_path, unbroken):
    train(tmp_path)
    again = train(tmp_path)
    assert again[1].resumed_at == 60
    assert equal(again, unbroken)


def test_by_the_clock(tmp_path):
    train(Checkpoints(tmp_path / "a", seconds=1e-9, last=100).folder, every=None)
    assert steps(tmp_path / "a") == [60]   # a minute is not over
    train(checkpoint=Checkpoints(tmp_path / "b", seconds=1e-9, last=100))
    assert steps(tmp_path / "b") == [8, 15, 23, 30, 38, 45, 53, 60]   # after every call


def test_the_clock_goes_from_the_last_checkpoint(tmp_path, monkeypatch):
    clock = iter((10.0, 39.0, 40.0, 41.0, 100.0))
    monkeypatch.setattr(checkpoints, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    store = checkpoints.Store(Checkpoints(tmp_path, seconds=30.0), {}, resume=True)
    found = [store.late(1) for _ in range(4)]
    store.close()
    assert found == [False, True, True, True]


def test_a_folder_is_gone_on_with_unless_it_must_be_new(tmp_path):
    run = {"steps": 3, "model": "a", "optimiser": "b"}
    for _ in range(2):
        checkpoints.Store(Checkpoints(tmp_path), run).close()
    with pytest.raises(CheckpointError, match="holds a run already"):
        checkpoints.Store(Checkpoints(tmp_path), run, resume=False)


def test_killed_in_the_middle_of_writing_it_ends_as_if_nothing_had_happened(tmp_path, unbroken):
    folder, out = tmp_path / "run", tmp_path / "out.npz"
    moments = [3, 20, 45, 70, 95, 130]
    script = tmp_path / "killed.py"
    script.write_text(KILLED)
    done = subprocess.run(
        [sys.executable, script, folder, out, *map(str, moments)],
        capture_output=True, text=True, timeout=300,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert done.returncode == 0, done.stderr
    lines = [line.split() for line in done.stdout.splitlines()]
    assert [line[0] for line in lines] == ["-9"] * len(moments) + ["0"], done.stderr
    half_written = [any("tmp" in name for name in line[1:]) for line in lines]
    assert sum(half_written) >= 2    # it was in the middle of writing
    assert not half_written[-1]      # and the next one clears it away
    found, (model, history) = np.load(out), unbroken
    assert found["resumed"] > 0
    np.testing.assert_array_equal(found["w"], model.w[...])
    np.testing.assert_array_equal(found["loss"], history.loss)
    np.testing.assert_array_equal(found["w0"], history.metrics["w0"])
    np.testing.assert_array_equal(found["held_out"], history.validation["loss"])
    assert found["best"] == history.best_step


def spoil(folder, part="weights"):
    """Cut the largest file of a part short."""
    largest = max((p for p in (folder / part).rglob("*") if p.is_file()), key=lambda p: p.stat().st_size)
    largest.write_bytes(largest.read_bytes()[: largest.stat().st_size // 2])


def test_a_damaged_checkpoint_is_set_aside_for_the_one_before(tmp_path, unbroken, stop_at):
    stop_at(30)
    train(tmp_path)
    stop_at(10**9)
    spoil(tmp_path / "step_30")
    with pytest.warns(UserWarning, match="step_30 cannot be read and is set aside"):
        resumed = train(tmp_path)
    assert resumed[1].resumed_at == 20
    assert equal(resumed, unbroken)
    assert (tmp_path / "damaged_step_30").is_dir()


def test_when_none_can_be_read_nothing_is_touched(tmp_path):
    train(tmp_path)
    for step in steps(tmp_path):
        spoil(tmp_path / f"step_{step}")
    with pytest.raises(CheckpointError, match="no checkpoint in .* can be read"):
        train(tmp_path)
    assert steps(tmp_path) == [40, 50, 60]


@pytest.fixture(scope="module")
def ten(tmp_path_factory):
    """A folder with a run of ten steps."""
    folder = tmp_path_factory.mktemp("ten")
    train(folder, steps=10)
    return folder


class Cubic(Line):
    """The same weights, another loss."""

    def loss(self, batch, key):
        value, metrics = super().loss(batch, key)
        return value**1.5, metrics


@pytest.mark.parametrize(
    "more, words",
    [
        (dict(seed=1), "seed: 0 there, 1 here"),
        (dict(batch_size=32), "batch_size: 16 there, 32 here"),
        (dict(learning_rate=0.2), "learning_rate: 0.1 there, 0.2 here"),
        (dict(weight_decay=0.1), "weight_decay: 0.0 there, 0.1 here"),
        (dict(clip=None), "clip: 1.0 there, None here"),
        (dict(ema=0.9), "ema: 0.995 there, 0.9 here"),
        (dict(keep="last"), "keep: best there, last here"),
        (dict(evaluate_every=5), "evaluate_every: 15 there, 5 here"),
        (dict(optimiser=optax.sgd(0.1)), "optimiser given: False there, True here"),
        (dict(data=data(63)), r"the data: float32\[64,3\].* there, float32\[63,3\].* here"),
        (dict(data=data(64, 5)), "the data: .*checksum"),
        (dict(validation=data(16, 2)), "the held-out data: .*checksum"),
        (dict(validation=None), "evaluate_every: 15 there, None here\n  the held-out data: .*, None here"),
        (dict(model=Line(seed=1)), "the weights that training starts from"),
        (dict(model=Line(scale=0.2)), "what the model's loss computes"),
        (dict(model=Cubic()), "what the model's loss computes"),
        (dict(model=nnx.Dict(w=nnx.Param(jnp.zeros(4))), loss=lambda m, b, k: (m.w[0], {"w0": m.w[0]})),
         r"the model's weights: w.value is float32\[3\] there, float32\[4\] here"),
    ],
)
def test_another_run_is_refused_and_it_says_what_differs(ten, more, words):
    before = sorted(p for p in ten.rglob("*"))
    with pytest.raises(CheckpointError, match=f"holds another run, which differs in\n  {words}"):
        train(ten, **{"steps": 10, **more})
    assert sorted(p for p in ten.rglob("*")) == before


def test_how_it_is_computed_may_differ(ten):
    again = train(ten, steps=10, chunk=3, scan=False, every=1)
    assert again[1].resumed_at == 10


def test_with_an_optimiser_of_ones_own_a_run_may_be_made_longer(tmp_path):
    rules = [optax.adam(0.1) for _ in range(3)]
    long = train(optimiser=rules[0])
    train(tmp_path, optimiser=rules[1], steps=25, evaluate_every=None)
    with warnings.catch_warnings(action="error"):
        longer = train(tmp_path, optimiser=rules[2])
    assert longer[1].resumed_at == 25
    np.testing.assert_array_equal(longer[0].w[...], long[0].w[...])
    with pytest.raises(CheckpointError, match="what the optimiser computes"):
        train(tmp_path, optimiser=optax.adam(0.2))
    with pytest.raises(CheckpointError, match="come to step 60, beyond the 40 asked for"):
        train(tmp_path, optimiser=rules[2], steps=40)


def test_training_longer_goes_on_and_says_what_that_means(tmp_path, unbroken):
    """Without evaluate_every, whose default is a tenth of the steps."""
    plain = {"evaluate_every": None, "every": 7}
    first, _ = train(tmp_path, steps=20, **plain)
    with pytest.warns(UserWarning, match="a run of 20 steps goes on from step 20; .* learning rate is that of the longer run"):
        longer, history = train(tmp_path, steps=33, **plain)
    assert history.resumed_at == 20 and history.steps == 33 and history.stopped == "finished"
    assert history.validation_steps.tolist() == [*range(2, 21, 2), *range(21, 34, 3)]
    assert not np.array_equal(longer.w[...], first.w[...])
    assert json.loads((tmp_path / "run.json").read_text())["steps"] == 33
    # stopped on the way it ends as if nothing had happened, and nothing is said twice
    (tmp_path / "step_33").rename(tmp_path.parent / "gone")
    again, history = train(tmp_path, steps=33, **plain)
    assert history.resumed_at == 28
    np.testing.assert_array_equal(again.w[...], longer.w[...])
    with pytest.raises(CheckpointError, match="come to step 33, beyond the 20 asked for"):
        train(tmp_path, steps=20, **plain)
    assert json.loads((tmp_path / "run.json").read_text())["steps"] == 33


def test_another_run_is_refused_when_it_is_longer_too(ten):
    with pytest.raises(CheckpointError, match="differs in\n  seed: 0 there, 1 here\n"):
        train(ten, steps=20, seed=1)


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "run").write_text("")
    with pytest.raises(CheckpointError, match="run is a file; a folder for the checkpoints is wanted"):
        train(tmp_path / "run")
    with pytest.raises(CheckpointError, match="run is a file"):
        restore(Line(), tmp_path / "run")


def test_an_optimiser_that_draws_goes_on_with_its_draws(tmp_path):
    def rule():
        return optax.chain(optax.add_noise(0.1, 0.5, key=jax.random.key(3)), optax.sgd(0.05))

    train(tmp_path, optimiser=rule(), steps=25)
    np.testing.assert_array_equal(
        train(tmp_path, optimiser=rule())[0].w[...], train(optimiser=rule())[0].w[...]
    )


def test_a_folder_that_is_in_use_is_left_alone(ten, tmp_path):
    with pytest.raises(CheckpointError, match="holds a run already; resume=True goes on"):
        train(ten, steps=10, resume=False)
    (tmp_path / "1").mkdir()
    with pytest.raises(CheckpointError, match="holds other things than a run of fit"):
        train(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["1"]
    (ten / "run.json").rename(tmp_path / "aside")
    (ten / "run.json").write_text("{")
    with pytest.raises(CheckpointError, match="run.json is damaged"):
        train(ten, steps=10)
    (tmp_path / "aside").rename(ten / "run.json")


def test_killed_while_it_made_the_folder(tmp_path):
    (tmp_path / "run.json.part").write_text('{"seed"')
    (tmp_path / ".vdmlib-1.part").write_text('{"seed"')  # as this version names it
    (tmp_path / ".DS_Store").write_text("")              # what a file browser leaves
    train(tmp_path, steps=2)
    assert json.loads((tmp_path / "run.json").read_text())["seed"] == 0


def test_a_nan_names_the_last_good_checkpoint_which_brings_the_weights_back(tmp_path):
    class Trap(nnx.Module):
        def __init__(self):
            self.w = nnx.Param(jnp.ones(()))

        def loss(self, batch, key):
            return jnp.where(self.w[...] < 0.55, jnp.nan, self.w[...]), {}

    options = dict(steps=50, optimiser=optax.sgd(0.1), batch_size=4, ema=0, devices=1, progress=False)
    numbers = np.zeros((4, 1), np.float32)
    with pytest.raises(TrainingDiverged, match=r"at step 6; .*last good checkpoint is .*step_4") as caught:
        fit(Trap(), numbers, checkpoint=Checkpoints(tmp_path, every=2), **options)
    assert steps(tmp_path) == [2, 4]
    assert caught.value.checkpoint == str(tmp_path / "step_4")
    np.testing.assert_allclose(restore(Trap(), tmp_path).w[...], 0.6, rtol=1e-6)
    with pytest.raises(TrainingDiverged, match="at step 6"):   # the same run comes to the same end
        fit(Trap(), numbers, checkpoint=Checkpoints(tmp_path, every=2), **options)


def test_restore(tmp_path, unbroken):
    worse = dict(validation=(data(16, 1)[0], -data(16, 1)[1]))   # the better the fit, the worse
    model, history = train(tmp_path, ema=0.5, **worse)
    last, _ = train(ema=0.5, keep="last", **worse)
    assert history.best_step == 15 and 15 not in steps(tmp_path)
    assert equal(train(tmp_path, ema=0.5, **worse), (model, history))   # the best comes back with a resume
    np.testing.assert_array_equal(restore(Line(5), tmp_path).w[...], model.w[...])
    np.testing.assert_array_equal(restore(Line(5), tmp_path, which="mean").w[...], last.w[...])
    plain, _ = train(ema=0, keep="last")
    np.testing.assert_array_equal(restore(Line(5), tmp_path, which="weights").w[...], plain.w[...])
    shorter, _ = train(ema=0, keep="last", evaluate_every=50)
    assert not np.array_equal(restore(Line(), tmp_path, step=50, which="weights").w[...], plain.w[...])
    found = evaluate(restore(Line(), tmp_path), worse["validation"])["loss"]
    np.testing.assert_allclose(found, history.validation["loss"].min(), rtol=1e-5)


def test_restore_says_what_there_is(ten, tmp_path):
    with pytest.raises(CheckpointError, match=r"no checkpoint of step 7; there are \[10\]"):
        restore(Line(), ten, step=7)
    with pytest.raises(CheckpointError, match="holds no run of fit"):
        restore(Line(), tmp_path)
    with pytest.raises(CheckpointError, match=r"another model; .*w.value is float32\[3\] there"):
        restore(nnx.Dict(w=nnx.Param(jnp.zeros(4))), ten)
    with pytest.raises(ValueError, match="which must be one of best, mean, weights"):
        restore(Line(), ten, which="first")


@pytest.mark.parametrize("text", ["[]", "3", "null", "{}", '{"name": "of another tool"}', '{"steps": 3, "model": {}}'])
def test_what_another_tool_wrote_is_no_run(ten, tmp_path, text):
    folder = tmp_path / "run"
    shutil.copytree(ten, folder)
    (folder / "run.json").write_text(text)
    for call in (lambda: train(folder, steps=10), lambda: restore(Line(), folder)):
        with pytest.raises(CheckpointError, match="run.json is not of a run of fit"):
            call()
    assert steps(folder) == [10]


@pytest.fixture(scope="module")
def of_four(tmp_path_factory):
    """A folder with a run of ten steps of a model of four weights."""
    class Wide(Line):
        def __init__(self):
            self.w, self.scale = nnx.Param(jnp.zeros(4)), 0.1

        def loss(self, batch, key):
            return jnp.mean(jnp.square(batch[1] - batch[0] @ self.w[:3])), {"w0": self.w[0]}

    folder = tmp_path_factory.mktemp("four")
    train(folder, model=Wide(), steps=10)
    return folder


def test_a_checkpoint_of_another_model_put_among_ones_own_is_found_out(of_four, tmp_path, unbroken, stop_at):
    """Orbax alone would cut its arrays to the size that is wanted."""
    stop_at(30)
    train(tmp_path)
    stop_at(10**9)
    shutil.rmtree(tmp_path / "step_30")
    shutil.copytree(of_four / "step_10", tmp_path / "step_30")
    with pytest.raises(CheckpointError, match=r"step_30 cannot be read: w.value is \[4\] there, \[3\] here; there are \[10, 20, 30\]"):
        restore(Line(), tmp_path)
    with pytest.warns(UserWarning, match="step_30 cannot be read and is set aside"):
        assert equal(train(tmp_path), unbroken)


def test_restore_from_a_damaged_checkpoint_says_so(ten, tmp_path):
    folder = tmp_path / "run"
    shutil.copytree(ten, folder)
    spoil(folder / "step_10")
    with pytest.raises(CheckpointError, match=r"step_10 cannot be read: .*; there are \[10\]"):
        restore(Line(), folder, which="weights")
    for part in (folder / "step_10").iterdir():
        shutil.rmtree(part) if part.is_dir() else part.unlink()
    with pytest.raises(CheckpointError, match=r"step 10 has no 'weights'; there are \[\]"):
        restore(Line(), folder)


@pytest.mark.parametrize(
    "options, words",
    [
        (dict(every=0), "every must be a whole number of at least 1, given 0"),
        (dict(seconds=0), "seconds must be above 0, given 0"),
        (dict(last=None), "last must be a whole number of at least 1, given None"),
        (dict(every="often"), "every must be a whole number of at least 1, given 'often'"),
        (dict(folder=3), "folder must be a path, given 3"),
    ],
)
def test_options_of_checkpoints(options, words):
    with pytest.raises(ValueError, match=words):
        Checkpoints(**{"folder": "run", **options})
