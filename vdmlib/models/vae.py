"""The variational autoencoder, its loss split into the terms that the book derives.

Paper: D. P. Kingma and M. Welling, Auto-Encoding Variational Bayes (2014).
"""

import math
from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from flax import nnx

from ..inputs.arguments import remembered
from ..inputs.given import Examples
from ..inputs.options import as_rngs, one_of, whole
from ..laws.gaussians import DiagonalGaussian
from ..laws.likelihoods import likelihood as find_likelihood
from ..laws.units import bits_per_dim
from ..networks import ResidualMLP, TanhMLP
from ..runtime import xla
from .of_images import ImageModel, as_latents, asked, seen, seen_at_mean


class ELBOTerms(NamedTuple):
    """The two terms of the ELBO, one number an image, in nats.

    Attributes:
      reconstruction: ``[B]``, the mean of log p(x|z) over z from the encoder.
      prior_matching: ``[B]``, KL( q(z|x) ‖ p(z) ), at least 0.

    Source: the book's ``vae.split.terms``, in its corrected form.

    >>> ELBOTerms(jnp.array([-3.0]), jnp.array([1.0])).elbo.tolist()
    [-4.0]
    """

    reconstruction: jax.Array
    prior_matching: jax.Array

    @property
    def elbo(self) -> jax.Array:
        """``[B]`` nats: reconstruction − prior_matching, at most log p(x) in expectation."""
        return self.reconstruction - self.prior_matching


NETWORKS = {"residual": ResidualMLP, "tanh": TanhMLP}


