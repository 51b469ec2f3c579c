"""Faults from outside: killed at any time, a full disk, caches that cannot be written, a proxy that answers for others."""

import json
import os
import random
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import jax
import numpy as np
import pytest

from vdmlib import CheckpointError, DataError, mnist, use_compile_cache
from vdmlib.training import steps as training_steps

RUN = """
import jax, jax.numpy as jnp, numpy as np
from flax import nnx
from vdmlib import Checkpoints, fit

class Line(nnx.Module):
    def __init__(self):
        self.w = nnx.Param(jnp.zeros(3))
    def loss(self, batch, key):
        x, y = batch
        x = x + 0.1 * jax.random.normal(key, x.shape)
        return jnp.mean(jnp.square(y - x @ self.w[...])), {"w0": self.w[0]}

def data(count=64, seed=0):
    x = np.random.default_rng(seed).normal(size=(count, 3)).astype(np.float32)
    return x, x @ np.array([1, -2, 3], np.float32)

def train(folder=None, **more):
    options = dict(steps=120, batch_size=16, learning_rate=0.1, validation=data(16, 1), evaluate_every=30,
                   chunk=5, devices=1, progress=False)
    if folder is not None:
        options["checkpoint"] = Checkpoints(folder, every=5)
    return fit(Line(), data(), **options | more)
"""
exec(RUN)

