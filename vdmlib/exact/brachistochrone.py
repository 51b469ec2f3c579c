"""The curve of fastest descent: descent times, the cycloid, and gradient descent on the time itself.

A bead starts at rest at the origin and slides without friction, under gravity alone, along a curve to the
point (width, drop). Depths are positive downwards; lengths in metres, times in seconds. The book's section
on the brachistochrone derives all that is computed here; Johann Bernoulli set the problem in 1696.
"""

import math
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.typing import ArrayLike

from ..runtime.products import in_full_precision

GRAVITY = 9.80665  # m/s², the standard value
RATE = 2.0  # of the first step; it adapts


def descent_time(places: ArrayLike, depths: ArrayLike, gravity: float = GRAVITY) -> jax.Array:
    """How long the bead takes along the polyline through the points given. Differentiable.

    The speed at depth h is √(2·gravity·h), whatever the path. Along a straight piece the acceleration is
    constant, so the piece takes its length over the mean of the speeds at its ends: no approximation.

    Args:
      places: ``[N + 1]`` horizontal positions, the first 0.
      depths: ``[N + 1]`` depths, the first 0, the others > 0.
      gravity: in m/s².

    Returns:
      ``[]`` seconds.

    Raises:
      ValueError: shapes that do not fit.

    >>> round(float(descent_time(jnp.array([0.0, 0.0]), jnp.array([0.0, 1.0]))), 4)  # free fall: √(2/g)
    0.4516
    """
    places, depths = jnp.asarray(places), jnp.asarray(depths)
    if places.ndim != 1 or places.shape != depths.shape or len(places) < 2:
        raise ValueError(
            f"descent_time wants places [N + 1] and depths [N + 1], given {places.shape} and {depths.shape}"
        )
    # the first speed is put in as 0: the root has no derivative there
    speed = jnp.concatenate([jnp.zeros(1), jnp.sqrt(2 * gravity * depths[1:])])
    length = jnp.hypot(jnp.diff(places), jnp.diff(depths))
    return jnp.sum(2 * length / (speed[1:] + speed[:-1]))


class Cycloid(NamedTuple):
    """The path of a point on the rim of a wheel that rolls along the line of depth 0.

    At angle ψ it is at (R(ψ − sin ψ), R(1 − cos ψ)).

    Attributes:
      radius: R of the wheel, in metres.
      angle: through which it rolls to the end of the curve, in (0, 2π).
    """

    radius: float
    angle: float

    def points(self, pieces: int = 200) -> tuple[np.ndarray, np.ndarray]:
        """``([pieces + 1], [pieces + 1])`` places and depths at equal steps of the angle."""
        turned = np.linspace(0.0, self.angle, pieces + 1)
        return self.radius * (turned - np.sin(turned)), self.radius * (1 - np.cos(turned))

    def depths(self, places: ArrayLike) -> np.ndarray:
        """Depths at the given places (any shape), by Newton's method on the angle."""
        aim = np.asarray(places, float) / self.radius
        turned = np.minimum(np.cbrt(6 * aim), math.pi)
        for _ in range(60):
            slope = np.maximum(1 - np.cos(turned), 1e-12)
            turned = np.clip(turned - (turned - np.sin(turned) - aim) / slope, 0, 2 * math.pi)
        return self.radius * (1 - np.cos(turned))

    def time(self, gravity: float = GRAVITY) -> float:
        """The time of descent, angle·√(radius/gravity), in seconds."""
        return self.angle * math.sqrt(self.radius / gravity)


def cycloid(width: int, drop: float) -> Cycloid:
    """The cycloid from the origin to (width, drop), without a second turn.

    Raises:
      ValueError: width or drop not positive.

    >>> cycloid(math.pi, 2.0)   # half a turn of a wheel of radius 1 ends at its lowest point
    Cycloid(radius=1.0, angle=3.141592653589793)
    """
    _check_end(width, drop)
    low, high = 0.0, 2 * math.pi
    for _ in range(200):  # (ψ − sin ψ)/(1 − cos ψ) grows from 0 to ∞
        middle = (low + high) / 2
        short = middle - math.sin(middle) < width / drop * (1 - math.cos(middle))
        low, high = (middle, high) if short else (low, middle)
    angle = (low + high) / 2
    return Cycloid(drop / (1 - math.cos(angle)), angle)


