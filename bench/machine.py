"""The machine and the versions that a run stands for, and how fast it multiplies matrices at best."""

import time

import jax
import jax.numpy as jnp

from vdmlib.runtime.provenance import environment


def about():
    """The first line of a run's results."""
    found = environment()
    return {
        "bench": "machine", "date": found["date"], "machine": found["machine"], "cores": found["cores"],
        "device": found["device"], "python": found["python"], **found["packages"],
        "matmul_gflops": round(matmul_peak() / 1e9, 1),
    }


def matmul_peak(size=2048, repeats=7):
    """Floating-point operations a second in float32, the best of several square products."""
    a = jax.random.normal(jax.random.key(0), (size, size))
    multiply = jax.jit(jnp.dot)
    multiply(a, a).block_until_ready()
    best = min(_seconds(lambda: multiply(a, a).block_until_ready()) for _ in range(repeats))
    return 2 * size**3 / best


def _seconds(call):
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun
