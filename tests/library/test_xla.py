"""What the compiler is told: on this CPU the options are known, and they never stand in the way."""

import contextlib

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from vdmlib import VAE, fit
from vdmlib.runtime import xla


@contextlib.contextmanager
def told(few):
    """Whether JAX is told to leave out most optimisations."""
    before = jax.config.read("jax_disable_most_optimizations")
    jax.config.update("jax_disable_most_optimizations", few)
    yield
    jax.config.update("jax_disable_most_optimizations", before)


on_cpu = pytest.mark.skipif(jax.default_backend() != "cpu", reason="the options are for CPUs")


@on_cpu
def test_the_locked_version_of_xla_knows_the_options():
    with told(False):
        assert xla.options("cpu") == xla.ON_CPU
    with told(True):   # what JAX is told of the level is not overruled
        assert xla.options("cpu") == {name: xla.ON_CPU[name] for name in xla.ON_CPU if "level" not in name}


@on_cpu
def test_a_version_of_xla_without_them_gets_none(monkeypatch):
    monkeypatch.setattr(xla, "ON_CPU", {"xla_cpu_no_such_option": "1"})
    xla._known.cache_clear()
    try:
        assert xla.options("cpu") is None
        assert xla.jit(lambda x: x + 1)(1.0) == 2.0
    finally:
        xla._known.cache_clear()


def test_a_compiled_function_works_where_jax_takes_no_options():
    matrix = np.arange(9.0, dtype=np.float32).reshape(3, 3)
    square = xla.jit(lambda m: m @ m)
    expected = matrix @ matrix
    nothing = jnp.zeros((), jnp.float32)
    found = {
        "alone": square(matrix),
        "compiled": jax.jit(square)(matrix),
        "compiled, of a constant": jax.jit(lambda z: square(matrix) + z)(nothing),
        "in a loop": jax.lax.fori_loop(0, 1, lambda i, m: square(m), jnp.asarray(matrix)),
        "over a batch": jax.vmap(square)(matrix[None])[0],
        "differentiated": jax.jvp(square, (matrix,), (matrix,))[0],
    }
    for name, value in found.items():
        np.testing.assert_allclose(value, expected, rtol=1e-5, err_msg=name)
    slope = jax.grad(lambda m: square(m).sum())(matrix)
    np.testing.assert_allclose(slope, matrix.sum(1)[None] + matrix.sum(0)[:, None], rtol=1e-5)


def test_options_go_by_the_devices_that_are_used(monkeypatch):
    """On a machine whose default is another platform, a CPU's programs get a CPU's options, and no others do."""
    asked, right = [], xla.options
    monkeypatch.setattr(xla, "options", lambda platform: asked.append(platform) or right(platform))
    here = jax.devices("cpu")[0]
    there = jax.device_put(np.ones(2, np.float32), here)
    monkeypatch.setattr(jax, "default_backend", lambda: "gpu")
    assert xla.platform_of(there) == "cpu" and xla.platform_of(jnp.ones(2)) == "gpu"
    with jax.default_device(here):
        assert xla.platform_of(jnp.ones(2)) == "cpu"
    assert right("gpu") is None and right("tpu") is None
    xla.jit(lambda x: x + 1)(there)
    xla.jit(lambda x: x + 2)(3.0)
    assert asked == ["cpu", "gpu"]
    asked.clear()
    images = np.zeros((8, 2, 2), np.uint8)
    fit(VAE((2, 2), 4, latent=1, width=4, depth=0), images, steps=1, batch_size=8, devices=[here], progress=False,
        validation=images)
    assert set(asked) == {"cpu"}


def test_what_is_given_is_looked_at_once_a_call():
    seen = []

    def given(x, times=1):
        seen.append(x)
        return float(x), int(times)

    more = xla.jit(lambda x, times=1: x * times, given=given, static_argnames="times")
    assert more("3").item() == 3.0 and more("3", times=2.0).item() == 6.0 and seen == ["3", "3"]
