"""Two-dimensional data laws with exact densities, about as wide as N(0, I): for pictures and for tests.

All but the checkerboard are Gaussian mixtures: curves are laid with short Gaussians, long along the curve
and thin across it. So their scores and denoisers are exact at every noise level too.
"""

import math
from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..inputs.keys import as_key
from ..inputs.options import number, one_of, whole
from .mixture import GaussianMixture


def eight_gaussians(radius: float = 1.4, scale: float = 0.1) -> GaussianMixture:
    """Eight round Gaussians on a circle; class k lies at the angle k·45°.

    Args:
      radius: of the circle.
      scale: standard deviation of each Gaussian.

    Returns:
      A :class:`GaussianMixture` with 8 classes.

    Raises:
      ValueError: a size that is not positive.

    >>> law = eight_gaussians()
    >>> law.sample(jax.random.key(0), 5).shape, law.classes
    ((5, 2), 8)
    """
    _positive(radius=radius, scale=scale)
    angle = np.arange(8) * math.pi / 4
    centres = radius * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return GaussianMixture(np.ones(8), centres, scale**2, labels=np.arange(8))


def two_moons(scale: float = 0.1, pieces: int = 32) -> GaussianMixture:
    """Two half circles of radius 1.5 that reach into each other, one class each.

    The circles are those of scikit-learn's ``make_moons``, centred and 1.5 times as large.

    Args:
      scale: standard deviation across the curve.
      pieces: Gaussians a moon.

    Returns:
      A :class:`GaussianMixture` with 2 classes.

    Raises:
      ValueError: a size that is not positive.

    >>> law = two_moons()
    >>> on, between = law.log_prob(jnp.array([[-0.75, 1.125], [0.0, 0.0]]))  # a top, and the middle
    >>> bool(on > between + 10)
    True
    """
    _positive(scale=scale, pieces=pieces)
    angle = (np.arange(pieces) + 0.5) * math.pi / pieces
    upper = np.stack([np.cos(angle) - 0.5, np.sin(angle) - 0.25], axis=1)
    along = np.stack([-np.sin(angle), np.cos(angle)], axis=1)
    spacing = np.full(pieces, 1.5 * math.pi / pieces)
    return _curves([(1.5 * upper, along, spacing), (-1.5 * upper, along, spacing)], scale)


def spirals(
    arms: int = 2, turns: float = 1.25, radius: float = 2.0, scale: float = 0.06, pieces: int = 64,
) -> GaussianMixture:
    """Arms that wind outwards, evenly covered, one class each.

    Args:
      arms: how many.
      turns: how often an arm goes round.
      radius: where an arm ends; it begins at a sixth of that.
      scale: standard deviation across the curve.
      pieces: Gaussians an arm.

    Returns:
      A :class:`GaussianMixture` with ``arms`` classes.

    Raises:
      ValueError: a size that is not positive.

    >>> spirals(arms=3).classes
    3
    """
    _positive(arms=arms, turns=turns, radius=radius, scale=scale, pieces=pieces)
    fine = np.linspace(1 / 6, 1, 20_001)  # r / radius, the angle grows with it
    angle = 2 * math.pi * turns * (fine - fine[0]) / (1 - fine[0])
    curve = radius * fine[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    length = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(curve, axis=0), axis=1))])
    at = np.interp((np.arange(pieces) + 0.5) / pieces * length[-1], length, np.arange(len(fine))).astype(int)
    along = np.diff(curve, axis=0)[at]
    along = along / np.linalg.norm(along, axis=1, keepdims=True)
    made = []
    for arm in range(arms):
        turn = 2 * math.pi * arm / arms
        turned = np.array([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]])
        made.append((curve[at] @ turned, along @ turned, np.full(pieces, length[-1] / pieces)))
    return _curves(made, scale)


def rings(radii: Sequence[float] = (0.6, 1.2, 1.8), scale: float = 0.06) -> GaussianMixture:
    """Circles around the origin, equally likely, one class each.

    Args:
      radii: of the circles.
      scale: standard deviation across the curve.

    Returns:
      A :class:`GaussianMixture` with one class a circle.

    Raises:
      ValueError: no circle, or a size that is not positive.

    >>> law = rings()
    >>> round(float(jnp.exp(law.log_prob_class(jnp.array([1.2, 0.0]))[1])), 3)
    1.0
    """
    if not len(radii):
        raise ValueError("rings wants at least one radius, given none")
    _positive(scale=scale, **{f"radii[{i}]": r for i, r in enumerate(radii)})
    made = []
    for radius in radii:
        # so short that a piece leaves the circle by little against the scale: spacing²/2r = 0.15 scale
        pieces = max(12, math.ceil(2 * math.pi * radius / math.sqrt(0.3 * radius * scale)))
        angle = 2 * math.pi * np.arange(pieces) / pieces
        circle = np.stack([np.cos(angle), np.sin(angle)], axis=1)
        along = np.stack([-np.sin(angle), np.cos(angle)], axis=1)
        made.append((radius * circle, along, np.full(pieces, 2 * math.pi * radius / pieces)))
    return _curves(made, scale)


