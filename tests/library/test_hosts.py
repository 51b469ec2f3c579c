"""Two processes train together, one of them is killed, and the same command goes on: the run book of the page “Scale”."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

HOST = '''
import json, os, pathlib, signal, sys, threading, time
import jax, numpy as np
rank, address, folder, blow = int(sys.argv[1]), sys.argv[2], pathlib.Path(sys.argv[3]), sys.argv[4]
jax.distributed.initialize(address, 2, rank, heartbeat_timeout_seconds=10)
from vdmlib import VAE, Checkpoints, fit

def watch():
    """A signal to this process, once a checkpoint is there and training has gone on."""
    while not (folder / "step_20").is_dir():
        time.sleep(0.001)
    os.kill(os.getpid(), getattr(signal, blow))

if blow:
    threading.Thread(target=watch, daemon=True).start()
images = np.random.default_rng(0).integers(0, 4, (64, 2, 2)).astype(np.uint8)
start = VAE((2, 2), 4, latent=1, width=8)
options = dict(steps=120, batch_size=16, chunk=5, progress=False, compile_cache=False)
model, history = fit(start, images, checkpoint=Checkpoints(folder, every=10), **options)
if history.stopped != "finished":
    print(json.dumps({"stopped": history.stopped, "steps": history.steps}))
    sys.exit()
unbroken, whole = fit(start, images, **options)
same = all(map(np.array_equal, *(jax.tree.leaves(m) for m in (model, unbroken))))
print(json.dumps({"resumed": history.resumed_at, "same": same and history.loss.tolist() == whole.loss.tolist()}))
'''


def together(folder, rank=None, blow=""):
    """Both processes, as two hosts would start them, one of which gets the signal; how each ended, and what it said."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    root = Path(__file__).parents[2]
    environment = {**os.environ, "JAX_PLATFORMS": "cpu", "PYTHONPATH": str(root)}
    both = [
        subprocess.Popen([sys.executable, "-c", HOST, str(one), address, str(folder), blow if one == rank else ""], env=environment, cwd=root,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for one in (0, 1)
    ]
    try:
        return [(process.communicate(timeout=400), process.returncode) for process in both]
    finally:
        for process in both:
            process.kill()


def goes_on(folder):
    """The same command ends as a run that nobody disturbed."""
    for (out, err), code in together(folder):
        assert code == 0, err
        found = json.loads(out.splitlines()[-1])
        assert found["same"] and found["resumed"] >= 20


@pytest.mark.weekly
@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize("dies", [0, 1])
def test_when_a_host_dies_the_other_ends_and_the_same_command_goes_on(dies, tmp_path):
    folder = tmp_path / "run"
    ended = together(folder, dies, "SIGKILL")  # as if its machine had lost its power
    assert all(code != 0 for _, code in ended)  # none hangs, and none takes itself for finished
    assert not (folder / "step_120").exists()
    goes_on(folder)


@pytest.mark.weekly
@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is another thing there")
def test_ctrl_c_on_one_host_stops_both_with_a_checkpoint(tmp_path):
    folder = tmp_path / "run"
    steps = set()
    for (out, err), code in together(folder, 1, "SIGINT"):
        assert code == 0, err
        found = json.loads(out.splitlines()[-1])
        assert found["stopped"] == "interrupted"
        steps.add(found["steps"])
    (reached,) = steps
    assert 20 <= reached < 120 and (folder / f"step_{reached}").is_dir()
    goes_on(folder)