class Descent(NamedTuple):
    """What gradient descent on the descent time went through.

    Attributes:
      places: ``[N + 1]`` horizontal positions, the same throughout.
      depths: ``[K + 1, N + 1]`` the curve before each step and at the end.
      times: ``[K + 1]`` its descent time.
    """

    places: np.ndarray
    depths: np.ndarray
    times: np.ndarray


def learn_curve(width: int, drop: float, pieces: int = 64, steps: int = 200, gravity: float = GRAVITY) -> Descent:
    """Find the fastest curve by gradient descent on :func:`descent_time`, from the straight line on.

    The size of a change η of the curve is measured by its slope, ∫ η′², so the gradient is the solution
    of a linear system; in the plain sum of squares of the depths the descent would take far longer. A step
    that does not shorten the time is taken back and the rate halved; one that does lets it grow by a fifth.

    Args:
      width, drop: the end, in metres, both positive.
      pieces: N, straight pieces of the curve, shorter near the start, where it is steepest. Twice as many want
        four times the steps.
      steps: K.
      gravity: in m/s².

    Returns:
      A :class:`Descent`.

    Raises:
      ValueError: width or drop not positive, fewer than two pieces, or no step.
    """
    _check_end(width, drop)
    if pieces < 2 or steps < 1:
        raise ValueError(f"learn_curve wants pieces ≥ 2 and steps ≥ 1, given {pieces} and {steps}")
    places = width * np.linspace(0.0, 1.0, pieces + 1) ** 2
    line = drop * places / width
    depths, times = _descend(jnp.asarray(places), jnp.asarray(line), gravity, steps)
    return Descent(places, np.asarray(depths), np.asarray(times))


@partial(jax.jit, static_argnames="steps")
@in_full_precision
def _descend(places, line, gravity, steps):
    inner = len(line) - 2

    def time_of(depths):
        return descent_time(places, jnp.concatenate([line[:1], depths, line[-1:]]), gravity)

    # ∫ η′² for the pieces numbered from 0 to 1
    stiffness = (inner + 1) * (2 * jnp.eye(inner) - jnp.eye(inner, k=1) - jnp.eye(inner, k=-1))
    inverse = jnp.linalg.inv(stiffness)

    def step(state, _):
        depths, time, rate = state
        moved = depths - rate * inverse @ jax.grad(time_of)(depths)
        new = time_of(moved)
        better = new < time  # False for a curve above the start, whose time is not a number
        kept = jnp.where(better, moved, depths)
        state = kept, jnp.where(better, new, time), rate * jnp.where(better, 1.2, 0.5)
        return state, (kept, state[1])

    first = line[1:-1]
    _, (depths, times) = jax.lax.scan(step, (first, time_of(first), RATE), length=steps)
    depths = jnp.concatenate([first[None], depths])
    ends = [jnp.full((len(depths), 1), v) for v in (line[0], line[-1])]
    times = jnp.concatenate([time_of(first)[None], times])
    return jnp.concatenate([ends[0], depths, ends[1]], axis=1), times


def bead(
    places: ArrayLike, depths: ArrayLike, clock: ArrayLike, gravity: float = GRAVITY,
) -> tuple[np.ndarray, np.ndarray]:
    """Where the bead is at given times on the polyline; it stays at the end once it is there.

    Args:
      places, depths: ``[N + 1]`` as for :func:`descent_time`.
      clock: ``[M]`` seconds since the start.

    Returns:
      ``([M], [M])`` places and depths.
    """
    places, depths, clock = (np.asarray(a, float) for a in (places, depths, clock))
    speed = np.sqrt(2 * gravity * depths)
    length = np.hypot(np.diff(places), np.diff(depths))
    taken = 2 * length / (speed[1:] + speed[:-1])
    start = np.concatenate([[0.0], np.cumsum(taken)])
    piece = np.clip(np.searchsorted(start, clock, side="right") - 1, 0, len(length) - 1)
    since = np.minimum(clock - start[piece], taken[piece])
    gain = (speed[1:] - speed[:-1])[piece] / taken[piece]
    along = (speed[piece] * since + gain * since**2 / 2) / length[piece]
    return (
        places[piece] + along * np.diff(places)[piece],
        depths[piece] + along * np.diff(depths)[piece],
    )


def _check_end(width, drop):
    if not (width > 0 and drop > 0):
        raise ValueError(
            f"the end must lie to the right of the start and below it: width > 0 and drop > 0, given {width} and {drop}"
        )
