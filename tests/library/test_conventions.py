"""Other papers' conventions: each conversion against its closed form, round trips, refusals.

What other people's code computes is in ``test_peers.py``.
"""

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vdmlib import (
    BetaSchedule,
    CosineSchedule,
    LinearSchedule,
    Prediction,
    ancestral,
    classifier_free,
    convert,
    convert_level,
    convert_point,
    convert_strength,
    ddim,
    edm_scalings,
    sde_coefficients,
    signal_and_noise,
    weight,
)

#: Name of a level to its closed form, by ᾱ.
LEVELS = {
    "omega": lambda a: np.log((1 - a) / a),
    "log_snr": lambda a: np.log(a / (1 - a)),
    "half_log_snr": lambda a: np.log(np.sqrt(a) / np.sqrt(1 - a)),
    "snr": lambda a: a / (1 - a),
    "alpha_bar": lambda a: a,
    "sigma": lambda a: np.sqrt((1 - a) / a),
    "flow": lambda a: np.sqrt(1 - a) / (np.sqrt(a) + np.sqrt(1 - a)),
    "flow_to_data": lambda a: np.sqrt(a) / (np.sqrt(a) + np.sqrt(1 - a)),
    "angle": lambda a: np.arccos(np.sqrt(a)),
}
FORMS = ("vp", "ve", "flow", "sub-vp")
OMEGA = np.linspace(-9.0, 9.0, 19)


# --- levels ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", LEVELS)
@pytest.mark.parametrize("target", LEVELS)
def test_a_level_by_any_name_is_the_same_level(source, target, double):
    alpha_bar = np.linspace(0.001, 0.999, 41)
    found = convert_level(LEVELS[source](alpha_bar), source, target)
    np.testing.assert_allclose(found, LEVELS[target](alpha_bar), rtol=1e-10, atol=1e-12)


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(sorted(LEVELS)), st.sampled_from(sorted(LEVELS)), st.floats(-12, 12, width=32))
def test_there_and_back(source, target, omega):
    there = convert_level(jnp.float32(omega), "omega", source)
    back = convert_level(convert_level(there, source, target), target, "omega")
    # a share next to 1 has lost the digits of what it lacks: 6e-8 of it, beside e^−|ω| or its root
    np.testing.assert_allclose(back, omega, atol=1e-5 + 5e-7 * math.exp(abs(omega)))


def test_levels_keep_their_precision_and_go_through_compiled_code():
    assert convert_level(jnp.float16(0.5), "alpha_bar", "sigma").dtype == jnp.float16
    assert convert_level(1, "sigma", "flow").dtype == jnp.float32
    compiled = jax.jit(lambda a: convert_level(a, "alpha_bar", "sigma"))
    np.testing.assert_allclose(compiled(jnp.array([0.2, 0.5])), [2.0, 1.0], rtol=1e-6)
    assert not np.isfinite(compiled(jnp.array([1.5, -0.5]))).any()


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: convert_level(0.5, "alpha", "sigma"), "no level 'alpha'; there are omega, log_snr"),
        (lambda: convert_level(0.5, "flow", "gamma"), "no level 'gamma'"),
        (lambda: convert_level(1.0, "alpha_bar", "sigma"), "alpha_bar must lie strictly between 0 and 1, given 1"),
        (lambda: convert_level([0.1, 1.5], "flow", "sigma"), "flow must lie .* 0 and 1, given 1.5"),
        (lambda: convert_level(0.0, "sigma", "omega"), "sigma must lie strictly between 0 and inf, given 0"),
        (lambda: convert_level(math.nan, "omega", "omega"), "omega must lie strictly between -inf and inf, given nan"),
        (lambda: signal_and_noise(0.0, "edm"), "no form of a noisy point 'edm'; there are vp, ve, flow, sub-vp"),
        (lambda: convert_point(jnp.ones((2, 3)), jnp.zeros(3), "vp", "ve"), r"scalar or \[2\].*given \[3\]"),
        (lambda: edm_scalings(1.0, 0.0), "sigma_data must be above 0"),
        (lambda: sde_coefficients(LinearSchedule(), 0.5, "edm"), "no form of a noisy point 'edm'"),
        (lambda: convert_strength(1.0, "scale", "w"), "no strength of guidance 'scale'; there are gamma, w"),
    ],
)
def test_bad_use_says_what_is_wanted(call, words):
    with pytest.raises(ValueError, match=words):
        call()


