"""The linear VAE: an ELBO in closed form, whose best value is that of probabilistic PCA.

Paper: J. Lucas et al., Don't Blame the ELBO! A Linear VAE Perspective on Posterior Collapse (2019).
"""

import math
from typing import Any

import jax
import jax.numpy as jnp
from flax import nnx

from ..exact import LinearGaussian
from ..inputs.arguments import remembered
from ..inputs.arrays import as_points
from ..inputs.given import Data
from ..inputs.options import as_rngs, whole
from ..laws.gaussians import DiagonalGaussian
from ..runtime.products import in_full_precision
from .vae import ELBOTerms


class LinearVAE(nnx.Module):
    """Encoder q(z|x) = N(V (x − b), diag s²), prior N(0, I), decoder p(x|z) = N(W z + b, noise² I).

    No draw is needed: both terms of the ELBO are formulas. Its highest value over all weights is the
    greatest log-evidence that the model can have, that of probabilistic PCA: although the encoder's
    covariance is diagonal and the same for every x, W can be turned so that the posterior's is too.

    Args:
      dims: numbers in one x, D.
      latent: dimension K of the latent z.
      seed: a whole number or ``nnx.Rngs`` for the first weights.

    Raises:
      ValueError: a size below 1.

    Source: Lucas et al. (2019), section 4; Tipping and Bishop (1999); the book's ``vae.split.terms``.

    >>> model = LinearVAE(5, 2)
    >>> x = jax.random.normal(jax.random.key(0), (3, 5))
    >>> model.elbo(x).elbo.shape, bool((model.elbo(x).elbo <= model.log_evidence(x)).all())
    ((3,), True)
    """

    @remembered
    def __init__(self, dims: int, latent: int, *, seed: int | nnx.Rngs = 0) -> None:
        self.dims, self.latent = whole("dims", dims), whole("latent", latent)
        rngs = as_rngs(seed)
        small = 1 / math.sqrt(dims)
        self.encoder = nnx.Param(small * jax.random.normal(rngs.params(), (latent, dims)))
        self.log_std = nnx.Param(jnp.zeros(latent))
        self.decoder = nnx.Param(small * jax.random.normal(rngs.params(), (dims, latent)))
        self.bias = nnx.Param(jnp.zeros(dims))
        self.log_noise = nnx.Param(jnp.zeros(()))

    @property
    def model(self) -> LinearGaussian:
        """Prior and decoder as a :class:`~vdmlib.LinearGaussian`."""
        return LinearGaussian(self.decoder[...], self.bias[...], jnp.exp(self.log_noise[...]))

    def accept(self, data: Data) -> Any:
        """Data as ``loss`` takes it: finite points ``[B, D]``, looked at."""
        return as_points(data, (self.dims,))

    @in_full_precision
    def encode(self, x: jax.Array) -> DiagonalGaussian:
        """q(z|x) for points ``[B, D]``: a DiagonalGaussian of ``[B, K]``.

        Raises:
          ValueError: points of another shape.
        """
        x = self.accept(x)
        mean = (x - self.bias[...][None]) @ self.encoder[...].T
        return DiagonalGaussian(mean, jnp.broadcast_to(self.log_std[...][None], mean.shape))

    @in_full_precision
    def elbo(self, x: jax.Array) -> ELBOTerms:
        """The ELBO of points ``[B, D]``, both terms exact: :class:`~vdmlib.ELBOTerms` of ``[B]`` nats.

        Raises:
          ValueError: points of another shape.
        """
        x = self.accept(x)
        q, (weight, bias, noise) = self.encode(x), self.model
        error = x - bias[None] - q.mean @ weight.T
        # E|x − Wz − b|² is the squared error at the mean plus what z's spread adds
        spread = jnp.square(q.std) @ jnp.square(weight).sum(axis=0)
        square = jnp.square(error).sum(axis=-1) + spread
        constant = self.dims * (0.5 * math.log(2 * math.pi) + self.log_noise[...])
        return ELBOTerms(-0.5 * square / jnp.square(noise) - constant, q.kl_to_standard())

    def log_evidence(self, x: jax.Array) -> jax.Array:
        """log p(x) of points ``[B, D]``: ``[B]`` nats, exact."""
        return self.model.log_evidence(self.accept(x))

    def loss(self, x: jax.Array, key: jax.Array | None = None) -> tuple[jax.Array, dict[str, Any]]:
        """What :func:`~vdmlib.fit` minimises: the mean of −ELBO, without any noise.

        Args:
          x: ``[B, D]``.
          key: not used; there are no draws.

        Returns:
          Nats a point, and a dictionary with ``reconstruction`` and ``prior_matching`` in nats.
        """
        terms = self.elbo(x)
        return -terms.elbo.mean(), {name: value.mean() for name, value in terms._asdict().items()}
