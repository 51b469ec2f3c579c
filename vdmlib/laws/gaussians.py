"""Gaussians with a diagonal covariance: the encoder's law and its divergence."""

import math
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax.typing import ArrayLike

from ..inputs.keys import as_key
from ..inputs.options import whole


def kl_diagonal(mean: jax.Array, log_std: jax.Array, other_mean: jax.Array, other_log_std: jax.Array) -> jax.Array:
    """KL( N(mean, diag std²) ‖ N(other_mean, diag other_std²) ), exact.

    Args:
      mean, log_std, other_mean, other_log_std: ``[..., K]``, all of one shape.

    Returns:
      ``[...]`` nats, summed over the last axis; at least 0.

    Raises:
      ValueError: the shapes differ.

    Source: the book's ``vae.gaussian_kl``; Kingma and Welling (2014), appendix B.

    >>> one = jnp.ones((2, 3))
    >>> kl_diagonal(one, 0 * one, 0 * one, 0 * one).tolist()   # half of |mean|^2
    [1.5, 1.5]
    """
    same_shapes("kl_diagonal", mean, log_std, other_mean, other_log_std)
    # expm1 keeps the difference of variances exact where it is small
    variance_ratio = jnp.expm1(2 * (log_std - other_log_std))
    shift = jnp.square((mean - other_mean) * jnp.exp(-other_log_std))
    return 0.5 * jnp.sum(shift + variance_ratio - 2 * (log_std - other_log_std), axis=-1)


def kl_to_standard(mean: jax.Array, log_std: jax.Array) -> jax.Array:
    """KL( N(mean, diag std²) ‖ N(0, I) ): the prior-matching term of a VAE.

    Args:
      mean, log_std: ``[..., K]``, of one shape.

    Returns:
      ``[...]`` nats: half the sum of mean² + std² − 1 − log std².

    Raises:
      ValueError: the shapes differ.

    Source: the book's ``vae.prior_kl``; Kingma and Welling (2014), appendix B.

    >>> kl_to_standard(jnp.zeros(4), jnp.zeros(4)).item()
    0.0
    """
    return kl_diagonal(mean, log_std, jnp.zeros_like(mean), jnp.zeros_like(log_std))


class DiagonalGaussian(NamedTuple):
    """N(mean, diag(exp(log_std)²)), a pytree that goes through ``jit``.

    Attributes:
      mean: ``[..., K]``.
      log_std: ``[..., K]``, the natural logarithm of the standard deviations.

    >>> q = DiagonalGaussian(jnp.zeros((5, 2)), jnp.zeros((5, 2)))
    >>> q.sample(jax.random.key(0), 3).shape, q.log_prob(q.mean).shape, q.kl_to_standard().shape
    ((3, 5, 2), (5,), (5,))
    """

    mean: jax.Array
    log_std: jax.Array

    @property
    def std(self) -> jax.Array:
        """Standard deviations, ``[..., K]``."""
        return jnp.exp(self.log_std)

    def sample(self, key: jax.Array | int, samples: int | None = None) -> jax.Array:
        """Draw by reparameterisation, mean + std · ε, so that gradients reach mean and log_std.

        Args:
          key: a JAX random key, or a whole number.
          samples: how many draws; ``None`` for one draw without a sample axis.

        Returns:
          ``[..., K]``, or ``[samples, ..., K]``.

        Source: the book's ``vae.reparam``.
        """
        lead = () if samples is None else (whole("samples", samples),)
        noise = jax.random.normal(as_key(key), lead + self.mean.shape, self.mean.dtype)
        mean, std = self.mean, self.std
        if samples is not None:
            mean, std = mean[None], std[None]
        return mean + std * noise

    def log_prob(self, value: ArrayLike) -> jax.Array:
        """Log-density at ``value`` ``[..., K]``: ``[...]`` nats.

        Raises:
          ValueError: ``value`` has not the shape of ``mean``.
        """
        same_shapes("log_prob", value, self.mean)
        standardised = (value - self.mean) / self.std
        constant = 0.5 * math.log(2 * math.pi)
        return -jnp.sum(0.5 * jnp.square(standardised) + self.log_std + constant, axis=-1)

    def kl(self, other: "DiagonalGaussian") -> jax.Array:
        """KL( self ‖ other ), ``[...]`` nats."""
        return kl_diagonal(self.mean, self.log_std, other.mean, other.log_std)

    def kl_to_standard(self) -> jax.Array:
        """KL( self ‖ N(0, I) ), ``[...]`` nats."""
        return kl_to_standard(self.mean, self.log_std)


def same_shapes(where: Any, *arrays: Any) -> None:
    """Raise unless all arrays have one shape: broadcasting would hide the mistake."""
    shapes = [list(jnp.shape(a)) for a in arrays]
    if any(shape != shapes[0] for shape in shapes):
        raise ValueError(f"{where} wants arrays of one shape, given {', '.join(map(str, shapes))}")
