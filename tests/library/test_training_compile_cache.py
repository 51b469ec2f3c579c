"""The cache of compiled programs: private, found again, and never in the user's way."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from vdmlib.runtime import programs
from vdmlib.runtime.programs import private_folder

posix = pytest.mark.skipif(os.name != "posix", reason="access lists make folders private there")

CHILD = '''
import json, os, sys, warnings
import jax, jax.numpy as jnp, numpy as np
from flax import nnx
from vdmlib import fit, use_compile_cache

class Line(nnx.Module):
    def __init__(self):
        self.w = nnx.Param(jnp.zeros(2))
    def loss(self, batch, key):
        return jnp.mean(jnp.square(batch - self.w[...])), {}

def told(before=None, **more):
    """In a process of its own, forked: what fit does to JAX's cache, and what it finds there."""
    out, into = os.pipe()
    if os.fork() == 0:
        found = {"hits": 0, "misses": 0}
        def listen(event, **_):
            for name in found:
                if event == f"/jax/compilation_cache/cache_{name}" and isinstance(found[name], int):
                    found[name] += 1
        jax.monitoring.register_event_listener(listen)
        if before:
            before()
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            model, history = fit(Line(), np.ones((8, 2), np.float32), steps=20, batch_size=8,
                                 learning_rate=0.1, devices=1, progress=False, **more)
        found.update(folder=jax.config.jax_compilation_cache_dir, loss=history.loss.tolist(),
                     warned=[str(w.message) for w in caught if "compiled programs" in str(w.message)])
        os.write(into, json.dumps(found).encode())
        os._exit(0)
    os.close(into)
    with os.fdopen(out) as pipe:
        text = pipe.read()
    os.wait()
    return json.loads(text)

def late():
    jax.jit(lambda x: x + 1)(1.0)   # JAX has compiled something without a cache

def own():
    jax.config.update("jax_compilation_cache_dir", os.environ["OWN"])

def named():
    os.environ["VDMLIB_COMPILE_CACHE"] = os.environ["OWN"]

def off():
    os.environ["VDMLIB_COMPILE_CACHE"] = "off"

def open_to_others():
    os.environ["XDG_CACHE_HOME"] = os.environ["OPEN"]

print(json.dumps({
    "first": told(late), "second": told(late), "own": told(own), "named": told(named), "off": told(off),
    "no": told(compile_cache=False), "open": told(open_to_others)}))
'''


@pytest.fixture(scope="module")
def children(tmp_path_factory):
    folder = tmp_path_factory.mktemp("caches")
    for name in ("home", "own", "open"):
        (folder / name).mkdir(mode=0o700)
    (folder / "open").chmod(0o777)
    environment = {
        **os.environ, "XDG_CACHE_HOME": str(folder / "home"), "OWN": str(folder / "own"),
        "OPEN": str(folder / "open"), "JAX_PLATFORMS": "cpu",
    }
    for name in ("VDMLIB_COMPILE_CACHE", "JAX_COMPILATION_CACHE_DIR"):
        environment.pop(name, None)
    done = subprocess.run(
        [sys.executable, "-c", CHILD], env=environment, capture_output=True, text=True, timeout=240,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), folder


linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="forks, and reads XDG_CACHE_HOME")


@linux
def test_the_second_run_compiles_nothing(children):
    found, folder = children
    first, second = found["first"], found["second"]
    assert Path(first["folder"]).is_relative_to(folder / "home" / "vdmlib" / "compiled")
    assert first["misses"] > 0
    assert second["hits"] > 0 and second["misses"] == 0
    assert second["loss"] == first["loss"]   # and it is the same to the last bit


@linux
def test_the_folder_is_private(children):
    found, folder = children
    path = Path(found["first"]["folder"])
    while path != folder / "home":
        assert path.stat().st_mode & 0o777 == 0o700
        path = path.parent


@linux
def test_a_cache_of_ones_own_is_left_alone(children):
    found, folder = children
    assert found["own"]["folder"] == found["named"]["folder"] == str(folder / "own")


@linux
def test_it_can_be_switched_off(children):
    assert children[0]["off"]["folder"] is None and children[0]["no"]["folder"] is None


@linux
def test_where_others_can_write_there_is_none(children):
    found, folder = children
    assert found["open"]["folder"] is None
    (words,) = found["open"]["warned"]
    assert "can be written to by others" in words
    assert found["open"]["loss"] == found["first"]["loss"]


@posix
@pytest.mark.parametrize("mode", [0o770, 0o707, 0o1777])
def test_a_folder_that_others_can_write_to_is_refused(tmp_path, mode):
    open_to_others = tmp_path / "open"
    open_to_others.mkdir()
    open_to_others.chmod(mode)
    with pytest.raises(PermissionError, match="open can be written to by others; close it with chmod go-w"):
        private_folder(open_to_others)


@posix
def test_a_folder_that_others_could_replace_is_refused(tmp_path):
    above = tmp_path / "above"
    above.mkdir()
    above.chmod(0o777)
    with pytest.raises(PermissionError, match="above can be written to"):
        private_folder(above / "mine")
    above.chmod(0o1777)   # as /tmp is: each keeps his own
    assert private_folder(above / "mine").stat().st_mode & 0o777 == 0o700


@posix
def test_a_link_is_followed_before_it_is_judged(tmp_path):
    open_to_others = tmp_path / "open"
    open_to_others.mkdir()
    open_to_others.chmod(0o777)
    (tmp_path / "link").symlink_to(open_to_others)
    with pytest.raises(PermissionError):
        private_folder(tmp_path / "link")


def test_the_oldest_programs_go_when_there_are_too_many(tmp_path, monkeypatch):
    monkeypatch.setattr(programs, "LARGEST", 25)
    for age, name in enumerate(("new", "old", "oldest")):
        (tmp_path / name).write_bytes(bytes(10))
        os.utime(tmp_path / name, (1e9 - age, 1e9 - age))
    programs._trim(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["new", "old"]