KILLED = RUN + """
import json, os, random, shutil, signal, sys, time
import orbax.checkpoint    # before the fork, which then costs little
root, times, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
draw = random.Random(seed)

def ended(folder, out, after=None):
    \"\"\"Train in a process of its own, killed after so many seconds; how it ended, and in how long.\"\"\"
    begun, child = time.perf_counter(), os.fork()
    if child == 0:
        model, history = train(folder)
        np.savez(out, w=model.w[...], loss=history.loss, held_out=history.validation["loss"], best=history.best_step)
        os._exit(0)
    while (found := os.waitpid(child, os.WNOHANG)) == (0, 0):
        if after is not None and time.perf_counter() - begun > after:
            os.kill(child, signal.SIGKILL)
        time.sleep(0.005)
    return os.waitstatus_to_exitcode(found[1]), time.perf_counter() - begun

begun = time.perf_counter()
code, long = ended(f"{root}/unbroken", f"{root}/unbroken.npz")
assert code == 0
killed = unlike = resumed = 0
while killed < times:
    folder, out = f"{root}/run{killed}", f"{root}/run{killed}.npz"
    code, took = ended(folder, out, after=draw.uniform(0, long))
    if code == 0:    # it was quicker
        shutil.rmtree(folder)
        long = took
        continue
    killed += 1
    resumed += os.path.isdir(folder) and any(name.startswith("step_") for name in os.listdir(folder))
    assert ended(folder, out)[0] == 0, folder
    assert not any("tmp" in name or "part" in name for name in os.listdir(folder))
    one, two = np.load(f"{root}/unbroken.npz"), np.load(out)
    unlike += not all(np.array_equal(one[name], two[name]) for name in one)
seconds = round(time.perf_counter() - begun)
print(json.dumps(dict(seed=seed, killed=killed, checkpoint=resumed, same=killed - unlike, run=round(long, 1), seconds=seconds)))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked, which this system does not do")
@pytest.mark.parametrize("times", [3, pytest.param(50, marks=pytest.mark.weekly)])
def test_killed_at_any_time_a_run_comes_to_the_same_weights(times, tmp_path):
    script, seed = tmp_path / "killed.py", random.randrange(10**6)
    script.write_text(KILLED)
    done = subprocess.run(
        [sys.executable, script, tmp_path, str(times), str(seed)], capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "VDMLIB_COMPILE_CACHE": str(tmp_path / "cache")},
    )
    assert done.returncode == 0, f"seed {seed}: {done.stderr}"
    print(done.stdout)    # for tools/faults.py
    found = json.loads(done.stdout)
    assert found["killed"] == found["same"] == times, f"seed {seed}"


def test_when_the_disk_fills_the_last_whole_checkpoint_stays_and_the_run_goes_on_from_it(tmp_path, small_disk):
    folder = tmp_path / "run"
    with small_disk(800), pytest.raises(CheckpointError, match=r"step \d+ cannot be written to .*run: .*step_\d+ is whole, and the same"):
        train(folder)
    whole = sorted(int(path.name[5:]) for path in folder.glob("step_*") if path.name[5:].isdigit())
    assert whole
    model, history = train(folder)
    assert history.resumed_at == whole[-1] and not list(folder.glob("*tmp*"))
    np.testing.assert_array_equal(model.w[...], train()[0].w[...])


def test_when_nothing_can_be_written_it_says_so_and_leaves_nothing(tmp_path, small_disk):
    with small_disk(10), pytest.raises(CheckpointError, match="run.json cannot be written: .*File too large"):
        train(tmp_path / "run", steps=5)
    assert list((tmp_path / "run").iterdir()) == []
    (tmp_path / "file").write_text("")
    with pytest.raises(CheckpointError, match="run.json cannot be read: .*Not a directory"):
        train(tmp_path / "file" / "run", steps=5)


def test_a_cache_of_programs_that_is_full_or_gone_changes_nothing(tmp_path, monkeypatch, small_disk):
    wanted = train(steps=10)[0].w[...]
    before = jax.config.jax_compilation_cache_dir
    for folder, limit in ((tmp_path / "full", 10), (tmp_path / "gone" / "below", 10**9)):
        if folder.name == "below":
            folder.parent.write_text("a file")    # as where a folder is read-only, for the superuser too
        monkeypatch.setattr(training_steps, "_PROGRAMS", {})
        jax.config.update("jax_compilation_cache_dir", str(folder))
        jax.clear_caches()
        try:
            with small_disk(limit):
                np.testing.assert_array_equal(train(steps=10)[0].w[...], wanted)
        finally:
            jax.config.update("jax_compilation_cache_dir", before)


def test_a_default_cache_that_cannot_be_made_is_left_out_with_a_warning(tmp_path, monkeypatch):
    (tmp_path / "home").write_text("a file")
    for name in ("HOME", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.delenv("VDMLIB_COMPILE_CACHE", raising=False)
    before = jax.config.jax_compilation_cache_dir
    jax.config.update("jax_compilation_cache_dir", None)
    try:
        with pytest.warns(UserWarning, match="compiled programs are not kept"):
            train(steps=5)
    finally:
        jax.config.update("jax_compilation_cache_dir", before)


def test_where_nobody_says_where_home_is(monkeypatch):
    """A container's user without a name has none."""
    def nowhere():
        raise RuntimeError("Could not determine home directory.")

    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA", "VDMLIB_COMPILE_CACHE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", nowhere)
    before = jax.config.jax_compilation_cache_dir
    jax.config.update("jax_compilation_cache_dir", None)
    try:
        with pytest.warns(UserWarning, match="compiled programs are not kept: Could not determine home"):
            assert use_compile_cache() is None
    finally:
        jax.config.update("jax_compilation_cache_dir", before)


class SignIn(BaseHTTPRequestHandler):
    """Answers every request, as the network of a hotel does, with a page that says all is well."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>Please sign in</title>")

    def log_message(self, *_):
        pass


def test_a_proxy_that_answers_in_html_is_found_out(tmp_path, monkeypatch):
    proxy = ThreadingHTTPServer(("127.0.0.1", 0), SignIn)
    threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.server_port}")
    with pytest.raises(DataError, match="(?s)could not be fetched.*not such an IDX file"):
        mnist(tmp_path, download=True, mirrors=["http://mirror.example/mnist/"])
    assert os.listdir(tmp_path) == []
    proxy.shutdown()
    proxy.server_close()
