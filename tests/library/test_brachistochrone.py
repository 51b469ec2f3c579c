"""The curve of fastest descent against closed forms and against a fine quadrature."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import integrate

from vdmlib.exact.brachistochrone import GRAVITY, bead, cycloid, descent_time, learn_curve

ENDS = [(math.pi, 2.0), (4.0, 1.0), (0.3, 1.0)]


def straight(width, drop, pieces=7):
    places = np.linspace(0, width, pieces + 1)
    return places, places * drop / width


@pytest.mark.parametrize(("width", "drop"), ENDS)
def test_straight_line_takes_the_time_of_constant_acceleration(width, drop):
    length = math.hypot(width, drop)
    expected = length * math.sqrt(2 / (GRAVITY * drop))
    assert float(descent_time(*straight(width, drop))) == pytest.approx(expected, rel=1e-5)


def test_parabola_agrees_with_quadrature():
    def along(u):  # place u², depth 2u − u²: smooth in u, no singularity but the square root at 0
        return 2 * math.hypot(u, 1 - u) / math.sqrt(2 * GRAVITY * (2 * u - u * u))

    expected, _ = integrate.quad(along, 0, 1, points=[0])
    u = np.linspace(0, 1, 3001) ** 2
    assert float(descent_time(u**2, 2 * u - u**2)) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(("width", "drop"), ENDS)
def test_cycloid_ends_where_it_should_and_takes_its_formula_time(width, drop):
    curve = cycloid(width, drop)
    places, depths = curve.points(2000)
    assert (places[-1], depths[-1]) == pytest.approx((width, drop))
    assert float(descent_time(places, depths)) == pytest.approx(curve.time(), rel=1e-4)


def test_half_a_turn():
    assert cycloid(math.pi, 2.0).time(gravity=1.0) == pytest.approx(math.pi)


def test_depths_invert_the_points():
    curve = cycloid(3.0, 0.5)
    places, depths = curve.points(50)
    np.testing.assert_allclose(curve.depths(places), depths, atol=1e-9)


@pytest.mark.parametrize(("width", "drop"), ENDS)
def test_no_nearby_curve_is_faster_than_the_cycloid(width, drop):
    curve = cycloid(width, drop)
    places, depths = curve.points(400)
    rng = np.random.default_rng(0)
    for _ in range(20):
        bump = sum(rng.normal() / k * np.sin(k * np.pi * places / width) for k in range(1, 6))
        other = depths * (1 + 0.1 * np.tanh(bump))
        other[-1] = drop
        assert float(descent_time(places, other)) > curve.time()


@pytest.mark.parametrize(("width", "drop"), ENDS)
def test_gradient_descent_finds_the_cycloid(width, drop):
    found, curve = learn_curve(width, drop), cycloid(width, drop)
    assert found.depths.shape == (201, 65)
    assert found.times[0] == pytest.approx(float(descent_time(*straight(width, drop))), rel=1e-5)
    assert np.all(np.diff(found.times) <= 0)
    assert curve.time() < found.times[-1] < curve.time() * 1.0005
    np.testing.assert_allclose(found.depths[-1], curve.depths(found.places), atol=0.01 * drop)


def test_gradient_is_finite_at_the_start():
    places, depths = straight(1.0, 1.0)
    grad = jax.grad(descent_time, argnums=1)(jnp.asarray(places), jnp.asarray(depths))
    assert np.all(np.isfinite(grad))


def test_bead_falls_freely_and_stays_at_the_end():
    clock = np.array([0.0, 0.1, 0.2, 5.0])
    places, depths = bead([0, 0, 0], [0, 0.1, 1.0], clock)
    np.testing.assert_allclose(places, 0)
    np.testing.assert_allclose(depths, np.minimum(GRAVITY * clock**2 / 2, 1.0))


def test_bead_arrives_when_the_time_is_up():
    places, depths = cycloid(math.pi, 2.0).points(100)
    total = float(descent_time(places, depths))
    at, below = bead(places, depths, [0.999 * total, total])
    assert at[0] < math.pi and at[1] == pytest.approx(math.pi) and below[1] == pytest.approx(2.0)


@pytest.mark.parametrize("call", [
    lambda: cycloid(0.0, 1.0), lambda: learn_curve(1.0, -1.0),
    lambda: learn_curve(1.0, 1.0, pieces=1), lambda: learn_curve(1.0, 1.0, steps=0),
    lambda: descent_time(jnp.zeros(3), jnp.zeros(2)),
])
def test_bad_use_is_named(call):
    with pytest.raises(ValueError, match="given"):
        call()
