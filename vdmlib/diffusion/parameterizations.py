"""What a denoiser says of a noisy point, in any of five equivalent forms.

Where x_t = √ᾱ x_0 + √(1 − ᾱ) ε, a guess of one of x_0, ε, the score of q(x_t),
v = √ᾱ ε − √(1 − ᾱ) x_0 or the flow ε − x_0 is a guess of all of them, since x_t is known.
"""

from dataclasses import dataclass, field
from typing import Any

import jax
import jax.numpy as jnp
from jax.typing import ArrayLike

from ..inputs.arrays import as_reals

KINDS = ("x0", "eps", "score", "v", "flow")


@jax.tree_util.register_dataclass
@dataclass(frozen=True, eq=False)
class Prediction:
    """What a denoiser returns: a value in one parameterisation, readable in all of them.

    A pytree of three arrays; ``kind`` is static, so a Prediction goes through ``jit``.

    Attributes:
      x_t: ``[B, ...]`` the noisy point, in model scale.
      omega: scalar or ``[B]``, −log SNR.
      value: ``[B, ...]`` what was predicted.
      kind: which quantity ``value`` is: "x0", "eps", "score", "v" or "flow".

    Source: Ho, Jain and Abbeel (2020); Salimans and Ho (2022) for v; Liu, Gong and Liu (2023) for the
    flow, which they write with the other sign; the book's chapter on noise and score.

    >>> x_t = jnp.array([[3.0, -1.0]])
    >>> told = Prediction(x_t, jnp.zeros(1), x_t, "score")     # at ω = 0 half of x_t is noise
    >>> (told.eps / jnp.sqrt(0.5)).round(4).tolist()
    [[-3.0, 1.0]]
    >>> told.to("v").kind
    'v'
    """

    x_t: jax.Array
    omega: jax.Array
    value: jax.Array
    kind: str = field(metadata={"static": True})

    def __post_init__(self):
        check_kind(self.kind)

    @property
    def x0(self) -> jax.Array:
        """x̂_0, ``[B, ...]``."""
        return self._as("x0")

    @property
    def eps(self) -> jax.Array:
        """ε̂, ``[B, ...]``."""
        return self._as("eps")

    @property
    def score(self) -> jax.Array:
        """The estimate of ∇ log q(x_t), ``[B, ...]``."""
        return self._as("score")

    @property
    def v(self) -> jax.Array:
        """v̂ = √ᾱ ε̂ − √(1 − ᾱ) x̂_0, ``[B, ...]``."""
        return self._as("v")

    @property
    def flow(self) -> jax.Array:
        """The velocity of flow matching, ε̂ − x̂_0, ``[B, ...]``; it leads from data to noise."""
        return self._as("flow")

    def to(self, kind: str) -> "Prediction":
        """The same prediction with its value in another parameterisation.

        Raises:
          ValueError: an unknown kind.
        """
        return Prediction(self.x_t, self.omega, self._as(kind), kind)

    def _as(self, kind):
        return convert(self.value, self.x_t, self.omega, self.kind, kind)


