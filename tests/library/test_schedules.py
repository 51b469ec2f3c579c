"""Schedules: exact ends, rising, rate and inverse, the published curves, what gradients reach."""

import functools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import sympy
from flax import nnx
from hypothesis import given, settings
from hypothesis import strategies as st

from vdmlib import (
    BetaSchedule,
    CosineSchedule,
    LearnedScalar,
    LinearSchedule,
    MonotoneSchedule,
    Schedule,
    ddpm_alpha_bar,
    schedule,
)
from vdmlib.derive import Derivation

NAMES = ("linear", "cosine", "beta", "learned", "monotone")


def made(name, low=-9.3, high=6.1):
    return schedule(name, low=low, **({} if name == "beta" else {"high": high}))


def bent(seed=0, **options):
    """A monotone schedule with weights far from their first values."""
    law = MonotoneSchedule(-9.3, 6.1, **options)
    keys = jax.random.split(jax.random.key(seed), 9)
    for key, name in zip(keys, ("raw_slope", "raw_height", "raw_steepness", "shift"), strict=False):
        weights = getattr(law, name)
        weights[...] = weights[...] + 3.0 * jax.random.normal(key, weights[...].shape)
    return law


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(("linear", "cosine", "monotone")),
    st.floats(-20, 5, width=32),
    st.floats(0.5, 20, width=32),
)
def test_ends_are_exact_in_floats(name, low, span):
    """At single times, in batches, and compiled: rounding differs between them, the ends do not."""
    law = schedule(name, low=low, high=low + span)
    low, high = np.float32(low), np.float32(low + span)
    for got in (law.omega(jnp.array([0.0, 0.3, 1.0])), _omega(nnx.split(law), jnp.array([0.0, 0.3, 1.0]))):
        assert got[0] == low and got[2] == high and got.dtype == jnp.float32
    assert law.omega(0.0) == low and law.omega(1.0) == high and law.ends == (low, high)


@functools.partial(jax.jit, static_argnums=())
def _omega(parts, t):
    return nnx.merge(*parts).omega(t)


@pytest.mark.parametrize("seed", range(4))
def test_ends_stay_exact_whatever_the_weights(seed):
    law = bent(seed)
    assert law.omega(0.0) == np.float32(-9.3) and law.omega(1.0) == np.float32(6.1)
    omega = law.omega(jnp.linspace(0, 1, 501))
    assert bool((jnp.diff(omega) >= 0).all()) and float(jnp.abs(omega - made("linear").omega(jnp.linspace(0, 1, 501))).max()) > 0.3


def test_beta_begins_at_low_and_a_learned_one_at_its_weights():
    assert made("beta").omega(0.0) == np.float32(-9.3)
    law = made("learned")
    np.testing.assert_allclose(law.ends, (-9.3, 6.1), rtol=1e-6)
    assert law.omega(0.0) == law.ends[0] and law.omega(1.0) == law.ends[1]
    law.raw_span[...] = jnp.float32(-40.0)  # however far the weight goes, the order stays
    assert law.ends[1] >= law.ends[0]


@pytest.mark.parametrize("name", NAMES)
def test_rises_strictly(name):
    omega = made(name).omega(jnp.linspace(0, 1, 2001))
    assert omega.dtype == jnp.float32 and bool((jnp.diff(omega) > 0).all())


@pytest.mark.parametrize("name", [*NAMES, "bent"])
def test_rate_is_the_derivative(name, double):
    law = bent() if name == "bent" else made(name)
    t, h = jnp.linspace(0.01, 0.99, 41), 1e-6
    wanted = (law.omega(t + h) - law.omega(t - h)) / (2 * h)
    np.testing.assert_allclose(law.rate(t), wanted, rtol=1e-5)
    # at the ends too, where the value is pinned
    for end, inside in ((0.0, h), (1.0, 1 - h)):
        slope = (law.omega(inside) - law.omega(end)) / (inside - end)
        # the beta schedule bends sharply at 0, so a difference is only near
        np.testing.assert_allclose(law.rate(end), slope, rtol=0.1 if name == "beta" else 1e-3)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(NAMES), st.floats(0, 1, width=32))