# --- points ------------------------------------------------------------------------------------------


def test_signal_and_noise_by_their_definitions(double):
    a = 1 / (1 + np.exp(OMEGA))
    sigma = np.exp(OMEGA / 2)
    wanted = {
        "vp": (np.sqrt(a), np.sqrt(1 - a)),
        "ve": (np.ones_like(a), sigma),
        "flow": (1 / (1 + sigma), sigma / (1 + sigma)),
    }
    for form, parts in wanted.items():
        for found, part in zip(signal_and_noise(OMEGA, form), parts):
            np.testing.assert_allclose(found, part, rtol=1e-12)
    signal, noise = signal_and_noise(OMEGA, "sub-vp")
    np.testing.assert_allclose(noise, 1 - signal**2, rtol=1e-10)
    np.testing.assert_allclose(noise / signal, sigma, rtol=1e-12)


@pytest.mark.parametrize("source", FORMS)
@pytest.mark.parametrize("target", FORMS)
def test_a_point_in_other_coordinates(source, target, double):
    x0, eps = jax.random.normal(jax.random.key(0), (2, len(OMEGA), 2, 3))

    def point(form):
        signal, noise = (part[:, None, None] for part in signal_and_noise(OMEGA, form))
        return signal * x0 + noise * eps

    there = convert_point(point(source), OMEGA, source, target)
    np.testing.assert_allclose(there, point(target), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(convert_point(there, OMEGA, target, source), point(source), rtol=1e-10, atol=1e-12)


def test_extreme_levels_are_finite():
    for form in FORMS:
        for part in signal_and_noise(jnp.array([-60.0, 60.0]), form):
            assert np.isfinite(part).all() and (part > 0).all()


# --- EDM ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [0.5, 1.0, 2.0])
def test_edm_gives_its_network_unit_variance(data, double):
    sigma = np.exp(np.linspace(-4, 4, 9))
    told = edm_scalings(sigma, data)
    np.testing.assert_allclose(told.into**2 * (sigma**2 + data**2), 1, rtol=1e-12)
    # the target is x_0 less the skip, (1 − skip) x_0 − skip σ ε
    np.testing.assert_allclose((1 - told.skip) ** 2 * data**2 + (told.skip * sigma) ** 2, told.out**2, rtol=1e-12)
    np.testing.assert_allclose(told.weight * told.out**2, 1, rtol=1e-12)
    np.testing.assert_allclose(np.exp(4 * np.asarray(told.noise)), sigma, rtol=1e-12)


def test_edm_with_data_of_variance_one_is_minus_v(double):
    x, v = jax.random.normal(jax.random.key(1), (2, len(OMEGA), 4))
    sigma = convert_level(OMEGA, "omega", "sigma")[:, None]
    told = edm_scalings(sigma, 1.0)
    z = convert_point(x, OMEGA, "vp", "ve")
    np.testing.assert_allclose(told.into * z, x, rtol=1e-12)
    np.testing.assert_allclose(told.skip * z - told.out * v, convert(v, x, jnp.asarray(OMEGA), "v", "x0"), atol=1e-12)


def test_edm_weighs_the_noise(double):
    sigma = np.exp(OMEGA / 2)
    # λ ‖x̂_0 − x_0‖² = λ σ² ‖ε̂ − ε‖², and weight("x0") is one over σ²
    np.testing.assert_allclose(edm_scalings(sigma).weight / weight("x0", OMEGA), 1 + 4 * sigma**2, rtol=1e-10)


# --- SDEs --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("schedule", [LinearSchedule(-6.0, 6.0), CosineSchedule(-6.0, 6.0)], ids=["linear", "cosine"])
def test_an_sde_has_the_law_of_its_schedule(form, schedule, double):
    """Mean and variance given x_0 by their own equations: m′ = f m and V′ = 2 f V + g²."""
    times, step = np.linspace(0.1, 0.9, 9), 1e-5
    f, g = sde_coefficients(schedule, times, form)
    (early, little), (now, noise), (late, much) = (
        signal_and_noise(schedule.omega(times + k * step), form) for k in (-1, 0, 1)
    )
    np.testing.assert_allclose((late - early) / (2 * step), f * now, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose((much**2 - little**2) / (2 * step), 2 * f * noise**2 + g**2, rtol=1e-6, atol=1e-9)


def test_the_rate_of_a_known_sde(double):
    law = BetaSchedule(0.1, 20.0)
    t = np.linspace(0, 1, 5)
    own = law.start + (1 - law.start) * t
    beta = (0.1 + 19.9 * own) * (1 - law.start)
    f, g = sde_coefficients(law, t)
    np.testing.assert_allclose(f, -beta / 2, rtol=1e-8)
    np.testing.assert_allclose(g**2, beta, rtol=1e-8)


# --- one step under three names ------------------------------------------------------------------------


def test_ddims_step_is_eulers_in_sigma_and_on_the_line_and_a_rotation(double):
    law = LinearSchedule(-6.0, 6.0)
    x, v = jax.random.normal(jax.random.key(2), (2, 3, 4))
    t, s = 0.8, 0.3
    omega = {k: float(law.omega(k)) for k in (t, s)}
    told = Prediction(x, jnp.asarray(omega[t]), v, "v")
    found = ddim(lambda *_: told, law, 0, x.shape, steps=[t, s], start=x, final="state")

    def by_euler(form, name, slope):
        z = convert_point(x, omega[t], "vp", form)
        there, here = (convert_level(omega[k], "omega", name) for k in (s, t))
        return convert_point(z + (there - here) * slope, omega[s], form, "vp")

    np.testing.assert_allclose(by_euler("ve", "sigma", told.eps), found, rtol=1e-10)
    np.testing.assert_allclose(by_euler("flow", "flow", told.flow), found, rtol=1e-10)
    turn = float(convert_level(omega[t], "omega", "angle") - convert_level(omega[s], "omega", "angle"))
    np.testing.assert_allclose(math.cos(turn) * x - math.sin(turn) * v, found, rtol=1e-10)


def test_an_ancestral_step_is_k_diffusions(double):
    """Down to σ_down by Euler, then up to σ_s by new noise."""
    law, draw = LinearSchedule(-6.0, 6.0), np.random.default_rng(0).normal(size=(3, 4))
    x, eps = jax.random.normal(jax.random.key(3), (2, 3, 4))
    t, s = 0.8, 0.3
    high, low = (float(convert_level(law.omega(k), "omega", "sigma")) for k in (t, s))
    up = math.sqrt(low**2 * (high**2 - low**2) / high**2)
    down = math.sqrt(low**2 - up**2)
    told = Prediction(x, law.omega(t), eps, "eps")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jax.random, "normal", lambda key, shape, dtype=float: jnp.asarray(draw, dtype))
        found = ancestral(lambda *_: told, law, 0, x.shape, steps=[t, s], start=x, final="state")
    z = convert_point(x, law.omega(t), "vp", "ve") + (down - high) * eps + up * draw
    np.testing.assert_allclose(convert_point(z, law.omega(s), "ve", "vp"), found, rtol=1e-10)


# --- guidance ----------------------------------------------------------------------------------------


def test_a_strength_under_either_name():
    assert convert_strength(convert_strength(2.5, "gamma", "w"), "w", "gamma") == 2.5
    np.testing.assert_allclose(convert_strength(np.array([0.0, 1.0]), "w", "gamma"), [1.0, 2.0])
    x, label, w = jnp.zeros((1, 1)), jnp.array([0]), 1.5

    def by_class(x_t, omega, label=None):
        return Prediction(x_t, omega, jnp.full_like(x_t, -0.5 if label is None else 2.0), "eps")

    guided = classifier_free(by_class, convert_strength(w, "w", "gamma"))(x, 0.0, label).eps
    np.testing.assert_allclose(guided, (1 + w) * 2.0 - w * -0.5)