class VAE(ImageModel):
    """Encoder q(z|x) = N(μ(x), diag σ(x)²), prior p(z) = N(0, I), decoder p(x|z) pixel by pixel.

    Encoder and decoder are MLPs. Every method is a pure function of the weights and its
    arguments, so all of them work under ``jax.jit`` and ``jax.grad``.

    Args:
      shape: ``(H, W)`` of an image, or ``(H, W, C)`` for C colours; ``[B, H, W]`` stands for either below.
      levels: how many grey levels a pixel has.
      latent: dimension K of the latent z.
      width, depth: size of both networks.
      network: "residual" for residual MLPs, or "tanh" for plain ones, as Burda et al. (2016) have them.
      likelihood: the decoder's law of a pixel, a name or a :class:`~vdmlib.Likelihood`.
      seed: a whole number or ``nnx.Rngs`` for the first weights.

    Raises:
      ValueError: a size below 1, or an unknown likelihood or network.

    Source: the book's chapter on the VAE, ``vae.split.terms`` and ``vae.reparam``.

    >>> model = VAE((8, 8), 17, latent=2, width=16, depth=1)
    >>> images = jnp.zeros((3, 8, 8), jnp.uint8)
    >>> terms = model.elbo(images, jax.random.key(0))
    >>> terms.elbo.shape, bool((terms.prior_matching >= 0).all())
    ((3,), True)
    """

    @remembered
    def __init__(
        self, shape: Sequence[int], levels: int, *, latent: int = 16, width: int = 256, depth: int = 1,
        network: str = "residual", likelihood: Any = "discretised_logistic", seed: int | nnx.Rngs = 0,
    ) -> None:
        self.made_for(shape, levels)
        self.latent = whole("latent", latent)
        rngs = as_rngs(seed)
        self.likelihood = find_likelihood(likelihood, self.levels)
        out = self.dims * self.likelihood.channels
        mlp = NETWORKS[one_of("network", network, NETWORKS)]
        self.encoder = mlp(self.dims, 2 * self.latent, width=width, depth=depth, rngs=rngs)
        self.decoder = mlp(self.latent, out, width=width, depth=depth, rngs=rngs)

    def encode(self, images: Examples) -> DiagonalGaussian:
        """q(z|x) for images ``[B, H, W]``: a DiagonalGaussian of ``[B, K]``.

        Raises:
          ValueError: images of another shape.
        """
        x = self.flat(self.accept(images))
        # hyperbolic tangents see pixels in [0, 1], as that paper has them: in [−1, 1] the many black ones saturate them
        x = (x + 1) / 2 if isinstance(self.encoder, TanhMLP) else x
        mean, raw = jnp.split(self.encoder(x), 2, axis=-1)
        # a soft floor and ceiling: an exploding log std early in training would end it
        return DiagonalGaussian(mean, 6 * jnp.tanh(raw / 6))

    def decode(self, z: jax.Array) -> jax.Array:
        """The outputs that give p(x|z): latents ``[..., K]`` to ``[..., H, W, channels]``.

        Raises:
          ValueError: latents of another size.
        """
        z = as_latents("latents", z, self.latent)
        return self.decoder(z).reshape(*z.shape[:-1], *self.shape, self.likelihood.channels)

    def log_likelihood(self, images: Examples, z: jax.Array) -> jax.Array:
        """log p(x|z), ``[S, B]`` nats, of images ``[B, H, W]`` at latents ``[S, B, K]``."""
        images = self.accept(images)
        z = as_latents("latents", z, self.latent, len(images))
        pixels = jnp.broadcast_to(images[None], (len(z), *images.shape))
        return self.sum_over_image(self.likelihood.log_prob(self.decode(z), pixels))

    @partial(xla.jit, static_argnames="samples", given=seen)
    def elbo(self, images: Examples, key: jax.Array | int, samples: int = 1) -> ELBOTerms:
        """The ELBO in its two terms.

        The reconstruction term is a mean over ``samples`` draws of z: a mean and not a sum, or it
        would weigh L times too much. The prior-matching term is exact.

        Args:
          images: ``[B, H, W]`` whole grey levels.
          key: a JAX random key, or a whole number.
          samples: draws of z an image.

        Returns:
          :class:`ELBOTerms` of ``[B]`` nats.

        Raises:
          ValueError: wrong shapes, or ``samples`` below 1.

        Source: the book's ``vae.split.terms`` and ``vae.mc``.
        """
        q = self.encode(images)
        z = q.sample(key, samples)
        return ELBOTerms(self.log_likelihood(images, z).mean(axis=0), q.kl_to_standard())

    @partial(xla.jit, static_argnames="samples", given=seen)
    def iwae(self, images: Examples, key: jax.Array | int, samples: int = 64) -> jax.Array:
        """The importance-weighted bound: closer to log p(x) than the ELBO, and still below it.

        Args:
          images: ``[B, H, W]`` whole grey levels.
          key: a JAX random key, or a whole number.
          samples: draws of z an image; with 1 it is a draw of the ELBO.

        Returns:
          ``[B]`` nats: log of the mean of p(x, z)/q(z|x) over the draws.

        Raises:
          ValueError: wrong shapes, or ``samples`` below 1.

        Source: Burda, Grosse and Salakhutdinov, Importance Weighted Autoencoders (2016), eq. 8.

        >>> model = VAE((8, 8), 17, latent=2, width=16)
        >>> model.iwae(jnp.zeros((3, 8, 8), jnp.uint8), jax.random.key(0), samples=5).shape
        (3,)
        """
        q = self.encode(images)
        z = q.sample(key, samples)
        prior = DiagonalGaussian(jnp.zeros_like(z), jnp.zeros_like(z)).log_prob(z)
        spread = DiagonalGaussian(*(jnp.broadcast_to(a[None], z.shape) for a in q))
        weights = self.log_likelihood(images, z) + prior - spread.log_prob(z)
        return jax.nn.logsumexp(weights, axis=0) - math.log(samples)

    def loss(self, images: Examples, key: jax.Array) -> tuple[jax.Array, dict[str, Any]]:
        """What :func:`~vdmlib.fit` minimises: the mean of −ELBO over the batch.

        Args:
          images: ``[B, H, W]`` whole grey levels.
          key: a JAX random key, or a whole number.

        Returns:
          The loss in nats an image, and a dictionary of its parts: ``reconstruction`` and
          ``prior_matching`` in nats, ``bits_per_dim``.
        """
        terms = self.elbo(images, key)
        loss = -terms.elbo.mean()
        return loss, {
            "reconstruction": terms.reconstruction.mean(),
            "prior_matching": terms.prior_matching.mean(),
            "bits_per_dim": bits_per_dim(loss, self.dims),
        }

    @partial(xla.jit, given=seen_at_mean)
    def reconstruct(self, images: Examples, key: jax.Array | int | None = None) -> jax.Array:
        """Expected images after encoding and decoding: ``[B, H, W]`` floats in grey levels.

        With a ``key``, z is drawn from q(z|x); without one, z is the encoder's mean.
        """
        q = self.encode(images)
        return self.likelihood.mean(self.decode(q.mean if key is None else q.sample(key)))

    @partial(xla.jit, static_argnames=("count", "pixel_noise"), given=asked)
    def generate(self, key: jax.Array | int, count: int, pixel_noise: bool = False) -> jax.Array:
        """New images: z from the prior, then the decoder.

        Args:
          key: a JAX random key, or a whole number.
          count: how many.
          pixel_noise: draw each pixel from p(x|z) instead of showing its expected level. Only the
            draw is a sample of the model; the expectation is what is mostly shown.

        Returns:
          ``[count, H, W]`` in grey levels.

        Raises:
          ValueError: ``count`` below 1.

        Source: the book's ``vae.generate``.

        >>> VAE((8, 8), 17, latent=2, width=16).generate(jax.random.key(0), 4).shape
        (4, 8, 8)
        """
        for_z, for_x = jax.random.split(key)
        outputs = self.decode(jax.random.normal(for_z, (count, self.latent)))
        return self.likelihood.sample(for_x, outputs) if pixel_noise else self.likelihood.mean(outputs)
