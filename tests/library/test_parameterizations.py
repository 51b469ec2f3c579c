"""The five parameterisations: each conversion against its derivation, round trips, refusals."""

import functools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from vdmlib import Prediction, convert, weight
from vdmlib.derive import Derivation
from vdmlib.diffusion.parameterizations import KINDS

PAIRS = [(source, target) for source in KINDS for target in KINDS if source != target]

x_t, value = sympy.symbols("x_t value", real=True)
a, s = sympy.symbols("a s", positive=True)  # √ᾱ and √(1 − ᾱ), with a² + s² = 1


@functools.cache
def derived(source, target):
    """The conversion, solved from the three definitions and proved by the engine on the unit circle."""
    x0, eps, score, v, flow = unknown = sympy.symbols("x0 eps score v flow", real=True)
    known = {"x0": x0, "eps": eps, "score": score, "v": v, "flow": flow}
    laws = [x_t - a * x0 - s * eps, score + eps / s, v - a * eps + s * x0, flow - eps + x0, known[source] - value]
    solved = sympy.solve(laws, unknown, dict=True)[0][known[target]]
    # the angle makes a² + s² = 1 hold by itself
    angle = sympy.symbols("theta", positive=True)
    circle = {a: sympy.cos(angle), s: sympy.sin(angle)}
    chain = Derivation(f"conversion.{source}_{target}", "One parameterisation from another")
    chain.start(solved.subs(circle)).equals(sympy.simplify(solved.subs(circle)), because="the unit circle")
    return chain.function(1, value, x_t, angle, modules="jax"), sympy.lambdify((value, x_t, a, s), solved, "numpy")


@pytest.mark.parametrize("source, target", PAIRS)
def test_conversions_are_the_derived_ones(source, target, double):
    by_engine, by_hand = derived(source, target)
    rng = np.random.default_rng(0)
    value, x_t = rng.normal(size=(2, 40))
    omega = rng.uniform(-13.3, 11, 40)
    ours = convert(jnp.asarray(value), jnp.asarray(x_t), jnp.asarray(omega), source, target)
    signal, noise = np.sqrt(1 / (1 + np.exp(omega))), np.sqrt(1 / (1 + np.exp(-omega)))
    np.testing.assert_allclose(ours, by_hand(value, x_t, signal, noise), rtol=1e-9, atol=1e-9)
    angle = np.arctan(np.exp(omega / 2))  # its tangent is noise/signal
    with jax.numpy_rank_promotion("allow"):
        np.testing.assert_allclose(ours, by_engine(value, x_t, angle), rtol=1e-7, atol=1e-7)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(PAIRS),
    st.floats(-8, 8),
    st.lists(st.floats(-3, 3, width=32), min_size=2, max_size=2),
)
def test_round_trips(pair, omega, numbers):
    source, target = pair
    x_t, value = (jnp.full((1, 1), n, jnp.float32) for n in numbers)
    there = convert(value, x_t, jnp.float32(omega), source, target)
    back = convert(there, x_t, jnp.float32(omega), target, source)
    # the way out may amplify by 1/√ᾱ or 1/(1 − ᾱ), up to e^8 here, so rounding may come back as large
    np.testing.assert_allclose(back, value, atol=5e-7 * np.exp(abs(omega)) * 10, rtol=1e-4)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("truth", [True, False])
def test_all_forms_of_the_truth(kind, truth):
    """A prediction made from the true x_0 and ε reads as these in every form."""
    rng = np.random.default_rng(1)
    x0, eps = (jnp.asarray(rng.normal(size=(6, 2, 3)), jnp.float32) for _ in range(2))
    omega = jnp.linspace(-5, 5, 6)
    wide = omega[:, None, None]
    signal, noise = jnp.sqrt(jax.nn.sigmoid(-wide)), jnp.sqrt(jax.nn.sigmoid(wide))
    x_t = signal * x0 + noise * eps
    forms = {"x0": x0, "eps": eps, "score": -eps / noise, "v": signal * eps - noise * x0, "flow": eps - x0}
    told = Prediction(x_t, omega, forms[kind], kind)
    told = told if truth else told.to("v").to("x0")
    for name, wanted in forms.items():
        np.testing.assert_allclose(getattr(told, name), wanted, rtol=2e-4, atol=2e-4)
    assert told.to("eps").kind == "eps" and told.to("eps").value.shape == x_t.shape


def test_the_score_is_that_of_a_gaussian():
    """For one data point c, q(x_t) = N(√ᾱ c, 1 − ᾱ); its log-density is differentiated by JAX."""
    point, omega = 0.7, jnp.float32(-0.4)

    def log_density(x):
        return -0.5 * (x - jnp.sqrt(jax.nn.sigmoid(-omega)) * point) ** 2 / jax.nn.sigmoid(omega)

    x = jnp.linspace(-2, 2, 5)
    told = Prediction(x[:, None], omega, jnp.full((5, 1), point), "x0")
    np.testing.assert_allclose(told.score[:, 0], jax.vmap(jax.grad(log_density))(x), rtol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_weights_turn_each_error_into_that_of_the_noise(kind, double):
    rng = np.random.default_rng(2)
    x_t, truth, guess = (jnp.asarray(rng.normal(size=(50, 3))) for _ in range(3))
    omega = jnp.asarray(rng.uniform(-12, 10, 50))
    error = jnp.sum((truth - guess) ** 2, axis=-1)
    eps, eps_hat = (convert(value, x_t, omega, kind, "eps") for value in (truth, guess))
    np.testing.assert_allclose(weight(kind, omega) * error, jnp.sum((eps - eps_hat) ** 2, axis=-1), rtol=1e-6)


def test_goes_through_jit_and_vmap():
    def double(told):
        return told.to("v")

    told = Prediction(jnp.ones((3, 2)), jnp.zeros(3), jnp.zeros((3, 2)), "eps")
    out = jax.jit(double)(told)
    assert out.kind == "v" and len(jax.tree.leaves(out)) == 3
    each = jax.vmap(lambda x, w: Prediction(x, w, 0 * x, "eps").x0)(jnp.ones((3, 2)), jnp.zeros(3))
    np.testing.assert_allclose(each, told.x0)


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: Prediction(jnp.ones((2, 2)), 0.0, jnp.ones((2, 2)), "noise"), "no parameterisation 'noise'; there are x0"),
        (lambda: convert(jnp.ones((2, 2)), jnp.ones((2, 2)), 0.0, "x0", "x"), "no parameterisation 'x'"),
        (lambda: convert(jnp.ones(2), jnp.ones((2, 2)), 0.0, "x0", "v"), r"shape of x_t, \[2, 2\], given \[2\]"),
        (lambda: convert(jnp.ones((2, 2)), jnp.ones((2, 2)), jnp.zeros(3), "x0", "v"), r"scalar or \[2\].*given \[3\]"),
        (lambda: convert(jnp.ones((2, 2)), jnp.ones((2, 2)), jnp.zeros(1), "x0", "v"), r"scalar or \[2\].*given \[1\]"),
        (lambda: convert(jnp.ones((2, 2)), jnp.ones((2, 2)), jnp.zeros((2, 1)), "x0", "v"), r"scalar or \[2\].*given \[2, 1\]"),
        (lambda: weight("u", 0.0), "no parameterisation 'u'"),
    ],
)
def test_bad_use_says_what_is_wanted(call, words):
    with pytest.raises(ValueError, match=words):
        call()
