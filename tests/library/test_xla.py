"""What the compiler is told: on this CPU the options are known, and they never stand in the way."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from vdmlib.runtime import xla

on_cpu = pytest.mark.skipif(jax.default_backend() != "cpu", reason="the options are for CPUs")


@on_cpu
def test_the_locked_version_of_xla_knows_the_options():
    assert xla.options() == xla.PRODUCTS


@on_cpu
def test_a_version_of_xla_without_them_gets_none(monkeypatch):
    monkeypatch.setattr(xla, "PRODUCTS", {"xla_cpu_no_such_option": "1"})
    xla.options.cache_clear()
    try:
        assert xla.options() is None
        assert xla.jit(lambda x: x + 1)(1.0) == 2.0
    finally:
        xla.options.cache_clear()


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