def checkerboard(cells: int = 4, half_width: float = 2.0) -> "Checkerboard":
    """Uniform on the dark cells of a chessboard: a law with sharp edges.

    Args:
      cells: how many along a side, an even number.
      half_width: the board is [−half_width, half_width]².

    Returns:
      A :class:`Checkerboard`.

    Raises:
      ValueError: an odd or too small number of cells, or a size that is not positive.

    >>> float(jnp.exp(checkerboard().log_prob(jnp.array([-1.5, -1.5]))))  # 1/8 on each of 8 cells
    0.125
    """
    return Checkerboard(cells, half_width)


class Checkerboard:
    """The law of :func:`checkerboard`; cell (i, j), counted from the lower left, is dark if i + j is even.

    >>> law = Checkerboard(2, 1.0)
    >>> jnp.exp(law.log_prob(jnp.array([[-0.5, -0.5], [0.5, -0.5]]))).round(4).tolist()
    [0.5, 0.0]
    """

    def __init__(self, cells: int = 4, half_width: float = 2.0) -> None:
        if whole("cells", cells, 2) % 2:
            raise ValueError(f"checkerboard wants an even number of cells, given {cells}")
        _positive(half_width=half_width)
        self.cells, self.half_width = int(cells), float(half_width)

    dims = 2

    @property
    def side(self) -> float:
        """The side of one cell."""
        return 2 * self.half_width / self.cells

    def sample(self, key: jax.Array | int, count: int) -> jax.Array:
        """``count`` draws, ``[count, 2]``."""
        count = whole("count", count)
        for_cell, for_place = jax.random.split(as_key(key))
        dark = jax.random.randint(for_cell, (count,), 0, self.cells**2 // 2)
        row, column = jnp.divmod(dark, self.cells // 2)
        corner = jnp.stack([2 * column + row % 2, row], axis=1)
        return (corner + jax.random.uniform(for_place, (count, 2))) * self.side - self.half_width

    def log_prob(self, x: jax.Array) -> jax.Array:
        """The log-density, ``[..., 2]`` to ``[...]`` nats; −∞ off the dark cells."""
        x = jnp.asarray(x)
        if x.shape[-1:] != (2,):
            raise ValueError(f"x must be [..., 2], given {list(x.shape)}")
        cell = jnp.floor((x + self.half_width) / self.side)
        inside = jnp.all((cell >= 0) & (cell < self.cells), axis=-1) & (jnp.sum(cell, axis=-1) % 2 == 0)
        return jnp.where(inside, -math.log(2 * self.half_width**2), -jnp.inf)


_TOYS = {
    "eight gaussians": eight_gaussians,
    "two moons": two_moons,
    "spirals": spirals,
    "rings": rings,
    "checkerboard": checkerboard,
}


def toy(name: str, **sizes: Any) -> Any:
    """A two-dimensional law by its name.

    Args:
      name: "eight gaussians", "two moons", "spirals", "rings" or "checkerboard".
      sizes: passed on.

    Returns:
      A law with ``sample(key, count)`` → ``[count, 2]`` and ``log_prob(x)``, ``[..., 2]`` → ``[...]`` nats.

    Raises:
      ValueError: an unknown name, or sizes that the law refuses.

    >>> toy("rings", radii=[1.0]).sample(jax.random.key(0), 3).shape
    (3, 2)
    """
    return _TOYS[one_of("toy", name, _TOYS)](**sizes)


def _curves(curves, scale):
    """Gaussians along each curve (centres ``[K, 2]``, unit tangents ``[K, 2]``, spacings ``[K]``).

    A standard deviation of one spacing along a straight line leaves a ripple of 10⁻⁸ in the density.
    """
    means = np.concatenate([curve[0] for curve in curves])
    tangents = np.concatenate([curve[1] for curve in curves])
    spacings = np.concatenate([curve[2] for curve in curves])
    weights = np.concatenate([np.full(len(curve[0]), 1 / len(curve[0])) for curve in curves])
    labels = np.concatenate([np.full(len(curve[0]), k) for k, curve in enumerate(curves)])
    longer = (spacings**2 - scale**2)[:, None, None] * tangents[:, :, None] * tangents[:, None, :]
    return GaussianMixture(weights, means, longer + scale**2 * np.eye(2), labels)


def _positive(**sizes):
    for name, value in sizes.items():
        number(name, value, above=0)
