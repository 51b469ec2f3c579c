"""Guidance between Gaussians: the tilted law p(x) p(y|x)^γ ∝ p(x|y)^γ p(x)^{1−γ}, in closed form."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer
from jax.typing import ArrayLike


class GuidedGaussian(NamedTuple):
    """Mean and variance of a guided law, of any common shape."""

    mean: jax.Array
    var: jax.Array


def guided_gaussian(
    mean: ArrayLike, var: ArrayLike, prior_var: ArrayLike, gamma: ArrayLike, *, prior_mean: ArrayLike = 0.0,
    omega: jax.Array | None = None,
) -> GuidedGaussian:
    """The law ∝ p(x|y)^γ p(x)^{1−γ} for p(x|y) = N(mean, var), p(x) = N(prior_mean, prior_var).

    Its precision is γ/var + (1 − γ)/prior_var. γ = 0 gives p(x), γ = 1 gives p(x|y); beyond 1 the prior is
    divided out, which leaves no normalisable law when var > prior_var and γ is large:
    see :func:`largest_gamma`.

    Args:
      mean, var: of p(x|y), numbers or ``[...]``.
      prior_var: of p(x).
      gamma: the guidance strength γ.
      prior_mean: of p(x).
      omega: −log SNR. With it both laws are noised to that level first, and then tilted: the law that a
        guided sampler's score belongs to at that level. This is not the tilted law, noised.

    Returns:
      :class:`GuidedGaussian`: mean and variance.

    Raises:
      ValueError: a variance that is not positive, or a γ for which the law cannot be normalised.

    Source: Ho and Salimans (2022) for the score γ ∇log p(x|y) + (1 − γ) ∇log p(x); the book's chapter
    on guidance.

    >>> [round(float(v), 4) for v in guided_gaussian(1.0, 0.5, 1.0, 2.0)]
    [1.3333, 0.3333]
    >>> noised_after = 0.5 * guided_gaussian(1.0, 0.5, 1.0, 2.0).var + 0.5      # ᾱ = ½
    >>> noised_before = guided_gaussian(1.0, 0.5, 1.0, 2.0, omega=0.0).var
    >>> round(float(noised_after), 4), round(float(noised_before), 4)
    (0.6667, 0.6)
    """
    mean, var, prior_mean, prior_var, gamma = map(jnp.asarray, (mean, var, prior_mean, prior_var, gamma))
    for name, value in (("var", var), ("prior_var", prior_var)):
        if _known(value) and not np.all(np.asarray(value) > 0):
            raise ValueError(f"guided_gaussian wants {name} > 0, given {np.asarray(value)}")
    if omega is not None:
        keep, noise = jax.nn.sigmoid(-jnp.asarray(omega)), jax.nn.sigmoid(jnp.asarray(omega))
        mean, prior_mean = jnp.sqrt(keep) * mean, jnp.sqrt(keep) * prior_mean
        var, prior_var = keep * var + noise, keep * prior_var + noise
    precision = gamma / var + (1 - gamma) / prior_var
    if _known(precision) and not np.all(np.asarray(precision) > 0):
        raise ValueError(
            f"γ = {np.asarray(gamma)} leaves no normalisable law of variance {np.asarray(var)} against "
            f"{np.asarray(prior_var)}: the precision is {np.asarray(precision)}, "
            f"γ must be below {np.asarray(largest_gamma(var, prior_var))}"
        )
    weighted = gamma * mean / var + (1 - gamma) * prior_mean / prior_var
    return GuidedGaussian(weighted / precision, 1 / precision)


def largest_gamma(var: ArrayLike, prior_var: ArrayLike) -> jax.Array:
    """The γ from which on p(x|y)^γ p(x)^{1−γ} cannot be normalised: var/(var − prior_var), or ∞.

    Args:
      var, prior_var: of the Gaussians p(x|y) and p(x), numbers or ``[...]``.

    Returns:
      ``[...]``: ∞ where var ≤ prior_var, as in a mixture of one class with equal or wider others.

    Source: the sign of the precision in :func:`guided_gaussian`.

    >>> float(largest_gamma(2.0, 1.0)), float(largest_gamma(0.5, 1.0))
    (2.0, inf)
    """
    var, prior_var = jnp.asarray(var, float), jnp.asarray(prior_var, float)
    wider = var > prior_var
    return jnp.where(wider, var / jnp.where(wider, var - prior_var, 1.0), jnp.inf)


def _known(value):
    return not isinstance(value, Tracer)
