"""The samplers that solve differential equations: theoretical orders, exact maps, exact variances."""

import sys

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from vdmlib import GaussianMixture, LinearSchedule, probability_flow, reverse_sde, schedule

VARIANCE, MEAN = 0.25, 0.7
LOW, HIGH = -5.0, 5.0


def law():
    return GaussianMixture([1.0], [[MEAN]], VARIANCE)


def shares(omega):
    """ᾱ and 1 − ᾱ."""
    return 1 / (1 + np.exp(omega)), 1 / (1 + np.exp(-omega))


def exact_map(x, first, last):
    """The flow of N(m, V) from ω = ``first`` to ``last``: x_t − √ᾱ m scales with √(ᾱV + 1 − ᾱ)."""
    (keep, noise), (keep_to, noise_to) = shares(first), shares(last)
    growth = np.sqrt((keep_to * VARIANCE + noise_to) / (keep * VARIANCE + noise))
    return np.sqrt(keep_to) * MEAN + growth * (x - np.sqrt(keep) * MEAN)


START = np.array([[1.0], [-2.0], [0.3]])


def flow(plan, **options):
    return probability_flow(
        law().denoise, plan, jax.random.key(0), (3, 1), **{"start": START, "final": "state", **options}
    )


@pytest.mark.parametrize(
    "method, order, steps",
    [("euler", 1, 200), ("heun", 2, 100), ("bosh3", 3, 60), ("tsit5", 5, 32), ("dopri5", 5, 32)],
)
def test_error_falls_at_the_order_of_the_solver(double, method, order, steps):
    plan = schedule("cosine", low=LOW, high=HIGH)
    exact = exact_map(START, HIGH, LOW)
    coarse, fine = (
        np.abs(flow(plan, method=method, steps=steps * k) - exact).max() for k in (1, 2)
    )
    # half the step, 2^−order of the error; the fifth order is come near to from above
    assert order - 0.2 < np.log2(coarse / fine) < order + (0.2 if order < 5 else 0.6)
    assert fine > 1e-13  # not yet at the rounding


def test_tolerance_is_kept(double):
    exact = exact_map(START, HIGH, LOW)
    for tolerance in (1e-3, 1e-6, 1e-9):
        x = flow(LinearSchedule(LOW, HIGH), rtol=tolerance, atol=tolerance)
        assert np.abs(x - exact).max() < 20 * tolerance


@pytest.mark.parametrize("name", ["linear", "cosine", "monotone"])
def test_the_map_does_not_depend_on_the_schedule(double, name):
    """Only on its ends."""
    plan = schedule(name, low=LOW, high=HIGH)
    np.testing.assert_allclose(
        flow(plan, rtol=1e-9, atol=1e-9), exact_map(START, HIGH, LOW), rtol=1e-6
    )


def test_there_and_back(double):
    plan = LinearSchedule(LOW, HIGH)
    noise = flow(plan, span=(0.0, 1.0), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(noise, exact_map(START, LOW, HIGH), rtol=1e-7)
    np.testing.assert_allclose(flow(plan, start=noise, rtol=1e-9, atol=1e-9), START, rtol=1e-7)


def test_trajectory_follows_the_exact_path(double):
    plan = LinearSchedule(LOW, HIGH)
    path = flow(plan, trajectory=True, frames=20, rtol=1e-8, atol=1e-8)
    omegas = np.linspace(HIGH, LOW, 21)
    wanted = np.stack([exact_map(START, HIGH, omega) for omega in omegas])
    np.testing.assert_allclose(path, wanted, atol=1e-5)
    fixed = flow(plan, trajectory=True, steps=[1.0, 0.7, 0.65, 0.0], method="dopri8")
    assert fixed.shape == (4, 3, 1)
    wanted = np.stack([exact_map(START, HIGH, HIGH + (LOW - HIGH) * (1 - t)) for t in (1.0, 0.7, 0.65)])
    np.testing.assert_allclose(fixed[:3], wanted, atol=1e-4)


def test_steps_even_in_omega(double):
    """On a cosine schedule they are the steps of a linear one."""
    options = {"steps": 12, "method": "euler"}
    cosine = flow(schedule("cosine", low=LOW, high=HIGH), spacing="omega", trajectory=True, **options)
    times = np.array(schedule("cosine", low=LOW, high=HIGH).time_of(jnp.linspace(HIGH, LOW, 13)))
    times[0], times[-1] = 1.0, 0.0
    given = flow(schedule("cosine", low=LOW, high=HIGH), steps=times, method="euler", trajectory=True)
    np.testing.assert_allclose(cosine, given, rtol=1e-9)
    even = flow(schedule("cosine", low=LOW, high=HIGH), trajectory=True, **options)
    assert np.abs(even - cosine).max() > 1e-2


def test_euler_maruyama_has_the_variance_of_its_recursion(double):
    """Fixed steps on N(0, V): x ← x(1 + h a) + √h g z, so Var ← (1 + h a)² Var + h g²."""
    count, steps = 200_000, 25
    rate = HIGH - LOW
    wanted = 1.0
    for clock in np.arange(steps) / steps:
        keep, noise = shares(HIGH - rate * clock)
        total = keep * VARIANCE + noise
        slope = rate * noise * (0.5 - 1 / total)  # f − g² score, with time reversed
        wanted = (1 + slope / steps) ** 2 * wanted + rate * noise / steps
    centred = GaussianMixture([1.0], [[0.0]], VARIANCE)
    x = reverse_sde(
        centred.denoise, LinearSchedule(LOW, HIGH), jax.random.key(0), (count, 1), steps=steps,
        final="state",
    )
    standard_error = wanted * np.sqrt(2 / count)
    keep, noise = shares(LOW)
    assert abs(float(x.var()) - wanted) < 5 * standard_error
    assert abs(keep * VARIANCE + noise - wanted) > 10 * standard_error  # the discretisation is seen


@pytest.mark.parametrize("sampler", [probability_flow, reverse_sde])
def test_without_diffrax_the_error_says_what_to_do(monkeypatch, sampler):
    monkeypatch.setitem(sys.modules, "diffrax", None)
    with pytest.raises(ImportError, match="pip install diffrax"):
        sampler(law().denoise, LinearSchedule(LOW, HIGH), jax.random.key(0), (1, 1))