def test_inverse(name, t):
    law = made(name)
    np.testing.assert_allclose(law.time_of(law.omega(t)), t, atol=3e-6)


@pytest.mark.parametrize("name", NAMES)
def test_inverse_of_what_lies_beyond_the_ends(name):
    low, high = made(name).ends
    np.testing.assert_allclose(made(name).time_of(jnp.stack([low - 5, low, high, high + 5])), [0, 0, 1, 1], atol=1e-6)


def test_bisection_finds_what_a_closed_form_finds():
    law = made("cosine")
    omega = jnp.linspace(*law.ends, 101)
    np.testing.assert_allclose(Schedule.time_of(law, omega), law.time_of(omega), atol=1e-6)
    np.testing.assert_array_equal(Schedule.time_of(law, jnp.stack(law.ends)), [0.0, 1.0])  # exact at the ends


@functools.cache
def derived():
    """ω, 1 − ᾱ and SNR from ω = −log(ᾱ/(1 − ᾱ)), and Nichol and Dhariwal's ᾱ = cos²θ."""
    w, angle = sympy.symbols("omega theta", positive=True)
    share = sympy.Symbol("alpha_bar", positive=True)
    alpha_bar = sympy.solve(sympy.exp(w) * share - (1 - share), share)[0]
    noise = Derivation("schedule.noise", "The share of noise").start(1 - alpha_bar)
    noise.equals(1 / (1 + sympy.exp(-w)), because="common denominator")
    snr = Derivation("schedule.snr", "Signal to noise").start(alpha_bar / (1 - alpha_bar))
    snr.equals(sympy.exp(-w), because="the common denominator cancels")
    cosine = Derivation("schedule.cosine", "The cosine schedule")
    cosine.start(sympy.sin(angle) ** 2 / sympy.cos(angle) ** 2).equals(sympy.tan(angle) ** 2, because="tan")
    return (
        sympy.lambdify(w, alpha_bar, "jax"), noise.function(1, w, modules="jax"),
        snr.function(1, w, modules="jax"), cosine.function(1, angle, modules="jax"),
    )


@pytest.mark.parametrize("name", NAMES)
def test_shares_follow_the_derivation(name, double):
    law, t = made(name), jnp.linspace(0, 1, 33)
    alpha_bar, noise, snr, _ = derived()
    omega = law.omega(t)
    np.testing.assert_allclose(law.alpha_bar(t), alpha_bar(omega), rtol=1e-12)
    np.testing.assert_allclose(law.noise(t) ** 2, noise(omega), rtol=1e-12)
    np.testing.assert_allclose(law.signal(t) ** 2 + law.noise(t) ** 2, np.ones(33), rtol=1e-12)
    np.testing.assert_allclose(law.snr(t), snr(omega), rtol=1e-12)


def test_cosine_is_the_cut_and_stretched_published_curve(double):
    """SNR = cot²θ with θ linear in t; Nichol and Dhariwal's own ᾱ at the same θ, with offset 0.008."""
    law, t = CosineSchedule(-9.3, 6.1), np.linspace(0, 1, 51)
    first, last = np.arctan(np.exp(-9.3 / 2)), np.arctan(np.exp(6.1 / 2))
    angle = first + t * (last - first)
    np.testing.assert_allclose(1 / law.snr(jnp.asarray(t)), derived()[3](angle), rtol=1e-9)
    offset = 0.008
    theirs = (angle * 2 / np.pi) * (1 + offset) - offset  # the time at which their angle is this one
    np.testing.assert_allclose(law.alpha_bar(jnp.asarray(t)), np.cos((theirs + offset) / (1 + offset) * np.pi / 2) ** 2, rtol=1e-9)


