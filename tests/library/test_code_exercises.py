"""What a reader's function returns is judged by its numbers, and a known slip is named."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from vdmlib import Average, Moments, Values, code_exercise

NORMAL = code_exercise(
    "a normal law", lambda f, key: f(key, 4000), Moments(1.0, 4.0),
    slips={"a variance for a standard deviation": Moments(1.0, 16.0), "the mean is missing": Moments(0.0, 4.0)})


def draws(mean, deviation):
    return lambda key, n: mean + deviation * jax.random.normal(key, (n,))


def test_a_right_sampler_passes_with_any_key():
    for seed in range(20):
        assert code_exercise("", NORMAL.call, NORMAL.wanted, seed=seed).check(draws(1, 2))


@pytest.mark.parametrize("wrong, words", [
    (draws(1, 4), "hint: a variance for a standard deviation"),
    (draws(0, 2), "hint: the mean is missing"),
    (draws(1.3, 2), "standard errors away"),
    (draws(1, 2.3), "the mean is right, the variance is"),
    (draws(1, 0), "the mean is right, the variance is 0"),
    (lambda key, n: jnp.full(n, jnp.nan), "4000 of 4000 numbers are not finite"),
    (lambda key, n: jnp.zeros((n, 2)), "got an array of shape (4000, 2)"),
    (lambda key, n: 1.0, "got an array of shape ()"),
    (lambda key, n: None, "the function returned nothing"),
    (lambda key, n: "1", "wanted at least 100 draws"),
    (lambda key, n: {}, "got dict"),
])
def test_a_wrong_one_is_told_why(wrong, words):
    verdict = NORMAL.check(wrong)
    assert not verdict and str(verdict).startswith("✗ a normal law") and words in str(verdict)


def test_moments_of_several_coordinates_say_where():
    both = code_exercise("", lambda f, key: f(key), Moments(np.zeros(2), np.array([1.0, 4.0])))

    def scaled(*scale):
        return lambda key: jnp.array([scale]) * jax.random.normal(key, (4000, 2))

    assert both.check(scaled(1, 2))
    assert "the variance at [1] is" in str(both.check(scaled(1, 1)))


def test_values():
    exact = code_exercise("", lambda f, key: f(2.0), Values(np.array([4.0, 0.0])))
    assert exact.check(lambda x: jnp.array([x**2, 0]))
    assert "the value at [1] is 0.001; wanted 0" in str(exact.check(lambda x: jnp.array([x**2, 1e-3])))
    assert "wanted an array of shape (2,), got one of shape (3,)" in str(exact.check(lambda x: jnp.zeros(3)))


@pytest.mark.parametrize("margins, told", [
    ({}, "to 0.00001 or 0.1 % of its size"), ({"rtol": 0, "atol": 0.03}, "to 0.03"), ({"atol": 0}, "to 0.1 % of its size"),
])
def test_how_near_values_had_to_be_is_said_in_plain_numbers(margins, told):
    assert Values([1.0], **margins).praise() == f"every value agrees, {told}"


def test_an_estimator_must_be_unbiased_and_may_have_to_be_quiet():
    def one(f, key):
        return f(key)

    loud, shifted = draws(1, 2), draws(1.3, 2)
    assert code_exercise("", one, Average(1.0)).check(lambda key: loud(key, 4000))
    assert "the estimate is biased" in str(code_exercise("", one, Average(1.0)).check(lambda key: shifted(key, 4000)))
    quiet = code_exercise("", one, Average(1.0, at_most=1.0), slips={"independent": Average(1.0)})
    verdict = str(quiet.check(lambda key: loud(key, 4000)))
    assert "the mean is right, but one estimate varies by ±2" in verdict and "hint: independent" in verdict


def test_what_is_no_function_is_said_at_once():
    with pytest.raises(TypeError, match="check takes your function, not float"):
        NORMAL.check(1.0)
