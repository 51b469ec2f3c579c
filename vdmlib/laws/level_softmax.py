"""The law of a pixel's grey level given its noisy value: Bayes' rule with a prior over the levels."""

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jax.typing import ArrayLike

from ..diffusion.parameterizations import along
from ..inputs.options import whole
from ..runtime.products import in_full_precision


@dataclass(frozen=True)
class LevelSoftmax:
    """p(level | x_t) ∝ prior(level) · N(x_t; √ᾱ x(level), 1 − ᾱ), pixel by pixel.

    Level k lies at x(k) = 2k/(levels − 1) − 1. The likelihood of the noisy pixel is exact; what a
    network adds is the prior's logarithm, from the other pixels. With a flat prior this is the decoder
    of a VDM, p(x | x_0's noisy value at t = 0).

    Args:
      levels: how many grey levels, at least 2.

    Raises:
      ValueError: fewer than two levels.

    Source: Kingma et al., Variational Diffusion Models (2021), appendix B, eq. 29, for the flat prior;
    Austin et al., D3PM (2021), section 3.3, for logits made of a network's and an exact part.

    >>> law = LevelSoftmax(3)
    >>> x_t, omega = jnp.zeros((1, 2)), jnp.array([-8.0])     # noise of 0.018 about the middle level
    >>> jnp.exp(law.log_pmf(x_t, omega))[0, 0].round(3).tolist()
    [0.0, 1.0, 0.0]
    """

    levels: int

    def __post_init__(self):
        object.__setattr__(self, "levels", whole("levels", self.levels, 2))

    def place(self, level: Any) -> jax.Array:
        """Grey levels ``[...]`` to model scale in [−1, 1]."""
        return 2 * jnp.asarray(level).astype(jnp.result_type(float)) / (self.levels - 1) - 1

    def level(self, place: Any) -> jax.Array:
        """Model scale ``[...]`` to grey levels, as floats that are not rounded."""
        return (place + 1) * (self.levels - 1) / 2

    def log_pmf(self, x_t: jax.Array, omega: ArrayLike, logits: jax.Array | None = None) -> jax.Array:
        """Log-probabilities of the levels of each pixel.

        Args:
          x_t: ``[B, ...]`` noisy pixels.
          omega: scalar or ``[B]``, −log SNR.
          logits: ``[B, ..., levels]``, the prior's logarithm up to a constant; flat without.

        Returns:
          ``[B, ..., levels]`` nats.
        """
        omega = along(jnp.asarray(omega, x_t.dtype), x_t)
        places = self.place(jnp.arange(self.levels)).astype(x_t.dtype).reshape((1,) * x_t.ndim + (-1,))
        omega = omega[..., None] if omega.ndim else omega
        # the squared difference as such: multiplied out, large terms would cancel at low noise
        distance = x_t[..., None] - jnp.sqrt(jax.nn.sigmoid(-omega)) * places
        total = -0.5 * jnp.square(distance) / jax.nn.sigmoid(omega)
        return jax.nn.log_softmax(total if logits is None else total + logits, axis=-1)

    @in_full_precision
    def mean(self, log_pmf: jax.Array) -> jax.Array:
        """The expected x, ``[..., levels]`` to ``[...]`` in model scale."""
        return jnp.exp(log_pmf) @ self.place(jnp.arange(self.levels)).astype(log_pmf.dtype)

    def log_prob(self, log_pmf: jax.Array, pixels: jax.Array) -> jax.Array:
        """Log-probability of each pixel's level, ``[...]`` nats."""
        index = pixels.astype(jnp.int32)[..., None]
        return jnp.take_along_axis(log_pmf, index, axis=-1)[..., 0]
