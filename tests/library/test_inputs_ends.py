"""The ends of what is admitted: a number at an end of its range, the first and the last time, the greatest grey level; what only JAX can read."""

import jax.numpy as jnp
import numpy as np
import pytest

from vdmlib import DataError
from vdmlib.inputs.arrays import as_reals, as_shown, as_times
from vdmlib.inputs.options import number


@pytest.mark.parametrize("value, range_", [
    (0, dict(least=0, below=1)), (0.999, dict(least=0, below=1)), (1e-9, dict(above=0, most=1)), (1, dict(above=0, most=1)),
    (-5, dict(below=1)), (5, dict(above=1)), (2, dict(least=2)), (2, dict(most=2)),
])  # fmt: skip
def test_a_number_in_its_range_is_taken(value, range_):
    assert number("it", value, **range_) == value


@pytest.mark.parametrize("value, range_, words", [
    (1, dict(least=0, below=1), r"lie in \[0, 1\), given 1"), (5, dict(least=0, below=1), r"lie in \[0, 1\), given 5"),
    (-1, dict(least=0, below=1), r"lie in \[0, 1\), given -1"), (0, dict(above=0, most=1), r"lie in \(0, 1\], given 0"),
    (1.5, dict(above=0, most=1), r"lie in \(0, 1\], given 1.5"), (1, dict(below=1), "be below 1, given 1"),
    (7, dict(below=1), "be below 1, given 7"), (1, dict(above=1), "be above 1, given 1"), (1, dict(least=2), "be at least 2, given 1"),
    (3, dict(most=2), "be at most 2, given 3"),
])  # fmt: skip
def test_a_number_at_or_beyond_an_end_that_does_not_belong_is_refused(value, range_, words):
    with pytest.raises(ValueError, match=f"it must {words}$"):
        number("it", value, **range_)


def test_both_ends_are_times():
    assert as_times("t", [0.0, 1.0]).tolist() == [0, 1]
    assert as_times("t", [0.25, 1.0], 0.25).tolist() == [0.25, 1]


@pytest.mark.parametrize("t, least, words", [
    ([-1e-4, 0.5], 0.0, "lie in 0 … 1, given times from -0.0001 to 0.5"), ([0.5, 1.001], 0.0, "given times from 0.5 to 1.001"),
    ([0.2, 0.5], 0.25, "lie in 0.25 … 1, given times from 0.2 to 0.5"),
])  # fmt: skip
def test_a_time_beyond_an_end_is_refused(t, least, words):
    with pytest.raises(DataError, match=words):
        as_times("t", t, least)


def test_the_greatest_grey_level_is_one_below_their_number():
    assert as_shown(np.full((1, 2, 2), 3.0), (2, 2), 4).max() == 3
    for beyond in (3.5, -0.5):
        with pytest.raises(DataError, match=rf"images must lie in 0 … 3, given values from {beyond:g} to {beyond:g}"):
            as_shown(np.full((1, 2, 2), beyond), (2, 2), 4)


class OnlyForJax:
    """Becomes an array of JAX, and none of NumPy."""

    def __jax_array__(self):
        return jnp.array([0.5, 1.0])


def test_what_only_jax_can_read_is_an_array():
    assert as_reals("t", OnlyForJax()).tolist() == [0.5, 1]
