"""Densities, entropies and KL divergences of Gaussians with full covariances."""

import math

import jax
import jax.numpy as jnp
from jax.scipy.linalg import solve_triangular
from jax.typing import ArrayLike


def gaussian_log_prob(value: ArrayLike, mean: jax.Array, cov: jax.Array) -> jax.Array:
    """Log-density of N(mean, cov) at ``value``.

    Args:
      value: ``[..., D]``.
      mean: ``[D]`` or ``[..., D]``.
      cov: ``[D, D]``, symmetric and positive definite.

    Returns:
      ``[...]`` nats.

    Raises:
      ValueError: shapes that do not fit.

    >>> round(float(gaussian_log_prob(jnp.zeros(2), jnp.zeros(2), jnp.eye(2))), 4)   # −log 2π
    -1.8379
    """
    value, mean, cov = map(jnp.asarray, (value, mean, cov))
    size = value.shape[-1]
    if cov.shape != (size, size) or mean.shape not in ((size,), value.shape):
        raise ValueError(
            "gaussian_log_prob wants value [..., D], mean [D] or [..., D], cov [D, D], "
            f"given {list(value.shape)}, {list(mean.shape)}, {list(cov.shape)}"
        )
    root = jnp.linalg.cholesky(cov)
    error = value - jnp.broadcast_to(mean, value.shape)
    white = solve_triangular(root, error.reshape(-1, size).T, lower=True)
    square = jnp.sum(jnp.square(white), axis=0).reshape(value.shape[:-1])
    return -0.5 * (square + size * math.log(2 * math.pi)) - half_log_det(root)


def gaussian_entropy(cov: jax.Array) -> jax.Array:
    """Differential entropy of a Gaussian with covariance ``[K, K]``, in nats.

    >>> round(float(gaussian_entropy(jnp.eye(1))), 4)   # ½ log 2πe
    1.4189
    """
    cov = jnp.asarray(cov)
    size = cov.shape[-1]
    return half_log_det(jnp.linalg.cholesky(cov)) + 0.5 * size * (1 + math.log(2 * math.pi))


def gaussian_kl(mean: jax.Array, cov: jax.Array, other_mean: jax.Array, other_cov: jax.Array) -> jax.Array:
    """KL( N(mean, cov) ‖ N(other_mean, other_cov) ) with full covariances.

    Args:
      mean, other_mean: ``[K]``.
      cov, other_cov: ``[K, K]``, symmetric and positive definite.

    Returns:
      Nats, a scalar, at least 0.

    Raises:
      ValueError: shapes that do not fit.

    >>> float(gaussian_kl(jnp.ones(3), jnp.eye(3), jnp.zeros(3), jnp.eye(3)))
    1.5
    """
    mean, cov, other_mean, other_cov = map(jnp.asarray, (mean, cov, other_mean, other_cov))
    size = mean.shape[-1:]
    if mean.ndim != 1 or other_mean.shape != size or {cov.shape, other_cov.shape} != {size * 2}:
        raise ValueError(
            "gaussian_kl wants means [K] and covariances [K, K], given "
            f"{list(mean.shape)}, {list(cov.shape)}, {list(other_mean.shape)}, "
            f"{list(other_cov.shape)}"
        )
    root, other_root = jnp.linalg.cholesky(cov), jnp.linalg.cholesky(other_cov)
    ratio = solve_triangular(other_root, root, lower=True)
    shift = solve_triangular(other_root, mean - other_mean, lower=True)
    # the factor's diagonal is the ratio of the roots' diagonals; term by term, so that none is below 0
    log_variances = 2 * (jnp.log(jnp.diagonal(root)) - jnp.log(jnp.diagonal(other_root)))
    widths = jnp.maximum(jnp.expm1(log_variances) - log_variances, 0)
    return 0.5 * (jnp.sum(widths) + jnp.sum(jnp.square(jnp.tril(ratio, -1))) + jnp.sum(jnp.square(shift)))


def half_log_det(root: jax.Array) -> jax.Array:
    """½ log det of the matrix whose Cholesky factor is ``root [K, K]``."""
    return jnp.sum(jnp.log(jnp.diagonal(root)))
