"""The linear-Gaussian latent variable model, whose evidence, posterior and ELBO are known exactly."""

import math
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax.scipy.linalg import cho_solve

from ..inputs.keys import as_key
from ..inputs.options import whole
from ..laws.full_gaussians import gaussian_kl, gaussian_log_prob
from ..runtime.products import in_full_precision


class LinearGaussian(NamedTuple):
    """p(z) = N(0, I), p(x|z) = N(W z + b, noise² I): a VAE whose every integral is known.

    Attributes:
      weight: W, ``[D, K]``.
      bias: b, ``[D]``.
      noise: standard deviation of x given z, a positive scalar.

    Source: Tipping and Bishop, Probabilistic Principal Component Analysis (1999).

    >>> model = LinearGaussian(jnp.ones((3, 1)), jnp.zeros(3), 0.5)
    >>> x = jnp.array([1.0, 2.0, 0.5])
    >>> gap = model.log_evidence(x) - model.elbo(x, *model.posterior(x))
    >>> abs(float(gap)) < 1e-5    # the posterior leaves no gap
    True
    """

    weight: jax.Array
    bias: jax.Array
    noise: jax.Array | float

    @in_full_precision
    def sample(self, key: jax.Array | int, count: int) -> tuple[jax.Array, jax.Array]:
        """``count`` draws of the pair: x ``[count, D]`` and z ``[count, K]``."""
        weight, count = self._checked_weight(), whole("count", count)
        for_z, for_x = jax.random.split(as_key(key))
        z = jax.random.normal(for_z, (count, weight.shape[1]), weight.dtype)
        noise = jax.random.normal(for_x, (count, weight.shape[0]), weight.dtype)
        return z @ weight.T + jnp.asarray(self.bias)[None] + self.noise * noise, z

    @in_full_precision
    def marginal(self) -> tuple[jax.Array, jax.Array]:
        """p(x): its mean ``[D]`` and covariance ``[D, D]``, W Wᵀ + noise² I."""
        weight = self._checked_weight()
        eye = jnp.eye(len(weight), dtype=weight.dtype)
        return jnp.asarray(self.bias), weight @ weight.T + self.noise**2 * eye

    def log_evidence(self, x: jax.Array) -> jax.Array:
        """log p(x), ``[..., D]`` to ``[...]`` nats, exact."""
        return gaussian_log_prob(self._checked_x(x), *self.marginal())

    @in_full_precision
    def posterior(self, x: jax.Array) -> tuple[jax.Array, jax.Array]:
        """p(z|x) for one x ``[D]``: its mean ``[K]`` and covariance ``[K, K]``.

        For ``[..., D]`` the means are ``[..., K]``; the covariance is the same for every x.
        """
        weight, x = self._checked_weight(), self._checked_x(x)
        eye = jnp.eye(weight.shape[1], dtype=weight.dtype)
        root = jnp.linalg.cholesky(eye + weight.T @ weight / self.noise**2)
        error = (x - jnp.broadcast_to(self.bias, x.shape)) @ weight / self.noise**2
        mean = cho_solve((root, True), error.reshape(-1, weight.shape[1]).T).T
        return mean.reshape(error.shape), cho_solve((root, True), eye)

    @in_full_precision
    def elbo_terms(self, x: jax.Array, mean: jax.Array, cov: jax.Array) -> tuple[jax.Array, jax.Array]:
        """The ELBO of q = N(mean, cov) for one x, in its two terms, both exact.

        Args:
          x: ``[D]``.
          mean: ``[K]``.
          cov: ``[K, K]``.

        Returns:
          Reconstruction E_q log p(x|z) and prior matching KL( q ‖ N(0, I) ), scalars in nats.

        Raises:
          ValueError: shapes that do not fit.

        Source: the book's ``vae.split.terms``.
        """
        weight, x = self._checked_weight(), self._checked_x(x)
        mean, cov = jnp.asarray(mean), jnp.asarray(cov)
        eye = jnp.eye(weight.shape[1], dtype=weight.dtype)
        prior_matching = gaussian_kl(mean, cov, jnp.zeros_like(mean), eye)
        error = x - jnp.asarray(self.bias) - weight @ mean
        # E|x − Wz − b|² is the squared error at the mean plus what z's spread adds
        square = jnp.sum(jnp.square(error)) + jnp.sum((weight @ cov) * weight)
        constant = len(x) * (0.5 * math.log(2 * math.pi) + jnp.log(self.noise))
        return -0.5 * square / self.noise**2 - constant, prior_matching

    def elbo(self, x: jax.Array, mean: jax.Array, cov: jax.Array) -> jax.Array:
        """The ELBO of q = N(mean, cov) for one x ``[D]``: a scalar in nats, exact.

        It is at most ``log_evidence(x)``; the gap is KL( q ‖ posterior ). Source: ``elbo.exact``.
        """
        reconstruction, prior_matching = self.elbo_terms(x, mean, cov)
        return reconstruction - prior_matching

    def _checked_weight(self):
        weight = jnp.asarray(self.weight)
        if weight.ndim != 2 or jnp.shape(self.bias) != weight.shape[:1]:
            raise ValueError(
                f"LinearGaussian wants weight [D, K] and bias [D], given {list(weight.shape)} "
                f"and {list(jnp.shape(self.bias))}"
            )
        if isinstance(self.noise, (int, float)) and not self.noise > 0:
            raise ValueError(f"LinearGaussian wants noise > 0, given {self.noise}")
        return weight

    def _checked_x(self, x):
        x, dims = jnp.asarray(x), len(self._checked_weight())
        if x.shape[-1:] != (dims,):
            raise ValueError(f"x must be [..., {dims}], given {list(x.shape)}")
        return x