def convert(value: Any, x_t: jax.Array, omega: ArrayLike, source: str, target: str) -> jax.Array:
    """Turn a prediction in one parameterisation into another one.

    Args:
      value: ``[B, ...]`` a guess of what ``source`` names.
      x_t: ``[B, ...]`` the noisy point, in model scale.
      omega: scalar or ``[B]``, −log SNR.
      source, target: "x0", "eps", "score", "v" or "flow".

    Returns:
      ``[B, ...]`` the same guess as one of what ``target`` names.

    Raises:
      ValueError: an unknown kind, or shapes that do not fit.

    Source: x_t = √ᾱ x_0 + √(1 − ᾱ) ε, v = √ᾱ ε − √(1 − ᾱ) x_0, score = −ε/√(1 − ᾱ), flow = ε − x_0; the
    book's page of conventions, ``rosetta.flow.unmixed_image`` and its neighbours.

    >>> x_t, omega = jnp.ones((2, 3)), jnp.array([-1.0, 1.0])
    >>> eps = convert(jnp.zeros((2, 3)), x_t, omega, "x0", "eps")
    >>> (eps * jnp.sqrt(jax.nn.sigmoid(omega))[:, None]).round(5).tolist()   # all of x_t is noise
    [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]
    """
    check_kind(source)
    check_kind(target)
    if jnp.shape(value) != jnp.shape(x_t):
        raise ValueError(
            f"a prediction must have the shape of x_t, {list(jnp.shape(x_t))}, "
            f"given {list(jnp.shape(value))}"
        )
    if source == target:
        return value
    omega = along(omega, x_t)
    signal, noise = jnp.sqrt(jax.nn.sigmoid(-omega)), jnp.sqrt(jax.nn.sigmoid(omega))
    # ε̂ first, or x̂_0 first: what the target is made of without a detour
    if source == "v":
        x0, eps = signal * x_t - noise * value, noise * x_t + signal * value
    elif source == "flow":
        x0, eps = (x_t - noise * value) / (signal + noise), (x_t + signal * value) / (signal + noise)
    elif source == "x0":
        x0, eps = value, (x_t - signal * value) / noise
    else:
        eps = value if source == "eps" else -noise * value
        x0 = (x_t - noise * eps) / signal
    if target == "v":
        return signal * eps - noise * x0
    return {"x0": x0, "eps": eps, "score": -eps / noise, "flow": eps - x0}[target]


def weight(kind: str, omega: ArrayLike) -> jax.Array:
    """The w for which w · ‖target − prediction‖² = ‖ε − ε̂‖².

    Args:
      kind: what is predicted, "x0", "eps", "score", "v" or "flow".
      omega: −log SNR, any shape.

    Returns:
      w, in the shape of ``omega``: SNR for x0, 1 for ε, 1 − ᾱ for the score, ᾱ for v, 1/(1 + σ)² with
      σ = exp(ω/2) for the flow.

    Raises:
      ValueError: an unknown kind.

    Source: the conversions of :func:`convert`, squared.

    >>> [weight(kind, 0.0).item() for kind in ("x0", "eps", "score", "v", "flow")]
    [1.0, 1.0, 0.5, 0.5, 0.25]
    """
    check_kind(kind)
    omega = jnp.asarray(omega, jnp.result_type(float, omega))
    return {
        "x0": lambda: jnp.exp(-omega),
        "eps": lambda: jnp.ones_like(omega),
        "score": lambda: jax.nn.sigmoid(omega),
        "v": lambda: jax.nn.sigmoid(-omega),
        "flow": lambda: jnp.square(jax.nn.sigmoid(-0.5 * omega)),
    }[kind]()


def along(per_example: ArrayLike, like: Any) -> jax.Array:
    """One number an example ``[B]``, shaped to go with ``like`` ``[B, ...]``; a scalar stays one.

    Raises:
      ValueError: neither a scalar nor one number an example.

    >>> along(jnp.ones(3), jnp.ones((3, 8, 8))).shape
    (3, 1, 1)
    """
    per_example = jnp.asarray(per_example)
    shape = jnp.shape(like)
    if per_example.ndim == 0:
        return per_example
    if per_example.shape != shape[:1]:
        raise ValueError(
            f"ω and t must be a scalar or [{shape[0] if shape else ''}], one number an example of "
            f"{list(shape)}, given {list(per_example.shape)}"
        )
    return per_example.reshape(shape[:1] + (1,) * (len(shape) - 1))


def level_of(omega: ArrayLike, x_t: jax.Array) -> jax.Array:
    """ω as floats of the points' type, a scalar or ``[B]``.

    Raises:
      ValueError: another shape, or no numbers.
    """
    if not isinstance(omega, jax.Array):
        omega = as_reals("omega", omega)
    omega = jnp.asarray(omega, x_t.dtype)
    if omega.shape not in ((), x_t.shape[:1]):
        raise ValueError(f"omega must be a number or [{len(x_t)}], one an example, given {list(omega.shape)}")
    return omega


def check_kind(kind: str) -> None:
    """Raise unless ``kind`` names a parameterisation."""
    if kind not in KINDS:
        raise ValueError(f"no parameterisation {kind!r}; there are {', '.join(KINDS)}")