def test_beta_integrates_its_rate(double):
    """dω/dt against β: ᾱ = exp(−∫β), so −d log ᾱ/ds = β(s), with s = start + (1 − start) t."""
    law = BetaSchedule(0.1, 20.0, low=-9.3)
    t = jnp.linspace(0, 1, 21)
    s = law.start + (1 - law.start) * t
    slope = jax.vmap(jax.grad(lambda t: -jnp.log(law.alpha_bar(t))))(t) / (1 - law.start)
    np.testing.assert_allclose(slope, 0.1 + 19.9 * s, rtol=1e-9)
    np.testing.assert_allclose(law.alpha_bar(1.0), np.exp(-10.05), rtol=1e-12)


def test_ddpm_product_and_its_limit(double):
    beta = np.linspace(1e-4, 0.02, 1000)
    np.testing.assert_allclose(ddpm_alpha_bar(), np.cumprod(1 - beta), rtol=1e-12)
    # β_t = β(t/T)/T: the difference from the limit falls as 1/T
    law, errors = BetaSchedule(low=-20.0), []
    for steps in (1000, 4000):
        t = jnp.arange(1, steps + 1) / steps
        mine = ddpm_alpha_bar(steps, 0.1 / steps, 20 / steps)
        errors.append(float(jnp.abs(law.omega(t) - jnp.log(1 / mine - 1))[steps // 10 :].max()))
    assert errors[0] < 0.1 and errors[1] < 0.3 * errors[0]


@pytest.mark.parametrize("name, count", [("linear", 0), ("cosine", 0), ("beta", 0), ("learned", 2), ("monotone", 4)])
def test_only_learned_ones_have_weights(name, count):
    assert len(jax.tree.leaves(nnx.state(made(name), nnx.Param))) == count


def test_every_weight_bends_the_inside_and_none_the_ends():
    law = bent()
    graph, weights = nnx.split(law)
    gradient = jax.jit(jax.jacrev(lambda w: nnx.merge(graph, w).omega(jnp.array([0.0, 0.37, 1.0]))))(weights)
    for g in jax.tree.leaves(gradient):
        g = g.reshape(3, -1)
        assert float(jnp.abs(g[1]).max()) > 0
        np.testing.assert_allclose(g[jnp.array([0, 2])], np.zeros((2, g.shape[1])), atol=1e-6)


def softplus(x):
    return np.logaddexp(0, x)


def test_the_monotone_curve_is_the_stated_one(double):
    law, t = bent(seed=3, width=5), np.linspace(0, 1, 7)
    slope, height, steepness, shift = (
        np.asarray(w[...], float) for w in (law.raw_slope, law.raw_height, law.raw_steepness, law.shift)
    )
    bends = 1 / (1 + np.exp(-(softplus(steepness) * t[:, None] + shift)))
    curve = softplus(slope) * t + (softplus(height) * bends).mean(axis=1)
    wanted = (curve - curve[0]) / (curve[-1] - curve[0])
    np.testing.assert_allclose(law.warp(jnp.asarray(t)), wanted, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(law.omega(jnp.asarray(t)), -9.3 + 15.4 * wanted, rtol=1e-9)


def test_the_monotone_curve_begins_near_a_straight_line():
    """Sigmoids of steepness 8 about even centres, of a height about 1, on a slope of a half."""
    law = MonotoneSchedule(0.0, 1.0, width=400)
    np.testing.assert_allclose(softplus(np.asarray(law.raw_slope[...])), 0.5, rtol=1e-6)
    np.testing.assert_allclose(softplus(np.asarray(law.raw_steepness[...])), 8.0, rtol=1e-6)
    np.testing.assert_allclose(law.shift[...], -8 * (np.arange(400) + 0.5) / 400, rtol=1e-5)
    jitter = np.asarray(law.raw_height[...]) - np.log(np.e - 1)
    assert abs(jitter.mean()) < 4 * 0.1 / 20 and abs(jitter.std() / 0.1 - 1) < 0.15
    t = np.linspace(0, 1, 11, dtype=np.float32)
    assert np.abs(MonotoneSchedule(0.0, 1.0).warp(t) - t).max() < 0.08


def test_the_ends_by_default():
    for law in (LinearSchedule(), CosineSchedule(), LearnedScalar(), MonotoneSchedule()):
        np.testing.assert_allclose(law.ends, [-13.3, 5.0], rtol=1e-6)
    np.testing.assert_allclose(BetaSchedule().ends, [-13.3, 10.05 + np.log(-np.expm1(-10.05))], rtol=1e-6)


def test_rates_may_be_constant(double):
    np.testing.assert_allclose(ddpm_alpha_bar(3, 0.1, 0.1), 0.9 ** np.arange(1, 4), rtol=1e-12)
    law = BetaSchedule(6.0, 6.0)
    s = law.start + (1 - law.start) * np.linspace(0, 1, 5)
    np.testing.assert_allclose(law.alpha_bar(jnp.linspace(0, 1, 5)), np.exp(-6 * s), rtol=1e-9)


def test_parts_split_the_gradient_into_ends_and_interior():
    law = bent(learn_ends=True)
    graph, weights = nnx.split(law)
    t = jnp.array([0.1, 0.5, 0.8])

    def slopes(which):
        def total(w):
            part = nnx.merge(graph, w)
            part = part if which is None else part.parts()[which]
            return jnp.sum(jnp.sin(part.omega(t)) + jnp.cos(part.rate(t)))

        found = nnx.to_pure_dict(jax.jit(jax.grad(total))(weights))
        return found.pop("line"), found

    (all_ends, all_inside), (ends, no_inside), (no_ends, inside) = slopes(None), slopes(0), slopes(1)
    for got, wanted in ((ends, all_ends), (inside, all_inside)):
        jax.tree.map(lambda g, w: np.testing.assert_allclose(g, w, rtol=1e-4, atol=1e-6), got, wanted)
        assert any(bool(jnp.abs(g).max() > 0) for g in jax.tree.leaves(got))
    assert all(bool((g == 0).all()) for g in jax.tree.leaves([no_inside, no_ends]))
    for part in law.parts():
        np.testing.assert_array_equal(part.omega(t), law.omega(t))


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: LinearSchedule(3, 3), "finite ends low < high, given low 3 and high 3"),
        (lambda: CosineSchedule(3, -3), "low 3 and high -3"),
        (lambda: LearnedScalar(-np.inf, 3), "given low -inf"),
        (lambda: MonotoneSchedule(-3, np.nan), "high nan"),
        (lambda: MonotoneSchedule(width=0), "width must be a whole number of at least 1, given 0"),
        (lambda: BetaSchedule(0, 20), "0 < beta_min ≤ beta_max, given 0 and 20"),
        (lambda: BetaSchedule(low=11), "low 11 and high 10.05"),
        (lambda: schedule("sine"), "no schedule 'sine'; there are linear, cosine"),
        (lambda: schedule(LinearSchedule(), low=3), "LinearSchedule is given, so low cannot be set"),
        (lambda: ddpm_alpha_bar(3, 0.0, 0.1), "0 < first"),
        (lambda: ddpm_alpha_bar(3, -0.1, 0.1), "0 < first"),
        (lambda: ddpm_alpha_bar(3, 0.1, 1.0), "last < 1"),
        (lambda: BetaSchedule(0.0, 1.0), "0 < beta_min"),
        (lambda: BetaSchedule(0.1, np.inf), "0 < beta_min"),
        (lambda: LinearSchedule(1.0, 1.0), "finite ends low < high, given low 1 and high 1"),
        (lambda: LinearSchedule(-np.inf, 1.0), "finite ends"),
        (lambda: LinearSchedule(0.0, np.inf), "finite ends"),
        (lambda: ddpm_alpha_bar(0), "steps must be a whole number of at least 1, given 0"),
        (lambda: ddpm_alpha_bar(10, 0.1, 0.01), "first ≤ last < 1, given 0.1 and 0.01"),
    ],
)
def test_bad_use_says_what_is_wanted(call, words):
    with pytest.raises(ValueError, match=words):
        call()
