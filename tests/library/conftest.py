"""Strict numerics for all tests of the library: shapes must be equal, not broadcast by accident."""

import contextlib
import os
import sys
from pathlib import Path

import jax
import pytest
from jax.experimental.compilation_cache import compilation_cache

from vdmlib.runtime.programs import settings

os.environ.setdefault("VDMLIB_COMPILE_CACHE", "off")  # tests write nothing into the user's caches


@pytest.fixture(autouse=True, scope="module")
def quickly_compiled(request):
    """Most of these tests' time is compiling; the weekly run compiles as readers' machines do."""
    before = jax.config.read("jax_disable_most_optimizations")
    jax.config.update("jax_disable_most_optimizations", not request.config.getoption("--weekly"))
    yield
    jax.config.update("jax_disable_most_optimizations", before)


@pytest.fixture(autouse=True, scope="module")
def compiled_once_in_a_run():
    """What another test, or the other worker, has compiled is not compiled again."""
    wanted = settings(Path(os.environ["DIFFUSION_DERIVED_TESTS_COMPILED"]))
    before = {name: getattr(jax.config, name) for name in wanted}
    keep_compiled(wanted)
    yield
    keep_compiled(before)


def keep_compiled(how):
    """Give JAX these settings of its cache; it looks for one only once by itself."""
    for name, value in how.items():
        jax.config.update(name, value)
    compilation_cache.reset_cache()


@pytest.fixture(autouse=True)
def so_do_other_processes(quickly_compiled, monkeypatch):
    """A run that goes on in another process comes to the same weights."""
    monkeypatch.setenv("JAX_DISABLE_MOST_OPTIMIZATIONS", str(jax.config.read("jax_disable_most_optimizations")))


@pytest.fixture(autouse=True)
def strict_shapes():
    """Arrays of different rank may not meet."""
    with jax.numpy_rank_promotion("raise"):
        yield


@pytest.fixture
def double():
    """64-bit numbers, for comparisons with closed forms."""
    with jax.enable_x64(True):
        yield


@pytest.fixture
def small_disk():
    """A context in which the system writes no file beyond so many bytes, as if the disk were full."""
    if sys.platform == "win32":
        pytest.skip("Windows has no limit of files' sizes")
    import resource  # Unix alone has it

    @contextlib.contextmanager
    def limit(size):
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)

    return limit


@pytest.fixture
def torch():
    """PyTorch in 64 bits; it is no requirement of the book."""
    found = pytest.importorskip("torch", reason="PyTorch is not installed: the weekly workflow runs this")
    before = found.get_default_dtype()
    found.set_default_dtype(found.float64)
    yield found
    found.set_default_dtype(before)


@pytest.fixture
def diffusers(torch):
    """diffusers, which needs PyTorch."""
    return pytest.importorskip("diffusers", reason="diffusers is not installed: the weekly workflow runs this")
