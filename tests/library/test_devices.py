"""Many devices and many hosts: the same call, the same losses."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import jax
import numpy as np
import pytest

from vdmlib import fit
from vdmlib.training.devices import Devices

MODEL = '''
import json, sys, warnings
warnings.simplefilter("error")
import jax, jax.numpy as jnp, numpy as np
from flax import nnx

class Net(nnx.Module):
    """A small network that draws noise, as the book's models do."""
    def __init__(self, seed=0):
        self.inner = nnx.Linear(3, 8, rngs=nnx.Rngs(seed))
        self.outer = nnx.Linear(8, 1, rngs=nnx.Rngs(seed + 1))
    def loss(self, batch, key):
        x, y = batch
        noisy = x + 0.1 * jax.random.normal(key, x.shape)
        error = y - self.outer(jax.nn.tanh(self.inner(noisy)))[:, 0]
        return jnp.mean(jnp.square(error)), {"largest": jnp.max(jnp.abs(error))}

def data(count, seed=0):
    x = np.random.default_rng(seed).normal(size=(count, 3)).astype(np.float32)
    return x, np.sin(x).sum(axis=1)

OPTIONS = dict(steps=24, batch_size=16, learning_rate=0.05, chunk=10, validation=data(21, 1),
               evaluate_every=7)

def told(model, history):
    return {"loss": history.loss.tolist(), "largest": history.metrics["largest"].tolist(),
            "held_out": history.validation["loss"].tolist(), "bias": model.outer.bias[...].tolist(),
            "resumed": history.resumed_at,
            "devices": sorted({d.id for leaf in jax.tree.leaves(nnx.state(model)) for d in leaf.devices()})}
'''
exec(MODEL.replace('warnings.simplefilter("error")', ""))

EIGHT = MODEL + '''
from vdmlib import fit
found = {"there": len(jax.devices())}
for name, more in {"eight": {}, "listed": dict(devices=jax.devices()[4:]),
                   "apart": dict(scan=False)}.items():
    found[name] = told(*fit(Net(), data(64), progress=False, **OPTIONS, **more))
for name, more in {"uneven": dict(batch_size=20), "few": dict(batch_size=4), "many": dict(devices=9)}.items():
    try:
        fit(Net(), data(64), **{**OPTIONS, **more})
    except ValueError as error:
        found[name] = str(error)
print(json.dumps(found))
'''

HOST = MODEL + '''
rank, port, folder = int(sys.argv[1]), sys.argv[2], sys.argv[3]
jax.distributed.initialize(f"127.0.0.1:{port}", 2, rank)
from vdmlib import Checkpoints, fit
keep = dict(checkpoint=Checkpoints(folder, every=5, seconds=None))
found = {"there": len(jax.devices()), "whole": told(*fit(Net(), data(64), **OPTIONS, **keep))}
found["again"] = told(*fit(Net(), data(64), **OPTIONS, **keep, progress=False))
try:
    fit(Net(rank), data(64, seed=rank), **OPTIONS)
except ValueError as error:
    found["unlike"] = str(error)
try:
    fit(Net(), data(64), devices=1, **OPTIONS)
except ValueError as error:
    found["one"] = str(error)
print(json.dumps(found))
'''


def start(code, *arguments, devices=1):
    root = Path(__file__).parents[2]
    environment = {
        **os.environ, "JAX_PLATFORMS": "cpu", "PYTHONPATH": str(root),
        "XLA_FLAGS": f"--xla_force_host_platform_device_count={devices}",
    }
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)], env=environment, cwd=root,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )


def finish(process):
    out, err = process.communicate(timeout=240)
    assert process.returncode == 0, err
    return json.loads(out.splitlines()[-1]), err


@pytest.fixture(scope="module")
def one():
    return told(*fit(Net(), data(64), devices=1, progress=False, **OPTIONS))


@pytest.fixture(scope="module")
def eight():
    return finish(start(EIGHT, devices=8))[0]


@pytest.fixture(scope="module")
def hosts(tmp_path_factory):
    """What two processes on loopback say, of two devices each."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("hosts") / "run"
    processes = [start(HOST, rank, port, folder, devices=2) for rank in (0, 1)]
    try:
        return [*map(finish, processes)], folder
    finally:
        for process in processes:
            process.kill()


def near(found, wanted):
    for name in ("loss", "largest", "held_out", "bias"):
        np.testing.assert_allclose(found[name], wanted[name], rtol=2e-4, atol=1e-5)
    assert wanted["loss"][-1] < 0.5 * wanted["loss"][0]


@pytest.mark.parametrize("way", ["eight", "listed", "apart"])
def test_many_devices_have_the_losses_of_one(eight, one, way):
    assert eight["there"] == 8
    near(eight[way], one)
    assert len(eight[way]["devices"]) == 1   # the model that is handed back lies on one


def test_a_batch_that_cannot_be_shared_out_is_refused(eight):
    assert "batch_size 20 cannot be shared out evenly among 8 devices; take 16 or 24" in eight["uneven"]
    assert "take 8, or devices=1" in eight["few"]
    row = Devices(1)
    row.count = 2
    for size, near in ((15, "14, or devices=1"), (1, "devices=1")):   # the data has no more
        with pytest.raises(ValueError, match=f"evenly among 2 devices; take {near}$"):
            row.check(size, size)
    assert "devices must lie in 1 … 8, what there is, or be a list of them, given 9" in eight["many"]


def test_two_hosts_have_the_losses_of_one(hosts, one):
    (first, _), (second, _) = hosts[0]
    assert first["there"] == second["there"] == 4
    assert first["whole"]["loss"] == second["whole"]["loss"]
    assert first["whole"]["bias"] == second["whole"]["bias"]
    near(first["whole"], one)


def test_the_first_host_alone_shows_progress(hosts):
    (_, first), (_, second) = hosts[0]
    assert "step 24/24" in first and "step" not in second


def test_hosts_write_one_checkpoint_that_one_host_can_go_on_from(hosts, one):
    ((first, _), (second, _)), folder = hosts
    assert first["again"]["resumed"] == second["again"]["resumed"] == 24
    assert first["again"]["loss"] == first["whole"]["loss"]
    assert sorted(p.name for p in folder.iterdir()) == ["run.json", "step_15", "step_20", "step_24"]
    for path in (folder / "step_24", folder / "step_20"):   # go on from 15, on another number of devices
        path.rename(folder.parent / path.name)
    resumed = told(*fit(Net(), data(64), checkpoint=folder, devices=1, progress=False, **OPTIONS))
    assert resumed["resumed"] == 15
    near(resumed, one)


def test_hosts_that_were_told_different_things_are_stopped(hosts):
    for found, _ in hosts[0]:
        assert found["unlike"] == "fit: the hosts were given different things: start, data"
        assert "at least one of each host's devices" in found["one"]


def test_devices_here():
    with pytest.raises(ValueError, match=f"devices must lie in 1 … {len(jax.devices())}"):
        fit(Net(), data(64), devices=0, **OPTIONS)
