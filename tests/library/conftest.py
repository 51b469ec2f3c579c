"""Strict numerics for all tests of the library: shapes must be equal, not broadcast by accident."""

import os

import jax
import pytest

os.environ.setdefault("VDMLIB_COMPILE_CACHE", "off")  # tests write nothing into the user's caches


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
