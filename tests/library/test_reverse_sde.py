"""The reverse-time SDE step by step: what one step does, where it begins and ends, what a tolerance buys."""

import jax
import jax.numpy as jnp
import numpy as np

from vdmlib import Prediction, probability_flow, reverse_sde, schedule

LINEAR = schedule("linear", low=-3.0, high=3.0)
KEY = jax.random.key(4)


def spread(x_t, omega, label=None):
    """The exact denoiser of data N(0, 4)."""
    noise = jax.nn.sigmoid(omega).reshape(-1, 1)
    return Prediction(x_t, omega, -x_t / (4 * (1 - noise) + noise), "score")


def silent(x_t, omega, label=None):
    """No score anywhere."""
    return Prediction(x_t, omega, jnp.zeros_like(x_t), "score")


def test_one_step_of_euler_and_maruyama_by_hand():
    # under one key two starts get the same noise, and what is left is the drift
    first, second = jnp.full((3, 1), 0.5), jnp.full((3, 1), 1.5)
    ends = [reverse_sde(spread, LINEAR, KEY, (3, 1), steps=1, start=x, final="state") for x in (first, second)]
    noise, rate = float(jax.nn.sigmoid(3.0)), 6.0
    beta, score = noise * rate, lambda x: -x / (4 * (1 - noise) + noise)
    moved = [x + beta * (0.5 * x + score(x)) for x in (first, second)]
    np.testing.assert_allclose(ends[1] - ends[0], moved[1] - moved[0], rtol=1e-5)


def test_the_noise_of_a_step_has_the_variance_of_the_rate():
    there = reverse_sde(silent, LINEAR, KEY, (20_000, 1), steps=1, start=jnp.zeros((20_000, 1)), final="state")
    variance = 6.0 * float(jax.nn.sigmoid(3.0))  # ω′ (1 − ᾱ) dt
    assert abs(float(there.mean())) < 4 * np.sqrt(variance / 20_000)
    assert abs(float(there.var()) / variance - 1) < 4 * np.sqrt(2 / 20_000)


def test_adaptive_steps_are_seen_at_so_many_equal_times():
    options = {"start": jnp.ones((2, 1)), "trajectory": True, "final": "state"}
    usual = reverse_sde(spread, LINEAR, KEY, (2, 1), **options)
    few = reverse_sde(spread, LINEAR, KEY, (2, 1), frames=4, **options)
    assert usual.shape == (51, 2, 1) and few.shape == (5, 2, 1)
    np.testing.assert_array_equal(usual[0], few[0])


def test_a_tighter_tolerance_comes_closer_on_the_same_noise():
    def at(tolerance):
        return reverse_sde(spread, LINEAR, KEY, (20, 1), rtol=tolerance, atol=tolerance, final="state")

    near = at(1e-3)
    coarse, fine = (float(jnp.abs(at(tolerance) - near).max()) for tolerance in (0.3, 0.01))
    assert fine < 0.1 * coarse and fine < 0.02


def test_the_flow_goes_from_one_to_zero_where_nothing_is_said():
    start = jnp.array([[-1.0], [0.5], [2.0]])
    there = probability_flow(spread, LINEAR, KEY, (3, 1), start=start, final="state")
    variance = [4 * float(LINEAR.alpha_bar(t)) + 1 - float(LINEAR.alpha_bar(t)) for t in (0.0, 1.0)]
    np.testing.assert_allclose(there, start * np.sqrt(variance[0] / variance[1]), rtol=1e-3)
